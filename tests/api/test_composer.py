"""Tests of api/conversations/composer.py: what somebody who writes is shown before the text is sent."""

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update

from db.engine import Sessions
from db.live import announcements
from db.messages import inbound
from db.messages.inbound import InboundText
from db.tables import Organisation, Record
from tests.api.conftest import People, problem
from tests.api.makers import converse
from tests.makers import make_number


async def preview(people: People, conversation_id: str, **body: Any) -> dict[str, Any]:
    path = f"/conversations/{conversation_id}/preview"
    answer = await people.seller.http.post(path, json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_numbers_to_choose_from_are_ours_the_teams_and_the_one_used_here(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions)
    async with sessions.begin() as session:
        for e164, owner in (("+12125550103", people.colleague), ("+12125550102", people.seller)):
            await make_number(session, people.account, e164=e164, owner_user_id=owner.user.id)

    async def offered(person: Any) -> list[tuple[str, bool, bool]]:
        found = await person.http.get(f"/conversations/{conversation_id}/senders")
        return [(each["e164"], each["is_default_here"], each["is_own"]) for each in found.json()]

    assert await offered(people.seller) == [
        ("+12125550100", True, True),
        ("+12125550102", False, True),
    ]
    # whoever answers for a colleague does so from the number the conversation is held over
    assert await offered(people.manager) == [("+12125550100", True, False)]


async def test_a_preview_fills_counts_and_points_at_the_character_that_forces_ucs_2(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions)

    shown = await preview(people, conversation_id, text="Hi {{ record.first_name }} 👋")

    assert (shown["text"], shown["problems"]) == ("Hi Ada 👋", [])
    assert shown["segments"] == {
        "encoding": "UCS-2",
        "units": 9,
        "segments": 1,
        "forced_by": "👋",
        "forced_at": 7,
    }
    assert (shown["outlook"]["may"], shown["outlook"]["next_allowed"]) == ("now", None)


async def test_a_preview_says_what_is_wrong_and_stores_nothing(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions)
    shown = await preview(people, conversation_id, text="Hi {{ record.nam }}")
    (problem_,) = shown["problems"]
    assert problem_.startswith("record.nam is not a known field")
    path = f"/conversations/{conversation_id}/messages"
    assert (await people.seller.http.get(path)).json()["items"] == []


async def test_a_preview_says_from_when_the_customers_clock_allows_it(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions)
    start = (datetime.now(UTC) + timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)
    async with sessions.begin() as session:
        until = time((start.hour + 1) % 24)
        await session.execute(
            update(Organisation).values(allowed_from=start.time(), allowed_until=until)
        )
        await session.execute(update(Record).values(timezone="Africa/Abidjan"))

    outlook = (await preview(people, conversation_id, text="Hi"))["outlook"]

    assert outlook["may"] == "later"
    assert outlook["next_allowed"] == start.isoformat().replace("+00:00", "Z")
    assert outlook["next_allowed_local"] == f"{start:%Y-%m-%dT%H:%M:%S}"
    assert outlook["zones"] == ["Africa/Abidjan"]
    never = await preview(people, conversation_id, text="Hi", send_at_local="2020-01-01T09:00")
    assert (never["outlook"]["may"], never["problems"]) == (
        "never",
        ["That time has passed for the customer: choose a later one."],
    )


async def test_the_next_allowed_time_is_told_as_it_is_scheduled_wherever_the_customer_is(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions)
    async with sessions.begin() as session:
        await session.execute(
            update(Organisation).values(allowed_from=time(9), allowed_until=time(21))
        )
        # two zones
        await session.execute(update(Record).values(timezone=None, country="US", region="TN"))
    day = (datetime.now(UTC) + timedelta(days=3)).date()

    night = await preview(people, conversation_id, text="Hi", send_at_local=f"{day}T03:00")
    local = night["outlook"]["next_allowed_local"]
    again = await preview(people, conversation_id, text="Hi", send_at_local=local)

    assert night["outlook"]["why"] is not None
    assert again["outlook"]["why"] is None
    assert again["outlook"]["next_allowed"] == night["outlook"]["next_allowed"]


async def test_what_waits_for_a_person_names_no_time_but_what_it_waits_for(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions)
    async with sessions.begin() as session:
        text = InboundText(
            account_id=people.account.id,
            provider_message_id="SM-unclear",
            from_number="+12025550101",
            to_number=people.number.e164,
            body="Why do you keep texting me",
        )
        await inbound.store(session, text, datetime.now(UTC))
    day = (datetime.now(UTC) + timedelta(days=2)).date()
    waits = "nothing leaves until somebody has answered the question in the work list."

    for body in ({"text": "Hi"}, {"text": "Hi", "send_at_local": f"{day}T12:00"}):
        outlook = (await preview(people, conversation_id, **body))["outlook"]
        assert (outlook["may"], outlook["next_allowed"]) == ("later", None)
        assert outlook["next_allowed_local"] is None
        assert outlook["why"].endswith(waits)


async def test_who_types_is_announced_to_whoever_may_see_the_conversation(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions)
    answer = await people.seller.http.post(
        f"/conversations/{conversation_id}/typing", json={"is_typing": True}
    )
    assert answer.status_code == 204
    async with sessions() as session:
        payloads = [json.loads(each) for each in await session.scalars(select(announcements))]
    (said,) = [each for each in payloads if each["event"] == "conversation.typing"]
    seller = people.seller.user
    shown = (await people.seller.http.get(f"/conversations/{conversation_id}")).json()
    assert said["data"] == {
        "id": conversation_id,
        "record_id": shown["record"]["id"],
        "user_id": str(seller.id),
        "name": "Sam Seller",
        "is_typing": True,
    }
    assert set(said["audience"]) == {str(seller.id), str(seller.business_unit_id)}
    hidden = await people.colleague.http.post(
        f"/conversations/{conversation_id}/typing", json={"is_typing": True}
    )
    assert problem(hidden) == (404, "not-found")
