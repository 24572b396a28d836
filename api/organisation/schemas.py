"""The organisation's settings as they are sent and shown."""

from datetime import time
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema

from api.schemas import ClockTime, Instant, Sent, Shown
from db.organisations.tables import Organisation
from db.retention.tables import RetentionRun
from domain.consent import Scope
from domain.retention import DEFAULTS, Kind, checked, in_force, least
from domain.routing import UnknownSender


def _to_the_minute(clock: time) -> time:
    if clock.tzinfo or clock.second or clock.microsecond:
        raise ValueError("write a clock time without a zone, like 09:00")
    return clock


_Minute = Annotated[
    time,
    AfterValidator(_to_the_minute),
    WithJsonSchema({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:00)?$"}),
]


class RetentionRule(Shown):
    """Days that a kind of data is kept unless the organisation says otherwise, null: for ever; and at least."""

    default: int | None
    least: int


class RetentionRunOut(Shown):
    """What the last run let go of each kind of data, of consent in numbers; what was kept for ever is not named."""

    model_config = ConfigDict(from_attributes=True, title="RetentionRun")

    started_at: Instant
    finished_at: Instant | None
    """Null: it is under way, or was cut short, and is tried again."""
    gone: dict[Kind, int]


class OrganisationSettingsOut(Shown):
    """`uses_team_numbers`: whether a seller without a number sends from the team's; else a work item says that there is
    none. `fails_over`: whether a text that was not submitted yet may leave from another number of the same owner while
    its account is down."""

    model_config = ConfigDict(title="OrganisationSettings")

    id: UUID
    name: str
    allowed_from: ClockTime
    """Texts may go out from this time on the customer's clock (inclusive)…"""
    allowed_until: ClockTime
    """…until this one (exclusive)."""
    uses_team_numbers: bool
    fails_over: bool
    withdrawal_scope: Scope
    """To what a customer's withdrawal of consent applies; anything but everything is yours to answer for."""
    requires_consent: bool
    """Whether a sequence's texts need a consent to marketing on record."""
    unknown_sender: UnknownSender
    """What becomes of a text from somebody whom no record knows."""
    answer_minutes: int
    """How long after a customer's text a person may answer outside the customer's hours, where the law lets it."""
    retention: dict[Kind, int | None]
    """Days that each kind of data is kept; null: for ever."""
    retention_rules: dict[Kind, RetentionRule] = Field(
        default={
            kind: RetentionRule(default=days, least=least(kind)) for kind, days in DEFAULTS.items()
        }
    )
    retention_last_run: RetentionRunOut | None
    """Null: there was none yet."""

    @classmethod
    def of(
        cls, organisation: Organisation, last_run: RetentionRun | None
    ) -> "OrganisationSettingsOut":
        return cls(
            id=organisation.id,
            name=organisation.name,
            allowed_from=organisation.allowed_from,
            allowed_until=organisation.allowed_until,
            uses_team_numbers=organisation.uses_team_numbers,
            fails_over=organisation.fails_over,
            withdrawal_scope=organisation.withdrawal_scope,
            requires_consent=organisation.requires_consent,
            unknown_sender=organisation.unknown_sender,
            answer_minutes=organisation.answer_minutes,
            retention=in_force(organisation.retention),
            retention_last_run=None
            if last_run is None
            else RetentionRunOut.model_validate(last_run),
        )


class OrganisationSettingsChanges(Sent):
    """What to change. Texts go out between 08:00 and 21:00 on the customer's clock at most."""

    allowed_from: _Minute | None = None
    allowed_until: _Minute | None = None
    uses_team_numbers: bool | None = None
    fails_over: bool | None = None
    withdrawal_scope: Scope | None = None
    requires_consent: bool | None = None
    unknown_sender: UnknownSender | None = None
    answer_minutes: int | None = Field(default=None, ge=0, le=1440)
    retention: Annotated[dict[Kind, int | None], AfterValidator(checked)] | None = None
    """Days to keep each kind of data from now on, from 1 to 36500, and consent 1825 or more; null: for ever.
    What is not named stays as it is."""
