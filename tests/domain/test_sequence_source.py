import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sequence import SequenceDocument
from domain.sequence_source import InvalidSequence, Problem, parse, parse_yaml, to_yaml
from tests.domain.documents import documents

HEAD = "key: welcome\nname: Welcome\nsteps:\n"
HELLO = "  - {id: hello, type: automated_text, text: Hello}\n"


def problems(source: str) -> list[str]:
    with pytest.raises(InvalidSequence) as caught:
        parse_yaml(source)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        pytest.param(
            HELLO + "  - {id: b, type: sms, text: Hi}\n",
            "line 5, steps[1].type: There is no step of this type: use one of automated_text, manual_text, call, "
            "task, email, wait, branch, end",
            id="unknown step type",
        ),
        pytest.param(
            "  - id: b\n    text: Hi\n",
            "line 4, steps[0].type: Say what the step is, with type: one of automated_text, manual_text, call, "
            "task, email, wait, branch, end",
            id="no step type",
        ),
        pytest.param(
            HELLO + "  - id: hello\n    type: end\n",
            "line 5, steps[1].id: The id 'hello' is used more than once: give each step its own",
            id="duplicate id",
        ),
        pytest.param(
            HELLO + "  - id: pause\n    type: wait\n    for: 2d\n",
            "line 5, steps[1]: The wait 'pause' comes last: put a step after it, or remove it",
            id="wait as last step",
        ),
        pytest.param(
            HELLO + "  - {id: pause, type: wait, for: 401d}\n" + HELLO.replace("hello", "bye"),
            "line 5, steps[1].for: A wait lasts at most 400 days",
            id="a wait for ever",
        ),
        pytest.param(
            "  - id: hello\n    type: automated_text\n    text: Hi {{ record.frist_name }}\n",
            "line 6, steps[0].text: record.frist_name is not a known field: did you mean record.first_name?",
            id="unknown placeholder",
        ),
        pytest.param(
            "  - {id: ask, type: manual_text, text: 'Hi {{ first_name }}'}\n",
            "line 4, steps[0].text: first_name is not a known field: did you mean record.first_name?",
            id="unknown placeholder in a manual text",
        ),
        pytest.param(
            "  - {id: hello, type: automated_text, text: ' '}\n",
            "line 4, steps[0].text: An automated text needs words to send: give it a text or a template",
            id="an automated text without words",
        ),
        pytest.param(
            "  - id: hello\n    type: automated_text\n    text: Hi\n    delay: 2d\n",
            "line 7, steps[0].delay: There is no such setting here: check the spelling",
            id="unknown setting of a step",
        ),
        pytest.param(
            "  - {id: hello, type: automated_text}\n",
            "line 4, steps[0].text: An automated text needs words to send: give it a text or a template",
            id="no words, on the line of their step",
        ),
        pytest.param(
            "  - {type: call}\n",
            "line 4, steps[0].id: This is missing",
            id="a missing setting, on the line of its step",
        ),
        pytest.param(
            "  - {id: hello, type: automated_text, text: Hi, template: hi}\n",
            "line 4, steps[0].template: Say what it says with text or with template, not with both",
            id="words of its own and those of a template",
        ),
        pytest.param(
            "  - {id: hello, type: manual_text, template: Nudge}\n",
            "line 4, steps[0].template: Use small letters, digits and hyphens, a letter first, at most 64",
            id="no key of a template",
        ),
        pytest.param(
            "  - id: hello\n    type: automated_text\n    template: hi\n    pinned:\n"
            "      template_id: 01890000-0000-7000-8000-000000000000\n"
            "      default: en\n      texts: {en: Hi}\n",
            "line 7, steps[0].pinned: Publishing writes the words of a template down: take this out",
            id="words that only publishing writes",
        ),
        pytest.param(
            '  - {id: hello, type: automated_text, text: "Hi {{ account.name }}"}\n',
            "line 4, steps[0].text: account.name is not a known field: did you mean record.name?",
            id="a field that leads do not have",
        ),
        pytest.param(
            '  - {id: offer, type: email, subject: "Your {{ record.bike }}"}\n',
            "line 4, steps[0].subject: record.bike is not a known field: did you mean record.name?",
            id="a field that is none in an e-mail",
        ),
        pytest.param(
            "  - {id: hello, type: automated_text, text: 42}\n",
            "line 4, steps[0].text: This should be text: put it in quotes",
            id="a number as text",
        ),
        pytest.param(
            f"  - {{id: hello, type: automated_text, text: {'x' * 1601}}}\n",
            "line 4, steps[0].text: String should have at most 1600 characters",
            id="a text that no provider takes",
        ),
        pytest.param(
            "  - {id: pause, type: wait, for: 2 days}\n" + HELLO,
            "line 4, steps[0].for: '2 days' is not a length of time: "
            'write "30m", "4h", "2d" or "1d 12h" (w, d, h, m, s)',
            id="bad duration",
        ),
        pytest.param(
            "  - {id: Say Hello, type: end}\n",
            "line 4, steps[0].id: Use small letters, digits and hyphens, a letter first, at most 64",
            id="bad id",
        ),
        pytest.param(
            "  - {id: stop, type: end}\n" + HELLO,
            "line 4, steps[0]: Nothing is reached after the end 'stop': remove what follows it",
            id="an end before the end",
        ),
        pytest.param(
            "  - hello\n",
            "line 4, steps[0]: This should be a mapping, such as {key: value}",
            id="a step that is only a word",
        ),
    ],
)
def test_a_bad_step_is_named_by_its_path_and_line(steps: str, problem: str) -> None:
    assert problems(HEAD + steps) == [problem]


