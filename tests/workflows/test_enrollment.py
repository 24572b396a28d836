from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.enrollments import EndReason
from domain.interpreter import Decision, Held, NotSent
from tests.workflows.conftest import ENROLLMENT, Handle, Stage
from workflows import effects
from workflows.enrollment import (
    DecideWorkItem,
    EndEnrollment,
    EnrollmentWorkflow,
    ReplyReceived,
    WaitSkipped,
)

OTHER = UUID("0198f000-0000-7000-8000-000000000002")

CADENCE = """
steps:
  - {id: hello, type: automated_text, text: Hello}
  - {id: pause, type: wait, for: 2d}
  - id: answered
    type: branch
    when: {replied: {to: hello, within: 3d}}
    then:
      - {id: book, type: manual_text, text: When shall we talk?}
    else:
      - {id: nudge, type: automated_text, text: Still there?}
  - {id: rest, type: wait, for: 1d}
  - {id: bye, type: automated_text, text: Bye}
"""


async def reply(stage: Stage, handle: Handle, message_id: UUID | None = None) -> None:
    signal = ReplyReceived(ENROLLMENT, message_id or uuid4(), await stage.now())
    await handle.signal(EnrollmentWorkflow.reply_received, signal)


async def decide(
    handle: Handle,
    item: UUID,
    decision: Decision = Decision.APPROVED,
    *,
    segments: int = 1,
) -> None:
    order = DecideWorkItem(ENROLLMENT, item, decision, segments)
    await handle.execute_update(EnrollmentWorkflow.decide_work_item, order)


async def test_a_customer_who_says_nothing_gets_the_nudge_when_the_time_is_over(
    stage: Stage,
) -> None:
    start = await stage.now()
    handle = await stage.enroll(CADENCE)

    assert await handle.result() is EndReason.COMPLETED

    days = [(step, round((at - start) / timedelta(days=1), 2)) for step, at in stage.world.texts]
    assert days == [("hello", 0), ("nudge", 3), ("bye", 4)]
    assert stage.world.noted == [
        ("hello", "submitted"),
        ("pause", "waited"),
        ("answered", "else"),
        ("nudge", "submitted"),
        ("rest", "waited"),
        ("bye", "submitted"),
    ]


async def test_a_reply_takes_the_other_branch_at_once_and_a_seller_approves(stage: Stage) -> None:
    start = await stage.now()
    handle = await stage.enroll(CADENCE)
    await stage.pass_time(hours=50)
    await reply(stage, handle)
    await stage.pass_time(minutes=1)

    await decide(handle, stage.world.opened["book"])
    await stage.pass_time(minutes=1)

    sent = dict(stage.world.texts)
    assert sorted(sent) == ["book", "hello"]
    assert sent["book"] - start < timedelta(hours=50, minutes=2)
    assert await handle.result() is EndReason.COMPLETED
    assert [step for step, _ in stage.world.texts] == ["hello", "book", "bye"]


async def test_a_reply_during_the_wait_before_the_branch_is_not_forgotten(stage: Stage) -> None:
    handle = await stage.enroll(CADENCE)
    await stage.pass_time(hours=1)
    await reply(stage, handle)
    await stage.pass_time(hours=48)

    assert "book" in stage.world.opened


async def test_a_reply_that_came_in_time_but_was_not_told_counts(stage: Stage) -> None:
    stage.world.stored_reply = True
    await stage.enroll(CADENCE)
    await stage.pass_time(hours=73)

    assert "book" in stage.world.opened


async def test_a_reply_after_the_time_is_over_comes_too_late_for_the_branch(stage: Stage) -> None:
    handle = await stage.enroll(CADENCE)
    await stage.pass_time(hours=73)
    await reply(stage, handle)  # answers the nudge, that no branch asks about

    assert await handle.result() is EndReason.REPLIED
    assert [step for step, _ in stage.world.texts] == ["hello", "nudge"]
    assert stage.world.closed == [EndReason.REPLIED]


async def test_a_reply_that_no_branch_asks_about_goes_unheeded_where_the_sequence_says_so(
    stage: Stage,
) -> None:
    handle = await stage.enroll("settings: {on_reply: continue}" + CADENCE)
    await stage.pass_time(hours=73)
    await reply(stage, handle)

    assert await handle.result() is EndReason.COMPLETED


async def test_the_same_reply_told_twice_counts_once(stage: Stage) -> None:
    handle = await stage.enroll(CADENCE)
    await stage.pass_time(hours=1)
    message = uuid4()
    await reply(stage, handle, message)
    await reply(stage, handle, message)
    await stage.pass_time(hours=48)

    assert (await handle.query(EnrollmentWorkflow.standing)).ending is None
    await decide(handle, stage.world.opened["book"])
    assert await handle.result() is EndReason.COMPLETED


