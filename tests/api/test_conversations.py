from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from db.engine import Sessions
from db.tables import Conversation, Message, OptOut, OutboxItem, PhoneNumber, Record, TeamMember
from domain.messages import Direction, HoldKind, MessageStatus
from tests.api.conftest import People, problem
from tests.api.makers import make_lead
from tests.makers import make_conversation, make_organisation

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


async def _converse(people: People, sessions: Sessions, *texts: str) -> str:
    """Make a conversation in which the customer and we take turns, a minute each; return its id."""
    record_id = await make_lead(people.seller, last_name="Moreno")
    async with sessions.begin() as session:
        record = await session.get_one(Record, record_id)
        conversation = await make_conversation(session, record, people.number)
        conversation.last_message_at = NOON
        for minute, body in enumerate(texts):
            inbound = minute % 2 == 0
            at = NOON + timedelta(minutes=minute)
            session.add(
                Message(
                    organisation_id=people.organisation.id,
                    conversation_id=conversation.id,
                    direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
                    status=MessageStatus.RECEIVED if inbound else MessageStatus.DELIVERED,
                    body=body,
                    from_number="+12025550101" if inbound else "+12125550100",
                    to_number="+12125550100" if inbound else "+12025550101",
                    segments=1,
                    encoding="GSM-7",
                    provider_account_id=people.account.id,
                    author_id=None if inbound else people.seller.user.id,
                    created_at=at,
                    submitted_at=None if inbound else at,
                )
            )
        conversation.unread_count = 1
        return str(conversation.id)


