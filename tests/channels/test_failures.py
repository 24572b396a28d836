import pytest

from channels.failures import Failure, by_code
from domain.failures import FailureKind


def test_a_table_of_codes_is_read_by_code() -> None:
    assert by_code({FailureKind.NUMBER: {(1, 2): "No."}, FailureKind.RETRY: {(3,): "Later."}}) == {
        1: Failure(FailureKind.NUMBER, "No."),
        2: Failure(FailureKind.NUMBER, "No."),
        3: Failure(FailureKind.RETRY, "Later."),
    }


def test_a_code_that_stands_in_a_table_twice_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="code 1 stands in the table twice"):
        by_code({FailureKind.NUMBER: {(1,): "No."}, FailureKind.RETRY: {(1,): "Later."}})
