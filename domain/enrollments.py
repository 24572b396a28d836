"""Where one record stands in one sequence."""

from enum import StrEnum
from typing import Final


class EnrollmentStatus(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    DISCONNECTED = "disconnected"


RUNNING: Final = frozenset({EnrollmentStatus.ACTIVE, EnrollmentStatus.PAUSED})


class EndReason(StrEnum):
    """Why an enrollment ended. Source: capabilities C30, with what texts add to it."""

    COMPLETED = "completed"
    """It came to the end of its steps."""
    REPLIED = "replied"
    """The customer answered, and the sequence ends on a reply."""
    OPTED_OUT = "opted_out"
    DISCONNECTED = "disconnected"
    """Somebody took the record out of the sequence."""
    SEQUENCE_DEACTIVATED = "sequence_deactivated"
    RECORD_DEACTIVATED = "record_deactivated"
    UNREACHABLE = "unreachable"
    """The customer's number cannot receive texts."""


def status_after(reason: EndReason) -> EnrollmentStatus:
    """Return the final state of an enrollment that ended for `reason`."""
    if reason is EndReason.COMPLETED:
        return EnrollmentStatus.COMPLETED
    return EnrollmentStatus.DISCONNECTED


class TimelineKind(StrEnum):
    """What is written on an enrollment's timeline."""

    ENROLLED = "enrolled"
    TEXT_HELD = "text_held"
    TEXT_SUBMITTED = "text_submitted"
    TEXT_REFUSED = "text_refused"
    TEXT_FAILED = "text_failed"
    TEXT_UNCERTAIN = "text_uncertain"
    TEXT_RETRIED = "text_retried"
    WAITED = "waited"
    BRANCHED = "branched"
    WORK_ITEM_OPENED = "work_item_opened"
    WORK_ITEM_DECIDED = "work_item_decided"
    REPLY_RECEIVED = "reply_received"
    CONSENT_ASKED = "consent_asked"
    PAUSED = "paused"
    RESUMED = "resumed"
    ENDED = "ended"
