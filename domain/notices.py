"""What a running workflow must be told: each kind of notice, with ids and decisions only.

A notice is written to the outbox in the transaction that decides it (db/outbox/) and delivered after the commit
(workflows/client.py), so that nothing is lost between the two.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.enrollments import EndReason
from domain.interpreter import Decision
from domain.messages import Urgency
from domain.pacing import Lane
from domain.sequence import SequenceDocument


class _Notice(BaseModel):
    model_config = ConfigDict(frozen=True)

    workflow_id: str


class _OfEnrollment(_Notice):
    enrollment_id: UUID


class StartEnrollment(_OfEnrollment):
    kind: Literal["start_enrollment"] = "start_enrollment"
    lane: Lane | None = None
    document: SequenceDocument
    """The skeleton of the published version: its texts stay in the database."""


class StartText(_Notice):
    """Sends one text that stands in the database already, such as a seller's answer."""

    kind: Literal["start_text"] = "start_text"
    message_id: UUID
    urgency: Urgency = Urgency.REPLY
    lane: Lane | None = None


class FetchMedia(_Notice):
    """Fetches what came with a customer's text, once the text itself is stored."""

    kind: Literal["fetch_media"] = "fetch_media"
    message_id: UUID


class StartReconciliation(_Notice):
    """Compares an account's texts with its provider's list, as somebody asked for."""

    kind: Literal["start_reconciliation"] = "start_reconciliation"
    reconciliation_id: UUID


class ReplyReceived(_OfEnrollment):
    kind: Literal["reply_received"] = "reply_received"
    message_id: UUID
    received_at: datetime


class WorkItemDecided(_OfEnrollment):
    kind: Literal["work_item_decided"] = "work_item_decided"
    work_item_id: UUID
    decision: Decision
    segments: int
    """Of the approved text; 0 where there is none to send."""


class Pause(_OfEnrollment):
    kind: Literal["pause"] = "pause"


class Resume(_OfEnrollment):
    kind: Literal["resume"] = "resume"


class SkipWait(_OfEnrollment):
    kind: Literal["skip_wait"] = "skip_wait"
    step_id: str


class TextReleased(_Notice):
    """What the workflow's text waited for is no more. A look too many is harmless, so that no text is named."""

    kind: Literal["text_released"] = "text_released"


class EndEnrollment(_OfEnrollment):
    kind: Literal["end_enrollment"] = "end_enrollment"
    reason: EndReason


Notice = Annotated[
    StartEnrollment
    | StartText
    | FetchMedia
    | StartReconciliation
    | ReplyReceived
    | WorkItemDecided
    | Pause
    | Resume
    | SkipWait
    | TextReleased
    | EndEnrollment,
    Field(discriminator="kind"),
]


class Delivery(StrEnum):
    """What became of a notice."""

    DELIVERED = "delivered"
    GONE = "gone"
    """The workflow has ended: there is nobody to tell any more."""
    LATER = "later"
    """It could not be delivered now and must be tried again."""


def enrollment_workflow_id(record_id: UUID, sequence_key: str) -> str:
    """Return the id of the workflow of a record in a sequence: the engine lets one run at a time."""
    return f"enrollment-{record_id}-{sequence_key}"


def text_workflow_id(message_id: UUID) -> str:
    """Return the id of the workflow that sends one text outside of a sequence."""
    return f"text-{message_id}"


def reconciliation_workflow_id(reconciliation_id: UUID) -> str:
    """Return the id of the workflow that makes one comparison somebody asked for."""
    return f"reconcile-{reconciliation_id}"


def media_workflow_id(message_id: UUID) -> str:
    """Return the id of the workflow that fetches what came with a customer's text."""
    return f"media-{message_id}"
