"""What does TeleSign say in `status.code`? Why it refuses a request, and what became of a text."""

from datetime import datetime
from typing import Any, Final

from handset.reasons import Code, Codes, Problem, Reason

INTERNAL: Final = "10000"
"""The code 10000 under HTTP 500; as a number it is the same under 503."""

REQUEST_PROBLEMS: Final[dict[Code, tuple[int, str]]] = {
    10000: (503, "The system is not available"),
    INTERNAL: (500, "An internal error occurred"),
    10002: (401, "This nonce was used before"),
    10004: (401, "The date is too far from ours"),
    10008: (401, "The signature does not fit"),
    10010: (401, "The account is suspended"),
    10011: (401, "This product is not enabled for the account"),
    10014: (401, "The account does not allow requests from this address"),
    10015: (401, "There is no such customer ID"),
    10017: (404, "There is no such reference ID"),
    10019: (429, "Too many requests at a time"),
    10020: (429, "The hard cap of requests is reached"),
    10022: (401, "The API key does not fit"),
    10033: (401, "A trial account may text verified numbers only"),
    10036: (404, "The reference ID has expired"),
    11000: (400, "Invalid value for parameter phone_number"),
    11001: (400, "Invalid country code for parameter phone_number"),
    11003: (400, "Invalid value for parameter account_lifecycle_event"),
    11004: (400, "Invalid value for parameter callback_url"),
    11009: (400, "Invalid value for parameter message"),
    11010: (400, "Invalid value for parameter originating_ip"),
    11013: (400, "Invalid value for parameter sender_id"),
    11016: (400, "Invalid value for parameter external_id"),
    11017: (400, "Invalid value for parameter message_type"),
    12000: (400, "Missing required parameter phone_number"),
    12009: (400, "Missing required parameter message"),
    12017: (400, "Missing required parameter message_type"),
}

DELIVERY_PROBLEMS: Final[dict[Code, str]] = {
    207: "Not delivered for an unknown reason",
    210: "Temporary phone error",
    211: "Permanent phone error",
    220: "The carrier cannot route the text",
    221: "The text expired",
    222: "The phone does not support texts",
    229: "Blocked by your request",
    230: "Blocked by TeleSign",
    231: "The content is not valid",
    233: "Blocked by risk score",
    237: "Blocked by country",
    238: "Blocked by prefix",
    250: "The final state is not known",
    251: "There is no delivery receipt",
    500: "Not attempted",
    501: "Not authorized",
    502: "The campaign is not approved by the carrier",
    503: "The carrier failed for now",
    504: "The carrier failed for good",
    505: "The gateway failed for now",
    506: "The gateway failed for good",
    507: "The destination is not valid",
    508: "The source address is not valid",
    509: "A parameter is not valid",
    510: "Blocked by the subscriber",
    511: "The subscriber is out of credit",
    512: "The subscriber is roaming",
    513: "The number was ported and cannot be reached",
    514: "The subscriber is absent",
    515: "Suspected spam",
    517: "The template is not registered",
    520: "The content is not allowed",
    521: "The sender ID is not allowed",
    599: "The status is not available",
}

_PROGRESS: Final[dict[str, tuple[int, str]]] = {
    "queued": (290, "Message in progress"),
    "sent": (203, "Delivered to gateway"),
    "delivered": (200, "Delivered to handset"),
    "received": (1500, "Text received"),
}

REFUSALS: Final = Codes(
    {
        Reason.UNAUTHORISED: 10008,
        Reason.SUSPENDED: 10010,
        # An account without money is suspended.
        Reason.FUNDS: 10010,
        Reason.THROTTLED: 10019,
        Reason.UNAVAILABLE: 10000,
        Reason.INTERNAL: INTERNAL,
        Reason.INVALID_RECIPIENT: 11000,
        Reason.UNROUTABLE: 11001,
    },
    known=REQUEST_PROBLEMS,
)
FAILURES: Final = Codes(
    {
        Reason.SUSPENDED: 501,
        Reason.QUEUE_FULL: 505,
        Reason.EXPIRED: 221,
        Reason.UNROUTABLE: 220,
        Reason.COUNTRY_OFF: 237,
        Reason.NOT_MOBILE: 222,
        Reason.LANDLINE: 222,
        Reason.OPTED_OUT: 510,
        Reason.UNREACHABLE: 210,
        Reason.UNKNOWN_HANDSET: 507,
        Reason.FILTERED: 515,
        Reason.UNEXPLAINED: 207,
    },
    known=DELIVERY_PROBLEMS,
)


def http_status(problem: Problem) -> int:
    """Return the HTTP status of a refusal."""
    return REQUEST_PROBLEMS[problem.code][0]


def refusal_json(problem: Problem, external_id: str | None, at: datetime) -> dict[str, Any]:
    """Return `status` of a refusal, with what it is about."""
    text = REQUEST_PROBLEMS[problem.code][1]
    description = f"{text}: {problem.detail}" if problem.detail else text
    return {
        "reference_id": None,
        "external_id": external_id,
        "status": _status(int(problem.code), description, at),
    }


def status_json(word: str, code: Code | None, at: datetime) -> dict[str, Any]:
    """Return `status` of a text in the carrier's state `word`, which failed by `code` if it did."""
    if word in _PROGRESS:
        return _status(*_PROGRESS[word], at)
    known = 207 if code is None else code
    return _status(int(known), DELIVERY_PROBLEMS[known], at)


def timestamp(at: datetime) -> str:
    """Return an instant in UTC as TeleSign writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _status(code: int, description: str, at: datetime) -> dict[str, Any]:
    return {"code": code, "description": description, "updated_on": timestamp(at)}
