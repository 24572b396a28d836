from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.search import (
    Fragment,
    NothingToLookFor,
    Period,
    Wanted,
    fragments,
    periods,
    read,
    spellings,
    start_of,
    week_of,
)

INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2046, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        pytest.param("  red bicycle ", Wanted("red bicycle"), id="words"),
        pytest.param('"red bicycle" or -blue', Wanted('"red bicycle" or -blue'), id="syntax"),
        pytest.param("bicy* red", Wanted("red", ("bicy",)), id="a beginning"),
        pytest.param("bicy*", Wanted("", ("bicy",)), id="a beginning alone"),
        pytest.param("bicy* cafe* red", Wanted("red", ("bicy", "cafe")), id="two beginnings"),
        pytest.param("bic* red", Wanted("bic* red"), id="too few letters for a beginning"),
        pytest.param('"red bicy*"', Wanted('"red bicy*"'), id="a star in a phrase"),
        pytest.param("-bicy*", Wanted("-bicy*"), id="a star without"),
        pytest.param("red\x00bicycle\n", Wanted("red bicycle"), id="controls are blanks"),
        pytest.param("می\u200cخواهم", Wanted("می\u200cخواهم"), id="letters joined invisibly"),
        pytest.param("1234", Wanted("1234", (), "1234"), id="four digits"),
        pytest.param("123", Wanted("123"), id="three digits"),
        pytest.param("+1 (212) 555-01/00.", Wanted("+1 (212) 555-01/00.", (), "12125550100")),
        pytest.param("order 1234", Wanted("order 1234"), id="digits among words"),
    ],
)
def test_what_is_typed_is_read(typed: str, wanted: Wanted) -> None:
    assert read(typed) == wanted


@pytest.mark.parametrize("typed", ["", "   ", "\x00", '"" -', "*", "😀", "a" * 201])
def test_there_must_be_something_to_look_for(typed: str) -> None:
    with pytest.raises(NothingToLookFor):
        read(typed)


@given(st.text(max_size=200))
def test_whatever_is_typed_holds_no_control_character_afterwards(typed: str) -> None:
    try:
        wanted = read(typed)
    except NothingToLookFor:
        return
    assert "\x00" not in wanted.words
    assert all(each.isalnum() for beginning in wanted.beginnings for each in beginning)


@pytest.mark.parametrize(
    ("instant", "week"),
    [
        ("2020-01-01T00:00Z", 0),
        ("2020-01-07T23:59:59.999999Z", 0),
        ("2020-01-08T00:00Z", 1),
        ("2019-12-31T23:59Z", -1),
        ("2026-11-23T12:00Z", 359),
    ],
)
def test_weeks_are_counted_from_2020(instant: str, week: int) -> None:
    assert week_of(datetime.fromisoformat(instant)) == week


@given(INSTANTS)
def test_a_week_begins_at_its_start(instant: datetime) -> None:
    begin = start_of(week_of(instant))
    assert begin <= instant < begin + timedelta(weeks=1)


def test_one_looks_further_back_at_each_step() -> None:
    assert list(periods(datetime(2026, 11, 23, 12, tzinfo=UTC))) == [
        Period(359, 359),
        Period(358, 355),
        Period(354, 339),
        Period(338, None),
    ]


def test_what_was_looked_for_is_told_from_what_stands_around_it() -> None:
    assert fragments("a \x02red\x03 or \x02blue\x03") == (
        Fragment("a ", False),
        Fragment("red", True),
        Fragment(" or ", False),
        Fragment("blue", True),
    )
    assert fragments("nothing marked") == (Fragment("nothing marked", False),)


def test_what_stands_far_from_what_was_looked_for_is_left_out() -> None:
    far = "word " * 40
    before, match, between, other, after = fragments(f"{far}\x02red\x03 {far}\x02blue\x03 {far}end")
    assert before.text == "… " + "word " * 17
    assert (match.text, other.text) == ("red", "blue")
    assert between.text == " " + ("word " * 17).strip() + " … " + "word " * 17
    assert after.text == " " + ("word " * 17).strip() + " …"
    (alone,) = fragments(far)
    assert alone.text == ("word " * 18).strip() + " …"


@pytest.mark.parametrize(
    ("digits", "tried"),
    [
        ("5550100", ("5550100",)),
        ("01715550100", ("01715550100", "1715550100")),
        ("00491715550100", ("00491715550100", "491715550100")),
        ("0012", ("0012",)),
    ],
)
def test_a_number_is_found_as_it_is_dialled(digits: str, tried: tuple[str, ...]) -> None:
    assert spellings(digits) == tried
