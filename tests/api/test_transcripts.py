import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pypdf
import pytest
from sqlalchemy import event, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from api.transcripts import pdf
from db.engine import Sessions
from db.tables import (
    Conversation,
    ConversationMove,
    Media,
    Message,
    MessageMedia,
    Organisation,
    Record,
    User,
)
from db.transcripts import queries
from domain.media import MediaStatus
from domain.messages import HoldKind, MessageStatus
from domain.routing import UnknownSender
from domain.transcript import exported_hash
from tests.api.conftest import People, Person, problem
from tests.api.makers import NOON, converse, hear, make_lead
from tests.makers import make_enrollment, make_number, make_organisation, make_version

FORMATS = ["json", "csv", "txt", "html", "pdf"]
SEQUENCE = """
key: welcome
name: Welcome
steps:
  - {id: hello, type: automated_text, text: "Hi."}
"""


async def _take(person: Person, path: str, **params: str) -> httpx.Response:
    answer = await person.http.get(f"{path}/transcript", params=params)
    assert answer.status_code == 200, answer.text
    return answer


def _words(document: bytes) -> str:
    """Return what a person reads in a PDF, each blank as one."""
    pages = pypdf.PdfReader(io.BytesIO(document)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


async def _one_of_each(people: People, sessions: Sessions) -> str:
    """Make a conversation with a text of the customer, of a seller, and of a sequence."""
    conversation_id = await converse(people, sessions, "Hello?", "Hi Ada", "Price?", "From 900")
    async with sessions.begin() as session:
        seller = await session.get_one(User, people.seller.user.id)
        record = await session.scalar(select(Record))
        assert record is not None
        version = await make_version(session, seller, SEQUENCE)
        enrollment = await make_enrollment(session, record, version)
        automatic = await session.scalar(select(Message).where(Message.body == "From 900"))
        assert automatic is not None
        automatic.author_id, automatic.enrollment_id = None, enrollment.id
        automatic.step_id = "hello"
        automatic.status, automatic.error = MessageStatus.UNDELIVERED, "The phone is off."
        automatic.finished_at = NOON + timedelta(minutes=5)
    return conversation_id


async def test_a_transcript_as_text_says_who_said_what_and_what_became_of_it(
    people: People, sessions: Sessions
) -> None:
    path = f"/conversations/{await _one_of_each(people, sessions)}"
    answer = await _take(people.seller, path, format="txt", zone="Europe/Berlin")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    *lines, blank, colophon = answer.text.splitlines()
    assert [*lines, blank] == [
        "Conversation with Ada Moreno, +12025550101",
        "Our number: +12125550100.",
        "",
        "[2026-07-01 14:00 CEST (+02:00)] Ada Moreno: Hello?",
        "[2026-07-01 14:01 CEST (+02:00)] Sam Seller: Hi Ada",
        "    delivered 2026-07-01 14:01 CEST (+02:00)",
        "[2026-07-01 14:02 CEST (+02:00)] Ada Moreno: Price?",
        "[2026-07-01 14:03 CEST (+02:00)] sequence Welcome, automatically: From 900",
        "    undelivered 2026-07-01 14:05 CEST (+02:00): The phone is off.",
        "",
    ]
    assert colophon.startswith("Times are Europe/Berlin. Exported 20")
    assert colophon.endswith(f"Content hash {answer.headers['x-content-hash']}")


@pytest.mark.parametrize("what", ["conversations", "records"])
async def test_every_format_tells_the_same_under_the_same_hash(
    people: People, sessions: Sessions, what: str
) -> None:
    conversation_id = await _one_of_each(people, sessions)
    shown = (await people.seller.http.get(f"/conversations/{conversation_id}")).json()
    path = f"/{what}/{conversation_id if what == 'conversations' else shown['record']['id']}"
    hashes = set()
    for each in FORMATS:
        answer = await _take(people.seller, path, format=each, zone="America/New_York")
        told = _words(answer.content) if each == "pdf" else answer.text
        hashes.add(answer.headers["x-content-hash"])
        assert answer.headers["content-disposition"] == (
            f'attachment; filename="transcript-{path.split("/")[-1]}.{each}"'
        )
        for word in (
            *("Hello?", "Hi Ada", "Price?", "From 900", "Ada Moreno", "Sam Seller", "Welcome"),
            *("delivered", "undelivered", "The phone is off.", "+12025550101", "+12125550100"),
            *("America/New_York", answer.headers["x-content-hash"]),
        ):
            assert word in told, (each, word)
        local = "2026-07-01T08:00:00-04:00" if each in ("json", "csv") else "2026-07-01 08:00 EDT"
        assert local in told, each
    (the_hash,) = hashes
    in_utc = await _take(people.seller, path)
    assert in_utc.headers["x-content-hash"] == the_hash
    assert exported_hash(in_utc.json()) == in_utc.json()["content_hash"] == the_hash


async def test_another_status_is_another_hash(people: People, sessions: Sessions) -> None:
    path = f"/conversations/{await converse(people, sessions, 'Hello?', 'Hi')}"
    before = await _take(people.seller, path)
    async with sessions.begin() as session:
        text = await session.scalar(select(Message).where(Message.body == "Hi"))
        assert text is not None
        text.status = MessageStatus.UNDELIVERED
    after = await _take(people.seller, path)
    assert before.headers["x-content-hash"] != after.headers["x-content-hash"]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (HoldKind.RETRY, "held until 2026-07-01 13:01 UTC (+00:00), for try 2: The phone is off."),
        (HoldKind.HOURS, "held until 2026-07-01 13:01 UTC (+00:00): The phone is off."),
        (HoldKind.ACCOUNT, "held: The phone is off."),
    ],
)
async def test_a_transcript_tells_until_when_a_text_waits_where_that_is_known(
    people: People, sessions: Sessions, kind: HoldKind, said: str
) -> None:
    path = f"/conversations/{await converse(people, sessions, 'Hello?', 'Hi Ada')}"
    async with sessions.begin() as session:
        text = await session.scalar(select(Message).where(Message.body == "Hi Ada"))
        assert text is not None
        text.status, text.attempt = MessageStatus.HELD, 2
        text.held_for, text.held_until = kind, NOON + timedelta(minutes=61)
        text.held_reason = "The phone is off."
    as_text = (await _take(people.seller, path, format="txt")).text
    assert as_text.splitlines()[-3] == f"    {said}"
    (*_, shown) = (await _take(people.seller, path, format="json")).json()["messages"]
    assert (shown["held_until"] is None) == (kind is HoldKind.ACCOUNT)


