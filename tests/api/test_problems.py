from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from temporalio.client import Client

from api.app import create_app
from db.engine import create_engine
from settings import Settings
from tests.api.conftest import People, client_of, problem


async def test_a_malformed_body_names_each_field_and_repeats_no_value(people: People) -> None:
    answer = await people.administrator.http.post(
        "/users", json={"email": "no address", "first_name": "A", "password": "short", "colour": 1}
    )
    assert problem(answer) == (422, "invalid-request")
    assert {error["path"] for error in answer.json()["errors"]} == {
        "email",
        "last_name",
        "password",
        "colour",
    }
    assert "short" not in answer.text.replace("shorter", "")
    assert "no address" not in answer.text


async def test_what_is_no_json_is_a_problem_too(people: People) -> None:
    answer = await people.administrator.http.post(
        "/users", content="{", headers={"Content-Type": "application/json"}
    )
    assert problem(answer) == (422, "invalid-request")


async def test_an_unknown_address_and_a_wrong_method_are_problems_too(people: People) -> None:
    assert problem(await people.seller.http.get("/nothing")) == (404, "not-found")
    assert problem(await people.seller.http.put("/records")) == (405, "method-not-allowed")


async def test_a_body_of_two_megabytes_is_too_large(people: People) -> None:
    answer = await people.seller.http.post("/records", json={"first_name": "x" * 2_000_000})
    assert problem(answer) == (413, "too-large")


async def test_a_database_that_is_away_is_said_to_be(settings: Settings, temporal: Client) -> None:
    nowhere = create_engine("postgresql://nobody@127.0.0.1:1/nothing", pool_size=1)
    blind = create_app(settings, nowhere, temporal)
    async with client_of(blind, "some token") as client:
        answer = await client.get("/records")
    assert problem(answer) == (503, "database-away")
    assert answer.headers["retry-after"] == "2"


async def test_an_unforeseen_error_shows_nothing_of_the_inside(app: FastAPI) -> None:
    @app.get("/api/v1/broken")
    async def broken() -> None:
        raise RuntimeError("the secret of the house")

    async with client_of(app, shows_errors=False) as client:
        answer = await client.get("/broken")
    assert problem(answer) == (500, "internal-error")
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "body", "told"),
    [
        ("GET", "/records/nope", None, "path.record_id: This is no id: take one from a list."),
        ("POST", "/work-items", {}, "record_id: This is missing."),
        (
            "POST",
            "/records",
            {"colour": "red"},
            "colour: There is no such field: check the spelling.",
        ),
        ("GET", "/records?owner=mine", None, "query.owner: Choose one of 'me' or 'team'."),
        (
            "POST",
            "/enrollments",
            {"sequence": "x", "record_ids": [str(UUID(int=1))] * 1001},
            "record_ids: There are 1001 here: at most 1000 go at once.",
        ),
        (
            "POST",
            "/absences",
            {"starts_at": "2026-07-02T09:00:00", "ends_at": "2026-07-01T09:00:00Z"},
            "starts_at: Say the offset from UTC, as in 2026-07-01T09:00:00Z.",
        ),
        (
            "POST",
            "/absences",
            {"starts_at": "0001-01-01T00:00:00+14:00", "ends_at": "2026-07-01T09:00:00Z"},
            "starts_at: the years 1 to 9999 have no such instant",
        ),
    ],
)
async def test_what_is_wrong_with_a_request_is_said_in_words(
    people: People, method: str, path: str, body: Any, told: str
) -> None:
    answer = await people.seller.http.request(method, path, json=body)
    assert problem(answer) == (422, "invalid-request")
    assert told in [f"{each['path']}: {each['message']}" for each in answer.json()["errors"]]
