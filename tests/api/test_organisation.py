from datetime import timedelta
from typing import Any

import pytest

from db.engine import Sessions
from db.tables import RetentionRun
from tests.api.conftest import People, problem
from tests.api.makers import NOON


async def test_an_administrator_decides_how_texts_find_their_numbers(people: People) -> None:
    shown = (await people.administrator.http.get("/organisation")).json()
    assert (shown["uses_team_numbers"], shown["fails_over"]) == (True, False)
    changed = await people.administrator.http.patch("/organisation", json={"fails_over": True})
    assert (changed.json()["uses_team_numbers"], changed.json()["fails_over"]) == (True, True)
    assert (await people.administrator.http.get("/organisation")).json() == changed.json()


async def test_nobody_else_does(people: People) -> None:
    for person in (people.manager, people.seller):
        answer = await person.http.patch("/organisation", json={"fails_over": True})
        assert problem(answer) == (403, "missing-privilege")


async def test_an_administrator_decides_when_texts_go_out(people: People) -> None:
    http = people.administrator.http
    await http.patch(
        "/organisation", json={"allowed_from": "08:00:00", "allowed_until": "21:00:00"}
    )
    later = await http.patch("/organisation", json={"allowed_from": "09:30"})
    assert later.status_code == 200, later.text
    assert (later.json()["allowed_from"], later.json()["allowed_until"]) == ("09:30:00", "21:00:00")
    session = (await people.seller.http.get("/session")).json()
    assert session["organisation"]["allowed_from"] == "09:30:00"


@pytest.mark.parametrize(
    ("hours", "path", "words"),
    [
        ({"allowed_from": "07:59"}, "allowed_from", '"07:59-21:00" is not within 08:00-21:00'),
        ({"allowed_until": "21:01"}, "allowed_until", '"08:00-21:01" is not within'),
        ({"allowed_until": "00:00"}, "allowed_until", '"08:00-00:00" is not within'),
        ({"allowed_until": "08:00"}, "allowed_until", '"08:00-08:00" ends before it begins'),
        (
            {"allowed_from": "10:00", "allowed_until": "09:00"},
            "allowed_until",
            '"10:00-09:00" ends before it begins',
        ),
        ({"allowed_from": "09:00:30"}, "allowed_from", "without a zone, like 09:00"),
        ({"allowed_from": "09:00Z"}, "allowed_from", "without a zone, like 09:00"),
    ],
)
async def test_hours_that_are_none_or_that_the_law_forbids_are_refused(
    people: People, hours: dict[str, str], path: str, words: str
) -> None:
    http = people.administrator.http
    lawful = {"allowed_from": "08:00", "allowed_until": "21:00"}
    before = (await http.patch("/organisation", json=lawful)).json()
    answer = await http.patch("/organisation", json=hours)
    assert problem(answer) == (422, "invalid-request")
    (error,) = answer.json()["errors"]
    assert error["path"] == path
    assert words in error["message"]
    assert (await http.get("/organisation")).json() == before


async def test_an_administrator_decides_how_long_data_are_kept(people: People) -> None:
    http = people.administrator.http
    shown = (await http.get("/organisation")).json()["retention"]
    assert shown == {
        "texts": None,
        "closed_work_items": 730,
        "timelines": 730,
        "alerts": 365,
        "reconciliations": 90,
        "consent": 1825,
        "erasures": 1825,
    }
    changed = await http.patch("/organisation", json={"retention": {"texts": 30, "alerts": None}})
    assert changed.json()["retention"] == shown | {"texts": 30, "alerts": None}
    # what is not named stays as it is
    changed = await http.patch("/organisation", json={"retention": {"texts": 31}})
    assert changed.json()["retention"] == shown | {"texts": 31, "alerts": None}
    assert (await http.get("/organisation")).json() == changed.json()


async def test_what_is_kept_by_default_and_at_least_is_told_with_the_periods(
    people: People,
) -> None:
    http = people.administrator.http
    await http.patch("/organisation", json={"retention": {"texts": 30}})
    rules = (await http.get("/organisation")).json()["retention_rules"]
    assert rules["texts"] == {"default": None, "least": 1}
    assert rules["consent"] == {"default": 1825, "least": 1825}
    assert rules["alerts"] == {"default": 365, "least": 1}


async def test_what_the_last_run_of_retention_let_go_is_told_to_whose_data_it_was(
    people: People, strangers: People, sessions: Sessions
) -> None:
    before = (await people.seller.http.get("/organisation")).json()
    assert before["retention_last_run"] is None
    async with sessions.begin() as session:
        session.add(
            RetentionRun(
                organisation_id=people.organisation.id,
                started_at=NOON,
                finished_at=NOON + timedelta(minutes=2),
                gone={"texts": 1200, "alerts": 0},
            )
        )
    shown = (await people.seller.http.get("/organisation")).json()
    assert shown["retention_last_run"] == {
        "started_at": "2026-07-01T12:00:00Z",
        "finished_at": "2026-07-01T12:02:00Z",
        "gone": {"texts": 1200, "alerts": 0},
    }
    # a change of the periods changes nothing of it
    changed = await people.administrator.http.patch("/organisation", json={"retention": {}})
    assert changed.json() == shown
    others = (await strangers.seller.http.get("/organisation")).json()
    assert others["retention_last_run"] is None


@pytest.mark.parametrize(
    ("retention", "words"),
    [
        ({"texts": 0}, "texts: keep it for 1 to 36500 days, or for ever."),
        ({"consent": 1824}, "Keep it for 1825 days or more, or for ever."),
        ({"jokes": 30}, "'texts', 'closed_work_items'"),
        ({"texts": "long"}, "retention.texts"),
    ],
)
async def test_a_period_that_cannot_be_is_refused_with_one_that_can(
    people: People, retention: dict[str, Any], words: str
) -> None:
    answer = await people.administrator.http.patch("/organisation", json={"retention": retention})
    assert problem(answer) == (422, "invalid-request")
    assert words in answer.json()["detail"]
    shown = (await people.administrator.http.get("/organisation")).json()["retention"]
    assert (shown["texts"], shown["consent"]) == (None, 1825)
