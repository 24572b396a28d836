from typing import Any

import httpx
import pytest

from channels.errors import ProviderUnavailable
from channels.interface import ByHand, DiscoveredNumber, Registered, Registration
from domain.numbers import NumberKind
from tests.channels.twilio.conftest import (
    OURS,
    ROOT,
    SERVICE,
    Handler,
    always,
    by_path,
    make_channel,
    make_error,
)

INBOUND = "https://sms.example.org/api/v1/webhooks/twilio/7/inbound"
STATUS = "https://sms.example.org/api/v1/webhooks/twilio/7/status"
NUMBER_SID = "PN00000000000000000000000000000005"
SHORT_CODE_SID = "SC00000000000000000000000000000006"


def number(e164: str = OURS, **fields: Any) -> dict[str, Any]:
    return {"sid": NUMBER_SID, "phone_number": e164, "friendly_name": f"Line {e164}", **fields}


def service(**fields: Any) -> dict[str, Any]:
    return {
        "sid": SERVICE,
        "friendly_name": "Harbour",
        "inbound_request_url": "https://elsewhere.example.org/",
        "use_inbound_webhook_on_number": False,
        **fields,
    }


def of_numbers(*numbers: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"incoming_phone_numbers": numbers, "next_page_uri": None})


def of_short_codes(*codes: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"short_codes": codes, "next_page_uri": None})


def of_services(*services: dict[str, Any]) -> httpx.Response:
    meta = {"key": "services", "next_page_url": None}
    return httpx.Response(200, json={"services": services, "meta": meta})


def of_members(key: str, *sids: str) -> httpx.Response:
    """Return some of a service's senders."""
    meta = {"key": key, "next_page_url": None}
    return httpx.Response(200, json={key: [{"sid": sid} for sid in sids], "meta": meta})


ALL_NUMBERS = "/IncomingPhoneNumbers.json?PageSize=100"
ALL_SHORT_CODES = "/SMS/ShortCodes.json?PageSize=100"
ALL_SERVICES = "/v1/Services?PageSize=100"
THE_NUMBER = "/IncomingPhoneNumbers.json?PhoneNumber=%2B15005550006&PageSize=100"


# What the account has


