from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from db.engine import Sessions
from db.providers.health import AccountMeter
from db.tables import ProviderAccount
from domain.messages import HoldKind, MessageStatus
from tests.api.conftest import PUBLIC_URL, People, problem
from tests.carrier import Carrier
from tests.db.conftest import make_message
from tests.makers import ACCOUNT_SID, AUTH_TOKEN, SECRETS, make_conversation, make_record

CREDENTIALS = {"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN}
NOBODY = "http://127.0.0.1:1"
BODY = {"name": "Main", "provider": "twilio", "credentials": CREDENTIALS, "api_base_url": NOBODY}


async def _create(people: People, **values: object) -> dict[str, Any]:
    body = BODY | values
    answer = await people.administrator.http.post("/provider-accounts", json=body)
    assert answer.status_code == 201, answer.text
    assert AUTH_TOKEN not in answer.text
    created: dict[str, Any] = answer.json()
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
        ({"trusted_proxies": ["10.0.0.1/8"]}, "trusted_proxies.0"),
    ],
)
async def test_an_account_that_cannot_work_is_refused(
    people: People, values: dict[str, object], path: str
) -> None:
    body = BODY | values
    answer = await people.administrator.http.post("/provider-accounts", json=body)
    assert problem(answer) == (422, "invalid-request")
    assert answer.json()["errors"][0]["path"] == path


async def test_two_accounts_have_two_names(people: People) -> None:
    await _create(people)
    answer = await people.administrator.http.post("/provider-accounts", json=BODY)
    assert problem(answer) == (409, "taken")


async def test_credentials_are_tried_on_entry_with_a_plain_verdict(
    people: People, carrier: Carrier
) -> None:
    carrier.connect("+12125550100")
    right = await _create(people, api_base_url=carrier.url)
    assert right["check"] == {
        "ok": True,
        "verdict": "Twilio accepts the credentials, and the account is active.",
    }
    assert right["verified_at"] is not None
    wrong = await _create(
        people,
        name="Wrong",
        api_base_url=carrier.url,
        credentials=CREDENTIALS | {"auth_token": "f" * 32},
    )
    assert wrong["check"] == {
        "ok": False,
        "verdict": "Twilio does not accept the account SID and auth token.",
    }
    assert wrong["verified_at"] is None


async def test_an_account_is_stored_though_its_provider_cannot_be_reached(people: People) -> None:
    account = await _create(people)
    assert account["check"]["ok"] is False
    assert account["verified_at"] is None
    found = await people.administrator.http.get(f"/provider-accounts/{account['id']}")
    assert found.status_code == 200


async def test_another_address_is_tried_and_another_name_is_not(
    people: People, carrier: Carrier
) -> None:
    carrier.connect("+12125550100")
    account = await _create(people, api_base_url=carrier.url)
    path = f"/provider-accounts/{account['id']}"
    renamed = (await people.administrator.http.patch(path, json={"name": "Other"})).json()
    assert (renamed["name"], renamed["check"]) == ("Other", None)
    assert renamed["verified_at"] == account["verified_at"]
    moved = (await people.administrator.http.patch(path, json={"api_base_url": NOBODY})).json()
    assert (moved["check"]["ok"], moved["verified_at"]) == (False, None)
    back = (await people.administrator.http.patch(path, json={"api_base_url": carrier.url})).json()
    assert back["check"]["ok"] is True
    assert back["verified_at"] > account["verified_at"]


async def test_wrong_credentials_do_not_replace_those_of_an_account_that_works(
    people: People, carrier: Carrier
) -> None:
    carrier.connect("+12125550100")
    account = await _create(people, api_base_url=carrier.url)
    path = f"/provider-accounts/{account['id']}"
    answer = await people.administrator.http.patch(
        path, json={"credentials": {"auth_token": "f" * 32}}
    )
    assert problem(answer) == (422, "invalid-request")
    assert "Nothing was changed" in answer.json()["detail"]
    assert (await people.administrator.http.post(f"{path}/verify")).json()["ok"] is True


async def test_a_credential_is_changed_by_name_and_the_others_stay(
    people: People, carrier: Carrier
) -> None:
    carrier.connect("+12125550100")
    account = await _create(
        people,
        api_base_url=carrier.url,
        credentials=CREDENTIALS | {"auth_token": "f" * 32},
    )
    path = f"/provider-accounts/{account['id']}"
    changed = await people.administrator.http.patch(
        path, json={"credentials": {"auth_token": AUTH_TOKEN}}
    )
    assert changed.json()["check"]["ok"] is True
    assert changed.json()["credentials"] == {"account_sid": "set", "auth_token": "set"}
    assert AUTH_TOKEN not in changed.text


