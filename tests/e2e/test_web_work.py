"""Work as sellers do it all day: the list, the stack, and what the customer does on the phone meanwhile."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from domain.routing import UnknownSender
from tests.e2e.browser import answer, open_handset, open_window, phone_of
from tests.e2e.office import Office, open_office
from tests.stack import Stack, eventually

BOOK = """
key: book
name: Book a call
settings: {on_reply: continue}
steps:
  - {id: book, type: manual_text, name: Book a call, text: "When shall we talk, {{ record.first_name }}?"}
"""


@pytest.fixture
def office(browser: Browser, stack: Stack) -> Office:
    """An organisation of the test's own."""
    return open_office(stack)


def test_what_a_customer_writes_is_on_the_work_list_by_itself_and_is_answered_in_place(
    browser: Browser, stack: Stack, office: Office
) -> None:
    ada = office.lead("Ada")
    office.hear(ada, "Is the blue one in stock?")
    with (
        open_window(browser, stack, office.seller_email) as seller,
        open_handset(browser, stack) as handset,
    ):
        page = seller.page
        page.goto("/work")
        expect(page.get_by_role("heading", name="Ada")).to_be_visible()
        expect(page.get_by_role("log", name="Texts")).to_contain_text("Is the blue one in stock?")
        field = page.get_by_role("textbox", name="Write a text")
        field.fill("It is.")
        field.press("Control+Enter")
        expect(page.get_by_role("heading", name="Nothing to do")).to_be_visible()

        phone = phone_of(handset, ada["phone"])
        expect(phone.get_by_role("list", name="Texts")).to_contain_text("It is.")
        answer(phone, "Wonderful!")
        expect(page.get_by_role("log", name="Texts")).to_contain_text("Wonderful!")
        expect(page.get_by_role("list", name="Open work items")).to_contain_text("Reply to answer")
        seller.check()


def test_what_a_stranger_writes_is_on_the_list_of_whose_number_it_is_and_answered_once_a_lead(
    browser: Browser, stack: Stack
) -> None:
    office = open_office(stack, unknown_sender=UnknownSender.INBOX)
    stranger = {"phone": "+13035559877"}
    with (
        open_window(browser, stack, office.seller_email) as seller,
        open_handset(browser, stack) as handset,
    ):
        page = seller.page
        page.goto("/work")
        expect(page.get_by_role("heading", name="Nothing to do")).to_be_visible()
        office.hear(stranger, "Do you still sell windows?")
        expect(page.get_by_role("heading", name="+1 303 555 9877")).to_be_visible()
        expect(page.get_by_role("log", name="Texts")).to_contain_text("Do you still sell windows?")
        seller.check()

        page.get_by_role("button", name="New lead…").click()
        dialog = page.get_by_role("dialog", name="New lead")
        dialog.get_by_label("First name").fill("Grace")
        dialog.get_by_role("button", name="Make the lead").click()
        expect(page.get_by_role("heading", name="Grace")).to_be_visible()
        field = page.get_by_role("textbox", name="Write a text")
        field.fill("We do, Grace.")
        field.press("Control+Enter")
        expect(page.get_by_role("heading", name="Nothing to do")).to_be_visible()
        phone = phone_of(handset, stranger["phone"])
        expect(phone.get_by_role("list", name="Texts")).to_contain_text("We do, Grace.")


def test_what_one_has_not_opened_stands_out_until_one_opens_it_and_not_for_a_colleague(
    browser: Browser, stack: Stack, office: Office
) -> None:
    office.hear(office.lead("Ada"), "Is the blue one in stock?")
    office.hear(office.lead("Luis"), "And the red one?")
    with (
        open_window(browser, stack, office.seller_email) as seller,
        open_window(browser, stack, office.manager_email) as manager,
    ):
        seller.page.goto("/work?sort=created")
        rows = seller.page.get_by_role("list", name="Open work items").get_by_role("link")
        expect(rows.nth(0)).not_to_contain_text("Unopened")
        expect(rows.nth(1)).to_contain_text("Unopened: Luis")
        rows.nth(1).click()
        expect(rows.nth(1)).not_to_contain_text("Unopened")
        seller.page.get_by_role("button", name="Follow", exact=True).click()
        expect(rows.nth(1)).to_contain_text("Followed")
        seller.check()
        seller.page.goto("/work?followed=1")
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text("Luis")

        manager.page.goto("/work?sort=created&unopened=1")
        others = manager.page.get_by_role("list", name="Open work items").get_by_role("link")
        expect(others.first).to_contain_text("Luis")


