"""How does a server of the local trial run as a child that cannot outlive us?"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class SystemUser(NamedTuple):
    """The user and group a child runs as."""

    uid: int
    gid: int


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
    user: SystemUser | None = None,
    on_our_death: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Start `command` with its output appended to `log`.

    It gets a session of its own, so that a Ctrl-C reaches us alone and we choose the order of the
    end. On Linux it gets `on_our_death` when the calling *thread* ends, however that happens: call
    this from the main thread. Raises OSError if the program cannot be executed.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - every command is put together in trial/
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if environment is None else dict(environment),
            cwd=directory,
            start_new_session=True,
            user=user and user.uid,
            group=user and user.gid,
            extra_groups=None if user is None else [],
            preexec_fn=_ask_for_signal_on_our_death(on_our_death),
        )


def end(
    process: subprocess.Popen[bytes],
    *,
    by: signal.Signals = signal.SIGTERM,
    patience: float = 10.0,
) -> None:
    """End `process` with `by`; after `patience` seconds, or if it ignores that, with SIGKILL."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(by)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def last_lines(log: Path, count: int = 12) -> str:
    """The last `count` lines of `log`, or nothing if there is no such file."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 20_000))
            return "\n".join(file.read().decode(errors="replace").splitlines()[-count:])
    except FileNotFoundError:
        return ""


def _ask_for_signal_on_our_death(signum: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)  # loaded here: the child, between fork and exec, must not
    parent = os.getpid()

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(signum))
        if os.getppid() != parent:  # we died before the child could ask
            os.kill(os.getpid(), signum)

    return ask
