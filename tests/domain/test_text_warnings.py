from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from domain.consent import Purpose, Scope, Source, Withdrawal
from domain.quiet_hours import AllowedHours
from domain.sending import Facts
from domain.text_warnings import warnings

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
NIGHT = datetime(2026, 7, 1, 23, tzinfo=UTC)
WITHDRAWN = Withdrawal(
    UUID(int=1), Scope.ORGANISATION, Source.REPLY, datetime(2026, 6, 3, tzinfo=UTC)
)
GOOD = Facts(
    is_record_active=True,
    is_running=True,
    allowed=AllowedHours(),
    zones=[ZoneInfo("Europe/Lisbon")],
)


def _codes(body: str, facts: Facts = GOOD, *, wrote: bool = False) -> list[str]:
    return [warning.code for warning in warnings(body, facts, NOON, wrote=wrote)]


def _blocking(body: str, facts: Facts) -> list[str]:
    return [warning.code for warning in warnings(body, facts, NOON) if warning.blocks]


@pytest.mark.parametrize(
    ("body", "facts", "expected"),
    [
        pytest.param("Hello", GOOD, [], id="all is well"),
        pytest.param(" \n", GOOD, ["empty"], id="no words"),
        pytest.param("Hi {{ record.first_name }}", GOOD, ["unfilled"], id="a placeholder"),
        pytest.param("{% if record.region %}Hi{% endif %}", GOOD, ["unfilled"], id="an if"),
        pytest.param(
            "Hello", replace(GOOD, withdrawals=[WITHDRAWN]), ["opted_out"], id="opted out"
        ),
        pytest.param(
            "Hello", replace(GOOD, is_unreachable=True), ["unreachable"], id="unreachable"
        ),
        pytest.param(
            "Hello", replace(GOOD, is_record_active=False), ["record_closed"], id="record closed"
        ),
        pytest.param(
            "", replace(GOOD, withdrawals=[WITHDRAWN]), ["empty", "opted_out"], id="two at once"
        ),
        pytest.param(
            "Hello",
            replace(GOOD, purpose=Purpose.MARKETING, lacks_consent=True),
            ["opted_out"],
            id="no consent on record",
        ),
    ],
)
def test_what_must_not_leave_is_blocked(body: str, facts: Facts, expected: list[str]) -> None:
    assert _blocking(body, facts) == expected


def test_a_text_that_waits_for_the_answer_to_a_question_about_consent_says_so() -> None:
    asked = replace(WITHDRAWN, is_unclear=True)
    (warning,) = warnings("Hello", replace(GOOD, withdrawals=[asked]), NOON)
    assert (warning.code, warning.blocks) == ("leaves_later", False)
    assert warning.sentence.startswith("The customer may have withdrawn consent on 3 Jun 2026")
    # nobody knows when somebody answers
    assert warning.until is None


def test_a_text_at_night_says_when_it_leaves() -> None:
    (warning,) = warnings("Hello", GOOD, NIGHT)
    assert (warning.code, warning.blocks) == ("leaves_later", False)
    assert warning.until == datetime(2026, 7, 2, 7, tzinfo=UTC)
    assert "texts go out from 08:00" in warning.sentence


def test_a_placeholder_that_could_not_be_filled_says_which() -> None:
    why = "The placeholder record.fields.car has no value and no default."
    (warning,) = warnings("Your {{ record.fields.car }}", GOOD, NOON, reason=why)
    assert warning.sentence == why


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("x" * 459, [], id="three segments"),
        pytest.param("x" * 460, ["many_segments"], id="four segments"),
        pytest.param("Hi 😀", [], id="one segment either way"),
        pytest.param("x" * 69 + "😀", ["unicode"], id="two segments for the sake of one character"),
        pytest.param("😀" * 36, ["unicode"], id="nothing but such characters"),
    ],
)
def test_what_costs_more_than_it_seems_is_said(body: str, expected: list[str]) -> None:
    assert _codes(body) == expected


def test_a_character_that_makes_a_text_dearer_is_named_with_what_it_costs() -> None:
    (warning,) = warnings("It’s time – " + "x" * 80, GOOD, NOON)
    assert warning.sentence == (
        'It takes 2 segments to send instead of 1, because of "’" and the like.'
    )


def test_what_is_about_the_cost_is_told_from_what_a_person_must_look_at() -> None:
    asked = replace(GOOD, withdrawals=[replace(WITHDRAWN, is_unclear=True)])
    found = warnings("{{ it }}" + "😀" * 200, asked, NOON, wrote=True)
    assert [(warning.code, warning.about) for warning in found] == [
        ("unfilled", "words"),
        ("leaves_later", "customer"),
        ("customer_wrote", "customer"),
        ("unicode", "cost"),
    ]
    assert [warning.about for warning in warnings("x" * 460, GOOD, NOON)] == ["cost"]


def test_a_customer_who_wrote_meanwhile_is_named() -> None:
    assert _codes("Hello", wrote=True) == ["customer_wrote"]


def test_what_blocks_comes_first() -> None:
    assert _codes("x" * 460, replace(GOOD, withdrawals=[WITHDRAWN])) == [
        "opted_out",
        "many_segments",
    ]
