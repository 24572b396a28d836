"""How is what we send from written: a number, a short code, a sender's name, a messaging service?"""

import re
from typing import Final, assert_never

from api.problems import invalid
from domain import phone
from domain.numbers import NumberKind

_SHORT_CODE: Final = re.compile(r"\d{3,8}")
_NAME: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
"""Source: GSM 03.40, section 9.1.2.5, an alphanumeric address has at most 11 characters; providers take letters, digits
and blanks, and at least one letter."""


def written(kind: NumberKind, raw: str) -> str:
    """Return a sender as it is stored; refuse what cannot be one of its kind."""
    text = raw.strip()
    match kind:
        case NumberKind.LONG_CODE | NumberKind.TEN_DLC | NumberKind.TOLL_FREE:
            try:
                return phone.parse(text)
            except phone.InvalidNumber as error:
                raise invalid("e164", str(error)) from error
        case NumberKind.SHORT_CODE:
            if not _SHORT_CODE.fullmatch(text):
                raise invalid("e164", "A short code is 3 to 8 digits.")
        case NumberKind.ALPHANUMERIC:
            if not _NAME.fullmatch(text):
                raise invalid(
                    "e164", "A sender's name is up to 11 letters, digits and blanks, with a letter."
                )
        case NumberKind.MESSAGING_SERVICE:
            if not text:
                raise invalid("e164", "The SID of the messaging service is missing.")
        case _:
            assert_never(kind)
    return text
