"""Tests of api/session, api/auth.py and api/throttle.py: signing in, and staying so."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from api.passwords import hash_password
from db.engine import Sessions
from db.tables import IdempotencyKey, User
from tests.api.conftest import People, client_of, problem, sign_in
from tests.db.conftest import someone_waits
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


NEW = {"current_password": "correct horse", "new_password": "a better battery"}


async def _sign_in(http: httpx.AsyncClient, password: str) -> httpx.Response:
    credentials = {"email": "sam@example.com", "password": password}
    return await http.post("/session", json=credentials)


@pytest.mark.usefixtures("sam")
async def test_with_a_changed_password_one_signs_in_and_with_the_former_one_no_more(
    http: httpx.AsyncClient,
) -> None:
    await _sign_in(http, "correct horse")
    changed = await http.put("/session/password", json=NEW)
    assert (changed.status_code, changed.content) == (204, b"")
    assert problem(await _sign_in(http, "correct horse")) == (401, "wrong-credentials")
    assert (await _sign_in(http, "a better battery")).status_code == 201


@pytest.mark.usefixtures("sam")
async def test_who_changes_the_password_stays_signed_in_here_and_nowhere_else(
    app: FastAPI, http: httpx.AsyncClient, people: People
) -> None:
    async with client_of(app) as elsewhere:
        for each in (http, elsewhere):
            assert (await _sign_in(each, "correct horse")).status_code == 201
        assert (await http.put("/session/password", json=NEW)).status_code == 204
        assert (await http.get("/session")).status_code == 200
        assert problem(await elsewhere.get("/session")) == (401, "not-signed-in")
    # what others have is left alone
    assert (await people.seller.http.get("/session")).status_code == 200


@pytest.mark.usefixtures("sam")
async def test_whoever_changes_a_password_must_know_the_current_one(
    http: httpx.AsyncClient,
) -> None:
    await _sign_in(http, "correct horse")
    refused = await http.put("/session/password", json=NEW | {"current_password": "a guess"})
    assert problem(refused) == (422, "wrong-password")
    assert refused.json()["detail"] == "This is not your current password."
    assert refused.json()["errors"][0]["path"] == "current_password"
    assert (await _sign_in(http, "correct horse")).status_code == 201


@pytest.mark.usefixtures("sam")
async def test_guesses_of_the_current_password_count_as_those_at_the_sign_in(
    http: httpx.AsyncClient,
) -> None:
    await _sign_in(http, "correct horse")
    for _ in range(10):
        guess = await http.put("/session/password", json=NEW | {"current_password": "a guess"})
        assert guess.status_code == 422
    right = await http.put("/session/password", json=NEW)
    assert problem(right) == (429, "too-many-attempts")
    assert problem(await _sign_in(http, "correct horse")) == (429, "too-many-attempts")


@pytest.mark.usefixtures("sam")
async def test_a_new_password_is_as_long_as_a_first_one(http: httpx.AsyncClient) -> None:
    await _sign_in(http, "correct horse")
    for length, status in ((7, 422), (8, 204)):
        body = {"current_password": "correct horse", "new_password": "x" * length}
        assert (await http.put("/session/password", json=body)).status_code == status
    refused = await http.put("/session/password", json=body | {"new_password": "x" * 1001})
    assert problem(refused) == (422, "invalid-request")


@pytest.mark.usefixtures("sam")
async def test_a_password_is_kept_nowhere_but_as_its_hash(
    http: httpx.AsyncClient, sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await _sign_in(http, "correct horse")
    short = NEW | {"new_password": "battery"}
    again = {"Idempotency-Key": "once"}
    refused = await http.put("/session/password", json=short)
    assert "battery" not in refused.text
    assert (await http.put("/session/password", json=NEW, headers=again)).status_code == 204
    for word in ("horse", "battery"):
        assert word not in caplog.text
    async with sessions() as session:
        assert await session.scalar(select(func.count()).select_from(IdempotencyKey)) == 0
        (password_hash,) = await session.scalars(select(User.password_hash))
        assert password_hash.startswith("$argon2id$")


@pytest.mark.usefixtures("sam")
async def test_who_signs_in_with_a_password_that_is_just_being_changed_does_not_get_in(
    app: FastAPI, http: httpx.AsyncClient, sessions: Sessions
) -> None:
    async with sessions() as changing:
        user = await changing.scalar(select(User))
        assert user is not None
        user.password_hash = hash_password("a better battery")
        await changing.flush()
        signing_in = asyncio.create_task(_sign_in(http, "correct horse"))
        await someone_waits(sessions)
        await changing.commit()
        assert problem(await signing_in) == (401, "wrong-credentials")


@pytest.mark.usefixtures("sam")
async def test_of_two_who_change_a_password_at_once_the_second_no_longer_knows_it(
    app: FastAPI, http: httpx.AsyncClient
) -> None:
    async with client_of(app) as elsewhere:
        for each in (http, elsewhere):
            await _sign_in(each, "correct horse")
        answers = await asyncio.gather(
            *(each.put("/session/password", json=NEW) for each in (http, elsewhere))
        )
    assert sorted(answer.status_code for answer in answers) in ([204, 401], [204, 422])


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
