import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.enrollments import EndReason
from domain.interpreter import (
    Decision,
    Ended,
    Held,
    Note,
    NotSent,
    Outcome,
    Position,
    Progress,
    Submitted,
    TextOutcome,
    position_after,
    position_behind,
    position_now,
    run,
)
from domain.sequence import Branch, FieldValue, HumanStep, SequenceDocument, TextStep, matches
from domain.sequence_source import parse_yaml
from tests.domain.documents import documents

START = datetime(2026, 7, 1, 9, tzinfo=UTC)


def at(text: str) -> datetime:
    """Return the instant of a day of July 2026 and a time in UTC: "3 09:00"."""
    day, clock = text.split()
    return datetime.combine(datetime(2026, 7, int(day), tzinfo=UTC), time.fromisoformat(clock), UTC)


@dataclass
class World:
    """What the customer and the seller do, and what has happened to them. It outlives every walk."""

    clock: datetime = START
    replies: dict[str, timedelta] = field(default_factory=dict)
    """How long after the text of a step its answer comes."""
    decisions: dict[str, Decision] = field(default_factory=dict)
    skips: dict[str, datetime] = field(default_factory=dict)
    """When somebody skips the wait of a step."""
    refused: dict[str, NotSent] = field(default_factory=dict)
    fields: dict[str, object] = field(default_factory=dict)
    opens_at: time = time(0)
    """The hour of a day (UTC) from which texts go out."""
    asked: list[str] = field(default_factory=list)
    """What the walk asked for, in order."""
    texts: list[tuple[str, datetime]] = field(default_factory=list)
    """The texts that left, with their instants."""

    def sent_at(self, step_id: str) -> datetime:
        return dict(self.texts)[step_id]


class Stopped(Exception):
    """The process of a walk has ended."""


@dataclass
class ScriptedEffects:
    """Effects on `world` that may stop at any point where a run of a workflow may end: before all that they do, in the
    middle of a wait, and after it.
    """

    world: World
    points: Iterator[int] = field(default_factory=count)
    stops: frozenset[int] = frozenset()

    def now(self) -> datetime:
        return self.world.clock

    async def sleep_until(self, instant: datetime) -> None:
        self._begin("sleep")
        self._wait(instant)

    async def wait(self, step_id: str, *, until: datetime) -> bool:
        self._begin(f"wait {step_id}")
        self._wait(min(until, self.world.skips.get(step_id, until)))
        return step_id in self.world.skips and self.world.skips[step_id] < until

    async def send_text(self, step: TextStep) -> TextOutcome:
        self._begin(f"send {step.id}")
        if self.world.clock.time() < self.world.opens_at:
            return Held(datetime.combine(self.world.clock, self.world.opens_at, UTC))
        if step.id in self.world.refused:
            return self.world.refused[step.id]
        self.world.texts.append((step.id, self.world.clock))
        return Submitted(self.world.clock)

    async def decide(self, step: HumanStep) -> Decision:
        self._begin(f"decide {step.id}")
        self._wait(self.world.clock)
        return self.world.decisions[step.id]

    async def has_reply(self, step_id: str, to: str, *, before: datetime) -> bool:
        self._begin(f"reply {to}")
        delay = self.world.replies.get(to)
        answer = self.world.sent_at(to) + delay if delay is not None else None
        if answer is None or answer > before:
            self._wait(before)
            return False
        self._wait(answer)
        return True

    async def field_is(self, step_id: str, condition: FieldValue) -> bool:
        self._begin(f"field {condition.name}")
        return matches(condition, self.world.fields)

    def _begin(self, what: str) -> None:
        self._point()
        self.world.asked.append(what)

    def _wait(self, until: datetime) -> None:
        left = max(until - self.world.clock, timedelta(0))
        self.world.clock += left / 2
        self._point()
        self.world.clock += left - left / 2
        self._point()

    def _point(self) -> None:
        if next(self.points) in self.stops:
            raise Stopped


async def walked(
    source: str, world: World, progress: Progress | None = None
) -> tuple[EndReason, Progress]:
    document = parse_yaml("key: test\nname: Test\nsteps:\n" + source)
    progress = progress or Progress()
    return await run(document, progress, ScriptedEffects(world)), progress


WELCOME = """
  - {id: hello, type: automated_text, text: Hello}
  - {id: pause, type: wait, for: 1d}
  - id: answered
    type: branch
    when: {replied: {to: hello, within: 3d}}
    then:
      - {id: book, type: manual_text, text: Shall we talk?}
    else:
      - {id: nudge, type: automated_text, text: Are you there?}
      - {id: rest, type: wait, for: 2d}
  - {id: bye, type: automated_text, text: Bye}
"""


