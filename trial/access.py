"""What does a local trial leave in its home for who comes after: where it is, and how to sign in?"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from trial.errors import CannotStart

_FILE: Final = "admin.json"


@dataclass(frozen=True)
class Access:
    """The example administrator's sign-in, and the addresses of the trial that ran last.

    `is_loaded` once the example organisation is complete: from then on it is the user's, and left alone.
    """

    email: str
    password: str
    is_loaded: bool = False
    api_url: str | None = None
    handset_url: str | None = None


def find(home: Path) -> Access | None:
    """Return what the trial of this home left, or None. Raises CannotStart if it cannot be read."""
    file = home / _FILE
    try:
        return Access(**json.loads(file.read_text()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise CannotStart(
            f"{file}, which keeps the administrator's password, cannot be read: {error}. "
            "Put it right, or choose another data folder: TOUCHLINE_HOME=<folder>."
        ) from error


def write(home: Path, access: Access) -> None:
    """Leave it for the user of this machine alone."""
    write_private(home / _FILE, asdict(access))


def write_private(file: Path, value: object) -> None:
    """Write `value` as JSON, whole or not at all, for the user of this machine alone."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text(json.dumps(value, indent=2) + "\n")
    new.replace(file)
