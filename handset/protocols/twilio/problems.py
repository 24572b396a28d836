"""What does Twilio answer when it refuses? Its error codes, their HTTP status and their body."""

from typing import Any, Final

from handset.reasons import Code, Codes, Problem, Reason

REQUEST_PROBLEMS: Final[dict[Code, tuple[int, str]]] = {
    20001: (400, "A parameter has a value that cannot be used"),
    20003: (401, "Authentication failed"),
    20005: (401, "The account is not active"),
    20009: (409, "The message is not complete yet and cannot be changed"),
    20404: (404, "There is no such resource"),
    20429: (429, "Too many requests at a time"),
    20500: (500, "Internal error of the carrier"),
    20503: (503, "The carrier's service is not available"),
    21211: (400, "'To' is not a phone number"),
    21212: (400, "'From' is not a phone number"),
    21266: (400, "'To' and 'From' are the same number"),
    21408: (400, "The account may not send to this country"),
    21421: (400, "'PhoneNumber' is not a phone number"),
    21422: (400, "'PhoneNumber' is not available"),
    21601: (400, "'From' cannot send texts"),
    21602: (400, "'Body' or 'MediaUrl' is required"),
    21603: (400, "'From' or 'MessagingServiceSid' is required"),
    21604: (400, "'To' is required"),
    21606: (400, "'From' is not a number of this account that can send texts"),
    21608: (400, "A trial account may send to verified numbers only"),
    21609: (400, "'StatusCallback' is not a URL that can be called"),
    21610: (400, "The recipient has opted out of texts from this number"),
    21611: (400, "The queue of 'From' is full"),
    21612: (400, "'To' cannot be reached from this 'From'"),
    21614: (400, "'To' is not a mobile number"),
    21617: (400, "'Body' is longer than 1600 characters"),
    21620: (400, "'MediaUrl' is not a URL that can be fetched"),
    21623: (400, "There are more than 10 'MediaUrl'"),
    21624: (400, "'ValidityPeriod' is not between 1 and 36000 seconds"),
    21635: (400, "'To' is a landline"),
    21701: (400, "There is no such Messaging Service"),
    21704: (400, "The Messaging Service has no sender that can text"),
    30400: (400, "A message is changed by an empty 'Body' or by 'Status=canceled', not both"),
    30409: (409, "The message cannot be canceled any more"),
    35118: (400, "Scheduling needs a Messaging Service"),
}

DELIVERY_PROBLEMS: Final[dict[Code, str]] = {
    21610: "The recipient has opted out of texts from this number",
    30001: "The queue overflowed",
    30002: "The account was suspended",
    30003: "The handset cannot be reached",
    30004: "The text was blocked",
    30005: "The handset is not known",
    30006: "A landline, or a carrier that cannot be reached",
    30007: "The carrier filtered the text",
    30008: "The carrier gave no reason",
    30022: "The rate of the campaign was exceeded",
    30034: "The number is not registered for a campaign",
    30036: "The text was too old to be sent",
}

REFUSALS: Final = Codes(
    {
        Reason.UNAUTHORISED: 20003,
        Reason.SUSPENDED: 20005,
        # An account without money is suspended.
        Reason.FUNDS: 20005,
        Reason.THROTTLED: 20429,
        Reason.INTERNAL: 20500,
        Reason.UNAVAILABLE: 20503,
        Reason.INVALID_RECIPIENT: 21211,
        Reason.COUNTRY_OFF: 21408,
        Reason.OPTED_OUT: 21610,
        Reason.QUEUE_FULL: 21611,
        Reason.UNROUTABLE: 21612,
        Reason.NOT_MOBILE: 21614,
        Reason.LANDLINE: 21635,
    },
    known=REQUEST_PROBLEMS,
)
FAILURES: Final = Codes(
    {
        Reason.QUEUE_FULL: 30001,
        Reason.SUSPENDED: 30002,
        Reason.UNREACHABLE: 30003,
        Reason.UNKNOWN_HANDSET: 30005,
        Reason.LANDLINE: 30006,
        Reason.FILTERED: 30007,
        Reason.UNEXPLAINED: 30008,
        Reason.EXPIRED: 30036,
        Reason.OPTED_OUT: 21610,
    },
    known=DELIVERY_PROBLEMS,
)


def http_status(problem: Problem) -> int:
    """Return the HTTP status of a refusal."""
    return REQUEST_PROBLEMS[problem.code][0]


def problem_json(problem: Problem) -> dict[str, Any]:
    """Return the body of a refusal."""
    status, message = REQUEST_PROBLEMS[problem.code]
    return {
        "code": problem.code,
        "message": f"{message}: {problem.detail}" if problem.detail else message,
        "more_info": f"https://www.twilio.com/docs/errors/{problem.code}",
        "status": status,
    }
