"""What every page shows in the middle of a day: fit for all, in light and dark, on a desk and on a phone."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.browser import Window, open_window
from tests.e2e.office import Office, open_office
from tests.e2e.test_web import BOOK, WELCOME
from tests.stack import Stack, eventually

_STRANGER = "+14155550188"

# what a browser cuts off within a field of its own kind does not count as wider than the field
_CUT_OFF = """field => {
  const free = field.cloneNode();
  free.value = field.value;
  free.style.cssText = "position: absolute; width: max-content; min-width: 0";
  field.after(free);
  const wanted = free.offsetWidth;
  free.remove();
  return wanted - field.offsetWidth;
}"""


@pytest.fixture(scope="module")
def busy(browser: Browser, stack: Stack) -> Office:
    """An organisation in the middle of its day: texts of many fates, and enrollments that stand here and there."""
    office = open_office(stack, name="Harbour Cycles")
    office.admin.request("PATCH", "/organisation", json={"unknown_sender": "inbox"})
    office.publish(WELCOME)
    office.publish(BOOK)
    office.save_draft(WELCOME.replace("Still interested", "Are you still interested"))
    zone = "America/New_York"
    ada = office.lead("Ada", last_name="Moreno", timezone=zone, fields={"bike": "Blue one"})
    ben = office.lead("Benjamin-Alexander", last_name="Featherstonehaugh-Cholmondeley")
    cleo = office.lead("Cleo", last_name="Park", phone="+16465550181", timezone=zone)
    dora = office.lead("Dora", last_name="Lind")
    office.enroll("welcome", ada, ben, cleo, dora)
    for record in (ada, ben, cleo, dora):
        eventually(partial(office.received, record))
    office.hear(dora, "STOP")
    office.hear(ada, "Yes please! Is the blue one in stock? https://harbour.example/bikes/blue-one")
    path = f"/conversations/{office.conversation(ada)['id']}/messages"
    office.seller.post(path, {"text": "It is, Ada. Shall I keep it until Friday? 🚲"})
    office.seller.post(f"/records/{ada['id']}/notes", {"body": "Prefers mornings."})
    emil, faye = office.lead("Emil", last_name="Sørensen"), office.lead("Faye", last_name="Osei")
    office.enroll("book", emil, faye)
    office.work_item(emil)
    office.work_item(faye)
    office.work_item(cleo)
    office.hear(faye, "What do you want to talk about?")
    office.hear({"phone": _STRANGER}, "Do you repair e-bikes?")
    _set_up(office)
    return office


def _set_up(office: Office) -> None:
    """Have some of all that is set up for everybody."""
    admin = office.admin
    template = {"name": "Book a call", "record_kind": "lead", "sharing": "organisation"}
    words = {"en": "Hi {{ record.first_name }}, shall we talk?", "de": "Hallo, wollen wir reden?"}
    admin.post("/templates", template | {"default_language": "en", "variants": words})
    admin.post("/embed-keys", {"name": "Form", "allowed_origins": ["https://crm.example.com"]})
    starts = datetime.now(UTC) + timedelta(days=1)
    ends = starts + timedelta(days=7)
    admin.post("/absences", {"starts_at": starts.isoformat(), "ends_at": ends.isoformat()})
    rule = [{"by": "reply"}, {"by": "kind", "order": ["call", "manual_text"]}, {"by": "value"}]
    admin.request("PUT", "/work-list-settings", json={"priority": rule})
    view = {"list": "work_items", "name": "Replies", "query": {"show": "replies"}}
    admin.post("/views", view | {"is_shared": True})


@pytest.fixture(scope="module")
def looking_around(browser: Browser, busy: Office) -> Iterator[Window]:
    """A window of the administrator's, for one page after the other."""
    with open_window(browser, busy.stack, busy.admin_email) as window:
        yield window


def at(page: Page, address: str) -> Page:
    page.goto(address)
    return page


def record_of(office: Office, first_name: str) -> str:
    (found,) = [one for one in office.seller.all("/records") if one["first_name"] == first_name]
    return f"/records/{found['id']}"


