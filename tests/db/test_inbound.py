"""Tests of db/messages/inbound.py: whose text it is, and what follows from it."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter
from sqlalchemy import select, update

from channels.interface import MediaLink
from db.autocommit import Committing
from db.engine import Sessions
from db.messages.inbound import InboundText, Stored, UnknownNumber, store, store_plain
from db.tables import (
    Conversation,
    Enrollment,
    Message,
    MessageMedia,
    OptOut,
    Organisation,
    OutboxItem,
    PhoneNumber,
    Record,
    TeamMember,
    TimelineEntry,
    User,
    WorkItem,
)
from domain.enrollments import EndReason, TimelineKind
from domain.media import MediaStatus
from domain.messages import Direction, MessageStatus
from domain.notices import Notice, ReplyReceived
from domain.numbers import NumberKind
from domain.opt_out import Keyword
from domain.records import RecordKind, RecordStatus
from domain.routing import UnknownSender
from domain.users import Role
from tests.db.conftest import NOW, inbound_text, make_message, one, rows, someone_waits
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
    make_team,
    make_user,
    make_version,
    save,
)

STRANGER = "+12125550199"
PICTURE = MediaLink("https://provider.example/media/1", "image/png")


async def bring(sessions: Sessions, text: InboundText) -> Stored:
    async with sessions.begin() as session:
        return await store(session, text, NOW)


async def bring_plain(committing: Committing, text: InboundText) -> Stored | None:
    async with committing.connection() as connection:
        return await store_plain(connection, text, NOW)


async def one_medium(sessions: Sessions) -> MessageMedia:
    async with sessions() as session:
        return (await session.scalars(select(MessageMedia))).one()


async def record_of(sessions: Sessions, stored: Stored) -> UUID | None:
    text = await one(sessions, Message, id=stored.message_id)
    return (await one(sessions, Conversation, id=text.conversation_id)).record_id


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
    sessions: Sessions, committing: Committing, scene: Scene
) -> None:
    await bring(sessions, inbound_text(scene))
    for _ in range(2):
        stored = await bring_plain(
            committing, inbound_text(scene, "More", provider_message_id="SM2")
        )
        assert stored is not None

    first, second = await rows(sessions, Message)
    assert (first.body, second.body) == ("Yes please", "More")
    assert second.conversation_id == first.conversation_id
    assert (await one(sessions, Conversation)).last_inbound_at == NOW
    entries = await rows(sessions, TimelineEntry)
    assert [entry.message_id for entry in entries] == [first.id, second.id]
    notices = [item.payload["message_id"] for item in await rows(sessions, OutboxItem)]
    assert notices == [str(first.id), str(second.id)]


async def test_one_statement_says_whom_to_tell_and_when_there_is_nobody_any_more(
    sessions: Sessions, committing: Committing, scene: Scene
) -> None:
    await bring(sessions, inbound_text(scene))
    text = inbound_text(scene, provider_message_id="SM2")
    told = await bring_plain(committing, text)
    _, message = await rows(sessions, Message)
    assert told == Stored(message.id, [scene.enrollment.workflow_id])
    assert await bring_plain(committing, text) == Stored(None, [])


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
    sessions: Sessions, committing: Committing, scene: Scene, values: dict[str, Any]
) -> None:
    await bring(sessions, inbound_text(scene))
    text = inbound_text(scene, provider_message_id="SM2")
    assert await bring_plain(committing, replace(text, **values)) is None
    assert len(await rows(sessions, Message)) == 1
    assert len(await rows(sessions, OutboxItem)) == 1


async def test_a_text_brought_twice_is_one_text(sessions: Sessions, scene: Scene) -> None:
    await bring(sessions, inbound_text(scene))
    assert await bring(sessions, inbound_text(scene, "Something else")) == Stored(None)

    assert (await one(sessions, Message)).body == "Yes please"
    assert len(await rows(sessions, OutboxItem)) == 1
    assert len(await rows(sessions, TimelineEntry)) == 1


async def test_a_conversation_knows_when_the_customer_last_wrote_and_never_goes_back(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        conversation = await make_conversation(session, scene.record, scene.number)
        conversation.last_message_at = NOW + timedelta(hours=1)  # another came while this one did
    for number in range(3):
        await bring(sessions, inbound_text(scene, provider_message_id=f"SM{number}"))
    conversation = await one(sessions, Conversation)
    assert conversation.last_inbound_at == NOW
    assert conversation.last_message_at == NOW + timedelta(hours=1)


async def test_a_text_found_late_does_not_take_back_when_the_customer_last_wrote(
    sessions: Sessions, scene: Scene
) -> None:
    text = inbound_text(scene, provider_message_id="SM1")
    found_late = inbound_text(scene, provider_message_id="SM2")
    async with sessions.begin() as session:
        await store(session, text, NOW)
    async with sessions.begin() as session:
        await store(session, found_late, NOW - timedelta(hours=1))
    assert (await one(sessions, Conversation)).last_inbound_at == NOW


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
    assert conversation.phone_number_id == scene.number.id


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


async def talk(
    sessions: Sessions,
    record: Record,
    number: PhoneNumber,
    at: datetime,
    **values: Any,
) -> Conversation:
    """Have a text exchanged with the record's customer over this number of ours."""
    async with sessions.begin() as session:
        conversation = await make_conversation(session, record, number)
    values = {"phone_number_id": number.id, "created_at": at} | values
    await make_message(sessions, conversation, number.provider_account_id, **values)
    return conversation