async def test_verifying_an_account_says_what_is_wrong_with_it(
    people: People, carrier: Carrier
) -> None:
    carrier.connect("+12125550100")
    account = await _create(people, api_base_url=carrier.url)
    path = f"/provider-accounts/{account['id']}"
    verified = (await people.administrator.http.post(f"{path}/verify")).json()
    assert (verified["ok"], verified["test_id"]) == (True, None)
    assert [(leg["name"], leg["state"]) for leg in verified["legs"]] == [("credentials", "ok")]
    carrier.put_account(ACCOUNT_SID, {"auth_token": AUTH_TOKEN}, status="suspended")
    refused = (await people.administrator.http.post(f"{path}/verify")).json()
    assert refused["ok"] is False
    assert refused["verdict"] == "Twilio says that this account is not active."
    assert [(leg["name"], leg["state"]) for leg in refused["legs"]] == [("credentials", "failed")]
    assert (await people.administrator.http.get(path)).json()["verified_at"] is None


async def test_what_can_be_connected_is_listed_with_what_it_asks_for(people: People) -> None:
    answer = await people.administrator.http.get("/provider-accounts/providers")
    (twilio,) = [each for each in answer.json()["items"] if each["name"] == "twilio"]
    assert (twilio["label"], twilio["needs_base_url"]) == ("Twilio", False)
    assert {field["name"]: field["is_secret"] for field in twilio["fields"]} == {
        "account_sid": False,
        "auth_token": True,
        "api_key_sid": False,
        "api_key_secret": True,
    }
    assert twilio["fields"][0]["hint"]


async def test_a_secret_that_is_ours_to_draw_is_drawn_and_never_shown(
    people: People, sessions: Sessions
) -> None:
    infobip = {"provider": "infobip", "credentials": {"api_key": "a-key-of-infobip"}}
    account = await _create(people, **infobip)
    assert account["credentials"] == {"api_key": "set", "webhook_secret": "set"}
    async with sessions() as session:
        row = await session.get_one(ProviderAccount, UUID(account["id"]))
    secret = SECRETS.open(row.credentials, row_id=row.id)["webhook_secret"]
    assert len(secret) >= 32
    assert secret not in str(account)
    path = f"/provider-accounts/{account['id']}"
    assert secret not in (await people.manager.http.get(path)).text
    # whoever sets the account up must give it to the provider
    setup = (await people.administrator.http.get(f"{path}/setup")).json()
    assert secret in setup["inbound_url"]
    assert setup["inbound_url"].startswith(account["inbound_url"])
    again = await people.administrator.http.patch(path, json={"credentials": {"api_key": "b-key"}})
    assert again.status_code == 200
    assert (await people.administrator.http.get(f"{path}/setup")).json() == setup


async def test_an_account_with_an_address_of_its_own_needs_it(people: People) -> None:
    infobip = {"provider": "infobip", "credentials": {"api_key": "a-key"}, "api_base_url": None}
    answer = await people.administrator.http.post("/provider-accounts", json=BODY | infobip)
    assert problem(answer) == (422, "invalid-request")
    assert answer.json()["errors"][0]["path"] == "api_base_url"


async def test_proxies_are_named_by_their_networks(people: People) -> None:
    account = await _create(people, trusted_proxies=["10.0.0.0/8", " 2001:db8::1 "])
    assert account["trusted_proxies"] == ["10.0.0.0/8", "2001:db8::1/128"]
    path = f"/provider-accounts/{account['id']}"
    changed = await people.administrator.http.patch(path, json={"trusted_proxies": []})
    assert changed.json()["trusted_proxies"] == []