async def test_the_hour_that_recurs_in_autumn_is_told_apart(
    people: People, sessions: Sessions
) -> None:
    record_id = await make_lead(people.seller)
    await converse(
        people,
        sessions,
        *("first", "", "", "", "", "", "again"),
        record_id=record_id,
        began=datetime(2026, 11, 1, 5, 57, tzinfo=UTC),
    )
    async with sessions.begin() as session:
        again = await session.scalar(select(Message).where(Message.body == "again"))
        assert again is not None
        again.created_at = datetime(2026, 11, 1, 6, 57, tzinfo=UTC)
    answer = await _take(
        people.seller, f"/records/{record_id}", format="txt", zone="America/New_York"
    )
    assert "[2026-11-01 01:57 EDT (-04:00)] Ada: first" in answer.text
    assert "[2026-11-01 01:57 EST (-05:00)] Ada: again" in answer.text


async def test_what_a_customer_writes_runs_nowhere(people: People, sessions: Sessions) -> None:
    formula, script = '=HYPERLINK("x")', "<script>alert(1)</script>"
    faked = "\x1b[31mHi\n[2026-07-01 12:09 UTC (+00:00)] Sam Seller: You get it for nothing"
    conversation_id = await converse(people, sessions, formula, script, faked)
    path = f"/conversations/{conversation_id}"
    table = csv.DictReader(io.StringIO((await _take(people.seller, path, format="csv")).text))
    assert [row["text"] for row in table] == [f"'{formula}", script, faked]
    page = await _take(people.seller, path, format="html")
    assert script not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert page.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'"
    )
    assert page.headers["x-content-type-options"] == "nosniff"
    text = (await _take(people.seller, path, format="txt")).text
    assert "\n    [2026-07-01 12:09 UTC (+00:00)] Sam Seller: You get it" in text
    assert "\x1b" not in text
    assert "\N{REPLACEMENT CHARACTER}[31mHi" in text


