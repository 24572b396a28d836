"""What is the local trial doing now, told a person line by line?"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

_NAME_WIDTH = 12


class Progress:
    """One line per step: with a spinner on a terminal, plain text everywhere else."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def step(self, name: str, doing: str, done: str) -> Iterator[None]:
        """Tell that `name` is `doing` something, then that it is `done`, or failed."""
        began = time.monotonic()
        who = f"{name:<{_NAME_WIDTH}}"
        try:
            if self.console.is_terminal:
                with self.console.status(escape(f"{who} {doing}")):
                    yield
            else:
                self._print(f"  {who} {doing} …")
                yield
        except BaseException:
            self._print(f"✗ {who} not {done}", style="red")
            raise
        self._print(f"✓ {who} {done} ({time.monotonic() - began:.1f} s)", style="green")

    def tell(self, name: str, what: str) -> None:
        """Tell that something happened to `name`."""
        self._print(f"! {name:<{_NAME_WIDTH}} {what}", style="yellow")

    def _print(self, line: str, style: str | None = None) -> None:
        self.console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)
