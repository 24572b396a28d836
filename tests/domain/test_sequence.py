from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sequence import (
    FieldValue,
    SequenceDocument,
    TextStep,
    first_texts,
    following,
    matches,
    pin,
    templates_of,
    words_of,
)
from domain.sequence_source import parse_yaml
from domain.templates import Pinned
from tests.domain.documents import PLAIN, documents

NESTED = """
key: nested
name: Nested
steps:
  - {id: hello, type: automated_text, name: First words, text: Good morning}
  - id: answered
    type: branch
    when: {replied: {to: hello, within: 3d}}
    then:
      - {id: book, type: manual_text, text: Shall we talk?, due: 4h}
      - id: big
        type: branch
        name: Big customers
        when: {field: {name: size, equals: big}}
        then:
          - {id: phone, type: call, description: Ask for Ann}
          - {id: rest, type: wait, for: 1d}
        else:
          - {id: stop, type: end}
    else:
      - {id: look, type: task, description: Look at the file}
  - {id: bye, type: automated_text, text: Good evening}
"""


@pytest.fixture
def nested() -> SequenceDocument:
    return parse_yaml(NESTED)


def test_the_steps_are_told_from_the_top_a_branch_before_its_sides(
    nested: SequenceDocument,
) -> None:
    assert [step.id for step in nested.all_steps()] == [
        *("hello", "answered", "book", "big", "phone", "rest", "stop", "look", "bye"),
    ]


@pytest.mark.parametrize(
    ("step_id", "next_id"),
    [
        pytest.param("hello", "answered", id="a branch"),
        pytest.param("answered", "bye", id="after a branch, whichever way it goes"),
        pytest.param("book", "big", id="on the same side"),
        pytest.param("big", "bye", id="out of a side that a branch ends"),
        pytest.param("phone", "rest", id="two branches deep"),
        pytest.param("rest", "bye", id="out of two branches at once"),
        pytest.param("look", "bye", id="out of the other side"),
        pytest.param("bye", None, id="the end"),
    ],
)
def test_the_step_that_follows(nested: SequenceDocument, step_id: str, next_id: str | None) -> None:
    step = following(nested, step_id)
    assert (step and step.id) == next_id


def test_an_unknown_step_is_an_error(nested: SequenceDocument) -> None:
    with pytest.raises(KeyError):
        nested.step("nobody")
    with pytest.raises(KeyError):
        following(nested, "nobody")


def test_a_step_is_found_by_its_id_however_deep_it_stands(nested: SequenceDocument) -> None:
    assert nested.step("rest").type == "wait"


def test_a_step_without_a_name_is_called_by_its_id(nested: SequenceDocument) -> None:
    assert nested.step("hello").title == "First words"
    assert nested.step("book").title == "Book"
    document = parse_yaml("key: a\nname: A\nsteps: [{id: ask_for-more, type: task}]")
    assert document.step("ask_for-more").title == "Ask for more"


@pytest.mark.parametrize(
    ("value", "fields", "holds"),
    [
        ("big", {"size": "big"}, True),
        ("big", {"size": "Big"}, False),
        ("big", {"size": None}, False),
        ("big", {}, False),
        (True, {"size": True}, True),
        (3, {"size": 3}, True),
        (3, {"size": "3"}, True),
        (True, {"size": "true"}, True),
        (True, {"size": 1}, False),
    ],
)
def test_a_branch_about_a_field_asks_for_exactly_that_value(
    value: str | bool | int, fields: dict[str, object], holds: bool
) -> None:
    assert matches(FieldValue(name="size", equals=value), fields) is holds


def test_the_skeleton_keeps_the_steps_and_drops_the_words(nested: SequenceDocument) -> None:
    skeleton = nested.skeleton().model_dump_json(by_alias=True, exclude_defaults=True)
    assert skeleton == (
        '{"key":"nested","name":"nested","steps":['
        '{"id":"hello","type":"automated_text"},'
        '{"id":"answered","type":"branch","when":{"replied":{"to":"hello","within":"3d"}},"then":['
        '{"id":"book","type":"manual_text","due":"4h"},'
        '{"id":"big","type":"branch","when":{"field":{"name":"-","equals":""}},'
        '"then":[{"id":"phone","type":"call"},{"id":"rest","type":"wait","for":"1d"}],'
        '"else":[{"id":"stop","type":"end"}]}],'
        '"else":[{"id":"look","type":"task"}]},'
        '{"id":"bye","type":"automated_text"}]}'
    )


