"""Tests of db/retention and activities/retention.py: what is old goes, what is young or proof stays."""

import asyncio
import dataclasses
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update
from temporalio.testing import ActivityEnvironment

from activities.retention import Retainer
from db.base import Base
from db.consent import queries as consent
from db.consent.queries import Said
from db.engine import Sessions
from db.retention import applying
from db.tables import (
    Alert,
    ConsentEntry,
    Conversation,
    Erasure,
    IdempotencyKey,
    Media,
    Message,
    MessageMedia,
    OptOut,
    Organisation,
    Reconciliation,
    RetentionRun,
    SearchableMessage,
    Session,
    TimelineEntry,
    WorkItem,
)
from domain.alerts import AlertKind
from domain.consent import ConsentKind, Scope, Source
from domain.enrollments import EndReason, EnrollmentStatus, TimelineKind
from domain.media import MediaStatus
from domain.messages import Direction, HoldKind, MessageStatus
from domain.retention import Kind
from domain.work_items import WorkItemKind, WorkItemStatus
from tests.db.conftest import NOW, make_message, one, rows, someone_waits
from tests.makers import CUSTOMER, OUR_NUMBER, Scene, make_conversation, make_organisation

CUTOFF = NOW - timedelta(days=30)
OLD, YOUNG = CUTOFF - timedelta(seconds=1), CUTOFF
LONG_AGO = NOW - timedelta(days=7)
"""When a session expired that nobody comes back for."""


@pytest.fixture
async def conversation(sessions: Sessions, scene: Scene) -> Conversation:
    async with sessions.begin() as session:
        return await make_conversation(session, scene.record, scene.number)


async def save(sessions: Sessions, *new: Base) -> None:
    async with sessions.begin() as session:
        for row in new:
            session.add(row)
            await session.flush()


async def apply(sessions: Sessions, scene: Scene, kind: Kind, *, limit: int = 10) -> int:
    async with sessions.begin() as session:
        return await applying.apply(
            session, scene.organisation.id, kind, CUTOFF, now=NOW, limit=limit
        )


async def make_text(
    sessions: Sessions, scene: Scene, conversation: Conversation, body: str, **values: Any
) -> UUID:
    values = {"status": MessageStatus.DELIVERED, "created_at": OLD, "body": body} | values
    return (await make_message(sessions, conversation, scene.account.id, **values)).id


async def bodies(sessions: Sessions) -> list[str]:
    return [row.body for row in await rows(sessions, Message)]


