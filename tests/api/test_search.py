from datetime import timedelta

import pytest
from sqlalchemy import update

from db.engine import Sessions
from db.search import queries
from db.search.queries import TooBroad
from db.tables import Conversation
from tests.api.conftest import People, problem
from tests.api.makers import NOON, converse, make_lead
from tests.makers import make_organisation


async def test_a_text_is_found_with_its_record_and_what_was_said_around_it(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await converse(
        people, sessions, "Hello?", "Hi Ada", "Is the <b>café</b> open?", "Until six"
    )
    answer = await people.seller.http.get("/search", params={"q": "CAFE open"})
    assert answer.status_code == 200
    (hit,) = answer.json()["items"]
    assert hit["conversation_id"] == conversation_id
    assert (hit["record"]["first_name"], hit["record"]["last_name"]) == ("Ada", "Moreno")
    assert (hit["customer_number"], hit["direction"]) == ("+12025550101", "inbound")
    assert (hit["at"], hit["author"]) == ("2026-07-01T12:02:00Z", None)
    assert [part["text"] for part in hit["snippet"] if part["is_match"]] == ["café", "open"]
    assert "".join(part["text"] for part in hit["snippet"]).startswith("Is the")
    assert (hit["earlier"]["body"], hit["later"]["body"]) == ("Hi Ada", "Until six")
    # what is found can be opened where it stands
    page = await people.seller.http.get(
        f"/conversations/{conversation_id}/messages",
        params={"around": hit["message_id"], "limit": 10},
    )
    assert hit["message_id"] in [message["id"] for message in page.json()["items"]]


async def test_what_is_found_comes_page_by_page(people: People, sessions: Sessions) -> None:
    await converse(people, sessions, *(f"red {n}" for n in range(5)))
    http = people.seller.http
    first = (await http.get("/search", params={"q": "red", "limit": 3})).json()
    rest = (
        await http.get("/search", params={"q": "red", "limit": 3, "after": first["next"]})
    ).json()
    shown = ["".join(part["text"] for part in hit["snippet"]) for hit in first["items"]]
    assert shown == ["red 4", "red 3", "red 2"]
    assert (len(rest["items"]), rest["next"]) == (2, None)
    bad = await http.get("/search", params={"q": "red", "after": "?"})
    assert problem(bad) == (422, "invalid-cursor")


async def test_nobody_finds_what_is_not_theirs_to_read(people: People, sessions: Sessions) -> None:
    conversation_id = await converse(people, sessions, "red")

    async def find() -> list[int]:
        everybody = (people.administrator, people.manager, people.seller, people.colleague)
        answers = [await each.http.get("/search", params={"q": "red"}) for each in everybody]
        numbers = [
            await each.http.get("/search/numbers", params={"q": "5550101"}) for each in everybody
        ]
        return [len(answer.json()["items"]) for answer in (*answers, *numbers)]

    assert await find() == [1, 1, 1, 0] * 2
    async with sessions.begin() as session:
        other = await make_organisation(session)
        await session.execute(
            update(Conversation)
            .where(Conversation.id == conversation_id)
            .values(organisation_id=other.id)
        )
    assert await find() == [0, 0, 0, 0] * 2


async def test_one_record_is_searched(people: People, sessions: Sessions) -> None:
    one = await make_lead(people.seller)
    other = await make_lead(people.seller, phone="+12025550102")
    await converse(people, sessions, "red one", record_id=one)
    await converse(people, sessions, "red two", record_id=other, began=NOON + timedelta(hours=1))
    found = await people.seller.http.get("/search", params={"q": "red", "record_id": one})
    assert [hit["record"]["id"] for hit in found.json()["items"]] == [one]


@pytest.mark.parametrize("q", ["", "  ", "*", "-red", "a" * 201])
async def test_a_search_for_nothing_says_what_to_write(people: People, q: str) -> None:
    answer = await people.seller.http.get("/search", params={"q": q})
    assert problem(answer) == (422, "nothing-to-look-for")


async def test_a_search_that_takes_too_long_says_what_to_do(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def give_up(*_: object) -> None:
        raise TooBroad("Too many texts hold this: add a word, or search within one record.")

    monkeypatch.setattr(queries, "_few", give_up)
    answer = await people.seller.http.get("/search", params={"q": "red"})
    assert problem(answer) == (422, "too-broad")
    assert "add a word" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("q", "count"),
    [
        ("+1 202 555 0101", 1),
        ("(202) 555-0101", 1),
        ("0101", 1),
        ("02025550101", 1),
        ("5559", 0),
    ],
)
async def test_a_number_is_found_by_any_four_digits_of_it(
    people: People, sessions: Sessions, q: str, count: int
) -> None:
    await converse(people, sessions, "Hello?")
    found = (await people.seller.http.get("/search/numbers", params={"q": q})).json()["items"]
    assert [each["customer_number"] for each in found] == ["+12025550101"] * count


@pytest.mark.parametrize("q", ["010", "call 0101"])
async def test_what_is_no_part_of_a_number_is_refused(people: People, q: str) -> None:
    answer = await people.seller.http.get("/search/numbers", params={"q": q})
    assert problem(answer) == (422, "nothing-to-look-for")
