import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from db.engine import Sessions
from db.messages import drafts, inbound, sending, texts
from db.messages.cancelling import cancel
from db.providers import numbers
from db.tables import Conversation, Organisation, PhoneNumber, WorkItem
from db.work_items import deciding, handing
from db.work_items.queries import get_work_item
from domain.enrollments import EndReason
from domain.failures import FailureKind
from domain.routing import UnknownSender
from domain.sending import Refuse
from domain.users import Role
from domain.work_items import WorkItemKind, WorkItemStatus
from tests.db.conftest import NOW, inbound_text, one, rows, someone_waits
from tests.makers import Scene, make_number, make_team, make_user

LATER = NOW + timedelta(hours=1)
STRANGER = "+12025550133"


async def _hear(sessions: Sessions, scene: Scene, message_id: str = "SM1", **values: Any) -> None:
    now = values.pop("now", NOW)
    async with sessions.begin() as session:
        text = inbound_text(scene, provider_message_id=message_id, **values)
        await inbound.store(session, text, now)


async def _answer(
    sessions: Sessions, scene: Scene, conversation: Conversation, now: datetime = LATER
) -> UUID:
    async with sessions.begin() as session:
        answer_id, _ = await texts.write(
            session, conversation.id, scene.seller.id, "Thursday?", now
        )
        return answer_id


async def _take_back(sessions: Sessions, scene: Scene, answer_id: UUID) -> None:
    async with sessions.begin() as session:
        await cancel(session, answer_id, by=scene.seller.id, by_name="Sam Seller", now=LATER)


async def _refuse(sessions: Sessions, answer_id: UUID, refusal: Refuse) -> None:
    async with sessions.begin() as session:
        draft = await drafts.row_draft(session, answer_id, LATER)
        await sending.refuse(session, draft, draft.sender(), draft.body, refusal, LATER)


async def _items(sessions: Sessions) -> list[tuple[str, str]]:
    found = await rows(sessions, WorkItem, kind=WorkItemKind.REPLY)
    return [(item.status.value, str(item.conversation_id)) for item in found]


async def test_a_reply_opens_one_item_for_the_records_owner_due_at_once(
    sessions: Sessions, scene: Scene
) -> None:
    await _hear(sessions, scene)
    item = await one(sessions, WorkItem)
    conversation = await one(sessions, Conversation)
    assert (item.kind, item.status, item.due_at) == ("reply", "open", NOW)
    assert (item.assignee_id, item.team_id) == (scene.seller.id, None)
    assert (item.record_id, item.conversation_id) == (scene.record.id, conversation.id)


async def test_a_second_unanswered_text_opens_no_other(sessions: Sessions, scene: Scene) -> None:
    await _hear(sessions, scene)
    await _hear(sessions, scene, "SM2", now=LATER)
    item = await one(sessions, WorkItem)
    assert item.due_at == NOW


async def test_a_text_that_is_brought_again_after_the_answer_opens_no_other(
    sessions: Sessions, scene: Scene
) -> None:
    await _hear(sessions, scene)
    await _answer(sessions, scene, await one(sessions, Conversation))
    await _hear(sessions, scene)
    assert [status for status, _ in await _items(sessions)] == ["completed"]


async def test_an_answer_closes_it_and_the_next_text_opens_another(
    sessions: Sessions, scene: Scene
) -> None:
    await _hear(sessions, scene)
    await _answer(sessions, scene, await one(sessions, Conversation))
    answered = await one(sessions, WorkItem)
    assert (answered.status, answered.decided_by) == ("completed", scene.seller.id)
    await _hear(sessions, scene, "SM2")
    assert [status for status, _ in await _items(sessions)] == ["completed", "open"]


async def test_a_text_that_comes_while_the_answer_is_written_is_not_lost(
    sessions: Sessions, scene: Scene
) -> None:
    await _hear(sessions, scene)
    conversation = await one(sessions, Conversation)
    async with sessions.begin() as session:
        await texts.write(session, conversation.id, scene.seller.id, "Thursday?", LATER)
        coming = asyncio.create_task(_hear(sessions, scene, "SM2"))
        await someone_waits(sessions)
    await coming
    assert [status for status, _ in await _items(sessions)] == ["completed", "open"]


