"""Which texts does Twilio have, and what became of them? Its list, read back to a given time.

Source: reference on SMS, sections 1.2 to 1.4. The list is not asked by DateSent: a text that still
waits at Twilio has none, and would stay hidden.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

from channels.http import Refused
from channels.interface import Price, ProviderMessage, SentText, StatusReport
from channels.storable import storable
from channels.twilio import webhooks
from channels.twilio.client import PAGE_SIZE, TwilioClient, reading
from channels.twilio.sending import is_service
from domain.messages import Direction, MessageStatus

_LARGEST_PAGE: Final = 1000

_NO_SUCH_RECORD: Final = 20404

_INBOUND: Final = "inbound"
_ANSWER: Final = "outbound-reply"
"""What Twilio sent by itself: its answer to a STOP or a START. Touchline's webhooks answer no text with a text."""
_RECEIVED: Final = "received"


async def find_sent(client: TwilioClient, text: SentText) -> list[ProviderMessage]:
    """Return the texts that `text` may be. Raises ProviderUnavailable, ValueError if its time is naive."""
    of_service = is_service(text.from_number)
    # Twilio picks the number of a service: its texts can only be asked for by the customer's.
    sender = {} if of_service else {"from_": text.from_number}
    found = _created_since(client, text.since, PAGE_SIZE, to=text.to_number, **sender)
    return [
        _provider_message(message)
        async for message in found
        if not of_service or message.messaging_service_sid == text.from_number
    ]


async def list_messages(
    client: TwilioClient, since: datetime, until: datetime
) -> AsyncIterator[ProviderMessage]:
    """Yield every text created from `since` until before `until`, without what Twilio itself answered customers.

    Raises as `find_sent` does.
    """
    if until.tzinfo is None:
        raise ValueError("until must be timezone-aware")
    async for message in _created_since(client, since, _LARGEST_PAGE):
        if message.date_created < until and message.direction != _ANSWER:
            yield _provider_message(message)


async def look_up(client: TwilioClient, provider_message_id: str) -> StatusReport | None:
    """Return what became of one text, None if Twilio does not know it. Raises ProviderUnavailable."""
    with reading():
        try:
            message = await client.messages(provider_message_id).fetch_async()
        except Refused as refusal:
            if refusal.code == _NO_SUCH_RECORD:
                return None
            raise
        found = _provider_message(message)
    return StatusReport(
        provider_message_id=found.provider_message_id,
        status=found.status,
        code=found.code,
        failure=found.failure,
        reason=found.reason,
        price=found.price,
    )


async def _created_since(
    client: TwilioClient, since: datetime, page_size: int, **filters: str
) -> AsyncIterator[Any]:
    """Yield each of the SDK's texts created at `since` or later, once."""
    if since.tzinfo is None:
        raise ValueError("since must be timezone-aware")
    # Twilio shows when it created a text in whole seconds.
    first = since.astimezone(UTC).replace(microsecond=0)
    seen: set[str] = set()
    with reading():
        page = await client.messages.page_async(page_size=page_size, **filters)
    while page is not None:
        with reading():
            recent = {
                message.sid: message
                for message in map(_checked, page)
                if message.date_created >= first and message.sid not in seen
            }
        # Newest first: when a page adds nothing, neither do those after it.
        if not recent:
            return
        seen |= recent.keys()
        for message in recent.values():
            yield message
        with reading():
            page = await page.next_page_async()


def _checked(message: Any) -> Any:
    if not message.sid or message.date_created is None:
        raise ValueError("a text without its id or its date")
    return message


def _provider_message(message: Any) -> ProviderMessage:
    is_inbound = message.direction == _INBOUND
    code = str(message.error_code) if message.error_code else None
    failure = webhooks.failure_of(message.status, code)
    return ProviderMessage(
        provider_message_id=storable(str(message.sid)),
        direction=Direction.INBOUND if is_inbound else Direction.OUTBOUND,
        status=_status_of_inbound(message.status)
        if is_inbound
        else webhooks.status_of(message.status),
        from_number=storable(str(message.from_ or "")),
        to_number=storable(str(message.to or "")),
        body=storable(str(message.body or "")),
        created_at=message.date_created,
        code=code,
        failure=failure.kind if failure else None,
        reason=failure.reason if failure else None,
        price=_price(message.price, message.price_unit),
        media_count=_count(message.num_media),
        service=storable(str(message.messaging_service_sid or "")) or None,
    )


def _status_of_inbound(name: object) -> MessageStatus | None:
    return MessageStatus.RECEIVED if name == _RECEIVED else None


def _price(amount: object, unit: object) -> Price | None:
    """Read what Twilio takes from our balance, a negative amount; None until it has been fixed."""
    try:
        charge = Decimal(str(amount))
    except InvalidOperation:
        return None
    if not charge.is_finite() or not isinstance(unit, str):
        return None
    micros = abs(charge).scaleb(6).to_integral_value(ROUND_HALF_UP)
    return Price(int(micros), unit.upper())


def _count(number: object) -> int:
    text = str(number)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
