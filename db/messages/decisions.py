"""Keeps what was decided about a text together with the facts it was decided on, for whoever asks why.

Facts are ids, clocks and settings: no name, no customer's number and no words.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import FromClause, Insert, String, cast, insert, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from db.messages.drafts import Draft
from db.messages.tables import MessageDecision
from db.providers.senders import Sender
from domain import sending
from domain.messages import Verdict
from domain.quiet_hours import Send

_LONGEST_WHY: Final = 500
"""Characters the column holds."""

_SENT: Final = {
    "allowed": "Nothing spoke against it.",
    "answer": "The customer had just written, so an answer may go outside the hours.",
}


async def keep(
    session: AsyncSession,
    organisation_id: UUID,
    message_id: UUID,
    verdict: Verdict,
    rule: str,
    why: str,
    at: datetime,
    *,
    until: datetime | None = None,
    actor_id: UUID | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Keep a decision about a text whose row is there."""
    await session.execute(
        insert(MessageDecision).values(
            organisation_id=organisation_id,
            message_id=message_id,
            at=at,
            verdict=verdict,
            rule=rule,
            why=why[:_LONGEST_WHY],
            until=until,
            actor_id=actor_id,
            facts=facts or {},
        )
    )


async def keep_verdict(
    session: AsyncSession,
    draft: Draft,
    sender: Sender,
    decision: sending.Hold | sending.Refuse,
    now: datetime,
) -> None:
    """Keep that a text waits or will not go."""
    is_hold = isinstance(decision, sending.Hold)
    await keep(
        session,
        draft.organisation_id,
        draft.message_id,
        Verdict.HOLD if is_hold else Verdict.REFUSE,
        sending.rule_of(decision, draft.facts, now),
        decision.why,
        now,
        until=decision.until if isinstance(decision, sending.Hold) else None,
        facts=facts_of(draft, sender),
    )


def sent_values(draft: Draft, sender: Sender, now: datetime) -> dict[str, Any]:
    """Return the parameters of `insert_sent`."""
    rule = sending.rule_of(Send(), draft.facts, now)
    return {
        "decided_rule": rule,
        "decided_why": _SENT[rule],
        "decided_facts": json.dumps(facts_of(draft, sender)),
    }


SENT_COLUMNS: Final[Mapping[str, TypeEngine[Any]]] = {
    "decided_rule": String(),
    "decided_why": String(),
    "decided_facts": String(),
}
"""The names in `sent_values`, with what they are in the database."""


def insert_sent(leaving: FromClause) -> Insert:
    """Return the statement that keeps that texts go, for the statement that writes their rows."""
    return insert(MessageDecision.metadata.tables[MessageDecision.__tablename__]).from_select(
        ["organisation_id", "message_id", "at", "verdict", "rule", "why", "facts"],
        select(
            leaving.c.new_organisation_id,
            leaving.c.new_id,
            leaving.c.new_submitted_at,
            literal_column(f"'{Verdict.SEND.value}'"),
            leaving.c.decided_rule,
            leaving.c.decided_why,
            cast(leaving.c.decided_facts, JSONB),
        ),
    )


def facts_of(draft: Draft, sender: Sender) -> dict[str, Any]:
    """Return what a decision about a text rested on."""
    facts = draft.facts
    return {
        "step_id": draft.step_id,
        "version_id": draft.version_id and str(draft.version_id),
        "author_id": draft.author_id and str(draft.author_id),
        "zones": [zone.key for zone in facts.zones],
        "zone_source": draft.zone_source,
        "allowed_hours": str(facts.allowed),
        "working_hours": facts.working_hours and facts.working_hours.write(),
        "is_answer": facts.is_answer,
        "purpose": facts.purpose.value,
        "withdrawals": [str(withdrawal.entry_id) for withdrawal in facts.withdrawals],
        "phone_number_id": str(sender.number_id),
        "number_rule": _number_rule(draft, sender),
    }


def _number_rule(draft: Draft, sender: Sender) -> str:
    """Return what spoke for the number a text leaves from (domain/senders.py)."""
    candidate, wanted = sender.candidate, draft.wanted
    if candidate.number_id == wanted.sticky_id:
        return "sticky"
    if candidate.number == wanted.named:
        return "named"
    if candidate.is_own:
        return "default" if candidate.is_default else "own"
    return "team"
