import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, update

from api.work_items.schemas import StaleApprovalOut
from db.consent.queries import Said, withdraw
from db.engine import Sessions
from db.tables import Organisation, OutboxItem, PhoneNumber, TeamMember, WorkItem, WorkItemMark
from domain.consent import Source
from domain.privileges import Entity, Level, Privilege
from domain.routing import UnknownSender
from tests.api.conftest import People, Person, problem
from tests.api.makers import enroll, hear, make_lead, make_role, make_work_item, publish
from tests.makers import make_team

DUE = datetime(2026, 7, 1, 12, tzinfo=UTC)


async def _open(people: People, sessions: Sessions, **values: Any) -> str:
    """Make a work item of an enrollment that waits for it."""
    await publish(people)
    record_id = await make_lead(people.seller)
    (enrollment,) = (await enroll(people.seller, record_id))["enrolled"]
    values = {"enrollment_id": enrollment["id"], "step_id": "book", "due_at": DUE} | values
    return await make_work_item(sessions, people, record_id, **values)


async def _notices(sessions: Sessions) -> list[dict[str, Any]]:
    async with sessions() as session:
        found = await session.scalars(
            select(OutboxItem.payload).where(OutboxItem.kind == "work_item_decided")
        )
        return [
            {name: payload[name] for name in ("work_item_id", "decision", "segments")}
            for payload in found
        ]


async def test_the_work_list_shows_what_is_to_be_done_with_its_text_filled_in(
    people: People, sessions: Sessions
) -> None:
    item_id = await _open(people, sessions)
    (item,) = (await people.seller.http.get("/work-items")).json()["items"]
    assert item["id"] == item_id
    assert item["text"] == "Shall we talk?"
    assert item["segments"] == {"encoding": "GSM-7", "units": 14, "segments": 1}
    assert item["record"]["first_name"] == "Ada"
    assert item["sequence"] == {"key": "welcome", "name": "Welcome"}
    assert item["due_at"] == "2026-07-01T12:00:00Z"


async def test_an_edited_text_is_approved_and_its_enrollment_told(
    people: People, sessions: Sessions
) -> None:
    item_id = await _open(people, sessions)
    answer = await people.seller.http.post(
        f"/work-items/{item_id}/approve", json={"text": "Thursday at ten? 😀"}
    )
    item = answer.json()
    assert (item["status"], item["text"]) == ("approved", "Thursday at ten? 😀")
    assert item["decided_by"]["first_name"] == "Sam"
    assert await _notices(sessions) == [
        {"work_item_id": item_id, "decision": "approved", "segments": 1}
    ]
    assert (await people.seller.http.get("/work-items")).json()["items"] == []
    timeline = await people.seller.http.get(f"/enrollments/{item['enrollment_id']}/timeline")
    decided = timeline.json()["items"][-1]
    assert (decided["kind"], decided["work_item_id"]) == ("work_item_decided", item_id)


async def test_approving_without_a_body_sends_the_text_as_it_was_offered(
    people: People, sessions: Sessions
) -> None:
    item_id = await _open(people, sessions)
    answer = await people.seller.http.post(f"/work-items/{item_id}/approve")
    assert answer.json()["text"] == "Shall we talk?"


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("", "empty-text"),
        (" \n ", "empty-text"),
        ("\ufeff", "empty-text"),
        ("x" * 1601, "text-too-long"),
    ],
)
async def test_a_text_that_cannot_be_sent_is_not_approved(
    people: People, sessions: Sessions, text: str, slug: str
) -> None:
    item_id = await _open(people, sessions)
    answer = await people.seller.http.post(f"/work-items/{item_id}/approve", json={"text": text})
    assert problem(answer) == (422, slug)
    assert await _notices(sessions) == []


async def test_a_manual_text_without_words_of_its_own_needs_some(
    people: People, sessions: Sessions
) -> None:
    item_id = await _open(people, sessions, text="")
    answer = await people.seller.http.post(f"/work-items/{item_id}/approve")
    assert problem(answer) == (422, "empty-text")


