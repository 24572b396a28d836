"""Of api/provider_accounts/setting_up.py: from credentials to a text that arrives."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import delete, update

from db.consent.queries import Said, withdraw
from db.engine import Sessions
from db.messages.statuses import Report
from db.providers import probes
from db.tables import IdempotencyKey, OptOut, ProbeText, ProviderAccount
from domain.consent import Scope, Source
from domain.messages import MessageStatus
from tests.api.conftest import PUBLIC_URL, People, problem
from tests.carrier import Carrier
from tests.db.conftest import one, rows
from tests.makers import ACCOUNT_SID, OUR_NUMBER, make_number

ADMINISTRATORS_PHONE = "+12125550199"


@pytest.fixture
async def path(people: People, carrier: Carrier) -> str:
    """The address of an account at the handset with one number."""
    carrier.connect(OUR_NUMBER)
    path = f"/provider-accounts/{people.account.id}"
    answer = await people.administrator.http.patch(path, json={"api_base_url": carrier.url})
    assert answer.json()["check"]["ok"] is True
    return path


def _states(legs: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(leg["name"], leg["state"]) for leg in legs]


async def _test(people: People, path: str, **headers: str) -> dict[str, Any]:
    body = {"to": "+1 212 555 0199", "phone_number_id": str(people.number.id)}
    answer = await people.administrator.http.post(f"{path}/verify", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_the_numbers_of_an_account_are_discovered(
    people: People, carrier: Carrier, path: str
) -> None:
    carrier.connect("+12125550177")
    found = (await people.administrator.http.post(f"{path}/discover-numbers")).json()
    assert found["can_list"] is True
    # the first is the number that the first seller has already
    assert {item["e164"]: item["already_added"] for item in found["items"]} == {
        OUR_NUMBER: True,
        "+12125550177": False,
    }
    assert found["items"][0]["can_sms"] is True


async def test_a_provider_that_cannot_list_its_numbers_says_so(people: People) -> None:
    body = {
        "name": "TeleSign",
        "provider": "telesign",
        "credentials": {
            "customer_id": "12345678-9ABC-DEF0-1234-56789ABCDEF0",
            "api_key": "a2V5IG9mIGEgdGVzdA==",
        },
        "api_base_url": "http://127.0.0.1:1",
    }
    account = (await people.administrator.http.post("/provider-accounts", json=body)).json()
    answer = await people.administrator.http.post(
        f"/provider-accounts/{account['id']}/discover-numbers"
    )
    assert answer.json() == {"can_list": False, "items": []}


async def test_a_removed_number_is_there_to_be_added_again(people: People, path: str) -> None:
    await people.administrator.http.delete(f"/phone-numbers/{people.number.id}")
    found = (await people.administrator.http.post(f"{path}/discover-numbers")).json()
    assert [item["already_added"] for item in found["items"]] == [False]


async def test_a_provider_that_cannot_be_asked_is_said_to_be(people: People) -> None:
    path = f"/provider-accounts/{people.account.id}"
    await people.administrator.http.patch(path, json={"api_base_url": "http://127.0.0.1:1"})
    for verb in ("discover-numbers", "register-webhooks"):
        answer = await people.administrator.http.post(f"{path}/{verb}")
        if verb == "discover-numbers":
            assert problem(answer) == (502, "provider-unavailable")
        else:
            assert [item["outcome"] for item in answer.json()["items"]] == ["failed"]
    assert (await people.administrator.http.post(f"{path}/verify")).json()["ok"] is False


async def test_webhooks_are_registered_at_the_provider_for_every_number(
    people: People, carrier: Carrier, path: str
) -> None:
    answer = (await people.administrator.http.post(f"{path}/register-webhooks")).json()
    inbound_url = f"{PUBLIC_URL}/api/v1/webhooks/twilio/{people.account.id}/inbound"
    assert answer["inbound_url"] == inbound_url
    assert [(item["e164"], item["outcome"]) for item in answer["items"]] == [
        (OUR_NUMBER, "registered")
    ]
    async with httpx.AsyncClient() as http:
        accounts = (await http.get(f"{carrier.url}/handset/accounts")).text
    assert f'"sms_url":"{inbound_url}"' in accounts.replace(" ", "")


async def test_webhooks_are_registered_for_the_accounts_own_numbers_only(
    people: People, path: str
) -> None:
    nobody = "0199a0b0-0000-7000-8000-000000000000"
    answer = await people.administrator.http.post(
        f"{path}/register-webhooks", json={"phone_number_ids": [nobody]}
    )
    assert problem(answer) == (422, "invalid-request")
    none = await people.administrator.http.post(
        f"{path}/register-webhooks", json={"phone_number_ids": []}
    )
    assert none.json()["items"] == []


async def test_a_number_that_the_account_lacks_says_what_to_do_by_hand(
    people: People, sessions: Sessions, path: str
) -> None:
    async with sessions.begin() as session:
        other = await make_number(session, people.account, e164="+12125550178")
    answer = await people.administrator.http.post(
        f"{path}/register-webhooks", json={"phone_number_ids": [str(other.id)]}
    )
    (item,) = answer.json()["items"]
    assert item["outcome"] == "by_hand"
    assert "no such phone number" in item["text"]


async def test_the_setup_says_which_steps_are_left(
    people: People, sessions: Sessions, path: str
) -> None:
    setup = (await people.administrator.http.get(f"{path}/setup")).json()
    inbound_url = f"{PUBLIC_URL}/api/v1/webhooks/twilio/{people.account.id}/inbound"
    assert setup["inbound_url"] == inbound_url
    assert [(step["name"], step["state"]) for step in setup["steps"]] == [
        ("credentials", "done"),
        ("numbers", "done"),
        ("webhooks", "todo"),
        ("test_text", "todo"),
    ]
    assert inbound_url in setup["steps"][2]["text"]
    test = await _test(people, path)
    now = datetime.now(UTC)
    async with sessions.begin() as session:
        await session.execute(update(ProviderAccount).values(last_inbound_at=now))
        report = Report(None, MessageStatus.DELIVERED)
        await probes.record(session, people.account.id, UUID(test["test_id"]), report, now)
    setup = (await people.administrator.http.get(f"{path}/setup")).json()
    assert [step["state"] for step in setup["steps"]] == ["done"] * 4


async def test_the_setup_of_an_account_that_cannot_be_opened_has_no_addresses(
    people: People, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await session.execute(update(ProviderAccount).values(credentials=b"of another key"))
    setup = await people.administrator.http.get(f"/provider-accounts/{people.account.id}/setup")
    assert setup.json()["inbound_url"] is None
    assert setup.json()["steps"][0]["state"] == "todo"


async def test_a_test_text_is_followed_to_its_delivery(
    people: People, carrier: Carrier, sessions: Sessions, path: str
) -> None:
    test = await _test(people, path)
    assert test["ok"] is True
    assert _states(test["legs"])[:2] == [("credentials", "ok"), ("accepted", "ok")]
    (text,) = carrier.received(ADMINISTRATORS_PHONE)
    assert "A test from Touchline" in text
    # the address it carries is not this process's, so the callbacks are handed over here
    waiting = asyncio.create_task(
        people.administrator.http.get(f"{path}/tests/{test['test_id']}?wait=20")
    )
    async with sessions.begin() as session:
        for status in (MessageStatus.DELIVERED, MessageStatus.SENT):
            report = Report(None, status)
            assert await probes.record(
                session, people.account.id, UUID(test["test_id"]), report, datetime.now(UTC)
            )
    shown = (await waiting).json()
    assert shown["is_over"] is True
    assert _states(shown["legs"]) == [
        ("credentials", "ok"),
        ("accepted", "ok"),
        ("sent", "ok"),
        ("report", "ok"),
        ("delivered", "ok"),
    ]


async def test_a_test_text_without_a_callback_is_asked_for_at_the_provider(
    people: People, carrier: Carrier, sessions: Sessions, path: str
) -> None:
    carrier.behave(callbacks=False)
    test = await _test(people, path)
    async with sessions.begin() as session:
        await session.execute(
            update(ProbeText).values(answered_at=datetime.now(UTC) - timedelta(minutes=1))
        )
    shown = (await people.administrator.http.get(f"{path}/tests/{test['test_id']}?wait=10")).json()
    assert shown["is_over"] is True
    assert _states(shown["legs"]) == [
        ("credentials", "ok"),
        ("accepted", "ok"),
        ("sent", "ok"),
        ("report", "failed"),
        ("delivered", "ok"),
    ]
    (report,) = [leg for leg in shown["legs"] if leg["name"] == "report"]
    assert f"{PUBLIC_URL}/api/v1/webhooks/twilio/{people.account.id}/status" in report["text"]


async def test_a_test_text_that_is_refused_says_why(
    people: People, carrier: Carrier, path: str
) -> None:
    carrier.behave(numbers={ADMINISTRATORS_PHONE: {"reject": 1, "reject_code": 21211}})
    test = await _test(people, path)
    assert test["ok"] is True
    assert _states(test["legs"]) == [("credentials", "ok"), ("accepted", "failed")]
    assert "21211" in test["legs"][1]["text"]


async def test_a_test_text_whose_answer_is_lost_is_uncertain_and_settled_by_its_callback(
    people: People, carrier: Carrier, sessions: Sessions, path: str
) -> None:
    carrier.behave(lose_answer=1)
    test = await _test(people, path)
    assert _states(test["legs"]) == [("credentials", "ok"), ("accepted", "failed")]
    assert "look at the phone before you try again" in test["legs"][1]["text"]
    async with sessions.begin() as session:
        report = Report("SM1", MessageStatus.SENT)
        await probes.record(
            session, people.account.id, UUID(test["test_id"]), report, datetime.now(UTC)
        )
    shown = (await people.administrator.http.get(f"{path}/tests/{test['test_id']}")).json()
    assert _states(shown["legs"])[1:4] == [("accepted", "ok"), ("sent", "ok"), ("report", "ok")]


async def test_no_test_text_goes_out_with_credentials_that_are_not_taken(
    people: People, carrier: Carrier, path: str
) -> None:
    carrier.put_account(ACCOUNT_SID, {"auth_token": "f" * 32})
    test = await _test(people, path)
    assert (test["ok"], test["test_id"]) == (False, None)
    assert _states(test["legs"]) == [("credentials", "failed")]
    assert carrier.received(ADMINISTRATORS_PHONE) == []


async def test_the_same_request_twice_sends_one_test_text(
    people: People, carrier: Carrier, sessions: Sessions, path: str
) -> None:
    first = await _test(people, path, **{"Idempotency-Key": "7"})
    second = await _test(people, path, **{"Idempotency-Key": "7"})
    assert second["test_id"] == first["test_id"]
    assert len(carrier.received(ADMINISTRATORS_PHONE)) == 1


async def test_a_test_text_that_a_killed_process_began_is_not_sent_again(
    people: People, carrier: Carrier, sessions: Sessions, path: str
) -> None:
    test = await _test(people, path, **{"Idempotency-Key": "7"})
    async with sessions.begin() as session:
        # what is left when the process dies before the request's own transaction ends
        await session.execute(delete(IdempotencyKey))
        await session.execute(
            update(ProbeText).values(status=MessageStatus.SUBMITTING, provider_message_id=None)
        )
    again = await _test(people, path, **{"Idempotency-Key": "7"})
    assert again["test_id"] == test["test_id"]
    assert _states(again["legs"])[1] == ("accepted", "waiting")
    assert len(carrier.received(ADMINISTRATORS_PHONE)) == 1


async def test_a_test_text_goes_to_nobody_who_opted_out_and_from_no_strangers_number(
    people: People, carrier: Carrier, sessions: Sessions, path: str
) -> None:
    async with sessions.begin() as session:
        now = datetime.now(UTC)
        said = Said(Source.REPLY, now)
        await withdraw(session, people.organisation.id, ADMINISTRATORS_PHONE, said, now)
        removed = await make_number(session, people.account, e164="+12125550179", removed_at=now)
    own, nobody = str(people.number.id), "0199a0b0-0000-7000-8000-000000000000"
    for to, number_id, wrong in (
        (ADMINISTRATORS_PHONE, own, "to"),
        ("0199", own, "to"),
        ("+12125550198", nobody, "phone_number_id"),
        ("+12125550198", str(removed.id), "phone_number_id"),
    ):
        answer = await people.administrator.http.post(
            f"{path}/verify", json={"to": to, "phone_number_id": number_id}
        )
        assert problem(answer) == (422, "invalid-request")
        assert answer.json()["errors"][0]["path"] == wrong
    assert await rows(sessions, ProbeText) == []


@pytest.mark.parametrize(("of_ours", "is_unclear"), [(True, False), (True, True), (False, False)])
async def test_a_test_text_asks_for_consent_to_the_number_it_leaves_from(
    people: People, sessions: Sessions, path: str, carrier: Carrier, of_ours: bool, is_unclear: bool
) -> None:
    number_id = people.number.id
    if not of_ours:
        async with sessions.begin() as session:
            number_id = (await make_number(session, people.account, e164="+12125550177")).id
    async with sessions.begin() as session:
        said = Said(
            Source.SELLER,
            datetime.now(UTC),
            phone_number_id=number_id,
            scope=Scope.NUMBER,
        )
        organisation_id = people.account.organisation_id
        await withdraw(session, organisation_id, ADMINISTRATORS_PHONE, said, datetime.now(UTC))
        await session.execute(update(OptOut).values(is_unclear=is_unclear))
    body = {"to": ADMINISTRATORS_PHONE, "phone_number_id": str(people.number.id)}
    answer = await people.administrator.http.post(f"{path}/verify", json=body)
    assert answer.status_code == (422 if of_ours else 200)
    assert len(carrier.log("request")) == (0 if of_ours else 1)


async def test_a_report_is_taken_by_the_account_it_belongs_to(
    people: People, sessions: Sessions, path: str
) -> None:
    test = await _test(people, path)
    probe = await one(sessions, ProbeText)
    now = datetime.now(UTC)
    delivered = Report(probe.provider_message_id, MessageStatus.DELIVERED)
    async with sessions.begin() as session:
        other = UUID("0199a0b0-0000-7000-8000-000000000000")
        assert not await probes.record(session, other, probe.id, delivered, now)
        assert not await probes.record(session, people.account.id, other, delivered, now)
        # a provider that does not bring our id back names its own
        assert await probes.record(session, people.account.id, None, delivered, now)
    shown = (await people.administrator.http.get(f"{path}/tests/{test['test_id']}")).json()
    assert _states(shown["legs"])[-1] == ("delivered", "ok")


async def test_a_test_text_that_is_not_there_is_not_found(people: People, path: str) -> None:
    answer = await people.administrator.http.get(f"{path}/tests/{people.number.id}")
    assert problem(answer) == (404, "not-found")
