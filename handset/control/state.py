"""How does the carrier behave, and what did it do? Its behaviour, log, rates and health."""

import asyncio
from collections.abc import AsyncIterable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from handset.behaviour import MAGIC_NUMBERS, Behaviour
from handset.control.inputs import TheExchange
from handset.rates import Rate, rates

router = APIRouter()


@router.get("/health", operation_id="getHealth")
async def get_health(exchange: TheExchange) -> dict[str, Any]:
    """Tell that the handset is up, and how many webhooks it still owes."""
    carrier = exchange.carrier
    return {
        "status": "ok",
        "messages": len(carrier.messages),
        "open_webhooks": len(carrier.open_calls),
    }


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


@router.get("/rates", operation_id="listRates")
async def list_rates(
    exchange: TheExchange, window: Annotated[float, Query(gt=0, le=86_400)] = 5
) -> dict[str, Any]:
    """Return how fast each number sent: the most segments in any `window` of so many seconds."""
    found = rates(exchange.carrier.all_messages(), timedelta(seconds=window))
    return {"items": [_rate(rate) for rate in found]}


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
    try:
        exchange.set_behaviour(behaviour)
    except ValueError as error:
        raise HTTPException(422, str(error)) from error
    return behaviour.settings()


@router.get("/events", response_class=EventSourceResponse, operation_id="watch")
async def watch(exchange: TheExchange) -> AsyncIterable[ServerSentEvent]:
    """Say "changed" whenever something happened, a few times a second at most."""
    yield ServerSentEvent(event="ready", data={})
    async for _ in exchange.hub.changes():
        yield ServerSentEvent(event="changed", data={})


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "account": rate.account_id,
        "number": rate.number,
        "messages": rate.messages,
        "segments": rate.segments,
        "most_in_window": rate.most_in_window,
        "first_at": rate.first_at.isoformat(),
        "last_at": rate.last_at.isoformat(),
    }
