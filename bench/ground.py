"""On which servers do both sides of a comparison run? The same real ones, in a temporary folder that goes with them.

PostgreSQL syncs to disk and Temporal keeps its file, as in the local trial.
"""

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy

from db.engine import driver_url
from db.migrate import upgrade
from tests.stack import CHECKOUT, Stack, eventually
from trial.children import end, last_lines, spawn
from trial.postgres import EmbeddedPostgres


@dataclass(frozen=True)
class Ground:
    """The product's parts on `database_url`, and an empty database on the same server for the bare side."""

    home: Path
    stack: Stack
    database_url: str
    bare_database_url: str

    def prepare_bare(self, tables: sqlalchemy.MetaData) -> None:
        """Make the bare side's tables."""
        engine = sqlalchemy.create_engine(driver_url(self.bare_database_url))
        tables.create_all(engine)
        engine.dispose()

    @contextmanager
    def running(
        self, command: Sequence[str], environment: Mapping[str, str], *, port: int | None = None
    ) -> Iterator[None]:
        """Run a process of the bare side for the block, which begins when it listens on `port`, if it has one."""
        process = spawn(
            command, log=self.home / "bare.log", environment=environment, directory=CHECKOUT
        )
        try:
            if port is not None:
                eventually(lambda: process.poll() is not None or _is_open(port))
                assert process.poll() is None, last_lines(self.home / "bare.log")
            yield
        finally:
            end(process)


@contextmanager
def ground(*parts: str) -> Iterator[Ground]:
    """Start the servers, and these parts of the product (tests/stack.py)."""
    with ExitStack() as opened:
        home = Path(opened.enter_context(TemporaryDirectory(prefix="touchline-bench-")))
        postgres = opened.enter_context(EmbeddedPostgres(home / "postgres"))
        for name in ("touchline", "bare"):
            postgres.ensure_database(name)
        upgrade(postgres.url("touchline"))
        stack = Stack(home, postgres.url("touchline"))
        opened.push(stack)
        for part in parts:
            stack.start(part)
        yield Ground(home, stack, postgres.url("touchline"), postgres.url("bare"))


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
