"""Publishing writes down the words of templates, and asks the policy for texts."""

import asyncio
from typing import Any

import pytest

from db.engine import Sessions
from db.tables import SequenceVersion, Template
from db.templates import queries
from domain.sequence import SequenceDocument, TextStep, words_of
from tests.api.conftest import People, Person, problem
from tests.api.makers import make_lead
from tests.api.test_templates import make_template
from tests.db.conftest import rows, someone_waits

YAML = {"Content-Type": "application/yaml"}
WELCOME = """\
key: welcome
name: Welcome
record: lead
steps:
  - {id: hello, type: automated_text, text: "Hi from {{ organisation.name }}. Reply STOP to opt out."}
  - {id: pause, type: wait, for: 2d}
  - {id: book, type: automated_text, template: book-a-call}
"""


async def _save(person: Person, source: str = WELCOME) -> dict[str, Any]:
    answer = await person.http.put("/sequences/welcome/draft", content=source, headers=YAML)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def _publish(person: Person) -> dict[str, Any]:
    answer = await person.http.post("/sequences/welcome/publish")
    assert answer.status_code == 200, answer.text
    version: dict[str, Any] = answer.json()
    return version


async def _words(sessions: Sessions, language: str | None = None) -> list[str]:
    """Return what each version's last step says to somebody of this language, the oldest first."""
    documents = [
        SequenceDocument.model_validate(version.document)
        for version in await rows(sessions, SequenceVersion)
    ]
    steps = [document.step("book") for document in documents]
    return [words_of(step, language) for step in steps if isinstance(step, TextStep)]


async def test_a_later_edit_of_a_template_reaches_no_published_version(
    people: People, sessions: Sessions
) -> None:
    made = await make_template(people.seller)
    await _save(people.manager)
    assert (await _publish(people.manager))["number"] == 1
    changed = {"variants": {"en": "Call me", "de": "Ruf an"}}
    await people.seller.http.patch(f"/templates/{made['id']}", json=changed)
    assert await _words(sessions) == ["Hi {{ record.first_name }}, shall we talk?"]
    shown = (await people.manager.http.get("/sequences/welcome")).json()
    assert shown["stale_templates"] == ["book-a-call"]

    assert (await _publish(people.manager))["number"] == 2
    assert await _words(sessions) == ["Hi {{ record.first_name }}, shall we talk?", "Call me"]
    assert (await _words(sessions, "de"))[1] == "Ruf an"
    shown = (await people.manager.http.get("/sequences/welcome")).json()
    assert shown["stale_templates"] == []


async def test_publishing_the_same_words_again_makes_no_version(people: People) -> None:
    made = await make_template(people.seller)
    await _save(people.manager)
    await _publish(people.manager)
    await people.seller.http.patch(f"/templates/{made['id']}", json={"name": "Another name"})
    assert (await _publish(people.manager))["number"] == 1


async def test_a_template_knows_who_uses_it_and_is_not_deleted_then(people: People) -> None:
    made = await make_template(people.seller)
    path = f"/templates/{made['id']}"
    await _save(people.manager)
    assert (await people.seller.http.get(path)).json()["used_by"] == ["welcome"]
    assert problem(await people.seller.http.delete(path)) == (409, "template-in-use")
    await _publish(people.manager)
    await _save(people.manager, WELCOME.replace("template: book-a-call", "text: Hi"))
    assert (await people.seller.http.get(path)).json()["used_by"] == []
    assert problem(await people.seller.http.delete(path)) == (409, "template-in-use")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        pytest.param({"key": "another"}, "There is no template 'book-a-call'", id="unknown"),
        pytest.param({"record_kind": "contact"}, "is for a contact, not for a lead", id="kind"),
        pytest.param({"sharing": "me"}, "that you may use", id="somebody's own"),
    ],
)
async def test_a_template_that_does_not_fit_keeps_a_draft_from_being_published(
    people: People, values: dict[str, Any], words: str
) -> None:
    await make_template(people.seller, **values)
    shown = await _save(people.manager)
    assert [each["path"] for each in shown["draft_problems"]] == ["steps[2].template"]
    assert words in shown["draft_problems"][0]["message"]
    for verb, body in (("publish", None), ("simulate", {})):
        answer = await people.manager.http.post(f"/sequences/welcome/{verb}", json=body)
        assert problem(answer) == (422, "invalid-sequence")
        assert answer.json()["errors"][0]["path"] == "steps[2].template"


