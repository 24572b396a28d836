"""Business units as they are sent and shown."""

from uuid import UUID

from pydantic import ConfigDict

from api.schemas import Name, Sent, Shown


class NewBusinessUnit(Sent):
    """Every unit but the first is part of another."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "North", "parent_id": "0199a0b0-0000-7000-8000-000000000001"}]
        }
    )

    name: Name
    parent_id: UUID


class BusinessUnitChanges(Sent):
    name: Name | None = None
    parent_id: UUID | None = None


class BusinessUnitOut(Shown):
    """`parent_id` is null for the one unit that all others are part of."""

    model_config = ConfigDict(from_attributes=True, title="BusinessUnit")

    id: UUID
    name: str
    parent_id: UUID | None
