"""Tests of api/app.py as a whole: what holds for every route."""

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from api.auth import May

WITHOUT_PRIVILEGE = {
    "createSession",  # that is how one gets any
    "getSession",
    "deleteSession",
    "changePassword",  # one's own
    "receiveText",  # signed by the provider
    "receiveStatus",
    "headLinkedMedium",
    "getLinkedMedium",  # by a link we signed, for the provider
    "getLive",
    "getReady",
}


def _routes(app: FastAPI) -> list[APIRoute]:
    found = [context.original_route for context in iter_route_contexts(app.routes)]
    return [route for route in found if isinstance(route, APIRoute)]


def _declares_privilege(dependant: Dependant) -> bool:
    return any(
        isinstance(each.call, May) or _declares_privilege(each) for each in dependant.dependencies
    )


def test_every_route_declares_the_privilege_it_needs(app: FastAPI) -> None:
    routes = _routes(app)
    assert len(routes) > 50
    undeclared = {
        route.operation_id for route in routes if not _declares_privilege(route.dependant)
    }
    assert undeclared == WITHOUT_PRIVILEGE


def test_every_route_has_an_operation_id_of_its_own(app: FastAPI) -> None:
    ids = [route.operation_id for route in _routes(app)]
    assert None not in ids
    assert len(ids) == len(set(ids))