async def test_an_answer_leads_to_the_then_side_as_soon_as_it_is_there() -> None:
    world = World(replies={"hello": timedelta(hours=30)}, decisions={"book": Decision.APPROVED})
    ending, progress = await walked(WELCOME, world)
    assert ending is EndReason.COMPLETED
    assert world.texts == [
        ("hello", at("1 09:00")),
        ("book", at("2 15:00")),
        ("bye", at("2 15:00")),
    ]
    assert progress.done == {
        "hello": Outcome.SUBMITTED,
        "pause": Outcome.WAITED,
        "answered": Outcome.THEN,
        "book": Outcome.SUBMITTED,
        "bye": Outcome.SUBMITTED,
    }


async def test_silence_leads_to_the_else_side_at_the_end_of_the_time_counted_from_the_text() -> (
    None
):
    world = World(replies={"hello": timedelta(days=3, seconds=1)})
    ending, progress = await walked(WELCOME, world)
    assert ending is EndReason.COMPLETED
    assert world.texts == [
        ("hello", at("1 09:00")),
        ("nudge", at("4 09:00")),
        ("bye", at("6 09:00")),
    ]
    assert progress.notes == [
        Note(step_id="hello", outcome=Outcome.SUBMITTED, at=at("1 09:00")),
        Note(step_id="pause", outcome=Outcome.WAITED, at=at("2 09:00")),
        Note(step_id="answered", outcome=Outcome.ELSE, at=at("4 09:00")),
        Note(step_id="nudge", outcome=Outcome.SUBMITTED, at=at("4 09:00")),
        Note(step_id="rest", outcome=Outcome.WAITED, at=at("6 09:00")),
        Note(step_id="bye", outcome=Outcome.SUBMITTED, at=at("6 09:00")),
    ]


async def test_an_answer_that_came_during_the_wait_is_seen_by_the_branch_after_it() -> None:
    world = World(replies={"hello": timedelta(hours=1)}, decisions={"book": Decision.APPROVED})
    await walked(WELCOME, world)
    assert world.sent_at("book") == at("2 09:00")


async def test_a_text_that_is_held_waits_and_is_checked_again() -> None:
    world = World(clock=at("1 03:00"), opens_at=time(8))
    _, progress = await walked("  - {id: hello, type: automated_text, text: Hello}\n", world)
    assert world.asked == ["send hello", "sleep", "send hello"]
    assert world.texts == [("hello", at("1 08:00"))]
    assert progress.submitted == {"hello": at("1 08:00")}


ASKED = """
  - {id: ask, type: manual_text, text: Shall we talk?}
  - id: answered
    type: branch
    when: {replied: {to: ask, within: 3d}}
    then: [{id: thanks, type: automated_text, text: Thank you}]
    else: [{id: sorry, type: automated_text, text: Sorry}]
"""


async def test_nobody_waits_for_an_answer_to_a_text_that_was_skipped() -> None:
    world = World(decisions={"ask": Decision.SKIPPED}, replies={"ask": timedelta(hours=1)})
    _, progress = await walked(ASKED, world)
    assert world.asked == ["decide ask", "send sorry"]
    assert world.texts == [("sorry", START)]
    assert progress.done["ask"] is Outcome.SKIPPED
    assert progress.submitted == {"sorry": START}


async def test_nobody_waits_for_an_answer_to_a_text_that_was_refused() -> None:
    world = World(decisions={"ask": Decision.APPROVED}, refused={"ask": NotSent()})
    _, progress = await walked(ASKED, world)
    assert world.texts == [("sorry", START)]
    assert progress.done["ask"] is Outcome.NOT_SENT


async def test_a_refusal_for_good_ends_the_enrollment() -> None:
    refusal = NotSent(ends=EndReason.OPTED_OUT)
    world = World(decisions={"ask": Decision.APPROVED}, refused={"ask": refusal})
    ending, progress = await walked(ASKED, world)
    assert ending is EndReason.OPTED_OUT
    assert world.asked == ["decide ask", "send ask"]
    assert progress.done == {}


async def test_an_approved_text_that_is_held_is_not_put_before_the_seller_again() -> None:
    world = World(clock=at("1 07:00"), opens_at=time(8), decisions={"ask": Decision.APPROVED})
    progress = Progress()
    document = parse_yaml("key: test\nname: Test\nsteps:\n" + ASKED)
    with pytest.raises(Stopped):
        await run(document, progress, ScriptedEffects(world, stops=frozenset({5})))
    await walked(ASKED, world, progress)
    assert world.asked[:4] == ["decide ask", "send ask", "sleep", "send ask"]
    assert world.sent_at("ask") == at("1 08:00")


