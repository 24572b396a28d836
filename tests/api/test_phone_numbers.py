from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db.engine import Sessions
from db.tables import Conversation, Enrollment
from domain.messages import HoldKind, MessageStatus
from tests.api.conftest import People, problem
from tests.db.conftest import NOW, make_message, rows
from tests.makers import (
    OUR_NUMBER,
    SEQUENCE,
    make_conversation,
    make_enrollment,
    make_number,
    make_record,
    make_version,
)


def _body(people: People, **values: object) -> dict[str, object]:
    body = {"e164": "+1 212 555 0177", "provider_account_id": str(people.account.id)}
    return body | values


async def test_a_number_is_added_in_e164_for_its_owner(people: People) -> None:
    kim = str(people.colleague.user.id)
    answer = await people.administrator.http.post(
        "/phone-numbers", json=_body(people, owner_user_id=kim, is_default=True, per_second=0.5)
    )
    assert answer.status_code == 201
    number = answer.json()
    assert (number["e164"], number["per_second"]) == ("+12125550177", 0.5)
    assert (number["owner_user_id"], number["is_default"]) == (kim, True)


async def test_a_number_in_national_format_is_refused(people: People) -> None:
    answer = await people.administrator.http.post(
        "/phone-numbers", json=_body(people, e164="07700 900123")
    )
    assert problem(answer) == (422, "invalid-request")
    assert "07700 900123" in answer.json()["detail"]


async def test_a_number_is_added_once(people: People) -> None:
    answer = await people.administrator.http.post(
        "/phone-numbers", json=_body(people, e164="+12125550100")
    )
    assert problem(answer) == (409, "taken")


async def test_a_number_belongs_to_a_user_or_a_team_that_exists(people: People) -> None:
    team = await people.administrator.http.post("/teams", json={"name": "North"})
    nobody = "0199a0b0-0000-7000-8000-000000000000"
    for owners, path in (
        (
            {"owner_user_id": str(people.seller.user.id), "owner_team_id": team.json()["id"]},
            "owner_team_id",
        ),
        ({"owner_user_id": nobody}, "owner_user_id"),
        ({"owner_team_id": nobody}, "owner_team_id"),
        ({"provider_account_id": nobody}, "provider_account_id"),
    ):
        answer = await people.administrator.http.post(
            "/phone-numbers", json=_body(people, **owners)
        )
        assert problem(answer) == (422, "invalid-request")
        assert answer.json()["errors"][0]["path"] == path


async def test_a_new_default_takes_the_place_of_the_old_one(people: People) -> None:
    sam = str(people.seller.user.id)
    await people.administrator.http.post(
        "/phone-numbers", json=_body(people, owner_user_id=sam, is_default=True)
    )
    numbers = (await people.seller.http.get("/phone-numbers")).json()["items"]
    assert [(n["e164"], n["is_default"]) for n in numbers] == [
        ("+12125550100", False),
        ("+12125550177", True),
    ]
    path = f"/phone-numbers/{people.number.id}"
    assert (await people.manager.http.patch(path, json={"is_default": True})).status_code == 200
    numbers = (await people.seller.http.get("/phone-numbers")).json()["items"]
    assert [n["is_default"] for n in numbers] == [True, False]


async def test_a_number_given_to_a_team_leaves_its_user(people: People) -> None:
    team = await people.administrator.http.post("/teams", json={"name": "North"})
    answer = await people.manager.http.patch(
        f"/phone-numbers/{people.number.id}", json={"owner_team_id": team.json()["id"]}
    )
    assert answer.json()["owner_user_id"] is None
    assert answer.json()["owner_team_id"] == team.json()["id"]


@pytest.mark.parametrize("who", ["manager", "seller"])
async def test_only_an_administrator_adds_and_deletes_numbers(people: People, who: str) -> None:
    person = getattr(people, who)
    answer = await person.http.post("/phone-numbers", json=_body(people))
    assert problem(answer) == (403, "missing-privilege")
    answer = await person.http.delete(f"/phone-numbers/{people.number.id}")
    assert problem(answer) == (403, "missing-privilege")


