"""Which sequences an organisation has, in which versions, and how many enrollments stand where."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.enrollments.tables import Enrollment
from db.pages import PageOf, PageRequest, read_page
from db.sequences.tables import Sequence, SequenceVersion
from db.users.tables import User
from db.visibility import visible_to
from domain.privileges import Actor
from domain.sequence import SequenceDocument


class SequenceRow(NamedTuple):
    """A sequence, the number of its newest version, and how many of its enrollments have each status."""

    sequence: Sequence
    published_version: int | None
    counts: Mapping[str, int] | None


class VersionRow(NamedTuple):
    version: SequenceVersion
    published_by: User


async def list_sequences(
    session: AsyncSession, actor: Actor, page: PageRequest
) -> PageOf[SequenceRow]:
    """Return sequences by key. Counted are the enrollments that the actor may see."""
    statement = _sequences(actor).where(Sequence.is_bulk.is_(False))
    return await read_page(session, statement, SequenceRow, page=page, keys=[Sequence.key])


async def find_sequence(session: AsyncSession, actor: Actor, key: str) -> SequenceRow | None:
    """Return the sequence if the actor may see it."""
    found = await session.execute(_sequences(actor).where(Sequence.key == key))
    row = found.one_or_none()
    return None if row is None else SequenceRow(*row)


async def save_draft(
    session: AsyncSession,
    actor: Actor,
    document: SequenceDocument,
    *,
    source: str | None,
) -> None:
    """Store `document` as the draft of its sequence; if there is none of this key, it is made for the actor's unit.

    The name changes at once; what runs is changed only by publishing.
    """
    draft = document.model_dump(mode="json", by_alias=True)
    statement = insert(Sequence).values(
        organisation_id=actor.organisation_id,
        business_unit_id=actor.unit_id,
        key=document.key,
        name=document.name,
        record_kind=document.record,
        draft=draft,
        draft_source=source,
    )
    changes = {"name": document.name, "draft": draft, "draft_source": source}
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["organisation_id", "key"], set_=changes | {"updated_at": func.now()}
        )
    )


async def lock_sequence(session: AsyncSession, actor: Actor, key: str) -> Sequence | None:
    """Return the sequence for a change of it, which no other request makes at the same time."""
    sequence: Sequence | None = await session.scalar(
        select(Sequence)
        .where(Sequence.key == key, visible_to(actor, Sequence))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return sequence


async def publish(
    session: AsyncSession, sequence: Sequence, document: SequenceDocument, publisher_id: UUID
) -> None:
    """Store `document`, a locked sequence's draft with the words of its templates, as its next version."""
    number = await session.scalar(
        select(func.coalesce(func.max(SequenceVersion.number), 0)).where(
            SequenceVersion.sequence_id == sequence.id
        )
    )
    session.add(
        SequenceVersion(
            organisation_id=sequence.organisation_id,
            sequence_id=sequence.id,
            number=(number or 0) + 1,
            document=document.model_dump(mode="json", by_alias=True),
            published_by=publisher_id,
        )
    )
    await session.flush()


async def list_versions(
    session: AsyncSession, sequence_id: UUID, page: PageRequest
) -> PageOf[VersionRow]:
    """Return the versions of a sequence, the newest first."""
    statement = (
        select(SequenceVersion, User)
        .join(User, User.id == SequenceVersion.published_by)
        .where(SequenceVersion.sequence_id == sequence_id)
    )
    return await read_page(
        session,
        statement,
        VersionRow,
        page=page,
        keys=[SequenceVersion.number],
        descending=True,
    )


async def find_newest_version(session: AsyncSession, sequence_id: UUID) -> VersionRow | None:
    """Return the version that new enrollments run, if one was published."""
    newest = await list_versions(session, sequence_id, PageRequest(limit=1))
    return newest.rows[0] if newest.rows else None


def _sequences(actor: Actor) -> Select[Any]:
    newest = (
        select(func.max(SequenceVersion.number))
        .where(SequenceVersion.sequence_id == Sequence.id)
        .scalar_subquery()
    )
    by_status = (
        select(Enrollment.sequence_id, Enrollment.status, func.count().label("enrollments"))
        .where(visible_to(actor, Enrollment), Enrollment.sequence_id == Sequence.id)
        .group_by(Enrollment.sequence_id, Enrollment.status)
        .correlate(Sequence)
        .subquery()
    )
    counts = (
        select(func.jsonb_object_agg(by_status.c.status, by_status.c.enrollments, type_=JSONB))
        .correlate(Sequence)
        .scalar_subquery()
    )
    return select(Sequence, newest, counts).where(visible_to(actor, Sequence))
