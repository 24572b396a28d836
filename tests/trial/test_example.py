import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db.engine import Sessions
from db.migrate import upgrade
from tests.makers import make_organisation
from tests.stack import Person, Stack, free_port
from trial import access, example
from trial.access import Access
from trial.client import ApiClient
from trial.postgres import EmbeddedPostgres

LISTS = (
    "/users",
    "/provider-accounts",
    "/phone-numbers",
    "/records",
    "/sequences",
    "/sequences/welcome/versions",
)


@pytest.fixture(scope="module")
def stack(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An API and a handset; loading sends nothing, so there is no engine and no worker."""
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE test_example")
    stack = Stack(tmp_path_factory.mktemp("example"), postgres.url("test_example"))
    upgrade(stack.database_url)
    try:
        stack.start("handset")
        stack.start("api")
        yield stack
    finally:
        stack.__exit__()


async def load(stack: Stack) -> list[example.Person]:
    return await example.load(
        api_url=stack.api_url,
        handset_url=stack.carrier.url,
        database_url=stack.database_url,
        home=stack.home,
    )


def everything(administrator: Person) -> dict[str, list[Any]]:
    return {path: administrator.all(path) for path in LISTS}


def inbound_addresses(stack: Stack) -> dict[str, str]:
    (account,) = stack.carrier._call("GET", "/accounts")["items"]
    return {number["e164"]: number["sms_url"] for number in account["numbers"]}


async def test_the_example_has_its_people_numbers_leads_and_an_active_sequence(
    stack: Stack,
) -> None:
    people = await load(stack)
    assert [(who.name, who.role, who.email) for who in people] == [
        ("Robin Hale", "administrator", "robin@harbour.example"),
        ("Priya Nair", "manager", "priya@harbour.example"),
        ("Maya Torres", "seller", "maya@harbour.example"),
        ("Oliver Grant", "seller", "oliver@harbour.example"),
    ]
    robin, _, maya, oliver = (stack.client(who.email, who.password) for who in people)
    found = everything(robin)
    assert [user["roles"][0]["shipped"] for user in found["/users"]] == [
        "administrator",
        "sales_manager",
        "salesperson",
        "salesperson",
    ]
    (account,) = found["/provider-accounts"]
    assert account["provider"] == "twilio"
    assert account["api_base_url"] == stack.carrier.url
    assert account["verified_at"] is not None
    assert len(found["/records"]) == 20
    assert (len(maya.all("/records?owner=me")), len(oliver.all("/records?owner=me"))) == (10, 10)
    (sequence,) = found["/sequences"]
    assert (sequence["key"], sequence["published_version"], sequence["is_active"]) == (
        "welcome",
        1,
        True,
    )
    owners = {number["e164"]: number["owner_user_id"] for number in found["/phone-numbers"]}
    assert owners == {
        "+12025550143": maya.get("/session")["user"]["id"],
        "+447700900143": oliver.get("/session")["user"]["id"],
    }


async def test_a_customers_text_reaches_the_sellers_number(stack: Stack) -> None:
    people = await load(stack)
    answer = stack.carrier.say("+12125550101", "+12025550143", "Is the shop open today?")
    assert answer["webhook"]["http_status"] in (200, 204)
    (conversation,) = stack.client(people[2].email, people[2].password).all("/conversations")
    assert conversation["record"]["first_name"] == "Amara"


async def test_loading_again_changes_nothing(stack: Stack) -> None:
    people = await load(stack)
    robin = stack.client(people[0].email, people[0].password)
    before = everything(robin)
    assert await load(stack) == people
    assert everything(robin) == before


async def test_what_somebody_took_away_does_not_come_back(stack: Stack) -> None:
    people = await load(stack)
    robin = stack.client(people[0].email, people[0].password)
    robin.post("/sequences/welcome/deactivate")
    await load(stack)
    assert [sequence["is_active"] for sequence in robin.all("/sequences")] == [False]
    robin.post("/sequences/welcome/activate")


async def test_a_load_that_was_cut_short_goes_on(stack: Stack) -> None:
    people = await load(stack)
    robin = stack.client(people[0].email, people[0].password)
    before = everything(robin)
    access.write(stack.home, Access(people[0].email, people[0].password))
    assert await load(stack) == people
    assert everything(robin) == before


async def test_the_example_is_loaded_again_after_its_administrator_chose_another_password(
    stack: Stack,
) -> None:
    (robin, *_) = people = await load(stack)
    with ApiClient(stack.api_url) as client:
        client.sign_in(robin.email, robin.password)
        change = {"current_password": robin.password, "new_password": "another sentence"}
        client.put("/session/password", change)
        assert await load(stack) == people
        # as the tests after this one have it
        back = {"current_password": "another sentence", "new_password": robin.password}
        client.put("/session/password", back)


async def test_a_handset_that_moved_is_found_again(stack: Stack) -> None:
    people = await load(stack)
    before = inbound_addresses(stack)
    stack.kill("handset")
    stack.handset_port = free_port()
    (stack.home / "handset" / "handset.log.jsonl").unlink()
    stack.start("handset")
    await load(stack)
    (account,) = stack.client(people[0].email, people[0].password).all("/provider-accounts")
    assert account["api_base_url"] == stack.carrier.url
    assert inbound_addresses(stack) == before
    assert set(before) == {"+12025550143", "+447700900143"}


async def test_the_password_is_for_the_user_of_this_machine_alone(stack: Stack) -> None:
    people = await load(stack)
    file = stack.home / "admin.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text())["password"] == people[0].password


async def test_an_organisation_of_somebody_elses_is_left_alone(
    sessions: Sessions, database_url: str, tmp_path: Path
) -> None:
    async with sessions.begin() as session:
        await make_organisation(session)
    nowhere = "http://127.0.0.1:1"
    people = await example.load(
        api_url=nowhere, handset_url=nowhere, database_url=database_url, home=tmp_path
    )
    assert people == []
    assert not (tmp_path / "admin.json").exists()
