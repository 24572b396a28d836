"""What do the customers' phones show, and what do customers write?"""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import Base64Bytes, Field, field_validator

from handset.control.inputs import Address, Body, TheExchange
from handset.entities import Message
from handset.exchange import Exchange
from handset.files import MAX_BYTES
from handset.inbound import take_text
from handset.sending import MAX_BODY

router = APIRouter()


class MediaIn(Body):
    content_type: str = Field(pattern=r"^[\w.+-]+/[\w.+-]+$")
    base64: Base64Bytes

    @field_validator("base64")
    @classmethod
    def _is_not_too_large(cls, content: bytes) -> bytes:
        if len(content) > MAX_BYTES:
            raise ValueError(f"a medium has {MAX_BYTES} bytes at most")
        return content


class TextIn(Body):
    """A customer's text to one of our numbers."""

    from_: Address = Field(alias="from")
    to: Address
    body: str = Field(max_length=MAX_BODY)
    media: list[MediaIn] = Field([], max_length=10)


@router.post("/texts", status_code=202, operation_id="createText")
async def create_text(
    text: TextIn, exchange: TheExchange, response: Response, wait: bool = False
) -> dict[str, Any]:
    """Send a text as a customer; with `wait` answer after the number's webhook has answered."""
    number = exchange.carrier.numbers.get(text.to)
    if number is None:
        raise HTTPException(404, f"{text.to} is a number of no account")
    media = [(each.content_type, each.base64) for each in text.media]
    message, call = take_text(exchange, text.from_, number, text.body, media)
    answer: dict[str, Any] = {"id": message.n, "sid": message.id}
    if wait:
        response.status_code = 200
        entry = await exchange.webhooks.finished(call) if call else None
        answer["webhook"] = {
            "answered": entry["answered"] if entry else False,
            "attempts": entry["attempt"] if entry else 0,
            "http_status": entry["http_status"] if entry else None,
            "error": entry["error"] if entry else "there is no webhook to call",
        }
    return answer


@router.get("/texts", operation_id="listTexts")
async def list_texts(
    customer: Address,
    exchange: TheExchange,
    number: Address | None = None,
    since_id: Annotated[int, Query(ge=0)] = 0,
    all_: Annotated[bool, Query(alias="all")] = False,
) -> dict[str, Any]:
    """Return what a customer's phone shows: the texts it received and wrote, newest last.

    A text arrives as soon as the carrier takes it. `all` adds those that never arrive.
    """
    now = datetime.now(UTC)
    return {
        "items": [
            _text(exchange, message, now)
            for message in exchange.carrier.texts_of(customer)
            if message.n > since_id
            and number in (None, message.number)
            and (all_ or message.direction == "inbound" or message.arrives)
        ]
    }


@router.get("/phones", operation_id="listPhones")
async def list_phones(
    exchange: TheExchange, limit: Annotated[int, Query(ge=1, le=1000)] = 200
) -> dict[str, Any]:
    """List the customers' phones with their last text, the latest first."""
    now = datetime.now(UTC)
    carrier = exchange.carrier
    phones = []
    for customer, _ in zip(carrier.customers(), range(limit), strict=False):
        texts = carrier.texts_of(customer)
        phones.append(
            {
                "customer": customer,
                "texts": len(texts),
                "last": _text(exchange, texts[-1], now),
                "numbers": list(dict.fromkeys(text.number for text in reversed(texts))),
                "opted_out": [
                    ours
                    for ours in dict.fromkeys(text.number for text in texts)
                    if _is_opted_out(exchange, ours, customer)
                ],
            }
        )
    return {"items": phones}


def _is_opted_out(exchange: Exchange, ours: str, customer: str) -> bool:
    number = exchange.carrier.numbers.get(ours)
    if number is None:
        return False
    account = exchange.carrier.accounts[number.account_id]
    return exchange.carrier.is_opted_out(account, ours, customer)


def _text(exchange: Exchange, message: Message, now: datetime) -> dict[str, Any]:
    return {
        "protocol": exchange.carrier.accounts[message.account_id].protocol,
        "id": message.n,
        "sid": message.id,
        "direction": "inbound" if message.direction == "inbound" else "outbound",
        "customer": message.customer,
        "number": message.number,
        "body": message.body,
        "at": message.created_at.isoformat(),
        "status": message.status(now),
        "error_code": message.error_code,
        "arrives": message.arrives or message.direction == "inbound",
        "segments": message.segments,
        "media": [
            {"content_type": media.content_type, "size": media.size, "sha256": media.sha256}
            for media in message.media
        ],
    }
