"""Whom we talk to, or about."""

from enum import StrEnum


class RecordKind(StrEnum):
    LEAD = "lead"
    OPPORTUNITY = "opportunity"
    CONTACT = "contact"
    ACCOUNT = "account"


class RecordStatus(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
