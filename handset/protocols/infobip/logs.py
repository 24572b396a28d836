"""Which texts do Infobip's logs show? Sent ones of the last 48 hours, by filters, in pages by a cursor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from handset.entities import Account, Message
from handset.exchange import Exchange
from handset.protocols.infobip.addresses import shown
from handset.protocols.infobip.messages import log_json
from handset.protocols.infobip.requests import Malformed

_KEPT: Final = timedelta(hours=48)
_DEFAULT_LIMIT: Final = 50
_MAX_LIMIT: Final = 1000
_MAX_IDS: Final = 2048
_SENT: Final = "outbound-api"


@dataclass(frozen=True, slots=True)
class LogQuery:
    """What is asked of the logs. `after` is a message's number in the handset's own log."""

    ids: frozenset[str]
    bulk_ids: frozenset[str]
    sender: str | None
    destination: str | None
    general_status: str | None
    since: datetime | None
    until: datetime | None
    limit: int
    is_paged: bool
    after: int | None

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> "LogQuery":
        """Read the parameters. Raises Malformed."""
        limit = query.get("limit", str(_DEFAULT_LIMIT))
        if not limit.isdecimal() or not 1 <= int(limit) <= _MAX_LIMIT:
            raise Malformed("limit")
        cursor = query.get("cursor")
        if cursor is not None and not cursor.isdecimal():
            raise Malformed("cursor")
        return cls(
            ids=_ids(query, "messageId"),
            bulk_ids=_ids(query, "bulkId"),
            sender=query.get("sender"),
            destination=query.get("destination"),
            general_status=query.get("generalStatus"),
            since=_instant(query, "sentSince"),
            until=_instant(query, "sentUntil"),
            limit=int(limit),
            is_paged=query.get("useCursor") == "true",
            after=int(cursor) if cursor else None,
        )


def page_json(exchange: Exchange, account: Account, wanted: LogQuery, now: datetime) -> Any:
    """Return one page of the logs, newest first, with the cursor to the next if it was asked for."""
    carrier = exchange.carrier
    candidates: Iterable[Message]
    if wanted.ids:
        known = (carrier.messages.get(message_id) for message_id in sorted(wanted.ids))
        candidates = [m for m in known if m is not None and m.account_id == account.id]
    else:
        candidates = carrier.messages_of(account.id)
    rows = (
        (message.n, row)
        for message in candidates
        if _may_be_shown(message, now) and _fits(message, wanted)
        if _has_status(row := log_json(message, now), wanted.general_status)
    )
    found = list(islice(rows, wanted.limit + 1))
    shown_rows = found[: wanted.limit]
    page: dict[str, Any] = {"results": [row for _, row in shown_rows]}
    if wanted.is_paged:
        has_next = len(found) > wanted.limit
        cursor = str(shown_rows[-1][0]) if has_next else None
        page["cursor"] = {"limit": wanted.limit, "nextCursor": cursor}
    return page


def _may_be_shown(message: Message, now: datetime) -> bool:
    is_listed = message.listed_at <= now < message.created_at + _KEPT
    return is_listed and message.direction == _SENT


def _fits(message: Message, wanted: LogQuery) -> bool:
    return (
        (not wanted.bulk_ids or message.extra["bulk_id"] in wanted.bulk_ids)
        and wanted.sender in (None, shown(message.sender))
        and wanted.destination in (None, shown(message.recipient))
        and (wanted.since is None or message.created_at > wanted.since)
        and (wanted.until is None or message.created_at < wanted.until)
        and (wanted.after is None or message.n < wanted.after)
    )


def _has_status(row: Mapping[str, Any], general_status: str | None) -> bool:
    return general_status in (None, row["status"]["groupName"])


def _ids(query: Mapping[str, str], name: str) -> frozenset[str]:
    text = query.get(name, "")
    if len(text) > _MAX_IDS:
        raise Malformed(name)
    return frozenset(text.split(",")) if text else frozenset()


def _instant(query: Mapping[str, str], name: str) -> datetime | None:
    if name not in query:
        return None
    try:
        at = datetime.fromisoformat(query[name])
    except ValueError:
        raise Malformed(name) from None
    if at.tzinfo is None:
        raise Malformed(name)
    return at