REGIONAL = """
  - id: northern
    type: branch
    when: {field: {name: region, equals: north}}
    then:
      - {id: stop, type: end}
    else:
      - {id: phone, type: call}
      - {id: look, type: task}
      - {id: offer, type: email}
  - {id: bye, type: automated_text, text: Bye}
"""


async def test_an_end_inside_a_branch_ends_the_enrollment_there() -> None:
    world = World(fields={"region": "north"})
    ending, progress = await walked(REGIONAL, world)
    assert ending is EndReason.COMPLETED
    assert world.asked == ["field region"]
    assert progress.done == {"northern": Outcome.THEN}


async def test_the_other_side_goes_on_after_the_branch() -> None:
    decisions = {
        "phone": Decision.COMPLETED,
        "look": Decision.SKIPPED,
        "offer": Decision.COMPLETED,
    }
    world = World(decisions=decisions)
    _, progress = await walked(REGIONAL, world)
    assert world.asked == [
        "field region",
        "decide phone",
        "decide look",
        "decide offer",
        "send bye",
    ]
    assert progress.done == {
        "northern": Outcome.ELSE,
        "phone": Outcome.COMPLETED,
        "look": Outcome.SKIPPED,
        "offer": Outcome.COMPLETED,
        "bye": Outcome.SUBMITTED,
    }


async def test_what_interrupts_a_wait_ends_the_enrollment_with_its_reason() -> None:
    class Interrupted(ScriptedEffects):
        async def wait(self, step_id: str, *, until: datetime) -> bool:
            raise Ended(EndReason.DISCONNECTED)

    progress = Progress()
    document = parse_yaml("key: test\nname: Test\nsteps:\n" + WELCOME)
    ending = await run(document, progress, Interrupted(World()))
    assert ending is EndReason.DISCONNECTED
    assert list(progress.done) == ["hello"]


@pytest.mark.parametrize(
    ("resumed_at", "bye_at"),
    [
        pytest.param(at("2 20:00"), at("3 09:00"), id="in time: at the instant fixed before"),
        pytest.param(at("5 10:00"), at("5 10:00"), id="too late: at once"),
    ],
)
async def test_a_wait_that_was_cut_off_ends_when_it_would_have_ended(
    resumed_at: datetime, bye_at: datetime
) -> None:
    source = """
  - {id: pause, type: wait, for: 2d}
  - {id: bye, type: automated_text, text: Bye}
"""
    world, progress = World(), Progress()
    document = parse_yaml("key: test\nname: Test\nsteps:" + source)
    with pytest.raises(Stopped):
        await run(document, progress, ScriptedEffects(world, stops=frozenset({1})))
    assert progress.deadlines == {"pause": at("3 09:00")}
    world.clock = resumed_at
    await walked(source.removeprefix("\n"), world, progress)
    assert world.texts == [("bye", bye_at)]


async def test_a_wait_that_somebody_skips_is_over_at_once_and_no_other_is() -> None:
    source = """
  - {id: pause, type: wait, for: 2d}
  - {id: rest, type: wait, for: 1d}
  - {id: bye, type: automated_text, text: Bye}
"""
    world = World(skips={"pause": at("1 12:00")})
    _, progress = await walked(source.removeprefix("\n"), world)
    assert progress.done["pause"] is Outcome.SKIPPED
    assert progress.done["rest"] is Outcome.WAITED
    assert world.texts == [("bye", at("2 12:00"))]


@settings(max_examples=150)
@given(documents(st.just("")), st.data())
async def test_a_walk_that_stops_anywhere_goes_on_as_if_it_had_not(
    document: SequenceDocument, data: st.DataObject
) -> None:
    """Each walk begins anew with what the one before knew, as the next run of a workflow does."""
    world = data.draw(worlds(document))
    stops = data.draw(st.frozensets(st.integers(min_value=0, max_value=40), max_size=12))
    expected_world, expected = copy.deepcopy(world), Progress()
    expected_ending = await run(document, expected, ScriptedEffects(expected_world))

    progress, points = Progress(), count()
    ending = None
    while ending is None:
        progress = Progress.model_validate_json(progress.model_dump_json())
        try:
            ending = await run(document, progress, ScriptedEffects(world, points, stops))
        except Stopped:
            continue

    assert world.texts == expected_world.texts
    assert len({step_id for step_id, _ in world.texts}) == len(world.texts)
    assert (ending, progress) == (expected_ending, expected)


