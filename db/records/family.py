"""What hangs on a record: on an account its contacts and their opportunities, on a contact its opportunities."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, literal, select
from sqlalchemy.orm import aliased

from db.records.tables import Record
from db.visibility import visible_to
from domain.privileges import Actor

_DEEPEST = 2
"""An account's contact's opportunity."""


def family_of(actor: Actor, record_id: UUID) -> Select[Any]:
    """Select the ids of a record and of what hangs on it, of each as far as the actor may see it."""
    family = (select(Record.id, literal(0).label("depth")).where(Record.id == record_id)).cte(
        "family", recursive=True
    )
    child = aliased(Record)
    family = family.union_all(
        select(child.id, family.c.depth + 1)
        .join(family, family.c.id == child.parent_id)
        .where(family.c.depth < _DEEPEST)
    )
    return select(Record.id).where(Record.id.in_(select(family.c.id)), visible_to(actor, Record))
