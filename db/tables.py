"""Every table, in one place: importing this module makes `Base.metadata` whole (migrations need that)."""

from db.alerts.tables import Alert
from db.base import Base
from db.business_units.tables import BusinessUnit
from db.consent.tables import ConsentEntry, Erasure, OptOut
from db.conversations.tables import Conversation, ConversationMove, ConversationRead
from db.embed.tables import EmbedKey
from db.enrollments.tables import Enrollment, TimelineEntry
from db.live import announcements
from db.media.tables import Media, MessageMedia
from db.messages.tables import Message, MessageDecision
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
from db.records.tables import Note, Record
from db.retention.tables import RetentionRun
from db.roles.tables import Role, UserRole
from db.search.tables import SearchableMessage
from db.sequences.tables import Sequence, SequenceVersion
from db.templates.tables import Template, TemplateVariant
from db.users.tables import Absence, Session, Team, TeamMember, User
from db.views.tables import SavedView
from db.work_items.tables import WorkItem, WorkItemMark

__all__ = [
    "Absence",
    "AccountMinute",
    "Alert",
    "Base",
    "BusinessUnit",
    "ConsentEntry",
    "Conversation",
    "ConversationMove",
    "ConversationRead",
    "EmbedKey",
    "Enrollment",
    "Erasure",
    "IdempotencyKey",
    "Media",
    "Message",
    "MessageDecision",
    "MessageMedia",
    "Note",
    "NumberPace",
    "OptOut",
    "Organisation",
    "OutboxItem",
    "PhoneNumber",
    "ProbeText",
    "ProviderAccount",
    "Reconciliation",
    "Record",
    "RetentionRun",
    "Role",
    "SavedView",
    "SearchableMessage",
    "Sequence",
    "SequenceVersion",
    "Session",
    "Team",
    "TeamMember",
    "Template",
    "TemplateVariant",
    "TimelineEntry",
    "User",
    "UserRole",
    "WorkItem",
    "WorkItemMark",
    "announcements",
]
