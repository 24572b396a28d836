"""How does TeleSign tell of a long text? Each of its parts has an ID, and reports, of its own.

The text itself goes by the ID of its first part.
"""

import secrets
from collections.abc import Sequence
from typing import Any

from handset.entities import Message
from handset.segments import count_segments


def new_id() -> str:
    """Return a reference ID that nothing else has."""
    return secrets.token_hex(16).upper()


def new_parts(body: str) -> Sequence[str]:
    """Return the IDs of a new text's parts, none if it stays whole."""
    segments = count_segments(body)
    return [new_id() for _ in range(segments)] if segments > 1 else ()


def parts_json(message: Message) -> dict[str, Any]:
    """Return what is said of all the parts wherever one is told of."""
    if not message.parts:
        return {}
    return {
        "message_parts_count": len(message.parts),
        "message_parts_reference_ids": ",".join(message.parts),
    }