async def test_an_archived_template_is_published_no_more(people: People) -> None:
    made = await make_template(people.seller)
    await _save(people.manager)
    await _publish(people.manager)
    await people.seller.http.post(f"/templates/{made['id']}/archive")
    answer = await people.manager.http.post("/sequences/welcome/publish")
    assert problem(answer) == (422, "invalid-sequence")
    assert "is archived: restore it" in answer.json()["detail"]
    shown = (await people.manager.http.get("/sequences/welcome")).json()
    assert shown["stale_templates"] == ["book-a-call"]


async def test_a_rehearsal_says_what_the_template_says_in_the_records_language(
    people: People,
) -> None:
    await make_template(people.seller)
    await make_lead(people.seller, language="de")
    await _save(people.manager)
    answer = await people.manager.http.post("/sequences/welcome/simulate", json={})
    (record,) = answer.json()["records"]
    texts = [event["text"] for event in record["events"] if event["text"]]
    assert texts[1] == "Hallo Ada, wollen wir telefonieren?"


async def test_publishing_waits_for_an_edit_and_takes_one_whole_set_of_words(
    people: People, sessions: Sessions
) -> None:
    made = await make_template(people.seller)
    await _save(people.manager)
    async with sessions() as editing:
        template = await editing.get_one(Template, made["id"])
        await queries.lock_template(editing, template.id)
        await queries.change_template(editing, template, {"default_language": "de"}, {"de": "Neu"})
        publishing = asyncio.create_task(_publish(people.manager))
        await someone_waits(sessions)
        await editing.commit()
    await publishing
    assert await _words(sessions, "en") == ["Neu"]


STRICT = {"first-opt-out": "error", "first-sender": "error"}


async def test_an_error_of_the_policy_keeps_a_sequence_from_being_published_where_its_leads_are(
    people: People,
) -> None:
    await people.administrator.http.patch("/text-policy", json=STRICT)
    shown = await _save(people.manager, WELCOME.replace("Reply STOP to opt out.", ""))
    await make_template(people.seller)
    assert [(each["rule"], each["severity"]) for each in shown["findings"]] == [
        ("first-opt-out", "warning")
    ]
    await make_lead(people.seller, phone="+81312345678")
    assert (await _publish(people.manager))["findings"] == []
    await make_lead(people.seller, phone="+12025550199")
    answer = await people.manager.http.post("/sequences/welcome/publish")
    assert problem(answer) == (422, "text-policy")
    (error,) = answer.json()["errors"]
    assert error["path"] == "steps[0]"
    assert error["message"].startswith("hello (US): A first text must say how to refuse more")


async def test_a_policys_error_in_one_variant_of_a_template_is_named(people: People) -> None:
    await make_template(people.seller, variants={"en": "Hi", "de": "bit.ly/x"})
    await _save(people.manager)
    await make_lead(people.seller, phone=None, country="US")
    answer = await people.manager.http.post("/sequences/welcome/publish")
    assert problem(answer) == (422, "text-policy")
    assert answer.json()["detail"].startswith("book (de, US): Carriers drop texts")


async def test_a_warning_of_the_policy_is_told_and_published(people: People) -> None:
    await make_template(people.seller)
    await _save(people.manager, WELCOME.replace("Reply STOP to opt out.", ""))
    await make_lead(people.seller)
    version = await _publish(people.manager)
    assert [
        (each["step_id"], each["rule"], each["severity"], each["country"])
        for each in version["findings"]
    ] == [("hello", "first-opt-out", "warning", "US")]