BRANCH = (
    HELLO
    + """\
  - id: answered
    type: branch
    when: {replied: {to: hello, within: 3d}}
    then:
      - {id: book, type: manual_text, text: Shall we talk?}
    else:
"""
)


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        pytest.param(
            BRANCH + "      - {id: pause, type: wait, for: 1d}\n",
            "line 11, steps[1].else[0]: The wait 'pause' comes last: put a step after it, or remove it",
            id="a wait that ends a side with nothing after it",
        ),
        pytest.param(
            BRANCH + "      - {id: nudge, type: automated_text, txt: Hi}\n",
            "line 11, steps[1].else[0].txt: There is no such setting here: check the spelling",
            id="a setting with a slip of the pen",
        ),
        pytest.param(
            BRANCH + "      - {id: book, type: end}\n",
            "line 11, steps[1].else[0].id: The id 'book' is used more than once: give each step its own",
            id="the same id on both sides",
        ),
        pytest.param(
            BRANCH.replace("else", "otherwise") + "      - {id: stop, type: end}\n",
            "line 10, steps[1].otherwise: There is no such setting here: check the spelling",
            id="a side by another name",
        ),
        pytest.param(
            HELLO + "  - {id: b, type: branch, when: {replied: {to: hello, within: 3d}}}\n",
            "line 5, steps[1]: The branch 'b' has no steps on either side",
            id="a branch to nowhere",
        ),
    ],
)
def test_a_bad_step_inside_a_branch_is_named_by_its_whole_path(steps: str, problem: str) -> None:
    assert problems(HEAD + steps) == problem.split("\n")


def test_a_wait_may_end_a_side_when_something_follows_the_branch() -> None:
    wait = "      - {id: pause, type: wait, for: 1d}\n"
    bye = "  - {id: bye, type: automated_text, text: Bye}\n"
    document = parse_yaml(HEAD + BRANCH + wait + bye)
    assert [step.id for step in document.all_steps()] == [
        *("hello", "answered", "book", "pause", "bye"),
    ]


def branch_about(condition: str) -> str:
    return f"  - id: b\n    type: branch\n    when: {condition}\n    then: [{{id: e, type: end}}]\n"


_NOT_BEFORE = "is no text step that comes before this branch"


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        pytest.param(
            branch_about("{replied: {to: hello, within: 3d}}") + HELLO,
            f"line 6, steps[0].when.replied.to: 'hello' {_NOT_BEFORE}",
            id="a later step",
        ),
        pytest.param(
            HELLO + branch_about("{replied: {to: hallo, within: 3d}}"),
            f"line 7, steps[1].when.replied.to: 'hallo' {_NOT_BEFORE}",
            id="an unknown step",
        ),
        pytest.param(
            "  - {id: hello, type: call}\n" + branch_about("{replied: {to: hello, within: 3d}}"),
            f"line 7, steps[1].when.replied.to: 'hello' {_NOT_BEFORE}",
            id="a step that is no text",
        ),
        pytest.param(
            BRANCH
            + "      - id: b\n        type: branch\n        when:\n          replied:\n"
            + "            within: 1d\n            to: book\n        then: [{id: e, type: end}]\n",
            f"line 16, steps[1].else[0].when.replied.to: 'book' {_NOT_BEFORE}",
            id="a text of the other side",
        ),
        pytest.param(
            HELLO + branch_about("{opened: {to: hello}}"),
            "line 7, steps[1].when: Say what the branch asks: replied: {to: <step>, within: <time>} or "
            "field: {name: <field>, equals: <value>}",
            id="an unknown question",
        ),
        pytest.param(
            HELLO + branch_about("{replied: {to: hello}}"),
            "line 7, steps[1].when.replied.within: This is missing",
            id="no time to answer in",
        ),
        pytest.param(
            HELLO + branch_about("{replied: hello}"),
            "line 7, steps[1].when.replied: This should be a mapping, such as {key: value}",
            id="a question cut short",
        ),
        pytest.param(
            branch_about("{field: {name: budget, equals: 1.5}}"),
            "line 6, steps[0].when.field.equals: This should be text: put it in quotes",
            id="a value that no field has",
        ),
    ],
)
def test_a_branch_that_cannot_ask_is_named(steps: str, problem: str) -> None:
    assert problems(HEAD + steps) == [problem]


