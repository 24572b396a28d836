"""The organisation's settings as they are sent and shown."""

from uuid import UUID

from pydantic import ConfigDict

from api.schemas import Sent, Shown


class OrganisationSettingsOut(Shown):
    """`uses_team_numbers`: whether a seller without a number sends from the team's; else a work item says that there is
    none. `fails_over`: whether a text that was not submitted yet may leave from another number of the same owner while
    its account is down."""

    model_config = ConfigDict(from_attributes=True, title="OrganisationSettings")

    id: UUID
    name: str
    uses_team_numbers: bool
    fails_over: bool


class OrganisationSettingsChanges(Sent):
    """What to change."""

    uses_team_numbers: bool | None = None
    fails_over: bool | None = None
