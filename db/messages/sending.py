"""The row of a text on its way out: held, refused, or submitting — and then never submitted again."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from db.conversations.tables import Conversation
from db.messages.drafts import Draft
from db.messages.statuses import UNCERTAIN
from db.messages.tables import Message
from db.work_items import opening
from domain import segments
from domain.messages import Direction, MessageStatus
from domain.sending import Refuse
from domain.work_items import WorkItemKind


async def hold(session: AsyncSession, draft: Draft, body: str, until: datetime, why: str) -> None:
    """Write that the text waits with us."""
    await session.execute(
        _row(draft, body, status=MessageStatus.HELD, held_until=until, held_reason=why[:300])
    )


async def refuse(
    session: AsyncSession, draft: Draft, body: str, refusal: Refuse, now: datetime
) -> None:
    """Write that the text will not go."""
    await session.execute(
        _row(
            draft,
            body,
            status=MessageStatus.REFUSED,
            failure=refusal.failure,
            error=refusal.why[:500],
            finished_at=now,
        )
    )


async def submit(session: AsyncSession, draft: Draft, body: str, now: datetime) -> None:
    """Write that the text is about to be handed to the provider; to be committed before it is."""
    row = _row(draft, body, status=MessageStatus.SUBMITTING, submitted_at=now)
    await session.execute(
        update(Conversation)
        .where(Conversation.id == draft.conversation_id)
        .values(last_message_at=now)
        .add_cte(row.cte("row"))
    )


async def take_back(
    session: AsyncSession, message_id: UUID, until: datetime, why: str, code: str | None
) -> None:
    """Write that the provider provably has not taken the text, which waits until it is tried again."""
    await session.execute(
        update(Message)
        .where(Message.id == message_id, Message.status == MessageStatus.SUBMITTING)
        .values(status=MessageStatus.HELD, held_until=until, held_reason=why[:300], error_code=code)
    )


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


def _row(draft: Draft, body: str, **state: Any) -> postgresql.Insert:
    """Return the statement that writes a text's row, or writes it again if it was held."""
    counted = segments.count(body)
    changing = {
        "body": body,
        "segments": counted.segments,
        "encoding": counted.encoding,
        "from_number": draft.from_number,
        "provider_account_id": draft.account_id,
        "held_until": None,
        "held_reason": None,
        **state,
    }
    insert = postgresql.insert(Message).values(
        id=draft.message_id,
        organisation_id=draft.organisation_id,
        conversation_id=draft.conversation_id,
        direction=Direction.OUTBOUND,
        to_number=draft.to_number,
        enrollment_id=draft.enrollment_id,
        step_id=draft.step_id,
        author_id=draft.author_id,
        **changing,
    )
    # the row was read under a lock in this transaction, and only a held one is written again
    return insert.on_conflict_do_update(
        index_elements=["id"], set_=changing, where=Message.status == MessageStatus.HELD
    )
