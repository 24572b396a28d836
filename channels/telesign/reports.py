"""What does TeleSign say became of a text, in a call or as the answer to a question? Also of a long one, in parts.

Where an account has its long texts split, each part has an id and reports of its own. TeleSign does
not document whether one of them speaks for the whole, so:

- a report whose id is not among the listed parts' is about the whole text, as is one that names no parts;
- a part that was delivered shows that the text is on its way, never that all of it arrived: SENT;
- a part that failed leaves the text undelivered, and it is not sent again by itself, since the
  customer may have read the rest;
- what became of the whole is only known from all its parts together (`of_parts`), for which each must
  be asked about.

Source: reference on SMS, section 5.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from channels.interface import Price, StatusReport
from channels.storable import storable
from channels.telesign.errors import STATUSES, failure_of_delivery, failure_of_part
from channels.telesign.http import status_code
from domain.messages import MessageStatus

_PRICE: Final = re.compile(r"-?(\d{1,9}(?:\.\d{1,12})?)")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_REFERENCE_ID: Final = re.compile(r"[0-9A-Za-z]{1,64}")

_MOST_PARTS: Final = 24
"""Of 1600 characters, 67 a part."""

_FAILED: Final = frozenset({MessageStatus.FAILED, MessageStatus.UNDELIVERED})


@dataclass(frozen=True, slots=True)
class Report:
    """One report: what it says `about` the text, which it may be only one of `parts_count` parts of.

    `status` is that of the part itself; `siblings` are the ids of the other parts, as far as they are named.
    """

    about: StatusReport
    status: MessageStatus | None
    parts_count: int
    siblings: Sequence[str]


def read(content: Mapping[str, Any]) -> Report:
    """Read a report. Raises ValueError, naming what lacks, without the text's id or its status."""
    reference_id, code = content.get("reference_id"), status_code(content)
    if not isinstance(reference_id, str) or not reference_id:
        raise ValueError("reference_id")
    if code is None:
        raise ValueError("status.code")
    info = content.get("additional_info")
    info = info if isinstance(info, dict) else {}
    parts_count, siblings = _parts(info, reference_id)
    is_part = parts_count > 1
    status, failure = STATUSES.get(code), failure_of_delivery(code)
    if is_part and failure is not None:
        failure = failure_of_part(failure)
    # A code that says nothing to us is told all the same, so that it can be counted.
    shows_code = failure is not None or status is None
    about = StatusReport(
        provider_message_id=storable(reference_id),
        status=MessageStatus.SENT if is_part and status is MessageStatus.DELIVERED else status,
        code=str(code) if shows_code else None,
        failure=failure.kind if failure else None,
        reason=failure.reason if failure else None,
        message_id=_uuid(content.get("external_id")),
        # Whether the price of a part is its own or the whole text's is not documented.
        price=None if is_part else _price(info),
    )
    return Report(about, status, parts_count, siblings)


def of_parts(first: Report, others: Sequence[Report]) -> StatusReport:
    """Return what became of the whole text by the reports of its parts; `others` may lack some."""
    reports = [first, *others]
    for report in reports:
        if report.status in _FAILED:
            return report.about
    if all(report.status is MessageStatus.DELIVERED for report in reports):
        # Each part once: an id that is listed twice must not stand for a part that is missing.
        known = {report.about.provider_message_id for report in reports}
        if len(known) >= first.parts_count:
            return replace(first.about, status=MessageStatus.DELIVERED)
    on_its_way = (report.about for report in reports if report.about.status is MessageStatus.SENT)
    return next(on_its_way, first.about)


def _parts(info: Mapping[str, Any], reference_id: str) -> tuple[int, Sequence[str]]:
    """Return how many parts the text has, 1 if the report is about all of it, and the other parts' ids."""
    listed = info.get("message_parts_reference_ids")
    ids = [part.strip() for part in listed.split(",")] if isinstance(listed, str) else []
    ids = [part for part in ids if _REFERENCE_ID.fullmatch(part)][:_MOST_PARTS]
    if ids and reference_id not in ids:
        return 1, ()
    count = str(info.get("message_parts_count", ""))
    stated = int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 1
    return max(stated, len(ids), 1), [part for part in ids if part != reference_id]


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _price(info: Mapping[str, Any]) -> Price | None:
    """Read a price, as a positive one."""
    amount = _PRICE.fullmatch(str(info.get("price", "")).strip())
    currency = info.get("currency")
    if amount is None or not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        return None
    return Price(round(Decimal(amount[1]) * 1_000_000), currency)
