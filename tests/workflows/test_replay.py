"""The histories in histories/ (record.py says how they come about) against the code as it is now.

Runs of last week go on in today's code: a change that would make one of them stumble fails here first.
"""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from tests.workflows.record import HISTORIES, IDENTITY, STORIES, WORDS
from worker import RUNNER, WORKFLOWS

RUNS = sorted(file.stem for file in HISTORIES.glob("*.json"))
E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def history_of(story: str) -> str:
    return (HISTORIES / f"{story}.json").read_text()


async def replay(history: str) -> None:
    replayer = Replayer(
        workflows=WORKFLOWS, workflow_runner=RUNNER, data_converter=pydantic_data_converter
    )
    await replayer.replay_workflow(WorkflowHistory.from_json("enrollment-test", history))


def words_of(value: Any) -> Iterator[str]:
    """Yield every word of a history, keys too, and what its payloads hold when they are decoded."""
    match value:
        case {"metadata": {"encoding": str(encoding)}, **payload}:
            yield base64.b64decode(encoding).decode()
            yield base64.b64decode(str(payload.get("data", ""))).decode()
        case dict():
            for key, inner in value.items():
                yield key
                yield from words_of(inner)
        case list():
            for inner in value:
                yield from words_of(inner)
        case _:
            yield str(value)


def values_of(value: Any, key: str) -> Iterator[str]:
    """Yield what stands under `key`, wherever it is in a history."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict) and key in value:
        yield value[key]
    for each in inner:
        yield from values_of(each, key)


@pytest.mark.parametrize("run", RUNS)
async def test_a_run_begun_before_goes_on_in_the_code_of_today(run: str) -> None:
    await replay(history_of(run))


@pytest.mark.parametrize("activity", ["send_step_text", "find_reply", "close_enrollment"])
async def test_a_run_that_this_code_would_not_have_done_so_is_noticed(activity: str) -> None:
    history = history_of("a_customer_says_nothing")
    done = f'"activityType":{{"name":"{activity}"}}'
    assert done in history
    with pytest.raises(NondeterminismError):
        await replay(history.replace(done, done.replace(activity, "open_work_item"), 1))


def test_every_story_has_its_history() -> None:
    told = {re.sub(r"_[0-9]+$", "", run) for run in RUNS}
    assert told == {story.__name__ for story in STORIES}


def test_every_workflow_has_a_history() -> None:
    started = {
        json.loads(history_of(run))["events"][0]["workflowExecutionStartedEventAttributes"][
            "workflowType"
        ]["name"]
        for run in RUNS
    }
    assert started == {"Enrollment", "Text", "RelayOutbox", "Retain"}


def test_a_run_that_was_continued_as_new_hands_over_its_state() -> None:
    first, second = (
        json.loads(history_of(f"a_long_history_is_continued_as_new_{number}")) for number in (1, 2)
    )
    assert len(first["events"]) > 1_000
    assert first["events"][-1]["eventType"] == "EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW"
    begun = second["events"][0]["workflowExecutionStartedEventAttributes"]["input"]
    state = json.loads(next(word for word in words_of(begun) if word.startswith("{")))
    assert list(state["progress"]["done"]) == ["hello", "pause", "answered"]
    assert (len(state["replies"]), len(state["opened"])) == (1, 1)


@pytest.mark.parametrize("run", RUNS)
def test_a_history_holds_no_name_no_number_and_no_text(run: str) -> None:
    words = "\n".join(words_of(json.loads(history_of(run))))
    assert "json/plain" in words  # what the payloads hold was read
    assert [word for word in WORDS if word.lower() in words.lower()] == []
    assert E164.findall(words) == []


@pytest.mark.parametrize("run", RUNS)
def test_a_history_does_not_name_the_machine_it_was_recorded_on(run: str) -> None:
    history = json.loads(history_of(run))
    assert set(values_of(history, "identity")) <= {IDENTITY}
    assert "@" not in "\n".join(words_of(history))
