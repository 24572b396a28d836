"""The row of a text on its way out: held, refused, or submitting — and then never submitted again."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Update, bindparam, literal_column, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.autocommit import Connection, connection_of
from db.compiled import Compiled
from db.consent.in_force import withdrawal_of, withdrawals_of
from db.conversations.tables import Conversation
from db.messages import decisions
from db.messages.drafts import Draft
from db.messages.statuses import UNCERTAIN
from db.messages.tables import Message
from db.providers.senders import Sender
from db.work_items import opening
from domain import segments
from domain.consent import Withdrawal
from domain.messages import Direction, MessageStatus
from domain.sending import Hold, Refuse
from domain.work_items import WorkItemKind


async def hold(
    session: AsyncSession, draft: Draft, sender: Sender, body: str, hold: Hold, now: datetime
) -> None:
    """Write that the text waits with us."""
    await session.execute(
        _ROW,
        _row(
            draft,
            sender,
            body,
            status=MessageStatus.HELD,
            held_until=hold.until,
            held_for=hold.kind,
            held_reason=hold.why[:300],
        ),
    )
    await decisions.keep_verdict(session, draft, sender, hold, now)


async def refuse(
    session: AsyncSession,
    draft: Draft,
    sender: Sender,
    body: str,
    refusal: Refuse,
    now: datetime,
) -> None:
    """Write that the text will not go."""
    await session.execute(
        _ROW,
        _row(
            draft,
            sender,
            body,
            status=MessageStatus.REFUSED,
            failure=refusal.failure,
            error=refusal.why[:500],
            consent_entry_id=refusal.withdrawal,
            finished_at=now,
        ),
    )
    await decisions.keep_verdict(session, draft, sender, refusal, now)


async def submit(
    session: AsyncSession, draft: Draft, sender: Sender, body: str, now: datetime
) -> None:
    """Write that the text is about to be handed to the provider; to be committed before it is."""
    row = _row(draft, sender, body, status=MessageStatus.SUBMITTING, submitted_at=now)
    decided = decisions.sent_values(draft, sender, now)
    await _SUBMIT.execute(await connection_of(session), row | decided)


async def take_back(
    session: AsyncSession, draft: Draft, sender: Sender, hold: Hold, code: str | None, now: datetime
) -> None:
    """Write that the provider provably has not taken the text, which waits until it is tried again."""
    taken = await session.scalar(
        update(Message)
        .where(Message.id == draft.message_id, Message.status == MessageStatus.SUBMITTING)
        .values(
            status=MessageStatus.HELD,
            held_until=hold.until,
            held_for=hold.kind,
            held_reason=hold.why[:300],
            error_code=code,
        )
        .returning(Message.id)
    )
    if taken is not None:
        await decisions.keep_verdict(session, draft, sender, hold, now)


async def withdrawals_now(connection: Connection, message_id: UUID) -> list[Withdrawal]:
    """Return the withdrawals of consent that are in force for the customer of a text."""
    row = await _WITHDRAWALS.one_or_none(connection, {"message_id": message_id})
    return [] if row is None else [withdrawal_of(each) for each in row.withdrawals or ()]


async def give_up(session: AsyncSession, message_id: UUID, now: datetime) -> bool:
    """Write that nobody can say whether the text went; return False if somebody could meanwhile."""
    given_up = await session.scalar(
        update(Message)
        .where(Message.id == message_id, Message.status == MessageStatus.SUBMITTING)
        .values(status=MessageStatus.UNCERTAIN, error=UNCERTAIN)
        .returning(Message.id)
    )
    if given_up is None:
        return False
    await opening.about_text(session, message_id, WorkItemKind.UNCERTAIN_TEXT, UNCERTAIN, now)
    return True


async def submitted_text(session: AsyncSession, message_id: UUID) -> tuple[MessageStatus, str]:
    """Return the state and the words of a text. Raises NoResultFound."""
    found = await session.execute(
        select(Message.status, Message.body).where(Message.id == message_id)
    )
    return found.one()


async def owned_ids(
    session: AsyncSession, account_id: UUID, provider_message_ids: Collection[str]
) -> frozenset[str]:
    """Return which of a provider's ids belong to a text of ours already."""
    found = await session.scalars(
        select(Message.provider_message_id).where(
            Message.provider_account_id == account_id,
            Message.provider_message_id.in_(provider_message_ids),
        )
    )
    return frozenset(id_ for id_ in found if id_ is not None)


_WITHDRAWALS: Final = Compiled(
    select(withdrawals_of(Message.organisation_id, Message.to_number).label("withdrawals")).where(
        Message.id == bindparam("message_id")
    )
)

_FIXED: Final = (
    *("id", "organisation_id", "conversation_id", "direction", "to_number"),
    *("enrollment_id", "step_id", "author_id", "template_id"),
)
_CHANGING: Final = (
    *("body", "segments", "encoding", "from_number", "phone_number_id", "provider_account_id"),
    *("status", "submitted_at", "finished_at", "failure", "error", "error_code"),
    *("held_until", "held_for", "held_reason", "consent_entry_id"),
)
"""What a text that was held may have become when it is written again."""


def _row(draft: Draft, sender: Sender, body: str, **state: Any) -> dict[str, Any]:
    """Return the parameters of a text's row."""
    counted = segments.count(body)
    values = {
        "id": draft.message_id,
        "organisation_id": draft.organisation_id,
        "conversation_id": draft.conversation_id,
        "direction": Direction.OUTBOUND,
        "to_number": draft.to_number,
        "enrollment_id": draft.enrollment_id,
        "step_id": draft.step_id,
        "author_id": draft.author_id,
        "template_id": draft.template_id,
        "body": body,
        "segments": counted.segments,
        "encoding": counted.encoding,
        "from_number": sender.number,
        "phone_number_id": sender.number_id,
        "provider_account_id": sender.account_id,
        **state,
    }
    return {f"new_{name}": values.get(name) for name in (*_FIXED, *_CHANGING)}


def _write_row() -> postgresql.Insert:
    """Return the statement that writes a text's row, or writes it again if it was held."""
    # the table and not the class, since parameters beside a class are taken for rows to insert
    table = Message.metadata.tables[Message.__tablename__]
    given = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in _FIXED}
    changing = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in _CHANGING}
    # the row was read under a lock in this transaction, and only a held one is written again
    return (
        postgresql.insert(table)
        .values(**given, **changing)
        .on_conflict_do_update(
            index_elements=["id"],
            set_=changing,
            where=table.c.status == literal_column(f"'{MessageStatus.HELD.value}'"),
        )
    )


def _submit() -> Update:
    table = Conversation.metadata.tables[Conversation.__tablename__]
    return (
        update(table)
        .where(table.c.id == bindparam("new_conversation_id"))
        .values(
            last_message_at=bindparam("new_submitted_at"),
            phone_number_id=bindparam("new_phone_number_id"),
        )
        .add_cte(_write_row().cte("row"), decisions.insert_sent().cte("decided"))
    )


_ROW: Final = _write_row()
"""Made once: making it costs more than running it."""
_SUBMIT: Final = Compiled(_submit())
