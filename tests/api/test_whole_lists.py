"""Every list of the API × every role: all its pages together hold what may be seen, once each, and nothing else.

Which operations are lists is told by the API's own description; what each must hold, by tests/api/lists.py.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from db.tables import Conversation, Enrollment, PhoneNumber, Record, Template, WorkItem
from domain.privileges import Level, Need
from tests.api.conftest import client_of
from tests.api.lists import NOT_OF_ROWS, RULES, Case, Rows, View, add_rows, askers_of, ids_of
from tests.api.matrix import (
    KINDS,
    REACHED,
    ROLES,
    Asker,
    Whose,
    World,
    api_of_world,
    description,
    make_world,
)
from trial.postgres import EmbeddedPostgres

pytestmark = pytest.mark.asyncio(loop_scope="module")

DOCUMENT = description()


@dataclass(frozen=True)
class List:
    """An operation that answers with several things, or with how many there are."""

    name: str
    path: str
    needs: frozenset[str]
    has_pages: bool
    by_id: frozenset[str]
    """Parameters that name something else by its id."""


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _is_array_of_things(schema: dict[str, Any]) -> bool:
    found = [_resolved(each) for each in (schema, *schema.get("anyOf", ()))]
    return any(
        each.get("type") == "array" and _resolved(each["items"]).get("type") != "string"
        for each in found
    )


def _is_list(operation: dict[str, Any]) -> bool:
    """Return whether an answer holds several things, counts them, or is a file of whatever."""
    content = operation["responses"]["200"].get("content", {})
    if "application/json" not in content:
        return True
    schema = _resolved(content["application/json"]["schema"])
    properties = [_resolved(each) for each in schema.get("properties", {}).values()]
    return (
        _is_array_of_things(schema)
        or any(_is_array_of_things(each) for each in properties)
        or all(each.get("type") == "integer" for each in properties)
    )


def _names_something(parameter: dict[str, Any]) -> bool:
    schema = parameter["schema"]
    return any(each.get("format") == "uuid" for each in (schema, *schema.get("anyOf", ())))


LISTS = {
    operation["operationId"]: List(
        name=operation["operationId"],
        path=path.removeprefix("/api/v1"),
        needs=frozenset(operation["x-needs"]),
        has_pages={"limit", "after"} <= {each["name"] for each in operation.get("parameters", ())},
        by_id=frozenset(
            each["name"] for each in operation.get("parameters", ()) if _names_something(each)
        ),
    )
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    if method == "get" and "x-needs" in operation and _is_list(operation)
}


@dataclass
class Lists:
    world: World
    rows: Rows
    app: FastAPI


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lists(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Lists]:
    async with api_of_world(postgres, tmp_path_factory.mktemp("home")) as (app, sessions):
        async with sessions.begin() as session:
            world = await make_world(session)
        async with sessions.begin() as session:
            await add_rows(session, world)
        async with sessions() as session:
            rows = await Rows.read(session)
        yield Lists(world, rows, app)


async def test_every_list_has_a_rule() -> None:
    unknown = LISTS.keys() - RULES.keys() - NOT_OF_ROWS.keys()
    assert not unknown, f"say in tests/api/lists.py what these hold: {sorted(unknown)}"
    assert RULES.keys() | NOT_OF_ROWS.keys() <= LISTS.keys()
    assert not RULES.keys() & NOT_OF_ROWS.keys()


async def test_the_rules_tell_of_each_object_what_the_matrix_does(lists: Lists) -> None:
    tables = {
        "record_id": Record,
        "conversation_id": Conversation,
        "enrollment_id": Enrollment,
        "work_item_id": WorkItem,
        "number_id": PhoneNumber,
        "template_id": Template,
    }
    for asker in lists.world.askers.values():
        if asker.role not in ROLES:
            continue
        view = View(lists.rows, asker)
        seen = {
            "record_id": view.records(),
            "conversation_id": view.conversations(),
            "enrollment_id": view.enrollments(),
            "work_item_id": view.work_items(),
            "number_id": view.owned(PhoneNumber, KINDS["number_id"].entity),
            "template_id": view.templates(),
        }
        for (kind, whose, role), row_id in lists.world.objects.items():
            if kind in tables and role == asker.role:
                level = view.level(*KINDS[kind].seen)
                reached = REACHED[whose]
                expected = reached is not None and level is not None and level >= reached
                found = row_id in map(str, ids_of(seen[kind]))
                assert found is expected, (kind, whose, role)
    assert {whose for _, whose, _ in lists.world.objects} == set(Whose)


@pytest.mark.parametrize("name", sorted(RULES))
async def test_a_list_holds_what_may_be_seen_and_nothing_else(name: str, lists: Lists) -> None:
    wrong = []
    asked: list[Mapping[Need, Level]] = []
    for asker in askers_of(lists.world):
        view = View(lists.rows, asker)
        async with client_of(lists.app, asker.token) as http:
            # a role that is another's in all but its name is asked for whole lists only
            wrong += await _differences(LISTS[name], view, http, whole=asker.grants in asked)
        asked.append(asker.grants)
    assert wrong == [], "\n".join(wrong[:20])


async def _differences(
    operation: List, view: View, http: httpx.AsyncClient, *, whole: bool
) -> list[str]:
    lacking = operation.needs - _held(view.asker)
    cases = list(RULES[operation.name].cases(view))
    # whatever names another thing is asked for with everybody's
    named = {name for case in cases for name in (*case.path, *case.query)}
    assert operation.by_id <= named, f"ask for another's, too: {operation.by_id - named}"
    if lacking:
        answer = await _ask(operation, cases[0], http)
        return [] if answer.status_code == 403 else [f"{view.asker.role}: {answer.status_code}"]
    found = []
    for case in cases[:1] if whole else cases:
        if difference := await _difference(operation, case, http):
            found.append(f"{view.asker.role}, {dict(case.path)} {dict(case.query)}: {difference}")
    return found


async def _difference(operation: List, case: Case, http: httpx.AsyncClient) -> str | None:
    """Walk all pages of a list; return how it differs from what it must hold."""
    if isinstance(case.holds, int):
        answer = await _ask(operation, case, http)
        right = answer.status_code == case.holds
        return None if right else f"{answer.status_code} {answer.text[:200]}; not {case.holds}"
    page = {}
    if operation.has_pages:
        # what is narrowed to one thing's is short; of all else there are pages
        is_narrowed = operation.by_id & {*case.path, *case.query}
        page["limit"] = str(max(1, 200 if is_narrowed else len(case.holds) * 3 // 5))
    shown: list[str] = []
    while True:
        answer = await _ask(operation, case, http, **page)
        if answer.status_code != 200:
            return f"{answer.status_code} {answer.text[:200]}"
        shown += RULES[operation.name].shown(answer)
        after = answer.json()["next"] if operation.has_pages else None
        if after is None:
            break
        if len(shown) > 2 * len(case.holds) + 2:
            return f"{len(shown)} and no end: not {len(case.holds)}"
        page["after"] = after
    if sorted(shown) == sorted(case.holds):
        return None
    expected = set(case.holds)
    twice = sorted(
        {each for each in shown if shown.count(each) > case.holds.count(each)} & expected
    )
    return (
        f"too much: {sorted(set(shown) - expected)}; missing: {sorted(expected - set(shown))}; "
        f"twice: {twice}"
    )


async def _ask(operation: List, case: Case, http: httpx.AsyncClient, **page: str) -> httpx.Response:
    return await http.get(operation.path.format(**case.path), params={**case.query, **page})


def _held(asker: Asker) -> set[str]:
    return {f"{entity}.{privilege}" for entity, privilege in asker.grants}
