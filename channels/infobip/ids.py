"""Under which id does Infobip know a text of ours?

Infobip takes an id once, and a text that it refuses uses its id up too. So each request of a text after such a refusal
has an id of its own, from which ours can still be read: Infobip's logs name no other.
"""

from typing import Final
from uuid import UUID

_SEPARATOR: Final = "."


def theirs(message_id: UUID, refusals: int) -> str:
    """Return the id under which a text is sent that was refused so often before."""
    return f"{message_id}{_SEPARATOR}{refusals}" if refusals else str(message_id)


def ours(value: object) -> UUID | None:
    """Return the message of ours that one of their ids names, None if it is something else."""
    if not isinstance(value, str):
        return None
    try:
        return UUID(value.partition(_SEPARATOR)[0])
    except ValueError:
        return None
