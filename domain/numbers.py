"""What do we send from, and how fast may it go?"""

from decimal import Decimal
from enum import StrEnum
from typing import Final

from domain import phone


class NumberKind(StrEnum):
    """Source: providers' documents, reference on phone numbers; capabilities C08."""

    LONG_CODE = "long_code"
    TEN_DLC = "ten_dlc"
    """A US long code registered with a brand and a campaign (10DLC)."""
    TOLL_FREE = "toll_free"
    SHORT_CODE = "short_code"
    ALPHANUMERIC = "alphanumeric"
    MESSAGING_SERVICE = "messaging_service"
    """A pool of numbers at the provider, which picks the one to send from."""


WITHOUT_REPLIES: Final = frozenset({NumberKind.ALPHANUMERIC})
"""What a customer cannot answer."""

_NORTH_AMERICA: Final = "+1"

_PER_SECOND: Final = {
    NumberKind.LONG_CODE: Decimal(10),
    # by campaign once it is registered, which only the administrator knows
    NumberKind.TEN_DLC: Decimal(1),
    NumberKind.TOLL_FREE: Decimal(3),
    NumberKind.SHORT_CODE: Decimal(100),
    NumberKind.ALPHANUMERIC: Decimal(10),
    NumberKind.MESSAGING_SERVICE: Decimal(1),
}


def default_per_second(kind: NumberKind, number: str) -> Decimal:
    """Return the segments a second that a number may send unless told otherwise.

    Source: reference on SMS, sections 1.9 and 9, with long codes of the USA and Canada at 1.
    """
    if kind is NumberKind.LONG_CODE and number.startswith(_NORTH_AMERICA):
        return Decimal(1)
    return _PER_SECOND[kind]


def country_of(kind: NumberKind, number: str) -> str | None:
    """Return the ISO 3166 code of the country a number belongs to; None where the number does not tell."""
    if kind in (NumberKind.LONG_CODE, NumberKind.TEN_DLC, NumberKind.TOLL_FREE):
        return phone.region_of(phone.PhoneNumber(number))
    return None
