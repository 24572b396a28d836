"""Records as they are sent and shown."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from api.schemas import Instant, Name, Sent, Shown, UserRef
from db.records.queries import RecordRow
from domain.privileges import Actor, Entity, Privilege, reaches
from domain.records import RecordKind, RecordStatus

_MaybeEmpty = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
_Country = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z]{2}$")
]
_Language = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=8,
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?$",
    ),
]
_ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_Fields = dict[
    Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")],
    Annotated[str, Field(max_length=1000)] | bool | int | float | None,
]


class NewRecord(Sent):
    """`country` is ISO 3166-1 alpha-2. Without `owner_user_id` the record is yours.

    `owner_team_id` makes it the team's; `owner_user_id`, a member of it, is in charge and sends its texts.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "lead",
                    "external_id": "crm-1001",
                    "first_name": "Ada",
                    "last_name": "Moreno",
                    "phone": "+12025550101",
                    "timezone": "America/New_York",
                    "fields": {"product": "Gold"},
                }
            ]
        }
    )

    kind: RecordKind = RecordKind.LEAD
    external_id: _ExternalId | None = None
    first_name: Name
    last_name: _MaybeEmpty = ""
    phone: str | None = Field(default=None, max_length=40)
    timezone: str | None = Field(default=None, max_length=64)
    language: _Language | None = None
    country: _Country | None = None
    region: _MaybeEmpty | None = None
    owner_user_id: UUID | None = None
    owner_team_id: UUID | None = None
    parent_id: UUID | None = None
    """A contact's account; an opportunity's contact or account."""
    fields: _Fields = Field(default={})


class RecordChanges(Sent):
    """What to change. `fields` are changed one by one; null takes one away.

    An inactive record is made active again by its `status`; one that becomes inactive is closed as if it were deleted.
    """

    status: RecordStatus | None = None
    external_id: _ExternalId | None = None
    first_name: Name | None = None
    last_name: _MaybeEmpty | None = None
    phone: str | None = Field(default=None, max_length=40)
    timezone: str | None = Field(default=None, max_length=64)
    language: _Language | None = None
    country: _Country | None = None
    region: _MaybeEmpty | None = None
    owner_user_id: UUID | None = None
    owner_team_id: UUID | None = None
    parent_id: UUID | None = None
    fields: _Fields | None = None


class RecordOut(Shown):
    model_config = ConfigDict(title="Record")

    id: UUID
    kind: RecordKind
    status: RecordStatus
    external_id: str | None
    first_name: str
    last_name: str
    phone: str | None
    timezone: str | None
    language: str | None
    country: str | None
    region: str | None
    owner: UserRef
    owner_team_id: UUID | None
    """The team that owns it; `owner` is in charge of it then."""
    parent_id: UUID | None
    """The contact or account that it hangs on."""
    fields: dict[str, Any]
    is_opted_out: bool
    unreachable_since: Instant | None
    """Since when the provider says that no text can reach this number."""
    unreachable_reason: str | None
    created_at: Instant
    may_append_to: bool
    """Whether the reader may add to it what their roles let them: a conversation, a note, work."""
    may_read_texts: bool
    """Whether the reader may read its conversations, whosever number they are held over."""

    @classmethod
    def of(cls, row: RecordRow, reader: Actor) -> "RecordOut":
        record = row.record
        return cls(
            id=record.id,
            kind=record.kind,
            status=record.status,
            external_id=record.external_id,
            first_name=record.first_name,
            last_name=record.last_name,
            phone=record.phone,
            timezone=record.timezone,
            language=record.language,
            country=record.country,
            region=record.region,
            owner=UserRef.of(row.owner),
            owner_team_id=record.owner_team_id,
            parent_id=record.parent_id,
            fields=record.fields,
            is_opted_out=row.is_opted_out,
            unreachable_since=record.unreachable_since,
            unreachable_reason=record.unreachable_reason,
            created_at=record.created_at,
            may_append_to=reaches(reader, Entity.RECORD, Privilege.APPEND_TO, row.owned),
            may_read_texts=all(
                reaches(reader, entity, Privilege.READ, row.owned)
                for entity in (Entity.CONVERSATION, Entity.MESSAGE)
            ),
        )


class ImportProblem(Shown):
    """Why a row was left out. `line` is counted from 1, the header's line."""

    line: int
    column: str | None
    message: str


class ImportReport(Shown):
    """What became of the rows. `failed` rows were left out, and `problems` say why."""

    created: int
    updated: int
    unchanged: int
    failed: int
    problems: list[ImportProblem]
