"""The organisation's settings as they are sent and shown."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from api.schemas import Sent, Shown
from domain.consent import Scope
from domain.retention import DEFAULTS, Kind, checked, in_force, least
from domain.routing import UnknownSender


class RetentionRule(Shown):
    """Days that a kind of data is kept unless the organisation says otherwise, null: for ever; and at least."""

    default: int | None
    least: int


class OrganisationSettingsOut(Shown):
    """`uses_team_numbers`: whether a seller without a number sends from the team's; else a work item says that there is
    none. `fails_over`: whether a text that was not submitted yet may leave from another number of the same owner while
    its account is down."""

    model_config = ConfigDict(from_attributes=True, title="OrganisationSettings")

    id: UUID
    name: str
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
    retention: Annotated[dict[Kind, int | None], BeforeValidator(in_force)]
    """Days that each kind of data is kept; null: for ever."""
    retention_rules: dict[Kind, RetentionRule] = Field(
        default={
            kind: RetentionRule(default=days, least=least(kind)) for kind, days in DEFAULTS.items()
        }
    )


class OrganisationSettingsChanges(Sent):
    """What to change."""

    uses_team_numbers: bool | None = None
    fails_over: bool | None = None
    withdrawal_scope: Scope | None = None
    requires_consent: bool | None = None
    unknown_sender: UnknownSender | None = None
    answer_minutes: int | None = Field(default=None, ge=0, le=1440)
    retention: Annotated[dict[Kind, int | None], AfterValidator(checked)] | None = None
    """Days to keep each kind of data from now on, from 1 to 36500, and consent 1825 or more; null: for ever.
    What is not named stays as it is."""