async def test_an_account_that_does_not_send_says_why_and_how_many_texts_wait(
    people: People, sessions: Sessions
) -> None:
    other = await _create(people)
    async with sessions.begin() as session:
        record = await make_record(session, people.seller.user)
        conversation = await make_conversation(session, record, people.number)
    for held_for in (HoldKind.ACCOUNT, HoldKind.PROVIDER, HoldKind.HOURS):
        await make_message(
            sessions,
            conversation,
            people.account.id,
            status=MessageStatus.HELD,
            held_for=held_for,
            held_until=datetime(2026, 7, 1, 15, 0, tzinfo=UTC),
        )
    path = f"/provider-accounts/{people.account.id}"
    paused = await people.administrator.http.post(f"{path}/pause", json={"reason": "New campaign"})
    assert paused.json()["state"] == "paused"
    assert paused.json()["pause"]["reason"] == "New campaign"
    assert paused.json()["pause"]["until"] is None
    listed = (await people.manager.http.get("/provider-accounts")).json()["items"]
    assert {each["id"]: (each["state"], each["waiting_texts"]) for each in listed} == {
        str(people.account.id): ("paused", 2),
        other["id"]: ("enabled", 0),
    }
    disabled = await people.administrator.http.patch(path, json={"is_enabled": False})
    assert (disabled.json()["state"], disabled.json()["waiting_texts"]) == ("disabled", 2)
    await people.administrator.http.patch(path, json={"is_enabled": True})
    resumed = await people.administrator.http.post(f"{path}/resume")
    assert (resumed.json()["state"], resumed.json()["pause"]) == ("enabled", None)


async def test_the_health_of_an_account_adds_up_what_was_counted(
    people: People, sessions: Sessions
) -> None:
    account, now = people.account.id, datetime.now(UTC)
    meter = AccountMeter()
    for outcome, milliseconds, ago in (
        ("accepted", 40, 5),
        ("accepted", 20, 6),
        ("throttled", 3, 6),
        ("content", 100, 70),
        ("accepted", 10, 25 * 60),
    ):
        meter.sent(account, outcome, milliseconds, now - timedelta(minutes=ago))
    meter.inbound(account, now)
    await meter.flush(sessions)
    async with sessions.begin() as session:
        record = await make_record(session, people.seller.user)
        conversation = await make_conversation(session, record, people.number)
    for code, days in (("30003", 1), ("99999", 1), ("99999", 2), ("88888", 8)):
        await make_message(
            sessions,
            conversation,
            account,
            status=MessageStatus.UNDELIVERED,
            error_code=code,
            created_at=now - timedelta(days=days),
        )
    answer = await people.manager.http.get(f"/provider-accounts/{account}/health")
    found = answer.json()
    assert found["last_hour"] == {
        "requests": 3,
        "failed": 0.3333,
        "by_outcome": {"accepted": 2, "throttled": 1},
        "mean_milliseconds": 21,
        "slowest_milliseconds": 40,
    }
    assert found["last_day"]["by_outcome"] == {"accepted": 2, "throttled": 1, "content": 1}
    assert found["last_day"]["slowest_milliseconds"] == 100
    assert datetime.fromisoformat(found["last_inbound_at"]) == now
    assert found["last_status_at"] is None
    assert [(each["code"], each["texts"]) for each in found["unknown_codes"]] == [("99999", 2)]


async def test_only_an_administrator_pauses_and_changes_accounts(people: People) -> None:
    path = f"/provider-accounts/{people.account.id}"
    for answer in (
        await people.manager.http.post(f"{path}/pause"),
        await people.manager.http.patch(path, json={"is_enabled": False}),
        await people.manager.http.get(f"{path}/setup"),
        await people.manager.http.post(f"{path}/verify"),
    ):
        assert problem(answer) == (403, "missing-privilege")


async def test_an_account_with_numbers_is_not_deleted(people: People) -> None:
    in_use = await people.administrator.http.delete(f"/provider-accounts/{people.account.id}")
    assert problem(in_use) == (409, "in-use")
    account = await _create(people)
    path = f"/provider-accounts/{account['id']}"
    assert (await people.administrator.http.delete(path)).status_code == 204
    assert problem(await people.administrator.http.get(path)) == (404, "not-found")


async def test_a_seller_sees_which_accounts_there_are_and_not_how_they_are_set_up(
    people: People,
) -> None:
    account = await _create(people)
    path = f"/provider-accounts/{account['id']}"
    for shown in (
        (await people.seller.http.get(path)).json(),
        (await people.seller.http.get("/provider-accounts")).json()["items"][-1],
    ):
        assert shown["name"] == account["name"]
        assert shown["credentials"] == {}
        assert shown["api_base_url"] is None
    managers = (await people.manager.http.get(path)).json()
    assert managers["credentials"] == {"account_sid": "set", "auth_token": "set"}
    for answer, missing in (
        (await people.seller.http.get(f"{path}/health"), "provider_settings.read"),
        (
            await people.seller.http.post("/provider-accounts", json=BODY),
            "provider_account.create",
        ),
        (await people.manager.http.patch(path, json={}), "provider_account.write"),
    ):
        assert problem(answer) == (403, "missing-privilege")
        assert answer.json()["errors"][0]["path"] == missing