@st.composite
def worlds(draw: st.DrawFn, document: SequenceDocument) -> World:
    texts = [step for step in document.all_steps() if isinstance(step, TextStep)]
    humans = [step for step in document.all_steps() if isinstance(step, HumanStep)]
    delays = st.integers(min_value=0, max_value=10**7).map(
        lambda seconds: timedelta(seconds=seconds)
    )
    refusals = st.sampled_from([NotSent(), NotSent(ends=EndReason.UNREACHABLE)])
    return World(
        opens_at=draw(st.sampled_from([time(0), time(8), time(23, 59)])),
        replies={step.id: draw(delays) for step in texts if draw(st.booleans())},
        decisions={
            step.id: draw(
                st.sampled_from([Decision.APPROVED, Decision.SKIPPED])
                if step.type == "manual_text"
                else st.sampled_from([Decision.COMPLETED, Decision.SKIPPED])
            )
            for step in humans
        },
        refused={step.id: draw(refusals) for step in texts if draw(st.integers(0, 5)) == 0},
        fields={"region": draw(st.sampled_from(["a", "b"])), "budget": draw(st.integers(-9, 9))},
    )


POSITIONS = """
key: positions
name: Positions
steps:
  - {id: hello, type: automated_text, text: Hello}
  - {id: pause, type: wait, for: 2d}
  - {id: more, type: automated_text, text: More}
  - id: answered
    type: branch
    when: {replied: {to: more, within: 36h}}
    then:
      - {id: ask, type: manual_text, text: Shall we talk?}
      - id: late
        type: branch
        when: {replied: {to: hello, within: 1d}}
        then: [{id: phone, type: call}]
    else:
      - {id: nudge, type: automated_text, text: Are you there?}
      - id: northern
        type: branch
        when: {field: {name: region, equals: north}}
        then: [{id: rest, type: wait, for: 1h}]
  - {id: bye, type: automated_text, text: Bye}
"""


@pytest.mark.parametrize(
    ("step_id", "position"),
    [
        pytest.param("hello", Position("pause", at("3 09:00"), sends=True), id="a wait"),
        pytest.param("pause", Position("more", sends=True), id="a text"),
        pytest.param("more", Position("answered", at("2 21:00")), id="a branch about this text"),
        pytest.param("ask", Position("late"), id="a branch about an earlier text"),
        pytest.param("nudge", Position("northern"), id="a branch about a field"),
        pytest.param("rest", Position("bye", sends=True), id="out of the branches"),
        pytest.param(
            "phone", Position("bye", sends=True), id="out of the branches on the other side"
        ),
        pytest.param("bye", Position(None), id="the end"),
    ],
)
def test_where_an_enrollment_stands_after_a_step(step_id: str, position: Position) -> None:
    assert position_after(parse_yaml(POSITIONS), step_id, START) == position


@pytest.mark.parametrize(
    ("branch", "holds", "position"),
    [
        pytest.param("answered", True, Position("ask"), id="a work item"),
        pytest.param("answered", False, Position("nudge", sends=True), id="a text"),
        pytest.param("northern", True, Position("rest", at("1 10:00"), sends=True), id="a wait"),
        pytest.param("northern", False, Position("bye", sends=True), id="an empty side"),
    ],
)
def test_where_an_enrollment_stands_once_a_branch_has_its_answer(
    branch: str, holds: bool, position: Position
) -> None:
    document = parse_yaml(POSITIONS)
    step = document.step(branch)
    assert isinstance(step, Branch)
    assert position_behind(document, step, START, holds=holds) == position


WAITS = """
key: waits
name: Waits
steps:
  - {id: pause, type: wait, for: 2d}
  - {id: rest, type: wait, for: 1d}
  - {id: bye, type: automated_text, text: Bye}
  - id: answered
    type: branch
    when: {replied: {to: bye, within: 1d}}
    then: [{id: thanks, type: manual_text, text: Thank you}]
"""


@pytest.mark.parametrize(
    ("seen", "now", "position"),
    [
        pytest.param(
            Position("pause", at("3 09:00")),
            at("3 08:59"),
            Position("pause", at("3 09:00")),
            id="a wait that runs",
        ),
        pytest.param(
            Position("pause", at("3 09:00")),
            at("3 09:00"),
            Position("rest", at("4 09:00"), sends=True),
            id="the wait after it, counted from the end of the first",
        ),
        pytest.param(
            Position("pause", at("3 09:00")),
            at("9 09:00"),
            Position("bye", sends=True),
            id="what comes after both",
        ),
        pytest.param(
            Position("bye", at("2 09:00"), sends=True),
            at("9 09:00"),
            Position("bye", at("2 09:00"), sends=True),
            id="a text that was held: it is still to go",
        ),
        pytest.param(
            Position("answered", at("2 09:00")),
            at("9 09:00"),
            Position("answered", at("2 09:00")),
            id="a branch: which way it went is for its activity to say",
        ),
        pytest.param(Position(None), at("9 09:00"), Position(None), id="nowhere yet"),
    ],
)
def test_waits_end_by_themselves_before_anybody_writes_it(
    seen: Position, now: datetime, position: Position
) -> None:
    assert position_now(parse_yaml(WAITS), seen, now) == position
