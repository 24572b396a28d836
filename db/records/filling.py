"""What the placeholders of a text are filled from: columns to select, and the values they become."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, literal_column, select
from sqlalchemy.orm import aliased

from db.organisations.tables import Organisation
from db.records.tables import Record
from db.users.tables import User

_PERSON: Final = ("first_name", "last_name", "phone", "country", "region", "language", "fields")


def _belongs_to(child: Any, *names: str) -> ColumnElement[Any]:
    """Return the record that `child` belongs to, as JSON, with the one that it belongs to in turn.

    `names` are those of the aliases, one for each level. Most records belong to none: they cost nothing.
    """
    parent = aliased(Record, name=names[0])
    columns = {name: getattr(parent, name) for name in ("kind", *_PERSON)}
    if names[1:]:
        columns["belongs_to"] = _belongs_to(parent, *names[1:])
    # the names written out: no parameters in the statement of every text
    parts = (part for name, value in columns.items() for part in (_quoted(name), value))
    found = (
        select(func.jsonb_build_object(*parts))
        .where(parent.id == child.parent_id)
        .correlate(child)
        .scalar_subquery()
    )
    return case((child.parent_id.is_not(None), found))


def _quoted(name: str) -> ColumnElement[str]:
    return literal_column(f"'{name}'")


FILLING: Final = (
    Record.kind.label("record_kind"),
    Record.first_name,
    Record.last_name,
    Record.phone,
    Record.country,
    Record.region,
    Record.language,
    Record.fields,
    _belongs_to(Record, "parent", "grandparent").label("belongs_to"),
    User.first_name.label("seller_first_name"),
    User.last_name.label("seller_last_name"),
    User.email.label("seller_email"),
    Organisation.name.label("organisation_name"),
)
"""Columns of a query that joins a record, its seller and their organisation."""


def filling_of(row: Any) -> dict[str, Any]:
    """Return the values of domain.placeholders.known_fields from a row that has the columns `FILLING`."""
    record = _person({name: getattr(row, name) for name in _PERSON})
    values = {
        "record": record,
        str(row.record_kind): record,
        "seller": {
            "first_name": row.seller_first_name,
            "last_name": row.seller_last_name,
            "email": row.seller_email,
        },
        "organisation": {"name": row.organisation_name},
    }
    parent = row.belongs_to
    while parent is not None:
        values.setdefault(parent["kind"], _person(parent))
        parent = parent.get("belongs_to")
    return values


def _person(columns: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: columns[name] for name in _PERSON}
    values["name"] = f"{values['first_name']} {values['last_name']}".strip()
    return values
