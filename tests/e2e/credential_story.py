"""What can happen to credentials? A story of one office with an account of every provider, told to the product.

Everything that touches a credential is done once where it goes well and once where it fails.
"""

import asyncio
import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psycopg

from tests.cli.conftest import run
from tests.e2e.conftest import PASSWORD, Office
from tests.e2e.leaks import histories_at
from tests.e2e.overheard import Overheard
from tests.e2e.test_main_job import prepare
from tests.makers import AUTH_TOKEN, OUR_NUMBER
from tests.makers import CUSTOMER as LEAD
from tests.stack import eventually

_TWILIO, _KEY_SID = "AC" + "b" * 32, "SK" + "c" * 32
_TELESIGN = "FFFFFFFF-EEEE-DDDD-1234-AB1234567890"
_AT_PROVIDER = {"twilio": _TWILIO, "telesign": _TELESIGN, "infobip": "infobip-account"}


def _base64_key(first: int) -> str:
    return base64.b64encode(bytes(range(first, first + 64))).decode()


SECRETS: Mapping[str, str] = {
    "the first account's token": AUTH_TOKEN,
    "the wrong twilio key": "wrong/twilio+token=of&others",
    "the twilio key": "a/twilio+token=of&ours",
    "the next twilio key": "the-next/twilio+token=of&ours",
    "the twilio API key's secret": "an/api+key=of&ours?",
    "the wrong telesign key": _base64_key(7),
    "the telesign key": _base64_key(190),
    "the next telesign key": _base64_key(99),
    "the wrong infobip key": "a-wrong/infobip+key",
    "the infobip key": "an/infobip+key=of&ours",
    "the next infobip key": "the-next/infobip+key=of&ours",
    "the webhook secret": "a/webhook+secret=of&ours",
    "the next webhook secret": "the-next/webhook+secret=of&ours",
    "the secret key": "a key for tests",
    "the password": PASSWORD,
}
IN_ADDRESSES = ("the webhook secret", "the next webhook secret")
"""What stands in the addresses that an administrator pastes at Infobip."""

_FIELD = {"twilio": "auth_token", "telesign": "api_key", "infobip": "api_key"}
_BESIDE = {
    "twilio": {"account_sid": _TWILIO},
    "telesign": {"customer_id": _TELESIGN},
    "infobip": {"webhook_secret": SECRETS["the webhook secret"]},
}
_API_KEY = {"api_key_sid": _KEY_SID, "api_key_secret": SECRETS["the twilio API key's secret"]}

_FAULTS: Sequence[Mapping[str, Any]] = (
    {},
    {"reject": 1, "reject_code": "invalid_recipient"},
    {"throttle": 1},
    {"server_error": 1},
    {"cut_before": 1},
    {"error_after": 1},
    {"lose_answer": 1},
)
"""What happens to texts to the customers of a number, the first of whom gets them."""


def _customers(provider: str) -> list[str]:
    first = 10 * list(_AT_PROVIDER).index(provider)
    return [f"+120255501{first + index:02}" for index in range(len(_FAULTS))]


