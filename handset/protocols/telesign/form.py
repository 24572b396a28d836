"""What does a request to send say in TeleSign's form, and what does TeleSign refuse in it?"""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final

from handset.addresses import is_callable_url, is_phone_number, kind_of
from handset.entities import Account
from handset.protocols.telesign.parts import new_parts
from handset.reasons import Problem
from handset.sending import MAX_BODY, SendRequest

_TYPES: Final = frozenset({"OTP", "ARN", "MKT"})
_EVENTS: Final = frozenset({"", "create", "sign-in", "transact", "update", "delete"})


def send_request(form: Mapping[str, str], account: Account | None) -> SendRequest:
    """Return what a decoded form asks for; unknown parameters are left out, as by TeleSign.

    Without a sender TeleSign takes one of the account's; without a callback URL, the account's.
    """
    body = form.get("message", "")
    return SendRequest(
        sender=_sender(form.get("sender_id", ""), account),
        recipient=_with_plus(form.get("phone_number", "")),
        body=body,
        parts=new_parts(body),
        status_callback=form.get("callback_url")
        or (account.settings.get("status_url", "") if account else ""),
        reference=form.get("external_id", ""),
    )


def check_form(form: Mapping[str, str], request: SendRequest, account: Account) -> Problem | None:
    """Return why `account` is refused what it asks, None if it is not."""
    checks = {
        12000: bool(form.get("phone_number")),
        12009: bool(form.get("message")),
        12017: bool(form.get("message_type")),
        # With "+" it would be no number in TeleSign's way of writing.
        11000: form.get("phone_number", "").isdigit() and is_phone_number(request.recipient),
        11009: len(request.body) <= MAX_BODY,
        11017: form.get("message_type") in _TYPES,
        11013: request.sender in account.numbers,
        11003: form.get("account_lifecycle_event", "") in _EVENTS,
        11004: not form.get("callback_url") or is_callable_url(form["callback_url"]),
        11010: _is_address(form.get("originating_ip", "")),
    }
    return next((Problem(code) for code, is_right in checks.items() if not is_right), None)


def without_plus(address: str) -> str:
    """Return an address of the carrier in TeleSign's way of writing."""
    return address.removeprefix("+")


def _sender(sender_id: str, account: Account | None) -> str:
    numbers = account.numbers if account else {}
    if not sender_id:
        return next(iter(numbers), "")
    plain = _with_plus(sender_id)
    return plain if plain in numbers else sender_id


def _with_plus(address: str) -> str:
    return "+" + address if address.isdigit() and kind_of("+" + address) else address


def _is_address(text: str) -> bool:
    try:
        return not text or bool(ip_address(text))
    except ValueError:
        return False
