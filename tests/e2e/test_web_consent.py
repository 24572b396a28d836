"""Consent as sellers and administrators see it, while the customer at their phone takes it back and gives it anew."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser import answer, open_handset, open_window, phone_of
from tests.e2e.office import Office, open_office
from tests.stack import Stack, eventually


@pytest.fixture
def office(browser: Browser, stack: Stack) -> Office:
    """An organisation of the test's own."""
    return open_office(stack)


def test_a_stop_locks_the_open_composer_is_shown_with_its_evidence_and_a_start_takes_it_back(
    browser: Browser, stack: Stack, office: Office
) -> None:
    ada = office.lead("Ada")
    office.hear(ada, "Is the blue one in stock?")
    path = f"/conversations/{office.conversation(ada)['id']}"
    with (
        open_window(browser, stack, office.seller_email) as seller,
        open_window(browser, stack, office.admin_email) as admin,
        open_handset(browser, stack) as handset,
    ):
        phone = phone_of(handset, ada["phone"])
        composer = seller.page.get_by_role("textbox", name="Write a text")
        seller.page.goto(path)
        composer.fill("It is.")
        seller.page.get_by_role("button", name="Send", exact=True).click()
        expect(phone.get_by_role("list", name="Texts")).to_contain_text("It is.")

        answer(phone, "STOP")
        # by itself, within the open page
        locked = seller.page.get_by_role("alert", name="Opted out")
        expect(locked).to_contain_text("Ada asked for no more texts.")
        expect(composer).to_have_count(0)

        admin.page.goto("/consent")
        admin.page.get_by_role("textbox", name="Customer's number").fill(ada["phone"])
        admin.page.get_by_role("button", name="Find").click()
        withdrawal = admin.page.get_by_role("row").filter(has_text="“STOP”")
        expect(withdrawal).to_contain_text("All texts")
        expect(withdrawal).to_contain_text("From the customer's text")

        answer(phone, "START")
        expect(composer).to_be_visible()
        expect(locked).to_have_count(0)
        expect(admin.page.get_by_role("heading", name="No withdrawals in force")).to_be_visible()
        admin.page.get_by_role("tab", name="Ledger").click()
        expect(admin.page.get_by_role("row").filter(has_text="“START”")).to_contain_text(
            "Said START"
        )
        expect(admin.page.get_by_role("row").filter(has_text="“STOP”")).to_contain_text("Withdrew")
        assert admin.problems_by_axe() == []

        composer.fill("Welcome back.")
        seller.page.get_by_role("button", name="Send", exact=True).click()
        expect(phone.get_by_role("list", name="Texts")).to_contain_text("Welcome back.")


def test_a_withdrawal_said_in_a_call_outlives_a_start_and_ends_with_consent_that_has_its_words(
    browser: Browser, stack: Stack, office: Office
) -> None:
    ada = office.lead("Ada")
    office.hear(ada, "Is the blue one in stock?")
    path = f"/conversations/{office.conversation(ada)['id']}"
    with (
        open_window(browser, stack, office.seller_email) as seller,
        open_window(browser, stack, office.seller_email) as at_record,
        open_handset(browser, stack) as handset,
    ):
        phone = phone_of(handset, ada["phone"])
        seller.page.goto(path)
        composer = seller.page.get_by_role("textbox", name="Write a text")
        locked = seller.page.get_by_role("alert", name="Opted out")
        expect(composer).to_be_visible()

        at_record.page.goto(f"/records/{ada['id']}")
        at_record.page.get_by_role("button", name="Record consent").click()
        entry = at_record.page.get_by_role("dialog", name="Record consent of Ada")
        entry.get_by_role("textbox", name="What they said").fill("Do not text me again")
        assert at_record.problems_by_axe() == []
        entry.get_by_role("button", name="Record", exact=True).click()
        expect(entry).to_have_count(0)
        expect(locked).to_be_visible()

        answer(phone, "START")
        expect(seller.page.get_by_role("log", name="Texts")).to_contain_text("START")
        # what the START did was stored with it: a page that is opened now shows it
        seller.page.reload()
        expect(locked.or_(composer)).to_be_visible()
        expect(locked).to_be_visible()

        at_record.page.get_by_role("button", name="Record consent").click()
        entry.get_by_role("radio", name="They agree to be texted").check()
        expect(entry.get_by_role("button", name="Record", exact=True)).to_be_disabled()
        entry.get_by_role("textbox", name="What they agreed to").fill("Text me about the blue one")
        entry.get_by_role("button", name="Record", exact=True).click()
        expect(locked).to_have_count(0)
        expect(composer).to_be_visible()

    ledger = office.admin.get(f"/consent/entries?record_id={ada['id']}")["items"]
    assert [(one["kind"], one["source"]) for one in ledger if one["source"] != "reply"] == [
        ("granted", "customer_call"),
        ("withdrawn", "customer_call"),
    ]


WELCOME = """
key: hello
name: Say hello
record: lead
settings: {on_reply: continue}
steps:
  - {id: hello, type: automated_text, text: "Of a sequence"}
"""


def test_what_waits_for_a_question_leaves_as_soon_as_it_is_answered_and_in_order(
    office: Office,
) -> None:
    ada = office.lead("Ada")
    office.publish(WELCOME)
    office.hear(ada, "please tell your boss to stop it now")
    question = eventually(
        lambda: next(
            (
                item
                for item in office.seller.all("/work-items")
                if item["kind"] == "consent_question" and item["record"]["id"] == ada["id"]
            ),
            None,
        )
    )
    texts = f"/conversations/{office.conversation(ada)['id']}/messages"

    def waiting() -> list[str]:
        return [each["body"] for each in office.seller.all(texts) if each["held_for"] == "consent"]

    office.seller.post(texts, {"text": "The first"})
    eventually(lambda: len(waiting()) == 1)
    office.enroll("hello", ada)
    eventually(lambda: len(waiting()) == 2)
    office.seller.post(texts, {"text": "The last"})
    eventually(lambda: len(waiting()) == 3)
    assert office.received(ada) == []

    office.seller.post(f"/work-items/{question['id']}/answer-consent", {"withdrawn": False})

    eventually(lambda: office.received(ada), within=5)
    eventually(lambda: len(office.received(ada)) == 3, within=20)
    assert office.received(ada) == ["The first", "Of a sequence", "The last"]
