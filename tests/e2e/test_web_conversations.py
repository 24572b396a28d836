"""A conversation as those see it who take part in it: the seller, the manager, and the customer at their phone."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser import answer, open_handset, open_window, phone_of
from tests.e2e.office import Office, open_office
from tests.stack import Stack


@pytest.fixture
def office(browser: Browser, stack: Stack) -> Office:
    """An organisation of the test's own."""
    return open_office(stack)


def test_what_the_customer_answers_on_the_phone_appears_in_every_window_that_shows_the_conversation(
    browser: Browser, stack: Stack, office: Office
) -> None:
    ada = office.lead("Ada")
    office.hear(ada, "Is the blue one in stock?")
    path = f"/conversations/{office.conversation(ada)['id']}"
    with (
        open_window(browser, stack, office.seller_email) as seller,
        open_window(browser, stack, office.manager_email) as manager,
        open_handset(browser, stack) as handset,
    ):
        phone = phone_of(handset, ada["phone"])
        texts = [window.page.get_by_role("log", name="Texts") for window in (seller, manager)]
        for window, shown in zip((seller, manager), texts, strict=True):
            window.page.goto(path)
            expect(shown).to_contain_text("Is the blue one in stock?")

        seller.page.get_by_role("textbox", name="Write a text").fill("It is.")
        seller.page.get_by_role("button", name="Send").click()
        expect(phone.get_by_role("list", name="Texts")).to_contain_text("It is.")
        answer(phone, "Wonderful!")

        for shown in texts:
            expect(shown.get_by_role("article").last).to_contain_text("Wonderful!")


def test_a_seller_sees_what_makes_a_text_dear_schedules_it_and_takes_it_back(
    browser: Browser, stack: Stack, office: Office
) -> None:
    ada = office.lead("Ada")
    office.hear(ada, "Is the blue one in stock?")
    with open_window(browser, stack, office.seller_email) as seller:
        page = seller.page
        page.goto(f"/conversations/{office.conversation(ada)['id']}")
        field = page.get_by_role("textbox", name="Write a text")
        field.fill("It is 👍 as you hoped")
        page.get_by_role("button", name="“👍” (character 7)").click()
        expect(field).to_be_focused()
        page.keyboard.type("indeed,")
        expect(field).to_have_value("It is indeed, as you hoped")

        page.get_by_role("button", name="Schedule…").click()
        dialog = page.get_by_role("dialog", name="Schedule this text")
        expect(dialog).to_contain_text("On your clock it leaves")
        dialog.get_by_role("button", name="Schedule").click()
        text = page.get_by_role("log", name="Texts").get_by_role("article").last
        expect(text).to_contain_text("It is indeed, as you hoped")
        expect(text).to_contain_text("Waits until")

        text.get_by_role("button", name="Cancel this text").click()
        expect(text).to_contain_text("Cancelled by")
        text.get_by_role("button", name="Why?").click()
        reasons = page.get_by_role("dialog", name="Why this text went or did not")
        expect(reasons).to_contain_text("Cancelled by")
    assert office.received(ada) == []


def test_who_sends_while_a_colleague_writes_is_asked_first(
    browser: Browser, stack: Stack, office: Office
) -> None:
    ada = office.lead("Ada", owner_team_id=office.team_id)
    office.hear(ada, "Is the blue one in stock?")
    path = f"/conversations/{office.conversation(ada)['id']}"
    with (
        open_window(browser, stack, office.seller_email) as seller,
        open_window(browser, stack, office.other_seller_email) as colleague,
    ):
        fields = []
        for window in (seller, colleague):
            window.page.goto(path)
            expect(window.page.get_by_role("log", name="Texts")).to_contain_text("blue one")
            expect(window.page.get_by_text("Live", exact=True)).to_be_visible()
            fields.append(window.page.get_by_role("textbox", name="Write a text"))
        fields[0].fill("It is.")
        fields[1].fill("Yes, it is.")
        guard = seller.page.get_by_text("Ben Seller is answering")
        expect(guard).to_be_visible()
        seller.page.get_by_role("button", name="Send", exact=True).click()
        expect(seller.page.get_by_role("alert")).to_contain_text("is answering")
        seller.page.get_by_role("button", name="Send anyway").click()
        expect(fields[0]).to_have_value("")
    assert office.received(ada) == ["It is."]
