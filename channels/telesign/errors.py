"""What do TeleSign's codes mean for us? Both tables of codes as data, and the rule for the rest.

Three digits say what became of a text, five why a request was refused; both stand in `status.code`.
Source: reference on SMS, section 5; the names are TeleSign's, the kinds our judgement. Where the
reference calls a block "of the account" that concerns only one customer's number or one route, the
kind here is NUMBER or SENDER, since the account's other texts still go.
"""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from channels.failures import Failure, Groups, by_code
from domain.failures import FailureKind, sentence
from domain.messages import MessageStatus

NO_MEDIA: Final = "no-media"
"""Our own code of a text that TeleSign is not even asked to take."""

NO_SUCH_TEXT: Final = frozenset({10017, 10036})
"""Unknown, or so old that TeleSign has forgotten it."""

SUSPENDED: Final = 10010
CLOCK_IS_WRONG: Final = 10004
NOT_ALLOWED: Final = frozenset({10011, 10014, 10033})
"""The product is not switched on; our address is not on the list; a trial."""

_IN_PROGRESS: Final = {
    290: MessageStatus.QUEUED,
    292: MessageStatus.QUEUED,
    293: MessageStatus.QUEUED,
    295: MessageStatus.QUEUED,
    203: MessageStatus.SENT,
    # TeleSign handed these over and will never know more: to us they stay sent.
    250: MessageStatus.SENT,
    251: MessageStatus.SENT,
    200: MessageStatus.DELIVERED,
    201: MessageStatus.DELIVERED,
}

_SAYS_NOTHING: Final = 599
"""TeleSign has no status to give."""

_NEVER_LEFT: Final = frozenset(
    {229, 230, 231, 233, 237, 238, 500, 501, 502, 508, 509, 517, 520, 521}
)
"""TeleSign stopped these texts itself; with any other failure, the carrier had the text."""

_DELIVERY: Final[Groups] = {
    FailureKind.RETRY: {
        (221,): "The text waited too long and was given up.",
        (503,): "The carrier had a passing fault. The text can be sent again later.",
        (505,): "The provider's way to the carrier had a passing fault. The text can be sent again later.",
    },
    FailureKind.RETRY_ONCE: {
        (207,): "The text could not be delivered, and the provider does not say why.",
        (210, 514): "The phone could not be reached: perhaps it was off, full or without signal.",
        (512,): "The phone could not be reached abroad.",
    },
    FailureKind.NUMBER: {
        (211, 513): "No phone can be reached under this number.",
        (220, 507): "No carrier delivers texts to this number.",
        (222,): "This phone cannot receive texts.",
        (229,): "This number is on our own block list at TeleSign.",
        (230,): "TeleSign blocks all texts to this number.",
        (233,): "TeleSign rates this number as too great a risk and blocks texts to it.",
    },
    FailureKind.OPT_OUT: {
        (510,): "The customer or their carrier blocks our texts.",
    },
    FailureKind.CONTENT: {
        (231, 520): "TeleSign does not allow what this text says. Change its wording before trying again.",
        (515,): "The text was taken for spam. Change its wording before trying again.",
    },
    FailureKind.SENDER: {
        (237,): "Our TeleSign account may not text this country. Tell your administrator.",
        (238,): "Our TeleSign account may not text numbers that begin like this one. Tell your administrator.",
        (501,): "Our TeleSign account may not send this kind of text. Tell your administrator.",
        (502,): "The carrier does not let our short code's campaign through. Tell your administrator.",
        (508, 521): "TeleSign does not let us send from this number. Tell your administrator.",
        (517,): "Our number or this text is not registered in the customer's country. Tell your administrator.",
    },
    FailureKind.NEVER: {
        (500,): "The provider did not try to send this text.",
        (504,): "The carrier refused this text for good.",
        (506,): "The provider's way to the carrier refused this text for good.",
        (509,): "The provider refused this text as it is. Tell your administrator.",
        (511,): "The customer's own credit does not allow texts to be received.",
    },
}  # fmt: skip

