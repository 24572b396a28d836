"""Tests of api/consent: the ledger, lists of numbers, and what was kept here."""

import csv
import hashlib
import io
import json
import zipfile
from typing import Any
from uuid import uuid4

import pytest

from db.engine import Sessions
from db.messages import inbound
from db.messages.inbound import InboundText
from db.tables import ConsentEntry, Message
from domain.work_items import WorkItemKind
from tests.api.conftest import People, Person, problem
from tests.api.makers import make_lead
from tests.db.conftest import NOW, rows
from tests.makers import OUR_NUMBER

CUSTOMER = "+12025550101"

UNCLEAR = "please tell your boss to stop it now"
A_CALL = {"kind": "withdrawn", "source": "customer_call"}


async def hear(sessions: Sessions, people: People, words: str) -> str:
    """Have the customer write to the seller; return the conversation's id."""
    text = InboundText(people.account.id, str(uuid4()), CUSTOMER, OUR_NUMBER, words)
    async with sessions.begin() as session:
        stored = await inbound.store(session, text, NOW)
        message = await session.get_one(Message, stored.message_id)
    return str(message.conversation_id)


async def record(person: Person, **values: Any) -> dict[str, Any]:
    answer = await person.http.post("/consent/entries", json={"number": CUSTOMER, **values})
    assert answer.status_code == 201, answer.text
    entry: dict[str, Any] = answer.json()
    return entry


async def ledger(person: Person) -> list[dict[str, Any]]:
    answer = await person.http.get("/consent/entries", params={"number": CUSTOMER})
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_the_ledger_says_who_withdrew_how_and_by_which_words(
    people: People, sessions: Sessions
) -> None:
    await make_lead(people.seller)
    await hear(sessions, people, "Stop please")
    (entry,) = await ledger(people.seller)
    assert (entry["kind"], entry["source"], entry["scope"]) == (
        "withdrawn",
        "reply",
        "organisation",
    )
    assert entry["evidence"]["body"] == "Stop please"
    (in_force,) = (await people.seller.http.get("/consent/withdrawals")).json()["items"]
    assert (in_force["customer_number"], in_force["evidence"]) == (CUSTOMER, "Stop please")
    for typed, count in (("+1 202 555 0101", 1), ("555-0101", 1), ("+1 202 555 0199", 0)):
        found = await people.seller.http.get("/consent/withdrawals", params={"q": typed})
        assert len(found.json()["items"]) == count, typed


async def test_a_withdrawal_in_a_call_holds_at_once_and_consent_with_evidence_lifts_it(
    people: People,
) -> None:
    lead = await make_lead(people.seller)
    entry = await record(people.seller, **A_CALL, reference="case 7")
    assert entry["actor"]["first_name"] == "Sam"
    assert (await people.seller.http.get(f"/records/{lead}")).json()["is_opted_out"] is True
    await record(people.seller, kind="granted", source="form", wording="I agree to texts.")
    assert (await people.seller.http.get(f"/records/{lead}")).json()["is_opted_out"] is False
    assert [each["kind"] for each in await ledger(people.seller)] == ["granted", "withdrawn"]


async def test_consent_without_evidence_is_refused(people: People) -> None:
    await make_lead(people.seller)
    answer = await people.seller.http.post(
        "/consent/entries", json={"number": CUSTOMER, "kind": "granted", "source": "form"}
    )
    assert problem(answer) == (422, "no-evidence")


async def test_an_entry_that_is_sent_twice_is_written_once(people: People) -> None:
    await make_lead(people.seller)
    for _ in range(2):
        answer = await people.seller.http.post(
            "/consent/entries",
            json={"number": CUSTOMER, **A_CALL},
            headers={"Idempotency-Key": "once"},
        )
        assert answer.status_code == 201
    assert len(await ledger(people.seller)) == 1


async def test_a_seller_records_nothing_about_customers_they_do_not_see(
    people: People, sessions: Sessions
) -> None:
    answer = await people.seller.http.post(
        "/consent/entries", json={"number": "+12125550199", **A_CALL}
    )
    assert problem(answer) == (404, "not-found")
    assert await rows(sessions, ConsentEntry) == []


async def upload(person: Person, content: str) -> Any:
    return await person.http.post(
        "/consent/withdrawals/import", files={"file": ("list.csv", content.encode())}
    )


async def test_a_list_is_brought_in_once_and_taken_along_again(people: People) -> None:
    lead = await make_lead(people.seller)
    content = f"number,purpose,since\n{CUSTOMER},,2026-01-02\nnonsense,,\n+12125550199,marketing,\n"
    first = (await upload(people.administrator, content)).json()
    assert (first["added"], first["unchanged"], first["failed"]) == (2, 0, 1)
    assert first["problems"][0]["line"] == 3
    again = (await upload(people.administrator, content)).json()
    assert (again["added"], again["unchanged"]) == (0, 2)
    assert (await people.seller.http.get(f"/records/{lead}")).json()["is_opted_out"] is True

    exported = await people.administrator.http.get("/consent/withdrawals/export")
    assert exported.headers["content-type"].startswith("text/csv")
    listed = {row["number"]: row for row in csv.DictReader(io.StringIO(exported.text))}
    assert listed[CUSTOMER]["since"] == "2026-01-02T00:00:00+00:00"
    assert listed["+12125550199"]["purpose"] == "marketing"
    back = (await upload(people.administrator, exported.text)).json()
    assert (back["added"], back["unchanged"]) == (0, 2)