async def test_an_answer_that_is_written_while_a_text_comes_answers_that_one_too(
    sessions: Sessions, scene: Scene
) -> None:
    await _hear(sessions, scene)
    conversation = await one(sessions, Conversation)
    async with sessions.begin() as session:
        text = inbound_text(scene, provider_message_id="SM2")
        await inbound.store(session, text, NOW)
        writing = asyncio.create_task(_answer(sessions, scene, conversation))
        await someone_waits(sessions)
    await writing
    assert [status for status, _ in await _items(sessions)] == ["completed"]


async def test_a_snoozed_reply_comes_back_when_the_customer_writes_again(
    sessions: Sessions, scene: Scene
) -> None:
    await _hear(sessions, scene)
    item = await one(sessions, WorkItem)
    async with sessions.begin() as session:
        assert await handing.snooze(session, item.id, NOW + timedelta(days=1))
    await _hear(sessions, scene, "SM2", now=LATER)
    item = await one(sessions, WorkItem)
    assert (item.snoozed_until, item.due_at, item.snooze_count) == (None, LATER, 1)


async def test_a_text_that_may_refuse_others_is_to_be_answered_all_the_same(
    sessions: Sessions, scene: Scene
) -> None:
    await _hear(sessions, scene, body="Why do you keep texting me")
    kinds = {item.kind for item in await rows(sessions, WorkItem)}
    assert kinds == {WorkItemKind.REPLY, WorkItemKind.CONSENT_QUESTION}


@pytest.mark.parametrize("body", ["STOP", "START", "HELP"])
async def test_a_word_for_the_machine_needs_no_answer(
    sessions: Sessions, scene: Scene, body: str
) -> None:
    await _hear(sessions, scene, body=body)
    assert await _items(sessions) == []


async def test_an_opt_out_closes_what_waited_for_an_answer(
    sessions: Sessions, scene: Scene
) -> None:
    await _hear(sessions, scene)
    await _hear(sessions, scene, "SM2", body="STOP")
    item = await one(sessions, WorkItem, kind=WorkItemKind.REPLY)
    assert (item.status, item.reason) == (
        "cancelled",
        "The customer opted out: no answer is wanted.",
    )


