"""What is said about a sign-in."""

from datetime import time
from uuid import UUID

from pydantic import ConfigDict, Field

from api.schemas import Instant, Sent, Shown
from db.users.queries import SignIn
from domain.users import Role


class UserOut(Shown):
    model_config = ConfigDict(from_attributes=True, title="User")

    id: UUID
    email: str
    first_name: str
    last_name: str
    role: Role
    is_active: bool


class OrganisationOut(Shown):
    """`allowed_from` (inclusive) to `allowed_until` (exclusive) is when texts may go out, on the customer's
    clock."""

    model_config = ConfigDict(from_attributes=True, title="Organisation")

    id: UUID
    name: str
    allowed_from: time
    allowed_until: time


class Credentials(Sent):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "sam@example.com", "password": "correct horse"}]}
    )

    email: str = Field(max_length=320)
    password: str = Field(max_length=1000)


class SessionOut(Shown):
    model_config = ConfigDict(title="Session")

    user: UserOut
    organisation: OrganisationOut
    expires_at: Instant

    @classmethod
    def of(cls, sign_in: SignIn) -> "SessionOut":
        return cls(
            user=UserOut.model_validate(sign_in.user),
            organisation=OrganisationOut.model_validate(sign_in.organisation),
            expires_at=sign_in.expires_at,
        )


class NewSessionOut(SessionOut):
    """`token` is shown this once; the same token is set as a cookie."""

    model_config = ConfigDict(title="NewSession")

    token: str