async def test_the_numbers_of_the_account_that_can_text_are_listed_by_kind() -> None:
    numbers = [
        number("+12125550123", capabilities={"voice": True, "sms": True, "mms": True}),
        number("+18005550123", capabilities={"sms": True, "mms": False}),
        number("+12125550124", capabilities={"voice": True, "sms": False}),
        number("+447700900001", friendly_name=None),
        number("not a number"),
    ]
    answers = {
        ALL_NUMBERS: of_numbers(*numbers),
        ALL_SHORT_CODES: of_short_codes({"short_code": "54321", "friendly_name": "Ours"}),
        ALL_SERVICES: of_services(service(mms_converter=True), service(sid="MG2")),
    }
    assert await make_channel(by_path(answers)).list_numbers() == [
        DiscoveredNumber("+12125550123", NumberKind.LONG_CODE, "Line +12125550123", can_mms=True),
        DiscoveredNumber("+18005550123", NumberKind.TOLL_FREE, "Line +18005550123"),
        DiscoveredNumber("+447700900001", NumberKind.LONG_CODE, ""),
        DiscoveredNumber("not a number", NumberKind.LONG_CODE, "Line not a number"),
        DiscoveredNumber("54321", NumberKind.SHORT_CODE, "Ours"),
        DiscoveredNumber(SERVICE, NumberKind.MESSAGING_SERVICE, "Harbour", can_mms=True),
        DiscoveredNumber("MG2", NumberKind.MESSAGING_SERVICE, "Harbour"),
    ]


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_short_codes_and_services_that_a_key_may_not_see_do_not_hide_the_numbers(
    status: int,
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == f"{ROOT}/IncomingPhoneNumbers.json":
            return of_numbers(number())
        return httpx.Response(status, json=make_error(20003, status))

    found = await make_channel(answer).list_numbers()
    assert [number.e164 for number in found] == [OURS]


@pytest.mark.parametrize(
    "answer",
    [always(401, make_error(20003, 401)), always(500), always(200, b"<html>"), always(200, {})],
)
async def test_numbers_that_cannot_be_had_are_no_empty_list(answer: Handler) -> None:
    with pytest.raises(ProviderUnavailable):
        await make_channel(answer).list_numbers()


@pytest.mark.parametrize(
    ("base_url", "asked"),
    [
        ("https://api.twilio.com", "messaging.twilio.com"),
        ("https://api.dublin.ie1.twilio.com", "messaging.dublin.ie1.twilio.com"),
        ("https://api.example.org", "api.example.org"),
        ("https://api.twilio.com.example.org", "api.twilio.com.example.org"),
    ],
)
async def test_messaging_services_are_asked_for_beside_the_account(
    base_url: str, asked: str
) -> None:
    hosts: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/Services":
            hosts.append(request.url.host)
            return of_services()
        if request.url.path == f"{ROOT}/SMS/ShortCodes.json":
            return of_short_codes()
        return of_numbers()

    assert await make_channel(answer, base_url=base_url).list_numbers() == []
    assert hosts == [asked]


# Where its texts go


async def register(
    answers: dict[str, httpx.Response], sender: str
) -> tuple[Registration, dict[str, str]]:
    """Return what registering `sender` came to, and what was changed at Twilio, by path and form."""
    changed: dict[str, str] = {}
    known = by_path(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            changed[request.url.path.removeprefix(ROOT)] = request.content.decode()
        return known(request)

    channel = make_channel(answer)
    done = await channel.register_webhooks(sender, inbound_url=INBOUND, status_url=STATUS)
    return done, changed


async def test_a_numbers_texts_are_brought_to_us() -> None:
    longer = number(OURS + "7", sid="PN7")
    answers = {
        THE_NUMBER: of_numbers(longer, number()),
        ALL_SERVICES: of_services(service()),
        MEMBERS: of_members("phone_numbers", "PN7"),
        f"/IncomingPhoneNumbers/{NUMBER_SID}.json": httpx.Response(200, json=number()),
    }
    done, changed = await register(answers, OURS)
    assert done == Registered()
    assert changed == {
        f"/IncomingPhoneNumbers/{NUMBER_SID}.json": (
            "SmsMethod=POST"
            "&SmsUrl=https%3A%2F%2Fsms.example.org%2Fapi%2Fv1%2Fwebhooks%2Ftwilio%2F7%2Finbound"
        )
    }


async def test_a_number_that_a_twiml_app_handles_is_left_to_a_person() -> None:
    answers = {THE_NUMBER: of_numbers(number(sms_application_sid="AP1"))}
    done, changed = await register(answers, OURS)
    assert isinstance(done, ByHand)
    assert "TwiML app" in done.instructions
    assert INBOUND in done.instructions
    assert changed == {}


MEMBERS = f"/v1/Services/{SERVICE}/PhoneNumbers?PageSize=100"


async def test_a_number_whose_messaging_service_takes_its_texts_is_left_to_a_person() -> None:
    answers = {
        THE_NUMBER: of_numbers(number()),
        ALL_SERVICES: of_services(service(sid="MG2"), service()),
        "/v1/Services/MG2/PhoneNumbers?PageSize=100": of_members("phone_numbers", "PN7"),
        MEMBERS: of_members("phone_numbers", "PN7", NUMBER_SID),
    }
    done, changed = await register(answers, OURS)
    assert isinstance(done, ByHand)
    assert "Harbour" in done.instructions
    assert INBOUND in done.instructions
    assert changed == {}


async def test_a_number_whose_messaging_service_already_calls_us_is_registered() -> None:
    answers = {
        THE_NUMBER: of_numbers(number()),
        ALL_SERVICES: of_services(service(inbound_request_url=INBOUND)),
        MEMBERS: of_members("phone_numbers", "PN7", NUMBER_SID),
    }
    assert await register(answers, OURS) == (Registered(), {})


async def test_a_number_whose_messaging_service_leaves_its_texts_to_it_is_registered() -> None:
    answers = {
        THE_NUMBER: of_numbers(number()),
        ALL_SERVICES: of_services(service(use_inbound_webhook_on_number=True)),
        MEMBERS: of_members("phone_numbers", "PN7", NUMBER_SID),
        f"/IncomingPhoneNumbers/{NUMBER_SID}.json": httpx.Response(200, json=number()),
    }
    done, changed = await register(answers, OURS)
    assert done == Registered()
    assert list(changed) == [f"/IncomingPhoneNumbers/{NUMBER_SID}.json"]


async def test_a_short_codes_texts_are_brought_to_us() -> None:
    code = {"sid": SHORT_CODE_SID, "short_code": "54321"}
    path = f"/SMS/ShortCodes/{SHORT_CODE_SID}.json"
    answers = {ALL_SHORT_CODES: of_short_codes(code), path: httpx.Response(200, json=code)}
    done, changed = await register(answers, "54321")
    assert done == Registered()
    assert list(changed) == [path]


async def test_a_short_code_whose_messaging_service_takes_its_texts_is_left_to_a_person() -> None:
    answers = {
        ALL_SHORT_CODES: of_short_codes({"sid": SHORT_CODE_SID, "short_code": "54321"}),
        ALL_SERVICES: of_services(service()),
        f"/v1/Services/{SERVICE}/ShortCodes?PageSize=100": of_members(
            "short_codes", SHORT_CODE_SID
        ),
    }
    done, changed = await register(answers, "54321")
    assert isinstance(done, ByHand)
    assert changed == {}


async def test_a_messaging_services_texts_are_brought_to_us() -> None:
    path = f"/v1/Services/{SERVICE}"
    answers = {ALL_SERVICES: of_services(service()), path: httpx.Response(200, json=service())}
    done, changed = await register(answers, SERVICE)
    assert done == Registered()
    assert changed == {
        path: (
            "InboundRequestUrl=https%3A%2F%2Fsms.example.org%2Fapi%2Fv1%2Fwebhooks%2Ftwilio%2F7"
            "%2Finbound&InboundMethod=POST&UseInboundWebhookOnNumber=false"
        )
    }


@pytest.mark.parametrize(
    ("sender", "words"),
    [
        (OURS, "no such phone number"),
        ("54321", "no such short code"),
        (SERVICE, "no such messaging service"),
        ("ACME", "customers cannot answer"),
    ],
)
async def test_what_the_account_does_not_have_is_left_to_a_person(sender: str, words: str) -> None:
    answers = {
        THE_NUMBER: of_numbers(),
        ALL_SHORT_CODES: of_short_codes(),
        ALL_SERVICES: of_services(),
    }
    done, changed = await register(answers, sender)
    assert isinstance(done, ByHand)
    assert words in done.instructions
    assert changed == {}


async def test_an_address_that_twilio_does_not_take_is_said_in_words() -> None:
    answers = {
        THE_NUMBER: of_numbers(number()),
        f"/IncomingPhoneNumbers/{NUMBER_SID}.json": httpx.Response(
            400, json=make_error(21402, 400)
        ),
    }
    done, _ = await register(answers, OURS)
    assert isinstance(done, ByHand)
    assert f"Twilio does not accept {INBOUND}" in done.instructions


@pytest.mark.parametrize("status", [401, 429, 500])
async def test_a_registration_that_twilio_does_not_carry_out_is_none(status: int) -> None:
    answers = {
        THE_NUMBER: of_numbers(number()),
        f"/IncomingPhoneNumbers/{NUMBER_SID}.json": httpx.Response(status),
    }
    with pytest.raises(ProviderUnavailable):
        await register(answers, OURS)
