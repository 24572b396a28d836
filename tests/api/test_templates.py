"""Templates through the API: made, shared, changed, previewed, used and put away."""

from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from db.engine import Sessions
from db.tables import BusinessUnit, Record, Team, TeamMember, Template
from domain.messages import Direction, MessageStatus
from domain.users import Role
from tests.api.conftest import People, Person, problem, sign_in
from tests.api.makers import make_lead
from tests.db.conftest import make_message, one
from tests.makers import make_conversation, make_user, save

BOOK: dict[str, Any] = {
    "key": "book-a-call",
    "name": "Book a call",
    "record_kind": "lead",
    "sharing": "organisation",
    "variants": {
        "en": "Hi {{ record.first_name }}, shall we talk?",
        "de": "Hallo {{ record.first_name }}, wollen wir telefonieren?",
    },
}


async def make_template(person: Person, **values: Any) -> dict[str, Any]:
    answer = await person.http.post("/templates", json=BOOK | values)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_template_is_kept_as_it_was_written(people: People) -> None:
    made = await make_template(people.seller)
    shown = (await people.colleague.http.get(f"/templates/{made['id']}")).json()
    assert shown == made
    assert (shown["key"], shown["name"], shown["record_kind"]) == (
        "book-a-call",
        "Book a call",
        "lead",
    )
    assert (shown["default_language"], shown["variants"]) == ("en", BOOK["variants"])
    assert shown["owner"]["first_name"] == "Sam"
    assert shown["statistics"] == {"days": 90, "uses": 0, "replied": 0, "reply_rate": None}
    assert (shown["used_by"], shown["archived_at"]) == ([], None)


async def test_a_template_without_a_key_is_called_by_its_name(people: People) -> None:
    made = await make_template(people.seller, key=None, name="Ein Gruß, früh!")
    assert made["key"] == "ein-gruss-fruh"


async def test_a_key_is_taken_once(people: People) -> None:
    await make_template(people.seller)
    answer = await people.colleague.http.post("/templates", json=BOOK)
    assert problem(answer) == (409, "taken")


@pytest.mark.parametrize(
    ("values", "path", "words"),
    [
        pytest.param({"variants": {"en": "Hi {{ record.nam }}"}}, "variants.en",
                     "did you mean record.name?", id="an unknown field"),
        pytest.param({"variants": {"en": "Hi", "de": " "}}, "variants.de", "no words", id="empty"),
        pytest.param({"default_language": "fr"}, "default_language", "has no words",
                     id="no words in the default language"),
        pytest.param({"variants": {"en": "x" * 1601}}, "variants.en", "at most 1600",
                     id="longer than a text"),
        pytest.param({"record_kind": None, "variants": {"en": "{{ lead.name }}"}}, "variants.en",
                     "lead.name is not a known field", id="one kind's field for every kind"),
    ],
)  # fmt: skip
async def test_words_that_could_not_be_sent_are_refused_with_their_place(
    people: People, values: dict[str, Any], path: str, words: str
) -> None:
    answer = await people.seller.http.post("/templates", json=BOOK | values)
    assert problem(answer) == (422, "invalid-template")
    (error,) = answer.json()["errors"]
    assert error["path"] == path
    assert words in error["message"]


async def test_a_private_template_is_its_owners_and_the_administrators(people: People) -> None:
    made = await make_template(people.seller, sharing="me")
    path = f"/templates/{made['id']}"
    assert (await people.seller.http.get(path)).status_code == 200
    assert (await people.administrator.http.get(path)).status_code == 200
    assert problem(await people.colleague.http.get(path)) == (404, "not-found")
    assert problem(await people.manager.http.get(path)) == (404, "not-found")
    assert (await people.colleague.http.get("/templates")).json()["items"] == []