async def test_the_item_of_a_teams_record_is_the_number_owners_else_the_teams(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        team = await make_team(session, scene.organisation.id)
        (await session.get_one(type(scene.record), scene.record.id)).owner_team_id = team.id
    await _hear(sessions, scene)
    await _answer(sessions, scene, await one(sessions, Conversation))
    async with sessions.begin() as session:
        number = await session.get_one(type(scene.number), scene.number.id)
        number.owner_user_id, number.owner_team_id, number.is_default = None, team.id, False
    await _hear(sessions, scene, "SM2")
    found = await rows(sessions, WorkItem, kind=WorkItemKind.REPLY)
    assert [(item.assignee_id, item.team_id) for item in found] == [
        (scene.seller.id, None),
        (None, team.id),
    ]


async def test_an_answer_that_is_taken_back_leaves_the_customer_to_be_answered_as_before(
    sessions: Sessions, scene: Scene
) -> None:
    await _hear(sessions, scene)
    answer_id = await _answer(sessions, scene, await one(sessions, Conversation))
    await _take_back(sessions, scene, answer_id)
    item = await one(sessions, WorkItem)
    assert (item.status, item.decided_at, item.decided_by) == ("open", None, None)
    assert (item.due_at, item.assignee_id) == (NOW, scene.seller.id)


async def test_while_another_answer_waits_the_customer_is_answered_whichever_is_taken_back_first(
    sessions: Sessions, scene: Scene
) -> None:
    await _hear(sessions, scene)
    conversation = await one(sessions, Conversation)
    first = await _answer(sessions, scene, conversation)
    second = await _answer(sessions, scene, conversation, LATER + timedelta(minutes=1))
    await _take_back(sessions, scene, first)
    assert (await one(sessions, WorkItem)).status == "completed"
    await _take_back(sessions, scene, second)
    assert (await one(sessions, WorkItem)).status == "open"


async def test_of_two_answers_that_are_taken_back_at_once_the_second_opens_it_again(
    sessions: Sessions, scene: Scene
) -> None:
    await _hear(sessions, scene)
    conversation = await one(sessions, Conversation)
    first = await _answer(sessions, scene, conversation)
    second = await _answer(sessions, scene, conversation)
    async with sessions.begin() as session:
        await cancel(session, first, by=scene.seller.id, by_name="Sam Seller", now=LATER)
        taking_back = asyncio.create_task(_take_back(sessions, scene, second))
        await someone_waits(sessions)
    await taking_back
    assert (await one(sessions, WorkItem)).status == "open"


async def test_a_text_that_comes_while_the_answer_is_taken_back_finds_what_is_open_again(
    sessions: Sessions, scene: Scene
) -> None:
    await _hear(sessions, scene)
    answer_id = await _answer(sessions, scene, await one(sessions, Conversation))
    async with sessions.begin() as session:
        await cancel(session, answer_id, by=scene.seller.id, by_name="Sam Seller", now=LATER)
        coming = asyncio.create_task(_hear(sessions, scene, "SM2", now=LATER))
        await someone_waits(sessions)
    await coming
    assert [status for status, _ in await _items(sessions)] == ["open"]


async def test_where_the_customer_asked_anew_the_former_question_stays_closed(
    sessions: Sessions, scene: Scene
) -> None:
    await _hear(sessions, scene)
    answer_id = await _answer(sessions, scene, await one(sessions, Conversation))
    await _hear(sessions, scene, "SM2", now=LATER + timedelta(minutes=1))
    await _take_back(sessions, scene, answer_id)
    assert [status for status, _ in await _items(sessions)] == ["completed", "open"]


async def test_what_somebody_said_is_done_stays_done_when_a_text_is_taken_back(
    sessions: Sessions, scene: Scene
) -> None:
    await _hear(sessions, scene)
    item = await one(sessions, WorkItem)
    async with sessions.begin() as session:
        row = await get_work_item(session, item.id)
        await deciding.decide(session, row, WorkItemStatus.COMPLETED, by=scene.seller.id, now=LATER)
    conversation = await one(sessions, Conversation)
    answer_id = await _answer(sessions, scene, conversation, LATER + timedelta(minutes=1))
    await _take_back(sessions, scene, answer_id)
    assert (await one(sessions, WorkItem)).status == "completed"


@pytest.mark.parametrize(
    ("failure", "ends", "status"),
    [
        pytest.param(FailureKind.NEVER, EndReason.RECORD_DEACTIVATED, "open", id="it cannot go"),
        pytest.param(
            FailureKind.OPT_OUT, EndReason.OPTED_OUT, "completed", id="no answer is wanted"
        ),
    ],
)
async def test_an_answer_that_is_refused_before_it_leaves_answers_nobody(
    sessions: Sessions, scene: Scene, failure: FailureKind, ends: EndReason, status: str
) -> None:
    await _hear(sessions, scene)
    answer_id = await _answer(sessions, scene, await one(sessions, Conversation))
    await _refuse(sessions, answer_id, Refuse("It must not go.", failure, ends, rule="never"))
    assert (await one(sessions, WorkItem)).status == status


async def _hear_a_stranger(
    sessions: Sessions, scene: Scene, message_id: str = "SM1", **values: Any
) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Organisation).values(unknown_sender=UnknownSender.INBOX))
    await _hear(sessions, scene, message_id, from_number=STRANGER, **values)


async def _give(sessions: Sessions, number: PhoneNumber, **owner: UUID | None) -> None:
    """Make a number a user's or a team's; nobody's if neither is named."""
    async with sessions.begin() as session:
        changes = {"owner_user_id": None, "owner_team_id": None, "is_default": False} | owner
        found = await session.get_one(PhoneNumber, number.id)
        await numbers.update_phone_number(session, found, changes, NOW)


async def test_a_text_in_the_inbox_is_to_be_answered_by_whose_number_it_came_to(
    sessions: Sessions, scene: Scene
) -> None:
    await _hear_a_stranger(sessions, scene)
    item = await one(sessions, WorkItem)
    conversation = await one(sessions, Conversation)
    assert (item.kind, item.status, item.due_at) == ("reply", "open", NOW)
    assert (item.record_id, item.conversation_id) == (None, conversation.id)
    assert (item.assignee_id, item.team_id) == (scene.seller.id, None)
    # one, however many texts
    await _hear_a_stranger(sessions, scene, "SM2", now=LATER)
    assert (await one(sessions, WorkItem)).due_at == NOW


