"""What the placeholders of a text are filled from: columns to select, and the values they become."""

from typing import Any, Final

from db.organisations.tables import Organisation
from db.records.tables import Record
from db.users.tables import User

FILLING: Final = (
    Record.first_name,
    Record.last_name,
    Record.phone,
    Record.country,
    Record.region,
    Record.fields,
    User.first_name.label("seller_first_name"),
    User.last_name.label("seller_last_name"),
    User.email.label("seller_email"),
    Organisation.name.label("organisation_name"),
)
"""Columns of a query that joins a record, its seller and their organisation."""


def filling_of(row: Any) -> dict[str, Any]:
    """Return the values of domain.placeholders.KNOWN_FIELDS from a row that has the columns `FILLING`."""
    return {
        "record": {
            "first_name": row.first_name,
            "last_name": row.last_name,
            "phone": row.phone,
            "country": row.country,
            "region": row.region,
            "fields": row.fields,
        },
        "seller": {
            "first_name": row.seller_first_name,
            "last_name": row.seller_last_name,
            "email": row.seller_email,
        },
        "organisation": {"name": row.organisation_name},
    }