async def test_only_who_may_change_consent_of_all_customers_brings_lists_in(people: People) -> None:
    answer = await upload(people.seller, f"number\n{CUSTOMER}\n")
    assert problem(answer) == (403, "missing-privilege")


async def blocked_text(people: People, sessions: Sessions) -> None:
    """Have a text of the seller kept here by a STOP."""
    await make_lead(people.seller)
    conversation = await hear(sessions, people, "Hello")
    answer = await people.seller.http.post(
        f"/conversations/{conversation}/messages", json={"text": "One more thing"}
    )
    assert answer.status_code == 201, answer.text
    await hear(sessions, people, "STOP")


async def test_every_text_that_was_kept_here_is_listed_with_its_evidence(
    people: People, sessions: Sessions
) -> None:
    await blocked_text(people, sessions)
    (kept,) = (await people.seller.http.get("/consent/blocked")).json()["items"]
    assert (kept["body"], kept["entry"]["evidence"]["body"]) == ("One more thing", "STOP")
    other = await people.seller.http.get("/consent/blocked", params={"number": "+12125550199"})
    assert other.json()["items"] == []


async def test_what_the_api_refused_is_listed_too(people: People, sessions: Sessions) -> None:
    await make_lead(people.seller)
    conversation = await hear(sessions, people, "STOP")
    for _ in range(2):
        answer = await people.seller.http.post(
            f"/conversations/{conversation}/messages",
            json={"text": "But wait"},
            headers={"Idempotency-Key": "once"},
        )
        assert problem(answer) == (409, "opted-out")
        assert answer.json()["detail"].startswith("The customer withdrew consent by text on")
    (kept,) = (await people.seller.http.get("/consent/blocked")).json()["items"]
    assert (kept["body"], kept["entry"]["evidence"]["body"]) == ("But wait", "STOP")


async def test_one_file_answers_a_complaint(people: People, sessions: Sessions) -> None:
    await blocked_text(people, sessions)
    answer = await people.manager.http.get("/consent/complaint", params={"number": CUSTOMER})
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert sorted(parts) == [
        "blocked.csv",
        "ledger.json",
        "manifest.json",
        "report.txt",
        "texts.csv",
    ]
    hashes = json.loads(parts.pop("manifest.json"))["sha256"]
    assert hashes == {name: hashlib.sha256(part).hexdigest() for name, part in parts.items()}
    assert json.loads(parts["ledger.json"])[0]["evidence"]["body"] == "STOP"
    assert len(list(csv.DictReader(io.StringIO(parts["texts.csv"].decode())))) == 3
    assert b"1 kept here because consent was withdrawn" in parts["report.txt"]
    refused = await people.seller.http.get("/consent/complaint", params={"number": CUSTOMER})
    assert problem(refused) == (403, "missing-privilege")


@pytest.mark.parametrize("withdrawn", [True, False])
async def test_a_seller_says_whether_the_customer_withdrew(
    people: People, sessions: Sessions, withdrawn: bool
) -> None:
    lead = await make_lead(people.seller)
    await hear(sessions, people, UNCLEAR)
    items = (await people.seller.http.get("/work-items?kind=consent_question")).json()["items"]
    (item,) = items
    assert (item["kind"], item["text"]) == (WorkItemKind.CONSENT_QUESTION, UNCLEAR)
    url = f"/work-items/{item['id']}/answer-consent"
    answered = await people.seller.http.post(url, json={"withdrawn": withdrawn})
    assert answered.json()["status"] == "completed"
    assert (await people.seller.http.get(f"/records/{lead}")).json()["is_opted_out"] is withdrawn
    again = await people.seller.http.post(url, json={"withdrawn": not withdrawn})
    assert again.status_code == 409
    assert (await ledger(people.seller))[0]["kind"] == ("withdrawn" if withdrawn else "dismissed")


async def test_a_question_about_consent_is_answered_and_not_merely_done(
    people: People, sessions: Sessions
) -> None:
    await make_lead(people.seller)
    await hear(sessions, people, UNCLEAR)
    items = (await people.seller.http.get("/work-items?kind=consent_question")).json()["items"]
    answer = await people.seller.http.post(f"/work-items/{items[0]['id']}/complete")
    assert answer.status_code in (409, 422)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [("number", ("number", OUR_NUMBER, None)), ("brand", ("brand", None, "Acme"))],
)
async def test_a_withdrawal_applies_as_far_as_the_organisation_has_set(
    people: People, sessions: Sessions, scope: str, expected: tuple[str, str | None, str | None]
) -> None:
    lead = await make_lead(people.seller)
    number = await people.administrator.http.patch(
        f"/phone-numbers/{people.number.id}", json={"brand": "Acme"}
    )
    assert number.json()["brand"] == "Acme"
    assert (await people.seller.http.get("/organisation")).json()["withdrawal_scope"] == (
        "organisation"
    )
    set_ = await people.administrator.http.patch("/organisation", json={"withdrawal_scope": scope})
    assert set_.json()["withdrawal_scope"] == scope
    await hear(sessions, people, "STOP")
    (in_force,) = (await people.seller.http.get("/consent/withdrawals")).json()["items"]
    assert (in_force["scope"], in_force["our_number"], in_force["brand"]) == expected
    # another number of ours may still text
    assert (await people.seller.http.get(f"/records/{lead}")).json()["is_opted_out"] is False
