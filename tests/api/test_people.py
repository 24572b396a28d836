"""Tests of api/people: what a person may ask of us."""

import io
import json
import zipfile
from typing import Any
from uuid import uuid4

from sqlalchemy import select, update

from db.base import Base
from db.engine import Sessions
from db.messages import inbound
from db.messages.inbound import InboundText
from db.tables import Message, Organisation
from domain.messages import MessageStatus
from domain.routing import UnknownSender
from tests.api.conftest import People, problem
from tests.api.makers import make_lead
from tests.db.conftest import NOW, rows
from tests.makers import OUR_NUMBER

NUMBER = "+12025550101"
WORDS = "my secret garden"


async def hear(sessions: Sessions, people: People, words: str) -> str:
    text_ = InboundText(people.account.id, str(uuid4()), NUMBER, OUR_NUMBER, words)
    async with sessions.begin() as session:
        stored = await inbound.store(session, text_, NOW)
        message = await session.get_one(Message, stored.message_id)
    return str(message.conversation_id)


async def make_person(people: People, sessions: Sessions) -> str:
    """Make somebody with a record, texts both ways, a note and an entry of consent; return the record's id."""
    lead = await make_lead(people.seller, first_name="Philippa", last_name="Unmistakable")
    conversation = await hear(sessions, people, WORDS)
    await people.seller.http.post(
        f"/conversations/{conversation}/messages",
        json={"text": f"About {WORDS}", "may_wait": True},
        headers={"Idempotency-Key": "answer"},
    )
    entry = {"number": NUMBER, "kind": "granted", "source": "form", "wording": f"yes to {WORDS}"}
    assert (await people.seller.http.post("/consent/entries", json=entry)).status_code == 201
    return lead


async def dump(sessions: Sessions) -> dict[str, str]:
    """Return every table as text."""
    async with sessions() as session:
        return {
            table.name: str([tuple(row) for row in await session.execute(select(table))])
            for table in Base.metadata.sorted_tables
        }


async def named_in(sessions: Sessions, *words: str) -> set[str]:
    return {
        name
        for name, content in (await dump(sessions)).items()
        if any(word in content for word in words)
    }


async def erase(people: People, **values: Any) -> Any:
    body = {"number": NUMBER, "reason": "They asked."} | values
    return await people.administrator.http.post("/people/erase", json=body)


async def test_an_erased_person_is_named_nowhere_but_in_the_proof_of_consent(
    people: People, sessions: Sessions
) -> None:
    await make_person(people, sessions)
    assert {"records", "messages", "conversations"} <= await named_in(sessions, NUMBER, WORDS)
    answer = await erase(people)
    assert answer.status_code == 200, answer.text
    assert answer.json()["counts"]["texts"] == 2
    assert await named_in(sessions, NUMBER) == {"consent_entries", "opt_outs"}
    assert await named_in(sessions, "Philippa", "Unmistakable", WORDS, "garden") == set()
    (listed,) = (await people.administrator.http.get("/erasures")).json()["items"]
    assert (listed["reason"], listed["requested_by"]["first_name"]) == ("They asked.", "Alex")


async def test_of_an_erased_person_nothing_is_left_to_read_or_to_write_to(
    people: People, sessions: Sessions
) -> None:
    """Also where the texts were moved to somebody else's record, which stays."""
    await make_person(people, sessions)
    conversation = await hear(sessions, people, WORDS)
    other = await make_lead(people.seller, phone="+12025550177")
    moved = await people.administrator.http.post(
        f"/conversations/{conversation}/move", json={"record_id": other}
    )
    assert moved.status_code == 200, moved.text
    path = f"/conversations/{moved.json()['id']}"
    assert (await erase(people)).status_code == 200
    shown = (await people.seller.http.get(path)).json()
    assert (shown["customer_number"], shown["is_erased"], shown["unread_count"]) == (
        "erased",
        True,
        0,
    )
    assert (shown["last_message"]["body"], shown["last_message"]["is_erased"]) == ("", True)
    texts = (await people.seller.http.get(f"{path}/messages")).json()["items"]
    assert {text["is_erased"] for text in texts} == {True}
    written = (await people.seller.http.get(f"{path}/transcript?format=json")).json()
    assert written["conversations"][0]["customer_number"] == "erased"
    refused = await people.seller.http.post(f"{path}/messages", json={"text": "Hello?"})
    assert problem(refused) == (409, "erased")


