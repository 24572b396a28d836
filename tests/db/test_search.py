"""That a search finds what is there, for whoever may read it, and in bounded work."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Select, func, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.engine import Sessions
from db.pages import PageRequest
from db.search import queries
from db.search.queries import TooBroad
from db.tables import Conversation, Message, SearchableMessage
from db.visibility import visible_to
from domain.messages import Direction, MessageStatus
from domain.privileges import Actor, Entity, Level, Privilege
from domain.search import NothingToLookFor, periods, read, week_of
from tests.db.test_visibility import make_world
from tests.makers import OUR_NUMBER, Scene, make_conversation, make_record, make_scene

NOW = datetime(2026, 7, 1, 15, 0, tzinfo=UTC)
NARROW_AND_WIDE = pytest.mark.parametrize("few", [2_000, 0], ids=["few conversations", "many"])


def reader(scene: Scene) -> Actor:
    return Actor(
        user_id=scene.seller.id,
        organisation_id=scene.organisation.id,
        grants=_reading(Level.ORGANISATION),
        unit_id=scene.seller.business_unit_id,
    )


def _reading(level: Level) -> dict[tuple[Entity, Privilege], Level]:
    entities = (Entity.CONVERSATION, Entity.MESSAGE)
    return {(entity, Privilege.READ): level for entity in entities}


def text_of(conversation: Conversation, account_id: UUID, body: str, at: datetime = NOW) -> Message:
    return Message(
        organisation_id=conversation.organisation_id,
        conversation_id=conversation.id,
        direction=Direction.INBOUND,
        status=MessageStatus.RECEIVED,
        body=body,
        from_number=conversation.customer_number,
        to_number=OUR_NUMBER,
        segments=1,
        encoding="GSM-7",
        provider_account_id=account_id,
        created_at=at,
    )


@pytest.fixture
async def talk(sessions: Sessions) -> tuple[Scene, Conversation]:
    async with sessions.begin() as session:
        scene = await make_scene(session)
        return scene, await make_conversation(session, scene.record, scene.number)


async def say(
    sessions: Sessions, talk: tuple[Scene, Conversation], *bodies: str, at: datetime = NOW
) -> None:
    """Have these texts come, a minute each."""
    scene, conversation = talk
    async with sessions.begin() as session:
        session.add_all(
            text_of(conversation, scene.account.id, body, at + timedelta(minutes=minute))
            for minute, body in enumerate(bodies)
        )


async def found(sessions: Sessions, actor: Actor, typed: str, **options: Any) -> list[str]:
    """Return the texts that a search finds, on one page."""
    async with sessions() as session:
        page = await queries.search(
            session, actor, read(typed), PageRequest(200), now=NOW, **options
        )
    return [hit.message.body for hit in page.rows]


@pytest.mark.parametrize(
    ("typed", "bodies"),
    [
        pytest.param("café", ["Un cafe?", "Ein Café!"], id="accents do not matter"),
        pytest.param("CAFE", ["Un cafe?", "Ein Café!"], id="case does not matter"),
        pytest.param("red bicycle", ["a bicycle, red", "red bicycle"], id="all words"),
        pytest.param('"red bicycle"', ["red bicycle"], id="a phrase"),
        pytest.param("bicycle -red", ["blue bicycles, one bicycle"], id="without a word"),
        pytest.param("blue or cafe", ["Un cafe?", "Ein Café!", "blue bicycles, one bicycle"]),
        pytest.param("bicycles", ["blue bicycles, one bicycle"], id="no stemming"),
        pytest.param(
            "bicy*",
            ["a bicycle, red", "blue bicycles, one bicycle", "red bicycle"],
            id="a beginning",
        ),
        pytest.param("bicy* blue", ["blue bicycles, one bicycle"], id="a beginning and a word"),
        pytest.param("the", ["the end"], id="no stop words"),
        pytest.param("Привет", ["привет"], id="another script"),
        pytest.param("nowhere", [], id="nothing"),
    ],
)
@NARROW_AND_WIDE
async def test_texts_are_found_by_their_words(
    sessions: Sessions,
    talk: tuple[Scene, Conversation],
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    typed: str,
    bodies: Sequence[str],
) -> None:
    monkeypatch.setattr(queries, "FEW", few)
    await say(
        sessions,
        talk,
        *("a bicycle, red", "red bicycle", "blue bicycles, one bicycle"),
        *("Un cafe?", "Ein Café!", "the end", "привет"),
    )
    assert sorted(await found(sessions, reader(talk[0]), typed)) == sorted(bodies)


@NARROW_AND_WIDE
async def test_the_newest_text_is_found_first_however_old_the_others_are(
    sessions: Sessions,
    talk: tuple[Scene, Conversation],
    monkeypatch: pytest.MonkeyPatch,
    few: int,
) -> None:
    monkeypatch.setattr(queries, "FEW", few)
    days = [0, 6, 8, 30, 40, 120, 200, 2000, 3000]
    for day in reversed(days):
        await say(sessions, talk, f"red {day}", at=NOW - timedelta(days=day))
    assert await found(sessions, reader(talk[0]), "red") == [f"red {day}" for day in days]


@NARROW_AND_WIDE
async def test_pages_neither_repeat_nor_skip_while_texts_arrive(
    sessions: Sessions,
    talk: tuple[Scene, Conversation],
    monkeypatch: pytest.MonkeyPatch,
    few: int,
) -> None:
    monkeypatch.setattr(queries, "FEW", few)
    for day in (0, 3, 10, 50, 300):
        # several of one instant
        await asyncio.gather(
            *(say(sessions, talk, f"red {day} {n}", at=NOW - timedelta(days=day)) for n in range(4))
        )
    seen: list[str] = []
    after: str | None = None
    while True:
        async with sessions() as session:
            page = await queries.search(
                session, reader(talk[0]), read("red"), PageRequest(3, after), now=NOW
            )
        seen += [hit.message.body for hit in page.rows]
        await say(sessions, talk, "red and new", at=NOW + timedelta(minutes=len(seen)))
        if page.next is None:
            break
        after = page.next
    assert len(seen) == 20
    assert set(seen) == {f"red {day} {n}" for day in (0, 3, 10, 50, 300) for n in range(4)}


@NARROW_AND_WIDE
async def test_everybody_finds_what_they_may_read_and_nothing_else(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(queries, "FEW", few)
    async with sessions.begin() as session:
        world = await make_world(session)
        account_id = await session.scalar(text("SELECT id FROM provider_accounts"))
        conversations = await session.scalars(select(Conversation))
        for each in conversations:
            # one conversation, one text, some long ago
            at = NOW - timedelta(days=each.id.int % 300)
            session.add(text_of(each, account_id, f"red {each.id}", at))
    async with sessions() as session:
        for name, actor in world.actors.items():
            for level in Level:
                able = replace(actor, grants=_reading(level))
                seen = await session.scalars(
                    select(Conversation.id).where(visible_to(able, Conversation))
                )
                assert await _found_in(session, able, "red") == set(seen), (name, level)


async def _found_in(session: AsyncSession, actor: Actor, typed: str) -> set[UUID]:
    """Return the conversations with texts that a search finds, page by page."""
    conversations: set[UUID] = set()
    request = PageRequest(200)
    while True:
        page = await queries.search(session, actor, read(typed), request, now=NOW)
        conversations |= {hit.conversation.id for hit in page.rows}
        if page.next is None:
            return conversations
        request = PageRequest(200, page.next)


async def test_who_may_not_read_texts_finds_nothing(
    sessions: Sessions, talk: tuple[Scene, Conversation]
) -> None:
    await say(sessions, talk, "red")
    for missing in (Entity.CONVERSATION, Entity.MESSAGE):
        grants = _reading(Level.ORGANISATION)
        del grants[missing, Privilege.READ]
        assert await found(sessions, replace(reader(talk[0]), grants=grants), "red") == []


@NARROW_AND_WIDE
async def test_one_record_is_searched_alone(
    sessions: Sessions,
    talk: tuple[Scene, Conversation],
    monkeypatch: pytest.MonkeyPatch,
    few: int,
) -> None:
    monkeypatch.setattr(queries, "FEW", few)
    scene, _ = talk
    await say(sessions, talk, "red one")
    async with sessions.begin() as session:
        other = await make_record(session, scene.seller, phone="+12125550177")
        elsewhere = await make_conversation(session, other, scene.number)
    await say(sessions, (scene, elsewhere), "red two")
    assert await found(sessions, reader(scene), "red", record_id=other.id) == ["red two"]


async def test_a_hit_shows_what_matched_and_what_was_said_before_and_after(
    sessions: Sessions, talk: tuple[Scene, Conversation]
) -> None:
    await say(sessions, talk, "first", "a \x02red\x03 <b>bicycle</b>, please", "last")
    async with sessions() as session:
        page = await queries.search(
            session, reader(talk[0]), read("bicy* red"), PageRequest(), now=NOW
        )
    (hit,) = page.rows
    assert [part.text for part in hit.fragments if part.is_match] == ["red", "bicycle"]
    assert hit.earlier is not None
    assert hit.later is not None
    assert (hit.earlier.body, hit.later.body) == ("first", "last")
    assert hit.record is not None
    assert hit.record.id == talk[0].record.id


async def test_a_moved_text_is_found_where_it_is_now(
    sessions: Sessions, talk: tuple[Scene, Conversation]
) -> None:
    scene, _ = talk
    await say(sessions, talk, "red")
    async with sessions.begin() as session:
        other = await make_record(session, scene.seller, phone="+12125550177")
        target = await make_conversation(session, other, scene.number)
        await session.execute(update(Message).values(conversation_id=target.id))
    assert await found(sessions, reader(scene), "red", record_id=other.id) == ["red"]
    assert await found(sessions, reader(scene), "red", record_id=scene.record.id) == []


async def test_an_erased_text_is_not_found(
    sessions: Sessions, talk: tuple[Scene, Conversation]
) -> None:
    await say(sessions, talk, "red", "red too")
    async with sessions.begin() as session:
        await session.execute(update(Message).where(Message.body == "red").values(body=""))
    assert await found(sessions, reader(talk[0]), "red") == ["red too"]


async def test_a_text_that_was_never_stored_leaves_no_words(
    sessions: Sessions, talk: tuple[Scene, Conversation]
) -> None:
    async with sessions() as session:
        session.add(text_of(talk[1], talk[0].account.id, "red"))
        await session.flush()
        await session.rollback()
    async with sessions() as session:
        assert await session.scalar(select(func.count()).select_from(SearchableMessage)) == 0


async def test_words_and_place_agree_with_the_text_whatever_happens_at_once(
    sessions: Sessions, talk: tuple[Scene, Conversation]
) -> None:
    scene, here = talk
    await say(sessions, talk, *(f"red {n}" for n in range(20)))
    async with sessions.begin() as session:
        other = await make_record(session, scene.seller, phone="+12125550177")
        there = await make_conversation(session, other, scene.number)

    async def change(**values: Any) -> None:
        async with sessions.begin() as session:
            await session.execute(update(Message).values(**values))

    await asyncio.gather(
        change(conversation_id=there.id),
        change(body="blue"),
        change(conversation_id=here.id),
        say(sessions, talk, "red and new"),
        change(status=MessageStatus.RECEIVED),
    )
    async with sessions() as session:
        rows = await session.execute(
            select(
                SearchableMessage.conversation_id == Message.conversation_id,
                SearchableMessage.created_at == Message.created_at,
                SearchableMessage.words == func.search_words(Message.body, Message.created_at),
            )
            .select_from(Message)
            .outerjoin(SearchableMessage, SearchableMessage.message_id == Message.id)
        )
        assert [tuple(row) for row in rows] == [(True, True, True)] * 21


async def test_nobody_can_type_the_word_for_a_week(
    sessions: Sessions, talk: tuple[Scene, Conversation]
) -> None:
    await say(sessions, talk, "red")
    week = week_of(NOW)
    for typed in (
        f"@{week}",
        f"'@{week}'",
        f'"@{week}"',
        f"red @{week}",
        f"\\@{week}",
        f"@{week}x",
    ):
        assert await found(sessions, reader(talk[0]), typed) == []


@pytest.mark.parametrize("typed", ["-red", "-red -blue", "red or -blue", '-"red bicycle"'])
async def test_texts_without_a_word_are_no_search(
    sessions: Sessions, talk: tuple[Scene, Conversation], typed: str
) -> None:
    await say(sessions, talk, "green")
    with pytest.raises(NothingToLookFor):
        await found(sessions, reader(talk[0]), typed)


# one database for all examples: they only read it
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(typed=st.text(st.sampled_from("ab'\"\\&|!():*<->@ \x00\t.,é"), max_size=12))
def test_whatever_is_typed_is_a_search_or_nothing_to_look_for(
    database_url: str, typed: str
) -> None:
    try:
        wanted = read(typed)
    except NothingToLookFor:
        return
    statement, values = _plain(select(queries._query(wanted)))
    with psycopg.connect(database_url) as connection:
        connection.execute(statement, values)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    at=st.datetimes(datetime(2000, 1, 1), datetime(2046, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
)
def test_the_database_counts_weeks_as_we_do(database_url: str, at: datetime) -> None:
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT tsvector_to_array(search_words('', %s))", [at]).fetchone()
    assert row == ([f"@{week_of(at)}"],)


async def test_what_takes_too_long_is_given_up_with_what_to_do(
    sessions: Sessions, talk: tuple[Scene, Conversation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PATIENCE", timedelta(milliseconds=50))
    await say(sessions, talk, "red")
    async with sessions.begin() as blocker:
        # a search reads the texts' words, so it waits for who has them to himself
        await blocker.execute(text("LOCK TABLE searchable_messages IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(TooBroad, match="add a word"):
            await found(sessions, reader(talk[0]), "red")


async def test_a_word_in_every_text_is_read_for_one_week_alone(
    sessions: Sessions, database: AsyncEngine, talk: tuple[Scene, Conversation]
) -> None:
    scene, conversation = talk
    async with sessions.begin() as session:
        await session.execute(
            text(
                "INSERT INTO messages (organisation_id, conversation_id, direction, status, body, from_number,"
                " to_number, segments, encoding, provider_account_id, created_at)"
                " SELECT :organisation, :conversation, 'inbound', 'received', 'red ' || n, '+1', '+2', 1, 'GSM-7',"
                " :account, CAST(:now AS timestamptz) - n * interval '1 hour' FROM generate_series(0, 29999) n"
            ),
            {
                "organisation": scene.organisation.id,
                "conversation": conversation.id,
                "account": scene.account.id,
                "now": NOW,
            },
        )
    async with database.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM (ANALYZE)"))
    (period, *_) = periods(NOW)
    of_many = queries._Search(reader(scene), queries._query(read("red")), None, None)
    of_few = replace(of_many, few=[conversation.id])
    # the 1st of July 2026 is the first day of its week: 16 hours of it are texts of one an hour
    nodes = await _run(database, queries._within(period, of_many, None).limit(51))
    (by_index,) = [node for node in nodes if node["Node Type"] == "Bitmap Index Scan"]
    assert by_index["Index Name"] == "searchable_messages_words_idx"
    assert by_index["Actual Rows"] == 16, json.dumps(nodes[0], indent=1)
    of_words = [node for node in nodes if node.get("Relation Name") == "searchable_messages"]
    assert {node["Node Type"] for node in of_words} == {"Bitmap Heap Scan"}

    nodes = await _run(database, queries._within_few(period, of_few, None).limit(51))
    of_words = [node for node in nodes if node.get("Relation Name") == "searchable_messages"]
    told = [node["Actual Rows"] + node.get("Rows Removed by Filter", 0) for node in of_words]
    assert told == [16], json.dumps(nodes[0], indent=1)


async def _run(database: AsyncEngine, statement: Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Run a statement, and return the nodes of its plan with how much each has read."""
    compiled, values = _plain(statement)
    async with database.connect() as connection:
        plan = await connection.exec_driver_sql(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {compiled.decode()}", values
        )
        (root,) = plan.scalar_one()
    return list(_nodes(root["Plan"]))


def _plain(statement: Select[*tuple[Any, ...]]) -> tuple[bytes, dict[str, Any]]:
    """Return a statement as the driver runs it."""
    dialect = postgresql.psycopg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's
    compiled = statement.compile(dialect=dialect)
    return str(compiled).encode(), dict(compiled.params)


def _nodes(plan: dict[str, Any]) -> Any:
    yield plan
    for child in plan.get("Plans", []):
        yield from _nodes(child)
