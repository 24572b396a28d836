"""The product as a browser shows it: a window for each person, and the customers' phones on the handset's page."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Response,
    ViewportSize,
    expect,
    sync_playwright,
)
from playwright.sync_api import TimeoutError as TooSlow

from tests.e2e.office import PASSWORD
from tests.stack import CHECKOUT, Stack

WEB = CHECKOUT / "web"

Scheme = Literal["light", "dark"]

_SCHEMES: tuple[Scheme, ...] = ("light", "dark")
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

_TOO_WIDE = """() => [...document.querySelectorAll("*")]
  .filter((one) => !(one.matches("[data-wide]") && one.tabIndex === 0))
  .filter((one) => one.clientWidth > 1 && one.scrollWidth > one.clientWidth)
  .filter((one) => one === document.documentElement
    || getComputedStyle(one).overflowX !== "visible"
    && getComputedStyle(one).textOverflow !== "ellipsis")
  .map((one) => `${one.cloneNode().outerHTML} by ${one.scrollWidth - one.clientWidth} px`)"""


@dataclass
class Window:
    """A browser's window with its own cookies; it keeps what its console complains of, and pages without a policy."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def use(self, scheme: Scheme) -> None:
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
        """Return what is wider than its place: it is cut off, or one has to scroll sideways for it.

        A table of many columns may say that it is wide, if the keyboard scrolls it.
        """
        # what floats finds its place anew after the window has changed
        with suppress(TooSlow):
            self.page.wait_for_function(f"() => ({_TOO_WIDE})().length === 0", timeout=5000)
        found: list[str] = self.page.evaluate(_TOO_WIDE)
        return found

    def check(self) -> None:
        """Look at what is shown in both schemes and at a phone's width; fails with what is wrong."""
        for scheme in _SCHEMES:
            self.use(scheme)
            assert self.problems_by_axe() == [], scheme
        with self.as_on_a_phone():
            assert self.overflow() == []
            assert self.problems_by_axe() == [], "on a phone"
        assert self.complaints == []
        self.use("light")

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
    with _open(browser, stack.api_url) as window:
        window.page.on("response", window.check_policy)
        if email is not None:
            signed_in = window.context.request.post(
                "/api/v1/session", data={"email": email, "password": PASSWORD}
            )
            assert signed_in.ok
        yield window


@contextmanager
def open_handset(browser: Browser, stack: Stack) -> Iterator[Window]:
    """Open a window at the handset's page, where the customers' phones are."""
    with _open(browser, stack.carrier.url) as window:
        window.page.goto("/")
        expect(window.page.get_by_text("Live", exact=True)).to_be_visible()
        yield window


def phone_of(window: Window, customer: str) -> Locator:
    """Choose a customer's phone on the handset's page; what is returned is there while it is the chosen one."""
    number = f"{customer[:2]} {customer[2:5]} {customer[5:8]} {customer[8:]}"
    customers = window.page.get_by_role("region", name="Customers")
    customers.get_by_role("button").filter(has_text=number).click()
    title = window.page.get_by_role("heading", name=number, exact=True)
    phone = window.page.get_by_role("article").filter(has=title)
    expect(phone).to_be_visible()
    return phone


def answer(phone: Locator, text: str) -> None:
    """Write a text on a customer's phone, to the number the phone heard from."""
    line = phone.get_by_role("textbox", name="Answer as the customer")
    line.fill(text)
    line.press("Enter")
    expect(line).to_have_value("")


@contextmanager
def _open(browser: Browser, base_url: str) -> Iterator[Window]:
    context = browser.new_context(
        base_url=base_url,
        viewport=_DESK,
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/London",
    )
    context.set_default_timeout(15_000)
    window = Window(context, context.new_page())
    window.page.on("console", window.note)
    window.page.on("pageerror", lambda error: window.complaints.append(str(error)))
    yield window
    context.close()
    assert not window.complaints, window.complaints
