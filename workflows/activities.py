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
from domain.messages import Urgency
from domain.pacing import Lane

PROVIDER_LIMIT = timedelta(seconds=30)
"""For one try at a send: its turn (10 s, domain/pacing.py), a provider's answer (10 s by default), and air. A try that
was killed is noticed, and the text looked for at the provider, after this time."""

MEDIA_LIMIT = timedelta(minutes=1)
"""For one try at fetching what came with a text. What it has by then is kept, and the next try fetches the rest."""

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
    lane: Lane | None = None
    """Where it queued, so that the outcome names another only if it changed."""


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
    step_id: str | None = None
    """The branch that asks; runs begun before it was told have none."""


@dataclass(frozen=True)
class FetchMedia:
    """Asks for what came with a customer's text; from `give_up_at` on, what is missing is refused."""

    message_id: UUID
    give_up_at: datetime


@dataclass(frozen=True)
class CloseEnrollment:
    visit: Visit
    reason: EndReason


@dataclass(frozen=True)
class BeginReconciliations:
    days: int
    run_id: str
    """Asked for the same run again, the same rows are meant."""


@dataclass(frozen=True)
class Reconciled:
    """What one comparison found, over all its tries but for `seen` and `unknown_texts`."""

    seen: int
    replies_adopted: int
    statuses_adopted: int
    prices_adopted: int
    unknown_texts: int


@activity.defn
async def send_step_text(order: SendStepText) -> TextOutcome:
    """Send the text of a step: never twice (activities/sending.py)."""
    raise NotImplementedError


@activity.defn
async def send_text(message_id: UUID, urgency: Urgency = Urgency.REPLY) -> TextOutcome:
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
async def fetch_media(order: FetchMedia) -> None:
    raise NotImplementedError


@activity.defn
async def relay_outbox() -> int:
    """Deliver what could not be delivered at once; return how many notices went out."""
    raise NotImplementedError


@activity.defn
async def begin_reconciliations(order: BeginReconciliations) -> list[UUID]:
    """Write that the last days of every enabled account are to be compared; return the rows' ids."""
    raise NotImplementedError


@activity.defn
async def reconcile_account(reconciliation_id: UUID) -> Reconciled:
    """Make one comparison. Doing so again adopts what is new alone."""
    raise NotImplementedError


@activity.defn
async def apply_retention() -> dict[str, int]:
    """Let go what is kept no longer; return of how much of each kind, in this try."""
    raise NotImplementedError
