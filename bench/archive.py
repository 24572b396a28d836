"""What ten million texts look like: years of them, as many people said them, in the words they use most and least.

Built by the server itself, without indexes and triggers, and then checked against what those would have made.
"""

import asyncio
import itertools
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import psycopg

from db.engine import create_engine, create_sessions
from db.tables import TeamMember
from domain.users import Role
from tests.makers import (
    make_account,
    make_number,
    make_organisation,
    make_team,
    make_unit,
    make_user,
    save,
)

LASTS: Final = timedelta(weeks=104)
UNITS: Final = 4
SELLERS: Final = 500
TEAMS: Final = 40
TEXTS_EACH: Final = 20
LONG: Final = 4
"""Conversations that are much longer than the others."""
WORDS: Final = 50_000
_BODIES: Final = 200_000
_SYLLABLES: Final = [a + b for a in "bdfgklmnprst" for b in ("a", "e", "i", "o", "u", "an", "or")]
_TABLES: Final = ("records", "conversations", "messages", "searchable_messages")
_CONNECTIONS: Final = 2


def word(rank: int) -> str:
    """Return the word that is the `rank`-th most frequent, from 1."""
    number, base = rank - 1, len(_SYLLABLES)
    return "".join(_SYLLABLES[number // base**place % base] for place in (0, 1, 2))


def unique_word(number: int) -> str:
    """Return the word that stands in one text alone: every hundredth text has one."""
    return f"zq{number // 100 * 100}"


@dataclass(frozen=True)
class Archive:
    """Who reads it, and how much there is."""

    messages: int
    conversations: int
    organisation_id: UUID
    manager_id: UUID
    wide_id: UUID
    """A seller of a team with a twenty-fifth of all conversations."""
    narrow_ids: Sequence[UUID]
    """Sellers with nothing but their own."""


async def make_people(database_url: str) -> None:
    """Make an organisation of sellers with numbers, in teams and units, and nobody whom they text."""
    database = create_engine(database_url, pool_size=1)
    async with create_sessions(database).begin() as session:
        organisation = await make_organisation(session, name="The archive")
        account = await make_account(session, organisation.id)
        units = [await make_unit(session, organisation.id) for _ in range(UNITS)]
        teams = [
            await make_team(session, organisation.id, business_unit_id=units[n % UNITS].id)
            for n in range(TEAMS)
        ]
        # uuidv7 sorts by age, and so does everything below: the first seller is the wide one
        for number in range(SELLERS):
            unit = units[number % UNITS]
            seller = await make_user(session, organisation.id, business_unit_id=unit.id)
            e164 = f"+1312555{number:04}"
            await make_number(session, account, e164=e164, owner_user_id=seller.id)
            if number == 0:
                await save(session, TeamMember(team_id=teams[0].id, user_id=seller.id))
        for number, team in enumerate(teams):
            await make_number(session, account, e164=f"+1313555{number:04}", owner_team_id=team.id)
        await make_user(
            session,
            organisation.id,
            role=Role.SALES_MANAGER,
            business_unit_id=units[1].id,
            last_name="Manager",
        )
    await database.dispose()


def build(database_url: str, messages: int, end: datetime) -> None:
    """Fill a database with so many texts of its people, the last at `end`, and print how long each part took."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        for setting in ("maintenance_work_mem = '1GB'", "max_parallel_maintenance_workers = 2"):
            connection.execute(f"SET {setting}")
        with _timed("words"):
            _prepare(connection, messages)
        with _timed("without indexes"):
            indexes = _drop_indexes(connection)
        conversations = messages // TEXTS_EACH
        with _timed("records and conversations"):
            told = _PEOPLE.format(conversations=conversations, end=end.isoformat())
            _run(database_url, [told])
        with _timed("texts"):
            _run(database_url, _parts(_TEXTS, messages, end))
        with _timed("their words"):
            _run(database_url, _parts(_WORDS_OF, messages, end))
        for definition in indexes:
            with _timed(definition.partition(" ON ")[0].rpartition(" ")[2]):
                connection.execute(definition)
        with _timed("vacuum"):
            connection.execute("VACUUM (ANALYZE)")
        connection.execute("DROP TABLE prepared, sellers")
        _check(connection, indexes)


def find(database_url: str) -> Archive | None:
    """Return the archive of a database, or None if there is none in it or it was never finished."""
    with psycopg.connect(database_url) as connection:
        if _one(connection, "SELECT to_regclass('archive_of')") is None:
            return None
        messages = _one(connection, "SELECT messages FROM archive_of")
        users = connection.execute(
            "SELECT id, organisation_id, last_name FROM users ORDER BY id"
        ).fetchall()
        sellers = [row[0] for row in users if row[2] != "Manager"]
        (manager,) = (row for row in users if row[2] == "Manager")
        return Archive(
            messages=messages,
            conversations=messages // TEXTS_EACH,
            organisation_id=manager[1],
            manager_id=manager[0],
            wide_id=sellers[0],
            narrow_ids=sellers[1:],
        )


def _prepare(connection: psycopg.Connection[Any], messages: int) -> None:
    """Write the texts that people send down, each word as often as words are: the n-th one n times less."""
    draw = random.Random(5)  # noqa: S311 - the same texts each time
    weights = list(itertools.accumulate(rank**-0.9 for rank in range(1, WORDS + 1)))
    words = [word(rank) for rank in range(1, WORDS + 1)]
    count = min(_BODIES, messages)
    connection.execute("CREATE UNLOGGED TABLE prepared (n int PRIMARY KEY, body text)")
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY prepared FROM STDIN") as copy,
    ):
        for number in range(count):
            body = draw.choices(words, cum_weights=weights, k=draw.randint(8, 14))
            copy.write_row((number, " ".join(body)))
    connection.execute("ANALYZE prepared")


def _drop_indexes(connection: psycopg.Connection[Any]) -> list[str]:
    """Drop what indexes can be made again, and return how."""
    rows = _indexes(connection)
    for name, _ in rows:
        connection.execute(f"DROP INDEX {name}")
    return [definition for _, definition in rows]


def _indexes(connection: psycopg.Connection[Any]) -> list[tuple[str, str]]:
    return connection.execute(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename = ANY(%s)"
        " AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)"
        " ORDER BY i.indexname",
        [list(_TABLES)],
    ).fetchall()


def _parts(statement: str, messages: int, end: datetime) -> list[str]:
    """Return the statement for each connection's part of the texts."""
    bounds = [messages * part // _CONNECTIONS for part in range(_CONNECTIONS + 1)]
    return [
        statement.format(
            first=first,
            last=last - 1,
            conversations=messages // TEXTS_EACH,
            bodies=min(_BODIES, messages),
            long=LONG,
            begin=(end - LASTS).isoformat(),
            step=LASTS.total_seconds() / messages,
        )
        for first, last in itertools.pairwise(bounds)
    ]


def _run(database_url: str, statements: Sequence[str]) -> None:
    """Run the statements side by side; neither triggers nor foreign keys see what they write."""

    def run(statement: str) -> None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("SET synchronous_commit = off")
            connection.execute("SET work_mem = '1GB'")
            for part in statement.split(";"):
                connection.execute(part)

    with ThreadPoolExecutor(_CONNECTIONS) as threads:
        list(threads.map(run, statements))


def _check(connection: psycopg.Connection[Any], indexes: Sequence[str]) -> None:
    """Fail unless the archive is what the schema would have made of it; else note that it is finished."""
    # the server spells the condition of a partial index another way once it was told of it again
    made = [definition.partition(" WHERE ")[0] for _, definition in _indexes(connection)]
    assert made == [definition.partition(" WHERE ")[0] for definition in indexes]
    wrong = _one(
        connection,
        "SELECT count(*) FROM (SELECT * FROM messages ORDER BY random() LIMIT 1000) m"
        " LEFT JOIN searchable_messages s ON s.message_id = m.id"
        " WHERE (s.conversation_id, s.created_at, s.words)"
        " IS DISTINCT FROM (m.conversation_id, m.created_at, search_words(m.body, m.created_at))",
    )
    assert wrong == 0, f"the words of {wrong} texts are not theirs"
    connection.execute("CREATE TABLE archive_of AS SELECT count(*) AS messages FROM messages")


_ID: Final = "('00000000-0000-7000-8000-' || lpad(to_hex({n}), 12, '0'))::uuid"

_PEOPLE: Final = """
    CREATE UNLOGGED TABLE sellers AS
        SELECT u.id, n.id AS number_id, row_number() OVER (ORDER BY u.id) - 1 AS n
        FROM users u JOIN phone_numbers n ON n.owner_user_id = u.id;
    INSERT INTO records (id, organisation_id, kind, first_name, last_name, phone, owner_user_id)
        SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, u.organisation_id,
            'lead', 'Lead', i::text, '+1' || 2000000000 + i, u.id
        FROM generate_series(0, {conversations} - 1) i
        JOIN sellers s ON s.n = 1 + i % (SELECT count(*) - 1 FROM sellers)
        JOIN users u ON u.id = s.id;
    INSERT INTO conversations
        (id, organisation_id, customer_number, record_id, phone_number_id, last_message_at, last_inbound_at)
        SELECT r.id, r.organisation_id, r.phone, r.id,
            CASE WHEN r.n % 25 = 0 THEN (SELECT t.id FROM phone_numbers t
                WHERE t.owner_team_id IS NOT NULL ORDER BY t.e164 LIMIT 1) ELSE s.number_id END,
            timestamptz '{end}' - r.n * interval '1 second', timestamptz '{end}' - r.n * interval '1 second'
        FROM (SELECT *, last_name::int AS n FROM records) r JOIN sellers s ON s.id = r.owner_user_id
"""

_TEXTS: Final = """
    INSERT INTO messages (id, organisation_id, conversation_id, direction, status, body, from_number, to_number,
        segments, encoding, provider_account_id, phone_number_id, author_id, created_at, submitted_at, finished_at)
    SELECT uuidv7(t.at - now()), c.organisation_id, c.id,
        CASE WHEN t.inbound THEN 'inbound' ELSE 'outbound' END,
        CASE WHEN t.inbound THEN 'received' ELSE 'delivered' END,
        p.body || CASE WHEN t.n % 100 = 0 THEN ' zq' || t.n ELSE ' ' || t.n % 9973 END,
        CASE WHEN t.inbound THEN c.customer_number ELSE o.e164 END,
        CASE WHEN t.inbound THEN o.e164 ELSE c.customer_number END,
        1, 'GSM-7', o.provider_account_id, o.id, CASE WHEN t.inbound THEN NULL ELSE o.owner_user_id END,
        t.at, CASE WHEN t.inbound THEN NULL ELSE t.at END, CASE WHEN t.inbound THEN NULL ELSE t.at END
    FROM (SELECT n, n % 3 = 0 AS inbound, timestamptz '{begin}' + n * {step} * interval '1 second' AS at,
        CASE WHEN n % 500 = 1 THEN n / 500 % {long} ELSE n * 7919 % {conversations} END AS c
        FROM generate_series({first}::bigint, {last}::bigint) n) t
    JOIN prepared p ON p.n = t.n * 104729 % {bodies}
    JOIN conversations c ON c.id = ('00000000-0000-7000-8000-' || lpad(to_hex(t.c), 12, '0'))::uuid
    JOIN phone_numbers o ON o.id = c.phone_number_id
    ORDER BY t.n
"""

_WORDS_OF: Final = """
    INSERT INTO searchable_messages (message_id, conversation_id, created_at, words)
    SELECT id, conversation_id, created_at, search_words(body, created_at) FROM messages
    WHERE created_at >= timestamptz '{begin}' + {first} * {step} * interval '1 second'
        AND created_at < timestamptz '{begin}' + ({last} + 1) * {step} * interval '1 second'
"""


def _one(connection: psycopg.Connection[Any], statement: str) -> Any:
    row = connection.execute(statement).fetchone()
    return None if row is None else row[0]


@contextmanager
def _timed(what: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    print(f"  {what}: {time.perf_counter() - began:.1f} s", flush=True)


def begin(database_url: str, messages: int) -> None:
    """Make an archive that ends now, in a database with the schema alone."""
    asyncio.run(make_people(database_url))
    build(database_url, messages, datetime.now(UTC).replace(microsecond=0))
