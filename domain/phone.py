"""Is this a phone number, and which one, in E.164?

How strict: a number whose writer named its country is taken when its length and its first digits
fit that country's numbering plan. We do not ask whether the block is assigned, since numbering
plans grow faster than installed metadata, and fictional numbers (+44 7700 900xxx) are in no block.
Digits without "+" are a guess, so there the block must be assigned, and a number that is also a
North American one without its country code is refused.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final, NewType

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat, ValidationResult

PhoneNumber = NewType("PhoneNumber", str)
"""A number in E.164: "+" and at most 15 digits. Only `parse` makes one."""

_WRITTEN: Final = re.compile(r"[\s(]*[++]?[\d\s().\-/‐-―−]+")
_FICTIONAL_UK: Final = re.compile(r"\+447700900\d{3}")
"""Numbers for drama. Source: Ofcom."""
_FEWEST_DIGITS: Final = 7
"""Country code and subscriber number together."""


class InvalidNumber(ValueError):
    """What was written is not a phone number; the message says why and how to write it."""


def parse(raw: str, *, region: str | None = None) -> PhoneNumber:
    """Return the number that `raw` writes, with blanks and punctuation as people use them.

    `region` is the ISO 3166 code of the country to read a number in national format by. Without
    it, a number needs its country code, with "+" or as digits alone. "00" is not read as "+", since
    the prefix of international calls differs by country. Raises InvalidNumber.
    """
    # Numbers pasted from address books carry invisible marks of writing direction.
    text = "".join(c for c in raw if unicodedata.category(c) != "Cf").strip()
    if not text:
        raise InvalidNumber("the phone number is empty")
    if not _WRITTEN.fullmatch(text) or not any(c.isdigit() for c in text):
        raise InvalidNumber(f'"{text}" is not a phone number: write it like +1 202 555 0143')
    if region is None and text.lstrip(" (")[0] not in "++":
        return _without_plus(text)
    number = _read(text, region)
    _check(text, number)
    return _e164(number)


def region_of(number: PhoneNumber) -> str | None:
    """Return the ISO 3166 code of the country of `number`, or None if it belongs to none.

    Where countries share a code (+1, +7, +44) and the digits do not tell, it is the main one.
    """
    parsed = phonenumbers.parse(number)
    region = phonenumbers.region_code_for_number(
        parsed
    ) or phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return region if region.isalpha() and region != "ZZ" else None


@lru_cache(maxsize=4096)
def country_of(number: str) -> str | None:
    """Return what `region_of` says of what may be no E.164 number at all, such as a short code: then None."""
    try:
        return region_of(PhoneNumber(number))
    except NumberParseException:
        return None


def _without_plus(text: str) -> PhoneNumber:
    digits = "".join(str(unicodedata.digit(c)) for c in text if c.isdigit())
    if len(digits) < _FEWEST_DIGITS:
        raise InvalidNumber(f'"{text}" has too few digits for a phone number')
    if digits.startswith("00"):
        raise InvalidNumber(f'"{text}" begins with 00: write + in its place')
    number = _assigned("+" + digits, None)
    american = _assigned(digits, "US")
    if number is None:
        national = _assigned(digits, "GB") or american
        remedy = f"as {_international(national)}" if national else "with + and its country code"
        raise InvalidNumber(
            f'"{text}" is in national format: write it {remedy}, or give its country'
        )
    if american is not None and american != number:
        raise InvalidNumber(
            f'"{text}" could be {_international(american)} or {_international(number)}: '
            "write it with + and its country code, or give its country"
        )
    return _e164(number)


def _assigned(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    if phonenumbers.is_valid_number(number) or _FICTIONAL_UK.fullmatch(_e164(number)):
        return number
    return None


def _international(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def _read(text: str, region: str | None) -> phonenumbers.PhoneNumber:
    if region is not None and region.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise InvalidNumber(f'"{region}" is not a country: give its two letters, such as US')
    try:
        return phonenumbers.parse(text, region and region.upper())
    except NumberParseException as problem:
        if problem.error_type == NumberParseException.INVALID_COUNTRY_CODE:
            reason = f'"{text}" begins with no known country code: write it like +1 202 555 0143'
        elif problem.error_type == NumberParseException.TOO_LONG:
            reason = f'"{text}" has too many digits for a phone number'
        else:
            reason = f'"{text}" has too few digits for a phone number'
        raise InvalidNumber(reason) from None


def _check(text: str, number: phonenumbers.PhoneNumber) -> None:
    code = number.country_code or 0
    match phonenumbers.is_possible_number_with_reason(number):
        case ValidationResult.TOO_LONG:
            raise InvalidNumber(
                f'"{text}" has too many digits for a number of country code +{code}'
            )
        case ValidationResult.TOO_SHORT:
            raise InvalidNumber(f'"{text}" has too few digits for a number of country code +{code}')
        case ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            raise InvalidNumber(f'"{text}" has no area code')
        case ValidationResult.IS_POSSIBLE:
            if not _fits_the_plan(number):
                raise InvalidNumber(f'"{text}" is no number of country code +{code}')
        case _:
            raise InvalidNumber(f'"{text}" is no number of country code +{code}')


def _fits_the_plan(number: phonenumbers.PhoneNumber) -> bool:
    """Tell whether the first digits can occur in a country of this code, assigned or not."""
    code = number.country_code or 0
    national = phonenumbers.national_significant_number(number)
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]:
        metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
        pattern = (
            metadata and metadata.general_desc and metadata.general_desc.national_number_pattern
        )
        if pattern and re.fullmatch(pattern, national):
            return True
    return False


def _e164(number: phonenumbers.PhoneNumber) -> PhoneNumber:
    return PhoneNumber(phonenumbers.format_number(number, PhoneNumberFormat.E164))
