"""How many imported rows become records: all in one statement, and the same file twice changes nothing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.records.tables import Record
from db.visibility import visible_to, within_reach
from domain.csv_import import ImportedRow
from domain.privileges import Actor, Privilege
from domain.records import RecordKind


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows made a new record, changed one, or said what was known."""

    created: int
    updated: int
    unchanged: int


_IMPORT = text(
    """
    WITH incoming AS (
        SELECT *
        FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS row(
            external_id text, first_name text, last_name text, phone text, timezone text, country text,
            region text, language text, owner_user_id uuid, is_owner_named boolean, fields jsonb
        )
    ),
    matched AS (
        -- by external id; a row without one by its number, the oldest record of it that has no external id
        SELECT incoming.*, known.id AS record_id,
            CASE WHEN incoming.is_owner_named AND known.id = ANY(CAST(:assignable AS uuid[]))
                THEN incoming.owner_user_id ELSE known.owner_user_id END AS new_owner_id
        FROM incoming
        LEFT JOIN LATERAL (
            SELECT records.id, records.owner_user_id
            FROM records
            WHERE records.organisation_id = :organisation_id AND records.kind = :kind
              AND CASE WHEN incoming.external_id IS NOT NULL
                  THEN records.external_id = incoming.external_id
                  ELSE records.phone = incoming.phone END
            ORDER BY records.id
            LIMIT 1
        ) AS known ON true
    ),
    updated AS (
        UPDATE records
        SET first_name = matched.first_name, last_name = matched.last_name, phone = matched.phone,
            timezone = coalesce(matched.timezone, records.timezone),
            country = coalesce(matched.country, records.country),
            region = coalesce(matched.region, records.region),
            language = coalesce(matched.language, records.language),
            owner_user_id = matched.new_owner_id,
            -- a user who is named as the owner has it instead of a team
            owner_team_id = CASE WHEN matched.new_owner_id = records.owner_user_id
                THEN records.owner_team_id END,
            fields = records.fields || matched.fields,
            -- another number is not known to be unreachable
            unreachable_since = CASE WHEN matched.phone = records.phone
                THEN records.unreachable_since END,
            unreachable_reason = CASE WHEN matched.phone = records.phone
                THEN records.unreachable_reason END,
            updated_at = now()
        FROM matched
        WHERE records.id = matched.record_id
          AND records.id = ANY(CAST(:changeable AS uuid[]))
          AND (
            records.first_name, records.last_name, records.phone, records.timezone, records.country,
            records.region, records.language, records.owner_user_id, records.fields
          ) IS DISTINCT FROM (
            matched.first_name, matched.last_name, matched.phone,
            coalesce(matched.timezone, records.timezone), coalesce(matched.country, records.country),
            coalesce(matched.region, records.region), coalesce(matched.language, records.language),
            matched.new_owner_id, records.fields || matched.fields
          )
        RETURNING records.id
    ),
    created AS (
        INSERT INTO records (
            organisation_id, kind, external_id, first_name, last_name, phone, timezone, country, region,
            language, owner_user_id, fields
        )
        SELECT :organisation_id, :kind, external_id, first_name, last_name, phone, timezone, country,
            region, language, owner_user_id, fields
        FROM matched
        WHERE record_id IS NULL
        ON CONFLICT DO NOTHING
        RETURNING id
    )
    SELECT (SELECT count(*) FROM created), (SELECT count(*) FROM updated)
    """
)


async def import_records(
    session: AsyncSession,
    actor: Actor,
    rows: Sequence[tuple[ImportedRow, UUID | None]],
    *,
    kind: RecordKind,
) -> Imported:
    """Store rows, each with its named owner if it has one: a new record else belongs to the importer.

    A row is the record of its external id, or without one of its number. What a row leaves empty keeps its
    value. Only records that the importer may change are changed, and only those that the importer may assign get
    another owner.
    """
    # one import of an organisation at a time: two at once would both find a number new
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('import' || :id, 0))"),
        {"id": str(actor.organisation_id)},
    )
    known = and_(
        Record.kind == kind,
        or_(
            Record.external_id.in_({row.external_id for row, _ in rows if row.external_id}),
            Record.phone.in_({row.phone for row, _ in rows}),
        ),
    )
    reached = await session.execute(
        select(
            Record.id,
            within_reach(actor, Record, Privilege.WRITE).label("changeable"),
            within_reach(actor, Record, Privilege.ASSIGN).label("assignable"),
        ).where(visible_to(actor, Record), known)
    )
    found = reached.all()
    payload = [
        {
            "external_id": row.external_id,
            "first_name": row.first_name,
            "last_name": row.last_name,
            "phone": row.phone,
            "timezone": row.timezone,
            "country": row.country,
            "region": row.region,
            "language": row.language,
            "owner_user_id": str(owner_id or actor.user_id),
            "is_owner_named": owner_id is not None,
            "fields": dict(row.fields),
        }
        for row, owner_id in rows
    ]
    done = await session.execute(
        _IMPORT,
        {
            "rows": json.dumps(payload),
            "organisation_id": actor.organisation_id,
            "kind": kind.value,
            "changeable": [row.id for row in found if row.changeable],
            "assignable": [row.id for row in found if row.assignable],
        },
    )
    created, updated = done.one()
    return Imported(created, updated, unchanged=len(rows) - created - updated)
