"""What the tests of the local trial share."""

import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path, as Unix sockets need; pytest's own closes itself to others."""
    made = Path(tempfile.mkdtemp(prefix="touchline-test-"))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
