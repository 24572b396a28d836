"""Embed keys as they are sent and shown."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from api.schemas import Instant, Name, Sent, Shown, UserRef
from db.embed.queries import EmbedKeyRow
from domain.embedding import parse_origin


def _origin(raw: str) -> str:
    try:
        return parse_origin(raw)
    except ValueError as error:
        raise PydanticCustomError("origin", "{why}", {"why": str(error)}) from error


def _once(origins: list[str]) -> list[str]:
    return list(dict.fromkeys(origins))


_Origins = Annotated[
    list[Annotated[str, Field(max_length=300), AfterValidator(_origin)]],
    Field(min_length=1, max_length=20),
    AfterValidator(_once),
]
"""Where the form may stand: scheme, host and port of its pages."""


class NewEmbedKey(Sent):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "Customer form", "allowed_origins": ["https://crm.example.com"]}]
        }
    )

    name: Name
    allowed_origins: _Origins


class EmbedKeyChanges(Sent):
    """What to change."""

    name: Name | None = None
    allowed_origins: _Origins | None = None
    is_active: bool | None = None


class EmbedKeyOut(Shown):
    """With which the server of another system's form signs tokens, and on whose pages the form may stand."""

    model_config = ConfigDict(title="EmbedKey")

    id: UUID
    name: str
    allowed_origins: list[str]
    is_active: bool
    created_by: UserRef
    created_at: Instant

    @classmethod
    def of(cls, row: EmbedKeyRow) -> "EmbedKeyOut":
        return cls(
            id=row.key.id,
            name=row.key.name,
            allowed_origins=row.key.allowed_origins,
            is_active=row.key.is_active,
            created_by=UserRef.of(row.author),
            created_at=row.key.created_at,
        )


class CreatedEmbedKeyOut(EmbedKeyOut):
    """`secret` is shown this once."""

    model_config = ConfigDict(title="CreatedEmbedKey")

    secret: str
