from datetime import UTC, datetime

import pytest

from domain.interpreter import Outcome
from domain.replies import answered_step, ends_enrollment
from domain.sequence_source import parse_yaml

SUBMITTED = {
    "hello": datetime(2026, 7, 1, 9, tzinfo=UTC),
    "reminder": datetime(2026, 7, 3, 9, tzinfo=UTC),
    "again": datetime(2026, 7, 3, 9, tzinfo=UTC),
}


@pytest.mark.parametrize(
    ("received_at", "answers"),
    [
        pytest.param("2026-07-01T08:59:59+00:00", None, id="before the first text"),
        pytest.param("2026-07-01T09:00:00+00:00", None, id="as the first text goes out"),
        pytest.param("2026-07-01T09:00:01+00:00", "hello", id="after the first text"),
        pytest.param("2026-07-03T10:59:59+02:00", "hello", id="before the second text"),
        pytest.param("2026-07-03T09:00:00+00:00", "hello", id="as the next texts go out"),
        pytest.param("2026-07-03T09:00:01+00:00", "again", id="the later of two at once"),
        pytest.param("2027-01-01T00:00:00+00:00", "again", id="long after"),
    ],
)
def test_a_reply_answers_the_last_text_before_it(received_at: str, answers: str | None) -> None:
    assert answered_step(SUBMITTED, datetime.fromisoformat(received_at)) == answers


def test_where_nothing_was_sent_a_reply_answers_nothing() -> None:
    assert answered_step({}, datetime(2026, 7, 1, tzinfo=UTC)) is None


SEQUENCE = """
key: welcome
name: Welcome
settings: {{on_reply: {on_reply}}}
steps:
  - {{id: hello, type: automated_text, text: Hello}}
  - id: regional
    type: branch
    when: {{field: {{name: region, equals: north}}}}
    then:
      - id: answered
        type: branch
        when: {{replied: {{to: hello, within: 3d}}}}
        then: [{{id: book, type: manual_text, text: Shall we talk?}}]
  - {{id: bye, type: automated_text, text: Bye}}
"""


@pytest.mark.parametrize(
    ("on_reply", "step_id", "ends"),
    [
        pytest.param("end", "bye", True, id="no branch asks"),
        pytest.param("end", "book", True, id="no branch asks about a manual text"),
        pytest.param("end", "hello", False, id="a branch inside a branch asks"),
        pytest.param("end", None, False, id="it answers nothing"),
        pytest.param("continue", "bye", False, id="the sequence goes on"),
        pytest.param("continue", "hello", False, id="the sequence goes on and a branch asks"),
    ],
)
def test_a_reply_ends_the_enrollment_unless_somebody_asks_about_it(
    on_reply: str, step_id: str | None, ends: bool
) -> None:
    assert ends_enrollment(parse_yaml(SEQUENCE.format(on_reply=on_reply)), {}, step_id) is ends


@pytest.mark.parametrize(("side", "ends"), [(Outcome.THEN, False), (Outcome.ELSE, True)])
def test_a_further_reply_ends_nothing_and_one_too_late_for_its_branch_ends_the_enrollment(
    side: Outcome, ends: bool
) -> None:
    document = parse_yaml(SEQUENCE.format(on_reply="end"))
    assert ends_enrollment(document, {"answered": side}, "hello") is ends
