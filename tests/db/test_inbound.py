"""Tests of db/messages/inbound.py: whose text it is, and what follows from it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.interface import MediaLink
from db.autocommit import committing
from db.engine import Sessions
from db.messages.inbound import InboundText, Stored, UnknownNumber, store, store_plain
from db.tables import (
    Conversation,
    Enrollment,
    Message,
    MessageMedia,
    OptOut,
    OutboxItem,
    PhoneNumber,
    Record,
    Team,
    TeamMember,
    TimelineEntry,
    User,
)
from domain.enrollments import EndReason, TimelineKind
from domain.media import MediaStatus
from domain.messages import Direction, MessageStatus
from domain.notices import Notice, ReplyReceived
from domain.numbers import NumberKind
from domain.opt_out import Keyword
from domain.records import RecordKind, RecordStatus
from domain.users import Role
from tests.db.conftest import NOW, inbound_text, one, rows, someone_waits
from tests.makers import (
    CUSTOMER,
    OUR_NUMBER,
    SEQUENCE,
    Scene,
    make_account,
    make_conversation,
    make_enrollment,
    make_number,
    make_organisation,
    make_record,
    make_user,
    make_version,
    save,
)

STRANGER = "+12125550199"
PICTURE = MediaLink("https://provider.example/media/1", "image/png")


async def bring(sessions: Sessions, text: InboundText) -> Stored:
    async with sessions.begin() as session:
        return await store(session, text, NOW)


async def bring_plain(database: AsyncEngine, text: InboundText) -> Stored | None:
    async with committing(database) as connection:
        return await store_plain(connection, text, NOW)


async def one_medium(sessions: Sessions) -> MessageMedia:
    async with sessions() as session:
        return (await session.scalars(select(MessageMedia))).one()


async def record_of_the_text(sessions: Sessions) -> Record:
    """Return the record that the only conversation with a text is about."""
    text = await one(sessions, Message)
    conversation = await one(sessions, Conversation, id=text.conversation_id)
    return await one(sessions, Record, id=conversation.record_id)


async def test_a_reply_is_kept_and_its_enrollment_told(sessions: Sessions, scene: Scene) -> None:
    stored = await bring(sessions, inbound_text(scene, "Yes please 🙂"))

    text = await one(sessions, Message)
    assert stored == Stored(text.id, [scene.enrollment.workflow_id])
    assert (text.direction, text.status, text.body) == (
        Direction.INBOUND,
        MessageStatus.RECEIVED,
        "Yes please 🙂",
    )
    assert (text.from_number, text.to_number, text.provider_message_id) == (
        CUSTOMER,
        OUR_NUMBER,
        "SM1",
    )
    assert (text.created_at, text.segments, text.encoding) == (NOW, 1, "UCS-2")
    assert text.phone_number_id == scene.number.id
    assert (await record_of_the_text(sessions)).id == scene.record.id
    entry = await one(sessions, TimelineEntry)
    assert (entry.kind, entry.message_id) == (TimelineKind.REPLY_RECEIVED, text.id)
    item = await one(sessions, OutboxItem)
    assert (item.kind, item.workflow_id) == ("reply_received", scene.enrollment.workflow_id)
    assert TypeAdapter(Notice).validate_python(item.payload) == ReplyReceived(
        workflow_id=scene.enrollment.workflow_id,
        enrollment_id=scene.enrollment.id,
        message_id=text.id,
        received_at=NOW,
    )


async def test_one_statement_does_as_much_for_a_conversation_that_is_there(
    sessions: Sessions, database: AsyncEngine, scene: Scene
) -> None:
    await bring(sessions, inbound_text(scene))
    for _ in range(2):
        stored = await bring_plain(database, inbound_text(scene, "More", provider_message_id="SM2"))
        assert stored is not None

    first, second = await rows(sessions, Message)
    assert (first.body, second.body) == ("Yes please", "More")
    assert second.conversation_id == first.conversation_id
    assert (await one(sessions, Conversation)).unread_count == 2
    entries = await rows(sessions, TimelineEntry)
    assert [entry.message_id for entry in entries] == [first.id, second.id]
    notices = [item.payload["message_id"] for item in await rows(sessions, OutboxItem)]
    assert notices == [str(first.id), str(second.id)]


async def test_one_statement_says_whom_to_tell_and_when_there_is_nobody_any_more(
    sessions: Sessions, database: AsyncEngine, scene: Scene
) -> None:
    await bring(sessions, inbound_text(scene))
    text = inbound_text(scene, provider_message_id="SM2")
    told = await bring_plain(database, text)
    _, message = await rows(sessions, Message)
    assert told == Stored(message.id, [scene.enrollment.workflow_id])
    assert await bring_plain(database, text) == Stored(None, [])


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"body": "STOP"}, id="a refusal"),
        pytest.param({"body": "START"}, id="a return"),
        pytest.param({"keyword": Keyword.STOP}, id="what the provider read as a refusal"),
        pytest.param({"media": (PICTURE,)}, id="a picture"),
        pytest.param({"from_number": STRANGER}, id="the first text of a stranger"),
        pytest.param({"to_number": "+12125550999"}, id="a number that is not ours"),
    ],
)
async def test_one_statement_stores_nothing_of_what_takes_more(
    sessions: Sessions, database: AsyncEngine, scene: Scene, values: dict[str, Any]
) -> None:
    await bring(sessions, inbound_text(scene))
    text = inbound_text(scene, provider_message_id="SM2")
    assert await bring_plain(database, replace(text, **values)) is None
    assert len(await rows(sessions, Message)) == 1
    assert len(await rows(sessions, OutboxItem)) == 1


async def test_a_text_brought_twice_is_one_text(sessions: Sessions, scene: Scene) -> None:
    await bring(sessions, inbound_text(scene))
    assert await bring(sessions, inbound_text(scene, "Something else")) == Stored(None)

    assert (await one(sessions, Message)).body == "Yes please"
    assert (await one(sessions, Conversation)).unread_count == 1
    assert len(await rows(sessions, OutboxItem)) == 1
    assert len(await rows(sessions, TimelineEntry)) == 1


async def test_texts_are_counted_until_somebody_reads_them(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        conversation = await make_conversation(session, scene.record, scene.number)
        conversation.last_message_at = NOW + timedelta(hours=1)  # another came while this one did
    for number in range(3):
        await bring(sessions, inbound_text(scene, provider_message_id=f"SM{number}"))
    conversation = await one(sessions, Conversation)
    assert conversation.unread_count == 3
    assert conversation.last_message_at == NOW + timedelta(hours=1)


async def test_every_running_enrollment_of_the_record_is_told(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Enrollment).values(is_only=False))
        other = await make_version(
            session, scene.seller, SEQUENCE.replace("key: test", "key: other")
        )
        ended = {"ended_at": NOW, "end_reason": EndReason.REPLIED, "status": "disconnected"}
        await make_enrollment(session, scene.record, other, **ended)
        second = await make_enrollment(session, scene.record, other)
        second.workflow_id = "second"

    stored = await bring(sessions, inbound_text(scene))
    assert sorted(stored.workflow_ids) == [scene.enrollment.workflow_id, "second"]
    told = [item.workflow_id for item in await rows(sessions, OutboxItem)]
    assert sorted(told) == [scene.enrollment.workflow_id, "second"]
    entries = await rows(sessions, TimelineEntry)
    assert {entry.enrollment_id for entry in entries} == {scene.enrollment.id, second.id}
    assert (await one(sessions, Conversation)).unread_count == 1


async def test_a_number_that_is_not_ours_is_an_error(sessions: Sessions, scene: Scene) -> None:
    async with sessions.begin() as session:
        elsewhere = await make_account(session, scene.organisation.id)
    for text in [
        inbound_text(scene, to_number="+12125550999"),
        inbound_text(scene, account_id=elsewhere.id),
    ]:
        with pytest.raises(UnknownNumber):
            await bring(sessions, text)
    assert await rows(sessions, Message) == []


async def test_a_text_to_a_number_of_our_messaging_service_is_for_the_service(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        service = await make_number(
            session, scene.account, e164="MG" + "0" * 32, kind=NumberKind.MESSAGING_SERVICE
        )
    await bring(sessions, inbound_text(scene, to_number="+12125550999", service=service.e164))
    text = await one(sessions, Message)
    assert (text.to_number, text.phone_number_id) == ("+12125550999", service.id)
    assert (await one(sessions, Conversation)).phone_number_id == service.id


async def test_a_number_of_ours_comes_before_its_messaging_service(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        service = await make_number(
            session, scene.account, e164="MG" + "0" * 32, kind=NumberKind.MESSAGING_SERVICE
        )
    await bring(sessions, inbound_text(scene, service=service.e164))
    assert (await one(sessions, Message)).phone_number_id == scene.number.id


async def test_a_removed_number_still_takes_texts_but_no_conversation_moves_to_it(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        removed = await make_number(
            session, scene.account, e164="+12125550101", removed_at=NOW - timedelta(days=1)
        )
    await bring(sessions, inbound_text(scene))
    await bring(sessions, inbound_text(scene, to_number=removed.e164, provider_message_id="SM2"))
    _, text = await rows(sessions, Message)
    assert text.phone_number_id == removed.id
    conversation = await one(sessions, Conversation)
    assert (conversation.unread_count, conversation.phone_number_id) == (2, scene.number.id)


async def test_a_picture_is_noted_and_will_be_fetched(sessions: Sessions, scene: Scene) -> None:
    text = inbound_text(scene, "", media=(PICTURE,))
    stored = await bring(sessions, text)
    assert await bring(sessions, text) == Stored(None)

    noted = await one_medium(sessions)
    assert (noted.message_id, noted.status) == (stored.message_id, MediaStatus.WAITING)
    assert (noted.source_url, noted.claimed_type) == (PICTURE.url, "image/png")
    assert stored.workflow_ids == [scene.enrollment.workflow_id, f"media-{stored.message_id}"]
    kinds = [item.kind for item in await rows(sessions, OutboxItem)]
    assert sorted(kinds) == ["fetch_media", "reply_received"]


@pytest.mark.parametrize("body", ["STOP", "Please stop texting me", "Stopp!"])
async def test_a_customer_who_says_stop_is_opted_out_everywhere(
    sessions: Sessions, scene: Scene, body: str
) -> None:
    stored = await bring(sessions, inbound_text(scene, body))

    assert stored.workflow_ids == [scene.enrollment.workflow_id]
    withdrawn = await one(sessions, OptOut)
    assert (withdrawn.customer_number, withdrawn.source, withdrawn.message_id) == (
        CUSTOMER,
        "reply",
        stored.message_id,
    )
    assert (await one(sessions, Enrollment)).end_reason is EndReason.OPTED_OUT
    assert [item.kind for item in await rows(sessions, OutboxItem)] == ["end_enrollment"]
    assert (await one(sessions, Message)).body == body


async def test_what_the_provider_read_as_stop_is_stop(sessions: Sessions, scene: Scene) -> None:
    await bring(sessions, inbound_text(scene, "ARRET", keyword=Keyword.STOP))
    assert (await one(sessions, OptOut)).ended_at is None


async def test_a_customer_who_comes_back_is_texted_again_but_not_enrolled(
    sessions: Sessions, scene: Scene
) -> None:
    await bring(sessions, inbound_text(scene, "STOP"))
    stored = await bring(sessions, inbound_text(scene, "START", provider_message_id="SM2"))

    assert stored.message_id is not None
    assert stored.workflow_ids == []
    assert (await one(sessions, OptOut)).ended_at == NOW
    assert (await one(sessions, Enrollment)).end_reason is EndReason.OPTED_OUT


async def test_a_stop_brought_twice_does_not_undo_a_start(sessions: Sessions, scene: Scene) -> None:
    stop = inbound_text(scene, "STOP")
    await bring(sessions, stop)
    await bring(sessions, inbound_text(scene, "START", provider_message_id="SM2"))
    await bring(sessions, stop)
    assert (await one(sessions, OptOut)).ended_at == NOW


async def test_the_conversation_last_held_with_the_customer_comes_before_all_else(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        colleague = await make_user(session, scene.organisation.id)
        theirs = await make_record(session, colleague, kind=RecordKind.LEAD)
        conversation = await make_conversation(session, theirs, scene.number)
        await make_record(session, scene.seller, kind=RecordKind.CONTACT)
    await bring(sessions, inbound_text(scene))
    assert (await one(sessions, Message)).conversation_id == conversation.id


async def test_of_several_conversations_the_one_over_that_number_comes_first(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        other_number = await make_number(session, scene.account, e164="+12125550101")
        other = await make_record(session, scene.seller)
        over_it = await make_conversation(session, scene.record, scene.number)
        over_it.last_message_at = NOW - timedelta(days=9)
        newer = await make_conversation(session, other, other_number)
        newer.last_message_at = NOW - timedelta(days=1)
    await bring(sessions, inbound_text(scene))
    assert (await one(sessions, Message)).conversation_id == over_it.id


async def test_of_two_conversations_over_that_number_the_latest_comes_first(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        older = await make_conversation(session, scene.record, scene.number)
        older.last_message_at = NOW - timedelta(days=9)
        other = await make_record(session, scene.seller)
        newer = await make_conversation(session, other, scene.number)
        newer.last_message_at = NOW - timedelta(days=1)
    await bring(sessions, inbound_text(scene))
    assert (await one(sessions, Message)).conversation_id == newer.id


async def test_a_conversation_goes_on_over_the_number_the_customer_wrote_to(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        await make_conversation(session, scene.record, scene.number)
        other = await make_number(session, scene.account, e164="+12125550101")
    await bring(sessions, inbound_text(scene, to_number="+12125550101"))
    assert (await one(sessions, Conversation)).phone_number_id == other.id


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(
            {"owner": "seller", "kind": RecordKind.LEAD},
            {"owner": "colleague", "kind": RecordKind.CONTACT},
            id="the owner of our number before another seller",
        ),
        pytest.param(
            {"owner": "member", "kind": RecordKind.LEAD},
            {"owner": "colleague", "kind": RecordKind.CONTACT},
            id="the team of our number before another seller",
        ),
        pytest.param({"kind": RecordKind.CONTACT}, {"kind": RecordKind.ACCOUNT}, id="contact"),
        pytest.param({"kind": RecordKind.ACCOUNT}, {"kind": RecordKind.OPPORTUNITY}, id="account"),
        pytest.param(
            {"kind": RecordKind.OPPORTUNITY},
            {"kind": RecordKind.LEAD},
            id="an opportunity before a lead",
        ),
        pytest.param(
            {"kind": RecordKind.CONTACT, "status": RecordStatus.INACTIVE},
            {"kind": RecordKind.LEAD},
            id="the kind before the state",
        ),
        pytest.param({}, {"status": RecordStatus.INACTIVE}, id="active before closed"),
        pytest.param(
            {"updated_at": NOW - timedelta(days=3)},
            {"updated_at": NOW - timedelta(days=5)},
            id="the last changed",
        ),
    ],
)
@pytest.mark.parametrize("order", [1, -1], ids=["made first", "made last"])
async def test_of_several_records_with_a_number_the_order_of_c09_decides(
    sessions: Sessions,
    scene: Scene,
    first: dict[str, object],
    second: dict[str, object],
    order: int,
) -> None:
    async with sessions.begin() as session:
        sellers = {name: await make_user(session, scene.organisation.id)
                   for name in ("seller", "colleague", "member")}  # fmt: skip
        if first.get("owner") == "member":
            team = Team(organisation_id=scene.organisation.id, name="North")
            await save(session, team)
            await save(session, TeamMember(team_id=team.id, user_id=sellers["member"].id))
            owner = {"owner_user_id": None, "owner_team_id": team.id}
        else:
            owner = {"owner_user_id": sellers["seller"].id}
        await session.execute(update(PhoneNumber).values(**owner))
        made = {}
        for index in (0, 1)[::order]:
            values = dict((first, second)[index])
            seller = sellers[str(values.pop("owner", "colleague"))]
            made[index] = await make_record(session, seller, phone=STRANGER, **values)

    await bring(sessions, inbound_text(scene, from_number=STRANGER))
    assert (await record_of_the_text(sessions)).id == made[0].id


async def test_records_of_another_organisation_are_not_asked(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        other = await make_organisation(session)
        await make_record(session, await make_user(session, other.id), phone=STRANGER)
    await bring(sessions, inbound_text(scene, from_number=STRANGER))
    assert (await record_of_the_text(sessions)).organisation_id == scene.organisation.id


async def test_an_unknown_sender_becomes_a_lead_of_the_numbers_owner(
    sessions: Sessions, scene: Scene
) -> None:
    await bring(sessions, inbound_text(scene, from_number=STRANGER))
    lead = await record_of_the_text(sessions)
    assert (lead.kind, lead.phone, lead.owner_user_id) == (
        RecordKind.LEAD,
        STRANGER,
        scene.seller.id,
    )
    conversation = await one(sessions, Conversation)
    assert (conversation.customer_number, conversation.unread_count) == (STRANGER, 1)


@pytest.mark.parametrize("owner", ["team", "nobody", "somebody who left"])
async def test_a_lead_over_a_number_without_an_owner_has_one_nevertheless(
    sessions: Sessions, scene: Scene, owner: str
) -> None:
    async with sessions.begin() as session:
        administrator = await make_user(session, scene.organisation.id, role=Role.ADMINISTRATOR)
        member = await make_user(session, scene.organisation.id)
        match owner:
            case "team":
                team = Team(organisation_id=scene.organisation.id, name="North")
                await save(session, team)
                await save(session, TeamMember(team_id=team.id, user_id=member.id))
                values = {"owner_user_id": None, "owner_team_id": team.id}
                await session.execute(update(PhoneNumber).values(**values))
            case "nobody":
                await session.execute(update(PhoneNumber).values(owner_user_id=None))
            case _:
                left = update(User).where(User.id == scene.seller.id).values(is_active=False)
                await session.execute(left)
    await bring(sessions, inbound_text(scene, from_number=STRANGER))
    lead = await record_of_the_text(sessions)
    assert lead.owner_user_id == (member.id if owner == "team" else administrator.id)


@pytest.mark.parametrize("second", ["SM1", "SM2"], ids=["the same text", "another text"])
async def test_an_unknown_sender_becomes_one_lead_even_when_two_texts_come_at_once(
    sessions: Sessions, scene: Scene, second: str
) -> None:
    text = inbound_text(scene, from_number=STRANGER)
    again = inbound_text(scene, from_number=STRANGER, provider_message_id=second)
    async with sessions() as session:
        await store(session, text, NOW)
        waiting = asyncio.create_task(bring(sessions, again))
        await someone_waits(sessions)
        await session.commit()
    await waiting

    assert len(await rows(sessions, Message)) == (1 if second == "SM1" else 2)
    await one(sessions, Record, phone=STRANGER)
    await one(sessions, Conversation, customer_number=STRANGER)
