from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import select
from temporalio.client import Client

from api.app import create_app
from db.engine import Sessions, create_engine
from db.tables import (
    Message,
    MessageMedia,
    OptOut,
    OutboxItem,
    ProbeText,
    ProviderAccount,
)
from domain.messages import Direction, MessageStatus
from settings import Settings
from tests.api.conftest import PUBLIC_URL, People, client_of, problem
from tests.api.makers import enroll, make_lead, publish
from tests.api.twilio_calls import CUSTOMER, post, signature, signed, text


def _path(people: People, kind: str) -> str:
    return f"/api/v1/webhooks/twilio/{people.account.id}/{kind}"


async def _messages(sessions: Sessions) -> list[str]:
    async with sessions() as session:
        return list(await session.scalars(select(Message.body).order_by(Message.id)))


async def test_a_customers_text_reaches_the_conversation_with_the_record(
    people: People, sessions: Sessions, http: httpx.AsyncClient
) -> None:
    await make_lead(people.seller)
    answer = await post(http, _path(people, "inbound"), text("Yes please 😀"))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    (conversation,) = (await people.seller.http.get("/conversations")).json()["items"]
    assert conversation["record"]["first_name"] == "Ada"
    assert conversation["unread_count"] == 1
    assert conversation["last_message"]["body"] == "Yes please 😀"


async def test_the_same_text_brought_twice_is_stored_once(
    people: People, sessions: Sessions, http: httpx.AsyncClient
) -> None:
    for _ in range(2):
        answer = await post(http, _path(people, "inbound"), text("Yes"))
        assert answer.status_code == 200
    assert await _messages(sessions) == ["Yes"]
    (conversation,) = (await people.seller.http.get("/conversations")).json()["items"]
    assert conversation["unread_count"] == 1


async def test_a_running_enrollment_is_told_of_the_reply(
    people: People, sessions: Sessions, http: httpx.AsyncClient
) -> None:
    await publish(people)
    ada = await make_lead(people.seller)
    await enroll(people.seller, ada)
    await post(http, _path(people, "inbound"), text("Yes"))
    async with sessions() as session:
        kinds = list(await session.scalars(select(OutboxItem.kind).order_by(OutboxItem.id)))
    assert kinds == ["start_enrollment", "reply_received"]


async def test_stop_opts_out_and_ends_the_enrollment(
    people: People, sessions: Sessions, http: httpx.AsyncClient
) -> None:
    await publish(people)
    (enrollment,) = (await enroll(people.seller, await make_lead(people.seller)))["enrolled"]
    await post(http, _path(people, "inbound"), text("Stop!"))
    ended = (await people.seller.http.get(f"/enrollments/{enrollment['id']}")).json()
    assert ended["end_reason"] == "opted_out"
    async with sessions() as session:
        assert list(await session.scalars(select(OptOut.customer_number))) == [CUSTOMER]


async def test_a_text_for_a_number_that_is_not_ours_is_refused_with_what_to_do(
    people: People, sessions: Sessions, http: httpx.AsyncClient
) -> None:
    form = text("Who is there?", to="+12125550199")
    answer = await post(http, _path(people, "inbound"), form)
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:touchline:problem:unknown-number"
    assert answer.json()["detail"].endswith("+12125550199: add the number to this account.")
    assert await _messages(sessions) == []


@pytest.mark.parametrize("kind", ["inbound", "status"])
async def test_a_webhook_with_a_wrong_signature_is_refused(
    people: People, sessions: Sessions, http: httpx.AsyncClient, kind: str
) -> None:
    form = text("Yes")
    path = _path(people, kind)
    for headers in (
        signed(path, form, token="e" * 32),
        signed(path, form | {"Body": "No"}),
        signed(path + "?message=1", form),
        {"Content-Type": "application/x-www-form-urlencoded"},
    ):
        answer = await http.post(f"{PUBLIC_URL}{path}", content=urlencode(form), headers=headers)
        assert problem(answer) == (403, "bad-signature")
    assert await _messages(sessions) == []


