"""The web application in a real browser, over the real stack; what went out is read from the handset's log."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import open_window
from tests.e2e.office import PASSWORD, Office, expire_sessions, open_office
from tests.stack import Stack, eventually

BOOK = """
key: book
name: Book a call
steps:
  - {id: book, type: manual_text, text: "When shall we talk, {{ record.first_name }}?"}
"""
WELCOME = """
key: welcome
name: Welcome a new lead
settings: {on_reply: end}
steps:
  - {id: hello, type: automated_text, text: "Hi {{ record.first_name }}, {{ seller.first_name }} here."}
  - {id: pause, type: wait, for: 2d}
  - id: answered
    type: branch
    when: {replied: {to: hello, within: 3d}}
    then:
      - {id: book, type: manual_text, name: Book a call, text: "When shall we talk, {{ record.first_name }}?"}
    else:
      - {id: nudge, type: automated_text, text: "Still interested, {{ record.first_name }}?"}
"""


@pytest.fixture
def office(browser: Browser, stack: Stack) -> Office:
    """An organisation of the test's own."""
    return open_office(stack)


@pytest.fixture
def page(browser: Browser, office: Office) -> Iterator[Page]:
    """A window of the seller's."""
    with open_window(browser, office.stack, office.seller_email) as window:
        yield window.page


@pytest.fixture
def admin_page(browser: Browser, office: Office) -> Iterator[Page]:
    """A window of the administrator's."""
    with open_window(browser, office.stack, office.admin_email) as window:
        yield window.page


def sign_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_a_wrong_password_is_told_in_words_and_the_right_one_leads_to_the_page_one_wanted(
    browser: Browser, office: Office
) -> None:
    with open_window(browser, office.stack) as window:
        page = window.page
        page.goto("/records")
        sign_in(page, office.seller_email, "wrong")
        expect(page.get_by_role("alert")).to_contain_text(
            "This e-mail address and password do not match."
        )
        expect(page.get_by_label("E-mail address")).to_have_value(office.seller_email)
        sign_in(page, office.seller_email, PASSWORD)
        expect(page.get_by_role("heading", name="Records", exact=True)).to_be_visible()


def test_a_manual_text_appears_by_itself_is_edited_and_approved_by_keyboard_and_goes_out_once(
    page: Page, office: Office
) -> None:
    office.publish(BOOK)
    ada = office.lead("Ada")
    page.goto("/work")
    expect(page.get_by_role("heading", name="Nothing to do")).to_be_visible()

    office.enroll("book", ada)
    text = page.get_by_role("textbox", name="Text")
    expect(text).to_have_value("When shall we talk, Ada?")
    text.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Tuesday at ten, Ada?")
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("heading", name="Nothing to do")).to_be_visible()
    eventually(lambda: office.received(ada) == ["Tuesday at ten, Ada?"])
    page.get_by_role("navigation").get_by_role("link", name="Conversations").click()
    page.get_by_role("link", name="Ada").click()
    sent = page.get_by_role("article", name="Our text")
    expect(sent).to_have_count(1)
    expect(sent).to_contain_text("Delivered")
    assert office.received(ada) == ["Tuesday at ten, Ada?"]


def test_a_text_is_skipped_with_a_reason_by_keyboard_and_the_next_is_at_hand(
    page: Page, office: Office
) -> None:
    office.publish(BOOK)
    ada, luis = office.lead("Ada"), office.lead("Luis")
    office.enroll("book", ada)
    item = office.work_item(ada)
    office.enroll("book", luis)
    office.work_item(luis)

    page.goto("/work")
    expect(page.get_by_role("heading", name="Ada")).to_be_visible()
    page.get_by_role("button", name="Skip").press("Enter")
    reason = page.get_by_role("textbox", name="Why skip it?")
    expect(reason).to_be_focused()
    page.keyboard.type("She called us herself")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Ada: skipped. Up next:")).to_be_visible()
    expect(page.get_by_role("heading", name="Luis")).to_be_visible()
    expect(page.get_by_role("textbox", name="Text")).to_be_focused()
    skipped = office.seller.get(f"/work-items/{item['id']}")
    assert (skipped["status"], skipped["reason"]) == ("skipped", "She called us herself")
    assert office.received(ada) == []