def conversation_of(office: Office, first_name: str) -> str:
    found = [
        one
        for one in office.admin.all("/conversations")
        if (one["record"] or {"first_name": None})["first_name"] == first_name
    ]
    return f"/conversations/{found[0]['id']}"


def inbox_of(office: Office) -> str:
    (found,) = office.admin.all("/conversations?unassigned=true")
    return f"/conversations/{found['id']}"


def work_item_of(office: Office, kind: str) -> str:
    found = [one for one in office.seller.all("/work-items") if one["kind"] == kind]
    return str(found[0]["id"])


def at_item(page: Page, office: Office, kind: str) -> Page:
    return at(page, f"/work?item={work_item_of(office, kind)}")


def pressed(page: Page, name: str | re.Pattern[str]) -> Page:
    """Press the first button of this name."""
    page.get_by_role("button", name=name).first.click()
    return page


def dialog(page: Page, name: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("dialog", name=name)


def enrollment_of_ben(page: Page, office: Office) -> Locator:
    at(page, "/sequences/welcome").get_by_role("link", name="Benjamin-Alexander").click()
    return page.get_by_role("list", name="Timeline")


def why_of_ben(page: Page, office: Office) -> Locator:
    expect(enrollment_of_ben(page, office)).to_be_visible()
    pressed(page, re.compile(r"^Why\?"))
    return dialog(page, "Why this text went or did not")


def texting(page: Page, office: Office) -> Locator:
    at(page, "/records").get_by_role("checkbox", name="Choose all that are shown").check()
    pressed(page, "Text them").get_by_role("textbox", name="Text").fill(
        "Hi {{ record.first_name }}, we moved to the harbour."
    )
    return dialog(page, "Text the chosen records")


def texting_seen(page: Page, office: Office) -> Locator:
    texting(page, office).get_by_role("button", name="See what each gets").click()
    return page.get_by_role("list", name="What they get")


def scheduling(page: Page, office: Office) -> Locator:
    at(page, conversation_of(office, "Ada")).get_by_role("textbox", name="Write a text").fill("Hi!")
    return dialog(pressed(page, "Schedule…"), "Schedule this text")


def shortcuts(page: Page, _: Office) -> Locator:
    expect(at(page, "/records").get_by_role("row", name="Emil")).to_be_visible()
    page.keyboard.press("?")
    return dialog(page, "Keyboard shortcuts")


def template(page: Page, _: Office) -> Locator:
    at(page, "/templates").get_by_role("link", name="Book a call").click()
    return page.get_by_role("textbox", name="Text in en")


def why(page: Page, office: Office) -> Locator:
    pressed(at(page, conversation_of(office, "Ada")), "Why?")
    return dialog(page, "Why this text went or did not")


Shown = Callable[[Page, Office], Locator]

WORK: dict[str, Shown] = {
    "work": lambda page, _: at(page, "/work").get_by_role("link", name="Emil"),
    "text to approve": lambda page, office: at_item(page, office, "manual_text").get_by_role(
        "button", name="Approve"
    ),
    "failed text": lambda page, office: at_item(page, office, "failed_text").get_by_role(
        "article", name="Our text"
    ),
    "reply": lambda page, office: (
        at_item(page, office, "reply").get_by_role("textbox", name="Write a text").first
    ),
    "filters": lambda page, _: pressed(at(page, "/work?group=kind"), "Filters").get_by_role(
        "combobox", name="Due"
    ),
    "views": lambda page, _: pressed(at(page, "/work"), "Views").get_by_role(
        "menuitem", name="Replies"
    ),
    "snoozing": lambda page, office: pressed(
        at_item(page, office, "manual_text"), "Snooze"
    ).get_by_role("menuitem", name="For an hour"),
    "handing over": lambda page, office: dialog(
        pressed(at_item(page, office, "manual_text"), "Hand over"), re.compile("Hand over")
    ),
    "following up": lambda page, office: dialog(
        pressed(at_item(page, office, "manual_text"), "Follow up"), re.compile("Follow up")
    ),
    "stack": lambda page, office: at(
        page, f"/work/stack?like={work_item_of(office, 'manual_text')}"
    ).get_by_role("article", name="Emil"),
    "order and leave": lambda page, _: at(page, "/settings/work").get_by_role(
        "list", name="Order of the kinds"
    ),
}
CONVERSATIONS: dict[str, Shown] = {
    "conversations": lambda page, _: at(page, "/conversations").get_by_role("link", name="Cleo"),
    "conversation": lambda page, office: (
        at(page, conversation_of(office, "Ada")).get_by_role("log").get_by_text("Yes please!")
    ),
    "opted out": lambda page, office: at(page, conversation_of(office, "Dora")).get_by_text(
        "asked for no more texts"
    ),
    "transcript": lambda page, office: dialog(
        pressed(at(page, conversation_of(office, "Ada")), "Transcript"), re.compile("ranscript")
    ),
    "why": why,
    "template menu": lambda page, office: (
        pressed(at(page, conversation_of(office, "Ada")), "Template")
        .get_by_role("button", name=re.compile("Book a call"))
        .first
    ),
    "new lead": lambda page, office: dialog(
        pressed(at(page, inbox_of(office)), "New lead…"), "New lead"
    ),
    "moving": lambda page, office: dialog(
        pressed(at(page, conversation_of(office, "Ada")), "Move…"), re.compile("Move")
    ),
    "scheduling": scheduling,
    "search": lambda page, _: at(page, "/search?q=blue").get_by_role("link", name="Ada").first,
}
RECORDS: dict[str, Shown] = {
    "records": lambda page, _: at(page, "/records").get_by_role("row", name="Emil"),
    "texting": texting,
    "texting seen": texting_seen,
    "importing": lambda page, _: dialog(
        pressed(at(page, "/records"), "Import a CSV file"), "Import records"
    ),
    "record": lambda page, office: at(page, record_of(office, "Ada")).get_by_role(
        "list", name="Thread"
    ),
    "sequences": lambda page, _: at(page, "/sequences").get_by_role("link", name="Welcome"),
    "sequence": lambda page, _: at(page, "/sequences/welcome").get_by_role("link", name="Cleo"),
    "changing a record": lambda page, office: dialog(
        pressed(at(page, record_of(office, "Ada")), "Change"), re.compile("^Change")
    ),
    "enrollment": enrollment_of_ben,
    "why of a step": why_of_ben,
    "enrolling": lambda page, _: pressed(
        at(page, "/sequences/welcome"), "Enroll records"
    ).get_by_role("checkbox", name="Emil"),
}
SETTINGS: dict[str, Shown] = {
    "templates": lambda page, _: at(page, "/templates").get_by_role("link", name="Book a call"),
    "template": template,
    "withdrawals": lambda page, _: at(page, "/consent").get_by_role("cell", name="STOP"),
    "ledger": lambda page, _: at(page, "/consent?tab=ledger").get_by_text("STOP").first,
    "blocked texts": lambda page, _: at(page, "/consent?tab=blocked").get_by_role("tabpanel"),
    "reach of a withdrawal": lambda page, _: (
        at(page, "/consent?tab=setting").get_by_role("radio").first
    ),
    "users": lambda page, _: at(page, "/settings/people").get_by_role("row", name="Mia Manager"),
    "teams": lambda page, _: at(page, "/settings/people?tab=teams").get_by_text("Sellers").first,
    "units": lambda page, _: at(page, "/settings/people?tab=units").get_by_role("tabpanel"),
    "roles": lambda page, _: at(page, "/settings/people?tab=roles").get_by_role("table").first,
    "new user": lambda page, _: dialog(
        pressed(at(page, "/settings/people"), "New user"), re.compile("user")
    ),
    "new team": lambda page, _: dialog(
        pressed(at(page, "/settings/people?tab=teams"), "New team"), "New team"
    ),
    "new unit": lambda page, _: dialog(
        pressed(at(page, "/settings/people?tab=units"), "New unit"), re.compile("New unit")
    ),
    "new template": lambda page, _: dialog(
        pressed(at(page, "/templates"), "New template"), "New template"
    ),
    "recording consent": lambda page, _: dialog(
        pressed(at(page, "/consent"), "Record consent"), "Record consent"
    ),
    "new key": lambda page, _: dialog(pressed(at(page, "/settings/embed"), "New key"), "New key"),
    "embedding": lambda page, _: at(page, "/settings/embed").get_by_text("crm.example.com").first,
    "organisation": lambda page, _: at(page, "/settings/organisation").get_by_role(
        "combobox", name="Who writes"
    ),
    "numbers": lambda page, _: at(page, "/settings/numbers").get_by_role("table"),
    "assigning a number": lambda page, _: dialog(
        pressed(at(page, "/settings/numbers"), re.compile("Assign")), re.compile("Assign")
    ),
    "changing a number": lambda page, _: dialog(
        pressed(at(page, "/settings/numbers"), re.compile("Change")), re.compile("Change")
    ),
    "retention": lambda page, _: at(page, "/settings/retention").get_by_role("table").first,
    "personal data": lambda page, _: at(
        page, f"/settings/personal-data?{urlencode({'number': _STRANGER})}"
    ).get_by_role("button", name="Erase…"),
    "erasing": lambda page, _: dialog(
        pressed(at(page, f"/settings/personal-data?{urlencode({'number': _STRANGER})}"), "Erase…"),
        re.compile("Erase"),
    ),
}
FRAME: dict[str, Shown] = {
    "shortcuts": shortcuts,
    "user menu": lambda page, _: pressed(
        at(page, "/records"), re.compile("Signed in as")
    ).get_by_role("menuitem", name="Sign out"),
    "nothing": lambda page, _: at(page, "/nowhere").get_by_text("There is nothing"),
}
SHOWN = WORK | CONVERSATIONS | RECORDS | SETTINGS | FRAME


@pytest.mark.parametrize("shown", SHOWN.values(), ids=SHOWN.keys())
def test_a_page_is_accessible_in_both_schemes_and_fits_a_phone(
    looking_around: Window, busy: Office, shown: Shown
) -> None:
    expect(shown(looking_around.page, busy)).to_be_visible()
    looking_around.check()


def test_each_key_of_the_shortcuts_stands_on_one_line(looking_around: Window, busy: Office) -> None:
    page = looking_around.page
    expect(WORK["stack"](page, busy)).to_be_visible()
    page.keyboard.press("?")
    keys = dialog(page, "Keyboard shortcuts").get_by_role("rowheader")
    expect(keys.filter(has_text="Shift + a")).to_be_visible()
    with looking_around.as_on_a_phone():
        heights = {
            box["height"] for key in keys.all() if (box := key.locator("kbd").bounding_box())
        }
        assert len(heights) == 1, heights


@pytest.mark.parametrize("opened", ["work item", "record"])
def test_the_instant_of_a_follow_up_is_there_to_be_read_whole(
    looking_around: Window, busy: Office, opened: str
) -> None:
    page = looking_around.page
    if opened == "record":
        at(page, record_of(busy, "Emil"))
    else:
        at_item(page, busy, "manual_text")
    due = dialog(pressed(page, "Follow up"), re.compile("Follow up")).get_by_label("Due")
    expect(due).to_be_visible()
    assert due.evaluate(_CUT_OFF) <= 0
    with looking_around.as_on_a_phone():
        assert due.evaluate(_CUT_OFF) <= 0, "on a phone"


def test_escape_closes_the_reasons_and_leaves_the_enrollment_below_them_open(
    looking_around: Window, busy: Office
) -> None:
    page = looking_around.page
    expect(why_of_ben(page, busy)).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog(page, "Why this text went or did not")).to_have_count(0)
    expect(page.get_by_role("list", name="Timeline")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile(r"^Why\?")).first).to_be_focused()


