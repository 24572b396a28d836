"""Single texts: taking one back, and why it went, waits, or did not go."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from api.auth import May, require
from api.context import Database, Now
from api.conversations.router import shown
from api.conversations.schemas import MessageOut
from api.media.addresses import MediaAddresses
from api.messages.schemas import ReasonOut, Why
from api.problems import Problem, not_found, problems
from api.schemas import Instant
from db.conversations import queries
from db.conversations.queries import MessageRow
from db.enrollments.queries import find_enrollment
from db.messages import cancelling, why
from db.users.queries import get_user
from db.visibility import ownership_of
from domain.privileges import Actor, Entity, Privilege
from domain.why import explain

router = APIRouter(tags=["conversations"])

_MayRead = Annotated[
    Actor,
    Depends(May(Entity.MESSAGE, Privilege.READ, also=((Entity.CONVERSATION, Privilege.READ),))),
]
_MayCancel = Annotated[Actor, Depends(May(Entity.MESSAGE, Privilege.WRITE, embedded=True))]
_MayReadEnrollments = Annotated[Actor, Depends(May(Entity.ENROLLMENT, Privilege.READ))]


@router.post(
    "/messages/{message_id}/cancel",
    operation_id="cancelMessage",
    responses=problems(401, 403, 404, 409),
)
async def cancel_message(
    message_id: UUID, actor: _MayCancel, session: Database, now: Now, addresses: MediaAddresses
) -> MessageOut:
    """Take back a text that has not left yet: its author may, and whoever answers for more than the own rows."""
    message = (await _row(session, actor, message_id)).message
    require(
        actor,
        Entity.MESSAGE,
        Privilege.WRITE,
        await ownership_of(session, message.author_id, None),
    )
    if message.enrollment_id is not None:
        detail = "This text belongs to a sequence: pause or disconnect its enrollment instead."
        raise Problem(409, "of-a-sequence", detail)
    user = (await get_user(session, actor.user_id)).user
    name = f"{user.first_name} {user.last_name}"
    if not await cancelling.cancel(session, message_id, by=user.id, by_name=name, now=now):
        detail = "This text has left already, or will not go anyway: look at it anew."
        raise Problem(409, "already-left", detail)
    (message_out,) = await shown(session, [await _row(session, actor, message_id)], addresses)
    return message_out


@router.get(
    "/messages/{message_id}/why",
    operation_id="explainMessage",
    responses=problems(401, 403, 404, 422),
)
async def explain_message(
    message_id: UUID, actor: _MayRead, session: Database, at: Instant | None = None
) -> Why:
    """Say why a text went, waits, or did not go, as it was known at an instant, or is now."""
    message = (await _row(session, actor, message_id)).message
    reasons = explain(await why.of_message(session, actor, message), at)
    return Why(message_id=message_id, items=[ReasonOut.of(reason) for reason in reasons])


@router.get(
    "/enrollments/{enrollment_id}/why",
    operation_id="explainStep",
    responses=problems(401, 403, 404, 422),
)
async def explain_step(
    enrollment_id: UUID,
    actor: _MayReadEnrollments,
    session: Database,
    step_id: str,
    at: Instant | None = None,
) -> Why:
    """Say what became of a step of an enrollment, be it that it never came to a text."""
    if await find_enrollment(session, actor, enrollment_id) is None:
        raise not_found("enrollment")
    reasons = explain(await why.of_step(session, enrollment_id, step_id), at)
    return Why(message_id=None, items=[ReasonOut.of(reason) for reason in reasons])


async def _row(session: Database, actor: Actor, message_id: UUID) -> MessageRow:
    row = await queries.find_message(session, actor, message_id)
    if row is None:
        raise not_found("message")
    return row
