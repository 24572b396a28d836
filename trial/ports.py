"""Is a port free, and if not, who holds it and what can a person do?"""

import asyncio
import contextlib
import random
import socket
import time
from dataclasses import dataclass
from typing import Final

import psutil

from trial.errors import CannotStart

_PATIENCE_SECONDS = 3.0  # a predecessor that was killed may still be letting go

_OURS: Final = (15_000, 32_000)
"""Below those that a system gives to connections (32768 on in Linux), of which the next one could take any."""


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


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on, for servers that are started in a moment."""
    ports: list[int] = []
    with contextlib.ExitStack() as stack:
        # held until all are found, or the same one could come twice
        while len(ports) < count:
            port = random.randint(*_OURS)  # noqa: S311 - no secret
            probe = stack.enter_context(socket.socket())
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                ports.append(port)
    return ports


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
