"""Tests of api/work_items/stack.py and api/releasing.py: many texts at once, and second thoughts."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from db.consent.queries import Said, withdraw
from db.engine import Sessions
from db.tables import OutboxItem, Record, WorkItem
from db.work_items.queries import get_work_item
from domain.consent import Source
from domain.records import RecordStatus
from tests.api.conftest import People, problem
from tests.api.makers import enroll, hear, make_lead, make_work_item, publish

DUE = datetime(2026, 7, 1, 12, tzinfo=UTC)
PHONES = [f"+1202555010{digit}" for digit in range(1, 4)]


async def _stack(people: People, sessions: Sessions, **of_the_last: Any) -> list[str]:
    """Open the same step for three leads; return the items' ids."""
    await publish(people)
    ids = []
    for place, phone in enumerate(PHONES):
        lead = await make_lead(people.seller, phone=phone, first_name=f"Lead {place}")
        (enrollment,) = (await enroll(people.seller, lead))["enrolled"]
        values = {"enrollment_id": enrollment["id"], "step_id": "book", "due_at": DUE}
        if place == len(PHONES) - 1:
            values |= of_the_last
        ids.append(await make_work_item(sessions, people, lead, **values))
    return ids


async def _shown(people: People, item_id: str) -> list[dict[str, Any]]:
    answer = await people.seller.http.get("/work-items/stack", params={"like": item_id})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def _approve(people: People, *items: dict[str, Any]) -> dict[str, Any]:
    answer = await people.seller.http.post("/work-items/approvals", json={"items": items})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def _told(sessions: Sessions) -> int:
    async with sessions() as session:
        found = await session.scalars(
            select(OutboxItem.id).where(OutboxItem.kind == "work_item_decided")
        )
        return len(found.all())


async def _is_told(sessions: Sessions) -> None:
    for _ in range(1000):
        if await _told(sessions):
            return
        await asyncio.sleep(0.02)
    raise TimeoutError("nothing left")


async def test_a_stack_holds_the_texts_of_one_step_each_with_its_own_warnings(
    people: People, sessions: Sessions
) -> None:
    ids = await _stack(people, sessions, text="Your {{ record.fields.car }}", reason="No car.")
    other = await make_lead(people.seller, phone="+12025550109")
    await make_work_item(sessions, people, other, due_at=DUE)
    items = await _shown(people, ids[0])
    assert [item["id"] for item in items] == ids
    assert [[each["code"] for each in item["warnings"]] for item in items] == [[], [], ["unfilled"]]
    (warning,) = items[2]["warnings"]
    assert (warning["sentence"], warning["blocks"]) == ("No car.", True)


async def test_a_stack_is_as_high_as_the_limit(people: People, sessions: Sessions) -> None:
    ids = await _stack(people, sessions)
    await people.manager.http.put("/work-list-settings", json={"bulk_limit": 2})
    answer = await people.seller.http.get("/work-items/stack", params={"like": ids[0]})
    assert (len(answer.json()["items"]), answer.json()["more"]) == (2, 1)
    refused = await people.seller.http.post(
        "/work-items/approvals", json={"items": [{"id": item_id} for item_id in ids]}
    )
    assert problem(refused) == (422, "too-many")
    twice = await people.seller.http.post(
        "/work-items/approvals", json={"items": [{"id": ids[0]}, {"id": ids[0]}]}
    )
    assert problem(twice) == (422, "invalid-request")


async def test_all_of_a_stack_is_approved_and_undone_before_anything_leaves(
    people: People, sessions: Sessions
) -> None:
    ids = await _stack(people, sessions)
    items = await _shown(people, ids[0])
    approvals = [{"id": item["id"], "seen": item["seen"]} for item in items]
    before = datetime.now(UTC)
    answer = await _approve(people, *approvals)
    assert {result["outcome"] for result in answer["results"]} == {"leaving"}
    seconds = (datetime.fromisoformat(answer["leaves_at"]) - before).total_seconds()
    assert 10 <= seconds < 40
    assert (await people.seller.http.get("/work-items")).json()["items"] == []
    assert await _told(sessions) == 0
    single = await people.seller.http.post(f"/work-items/{ids[0]}/skip")
    assert problem(single) == (409, "already-decided")
    assert "undo" in single.json()["detail"]
    wanted = {"ids": [*ids[:2], str(uuid4())]}
    undone = (await people.seller.http.post("/work-items/approvals/undo", json=wanted)).json()
    assert (undone["undone"], undone["too_late"]) == (ids[:2], wanted["ids"][2:])
    listed = (await people.seller.http.get("/work-items")).json()["items"]
    assert [item["id"] for item in listed] == ids[:2]


async def test_each_of_a_stack_stands_for_itself(people: People, sessions: Sessions) -> None:
    ids = await _stack(people, sessions, text="Your {{ record.fields.car }}")
    items = await _shown(people, ids[0])
    approvals = [{"id": item["id"], "seen": item["seen"]} for item in items]
    await hear(sessions, people, "One moment", PHONES[1])
    gone = {"id": str(uuid4())}
    answer = await _approve(people, *approvals, gone)
    assert [result["outcome"] for result in answer["results"]] == [
        "leaving",
        "stale",
        "refused",
        "refused",
    ]
    slugs = [
        result["problem"] and result["problem"]["type"].rpartition(":")[2]
        for result in answer["results"]
    ]
    assert slugs == [None, "stale-approval", "unfilled-placeholder", "not-found"]
    stale = answer["results"][1]
    assert stale["problem"]["changes"][0]["what"] == "customer_wrote"
    again = await _approve(people, {"id": ids[1], "seen": stale["work_item"]["seen"]})
    assert again["results"][0]["outcome"] == "leaving"
    taken = await _approve(people, {"id": ids[0]})
    assert taken["results"][0]["outcome"] == "taken"
    assert taken["leaves_at"] is None


