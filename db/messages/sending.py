"""The row of a text on its way out: held, refused, or submitting — and then never submitted again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, bindparam, literal_column, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.autocommit import Connection, connection_of
from db.compiled import Compiled, given
from db.consent.in_force import withdrawal_of, withdrawals_of
from db.messages import decisions
from db.messages.drafts import Draft
from db.messages.statuses import UNCERTAIN
from db.providers.senders import Sender

# all of them are there then, so that each column knows what the one it refers to is
from db.tables import Conversation, Message
from db.work_items import opening, replies
from domain import segments
from domain.consent import Withdrawal
from domain.messages import Direction, MessageStatus
from domain.sending import Hold, Refuse
from domain.work_items import WorkItemKind


class SubmittedBefore(AssertionError):
    """A text was to be submitted that is neither new nor held: its caller did not read it under its lock."""


@dataclass(frozen=True)
class Leaving:
    """A text that nothing holds up, with the number it leaves from and its words."""

    draft: Draft
    sender: Sender
    body: str


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
    """Write that the text will not go; what a seller's own was the answer to is to be answered again."""
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
    if draft.enrollment_id is None:
        await replies.unanswered(session, draft.message_id)


async def submit(session: AsyncSession, texts: Sequence[Leaving], now: datetime) -> None:
    """Write that texts are about to be handed to their providers; to be committed before they are.

    Raises SubmittedBefore, and then none may be handed over.
    """
    rows = [
        _row(text.draft, text.sender, text.body, status=MessageStatus.SUBMITTING, submitted_at=now)
        | decisions.sent_values(text.draft, text.sender, now)
        for text in texts
    ]
    lists = {name: [row[name] for row in rows] for name in rows[0]}
    written = {row.id for row in await _SUBMIT.all(await connection_of(session), lists)}
    before = [text.draft.message_id for text in texts if text.draft.message_id not in written]
    if before:
        raise SubmittedBefore(f"these texts may have left already: {before}")


async def take_back(
    session: AsyncSession,
    draft: Draft,
    sender: Sender,
    hold: Hold,
    code: str | None,
    now: datetime,
    *,
    used_up_id: str | None = None,
) -> None:
    """Write that the provider provably has not taken the text, which waits until it is tried again.

    `used_up_id` is its id at the provider, if that cannot be used again.
    """
    used_up = [] if used_up_id is None else [used_up_id]
    taken = await session.scalar(
        update(Message)
        .where(Message.id == draft.message_id, Message.status == MessageStatus.SUBMITTING)
        .values(
            status=MessageStatus.HELD,
            held_until=hold.until,
            held_for=hold.kind,
            held_reason=hold.why[:300],
            error_code=code,
            used_up_ids=Message.used_up_ids + used_up,
        )
        .returning(Message.id)
    )
    if taken is not None:
        await decisions.keep_verdict(session, draft, sender, hold, now)


async def withdrawals_now(
    connection: Connection, message_ids: Sequence[UUID]
) -> list[list[Withdrawal]]:
    """Return of each text the withdrawals of consent that are in force for its customer."""
    rows = await _WITHDRAWALS.all(connection, {"message_id": list(message_ids)})
    found = {row.id: [withdrawal_of(each) for each in row.withdrawals or ()] for row in rows}
    return [found.get(message_id, []) for message_id in message_ids]


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
    select(
        Message.id,
        withdrawals_of(Message.organisation_id, Message.to_number).label("withdrawals"),
    ).where(Message.id == any_(bindparam("message_id", type_=ARRAY(Uuid))))
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
    row = {
        name: bindparam(f"new_{name}", type_=table.c[name].type) for name in (*_FIXED, *_CHANGING)
    }
    return _again_if_held(postgresql.insert(table).values(row))


def _again_if_held(insert: postgresql.Insert) -> postgresql.Insert:
    # the row was read under a lock in this transaction, and only a held one is written again
    is_held = insert.table.c.status == literal_column(f"'{MessageStatus.HELD.value}'")
    changed = {name: insert.excluded[name] for name in _CHANGING}
    return insert.on_conflict_do_update(index_elements=["id"], set_=changed, where=is_held)


def _submit() -> Select[UUID]:
    messages = Message.metadata.tables[Message.__tablename__]
    conversations = Conversation.metadata.tables[Conversation.__tablename__]
    columns = (*_FIXED, *_CHANGING)
    leaving = given(
        {f"new_{name}": messages.c[name].type for name in columns} | dict(decisions.SENT_COLUMNS),
        name="leaving",
    )
    rows = postgresql.insert(messages).from_select(
        columns, select(*(leaving.c[f"new_{name}"] for name in columns))
    )
    moved = (
        update(conversations)
        .where(conversations.c.id == leaving.c.new_conversation_id)
        .values(
            last_message_at=leaving.c.new_submitted_at,
            phone_number_id=leaving.c.new_phone_number_id,
        )
    )
    written = _again_if_held(rows).returning(messages.c.id).cte("rows")
    return select(written.c.id).add_cte(
        moved.cte("moved"), decisions.insert_sent(leaving).cte("decided")
    )


_ROW: Final = _write_row()
"""Made once: making it costs more than running it."""
_SUBMIT: Final = Compiled(_submit())