async def test_an_old_text_is_blanked_with_whose_it_was_and_keeps_its_row(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    await make_text(sessions, scene, conversation, "ours", error="It was long ago")
    await make_text(
        sessions,
        scene,
        conversation,
        "theirs",
        direction=Direction.INBOUND,
        status=MessageStatus.RECEIVED,
        from_number=CUSTOMER,
        to_number=OUR_NUMBER,
    )
    assert await apply(sessions, scene, Kind.TEXTS) == 2
    ours, theirs = await rows(sessions, Message)
    assert (ours.body, ours.error, ours.erased_at) == ("", None, NOW)
    assert (ours.from_number, ours.to_number) == (OUR_NUMBER, "erased")
    assert (theirs.body, theirs.from_number, theirs.to_number) == ("", "erased", OUR_NUMBER)
    assert await apply(sessions, scene, Kind.TEXTS) == 0


async def test_the_words_of_an_old_text_are_not_found_any_more(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    await make_text(sessions, scene, conversation, "marmalade")
    found = select(func.count()).where(
        SearchableMessage.words.bool_op("@@")(func.to_tsquery("public.touchline", "marmalade"))
    )
    async with sessions() as session:
        assert await session.scalar(found) == 1
    await apply(sessions, scene, Kind.TEXTS)
    async with sessions() as session:
        assert await session.scalar(found) == 0


@pytest.mark.parametrize(
    "values",
    [
        {"created_at": YOUNG},
        {"status": MessageStatus.QUEUED},
        {"status": MessageStatus.SUBMITTING},
        {"status": MessageStatus.UNCERTAIN},
        {"status": MessageStatus.HELD, "held_until": NOW, "held_for": HoldKind.HOURS},
    ],
    ids=["young", "queued", "submitting", "uncertain", "held"],
)
async def test_a_text_that_is_young_or_not_settled_stays(
    sessions: Sessions, scene: Scene, conversation: Conversation, values: dict[str, Any]
) -> None:
    await make_text(sessions, scene, conversation, "kept", **values)
    assert await apply(sessions, scene, Kind.TEXTS) == 0
    assert await bodies(sessions) == ["kept"]


async def test_a_text_that_the_ledger_rests_on_stays_as_proof(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    said_so = await make_text(sessions, scene, conversation, "STOP")
    await make_text(sessions, scene, conversation, "Hello")
    said = Said(Source.REPLY, OLD, message_id=said_so, scope=Scope.ORGANISATION)
    async with sessions.begin() as session:
        await consent.withdraw(session, scene.organisation.id, CUSTOMER, said, OLD)
    assert await apply(sessions, scene, Kind.TEXTS) == 1
    assert await bodies(sessions) == ["STOP", ""]


async def test_a_text_that_somebody_is_at_is_left_for_the_next_run(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    text_id = await make_text(sessions, scene, conversation, "Hello")
    async with sessions.begin() as session:
        await session.get_one(Message, text_id, with_for_update=True)
        assert await apply(sessions, scene, Kind.TEXTS) == 0
    assert await apply(sessions, scene, Kind.TEXTS) == 1


async def test_what_went_with_old_texts_alone_goes_with_them(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    of = {"organisation_id": scene.organisation.id}
    old = await make_text(sessions, scene, conversation, "old")
    young = await make_text(sessions, scene, conversation, "young", created_at=YOUNG)
    for sha256, texts in (("a" * 64, [old]), ("b" * 64, [old, young])):
        await save(
            sessions, Media(**of, sha256=sha256, content_type="image/png", size=1, content=b"x")
        )
        for text_id in texts:
            link = MessageMedia(
                **of,
                message_id=text_id,
                position=int(sha256[0] == "b"),
                status=MediaStatus.STORED,
                sha256=sha256,
            )
            await save(sessions, link)
    await apply(sessions, scene, Kind.TEXTS)
    async with sessions() as session:
        assert list(await session.scalars(select(Media.sha256))) == ["b" * 64]
        assert list(await session.scalars(select(MessageMedia.message_id))) == [young]


async def test_one_statement_takes_no_more_than_it_is_told_and_only_of_one_organisation(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    for _ in range(3):
        await make_text(sessions, scene, conversation, "Hello")
    async with sessions.begin() as session:
        other = await make_organisation(session)
        went = await applying.apply(session, other.id, Kind.TEXTS, CUTOFF, now=NOW, limit=2)
        assert went == 0
    assert await apply(sessions, scene, Kind.TEXTS, limit=2) == 2
    assert sorted(await bodies(sessions)) == ["", "", "Hello"]
    assert await apply(sessions, scene, Kind.TEXTS, limit=2) == 1


async def test_old_work_that_is_done_says_nothing_any_more(
    sessions: Sessions, scene: Scene
) -> None:
    def item(title: str, **values: Any) -> WorkItem:
        return WorkItem(
            organisation_id=scene.organisation.id,
            record_id=scene.record.id,
            assignee_id=scene.seller.id,
            kind=WorkItemKind.TASK,
            title=title,
            text="Write to Ada",
            reason="Ada asked",
            due_at=OLD,
            **values,
        )

    done = {"status": WorkItemStatus.COMPLETED}
    await save(
        sessions,
        item("old", **done, decided_at=OLD),
        item("young", **done, decided_at=YOUNG),
        item("open"),
    )
    assert await apply(sessions, scene, Kind.CLOSED_WORK_ITEMS) == 1
    assert await apply(sessions, scene, Kind.CLOSED_WORK_ITEMS) == 0
    old, *kept = await rows(sessions, WorkItem)
    assert (old.title, old.text, old.reason, old.decided_at) == ("", None, None, OLD)
    assert [(row.title, row.text) for row in kept] == [
        ("young", "Write to Ada"),
        ("open", "Write to Ada"),
    ]


async def test_old_timelines_go_once_their_enrollment_has_ended(
    sessions: Sessions, scene: Scene
) -> None:
    for key, at in (("old", OLD), ("young", YOUNG)):
        entry = TimelineEntry(
            organisation_id=scene.organisation.id,
            enrollment_id=scene.enrollment.id,
            at=at,
            kind=TimelineKind.TEXT_SUBMITTED,
            key=key,
        )
        await save(sessions, entry)
    assert await apply(sessions, scene, Kind.TIMELINES) == 0
    async with sessions.begin() as session:
        enrollment = await session.merge(scene.enrollment)
        enrollment.status = EnrollmentStatus.COMPLETED
        enrollment.end_reason = EndReason.COMPLETED
        enrollment.ended_at = OLD
    assert await apply(sessions, scene, Kind.TIMELINES) == 1
    assert [row.key for row in await rows(sessions, TimelineEntry)] == ["young"]


async def test_old_alerts_reconciliations_and_reports_of_erasures_go(
    sessions: Sessions, scene: Scene
) -> None:
    of = {"organisation_id": scene.organisation.id}

    def alert(text: str, resolved_at: datetime | None) -> Alert:
        return Alert(**of, kind=AlertKind.TEXTS_UNKNOWN, text=text, resolved_at=resolved_at)

    def comparison(error: str, finished_at: datetime | None) -> Reconciliation:
        return Reconciliation(
            **of,
            provider_account_id=scene.account.id,
            since=OLD,
            until=OLD,
            error=error,
            finished_at=finished_at,
        )

    def erasure(reason: str, at: datetime) -> Erasure:
        return Erasure(**of, requested_by=scene.seller.id, reason=reason, at=at, report={})

    await save(
        sessions,
        *(alert("old", OLD), alert("young", YOUNG), alert("open", None)),
        *(comparison("old", OLD), comparison("young", YOUNG), comparison("open", None)),
        *(erasure("old", OLD), erasure("young", YOUNG)),
    )
    for kind in (Kind.ALERTS, Kind.RECONCILIATIONS, Kind.ERASURES):
        assert await apply(sessions, scene, kind) == 1
    assert [row.text for row in await rows(sessions, Alert)] == ["young", "open"]
    assert [row.error for row in await rows(sessions, Reconciliation)] == ["young", "open"]
    assert [row.reason for row in await rows(sessions, Erasure)] == ["young"]


def granted(scene: Scene, number: str, at: datetime) -> ConsentEntry:
    return ConsentEntry(
        organisation_id=scene.organisation.id,
        customer_number=number,
        kind=ConsentKind.GRANTED,
        source=Source.FORM,
        at=at,
        recorded_at=at,
        wording="yes",
    )


async def numbers_in_ledger(sessions: Sessions) -> set[str]:
    return {row.customer_number for row in await rows(sessions, ConsentEntry)}


async def test_the_ledger_of_a_number_goes_when_all_that_was_said_is_old(
    sessions: Sessions, scene: Scene
) -> None:
    old, young, again = "+12125550121", "+12125550122", "+12125550123"
    await save(
        sessions,
        granted(scene, old, OLD),
        granted(scene, young, YOUNG),
        granted(scene, again, OLD),
        granted(scene, again, YOUNG),
    )
    assert await apply(sessions, scene, Kind.CONSENT) == 1
    assert await numbers_in_ledger(sessions) == {young, again}
    assert len(await rows(sessions, ConsentEntry, customer_number=again)) == 2


@pytest.mark.parametrize(("last_text", "left"), [(OLD, set()), (YOUNG, {CUSTOMER})])
async def test_the_ledger_of_a_number_stays_as_proof_for_the_texts_to_it(
    sessions: Sessions,
    scene: Scene,
    conversation: Conversation,
    last_text: datetime,
    left: set[str],
) -> None:
    await save(sessions, granted(scene, CUSTOMER, OLD))
    async with sessions.begin() as session:
        await session.execute(update(Conversation).values(last_message_at=last_text))
    await apply(sessions, scene, Kind.CONSENT)
    assert await numbers_in_ledger(sessions) == left


async def test_a_withdrawal_in_force_never_goes_and_one_that_was_lifted_does(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    blocked = await make_text(sessions, scene, conversation, "Hello", status=MessageStatus.REFUSED)
    said = Said(Source.REPLY, OLD, scope=Scope.ORGANISATION)
    async with sessions.begin() as session:
        await consent.withdraw(session, scene.organisation.id, CUSTOMER, said, OLD)
        entry_id = await session.scalar(select(ConsentEntry.id))
        await session.execute(
            update(Message).where(Message.id == blocked).values(consent_entry_id=entry_id)
        )
        await session.execute(update(Conversation).values(last_message_at=OLD))
        await session.execute(select(func.set_config("touchline.erasing", "on", True)))
        await session.execute(update(ConsentEntry).values(recorded_at=OLD))
    assert await apply(sessions, scene, Kind.CONSENT) == 0
    assert await numbers_in_ledger(sessions) == {CUSTOMER}
    async with sessions.begin() as session:
        await session.execute(update(OptOut).values(ended_at=OLD))
    assert await apply(sessions, scene, Kind.CONSENT) == 1
    assert await numbers_in_ledger(sessions) == set()
    assert await rows(sessions, OptOut) == []
    assert (await one(sessions, Message)).consent_entry_id is None


async def test_a_run_takes_what_each_organisation_chose_and_what_has_expired(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    for _ in range(5):
        await make_text(sessions, scene, conversation, "Hello")
    await save(
        sessions,
        *(
            Session(token_hash=bytes([day]) * 32, user_id=scene.seller.id, expires_at=expires_at)
            for day, expires_at in enumerate((LONG_AGO, LONG_AGO + timedelta(seconds=1), NOW))
        ),
        *(
            IdempotencyKey(
                organisation_id=scene.organisation.id,
                user_id=scene.seller.id,
                key=str(days),
                request_hash="",
                created_at=NOW - timedelta(days=days),
            )
            for days in (6, 8)
        ),
    )
    run = Retainer(sessions, clock=lambda: NOW, batch=2).apply_retention
    kept = await ActivityEnvironment().run(run)
    # texts are kept for ever until somebody says otherwise
    assert ("texts" in kept, kept["expired"]) == (False, 2)
    assert await bodies(sessions) == ["Hello"] * 5
    async with sessions() as session:
        left = select(Session.expires_at).order_by(Session.expires_at)
        assert list(await session.scalars(left)) == [LONG_AGO + timedelta(seconds=1), NOW]
        assert list(await session.scalars(select(IdempotencyKey.key))) == ["6"]

    async with sessions.begin() as session:
        await session.execute(update(Organisation).values(retention={"texts": 30}))
    gone = await ActivityEnvironment().run(run)
    assert gone["texts"] == 5
    assert await bodies(sessions) == [""] * 5


async def _run(
    sessions: Sessions, *, begun: datetime, batch: int = 2, clock: datetime = NOW
) -> None:
    """Let a run that was begun then try once."""
    env = ActivityEnvironment()
    env.info = dataclasses.replace(env.info, scheduled_time=begun)
    await env.run(Retainer(sessions, clock=lambda: clock, batch=batch).apply_retention)


async def _reports(sessions: Sessions) -> dict[UUID, RetentionRun]:
    async with sessions() as session:
        return {row.organisation_id: row for row in await session.scalars(select(RetentionRun))}


async def test_a_run_reports_how_much_of_each_kind_went_and_the_next_one_in_its_place(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    for _ in range(5):
        await make_text(sessions, scene, conversation, "Hello")
    async with sessions.begin() as session:
        await session.execute(
            update(Organisation).values(retention={"texts": 30, "closed_work_items": None})
        )
    nothing = dict.fromkeys(["timelines", "alerts", "reconciliations", "consent", "erasures"], 0)

    await _run(sessions, begun=NOW - timedelta(minutes=1))
    first = (await _reports(sessions))[scene.organisation.id]
    assert (first.started_at, first.finished_at) == (NOW - timedelta(minutes=1), NOW)
    # what is kept for ever is not looked at
    assert first.gone == nothing | {"texts": 5}

    tomorrow = NOW + timedelta(days=1)
    await _run(sessions, begun=tomorrow, clock=tomorrow)
    second = (await _reports(sessions))[scene.organisation.id]
    assert (second.started_at, second.finished_at) == (tomorrow, tomorrow)
    assert second.gone == nothing | {"texts": 0}


async def test_a_run_that_was_cut_short_reports_what_all_its_tries_let_go(
    sessions: Sessions, scene: Scene, conversation: Conversation
) -> None:
    for _ in range(5):
        await make_text(sessions, scene, conversation, "Hello")
    async with sessions.begin() as session:
        await session.execute(update(Organisation).values(retention={"texts": 30}))
    begun = NOW - timedelta(hours=1)
    async with sessions() as busy:
        # somebody is at two of the texts, and the worker goes while it waits for the timelines
        ids = list(await busy.scalars(select(Message.id).order_by(Message.id)))
        await busy.execute(select(Message).where(Message.id.in_(ids[3:])).with_for_update())
        await busy.execute(text("LOCK TABLE timeline_entries IN ACCESS EXCLUSIVE MODE"))
        trying = asyncio.create_task(_run(sessions, begun=begun))
        await someone_waits(sessions)
        trying.cancel()
        with pytest.raises(asyncio.CancelledError):
            await trying
    cut_short = (await _reports(sessions))[scene.organisation.id]
    assert (cut_short.finished_at, cut_short.gone["texts"]) == (None, 3)

    await _run(sessions, begun=begun)

    whole = (await _reports(sessions))[scene.organisation.id]
    assert (whole.started_at, whole.finished_at) == (begun, NOW)
    assert whole.gone["texts"] == 5


async def test_each_organisation_has_a_report_of_its_own(sessions: Sessions, scene: Scene) -> None:
    resolved = {
        "kind": AlertKind.TEXTS_UNKNOWN,
        "text": "",
        "resolved_at": NOW - timedelta(days=366),
    }
    async with sessions.begin() as session:
        other = await make_organisation(session)
        for organisation_id, count in ((scene.organisation.id, 1), (other.id, 2)):
            for _ in range(count):
                session.add(Alert(organisation_id=organisation_id, **resolved))
    await _run(sessions, begun=NOW)
    went = {id_: report.gone["alerts"] for id_, report in (await _reports(sessions)).items()}
    assert went == {scene.organisation.id: 1, other.id: 2}
