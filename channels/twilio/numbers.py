"""What can a Twilio account send from, and how are its texts brought to us?

Source: reference on SMS, section 1.8; of messaging services, the SDK's own descriptions.
"""

from http import HTTPStatus
from typing import Any, Final

import phonenumbers

from channels.http import Refused
from channels.interface import ByHand, DiscoveredNumber, Registered, Registration
from channels.twilio.client import PAGE_SIZE, TwilioClient, reading
from channels.twilio.sending import is_service
from domain.numbers import NumberKind

_NOT_OURS_TO_SEE: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
"""Answers of a key that may not ask for it, or of a server that stands in for Twilio and lacks it."""


async def list_numbers(client: TwilioClient) -> list[DiscoveredNumber]:
    """Return the numbers, short codes and messaging services that can text. Raises ProviderUnavailable."""
    with reading():
        numbers = await client.incoming_phone_numbers.list_async(page_size=PAGE_SIZE)
        short_codes = await _short_codes(client)
        services = await _services(client)
        return [
            *(_long_number(number) for number in numbers if _capabilities(number).get("sms", True)),
            *(_short_code(code) for code in short_codes),
            *(_service(service) for service in services),
        ]


async def register(client: TwilioClient, sender: str, inbound_url: str) -> Registration:
    """Have texts to `sender` brought to `inbound_url`. Raises ProviderUnavailable."""
    with reading():
        try:
            if is_service(sender):
                return await _register_service(client, sender, inbound_url)
            if sender.startswith("+"):
                return await _register_number(client, sender, inbound_url)
            if sender.isdigit():
                return await _register_short_code(client, sender, inbound_url)
        except Refused as refusal:
            if refusal.status != HTTPStatus.BAD_REQUEST:
                raise
            return ByHand(
                f"Twilio does not accept {inbound_url} as an address to call: it must be one that "
                "can be reached from the internet. Give Touchline such a public address, and try again."
            )
    return ByHand("There is nothing to set up: customers cannot answer a sender's name.")


async def _register_number(client: TwilioClient, e164: str, inbound_url: str) -> Registration:
    # The filter is for a part of the number.
    found = await client.incoming_phone_numbers.list_async(phone_number=e164, page_size=PAGE_SIZE)
    number = next((number for number in found if number.phone_number == e164), None)
    if number is None:
        return _not_there("phone number")
    if number.sms_application_sid:
        return ByHand(
            "This number is handled by a TwiML app, which decides where its texts go. In Twilio's "
            "console, open the number and, under Messaging, configure it with a webhook: "
            f"{inbound_url}, by HTTP POST, when a message comes in."
        )
    if service := await _service_of(client, number.sid):
        return _by_service(service, inbound_url)
    await number.update_async(sms_url=inbound_url, sms_method="POST")
    return Registered()


async def _register_short_code(client: TwilioClient, code: str, inbound_url: str) -> Registration:
    found = next((c for c in await _short_codes(client) if c.short_code == code), None)
    if found is None:
        return _not_there("short code")
    if service := await _service_of(client, found.sid):
        return _by_service(service, inbound_url)
    await found.update_async(sms_url=inbound_url, sms_method="POST")
    return Registered()


async def _register_service(client: TwilioClient, sid: str, inbound_url: str) -> Registration:
    found = next((s for s in await _services(client) if s.sid == sid), None)
    if found is None:
        return _not_there("messaging service")
    await found.update_async(
        inbound_request_url=inbound_url, inbound_method="POST", use_inbound_webhook_on_number=False
    )
    return Registered()


async def _service_of(client: TwilioClient, sender_sid: str) -> Any | None:
    """Return the service that takes a sender's texts instead of the sender itself, if one does."""
    for service in await _services(client):
        if service.use_inbound_webhook_on_number:
            continue
        of_service = client.messaging.v1.services(service.sid)
        kind = of_service.short_codes if sender_sid.startswith("SC") else of_service.phone_numbers
        members = await kind.list_async(page_size=PAGE_SIZE)
        if any(member.sid == sender_sid for member in members):
            return service
    return None


def _by_service(service: Any, inbound_url: str) -> Registration:
    if service.inbound_request_url == inbound_url:
        return Registered()
    return ByHand(
        f"The messaging service {service.friendly_name} takes the texts of this number. In Twilio's "
        "console, open the service and, under Integration, either choose to defer to the sender's "
        f"webhook and try again here, or send a webhook to {inbound_url}, by HTTP POST."
    )


def _not_there(what: str) -> ByHand:
    return ByHand(f"This Twilio account has no such {what}. Is it another account's?")


async def _short_codes(client: TwilioClient) -> list[Any]:
    try:
        return list(await client.short_codes.list_async(page_size=PAGE_SIZE))
    except Refused as refusal:
        if refusal.status in _NOT_OURS_TO_SEE:
            return []
        raise


async def _services(client: TwilioClient) -> list[Any]:
    try:
        return list(await client.messaging.v1.services.list_async(page_size=PAGE_SIZE))
    except Refused as refusal:
        if refusal.status in _NOT_OURS_TO_SEE:
            return []
        raise


def _long_number(number: Any) -> DiscoveredNumber:
    return DiscoveredNumber(
        e164=number.phone_number,
        kind=_kind(number.phone_number),
        friendly_name=number.friendly_name or "",
        can_mms=_capabilities(number).get("mms") is True,
    )


def _short_code(code: Any) -> DiscoveredNumber:
    return DiscoveredNumber(code.short_code, NumberKind.SHORT_CODE, code.friendly_name or "")


def _service(service: Any) -> DiscoveredNumber:
    # With its converter a picture arrives in any case, as a link where a number cannot send it.
    return DiscoveredNumber(
        e164=service.sid,
        kind=NumberKind.MESSAGING_SERVICE,
        friendly_name=service.friendly_name or "",
        can_mms=service.mms_converter is True,
    )


def _capabilities(number: Any) -> dict[str, Any]:
    return number.capabilities or {}


def _kind(e164: str) -> NumberKind:
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return NumberKind.LONG_CODE
    if kind == phonenumbers.PhoneNumberType.TOLL_FREE:
        return NumberKind.TOLL_FREE
    return NumberKind.LONG_CODE
