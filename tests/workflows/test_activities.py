"""What workflows ask for (workflows/activities.py) and what a worker has must be the same: Temporal goes by names."""

import ast
import inspect
from collections.abc import Callable
from typing import Any

import pytest
from temporalio import activity

import worker
from activities.enrollments import EnrollmentActivities
from activities.media import MediaFetcher
from activities.outbox import OutboxActivities
from activities.reconciliation import Reconciler
from activities.retention import Retainer
from activities.sending import TextSender
from tests.workflows.conftest import World
from workflows import activities

# The SDK keeps what @activity.defn says of a function here, and offers no other way to read it.
definition = activity._Definition.from_callable


def definitions(place: object) -> dict[str, tuple[Any, Any]]:
    """Return the activities of a module or a class: by name, what they take and what they return."""
    found = [definition(each) for _, each in inspect.getmembers(place, inspect.isroutine)]
    return {each.name or "": (each.arg_types, each.ret_type) for each in found if each}


ASKED = definitions(activities)


@pytest.mark.parametrize(
    "world",
    [
        [TextSender, EnrollmentActivities, OutboxActivities, MediaFetcher, Reconciler, Retainer],
        [World],
    ],
)
def test_what_workflows_ask_for_is_what_activities_take_and_return(
    world: list[Callable[..., Any]],
) -> None:
    done: dict[str, Any] = {}
    for part in world:
        assert not done.keys() & definitions(part).keys()
        done |= definitions(part)
    assert len(ASKED) == 11
    assert done == ASKED


def test_every_activity_says_what_it_takes_and_returns() -> None:
    assert [name for name, (takes, returns) in ASKED.items() if takes is None or not returns] == []


def test_the_worker_has_every_activity() -> None:
    """Read from its source, since the list stands where the worker starts."""
    lists = [
        keyword.value
        for node in ast.walk(ast.parse(inspect.getsource(worker)))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "activities"
    ]
    names = [
        each.attr
        for registered in lists
        if isinstance(registered, ast.List)
        for each in registered.elts
        if isinstance(each, ast.Attribute)
    ]
    assert sorted(names) == sorted(ASKED)
