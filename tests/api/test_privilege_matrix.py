"""Every operation of the API × every role × whose the object is, from the API's own description.

An operation about a kind of object that tests/api/matrix.py does not know, or with a body that it does not have, fails:
whoever adds one says there what the matrix needs. So does a field of a body that names an object without a rule in
tests/api/naming.py. Each call is undone, so that the world is made once.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from domain.privileges import Entity, Level, Need, Privilege
from tests.api import naming
from tests.api.conftest import client_of
from tests.api.matrix import (
    BODIES,
    KINDS,
    PARTS,
    QUERIES,
    REACHED,
    ROLES,
    UPLOADS,
    Asker,
    Kind,
    Whose,
    World,
    always,
    api_of_world,
    description,
    make_world,
)
from tests.api.naming import FIELDS, Named
from trial.postgres import EmbeddedPostgres

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNCHECKED = {"streamEvents": "it never ends; who hears what is tested in test_events.py"}

ON_OTHERS: dict[str, tuple[Need, ...]] = {
    "removeAbsence": ((Entity.WORK_ITEM, Privilege.ASSIGN),),
}
"""What must reach the object though it is of another entity's."""

AT_LEAST = {
    "importWithdrawals": Level.ORGANISATION,
    "putWorkListSettings": Level.BUSINESS_UNIT,
}
"""How far the privilege must reach where there is no object: what it changes is more than one's own."""

MADE_THERE = {"saveDraft"}
"""What makes an object where there is none of the name."""

HIDDEN = {"view_id": {Whose.UNIT}}
"""What its owner alone sees, whatever the privilege."""

WRITTEN_BY = {
    "message_id": {Whose.TEAM: Whose.OTHER},
    "note_id": {Whose.TEAM: Whose.OTHER},
}
"""Texts and notes are their author's, be they about a record of a team: that one is a colleague of another unit."""


@dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str
    parameters: tuple[str, ...]
    needs: tuple[Need, ...]
    has_body: bool
    fields: frozenset[str]
    """Those of its body that name something."""

    @property
    def kind(self) -> Kind | None:
        return KINDS[self.parameters[0]] if self.parameters else None


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if needs := operation.get("x-needs"):
                name = operation["operationId"]
                asked = operation.get("parameters", ())
                yield (
                    name,
                    Operation(
                        name=name,
                        method=method.upper(),
                        path=path,
                        parameters=tuple(each["name"] for each in asked if each["in"] == "path"),
                        needs=tuple(_need(each) for each in needs),
                        has_body=operation.get("requestBody", {}).get("required", False),
                        fields=frozenset(naming.fields_of(document, operation)),
                    ),
                )


def _need(written: str) -> Need:
    entity, _, privilege = written.partition(".")
    return Entity(entity), Privilege(privilege)


OPERATIONS = dict(_operations(description()))
"""Every operation that needs a privilege."""


@dataclass
class Matrix:
    world: World
    app: FastAPI


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def matrix(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Matrix]:
    async with api_of_world(postgres, tmp_path_factory.mktemp("home")) as (app, sessions):
        async with sessions.begin() as session:
            world = await make_world(session)
        yield Matrix(world, app)


@pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - UNCHECKED))
async def test_who_may_do_it_with_whose(name: str, matrix: Matrix) -> None:
    operation = OPERATIONS[name]
    if operation.has_body and name not in BODIES.keys() | UPLOADS.keys():
        pytest.fail(f"{name} needs a body: give it one in tests/api/matrix.py")
    for parameter in operation.parameters:
        if parameter not in KINDS.keys() | PARTS:
            pytest.fail(f"{name} is about a {parameter}: make one in tests/api/matrix.py")
    wrong = [
        f"{asker.role}, {whose.value if whose else 'nothing'}: {answer.status_code} {answer.text[:300]}; "
        f"expected {expected}"
        for asker in matrix.world.askers.values()
        for whose in (operation.kind.whose if operation.kind else (None,))
        for expected in [_expected(operation, asker, whose)]
        for answer in [await _ask(matrix, operation, asker, whose)]
        if not _is(answer, expected)
    ]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize(
    ("name", "field"),
    [(name, field) for name, each in sorted(OPERATIONS.items()) for field in sorted(each.fields)],
)
async def test_who_may_name_whose_in_a_body(name: str, field: str, matrix: Matrix) -> None:
    named = FIELDS.get(name, {}).get(field)
    if named is None:
        pytest.fail(f"the body of {name} names something with {field}: say whose in naming.py")
    operation, world = OPERATIONS[name], matrix.world
    wrong = []
    for asker in world.askers.values():
        if any(need not in asker.grants for need in operation.needs):
            continue
        about = _about(operation, named, world, asker)
        beside: dict[str, Any] = {}
        for body in (BODIES.get(name, always()), named.body):
            beside |= body(world, asker, "".join(about))
        for whose in named.asked:
            id_ = world.id_of(named.kind, whose, asker)
            sent = beside | naming.holding(field, id_)
            response = await _send(matrix, operation, asker, about, json=sent)
            answered = named.answer_of(response, field, id_)
            expected = named.answers(asker, whose)
            if answered not in expected:
                wrong.append(f"{asker.role}, {whose.value}: {answered}; expected {expected}")
    assert wrong == [], "\n".join(wrong)


