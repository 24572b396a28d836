"""How are numbers written at Infobip? E.164 without its "+", short codes and names as they are."""

import re
from typing import Final

import phonenumbers
from phonenumbers import ValidationResult

_DIGITS: Final = re.compile(r"[1-9][0-9]{6,14}")
"""What may be E.164; anything shorter is a short code."""


def theirs(number: str) -> str:
    """Return one of our numbers as Infobip takes it. Source: reference on SMS, sections 6 and 9."""
    return number.removeprefix("+")


def ours(number: str) -> str:
    """Return a number of Infobip's with its "+", if it is a phone number; short codes and names stay.

    Long short codes are told from phone numbers by their length, which no country has.
    """
    if not _DIGITS.fullmatch(number):
        return number
    try:
        parsed = phonenumbers.parse("+" + number)
    except phonenumbers.NumberParseException:
        return number
    # Not `is_possible_number`, which takes what could be dialled within one town, too.
    is_whole = phonenumbers.is_possible_number_with_reason(parsed) == ValidationResult.IS_POSSIBLE
    return "+" + number if is_whole else number
