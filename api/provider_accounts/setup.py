"""Which steps lead from a new account to a text that arrives, and which of them are done?"""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

from db.providers.tables import ProbeText, ProviderAccount
from domain.messages import MessageStatus

_ARRIVED = (MessageStatus.SENT, MessageStatus.DELIVERED)


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `text` says what to do, or what is done."""

    name: Literal["credentials", "numbers", "webhooks", "test_text"]
    state: Literal["done", "todo"]
    text: str


def steps_of(
    account: ProviderAccount,
    *,
    numbers: int,
    probe: ProbeText | None,
    inbound_url: str | None,
    status_url: str | None,
    is_reachable: bool,
) -> list[Step]:
    """Return the steps in their order. The addresses are None if the account's credentials cannot be used;
    `is_reachable`: whether the provider can call them."""
    return [
        _credentials(account),
        _numbers(numbers),
        _webhooks(account, inbound_url, status_url, is_reachable=is_reachable),
        _test_text(probe),
    ]


def is_reachable(callback_url: str, base_url: str | None) -> bool:
    """Return whether a provider at `base_url` (None: its own on the internet) can call addresses below `callback_url`.

    What stands on this machine or in this network, such as the handset, can; what is outside cannot reach in here.
    """
    return not _is_local(callback_url) or (base_url is not None and _is_local(base_url))


def _is_local(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host


def _credentials(account: ProviderAccount) -> Step:
    if account.verified_at is not None:
        return Step("credentials", "done", "The provider takes the credentials.")
    return Step(
        "credentials",
        "todo",
        "The provider has not taken the credentials yet: verify the account, and enter them again if it says so.",
    )


def _numbers(numbers: int) -> Step:
    if numbers:
        count = "1 number" if numbers == 1 else f"{numbers} numbers"
        return Step("numbers", "done", f"The account has {count} to send from.")
    return Step(
        "numbers",
        "todo",
        "Add the numbers to send from: ask the provider which it has, or type them in, each with its owner.",
    )


def _webhooks(
    account: ProviderAccount,
    inbound_url: str | None,
    status_url: str | None,
    *,
    is_reachable: bool,
) -> Step:
    if account.last_inbound_at is not None:
        return Step("webhooks", "done", "Customers' texts come in.")
    if not is_reachable:
        text = (
            "The provider cannot reach this Touchline yet: set TOUCHLINE_PUBLIC_URL to its https address on the "
            "internet, and restart."
        )
    elif inbound_url is None:
        text = "The addresses are known once the credentials can be used."
    else:
        text = (
            f"Tell the provider where to bring customers' texts: register the webhooks, or set this address there by "
            f"hand, called by POST: {inbound_url} For delivery reports, where it asks for an address of their own: "
            f"{status_url} Then text one of the numbers: this step is done when that text has come in."
        )
    return Step("webhooks", "todo", text)


def _test_text(probe: ProbeText | None) -> Step:
    if probe is None:
        return Step("test_text", "todo", "Send a test text to a phone of yours, and see it arrive.")
    if probe.status in _ARRIVED and probe.reported_at is not None:
        return Step("test_text", "done", "A test text went out, and the provider reported on it.")
    return Step(
        "test_text", "todo", "The last test text did not get through: see which leg failed."
    )