async def test_the_conversation_last_held_with_the_customer_comes_before_all_else(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        colleague = await make_user(session, scene.organisation.id)
        theirs = await make_record(session, colleague, kind=RecordKind.LEAD)
        await make_record(session, scene.seller, kind=RecordKind.CONTACT)
    conversation = await talk(sessions, theirs, scene.number, NOW - timedelta(days=90))
    stored = await bring(sessions, inbound_text(scene))
    text = await one(sessions, Message, id=stored.message_id)
    assert text.conversation_id == conversation.id


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        pytest.param({}, True, id="over another number of the seller"),
        pytest.param({"status": "held", "held_until": NOW}, False, id="that has not left"),
        pytest.param({"status": "refused"}, False, id="that was refused"),
    ],
)
async def test_what_was_said_over_another_number_of_the_seller_counts_if_it_was_said(
    sessions: Sessions, scene: Scene, values: dict[str, Any], counts: bool
) -> None:
    async with sessions.begin() as session:
        other = await make_number(
            session, scene.account, e164="+12125550101", owner_user_id=scene.seller.id
        )
        lead = await make_record(session, scene.seller, kind=RecordKind.LEAD)
        contact = await make_record(session, scene.seller, kind=RecordKind.CONTACT)
    await talk(sessions, lead, other, NOW - timedelta(days=1), **values)
    stored = await bring(sessions, inbound_text(scene))
    assert await record_of(sessions, stored) == (lead.id if counts else contact.id)