def _about(operation: Operation, named: Named, world: World, asker: Asker) -> tuple[str, ...]:
    """Return what stands in the path of an operation whose body names something: the asker's own, if it can be."""
    if operation.kind is None:
        return ()
    whose = operation.kind.whose
    kind, of = named.of or (
        operation.parameters[0],
        Whose.OWN if Whose.OWN in whose else whose[0],
    )
    return (world.id_of(kind, of, asker),)


async def test_nothing_is_left_out() -> None:
    """Every role asks every operation of every object there is."""
    cells = [
        (name, role, whose)
        for name, operation in OPERATIONS.items()
        if name not in UNCHECKED
        for role in ROLES
        for whose in (operation.kind.whose if operation.kind else (None,))
    ]
    assert len(cells) == len(set(cells))
    assert {name for name, _, _ in cells} | UNCHECKED.keys() == OPERATIONS.keys()
    assert BODIES.keys() <= OPERATIONS.keys()
    assert UPLOADS.keys() <= OPERATIONS.keys()
    assert QUERIES.keys() <= OPERATIONS.keys()
    assert {(name, field) for name, fields in FIELDS.items() for field in fields} == {
        (name, field) for name, each in OPERATIONS.items() for field in each.fields
    }


async def test_a_field_that_names_something_is_found_wherever_it_stands() -> None:
    document = {
        "components": {
            "schemas": {
                "Body": {
                    "properties": {
                        "text": {"type": "string"},
                        "record_id": {"anyOf": [{"format": "uuid"}, {"type": "null"}]},
                        "items": {"items": {"$ref": "#/components/schemas/Item"}},
                    }
                },
                "Item": {
                    "properties": {
                        "ids": {"items": {"format": "uuid"}},
                        "then": {"$ref": "#/components/schemas/Item"},
                    }
                },
            }
        }
    }
    schema = {"$ref": "#/components/schemas/Body"}
    operation = {"requestBody": {"content": {"application/json": {"schema": schema}}}}
    assert naming.fields_of(document, operation) == {"record_id", "items[].ids[]"}
    assert naming.holding("items[].ids[]", "7") == {"items": [{"ids": ["7"]}]}


async def _ask(
    matrix: Matrix, operation: Operation, asker: Asker, whose: Whose | None
) -> httpx.Response:
    values = {
        parameter: matrix.world.id_of(parameter, whose, asker)
        if (parameter, whose, asker.role) in matrix.world.objects and whose is not None
        else "0"
        for parameter in operation.parameters
    }
    sent: dict[str, Any] = dict(UPLOADS.get(operation.name, {}))
    if operation.name in BODIES:
        first = values[operation.parameters[0]] if operation.parameters else ""
        sent["json"] = BODIES[operation.name](matrix.world, asker, first)
    return await _send(matrix, operation, asker, tuple(values.values()), **sent)


async def _send(
    matrix: Matrix, operation: Operation, asker: Asker, ids: tuple[str, ...], **sent: Any
) -> httpx.Response:
    async with client_of(matrix.app, asker.token, shows_errors=False) as http:
        values = dict(zip(operation.parameters, ids, strict=True))
        path = operation.path.removeprefix("/api/v1").format(**values)
        return await http.request(
            operation.method, path, params=_asked(operation.name, matrix.world, asker), **sent
        )


def _asked(name: str, world: World, asker: Asker) -> dict[str, str]:
    return QUERIES[name](world, asker, "") if name in QUERIES else {}


def _expected(operation: Operation, asker: Asker, whose: Whose | None) -> set[str] | int:
    """Return what the answer must be: 404, let through (0), or 403 for lack of one of these privileges."""
    lacking = {need for need in operation.needs if need not in asker.grants}
    if lacking:
        return {f"{entity}.{privilege}" for entity, privilege in lacking}
    if operation.kind is None or whose is None:
        least = AT_LEAST.get(operation.name, Level.USER)
        low = {need for need in operation.needs if asker.grants[need] < least}
        return {f"{entity}.{privilege}" for entity, privilege in low} or 0
    if whose is Whose.STRANGER and operation.name in MADE_THERE:
        return 0
    seen = set(operation.kind.seen)
    if operation.kind.entity is Entity.CONVERSATION:
        seen |= {need for need in operation.needs if need[0] is Entity.TRANSCRIPT}
    if not _reaches(asker, tuple(seen), whose):
        return 404
    if whose in HIDDEN.get(operation.parameters[0], ()):
        return 404
    by = WRITTEN_BY.get(operation.parameters[0], {}).get(whose, whose)
    done = [
        need
        for need in operation.needs
        if need[0] is operation.kind.entity and need[1] not in (Privilege.READ, Privilege.CREATE)
    ]
    short = {
        need
        for need in (*done, *ON_OTHERS.get(operation.name, ()))
        if not _reaches(asker, (need,), by)
    }
    return {f"{entity}.{privilege}" for entity, privilege in short} or 0


def _reaches(asker: Asker, needs: tuple[Need, ...], whose: Whose) -> bool:
    reached = REACHED[whose]
    return reached is not None and all(asker.grants.get(need, 0) >= reached for need in needs)


def _is(answer: httpx.Response, expected: set[str] | int) -> bool:
    if isinstance(expected, set):
        if answer.status_code != 403:
            return False
        return answer.json()["errors"][0]["path"] in expected
    if expected == 404:
        return answer.status_code == 404
    # the provider is out of reach here
    return answer.status_code not in (401, 403, 404) and (
        answer.status_code < 500 or answer.status_code == 502
    )
