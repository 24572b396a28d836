"""What does Infobip say became of a text? The objects that an answer, a row of its logs and a report share.

Source: reference on SMS, section 6; the shapes are those of Infobip's OpenAPI document, version 3.210.0.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from channels.failures import Failure
from channels.infobip import ids
from channels.infobip.errors import (
    DUPLICATE,
    EXPIRED_GROUP,
    PENDING_GROUP,
    REJECTED_GROUP,
    UNDELIVERABLE_GROUP,
    failure_of_delivery,
)
from channels.interface import Price, StatusReport
from channels.storable import storable
from domain.messages import MessageStatus

_BY_ID: Final[Mapping[int, MessageStatus | None]] = {
    26: MessageStatus.QUEUED,
    7: MessageStatus.SENT,
    3: MessageStatus.SENT,
    # "delivered", but to the operator: the receipt of the phone is still to come
    2: MessageStatus.SENT,
    5: MessageStatus.DELIVERED,
    31: MessageStatus.FAILED,
    # no receipt ever came: nobody can say more than that it left, and a late receipt may
    29: MessageStatus.SENT,
    # about a repeated request; the text itself goes its own way under the same id
    DUPLICATE: None,
}

_BY_GROUP: Final[Mapping[int, MessageStatus]] = {
    PENDING_GROUP: MessageStatus.QUEUED,
    UNDELIVERABLE_GROUP: MessageStatus.UNDELIVERED,
    EXPIRED_GROUP: MessageStatus.UNDELIVERED,
    REJECTED_GROUP: MessageStatus.FAILED,
}
"""Of statuses that are not listed. Not of the group DELIVERED: a new one may be as intermediate as 2 is."""

_CURRENCY: Final = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Said:
    """A status and an error object; `error` is 0 where there is none."""

    status: int
    group: int
    error: int = 0
    error_group: int = 0
    is_permanent: bool = False

    @property
    def message_status(self) -> MessageStatus | None:
        """Our name for it, None if it has none or says nothing of the text."""
        if self.status in _BY_ID:
            return _BY_ID[self.status]
        return _BY_GROUP.get(self.group)

    def failure(self) -> tuple[str, Failure] | None:
        """Return the code of a failed text and what it means, None if it has not failed."""
        if self.message_status not in (MessageStatus.FAILED, MessageStatus.UNDELIVERED):
            return None
        return failure_of_delivery(
            self.status,
            self.group,
            self.error,
            self.error_group,
            is_permanent=self.is_permanent,
        )


def said_of(entry: Mapping[str, Any]) -> Said:
    """Read what an entry says. Raises ValueError if it has no status with an id and a group."""
    match entry.get("status"):
        case {"id": int(status), "groupId": int(group)}:
            pass
        case _:
            raise ValueError("no status")
    match entry.get("error"):
        case {"id": int(error), **rest}:
            error_group = rest.get("groupId")
            return Said(
                status,
                group,
                error,
                error_group if isinstance(error_group, int) else 0,
                rest.get("permanent") is True,
            )
        case _:
            return Said(status, group)


def status_report(entry: Mapping[str, Any]) -> StatusReport:
    """Read a report or a row of the logs. Raises ValueError if it lacks its id or its status."""
    said = said_of(entry)
    code, failure = said.failure() or (None, None)
    provider_message_id = id_of(entry)
    return StatusReport(
        provider_message_id=provider_message_id,
        status=said.message_status,
        code=code,
        failure=failure.kind if failure else None,
        reason=failure.reason if failure else None,
        message_id=ids.ours(entry.get("callbackData")) or ids.ours(provider_message_id),
        price=price_of(entry),
    )


def id_of(entry: Mapping[str, Any]) -> str:
    """Return an entry's id at Infobip. Raises ValueError if it has none."""
    return required(entry, "messageId")


def required(entry: Mapping[str, Any], name: str) -> str:
    """Return a field that must hold something. Raises ValueError if it does not."""
    value = text_of(entry, name)
    if not value:
        raise ValueError(f"no {name}")
    return value


def text_of(entry: Mapping[str, Any], name: str) -> str:
    """Return a field as it can be stored, empty if it is not there."""
    value = entry.get(name)
    return storable(value) if isinstance(value, str) else ""


def price_of(entry: Mapping[str, Any]) -> Price | None:
    """Return the price of a whole text: Infobip names that of one of its parts, and their number."""
    match entry.get("price"):
        case {"pricePerMessage": int() | float() as each, "currency": str(currency)}:
            if not math.isfinite(each) or not _CURRENCY.fullmatch(currency):
                return None
        case _:
            return None
    parts = entry.get("messageCount")
    count = parts if isinstance(parts, int) and parts > 0 else 1
    return Price(round(Decimal(str(each)) * count * 1_000_000), currency)
