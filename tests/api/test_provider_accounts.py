import httpx
import pytest
from sqlalchemy import select

from db.engine import Sessions
from db.tables import ProviderAccount
from tests.api.conftest import PUBLIC_URL, People, problem
from tests.carrier import Carrier
from tests.makers import ACCOUNT_SID, AUTH_TOKEN

CREDENTIALS = {"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN}


async def _create(people: People, **values: object) -> dict[str, object]:
    body = {"name": "Main", "provider": "twilio", "credentials": CREDENTIALS} | values
    answer = await people.administrator.http.post("/provider-accounts", json=body)
    assert answer.status_code == 201, answer.text
    assert AUTH_TOKEN not in answer.text
    created: dict[str, object] = answer.json()
    return created


async def test_credentials_go_in_and_never_come_out(people: People, sessions: Sessions) -> None:
    account = await _create(people)
    assert account["credentials"] == {"account_sid": "set", "auth_token": "set"}
    for answer in (
        await people.administrator.http.get("/provider-accounts"),
        await people.administrator.http.get(f"/provider-accounts/{account['id']}"),
        await people.manager.http.get(f"/provider-accounts/{account['id']}"),
    ):
        assert answer.status_code == 200
        assert AUTH_TOKEN not in answer.text
        assert ACCOUNT_SID not in answer.text
    async with sessions() as session:
        stored = await session.scalars(select(ProviderAccount.credentials))
        assert all(AUTH_TOKEN.encode() not in row for row in stored)


async def test_an_account_names_the_addresses_its_provider_calls(people: People) -> None:
    account = await _create(people)
    base = f"{PUBLIC_URL}/api/v1/webhooks/twilio/{account['id']}"
    assert account["inbound_url"] == f"{base}/inbound"
    assert account["status_url"] == f"{base}/status"


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"provider": "pigeon"}, "provider"),
        ({"credentials": {"account_sid": ACCOUNT_SID}}, "credentials"),
        ({"credentials": CREDENTIALS | {"account_sid": "AC12"}}, "credentials"),
        ({"api_base_url": "ftp://example.com"}, "api_base_url"),
    ],
)
async def test_an_account_that_cannot_work_is_refused(
    people: People, values: dict[str, object], path: str
) -> None:
    body = {"name": "Main", "provider": "twilio", "credentials": CREDENTIALS} | values
    answer = await people.administrator.http.post("/provider-accounts", json=body)
    assert problem(answer) == (422, "invalid-request")
    assert answer.json()["errors"][0]["path"] == path


async def test_two_accounts_have_two_names(people: People) -> None:
    await _create(people)
    body = {"name": "Main", "provider": "twilio", "credentials": CREDENTIALS}
    answer = await people.administrator.http.post("/provider-accounts", json=body)
    assert problem(answer) == (409, "taken")


async def test_new_credentials_take_back_the_verification(people: People, carrier: Carrier) -> None:
    carrier.connect("+12125550100")
    account = await _create(people, api_base_url=carrier.url)
    path = f"/provider-accounts/{account['id']}"
    verified = await people.administrator.http.post(f"{path}/verify")
    assert verified.json()["ok"] is True
    assert (await people.administrator.http.get(path)).json()["verified_at"] is not None
    renamed = await people.administrator.http.patch(path, json={"name": "Other"})
    assert renamed.json()["verified_at"] is not None
    changed = await people.administrator.http.patch(
        path, json={"credentials": {"auth_token": "f" * 32}}
    )
    assert changed.json()["verified_at"] is None
    assert changed.json()["credentials"] == {"account_sid": "set", "auth_token": "set"}
    wrong = (await people.administrator.http.post(f"{path}/verify")).json()
    assert wrong["ok"] is False
    assert wrong["verdict"]


async def test_the_numbers_of_an_account_are_discovered(people: People, carrier: Carrier) -> None:
    carrier.connect("+12125550100")
    carrier.connect("+12125550177")
    account = await _create(people, api_base_url=carrier.url)
    answer = await people.administrator.http.post(
        f"/provider-accounts/{account['id']}/discover-numbers"
    )
    found = {item["e164"]: item["already_added"] for item in answer.json()["items"]}
    # the first is the number that the first seller has already
    assert found == {"+12125550100": True, "+12125550177": False}


async def test_a_provider_that_cannot_be_asked_is_said_to_be(people: People) -> None:
    account = await _create(people, api_base_url="http://127.0.0.1:1")
    path = f"/provider-accounts/{account['id']}"
    verdict = (await people.administrator.http.post(f"{path}/verify")).json()
    assert verdict["ok"] is False
    answer = await people.administrator.http.post(f"{path}/discover-numbers")
    assert problem(answer) == (502, "provider-unavailable")


async def test_an_account_with_numbers_is_not_deleted(people: People) -> None:
    in_use = await people.administrator.http.delete(f"/provider-accounts/{people.account.id}")
    assert problem(in_use) == (409, "in-use")
    account = await _create(people)
    path = f"/provider-accounts/{account['id']}"
    assert (await people.administrator.http.delete(path)).status_code == 204
    assert problem(await people.administrator.http.get(path)) == (404, "not-found")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_seller_has_nothing_to_do_with_accounts(people: People, method: str) -> None:
    answer: httpx.Response = await people.seller.http.request(
        method,
        "/provider-accounts",
        json={"name": "Main", "provider": "twilio", "credentials": CREDENTIALS},
    )
    assert problem(answer) == (403, "missing-privilege")
