"""What do Infobip's logs show of the texts we sent? The last 48 hours, page by page.

Source: reference on SMS, section 6.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from channels.infobip import numbers
from channels.infobip.errors import DUPLICATE
from channels.infobip.reports import said_of, status_report, text_of
from channels.interface import ProviderMessage
from domain.messages import Direction


def provider_message(row: Mapping[str, Any]) -> ProviderMessage:
    """Read a row of the logs. Raises ValueError if it lacks its id, its status or its date."""
    report = status_report(row)
    content = row.get("content")
    return ProviderMessage(
        provider_message_id=report.provider_message_id,
        direction=Direction.OUTBOUND,
        status=report.status,
        from_number=numbers.ours(text_of(row, "sender")),
        to_number=numbers.ours(text_of(row, "destination")),
        body=text_of(content, "text") if isinstance(content, dict) else "",
        created_at=_parsed(text_of(row, "sentAt")),
        code=report.code,
        failure=report.failure,
        reason=report.reason,
        message_id=report.message_id,
        price=report.price,
    )


def rows_of(page: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the rows of a page of the logs that are about texts. Raises ValueError if it is none.

    A repeated request may have a row of its own, under the id of the text it did not become.
    """
    rows = page.get("results")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("no logs")
    return [row for row in rows if said_of(row).status != DUPLICATE]


def next_cursor(page: Mapping[str, Any]) -> str | None:
    """Return what leads to the page after `page`, None if it is the last."""
    match page.get("cursor"):
        case {"nextCursor": str(cursor)} if cursor:
            return cursor
        case _:
            return None


def instant(at: datetime) -> str:
    """Write an instant as Infobip reads it, in milliseconds. Raises ValueError if it is naive."""
    if at.tzinfo is None:
        raise ValueError("an instant must be timezone-aware")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")


def _parsed(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant without its offset")
    return at.astimezone(UTC)
