"""What to do about a text that did not go: the kinds of failure, whichever provider names them."""

from enum import StrEnum


class FailureKind(StrEnum):
    """What a failure asks of us. Source: reference on SMS, section 2, the classes of its table."""

    RETRY = "retry"
    """The provider or a carrier was busy: the same text may be sent again later."""
    RETRY_ONCE = "retry_once"
    """The phone was perhaps off: try once more after a while, then somebody must look at it."""
    DAILY_CAP = "daily_cap"
    """A carrier takes no more of our texts today: the same text may be sent again tomorrow."""
    NUMBER = "number"
    """The number cannot receive texts: send nothing more to it."""
    OPT_OUT = "opt_out"
    """The customer wants no texts of ours: record it, send nothing until they opt in again."""
    CONTENT = "content"
    """This text was filtered or is too much for the carrier: never repeat it unchanged."""
    ACCOUNT = "account"
    """The whole account may not send (suspended, unauthorised, out of funds): pause it, keep its texts, alert."""
    SENDER = "sender"
    """The sending number or this route may not send: other texts of it would fail too, so alert."""
    NEVER = "never"
    """The request itself is wrong: repeating it cannot help, somebody must look at it."""
    UNKNOWN = "unknown"
    """Nobody can say whether the text arrived: do not send it again by ourselves."""


_SENTENCES = {
    FailureKind.RETRY: "The network was busy. The text can be sent again later.",
    FailureKind.RETRY_ONCE: (
        "The phone could not be reached: perhaps it was off or had no signal. "
        "The text can be sent again later."
    ),
    FailureKind.DAILY_CAP: (
        "The carrier's daily limit for our texts is used up. The text can be sent again tomorrow."
    ),
    FailureKind.NUMBER: "This number cannot receive texts. Ask the customer for another.",
    FailureKind.OPT_OUT: (
        "The customer has opted out of texts from this number, until they opt in again with START."
    ),
    FailureKind.CONTENT: "The carrier refused this text. Change its wording before trying again.",
    FailureKind.ACCOUNT: "Our provider account may not send this text. Tell your administrator.",
    FailureKind.SENDER: "Our number may not send this text. Tell your administrator.",
    FailureKind.NEVER: "The provider refused this text as it is. Tell your administrator.",
    FailureKind.UNKNOWN: (
        "The provider cannot say whether the customer got this text. Ask before sending it again."
    ),
}


def sentence(kind: FailureKind) -> str:
    """Return what a failure of `kind` means and what to do about it, in words a seller understands."""
    return _SENTENCES[kind]
