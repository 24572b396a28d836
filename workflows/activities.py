"""What workflows ask of the world: the names, inputs and results of their activities.

Only the interface stands here; activities/ implements it, and a test compares the two. Inputs and results hold ids and
decisions, never a name, a number or a text, since they stay in the engine's history.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from temporalio import activity
from temporalio.common import RetryPolicy

from domain.enrollments import EndReason
from domain.interpreter import Note, Position, TextOutcome

PROVIDER_LIMIT = timedelta(seconds=30)
"""For one try at a send: a provider's answer (10 s by default), two transactions, and air. A try that was killed is
noticed, and the text looked for at the provider, after this time."""

DATABASE_LIMIT = timedelta(seconds=15)
"""For one try at an activity that only reads and writes the database."""

RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(minutes=1),
    non_retryable_error_types=["NoSuchRow"],
)
"""Tries until it works, since an enrollment outlives every outage; only what can never work ends it."""


@dataclass(frozen=True)
class Visit:
    """What every activity of an enrollment writes beside its own work."""

    enrollment_id: UUID
    position: Position
    """Where the enrollment stands once this activity is done."""
    notes: list[Note] = field(default_factory=list)
    """Steps done since the last visit."""


@dataclass(frozen=True)
class SendStepText:
    visit: Visit
    step_id: str
    work_item_id: UUID | None = None
    """The approval, where the text is a manual one."""


@dataclass(frozen=True)
class OpenWorkItem:
    visit: Visit
    step_id: str
    work_item_id: UUID


@dataclass(frozen=True)
class AskField:
    enrollment_id: UUID
    step_id: str
    """The branch that asks."""


@dataclass(frozen=True)
class FindReply:
    """Asks for a reply that came after one instant and not after another."""

    enrollment_id: UUID
    after: datetime
    until: datetime


@dataclass(frozen=True)
class CloseEnrollment:
    visit: Visit
    reason: EndReason


@activity.defn
async def send_step_text(order: SendStepText) -> TextOutcome:
    """Send the text of a step: never twice (activities/sending.py)."""
    raise NotImplementedError


@activity.defn
async def send_text(message_id: UUID) -> TextOutcome:
    """Send a text that stands in the database already: never twice."""
    raise NotImplementedError


@activity.defn
async def open_work_item(order: OpenWorkItem) -> None:
    raise NotImplementedError


@activity.defn
async def ask_field(order: AskField) -> bool:
    raise NotImplementedError


@activity.defn
async def find_reply(order: FindReply) -> bool:
    raise NotImplementedError


@activity.defn
async def close_enrollment(order: CloseEnrollment) -> None:
    raise NotImplementedError


@activity.defn
async def relay_outbox() -> int:
    """Deliver what could not be delivered at once; return how many notices went out."""
    raise NotImplementedError
