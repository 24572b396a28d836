"""Tests of db/records/filling.py, by what a sequence's texts say when they are read to be sent."""

from typing import Any

import pytest

from db.engine import Sessions
from db.messages import drafts, sending
from db.messages.drafts import Draft
from db.messages.sending import Leaving
from db.tables import Enrollment, Message, SequenceVersion
from db.work_items.opening import draft_of
from domain.placeholders import known_fields, render
from domain.records import RecordKind
from domain.sequence import pin
from domain.sequence_source import parse_yaml
from domain.templates import Pinned
from tests.db.conftest import NOW, one
from tests.db.test_templates import make_template
from tests.makers import make_record, make_scene

SEQUENCE = """
key: test
name: Test
steps:
  - {id: hello, type: automated_text, text: "Hi"}
  - {id: book, type: manual_text, text: "Hi"}
"""
TEMPLATED = """
key: test
name: Test
steps:
  - {id: hello, type: automated_text, template: hello}
  - {id: book, type: manual_text, template: hello}
"""


async def _draft(sessions: Sessions, enrollment: Enrollment) -> Draft:
    async with sessions.begin() as session:
        return await drafts.step_draft(session, enrollment.id, "hello", None, NOW)


ACCOUNT = {"kind": RecordKind.ACCOUNT, "first_name": "Northwind", "last_name": "", "phone": None}
CONTACT = {
    "kind": RecordKind.CONTACT,
    "first_name": "Ada",
    "phone": None,
    "fields": {"title": "CTO"},
}


@pytest.mark.parametrize(
    ("kind", "parents", "text", "says"),
    [
        pytest.param(RecordKind.OPPORTUNITY, [ACCOUNT, CONTACT],
                     "{{ contact.name }} ({{ contact.fields.title }}), {{ account.name }}",
                     "Ada Lovelace (CTO), Northwind", id="its contact's account"),
        pytest.param(RecordKind.OPPORTUNITY, [ACCOUNT],
                     "{{ contact.name | default: 'you' }} at {{ account.name }}",
                     "you at Northwind", id="no contact"),
        pytest.param(RecordKind.CONTACT, [ACCOUNT], "{{ contact.first_name }}: {{ account.name }}",
                     "Bo: Northwind", id="the contact itself"),
        pytest.param(RecordKind.CONTACT, [], "{{ account.name | default: 'your company' }}",
                     "your company", id="no account"),
        pytest.param(RecordKind.LEAD, [], "{{ lead.name }} {{ record.language }}",
                     "Bo Lovelace de", id="a lead"),
    ],
)  # fmt: skip
async def test_a_text_is_filled_from_what_the_record_belongs_to(
    sessions: Sessions, kind: RecordKind, parents: list[dict[str, Any]], text: str, says: str
) -> None:
    async with sessions.begin() as session:
        scene = await make_scene(session, sequence=SEQUENCE)
        scene.record.kind = kind
        scene.record.first_name = "Bo"
        scene.record.language = "de"
        above = None
        for values in parents:
            made = await make_record(session, scene.seller, parent_id=above, **values)
            above = made.id
        scene.record.parent_id = above
    draft = await _draft(sessions, scene.enrollment)
    assert set(draft.values) <= set(known_fields(kind))
    assert render(text, draft.values) == says


@pytest.mark.parametrize(
    ("language", "says"),
    [("de", "Hallo Ada"), ("de-at", "Hallo Ada"), ("fr", "Hi Ada"), (None, "Hi Ada")],
)
async def test_a_step_says_what_its_template_said_when_it_was_published(
    sessions: Sessions, language: str | None, says: str
) -> None:
    texts = {"en": "Hi {{ record.first_name }}", "de": "Hallo {{ record.first_name }}"}
    async with sessions.begin() as session:
        scene = await make_scene(session, sequence=SEQUENCE, record={"language": language})
        template = await make_template(session, scene, "hello", variants={"en": "Edited since"})
        words = Pinned(template_id=template.id, default="en", texts=texts)
        document = pin(parse_yaml(TEMPLATED), {"hello": words})
        version = await session.get_one(SequenceVersion, scene.version.id)
        version.document = document.model_dump(mode="json", by_alias=True)
    draft = await _draft(sessions, scene.enrollment)
    text = render(draft.body, draft.values)
    assert text == says
    async with sessions.begin() as session:
        await sending.submit(session, [Leaving(draft, draft.sender(), text)], NOW)
    message = await one(sessions, Message)
    assert (message.body, message.template_id) == (says, template.id)
    async with sessions() as session:
        offered = await draft_of(session, scene.enrollment.id, "book")
    assert offered.text == says


async def test_a_text_is_offered_with_all_filled_in_that_is_known(sessions: Sessions) -> None:
    source = SEQUENCE.replace(
        'manual_text, text: "Hi"',
        'manual_text, text: "{{ record.first_name }}, your {{ record.fields.car }}?"',
    )
    async with sessions.begin() as session:
        scene = await make_scene(session, sequence=source)
    async with sessions() as session:
        offered = await draft_of(session, scene.enrollment.id, "book")
    assert offered.text == "Ada, your {{ record.fields.car }}?"
    assert offered.reason == "The placeholder record.fields.car has no value and no default."


async def test_a_text_of_its_own_has_no_template(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        scene = await make_scene(session, sequence=SEQUENCE)
    draft = await _draft(sessions, scene.enrollment)
    assert (draft.body, draft.template_id) == ("Hi", None)
