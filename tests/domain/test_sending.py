from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from domain.consent import OurNumber, Purpose, Scope, Source, Withdrawal
from domain.enrollments import EndReason
from domain.failures import FailureKind
from domain.messages import HoldKind
from domain.quiet_hours import AllowedHours, Send, WeeklyHours
from domain.sending import Account, Facts, Hold, Refuse, Verdict, ending_after, valid_until, verdict

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
NIGHT = datetime(2026, 7, 1, 23, tzinfo=UTC)
IN_A_MINUTE = datetime(2026, 7, 1, 12, 1, tzinfo=UTC)
GOOD = Facts(
    is_record_active=True,
    is_running=True,
    allowed=AllowedHours(),
    zones=[ZoneInfo("Europe/Lisbon")],
)
NUMBER = OurNumber(UUID(int=7))
OTHER_NUMBER = OurNumber(UUID(int=8))
WITHDRAWN = Withdrawal(
    UUID(int=1), Scope.ORGANISATION, Source.REPLY, datetime(2026, 6, 3, tzinfo=UTC)
)
OPTED_OUT = Refuse(
    "The customer withdrew consent by text on 3 Jun 2026 (applies to everything).",
    FailureKind.OPT_OUT,
    EndReason.OPTED_OUT,
    withdrawal=UUID(int=1),
    rule="opt_out",
)
CLOSED = Refuse(
    "The record is closed.", FailureKind.NEVER, EndReason.RECORD_DEACTIVATED, rule="record_closed"
)
ENDED = Refuse(
    "The enrollment has ended.", FailureKind.NEVER, EndReason.DISCONNECTED, rule="enrollment_ended"
)
UNREACHABLE = Refuse(
    "This number cannot receive texts.",
    FailureKind.NUMBER,
    EndReason.UNREACHABLE,
    rule="unreachable",
)
PAUSED = Hold(IN_A_MINUTE, "The enrollment is paused.", HoldKind.PAUSE)
BEHIND = Hold(
    datetime(2026, 7, 1, 12, 0, 2, tzinfo=UTC),
    "The text before this one is still on its way.",
    HoldKind.ORDER,
)


@pytest.mark.parametrize(
    ("facts", "now", "expected"),
    [
        pytest.param(GOOD, NOON, Send(), id="all is well"),
        pytest.param(replace(GOOD, withdrawals=[WITHDRAWN]), NOON, OPTED_OUT, id="opted out"),
        pytest.param(
            replace(GOOD, withdrawals=[WITHDRAWN]), NIGHT, OPTED_OUT, id="opted out, at night"
        ),
        pytest.param(
            replace(
                GOOD,
                withdrawals=[WITHDRAWN],
                is_record_active=False,
                is_running=False,
                is_unreachable=True,
            ),
            NOON,
            OPTED_OUT,
            id="consent is asked first",
        ),
        pytest.param(replace(GOOD, is_unreachable=True), NIGHT, UNREACHABLE, id="bad number"),
        pytest.param(replace(GOOD, is_record_active=False), NOON, CLOSED, id="record closed"),
        pytest.param(
            replace(GOOD, is_record_active=False, is_running=False), NOON, CLOSED, id="both"
        ),
        pytest.param(replace(GOOD, is_running=False), NOON, PAUSED, id="paused"),
        pytest.param(
            replace(GOOD, is_running=False, ended=EndReason.DISCONNECTED), NOON, ENDED, id="ended"
        ),
        pytest.param(replace(GOOD, is_behind=True), NOON, BEHIND, id="after the text before it"),
        pytest.param(
            replace(GOOD, is_behind=True),
            NIGHT,
            Hold(
                datetime(2026, 7, 2, 7, tzinfo=UTC),
                "It is 00:00 for the customer (Europe/Lisbon); texts go out from 08:00.",
                HoldKind.HOURS,
            ),
            id="quiet hours, whatever is before it",
        ),
        pytest.param(
            replace(GOOD, working_hours=WeeklyHours.parse({"thu": "10:00-12:00"})),
            NOON,
            Hold(
                datetime(2026, 7, 2, 9, tzinfo=UTC),
                "It is 13:00 for the customer (Europe/Lisbon); texts go out from 10:00.",
                HoldKind.HOURS,
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
                HoldKind.HOURS,
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
                HoldKind.NO_HOUR,
            ),
            id="never",
        ),
    ],
)
def test_whether_a_text_may_leave_now(facts: Facts, now: datetime, expected: Verdict) -> None:
    assert verdict(facts, Account(), NUMBER, now) == expected


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        pytest.param(Account(), Send(), id="on"),
        pytest.param(
            Account(is_enabled=False),
            Hold(
                IN_A_MINUTE,
                "The provider account of this number is switched off.",
                HoldKind.ACCOUNT,
            ),
            id="off",
        ),
        pytest.param(
            Account(paused_until=NOON + timedelta(seconds=20)),
            Hold(
                NOON + timedelta(seconds=20),
                "The provider account of this number is paused after a failure. "
                "Your administrator knows.",
                HoldKind.ACCOUNT,
            ),
            id="paused: looked at when its time has come",
        ),
        pytest.param(
            Account(paused_until=NOON + timedelta(hours=1)),
            Hold(
                IN_A_MINUTE,
                "The provider account of this number is paused after a failure. "
                "Your administrator knows.",
                HoldKind.ACCOUNT,
            ),
            id="paused for long: looked at each minute, since somebody may resume it",
        ),
        pytest.param(Account(paused_until=NOON), Send(), id="paused until now: one tries it"),
    ],
)
def test_a_text_waits_for_its_account(account: Account, expected: Verdict) -> None:
    assert verdict(GOOD, account, NUMBER, NOON) == expected