async def test_a_skipped_text_is_not_sent(stage: Stage) -> None:
    handle = await stage.enroll(CADENCE)
    await stage.pass_time(hours=1)
    await reply(stage, handle)
    await stage.pass_time(hours=48)
    await decide(handle, stage.world.opened["book"], Decision.SKIPPED, segments=0)

    assert await handle.result() is EndReason.COMPLETED
    assert [step for step, _ in stage.world.texts] == ["hello", "bye"]


async def test_a_decision_that_cannot_be_taken_is_refused_and_says_why(stage: Stage) -> None:
    handle = await stage.enroll(
        "steps:\n"
        "  - {id: first, type: manual_text, text: One}\n"
        "  - {id: second, type: manual_text, text: Two}\n"
    )
    await stage.pass_time(minutes=1)
    first = stage.world.opened["first"]

    refusals = [
        (OTHER, Decision.APPROVED, 1, "WrongWorkItem"),
        (first, Decision.APPROVED, 0, "EmptyText"),
    ]
    for item, decision, segments, kind in refusals:
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await decide(handle, item, decision, segments=segments)
        assert isinstance(refused.value.cause, ApplicationError)
        assert refused.value.cause.type == kind
        assert refused.value.cause.message.endswith(("reload the work list", "or skip the step"))

    await decide(handle, first)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await decide(handle, first, Decision.SKIPPED)
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == "AlreadyDecided"
    await stage.pass_time(minutes=1)
    assert [step for step, _ in stage.world.texts] == ["first"]


async def test_an_opt_out_ends_the_enrollment_wherever_it_stands(stage: Stage) -> None:
    handle = await stage.enroll(CADENCE)
    await stage.pass_time(hours=1)
    await handle.signal(EnrollmentWorkflow.end, EndEnrollment(ENROLLMENT, EndReason.OPTED_OUT))

    assert await handle.result() is EndReason.OPTED_OUT
    assert [step for step, _ in stage.world.texts] == ["hello"]
    assert stage.world.closed == [EndReason.OPTED_OUT]


async def test_a_paused_enrollment_sends_nothing_until_it_is_resumed(stage: Stage) -> None:
    start = await stage.now()
    handle = await stage.enroll(CADENCE)
    await stage.pass_time(hours=1)
    await handle.signal(EnrollmentWorkflow.pause, ENROLLMENT)
    await stage.pass_time(days=10)
    assert [step for step, _ in stage.world.texts] == ["hello"]
    assert (await handle.query(EnrollmentWorkflow.standing)).is_paused

    await handle.signal(EnrollmentWorkflow.resume, ENROLLMENT)
    assert await handle.result() is EndReason.COMPLETED
    days = [(step, round((at - start) / timedelta(days=1), 1)) for step, at in stage.world.texts]
    assert days == [("hello", 0), ("nudge", 10.0), ("bye", 11.0)]


async def test_messages_for_another_enrollment_of_the_record_are_passed_over(stage: Stage) -> None:
    handle = await stage.enroll(CADENCE)
    await stage.pass_time(hours=1)
    await handle.signal(EnrollmentWorkflow.end, EndEnrollment(OTHER, EndReason.OPTED_OUT))
    await handle.signal(EnrollmentWorkflow.pause, OTHER)
    await handle.signal(
        EnrollmentWorkflow.reply_received, ReplyReceived(OTHER, uuid4(), await stage.now())
    )

    assert await handle.result() is EndReason.COMPLETED
    assert [step for step, _ in stage.world.texts] == ["hello", "nudge", "bye"]


async def test_a_held_text_is_tried_again_at_the_instant_it_may_go(stage: Stage) -> None:
    start = await stage.now()
    stage.world.outcomes["hello"] = [Held(start + timedelta(hours=9))]
    handle = await stage.enroll(CADENCE)

    assert await handle.result() is EndReason.COMPLETED
    hours = [round((at - start) / timedelta(hours=1)) for _, at in stage.world.texts]
    assert hours == [9, 9 + 72, 9 + 96]


async def test_a_held_text_is_tried_again_at_once_when_it_is_told_to_be(stage: Stage) -> None:
    start = await stage.now()
    stage.world.outcomes["hello"] = [Held(start + timedelta(hours=9))] * 2
    handle = await stage.enroll(CADENCE)
    for _ in range(2):
        await stage.pass_time(hours=1)
        await handle.signal(EnrollmentWorkflow.text_released)
    await stage.pass_time(minutes=1)
    assert [round((at - start) / timedelta(hours=1)) for _, at in stage.world.texts] == [2]


