from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.enrollments import EndReason
from domain.failures import FailureKind
from domain.quiet_hours import AllowedHours, Hold, Send, WeeklyHours
from domain.sending import Facts, Refuse, Verdict, ending_after, verdict

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
NIGHT = datetime(2026, 7, 1, 23, tzinfo=UTC)
GOOD = Facts(
    is_record_active=True,
    is_opted_out=False,
    is_running=True,
    is_account_enabled=True,
    allowed=AllowedHours(),
    zones=[ZoneInfo("Europe/Lisbon")],
)
OPTED_OUT = Refuse("The customer has opted out of texts.", FailureKind.OPT_OUT, EndReason.OPTED_OUT)
CLOSED = Refuse("The record is closed.", FailureKind.NEVER, EndReason.RECORD_DEACTIVATED)
ENDED = Refuse("The enrollment has ended.", FailureKind.NEVER, EndReason.DISCONNECTED)
PAUSED = Hold(datetime(2026, 7, 1, 12, 1, tzinfo=UTC), "The enrollment is paused.")


@pytest.mark.parametrize(
    ("facts", "now", "expected"),
    [
        pytest.param(GOOD, NOON, Send(), id="all is well"),
        pytest.param(replace(GOOD, is_opted_out=True), NOON, OPTED_OUT, id="opted out"),
        pytest.param(replace(GOOD, is_opted_out=True), NIGHT, OPTED_OUT, id="opted out, at night"),
        pytest.param(
            replace(GOOD, is_opted_out=True, is_record_active=False, is_running=False),
            NOON,
            OPTED_OUT,
            id="consent is asked first",
        ),
        pytest.param(replace(GOOD, is_record_active=False), NOON, CLOSED, id="record closed"),
        pytest.param(
            replace(GOOD, is_record_active=False, is_running=False), NOON, CLOSED, id="both"
        ),
        pytest.param(replace(GOOD, is_running=False), NOON, PAUSED, id="paused"),
        pytest.param(
            replace(GOOD, is_running=False, ended=EndReason.DISCONNECTED), NOON, ENDED, id="ended"
        ),
        pytest.param(
            replace(GOOD, is_account_enabled=False),
            NOON,
            Hold(
                datetime(2026, 7, 1, 12, 1, tzinfo=UTC),
                "The provider account of this number is switched off.",
            ),
            id="account off",
        ),
        pytest.param(
            GOOD,
            NIGHT,
            Hold(
                datetime(2026, 7, 2, 7, tzinfo=UTC),
                "It is 00:00 for the customer (Europe/Lisbon); texts go out from 08:00.",
            ),
            id="quiet hours",
        ),
        pytest.param(
            replace(GOOD, working_hours=WeeklyHours.parse({"thu": "10:00-12:00"})),
            NOON,
            Hold(
                datetime(2026, 7, 2, 9, tzinfo=UTC),
                "It is 13:00 for the customer (Europe/Lisbon); texts go out from 10:00.",
            ),
            id="working hours of the sequence",
        ),
        pytest.param(
            replace(GOOD, zones=[ZoneInfo("Europe/Lisbon"), ZoneInfo("Pacific/Auckland")]),
            NOON,
            Hold(
                datetime(2026, 7, 2, 7, tzinfo=UTC),
                "It is 00:00 for the customer in Pacific/Auckland, one of 2 possible time zones; "
                "texts go out from 19:00.",
            ),
            id="two time zones",
        ),
        pytest.param(
            replace(GOOD, working_hours=WeeklyHours.parse({"mon-sun": "22:00-23:00"})),
            NOON,
            Hold(
                datetime(2026, 7, 2, 12, tzinfo=UTC),
                "No hour of the week is allowed in all time zones this customer may be in: "
                "set the record's time zone, or change the sequence's working hours.",
            ),
            id="never",
        ),
    ],
)
def test_whether_a_text_may_leave_now(facts: Facts, now: datetime, expected: Verdict) -> None:
    assert verdict(facts, now) == expected


@pytest.mark.parametrize(
    ("failure", "ends"),
    [
        (FailureKind.OPT_OUT, EndReason.OPTED_OUT),
        (FailureKind.NUMBER, EndReason.UNREACHABLE),
        (FailureKind.RETRY, None),
        (FailureKind.RETRY_ONCE, None),
        (FailureKind.CONTENT, None),
        (FailureKind.ACCOUNT, None),
        (FailureKind.NEVER, None),
        (FailureKind.UNKNOWN, None),
        (None, None),
    ],
)
def test_a_number_that_takes_no_text_ends_the_enrollment(
    failure: FailureKind | None, ends: EndReason | None
) -> None:
    assert ending_after(failure) is ends
