"""How a conversation reads as a file: plain text for people, CSV for spreadsheets."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from db.conversations.queries import ConversationRow, MessageRow
from db.messages.tables import Message
from domain.messages import Direction, HoldKind

COLUMNS: Final = (
    "at",
    "direction",
    "from",
    "to",
    "author",
    "sequence",
    "step",
    "status",
    "text",
    "error",
)


def as_text(conversation: ConversationRow, messages: Sequence[MessageRow]) -> str:
    """Return the conversation as one would read it aloud; instants are UTC."""
    record = conversation.record
    name = f"{record.first_name} {record.last_name}".strip() or record.kind.value
    lines = [
        f"Conversation with {name}, {conversation.conversation.customer_number}",
        f"Our number: {conversation.our_number}. Times are UTC.",
        "",
    ]
    for row in messages:
        message = row.message
        inbound = message.direction is Direction.INBOUND
        lines.append(
            f"[{_minute(message.created_at)}] {name if inbound else _our_side(row)}: {message.body}"
        )
        if not inbound:
            why = message.error or message.held_reason
            lines.append(f"    {_status(message)}" + (f": {why}" if why else ""))
    return "\n".join(lines) + "\n"


def as_csv(messages: Sequence[MessageRow]) -> str:
    """Return one row a text under `COLUMNS`; instants are UTC in RFC 3339.

    What people wrote is put so that a spreadsheet does not take it for a formula.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in messages:
        message = row.message
        writer.writerow(
            [
                message.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
                message.direction,
                message.from_number,
                message.to_number,
                _inert(_name(row)),
                row.sequence.key if row.sequence is not None else "",
                message.step_id or "",
                message.status,
                _inert(message.body),
                message.error or "",
            ]
        )
    return out.getvalue()


def _status(message: Message) -> str:
    """Return how a text stands; until when it waits is told where that is known."""
    if message.held_until is not None:
        match message.held_for:
            case HoldKind.RETRY:
                return f"held until {_minute(message.held_until)}, for try {message.attempt}"
            case HoldKind.HOURS:
                return f"held until {_minute(message.held_until)}"
    return message.status


def _minute(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def _name(row: MessageRow) -> str:
    return f"{row.author.first_name} {row.author.last_name}" if row.author is not None else ""


def _our_side(row: MessageRow) -> str:
    sequence = f"sequence {row.sequence.name}" if row.sequence is not None else ""
    return ", ".join(filter(None, (_name(row), sequence))) or "Us"


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
