"""Every table, in one place: importing this module makes `Base.metadata` whole (migrations need that)."""

from db.alerts.tables import Alert
from db.base import Base
from db.consent.tables import OptOut
from db.conversations.tables import Conversation
from db.enrollments.tables import Enrollment, TimelineEntry
from db.live import announcements
from db.media.tables import Media, MessageMedia
from db.messages.tables import Message
from db.organisations.tables import Organisation
from db.outbox.tables import IdempotencyKey, OutboxItem
from db.providers.tables import (
    AccountMinute,
    NumberPace,
    PhoneNumber,
    ProbeText,
    ProviderAccount,
)
from db.reconciliation.tables import Reconciliation
from db.records.tables import Record
from db.sequences.tables import Sequence, SequenceVersion
from db.users.tables import Session, Team, TeamMember, User
from db.work_items.tables import WorkItem

__all__ = [
    "AccountMinute",
    "Alert",
    "Base",
    "Conversation",
    "Enrollment",
    "IdempotencyKey",
    "Media",
    "Message",
    "MessageMedia",
    "NumberPace",
    "OptOut",
    "Organisation",
    "OutboxItem",
    "PhoneNumber",
    "ProbeText",
    "ProviderAccount",
    "Reconciliation",
    "Record",
    "Sequence",
    "SequenceVersion",
    "Session",
    "Team",
    "TeamMember",
    "TimelineEntry",
    "User",
    "WorkItem",
    "announcements",
]
