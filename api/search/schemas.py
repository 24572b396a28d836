"""What a search finds, as it is shown."""

from uuid import UUID

from pydantic import ConfigDict

from api.schemas import CustomerNumber, Instant, RecordRef, Shown, UserRef
from db.messages.tables import Message
from db.search.queries import Hit
from domain.messages import Direction


class SearchFragment(Shown):
    text: str
    is_match: bool


class SearchNeighbour(Shown):
    """The text just before or after the one that was found."""

    id: UUID
    direction: Direction
    body: str
    created_at: Instant

    @classmethod
    def of(cls, message: Message | None) -> "SearchNeighbour | None":
        return None if message is None else cls.model_validate(message)


class SearchHit(Shown):
    """A text that was found, in its conversation as it stands now."""

    model_config = ConfigDict(from_attributes=True, title="SearchHit")

    message_id: UUID
    conversation_id: UUID
    customer_number: CustomerNumber
    record: RecordRef | None
    at: Instant
    direction: Direction
    author: UserRef | None
    snippet: list[SearchFragment]
    earlier: SearchNeighbour | None
    later: SearchNeighbour | None

    @classmethod
    def of(cls, hit: Hit) -> "SearchHit":
        return cls(
            message_id=hit.message.id,
            conversation_id=hit.conversation.id,
            customer_number=hit.conversation.customer_number,
            record=None if hit.record is None else RecordRef.of(hit.record),
            at=hit.message.created_at,
            direction=hit.message.direction,
            author=None if hit.author is None else UserRef.of(hit.author),
            snippet=[SearchFragment.model_validate(part) for part in hit.fragments],
            earlier=SearchNeighbour.of(hit.earlier),
            later=SearchNeighbour.of(hit.later),
        )
