"""What answers a complaint: everything about one customer number's consent, and all texts to and from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.consent.listing import EntryRow
from db.consent.tables import ConsentEntry
from db.conversations.tables import Conversation
from db.messages.tables import Message
from db.providers.tables import PhoneNumber
from db.users.tables import User


@dataclass(frozen=True)
class Case:
    """One number: its ledger and its texts, each the oldest first."""

    number: str
    entries: Sequence[EntryRow]
    texts: Sequence[Message]

    @property
    def blocked(self) -> list[Message]:
        return [text for text in self.texts if text.consent_entry_id is not None]


async def case_of(session: AsyncSession, organisation_id: UUID, number: str) -> Case:
    """Return all that is known of a number's consent."""
    evidence = aliased(Message)
    entries = await session.execute(
        select(ConsentEntry, evidence, User, PhoneNumber.e164)
        .outerjoin(evidence, evidence.id == ConsentEntry.message_id)
        .outerjoin(User, User.id == ConsentEntry.actor_id)
        .outerjoin(PhoneNumber, PhoneNumber.id == ConsentEntry.phone_number_id)
        .where(
            ConsentEntry.organisation_id == organisation_id,
            ConsentEntry.customer_number == number,
        )
        .order_by(ConsentEntry.id)
    )
    texts = await session.scalars(
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Conversation.organisation_id == organisation_id,
            Conversation.customer_number == number,
        )
        .order_by(Message.created_at, Message.id)
    )
    return Case(number, [EntryRow(*row) for row in entries], list(texts))
