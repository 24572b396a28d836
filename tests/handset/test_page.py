"""The handset's page in a real browser: the phones, answering as a customer, the carrier's behaviour."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.handset.conftest import CUSTOMER, OURS, Handset, Receiver


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, handset: Handset) -> Iterator[Page]:
    """The page, live; any script error or request elsewhere fails the test."""
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda request: None if request.url.startswith(handset.url) else wrong.append(request.url),
    )
    page.goto(handset.url)
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    yield page
    page.close()
    assert wrong == []


def test_an_empty_page_says_what_to_do(page: Page, handset: Handset) -> None:
    expect(page.get_by_role("heading", name="A phone without texts")).to_be_visible()
    expect(page.get_by_text(handset.url)).to_be_visible()


def test_a_text_appears_by_itself_and_is_answered(
    page: Page, handset: Handset, receiver: Receiver
) -> None:
    handset.connect(sms_url=receiver.url)
    handset.send("Hi Robin, is it still of interest?")

    texts = page.get_by_role("list", name="Texts")
    expect(texts.get_by_text("Hi Robin, is it still of interest?")).to_be_visible()
    answer = page.get_by_label("Answer as the customer")
    answer.fill("Yes <b>please</b>")
    answer.press("Enter")

    expect(texts.get_by_text("Yes <b>please</b>")).to_be_visible()
    expect(answer).to_have_value("")
    assert receiver.calls[0].fields["Body"] == "Yes <b>please</b>"


def test_stop_and_start_are_one_press_away(
    page: Page, handset: Handset, receiver: Receiver
) -> None:
    handset.connect(sms_url=receiver.url)
    handset.send()
    page.get_by_role("button", name="STOP", exact=True).click()
    expect(page.get_by_text("Stopped texts from +1 212 555 0100")).to_be_visible()
    assert handset.refusal(to=CUSTOMER, from_=OURS, body="Hello") == (400, 21610)
    page.get_by_role("button", name="START", exact=True).click()
    expect(page.get_by_text("Stopped texts from")).to_be_hidden()


def test_a_new_customer_writes_and_hears_when_nobody_listens(page: Page, handset: Handset) -> None:
    page.get_by_text("Write as a new customer").click()
    page.get_by_label("Customer’s number").fill("+14155550199")
    page.get_by_label("Text", exact=True).fill("Hello?")
    page.get_by_role("button", name="Send", exact=True).first.click()
    expect(page.get_by_role("alert").filter(has_text="did not take it")).to_be_visible()
    expect(page.get_by_role("heading", name="+1 415 555 0199")).to_be_visible()


def test_misbehaviour_is_set_and_ended_on_the_page(page: Page, handset: Handset) -> None:
    page.get_by_label("not accepted, 429").fill("100")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Misbehaves as set below.")).to_be_visible()
    assert handset.refusal(to=CUSTOMER, from_=OURS, body="Hello") == (429, 20429)

    page.get_by_role("button", name="Behave well").click()
    expect(page.get_by_text("Behaves well.")).to_be_visible()
    assert handset.send().status == "queued"


def test_a_text_that_does_not_arrive_is_marked(page: Page, handset: Handset) -> None:
    handset.send(to="+16465550181")
    expect(page.get_by_text("did not arrive (30005)")).to_be_visible()


def test_a_text_shows_its_number_its_provider_and_what_it_carries(
    page: Page, handset: Handset
) -> None:
    handset.say("Look", media=[{"content_type": "image/png", "base64": "eA=="}])
    texts = page.get_by_role("list", name="Texts")
    expect(texts.get_by_text("to +1 212 555 0100 · twilio")).to_be_visible()
    expect(texts.get_by_text("image/png")).to_be_visible()


def test_accounts_are_suspended_on_the_page(page: Page, handset: Handset) -> None:
    page.get_by_label("Accounts", exact=True).select_option("suspended")
    page.get_by_label("Outcome").select_option("undelivered, landline")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Misbehaves as set below.")).to_be_visible()
    assert handset.refusal(to=CUSTOMER, from_=OURS, body="Hello") == (401, 20005)
    assert handset.control("GET", "/behaviour")["error_code"] == "landline"
