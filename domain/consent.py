"""Which withdrawals of consent keep a text here, and what lifts one again?

Sources: 47 CFR 64.1200(a)(10) (any reasonable means; all further texts of the caller unless the customer narrows it),
GDPR art. 7(1) and (3) (the grant must be provable; withdrawing is as easy as giving).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID


class ConsentKind(StrEnum):
    """What an entry of the ledger says."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"
    UNCLEAR = "unclear"
    """The customer may have withdrawn consent: nothing leaves until a person has said."""
    DISMISSED = "dismissed"
    """A person read what was unclear, and it was no withdrawal."""
    RESTORED = "restored"
    """The customer said START."""


class Purpose(StrEnum):
    MARKETING = "marketing"
    """What a sequence sends, unless its settings say otherwise."""
    SERVICE = "service"
    """What a seller writes in a conversation."""


class Scope(StrEnum):
    """How far a withdrawal reaches."""

    NUMBER = "number"
    """One number of ours."""
    BRAND = "brand"
    """Our numbers of one brand."""
    ORGANISATION = "organisation"
    """Everything: the lawful default."""


class Source(StrEnum):
    """Where we have it from."""

    REPLY = "reply"
    """The customer's own text."""
    PROVIDER = "provider"
    """A provider that refused a text because the customer opted out there."""
    SELLER = "seller"
    CUSTOMER_CALL = "customer_call"
    FORM = "form"
    IMPORT = "import"
    COMPLAINT = "complaint"
    ERASURE = "erasure"
    """The person asked to be erased."""


BY_HAND: Final = frozenset({Source.SELLER, Source.CUSTOMER_CALL, Source.FORM, Source.COMPLAINT})
"""What a person may record; the rest is written by what happened."""


BY_START: Final = frozenset({Source.REPLY, Source.PROVIDER})
"""What a customer's START may take back; all else needs a grant with evidence."""


@dataclass(frozen=True)
class OurNumber:
    """A number of ours; numbers of equal brand are one brand, and "" is the organisation's only one."""

    id: UUID
    brand: str = ""


@dataclass(frozen=True)
class Withdrawal:
    """A withdrawal in force. `purpose` None means all texts; `is_unclear` that a person has yet to say."""

    entry_id: UUID
    scope: Scope
    source: Source
    at: datetime
    phone_number_id: UUID | None = None
    """The number of ours it is about: with scope NUMBER, or the one the provider refused a text from."""
    brand: str | None = None
    purpose: Purpose | None = None
    is_unclear: bool = False


@dataclass(frozen=True)
class Grant:
    """Consent that a person recorded, at the instant it was given; None as `purpose` is all of it."""

    at: datetime
    purpose: Purpose | None
    has_evidence: bool
    """Whether what was said or shown, or the text that said it, is kept with it."""


def scoped(scope: Scope, number: OurNumber | None) -> tuple[Scope, UUID | None, str | None]:
    """Return the scope a withdrawal really has, with the number and the brand it names.

    One that came to no number of ours, or to one without a brand, cannot be narrowed by it and is of the organisation.
    """
    match scope:
        case Scope.NUMBER if number is not None:
            return scope, number.id, None
        case Scope.BRAND if number is not None and number.brand:
            return scope, None, number.brand
        case _:
            return Scope.ORGANISATION, None, None


def covers(withdrawal: Withdrawal, number: OurNumber | None, purpose: Purpose) -> bool:
    """Return whether a withdrawal is about texts for `purpose` that leave from `number`; None: from whichever."""
    return withdrawal.purpose in (None, purpose) and _reaches(withdrawal, number)


def blocking(
    withdrawals: Iterable[Withdrawal], number: OurNumber | None, purpose: Purpose
) -> Withdrawal | None:
    """Return what keeps a text here: a certain withdrawal before an unclear one, the earliest first; None if
    nothing."""
    covering = [each for each in withdrawals if covers(each, number, purpose)]
    return min(covering, key=lambda each: (each.is_unclear, each.at), default=None)


def settles(withdrawal: Withdrawal, unclear: Withdrawal) -> bool:
    """Return whether a certain withdrawal, as wide and not earlier, leaves nothing to ask about an unclear one."""
    reach = (withdrawal.scope, withdrawal.phone_number_id, withdrawal.brand)
    is_as_wide = withdrawal.scope is Scope.ORGANISATION or reach == (
        unclear.scope,
        unclear.phone_number_id,
        unclear.brand,
    )
    return withdrawal.purpose is None and is_as_wide and withdrawal.at >= unclear.at


def lifted_by_start(withdrawal: Withdrawal, number: OurNumber) -> bool:
    """Return whether the customer's START, which came to `number`, ends a withdrawal.

    It takes back what the customer said by text. A provider's own block is lifted by a START to the number it blocks
    and no other; what came by another way needs a grant with evidence.
    """
    match withdrawal.source:
        case Source.REPLY:
            return _reaches(withdrawal, number)
        case Source.PROVIDER:
            return withdrawal.phone_number_id == number.id
        case _:
            return False


def lifted_by_grant(withdrawal: Withdrawal, grant: Grant) -> bool:
    """Return whether consent given anew ends a withdrawal: later than it, as wide in purpose, and with evidence."""
    as_wide = grant.purpose is None or grant.purpose == withdrawal.purpose
    return as_wide and grant.has_evidence and grant.at > withdrawal.at


def why(withdrawal: Withdrawal) -> str:
    """Return what a withdrawal is, in a sentence for the seller; the day is of UTC."""
    at = withdrawal.at
    day = f"{at.day} {at:%b %Y}"
    if withdrawal.is_unclear:
        return (
            f"The customer may have withdrawn consent on {day}: nothing leaves until somebody has answered the "
            "question in the work list."
        )
    texts = "" if withdrawal.purpose is None else f" to {withdrawal.purpose.value} texts"
    reach = _REACH[withdrawal.scope].format(brand=withdrawal.brand)
    return f"The customer withdrew consent{texts} {_BY[withdrawal.source]} on {day} (applies to {reach})."


def _reaches(withdrawal: Withdrawal, number: OurNumber | None) -> bool:
    if withdrawal.scope is Scope.ORGANISATION:
        return True
    if number is None:
        return False
    if withdrawal.scope is Scope.NUMBER:
        return withdrawal.phone_number_id == number.id
    return withdrawal.brand == number.brand


_BY: Final = {
    Source.REPLY: "by text",
    Source.PROVIDER: "at the provider",
    Source.SELLER: "to a seller",
    Source.CUSTOMER_CALL: "by phone",
    Source.FORM: "by a form",
    Source.IMPORT: "by an imported list",
    Source.COMPLAINT: "by a complaint",
    Source.ERASURE: "by asking to be erased",
}

_REACH: Final = {
    Scope.NUMBER: "one number of ours",
    Scope.BRAND: "the brand {brand}",
    Scope.ORGANISATION: "everything",
}
