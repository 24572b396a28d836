"""The product as a browser shows it: one stack for many tests, with an organisation and a window for each."""

import asyncio
import shutil
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from typing import Any, Literal

import psycopg
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    ViewportSize,
    sync_playwright,
)

from api.passwords import hash_password
from db.engine import create_engine, create_sessions
from domain.users import Role
from tests.makers import make_account, make_number, make_organisation, make_user
from tests.stack import CHECKOUT, Person, Stack, eventually

PASSWORD = "correct horse battery staple"
WEB = CHECKOUT / "web"

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_DESK: ViewportSize = {"width": 1280, "height": 800}
_PHONE: ViewportSize = {"width": 375, "height": 740}
_HASH = hash_password(PASSWORD)
_serial = count(1)


@dataclass
class Window:
    """A browser's window with its own cookies; it keeps what its console complains of, and pages without a policy."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def use(self, scheme: Literal["light", "dark"]) -> None:
        """Prefer light or dark colours, as the machine's settings would."""
        self.page.emulate_media(color_scheme=scheme)
        self.page.wait_for_function(
            "scheme => document.documentElement.dataset.mantineColorScheme === scheme", arg=scheme
        )
        # colours half way between the schemes have no contrast to speak of
        self.page.wait_for_function("() => document.getAnimations().length === 0")

    def problems_by_axe(self) -> list[str]:
        """Return what axe finds wrong with what is shown now."""
        if self.page.evaluate("typeof axe") == "undefined":
            self.page.evaluate((WEB / "node_modules/axe-core/axe.min.js").read_text("utf-8"))
        found = self.page.evaluate("() => axe.run(document)")
        return [
            f"{violation['id']}: {node['html']} {node['any'] and node['any'][0]['message']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    @contextmanager
    def as_on_a_phone(self) -> Iterator[None]:
        """Make the window as narrow as a phone for a while."""
        self.page.set_viewport_size(_PHONE)
        yield
        self.page.set_viewport_size(_DESK)

    def overflow(self) -> list[str]:
        """Return what is wider than its place: it is cut off, or one has to scroll sideways for it."""
        found: list[str] = self.page.evaluate(
            """() => [...document.querySelectorAll("*")]
              .filter((one) => one.clientWidth > 1 && one.scrollWidth > one.clientWidth)
              .filter((one) => one === document.documentElement
                || getComputedStyle(one).overflowX !== "visible"
                && getComputedStyle(one).textOverflow !== "ellipsis")
              .map((one) => `${one.cloneNode().outerHTML} by ${one.scrollWidth - one.clientWidth} px`)"""
        )
        return found

    def note(self, message: ConsoleMessage) -> None:
        # the browser itself writes down every refusal, such as that of a wrong password: the page tells it in words
        is_refusal = message.text.startswith("Failed to load resource") and (
            "/api/v1/" in message.location["url"] and "status of 4" in message.text
        )
        if message.type in ("error", "warning") and not is_refusal:
            self.complaints.append(f"{message.text} {message.location['url']}")

    def check_policy(self, answer: Response) -> None:
        policy = answer.headers.get("content-security-policy", "")
        if answer.request.resource_type == "document" and "script-src 'self';" not in policy:
            self.complaints.append(f"{answer.url} has the content security policy {policy!r}")


@dataclass(frozen=True)
class Office:
    """One organisation on a stack: its people, its seller's number, and what it has to do with."""

    stack: Stack
    number: str
    admin_email: str
    seller_email: str

    @cached_property
    def admin(self) -> Person:
        return self.stack.client(self.admin_email, PASSWORD)

    @cached_property
    def seller(self) -> Person:
        return self.stack.client(self.seller_email, PASSWORD)

    def publish(self, source: str) -> None:
        """Store a sequence and let records be enrolled."""
        key = source.split("key: ", 1)[1].split("\n", 1)[0]
        self.save_draft(source)
        self.admin.post(f"/sequences/{key}/publish")
        self.admin.post(f"/sequences/{key}/activate")

    def save_draft(self, source: str) -> None:
        key = source.split("key: ", 1)[1].split("\n", 1)[0]
        answer = self.admin.request(
            "PUT",
            f"/sequences/{key}/draft",
            content=source,
            headers={"Content-Type": "application/yaml"},
        )
        assert answer.is_success, answer.text

    def lead(self, first_name: str, **values: Any) -> Any:
        """Add a lead of the seller's, with a number that nobody else has; on UTC unless told otherwise."""
        phone = f"+1303555{next(_serial):04}"
        body = {"first_name": first_name, "phone": phone, "timezone": "UTC"} | values
        return self.seller.post("/records", {"kind": "lead", **body})

    def enroll(self, sequence: str, *records: Any) -> list[str]:
        """Enroll records; returns the ids of the enrollments."""
        body = {"sequence": sequence, "record_ids": [record["id"] for record in records]}
        report = self.seller.post("/enrollments", body)
        assert report["refused"] == []
        return [enrolled["id"] for enrolled in report["enrolled"]]

    def work_item(self, record: Any) -> Any:
        """Return the record's open work item, once it is there."""
        return eventually(
            lambda: next(
                (
                    item
                    for item in self.seller.all("/work-items")
                    if item["record"]["id"] == record["id"]
                ),
                None,
            )
        )

    def hear(self, record: Any, text: str) -> None:
        """Have the customer write to the seller's number."""
        said = self.stack.carrier.say(record["phone"], self.number, text)
        assert said["webhook"]["answered"]

    def conversation(self, record: Any) -> Any:
        """Return the conversation with the record, once it is there."""
        return eventually(
            lambda: next(
                (
                    one
                    for one in self.seller.all("/conversations")
                    if one["record"]["id"] == record["id"]
                ),
                None,
            )
        )

    def received(self, record: Any) -> list[str]:
        """Return what the handset was asked to send to the record's number."""
        return self.stack.carrier.received(record["phone"])


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start the Chromium of the machine. Fails, and says why, where there is none, or nothing to look at."""
    assert (WEB / "dist/index.html").is_file(), "web/dist is not there: run `make web` first"
    assert (WEB / "node_modules/axe-core").is_dir(), "web/node_modules is not there: run `make web`"
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    assert found, f"none of {', '.join(names)} is on the PATH: install Chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def open_window(browser: Browser, stack: Stack, email: str | None = None) -> Iterator[Window]:
    """Open a window, signed in as `email` if that is given; at its end its console must have been silent."""
    context = browser.new_context(
        base_url=stack.api_url,
        viewport=_DESK,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/London",
    )
    context.set_default_timeout(15_000)
    if email is not None:
        signed_in = context.request.post(
            "/api/v1/session", data={"email": email, "password": PASSWORD}
        )
        assert signed_in.ok
    window = Window(context, context.new_page())
    window.page.on("console", window.note)
    window.page.on("response", window.check_policy)
    window.page.on("pageerror", lambda error: window.complaints.append(str(error)))
    yield window
    context.close()
    assert not window.complaints, window.complaints


def open_office(stack: Stack, **values: Any) -> Office:
    """Set up a new organisation with an administrator, and a seller who has a number."""
    serial = next(_serial)
    number = f"+1212555{serial:04}"
    account_sid = f"AC{serial:032x}"
    admin, seller = f"admin{serial}@example.org", f"seller{serial}@example.org"

    async def seed() -> str:
        engine = create_engine(stack.database_url, pool_size=1)
        async with create_sessions(engine).begin() as session:
            organisation = await make_organisation(session, **values)
            await make_user(
                session,
                organisation.id,
                email=admin,
                first_name="Alex",
                last_name="Admin",
                role=Role.ADMINISTRATOR,
                password_hash=_HASH,
            )
            user = await make_user(session, organisation.id, email=seller, password_hash=_HASH)
            account = await make_account(
                session,
                organisation.id,
                api_base_url=stack.carrier.url,
                account_sid=account_sid,
            )
            await make_number(session, account, e164=number, owner_user_id=user.id, is_default=True)
            account_id = str(account.id)
        await engine.dispose()
        return account_id

    account_id = _run_aside(seed())
    stack.carrier.connect(number, sms_url=stack.inbound_url(account_id), account=account_sid)
    return Office(stack, number, admin, seller)


def expire_sessions(stack: Stack, email: str) -> None:
    """Let time run out for everything `email` is signed in with."""
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        connection.execute(
            "UPDATE sessions SET expires_at = %s FROM users"
            " WHERE users.id = sessions.user_id AND users.email = %s",
            (datetime.now(UTC), email),
        )


def _run_aside(work: Coroutine[Any, Any, str]) -> str:
    # Playwright's own event loop runs in the thread of the tests
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, work).result()
