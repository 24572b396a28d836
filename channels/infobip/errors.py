"""What do Infobip's codes mean for us? Its two tables as data, and the rules for the rest.

Every text has a status and an error, both numbered from 1, so that a number alone is ambiguous: we
write "status 12" and "error 27". A refused request has neither, but a word such as E401.

Source: reference on SMS, section 6, for the statuses and the groups; Infobip's "Error code
reference" for the single errors. The kinds are our judgement.
"""

import re
from typing import Final

from channels.failures import Failure, Groups, by_code
from domain.failures import FailureKind, sentence

DUPLICATE: Final = 23
"""The status of a request whose message id was used before: it is about the repeat, not the text."""

NO_MEDIA: Final = "no-media"
"""Our own code of a text that Infobip is not even asked to take."""

NO_MEDIA_FAILURE: Final = Failure(
    FailureKind.NEVER,
    "Texts over Infobip are words only: take the picture out, or send from another provider's number.",
)

PENDING_GROUP: Final = 1
UNDELIVERABLE_GROUP: Final = 2
EXPIRED_GROUP: Final = 4
REJECTED_GROUP: Final = 5

_NO_ERROR = 0
_HANDSET_ERRORS = 1
"""The group of errors that are the phone's or its subscription's."""

_FILTERED: Final = "The text was filtered as unwanted. Change its wording before trying again."
_STOPPED: Final = "The customer or their carrier blocks our texts."
_GONE: Final = "The carrier does not know this number."
_NO_TEXTS: Final = "This number cannot receive texts."
_UNREACHED: Final = "The phone could not be reached: perhaps it was off or had no signal."
_TOO_OFTEN: Final = "This customer got too many texts in an hour. The text can be sent again later."
_UNREGISTERED: Final = "Our sending number is not registered for this. Tell your administrator."
_NO_FUNDS: Final = "Our Infobip account is out of credit. Tell your administrator."
_TOO_LONG: Final = "The text is too long."

_STATUSES: Final[Groups] = {
    FailureKind.RETRY: {
        (20,): _TOO_OFTEN,
        (21, 100): "The provider had a fault. The text can be sent again later.",
        (31,): "The text did not leave the provider. It can be sent again later.",
    },
    FailureKind.RETRY_ONCE: {
        (4,): "The carrier refused the text and does not say why.",
        (9,): "The carrier could not deliver the text and does not say why.",
        (15,): "The text waited too long for the phone and was given up.",
        (87,): "The provider takes texts to numbers like this one for fraud at the moment.",
    },
    FailureKind.NUMBER: {
        (8, 51, 52): "This is not a valid phone number.",
    },
    FailureKind.OPT_OUT: {
        (10, 14): _STOPPED,
    },
    FailureKind.ACCOUNT: {
        (12, 17): _NO_FUNDS,
        (18,): "Our Infobip account is a trial, which may text its own number only.",
    },
    FailureKind.SENDER: {
        (6, 19): "Our Infobip account may not text this network. Tell your administrator.",
        (11,): _UNREGISTERED,
        (13,): "Our sending number is blocked at the provider. Tell your administrator.",
    },
    FailureKind.NEVER: {
        (DUPLICATE,): "The provider already has a text of ours under this id.",
        (24,): sentence(FailureKind.NEVER),
        (25,): _TOO_LONG,
    },
}