async def test_what_is_told_while_a_text_is_looked_at_is_kept_for_it(stage: Stage) -> None:
    start = await stage.now()
    stage.world.outcomes["hello"] = [Held(start + timedelta(hours=9))]
    run = stage.env.client.get_workflow_handle("enrollment-test")
    stage.world.meanwhile = lambda: run.signal(EnrollmentWorkflow.text_released)
    await stage.enroll(CADENCE)
    await stage.pass_time(minutes=1)
    assert [step for step, _ in stage.world.texts] == ["hello"]


async def test_what_is_told_before_a_text_is_looked_at_shortens_no_wait_of_it(stage: Stage) -> None:
    start = await stage.now()
    stage.world.outcomes["nudge"] = [Held(start + timedelta(hours=80))]
    handle = await stage.enroll(CADENCE)
    await stage.pass_time(hours=1)
    await handle.signal(EnrollmentWorkflow.text_released)
    await handle.result()
    hours = [round((at - start) / timedelta(hours=1)) for _, at in stage.world.texts]
    assert hours == [0, 80, 104]


@pytest.mark.parametrize(
    ("outcome", "ending", "texts"),
    [
        pytest.param(NotSent(), EndReason.COMPLETED, ["bye"], id="a refused text is passed over"),
        pytest.param(
            NotSent(EndReason.UNREACHABLE), EndReason.UNREACHABLE, [], id="a dead number ends it"
        ),
    ],
)
async def test_what_follows_a_text_that_was_refused(
    stage: Stage, outcome: NotSent, ending: EndReason, texts: list[str]
) -> None:
    stage.world.outcomes["hello"] = [outcome]
    handle = await stage.enroll(
        "steps:\n"
        "  - {id: hello, type: automated_text, text: Hello}\n"
        "  - id: answered\n"
        "    type: branch\n"
        "    when: {replied: {to: hello, within: 3d}}\n"
        "    then: [{id: yes, type: automated_text, text: Great}]\n"
        "  - {id: bye, type: automated_text, text: Bye}\n"
    )

    assert await handle.result() is ending
    assert [step for step, _ in stage.world.texts] == texts


@pytest.mark.parametrize(("answer", "text"), [(True, "gold"), (False, "plain")])
async def test_a_branch_asks_the_record_when_it_is_reached(
    stage: Stage, answer: bool, text: str
) -> None:
    stage.world.answer = answer
    handle = await stage.enroll(
        "steps:\n"
        "  - id: tier\n"
        "    type: branch\n"
        "    when: {field: {name: tier, equals: gold}}\n"
        "    then: [{id: gold, type: automated_text, text: Gold}]\n"
        "    else: [{id: plain, type: automated_text, text: Plain}]\n"
    )

    await handle.result()
    assert [step for step, _ in stage.world.texts] == [text]


async def skip_wait(handle: Handle, step_id: str, enrollment_id: UUID = ENROLLMENT) -> None:
    await handle.signal(EnrollmentWorkflow.wait_skipped, WaitSkipped(enrollment_id, step_id))


WAITS = """
steps:
  - {id: hello, type: automated_text, text: Hello}
  - {id: pause, type: wait, for: 2d}
  - {id: more, type: automated_text, text: More}
  - {id: rest, type: wait, for: 1d}
  - {id: bye, type: automated_text, text: Bye}
"""


async def test_a_skipped_wait_is_over_at_once_and_the_next_one_lasts_as_long_as_ever(
    stage: Stage,
) -> None:
    start = await stage.now()
    handle = await stage.enroll(WAITS)
    await stage.pass_time(hours=1)
    for _ in range(2):  # the outbox may tell it twice
        await skip_wait(handle, "pause")
    await skip_wait(handle, "hello")  # no wait
    await skip_wait(handle, "rest", OTHER)  # meant for another enrollment
    await stage.pass_time(hours=1)

    assert [step for step, _ in stage.world.texts] == ["hello", "more"]
    assert await handle.result() is EndReason.COMPLETED
    hours = [(step, round((at - start) / timedelta(hours=1))) for step, at in stage.world.texts]
    assert hours == [("hello", 0), ("more", 1), ("bye", 25)]
    assert dict(stage.world.noted)["pause"] == "skipped"
    assert dict(stage.world.noted)["rest"] == "waited"