async def test_a_table_keeps_the_columns_it_always_had(people: People, sessions: Sessions) -> None:
    path = f"/conversations/{await converse(people, sessions, 'Hello?', 'No, thanks')}"
    answer = await _take(people.seller, path, format="csv")
    head, first, second = answer.text.splitlines()
    assert head.startswith("at,direction,from,to,author,sequence,step,status,text,error,local_at,")
    assert first.startswith(
        "2026-07-01T12:00:00Z,inbound,+12025550101,+12125550100,,,,received,Hello?,,"
    )
    assert second.startswith(
        "2026-07-01T12:01:00Z,outbound,+12125550100,+12025550101,Sam Seller,,,delivered,"
        '"No, thanks",,'
    )


async def test_every_script_is_set_on_paper_and_what_no_font_has_is_named(
    people: People, sessions: Sessions
) -> None:
    told = ("Zażółć", "Привет", "Καλημέρα", "نعم", "שלום", "नमस्ते", "สวัสดี", "你好", "안녕", "👍")
    conversation_id = await converse(people, sessions, *told, "An ancient \U00012000")
    path = f"/conversations/{conversation_id}"
    words = _words((await _take(people.seller, path, format="pdf")).content)
    for each in told:
        # what is written from right to left is read so
        assert each in words or each[::-1] in words, each
    assert "An ancient [cuneiform sign a]" in words
    assert "1 character that no font here has stand by name in brackets." in words


async def test_a_medium_is_named_by_its_hash(people: People, sessions: Sessions) -> None:
    conversation_id = await converse(people, sessions, "Look")
    async with sessions.begin() as session:
        text = await session.scalar(select(Message))
        assert text is not None
        organisation_id = people.organisation.id
        session.add(
            Media(
                organisation_id=organisation_id,
                sha256="0a" * 32,
                content_type="image/png",
                size=2048,
                content=b"\x89PNG",
            )
        )
        await session.flush()
        session.add(
            MessageMedia(
                organisation_id=organisation_id,
                message_id=text.id,
                position=0,
                status=MediaStatus.STORED,
                sha256="0a" * 32,
            )
        )
    path = f"/conversations/{conversation_id}"
    for each in FORMATS[1:]:
        answer = await _take(people.seller, path, format=each)
        told = _words(answer.content) if each == "pdf" else answer.text
        assert f"image/png, 2,048 bytes, sha256:{'0a' * 32}" in told
    ((medium,),) = [text["media"] for text in (await _take(people.seller, path)).json()["messages"]]
    assert (medium["size"], medium["sha256"]) == (2048, "0a" * 32)


async def test_of_an_erased_text_its_place_is_left(people: People, sessions: Sessions) -> None:
    path = f"/conversations/{await converse(people, sessions, 'Hello?')}"
    async with sessions.begin() as session:
        text = await session.scalar(select(Message))
        assert text is not None
        text.body, text.erased_at = "", NOON + timedelta(days=1)
    told = (await _take(people.seller, path, format="txt")).text
    assert "] Ada Moreno: (erased)\n" in told


async def test_a_part_of_the_time_is_taken(people: People, sessions: Sessions) -> None:
    path = f"/conversations/{await converse(people, sessions, '0', '1', '2', '3')}"
    part = {"since": "2026-07-01T12:01:00Z", "until": "2026-07-01T14:03:00+02:00"}
    taken = (await _take(people.seller, path, **part)).json()
    assert [text["body"] for text in taken["messages"]] == ["1", "2"]
    nothing = await _take(people.seller, path, since="2027-01-01T00:00:00Z", format="txt")
    assert nothing.text.startswith("No texts.\n")


