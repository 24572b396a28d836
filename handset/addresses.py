"""Who can text and be texted? Phone numbers, short codes, names; and which URLs can be called."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

import phonenumbers

_E164: Final = re.compile(r"\+[1-9]\d{1,14}")
_SHORT_CODE: Final = re.compile(r"\d{3,8}")
_NAME: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}")


class NumberKind(StrEnum):
    """What kind of sender an address is; it decides its default pace and whether one can answer."""

    LONG_CODE = "long_code"
    TOLL_FREE = "toll_free"
    SHORT_CODE = "short_code"
    ALPHANUMERIC = "alphanumeric"


def kind_of(address: str) -> NumberKind | None:
    """Return what `address` looks like, None if it is none: E.164, 3 to 8 digits, or a name."""
    if is_phone_number(address):
        parsed = phonenumbers.parse(address)
        is_free = phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.TOLL_FREE
        return NumberKind.TOLL_FREE if is_free else NumberKind.LONG_CODE
    if _SHORT_CODE.fullmatch(address):
        return NumberKind.SHORT_CODE
    if _NAME.fullmatch(address):
        return NumberKind.ALPHANUMERIC
    return None


@lru_cache(maxsize=65_536)
def is_phone_number(text: str) -> bool:
    """Tell whether `text` is E.164 and of a length its country has."""
    if _E164.fullmatch(text) is None:
        return False
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text))
    except phonenumbers.NumberParseException:
        return False


def is_callable_url(text: str) -> bool:
    """Tell whether a carrier would call `text`: http or https, and no underscore in the host."""
    try:
        url = urlsplit(text)
        host = url.hostname or ""
        url.port  # noqa: B018 - raises ValueError for a port that cannot be
    except ValueError:
        return False
    return url.scheme in ("http", "https") and host != "" and "_" not in host
