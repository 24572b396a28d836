"""Tests of db/records/imports.py and of the import route: a CSV file becomes records."""

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api.conftest import People, Person, problem

LEADS = """\
First name,last_name,phone,timezone,external_id,product
Ada,Moreno,+12025550101,America/New_York,crm-1,Gold
Eve,O'Hara,+12025550102,,,Silver
"""


async def _import(person: Person, content: str | bytes, **form: str) -> httpx.Response:
    data = content.encode() if isinstance(content, str) else content
    return await person.http.post("/records/import", files={"file": ("leads.csv", data)}, data=form)


async def _names(person: Person, **asked: str) -> list[str]:
    items = (await person.http.get("/records", params=asked)).json()["items"]
    return sorted(record["first_name"] for record in items)


async def test_every_good_row_becomes_a_record_of_the_importer(people: People) -> None:
    report = await _import(people.seller, LEADS)
    assert report.json() == {
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "failed": 0,
        "problems": [],
    }
    ada = (await people.seller.http.get("/records", params={"q": "crm-1"})).json()["items"][0]
    assert ada["fields"] == {"product": "Gold"}
    assert ada["timezone"] == "America/New_York"
    assert ada["owner"]["first_name"] == "Sam"


async def test_the_same_file_again_adds_and_changes_nothing(people: People) -> None:
    await _import(people.seller, LEADS)
    again = (await _import(people.seller, LEADS)).json()
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2)
    assert await _names(people.seller) == ["Ada", "Eve"]


async def test_a_changed_row_changes_its_record_and_what_it_leaves_empty_stays(
    people: People,
) -> None:
    await _import(people.seller, LEADS)
    changed = "first_name,phone,external_id,city\nAdele,+12025550199,crm-1,Rome\n"
    report = (await _import(people.seller, changed)).json()
    assert (report["created"], report["updated"]) == (0, 1)
    record = (await people.seller.http.get("/records", params={"q": "crm-1"})).json()["items"][0]
    assert record["first_name"] == "Adele"
    assert record["phone"] == "+12025550199"
    assert record["timezone"] == "America/New_York"
    assert record["fields"] == {"product": "Gold", "city": "Rome"}


async def test_bad_rows_are_reported_by_line_and_column_and_good_ones_kept(people: People) -> None:
    content = (
        "first_name,phone,timezone,owner\n"
        "Ada,+12025550101,,\n"
        "Bad,07700 900123,,\n"
        ",+12025550103,Mars/Olympus,\n"
        "Eve,+12025550104,,nobody@example.com\n"
        "Two,+12025550101,,\n"
    )
    report = (await _import(people.manager, content)).json()
    assert (report["created"], report["failed"]) == (1, 4)
    assert [(p["line"], p["column"]) for p in report["problems"]] == [
        (3, "phone"),
        (4, "first_name"),
        (4, "timezone"),
        (5, "owner"),
        (6, "phone"),
    ]
    assert await _names(people.manager) == ["Ada"]


async def test_a_manager_imports_for_the_sellers_that_rows_name(people: People) -> None:
    kim = people.colleague.user.email
    content = f"first_name,phone,owner\nAda,+12025550101,{kim.upper()}\nEve,+12025550102,\n"
    assert (await _import(people.manager, content)).json()["created"] == 2
    assert await _names(people.colleague, owner="me") == ["Ada"]


async def test_a_seller_imports_for_nobody_else(people: People) -> None:
    kim = people.colleague.user.email
    report = await _import(people.seller, f"first_name,phone,owner\nAda,+12025550101,{kim}\n")
    assert report.json()["created"] == 0
    assert report.json()["problems"][0]["message"].startswith("You may not import for")


async def test_a_seller_does_not_change_the_record_of_a_colleague_by_import(
    people: People,
) -> None:
    await _import(people.colleague, LEADS)
    report = (await _import(people.seller, LEADS.replace("Ada", "Mine"))).json()
    assert (report["created"], report["updated"], report["unchanged"]) == (0, 0, 2)
    assert await _names(people.colleague) == ["Ada", "Eve"]


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        pytest.param(
            b"name,phone\nAda,+12025550101\n",
            "The first line must name the columns, and first_name is missing.",
            id="missing column",
        ),
        pytest.param(
            "first_name,phone\nAda,+12025550101\nJosé,+12025550102\n".encode("latin-1"),
            "Line 3 is not UTF-8 text: save the file as CSV with UTF-8 encoding.",
            id="wrong encoding",
        ),
        pytest.param(
            b"",
            "The first line must name the columns, and phone and first_name are missing.",
            id="empty",
        ),
    ],
)
async def test_a_file_that_cannot_be_read_says_why(
    people: People, content: bytes, detail: str
) -> None:
    answer = await _import(people.seller, content)
    assert problem(answer) == (422, "unreadable-file")
    assert answer.json()["detail"] == detail


async def test_ten_times_the_rows_take_no_more_statements(
    people: People, database: AsyncEngine
) -> None:
    statements: list[str] = []

    @event.listens_for(database.sync_engine, "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    def rows(count: int, first: int) -> str:
        lines = [f"L,+1202{first + number}" for number in range(count)]
        return "first_name,phone\n" + "\n".join(lines)

    assert (await _import(people.seller, rows(10, 5550000))).json()["created"] == 10
    few = len(statements)
    statements.clear()
    assert (await _import(people.seller, rows(100, 5551000))).json()["created"] == 100
    assert len(statements) == few


async def test_a_file_beyond_ten_megabytes_is_refused(people: People) -> None:
    answer = await _import(people.seller, b"x" * (10 * 1024 * 1024 + 5000))
    assert problem(answer) == (413, "too-large")


async def test_a_language_is_imported_and_kept_by_rows_that_name_none(people: People) -> None:
    await _import(people.seller, "first_name,phone,language\nAda,+12025550101,pt_BR\n")
    again = (await _import(people.seller, "first_name,phone\nAda,+12025550101\n")).json()
    assert again["unchanged"] == 1
    changed = "first_name,phone,language\nAda,+12025550101,de\n"
    assert (await _import(people.seller, changed)).json()["updated"] == 1
    (ada,) = (await people.seller.http.get("/records")).json()["items"]
    assert ada["language"] == "de"
    refused = await people.seller.http.patch(f"/records/{ada['id']}", json={"language": "German"})
    assert problem(refused) == (422, "invalid-request")
    taken = await people.seller.http.patch(f"/records/{ada['id']}", json={"language": None})
    assert taken.json()["language"] is None
