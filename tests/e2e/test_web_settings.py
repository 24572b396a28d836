"""What an administrator sets up in one window, and what that lets a person do in another."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import Window, open_window
from tests.e2e.office import Office, open_office
from tests.stack import Stack

FIRST_PASSWORD = "seven quiet herons"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture
def office(browser: Browser, stack: Stack) -> Office:
    """An organisation of the test's own."""
    return open_office(stack)


@pytest.fixture(scope="module")
def looking_around(browser: Browser, stack: Stack) -> Iterator[Window]:
    """An administrator's window for those tests that change nothing."""
    with open_window(browser, stack, open_office(stack).admin_email) as window:
        yield window


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def places(page: Page) -> list[str]:
    """Return where the person's own menu leads."""
    page.get_by_role("button", name="Signed in as").click()
    menu = page.get_by_role("menu")
    expect(menu.get_by_role("menuitem", name="Sign out")).to_be_visible()
    found = menu.get_by_role("menuitem").all_inner_texts()
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    return found


def test_somebody_who_is_added_signs_in_and_sees_what_the_role_lets_until_it_no_longer_does(
    browser: Browser, stack: Stack, office: Office
) -> None:
    ada = office.lead("Ada")
    email = f"nora-{office.admin_email}"
    with (
        open_window(browser, stack, office.admin_email) as admin,
        open_window(browser, stack) as nora,
    ):
        admin.page.goto("/settings/people")
        admin.page.get_by_role("button", name="New user").click()
        dialog = admin.page.get_by_role("dialog", name="New user")
        expect(dialog.get_by_role("textbox", name="First name")).to_be_focused()
        admin.page.keyboard.type("Nora")
        dialog.get_by_role("textbox", name="Last name").fill("Lindqvist")
        dialog.get_by_role("textbox", name="E-mail address").fill(email)
        dialog.get_by_label("First password").fill(FIRST_PASSWORD)
        dialog.get_by_role("checkbox", name="Salesperson").check()
        assert admin.problems_by_axe() == []
        dialog.get_by_role("button", name="Add").click()
        row = admin.page.get_by_role("row").filter(has_text=email)
        expect(row).to_contain_text("Salesperson")

        sign_in(nora.page, email, FIRST_PASSWORD)
        expect(nora.page.get_by_role("heading", name="Nothing to do")).to_be_visible()
        as_seller = places(nora.page)
        assert "Consent" in as_seller
        assert not {"People", "Embedding", "Personal data"} & set(as_seller)
        # C03: a salesperson reads the records of the own unit
        nora.page.goto(f"/records/{ada['id']}")
        expect(nora.page.get_by_role("heading", name="Ada")).to_be_visible()

        row.get_by_role("button", name="Change").click()
        change = admin.page.get_by_role("dialog", name="Nora Lindqvist")
        change.get_by_role("checkbox", name="System Administrator").check()
        change.get_by_role("button", name="Save").click()
        expect(row).to_contain_text("System Administrator")
        nora.page.reload()
        assert {"People", "Embedding", "Personal data"} <= set(places(nora.page))

        row.get_by_role("button", name="Change").click()
        change.get_by_role("checkbox", name="May sign in").uncheck()
        change.get_by_role("button", name="Save").click()
        expect(row).to_contain_text("Inactive")
        nora.page.goto("/records")
        expect(nora.page.get_by_role("button", name="Sign in")).to_be_visible()
        sign_in(nora.page, email, FIRST_PASSWORD)
        expect(nora.page.get_by_role("alert")).to_be_visible()


