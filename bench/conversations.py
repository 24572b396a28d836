"""How fast are conversations and searches in ten million texts? `python -m bench.conversations` builds and measures.

Over the real API, one person at a time: pages of conversations by their sellers and their manager, some deep in a
conversation of thousands of texts; searches by sellers with little to read and with much, and by a manager, for words
in nearly every text and in one. `--keep FOLDER` keeps the texts for the next time; `--messages` makes fewer.
"""

import argparse
import asyncio
import http.client
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import psycopg
from rich.console import Console
from rich.table import Table

from api.auth import hash_of, new_token
from bench import archive
from bench.archive import LONG, Archive, unique_word, word
from db.engine import create_engine, create_sessions
from db.migrate import upgrade
from db.pages import encode_cursor
from db.users.sign_in import open_session
from tests.stack import Stack
from trial.postgres import EmbeddedPostgres

PAGE_TARGET_MS: Final = 10
SEARCH_TARGET_MS: Final = 200
CLASS_TARGET_MS: Final = 1_000
"""What no kind of search may take, whoever reads, at p95."""
_PAGES: Final = 2_000
_SEARCHES: Final = 1_500
_WARM_UP: Final = 200
_LISTS: Final = (
    ("/conversations", "the list"),
    ("/conversations?unread=true", "the unread"),
    ("/conversations/counts", "the counts"),
)
_KEPT_SECONDS: Final = 2
"""How long an idle connection is sure to be kept by the server."""
_BYTES_EACH: Final = 3_500
"""Disk that a text takes at most, while the archive is built."""


class _Server(EmbeddedPostgres):
    """A server as one would set it up for so many texts."""

    def command(self) -> list[str]:
        settings = (
            *("shared_buffers=4GB", "effective_cache_size=12GB", "max_wal_size=8GB"),
            *("random_page_cost=1.1", "work_mem=16MB", "checkpoint_timeout=30min"),
        )
        return [*super().command(), *(part for each in settings for part in ("-c", each))]


@dataclass
class Reader:
    """Somebody signed in, over one kept connection."""

    name: str
    port: int
    token: str

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self._used = 0.0

    def get(self, path: str, **query: object) -> tuple[float, Any]:
        """Return after how many milliseconds a page was there, and the page."""
        if time.monotonic() - self._used > _KEPT_SECONDS:
            self._connection.close()
            self._connection.connect()
        target = f"/api/v1{path}" + (f"?{urlencode(query)}" if query else "")
        began = time.perf_counter()
        self._connection.request("GET", target, headers={"Authorization": f"Bearer {self.token}"})
        answer = self._connection.getresponse()
        content = answer.read()
        self._used = time.monotonic()
        took = (time.perf_counter() - began) * 1000
        assert answer.status == 200, f"{target}: {answer.status} {content[:300]!r}"
        return took, json.loads(content)


@dataclass(frozen=True)
class Readers:
    narrow: Sequence[Reader]
    wide: Reader
    manager: Reader


def measure(messages: int, folder: Path) -> int:
    """Print how long pages and searches take, and return the exit code: 1 if that is too long."""
    with ExitStack() as opened:
        postgres = opened.enter_context(_Server(folder / "postgres", fsync=False))
        postgres.ensure_database("archive")
        url = postgres.url("archive")
        upgrade(url)
        found = archive.find(url)
        if found is None:
            _check_space(folder, messages)
            print(f"Building {messages:,} texts", flush=True)
            archive.begin(url, messages)
            found = archive.find(url)
        assert found is not None
        assert found.messages == messages, f"{folder} has {found.messages:,} texts: name another"
        stack = Stack(folder, url)
        opened.push(stack)
        stack.start("api")
        readers = asyncio.run(_sign_in(url, stack.api_port, found))
        pages = _measure_pages(url, found, readers)
        lists = _measure_lists(readers)
        searches = _measure_searches(url, found, readers)
    return _report(found, pages, lists, searches)


Times = Mapping[tuple[str, str], Sequence[float]]
"""Milliseconds, by who read and what."""