def test_a_text_is_valid_until_the_quiet_hours_of_the_customer_begin() -> None:
    in_lisbon = datetime(2026, 7, 1, 20, tzinfo=UTC)
    assert valid_until(GOOD, NOON) == in_lisbon
    # Lisbon's 21:00 comes before New York's: the first one counts
    both = replace(GOOD, zones=[ZoneInfo("Europe/Lisbon"), ZoneInfo("America/New_York")])
    assert valid_until(both, datetime(2026, 7, 1, 14, tzinfo=UTC)) == in_lisbon
    around_the_clock = replace(GOOD, allowed=AllowedHours.parse("00:00-24:00"))
    assert valid_until(around_the_clock, NOON) is None


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


def test_a_withdrawal_for_one_number_of_ours_keeps_only_its_texts_here() -> None:
    facts = replace(
        GOOD,
        withdrawals=[replace(WITHDRAWN, scope=Scope.NUMBER, phone_number_id=NUMBER.id)],
    )
    assert isinstance(verdict(facts, Account(), NUMBER, NOON), Refuse)
    assert verdict(facts, Account(), OTHER_NUMBER, NOON) == Send()


def test_a_withdrawal_from_marketing_leaves_a_sellers_own_text_alone() -> None:
    facts = replace(GOOD, withdrawals=[replace(WITHDRAWN, purpose=Purpose.MARKETING)])
    assert verdict(facts, Account(), NUMBER, NOON) == Send()
    assert isinstance(
        verdict(replace(facts, purpose=Purpose.MARKETING), Account(), NUMBER, NOON), Refuse
    )


def test_a_text_waits_while_nobody_has_said_whether_the_customer_refused() -> None:
    facts = replace(GOOD, withdrawals=[replace(WITHDRAWN, is_unclear=True)])
    why = (
        "The customer may have withdrawn consent on 3 Jun 2026: nothing leaves until somebody has answered the "
        "question in the work list."
    )
    in_an_hour = NOON + timedelta(hours=1)
    assert verdict(facts, Account(), NUMBER, NOON) == Hold(in_an_hour, why, HoldKind.CONSENT)


def test_a_hold_promises_the_time_that_the_clock_decides_and_no_other() -> None:
    assert Hold(NOON, "It is early there.", HoldKind.HOURS).known_end == NOON
    assert Hold(IN_A_MINUTE, "Somebody must say.", HoldKind.CONSENT).known_end is None


def test_marketing_needs_a_consent_on_record_where_the_organisation_says_so() -> None:
    facts = replace(GOOD, lacks_consent=True, purpose=Purpose.MARKETING)
    assert verdict(facts, Account(), NUMBER, NOON) == Refuse(
        "No consent to marketing is on record.",
        FailureKind.OPT_OUT,
        EndReason.OPTED_OUT,
        rule="no_consent",
    )
    assert verdict(replace(facts, purpose=Purpose.SERVICE), Account(), NUMBER, NOON) == Send()
