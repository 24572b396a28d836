"""How the OpenAPI document differs from what FastAPI makes of the routes: its errors and its names."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from api.problems import MEDIA_TYPE, ProblemOut

_REFERENCE = "#/components/schemas/{model}"
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
            _replace(schema)
            app.openapi_schema = _rename(schema)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own documented way


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
                if status == "422" or MEDIA_TYPE in response.get("content", {}):
                    response["content"] = invalid
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
        raise ValueError("two shapes of the API have one name")
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
