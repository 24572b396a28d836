"""That nothing can be asked of the API without a rule of who may: api/description.py, and where rows are scoped."""

import ast
from collections.abc import Iterator
from inspect import isasyncgenfunction, iscoroutinefunction, isfunction
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from api.app import create_app
from api.description import Operation, operations_of
from domain.privileges import Entity, Privilege
from settings import Settings

OPEN = {
    "createSession",
    "getEmbeddedPage",
    "getLinkedMedium",
    "getLive",
    "getReady",
    "headLinkedMedium",
    "receiveStatus",
    "receiveText",
}
"""What anybody may ask, session or none."""

OWN = {"changePassword", "getSession", "deleteSession"}
"""What everybody may who is signed in, as it concerns nobody else."""

OWNERS = {"owner_user_id", "owner_team_id", "assignee_id"}
SCOPED = {
    "db/visibility.py": "the one place",
    "db/views/queries.py": "a saved view is its owner's or shared; no privilege reaches those of others",
}


@pytest.fixture
def app(settings: Settings, database: AsyncEngine, temporal: Client, tmp_path: Path) -> FastAPI:
    """The application with the pages that it has where its web application is built."""
    return create_app(settings, database, temporal, web=tmp_path)


def _undeclared(app: FastAPI) -> list[str]:
    return [each.name for each in operations_of(app) if not each.needs and each.why is None]


def test_every_operation_says_what_it_needs(app: FastAPI) -> None:
    assert _undeclared(app) == []


def _in_threads(dependant: Dependant) -> Iterator[object]:
    for each in dependant.dependencies:
        yield from _in_threads(each)
        function = each.call
        call = function if isfunction(function) else getattr(function, "__call__", None)  # noqa: B004 - which it is
        if not iscoroutinefunction(call) and not isasyncgenfunction(call):
            yield function


def test_no_request_waits_for_a_thread(app: FastAPI) -> None:
    """What a route depends on is asynchronous: the framework would run it on a thread, and wait for that one."""
    routes = [
        each
        for each in iter_route_contexts(app.routes)
        if isinstance(each.original_route, APIRoute)
    ]
    assert len(routes) > 100
    assert {str(each) for route in routes for each in _in_threads(route.dependant)} == set()


def test_an_operation_that_says_nothing_is_found(app: FastAPI) -> None:
    router = APIRouter(prefix="/secrets")

    @router.get("", operation_id="listSecrets")
    async def list_secrets() -> None:
        """Tell everything to everybody."""

    parent = APIRouter(prefix="/api/v1")
    parent.include_router(router)
    app.include_router(parent)
    assert _undeclared(app) == ["listSecrets"]


def test_what_is_open_is_written_out_here(app: FastAPI) -> None:
    found: dict[str, Operation] = {each.name: each for each in operations_of(app)}
    assert {name for name, each in found.items() if not each.needs} >= OPEN | OWN
    open_ = {name for name, each in found.items() if not each.needs and name not in OWN}
    assert open_ == OPEN


def test_the_description_has_the_needs_and_the_errors_that_go_with_them(app: FastAPI) -> None:
    document = app.openapi()
    operation = document["paths"]["/api/v1/records/{record_id}"]["patch"]
    assert operation["x-needs"] == ["record.write"]
    assert {"401", "403", "404", "413", "422", "503"} <= operation["responses"].keys()
    whole = document["paths"]["/api/v1/messages/{message_id}/media/{position}"]["get"]
    assert whole["x-needs"] == ["conversation.read", "message.read"]
    assert "x-open" in document["paths"]["/api/v1/session"]["post"]
    assert "x-own" in document["paths"]["/api/v1/session"]["get"]
    known = {f"{entity}.{privilege}" for entity in Entity for privilege in Privilege}
    for path in document["paths"].values():
        for each in path.values():
            assert set(each.get("x-needs", ())) <= known


def _modules() -> Iterator[Path]:
    for folder in ("api", "db"):
        yield from (path for path in Path(folder).rglob("*.py") if "migrations" not in path.parts)


@pytest.mark.parametrize("path", list(_modules()), ids=str)
def test_rows_are_scoped_by_whose_they_are_in_one_place_only(path: Path) -> None:
    if str(path) in SCOPED:
        return
    assert list(_scoped_by_hand(path.read_text())) == []


def test_a_row_that_is_scoped_by_hand_is_found() -> None:
    source = "select(Record).where(Record.owner_user_id == actor.user_id)"
    assert list(_scoped_by_hand(source)) == [1]
    assert list(_scoped_by_hand("where(Record.owner_team_id.in_(actor.team_ids))")) == [1]


def _scoped_by_hand(source: str) -> Iterator[int]:
    """Yield the lines that compare an owner's column with who asks."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            parts = [node.func.value, *node.args]
        else:
            continue
        sides = [ast.dump(part) for part in parts]
        of_owner = [part for part in parts if getattr(part, "attr", None) in OWNERS]
        if of_owner and any("Name(id='actor'" in side for side in sides):
            yield node.lineno
