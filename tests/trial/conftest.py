"""What the tests of the local trial share."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from trial.ports import free_ports


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path, as Unix sockets need; pytest's own closes itself to others."""
    made = Path(tempfile.mkdtemp(prefix="touchline-test-"))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    (port,) = free_ports(1)
    return port
