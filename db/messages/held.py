"""Refuses texts that wait with us: they will not go."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, case, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from db.messages.tables import Message, MessageDecision
from domain.failures import FailureKind
from domain.messages import MessageStatus, Verdict

_LONGEST_WHY = 500
"""Characters the column holds."""

_OPTED_OUT: Final = "The customer opted out before this text could go out."


async def refuse(
    session: AsyncSession,
    which: ColumnElement[bool],
    why: str,
    now: datetime,
    *,
    rule: str,
    failure: FailureKind | None = None,
    withdrawal: UUID | ScalarSelect[UUID] | None = None,
) -> None:
    """Refuse the waiting texts for which `which` holds; `why` is a sentence for the seller.

    `rule` says it in one word, and is kept of each; `withdrawal` is the entry of the ledger of consent that forbids
    them.
    """
    refused = (
        update(Message)
        .where(which, Message.status == MessageStatus.HELD)
        .values(
            status=MessageStatus.REFUSED,
            failure=failure,
            consent_entry_id=withdrawal,
            error=why[:_LONGEST_WHY],
            held_until=None,
            held_for=None,
            held_reason=None,
            finished_at=now,
        )
        .returning(Message.id, Message.organisation_id, Message.consent_entry_id)
        .cte("refused")
    )
    entry_id = refused.c.consent_entry_id
    forbidding = func.jsonb_build_object("withdrawals", func.jsonb_build_array(entry_id))
    decided = select(
        refused.c.organisation_id,
        refused.c.id,
        literal(now),
        literal(Verdict.REFUSE.value),
        literal(rule),
        literal(why[:_LONGEST_WHY]),
        case((entry_id.is_not(None), forbidding), else_=literal({}, JSONB)),
    )
    columns = ["organisation_id", "message_id", "at", "verdict", "rule", "why", "facts"]
    await session.execute(insert(MessageDecision).from_select(columns, decided))


async def keep_here(
    session: AsyncSession,
    which: ColumnElement[bool],
    withdrawal: UUID | ScalarSelect[UUID],
    now: datetime,
) -> None:
    """Refuse the waiting texts for which `which` holds, for a `withdrawal`: its entry of the ledger of consent."""
    await refuse(
        session,
        which,
        _OPTED_OUT,
        now,
        rule="opt_out",
        failure=FailureKind.OPT_OUT,
        withdrawal=withdrawal,
    )