def test_a_decision_made_elsewhere_is_told_and_what_one_typed_stays_to_be_read(
    page: Page, office: Office
) -> None:
    office.publish(BOOK)
    ada = office.lead("Ada")
    office.enroll("book", ada)
    item = office.work_item(ada)
    page.goto("/work")
    page.get_by_role("textbox", name="Text").fill("Half a sentence for Ada")

    office.admin.post(f"/work-items/{item['id']}/skip", {"reason": "She called us herself"})

    told = page.get_by_role("region", name="Up next")
    expect(told).to_contain_text("This was skipped")
    expect(told).to_contain_text("By Alex Admin")
    expect(told).to_contain_text("She called us herself")
    expect(told.get_by_role("textbox", name="What you had typed")).to_have_value(
        "Half a sentence for Ada"
    )
    told.get_by_role("button", name="Go to the next").click()
    expect(page.get_by_role("heading", name="Nothing to do")).to_be_visible()


def test_a_customers_text_appears_by_itself_and_the_answer_goes_on_to_delivered(
    page: Page, office: Office
) -> None:
    ada = office.lead("Ada")
    page.goto("/conversations")
    expect(page.get_by_role("heading", name="No conversations yet")).to_be_visible()

    office.hear(ada, "Is the blue one in stock?")
    page.get_by_role("link", name="Ada").click()
    texts = page.get_by_role("log", name="Texts")
    expect(texts).to_contain_text("Is the blue one in stock?")

    page.get_by_role("textbox", name="Write a text").fill("It is.")
    page.get_by_role("button", name="Send").click()
    answer = texts.get_by_role("article", name="Our text")
    expect(answer).to_contain_text("It is.")
    expect(answer).to_contain_text("Delivered")
    expect(page.get_by_role("textbox", name="Write a text")).to_have_value("")

    office.hear(ada, "Wonderful!")
    expect(texts).to_contain_text("Wonderful!")
    eventually(lambda: office.conversation(ada)["unread_count"] == 0)
    assert office.received(ada) == ["It is."]


def test_a_text_outside_the_customers_hours_says_until_when_and_why_it_waits(
    browser: Browser, stack: Stack
) -> None:
    opens = (datetime.now(UTC) + timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)
    until = (opens + timedelta(hours=1)).time()
    office = open_office(stack, allowed_from=opens.time(), allowed_until=until)
    ada = office.lead("Ada")
    office.hear(ada, "Are you open?")
    path = f"/conversations/{office.conversation(ada)['id']}"
    with open_window(browser, stack, office.seller_email) as window:
        window.page.goto(path)
        window.page.get_by_role("textbox", name="Write a text").fill("Not yet.")
        window.page.keyboard.press("Control+Enter")
        window.page.get_by_role("button", name="Schedule for").click()
        held = window.page.get_by_role("article", name="Our text")
        expect(held).to_contain_text("Waiting")
        expect(held).to_contain_text(re.compile(r"Waits until .*\d:00\. .*\d:00"))
    assert office.received(ada) == []


def test_who_opts_out_while_one_looks_can_be_written_no_more(page: Page, office: Office) -> None:
    ada = office.lead("Ada")
    office.hear(ada, "Who is this?")
    page.goto(f"/conversations/{office.conversation(ada)['id']}")
    page.get_by_role("textbox", name="Write a text").fill("We are")

    office.hear(ada, "STOP")

    expect(page.get_by_text("Ada asked for no more texts.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Write a text")).to_have_count(0)
    expect(page.get_by_role("button", name="Send")).to_have_count(0)


def test_a_lead_is_enrolled_paused_resumed_and_taken_out_from_the_sequences_page(
    admin_page: Page, office: Office
) -> None:
    page = admin_page
    office.publish(WELCOME)
    ada = office.lead("Ada")
    office.lead("Luis")
    page.goto("/sequences/welcome")
    page.get_by_role("button", name="Enroll the first records").click()
    page.get_by_role("checkbox", name="Ada").check()
    page.get_by_role("button", name="Enroll 1 record").click()
    expect(page.get_by_text("1 record is enrolled.")).to_be_visible()
    page.get_by_role("button", name="Done").click()

    row = page.get_by_role("row", name="Ada")
    expect(row).to_contain_text("Pause")
    expect(row).to_contain_text("until")
    eventually(lambda: office.received(ada) == ["Hi Ada, Sam here."])
    row.get_by_role("link", name="Ada").click()
    drawer = page.get_by_role("dialog", name="Enrollment")
    timeline = drawer.get_by_role("list", name="Timeline")
    expect(timeline).to_contain_text("Enrolled")
    expect(timeline).to_contain_text("Text sent")
    drawer.get_by_role("button", name="Pause").click()
    expect(timeline).to_contain_text("Paused")
    drawer.get_by_role("button", name="Resume").click()
    expect(timeline).to_contain_text("Resumed")
    drawer.get_by_role("button", name="Disconnect…").click()
    drawer.get_by_role("button", name="Disconnect", exact=True).click()
    expect(drawer).to_contain_text("Taken out by hand")
    drawer.get_by_role("button", name="Close").click()
    expect(row).to_contain_text("Disconnected")

    page.get_by_role("navigation").get_by_role("link", name="Sequences").click()
    counts = page.get_by_role("row", name="Welcome a new lead").get_by_role("cell")
    expect(counts).to_have_text([re.compile("^Welcome a new lead"), "0", "0", "0", "1"])