async def test_nothing_is_approved_for_a_customer_who_opted_out(
    people: People, sessions: Sessions
) -> None:
    item_id = await make_work_item(sessions, people, await make_lead(people.seller), due_at=DUE)
    async with sessions.begin() as session:
        said = Said(Source.CUSTOMER_CALL, DUE)
        await withdraw(session, people.organisation.id, "+12025550101", said, DUE)
    answer = await people.seller.http.post(f"/work-items/{item_id}/approve")
    assert problem(answer) == (409, "opted-out")


async def test_one_of_several_decisions_at_the_same_moment_wins(
    people: People, sessions: Sessions
) -> None:
    item_id = await _open(people, sessions)
    answers = await asyncio.gather(
        *(people.seller.http.post(f"/work-items/{item_id}/approve") for _ in range(4)),
        people.seller.http.post(f"/work-items/{item_id}/skip"),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    assert {problem(answer)[1] for answer in answers if answer.status_code == 409} == {
        "already-decided"
    }
    assert len(await _notices(sessions)) == 1


async def test_skipping_says_why_and_tells_the_enrollment(
    people: People, sessions: Sessions
) -> None:
    item_id = await _open(people, sessions)
    answer = await people.seller.http.post(
        f"/work-items/{item_id}/skip", json={"reason": "We spoke already"}
    )
    assert (answer.json()["status"], answer.json()["reason"]) == ("skipped", "We spoke already")
    assert await _notices(sessions) == [
        {"work_item_id": item_id, "decision": "skipped", "segments": 0}
    ]


@pytest.mark.parametrize(
    ("kind", "verb"),
    [
        ("manual_text", "complete"),
        ("call", "approve"),
        ("failed_text", "skip"),
        ("uncertain_text", "approve"),
    ],
)
async def test_a_decision_must_fit_the_kind_of_item(
    people: People, sessions: Sessions, kind: str, verb: str
) -> None:
    item_id = await _open(people, sessions, kind=kind)
    answer = await people.seller.http.post(f"/work-items/{item_id}/{verb}")
    assert problem(answer) == (409, "wrong-decision")


async def test_dealing_with_a_failed_text_tells_no_enrollment(
    people: People, sessions: Sessions
) -> None:
    item_id = await _open(people, sessions, kind="failed_text", reason="The number is wrong.")
    answer = await people.seller.http.post(f"/work-items/{item_id}/complete")
    assert (answer.json()["status"], answer.json()["reason"]) == (
        "completed",
        "The number is wrong.",
    )
    assert await _notices(sessions) == []


async def test_what_an_ended_enrollment_waited_for_cannot_be_decided(
    people: People, sessions: Sessions
) -> None:
    item_id = await _open(people, sessions)
    item = (await people.seller.http.get(f"/work-items/{item_id}")).json()
    await people.seller.http.post(f"/enrollments/{item['enrollment_id']}/disconnect")
    answer = await people.seller.http.post(f"/work-items/{item_id}/approve")
    assert problem(answer) == (409, "enrollment-ended")


async def test_a_snoozed_item_is_due_later(people: People, sessions: Sessions) -> None:
    item_id = await _open(people, sessions)
    later = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
    until = later.isoformat()
    answer = await people.seller.http.post(f"/work-items/{item_id}/snooze", json={"until": until})
    assert datetime.fromisoformat(answer.json()["due_at"]) == later
    past = {"until": "2020-01-01T00:00:00Z"}
    answer = await people.seller.http.post(f"/work-items/{item_id}/snooze", json=past)
    assert problem(answer) == (422, "invalid-request")
    naive = {"until": "2030-01-01T00:00:00"}
    answer = await people.seller.http.post(f"/work-items/{item_id}/snooze", json=naive)
    assert problem(answer) == (422, "invalid-request")


async def test_a_colleague_neither_sees_nor_decides_it_and_a_manager_does_both(
    people: People, sessions: Sessions
) -> None:
    item_id = await _open(people, sessions)
    hidden = await people.colleague.http.post(f"/work-items/{item_id}/approve")
    assert problem(hidden) == (404, "not-found")
    any_of_them = {"assignee": "any"}
    found = await people.colleague.http.get("/work-items", params=any_of_them)
    assert found.json()["items"] == []
    assert (await people.manager.http.get("/work-items")).json()["items"] == []
    found = await people.manager.http.get("/work-items", params=any_of_them)
    assert [item["id"] for item in found.json()["items"]] == [item_id]
    decided = await people.manager.http.post(f"/work-items/{item_id}/approve")
    assert decided.json()["decided_by"]["first_name"] == "Mona"


async def test_an_item_says_what_its_reader_may_do_with_it(
    people: People, sessions: Sessions
) -> None:
    own = await _open(people, sessions)
    theirs = await make_lead(people.colleague, phone="+12025550102")
    about_theirs = await make_work_item(sessions, people, theirs, due_at=DUE)
    assert await _may(people.seller, own) == (True, True, True)
    assert await _may(people.seller, about_theirs) == (True, True, False)
    assert await _may(people.manager, about_theirs) == (True, True, True)
    reads_all = {(Entity.WORK_ITEM, Privilege.READ): Level.BUSINESS_UNIT}
    await make_role(sessions, people.colleague, {**reads_all})
    assert await _may(people.colleague, own) == (False, False, False)
    assert await _may(people.colleague, about_theirs) == (False, False, True)


async def _may(person: Person, item_id: str) -> tuple[bool, bool, bool]:
    """Return whether somebody may decide an item, hand it over, and add to its record."""
    item = (await person.http.get(f"/work-items/{item_id}")).json()
    return item["may_write"], item["may_assign"], item["may_append_to"]


async def test_an_approval_that_rests_on_what_has_changed_is_refused_with_what_changed(
    people: People, sessions: Sessions
) -> None:
    item_id = await _open(people, sessions)
    item = (await people.seller.http.get(f"/work-items/{item_id}")).json()
    record_id = item["record"]["id"]
    changes = {"fields": {"stage": "won"}, "first_name": "Grace"}
    changed = await people.seller.http.patch(f"/records/{record_id}", json=changes)
    assert changed.status_code == 200, changed.text
    answer = await people.seller.http.post(
        f"/work-items/{item_id}/approve", json={"text": "My own words", "seen": item["seen"]}
    )
    assert problem(answer) == (409, "stale-approval")
    body = answer.json()
    assert body["changes"] == [
        {"what": "stage", "detail": 'The stage is "won" now.', "at": None},
    ]
    assert body["work_item"]["text"] == "Shall we talk?"
    assert StaleApprovalOut.model_validate(body).work_item.id == UUID(item_id)
    assert await _notices(sessions) == []
    again = {"text": "My own words", "seen": body["work_item"]["seen"]}
    answer = await people.seller.http.post(f"/work-items/{item_id}/approve", json=again)
    assert answer.json()["text"] == "My own words"
    assert len(await _notices(sessions)) == 1


async def test_a_customer_who_wrote_since_the_draft_was_seen_is_read_first(
    people: People, sessions: Sessions
) -> None:
    item_id = await _open(people, sessions)
    seen = (await people.seller.http.get(f"/work-items/{item_id}")).json()["seen"]
    await hear(sessions, people, "Actually, no thanks for today", "+12025550101")
    answer = await people.seller.http.post(f"/work-items/{item_id}/approve", json={"seen": seen})
    # an answer ends this sequence, unless its workflow has not been told yet
    assert problem(answer) == (409, "stale-approval")
    (change,) = answer.json()["changes"]
    assert (change["what"], change["detail"]) == ("customer_wrote", "The customer wrote again.")
    assert change["at"] is not None


async def test_a_text_says_what_stands_against_it_before_anybody_approves_it(
    people: People, sessions: Sessions
) -> None:
    why = "The placeholder record.fields.car has no value and no default."
    item_id = await _open(people, sessions, text="Your {{ record.fields.car }}", reason=why)
    # the customer may have withdrawn consent: nothing leaves before somebody says
    await hear(sessions, people, "why are you texting me", "+12025550101")
    item = (await people.seller.http.get(f"/work-items/{item_id}")).json()
    assert [(each["code"], each["blocks"]) for each in item["warnings"]] == [
        ("unfilled", True),
        ("leaves_later", False),
    ]
    assert item["warnings"][0]["sentence"] == why
    assert "may have withdrawn consent" in item["warnings"][1]["sentence"]


@pytest.mark.parametrize("values", [{"kind": "call"}, {"status": "skipped", "decided_at": DUE}])
async def test_only_of_a_text_that_waits_for_approval_is_said_what_stands_against_it(
    people: People, sessions: Sessions, values: dict[str, Any]
) -> None:
    item_id = await _open(people, sessions, text="", **values)
    item = (await people.seller.http.get(f"/work-items/{item_id}")).json()
    assert item["warnings"] == []


async def test_who_asks_with_what_they_saw_is_told_what_has_changed_and_shown_the_text_anew(
    people: People, sessions: Sessions
) -> None:
    item_id = await _open(people, sessions, text="Filled in before")
    path = f"/work-items/{item_id}"
    item = (await people.seller.http.get(path)).json()
    asked = {"seen": item["seen"]}
    same = (await people.seller.http.get(path, params=asked)).json()
    assert (same["changes"], same["text"]) == ([], "Filled in before")

    changed = {"fields": {"stage": "won"}}
    await people.seller.http.patch(f"/records/{item['record']['id']}", json=changed)
    now = (await people.seller.http.get(path, params=asked)).json()
    assert [change["detail"] for change in now["changes"]] == ['The stage is "won" now.']
    assert (now["text"], now["segments"]["units"]) == ("Shall we talk?", 14)
    # it was only looked at
    assert (await people.seller.http.get(path)).json()["text"] == "Filled in before"
    approval = {"text": now["text"], "seen": now["seen"]}
    answer = await people.seller.http.post(f"{path}/approve", json=approval)
    assert answer.json()["status"] == "approved"

    decided = (await people.seller.http.get(path, params=asked)).json()
    assert (decided["changes"], decided["text"]) == ([], "Shall we talk?")
    unknown = await people.seller.http.get(path, params={"seen": "x"})
    assert problem(unknown) == (422, "invalid-request")


async def test_a_token_that_no_item_showed_is_refused(people: People, sessions: Sessions) -> None:
    item_id = await _open(people, sessions)
    answer = await people.seller.http.post(f"/work-items/{item_id}/approve", json={"seen": "x"})
    assert problem(answer) == (422, "invalid-request")


async def test_a_placeholder_is_not_sent_as_it_stands(people: People, sessions: Sessions) -> None:
    item_id = await _open(people, sessions, text="Hi {{ record.fields.car }}")
    answer = await people.seller.http.post(f"/work-items/{item_id}/approve")
    assert problem(answer) == (422, "unfilled-placeholder")
    mended = {"text": "Hi there"}
    answer = await people.seller.http.post(f"/work-items/{item_id}/approve", json=mended)
    assert answer.status_code == 200


async def test_two_of_a_team_who_approve_the_same_item_send_one_text(
    people: People, sessions: Sessions
) -> None:
    item_id = await _open(people, sessions)
    async with sessions.begin() as session:
        team = await make_team(session, people.organisation.id)
        for person in (people.seller, people.colleague):
            session.add(TeamMember(team_id=team.id, user_id=person.user.id))
        item = await session.get_one(WorkItem, UUID(item_id))
        item.assignee_id, item.team_id = None, team.id
    answers = await asyncio.gather(
        *(
            person.http.post(f"/work-items/{item_id}/approve")
            for _ in range(10)
            for person in (people.seller, people.colleague)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    refused = {problem(answer)[1] for answer in answers if answer.status_code == 409}
    assert refused == {"already-decided"}
    assert len(await _notices(sessions)) == 1


async def test_items_are_listed_by_status_and_kind(people: People, sessions: Sessions) -> None:
    item_id = await _open(people, sessions)
    await people.seller.http.post(f"/work-items/{item_id}/skip")
    for filters, count in (
        ({}, 0),
        ({"status": "all"}, 1),
        ({"status": "skipped"}, 1),
        ({"status": "all", "kind": "call"}, 0),
    ):
        found = await people.seller.http.get("/work-items", params=filters)
        assert len(found.json()["items"]) == count


STRANGER = "+12025550133"


async def _hear_a_stranger(people: People, sessions: Sessions, body: str = "Who is this?") -> str:
    """Let somebody unknown write to the first seller's number, and return the conversation's id."""
    async with sessions.begin() as session:
        await session.execute(update(Organisation).values(unknown_sender=UnknownSender.INBOX))
    await hear(sessions, people, body, STRANGER)
    params = {"unassigned": "true"}
    (waiting,) = (await people.manager.http.get("/conversations", params=params)).json()["items"]
    conversation_id: str = waiting["id"]
    return conversation_id


async def _listed(person: Person, **params: Any) -> list[dict[str, Any]]:
    answer = await person.http.get("/work-items", params=params)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_text_in_the_inbox_is_on_the_list_with_the_number_of_who_wrote(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await _hear_a_stranger(people, sessions)
    (item,) = await _listed(people.seller)
    assert (item["kind"], item["record"], item["customer_number"]) == ("reply", None, STRANGER)
    assert (item["conversation_id"], item["assignee"]["first_name"]) == (conversation_id, "Sam")
    assert item["why"][0] == "The customer wrote and nobody has answered."
    shown = (await people.seller.http.get(f"/work-items/{item['id']}")).json()
    assert (shown["record"], shown["warnings"], shown["changes"]) == (None, [], [])
    counts = (await people.seller.http.get("/work-items/counts")).json()
    assert (counts["open"], counts["replies"]) == (1, 1)
    assert [each["id"] for each in await _listed(people.manager, assignee="any")] == [item["id"]]
    assert await _listed(people.colleague, assignee="any") == []
    hidden = await people.colleague.http.get(f"/work-items/{item['id']}")
    assert problem(hidden) == (404, "not-found")


@pytest.mark.parametrize(
    ("sort", "group"),
    [
        *((sort, "none") for sort in ("priority", "due", "created", "record", "value")),
        *(("due", group) for group in ("kind", "sequence", "step", "due", "record_kind")),
        ("due", "assignee"),
    ],
)
@pytest.mark.parametrize("descending", ["false", "true"])
async def test_a_text_in_the_inbox_has_its_place_in_every_order_and_group(
    people: People, sessions: Sessions, sort: str, group: str, descending: str
) -> None:
    await _hear_a_stranger(people, sessions)
    record_id = await make_lead(people.seller)
    for kind in ("task", "call"):
        await make_work_item(sessions, people, record_id, kind=kind, due_at=DUE)
    params = {"sort": sort, "group": group, "descending": descending, "limit": "1"}
    kinds: list[str] = []
    for _ in range(3):
        page = await people.seller.http.get("/work-items", params=params)
        assert page.status_code == 200, page.text
        kinds += [item["kind"] for item in page.json()["items"]]
        params["after"] = page.json()["next"]
    assert sorted(kinds) == ["call", "reply", "task"]
    assert page.json()["next"] is None


async def test_a_text_in_the_inbox_is_found_by_its_number_and_not_among_any_kind_of_record(
    people: People, sessions: Sessions
) -> None:
    await _hear_a_stranger(people, sessions)
    for params, count in (
        ({"search": "550133"}, 1),
        ({"search": "answer the"}, 1),
        ({"search": "Ada"}, 0),
        ({"kind": "reply"}, 1),
        ({"record_kind": "lead"}, 0),
    ):
        assert len(await _listed(people.seller, **params)) == count, params


async def test_a_text_in_the_inbox_is_put_off_and_done_as_any_other(
    people: People, sessions: Sessions
) -> None:
    await _hear_a_stranger(people, sessions)
    (item,) = await _listed(people.seller)
    path = f"/work-items/{item['id']}"
    snoozed = await people.seller.http.post(f"{path}/snooze", json={"until": "2999-07-01T09:00Z"})
    assert snoozed.status_code == 200, snoozed.text
    assert await _listed(people.seller) == []
    assert (await people.seller.http.delete(f"{path}/snooze")).json()["snoozed_until"] is None
    wrong = await people.seller.http.post(f"{path}/approve")
    assert problem(wrong) == (409, "wrong-decision")
    done = await people.seller.http.post(f"{path}/complete", json={"note": "Wrong number"})
    assert (done.json()["status"], done.json()["record"]) == ("completed", None)
    # what comes after that asks anew
    await _hear_a_stranger(people, sessions, "But it is me, Ada!")
    (again,) = await _listed(people.seller)
    assert again["id"] != item["id"]
    skipped = await people.seller.http.post(f"/work-items/{again['id']}/skip")
    assert skipped.json()["status"] == "skipped"


async def test_a_text_in_the_inbox_is_handed_over_to_who_may_read_it(
    people: People, sessions: Sessions
) -> None:
    await _hear_a_stranger(people, sessions)
    (item,) = await _listed(people.seller)
    path = f"/work-items/{item['id']}/hand-over"
    to_colleague = {"user_id": str(people.colleague.user.id)}
    refused = await people.seller.http.post(path, json=to_colleague)
    assert problem(refused) == (409, "cannot-see-conversation")
    to_manager = {"user_id": str(people.manager.user.id)}
    assert (await people.seller.http.post(path, json=to_manager)).status_code == 200
    (moved,) = await _listed(people.manager, assignee="me")
    assert moved["id"] == item["id"]


async def test_a_text_in_the_inbox_over_nobodys_number_is_shown_to_managers_as_unattended(
    people: People, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        nobodys = {"owner_user_id": None, "is_default": False}
        await session.execute(update(PhoneNumber).values(nobodys))
    await _hear_a_stranger(people, sessions)
    assert await _listed(people.seller, assignee="any") == []
    (item,) = await _listed(people.manager, assignee="any", unattended="true")
    assert (item["assignee"], item["team"]) == (None, None)
    counts = (await people.manager.http.get("/work-items/counts?assignee=any")).json()
    assert counts["unattended"] == 1
    to_manager = {"user_id": str(people.manager.user.id)}
    path = f"/work-items/{item['id']}/hand-over"
    assert (await people.manager.http.post(path, json=to_manager)).status_code == 200


async def test_a_number_that_is_given_to_a_colleague_takes_the_inbox_with_it(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await _hear_a_stranger(people, sessions)
    owner = {"owner_user_id": str(people.colleague.user.id)}
    path = f"/phone-numbers/{people.number.id}"
    assert (await people.administrator.http.patch(path, json=owner)).status_code == 200
    assert await _listed(people.seller) == []
    (item,) = await _listed(people.colleague)
    read = await people.colleague.http.get(f"/conversations/{item['conversation_id']}")
    assert (read.status_code, read.json()["id"]) == (200, conversation_id)


async def test_once_a_record_is_known_its_owner_answers_what_came_into_the_inbox(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await _hear_a_stranger(people, sessions)
    (item,) = await _listed(people.seller)
    lead = await make_lead(people.manager, owner_user_id=str(people.colleague.user.id))
    path = f"/conversations/{conversation_id}/move"
    moved = await people.manager.http.post(path, json={"record_id": lead})
    assert moved.status_code == 200, moved.text
    (carried,) = await _listed(people.colleague)
    assert (carried["id"], carried["record"]["id"]) == (item["id"], lead)
    assert carried["conversation_id"] == moved.json()["id"]
    path = f"/conversations/{carried['conversation_id']}/messages"
    answered = await people.manager.http.post(path, json={"text": "It is Sam"})
    assert answered.status_code == 201, answered.text
    assert await _listed(people.colleague) == []


async def _mark(person: Person, item_id: str, mark: str, *, is_so: bool = True) -> dict[str, Any]:
    method = "POST" if is_so else "DELETE"
    answer = await person.http.request(method, f"/work-items/{item_id}/{mark}")
    assert answer.status_code == 200, answer.text
    item: dict[str, Any] = answer.json()
    return item


async def _ids(person: Person, **params: Any) -> list[str]:
    return [item["id"] for item in await _listed(person, assignee="any", sort="created", **params)]


async def test_an_item_is_unopened_until_each_person_opens_it_for_themselves(
    people: People, sessions: Sessions
) -> None:
    lead = await make_lead(people.seller)
    first, second = [
        await make_work_item(sessions, people, lead, kind="call", due_at=DUE) for _ in range(2)
    ]
    assert [item["is_opened"] for item in await _listed(people.seller)] == [False, False]
    # to read an item is not to open it: a page says when somebody looks
    await people.seller.http.get(f"/work-items/{first}")
    assert await _ids(people.seller, unopened="true") == [first, second]

    for _ in range(2):
        assert (await _mark(people.seller, first, "opened"))["is_opened"] is True
    shown = (await people.seller.http.get(f"/work-items/{first}")).json()
    assert (shown["is_opened"], shown["is_followed"]) == (True, False)
    assert await _ids(people.seller, unopened="true") == [second]
    assert await _ids(people.manager, unopened="true") == [first, second]
    counts = (await people.seller.http.get("/work-items/counts?unopened=true&group=kind")).json()
    assert (counts["open"], [group["count"] for group in counts["groups"]]) == (1, [1])

    assert (await _mark(people.seller, first, "opened", is_so=False))["is_opened"] is False
    assert await _ids(people.seller, unopened="true") == [first, second]


async def test_an_item_is_followed_by_whoever_sees_it_whatever_becomes_of_it(
    people: People, sessions: Sessions
) -> None:
    lead = await make_lead(people.seller)
    first, second = [
        await make_work_item(sessions, people, lead, kind="call", due_at=DUE) for _ in range(2)
    ]
    await _mark(people.manager, second, "follow")
    assert await _ids(people.manager, followed="true") == [second]
    assert await _ids(people.manager, followed="true", unopened="true") == [second]
    assert await _ids(people.seller, followed="true") == []
    done = await people.manager.http.post(f"/work-items/{second}/complete")
    assert (done.json()["is_followed"], done.json()["status"]) == (True, "completed")
    assert await _ids(people.manager, followed="true", status="all") == [second]
    await _mark(people.manager, second, "follow", is_so=False)
    assert await _ids(people.manager, followed="true", status="all") == []
    assert await _ids(people.manager, unopened="true") == [first]


@pytest.mark.parametrize("mark", ["opened", "follow"])
async def test_what_one_may_not_see_is_not_marked_and_what_one_no_longer_sees_not_listed(
    people: People, sessions: Sessions, mark: str
) -> None:
    lead = await make_lead(people.seller)
    item_id = await make_work_item(sessions, people, lead, kind="call", due_at=DUE)
    for method in ("POST", "DELETE"):
        hidden = await people.colleague.http.request(method, f"/work-items/{item_id}/{mark}")
        assert problem(hidden) == (404, "not-found")
    await _mark(people.seller, item_id, mark)
    given = {"user_id": str(people.manager.user.id)}
    handed = await people.seller.http.post(f"/work-items/{item_id}/hand-over", json=given)
    assert handed.status_code == 200, handed.text
    assert await _ids(people.seller, followed="true") == []


async def test_marks_go_with_their_item(people: People, sessions: Sessions) -> None:
    lead = await make_lead(people.seller)
    item_id = await make_work_item(sessions, people, lead, kind="call", due_at=DUE)
    await _mark(people.seller, item_id, "follow")
    async with sessions.begin() as session:
        await session.execute(delete(WorkItem).where(WorkItem.id == UUID(item_id)))
        assert await session.scalar(select(func.count()).select_from(WorkItemMark)) == 0
