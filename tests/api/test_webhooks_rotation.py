"""Tests of api/webhooks: while a credential is changed, what the provider signs with the former one is taken."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from activities.accounts import OpenAccounts
from db.engine import Sessions
from db.providers.credentials import reseal_all
from db.secrets import SecretBox
from db.tables import ProviderAccount
from tests.api.conftest import PUBLIC_URL, People, problem
from tests.api.twilio_calls import signed, text
from tests.makers import AUTH_TOKEN

NEW, NEWER = "a" * 32, "b" * 32


@pytest.fixture(autouse=True)
async def _never_trusted(app: FastAPI) -> None:
    """Have the account's row looked at for each call, and not every few seconds."""
    context = app.state.context
    await context.accounts.close()
    accounts = OpenAccounts(context.secrets, timeout_seconds=1, trusted_seconds=0)
    app.state.context = replace(context, accounts=accounts)


async def rotate(people: People, token: str, **more: bool) -> None:
    path = f"/provider-accounts/{people.account.id}"
    body = {"credentials": {"auth_token": token}, **more}
    answer = await people.administrator.http.patch(path, json=body)
    assert answer.status_code == 200, answer.text


async def called(http: httpx.AsyncClient, people: People, token: str) -> int:
    path = f"/api/v1/webhooks/twilio/{people.account.id}/inbound"
    form = text("Yes", sid=f"SM{token}")
    answer = await http.post(
        f"{PUBLIC_URL}{path}", content=urlencode(form), headers=signed(path, form, token=token)
    )
    if answer.status_code != 200:
        assert problem(answer) == (403, "bad-signature")
    return answer.status_code


async def test_both_prove_a_call_for_a_day(
    people: People, sessions: Sessions, http: httpx.AsyncClient
) -> None:
    assert await called(http, people, AUTH_TOKEN) == 200
    await rotate(people, NEW)
    assert [await called(http, people, token) for token in (AUTH_TOKEN, NEW, NEWER)] == [
        200,
        200,
        403,
    ]
    async with sessions.begin() as session:
        a_day_later = ProviderAccount.former_until - timedelta(days=1)
        await session.execute(update(ProviderAccount).values(former_until=a_day_later))
    assert [await called(http, people, token) for token in (AUTH_TOKEN, NEW)] == [403, 200]


async def test_one_that_has_leaked_proves_nothing_any_more(
    people: People, http: httpx.AsyncClient
) -> None:
    await rotate(people, NEW)
    await rotate(people, NEWER, have_leaked=True)
    tokens = (AUTH_TOKEN, NEW, NEWER)
    assert [await called(http, people, token) for token in tokens] == [403, 403, 200]


async def test_a_change_of_the_secret_key_reaches_the_former_one(
    people: People, sessions: Sessions
) -> None:
    await rotate(people, NEW)
    async with sessions.begin() as session:
        await reseal_all(session, SecretBox("a new key", ["a key for tests"]))
        account = await session.get_one(ProviderAccount, people.account.id)
        assert account.former_credentials is not None
        opened = SecretBox("a new key").open(account.former_credentials, row_id=account.id)
    assert opened["auth_token"] == AUTH_TOKEN