def test_a_reply_is_seen_where_the_enrollment_stands_without_a_reload(
    page: Page, office: Office
) -> None:
    office.publish(WELCOME)
    ada = office.lead("Ada")
    office.enroll("welcome", ada)
    eventually(lambda: office.received(ada) == ["Hi Ada, Sam here."])
    page.goto("/sequences/welcome")
    row = page.get_by_role("row", name="Ada")
    expect(row).to_contain_text("Active")

    office.hear(ada, "STOP")

    expect(row).to_contain_text("Disconnected")
    expect(row).to_contain_text("The customer opted out")


def test_the_page_shows_the_published_steps_and_publishes_a_draft_that_differs(
    admin_page: Page, office: Office
) -> None:
    page = admin_page
    office.publish(BOOK)
    office.save_draft(BOOK.replace("When shall we talk", "Shall we talk"))
    page.goto("/sequences/book")
    steps = page.get_by_role("list", name="Steps")
    expect(steps).to_contain_text("When shall we talk")
    page.get_by_text("Draft", exact=True).click()
    expect(steps).to_contain_text("Shall we talk")
    page.get_by_role("button", name="Publish the draft").click()
    expect(page.get_by_text("Version 2")).to_be_visible()
    expect(page.get_by_role("button", name="Publish the draft")).to_have_count(0)


def test_a_file_is_imported_and_its_bad_rows_are_named_by_line(
    page: Page, office: Office, tmp_path: Path
) -> None:
    leads = tmp_path / "leads.csv"
    leads.write_text(
        "external_id,first_name,phone,timezone\n1,Ada,+12025550101,UTC\n2,Luis,12,UTC\n"
    )
    page.goto("/records")
    page.get_by_role("button", name="Import a CSV file").click()
    dialog = page.get_by_role("dialog", name="Import records")
    with page.expect_file_chooser() as chooser:
        dialog.get_by_role("button", name="CSV file").click()
    chooser.value.set_files(leads)
    dialog.get_by_role("button", name="Import", exact=True).click()
    expect(dialog.get_by_role("status")).to_have_text(
        "1 new, 0 changed, 0 as before, 1 not imported."
    )
    expect(dialog.get_by_role("row").nth(1)).to_contain_text(re.compile(r"^3\s*phone"))
    dialog.get_by_role("button", name="Done").click()
    expect(page.get_by_role("row", name="Ada")).to_be_visible()
    expect(page.get_by_role("row", name="Luis")).to_have_count(0)


def test_after_a_session_has_ended_one_signs_in_and_goes_on_where_one_was(
    page: Page, office: Office
) -> None:
    office.publish(BOOK)
    ada = office.lead("Ada")
    office.enroll("book", ada)
    item = office.work_item(ada)
    # or the page would note that, and might learn of the end before anybody presses a button
    office.seller.post(f"/work-items/{item['id']}/opened")
    page.goto(f"/work?item={item['id']}")
    page.get_by_role("textbox", name="Text").fill("Tuesday, Ada?")
    expire_sessions(office.stack, office.seller_email)
    page.get_by_role("button", name="Approve").click()

    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    sign_in(page, office.seller_email, PASSWORD)
    expect(page.get_by_role("textbox", name="Text")).to_have_value("Tuesday, Ada?")
    assert page.url.endswith(f"/work?item={item['id']}")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", name="Nothing to do")).to_be_visible()
    eventually(lambda: office.received(ada) == ["Tuesday, Ada?"])


def test_a_new_organisation_is_told_what_to_do_next_on_every_page(
    browser: Browser, office: Office
) -> None:
    with open_window(browser, office.stack, office.admin_email) as window:
        page = window.page
        page.goto("/work")
        for place, title, advice in [
            ("Work", "Nothing to do", "enroll records in a sequence"),
            ("Conversations", "No conversations yet", "Enroll records in a sequence"),
            ("Sequences", "No sequences yet", "touchline sequence apply"),
            ("Records", "No records yet", "Import a CSV file"),
        ]:
            page.get_by_role("navigation").get_by_role("link", name=place).click()
            expect(page.get_by_role("heading", name=title)).to_be_visible()
            expect(page.get_by_role("main")).to_contain_text(advice)
            window.check()
