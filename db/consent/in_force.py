"""Which withdrawals of consent are in force for a number? As columns and conditions for other statements."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    and_,
    case,
    exists,
    false,
    func,
    or_,
    select,
)

from db.consent.tables import ConsentEntry, OptOut
from db.organisations.tables import Organisation
from db.providers.tables import PhoneNumber
from domain.consent import ConsentKind, Purpose, Scope, Source, Withdrawal

_FACTS: Mapping[str, Any] = {
    "entry_id": OptOut.entry_id,
    "scope": OptOut.scope,
    "source": OptOut.source,
    "at": OptOut.created_at,
    "phone_number_id": OptOut.phone_number_id,
    "brand": OptOut.brand,
    "purpose": OptOut.purpose,
    "is_unclear": OptOut.is_unclear,
}


def withdrawals_of(organisation_id: Any, customer_number: Any) -> ScalarSelect[Any]:
    """Return the column of a number's withdrawals in force; NULL if there are none."""
    facts = [part for name, column in _FACTS.items() for part in (name, column)]
    return (
        select(func.jsonb_agg(func.jsonb_build_object(*facts)))
        .where(_of(organisation_id, customer_number))
        .correlate_except(OptOut)
        .scalar_subquery()
    )


def withdrawal_of(facts: Mapping[str, Any]) -> Withdrawal:
    """Read one withdrawal of the column that `withdrawals_of` makes."""
    number = facts["phone_number_id"]
    return Withdrawal(
        entry_id=UUID(facts["entry_id"]),
        scope=Scope(facts["scope"]),
        source=Source(facts["source"]),
        at=datetime.fromisoformat(facts["at"]),
        phone_number_id=UUID(number) if number else None,
        brand=facts["brand"],
        purpose=Purpose(facts["purpose"]) if facts["purpose"] else None,
        is_unclear=facts["is_unclear"],
    )


def withdrawn(
    organisation_id: Any,
    customer_number: Any,
    *,
    our_number_id: Any = None,
    purpose: Purpose = Purpose.SERVICE,
) -> ColumnElement[bool]:
    """Return whether a number must not be texted for `purpose`, from whichever number of ours or from the one given."""
    reaches = [OptOut.scope == Scope.ORGANISATION]
    if our_number_id is not None:
        brand = (
            select(PhoneNumber.brand)
            .where(PhoneNumber.id == our_number_id)
            .correlate_except(PhoneNumber)
            .scalar_subquery()
        )
        reaches += [
            and_(OptOut.scope == Scope.NUMBER, OptOut.phone_number_id == our_number_id),
            and_(OptOut.scope == Scope.BRAND, OptOut.brand == brand),
        ]
    return (
        exists()
        .where(
            _of(organisation_id, customer_number),
            OptOut.is_unclear.is_(False),
            or_(OptOut.purpose.is_(None), OptOut.purpose == purpose),
            or_(*reaches),
        )
        .correlate_except(OptOut)
    )


def lacks_consent(customer_number: Any) -> ColumnElement[bool]:
    """Return whether marketing to a number of the selected organisation needs a consent on record that is not there."""
    granted = (
        exists()
        .where(
            ConsentEntry.organisation_id == Organisation.id,
            ConsentEntry.customer_number == customer_number,
            ConsentEntry.kind == ConsentKind.GRANTED,
            or_(ConsentEntry.purpose.is_(None), ConsentEntry.purpose == Purpose.MARKETING),
            or_(ConsentEntry.expires_at.is_(None), ConsentEntry.expires_at > func.now()),
        )
        .correlate_except(ConsentEntry)
    )
    # not asked where nobody needs to know
    return case((Organisation.requires_consent, ~granted), else_=false())


def _of(organisation_id: Any, customer_number: Any) -> ColumnElement[bool]:
    return and_(
        OptOut.organisation_id == organisation_id,
        OptOut.customer_number == customer_number,
        OptOut.ended_at.is_(None),
    )