@settings(max_examples=60)
@given(st.data())
def test_no_word_that_people_wrote_is_in_a_skeleton(data: st.DataObject) -> None:
    drawn = data.draw(documents(PLAIN.map("¶".__add__)))
    words = Pinned(template_id=UUID(int=1), default="en", texts={"en": "¶ Hello", "de": "¶ Hallo"})
    document = pin(drawn, dict.fromkeys(templates_of(drawn), words))
    skeleton = document.skeleton()
    assert "¶" in document.model_dump_json()
    assert "¶" not in skeleton.model_dump_json()
    assert not templates_of(skeleton)
    assert [(step.id, step.type) for step in skeleton.all_steps()] == [
        (step.id, step.type) for step in document.all_steps()
    ]


@settings(max_examples=60)
@given(documents())
def test_a_skeleton_survives_its_way_through_a_history(document: SequenceDocument) -> None:
    skeleton = document.skeleton()
    assert SequenceDocument.model_validate_json(skeleton.model_dump_json(by_alias=True)) == skeleton
    assert SequenceDocument.model_validate_json(skeleton.model_dump_json()) == skeleton


TEMPLATED = """
key: templated
name: Templated
steps:
  - {id: hello, type: automated_text, text: Good morning}
  - id: answered
    type: branch
    when: {replied: {to: hello, within: 3d}}
    then:
      - {id: book, type: manual_text, template: book-a-call}
    else:
      - {id: nudge, type: automated_text, template: nudge}
"""
BOOK = Pinned(template_id=UUID(int=1), default="en", texts={"en": "Shall we talk?"})
NUDGE = Pinned(
    template_id=UUID(int=2), default="en", texts={"en": "Still there?", "de": "Noch da?"}
)


def _text(document: SequenceDocument, step_id: str) -> TextStep:
    step = document.step(step_id)
    assert isinstance(step, TextStep)
    return step


def test_a_sequence_is_published_with_the_words_of_its_templates_on_every_side() -> None:
    draft = parse_yaml(TEMPLATED)
    assert templates_of(draft) == {"book-a-call", "nudge"}
    version = pin(draft, {"book-a-call": BOOK, "nudge": NUDGE})
    assert _text(version, "book").pinned == BOOK
    assert _text(version, "nudge").pinned == NUDGE
    assert _text(version, "hello") == _text(draft, "hello")


def test_a_sequence_is_not_published_without_one_of_its_templates() -> None:
    with pytest.raises(KeyError, match="nudge"):
        pin(parse_yaml(TEMPLATED), {"book-a-call": BOOK})


@pytest.mark.parametrize(
    ("step_id", "language", "words"),
    [
        ("hello", "de", "Good morning"),
        ("nudge", "de", "Noch da?"),
        ("nudge", "de-at", "Noch da?"),
        ("nudge", "fr", "Still there?"),
        ("nudge", None, "Still there?"),
        ("book", "de", "Shall we talk?"),
    ],
)
def test_a_step_says_what_its_template_says_in_the_customers_language(
    step_id: str, language: str | None, words: str
) -> None:
    version = pin(parse_yaml(TEMPLATED), {"book-a-call": BOOK, "nudge": NUDGE})
    assert words_of(_text(version, step_id), language) == words


def test_a_sequence_without_templates_is_stored_as_it_always_was(nested: SequenceDocument) -> None:
    stored = nested.model_dump(mode="json", by_alias=True)
    assert stored["steps"][0] == {
        "id": "hello",
        "name": "First words",
        "type": "automated_text",
        "text": "Good morning",
    }
    assert pin(nested, {}) == nested


@pytest.mark.parametrize(
    ("steps", "first"),
    [
        pytest.param("[{id: a, type: automated_text, text: x}, {id: b, type: manual_text}]", ["a"],
                     id="one after the other"),
        pytest.param("[{id: c, type: call}, {id: b, type: manual_text}]", ["b"],
                     id="after a call"),
        pytest.param("[{id: f, type: branch, when: {field: {name: x, equals: 1}}, "
                     "then: [{id: a, type: manual_text}], else: [{id: b, type: manual_text}]}, "
                     "{id: c, type: manual_text}]", ["a", "b"], id="one on either side"),
        pytest.param("[{id: f, type: branch, when: {field: {name: x, equals: 1}}, "
                     "then: [{id: a, type: manual_text}, {id: b, type: manual_text}]}, "
                     "{id: c, type: manual_text}]", ["a", "c"], id="one on one side, else after"),
        pytest.param("[{id: f, type: branch, when: {field: {name: x, equals: 1}}, "
                     "then: [{id: e, type: end}], else: [{id: b, type: manual_text}]}, "
                     "{id: c, type: manual_text}]", ["b"], id="the other side ends"),
        pytest.param("[{id: c, type: call}]", [], id="no text at all"),
    ],
)  # fmt: skip
def test_the_first_text_is_known_on_every_way_through_the_branches(
    steps: str, first: list[str]
) -> None:
    document = parse_yaml(f"{{key: x, name: X, steps: {steps}}}")
    assert [step.id for step in first_texts(document)] == first
