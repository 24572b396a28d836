"""How does a transcript read as plain text, for people and for mail?"""

import re
from collections.abc import Iterator
from typing import Final, assert_never

from api.transcripts.export import Export, heading, medium, our_numbers, words
from domain.messages import Direction
from domain.transcript import Move, Said, moving, side

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
                *(line for each in talk.happened for line in _lines(each, export)),
            ]
        )
        for talk in export.transcript.talks
    ]
    head = [] if export.scope is None else [f"{export.title}\n{export.scope}"]
    return "\n\n".join([*head, *(blocks or ["No texts."]), export.colophon]) + "\n"


def _lines(happened: Said | Move, export: Export) -> Iterator[str]:
    match happened:
        case Said():
            yield from _text(happened, export)
        case Move():
            # in brackets, so that no text can pass for it
            yield f"[{export.clock(happened.at)}] ({_shown(moving(happened))})"
        case never:
            assert_never(never)


def _text(said: Said, export: Export) -> Iterator[str]:
    yield f"[{export.clock(said.at)}] {side(said)}: {_shown(words(said))}"
    for each in said.media:
        yield f"{_INDENT}[{medium(each)}]"
    if said.direction is Direction.OUTBOUND:
        yield f"{_INDENT}{export.standing(said)}"


def _shown(text: str) -> str:
    # later lines are indented, so that none can pass for a text of its own
    lines = (_COMMANDS.sub("\N{REPLACEMENT CHARACTER}", line) for line in text.splitlines())
    return f"\n{_INDENT}".join(lines)