@pytest.mark.parametrize(
    ("values", "country", "per_second", "can_receive"),
    [
        pytest.param({"e164": "+12125550177"}, "US", 1, True, id="a long code of North America"),
        pytest.param({"e164": "+447700900123"}, "GB", 10, True, id="a long code elsewhere"),
        pytest.param({"e164": "+12125550177", "kind": "ten_dlc"}, "US", 1, True, id="10DLC"),
        pytest.param({"e164": "+18885550123", "kind": "toll_free"}, "US", 3, True, id="toll-free"),
        pytest.param({"e164": "24273", "kind": "short_code"}, None, 100, True, id="a short code"),
        pytest.param(
            {"e164": "Northwind", "kind": "alphanumeric"}, None, 10, False, id="a sender's name"
        ),
        pytest.param(
            {"e164": "24273", "kind": "short_code", "country": "ca", "per_second": 30},
            "CA",
            30,
            True,
            id="what is said stands",
        ),
    ],
)
async def test_what_is_not_said_follows_from_the_kind_and_the_number(
    people: People,
    values: dict[str, object],
    country: str | None,
    per_second: float,
    can_receive: bool,
) -> None:
    answer = await people.administrator.http.post("/phone-numbers", json=_body(people, **values))
    number = answer.json()
    assert (number["country"], number["per_second"]) == (country, per_second)
    assert number["can_receive"] is can_receive
    assert (number["can_sms"], number["can_mms"], number["daily_cap"]) == (True, False, None)


@pytest.mark.parametrize(
    ("kind", "e164"),
    [
        ("short_code", "+12125550177"),
        ("short_code", "12"),
        ("alphanumeric", "Northwind Cycles"),
        ("alphanumeric", "12345"),
        ("messaging_service", " "),
        ("toll_free", "Northwind"),
    ],
)
async def test_a_sender_that_is_none_of_its_kind_is_refused(
    people: People, kind: str, e164: str
) -> None:
    body = _body(people, kind=kind, e164=e164)
    answer = await people.administrator.http.post("/phone-numbers", json=body)
    assert problem(answer) == (422, "invalid-request")
    assert answer.json()["errors"][0]["path"] == "e164"


async def test_a_manager_changes_the_pace_and_the_cap_of_a_number(people: People) -> None:
    path = f"/phone-numbers/{people.number.id}"
    changed = await people.manager.http.patch(
        path, json={"per_second": 2.5, "daily_cap": 2000, "can_mms": True, "is_default": None}
    )
    assert (changed.json()["per_second"], changed.json()["daily_cap"]) == (2.5, 2000)
    assert (changed.json()["can_mms"], changed.json()["is_default"]) == (True, True)
    uncapped = await people.manager.http.patch(path, json={"daily_cap": None})
    assert uncapped.json()["daily_cap"] is None


async def test_a_number_in_other_hands_does_not_displace_their_default(people: People) -> None:
    kim = str(people.colleague.user.id)
    await people.administrator.http.post(
        "/phone-numbers", json=_body(people, owner_user_id=kim, is_default=True)
    )
    path = f"/phone-numbers/{people.number.id}"
    given = await people.manager.http.patch(path, json={"owner_user_id": kim})
    assert given.json()["is_default"] is False
    numbers = (await people.seller.http.get("/phone-numbers")).json()["items"]
    assert [(n["e164"], n["is_default"]) for n in numbers] == [
        (OUR_NUMBER, False),
        ("+12125550177", True),
    ]


async def test_a_number_says_how_long_its_queue_takes(people: People, sessions: Sessions) -> None:
    number = people.number
    async with sessions.begin() as session:
        version = await make_version(session, people.seller.user, SEQUENCE)
        leads = [
            await make_record(session, people.seller.user, phone=f"+1212555011{i}")
            for i in range(4)
        ]
        values: list[dict[str, Any]] = [
            {"sends_next": True},
            {"sends_next": True},
            {"sends_next": False},
            {"sends_next": True, "status": "completed", "end_reason": "completed", "ended_at": NOW},
        ]
        queued, *_ = [
            await make_enrollment(session, lead, version, phone_number_id=number.id, **each)
            for lead, each in zip(leads, values, strict=True)
        ]
        conversation = await make_conversation(session, leads[0], number)
    for held_for, enrollment_id in (
        # the enrollment's text is in the queue already, and counts once
        (HoldKind.PACE, queued.id),
        (HoldKind.ORDER, None),
        (HoldKind.START, None),
        (HoldKind.HOURS, None),
    ):
        await make_message(
            sessions,
            conversation,
            people.account.id,
            status=MessageStatus.HELD,
            held_for=held_for,
            held_until=NOW,
            phone_number_id=number.id,
            enrollment_id=enrollment_id,
        )
    await people.manager.http.patch(f"/phone-numbers/{number.id}", json={"per_second": 0.3})
    (shown,) = (await people.seller.http.get("/phone-numbers")).json()["items"]
    # two of enrollments and two of sellers; 4 / 0.3 = 13.3
    assert (shown["waiting"], shown["drains_in_seconds"]) == (4, 14)