def test_a_unit_is_made_and_moved_and_a_team_in_it_has_its_members(
    browser: Browser, stack: Stack, office: Office
) -> None:
    with open_window(browser, stack, office.admin_email) as admin:
        page = admin.page
        page.goto("/settings/people?tab=units")
        root = office.admin.get("/business-units")["items"][0]["name"]
        for name, within in (("North", root), ("Coast", "North")):
            page.get_by_role("button", name=f"New unit in {within}").click()
            page.get_by_role("textbox", name="Name").fill(name)
            page.keyboard.press("Enter")
            expect(page.get_by_role("list", name=f"Within {within}")).to_contain_text(name)
        page.get_by_role("button", name="Change North").click()
        dialog = page.get_by_role("dialog", name="North")
        coast = next(
            one["id"]
            for one in office.admin.get("/business-units")["items"]
            if one["name"] == "Coast"
        )
        dialog.get_by_role("combobox", name="Part of").select_option(coast)
        dialog.get_by_role("button", name="Save").click()
        expect(dialog.get_by_role("alert")).to_contain_text("A unit cannot be part of itself")
        dialog.get_by_role("button", name="Close").click()
        assert admin.problems_by_axe() == []

        page.get_by_role("tab", name="Teams").click()
        page.get_by_role("button", name="New team").click()
        dialog = page.get_by_role("dialog", name="New team")
        dialog.get_by_role("textbox", name="Name").fill("Coast sellers")
        dialog.get_by_role("combobox", name="Business unit").select_option(coast)
        members = dialog.get_by_role("combobox", name="Members")
        members.fill("Ben")
        members.press("ArrowDown")
        members.press("Enter")
        members.press("Tab")
        assert admin.problems_by_axe() == []
        dialog.get_by_role("button", name="Save").click()
        row = page.get_by_role("row").filter(has_text="Coast sellers")
        expect(row).to_contain_text("Ben Seller")
        expect(row).to_contain_text("Coast")
        # the team of the sellers owns nothing, so that it may go; its members stay
        page.get_by_role("button", name="Delete Coast sellers").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(row).to_have_count(0)


def test_a_template_shared_with_the_sellers_team_appears_to_its_members_and_to_nobody_else(
    browser: Browser, stack: Stack, office: Office
) -> None:
    with (
        open_window(browser, stack, office.seller_email) as seller,
        open_window(browser, stack, office.other_seller_email) as colleague,
    ):
        seller.page.goto("/templates")
        seller.page.get_by_role("button", name="New template").click()
        dialog = seller.page.get_by_role("dialog", name="New template")
        dialog.get_by_role("textbox", name="Name").fill("Opening hours")
        dialog.get_by_role("textbox", name="Text", exact=True).fill(
            "We are open from nine to five."
        )
        dialog.get_by_role("button", name="Add").click()
        expect(seller.page.get_by_role("heading", name="Opening hours")).to_be_visible()
        colleague.page.goto("/templates")
        expect(colleague.page.get_by_role("heading", name="No templates yet")).to_be_visible()

        seller.page.get_by_role("textbox", name="Name").fill("When we are open")
        seller.page.get_by_role("combobox", name="Shared with").select_option("A team")
        seller.page.get_by_role("button", name="Save name and sharing").click()
        expect(seller.page.get_by_role("heading", name="When we are open")).to_be_visible()
        assert seller.problems_by_axe() == []
        colleague.page.reload()
        row = colleague.page.get_by_role("row").filter(has_text="When we are open")
        expect(row).to_contain_text("Sellers")

        seller.page.get_by_role("button", name="Delete When we are open").click()
        seller.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(seller.page.get_by_role("heading", name="No templates yet")).to_be_visible()


