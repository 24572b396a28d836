"""What somebody who writes needs before the text is sent: the numbers to choose from, and what would become of it."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import ConfigDict, Field, NaiveDatetime
from sqlalchemy import text as sql

from api.context import Database, Now
from api.conversations import composing
from api.conversations.router import MaySend, check_append_to
from api.conversations.schemas import NewMessage
from api.problems import Problem, problems
from api.schemas import Instant, Sent, Shown
from db.messages.outlook import Outlook
from db.users.queries import get_user
from domain import segments
from domain.quiet_hours import Send
from domain.schedule import clock_of
from domain.sending import Hold, Refuse, Verdict

router = APIRouter(prefix="/conversations/{conversation_id}", tags=["conversations"])


class SenderOut(Shown):
    """A number of ours that you may send from in a conversation."""

    model_config = ConfigDict(title="Sender")

    id: UUID
    e164: str
    is_default_here: bool
    """Whether a text leaves from it unless you choose another."""
    is_own: bool
    is_up: bool
    """Whether its provider account works now."""
    can_mms: bool


class SegmentsOut(Shown):
    model_config = ConfigDict(title="FilledSegments")

    encoding: str
    units: int
    segments: int
    forced_by: str | None
    """The character that makes the text UCS-2."""
    forced_at: int | None
    """Where it stands in the filled text, in characters from 0."""


class OutlookOut(Shown):
    """Whether the text may go: now, later, or never.

    `next_allowed` is when, for what the clock ends (see `may_wait`); of all else `why` says what it waits for.
    """

    model_config = ConfigDict(title="Outlook")

    may: Literal["now", "later", "never"]
    why: str | None
    next_allowed: Instant | None
    next_allowed_local: NaiveDatetime | None
    """The same by the customer's clock, as `send_at_local` takes it."""
    zones: list[str]
    """Where the customer may be."""


class PreviewOut(Shown):
    model_config = ConfigDict(title="TextPreview")

    text: str
    """With its placeholders filled; as it was written, if that cannot be done."""
    problems: list[str]
    segments: SegmentsOut
    outlook: OutlookOut


class Typing(Sent):
    is_typing: bool = Field(examples=[True])


@router.get("/senders", operation_id="listSenders", responses=problems(401, 403, 404, 409))
async def list_senders(
    conversation_id: UUID, actor: MaySend, session: Database, now: Now
) -> list[SenderOut]:
    """List the numbers you may send from here, the one that a text leaves from by itself first."""
    await check_append_to(session, actor, conversation_id)
    view = await composing.outlook_of(session, conversation_id, actor, now)
    if not view.senders:
        return []
    default = view.sender(None)
    found = [
        SenderOut(
            id=sender.number_id,
            e164=sender.number,
            is_default_here=sender is default,
            is_own=sender.candidate.is_own,
            is_up=sender.candidate.is_up,
            can_mms=sender.candidate.can_mms,
        )
        for sender in view.senders
    ]
    return sorted(found, key=lambda each: (not each.is_default_here, not each.is_own, each.e164))


@router.post("/preview", operation_id="previewMessage", responses=problems(401, 403, 404, 409, 422))
async def preview_message(
    conversation_id: UUID, actor: MaySend, session: Database, now: Now, body: NewMessage
) -> PreviewOut:
    """Show what a text would say, cost, and meet; nothing is stored."""
    await check_append_to(session, actor, conversation_id)
    view = await composing.outlook_of(session, conversation_id, actor, now)
    found: list[str] = []
    text = segments.normalise(body.text)
    decision: Verdict | None = None
    at = None
    try:
        if not segments.is_blank(text):
            text = composing.filled(view, text)
    except Problem as problem:
        found.append(problem.detail)
    try:
        at = composing.instant_of(view, body.send_at_local, now)
        sender = composing.sender_of(view, body.phone_number_id, needs_mms=bool(body.media))
        decision = composing.verdict_at(view, sender, at, now)
    except Problem as problem:
        found.append(problem.detail)
    return PreviewOut(
        text=text,
        problems=found,
        segments=SegmentsOut.model_validate(segments.count(text)),
        outlook=_outlook(view, decision, at, found),
    )


@router.post(
    "/typing", operation_id="showTyping", status_code=204, responses=problems(401, 403, 404)
)
async def show_typing(
    conversation_id: UUID, actor: MaySend, session: Database, body: Typing
) -> None:
    """Let whoever looks at the conversation see that you are writing. It is forgotten after a few seconds."""
    await check_append_to(session, actor, conversation_id)
    user = (await get_user(session, actor.user_id)).user
    await session.execute(
        _ANNOUNCE,
        {
            "conversation_id": conversation_id,
            "user_id": actor.user_id,
            "name": f"{user.first_name} {user.last_name}",
            "is_typing": body.is_typing,
        },
    )


_ANNOUNCE = sql(
    """
    SELECT announce(organisation_id, 'conversation.typing', jsonb_build_object(
        'id', id, 'record_id', record_id, 'user_id', CAST(:user_id AS uuid), 'name', CAST(:name AS text),
        'is_typing', CAST(:is_typing AS boolean)), conversation_audience(id))
    FROM conversations WHERE id = :conversation_id
    """
)


def _outlook(
    view: Outlook, decision: Verdict | None, at: datetime | None, found: list[str]
) -> OutlookOut:
    zones = [zone.key for zone in view.facts.zones]
    may: Literal["now", "later", "never"]
    why: str | None
    until: datetime | None
    match decision:
        case None:
            may, why, until = "never", found[-1], None
        case Refuse(why):
            may, until = "never", None
        case Hold(why=why):
            may, until = "later", decision.known_end
        case Send():
            may, why, until = ("now" if at is None else "later"), None, at
    return OutlookOut(
        may=may,
        why=why,
        next_allowed=until,
        next_allowed_local=None if until is None else clock_of(until, view.facts.zones),
        zones=zones,
    )
