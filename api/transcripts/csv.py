"""How does a transcript read in a spreadsheet?"""

import csv
import io
import re
from typing import Final, assert_never

from api.transcripts.export import Export, in_utc, medium, words
from domain.transcript import Move, Person, Said, Talk, moving, side

COLUMNS: Final = (
    *("at", "direction", "from", "to", "author", "sequence", "step", "status", "text", "error"),
    *("local_at", "zone", "status_at", "who", "media", "record", "conversation", "content_hash"),
)

_NUMBER: Final = re.compile(r"\+?[0-9]+")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def render(export: Export) -> str:
    """Return one row a text or a move under `COLUMNS`; `at` and `status_at` are UTC in RFC 3339.

    A move has no direction, and as its status which way the texts went. What people wrote is put so that a
    spreadsheet does not take it for a formula.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for talk in export.transcript.talks:
        writer.writerows(_row(each, talk, export) for each in talk.happened)
    return out.getvalue()


def _row(happened: Said | Move, talk: Talk, export: Export) -> list[str]:
    match happened:
        case Said():
            return _text(happened, talk, export)
        case Move():
            return _move(happened, talk, export)
        case never:
            assert_never(never)


def _text(said: Said, talk: Talk, export: Export) -> list[str]:
    return [
        in_utc(said.at),
        said.direction,
        _number(said.from_number),
        _number(said.to_number),
        _inert(said.who.name if isinstance(said.who, Person) else ""),
        said.sequence_key or "",
        said.step_id or "",
        said.status,
        _inert(words(said)),
        _inert(said.why or ""),
        export.local_at(said.at),
        export.zone.key,
        "" if said.status_at is None else in_utc(said.status_at),
        _inert(side(said)),
        "; ".join(medium(each) for each in said.media),
        "" if talk.about is None else str(talk.about.id),
        str(talk.conversation_id),
        export.content_hash,
    ]


def _move(move: Move, talk: Talk, export: Export) -> list[str]:
    cells = {
        "at": in_utc(move.at),
        "author": _inert(move.moved_by),
        "status": move.way,
        "text": _inert(moving(move)),
        "local_at": export.local_at(move.at),
        "zone": export.zone.key,
        "who": _inert(move.moved_by),
        "record": "" if talk.about is None else str(talk.about.id),
        "conversation": str(talk.conversation_id),
        "content_hash": export.content_hash,
    }
    return [cells.get(column, "") for column in COLUMNS]


def _number(number: str) -> str:
    """Return a number as it is; a sender that is no phone has a name, which may be anything."""
    return number if _NUMBER.fullmatch(number) else _inert(number)


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
