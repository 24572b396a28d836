"""A conversation as those see it who take part in it: the seller, the manager, and the customer at their phone."""

import re
from hashlib import sha256

import httpx
import pytest
from playwright.sync_api import Browser, FilePayload, expect

from domain.routing import UnknownSender
from tests.e2e.browser import answer, open_handset, open_window, phone_of
from tests.e2e.office import Office, open_office
from tests.stack import Stack, eventually


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


def test_a_seller_sends_a_picture_and_the_phone_gets_it(
    browser: Browser, stack: Stack, office: Office
) -> None:
    (number,) = office.admin.all("/phone-numbers")
    path = f"/phone-numbers/{number['id']}"
    assert office.admin.request("PATCH", path, json={"can_mms": True}).is_success
    ada = office.lead("Ada")
    office.hear(ada, "What does it look like?")
    with (
        open_window(browser, stack, office.seller_email) as seller,
        open_handset(browser, stack) as handset,
    ):
        page = seller.page
        phone = phone_of(handset, ada["phone"])
        page.goto(f"/conversations/{office.conversation(ada)['id']}")
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Attach…").click()
        chooser.value.set_files([_NOTHING, _PICTURE])
        goes = page.get_by_role("list", name="Goes with the text")
        expect(goes).to_contain_text("blue.png")
        refused = page.get_by_role("alert")
        expect(refused).to_contain_text("odd.png was not attached. This is nothing that can go")
        with seller.as_on_a_phone():
            assert seller.overflow() == []
            assert seller.problems_by_axe() == []
        page.get_by_role("button", name="Send", exact=True).click()

        expect(goes).not_to_be_visible()
        text = page.get_by_role("log", name="Texts").get_by_role("article").last
        expect(text.get_by_role("img", name="Picture (image/png, 1 KB)")).to_be_visible()
        expect(phone.get_by_role("list", name="Texts")).to_contain_text("Received")
    wanted = {
        "content_type": "image/png",
        "size": 48,
        "sha256": sha256(_PICTURE["buffer"]).hexdigest(),
    }

    def received() -> list[list[dict[str, object]]]:
        asked = {"customer": ada["phone"]}
        texts = httpx.get(f"{stack.carrier.url}/handset/texts", params=asked, timeout=30).json()
        return [text["media"] for text in texts["items"] if text["direction"] == "outbound"]

    eventually(lambda: received() == [[wanted]])


def test_a_seller_takes_a_scheduled_text_back_and_sends_it_with_other_words(
    browser: Browser, stack: Stack, office: Office
) -> None:
    ada = office.lead("Ada")
    office.hear(ada, "Is the blue one in stock?")
    with open_window(browser, stack, office.seller_email) as seller:
        page = seller.page
        page.goto(f"/conversations/{office.conversation(ada)['id']}")
        field = page.get_by_role("textbox", name="Write a text")
        field.fill("Not yet")
        page.get_by_role("button", name="Schedule…").click()
        dialog = page.get_by_role("dialog", name="Schedule this text")
        when = dialog.get_by_label("When it leaves").input_value()
        dialog.get_by_role("button", name="Schedule").click()
        # which gives the focus back as it goes
        expect(dialog).to_have_count(0)
        page.get_by_role("button", name="Take back and change").click()
        expect(field).to_be_focused()
        expect(field).to_have_value("Not yet")
        page.get_by_role("button", name="Schedule…").click()
        expect(dialog.get_by_label("When it leaves")).to_have_value(when)
        page.keyboard.press("Escape")
        field.fill("It is now.")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(field).to_have_value("")
    eventually(lambda: office.received(ada) == ["It is now."])