async def test_what_was_offered_before_the_customer_wrote_stays_though_nobody_says_what_they_saw(
    people: People, sessions: Sessions
) -> None:
    ids = await _stack(people, sessions)
    async with sessions.begin() as session:
        for item_id in ids:
            row = await get_work_item(session, UUID(item_id))
            row.item.basis = row.stands
    await hear(sessions, people, "One moment", PHONES[1])
    answer = await _approve(people, *({"id": item_id} for item_id in ids))
    assert [result["outcome"] for result in answer["results"]] == ["leaving", "stale", "leaving"]


@pytest.mark.parametrize(
    ("values", "approval", "refused"),
    [
        ({"text": ""}, {}, (422, "empty-text")),
        ({"text": "Your {{ record.fields.car }}"}, {}, (422, "unfilled-placeholder")),
        ({}, {"text": "Your {% car %}"}, (422, "unfilled-placeholder")),
        ({}, {"text": "x" * 1601}, (422, "text-too-long")),
        ({"kind": "call"}, {}, (409, "wrong-decision")),
    ],
)
async def test_alone_or_with_others_a_text_is_refused_alike(
    people: People,
    sessions: Sessions,
    values: dict[str, Any],
    approval: dict[str, Any],
    refused: tuple[int, str],
) -> None:
    item_id = (await _stack(people, sessions, **values))[-1]
    await _is_refused(people, item_id, approval, refused)


@pytest.mark.parametrize(
    ("of_record", "refused"),
    [
        ({"unreachable_since": DUE, "unreachable_reason": "A landline."}, (409, "unreachable")),
        ({"status": RecordStatus.INACTIVE}, (409, "record-closed")),
    ],
)
async def test_alone_or_with_others_no_text_goes_to_who_must_get_none(
    people: People, sessions: Sessions, of_record: dict[str, Any], refused: tuple[int, str]
) -> None:
    lead = await make_lead(people.seller)
    item_id = await make_work_item(sessions, people, lead, due_at=DUE)
    async with sessions.begin() as session:
        await session.execute(update(Record).where(Record.id == UUID(lead)).values(of_record))
    await _is_refused(people, item_id, {}, refused)


async def test_alone_or_with_others_a_withdrawal_since_is_told_before_it_refuses(
    people: People, sessions: Sessions
) -> None:
    item_id = await make_work_item(sessions, people, await make_lead(people.seller), due_at=DUE)
    seen = (await people.seller.http.get(f"/work-items/{item_id}")).json()["seen"]
    async with sessions.begin() as session:
        said = Said(Source.CUSTOMER_CALL, DUE)
        await withdraw(session, people.organisation.id, "+12025550101", said, DUE)
    await _is_refused(people, item_id, {"seen": seen}, (409, "stale-approval"))
    now = (await people.seller.http.get(f"/work-items/{item_id}")).json()["seen"]
    await _is_refused(people, item_id, {"seen": now}, (409, "opted-out"))


async def _is_refused(
    people: People, item_id: str, approval: dict[str, Any], refused: tuple[int, str]
) -> None:
    """Hold that an approval is refused so, and as one of many, too."""
    alone = await people.seller.http.post(f"/work-items/{item_id}/approve", json=approval)
    assert problem(alone) == refused
    (among,) = (await _approve(people, {"id": item_id, **approval}))["results"]
    told = (among["problem"]["status"], among["problem"]["type"].rpartition(":")[2])
    assert (told, among["problem"]["detail"]) == (refused, alone.json()["detail"])


async def test_a_colleague_approves_none_of_it(people: People, sessions: Sessions) -> None:
    ids = await _stack(people, sessions)
    hidden = await people.colleague.http.get("/work-items/stack", params={"like": ids[0]})
    assert problem(hidden) == (404, "not-found")
    answer = await people.colleague.http.post(
        "/work-items/approvals", json={"items": [{"id": ids[0]}]}
    )
    (result,) = answer.json()["results"]
    assert (result["outcome"], result["work_item"]) == ("refused", None)


async def test_what_is_not_undone_leaves_by_itself(
    people: People, sessions: Sessions, app: FastAPI
) -> None:
    ids = await _stack(people, sessions)
    releasing = asyncio.create_task(app.state.context.releases.run())
    try:
        await _approve(people, {"id": ids[0], "text": "Thursday?"})
        now = datetime.now(UTC)
        # its ten seconds pass
        async with sessions.begin() as session:
            await session.execute(
                update(WorkItem).where(WorkItem.id == UUID(ids[0])).values(leaves_at=now)
            )
        app.state.context.releases.wake(now)
        await _is_told(sessions)
    finally:
        releasing.cancel()
    item = (await people.seller.http.get(f"/work-items/{ids[0]}")).json()
    assert (item["status"], item["text"]) == ("approved", "Thursday?")