@dataclass
class Story:
    """The office, and what it has got so far, by provider."""

    office: Office
    database_url: str
    admin: Overheard
    seller: Overheard
    terminal: Path
    accounts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    test_ids: list[str] = field(default_factory=list)
    said: list[tuple[str, bytes]] = field(default_factory=list)
    """What commands printed, what strangers' webhooks were answered, and what the engine kept, by its place."""

    def tell(self) -> None:
        """Let all of it happen."""
        self.put_at_providers("the")
        self.office.stack.carrier.behave(
            webhook_forged=1,
            webhook_attempts=9,
            numbers={
                customer: fault
                for provider in _AT_PROVIDER
                for customer, fault in zip(_customers(provider), _FAULTS, strict=True)
            },
        )
        self.connect()
        self.set_up()
        self.enroll()
        self.talk()
        self.call_webhooks()
        self.rotate()
        self.talk()
        self.put_at_providers("the next", status="suspended")
        self.fail("suspended")
        self.put_at_providers("the next")
        self.office.stack.kill("handset")
        self.fail("unreachable")
        self.office.stack.start("handset")
        self.lose_the_table()
        self.damage_the_rows()

    def path(self, provider: str, below: str = "") -> str:
        return f"/provider-accounts/{self.accounts[provider]}{below}"

    def put_at_providers(self, which: str, *, status: str = "active") -> None:
        """Have the accounts with the keys that `which` names."""
        for protocol, account in _AT_PROVIDER.items():
            held = {_FIELD[protocol]: SECRETS[f"{which} {protocol} key"]}
            if protocol == "twilio":
                held[_KEY_SID] = _API_KEY["api_key_secret"]
            self.office.stack.carrier.put_account(account, held, protocol=protocol, status=status)

    def connect(self) -> None:
        """Connect each account with a wrong key, mend it, and try to break it again."""
        for provider, beside in _BESIDE.items():
            wrong = {_FIELD[provider]: SECRETS[f"the wrong {provider} key"]}
            right = {_FIELD[provider]: SECRETS[f"the {provider} key"]}
            body: dict[str, Any] = {
                "name": provider,
                "provider": provider,
                "credentials": wrong | beside,
                "api_base_url": self.office.stack.carrier.url,
            }
            for change in (
                {"provider": "nobody"},
                {"credentials": {"misspelt": wrong[_FIELD[provider]], **right}},
                {"credentials": right[_FIELD[provider]]},
            ):
                assert self.admin.ask("POST", "/provider-accounts", body | change) == 422
            made = self.admin.ask_well("POST", "/provider-accounts", body)
            assert made["check"]["ok"] is False
            self.accounts[provider] = made["id"]
            right |= _API_KEY if provider == "twilio" else {}
            mended = self.admin.ask_well("PATCH", self.path(provider), {"credentials": right})
            assert mended["check"]["ok"] is True, mended
            assert self.admin.ask("PATCH", self.path(provider), {"credentials": wrong}) == 422

    def set_up(self) -> None:
        """Find numbers, add one of each account, have its webhooks registered, and send a test text."""
        carrier = self.office.stack.carrier
        for index, provider in enumerate(self.accounts):
            self.numbers[provider] = number = f"+1212555013{index}"
            carrier.put_number(_AT_PROVIDER[provider], number)
            self.admin.ask_well("POST", self.path(provider, "/discover-numbers"))
            facts = {
                "e164": number,
                "provider_account_id": self.accounts[provider],
                "owner_user_id": self.office.seller_id,
                "per_second": 100,
            }
            added = self.admin.ask_well("POST", "/phone-numbers", facts)
            self.paste_address(provider)
            test = {"to": "+12025550143", "phone_number_id": added["id"]}
            shown = self.admin.ask_well("POST", self.path(provider, "/verify"), test)
            self.test_ids.append(shown["test_id"])
            self.admin.get(self.path(provider, f"/tests/{shown['test_id']}?wait=10"))

    def enroll(self) -> None:
        """Have a sequence begin, so that there is one of everything."""
        carrier = self.office.stack.carrier
        prepare(self.office)
        eventually(lambda: carrier.received(LEAD))
        carrier.say(LEAD, OUR_NUMBER, "Yes")
        eventually(lambda: self.seller.all("/work-items"))

    def paste_address(self, provider: str) -> None:
        """Enter at the provider the address that its texts go to."""
        urls = self.admin.ask_well("POST", self.path(provider, "/register-webhooks"))
        account, number = _AT_PROVIDER[provider], self.numbers[provider]
        self.office.stack.carrier.put_number(account, number, sms_url=urls["inbound_url"])

    def talk(self) -> None:
        """Have customers write to every number, and the seller answer each."""
        carrier = self.office.stack.carrier
        for provider, number in self.numbers.items():
            for customer in _customers(provider):
                assert carrier.say(customer, number, "Is it in stock?")["webhook"]["answered"]
        self.answer()

    def answer(self, *, within: timedelta | None = None) -> None:
        for conversation in self.seller.all("/conversations"):
            path = f"/conversations/{conversation['id']}/messages"
            text = {"text": "It is."}
            if within is not None:
                zone = ZoneInfo(conversation["customer_zones"][0])
                text["send_at_local"] = f"{datetime.now(zone) + within:%Y-%m-%dT%H:%M:%S}"
            # but for those whose number the provider has called unreachable meanwhile
            self.seller.ask_well("POST", path, text, unless="unreachable")

    def call_webhooks(self) -> None:
        """Call every webhook as a stranger, and as the provider with what nobody can read."""
        unknown = {"messageId": "1", "from": "12025550155", "to": "12125550199", "text": "Hi"}
        for provider in self.accounts:
            setup = self.admin.get(self.path(provider, "/setup"))
            for url in (setup["inbound_url"], setup["status_url"]):
                for address in (url, url.partition("?")[0], url.replace(provider, "nobody")):
                    for content in (b"{}", json.dumps({"results": [unknown]}).encode()):
                        self.hear(provider, httpx.post(address, content=content))
                self.hear(provider, httpx.get(url))

    def hear(self, provider: str, answer: httpx.Response) -> None:
        head = str(answer.headers).encode()
        self.said.append((f"the answer to a webhook of {provider}", head + answer.content))

    def rotate(self) -> None:
        """Enter new keys on the command line, wrong ones first, and another webhook secret."""
        self.command("sign-in", "admin@example.org", stdin=f"{PASSWORD}\n")
        file = self.terminal / "credentials.json"
        for provider in self.accounts:
            for which in ("the wrong", "the next"):
                file.write_text(json.dumps({_FIELD[provider]: SECRETS[f"{which} {provider} key"]}))
                self.put_at_providers("the next")
                self.command("provider", "rotate", provider, "--credentials-file", str(file))
            self.command("provider", "verify", provider)
            self.command("provider", "health", provider)
        self.command("provider", "list", "--json")
        given = {"webhook_secret": SECRETS["the next webhook secret"]}
        self.admin.ask_well("PATCH", self.path("infobip"), {"credentials": given})
        self.paste_address("infobip")

    def command(self, *words: str, stdin: str | None = None) -> None:
        url = self.office.stack.api_url
        result = run(*words, home=self.terminal, stdin=stdin, TOUCHLINE_API_URL=url)
        self.said.append((f"what {' '.join(words[:2])} prints", result.output.encode()))

    def fail(self, why: str) -> None:
        """Do all that asks the providers while none of them works, and let their accounts send again."""
        self.answer()
        for provider in self.accounts:
            self.admin.ask("POST", self.path(provider, "/discover-numbers"))
            self.admin.ask("POST", self.path(provider, "/register-webhooks"))
            verdict = self.admin.ask_well("POST", self.path(provider, "/verify"))
            assert verdict["ok"] is False, (why, verdict)
            self.admin.ask("POST", self.path(provider, "/reconcile"))
        eventually(lambda: self.admin.all("/alerts") if why == "suspended" else True)
        self.look_into_the_engine()
        for provider in self.accounts:
            self.admin.ask_well("POST", self.path(provider, "/resume"))

    def lose_the_table(self) -> None:
        """Have the table of the accounts away for a while: whatever asks for it ends in an error of ours."""
        body = {
            "name": "another",
            "provider": "twilio",
            "credentials": _BESIDE["twilio"] | {"auth_token": SECRETS["the next twilio key"]},
            "api_base_url": self.office.stack.carrier.url,
        }
        setup = self.admin.get(self.path("infobip", "/setup"))
        self.answer(within=timedelta(seconds=3))  # so that the worker asks for it, too
        with self.database_with(
            "ALTER TABLE provider_accounts RENAME TO away",
            "ALTER TABLE away RENAME TO provider_accounts",
        ):
            assert self.admin.ask("POST", "/provider-accounts", body) == 500
            given = {"credentials": {"api_key": SECRETS["the next infobip key"]}}
            assert self.admin.ask("PATCH", self.path("infobip"), given) == 500
            self.hear("infobip", httpx.post(setup["inbound_url"], content=b"{}"))
            eventually(lambda: "UndefinedTable" in self.office.stack.log("worker"))
            self.look_into_the_engine()

    def damage_the_rows(self) -> None:
        """Have the stored credentials unreadable for a while."""
        with self.database_with(
            r"UPDATE provider_accounts SET credentials = '\x00'::bytea || credentials",
            "UPDATE provider_accounts SET credentials = substr(credentials, 2)",
        ):
            for provider in self.accounts:
                self.admin.get(self.path(provider))
                assert self.admin.get(self.path(provider, "/setup"))["inbound_url"] is None
                assert self.admin.ask_well("POST", self.path(provider, "/verify"))["ok"] is False
            self.answer()
            eventually(lambda: "UnreadableSecret" in self.office.stack.log("worker"))

    def look_into_the_engine(self) -> None:
        """Keep what its histories hold now."""
        self.said += asyncio.run(histories_at(f"127.0.0.1:{self.office.stack.temporal_port}"))

    @contextmanager
    def database_with(self, change: str, undo: str) -> Iterator[None]:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute(change.encode())
            try:
                yield
            finally:
                connection.execute(undo.encode())
