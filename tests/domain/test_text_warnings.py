from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from domain.consent import Scope, Source, Withdrawal
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


def _codes(body: str, *, is_opted_out: bool = False, wrote: bool = False) -> list[str]:
    found = warnings(body, GOOD, NOON, is_opted_out=is_opted_out, wrote=wrote)
    return [warning.code for warning in found]


def _blocking(body: str, facts: Facts = GOOD, *, is_opted_out: bool = False) -> list[str]:
    found = warnings(body, facts, NOON, is_opted_out=is_opted_out)
    return [warning.code for warning in found if warning.blocks]


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
    ],
)
def test_what_must_not_leave_is_blocked(body: str, facts: Facts, expected: list[str]) -> None:
    assert _blocking(body, facts) == expected


def test_nothing_is_approved_for_who_opted_out() -> None:
    assert _blocking("Hello", is_opted_out=True) == ["opted_out"]
    assert _blocking("", is_opted_out=True) == ["empty", "opted_out"]


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
    [("x" * 459, []), ("x" * 460, ["many_segments"]), ("Hi 😀", ["unicode"])],
)
def test_what_costs_more_than_it_seems_is_said(body: str, expected: list[str]) -> None:
    assert _codes(body) == expected


def test_a_customer_who_wrote_meanwhile_is_named() -> None:
    assert _codes("Hello", wrote=True) == ["customer_wrote"]


def test_what_blocks_comes_first() -> None:
    assert _codes("x" * 460, is_opted_out=True) == [
        "opted_out",
        "many_segments",
    ]
