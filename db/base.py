"""What every table shares: names of constraints, column types, ids, and the organisation a row belongs to."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from sqlalchemy import DateTime, Enum, ForeignKey, MetaData, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_NAMES = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}

Id = Annotated[UUID, mapped_column(primary_key=True, server_default=func.uuidv7())]
"""A primary key drawn by the database: UUIDv7, so that ids sort by age."""

Now = Annotated[datetime, mapped_column(server_default=func.now())]
"""The instant the row was written."""


class Base(DeclarativeBase):
    """Instants are UTC (timestamptz); enumerations are text with a check constraint."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            length=32,
            create_constraint=True,
            values_callable=lambda kind: [member.value for member in kind],
        ),
        dict[str, Any]: JSONB,
        dict[str, str]: JSONB,
        list[str]: JSONB,
        list[dict[str, Any]]: JSONB,
    }


class OfOrganisation:
    """A row that belongs to one organisation, as every row with a person's data does."""

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
