"""What do Twilio's error codes mean for us? The table of codes as data, and the rule for the rest.

Source: reference on SMS, section 2; the names are Twilio's, the kinds our judgement. Codes that
concern inbound texts and our own webhooks are left out: they never explain an outbound text.
"""

from http import HTTPStatus
from typing import Final

from channels.failures import Failure, by_code
from domain.failures import FailureKind, sentence


def is_listed(code: str) -> bool:
    """Return whether a code, as it was stored, stands in the table."""
    return code.isascii() and code.isdigit() and len(code) < 10 and int(code) in _LISTED


def failure_of_request(code: int | None, status: int) -> Failure:
    """Return what a refusal with HTTP `status`, 400 to 499, means for the text it refused.

    An unlisted code is a wrong request, unless the answer is about who we are (401, 403).
    """
    if code is not None and code in _LISTED:
        return _LISTED[code]
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return _of_kind(FailureKind.ACCOUNT)
    return _of_kind(FailureKind.NEVER)


def failure_of_delivery(code: int | None) -> Failure:
    """Return what `code` means on a text that Twilio had accepted; unlisted, try once more."""
    if code is not None and code in _LISTED:
        return _LISTED[code]
    return _of_kind(FailureKind.RETRY_ONCE)


def _of_kind(kind: FailureKind) -> Failure:
    return Failure(kind, sentence(kind))


_LISTED: Final = by_code(
    {
        FailureKind.RETRY: {
            (20429,): "The provider was asked too much at once. The text can be sent again later.",
            (21611, 30001): "Too many texts are already waiting to leave from this number.",
            (21730,): "The provider is under maintenance. The text can be sent again later.",
            (30017,): "The carrier's network was congested. The text can be sent again later.",
            (30022,): "Texts leave this number faster than the carrier allows.",
            (30024, 30035): (
                "The carrier is still setting up our number. Try again in some hours."
            ),
            (30036,): "The text waited too long at the provider and was given up.",
        },
        FailureKind.RETRY_ONCE: {
            (30003,): "The phone could not be reached: perhaps it was off or had no signal.",
            (30008,): "The carrier could not deliver the text and does not say why.",
            (30450, 30485): (
                "The provider blocks texts to numbers like this one for about half an hour."
            ),
        },
        FailureKind.DAILY_CAP: {
            # 30026 and 30027 are the former names of 30023.
            (30023, 30026, 30027): (
                "The carrier's daily limit for our brand is used up until tomorrow."
            ),
        },
        FailureKind.UNKNOWN: {
            (20500, 20503, 30020, 30021): (
                "The provider had a fault and cannot say whether the customer got this text."
            ),
            (30410,): (
                "The provider waited too long for the carrier: "
                "the text may or may not have arrived."
            ),
        },
        FailureKind.NUMBER: {
            (21211,): "This is not a valid phone number.",
            (21614,): "This is not a mobile number.",
            (21635,): "This is a landline, which cannot receive texts.",
            (30005,): "The carrier does not know this number.",
            (30006,): "This is a landline, or its carrier cannot receive texts.",
        },
        FailureKind.OPT_OUT: {
            (21610,): "The customer has replied STOP to our number.",
            (30004,): "The customer or their carrier blocks our texts.",
        },
        FailureKind.CONTENT: {
            (30007,): (
                "The text was filtered as unwanted. Change its wording before trying again."
            ),
            (30019,): "The text is too large for the carrier.",
            (30039,): "The text was taken for two answering machines texting each other.",
        },
        FailureKind.ACCOUNT: {
            (20003,): "Twilio does not accept our credentials. Tell your administrator.",
            (20005, 30002): "Our Twilio account is suspended. Tell your administrator.",
            (30037,): ("Sending is switched off for our Twilio account. Tell your administrator."),
            (30454, 63038): "Our Twilio account has reached its limit of texts until tomorrow.",
        },
        FailureKind.SENDER: {
            (21408,): "Our Twilio account may not text this country. Tell your administrator.",
            (21608,): (
                "Our Twilio account is on trial and may only text numbers verified with it."
            ),
            (30044,): "Our Twilio account is on trial, and the text is too long for that.",
            (21601, 21606, 21659, 21660, 21661): (
                "Our sending number cannot send texts from this account. Tell your administrator."
            ),
            (21701, 21703, 21704, 21705): (
                "Our Twilio messaging service has no number to send from. Tell your administrator."
            ),
            (30018, 30032, 30033, 30034, 30040, 30041, 30042): (
                "Our sending number is not registered with the carriers. Tell your administrator."
            ),
        },
        FailureKind.NEVER: {
            (20001, 20404): (
                "The provider did not understand the request. Tell your administrator."
            ),
            (21212, 21603): (
                "Our sending number is missing or not valid. Tell your administrator."
            ),
            (21604,): "The text names no phone number.",
            (21602, 21619): "The text is empty.",
            (21609,): (
                "Twilio does not accept our public address for callbacks. Tell your administrator."
            ),
            (21612,): (
                "This number cannot be reached from our sending number. Try another one of ours."
            ),
            (21617,): "The text is longer than 1600 characters.",
            (21620, 21623, 21656, 21624, 90007, 30045): (
                "The provider does not accept what came with the text. Tell your administrator."
            ),
            (30010, 30011): (
                "This kind of text cannot be sent from our number. Tell your administrator."
            ),
            (35111, 35114, 35115, 35116, 35117, 35118, 35125): (
                "The provider cannot schedule the text for that time. Tell your administrator."
            ),
        },
    }
)
