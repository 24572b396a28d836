from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.messages import (
    FINAL,
    REPORTABLE,
    HoldKind,
    MessageStatus,
    advance,
    known_end,
    may_become,
)

REPORTS = st.lists(st.sampled_from(sorted(REPORTABLE)), max_size=8)
ORDER = ["held", "submitting", "uncertain", "queued", "sent"]


@pytest.mark.parametrize(
    ("current", "reported", "then"),
    [
        ("submitting", "queued", "queued"),
        ("submitting", "delivered", "delivered"),
        ("queued", "sent", "sent"),
        ("sent", "queued", "sent"),
        ("sent", "sent", "sent"),
        ("sent", "undelivered", "undelivered"),
        ("delivered", "sent", "delivered"),
        ("delivered", "failed", "delivered"),
        ("failed", "delivered", "failed"),
        ("undelivered", "delivered", "undelivered"),
        ("refused", "delivered", "refused"),
        ("received", "delivered", "received"),
        ("uncertain", "queued", "queued"),
        ("uncertain", "failed", "failed"),
        ("held", "queued", "queued"),
    ],
)
def test_a_report_moves_a_text_forward_or_not_at_all(
    current: str, reported: str, then: str
) -> None:
    assert advance(MessageStatus(current), MessageStatus(reported)) == then


@given(REPORTS)
def test_no_order_of_reports_moves_a_text_back(reports: list[MessageStatus]) -> None:
    status = MessageStatus.SUBMITTING
    for report in reports:
        before, status = status, advance(status, report)
        if before in FINAL:
            assert status is before
        elif status not in FINAL:
            assert ORDER.index(status) >= ORDER.index(before)


@given(REPORTS.map(lambda reports: [*reports, MessageStatus.DELIVERED]).flatmap(st.permutations))
def test_a_text_comes_to_the_end_that_was_reported_in_whatever_order_its_reports_come(
    reports: list[MessageStatus],
) -> None:
    status = MessageStatus.SUBMITTING
    for report in reports:
        status = advance(status, report)
    assert status is next(report for report in reports if report in FINAL)


@given(st.sampled_from(list(MessageStatus)), st.sampled_from(sorted(REPORTABLE)))
def test_a_report_that_comes_twice_changes_nothing_more(
    current: MessageStatus, reported: MessageStatus
) -> None:
    once = advance(current, reported)
    assert advance(once, reported) is once


@pytest.mark.parametrize("status", sorted(set(MessageStatus) - REPORTABLE))
def test_a_provider_cannot_report_what_only_we_can_know(status: MessageStatus) -> None:
    with pytest.raises(ValueError, match="is not a state a provider reports"):
        may_become(status)


def test_the_states_from_which_a_text_is_delivered() -> None:
    assert may_become(MessageStatus.DELIVERED) == {
        "held",
        "submitting",
        "uncertain",
        "queued",
        "sent",
    }


def test_only_what_the_clock_ends_has_an_end_that_is_known() -> None:
    nine = datetime(2026, 7, 1, 9, tzinfo=UTC)
    assert {kind.value for kind in HoldKind if known_end(kind, nine) == nine} == {
        "hours",
        "retry",
        "schedule",
    }
    assert {known_end(kind, nine) for kind in HoldKind} == {nine, None}
