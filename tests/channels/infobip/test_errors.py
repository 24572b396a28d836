import pytest

from channels.infobip.errors import (
    failure_of_delivery,
    failure_of_rejection,
    failure_of_request,
    knows_code,
)
from domain.failures import FailureKind

UNDELIVERABLE, EXPIRED, REJECTED = 2, 4, 5
HANDSET_ERRORS, USER_ERRORS, OPERATOR_ERRORS = 1, 2, 3


@pytest.mark.parametrize(
    ("statuses", "kind"),
    [
        ([20, 21, 100], FailureKind.RETRY),
        ([87], FailureKind.RETRY_ONCE),
        ([8, 51, 52], FailureKind.NUMBER),
        ([10, 14], FailureKind.OPT_OUT),
        ([12, 17, 18], FailureKind.ACCOUNT),
        ([6, 11, 13, 19], FailureKind.SENDER),
        ([24, 25], FailureKind.NEVER),
        ([99999], FailureKind.NEVER),
    ],
)
def test_a_rejection_means_the_same_in_the_answer_and_in_a_report(
    statuses: list[int], kind: FailureKind
) -> None:
    for status in statuses:
        code, failure = failure_of_rejection(status)
        assert (code, failure.kind) == (f"status {status}", kind)
        if status != 99999:
            permanent = failure_of_delivery(status, REJECTED, 4321, USER_ERRORS, is_permanent=True)
            assert permanent == (code, failure)


@pytest.mark.parametrize(
    ("errors", "kind"),
    [
        ([541, 542, 609, 4097, 4100, 4103, 4104, 4202], FailureKind.RETRY),
        ([5, 6, 8, 13, 27, 31, 32, 33, 256, 581, 608, 628, 811, 4098], FailureKind.RETRY_ONCE),
        ([501, 502, 815, 2048, 5492], FailureKind.UNKNOWN),
        ([1, 9, 11, 12, 352, 565, 568, 569, 629, 3041], FailureKind.NUMBER),
        ([560, 566, 573, 603, 604, 2050, 2052], FailureKind.OPT_OUT),
        ([561, 607, 2051], FailureKind.CONTENT),
        ([433, 4099], FailureKind.ACCOUNT),
        ([368, 375, 488, 562, 563, 564, 571, 572, 574, 592, 594, 597, 2053], FailureKind.SENDER),
        ([355], FailureKind.NEVER),
    ],
)
def test_an_error_says_more_than_that_the_text_did_not_arrive(
    errors: list[int], kind: FailureKind
) -> None:
    for error in errors:
        code, failure = failure_of_delivery(9, UNDELIVERABLE, error, 1, is_permanent=True)
        assert (code, failure.kind) == (f"error {error}", kind)


@pytest.mark.parametrize(
    ("status", "group", "error", "error_group", "permanent", "code", "kind"),
    [
        (9, UNDELIVERABLE, 0, 0, False, "status 9", FailureKind.RETRY_ONCE),
        (4, UNDELIVERABLE, 0, 0, False, "status 4", FailureKind.RETRY_ONCE),
        (31, UNDELIVERABLE, 0, 0, False, "status 31", FailureKind.RETRY),
        (15, EXPIRED, 0, 0, False, "status 15", FailureKind.RETRY_ONCE),
        (87, EXPIRED, 0, 0, False, "status 87", FailureKind.RETRY_ONCE),
        (9, UNDELIVERABLE, 255, HANDSET_ERRORS, False, "error 255", FailureKind.RETRY_ONCE),
        (9, UNDELIVERABLE, 7777, HANDSET_ERRORS, True, "error 7777", FailureKind.NUMBER),
        (9, UNDELIVERABLE, 7777, USER_ERRORS, True, "error 7777", FailureKind.NEVER),
        (4, UNDELIVERABLE, 7777, OPERATOR_ERRORS, True, "error 7777", FailureKind.NEVER),
        (777, UNDELIVERABLE, 0, 0, False, "status 777", FailureKind.RETRY_ONCE),
        (777, REJECTED, 0, 0, False, "status 777", FailureKind.RETRY_ONCE),
        (777, EXPIRED, 0, 0, False, "status 777", FailureKind.UNKNOWN),
    ],
)
def test_what_is_unlisted_is_judged_by_its_group_and_by_whether_it_is_permanent(
    status: int,
    group: int,
    error: int,
    error_group: int,
    permanent: bool,
    code: str,
    kind: FailureKind,
) -> None:
    found, failure = failure_of_delivery(status, group, error, error_group, is_permanent=permanent)
    assert (found, failure.kind) == (code, kind)


@pytest.mark.parametrize(
    ("http_status", "kind"),
    [
        (400, FailureKind.NEVER),
        (401, FailureKind.ACCOUNT),
        (403, FailureKind.ACCOUNT),
        (404, FailureKind.NEVER),
        (413, FailureKind.NEVER),
        (429, FailureKind.RETRY),
    ],
)
def test_a_refused_request_is_wrong_unless_it_is_about_who_we_are_or_how_fast(
    http_status: int, kind: FailureKind
) -> None:
    assert failure_of_request(http_status).kind is kind


@pytest.mark.parametrize(
    ("code", "is_known"),
    [
        ("status 12", True),
        ("status 29", True),
        ("error 27", True),
        ("E401", True),
        ("no-media", True),
        ("status 777", False),
        ("error 12345", False),
        ("error 0", False),
        ("HTTP 413", False),
        ("12", False),
        ("status 99999999999999999999", False),
        ("", False),
    ],
)
def test_a_code_that_is_not_in_the_tables_is_told_from_one_that_is(
    code: str, is_known: bool
) -> None:
    assert knows_code(code) is is_known
