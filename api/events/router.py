"""What changes, while a page is open: server-sent events for the signed-in person."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.auth import CurrentSignIn, May
from api.context import InContext, Now
from api.problems import problems
from domain.privileges import Actor, Entity, Privilege

router = APIRouter(prefix="/events", tags=["events"])


@router.get(
    "",
    operation_id="streamEvents",
    response_class=EventSourceResponse,
    responses=problems(401, 403),
)
async def stream_events(
    actor: Annotated[Actor, Depends(May(Entity.CONVERSATION, Privilege.READ))],
    sign_in: CurrentSignIn,
    context: InContext,
    now: Now,
) -> AsyncIterator[ServerSentEvent]:
    """Stream `message.changed`, `conversation.changed`, `work_item.changed` and `enrollment.changed`.

    An event holds ids only: it says what to ask for anew. Whoever connects asks for everything anew, as events
    of the time before are not kept. The stream ends with the session.
    """
    with context.hub.subscribed(actor) as subscription:
        yield ServerSentEvent(comment="connected", retry=2000)
        try:
            async with asyncio.timeout((sign_in.expires_at - now).total_seconds()):
                async for change in subscription:
                    yield ServerSentEvent(event=change.event, data=change.data)
        except TimeoutError:
            return
