import pytest

from channels.failures import Failure
from channels.twilio.errors import failure_of_delivery, failure_of_request
from domain.failures import FailureKind, sentence


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        ([20429, 21611, 30001, 21730, 30017, 30022, 30024, 30035, 30036], FailureKind.RETRY),
        ([30023, 30026, 30027], FailureKind.DAILY_CAP),
        ([30003, 30008, 30450, 30485], FailureKind.RETRY_ONCE),
        ([20500, 20503, 30020, 30021, 30410], FailureKind.UNKNOWN),
        ([21211, 21614, 21635, 30005, 30006], FailureKind.NUMBER),
        ([21610, 30004], FailureKind.OPT_OUT),
        ([30007, 30019, 30039], FailureKind.CONTENT),
        ([20003, 20005, 30002, 30037, 30454, 63038], FailureKind.ACCOUNT),
        ([21408, 21608, 30044, 21601, 21606, 21659, 21660, 21661], FailureKind.SENDER),
        ([21701, 21703, 21704, 21705], FailureKind.SENDER),
        ([30018, 30032, 30033, 30034, 30040, 30041, 30042], FailureKind.SENDER),
        ([20001, 20404, 21212, 21602, 21603, 21604, 21609, 21612, 21617], FailureKind.NEVER),
        ([21619, 21620, 21623, 21624, 21656, 90007, 30045], FailureKind.NEVER),
        ([30010, 30011, 35111, 35114, 35115, 35116, 35117, 35118, 35125], FailureKind.NEVER),
    ],
)
def test_a_listed_code_means_the_same_at_the_request_and_in_a_report(
    codes: list[int], kind: FailureKind
) -> None:
    for code in codes:
        assert failure_of_request(code, 400) == failure_of_delivery(code)
        assert failure_of_request(code, 400).kind is kind


@pytest.mark.parametrize("code", [None, 0, 99999])
def test_an_unlisted_code_is_a_wrong_request_but_a_delivery_to_try_once_more(
    code: int | None,
) -> None:
    assert failure_of_request(code, 400) == Failure(
        FailureKind.NEVER, "The provider refused this text as it is. Tell your administrator."
    )
    assert failure_of_request(code, 401).kind is FailureKind.ACCOUNT
    assert failure_of_request(code, 403).kind is FailureKind.ACCOUNT
    assert failure_of_delivery(code).kind is FailureKind.RETRY_ONCE


def test_every_kind_of_failure_has_a_sentence_for_the_seller() -> None:
    sentences = [sentence(kind) for kind in FailureKind]
    assert all(words.endswith(".") for words in sentences)
    assert len(set(sentences)) == len(sentences)
