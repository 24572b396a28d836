"""Users as they are sent and shown."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas import Name, Password, Sent
from domain.users import Role

_RoleIds = Annotated[list[UUID], Field(max_length=100)]


class NewUser(Sent):
    """`role` names a role that comes with the product; `role_ids` any. Without `business_unit_id` it is yours."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "email": "sam@example.com",
                    "first_name": "Sam",
                    "last_name": "Okafor",
                    "role": "salesperson",
                    "password": "a long sentence nobody guesses",
                }
            ]
        }
    )

    email: Annotated[
        str,
        StringConstraints(
            strip_whitespace=True, to_lower=True, max_length=320, pattern=r"^[^@\s]+@[^@\s]+$"
        ),
    ]
    first_name: Name
    last_name: Name
    role: Role | None = None
    role_ids: _RoleIds = Field(default=[])
    business_unit_id: UUID | None = None
    password: Password


class UserChanges(Sent):
    """What to change. `role_ids` are all the roles the user holds then. A new `password` ends the user's sessions."""

    first_name: Name | None = None
    last_name: Name | None = None
    role_ids: _RoleIds | None = None
    business_unit_id: UUID | None = None
    is_active: bool | None = None
    password: Password | None = None
