"""No credential is written or said anywhere: not where all goes well, and not where everything fails.

One long story with an account of every provider, and then a search of all that it left behind. Its twin is
tests/e2e/leaks.py, whose own tests are here, too: a search that finds nothing proves something only if it can find.
"""

import asyncio
import base64
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from tests.cli.conftest import run
from tests.e2e.conftest import PASSWORD, Office
from tests.e2e.leaks import Secrets, files_of, histories_of, rows_of
from tests.e2e.overheard import Overheard
from tests.makers import AUTH_TOKEN
from tests.stack import eventually

TWILIO, KEY_SID = "AC" + "b" * 32, "SK" + "c" * 32
TELESIGN = "FFFFFFFF-EEEE-DDDD-1234-AB1234567890"
INFOBIP = "infobip-account"


def telesign_key(seed: int) -> str:
    return base64.b64encode(bytes(range(seed, seed + 64))).decode()


SECRETS = {
    "the first Twilio auth token": AUTH_TOKEN,
    "the Twilio auth token": "a/twilio+token=of&ours",
    "the Twilio API key's secret": "an/api+key=of&ours?",
    "the wrong Twilio auth token": "wrong/twilio+token",
    "the next Twilio auth token": "next/twilio+token=of&ours",
    "the TeleSign API key": telesign_key(190),
    "the wrong TeleSign API key": telesign_key(7),
    "the next TeleSign API key": telesign_key(99),
    "the Infobip API key": "an-infobip/key+of=ours",
    "the wrong Infobip API key": "a-wrong-infobip/key",
    "the next Infobip API key": "the-next-infobip/key",
    "the Infobip webhook secret": "an/infobip+webhook=secret&",
    "the next Infobip webhook secret": "another/infobip+webhook=secret&",
    "the secret key": "a key for tests",
    "the password": PASSWORD,
}
IN_ADDRESSES = ("the Infobip webhook secret", "the next Infobip webhook secret")
"""What stands in the addresses that an administrator gives to Infobip."""
TELLING_ADDRESSES = ("/setup", "/register-webhooks")

# Of the handset's magic numbers: refused, connection cut, 500 and lost answer after creating, 503, throttled.
MAGIC = [f"+16465550{end}" for end in (187, 191, 192, 193, 190, 189)]


