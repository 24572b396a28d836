"""How the API says no: one shape (RFC 9457) for every error, from one set of handlers.

A program switches on `type`, a person reads `detail`. Nothing of the inside is shown: no stack, no SQL, and
never the value that was refused, since it may be a password.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final, Union

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from db.pages import InvalidCursor
from domain.privileges import Entity, Privilege

_log = logging.getLogger(__name__)

UNSTORABLE: Final = (DataError, psycopg.DataError)
"""What PostgreSQL says of words it cannot store, or that are too long for their column."""

MEDIA_TYPE = "application/problem+json"


class ProblemError(BaseModel):
    """One thing that is wrong with what was sent: where, if it has a place, and what to do."""

    path: str | None = None
    line: int | None = None
    message: str


class ProblemOut(BaseModel):
    """An error as RFC 9457 describes it, some with members of their own."""

    model_config = ConfigDict(title="Problem", extra="allow")

    type: str
    title: str
    status: int
    detail: str
    errors: list[ProblemError] | None = None


class Problem(Exception):
    """An answer that says no. `slug` is what programs switch on, `detail` what people read.

    `more` are members that only this kind of problem has.
    """

    def __init__(
        self,
        status: int,
        slug: str,
        detail: str,
        *,
        errors: Sequence[ProblemError] | None = None,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.slug = slug
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})
        self.more = dict(more or {})


def not_found(what: str) -> Problem:
    """Return the answer for what does not exist, or must not be seen to exist."""
    return Problem(404, "not-found", f"There is no such {what}, or it is not yours to see.")


def missing_privilege(entity: Entity, privilege: Privilege) -> Problem:
    """Return the answer for a privilege that the signed-in person's roles do not give."""
    rows = entity.value if entity.value.endswith("s") else f"{entity.value}s"
    what = f"{privilege.value} {rows}".replace("_", " ")
    return Problem(
        403,
        "missing-privilege",
        f"Your roles do not let you {what} here: ask an administrator.",
        errors=[ProblemError(path=f"{entity.value}.{privilege.value}", message=f"May not {what}.")],
    )


def invalid(path: str, message: str, *, slug: str = "invalid-request") -> Problem:
    """Return the answer for one field of a body that cannot be accepted as it is."""
    return Problem(422, slug, message, errors=[ProblemError(path=path, message=message)])


@contextmanager
def refuse_taken(constraint: str, path: str, message: str) -> Iterator[None]:
    """Answer 409 `taken` if the block runs into the unique constraint of this name."""
    try:
        yield
    except IntegrityError as error:
        broken = error.orig.diag.constraint_name if isinstance(error.orig, psycopg.Error) else None
        if broken != constraint:
            raise
        raise Problem(
            409, "taken", message, errors=[ProblemError(path=path, message=message)]
        ) from error


@contextmanager
def refuse_in_use(what: str) -> Iterator[None]:
    """Answer 409 `in-use` if the block deletes what other rows refer to."""
    try:
        yield
    except IntegrityError as error:
        if not isinstance(error.orig, psycopg.errors.ForeignKeyViolation):
            raise
        message = f"This {what} is in use: something refers to it."
        raise Problem(409, "in-use", message) from error


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says about the errors of an operation."""
    schema = {"schema": {"$ref": "#/components/schemas/ProblemOut"}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: schema}}
        for status in statuses
    }


def problem_kinds(status: int, *kinds: type[ProblemOut]) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says about an error that may be one of `kinds`, with members of their own."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "model": Union[ProblemOut, *kinds],
        }
    }


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(InvalidCursor, _on_invalid_cursor)
    for unstorable in UNSTORABLE:
        app.add_exception_handler(unstorable, _on_unstorable)
    for away in (OperationalError, InterfaceError, PoolTimeout, psycopg.OperationalError):
        app.add_exception_handler(away, _on_database_away)
    app.add_exception_handler(Exception, _on_unknown)


def body_of(problem: Problem) -> dict[str, Any]:
    """Return `problem` as JSON holds it."""
    body = ProblemOut(
        type=f"urn:touchline:problem:{problem.slug}",
        title=problem.slug.replace("-", " ").capitalize(),
        status=problem.status,
        detail=problem.detail,
        errors=list(problem.errors) if problem.errors is not None else None,
    )
    # what a member of its own holds stays whole, its nulls too
    return body.model_dump(mode="json", exclude_none=True) | problem.more


def answer(problem: Problem) -> JSONResponse:
    """Return `problem` as a response."""
    return JSONResponse(
        body_of(problem),
        status_code=problem.status,
        headers=problem.headers,
        media_type=MEDIA_TYPE,
    )


async def _on_problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)  # noqa: S101 - what it is registered for
    return answer(error)


async def _on_invalid_request(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    found = [
        ProblemError(path=_path(detail["loc"]), message=_in_words(detail))
        for detail in error.errors()
    ]
    detail = "; ".join(
        f"{item.path}: {item.message}" if item.path else item.message for item in found
    )
    return answer(Problem(422, "invalid-request", detail, errors=found))


_IN_WORDS: Final[Mapping[str, str]] = {
    "missing": "This is missing.",
    "extra_forbidden": "There is no such field: check the spelling.",
    "uuid_parsing": "This is no id: take one from a list.",
    "timezone_aware": "Say the offset from UTC, as in 2026-07-01T09:00:00Z.",
    "string_pattern_mismatch": "This is not written as it should be, which is {pattern}.",
    "literal_error": "Choose one of {expected}.",
    "enum": "Choose one of {expected}.",
    "too_long": "There are {actual_length} here: at most {max_length} go at once.",
}
"""What people read in place of the validator's own words, by its kind of error."""


def _in_words(detail: Mapping[str, Any]) -> str:
    words = _IN_WORDS.get(detail["type"])
    if words is None:
        return str(detail["msg"]).removeprefix("Value error, ")
    return words.format_map(detail.get("ctx", {}))


def _path(location: Sequence[str | int]) -> str:
    """Return where a field is: a body's field by its name, another place with that place before it."""
    parts = location[1:] if location[:1] == ("body",) else location
    return ".".join(map(str, parts))


async def _on_http_exception(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    slugs = {404: "not-found", 405: "method-not-allowed", 413: "too-large"}
    details = {
        404: "There is nothing at this address.",
        413: "The request is larger than this address accepts.",
    }
    phrase = HTTPStatus(error.status_code).phrase
    return answer(
        Problem(
            error.status_code,
            slugs.get(error.status_code, phrase.lower().replace(" ", "-")),
            details.get(error.status_code, str(error.detail)),
            headers=error.headers,
        )
    )


async def _on_invalid_cursor(_: Request, error: Exception) -> JSONResponse:
    return answer(invalid("query.after", str(error), slug="invalid-cursor"))


async def _on_unstorable(_: Request, error: Exception) -> JSONResponse:
    detail = "It holds a character that cannot be stored (NUL), or a number that is too large."
    return answer(Problem(422, "invalid-request", detail))


async def _on_database_away(request: Request, error: Exception) -> JSONResponse:
    _log.warning("%s %s: the database is away: %s", request.method, request.url.path, type(error))
    detail = "The database cannot be reached at the moment: try again shortly."
    return answer(Problem(503, "database-away", detail, headers={"Retry-After": "2"}))


async def _on_unknown(request: Request, error: Exception) -> JSONResponse:
    # Starlette logs the error with its stack after this answer
    detail = "Something went wrong on our side. It has been logged; trying again may help."
    return answer(Problem(500, "internal-error", detail))
