"""What is said about a sign-in."""

from uuid import UUID

from pydantic import ConfigDict, Field

from api.roles.schemas import Grant, RoleRef, UnitRef
from api.schemas import ClockTime, Instant, Password, Sent, Shown
from db.users.queries import UserRow
from db.users.sign_in import SignIn


class UserOut(Shown):
    model_config = ConfigDict(from_attributes=True, title="User")

    id: UUID
    email: str
    first_name: str
    last_name: str
    is_active: bool
    business_unit: UnitRef
    roles: list[RoleRef]

    @classmethod
    def of(cls, row: UserRow) -> "UserOut":
        return cls(
            id=row.user.id,
            email=row.user.email,
            first_name=row.user.first_name,
            last_name=row.user.last_name,
            is_active=row.user.is_active,
            business_unit=UnitRef.model_validate(row.unit),
            roles=[RoleRef.model_validate(role) for role in row.roles],
        )


class OrganisationOut(Shown):
    """`allowed_from` (inclusive) to `allowed_until` (exclusive) is when texts may go out, on the customer's
    clock."""

    model_config = ConfigDict(from_attributes=True, title="Organisation")

    id: UUID
    name: str
    allowed_from: ClockTime
    allowed_until: ClockTime


class Credentials(Sent):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "sam@example.com", "password": "correct horse"}]}
    )

    email: str = Field(max_length=320)
    password: str = Field(max_length=1000)


class PasswordChange(Sent):
    """What signs a person in now, and from now on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "current_password": "correct horse",
                    "new_password": "a long sentence nobody guesses",
                }
            ]
        }
    )

    current_password: str = Field(max_length=1000)
    new_password: Password


class EmbeddedOut(Shown):
    """The one record that a token of another system's form is good for."""

    model_config = ConfigDict(title="Embedded")

    record_id: UUID


class SessionOut(Shown):
    """`privileges` is what the person's roles give together; `embedded` is what a token of a form is narrowed to."""

    model_config = ConfigDict(title="Session")

    user: UserOut
    organisation: OrganisationOut
    privileges: list[Grant]
    expires_at: Instant
    embedded: EmbeddedOut | None

    @classmethod
    def of(cls, sign_in: SignIn) -> "SessionOut":
        only = sign_in.actor.only_record_id
        return cls(
            user=UserOut.of(UserRow(sign_in.user, sign_in.unit, sign_in.roles)),
            organisation=OrganisationOut.model_validate(sign_in.organisation),
            privileges=Grant.all_of(sign_in.actor.grants),
            expires_at=sign_in.expires_at,
            embedded=None if only is None else EmbeddedOut(record_id=only),
        )


class NewSessionOut(SessionOut):
    """`token` is shown this once; the same token is set as a cookie."""

    model_config = ConfigDict(title="NewSession")

    token: str