async def test_what_was_said_with_another_seller_does_not_count_unless_this_one_wrote_it(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        colleague = await make_user(session, scene.organisation.id)
        theirs = await make_number(
            session, scene.account, e164="+12125550101", owner_user_id=colleague.id
        )
        lead = await make_record(session, colleague, kind=RecordKind.LEAD)
    await talk(sessions, lead, theirs, NOW - timedelta(days=1), author_id=colleague.id)
    stored = await bring(sessions, inbound_text(scene))
    assert await record_of(sessions, stored) == scene.record.id

    async with sessions.begin() as session:
        second = await make_record(session, colleague, kind=RecordKind.LEAD)
    await talk(sessions, second, theirs, NOW + timedelta(days=1), author_id=scene.seller.id)
    stored = await bring(sessions, inbound_text(scene, provider_message_id="SM2"))
    assert await record_of(sessions, stored) == second.id


async def test_a_record_that_gave_its_number_up_still_gets_the_reply_unless_another_holds_it(
    sessions: Sessions, scene: Scene
) -> None:
    await talk(sessions, scene.record, scene.number, NOW - timedelta(days=1))
    async with sessions.begin() as session:
        await session.execute(update(Record).values(phone="+12125550777"))
    first = await bring(sessions, inbound_text(scene))
    assert await record_of(sessions, first) == scene.record.id

    async with sessions.begin() as session:
        heir = await make_record(session, scene.seller)
    second = await bring(sessions, inbound_text(scene, provider_message_id="SM2"))
    assert await record_of(sessions, second) == heir.id


async def test_one_statement_leaves_a_text_alone_that_several_records_could_claim(
    sessions: Sessions, committing: Committing, scene: Scene
) -> None:
    await talk(sessions, scene.record, scene.number, NOW - timedelta(days=1))
    async with sessions.begin() as session:
        await make_record(session, scene.seller)
    assert await bring_plain(committing, inbound_text(scene)) is None


async def test_an_unknown_sender_lands_in_the_inbox_once_however_often_it_is_brought(
    sessions: Sessions, committing: Committing, scene: Scene
) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Organisation).values(unknown_sender=UnknownSender.INBOX))
    text = inbound_text(scene, from_number=STRANGER)
    first = await bring(sessions, text)
    assert await bring(sessions, text) == Stored(None)
    await bring(sessions, replace(text, provider_message_id="SM2"))

    conversation = await one(sessions, Conversation)
    assert (conversation.record_id, conversation.customer_number) == (None, STRANGER)
    stored = await rows(sessions, Message)
    assert [each.conversation_id for each in stored] == [conversation.id, conversation.id]
    assert first == Stored(stored[0].id, [])
    assert [record.id for record in await rows(sessions, Record)] == [scene.record.id]


async def test_who_opts_out_from_the_inbox_is_opted_out(sessions: Sessions, scene: Scene) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Organisation).values(unknown_sender=UnknownSender.INBOX))
    await bring(sessions, inbound_text(scene, "STOP", from_number=STRANGER))
    assert (await one(sessions, OptOut)).customer_number == STRANGER


async def test_a_conversation_goes_on_over_the_number_the_customer_wrote_to(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        await make_conversation(session, scene.record, scene.number)
        other = await make_number(session, scene.account, e164="+12125550101")
    await bring(sessions, inbound_text(scene, to_number="+12125550101"))
    assert (await one(sessions, Conversation)).phone_number_id == other.id


@pytest.mark.parametrize("sender", [CUSTOMER, STRANGER])
async def test_an_old_text_that_is_found_late_takes_no_conversation_back_to_an_old_number(
    sessions: Sessions, scene: Scene, sender: str
) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Organisation).values(unknown_sender=UnknownSender.INBOX))
        colleague = await make_user(session, scene.organisation.id)
        old = await make_number(
            session, scene.account, e164="+12125550101", owner_user_id=colleague.id
        )
    await bring(sessions, inbound_text(scene, from_number=sender))
    late = inbound_text(scene, from_number=sender, to_number=old.e164, provider_message_id="SM2")
    async with sessions.begin() as session:
        await store(session, late, NOW - timedelta(hours=1))
    conversation = await one(sessions, Conversation)
    assert conversation.phone_number_id == scene.number.id
    assert (await one(sessions, WorkItem)).assignee_id == scene.number.owner_user_id
    async with sessions.begin() as session:
        await store(session, replace(late, provider_message_id="SM3"), NOW + timedelta(hours=1))
    assert (await one(sessions, Conversation)).phone_number_id == old.id


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
            team = await make_team(session, scene.organisation.id, name="North")
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
    assert (conversation.customer_number, conversation.last_inbound_at) == (STRANGER, NOW)


@pytest.mark.parametrize("owner", ["team", "nobody", "somebody who left"])
async def test_a_lead_over_a_number_without_an_owner_has_one_nevertheless(
    sessions: Sessions, scene: Scene, owner: str
) -> None:
    async with sessions.begin() as session:
        administrator = await make_user(session, scene.organisation.id, role=Role.ADMINISTRATOR)
        member = await make_user(session, scene.organisation.id)
        match owner:
            case "team":
                team = await make_team(session, scene.organisation.id, name="North")
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