def test_a_branch_may_ask_about_a_text_on_one_side_of_an_earlier_branch() -> None:
    side = "      - {id: look, type: task}\n"
    document = parse_yaml(HEAD + BRANCH + side + branch_about("{replied: {to: book, within: 1d}}"))
    assert document.step("b").type == "branch"


def test_a_setting_named_like_the_type_of_its_step_is_named_in_its_place() -> None:
    assert problems(HEAD + "  - {id: pause, type: wait, wait: 2d}\n" + HELLO) == [
        "line 4, steps[0].for: This is missing",
        "line 4, steps[0].wait: There is no such setting here: check the spelling",
    ]


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        ("name: Welcome\n", "key: This is missing"),
        (
            "key: Welcome All\nname: Welcome\n",
            "line 1, key: Use small letters, digits and hyphens, a letter first, at most 64",
        ),
        ("key: welcome\nname: ''\n", "line 2, name: This should not be empty"),
        (
            "key: welcome\nname: Welcome\nrecord: person\n",
            "line 3, record: This should be 'lead', 'opportunity', 'contact' or 'account'",
        ),
        (
            "key: welcome\nname: Welcome\nsettings:\n  on_reply: stop\n",
            "line 4, settings.on_reply: This should be 'end' or 'continue'",
        ),
        (
            "key: welcome\nname: Welcome\nsettings:\n  hours: 9-17\n",
            "line 4, settings.hours: There is no such setting here: check the spelling",
        ),
        (
            "key: welcome\nname: Welcome\nsettings:\n  working_hours: {mon-fri: 9-17}\n",
            'line 4, settings.working_hours: "9-17" are no hours: write them like "09:00-17:00"',
        ),
    ],
)
def test_what_is_wrong_outside_of_the_steps_is_named_too(head: str, problem: str) -> None:
    assert problems(head + "steps:\n" + HELLO) == [problem]


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ("", "steps: This is missing"),
        ("steps: []\n", "line 3, steps: There should be at least one step"),
        ("steps:\n", "line 3, steps: This should be a list, each item after a dash"),
    ],
)
def test_a_sequence_has_steps(steps: str, problem: str) -> None:
    assert problems("key: welcome\nname: Welcome\n" + steps) == [problem]


def test_all_problems_are_told_at_once_from_the_top() -> None:
    source = HEAD + HELLO + "  - {id: hello, type: manual_text, text: '{{ x }}'}\n"
    source += "  - {id: pause, type: wait, for: 500d}\n"
    with pytest.raises(InvalidSequence) as caught:
        parse_yaml(source)
    assert [(problem.line, problem.path) for problem in caught.value.problems] == [
        *((5, "steps[1].id"), (5, "steps[1].text"), (6, "steps[2].for"), (6, "steps[2]")),
    ]
    assert str(caught.value) == "\n".join(problems(source))


