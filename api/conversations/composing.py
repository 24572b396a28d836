"""What a person writes into a conversation, checked before it is stored: words, number, hour, colleagues."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.schemas import NewMessage
from api.problems import Problem, ProblemError, invalid
from api.texts import checked_text
from db.messages import texts
from db.messages.outlook import Outlook, outlook
from db.providers.senders import Sender
from db.templates import queries as templates
from domain import schedule
from domain.between import objection
from domain.erasure import is_erased
from domain.messages import HoldKind
from domain.placeholders import UnfilledPlaceholder, check, known_fields, render
from domain.privileges import Actor, Entity, Privilege, level_of
from domain.quiet_hours import Send
from domain.segments import is_blank
from domain.senders import NoSender
from domain.sending import Hold, Refuse, Verdict

_SLUGS: Final[Mapping[str, str]] = {
    "opt_out": "opted-out",
    "no_consent": "no-consent",
    "unreachable": "unreachable",
    "record_closed": "record-closed",
}
"""Of what forbids a text for good, by the rule."""


@dataclass(frozen=True)
class Composed:
    """A text as it may be written; `at` is set if it waits until then."""

    text: str
    sender: Sender
    at: datetime | None


async def compose(
    session: AsyncSession, conversation_id: UUID, actor: Actor, body: NewMessage, now: datetime
) -> Composed:
    """Return a new text ready to be written. Refuses what must not go, with the reason and what would do."""
    view = await outlook_of(session, conversation_id, actor, now)
    text = "" if body.media and is_blank(body.text) else filled(view, body.text)
    sender = sender_of(view, body.phone_number_id, needs_mms=bool(body.media))
    at = instant_of(view, body.send_at_local, now)
    await _check_template(session, actor, body.template_id)
    _check_verdict(verdict_at(view, sender, at, now), at, may_wait=body.may_wait)
    if body.seen_message_id is not None:
        await _check_between(session, conversation_id, actor, body.seen_message_id, now)
    return Composed(text, sender, at)


async def outlook_of(
    session: AsyncSession, conversation_id: UUID, actor: Actor, now: datetime
) -> Outlook:
    """Return what decides about a text of the actor's. Refuses a conversation with nobody, or of no record."""
    view = await outlook(session, conversation_id, actor.user_id, now)
    if view is None:
        raise Problem(
            409,
            "unassigned",
            "This conversation belongs to no record yet: move it to one, then answer.",
        )
    if is_erased(view.wanted.customer_number):
        raise Problem(409, "erased", "The person was erased: there is no number to write to.")
    if level_of(actor, Entity.PHONE_NUMBER, Privilege.APPEND_TO) is None:
        # it is held over one number already, and would be attached to any other
        held_over = view.wanted.sticky_id
        return replace(view, senders=[each for each in view.senders if each.number_id == held_over])
    return view


def filled(view: Outlook, text: str) -> str:
    """Return `text` with its placeholders filled. Refuses one that cannot be."""
    problems = check(text, known_fields(view.record_kind))
    if problems:
        errors = [
            ProblemError(path="text", line=each.line, message=each.message) for each in problems
        ]
        raise Problem(422, "invalid-placeholder", problems[0].message, errors=errors)
    try:
        return checked_text(render(text, view.values))
    except UnfilledPlaceholder as problem:
        message = f"{problem} Write a default for it, or fill the field."
        raise invalid("text", message, slug="unfilled-placeholder") from problem


def sender_of(view: Outlook, number_id: UUID | None, *, needs_mms: bool) -> Sender:
    """Return the number a text leaves from. Refuses one that the author may not send from, and none at all."""
    try:
        return view.sender(number_id, needs_mms=needs_mms)
    except NoSender as problem:
        slug = "no-sender" if number_id is None else "not-your-number"
        raise Problem(409, slug, str(problem)) from problem


def instant_of(view: Outlook, local: datetime | None, now: datetime) -> datetime | None:
    """Return when it is this time for the customer; None for now. Refuses a time that will not do."""
    if local is None:
        return None
    at = schedule.instant_of(local, view.facts.zones)
    why = schedule.why_not(at, now)
    if why is not None:
        raise invalid("send_at_local", why, slug="not-in-future")
    return at


def verdict_at(view: Outlook, sender: Sender, at: datetime | None, now: datetime) -> Verdict:
    """Return whether a text may leave at `at`, or now; what is scheduled answers nobody who just wrote."""
    if at is None:
        return view.verdict(sender, now)
    return replace(view, facts=replace(view.facts, is_answer=False)).verdict(sender, at)


def _check_verdict(decision: Verdict, at: datetime | None, *, may_wait: bool) -> None:
    match decision:
        case Refuse(why):
            raise Problem(409, _SLUGS.get(decision.rule, decision.rule.replace("_", "-")), why)
        case Hold(_, why, HoldKind.NO_HOUR) if not may_wait:
            more: dict[str, Any] = {"next_allowed": None, "remedy": {"may_wait": True}}
            raise Problem(409, "quiet-hours", why, more=more)
        case Hold(until, why, HoldKind.HOURS) if not may_wait:
            more = {
                "next_allowed": until.isoformat().replace("+00:00", "Z"),
                "remedy": {"may_wait": True},
            }
            raise Problem(409, "quiet-hours", _forbidden(why, at), more=more)
        case Hold() | Send():
            return


def _forbidden(why: str, at: datetime | None) -> str:
    """Return in a sentence for the seller that the hours forbid a text, and what would do."""
    if at is None:
        return f"{why} Schedule it, or let it wait until then."
    not_then = f"Not at that time: {why[0].lower()}{why[1:]}"
    return f"{not_then} Choose a time that they allow, or let it wait until then."


async def _check_template(session: AsyncSession, actor: Actor, template_id: UUID | None) -> None:
    if template_id is None:
        return
    if await templates.find_template(session, actor, template_id) is None:
        raise invalid("template_id", "There is no such template, or it is not yours to use.")


async def _check_between(
    session: AsyncSession, conversation_id: UUID, actor: Actor, seen_id: UUID, now: datetime
) -> None:
    """Ask back if somebody spoke since the sender looked; what is asked is whether to send nevertheless."""
    since = await texts.spoken_since(session, conversation_id, seen_id)
    if since is None:
        raise invalid("seen_message_id", "There is no such text in this conversation.")
    why = objection(since, actor.user_id, now)
    if why is not None:
        said = [str(spoken.message_id) for spoken in since if spoken.author_id != actor.user_id]
        detail = f"{why} Look first; to send it nevertheless, leave seen_message_id out."
        raise Problem(409, "spoken-meanwhile", detail, more={"why": why, "texts": said})
