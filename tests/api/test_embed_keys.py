"""Tests of api/embed/router.py: what an administrator sets up."""

from typing import Any

import httpx
import pytest

from db.engine import Sessions
from db.tables import EmbedKey
from tests.api.conftest import People, problem
from tests.db.conftest import one
from tests.makers import SECRETS, make_embed_key, make_organisation, make_user

FORM: dict[str, Any] = {"name": "Customer form", "allowed_origins": ["https://CRM.example.com/"]}


async def test_a_keys_secret_is_shown_once_and_kept_encrypted(
    people: People, sessions: Sessions
) -> None:
    answer = await people.administrator.http.post("/embed-keys", json=FORM)
    assert answer.status_code == 201
    made = answer.json()
    secret = made.pop("secret")
    assert secret.startswith("tle_")
    assert len(secret) == 47
    assert made["allowed_origins"] == ["https://crm.example.com"]
    assert (made["is_active"], made["created_by"]["first_name"]) == (True, "Alex")
    assert (await people.administrator.http.get("/embed-keys")).json() == {
        "items": [made],
        "next": None,
    }
    row = await one(sessions, EmbedKey)
    assert secret.encode() not in row.secret
    assert SECRETS.open(row.secret, row_id=row.id) == {"secret": secret}


async def test_a_second_click_makes_no_second_key(people: People) -> None:
    http = people.administrator.http
    assert (await http.post("/embed-keys", json=FORM)).status_code == 201
    again = await http.post("/embed-keys", json=FORM)
    assert problem(again) == (409, "taken")
    assert again.json()["errors"][0]["path"] == "name"
    other = await http.post("/embed-keys", json=FORM | {"name": "Another"})
    renamed = await http.patch(f"/embed-keys/{other.json()['id']}", json={"name": FORM["name"]})
    assert problem(renamed) == (409, "taken")
    assert len((await http.get("/embed-keys")).json()["items"]) == 2


async def test_what_is_changed_of_a_key_leaves_its_secret(
    people: People, sessions: Sessions
) -> None:
    http = people.administrator.http
    made = (await http.post("/embed-keys", json=FORM)).json()
    before = (await one(sessions, EmbedKey)).secret
    changes = {
        "allowed_origins": ["https://a.example", "http://localhost:3000", "https://a.example:443"],
        "is_active": False,
        "name": "Old form",
    }
    answer = await http.patch(f"/embed-keys/{made['id']}", json=changes)
    assert answer.status_code == 200
    changed = answer.json()
    assert "secret" not in changed
    # the same origin twice is kept once
    assert changed["allowed_origins"] == ["https://a.example", "http://localhost:3000"]
    assert (changed["is_active"], changed["name"]) == (False, "Old form")
    assert (await one(sessions, EmbedKey)).secret == before


@pytest.mark.parametrize(
    ("origins", "place"),
    [
        (["https://a.example", "https://*.example"], "allowed_origins.1"),
        (["https://a.example; script-src *"], "allowed_origins.0"),
        (["http://a.example"], "allowed_origins.0"),
        ([], "allowed_origins"),
        ([f"https://{n}.example" for n in range(21)], "allowed_origins"),
    ],
)
async def test_an_origin_that_is_none_is_refused_at_its_place(
    people: People, origins: list[str], place: str
) -> None:
    http = people.administrator.http
    refused = await http.post("/embed-keys", json={"name": "Form", "allowed_origins": origins})
    assert problem(refused) == (422, "invalid-request")
    assert [error["path"] for error in refused.json()["errors"]] == [place]
    made = (await http.post("/embed-keys", json=FORM)).json()
    refused = await http.patch(f"/embed-keys/{made['id']}", json={"allowed_origins": origins})
    assert problem(refused) == (422, "invalid-request")


async def test_what_to_write_instead_is_said_in_words(people: People) -> None:
    refused = await people.administrator.http.post(
        "/embed-keys", json={"name": "Form", "allowed_origins": ["crm.example.com"]}
    )
    assert refused.json()["errors"][0]["message"] == (
        "Write scheme, host and port of the page, such as https://crm.example.com: no path, no wildcard."
    )


async def test_only_administrators_see_keys_and_only_their_own_organisations(
    people: People, sessions: Sessions, http: httpx.AsyncClient
) -> None:
    async with sessions.begin() as session:
        other = await make_organisation(session)
        theirs = await make_embed_key(session, await make_user(session, other.id))
    for person in (people.manager, people.seller):
        assert problem(await person.http.get("/embed-keys")) == (403, "missing-privilege")
        refused = await person.http.post("/embed-keys", json=FORM)
        assert problem(refused) == (403, "missing-privilege")
        assert refused.json()["errors"][0]["path"] == "embed_key.create"
    assert problem(await http.get("/embed-keys")) == (401, "not-signed-in")
    assert (await people.administrator.http.get("/embed-keys")).json()["items"] == []
    change = await people.administrator.http.patch(
        f"/embed-keys/{theirs.id}", json={"is_active": False}
    )
    assert problem(change) == (404, "not-found")
    assert (await one(sessions, EmbedKey)).is_active