_ERRORS: Final[Groups] = {
    FailureKind.RETRY: {
        (541, 4202): "Texts leave our number faster than the carrier allows.",
        (542, 609): "The carrier's daily limit for our brand is used up until tomorrow.",
        (4097, 4100): "The text waited too long at the provider and was given up.",
        (4103, 4104): _TOO_OFTEN,
    },
    FailureKind.RETRY_ONCE: {
        (5, 6, 8, 13, 27, 31, 32, 33, 256, 628): _UNREACHED,
        (581,): "The customer's own credit is used up.",
        (608,): "The provider takes texts to numbers like this one for fraud at the moment.",
        (811, 4098, 4101): "The text waited too long for the phone and was given up.",
    },
    FailureKind.UNKNOWN: {
        (501, 502, 815, 2048): (
            "The carrier did not answer the provider: the text may or may not have arrived."
        ),
        (5492,): "The carrier took this for a text that the customer already has.",
    },
    FailureKind.NUMBER: {
        (1, 352, 3041): _GONE,
        (9, 11, 12, 565, 568, 569, 629): _NO_TEXTS,
    },
    FailureKind.OPT_OUT: {
        (560, 566, 573, 603, 604, 2050, 2052): _STOPPED,
    },
    FailureKind.CONTENT: {
        (561, 607, 2051): _FILTERED,
    },
    FailureKind.ACCOUNT: {
        (433,): "Our Infobip account may not send. Tell your administrator.",
        (4099,): _NO_FUNDS,
    },
    FailureKind.SENDER: {
        (368, 375, 488, 562, 563, 564, 571, 572, 574, 592, 594, 597, 2053): _UNREGISTERED,
    },
    FailureKind.NEVER: {
        (355,): _TOO_LONG,
    },
}

_BY_STATUS: Final = by_code(_STATUSES)
_BY_ERROR: Final = by_code(_ERRORS)

_NOT_FAILURES: Final = frozenset({2, 3, 5, 7, 26, 29})
"""Statuses on the way, of a delivered text, and of one whose receipt never came."""

_OF_REQUEST: Final = {
    "E400": Failure(FailureKind.NEVER, sentence(FailureKind.NEVER)),
    "E401": Failure(
        FailureKind.ACCOUNT, "Infobip does not accept our API key. Tell your administrator."
    ),
    "E403": Failure(
        FailureKind.ACCOUNT, "Our Infobip API key may not send texts. Tell your administrator."
    ),
    "E429": Failure(
        FailureKind.RETRY,
        "The provider was asked too much at once. The text can be sent again later.",
    ),
    "E500": Failure(FailureKind.UNKNOWN, sentence(FailureKind.UNKNOWN)),
}
"""Source: Infobip's OpenAPI document, version 3.210.0. It names the same words for all its requests."""

_CODE: Final = re.compile(r"(status|error) (\d{1,9})")


def knows_code(code: str) -> bool:
    """Return whether `code`, as these functions write it, is in the tables."""
    if match := _CODE.fullmatch(code):
        number = int(match[2])
        if match[1] == "error":
            return number in _BY_ERROR
        return number in _BY_STATUS or number in _NOT_FAILURES
    return code == NO_MEDIA or code in _OF_REQUEST


def failure_of_request(http_status: int) -> Failure:
    """Return what a refusal with that HTTP status, 400 to 499, means; unlisted, the request is wrong."""
    return _OF_REQUEST.get(f"E{http_status}", _OF_REQUEST["E400"])


def failure_of_rejection(status: int) -> tuple[str, Failure]:
    """Return the code and meaning of a status of the group REJECTED in the answer to a request to send.

    An unlisted one is a wrong request.
    """
    unlisted = Failure(FailureKind.NEVER, sentence(FailureKind.NEVER))
    return f"status {status}", _BY_STATUS.get(status, unlisted)


def failure_of_delivery(
    status: int, status_group: int, error: int, error_group: int, *, is_permanent: bool
) -> tuple[str, Failure]:
    """Return the code and meaning of a text that was taken and did not arrive.

    A status of the group REJECTED is Infobip's own word and exact; any other only says that the text
    did not arrive, and the error says why. Unlisted: what Infobip calls permanent is the number's
    fault or the request's; anything else may be tried once more, but not what expired for a reason
    we do not know, which may have arrived.
    """
    if status_group == REJECTED_GROUP and status in _BY_STATUS:
        return f"status {status}", _BY_STATUS[status]
    if error in _BY_ERROR:
        return f"error {error}", _BY_ERROR[error]
    code = f"error {error}" if error != _NO_ERROR else f"status {status}"
    if is_permanent:
        kind = FailureKind.NUMBER if error_group == _HANDSET_ERRORS else FailureKind.NEVER
        return code, Failure(kind, sentence(kind))
    if status in _BY_STATUS:
        return code, _BY_STATUS[status]
    kind = FailureKind.UNKNOWN if status_group == EXPIRED_GROUP else FailureKind.RETRY_ONCE
    return code, Failure(kind, sentence(kind))