async def test_a_text_in_the_inbox_over_a_teams_number_is_the_teams_and_over_nobodys_nobodys(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        team = await make_team(session, scene.organisation.id)
    await _give(sessions, scene.number, owner_team_id=team.id)
    await _hear_a_stranger(sessions, scene)
    assert (await one(sessions, WorkItem)).team_id == team.id
    await _give(sessions, scene.number)
    await _hear(sessions, scene, "SM2", from_number="+12025550134")
    found = sorted(await rows(sessions, WorkItem), key=lambda item: item.created_at)
    assert [(item.assignee_id, item.team_id) for item in found] == [(None, None), (None, None)]
    await _give(sessions, scene.number, owner_team_id=team.id)
    assert {item.team_id for item in await rows(sessions, WorkItem)} == {team.id}


@pytest.mark.parametrize("body", ["STOP", "HELP"])
async def test_a_strangers_word_for_the_machine_needs_no_answer(
    sessions: Sessions, scene: Scene, body: str
) -> None:
    await _hear_a_stranger(sessions, scene, body=body)
    assert await _items(sessions) == []


async def test_who_opts_out_of_the_inbox_is_no_longer_to_be_answered(
    sessions: Sessions, scene: Scene
) -> None:
    await _hear_a_stranger(sessions, scene)
    await _hear_a_stranger(sessions, scene, "SM2", body="STOP")
    assert [status for status, _ in await _items(sessions)] == ["cancelled"]


async def test_work_of_the_inbox_goes_to_whose_number_the_customer_writes_to_next(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        colleague = await make_user(session, scene.organisation.id)
        other = await make_number(
            session, scene.account, e164="+12125550101", owner_user_id=colleague.id
        )
    await _hear_a_stranger(sessions, scene)
    await _hear_a_stranger(sessions, scene, "SM2", to_number=other.e164)
    assert (await one(sessions, Conversation)).phone_number_id == other.id
    assert (await one(sessions, WorkItem)).assignee_id == colleague.id


async def test_work_of_the_inbox_goes_with_a_number_that_takes_the_place_of_another(
    sessions: Sessions, scene: Scene
) -> None:
    async with sessions.begin() as session:
        colleague = await make_user(session, scene.organisation.id)
        other = await make_number(
            session, scene.account, e164="+12125550101", owner_user_id=colleague.id
        )
    await _hear_a_stranger(sessions, scene)
    async with sessions.begin() as session:
        await numbers.move_dependents(session, scene.number, other, NOW)
    assert (await one(sessions, WorkItem)).assignee_id == colleague.id


async def test_work_of_a_record_stays_whose_it_is_when_the_number_changes_hands(
    sessions: Sessions, scene: Scene
) -> None:
    await _hear(sessions, scene)
    async with sessions.begin() as session:
        colleague = await make_user(session, scene.organisation.id)
    await _give(sessions, scene.number, owner_user_id=colleague.id)
    assert (await one(sessions, WorkItem)).assignee_id == scene.seller.id


async def test_work_of_the_inbox_that_was_handed_over_stays_so_when_the_customer_writes_again(
    sessions: Sessions, scene: Scene
) -> None:
    await _hear_a_stranger(sessions, scene)
    async with sessions.begin() as session:
        manager = await make_user(session, scene.organisation.id, role=Role.SALES_MANAGER)
        await session.execute(update(WorkItem).values(assignee_id=manager.id))
    await _hear_a_stranger(sessions, scene, "SM2")
    assert (await one(sessions, WorkItem)).assignee_id == manager.id


async def test_only_a_reply_may_be_about_no_record(sessions: Sessions, scene: Scene) -> None:
    await _hear_a_stranger(sessions, scene)
    with pytest.raises(IntegrityError, match="work_items_record_unless_reply_check"):
        async with sessions.begin() as session:
            await session.execute(update(WorkItem).values(kind=WorkItemKind.TASK))


async def test_only_in_the_inbox_is_work_nobodys(sessions: Sessions, scene: Scene) -> None:
    await _hear(sessions, scene)
    with pytest.raises(IntegrityError, match="work_items_assigned_once_check"):
        async with sessions.begin() as session:
            await session.execute(update(WorkItem).values(assignee_id=None))