@pytest.fixture(scope="module")
def as_seller(browser: Browser, busy: Office) -> Iterator[Window]:
    """A window of a salesperson's, who reads settings and changes none."""
    with open_window(browser, busy.stack, busy.seller_email) as window:
        yield window


@pytest.mark.parametrize(
    "path", ["/settings/retention", "/settings/organisation", "/settings/numbers"]
)
def test_settings_that_one_only_reads_are_accessible_and_fit_a_phone(
    as_seller: Window, path: str
) -> None:
    page = at(as_seller.page, path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)
    as_seller.check()


def test_the_sign_in_page_is_accessible_in_both_schemes_and_fits_a_phone(
    browser: Browser, stack: Stack
) -> None:
    with open_window(browser, stack) as window:
        window.page.goto("/work")
        expect(window.page.get_by_role("heading", name="Sign in to Touchline")).to_be_visible()
        window.check()


_NAME, _WORD = "Llanfair" * 12 + "lang", "blue" * 75

# words that stand outside of what holds them lie over others, or under them
_OUT_OF_PLACE = """word => [...document.querySelectorAll("main *")]
  .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.includes(word)))
  .filter((one) => !one.closest("[class*=VisuallyHidden]"))
  .filter((one) => {
    const words = document.createRange();
    words.selectNodeContents(one);
    const block = one.closest("a, div, h1, h2, h3, li, p, td, section");
    return getComputedStyle(block).textOverflow !== "ellipsis"
      && words.getBoundingClientRect().right > block.getBoundingClientRect().right + 1;
  })
  .map((one) => one.outerHTML)"""