_REQUEST: Final[Groups] = {
    FailureKind.RETRY: {
        (10019, 10020): "The provider was asked too much at once. The text can be sent again later.",
    },
    FailureKind.UNKNOWN: {
        # Our nonces are never used twice, so the request was doubled on its way, and the copy that
        # came first may have become a text.
        (10002,): "TeleSign saw our request before and cannot say what became of it.",
        (10000,): "The provider had a fault and cannot say whether it took this text.",
    },
    FailureKind.NUMBER: {
        (11000,): "This is not a valid phone number.",
        (11001,): "No country has phone numbers that begin like this one.",
    },
    FailureKind.ACCOUNT: {
        (10008, 10022): "TeleSign does not accept our API key. Tell your administrator.",
        (10015,): "TeleSign does not know our customer ID. Tell your administrator.",
        (10010,): "Our TeleSign account is suspended. Tell your administrator.",
        (10011,): "Sending texts is not switched on for our TeleSign account. Tell your administrator.",
        (10014,): "TeleSign does not take requests from our server's address. Tell your administrator.",
        (10004,): "Our server's clock is wrong, so that TeleSign takes nothing. Tell your administrator.",
    },
    FailureKind.SENDER: {
        (10033,): "Our TeleSign account is a trial, which may text verified numbers only.",
        (11013,): "TeleSign does not let us send from this number. Tell your administrator.",
        (11034, 11035): "Our registration in the customer's country is not valid. Tell your administrator.",
    },
    FailureKind.NEVER: {
        (11009,): "TeleSign cannot take this text: perhaps it is longer than 1600 characters.",
        (12000, 12009): "The text has no recipient or no words.",
        (11003, 11004, 11010, 11016, 11017, 12017): (
            "The request was not what TeleSign expects. Tell your administrator."
        ),
        (10017, 10036): "TeleSign does not know this text.",
    },
}  # fmt: skip

_DELIVERY_FAILURES: Final = by_code(_DELIVERY)
_REQUEST_FAILURES: Final = by_code(_REQUEST)

NO_MEDIA_FAILURE: Final = Failure(
    FailureKind.NEVER,
    "TeleSign sends words only: take the picture out, or send from another provider's number.",
)

_PART_IS_LOST: Final = Failure(
    FailureKind.UNKNOWN,
    "A part of this long text did not arrive. The customer may have read the rest.",
)

_PART_SENT_AGAIN: Final = frozenset({FailureKind.RETRY, FailureKind.RETRY_ONCE})

STATUSES: Final[Mapping[int, MessageStatus]] = MappingProxyType(
    _IN_PROGRESS
    | {
        code: MessageStatus.FAILED if code in _NEVER_LEFT else MessageStatus.UNDELIVERED
        for code in _DELIVERY_FAILURES
    }
)
"""Our name for what became of a text, by TeleSign's code; what is not here is recorded as nothing."""


def failure_of_request(code: object, status: int) -> Failure:
    """Return what a refusal with HTTP `status`, 400 to 499, means for the text it refused.

    An unlisted code is a wrong request, unless the answer is about who we are (401, 403).
    """
    if isinstance(code, int) and (failure := _REQUEST_FAILURES.get(code)):
        return failure
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return _of_kind(FailureKind.ACCOUNT)
    return _of_kind(FailureKind.NEVER)


def failure_of_delivery(code: int) -> Failure | None:
    """Return why a text failed by what became of it, None if it has not."""
    return _DELIVERY_FAILURES.get(code)


def failure_of_part(failure: Failure) -> Failure:
    """Return what the failure of one part of a long text means for the whole.

    Sending all of it again would repeat the parts that arrived: so that is nobody's but the seller's to decide.
    """
    return _PART_IS_LOST if failure.kind in _PART_SENT_AGAIN else failure


def is_refusal(code: int) -> bool:
    """Return whether `code` says why a request was refused, not what became of a text."""
    return code in _REQUEST_FAILURES


def is_known(code: str) -> bool:
    """Return whether `code` is in one of the tables."""
    if code == NO_MEDIA:
        return True
    number = int(code) if code.isascii() and code.isdigit() and len(code) < 10 else None
    return number == _SAYS_NOTHING or number in STATUSES or number in _REQUEST_FAILURES


def _of_kind(kind: FailureKind) -> Failure:
    return Failure(kind, sentence(kind))