@dataclass
class Story:
    """What happens in an office that has accounts of every provider."""

    office: Office
    admin: Overheard
    seller: Overheard
    terminal: Path
    accounts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    test_ids: list[str] = field(default_factory=list)
    said: list[bytes] = field(default_factory=list)
    """What commands printed and webhooks were answered."""

    @property
    def carrier_url(self) -> str:
        return self.office.stack.carrier.url

    def put_accounts(self, *, rotated: bool = False, status: str = "active") -> None:
        """Have the accounts at the providers."""
        which = "next " if rotated else ""
        carrier = self.office.stack.carrier
        twilio = {
            "auth_token": SECRETS[f"the {which}Twilio auth token"],
            KEY_SID: SECRETS["the Twilio API key's secret"],
        }
        carrier.put_account(TWILIO, twilio, status=status)
        for account, protocol, label in (
            (TELESIGN, "telesign", "TeleSign"),
            (INFOBIP, "infobip", "Infobip"),
        ):
            key = {"api_key": SECRETS[f"the {which}{label} API key"]}
            carrier.put_account(account, key, protocol=protocol, status=status)

    def connect(self) -> None:
        """Connect each account with wrong credentials first, then with none that could be right, then right."""
        wrong = {
            "twilio": {
                "account_sid": TWILIO,
                "auth_token": SECRETS["the wrong Twilio auth token"],
            },
            "telesign": {
                "customer_id": TELESIGN,
                "api_key": SECRETS["the wrong TeleSign API key"],
            },
            "infobip": {
                "api_key": SECRETS["the wrong Infobip API key"],
                "webhook_secret": SECRETS["the Infobip webhook secret"],
            },
        }
        right = {
            "twilio": {
                "auth_token": SECRETS["the Twilio auth token"],
                "api_key_sid": KEY_SID,
                "api_key_secret": SECRETS["the Twilio API key's secret"],
            },
            "telesign": {"api_key": SECRETS["the TeleSign API key"]},
            "infobip": {"api_key": SECRETS["the Infobip API key"]},
        }
        self.admin.try_to("POST", "/provider-accounts", {"name": "?", "credentials": right})
        for provider, credentials in wrong.items():
            body = {
                "name": provider,
                "provider": provider,
                "credentials": credentials,
                "api_base_url": self.carrier_url,
            }
            misspelt = {**credentials, "token": credentials.get("api_key", "")}
            self.admin.try_to("POST", "/provider-accounts", {**body, "credentials": misspelt})
            self.admin.try_to("POST", "/provider-accounts", {**body, "provider": "nobody"})
            made = self.admin.try_to(
                "POST", "/provider-accounts", body, **{"Idempotency-Key": provider}
            )
            self.accounts[provider] = made.json()["id"]
            assert made.json()["check"]["ok"] is False
            path = f"/provider-accounts/{made.json()['id']}"
            changed = self.admin.try_to("PATCH", path, {"credentials": right[provider]})
            assert changed.json()["check"]["ok"] is True, changed.text
            refused = self.admin.try_to("PATCH", path, {"credentials": credentials})
            assert refused.status_code == 422, refused.text

    def set_up(self) -> None:
        """Find numbers, add one for each account, have its webhooks registered, and send a test text."""
        carrier = self.office.stack.carrier
        ids = {"twilio": TWILIO, "telesign": TELESIGN, "infobip": INFOBIP}
        for index, (provider, account_id) in enumerate(self.accounts.items()):
            number = f"+1212555013{index}"
            carrier.put_number(ids[provider], number)
            path = f"/provider-accounts/{account_id}"
            self.admin.try_to("POST", f"{path}/discover-numbers")
            added = self.admin.post(
                "/phone-numbers",
                {
                    "e164": number,
                    "provider_account_id": account_id,
                    "owner_user_id": self.office.seller_id,
                    "per_second": 100,
                },
            )
            self.numbers[provider] = number
            urls = self.admin.post(f"{path}/register-webhooks", None)
            carrier.put_number(ids[provider], number, sms_url=urls["inbound_url"])
            self.admin.get(f"{path}/setup")
            test = {"to": "+12025550143", "phone_number_id": added["id"]}
            shown = self.admin.post(f"{path}/verify", test)
            self.test_ids.append(shown["test_id"])
            self.admin.get(f"{path}/tests/{shown['test_id']}?wait=10")

    def talk(self, *customers: str) -> None:
        """Have customers write to every number, and the seller answer them."""
        carrier = self.office.stack.carrier
        for number in self.numbers.values():
            for customer in customers:
                assert carrier.say(customer, number, "Is it in stock?")["webhook"]["answered"]
        for conversation in self.seller.all("/conversations"):
            if conversation["customer_number"] in customers:
                path = f"/conversations/{conversation['id']}/messages"
                self.seller.try_to("POST", path, {"text": "It is."})

    def receive_nonsense(self) -> None:
        """Have every provider's webhooks called by others, and genuine ones say what nobody can read."""
        for provider, account_id in self.accounts.items():
            path = f"/provider-accounts/{account_id}/setup"
            setup = self.admin.get(path)
            for url in (setup["inbound_url"], setup["status_url"]):
                for address in (url, url.partition("?")[0]):
                    for content in (b"{}", b'{"results": [{"messageId": "1", "to": 7}]}'):
                        answer = httpx.post(address, content=content)
                        self.said.append(answer.content)
                self.said.append(httpx.get(url).content)
            self.said.append(httpx.post(url.replace(provider, "nobody")).content)

    def use_the_terminal(self) -> None:
        """Rotate credentials, with what the providers do not take first, and look at the accounts."""
        self.command("sign-in", "admin@example.org", stdin=f"{PASSWORD}\n")
        names = (("twilio", "Twilio auth token"), ("telesign", "TeleSign API key"))
        for provider, secret in (*names, ("infobip", "Infobip API key")):
            field_name = "auth_token" if provider == "twilio" else "api_key"
            for which in ("wrong", "next"):
                self.put_accounts(rotated=which == "next")
                file = self.terminal / "credentials.json"
                file.write_text(json.dumps({field_name: SECRETS[f"the {which} {secret}"]}))
                self.command("provider", "rotate", provider, "--credentials-file", str(file))
            self.command("provider", "verify", provider)
            self.command("provider", "health", provider)
        self.command("provider", "list", "--json")
        secret = SECRETS["the next Infobip webhook secret"]
        changes = {"credentials": {"webhook_secret": secret}}
        self.admin.try_to("PATCH", f"/provider-accounts/{self.accounts['infobip']}", changes)
        urls = self.admin.post(f"/provider-accounts/{self.accounts['infobip']}/register-webhooks")
        number = self.numbers["infobip"]
        self.office.stack.carrier.put_number(INFOBIP, number, sms_url=urls["inbound_url"])

    def command(self, *words: str, stdin: str | None = None) -> None:
        url = self.office.stack.api_url
        result = run(*words, home=self.terminal, stdin=stdin, TOUCHLINE_API_URL=url)
        self.said.append(result.output.encode())

    def verify_all(self) -> list[str]:
        paths = [f"/provider-accounts/{account_id}" for account_id in self.accounts.values()]
        for path in paths:
            self.admin.try_to("POST", f"{path}/discover-numbers")
            self.admin.try_to("POST", f"{path}/register-webhooks")
        return [self.admin.post(f"{path}/verify")["verdict"] for path in paths]

    def resume_all(self) -> None:
        for account_id in self.accounts.values():
            self.admin.post(f"/provider-accounts/{account_id}/resume")

    def break_the_database(self, url: str) -> None:
        """Ask for what touches credentials while a table is away, and while the stored ones are damaged."""
        path = f"/provider-accounts/{self.accounts['twilio']}"
        credentials = {"auth_token": SECRETS["the next Twilio auth token"]}
        body = {"name": "another", "provider": "twilio", "credentials": credentials}
        body["credentials"] = {**credentials, "account_sid": TWILIO}
        with changed(
            url,
            "ALTER TABLE provider_accounts RENAME COLUMN trusted_proxies TO away",
            "ALTER TABLE provider_accounts RENAME COLUMN away TO trusted_proxies",
        ):
            self.admin.try_to("POST", "/provider-accounts", body)
            self.admin.try_to("PATCH", path, {"credentials": credentials})
            self.receive_away()
        with changed(
            url,
            r"UPDATE provider_accounts SET credentials = '\x00' || credentials, updated_at = now()",
            "UPDATE provider_accounts SET credentials = substr(credentials, 2), updated_at = now()",
        ):
            self.talk_without_answer("+12025550155")
            self.admin.get(path)
            assert self.admin.get(f"{path}/setup")["inbound_url"] is None
            assert self.admin.post(f"{path}/verify")["ok"] is False
            eventually(lambda: "UnreadableSecret" in self.office.stack.log("worker"))

    def receive_away(self) -> None:
        setup = f"/provider-accounts/{self.accounts['infobip']}/setup"
        self.admin.try_to("GET", setup)

    def talk_without_answer(self, customer: str) -> None:
        for conversation in self.seller.all("/conversations"):
            path = f"/conversations/{conversation['id']}/messages"
            self.seller.try_to("POST", path, {"text": f"Are you there, {customer}?"})


@contextmanager
def changed(url: str, do: str, undo: str) -> Iterator[None]:
    """Have the database be otherwise for a while."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(do))  # type: ignore[arg-type]  # the statements are ours
        try:
            yield
        finally:
            connection.execute(sql.SQL(undo))  # type: ignore[arg-type]  # as above