async def test_the_signed_address_is_the_configured_one_whatever_the_headers_say(
    people: People, http: httpx.AsyncClient
) -> None:
    path = _path(people, "inbound")
    form = text("Yes")
    fooled = signature(f"https://evil.test{path}", form)
    answer = await post(
        http,
        path,
        form,
        **{
            "X-Twilio-Signature": fooled,
            "Host": "evil.test",
            "X-Forwarded-Host": "evil.test",
            "X-Forwarded-Proto": "https",
        },
    )
    assert problem(answer) == (403, "bad-signature")


async def _trust(sessions: Sessions, people: People, *networks: str) -> None:
    async with sessions.begin() as session:
        account = await session.get_one(ProviderAccount, people.account.id)
        account.trusted_proxies = list(networks)


@pytest.mark.parametrize(
    ("headers", "called"),
    [
        ({"X-Forwarded-Host": "sms.example", "X-Forwarded-Proto": "https"}, "https://sms.example"),
        ({"X-Forwarded-Host": "sms.example, 10.0.0.7"}, "http://sms.example"),
        ({"X-Forwarded-Proto": "https,http"}, "https://touchline.test"),
        ({}, "http://touchline.test"),
    ],
    ids=["both", "the host", "the scheme", "neither"],
)
async def test_a_trusted_proxy_tells_the_address_that_was_called(
    people: People,
    sessions: Sessions,
    http: httpx.AsyncClient,
    headers: dict[str, str],
    called: str,
) -> None:
    await _trust(sessions, people, "10.0.0.0/8", "127.0.0.0/8")
    path, form = _path(people, "inbound"), text("Yes")
    headers = {"X-Twilio-Signature": signature(f"{called}{path}", form), **headers}
    answer = await post(http, path, form, **headers)
    assert answer.status_code == 200


@pytest.mark.parametrize("networks", [[], ["10.0.0.0/8", "::1/128"]], ids=["none", "others"])
async def test_who_is_no_trusted_proxy_tells_nothing(
    people: People, sessions: Sessions, http: httpx.AsyncClient, networks: list[str]
) -> None:
    await _trust(sessions, people, *networks)
    path, form = _path(people, "inbound"), text("Yes")
    headers = {"X-Forwarded-Host": "sms.example", "X-Forwarded-Proto": "https"}
    signed_so = {"X-Twilio-Signature": signature(f"https://sms.example{path}", form)}
    refused = await post(http, path, form, **headers, **signed_so)
    assert problem(refused) == (403, "bad-signature")
    assert (await post(http, path, form, **headers)).status_code == 200


async def test_a_picture_that_comes_with_a_text_will_be_fetched(
    people: People, sessions: Sessions, http: httpx.AsyncClient
) -> None:
    form = text("") | {
        "NumMedia": "1",
        "MediaUrl0": "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1",
        "MediaContentType0": "image/jpeg",
    }
    assert (await post(http, _path(people, "inbound"), form)).status_code == 200
    async with sessions() as session:
        medium = (await session.scalars(select(MessageMedia))).one()
    assert (medium.claimed_type, medium.source_url) == ("image/jpeg", form["MediaUrl0"])


async def test_an_account_tells_when_it_last_heard_from_its_provider(
    people: People, app: FastAPI, sessions: Sessions, http: httpx.AsyncClient
) -> None:
    await post(http, _path(people, "inbound"), text("Yes"))
    await post(http, _path(people, "status"), {"MessageSid": "SM9", "MessageStatus": "sent"})
    await app.state.context.meter.flush(sessions)
    async with sessions() as session:
        account = await session.get_one(ProviderAccount, people.account.id)
    assert account.last_inbound_at is not None
    assert account.last_status_at is not None


