"""One text, and everything that may happen to it in any order: it leaves once at most, and is never lost.

The real activity, database and carrier; hypothesis chooses what happens. The carrier's own log is the referee.
"""

import asyncio
import contextlib
import os
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.exceptions import ApplicationError

from activities.accounts import OpenAccounts
from activities.sending import TextSender
from db.autocommit import Committing
from db.engine import Sessions, create_engine, create_sessions
from db.enrollments import progress
from db.messages import inbound, statuses
from db.messages.drafts import step_message_id
from db.messages.inbound import InboundText
from db.messages.statuses import Report
from db.providers.health import AccountMeter
from db.providers.pace import Turns
from db.tables import Enrollment, Message, WorkItem
from domain.enrollments import EndReason
from domain.interpreter import NotSent, Position, Submitted, TextOutcome
from domain.messages import MessageStatus
from domain.work_items import WorkItemKind
from tests.activities.conftest import SETTINGS
from tests.carrier import Carrier
from tests.makers import SECRETS, Scene, make_scene
from workflows.activities import SendStepText, Visit

FAULTS = st.sampled_from(
    [None, "lose_answer", "error_after", "cut_before", "server_error", "throttle", "reject"]
)
"""What the carrier does wrong at a try."""

_serial = count(1000)

T = TypeVar("T")


class Crashing(Coroutine[Any, Any, T]):
    """A coroutine whose process dies when it waits for the world for the `waits`-th time."""

    def __init__(self, inner: Coroutine[Any, Any, T], waits: int) -> None:
        self._inner = inner
        self._waits = waits

    def send(self, value: Any) -> Any:
        waited_for = self._inner.send(value)
        self._waits -= 1
        task = asyncio.current_task()
        if self._waits == 0 and task is not None:
            task.cancel()
        return waited_for

    def throw(self, *error: Any) -> Any:
        return self._inner.throw(*error)

    def close(self) -> None:
        self._inner.close()

    def __await__(self) -> Any:
        return self._inner.__await__()


@dataclass
class Place:
    """What all examples share."""

    runner: asyncio.Runner
    carrier: Carrier
    database: AsyncEngine
    committing: Committing
    turns: Turns
    sessions: Sessions = field(init=False)

    def __post_init__(self) -> None:
        self.sessions = create_sessions(self.database)


@contextmanager
def opened(database_url: str, carrier: Carrier) -> Iterator[Place]:
    with asyncio.Runner() as runner:
        place = Place(
            runner,
            carrier,
            create_engine(database_url, pool_size=5),
            Committing(database_url, pool_size=2),
            Turns(database_url),
        )
        try:
            yield place
        finally:
            runner.run(place.turns.close())
            runner.run(place.committing.close())
            runner.run(place.database.dispose())


