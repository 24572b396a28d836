"""Who uses this home folder now? One local trial at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trial.errors import CannotStart


@contextmanager
def hold(home: Path) -> Iterator[None]:
    """Hold `home`, creating it if need be; the hold ends with the process however that dies.

    Raises CannotStart if another process holds it, or it cannot be written to.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (home / "lock").open("a+")
    except OSError as error:
        raise CannotStart(
            f"The data folder {home} cannot be used: {error.strerror}. "
            "Choose another one: TOUCHLINE_HOME=<folder>."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotStart(
                f"Touchline already runs on {home} (process {lock.read().strip()}). "
                "Stop it first, or choose another data folder (TOUCHLINE_HOME=<folder>) and ports."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
