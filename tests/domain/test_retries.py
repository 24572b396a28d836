"""Tests of domain/retries.py: when a text that did not arrive is tried again, and what its seller reads."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.failures import FailureKind, sentence
from domain.retries import again_at, given_up, what_follows

NOW = datetime(2026, 7, 1, 15, 0, tzinfo=UTC)
JUST_NOW = NOW - timedelta(minutes=1)

RETRY, RETRY_ONCE = FailureKind.RETRY, FailureKind.RETRY_ONCE
CAP, ACCOUNT = FailureKind.DAILY_CAP, FailureKind.ACCOUNT


@pytest.mark.parametrize(
    ("kind", "attempt", "at"),
    [
        (RETRY, 1, "2026-07-01T15:15:00+00:00"),
        (RETRY, 2, "2026-07-01T16:00:00+00:00"),
        (RETRY, 3, "2026-07-01T19:00:00+00:00"),
        (RETRY, 4, None),
        (RETRY_ONCE, 1, "2026-07-01T16:00:00+00:00"),
        (RETRY_ONCE, 2, None),
        (ACCOUNT, 1, "2026-07-01T15:15:00+00:00"),
        (ACCOUNT, 4, None),
        (CAP, 1, "2026-07-02T07:00:00+00:00"),
        (CAP, 3, "2026-07-02T07:00:00+00:00"),
        (CAP, 4, None),
        (FailureKind.NUMBER, 1, None),
        (FailureKind.OPT_OUT, 1, None),
        (FailureKind.CONTENT, 1, None),
        (FailureKind.SENDER, 1, None),
        (FailureKind.NEVER, 1, None),
        (FailureKind.UNKNOWN, 1, None),
    ],
)
def test_a_text_that_did_not_arrive_is_tried_again_at_the_instant_its_failure_allows(
    kind: FailureKind, attempt: int, at: str | None
) -> None:
    found = again_at(kind, attempt, submitted_at=JUST_NOW, now=NOW)
    assert (found and found.isoformat()) == at


def test_a_carriers_day_ends_at_midnight_of_the_pacific_also_when_its_clock_is_changed() -> None:
    evening = datetime(2026, 11, 1, 5, 0, tzinfo=UTC)  # 22:00 on 31 October in Los Angeles
    assert again_at(CAP, 1, submitted_at=evening, now=evening) == datetime(
        2026, 11, 1, 7, 0, tzinfo=UTC
    )
    changed = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
    assert again_at(CAP, 1, submitted_at=changed, now=changed) == datetime(
        2026, 11, 2, 8, 0, tzinfo=UTC
    )


def test_what_is_learnt_a_day_late_is_not_repeated() -> None:
    a_day_ago = NOW - timedelta(days=1)
    assert again_at(RETRY, 1, submitted_at=a_day_ago, now=NOW) is not None
    assert again_at(RETRY, 1, submitted_at=a_day_ago - timedelta(seconds=1), now=NOW) is None


@pytest.mark.parametrize("kind", FailureKind)
def test_every_failure_says_what_it_means_and_what_follows(kind: FailureKind) -> None:
    for words in (sentence(kind), what_follows(kind)):
        assert words[0].isupper()
        assert words.endswith(".")


@pytest.mark.parametrize(
    ("kind", "attempts", "words"),
    [
        (RETRY, 4, "Busy. It was tried 4 times, and is not tried again by itself."),
        (RETRY_ONCE, 2, "Busy. It was tried 2 times, and is not tried again by itself."),
        (RETRY, 1, "Busy. It is not tried again by itself."),
        (CAP, 1, "Busy. It is not tried again by itself."),
        (FailureKind.NUMBER, 1, "Busy. Nothing more is sent to this number."),
        (FailureKind.UNKNOWN, 1, "Busy. It may have arrived, and is not sent again by itself."),
    ],
)
def test_whoever_settles_a_failed_text_reads_what_was_tried_and_what_follows(
    kind: FailureKind, attempts: int, words: str
) -> None:
    assert given_up("Busy.", kind, attempts) == words
