"""The conversation in a form of another system, in a real browser: the host page of examples/embed, on another site.

The host is at `localhost` and Touchline at `127.0.0.1`, which are two sites to a browser: no cookie gets across.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
import jwt
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Frame, FrameLocator, Page, Route, expect

from tests.e2e.browser import WEB, answer, open_handset, phone_of
from tests.e2e.office import Office, open_office
from tests.stack import CHECKOUT, Stack, eventually, free_port

ACCENT = "rgb(91, 42, 134)"
"""What examples/embed/index.html asks for."""


@dataclass(frozen=True)
class Host:
    """The example host, running, and what it is about."""

    office: Office
    record: Any
    port: int
    key: Any

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def token(self, seconds: int) -> str:
        now = int(time.time())
        claims = {
            "aud": "touchline-embed",
            "sub": self.office.seller_email,
            "record": "lead:CRM-1",
            "iat": now,
            "exp": now + seconds,
        }
        secret, key_id = self.key["secret"], self.key["id"]
        return jwt.encode(claims, secret, algorithm="HS256", headers={"kid": key_id})


@pytest.fixture
def host(browser: Browser, stack: Stack) -> Iterator[Host]:
    office = open_office(stack)
    record = office.lead("Dana", last_name="Demo", external_id="CRM-1")
    port = free_port()
    origins = [f"http://localhost:{port}"]
    key = office.admin.post("/embed-keys", {"name": "Form", "allowed_origins": origins})
    settings = {
        "TOUCHLINE_URL": stack.api_url,
        "TOUCHLINE_EMBED_KEY_ID": key["id"],
        "TOUCHLINE_EMBED_SECRET": key["secret"],
        "SELLER": office.seller_email,
        "RECORD": "lead:CRM-1",
        "PORT": str(port),
    }
    command = [sys.executable, str(CHECKOUT / "examples/embed/host.py")]
    with subprocess.Popen(command, env=os.environ | settings) as process:
        host = Host(office, record, port, key)
        eventually(lambda: _answers(host.url))
        yield host
        process.terminate()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.TransportError:
        return False


@contextmanager
def open_form(browser: Browser, expected: str | None = None) -> Iterator[Page]:
    """Open a window of somebody who is signed in nowhere; its console is silent but for what holds `expected`."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        text = f"{message.text} {message.location['url']}"
        if message.type in ("error", "warning") and (expected is None or expected not in text):
            complaints.append(text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert context.cookies() == []
    context.close()
    assert not complaints, complaints


def open_texts(page: Page) -> FrameLocator:
    """Open the conversation by keyboard alone, and return what is in the frame."""
    page.get_by_role("button", name="Text", exact=True).press("Enter")
    return page.frame_locator("iframe")


def ours(page: Page) -> Frame:
    return page.frames[-1]


def is_refused(page: Page) -> bool:
    """Return whether the browser shows its own word in place of the frame's page."""
    page.title()  # asked, so that what the browser has told meanwhile is read
    return ours(page).url.startswith("chrome-error:")


def problems_by_axe(frame: Frame) -> list[str]:
    frame.evaluate((WEB / "node_modules/axe-core/axe.min.js").read_text("utf-8"))
    found = frame.evaluate("() => axe.run(document, {iframes: false})")
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found["violations"]]


def test_a_seller_texts_from_another_systems_form_and_the_answer_appears_by_itself(
    browser: Browser, stack: Stack, host: Host
) -> None:
    with open_form(browser) as page, open_handset(browser, stack) as handset:
        page.goto(host.url)
        texts = open_texts(page)
        expect(texts.get_by_role("heading", name="Dana Demo")).to_be_visible()
        expect(page.get_by_role("heading", name="Texts with Dana Demo")).to_be_visible()
        texts.get_by_role("button", name="Write the first text").click()
        line = texts.get_by_role("textbox", name="Write a text")
        line.fill("Hello Dana, shall we talk?")
        line.press("Control+Enter")
        expect(line).to_have_value("")
        phone = phone_of(handset, host.record["phone"])
        expect(phone.get_by_text("Hello Dana, shall we talk?")).to_be_visible()
        answer(phone, "Tomorrow at ten, please.")
        expect(texts.get_by_text("Tomorrow at ten, please.")).to_be_visible()
        assert host.office.received(host.record) == ["Hello Dana, shall we talk?"]

        send = texts.get_by_role("button", name="Send")
        line.fill("Fine")
        expect(send).to_have_css("background-color", ACCENT)
        assert problems_by_axe(page.main_frame) == []
        assert problems_by_axe(ours(page)) == []
        # what is typed is in the frame, and Esc there closes it
        line.press("Escape")
        expect(page.locator("iframe")).to_be_hidden()
        expect(page.get_by_role("button", name="Text", exact=True)).to_be_focused()
        # an answer that comes meanwhile is counted at the button, and read when it is opened
        answer(phone, "Or at eleven.")
        expect(page.get_by_role("button", name="Text 1 unread")).to_be_visible()
        page.get_by_role("button", name="Text 1 unread").press("Enter")
        expect(texts.get_by_text("Or at eleven.")).to_be_visible()
        expect(page.get_by_role("button", name="Text", exact=True)).to_be_visible()
        expect(line).to_have_value("Fine")