def test_a_seller_moves_chosen_texts_to_another_record_and_both_sides_show_it(
    browser: Browser, stack: Stack, office: Office
) -> None:
    ada = office.lead("Ada")
    luis = office.lead("Luis", phone=ada["phone"])
    office.hear(luis, "This is Luis")
    office.hear(luis, "And this is Ada")
    (conversation,) = [
        one for one in office.seller.all("/conversations") if one["customer_number"] == ada["phone"]
    ]
    other = ada if conversation["record"]["id"] == luis["id"] else luis
    with open_window(browser, stack, office.seller_email) as seller:
        page = seller.page
        page.goto(f"/conversations/{conversation['id']}")
        texts = page.get_by_role("log", name="Texts")
        expect(texts).to_contain_text("And this is Ada")
        page.keyboard.press("x")
        page.get_by_role("checkbox", name="Choose the text “And this is Ada”").press("Space")
        with seller.as_on_a_phone():
            assert seller.overflow() == []
            assert seller.problems_by_axe() == []
        page.get_by_role("button", name="Move to another record…").click()
        dialog = page.get_by_role("dialog", name=re.compile("Move 1 text of"))
        dialog.get_by_label("Find the record").fill(other["first_name"])
        dialog.get_by_role("radio", name=other["first_name"]).check()
        dialog.get_by_label("Why (optional)").fill("She took the phone")
        dialog.get_by_role("button", name="Move 1 text").click()

        expect(texts).not_to_contain_text("And this is Ada")
        expect(texts).to_contain_text("This is Luis")
        for record in (ada, luis):
            page.goto(f"/records/{record['id']}")
            thread = page.get_by_role("list", name="Thread")
            expect(thread).to_contain_text(re.compile("1 text moved from .*: She took the phone"))


def test_a_manager_makes_a_lead_of_an_unknown_sender_and_the_seller_answers(
    browser: Browser, stack: Stack
) -> None:
    office = open_office(stack, unknown_sender=UnknownSender.INBOX)
    stranger = {"phone": "+13035559876"}
    office.hear(stranger, "Do you still sell windows?")
    with (
        open_window(browser, stack, office.manager_email) as manager,
        open_window(browser, stack, office.seller_email) as seller,
        open_handset(browser, stack) as handset,
    ):
        phone = phone_of(handset, stranger["phone"])
        page = manager.page
        page.goto("/conversations?unassigned=1")
        page.get_by_role("list", name="Conversations").get_by_role("link").click()
        page.get_by_role("button", name="New lead…").click()
        dialog = page.get_by_role("dialog", name="New lead")
        dialog.get_by_label("First name").fill("Grace")
        dialog.get_by_label("Whose it is").select_option("Sam Seller")
        with manager.as_on_a_phone():
            assert manager.overflow() == []
            assert manager.problems_by_axe() == []
        dialog.get_by_role("button", name="Make the lead").click()
        expect(page.get_by_role("heading", name="Grace")).to_be_visible()

        seller.page.goto("/conversations")
        seller.page.get_by_role("link", name=re.compile("Grace")).click()
        seller.page.get_by_role("textbox", name="Write a text").fill("We do, Grace.")
        seller.page.get_by_role("button", name="Send", exact=True).click()
        expect(phone.get_by_role("list", name="Texts")).to_contain_text("We do, Grace.")
    (lead,) = office.seller.all("/records")
    assert (lead["kind"], lead["phone"]) == ("lead", stranger["phone"])


def test_the_transcript_is_kept_as_a_file_and_its_hash_shown(
    browser: Browser, stack: Stack, office: Office
) -> None:
    ada = office.lead("Ada")
    office.hear(ada, "Is the blue one in stock?")
    with open_window(browser, stack, office.seller_email) as seller:
        page = seller.page
        page.goto(f"/conversations/{office.conversation(ada)['id']}")
        page.get_by_role("button", name="Download the transcript").click()
        dialog = page.get_by_role("dialog", name="Download the transcript")
        with page.expect_download() as download:
            dialog.get_by_role("button", name="Download").click()
        assert download.value.path().read_bytes().startswith(b"%PDF")
        expect(dialog.get_by_text(re.compile("^sha256:[0-9a-f]{64}$"))).to_be_visible()


_PICTURE = FilePayload(
    name="blue.png", mimeType="image/png", buffer=b"\x89PNG\r\n\x1a\n" + bytes(40)
)
_NOTHING = FilePayload(
    name="odd.png", mimeType="image/png", buffer=b"<html><body>no picture</body>"
)