async def test_the_proof_of_an_erased_person_can_be_erased_later(
    people: People, sessions: Sessions
) -> None:
    await make_person(people, sessions)
    await erase(people)
    kept = await people.administrator.http.get("/people/export", params={"number": NUMBER})
    assert kept.status_code == 200, kept.text
    assert problem(await erase(people)) == (409, "only-in-ledger")
    assert (await erase(people, everything=True)).status_code == 200
    assert await named_in(sessions, NUMBER) == set()
    assert problem(await erase(people)) == (404, "not-found")


async def test_who_wrote_into_the_inbox_is_exported_and_erased_with_the_work_they_made(
    people: People, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Organisation).values(unknown_sender=UnknownSender.INBOX))
    await hear(sessions, people, WORDS)
    asked = {"number": NUMBER}
    exported = await people.administrator.http.get("/people/export", params=asked)
    with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
        (item,) = json.loads(archive.read("person.json"))["work_items"]
    assert (item["kind"], item["record_id"]) == ("reply", None)
    assert (await erase(people)).json()["counts"]["work_items"] == 1
    assert (await people.seller.http.get("/work-items")).json()["items"] == []
    (closed,) = (await people.seller.http.get("/work-items?status=all")).json()["items"]
    assert (closed["status"], closed["title"]) == ("cancelled", "")
    assert NUMBER not in str(closed)


async def test_with_everything_no_proof_is_left_either(people: People, sessions: Sessions) -> None:
    await make_person(people, sessions)
    await hear(sessions, people, "STOP")
    assert (await erase(people, everything=True)).status_code == 200
    assert await named_in(sessions, NUMBER, WORDS, "Philippa") == set()


async def test_an_erased_person_gets_no_text_when_a_list_brings_them_back(
    people: People, sessions: Sessions
) -> None:
    await make_person(people, sessions)
    await erase(people)
    again = await make_lead(people.seller)
    assert (await people.seller.http.get(f"/records/{again}")).json()["is_opted_out"] is True


async def test_a_dry_run_says_what_would_be_erased_and_erases_nothing(
    people: People, sessions: Sessions
) -> None:
    lead = await make_person(people, sessions)
    answer = await erase(people, dry_run=True)
    assert (answer.json()["counts"]["records"], answer.json()["counts"]["texts"]) == (1, 2)
    record = (await people.seller.http.get(f"/records/{lead}")).json()
    assert (record["first_name"], record["is_opted_out"]) == ("Philippa", False)


async def test_nobody_is_erased_while_a_text_to_them_is_being_handed_over(
    people: People, sessions: Sessions
) -> None:
    await make_person(people, sessions)
    async with sessions.begin() as session:
        await session.execute(
            update(Message)
            .where(Message.status == MessageStatus.HELD)
            .values(status=MessageStatus.SUBMITTING, submitted_at=NOW, held_until=None)
        )
    assert problem(await erase(people)) == (409, "text-under-way")
    assert WORDS in {each.body for each in await rows(sessions, Message)}


async def test_a_person_gets_everything_that_is_kept_about_them(
    people: People, sessions: Sessions
) -> None:
    lead = await make_person(people, sessions)
    answer = await people.administrator.http.get("/people/export", params={"record_id": lead})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        found = json.loads(archive.read("person.json"))
    assert found["records"][0]["first_name"] == "Philippa"
    assert [each["body"] for each in found["texts"]] == [WORDS, f"About {WORDS}"]
    assert found["consent"][0]["wording"] == f"yes to {WORDS}"


async def test_only_administrators_erase_and_only_whom_they_know(people: People) -> None:
    body = {"number": NUMBER, "reason": "x"}
    for person in (people.seller, people.manager):
        answer = await person.http.post("/people/erase", json=body)
        assert problem(answer) == (403, "missing-privilege")
    assert problem(await erase(people)) == (404, "not-found")
