"""How does a transcript read as plain text, for people and for mail?"""

import re
from collections.abc import Iterator
from typing import Final

from api.transcripts.export import Export, heading, medium, our_numbers, words
from domain.messages import Direction
from domain.transcript import Said, side

_INDENT: Final = "    "
_COMMANDS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What a terminal would obey instead of showing it."""


def render(export: Export) -> str:
    """Return the conversations as one would read them aloud, each text with what became of it."""
    blocks = [
        "\n".join(
            [
                heading(talk),
                our_numbers(talk),
                "",
                *(line for s in talk.said for line in _text(s, export)),
            ]
        )
        for talk in export.transcript.talks
    ]
    head = [] if export.scope is None else [f"{export.title}\n{export.scope}"]
    return "\n\n".join([*head, *(blocks or ["No texts."]), export.colophon]) + "\n"


def _text(said: Said, export: Export) -> Iterator[str]:
    # later lines of a text are indented, so that none can pass for a text of its own
    lines = (_COMMANDS.sub("\N{REPLACEMENT CHARACTER}", line) for line in words(said).splitlines())
    body = f"\n{_INDENT}".join(lines)
    yield f"[{export.clock(said.at)}] {side(said)}: {body}"
    for each in said.media:
        yield f"{_INDENT}[{medium(each)}]"
    if said.direction is Direction.OUTBOUND:
        yield f"{_INDENT}{export.standing(said)}"
