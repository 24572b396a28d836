"""What does Infobip say when it refuses, and of a text that does not arrive? Its statuses and errors.

A request is refused as a whole with an HTTP status and a word such as E401; a single text inside a
request with HTTP 200 and a status of the group REJECTED.
"""

from dataclasses import dataclass
from typing import Any, Final

from handset.reasons import Code, Codes, Problem, Reason

_GROUPS: Final = {
    1: "PENDING",
    2: "UNDELIVERABLE",
    3: "DELIVERED",
    4: "EXPIRED",
    5: "REJECTED",
}
_STATUSES: Final[dict[int, tuple[int, str]]] = {
    26: (1, "PENDING_ACCEPTED"),
    2: (3, "DELIVERED_TO_OPERATOR"),
    5: (3, "DELIVERED_TO_HANDSET"),
    4: (2, "UNDELIVERABLE_REJECTED_OPERATOR"),
    9: (2, "UNDELIVERABLE_NOT_DELIVERED"),
    31: (2, "UNDELIVERABLE_NOT_SENT"),
    15: (4, "EXPIRED_EXPIRED"),
    6: (5, "REJECTED_NETWORK"),
    8: (5, "REJECTED_PREFIX_MISSING"),
    10: (5, "REJECTED_DND"),
    11: (5, "REJECTED_SOURCE"),
    12: (5, "REJECTED_NOT_ENOUGH_CREDITS"),
    13: (5, "REJECTED_SENDER"),
    14: (5, "REJECTED_DESTINATION_BLOCKLISTED"),
    17: (5, "REJECTED_PREPAID_PACKAGE_EXPIRED"),
    18: (5, "REJECTED_DESTINATION_NOT_REGISTERED"),
    19: (5, "REJECTED_ROUTE_NOT_AVAILABLE"),
    20: (5, "REJECTED_FLOODING_FILTER"),
    21: (5, "REJECTED_SYSTEM_ERROR"),
    23: (5, "REJECTED_DUPLICATE_MESSAGE_ID"),
    24: (5, "REJECTED_INVALID_UDH"),
    25: (5, "REJECTED_MESSAGE_TOO_LONG"),
    51: (5, "MISSING_TO"),
    52: (5, "REJECTED_DESTINATION"),
    87: (5, "SIGNALS_BLOCKED"),
    100: (5, "UNDELIVERABLE_REJECTED_PLATFORM"),
}
_REJECTED: Final = 5

_AS_A_WHOLE: Final[dict[Code, tuple[int, str]]] = {
    "E400": (400, "The request cannot be processed"),
    "E401": (401, "The request carries no key that is known"),
    "E403": (403, "The key may not do this"),
    "E404": (404, "There is no such resource"),
    "E429": (429, "Too many requests"),
    "E500": (500, "Something went wrong"),
    "E503": (503, "The service is not available"),
}


@dataclass(frozen=True, slots=True)
class _Error:
    group: str
    name: str
    is_permanent: bool
    status: int = 9
    """The status of a text that had left before."""


_ERROR_GROUPS: Final = {"OK": 0, "HANDSET_ERRORS": 1, "USER_ERRORS": 2, "OPERATOR_ERRORS": 3}
_NO_ERROR: Final = _Error("OK", "NO_ERROR", False)
_ERRORS: Final[dict[Code, _Error]] = {
    1: _Error("HANDSET_ERRORS", "EC_UNKNOWN_SUBSCRIBER", True),
    27: _Error("HANDSET_ERRORS", "EC_ABSENT_SUBSCRIBER", False),
    255: _Error("HANDSET_ERRORS", "EC_UNKNOWN_ERROR", False),
    256: _Error("HANDSET_ERRORS", "EC_SM_DF_MEMORYCAPACITYEXCEEDED", False),
    433: _Error("USER_ERRORS", "EC_ACCOUNT_ACCESS_DENIED", True, status=4),
    502: _Error("HANDSET_ERRORS", "EC_NO_RESPONSE", False),
    542: _Error("USER_ERRORS", "EC_QUOTA_REACHED", False, status=4),
    568: _Error("OPERATOR_ERRORS", "EC_DESTINATION_NOT_SMS_PROVISIONED", True),
    571: _Error("OPERATOR_ERRORS", "EC_CAMPAIGN_ID_REJECTED", False, status=4),
    603: _Error("USER_ERRORS", "EC_CONTENT_BLOCKED", True, status=4),
    607: _Error("USER_ERRORS", "EC_REJECTED_SPAM_BY_OPERATOR", True, status=4),
    2052: _Error("USER_ERRORS", "EC_BLACKLISTED_DESTINATIONADDRESS", True, status=4),
    4099: _Error("USER_ERRORS", "EC_MONTHLY_LIMIT_REACHED", True, status=4),
    4100: _Error("USER_ERRORS", "EC_MESSAGE_CANCELED", True, status=15),
    4101: _Error("USER_ERRORS", "EC_VALIDITY_EXPIRED", True, status=15),
}

