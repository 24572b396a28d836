"""Comparisons with providers' lists, as they are asked for and shown."""

from uuid import UUID

from pydantic import ConfigDict, Field

from api.schemas import Instant, Sent, Shown
from domain.reconciliation import FindingKind


class AskedReconciliation(Sent):
    """How many days back to look; by default as many as the schedule does."""

    days: int | None = Field(default=None, ge=1, le=30)


class FindingOut(Shown):
    """One difference, by the provider's id of the text."""

    model_config = ConfigDict(title="Finding")

    kind: FindingKind
    provider_message_id: str


class ReconciliationOut(Shown):
    """One comparison: `findings` are the first hundred differences, without the prices.

    `finished_at` is null while it is under way. With an `error` it is tried again by itself a few times, or else by the
    next one.
    """

    model_config = ConfigDict(from_attributes=True, title="Reconciliation")

    id: UUID
    provider_account_id: UUID
    since: Instant
    until: Instant
    started_at: Instant
    finished_at: Instant | None
    error: str | None
    seen: int
    replies_adopted: int
    statuses_adopted: int
    prices_adopted: int
    unknown_texts: int
    findings: list[FindingOut]