class SendingMachine(RuleBasedStateMachine):
    """One enrollment's first text. Its clock is an hour behind the carrier's, so that the list hides nothing."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self._at = datetime.now(UTC) - timedelta(hours=1)
        serial = next(_serial)
        self._customer, self._our_number = f"+1212556{serial}", f"+1212557{serial}"
        self._accounts = OpenAccounts(SECRETS, timeout_seconds=5)
        self._sender = TextSender(
            place.database,
            place.committing,
            place.turns,
            self._accounts,
            SETTINGS,
            AccountMeter(),
            lambda: self._at,
        )
        self._may_be_unknown = False
        """Whether something happened after which nobody can know whether the text has gone."""
        self._has_ended = False
        self._created_at_stop: int | None = None
        self._outcome: TextOutcome | None = None
        place.carrier.reset()
        place.carrier.connect(self._our_number)
        self._scene = self._run(self._make())

    @rule(fault=FAULTS, is_listed_late=st.booleans())
    def a_try(self, fault: str | None, is_listed_late: bool) -> None:
        self._behave(fault, is_listed_late=is_listed_late)
        self._run(self._try())

    @rule(fault=FAULTS, waits=st.integers(1, 20))
    def a_try_that_dies(self, fault: str | None, waits: int) -> None:
        self._behave(fault)
        self._may_be_unknown = True
        self._run(self._die(waits))
        self._place.carrier.open_webhooks()  # whatever was on its way has arrived

    @precondition(lambda self: self._created())
    @rule(status=st.sampled_from(["queued", "sent", "delivered"]), times=st.integers(1, 2))
    def a_callback(self, status: str, times: int) -> None:
        for sid in self._created() * times:
            self._run(self._report(sid, MessageStatus(status)))

    @rule(seconds=st.sampled_from([1, 20, 90]))
    def time_passes(self, seconds: int) -> None:
        self._at += timedelta(seconds=seconds)

    @precondition(lambda self: not self._has_ended)
    @rule(says_stop=st.booleans())
    def the_enrollment_ends(self, says_stop: bool) -> None:
        self._has_ended = True
        if says_stop:
            self._run(self._stop())
            self._created_at_stop = len(self._created())
        else:
            self._run(self._disconnect())

    @invariant()
    def no_text_goes_twice_and_none_after_stop(self) -> None:
        created = len(self._created())
        assert created <= 1
        assert self._created_at_stop in (None, created)

    def teardown(self) -> None:
        try:
            self._come_to_an_end()
        finally:
            self._run(self._accounts.close())

    def _come_to_an_end(self) -> None:
        """Try on as the engine would, with a carrier that behaves: the text must come to where it belongs."""
        self._behave(None)
        for _ in range(10):
            self._run(self._try())
            if isinstance(self._outcome, Submitted | NotSent):
                break
            self._at += timedelta(seconds=20)
        else:
            raise AssertionError("the text never comes to an end")
        self.no_text_goes_twice_and_none_after_stop()

        message, items = self._run(self._found())
        created = len(self._created())
        assert isinstance(self._outcome, Submitted | NotSent)
        match message.status:
            case MessageStatus.QUEUED | MessageStatus.SENT | MessageStatus.DELIVERED:
                assert created == 1
                assert message.provider_message_id == self._created()[0]
                assert isinstance(self._outcome, Submitted)
            case MessageStatus.UNCERTAIN:
                assert self._may_be_unknown
                assert WorkItemKind.UNCERTAIN_TEXT in items
                assert isinstance(self._outcome, Submitted)
            case MessageStatus.REFUSED | MessageStatus.FAILED:
                assert created == 0
                assert isinstance(self._outcome, NotSent)
            case status:
                raise AssertionError(f"a text that has come to its end is not {status}")

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._place.runner.run(work)

    def _created(self) -> list[str]:
        """Return the carrier's ids of the texts it has created, by its own log."""
        requests = self._place.carrier.log("request")
        return [request["message"]["sid"] for request in requests if request.get("message")]

    def _behave(self, fault: str | None, *, is_listed_late: bool = False) -> None:
        rules: dict[str, float] = {"callback_never": 1}
        if fault:
            rules[fault] = 1
        if is_listed_late:
            rules["listing_delay_seconds"] = 3600
        self._place.carrier.behave(**rules)
        self._may_be_unknown |= is_listed_late or fault in ("cut_before", "server_error")

    async def _make(self) -> Scene:
        async with self._place.sessions.begin() as session:
            scene = await make_scene(
                session, api_base_url=self._place.carrier.url, record={"phone": self._customer}
            )
            scene.number.e164 = self._our_number
        return scene

    async def _try(self) -> None:
        visit = Visit(self._scene.enrollment.id, Position("pause"))
        self._outcome = None
        try:
            self._outcome = await self._sender.send_step_text(SendStepText(visit, "hello"))
        except ApplicationError as error:
            if error.type not in ("OutcomeUnknown", "NotTaken"):
                raise

    async def _die(self, waits: int) -> None:
        """Try, and die at some wait if the try takes so many."""
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.create_task(Crashing(self._try(), waits))

    async def _report(self, sid: str, status: MessageStatus) -> None:
        async with self._place.sessions.begin() as session:
            await statuses.record(
                session, self._scene.account.id, self._message_id, Report(sid, status), self._at
            )

    async def _stop(self) -> None:
        stop = InboundText(
            account_id=self._scene.account.id,
            provider_message_id=f"SM-stop-{self._customer}",
            from_number=self._customer,
            to_number=self._our_number,
            body="STOP",
        )
        async with self._place.sessions.begin() as session:
            await inbound.store(session, stop, self._at)

    async def _disconnect(self) -> None:
        async with self._place.sessions.begin() as session:
            await progress.end(
                session,
                Enrollment.id == self._scene.enrollment.id,
                EndReason.DISCONNECTED,
                self._at,
            )

    async def _found(self) -> tuple[Message, list[WorkItemKind]]:
        async with self._place.sessions() as session:
            message = await session.get_one(Message, self._message_id)
            items = await session.scalars(
                select(WorkItem.kind).where(WorkItem.enrollment_id == self._scene.enrollment.id)
            )
            return message, list(items)

    @property
    def _message_id(self) -> UUID:
        return step_message_id(self._scene.enrollment.id, "hello")


def test_whatever_happens_a_text_leaves_once_at_most_and_is_accounted_for(
    database_url: str, carrier: Carrier
) -> None:
    with opened(database_url, carrier) as place:

        class Here(SendingMachine):
            def __init__(self) -> None:
                super().__init__(place)

        run_state_machine_as_test(
            Here,
            settings=settings(
                max_examples=15,
                stateful_step_count=12,
                deadline=None,
                derandomize="CI" in os.environ,
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
