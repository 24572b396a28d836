import pytest

from channels.failures import Failure
from channels.telesign.errors import (
    STATUSES,
    failure_of_delivery,
    failure_of_part,
    failure_of_request,
    is_known,
)
from domain.failures import FailureKind
from domain.messages import MessageStatus


@pytest.mark.parametrize(
    ("codes", "kind", "status"),
    [
        ([221, 503, 505], FailureKind.RETRY, MessageStatus.UNDELIVERED),
        ([207, 210, 512, 514], FailureKind.RETRY_ONCE, MessageStatus.UNDELIVERED),
        ([211, 220, 222, 507, 513], FailureKind.NUMBER, MessageStatus.UNDELIVERED),
        ([229, 230, 233], FailureKind.NUMBER, MessageStatus.FAILED),
        ([510], FailureKind.OPT_OUT, MessageStatus.UNDELIVERED),
        ([515], FailureKind.CONTENT, MessageStatus.UNDELIVERED),
        ([231, 520], FailureKind.CONTENT, MessageStatus.FAILED),
        ([237, 238, 501, 502, 508, 517, 521], FailureKind.SENDER, MessageStatus.FAILED),
        ([500, 509], FailureKind.NEVER, MessageStatus.FAILED),
        ([504, 506, 511], FailureKind.NEVER, MessageStatus.UNDELIVERED),
    ],
)
def test_each_way_a_text_fails_has_its_kind_and_state(
    codes: list[int], kind: FailureKind, status: MessageStatus
) -> None:
    for code in codes:
        failure = failure_of_delivery(code)
        assert failure is not None
        assert (failure.kind, STATUSES[code]) == (kind, status)


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        ([290, 292, 293, 295], MessageStatus.QUEUED),
        ([203, 250, 251], MessageStatus.SENT),
        ([200, 201], MessageStatus.DELIVERED),
    ],
)
def test_a_text_that_has_not_failed_has_its_state_alone(
    codes: list[int], status: MessageStatus
) -> None:
    for code in codes:
        assert failure_of_delivery(code) is None
        assert STATUSES[code] is status


@pytest.mark.parametrize("code", [599, 299, 1500, 0])
def test_a_code_that_says_nothing_moves_no_text(code: int) -> None:
    assert code not in STATUSES
    assert failure_of_delivery(code) is None


@pytest.mark.parametrize(
    ("codes", "status", "kind"),
    [
        ([10019, 10020], 429, FailureKind.RETRY),
        ([10000], 503, FailureKind.UNKNOWN),
        ([10002], 401, FailureKind.UNKNOWN),
        ([11000, 11001], 400, FailureKind.NUMBER),
        ([10004, 10008, 10010, 10011, 10014, 10015, 10022], 401, FailureKind.ACCOUNT),
        ([10033], 401, FailureKind.SENDER),
        ([11013, 11034, 11035], 400, FailureKind.SENDER),
        ([11003, 11004, 11009, 11010, 11016, 11017, 12000, 12009, 12017], 400, FailureKind.NEVER),
    ],
)
def test_each_refused_request_has_its_kind(
    codes: list[int], status: int, kind: FailureKind
) -> None:
    for code in codes:
        assert failure_of_request(code, status).kind is kind


@pytest.mark.parametrize("code", [None, 0, 290, 99999, "11000"])
def test_an_unlisted_code_is_a_wrong_request_unless_it_is_about_who_we_are(code: object) -> None:
    assert failure_of_request(code, 400) == Failure(
        FailureKind.NEVER, "The provider refused this text as it is. Tell your administrator."
    )
    assert failure_of_request(code, 401).kind is FailureKind.ACCOUNT
    assert failure_of_request(code, 403).kind is FailureKind.ACCOUNT


def test_a_long_text_that_lost_a_part_is_never_sent_again_by_itself() -> None:
    lost = Failure(
        FailureKind.UNKNOWN,
        "A part of this long text did not arrive. The customer may have read the rest.",
    )
    for code in (221, 503, 505, 207, 210, 512, 514):
        failure = failure_of_delivery(code)
        assert failure is not None
        assert failure_of_part(failure) == lost
    spam = failure_of_delivery(515)
    assert spam is not None
    assert failure_of_part(spam) == spam


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("200", True),
        ("510", True),
        ("599", True),
        ("11000", True),
        ("no-media", True),
        ("999", False),
        ("HTTP 413", False),
        ("²", False),
        ("", False),
    ],
)
def test_the_tables_say_which_codes_are_known(code: str, known: bool) -> None:
    assert is_known(code) is known
