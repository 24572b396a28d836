"""Tests of api/conversations/composing.py: what a person writes is checked before it is stored."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, update

from api.conversations.schemas import QuietHoursOut, SpokenMeanwhileOut
from db.engine import Sessions
from db.tables import Conversation, Message, MessageDecision, Organisation, PhoneNumber, Record
from domain.messages import HoldKind, MessageStatus, Verdict
from domain.privileges import Entity, Level, Need, Privilege
from tests.api.conftest import People, Person, lacking, problem
from tests.api.makers import converse, make_lead, make_role
from tests.makers import make_number

UTC_ALL_YEAR = "Africa/Abidjan"


async def send(person: Person, conversation_id: str, **body: Any) -> httpx.Response:
    body = {"text": "Hi Ada"} | body
    return await person.http.post(f"/conversations/{conversation_id}/messages", json=body)


async def close_for_now(sessions: Sessions, **record: Any) -> datetime:
    """Let texts go out in one hour of the day only, some hours ahead; return when it begins."""
    now = datetime.now(UTC)
    start = (now + timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)
    hours = {
        "allowed_from": start.time(),
        "allowed_until": time((start.hour + 1) % 24),
    }
    async with sessions.begin() as session:
        await session.execute(update(Organisation).values(**hours))
        await session.execute(update(Record).values(timezone=UTC_ALL_YEAR, **record))
    return start


async def heard(sessions: Sessions, at: datetime) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Conversation).values(last_inbound_at=at))


def clock(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


async def test_what_the_hours_forbid_is_refused_with_the_next_allowed_time(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions, "Hello?")
    opens = await close_for_now(sessions)

    refused = await send(people.seller, conversation_id)

    assert problem(refused) == (409, "quiet-hours")
    assert refused.json()["next_allowed"] == clock(opens)
    assert f"texts go out from {opens:%H:%M}" in refused.json()["detail"]
    assert refused.json()["detail"].endswith(" Schedule it, or let it wait until then.")
    told = QuietHoursOut.model_validate(refused.json())
    assert (told.next_allowed, told.remedy) == (opens, {"may_wait": True})
    waiting = await send(people.seller, conversation_id, may_wait=True)
    assert (waiting.status_code, waiting.json()["status"]) == (201, "held")


@pytest.mark.parametrize(
    ("region", "minutes_ago", "answer_minutes", "status"),
    [
        pytest.param("NY", 30, 60, 201, id="to somebody in New York who just wrote"),
        pytest.param("TX", 30, 60, 409, id="not to somebody in Texas"),
        pytest.param(None, 30, 60, 409, id="nor where the state is not known"),
        pytest.param("NY", 90, 60, 409, id="nor to who wrote a while ago"),
        pytest.param("NY", 30, 0, 409, id="nor where the organisation wants the hours kept"),
    ],
)
async def test_outside_the_hours_an_answer_goes_where_the_law_lets_it(
    people: People,
    sessions: Sessions,
    region: str | None,
    minutes_ago: int,
    answer_minutes: int,
    status: int,
) -> None:
    conversation_id = await converse(people, sessions, "Hello?")
    await close_for_now(sessions, country="US", region=region)
    await heard(sessions, datetime.now(UTC) - timedelta(minutes=minutes_ago))
    async with sessions.begin() as session:
        await session.execute(update(Organisation).values(answer_minutes=answer_minutes))

    assert (await send(people.seller, conversation_id)).status_code == status


async def test_a_text_waits_for_the_customers_clock_of_several_zones_the_latest(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions)
    async with sessions.begin() as session:
        values = {"timezone": None, "country": "US", "region": "TN"}
        await session.execute(update(Record).values(**values))
    day = (datetime.now(UTC) + timedelta(days=3)).date()

    sent = await send(people.seller, conversation_id, send_at_local=f"{day}T09:00")

    assert sent.status_code == 201
    message = sent.json()
    assert (message["status"], message["held_for"]) == ("held", HoldKind.SCHEDULE)
    in_chicago = datetime.fromisoformat(message["held_until"])
    assert in_chicago.hour in (14, 15)  # nine in Chicago, ten in New York
    async with sessions() as session:
        decision = (await session.scalars(select(MessageDecision))).one()
    assert (decision.verdict, decision.rule, decision.until) == (
        Verdict.HOLD,
        "schedule",
        in_chicago,
    )
    assert decision.actor_id == people.seller.user.id


@pytest.mark.parametrize(
    ("local", "status"),
    [
        pytest.param("2020-01-01T09:00", (422, "not-in-future"), id="past"),
        pytest.param("2099-01-01T09:00", (422, "not-in-future"), id="too far ahead"),
        pytest.param("2026-12-01T09:00Z", (422, "invalid-request"), id="with a zone"),
    ],
)
async def test_a_time_that_will_not_do_is_refused(
    people: People, sessions: Sessions, local: str, status: tuple[int, str]
) -> None:
    conversation_id = await converse(people, sessions)
    assert problem(await send(people.seller, conversation_id, send_at_local=local)) == status


async def test_nobody_schedules_a_text_for_an_hour_that_is_forbidden(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions)
    opens = await close_for_now(sessions)
    tomorrow = opens.replace(tzinfo=None) + timedelta(days=1)

    late = await send(
        people.seller,
        conversation_id,
        send_at_local=(tomorrow + timedelta(hours=2)).isoformat(),
    )
    assert problem(late) == (409, "quiet-hours")
    assert late.json()["next_allowed"] == clock(opens + timedelta(days=2))
    assert late.json()["detail"].endswith(
        " Choose a time that they allow, or let it wait until then."
    )
    assert late.json()["remedy"] == {"may_wait": True}
    fine = await send(people.seller, conversation_id, send_at_local=tomorrow.isoformat())
    assert fine.json()["held_until"] == clock(opens + timedelta(days=1))


async def test_no_time_is_named_where_no_hour_of_the_week_is_allowed(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions)
    async with sessions.begin() as session:
        hours = {"allowed_from": time(8), "allowed_until": time(8, 30)}
        await session.execute(update(Organisation).values(**hours))
        anywhere = {"timezone": None, "country": "US", "region": "TX"}
        await session.execute(update(Record).values(**anywhere))
    refused = await send(people.seller, conversation_id)
    assert problem(refused) == (409, "quiet-hours")
    assert QuietHoursOut.model_validate(refused.json()).next_allowed is None
    assert refused.json()["detail"].startswith("No hour of the week is allowed in all time zones")
    waiting = (await send(people.seller, conversation_id, may_wait=True)).json()
    assert (waiting["status"], waiting["held_until"]) == ("held", None)


async def test_placeholders_are_filled_and_one_that_cannot_be_is_refused(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions)
    text = "Hi {{ record.first_name }}, {{ seller.first_name }} here"
    assert (await send(people.seller, conversation_id, text=text)).json()["body"] == (
        "Hi Ada, Sam here"
    )
    for text, slug in (
        ("Hi {{ record.fields.nickname }}", "unfilled-placeholder"),
        ("Hi {{ record.nam }}", "invalid-placeholder"),
        ("Hi {{", "invalid-placeholder"),
    ):
        answer = await send(people.seller, conversation_id, text=text)
        assert problem(answer) == (422, slug)


async def test_the_number_that_was_chosen_is_the_one_it_leaves_from(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions)
    async with sessions.begin() as session:
        mine = await make_number(
            session, people.account, e164="+12125550102", owner_user_id=people.seller.user.id
        )
        theirs = await make_number(
            session, people.account, e164="+12125550103", owner_user_id=people.colleague.user.id
        )

    sent = await send(people.seller, conversation_id, phone_number_id=str(mine.id))
    assert sent.json()["from_number"] == "+12125550102"
    foreign = await send(people.seller, conversation_id, phone_number_id=str(theirs.id))
    assert problem(foreign) == (409, "not-your-number")


async def test_who_has_no_number_is_told_at_once(people: People, sessions: Sessions) -> None:
    conversation_id = await converse(people, sessions)
    async with sessions.begin() as session:
        await session.execute(update(PhoneNumber).values(can_sms=False))
    assert problem(await send(people.seller, conversation_id)) == (409, "no-sender")


@pytest.mark.parametrize(
    ("record", "slug"),
    [
        ({"status": "inactive"}, "record-closed"),
        ({"unreachable_since": datetime(2026, 7, 1, tzinfo=UTC)}, "unreachable"),
    ],
)
async def test_what_must_never_go_is_refused_with_its_reason(
    people: People, sessions: Sessions, record: dict[str, Any], slug: str
) -> None:
    conversation_id = await converse(people, sessions)
    async with sessions.begin() as session:
        await session.execute(update(Record).values(**record))
    refused = await send(people.seller, conversation_id, may_wait=True)
    assert problem(refused) == (409, slug)


async def test_of_two_who_answer_the_second_is_asked_and_may_insist(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions, "Hello?")
    async with sessions() as session:
        seen = str((await session.scalars(select(Message.id))).one())

    first = await send(people.manager, conversation_id, seen_message_id=seen)
    assert first.status_code == 201
    second = await send(people.seller, conversation_id, seen_message_id=seen)
    assert problem(second) == (409, "spoken-meanwhile")
    assert second.json()["detail"].startswith("Mona Seller answered ")
    told = SpokenMeanwhileOut.model_validate(second.json())
    assert [str(each) for each in told.texts] == [first.json()["id"]]
    # for a page that asks by itself whether to send nevertheless
    assert (
        told.detail == f"{told.why} Look first; to send it nevertheless, leave seen_message_id out."
    )
    mine = await send(people.manager, conversation_id, seen_message_id=seen)
    assert mine.status_code == 201
    insisted = await send(people.seller, conversation_id)
    assert insisted.status_code == 201


async def test_a_colleague_who_wrote_about_another_record_of_the_customer_counts(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions, "Hello?")
    async with sessions() as session:
        seen = str((await session.scalars(select(Message.id))).one())
    other = await converse(
        people, sessions, record_id=await make_lead(people.seller, last_name="Twin")
    )
    await send(people.manager, other)

    second = await send(people.seller, conversation_id, seen_message_id=seen)
    assert problem(second) == (409, "spoken-meanwhile")


async def test_what_one_has_seen_is_a_text_of_the_conversation(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions, "Hello?")
    answer = await send(people.seller, conversation_id, seen_message_id=str(UUID(int=1)))
    assert problem(answer) == (422, "invalid-request")


async def test_a_refused_text_leaves_nothing_behind(people: People, sessions: Sessions) -> None:
    conversation_id = await converse(people, sessions)
    await close_for_now(sessions)
    await send(people.seller, conversation_id)
    async with sessions() as session:
        found = await session.scalars(select(Message).where(Message.status == MessageStatus.HELD))
        assert found.all() == []


async def test_who_reads_the_units_conversations_and_appends_to_the_own_only_writes_in_those(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions, "Hello?")
    reads = (Entity.CONVERSATION, Privilege.READ)
    await make_role(sessions, people.colleague, {reads: Level.BUSINESS_UNIT})
    path = f"/conversations/{conversation_id}"
    assert (await people.seller.http.get(path)).json()["may_append_to"] is True
    assert (await people.colleague.http.get(path)).json()["may_append_to"] is False
    (listed,) = (await people.colleague.http.get("/conversations")).json()["items"]
    assert listed["may_append_to"] is False
    assert lacking(await send(people.colleague, conversation_id)) == "conversation.append_to"
    for refused in (
        await people.colleague.http.get(f"{path}/senders"),
        await people.colleague.http.post(f"{path}/preview", json={"text": "Hi"}),
        await people.colleague.http.post(f"{path}/typing", json={"is_typing": True}),
    ):
        assert lacking(refused) == "conversation.append_to"


@pytest.mark.parametrize(
    "need",
    [(Entity.MESSAGE, Privilege.APPEND), (Entity.CONVERSATION, Privilege.APPEND_TO)],
    ids=".".join,
)
async def test_without_append_and_append_to_no_text_is_written(
    people: People, sessions: Sessions, need: Need
) -> None:
    conversation_id = await converse(people, sessions)
    await make_role(sessions, people.seller, {need: None})
    assert lacking(await send(people.seller, conversation_id)) == ".".join(need)
    shown = (await people.seller.http.get(f"/conversations/{conversation_id}")).json()
    assert shown["may_append_to"] is (need[0] is Entity.MESSAGE)


async def test_who_may_append_to_no_number_answers_from_the_one_the_customer_knows(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(people, sessions)
    async with sessions.begin() as session:
        mine = await make_number(
            session, people.account, e164="+12125550102", owner_user_id=people.seller.user.id
        )
    await make_role(sessions, people.seller, {(Entity.PHONE_NUMBER, Privilege.APPEND_TO): None})
    offered = await people.seller.http.get(f"/conversations/{conversation_id}/senders")
    assert [each["e164"] for each in offered.json()] == [people.number.e164]
    other = await send(people.seller, conversation_id, phone_number_id=str(mine.id))
    assert problem(other) == (409, "not-your-number")
    assert (await send(people.seller, conversation_id)).json()["from_number"] == people.number.e164
