"""Users as they are sent and shown."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas import Name, Sent
from domain.users import Role


class NewUser(Sent):
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
    role: Role
    password: str = Field(min_length=8, max_length=1000)
