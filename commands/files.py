"""What does a command read from a file, or write to one, and what if it cannot?"""

import json
from pathlib import Path
from typing import Final

from commands.output import fail

_REFUSED: Final = 1
_USAGE: Final = 2


def read_text(file: Path) -> str:
    """Return a file's text, without the mark that some programs put before it, or end the command."""
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        fail(_REFUSED, f"{file}: this is not UTF-8 text")


def read_json(file: Path) -> object:
    """Return what a file of JSON holds, or end the command."""
    try:
        return json.loads(read_text(file))
    except (ValueError, RecursionError) as error:
        fail(_REFUSED, f"{file} cannot be read as JSON: {error}")


def write(file: Path, content: bytes) -> None:
    """Write a file that a person named, or end the command."""
    try:
        file.write_bytes(content)
    except OSError as error:
        fail(
            _USAGE,
            f"{file} cannot be written: {error.strerror}. Name a file in a folder that there is.",
        )