def test_a_document_from_json_has_paths_without_lines() -> None:
    data = {"key": "welcome", "name": "W", "steps": [{"id": "a", "type": "wait", "for": "1d"}]}
    with pytest.raises(InvalidSequence) as caught:
        parse(data)
    message = "The wait 'a' comes last: put a step after it, or remove it"
    assert caught.value.problems == [Problem("steps[0]", None, message)]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (
            "key: [welcome\nname: W\n",
            "line 2: This is not YAML: while parsing a flow sequence expected ',' or ']', but got ':'",
        ),
        (
            "key: a\n\tname: b\n",
            "line 2: This is not YAML: while scanning for the next token "
            "found character '\\t' that cannot start any token",
        ),
        (
            "key: a\nname: b\nkey: c\n",
            "line 3: This is not YAML: while constructing a mapping "
            'found duplicate key "key" with value "c" (original value: "a")',
        ),
        (
            "key: a\n---\nkey: b\n",
            "line 2: This is not YAML: expected a single document in the stream but found another document",
        ),
        ("name: &a x\nkey: *a\n", "line 2: Write it out: aliases are not read"),
        ("name: 2026-13-45\n", "This is not YAML: month must be in 1..12"),
        ("[" * 3000, "line 1: Nested deeper than 100 levels"),
    ],
)
def test_what_is_not_yaml_is_refused_with_the_line(source: str, problem: str) -> None:
    assert problems(source) == [problem]


def test_a_character_that_yaml_does_not_know_is_refused() -> None:
    [problem] = problems("key: \0\n")
    assert problem.startswith("This is not YAML: unacceptable character #x0000")


@pytest.mark.parametrize("source", ["", "welcome", "- key: welcome\n", "42", "# nothing\n"])
def test_a_sequence_is_a_mapping(source: str) -> None:
    assert problems(source) == ["A sequence is a mapping with key, name, record and steps"]


def test_the_text_of_an_opportunity_may_name_its_contact_and_account() -> None:
    source = HEAD.replace("steps", "record: opportunity\nsteps")
    text = "{{ contact.first_name }}, {{ account.name }}, {{ opportunity.fields.value }}"
    document = parse_yaml(source + f'  - {{id: hi, type: automated_text, text: "{text}"}}\n')
    assert document.record == "opportunity"


def test_a_sequence_is_written_without_what_goes_without_saying() -> None:
    document = parse(
        {
            "key": "welcome",
            "name": "Welcome",
            "record": "lead",
            "settings": {"working_hours": {"mon-fri": "09:00-17:00"}, "on_reply": "end"},
            "steps": [
                {"id": "hello", "type": "automated_text", "text": "yes", "name": ""},
                {"id": "pause", "type": "wait", "for": "P1DT12H"},
                {
                    "id": "answered",
                    "type": "branch",
                    "when": {"replied": {"to": "hello", "within": "72h"}},
                    "then": [{"id": "book", "type": "manual_text", "due": "1d"}],
                    "else": [{"id": "stop", "type": "end"}],
                },
            ],
        }
    )
    assert to_yaml(document) == (
        "key: welcome\n"
        "name: Welcome\n"
        "settings:\n"
        "  working_hours:\n"
        "    mon-fri: 09:00-17:00\n"
        "steps:\n"
        "  - id: hello\n"
        "    type: automated_text\n"
        "    text: yes\n"
        "  - id: pause\n"
        "    type: wait\n"
        "    for: 1d 12h\n"
        "  - id: answered\n"
        "    type: branch\n"
        "    when:\n"
        "      replied:\n"
        "        to: hello\n"
        "        within: 3d\n"
        "    then:\n"
        "      - id: book\n"
        "        type: manual_text\n"
        "    else:\n"
        "      - id: stop\n"
        "        type: end\n"
    )


@settings(max_examples=150)
@given(documents())
def test_a_sequence_written_as_yaml_reads_back_the_same(document: SequenceDocument) -> None:
    assert parse_yaml(to_yaml(document)) == document


@settings(max_examples=60)
@given(documents())
def test_a_sequence_written_as_json_reads_back_the_same(document: SequenceDocument) -> None:
    assert parse(json.loads(document.model_dump_json(by_alias=True))) == document


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=150)
@given(documents(), ANYTHING, st.data())
def test_a_sequence_with_anything_anywhere_is_read_or_refused(
    document: SequenceDocument, anything: object, data: st.DataObject
) -> None:
    written = document.model_dump(mode="json", by_alias=True)
    container, key = data.draw(st.sampled_from(list(places(written))))
    container[key] = anything
    with contextlib.suppress(InvalidSequence):
        parse(written)


def places(part: Any) -> Any:
    """Yield every container inside `part` with each of its keys."""
    keys = range(len(part)) if isinstance(part, list) else part
    for key in keys if isinstance(part, list | dict) else ():
        yield part, key
        yield from places(part[key])


@settings(max_examples=150)
@given(st.text(st.sampled_from("key:stepsid- \n{}[]&*!|>'\"#%?2026,.<~"), max_size=60))
def test_any_scribble_is_read_or_refused(scribble: str) -> None:
    with pytest.raises(InvalidSequence):
        parse_yaml(scribble)
