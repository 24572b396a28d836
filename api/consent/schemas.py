"""Consent as it is sent and shown."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from api.records.schemas import ImportProblem
from api.schemas import Instant, Sent, Shown, UserRef
from db.consent.listing import BlockedRow, EntryRow, InForceRow
from db.consent.tables import ConsentEntry
from db.messages.tables import Message
from domain.consent import BY_HAND, ConsentKind, Purpose, Scope, Source

_BY_HAND = ", ".join(sorted(BY_HAND))


class NewEntry(Sent):
    """Consent that somebody gave or withdrew elsewhere. `number` or `record_id` says who; without `purpose` it is about
    all texts, without `scope` as wide as the organisation has chosen, without `at` said just now. Consent is given with
    its `wording`: what the person agreed to."""

    number: Annotated[str, Field(max_length=40)] | None = None
    record_id: UUID | None = None
    kind: Literal[ConsentKind.GRANTED, ConsentKind.WITHDRAWN]
    purpose: Purpose | None = None
    scope: Scope | None = None
    phone_number_id: UUID | None = None
    source: Literal[Source.SELLER, Source.CUSTOMER_CALL, Source.FORM, Source.COMPLAINT]
    at: Instant | None = None
    wording: Annotated[str, Field(max_length=5000)] | None = None
    reference: Annotated[str, Field(max_length=300)] | None = None
    expires_at: Instant | None = None

    @model_validator(mode="after")
    def _names_somebody(self) -> "NewEntry":
        if (self.number is None) == (self.record_id is None):
            raise ValueError("give either number or record_id")
        return self


class EvidenceOut(Shown):
    """The text that says so."""

    model_config = ConfigDict(from_attributes=True, title="ConsentEvidence")

    id: UUID
    conversation_id: UUID
    body: str
    created_at: Instant


class ConsentEntryOut(Shown):
    """One entry of the ledger, which is only ever added to. `at` is when it was said; `under_way` are the texts that
    had been handed to their provider already."""

    model_config = ConfigDict(title="ConsentEntry")

    id: UUID
    customer_number: str
    kind: ConsentKind
    purpose: Purpose | None
    scope: Scope | None
    our_number: str | None
    brand: str | None
    source: Source
    at: Instant
    recorded_at: Instant
    evidence: EvidenceOut | None
    actor: UserRef | None
    wording: str | None
    reference: str | None
    expires_at: Instant | None
    under_way: list[UUID]

    @classmethod
    def of(cls, row: EntryRow) -> "ConsentEntryOut":
        entry = row.entry
        return cls(
            id=entry.id,
            customer_number=entry.customer_number,
            kind=entry.kind,
            purpose=entry.purpose,
            scope=entry.scope,
            our_number=row.our_number,
            brand=entry.brand,
            source=entry.source,
            at=entry.at,
            recorded_at=entry.recorded_at,
            evidence=row.evidence and EvidenceOut.model_validate(row.evidence),
            actor=row.actor and UserRef.of(row.actor),
            wording=entry.wording,
            reference=entry.reference,
            expires_at=entry.expires_at,
            under_way=[UUID(each) for each in entry.under_way],
        )


class WithdrawalOut(Shown):
    """A withdrawal in force. `is_unclear`: a person must still say whether it is one."""

    model_config = ConfigDict(title="Withdrawal")

    customer_number: str
    purpose: Purpose | None
    scope: Scope
    our_number: str | None
    brand: str | None
    source: Source
    is_unclear: bool
    since: Instant
    entry_id: UUID
    evidence: str | None

    @classmethod
    def of(cls, row: InForceRow) -> "WithdrawalOut":
        in_force = row.opt_out
        return cls(
            customer_number=in_force.customer_number,
            purpose=in_force.purpose,
            scope=in_force.scope,
            our_number=row.our_number,
            brand=in_force.brand,
            source=in_force.source,
            is_unclear=in_force.is_unclear,
            since=in_force.created_at,
            entry_id=in_force.entry_id,
            evidence=words_of(row.entry, row.evidence),
        )


class BlockedTextOut(Shown):
    """A text that a withdrawal kept here, and the withdrawal with its evidence."""

    model_config = ConfigDict(title="BlockedText")

    message_id: UUID
    conversation_id: UUID
    to_number: str
    from_number: str
    body: str
    created_at: Instant
    blocked_at: Instant | None
    why: str | None
    entry: ConsentEntryOut

    @classmethod
    def of(cls, row: BlockedRow) -> "BlockedTextOut":
        text = row.message
        entry = EntryRow(row.entry, row.evidence, row.actor, row.our_number)
        return cls(
            message_id=text.id,
            conversation_id=text.conversation_id,
            to_number=text.to_number,
            from_number=text.from_number,
            body=text.body,
            created_at=text.created_at,
            blocked_at=text.finished_at,
            why=text.error,
            entry=ConsentEntryOut.of(entry),
        )


class NumbersReport(Shown):
    """What became of the rows. `failed` rows were left out, and `problems` say why."""

    added: int
    unchanged: int
    failed: int
    problems: list[ImportProblem]


class ConsentAnswer(Sent):
    """Whether the customer withdrew consent by the text that the question is about."""

    withdrawn: bool


def words_of(entry: ConsentEntry, evidence: Message | None) -> str | None:
    """Return the evidence of an entry in words: the text, what was said or shown, or where it is written."""
    if evidence is not None:
        return evidence.body
    return entry.wording or entry.reference
