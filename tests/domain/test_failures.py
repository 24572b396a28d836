import pytest

from domain.failures import FailureKind, sentence

REMEDIES = {
    FailureKind.RETRY: "The text can be sent again later.",
    FailureKind.RETRY_ONCE: "The text can be sent again later.",
    FailureKind.DAILY_CAP: "The text can be sent again tomorrow.",
    FailureKind.NUMBER: "Ask the customer for another.",
    FailureKind.OPT_OUT: "until they opt in again with START.",
    FailureKind.CONTENT: "Change its wording before trying again.",
    FailureKind.ACCOUNT: "Tell your administrator.",
    FailureKind.SENDER: "Tell your administrator.",
    FailureKind.NEVER: "Tell your administrator.",
    FailureKind.UNKNOWN: "Ask before sending it again.",
}


@pytest.mark.parametrize("kind", FailureKind)
def test_every_failure_says_what_somebody_can_do_about_it(kind: FailureKind) -> None:
    assert sentence(kind).endswith(REMEDIES[kind])
