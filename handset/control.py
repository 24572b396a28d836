"""How do a script and the handset's own page steer it? `/handset/…`, which Twilio has not.

No credentials are asked for: whoever reaches the handset may play every customer.
"""

import asyncio
from collections.abc import AsyncIterable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from handset.behaviour import MAGIC_NUMBERS, Behaviour
from handset.carrier import Account, Message
from handset.exchange import Exchange
from handset.protocol import new_number, save_number
from handset.sending import MAX_BODY, is_callable_url, is_phone_number

router = APIRouter(prefix="/handset", tags=["handset"])


def _phone_number(text: str) -> str:
    if not is_phone_number(text):
        raise ValueError(f"{text!r} is not a phone number in E.164 form, such as +12125550101")
    return text


def _callable_url(text: str) -> str:
    if text and not is_callable_url(text):
        raise ValueError(f"{text!r} is not a URL that can be called")
    return text


def _exchange(request: Request) -> Exchange:
    exchange: Exchange = request.app.state.exchange
    return exchange


TheExchange = Annotated[Exchange, Depends(_exchange)]
PhoneNumber = Annotated[str, AfterValidator(_phone_number)]
AccountSid = Annotated[str, Path(pattern="^AC[0-9a-f]{32}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class AccountIn(_Body):
    auth_token: str = Field(min_length=1)
    status: Literal["active", "suspended", "closed"] = "active"


class NumberIn(_Body):
    """What is left out stays as it is."""

    sms_url: Annotated[str, AfterValidator(_callable_url)] | None = None
    capabilities: dict[Literal["voice", "sms", "mms", "fax"], bool] | None = None


class TextIn(_Body):
    """A customer's text to one of our numbers."""

    from_: PhoneNumber = Field(alias="from")
    to: PhoneNumber
    body: str = Field(max_length=MAX_BODY)


@router.get("/health", operation_id="getHealth")
async def get_health(exchange: TheExchange) -> dict[str, Any]:
    """Tell that the handset is up, and how many webhooks it still owes."""
    carrier = exchange.carrier
    return {
        "status": "ok",
        "messages": len(carrier.messages),
        "open_webhooks": len(carrier.open_calls),
    }


@router.get("/accounts", operation_id="listAccounts")
async def list_accounts(exchange: TheExchange) -> dict[str, Any]:
    """List the accounts with their numbers, without their tokens."""
    accounts = exchange.carrier.accounts.values()
    return {"items": [_account(account) for account in accounts]}


@router.put("/accounts/{sid}", operation_id="putAccount")
async def put_account(sid: AccountSid, body: AccountIn, exchange: TheExchange) -> dict[str, Any]:
    """Create an account or change it."""
    known = exchange.carrier.accounts.get(sid)
    if known is None or (known.auth_token, known.status) != (body.auth_token, body.status):
        exchange.record("account", account_sid=sid, **body.model_dump())
    return _account(exchange.carrier.accounts[sid])


@router.put("/accounts/{sid}/numbers/{e164}", operation_id="putNumber")
async def put_number(
    sid: AccountSid, e164: PhoneNumber, body: NumberIn, exchange: TheExchange
) -> dict[str, Any]:
    """Give an account a number or change it."""
    if sid not in exchange.carrier.accounts:
        raise HTTPException(404, f"There is no account {sid}")
    number = exchange.carrier.numbers.get(e164)
    if number is not None and number.account_sid != sid:
        raise HTTPException(409, f"{e164} is a number of account {number.account_sid}")
    changes = body.model_dump(exclude_none=True)
    if number is None or any(getattr(number, name) != v for name, v in changes.items()):
        save_number(exchange, number or new_number(sid, e164), **changes)
    return _account(exchange.carrier.accounts[sid])


@router.post("/texts", status_code=202, operation_id="createText")
async def create_text(
    text: TextIn, exchange: TheExchange, response: Response, wait: bool = False
) -> dict[str, Any]:
    """Send a text as a customer; with `wait` answer after the number's webhook has answered."""
    number = exchange.carrier.numbers.get(text.to)
    if number is None:
        raise HTTPException(404, f"{text.to} is a number of no account")
    message, call = exchange.take_text(text.from_, number, text.body)
    answer: dict[str, Any] = {"id": message.n, "sid": message.sid}
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
    customer: PhoneNumber,
    exchange: TheExchange,
    number: PhoneNumber | None = None,
    since_id: Annotated[int, Query(ge=0)] = 0,
    all_: Annotated[bool, Query(alias="all")] = False,
) -> dict[str, Any]:
    """Return what a customer's phone shows: the texts it received and wrote, newest last.

    A text arrives as soon as the carrier takes it. `all` adds those that never arrive.
    """
    now = datetime.now(UTC)
    return {
        "items": [
            _text(message, now)
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
                "last": _text(texts[-1], now),
                "numbers": list(dict.fromkeys(text.number for text in reversed(texts))),
                "opted_out": [
                    ours
                    for ours in dict.fromkeys(text.number for text in texts)
                    if (ours, customer) in carrier.opted_out
                ],
            }
        )
    return {"items": phones}


@router.get("/log", operation_id="listLog")
async def list_log(
    exchange: TheExchange,
    kind: str | None = None,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=100_000)] = 1000,
) -> dict[str, Any]:
    """Return log entries numbered above `after`, oldest first, and as `next` where to go on."""
    log = exchange.log
    found = await asyncio.to_thread(log.page, after=after, kind=kind, limit=limit)
    return {"items": found, "next": found[-1]["n"] if len(found) == limit else None}


@router.get("/behaviour", operation_id="getBehaviour")
async def get_behaviour(exchange: TheExchange) -> dict[str, Any]:
    """Return how the carrier behaves, and the magic numbers that always behave in one way."""
    magic = {
        number: rules.model_dump(mode="json", exclude_unset=True)
        for number, rules in MAGIC_NUMBERS.items()
    }
    return exchange.carrier.behaviour.settings() | {"magic_numbers": magic}


@router.put("/behaviour", operation_id="putBehaviour")
async def put_behaviour(behaviour: Behaviour, exchange: TheExchange) -> dict[str, Any]:
    """Replace the behaviour; what is left out is without fault, so `{}` ends all misbehaviour."""
    exchange.set_behaviour(behaviour)
    return behaviour.settings()


@router.get("/events", response_class=EventSourceResponse, operation_id="watch")
async def watch(exchange: TheExchange) -> AsyncIterable[ServerSentEvent]:
    """Say "changed" whenever something happened, a few times a second at most."""
    yield ServerSentEvent(event="ready", data={})
    async for _ in exchange.hub.changes():
        yield ServerSentEvent(event="changed", data={})


@router.delete("", status_code=204, operation_id="reset")
async def reset(exchange: TheExchange) -> None:
    """Forget everything, for tests."""
    exchange.reset()


def _account(account: Account) -> dict[str, Any]:
    return {
        "sid": account.sid,
        "status": account.status,
        "numbers": [
            {
                "e164": number.phone_number,
                "sid": number.sid,
                "sms_url": number.sms_url,
                "capabilities": number.capabilities,
            }
            for number in account.numbers.values()
        ],
    }


def _text(message: Message, now: datetime) -> dict[str, Any]:
    return {
        "id": message.n,
        "sid": message.sid,
        "direction": "inbound" if message.direction == "inbound" else "outbound",
        "customer": message.customer,
        "number": message.number,
        "body": message.body,
        "at": message.created_at.isoformat(),
        "status": message.status(now),
        "error_code": message.error_code,
        "arrives": message.arrives or message.direction == "inbound",
        "segments": message.segments,
    }