@pytest.fixture(scope="module")
def wordy(browser: Browser, stack: Stack) -> Office:
    """An organisation whose only customer has names of a hundred letters and writes a word of three hundred."""
    office = open_office(stack)
    office.publish(BOOK.replace("steps:", "settings: {on_reply: continue}\nsteps:"))
    customer = office.lead(_NAME, last_name=_NAME.upper())
    office.enroll("book", customer)
    office.work_item(customer)
    office.hear(customer, _WORD)
    office.conversation(customer)
    consent = {"kind": "granted", "source": "form", "wording": _WORD}
    office.admin.post("/consent/entries", consent | {"record_id": customer["id"]})
    view = {"list": "work_items", "name": _WORD[:70], "query": {"show": "replies"}}
    office.admin.post("/views", view)
    return office


@pytest.fixture(scope="module")
def among_long_words(browser: Browser, wordy: Office) -> Iterator[Window]:
    with open_window(browser, wordy.stack, wordy.admin_email) as window:
        yield window


WORDY: dict[str, Shown] = {
    "records": lambda page, _: at(page, "/records").get_by_role("row", name=_NAME),
    "record": lambda page, office: (
        at(page, record_of(office, _NAME)).get_by_role("list", name="Thread").get_by_text(_WORD)
    ),
    "conversation": lambda page, office: (
        at(page, conversation_of(office, _NAME)).get_by_role("log").get_by_text(_WORD)
    ),
    "text to approve": lambda page, office: at_item(page, office, "manual_text").get_by_role(
        "heading", name=_NAME
    ),
    "reply": lambda page, office: at_item(page, office, "reply").get_by_role("heading", name=_NAME),
    "views": lambda page, _: pressed(at(page, "/work"), "Views").get_by_role(
        "menuitem", name=_WORD[:70]
    ),
    "stack": lambda page, office: at(
        page, f"/work/stack?like={work_item_of(office, 'manual_text')}"
    ).get_by_role("article", name=_NAME),
    "sequence": lambda page, _: at(page, "/sequences/book").get_by_role("link", name=_NAME),
    "ledger": lambda page, _: at(page, "/consent?tab=ledger").get_by_text(_WORD),
    "texting seen": texting_seen,
}


@pytest.mark.parametrize("shown", WORDY.values(), ids=WORDY.keys())
def test_a_long_word_makes_no_page_wider_than_the_window_and_stays_in_its_place(
    among_long_words: Window, wordy: Office, shown: Shown
) -> None:
    page = among_long_words.page
    expect(shown(page, wordy).first).to_be_visible()
    for word in (_NAME, _WORD[:70]):
        assert page.evaluate(_OUT_OF_PLACE, word) == []
    assert among_long_words.overflow() == []
    with among_long_words.as_on_a_phone():
        assert among_long_words.overflow() == [], "on a phone"
        for word in (_NAME, _WORD[:70]):
            assert page.evaluate(_OUT_OF_PLACE, word) == [], "on a phone"