def _measure_pages(url: str, found: Archive, readers: Readers) -> Times:
    draw = random.Random(1)  # noqa: S311 - the same pages each time
    with psycopg.connect(url) as connection:
        own = {
            reader.name: [
                row[0]
                for row in connection.execute(
                    "SELECT c.id FROM conversations c JOIN records r ON r.id = c.record_id"
                    " WHERE r.owner_user_id = %s",
                    [seller],
                )
            ]
            for reader, seller in zip(readers.narrow, found.narrow_ids, strict=False)
        }
        deep = connection.execute(
            "SELECT conversation_id, created_at, id FROM messages WHERE conversation_id = ANY(%s)"
            " ORDER BY random() LIMIT 1000",
            [[UUID(int=(7 << 76) | (8 << 60) | n) for n in range(LONG)]],
        ).fetchall()
        of_unit = [
            row[0]
            for row in connection.execute(
                "SELECT c.id FROM conversations c JOIN records r ON r.id = c.record_id"
                " JOIN users u ON u.id = r.owner_user_id JOIN users m ON m.id = %s"
                " WHERE u.business_unit_id = m.business_unit_id ORDER BY random() LIMIT 2000",
                [found.manager_id],
            )
        ]
        # the long ones belong to sellers whom not every reader may read
        readable = _readable(readers.manager, deep)

    def page() -> tuple[tuple[str, str], float]:
        if readable and draw.random() < 0.2:
            conversation_id, at, message_id = draw.choice(readable)
            after = encode_cursor((at, message_id))
            took, _ = readers.manager.get(f"/conversations/{conversation_id}/messages", after=after)
            return (readers.manager.name, "deep in thousands"), took
        reader = draw.choice([*readers.narrow, readers.manager, readers.manager])
        mine = own.get(reader.name, of_unit)
        took, _ = reader.get(f"/conversations/{draw.choice(mine)}/messages")
        return (reader.name.partition(" ")[0], "a conversation"), took

    return _timed(page, _PAGES)


def _readable(reader: Reader, rows: Sequence[Any]) -> list[Any]:
    _, listed = reader.get("/conversations", limit=1)
    assert listed["items"], "the manager reads nothing"
    readable: dict[UUID, bool] = {}
    for conversation_id in {row[0] for row in rows}:
        try:
            reader.get(f"/conversations/{conversation_id}")
        except AssertionError:
            readable[conversation_id] = False
        else:
            readable[conversation_id] = True
    return [row for row in rows if readable[row[0]]]


def _measure_lists(readers: Readers) -> Times:
    """Measure what has no target of its own: the list of a reader's conversations, and how many are unread."""
    draw = random.Random(3)  # noqa: S311

    def listed() -> tuple[tuple[str, str], float]:
        reader = draw.choice([*readers.narrow[:2], readers.wide, readers.manager])
        path, what = draw.choice(_LISTS)
        took, _ = reader.get(path)
        return (reader.name.partition(" ")[0], what), took

    return _timed(listed, _WARM_UP)


def _measure_searches(url: str, found: Archive, readers: Readers) -> Times:
    draw = random.Random(2)  # noqa: S311 - the same searches each time
    with psycopg.connect(url) as connection:
        phrases = [
            " ".join(row[0].split()[:2])
            for row in connection.execute(
                "SELECT body FROM messages TABLESAMPLE SYSTEM (0.1) LIMIT 200"
            )
        ] or [f"{word(1)} {word(2)}"]
    kinds: dict[str, Callable[[], str]] = {
        "in nearly every text": lambda: word(draw.randint(1, 5)),
        "in many": lambda: word(draw.randint(90, 110)),
        "in few": lambda: word(draw.randint(9_900, 10_100)),
        "in one": lambda: unique_word(draw.randrange(found.messages)),
        "in none": lambda: "nowhere",
        "two frequent": lambda: f"{word(draw.randint(1, 5))} {word(draw.randint(6, 12))}",
        "frequent and rare": lambda: f"{word(1)} {word(draw.randint(20_000, 40_000))}",
        "phrase": lambda: f'"{draw.choice(phrases)}"',
        "beginning": lambda: f"{word(draw.randint(100, 5_000))[:4]}*",
        "second page": lambda: word(draw.randint(1, 20)),
        "number": lambda: str(draw.randint(10_000, 999_999)),
    }

    def search() -> tuple[tuple[str, str], float]:
        share = draw.random()
        reader = readers.manager
        if share < 0.85:
            reader = draw.choice(readers.narrow) if share < 0.6 else readers.wide
        kind = draw.choice(list(kinds))
        asked = kinds[kind]()
        name = reader.name.partition(" ")[0]
        if kind == "number":
            took, _ = reader.get("/search/numbers", q=asked)
        else:
            took, page = reader.get("/search", q=asked, limit=20)
            if kind == "second page" and page["next"] is not None:
                took, _ = reader.get("/search", q=asked, limit=20, after=page["next"])
        return (name, kind), took

    return _timed(search, _SEARCHES)


