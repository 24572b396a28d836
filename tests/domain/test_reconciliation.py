"""Tests of domain/reconciliation.py: whose a text is that names no owner, and what an administrator reads."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.reconciliation import (
    Unanswered,
    counts_as_unknown_before,
    owners,
    replies_missed,
    span,
    texts_unknown,
    written_at,
)

NOW = datetime(2026, 7, 1, 15, 0, tzinfo=UTC)
FIRST, SECOND = UUID(int=1), UUID(int=2)


@dataclass(frozen=True)
class Listed:
    provider_message_id: str = "SM1"
    to_number: str = "+12125550111"
    body: str = "Hello"
    created_at: datetime = NOW


OURS = Unanswered(FIRST, "+12125550111", "Hello", NOW, is_uncertain=True)
TWIN = replace(OURS, message_id=SECOND)


def test_a_text_with_the_words_and_the_number_of_one_of_ours_is_that_one() -> None:
    assert owners([Listed()], [OURS]) == {"SM1": FIRST}


@pytest.mark.parametrize(
    "listed",
    [
        Listed(body="Hello!"),
        Listed(to_number="+12125550112"),
        Listed(created_at=NOW - timedelta(seconds=31)),
        Listed(created_at=NOW + timedelta(minutes=5, seconds=1)),
    ],
)
def test_a_text_with_other_words_or_another_number_or_of_another_time_is_not(
    listed: Listed,
) -> None:
    assert owners([listed], [OURS]) == {}


@pytest.mark.parametrize("after", [timedelta(seconds=-30), timedelta(minutes=5)])
def test_clocks_may_differ_and_providers_be_slow(after: timedelta) -> None:
    assert owners([Listed(created_at=NOW + after)], [OURS]) == {"SM1": FIRST}


def test_two_equal_texts_are_never_told_apart_by_guessing() -> None:
    both = [Listed(), Listed("SM2")]
    assert owners([Listed()], [OURS, TWIN]) == {"SM1": None}
    assert owners(both, [OURS]) == {"SM1": None, "SM2": None}
    assert owners(both, [OURS, TWIN]) == {"SM1": None, "SM2": None}


def test_a_text_that_is_still_being_sent_is_left_to_its_sender() -> None:
    sending = replace(TWIN, is_uncertain=False)
    assert owners([Listed()], [sending]) == {"SM1": None}
    assert owners([Listed()], [OURS, sending]) == {"SM1": None}


def test_what_is_only_just_there_is_not_compared_and_what_is_young_not_taken_for_unknown() -> None:
    since, until = span(NOW, 2, NOW - timedelta(days=30))
    assert since == datetime(2026, 6, 29, 15, 0, tzinfo=UTC)
    assert until == datetime(2026, 7, 1, 14, 58, tzinfo=UTC)
    assert counts_as_unknown_before(until) == datetime(2026, 7, 1, 14, 53, tzinfo=UTC)


@pytest.mark.parametrize(("minutes", "since"), [(60, "14:00"), (1, "14:58")])
def test_what_happened_before_an_account_was_connected_is_none_of_ours(
    minutes: int, since: str
) -> None:
    found, until = span(NOW, 2, NOW - timedelta(minutes=minutes))
    assert f"{found:%H:%M}" == since
    assert found <= until


@pytest.mark.parametrize(
    ("listed", "counts"),
    [("15:00:00", "15:00:00.999999"), ("15:00:00.412000", "15:00:00.412000")],
)
def test_a_text_listed_in_whole_seconds_counts_as_of_the_end_of_its_second(
    listed: str, counts: str
) -> None:
    day = "2026-07-01T{}+00:00"
    assert written_at(datetime.fromisoformat(day.format(listed))) == datetime.fromisoformat(
        day.format(counts)
    )


def test_an_administrator_reads_how_many_and_what_to_do() -> None:
    assert replies_missed(1).startswith("1 reply never reached our webhook and was found")
    assert replies_missed(12).startswith("12 replies never reached our webhook and were found")
    assert texts_unknown(1).startswith("The provider sent 1 text from this account")
    assert texts_unknown(3).startswith("The provider sent 3 texts from this account")
    assert max(len(words(10**6)) for words in (replies_missed, texts_unknown)) <= 500
