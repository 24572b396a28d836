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