def _timed(ask: Callable[[], tuple[tuple[str, str], float]], count: int) -> Times:
    for _ in range(_WARM_UP):
        ask()
    times: dict[tuple[str, str], list[float]] = {}
    for _ in range(count):
        kind, took = ask()
        times.setdefault(kind, []).append(took)
    return times


async def _sign_in(url: str, port: int, found: Archive) -> Readers:
    """Give the readers their sessions, without the sign-in itself."""
    database = create_engine(url, pool_size=1)
    now = datetime.now(UTC)
    tokens = {}
    people = [found.manager_id, found.wide_id, *found.narrow_ids[:10]]
    async with create_sessions(database).begin() as session:
        for user_id in people:
            tokens[user_id] = new_token()
            await open_session(
                session,
                user_id,
                token_hash=hash_of(tokens[user_id]),
                expires_at=now + timedelta(days=1),
            )
    await database.dispose()
    return Readers(
        narrow=[
            Reader(f"seller {n}", port, tokens[user_id])
            for n, user_id in enumerate(found.narrow_ids[:10])
        ],
        wide=Reader("team", port, tokens[found.wide_id]),
        manager=Reader("manager", port, tokens[found.manager_id]),
    )


def share_of(times: Sequence[float], share: float) -> float:
    """Return the milliseconds within which this share of the requests was answered."""
    ordered = sorted(times)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _report(found: Archive, pages: Times, lists: Times, searches: Times) -> int:
    table = Table(
        *("who", "what", "times", "p50 ms", "p95 ms", "p99 ms", "max ms"),
        title=f"{found.messages:,} texts in {found.conversations:,} conversations",
        title_justify="left",
    )
    for (who, what), times in (
        *sorted(pages.items()),
        *sorted(lists.items()),
        *sorted(searches.items()),
    ):
        shares = (share_of(times, share) for share in (0.50, 0.95, 0.99, 1.0))
        table.add_row(who, what, str(len(times)), *(f"{each:.1f}" for each in shares))
    Console().print(table)
    page_ms = share_of([each for times in pages.values() for each in times], 0.99)
    search_ms = share_of([each for times in searches.values() for each in times], 0.95)
    slowest_ms = max(share_of(times, 0.95) for times in searches.values())
    print(f"conversation page p99={page_ms:.1f} ms target={PAGE_TARGET_MS} ms")
    print(f"search p95={search_ms:.0f} ms target={SEARCH_TARGET_MS} ms")
    print(f"slowest kind of search p95={slowest_ms:.0f} ms target={CLASS_TARGET_MS} ms")
    is_fast = (
        page_ms < PAGE_TARGET_MS and search_ms < SEARCH_TARGET_MS and slowest_ms < CLASS_TARGET_MS
    )
    return 0 if is_fast else 1


def _check_space(folder: Path, messages: int) -> None:
    free = shutil.disk_usage(folder).free
    needed = messages * _BYTES_EACH
    if free < needed:
        sys.exit(f"{folder} has {free >> 30} GB free, and this needs {needed >> 30}: --keep FOLDER")


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="touchline-bench-") as name:
        yield Path(name)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000_000)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    asked = parser.parse_args()
    with _folder(asked.keep) as folder:
        return measure(asked.messages, folder)


if __name__ == "__main__":
    sys.exit(main())