def test_on_a_phone_an_item_stays_unopened_while_only_the_list_is_shown(
    browser: Browser, stack: Stack, office: Office
) -> None:
    office.hear(office.lead("Ada"), "Is the blue one in stock?")
    with open_window(browser, stack, office.seller_email) as seller, seller.as_on_a_phone():
        page = seller.page
        row = page.get_by_role("list", name="Open work items").get_by_role("link")
        page.goto("/work")
        expect(row).to_contain_text("Unopened: Ada")
        expect(page.get_by_role("status").filter(has_text="1 open")).to_be_visible()
        page.reload()
        expect(row).to_contain_text("Unopened: Ada")
        row.click()
        expect(page.get_by_role("heading", name="Ada")).to_be_visible()
        page.get_by_role("link", name="Work list").click()
        expect(row).to_contain_text("Ada")
        expect(row).not_to_contain_text("Unopened")


def test_a_stack_that_is_undone_in_time_leaves_nothing_at_the_customers_phones(
    browser: Browser, stack: Stack, office: Office
) -> None:
    office.publish(BOOK)
    records = [office.lead(name) for name in ("Ada", "Luis", "Noor")]
    for record in records:
        office.enroll("book", record)
        office.work_item(record)
    with open_window(browser, stack, office.seller_email) as seller:
        page = seller.page
        page.goto("/work")
        page.get_by_role("link", name="Similar texts").click()
        cards = page.get_by_role("list", name="Texts to approve").get_by_role("article")
        expect(cards).to_have_count(3)
        seller.check()

        approve_all(page, 3)
        expect(page.get_by_text("3 texts approved.")).to_be_visible()
        expect(cards).to_have_count(0)
        page.keyboard.press("z")
        expect(page.get_by_text("3 taken back.")).to_be_visible()
        expect(cards).to_have_count(3)

        # one that does leave shows that the ten seconds of the others are over, too
        luis = page.get_by_role("article", name="Luis")
        luis.get_by_role("button", name="Approve").click()
        expect(luis).to_have_count(0)
        eventually(lambda: office.received(records[1]) == ["When shall we talk, Luis?"])
        assert [office.received(record) for record in records] == [
            [],
            ["When shall we talk, Luis?"],
            [],
        ]


def test_a_draft_one_reads_while_the_customer_writes_goes_once_one_has_read_that(
    browser: Browser, stack: Stack, office: Office
) -> None:
    office.publish(BOOK)
    ada = office.lead("Ada")
    office.enroll("book", ada)
    item = office.work_item(ada)
    with open_window(browser, stack, office.seller_email) as seller:
        page = seller.page
        page.goto(f"/work?item={item['id']}")
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        text = page.get_by_role("textbox", name="Text", exact=True)
        expect(text).to_have_value("When shall we talk, Ada?")
        text.fill("Tuesday, Ada?")
        office.hear(ada, "Please do not call me on Mondays")

        note = page.get_by_role("alert", name="This has changed since you read it")
        expect(note).to_contain_text("The customer wrote again.")
        expect(text).to_be_focused()
        seller.check()
        page.get_by_role("button", name="Approve", exact=True).click()
        note = page.get_by_role("alert", name="Nothing was sent: this has changed")
        expect(note).to_be_focused()
        expect(note).to_contain_text("When shall we talk, Ada?")
        assert office.received(ada) == []

        note.get_by_role("button", name="I have read it").click()
        expect(note).to_have_count(0)
        expect(text).to_have_value("Tuesday, Ada?")
        page.get_by_role("button", name="Approve", exact=True).click()
        eventually(lambda: office.received(ada) == ["Tuesday, Ada?"])


def test_an_approval_that_overtakes_the_news_of_a_reply_is_refused(
    browser: Browser, stack: Stack, office: Office
) -> None:
    office.publish(BOOK)
    ada = office.lead("Ada")
    office.enroll("book", ada)
    item = office.work_item(ada)
    with open_window(browser, stack, office.seller_email) as seller:
        page = seller.page
        page.goto(f"/work?item={item['id']}")
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        text = page.get_by_role("textbox", name="Text", exact=True)
        expect(text).to_have_value("When shall we talk, Ada?")
        office.hear(ada, "Please do not call me on Mondays")
        text.press("Control+Enter")
        note = page.get_by_role("alert", name="Nothing was sent: this has changed")
        expect(note).to_contain_text("The customer wrote again.")
        text.press("Control+Enter")
        expect(note).to_be_focused()
        assert office.received(ada) == []


