"""Tests of api/session, api/auth.py and api/throttle.py: signing in, and staying so."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from api.passwords import hash_password
from db.engine import Sessions
from tests.api.conftest import People, client_of, problem, sign_in
from tests.makers import make_organisation, make_user


@pytest.fixture
async def sam(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        organisation = await make_organisation(session, name="Acme")
        await make_user(
            session,
            organisation.id,
            email="sam@example.com",
            password_hash=hash_password("correct horse"),
        )


@pytest.mark.usefixtures("sam")
async def test_the_token_of_a_sign_in_says_who_is_signed_in(http: httpx.AsyncClient) -> None:
    answer = await http.post(
        "/session", json={"email": " Sam@Example.com", "password": "correct horse"}
    )
    assert answer.status_code == 201
    assert answer.json()["organisation"]["name"] == "Acme"
    http.cookies.clear()
    token = answer.json()["token"]
    who = await http.get("/session", headers={"Authorization": f"Bearer {token}"})
    assert who.json()["user"]["email"] == "sam@example.com"
    assert "token" not in who.json()


@pytest.mark.usefixtures("sam")
async def test_the_cookie_of_a_sign_in_is_out_of_reach_of_scripts(http: httpx.AsyncClient) -> None:
    answer = await http.post(
        "/session", json={"email": "sam@example.com", "password": "correct horse"}
    )
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    # the cookie alone is enough
    assert (await http.get("/session")).status_code == 200


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize(
    ("email", "password"),
    [("sam@example.com", "correct house"), ("nobody@example.com", "correct horse")],
)
async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    http: httpx.AsyncClient, email: str, password: str
) -> None:
    answer = await http.post("/session", json={"email": email, "password": password})
    assert problem(answer) == (401, "wrong-credentials")
    assert answer.json()["detail"] == "This e-mail address and password do not match."


@pytest.mark.usefixtures("sam")
async def test_after_ten_wrong_passwords_even_the_right_one_has_to_wait(
    http: httpx.AsyncClient,
) -> None:
    wrong = {"email": "sam@example.com", "password": "guess"}
    for _ in range(10):
        assert (await http.post("/session", json=wrong)).status_code == 401
    right = {"email": "sam@example.com", "password": "correct horse"}
    answer = await http.post("/session", json=right)
    assert problem(answer) == (429, "too-many-attempts")
    assert 0 < int(answer.headers["retry-after"]) <= 901


async def test_nobody_gets_in_without_a_session(http: httpx.AsyncClient) -> None:
    assert problem(await http.get("/records")) == (401, "not-signed-in")
    made_up = {"Authorization": "Bearer made-up"}
    assert problem(await http.get("/records", headers=made_up)) == (401, "not-signed-in")


async def test_an_expired_session_says_that_it_has_expired(
    app: FastAPI, sessions: Sessions, people: People
) -> None:
    late = await sign_in(app, sessions, people.seller.user, lasts=timedelta(seconds=-1))
    answer = await late.http.get("/records")
    assert problem(answer) == (401, "session-expired")
    assert answer.json()["detail"] == "Your session has expired: sign in again."


async def test_a_token_is_worthless_after_signing_out(people: People) -> None:
    assert (await people.seller.http.delete("/session")).status_code == 204
    assert problem(await people.seller.http.get("/session")) == (401, "not-signed-in")


async def test_whoever_is_no_longer_active_is_no_longer_signed_in(
    sessions: Sessions, people: People
) -> None:
    async with sessions.begin() as session:
        user = await session.merge(people.seller.user)
        user.is_active = False
    assert problem(await people.seller.http.get("/session")) == (401, "not-signed-in")


async def test_only_the_hash_of_a_token_is_stored(app: FastAPI, people: People) -> None:
    # what stands in the database does not sign anybody in
    from api.auth import hash_of

    token = people.seller.http.headers["authorization"].removeprefix("Bearer ")
    async with client_of(app, hash_of(token).hex()) as thief:
        assert (await thief.get("/session")).status_code == 401