async def test_a_conversation_is_listed_with_its_newest_text(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await _converse(people, sessions, "Hello?", "Hi Ada", "=1+1")
    (listed,) = (await people.seller.http.get("/conversations")).json()["items"]
    assert listed["id"] == conversation_id
    assert listed["record"]["first_name"] == "Ada"
    assert (listed["customer_number"], listed["our_number"]) == ("+12025550101", "+12125550100")
    assert listed["last_message"] == {
        "direction": "inbound",
        "body": "=1+1",
        "status": "received",
        "created_at": "2026-07-01T12:02:00Z",
    }
    empty = await people.seller.http.get(
        "/conversations", params={"record_id": str(people.organisation.id)}
    )
    assert empty.json()["items"] == []


async def test_texts_come_the_newest_first_page_by_page(people: People, sessions: Sessions) -> None:
    conversation_id = await _converse(people, sessions, "1", "2", "3")
    path = f"/conversations/{conversation_id}/messages"
    page = (await people.seller.http.get(path, params={"limit": 2})).json()
    assert [message["body"] for message in page["items"]] == ["3", "2"]
    assert page["items"][1]["author"]["first_name"] == "Sam"
    rest = (await people.seller.http.get(path, params={"after": page["next"]})).json()
    assert [message["body"] for message in rest["items"]] == ["1"]


async def test_reading_a_conversation_takes_its_unread_mark_away(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await _converse(people, sessions, "Hello?")
    unread = {"unread": "true"}
    found = await people.seller.http.get("/conversations", params=unread)
    assert found.json()["items"][0]["unread_count"] == 1
    answer = await people.seller.http.post(f"/conversations/{conversation_id}/read")
    assert answer.status_code == 204
    found = await people.seller.http.get("/conversations", params=unread)
    assert found.json()["items"] == []


async def test_an_answer_is_stored_and_the_engine_is_to_send_it(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await _converse(people, sessions, "Hello?")
    answer = await people.seller.http.post(
        f"/conversations/{conversation_id}/messages", json={"text": "Hi Ada"}
    )
    assert answer.status_code == 201
    message = answer.json()
    assert (message["body"], message["direction"]) == ("Hi Ada", "outbound")
    assert message["author"]["first_name"] == "Sam"
    assert message["from_number"] == "+12125550100"
    async with sessions() as session:
        workflow_ids = (await session.scalars(select(OutboxItem.workflow_id))).all()
    assert workflow_ids == [f"text-{message['id']}"]


async def test_an_answer_sent_again_under_its_key_is_one_text(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await _converse(people, sessions, "Hello?")
    path = f"/conversations/{conversation_id}/messages"
    for _ in range(2):
        answer = await people.seller.http.post(
            path, json={"text": "Hi"}, headers={"Idempotency-Key": "k"}
        )
        assert answer.status_code == 201
    assert len((await people.seller.http.get(path)).json()["items"]) == 2


@pytest.mark.parametrize(
    ("text", "slug"), [("", "empty-text"), ("\n", "empty-text"), ("é" * 1601, "text-too-long")]
)
async def test_a_text_that_cannot_be_sent_is_refused(
    people: People, sessions: Sessions, text: str, slug: str
) -> None:
    conversation_id = await _converse(people, sessions)
    answer = await people.seller.http.post(
        f"/conversations/{conversation_id}/messages", json={"text": text}
    )
    assert problem(answer) == (422, slug)


async def test_nothing_is_sent_to_somebody_who_opted_out(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await _converse(people, sessions, "STOP")
    async with sessions.begin() as session:
        session.add(
            OptOut(
                organisation_id=people.organisation.id,
                customer_number="+12025550101",
                source="reply",
            )
        )
    shown = (await people.seller.http.get(f"/conversations/{conversation_id}")).json()
    assert shown["is_opted_out"] is True
    answer = await people.seller.http.post(
        f"/conversations/{conversation_id}/messages", json={"text": "But…"}
    )
    assert problem(answer) == (409, "opted-out")


async def test_a_colleague_reads_a_conversation_over_the_number_of_the_team_only(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await _converse(people, sessions, "Hello?")
    path = f"/conversations/{conversation_id}"
    for hidden in (path, f"{path}/messages", f"{path}/transcript"):
        assert problem(await people.colleague.http.get(hidden)) == (404, "not-found")
    assert (await people.colleague.http.get("/conversations")).json()["items"] == []
    assert (await people.manager.http.get(path)).status_code == 200
    team = await people.administrator.http.post("/teams", json={"name": "North"})
    async with sessions.begin() as session:
        number = await session.get_one(PhoneNumber, people.number.id)
        number.owner_user_id, number.owner_team_id = None, team.json()["id"]
        session.add(TeamMember(team_id=team.json()["id"], user_id=people.colleague.user.id))
    assert (await people.colleague.http.get(path)).status_code == 200
    # the record is the seller's own, so the seller goes on reading it
    assert (await people.seller.http.get(path)).status_code == 200


async def test_a_conversation_of_another_organisation_is_not_found(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await _converse(people, sessions, "Hello?")
    async with sessions.begin() as session:
        other = await make_organisation(session)
        conversation = await session.get_one(Conversation, conversation_id)
        conversation.organisation_id = other.id
    answer = await people.administrator.http.get(f"/conversations/{conversation_id}")
    assert problem(answer) == (404, "not-found")


async def test_a_transcript_is_the_whole_conversation_the_oldest_first(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await _converse(people, sessions, "Hello?", "Hi Ada")
    path = f"/conversations/{conversation_id}/transcript"
    as_json = (await people.seller.http.get(path)).json()
    assert [message["body"] for message in as_json["messages"]] == ["Hello?", "Hi Ada"]
    assert as_json["conversation"]["id"] == conversation_id
    as_text = await people.seller.http.get(path, params={"format": "txt"})
    assert as_text.headers["content-type"] == "text/plain; charset=utf-8"
    assert as_text.text == (
        "Conversation with Ada Moreno, +12025550101\n"
        "Our number: +12125550100. Times are UTC.\n"
        "\n"
        "[2026-07-01 12:00] Ada Moreno: Hello?\n"
        "[2026-07-01 12:01] Sam Seller: Hi Ada\n"
        "    delivered\n"
    )


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (HoldKind.RETRY, "held until 2026-07-01 13:01, for try 2: The phone is off."),
        (HoldKind.HOURS, "held until 2026-07-01 13:01: The phone is off."),
        (HoldKind.ACCOUNT, "held: The phone is off."),
    ],
)
async def test_a_transcript_tells_until_when_a_text_waits_where_that_is_known(
    people: People, sessions: Sessions, kind: HoldKind, said: str
) -> None:
    conversation_id = await _converse(people, sessions, "Hello?", "Hi Ada")
    async with sessions.begin() as session:
        text = await session.scalar(select(Message).where(Message.body == "Hi Ada"))
        assert text is not None
        text.status, text.attempt = MessageStatus.HELD, 2
        text.held_for, text.held_until = kind, NOON + timedelta(minutes=61)
        text.held_reason = "The phone is off."
    path = f"/conversations/{conversation_id}/transcript"
    as_text = (await people.seller.http.get(path, params={"format": "txt"})).text
    assert as_text.splitlines()[-1] == f"    {said}"


async def test_a_transcript_as_csv_holds_no_formula(people: People, sessions: Sessions) -> None:
    conversation_id = await _converse(people, sessions, '=HYPERLINK("x")', "No, thanks")
    answer = await people.seller.http.get(
        f"/conversations/{conversation_id}/transcript", params={"format": "csv"}
    )
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="transcript-{conversation_id}.csv"'
    )
    assert answer.text.splitlines() == [
        "at,direction,from,to,author,sequence,step,status,text,error",
        '2026-07-01T12:00:00Z,inbound,+12025550101,+12125550100,,,,received,"\'=HYPERLINK(""x"")",',
        "2026-07-01T12:01:00Z,outbound,+12125550100,+12025550101,Sam Seller,,,delivered,"
        '"No, thanks",',
    ]