async def test_a_teams_template_is_seen_and_changed_by_its_members(
    people: People, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        team = Team(
            organisation_id=people.organisation.id,
            name="Bikes",
            business_unit_id=people.seller.user.business_unit_id,
        )
        await save(session, team)
        session.add_all(
            TeamMember(team_id=team.id, user_id=person.user.id)
            for person in (people.seller, people.colleague)
        )
    made = await make_template(people.seller, sharing="team", team_id=str(team.id))
    path = f"/templates/{made['id']}"
    changed = await people.colleague.http.patch(path, json={"name": "Book"})
    assert changed.json()["name"] == "Book"
    assert problem(await people.manager.http.get(path)) == (404, "not-found")
    refused = await people.manager.http.post(
        "/templates", json=BOOK | {"key": "other", "sharing": "team", "team_id": str(team.id)}
    )
    assert problem(refused) == (422, "invalid-request")


async def _outsider(app: FastAPI, sessions: Sessions, people: People) -> Person:
    """Sign a seller of another business unit in."""
    async with sessions.begin() as session:
        unit = BusinessUnit(
            organisation_id=people.organisation.id,
            name="South",
            parent_id=people.seller.user.business_unit_id,
        )
        await save(session, unit)
        user = await make_user(
            session, people.organisation.id, role=Role.SALESPERSON, business_unit_id=unit.id
        )
    return await sign_in(app, sessions, user)


async def test_a_units_template_is_the_units(
    app: FastAPI, people: People, sessions: Sessions
) -> None:
    outsider = await _outsider(app, sessions, people)
    made = await make_template(people.seller, sharing="business_unit")
    path = f"/templates/{made['id']}"
    assert made["business_unit_id"] == str(people.seller.user.business_unit_id)
    assert (await people.colleague.http.get(path)).status_code == 200
    assert problem(await outsider.http.get(path)) == (404, "not-found")


async def test_another_units_template_for_all_is_read_and_not_changed(
    app: FastAPI, people: People, sessions: Sessions
) -> None:
    outsider = await _outsider(app, sessions, people)
    made = await make_template(people.seller)
    path = f"/templates/{made['id']}"
    assert (await outsider.http.get(path)).status_code == 200
    refused = await outsider.http.patch(path, json={"name": "Mine"})
    assert problem(refused) == (403, "missing-privilege")
    assert refused.json()["errors"][0]["path"] == "template.write"
    assert problem(await outsider.http.delete(path)) == (403, "missing-privilege")


async def test_changing_the_audience_forgets_the_one_before(people: People) -> None:
    made = await make_template(people.seller, sharing="business_unit")
    changed = await people.seller.http.patch(f"/templates/{made['id']}", json={"sharing": "me"})
    assert (changed.json()["sharing"], changed.json()["business_unit_id"]) == ("me", None)
    named = await people.seller.http.patch(
        f"/templates/{made['id']}", json={"team_id": made["id"], "sharing": "me"}
    )
    assert named.json()["team_id"] is None


async def test_a_change_replaces_the_words_as_a_whole(people: People) -> None:
    made = await make_template(people.seller)
    path = f"/templates/{made['id']}"
    changed = await people.seller.http.patch(path, json={"variants": {"en": "Shall we talk?"}})
    assert changed.json()["variants"] == {"en": "Shall we talk?"}
    assert changed.json()["updated_at"] > made["updated_at"]
    refused = await people.seller.http.patch(path, json={"default_language": "de"})
    assert problem(refused) == (422, "invalid-template")
    refused = await people.seller.http.patch(path, json={"name": None})
    assert problem(refused) == (422, "invalid-request")


async def test_templates_are_found_by_kind_language_and_words(people: People) -> None:
    await make_template(people.seller, key="a", name="Alpha")
    await make_template(people.seller, key="b", name="Beta", variants={"en": "Hi"})
    await make_template(people.seller, key="c", name="Gamma", record_kind="contact")
    await make_template(
        people.seller, key="d", name="Delta", record_kind=None, variants={"en": "x"}
    )

    async def keys(**query: str) -> list[str]:
        found = await people.colleague.http.get("/templates", params=query)
        return [item["key"] for item in found.json()["items"]]

    assert await keys() == ["a", "b", "d", "c"]
    assert await keys(kind="lead") == ["a", "b", "d"]
    assert await keys(language="de") == ["a", "c"]
    assert await keys(q="amm") == ["c"]
    first = (await people.colleague.http.get("/templates", params={"limit": 3})).json()
    assert await keys(limit="3", after=first["next"]) == ["c"]


async def test_an_archived_template_is_out_of_the_way_until_it_is_restored(people: People) -> None:
    made = await make_template(people.seller)
    path = f"/templates/{made['id']}"
    archived = (await people.seller.http.post(f"{path}/archive")).json()
    assert archived["archived_at"] is not None
    assert (await people.seller.http.post(f"{path}/archive")).json()["archived_at"] == (
        archived["archived_at"]
    )
    assert (await people.seller.http.get("/templates")).json()["items"] == []
    listed = await people.seller.http.get("/templates", params={"archived": True})
    assert [item["id"] for item in listed.json()["items"]] == [made["id"]]
    assert (await people.seller.http.post(f"{path}/restore")).json()["archived_at"] is None


async def test_a_template_that_was_never_used_can_be_deleted(people: People) -> None:
    made = await make_template(people.seller)
    assert (await people.seller.http.delete(f"/templates/{made['id']}")).status_code == 204
    assert problem(await people.seller.http.get(f"/templates/{made['id']}")) == (404, "not-found")


async def test_a_template_whose_words_were_sent_is_not_deleted(
    people: People, sessions: Sessions
) -> None:
    made = await make_template(people.seller)
    lead = await make_lead(people.seller)
    async with sessions.begin() as session:
        record = await session.get_one(Record, lead)
        conversation = await make_conversation(session, record, people.number)
    await make_message(sessions, conversation, people.account.id, template_id=made["id"])
    answer = await people.seller.http.delete(f"/templates/{made['id']}")
    assert problem(answer) == (409, "template-in-use")
    await one(sessions, Template, key="book-a-call")


async def test_uses_and_answers_are_counted(people: People, sessions: Sessions) -> None:
    made = await make_template(people.seller)
    lead = await make_lead(people.seller)
    async with sessions.begin() as session:
        record = await session.get_one(Record, lead)
        conversation = await make_conversation(session, record, people.number)
    for _ in range(20):
        await make_message(sessions, conversation, people.account.id, template_id=made["id"])
    await make_message(
        sessions,
        conversation,
        people.account.id,
        direction=Direction.INBOUND,
        status=MessageStatus.RECEIVED,
        submitted_at=None,
    )
    shown = (await people.seller.http.get(f"/templates/{made['id']}")).json()
    assert shown["statistics"] == {"days": 90, "uses": 20, "replied": 20, "reply_rate": 1.0}


async def test_a_preview_fills_the_variant_of_each_records_language(people: People) -> None:
    made = await make_template(people.seller)
    ada = await make_lead(people.seller, first_name="Ada", language="DE")
    bob = await make_lead(people.seller, first_name="Bob", phone="+12025550102", language="fr")
    answer = await people.seller.http.post(
        f"/templates/{made['id']}/preview", json={"record_ids": [ada, bob]}
    )
    shown = {each["record"]["id"]: each for each in answer.json()["records"]}
    assert (shown[ada]["language"], shown[ada]["text"]) == (
        "de",
        "Hallo Ada, wollen wir telefonieren?",
    )
    assert (shown[bob]["language"], shown[bob]["text"]) == ("en", "Hi Bob, shall we talk?")
    assert (shown[bob]["segments"], shown[bob]["encoding"], shown[bob]["forced_by"]) == (
        1,
        "GSM-7",
        None,
    )


async def test_a_preview_names_what_a_record_lacks(people: People) -> None:
    made = await make_template(people.seller)
    await make_lead(people.seller, fields={"plan": "Gold"})
    await make_lead(people.seller, phone="+12025550102")
    answer = await people.seller.http.post(
        f"/templates/{made['id']}/preview",
        json={
            "variants": {"en": "{{ record.fields.plan }} “{{ record.region }}{{ record.country }}"}
        },
    )
    (second, first) = answer.json()["records"]
    assert first["text"] is None
    assert first["missing"] == ["record.region", "record.country"]
    assert first["problem"] == "The placeholder record.region has no value and no default."
    assert second["missing"] == ["record.fields.plan", "record.region", "record.country"]
    assert answer.json()["range"] == {
        "least": None,
        "usual": None,
        "most": None,
        "unfilled": 2,
        "sampled": 2,
    }


async def test_the_range_of_segments_is_counted_over_a_sample(people: People) -> None:
    made = await make_template(people.seller)
    for index, note in enumerate(["x", "x", "x" * 200, "…"]):
        await make_lead(
            people.seller, phone=f"+1202555010{index}", fields={"note": note} if note != "…" else {}
        )
    order = {"variants": {"en": "{{ record.fields.note }}"}, "limit": 1}
    answer = await people.seller.http.post(f"/templates/{made['id']}/preview", json=order)
    assert len(answer.json()["records"]) == 1
    assert answer.json()["range"] == {
        "least": 1,
        "usual": 1,
        "most": 2,
        "unfilled": 1,
        "sampled": 4,
    }


async def test_what_forces_a_text_into_ucs_2_is_pointed_at(people: People) -> None:
    made = await make_template(people.seller)
    lead = await make_lead(people.seller)
    order = {"record_ids": [lead], "variants": {"en": "Hi 👍"}}
    answer = await people.seller.http.post(f"/templates/{made['id']}/preview", json=order)
    (shown,) = answer.json()["records"]
    assert (shown["encoding"], shown["forced_by"], shown["forced_at"]) == ("UCS-2", "👍", 3)


async def test_a_preview_says_what_the_policy_of_the_records_country_says(people: People) -> None:
    made = await make_template(people.seller, variants={"en": "See bit.ly/x"})
    lead = await make_lead(people.seller)
    answer = await people.seller.http.post(
        f"/templates/{made['id']}/preview", json={"record_ids": [lead]}
    )
    (shown,) = answer.json()["records"]
    found = {each["rule"]: (each["severity"], each["when"]) for each in shown["findings"]}
    assert found == {
        "public-shortener": ("error", "every"),
        "first-opt-out": ("warning", "first"),
        "first-sender": ("warning", "first"),
    }
    assert {(each["language"], each["rule"], each["severity"]) for each in made["findings"]} == {
        ("en", "public-shortener", "warning"),
        ("en", "first-opt-out", "warning"),
        ("en", "first-sender", "warning"),
    }


async def test_a_seller_who_writes_is_named_instead_of_the_owner(people: People) -> None:
    made = await make_template(people.seller, variants={"en": "{{ seller.first_name }} here."})
    lead = await make_lead(people.seller)
    texts = [
        (
            await people.colleague.http.post(
                f"/templates/{made['id']}/preview", json={"record_ids": [lead], "seller": seller}
            )
        ).json()["records"][0]["text"]
        for seller in ("owner", "me")
    ]
    assert texts == ["Sam here.", "Kim here."]


async def test_the_fields_a_text_may_name_are_listed_with_examples(people: People) -> None:
    await make_lead(people.seller, fields={"plan": "Gold"})
    answer = await people.seller.http.get("/templates/placeholders", params={"kind": "lead"})
    shown = {each["name"]: each["example"] for each in answer.json()}
    assert shown["record.first_name"] == "Ada"
    assert shown["lead.first_name"] == "Ada"
    assert shown["record.fields.plan"] == "Gold"
    assert shown["organisation.name"] == people.organisation.name
    assert "account.name" not in shown


async def test_a_list_of_templates_asks_the_database_as_often_as_one(
    people: People, database: AsyncEngine
) -> None:
    asked = 0

    def note(*_: object) -> None:
        nonlocal asked
        asked += 1

    counts = []
    for keys in ("a", "bcdef"):
        for key in keys:
            await make_template(people.seller, key=key)
        event.listen(database.sync_engine, "before_cursor_execute", note)
        await people.seller.http.get("/templates")
        event.remove(database.sync_engine, "before_cursor_execute", note)
        counts.append(asked)
        asked = 0
    assert counts[0] == counts[1]
