"""Alerts as they are shown."""

from uuid import UUID

from pydantic import ConfigDict

from api.schemas import Instant, Shown
from domain.alerts import AlertKind


class AlertOut(Shown):
    """Something an administrator must know of. `times` counts how often it happened while it was open."""

    model_config = ConfigDict(from_attributes=True, title="Alert")

    id: UUID
    kind: AlertKind
    provider_account_id: UUID | None
    text: str
    times: int
    raised_at: Instant
    last_at: Instant
    resolved_at: Instant | None