def test_a_text_of_a_stack_goes_as_it_was_read_or_comes_back_and_says_why(
    browser: Browser, stack: Stack, office: Office
) -> None:
    office.publish(BOOK)
    ada, luis = office.lead("Ada"), office.lead("Luis")
    for record in (ada, luis):
        office.enroll("book", record)
        office.work_item(record)
    with open_window(browser, stack, office.seller_email) as seller:
        page = seller.page
        page.goto("/work")
        page.get_by_role("link", name="Similar texts").click()
        card = page.get_by_role("article", name="Ada")
        expect(card.get_by_role("checkbox")).to_be_checked()
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        office.hear(ada, "Please do not call me on Mondays")
        expect(card.get_by_role("alert")).to_contain_text("The customer wrote again.")
        expect(card.get_by_role("checkbox")).not_to_be_checked()
        seller.check()
        card.get_by_role("button", name="Approve").click()
        refused = card.get_by_role("alert", name="Nothing was sent: this has changed")
        expect(refused).to_be_visible()
        refused.get_by_role("button", name="I have read it").click()
        expect(card.get_by_role("heading", name="Ada")).to_be_focused()
        page.keyboard.press("a")
        expect(page.get_by_text("Ada: approved.")).to_be_visible()
        expect(card).to_have_count(0)

        # within the ten seconds in which it can be taken back
        office.hear(ada, "Nor on Tuesdays")
        why = "After it was approved: The customer wrote again. Look again."
        expect(page.get_by_role("alert", name="1 approved text was not sent")).to_contain_text(
            f"Ada: {why}", timeout=30_000
        )
        expect(card).to_contain_text(why)
        seller.check()
        assert office.received(ada) == []
        card.get_by_role("button", name="Approve").click()
        eventually(lambda: office.received(ada) == ["When shall we talk, Ada?"])
    assert office.received(luis) == []


def test_what_is_handed_over_is_on_the_colleagues_list_and_a_snoozed_one_on_nobodys(
    browser: Browser, stack: Stack, office: Office
) -> None:
    office.publish(BOOK)
    ada, luis = office.lead("Ada"), office.lead("Luis")
    for record in (ada, luis):
        office.enroll("book", record)
        office.work_item(record)
    with (
        open_window(browser, stack, office.seller_email) as seller,
        open_window(browser, stack, office.manager_email) as manager,
    ):
        manager.page.goto("/work?assignee=me")
        expect(manager.page.get_by_role("heading", name="Nothing to do")).to_be_visible()
        page = seller.page
        page.goto("/work")
        page.get_by_role("list", name="Open work items").get_by_role("link", name="Ada").click()
        page.get_by_role("button", name="Hand over").click()
        dialog = page.get_by_role("dialog", name="Hand over Ada")
        dialog.get_by_role("combobox", name="To").select_option(label="Mia Manager")
        seller.check()
        dialog.get_by_role("button", name="Hand over").click()

        theirs = manager.page.get_by_role("list", name="Open work items")
        expect(theirs).to_contain_text("Ada")
        expect(page.get_by_role("heading", name="Luis")).to_be_visible()
        page.get_by_role("button", name="Snooze").click()
        page.get_by_role("menuitem", name="For an hour").click()
        expect(page.get_by_role("heading", name="Nothing to do")).to_be_visible()
        page.goto("/work?show=snoozed")
        expect(page.get_by_role("list", name="Open work items")).to_contain_text("Luis")


def test_what_a_manager_hands_to_a_seller_is_on_the_sellers_screen_by_itself(
    browser: Browser, stack: Stack, office: Office
) -> None:
    ada = office.lead("Ada", owner_team_id=office.team_id)
    office.publish(BOOK)
    office.enroll("book", ada)
    office.work_item(ada)
    with (
        open_window(browser, stack, office.manager_email) as manager,
        open_window(browser, stack, office.other_seller_email) as seller,
    ):
        page = seller.page
        page.goto("/records")
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        assert_waits(page, 0)

        manager.page.goto("/work")
        manager.page.get_by_role("button", name="Hand over").click()
        dialog = manager.page.get_by_role("dialog", name="Hand over Ada")
        dialog.get_by_role("combobox", name="To").select_option(label="Ben Seller")
        dialog.get_by_role("textbox", name="Note").fill("You know her best")
        dialog.get_by_role("button", name="Hand over").click()

        assert_waits(page, 1)
        places(page).get_by_role("link", name="Work").click()
        text = page.get_by_role("textbox", name="Text", exact=True)
        expect(text).to_have_value("When shall we talk, Ada?")
        text.press("Control+Enter")
        expect(page.get_by_role("heading", name="Nothing to do")).to_be_visible()
        assert_waits(page, 0)
        # the manager, who looks at everybody's, sees it go
        expect(manager.page.get_by_role("heading", name="Nothing to do")).to_be_visible()
    eventually(lambda: office.received(ada) == ["When shall we talk, Ada?"])