async def test_a_number_that_never_served_is_deleted(people: People) -> None:
    path = f"/phone-numbers/{people.number.id}"
    assert (await people.administrator.http.delete(path)).status_code == 204
    assert problem(await people.administrator.http.get(path)) == (404, "not-found")


@pytest.fixture
async def in_use(people: People, sessions: Sessions) -> str:
    """The address of the number, over which one enrollment runs and one of two conversations is open."""
    async with sessions.begin() as session:
        version = await make_version(session, people.seller.user, SEQUENCE)
        lead, former = [
            await make_record(session, people.seller.user, phone=phone)
            for phone in ("+12125550111", "+12125550112")
        ]
        await make_enrollment(session, lead, version, phone_number_id=people.number.id)
        await make_conversation(session, lead, people.number)
        closed = await make_conversation(session, former, people.number)
        closed.last_message_at = datetime.now(UTC) - timedelta(days=31)
    return f"/phone-numbers/{people.number.id}"


async def test_a_number_in_use_is_not_removed_without_saying_what_becomes_of_that(
    people: People, in_use: str
) -> None:
    dependents = await people.manager.http.get(f"{in_use}/dependents")
    assert dependents.json() == {"enrollments": 1, "conversations": 1}
    answer = await people.administrator.http.delete(in_use)
    assert problem(answer) == (409, "has-dependents")
    assert "leaves from this number: 1. Open conversations over it: 1." in answer.json()["detail"]
    assert (await people.administrator.http.get(in_use)).json()["removed_at"] is None


async def test_another_number_takes_over_what_goes_over_a_removed_one(
    people: People, sessions: Sessions, in_use: str
) -> None:
    other = (await people.administrator.http.post("/phone-numbers", json=_body(people))).json()
    answer = await people.administrator.http.delete(f"{in_use}?replace_with={other['id']}")
    assert answer.status_code == 204
    conversations, enrollments = (
        await rows(sessions, Conversation),
        await rows(sessions, Enrollment),
    )
    moved: list[Conversation | Enrollment] = [*conversations, *enrollments]
    assert [str(row.phone_number_id) for row in moved] == [other["id"]] * 3
    # nothing was ever sent from it
    assert problem(await people.administrator.http.get(in_use)) == (404, "not-found")


async def test_what_goes_over_a_removed_number_may_be_left_and_stays_readable(
    people: People, sessions: Sessions, in_use: str
) -> None:
    for conversation in await rows(sessions, Conversation):
        await make_message(sessions, conversation, people.account.id)
    assert (await people.administrator.http.delete(f"{in_use}?leave=true")).status_code == 204
    shown = (await people.administrator.http.get(in_use)).json()
    assert shown["removed_at"] is not None
    assert shown["is_default"] is False
    assert (await people.seller.http.get("/phone-numbers")).json()["items"] == []
    conversations = (await people.seller.http.get("/conversations")).json()["items"]
    assert [each["our_number"] for each in conversations] == [OUR_NUMBER, OUR_NUMBER]
    for each in conversations:
        path = f"/conversations/{each['id']}/messages"
        (message,) = (await people.seller.http.get(path)).json()["items"]
        assert message["body"] == "Hello"
    for answer in (
        await people.administrator.http.delete(in_use),
        await people.administrator.http.patch(in_use, json={"is_default": True}),
    ):
        assert problem(answer) == (404, "not-found")


async def test_a_removed_number_is_taken_up_again_with_its_conversations(
    people: People, sessions: Sessions, in_use: str
) -> None:
    await people.administrator.http.delete(f"{in_use}?leave=true")
    kim = str(people.colleague.user.id)
    answer = await people.administrator.http.post(
        "/phone-numbers", json=_body(people, e164=OUR_NUMBER, owner_user_id=kim, is_default=True)
    )
    assert answer.status_code == 201
    again = answer.json()
    assert again["id"] == str(people.number.id)
    assert (again["removed_at"], again["owner_user_id"], again["is_default"]) == (None, kim, True)


async def test_a_number_is_replaced_by_another_one_that_can_text(
    people: People, sessions: Sessions, in_use: str
) -> None:
    async with sessions.begin() as session:
        silent = await make_number(session, people.account, e164="+12125550178", can_sms=False)
        gone = await make_number(session, people.account, e164="+12125550179", removed_at=NOW)
    nobody = "0199a0b0-0000-7000-8000-000000000000"
    for by in (str(people.number.id), str(silent.id), str(gone.id), nobody):
        answer = await people.administrator.http.delete(f"{in_use}?replace_with={by}")
        assert problem(answer) == (422, "invalid-request")
        assert answer.json()["errors"][0]["path"] == "query.replace_with"
