"""How the OpenAPI document differs from what FastAPI makes of the routes: needs, errors and names.

Every operation says in it what it needs: `x-needs` are privileges, as its signature has them (api.auth.May); an
operation without says why it is open to all (`x-open`), or concerns only who asks (`x-own`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic.json_schema import models_json_schema

from api.auth import May
from api.problems import MEDIA_TYPE, ProblemOut, problems
from domain.privileges import Need

_REFERENCE = "#/components/schemas/{model}"
_JSON: Final = "application/json"
_OPEN: Final = "x-open"
_OWN: Final = "x-own"
_NOT_OURS = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI) -> None:
    """Make `app.openapi()` describe every error as a problem, and name shapes as people read them."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
            )
            for operation in operations_of(app):
                if operation.path in schema["paths"]:
                    _declare(schema["paths"][operation.path], operation)
            _replace(schema)
            app.openapi_schema = _rename(schema)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own documented way


@dataclass(frozen=True)
class Operation:
    """What a route declares; `needs` are privileges such as "record.read", `why` says why there are none."""

    name: str
    path: str
    methods: frozenset[str]
    needs: tuple[str, ...]
    why: str | None


def operations_of(app: FastAPI) -> Iterator[Operation]:
    """Return every route of the application that is ours, in the document or not."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            extra = context.openapi_extra or {}
            needs = sorted(
                f"{entity}.{privilege}" for entity, privilege in _needs(context.dependant)
            )
            yield Operation(
                name=context.operation_id or context.name or "",
                path=context.path_format or "",
                methods=frozenset(context.methods or ()),
                needs=tuple(needs),
                why=extra.get(_OPEN) or extra.get(_OWN),
            )


def open_to_all(why: str) -> dict[str, str]:
    """Declare, as `openapi_extra`, that an operation needs no session."""
    return {_OPEN: why}


def of_oneself(why: str) -> dict[str, str]:
    """Declare, as `openapi_extra`, that an operation needs a session and no privilege."""
    return {_OWN: why}


def _needs(dependant: Dependant) -> set[Need]:
    own = set(dependant.call.needs) if isinstance(dependant.call, May) else set()
    return own.union(*(_needs(each) for each in dependant.dependencies))


def _declare(path: dict[str, Any], declared: Operation) -> None:
    for method in declared.methods:
        operation = path.get(method.lower())
        if operation is None:
            continue
        statuses = [503]
        if declared.needs:
            operation["x-needs"] = list(declared.needs)
            statuses += [401, 403]
        if _OWN in operation:
            statuses.append(401)
        if "requestBody" in operation:
            # no JSON at all, and too much of it
            statuses += [400, 413]
        if operation.get("parameters") or "requestBody" in operation:
            statuses.append(422)
        if any(parameter["in"] == "path" for parameter in operation.get("parameters", ())):
            statuses.append(404)
        for status, response in problems(*statuses).items():
            operation["responses"].setdefault(str(status), response)
        operation["responses"] = dict(sorted(operation["responses"].items()))


def _replace(schema: dict[str, Any]) -> None:
    _, ours = models_json_schema([(ProblemOut, "serialization")], ref_template=_REFERENCE)
    schemas = schema["components"]["schemas"]
    schemas.update(ours["$defs"])
    for name in _NOT_OURS:
        schemas.pop(name, None)
    invalid = {MEDIA_TYPE: {"schema": {"$ref": _REFERENCE.format(model=ProblemOut.__name__)}}}
    for path in schema["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                content = response.get("content", {})
                if status == "422" or MEDIA_TYPE in content:
                    response["content"] = invalid
                elif status >= "400" and _JSON in content:
                    response["content"] = {MEDIA_TYPE: content[_JSON]}
                    if status == "422":
                        response["description"] = "Unprocessable Content"


def _rename(schema: dict[str, Any]) -> dict[str, Any]:
    """Return `schema` with the names people read: WorkItem, not WorkItemOut; WorkItemPage, not Page_WorkItemOut_.

    In Python the names without the suffix are the tables'.
    """
    schemas = schema["components"]["schemas"]
    names = {name: shape["title"] for name, shape in schemas.items() if name.endswith("Out")}
    for name in schemas:
        if name.startswith("Page_"):
            item = name.removeprefix("Page_").removesuffix("_")
            names[name] = f"{names.get(item, item)}Page"
    renamed = {names.get(name, name): shape for name, shape in schemas.items()}
    if len(renamed) < len(schemas):
        new = [names.get(name, name) for name in schemas]
        twice = {name for name in new if new.count(name) > 1}
        raise ValueError(f"two shapes of the API have one name: {', '.join(sorted(twice))}")
    schema["components"]["schemas"] = dict(sorted(renamed.items()))
    references = {
        _REFERENCE.format(model=old): _REFERENCE.format(model=new) for old, new in names.items()
    }
    return {part: _with_references(value, references) for part, value in schema.items()}


def _with_references(part: Any, references: dict[str, str]) -> Any:
    if isinstance(part, dict):
        return {
            key: references.get(value, value)
            if key == "$ref"
            else _with_references(value, references)
            for key, value in part.items()
        }
    if isinstance(part, list):
        return [_with_references(each, references) for each in part]
    return part