async def test_a_report_on_a_test_text_is_for_whoever_tries_the_account_out(
    people: People, sessions: Sessions, http: httpx.AsyncClient
) -> None:
    async with sessions.begin() as session:
        probe = ProbeText(
            organisation_id=people.organisation.id,
            provider_account_id=people.account.id,
            phone_number_id=people.number.id,
            to_number=CUSTOMER,
            status=MessageStatus.QUEUED,
        )
        session.add(probe)
    path = f"{_path(people, 'status')}?message={probe.id}"
    answer = await post(http, path, {"MessageSid": "SM9", "MessageStatus": "delivered"})
    assert answer.status_code == 204
    async with sessions() as session:
        reported = await session.get_one(ProbeText, probe.id)
    assert reported.status is MessageStatus.DELIVERED
    assert reported.reported_at is not None


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/webhooks/twilio/no-account/inbound",
        "/api/v1/webhooks/twilio/0199a0b0-0000-7000-8000-000000000000/inbound",
        "/api/v1/webhooks/pigeon/{account}/inbound",
    ],
)
async def test_a_webhook_for_an_account_that_does_not_exist_is_not_found(
    people: People, http: httpx.AsyncClient, path: str
) -> None:
    path = path.format(account=people.account.id)
    assert problem(await post(http, path, text("Yes"))) == (404, "not-found")


@pytest.mark.parametrize("announced", [True, False])
async def test_a_webhook_of_a_megabyte_is_refused(
    people: People, http: httpx.AsyncClient, announced: bool
) -> None:
    path = _path(people, "inbound")
    form = text("x" * 1_000_000)

    async def chunks() -> Any:
        yield urlencode(form).encode()

    answer = await http.post(
        f"{PUBLIC_URL}{path}",
        content=urlencode(form) if announced else chunks(),
        headers=signed(path, form),
    )
    assert problem(answer) == (413, "too-large")


async def test_a_signed_webhook_that_makes_no_sense_is_refused(
    people: People, http: httpx.AsyncClient
) -> None:
    for kind in ("inbound", "status"):
        answer = await post(http, _path(people, kind), {"Colour": "red"})
        assert problem(answer) == (400, "unreadable-webhook")
    for long in ({"From": "+" + "1" * 40}, {"MessageSid": "S" * 101}):
        answer = await post(http, _path(people, "inbound"), text("Yes") | long)
        assert problem(answer) == (400, "unreadable-webhook")


async def test_a_report_names_our_text_by_the_address_it_comes_to(
    people: People, sessions: Sessions, http: httpx.AsyncClient
) -> None:
    await post(http, _path(people, "inbound"), text("Hello?"))
    (conversation,) = (await people.seller.http.get("/conversations")).json()["items"]
    path = f"/conversations/{conversation['id']}/messages"
    message_id = (await people.seller.http.post(path, json={"text": "Hi"})).json()["id"]
    async with sessions.begin() as session:
        # as if it were on its way to the provider
        message = await session.get_one(Message, message_id)
        message.status, message.held_until = MessageStatus.SUBMITTING, None
        message.submitted_at = message.created_at
    for status in ("delivered", "sent", "delivered"):
        form = {"MessageSid": "SM77", "MessageStatus": status}
        answer = await post(http, f"{_path(people, 'status')}?message={message_id}", form)
        assert answer.status_code == 204
    (newest, _) = (await people.seller.http.get(path)).json()["items"]
    assert newest["status"] == "delivered"
    async with sessions() as session:
        stored = await session.scalars(
            select(Message.provider_message_id).where(Message.direction == Direction.OUTBOUND)
        )
        assert stored.one() == "SM77"


async def test_a_provider_is_asked_to_come_again_when_the_database_is_away(
    people: People, settings: Settings, temporal: Client
) -> None:
    nowhere = create_engine("postgresql://nobody@127.0.0.1:1/nothing", pool_size=1)
    blind = create_app(settings, nowhere, temporal)
    async with client_of(blind) as http:
        answer = await post(http, _path(people, "inbound"), text("Yes"))
    assert problem(answer) == (503, "database-away")


async def test_an_account_whose_credentials_cannot_be_read_takes_nothing(
    people: People, settings: Settings, app: FastAPI, temporal: Client
) -> None:
    changed = settings.model_copy(update={"secret_key": SecretStr("another key")})
    database = create_engine(app.state.context.hub.database_url, pool_size=1)
    other = create_app(changed, database, temporal)
    async with client_of(other) as http:
        answer = await post(http, _path(people, "inbound"), text("Yes"))
    await database.dispose()
    assert problem(answer) == (404, "not-found")