def test_a_person_is_taken_along_and_erased_and_only_that_somebody_was_stays(
    browser: Browser, stack: Stack, office: Office, tmp_path: Path
) -> None:
    ada = office.lead("Ada", last_name="Moreno")
    office.hear(ada, "Please forget me")
    office.conversation(ada)
    with open_window(browser, stack, office.admin_email) as admin:
        page = admin.page
        page.goto(f"/records/{ada['id']}")
        page.get_by_role("link", name="Personal data").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="Export everything").click()
        download.value.save_as(tmp_path / "person.zip")
        content = io.BytesIO((tmp_path / "person.zip").read_bytes())
        with zipfile.ZipFile(content) as archive:
            assert "Please forget me" in json.dumps(json.loads(archive.read("person.json")))

        page.get_by_role("button", name="Erase…").click()
        dialog = page.get_by_role("dialog", name="Erase Ada Moreno")
        expect(dialog.get_by_role("status")).to_contain_text("Would be erased: texts: 1")
        dialog.get_by_role("textbox", name="Why").fill("Asked by text")
        dialog.get_by_role("textbox", name=f"Type {ada['phone']} to be sure").fill(ada["phone"])
        assert admin.problems_by_axe() == []
        dialog.get_by_role("button", name="Erase for good").click()
        expect(dialog.get_by_role("status")).to_contain_text("Erased: texts: 1")
        dialog.get_by_role("button", name="Done").click()
        erasure = page.get_by_role("row").filter(has_text="Asked by text")
        expect(erasure).to_contain_text("by Alex Admin")
        expect(page.get_by_role("main")).not_to_contain_text("Moreno")
        page.goto("/conversations")
        expect(page.get_by_role("main")).not_to_contain_text("Please forget me")


def test_texts_are_kept_for_as_long_as_the_administrator_says(
    browser: Browser, stack: Stack, office: Office
) -> None:
    with open_window(browser, stack, office.admin_email) as admin:
        page = admin.page
        page.goto("/settings/retention")
        page.get_by_role("button", name="Change how long is kept: Texts").click()
        dialog = page.get_by_role("dialog", name="Texts")
        dialog.get_by_role("checkbox", name="Keep it for ever").uncheck()
        dialog.get_by_role("textbox", name="Days to keep it").fill("400")
        assert admin.problems_by_axe() == []
        dialog.get_by_role("button", name="Save").click()
        expect(page.get_by_role("row").filter(has_text="400 days")).to_contain_text("Texts")
        with admin.as_on_a_phone():
            assert admin.overflow() == []
    assert office.admin.get("/organisation")["retention"]["texts"] == 400


def test_a_number_sends_as_fast_and_as_much_as_the_administrator_says(
    browser: Browser, stack: Stack, office: Office
) -> None:
    with open_window(browser, stack, office.admin_email) as admin:
        page = admin.page
        page.goto("/settings/numbers")
        page.get_by_role("button", name="Change").click()
        dialog = page.get_by_role("dialog", name="Change")
        expect(dialog.get_by_role("textbox", name="Segments a second")).to_be_focused()
        page.keyboard.press("Control+A")
        page.keyboard.type("2.5")
        dialog.get_by_role("textbox", name="Segments a day").fill("2000")
        dialog.get_by_role("textbox", name="Brand").fill("Harbour")
        page.keyboard.press("Enter")
        expect(page.get_by_role("row").filter(has_text="Harbour")).to_contain_text(
            "2.5 a second, 2,000 a day"
        )
    (number,) = office.admin.all("/phone-numbers")
    assert (number["per_second"], number["daily_cap"], number["brand"]) == (2.5, 2000, "Harbour")


@pytest.mark.parametrize(
    ("path", "button"),
    [
        ("/settings/people", "New user"),
        ("/settings/people", "Change Sam Seller"),
        ("/settings/people?tab=teams", "New team"),
        ("/settings/people?tab=units", "Change"),
        ("/settings/embed", "New key"),
        ("/settings/retention", "Change how long is kept: Alerts"),
        ("/settings/organisation", None),
        ("/settings/numbers", "Assign"),
        ("/settings/personal-data?number=%2B12025550101", None),
        ("/consent", "Record consent"),
        ("/templates", "New template"),
    ],
)
def test_a_page_and_its_dialog_are_accessible_in_both_schemes_and_fit_a_phone(
    looking_around: Window, path: str, button: str | None
) -> None:
    page = looking_around.page
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)
    assert_is_fit_for_all(looking_around)
    if button is not None:
        page.get_by_role("button", name=button).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert_is_fit_for_all(looking_around)


def assert_is_fit_for_all(window: Window) -> None:
    for scheme in SCHEMES:
        window.use(scheme)
        assert window.problems_by_axe() == [], scheme
    with window.as_on_a_phone():
        assert window.overflow() == []
        assert window.problems_by_axe() == [], "on a phone"