REFUSALS: Final = Codes(
    {
        Reason.UNAUTHORISED: "E401",
        # What an account that was shut off is told is not documented.
        Reason.SUSPENDED: "E403",
        Reason.FUNDS: 12,
        Reason.THROTTLED: "E429",
        Reason.INTERNAL: "E500",
        Reason.UNAVAILABLE: "E503",
        Reason.INVALID_RECIPIENT: 52,
        Reason.COUNTRY_OFF: 6,
        Reason.UNROUTABLE: 19,
        Reason.NOT_MOBILE: 52,
        Reason.LANDLINE: 52,
        Reason.OPTED_OUT: 14,
    },
    known={*_AS_A_WHOLE, *(code for code, (group, _) in _STATUSES.items() if group == _REJECTED)},
)
FAILURES: Final = Codes(
    {
        Reason.UNKNOWN_HANDSET: 1,
        Reason.UNREACHABLE: 27,
        Reason.UNEXPLAINED: 255,
        Reason.SUSPENDED: 433,
        Reason.LANDLINE: 568,
        Reason.OPTED_OUT: 603,
        Reason.FILTERED: 607,
        Reason.QUEUE_FULL: 4100,
        Reason.EXPIRED: 4101,
    },
    known=_ERRORS,
)

_OF_WORDS: Final = {"queued": 26, "sent": 2, "delivered": 5, "failed": 31}
"""Statuses of the carrier's words. Of "undelivered" the error tells which it is."""


def is_of_one_text(code: Code) -> bool:
    """Tell whether a refusal with that code stands inside an answer of HTTP 200."""
    return code in _STATUSES


def http_status(problem: Problem) -> int:
    """Return the HTTP status of a request refused as a whole."""
    return _AS_A_WHOLE[problem.code][0]


def problem_json(problem: Problem) -> dict[str, Any]:
    """Return the body of a request refused as a whole."""
    description = _AS_A_WHOLE[problem.code][1]
    violations = [{"property": problem.detail, "violation": description}] if problem.detail else []
    return {
        "errorCode": problem.code,
        "description": f"{description}.",
        "action": "Check the request.",
        "violations": violations,
        "resources": [],
    }


def rejection_json(problem: Problem) -> dict[str, Any]:
    """Return the status object of one refused text."""
    return _status_json(int(problem.code))


def status_json(word: str, error_code: Code | None) -> dict[str, Any]:
    """Return the status object for one of the carrier's words about a text."""
    if word == "undelivered":
        return _status_json(_ERRORS.get(error_code or 0, _NO_ERROR).status)
    return _status_json(_OF_WORDS[word])


def error_json(word: str, error_code: Code | None) -> dict[str, Any]:
    """Return the error object beside it: NO_ERROR unless the text did not arrive."""
    has_failed = word in ("undelivered", "failed")
    code = (error_code or 0) if has_failed else 0
    error = _ERRORS.get(code, _NO_ERROR)
    return {
        "groupId": _ERROR_GROUPS[error.group],
        "groupName": error.group,
        "id": code,
        "name": error.name,
        "description": error.name.removeprefix("EC_").replace("_", " ").capitalize(),
        "permanent": error.is_permanent,
    }


def _status_json(status: int) -> dict[str, Any]:
    group, name = _STATUSES[status]
    return {
        "groupId": group,
        "groupName": _GROUPS[group],
        "id": status,
        "name": name,
        "description": name.replace("_", " ").capitalize(),
    }
