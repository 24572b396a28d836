"""A transcript as JSON: its content, whose spelling the hash is over, and what an export says beside it."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.transcripts.export import Export, in_utc
from domain.messages import Direction, HoldKind, MessageStatus
from domain.records import RecordKind
from domain.transcript import Move, Reach, Told, Way, content_of, content_of_told

_Spelt = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
"""An instant in the spelling that is hashed."""


class TranscriptRecord(BaseModel):
    id: UUID
    kind: RecordKind
    name: str


class TranscriptConversation(BaseModel):
    id: UUID
    customer_number: str
    record: TranscriptRecord | None


class TranscriptWho(BaseModel):
    """Who said it; a sequence's text that nobody approved is automatic, and nobody's."""

    kind: Literal["customer", "person", "automatic"]
    name: str | None


class TranscriptMedium(BaseModel):
    status: str
    content_type: str | None
    size: int | None
    sha256: str | None


class TranscriptSequence(BaseModel):
    key: str
    name: str | None


class TranscriptMessage(BaseModel):
    """One text; `local_at` is `created_at` on the clock of the transcript's zone."""

    id: UUID
    conversation_id: UUID
    created_at: _Spelt
    local_at: _Spelt
    direction: Direction
    from_number: str
    to_number: str
    who: TranscriptWho
    status: MessageStatus
    status_at: _Spelt | None
    held_for: HoldKind | None
    held_until: _Spelt | None
    attempt: int
    why: str | None
    body: str
    erased_at: _Spelt | None
    media: list[TranscriptMedium]
    sequence: TranscriptSequence | None
    step_id: str | None


class TranscriptTold(BaseModel):
    """Where texts came from or went to, null: the inbox of what is nobody's yet; and why."""

    record: TranscriptRecord | None
    reason: str | None
    salt: UUID
    """Drawn at random for each move, so that nobody finds out by trying what is under its `seal`."""


class TranscriptMove(BaseModel):
    """Texts that somebody moved to this conversation (`came`) or out of it (`left`).

    `told` is null where you may not see the record on the other side; `seal` is its hash, made as `content_hash` is,
    and the same for every reader. `local_at` is `at` on the clock of the transcript's zone.
    """

    id: UUID
    conversation_id: UUID
    at: _Spelt
    local_at: _Spelt
    way: Way
    count: int
    """Of texts."""
    moved_by: str
    told: TranscriptTold | None
    seal: str

    @classmethod
    def of(cls, content: dict[str, Any], move: Move, local_at: str) -> "TranscriptMove":
        told = content_of_told(move.rest) if isinstance(move.rest, Told) else None
        return cls.model_validate({**content, "local_at": local_at, "told": told})


class TranscriptOut(BaseModel):
    """Everything that was said in a conversation, or about a record, the oldest first in each conversation; and what
    was moved out of it or into it.

    `content_hash` is the SHA-256 of this object without `content_hash`, `zone`, `exported_at`, `family`, the `local_at`
    of texts and moves, the moves' `told`, and `moves` if there are none, written as JSON in UTF-8 with sorted keys and
    no blanks.
    """

    model_config = ConfigDict(title="Transcript")

    content_hash: str
    zone: str
    exported_at: _Spelt
    family: bool
    """Whether it has what was said about the records that hang on `record` too."""
    record: TranscriptRecord | None
    conversations: list[TranscriptConversation]
    messages: list[TranscriptMessage]
    moves: list[TranscriptMove]

    @classmethod
    def of(cls, export: Export) -> "TranscriptOut":
        content = content_of(export.transcript)
        texts = [said for talk in export.transcript.talks for said in talk.said]
        for message, said in zip(content["messages"], texts, strict=True):
            message["local_at"] = export.local_at(said.at)
        moves = [move for talk in export.transcript.talks for move in talk.moves]
        return cls.model_validate(
            {
                "content_hash": export.content_hash,
                "zone": export.zone.key,
                "exported_at": in_utc(export.exported_at),
                "family": export.transcript.reach is Reach.FAMILY,
                **content,
                "moves": [
                    TranscriptMove.of(each, move, export.local_at(move.at))
                    for each, move in zip(content.get("moves", []), moves, strict=True)
                ],
            }
        )
