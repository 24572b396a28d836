"""What changes, while a page is open: server-sent events for the signed-in person."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.auth import AnySignIn, May, StillSignedIn
from api.context import InContext, Now
from api.problems import problems
from domain.privileges import Actor, Entity, Privilege

_LONGEST_SECONDS: Final = 3600.0

router = APIRouter(prefix="/events", tags=["events"])


@router.get(
    "",
    operation_id="streamEvents",
    response_class=EventSourceResponse,
    responses=problems(401, 403),
)
async def stream_events(
    actor: Annotated[Actor, Depends(May(Entity.CONVERSATION, Privilege.READ, embedded=True))],
    sign_in: AnySignIn,
    still_signed_in: StillSignedIn,
    context: InContext,
    now: Now,
) -> AsyncIterator[ServerSentEvent]:
    """Stream `message.changed`, `conversation.changed`, `work_item.changed` and `enrollment.changed`.

    An event holds ids only: it says what to ask for anew. Whoever connects asks for everything anew, as events
    of the time before are not kept. The stream ends with the session, and now and then before that.
    """
    with context.hub.subscribed(actor) as subscription:
        yield ServerSentEvent(comment="connected", retry=2000)
        try:
            async with asyncio.timeout(min((sign_in.expires_at - now).total_seconds(), _lasts())):
                async for change in subscription:
                    if not await still_signed_in():
                        return
                    yield ServerSentEvent(event=change.event, data=change.data)
        except TimeoutError:
            return


def _lasts() -> float:
    """Return how many seconds a stream goes on: who stands in for whom is what it was when the stream began.

    Not the same for all, or those that began together would all come back together.
    """
    return random.uniform(0.8, 1.0) * _LONGEST_SECONDS  # noqa: S311 - no secret
