"""Which settings does a command read, and what if one cannot be read?"""

from typing import TYPE_CHECKING, TypeVar

from commands.output import fail

if TYPE_CHECKING:
    from settings import Settings

S = TypeVar("S", bound="Settings")

_USAGE = 2


def settings_of(kind: type[S]) -> S:
    """Return the settings of the environment, or end the command and name those that cannot be read."""
    from pydantic import ValidationError

    try:
        return kind()
    except ValidationError as error:
        fail(
            _USAGE,
            *(
                f"TOUCHLINE_{'_'.join(map(str, item['loc'])).upper()}: {item['msg']}"
                for item in error.errors()
            ),
        )


def required_database_url() -> str:
    """Return the address of the database, or end the command and say how to give it."""
    from settings import MissingSetting, Settings

    try:
        return settings_of(Settings).required_database_url()
    except MissingSetting as error:
        fail(_USAGE, str(error))