async def test_too_much_for_one_transcript_is_refused_with_what_to_do(
    people: People, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LONGEST", 3)
    monkeypatch.setattr(pdf, "LONGEST", 2)
    path = f"/conversations/{await converse(people, sessions, '0', '1', '2')}"
    await _take(people.seller, path)
    answer = await people.seller.http.get(f"{path}/transcript", params={"format": "pdf"})
    assert problem(answer) == (422, "transcript-too-long")
    assert answer.json()["detail"] == (
        "These are 3 texts, and one transcript in this format holds 2: "
        "take a part of them, with since and until."
    )


async def test_a_zone_that_is_none_is_refused_with_what_may_be_meant(
    people: People, sessions: Sessions
) -> None:
    path = f"/conversations/{await converse(people, sessions)}/transcript"
    answer = await people.seller.http.get(path, params={"zone": "Berlin"})
    assert problem(answer) == (422, "unknown-zone")
    assert "Europe/Berlin" in answer.json()["detail"]


async def test_a_transcript_of_a_record_has_all_its_conversations(
    people: People, sessions: Sessions
) -> None:
    record_id = await make_lead(people.seller)
    later = NOON + timedelta(days=1)
    await converse(people, sessions, "Hello?", record_id=record_id, began=later)
    async with sessions.begin() as session:
        record = await session.get_one(Record, record_id)
        record.phone = "+12025550199"
    await converse(people, sessions, "It is me, at work", "Hi", record_id=record_id)
    taken = (await _take(people.seller, f"/records/{record_id}")).json()
    # the one that began first comes first
    assert [each["customer_number"] for each in taken["conversations"]] == [
        "+12025550199",
        "+12025550101",
    ]
    assert [text["body"] for text in taken["messages"]] == ["It is me, at work", "Hi", "Hello?"]


async def test_what_may_not_be_read_may_not_be_taken_along(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions, "Hello?")
    shown = (await people.seller.http.get(f"/conversations/{conversation_id}")).json()
    conversation, record = f"/conversations/{conversation_id}", f"/records/{shown['record']['id']}"
    hidden = await people.colleague.http.get(f"{conversation}/transcript")
    assert problem(hidden) == (404, "not-found")
    # a seller sees the unit's records, and of the own ones what was said
    empty = (await _take(people.colleague, record)).json()
    assert (empty["conversations"], empty["messages"]) == ([], [])
    assert len((await _take(people.manager, record)).json()["messages"]) == 1
    async with sessions.begin() as session:
        other = await make_organisation(session)
        (await session.get_one(Record, shown["record"]["id"])).organisation_id = other.id
    gone = await people.administrator.http.get(f"{record}/transcript")
    assert problem(gone) == (404, "not-found")


@contextmanager
def _counted(database: AsyncEngine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(database.sync_engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.sync_engine, "before_cursor_execute", note)


async def test_a_long_transcript_takes_as_many_statements_as_a_short_one(
    people: People, sessions: Sessions, database: AsyncEngine
) -> None:
    other = await make_lead(people.seller, phone="+12025550188")
    short = await converse(people, sessions, "Hello?")
    long = await converse(people, sessions, *map(str, range(100)), record_id=other)
    counts = []
    for conversation_id in (short, long):
        with _counted(database) as statements:
            await _take(people.seller, f"/conversations/{conversation_id}")
        counts.append(len(statements))
    assert counts[0] == counts[1] == 4


@dataclass(frozen=True)
class Family:
    """An account, its contact, and the contact's opportunity; and a contact of it who is a colleague's."""

    account: str
    contact: str
    deal: str
    theirs: str


@pytest.fixture
async def family(people: People, sessions: Sessions) -> Family:
    account = await make_lead(people.seller, kind="account", first_name="Acme")
    contact = await make_lead(people.seller, kind="contact", parent_id=account)
    deal = await make_lead(
        people.seller, kind="opportunity", first_name="A ring", parent_id=contact
    )
    theirs = await make_lead(people.seller, kind="contact", parent_id=account, phone="+12025550177")
    for record_id, body in ((contact, "C"), (account, "A"), (deal, "D"), (theirs, "hidden")):
        await converse(people, sessions, body, record_id=record_id)
    async with sessions.begin() as session:
        colleague = people.colleague.user.id
        (await session.get_one(Record, theirs)).owner_user_id = colleague
        number = await make_number(
            session, people.account, e164="+12125550103", owner_user_id=colleague
        )
        await session.execute(
            update(Conversation)
            .where(Conversation.record_id == theirs)
            .values(phone_number_id=number.id)
        )
    return Family(account, contact, deal, theirs)


async def test_an_account_takes_along_what_hangs_on_it_but_nothing_that_must_not_be_seen(
    people: People, strangers: People, family: Family
) -> None:
    async def bodies(person: Person, record_id: str, wanted: str = "true") -> set[str]:
        taken = (await _take(person, f"/records/{record_id}", family=wanted)).json()
        return {text["body"] for text in taken["messages"]}

    assert await bodies(people.seller, family.account) == {"A", "C", "D"}
    assert await bodies(people.manager, family.account) == {"A", "C", "D", "hidden"}
    assert await bodies(people.seller, family.account, "false") == {"A"}
    assert await bodies(people.seller, family.contact) == {"C", "D"}
    assert await bodies(people.seller, family.deal) == {"D"}
    assert await bodies(people.seller, family.theirs) == set()
    hidden = await strangers.manager.http.get(
        f"/records/{family.account}/transcript", params={"family": "true"}
    )
    assert problem(hidden) == (404, "not-found")


async def test_a_transcript_with_a_family_says_so_at_its_head_under_one_hash(
    people: People, family: Family
) -> None:
    path = f"/records/{family.account}"
    head = (
        "With what was said about the contacts and opportunities that hang on it, "
        "as far as whoever took this along may read it."
    )
    hashes = set()
    for each in FORMATS:
        answer = await _take(people.seller, path, format=each, family="true")
        hashes.add(answer.headers["x-content-hash"])
        if each == "csv":
            rows = list(csv.DictReader(io.StringIO(answer.text)))
            assert {row["record"] for row in rows} == {
                *(family.account, family.contact, family.deal)
            }
        elif each != "json":
            told = _words(answer.content) if each == "pdf" else " ".join(answer.text.split())
            assert head in told, each
            assert told.index(head) < told.index("Conversation with"), each
    (the_hash,) = hashes
    taken = (await _take(people.seller, path, family="true")).json()
    assert (taken["family"], taken["record"]["id"]) == (True, family.account)
    assert exported_hash(taken) == taken["content_hash"] == the_hash
    alone = (await _take(people.seller, path)).json()
    assert alone["family"] is False
    assert alone["content_hash"] != the_hash
    # how far it was asked to reach is no part of the content
    nobody_more = (await _take(people.seller, f"/records/{family.deal}", family="true")).json()
    alone = (await _take(people.seller, f"/records/{family.deal}")).json()
    assert nobody_more["content_hash"] == alone["content_hash"]


async def _move(person: Person, source: str, record_id: str, **body: object) -> str:
    """Move texts to a record, and return the id of the conversation they are in now."""
    answer = await person.http.post(
        f"/conversations/{source}/move", json={"record_id": record_id} | body
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def _moved_at(sessions: Sessions, at: datetime) -> None:
    async with sessions.begin() as session:
        await session.execute(update(ConversationMove).values(moved_at=at))


async def test_every_format_tells_what_was_moved_in_its_place_in_time_under_the_same_hash(
    people: People, sessions: Sessions
) -> None:
    wrong = await make_lead(people.seller, last_name="Wrong")
    right = await make_lead(people.seller, last_name="Right")
    bodies = ("first", "second", "third", "fourth")
    source = await converse(people, sessions, *bodies, record_id=wrong)
    path = f"/conversations/{source}"
    texts = (await _take(people.seller, path)).json()["messages"]
    before = (await _take(people.seller, path)).headers["x-content-hash"]
    ids = [text["id"] for text in texts[2:3]]
    target = await _move(people.seller, source, right, message_ids=ids, reason="The\nother deal")
    await _moved_at(sessions, NOON + timedelta(minutes=2, seconds=30))

    sentences = {
        f"/conversations/{source}": "Sam Seller moved 1 text to Ada Right: The other deal",
        f"/records/{right}": "Sam Seller moved 1 text here from Ada Wrong: The other deal",
    }
    for path, sentence in sentences.items():
        hashes = set()
        for each in FORMATS[1:]:
            answer = await _take(people.seller, path, format=each, zone="America/New_York")
            told = _words(answer.content) if each == "pdf" else " ".join(answer.text.split())
            assert sentence in told, (each, told)
            hashes.add(answer.headers["x-content-hash"])
        taken = (await _take(people.seller, path)).json()
        assert hashes == {taken["content_hash"]} == {exported_hash(taken)}
        assert before not in hashes
        (move,) = taken["moves"]
        assert move["at"] == "2026-07-01T12:02:30.000000Z"
        assert (move["count"], move["moved_by"]) == (1, "Sam Seller")
        assert move["told"]["reason"] == "The\nother deal"

    plain = (await _take(people.seller, f"/conversations/{source}", format="txt")).text
    assert plain.splitlines()[5:9] == [
        "    delivered 2026-07-01 12:01 UTC (+00:00)",
        "[2026-07-01 12:02 UTC (+00:00)] (Sam Seller moved 1 text to Ada Right: The",
        "    other deal)",
        "[2026-07-01 12:03 UTC (+00:00)] Sam Seller: fourth",
    ]
    page = (await _take(people.seller, f"/conversations/{source}", format="html")).text
    assert page.index("second") < page.index("moved 1 text to") < page.index("fourth")
    table = (await _take(people.seller, f"/conversations/{target}", format="csv")).text
    text, move = csv.DictReader(io.StringIO(table))
    assert (text["text"], text["direction"]) == ("third", "inbound")
    assert (move["direction"], move["status"], move["author"]) == ("", "came", "Sam Seller")
    assert (move["at"], move["record"]) == ("2026-07-01T12:02:30Z", right)
    assert (move["conversation"], move["content_hash"]) == (target, text["content_hash"])


async def test_a_conversation_whose_every_text_was_moved_away_says_where_to(
    people: People, sessions: Sessions
) -> None:
    wrong = await make_lead(people.seller, last_name="Wrong")
    right = await make_lead(people.seller, last_name="Right")
    source = await converse(people, sessions, "Hello?", "Hi", record_id=wrong)
    await _move(people.seller, source, right)
    await _moved_at(sessions, NOON)
    told = (await _take(people.seller, f"/records/{wrong}", format="txt")).text
    assert told.splitlines()[:-2] == [
        "Conversation with Ada Wrong, +12025550101",
        "No texts.",
        "",
        "[2026-07-01 12:00 UTC (+00:00)] (Sam Seller moved 2 texts to Ada Right)",
    ]


async def test_what_came_from_the_inbox_says_so_and_runs_in_no_spreadsheet(
    people: People, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Organisation).values(unknown_sender=UnknownSender.INBOX))
        mona = await session.get_one(User, people.manager.user.id)
        mona.first_name = "=Mona"
    await hear(sessions, people, "It is Ada, new phone", "+12025550133")
    params = {"unassigned": "true"}
    (waiting,) = (await people.manager.http.get("/conversations", params=params)).json()["items"]
    lead = await make_lead(people.seller)
    target = await _move(people.manager, waiting["id"], lead)
    (came,) = (await _take(people.seller, f"/conversations/{target}")).json()["moves"]
    assert (came["way"], came["told"]["record"]) == ("came", None)
    table = (await _take(people.seller, f"/conversations/{target}", format="csv")).text
    *_, row = csv.DictReader(io.StringIO(table))
    assert row["text"] == "'=Mona Seller moved 1 text here from the inbox"
    assert (row["author"], row["who"]) == ("'=Mona Seller", "'=Mona Seller")


async def test_who_may_not_see_the_other_record_is_told_of_the_move_alone_under_the_same_hash(
    people: People, sessions: Sessions
) -> None:
    mine = await make_lead(people.seller, last_name="Mine")
    colleague = str(people.colleague.user.id)
    theirs = await make_lead(people.manager, last_name="Theirs", owner_user_id=colleague)
    source = await converse(people, sessions, "Hello?", "Hi", record_id=mine)
    await _move(people.manager, source, theirs, reason="For Ada Theirs")
    path = f"/conversations/{source}"
    seen = await _take(people.seller, path)
    admin = people.administrator.http
    units = (await admin.get("/business-units")).json()["items"]
    north = await admin.post("/business-units", json={"name": "North", "parent_id": units[0]["id"]})
    unit = {"business_unit_id": north.json()["id"]}
    assert (await admin.patch(f"/users/{colleague}", json=unit)).status_code == 200

    for each in FORMATS:
        answer = await _take(people.seller, path, format=each)
        told = _words(answer.content) if each == "pdf" else " ".join(answer.text.split())
        assert "Theirs" not in told, each
        assert theirs not in told, each
        if each != "json":
            sentence = "moved 2 texts to a record that whoever took this along may not see"
            assert sentence in told, each
        whole = await _take(people.administrator, path, format=each)
        # it names a state: neither another reader nor a right that was lost makes it another
        hashes = {answer.headers["x-content-hash"], whole.headers["x-content-hash"]}
        assert hashes == {seen.headers["x-content-hash"]}
    hidden, whole_ = [
        (await _take(person, path)).json() for person in (people.seller, people.administrator)
    ]
    assert hidden["moves"][0]["told"] is None
    assert whole_["moves"][0]["told"]["record"]["name"] == "Ada Theirs"
    assert whole_["moves"][0]["told"]["reason"] == "For Ada Theirs"
    assert exported_hash(hidden) == exported_hash(whole_) == seen.headers["x-content-hash"]


async def test_a_part_of_the_time_tells_what_was_moved_within_it(
    people: People, sessions: Sessions
) -> None:
    wrong = await make_lead(people.seller, last_name="Wrong")
    right = await make_lead(people.seller, last_name="Right")
    source = await converse(people, sessions, "0", "1", "2", record_id=wrong)
    texts = (await _take(people.seller, f"/conversations/{source}")).json()["messages"]
    await _move(people.seller, source, right, message_ids=[texts[1]["id"]])
    await _moved_at(sessions, NOON + timedelta(minutes=1))
    for since, until, count in (
        ("12:01", "12:02", 1),
        ("12:00", "12:01", 0),
        ("12:02", "12:03", 0),
    ):
        part = {"since": f"2026-07-01T{since}:00Z", "until": f"2026-07-01T{until}:00Z"}
        taken = (await _take(people.seller, f"/conversations/{source}", **part)).json()
        assert len(taken["moves"]) == count, part


async def test_a_family_tells_a_move_within_it_on_both_sides(
    people: People, family: Family
) -> None:
    taken = (await _take(people.seller, f"/records/{family.contact}", family="true")).json()
    ids = {each["record"]["id"]: each["id"] for each in taken["conversations"]}
    await _move(people.seller, ids[family.deal], family.contact)
    moved = await _take(people.seller, f"/records/{family.contact}", family="true")
    told = [(each["conversation_id"], each["way"]) for each in moved.json()["moves"]]
    assert set(told) == {(ids[family.contact], "came"), (ids[family.deal], "left")}
    assert exported_hash(moved.json()) == moved.headers["x-content-hash"]