def test_while_a_seller_is_on_leave_who_stands_in_has_their_work_and_does_it(
    browser: Browser, stack: Stack, office: Office
) -> None:
    ada = office.lead("Ada")
    office.publish(BOOK)
    office.enroll("book", ada)
    office.work_item(ada)
    with (
        open_window(browser, stack, office.manager_email) as manager,
        open_window(browser, stack, office.other_seller_email) as cover,
    ):
        page = cover.page
        page.goto("/work")
        expect(page.get_by_role("heading", name="Nothing to do")).to_be_visible()

        manager.page.goto("/settings/work")
        leave = manager.page
        leave.get_by_role("combobox", name="Who is away").select_option(label="Sam Seller")
        leave.get_by_label("From").fill("2020-01-01T09:00")
        leave.get_by_label("Until").fill("2099-01-01T09:00")
        leave.get_by_role("combobox", name="Who stands in").select_option(label="Ben Seller")
        leave.get_by_role("button", name="Note the absence").click()
        away = leave.get_by_role("list", name="Who is away")
        expect(away).to_contain_text("Ben Seller stands in")

        page.reload()
        items = page.get_by_role("list", name="Open work items")
        expect(items).to_contain_text("covering for Sam Seller")
        page.get_by_role("button", name="Approve", exact=True).click()
        expect(page.get_by_role("heading", name="Nothing to do")).to_be_visible()
    eventually(lambda: office.received(ada) == ["When shall we talk, Ada?"])


def test_several_records_are_texted_at_once_and_one_sees_what_becomes_of_each(
    browser: Browser, stack: Stack, office: Office
) -> None:
    ada, luis = office.lead("Ada"), office.lead("Luis")
    office.lead("Noor", phone=None)
    with open_window(browser, stack, office.seller_email) as seller:
        page = seller.page
        page.goto("/records")
        expect(page.get_by_role("radio", name="Mine")).to_be_checked()
        page.get_by_role("checkbox", name="Choose Ada").press("Space")
        page.get_by_role("checkbox", name="Choose all that are shown").press("Space")
        expect(page.get_by_text("3 chosen")).to_be_visible()
        page.keyboard.press("t")
        dialog = page.get_by_role("dialog", name="Text the chosen records")
        dialog.get_by_role("textbox", name="Text").fill("Hi {{ record.first_name }}, we moved.")
        page.keyboard.press("Control+Enter")
        expect(dialog).to_contain_text("2 records get it, in 1 segment each.")
        expect(dialog).to_contain_text("Noor: This record has no phone number.")
        expect(dialog.get_by_role("list", name="What they get")).to_contain_text(
            "Hi Luis, we moved."
        )
        assert office.received(ada) == []

        dialog.get_by_role("button", name="Send to 2 records").click()
        expect(dialog).to_contain_text("2 texts are on the way.")
        dialog.get_by_role("link", name="See what becomes of each").click()
        rows = page.get_by_role("table").get_by_role("row")
        expect(rows.filter(has_text="Completed")).to_have_count(2)
    assert office.received(ada) == ["Hi Ada, we moved."]
    assert office.received(luis) == ["Hi Luis, we moved."]


def test_the_page_of_a_record_tells_what_is_up_next_and_what_was_said_and_noted(
    browser: Browser, stack: Stack, office: Office
) -> None:
    office.publish(BOOK)
    ada = office.lead("Ada")
    office.hear(ada, "Is the blue one in stock?")
    office.enroll("book", ada)
    office.work_item(ada)
    with open_window(browser, stack, office.seller_email) as seller:
        page = seller.page
        page.goto(f"/records/{ada['id']}")
        thread = page.get_by_role("list", name="Thread")
        expect(thread).to_contain_text("Is the blue one in stock?")
        expect(page.get_by_role("list", name="Book a call")).to_contain_text("Now")
        page.get_by_role("textbox", name="Write a note").fill("Prefers mornings")
        page.get_by_role("button", name="Keep the note").click()
        expect(thread).to_contain_text("Prefers mornings")
        seller.check()

        text = page.get_by_role("textbox", name="Text", exact=True)
        expect(text).to_have_value("When shall we talk, Ada?")
        text.press("Control+Enter")
        eventually(lambda: office.received(ada) == ["When shall we talk, Ada?"])


def places(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Main")


def assert_waits(page: Page, count: int) -> None:
    """See how many work items are said to wait, wherever one is."""
    name = f"Work {count} to do" if count else "Work"
    expect(places(page).get_by_role("link", name=name, exact=True)).to_be_visible()


def approve_all(page: Page, count: int) -> None:
    """Approve all that are chosen, by keyboard."""
    page.keyboard.press("Shift+A")
    page.get_by_role("dialog").get_by_role("button", name=f"Approve {count}").press("Enter")
