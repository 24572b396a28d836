"""How is the story told, and what if something it claims did not happen?"""

import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from rich.console import Console

from trial.errors import TrialError

T = TypeVar("T")

_LOOK_SECONDS = 0.1
_MARGIN = " " * 11
_STYLES = {"✓": "green", "→": "cyan", "←": "magenta", "!": "yellow"}


class BrokenClaim(TrialError):
    """Something the demo claims did not happen; the message says what was expected and what was seen."""


class Teller:
    """Prints what happens, line by line, with the seconds since it began."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()

    def scene(self, title: str) -> None:
        """Begin a chapter."""
        self._print("")
        self._print(title, "bold")

    def event(self, line: str) -> None:
        """Tell what happened just now; its first character chooses the colour."""
        self._print(f"{time.monotonic() - self._began:7.1f} s  {line}", _STYLES.get(line[:1]))

    def quote(self, text: str) -> None:
        """Show what something says, below what was told last."""
        for line in text.rstrip().splitlines():
            self._print(_MARGIN + line, "dim")

    def claim(self, what: str, *, expected: object, seen: object) -> None:
        """Tell `what`, if `seen` is as `expected`. Raises BrokenClaim."""
        if seen != expected:
            raise BrokenClaim(f"This is not so: {what}\n  expected: {expected}\n  seen:     {seen}")
        self.event(f"✓ {what}")

    def until(
        self,
        what: str,
        look: Callable[[], T],
        holds: Callable[[T], bool],
        *,
        seconds: float = 30.0,
        meanwhile: Callable[[], Iterable[str]] = tuple,
    ) -> T:
        """Look again and again until what is seen `holds`; tell `what` and return what was seen.

        The lines that `meanwhile` yields at every look are told as they come. Raises BrokenClaim after
        `seconds`.
        """
        deadline = time.monotonic() + seconds
        while True:
            seen = look()
            for line in meanwhile():
                self.event(line)
            if holds(seen):
                self.event(f"✓ {what}")
                return seen
            if time.monotonic() > deadline:
                raise BrokenClaim(
                    f"This did not happen within {seconds:g} seconds: {what}\n  seen: {seen}"
                )
            time.sleep(_LOOK_SECONDS)

    def _print(self, line: str, style: str | None = None) -> None:
        self._console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)