async def test_a_skip_that_comes_before_its_wait_begins_is_kept_for_it(stage: Stage) -> None:
    """The database may know that the call is done before the workflow does."""
    start = await stage.now()
    handle = await stage.enroll(
        "steps:\n"
        "  - {id: ring, type: call}\n"
        "  - {id: pause, type: wait, for: 2d}\n"
        "  - {id: bye, type: automated_text, text: Bye}\n"
    )
    await stage.pass_time(minutes=1)
    await skip_wait(handle, "pause")
    await decide(handle, stage.world.opened["ring"], Decision.COMPLETED, segments=0)
    await stage.pass_time(minutes=1)

    assert [step for step, at in stage.world.texts if at - start < timedelta(hours=1)] == ["bye"]
    assert await handle.result() is EndReason.COMPLETED


async def test_a_skipped_wait_shortens_no_quiet_hours_and_no_pause(stage: Stage) -> None:
    start = await stage.now()
    stage.world.outcomes["more"] = [Held(start + timedelta(hours=9))]
    handle = await stage.enroll(WAITS)
    await stage.pass_time(hours=1)
    await handle.signal(EnrollmentWorkflow.pause, ENROLLMENT)
    await skip_wait(handle, "pause")
    await stage.pass_time(hours=1)
    assert len(stage.world.outcomes["more"]) == 1  # nobody tried

    await handle.signal(EnrollmentWorkflow.resume, ENROLLMENT)
    await skip_wait(handle, "more")  # what is held is no wait
    assert await handle.result() is EndReason.COMPLETED
    hours = [(step, round((at - start) / timedelta(hours=1))) for step, at in stage.world.texts]
    assert hours == [("hello", 0), ("more", 9), ("bye", 33)]


async def test_a_wait_behind_a_reply_is_written_down_when_it_begins(stage: Stage) -> None:
    handle = await stage.enroll(
        "steps:\n"
        "  - {id: hello, type: automated_text, text: Hello}\n"
        "  - id: answered\n"
        "    type: branch\n"
        "    when: {replied: {to: hello, within: 3d}}\n"
        "    then: [{id: breathe, type: wait, for: 2h}, {id: ring, type: call}]\n"
        "    else: [{id: nudge, type: automated_text, text: Hm}]\n"
    )
    await stage.pass_time(hours=1)
    await reply(stage, handle)
    await stage.pass_time(minutes=1)
    assert stage.world.asked_for_replies == ["answered"]
    await skip_wait(handle, "breathe")
    await stage.pass_time(minutes=1)
    assert "ring" in stage.world.opened


async def test_a_call_and_an_email_are_completed_and_a_task_skipped(stage: Stage) -> None:
    handle = await stage.enroll(
        "steps:\n"
        "  - {id: ring, type: call}\n"
        "  - {id: offer, type: email, subject: Your bike}\n"
        "  - {id: prepare, type: task}\n"
    )
    await stage.pass_time(minutes=1)
    await decide(handle, stage.world.opened["ring"], Decision.COMPLETED, segments=0)
    await stage.pass_time(minutes=1)
    await decide(handle, stage.world.opened["offer"], Decision.COMPLETED, segments=0)
    await stage.pass_time(minutes=1)
    await decide(handle, stage.world.opened["prepare"], Decision.SKIPPED, segments=0)

    assert await handle.result() is EndReason.COMPLETED
    assert stage.world.noted[-3:] == [
        ("ring", "completed"),
        ("offer", "completed"),
        ("prepare", "skipped"),
    ]


async def test_an_automated_text_and_its_wait_cost_at_most_twelve_events(stage: Stage) -> None:
    async def events(texts: int) -> int:
        steps = "".join(
            f"  - {{id: text{n}, type: automated_text, text: Hello}}\n"
            f"  - {{id: wait{n}, type: wait, for: 1d}}\n"
            for n in range(texts)
        )
        handle = await stage.enroll(
            f"steps:\n{steps}  - {{id: last, type: automated_text, text: Bye}}\n"
        )
        await handle.result()
        return len((await handle.fetch_history()).events)

    assert await events(11) - await events(1) <= 10 * 12


async def test_a_long_history_is_left_behind_and_nothing_is_done_twice(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effects, "HISTORY_LIMIT", 20)
    start = await stage.now()
    handle = await stage.enroll(CADENCE)
    await stage.pass_time(hours=1)
    for _ in range(12):  # a talkative customer
        await reply(stage, handle)
        await stage.pass_time(minutes=1)
    await stage.pass_time(days=2)
    await decide(handle, stage.world.opened["book"])

    assert await handle.result() is EndReason.COMPLETED
    days = [(step, round((at - start) / timedelta(days=1), 1)) for step, at in stage.world.texts]
    assert days == [("hello", 0), ("book", 2.1), ("bye", 3.1)]
    first = await stage.env.client.get_workflow_handle(
        handle.id, run_id=handle.first_execution_run_id
    ).describe()
    assert first.status is not None
    assert first.status.name == "CONTINUED_AS_NEW"
