from datetime import UTC, datetime

import pytest

from domain.retention import DEFAULTS, InvalidRetention, Kind, checked, cutoff, in_force

NOW = datetime(2026, 7, 1, 15, 0, tzinfo=UTC)


def test_unless_somebody_chooses_texts_stay_and_the_rest_goes_in_time() -> None:
    assert in_force({}) == {
        Kind.TEXTS: None,
        Kind.CLOSED_WORK_ITEMS: 730,
        Kind.TIMELINES: 730,
        Kind.ALERTS: 365,
        Kind.RECONCILIATIONS: 90,
        Kind.CONSENT: 1825,
        Kind.ERASURES: 1825,
    }
    assert set(DEFAULTS) == set(Kind)


def test_what_was_chosen_replaces_the_default_for_ever_too() -> None:
    periods = in_force({"texts": 30, "alerts": None})
    assert (periods[Kind.TEXTS], periods[Kind.ALERTS]) == (30, None)
    assert periods[Kind.TIMELINES] == 730


@pytest.mark.parametrize(
    ("days", "before"),
    [
        (1, datetime(2026, 6, 30, 15, 0, tzinfo=UTC)),
        (730, datetime(2024, 7, 1, 15, 0, tzinfo=UTC)),
        (None, None),
    ],
)
def test_what_is_older_than_its_days_goes(days: int | None, before: datetime | None) -> None:
    assert cutoff(days, NOW) == before


@pytest.mark.parametrize("days", [1, 36_500, None])
def test_texts_are_kept_for_a_day_or_for_ever_or_between(days: int | None) -> None:
    assert checked({Kind.TEXTS: days}) == {Kind.TEXTS: days}


@pytest.mark.parametrize(
    ("kind", "days", "message"),
    [
        (Kind.TEXTS, 0, "texts: keep it for 1 to 36500 days, or for ever."),
        (Kind.TEXTS, -1, "texts: keep it for 1 to 36500 days, or for ever."),
        (Kind.ALERTS, 36_501, "alerts: keep it for 1 to 36500 days, or for ever."),
        (
            Kind.CONSENT,
            1824,
            "consent: proof must outlive claims. Keep it for 1825 days or more, or for ever.",
        ),
    ],
)
def test_a_period_that_cannot_be_is_refused_with_one_that_can(
    kind: Kind, days: int, message: str
) -> None:
    with pytest.raises(InvalidRetention) as refused:
        checked({kind: days})
    assert str(refused.value) == message


def test_proof_of_consent_may_be_kept_as_long_as_claims_last() -> None:
    assert checked({Kind.CONSENT: 1825}) == {Kind.CONSENT: 1825}
