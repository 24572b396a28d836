"""Is a port free, and if not, who holds it and what can a person do?"""

import asyncio
import contextlib
import socket
import time
from dataclasses import dataclass

import psutil

from trial.errors import CannotStart

_PATIENCE_SECONDS = 3.0  # a predecessor that was killed may still be letting go


@dataclass(frozen=True)
class Port:
    """A port that a part listens on, and the setting by which a person chooses another."""

    number: int
    setting: str
    host: str = "127.0.0.1"


async def require_free(part: str, port: Port) -> None:
    """Return once nobody listens on `port`. Raises CannotStart with what to do."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (problem := _bind(port)) is not None:
        if time.monotonic() > deadline:
            raise CannotStart(
                f"{part} cannot listen on port {port.number}: {problem}. Stop what uses the port, "
                f"or choose another one: {port.setting}={_another(port.number)}"
            )
        await asyncio.sleep(0.1)


def _bind(port: Port) -> str | None:
    """Why `port` cannot be listened on, or None."""
    family = socket.AF_INET6 if ":" in port.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do, or connections that were just closed would count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((port.host, port.number))
        except OSError as error:
            return _holder(port.number) or error.strerror
    return None


def _holder(number: int) -> str | None:
    """The process that listens on a port, as far as we may see it."""
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN
            if listens and connection.laddr and connection.laddr.port == number:
                if connection.pid is None:
                    return "it is taken by another user's process"
                name = psutil.Process(connection.pid).name()
                return f"it is taken by process {connection.pid} ({name})"
    return None


def _another(number: int) -> int:
    return number + 100 if number + 100 <= 65535 else number - 100