def test_the_conversation_fits_a_phone(browser: Browser, host: Host) -> None:
    host.office.hear(host.record, "Is anybody there?")
    with open_form(browser) as page:
        page.set_viewport_size({"width": 375, "height": 700})
        page.goto(host.url)
        texts = open_texts(page)
        expect(texts.get_by_text("Is anybody there?")).to_be_visible()
        box = page.locator("iframe").bounding_box()
        assert box is not None
        assert (box["x"], box["width"]) == (0, 375)
        for frame in page.frames:
            wide = frame.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0
        assert problems_by_axe(ours(page)) == []


def test_the_twin_needs_no_script_of_ours_and_leaves_no_token_in_its_address(
    browser: Browser, host: Host
) -> None:
    host.office.hear(host.record, "Is anybody there?")
    with open_form(browser) as page:
        page.goto(f"{host.url}/twin")
        texts = page.frame_locator("iframe")
        expect(texts.get_by_text("Is anybody there?")).to_be_visible()
        assert ours(page).url == f"{host.office.stack.api_url}/embed/{host.key['id']}"
        line = texts.get_by_role("textbox", name="Write a text")
        line.fill("Yes, I am.")
        texts.get_by_role("button", name="Send").click()
        expect(line).to_have_value("")
        eventually(lambda: host.office.received(host.record) == ["Yes, I am."])


def test_a_page_of_another_origin_is_shown_nothing(browser: Browser, host: Host) -> None:
    host.office.hear(host.record, "Is anybody there?")
    # the same server under a name that is not among the key's origins
    with open_form(browser, expected="") as page:
        for path in ("", "/twin"):
            page.goto(f"http://127.0.0.1:{host.port}{path}")
            if not path:
                page.get_by_role("button", name="Text", exact=True).click()
            page.locator("iframe").wait_for()
            eventually(partial(is_refused, page))
            expect(page.frame_locator("iframe").get_by_text("Is anybody there?")).to_have_count(0)


def test_a_token_that_ends_while_one_writes_is_renewed_and_the_text_goes_once(
    browser: Browser, host: Host
) -> None:
    host.office.hear(host.record, "Is anybody there?")
    short = host.token(4)
    answers = iter([(200, f'{{"token": "{short}"}}')])

    def first_and_then_nothing(route: Route) -> None:
        status, body = next(answers, (503, ""))
        route.fulfill(status=status, body=body)

    with open_form(browser, expected="status of") as page:
        page.route("**/touchline-token?*", first_and_then_nothing)
        page.goto(host.url)
        texts = open_texts(page)
        line = texts.get_by_role("textbox", name="Write a text")
        line.fill("Yes, I am.")
        # the host has no token to give when ours asks for one in time
        expect(page.get_by_text("The texts cannot be opened right now.")).to_be_visible()
        bearer = {"Authorization": f"Bearer {short}"}
        session = f"{host.office.stack.api_url}/api/v1/session"
        eventually(lambda: httpx.get(session, headers=bearer).status_code == 401)
        page.unroute("**/touchline-token?*")
        texts.get_by_role("button", name="Send").click()
        expect(line).to_have_value("")
        eventually(lambda: host.office.received(host.record) == ["Yes, I am."])


def test_a_deactivated_key_shuts_the_open_frame(browser: Browser, host: Host) -> None:
    host.office.hear(host.record, "Is anybody there?")
    with open_form(browser, expected="status of 401") as page:
        page.goto(host.url)
        texts = open_texts(page)
        expect(texts.get_by_text("Is anybody there?")).to_be_visible()
        path = f"/embed-keys/{host.key['id']}"
        assert host.office.admin.request("PATCH", path, json={"is_active": False}).is_success
        line = texts.get_by_role("textbox", name="Write a text")
        line.fill("Yes, I am.")
        texts.get_by_role("button", name="Send").click()
        expect(texts.get_by_role("alert").first).to_contain_text("not signed with an active key")
        expect(line).to_have_value("Yes, I am.")
        assert host.office.received(host.record) == []
