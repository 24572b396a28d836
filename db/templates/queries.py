"""Which templates there are, who uses them, and how often their texts are answered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Text, cast, delete, exists, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.messages.tables import Message
from db.pages import PageOf, PageRequest, read_page
from db.sequences import tables as sequences
from db.templates.tables import Template, TemplateVariant
from db.users.tables import User
from db.visibility import visible_to
from domain.messages import Direction, MessageStatus
from domain.privileges import Actor, Ownership
from domain.records import RecordKind
from domain.templates import Pinned

COUNTED: Final = timedelta(days=90)
"""How far back uses are counted."""
ANSWERED_WITHIN: Final = timedelta(days=7)
"""How soon after a text the customer's next one counts as an answer to it."""

_NEVER_LEFT: Final = (MessageStatus.HELD, MessageStatus.REFUSED)


class TemplateRow(NamedTuple):
    """A template, whose it is, and its words by language."""

    template: Template
    owner: User
    variants: dict[str, str]

    @property
    def owned(self) -> Ownership:
        return Ownership(self.owner.id, self.template.team_id, self.owner.business_unit_id)


@dataclass(frozen=True, slots=True)
class Statistics:
    """Texts that left with a template's words, and how many of them were answered."""

    uses: int = 0
    replied: int = 0


async def list_templates(
    session: AsyncSession,
    actor: Actor,
    page: PageRequest,
    *,
    kind: RecordKind | None = None,
    language: str | None = None,
    search: str | None = None,
    is_archived: bool = False,
) -> PageOf[TemplateRow]:
    """Return templates by name. Those for any kind are among those of each; `search` is looked for in name and key."""
    archived = Template.archived_at.is_not(None)
    statement = _templates(actor).where(archived if is_archived else ~archived)
    if kind is not None:
        statement = statement.where(
            or_(Template.record_kind == kind, Template.record_kind.is_(None))
        )
    if language is not None:
        statement = statement.where(
            exists()
            .where(TemplateVariant.template_id == Template.id, TemplateVariant.language == language)
            .correlate(Template)
        )
    for word in (search or "").split():
        statement = statement.where(
            or_(
                Template.name.icontains(word, autoescape=True),
                Template.key.icontains(word, autoescape=True),
            )
        )
    return await read_page(
        session, statement, TemplateRow, page=page, keys=[Template.name, Template.id]
    )


async def find_template(
    session: AsyncSession, actor: Actor, template_id: UUID
) -> TemplateRow | None:
    """Return the template if the actor may see it."""
    found = await session.execute(
        _templates(actor)
        .where(Template.id == template_id)
        .execution_options(populate_existing=True)
    )
    row = found.one_or_none()
    return None if row is None else TemplateRow(*row)


async def insert_template(
    session: AsyncSession, variants: Mapping[str, str], **columns: Any
) -> Template:
    """Store a template with its words. `templates_organisation_id_key_key` refuses a key that is taken."""
    template = Template(**columns)
    session.add(template)
    await session.flush()
    await _write_variants(session, template.id, variants)
    return template


async def lock_template(session: AsyncSession, template_id: UUID) -> None:
    """Let no other request change or publish the template before this transaction ends."""
    await session.execute(
        select(Template.id)
        .where(Template.id == template_id)
        .with_for_update(of=Template, key_share=True)
    )


async def change_template(
    session: AsyncSession,
    template: Template,
    changes: Mapping[str, Any],
    variants: Mapping[str, str] | None,
) -> None:
    """Change a locked template. `variants` replace its words as a whole; None leaves them."""
    for name, value in changes.items():
        setattr(template, name, value)
    template.updated_at = func.now()
    await session.flush()
    if variants is not None:
        await session.execute(
            delete(TemplateVariant).where(TemplateVariant.template_id == template.id)
        )
        await _write_variants(session, template.id, variants)


async def delete_template(session: AsyncSession, template: Template) -> None:
    """Take a locked template away. A text that had its words keeps it (messages_template_id_fkey)."""
    await session.execute(delete(Template).where(Template.id == template.id))


async def users_of(
    session: AsyncSession, actor: Actor, keys: Collection[str]
) -> dict[str, list[str]]:
    """Return the keys of the sequences that the actor may see whose drafts name each of these templates, in order."""
    found_keys = func.jsonb_path_query(sequences.Sequence.draft, _path("$.**.template"))
    named = found_keys.op("#>>")(cast([], ARRAY(Text)))
    drafts = (
        select(sequences.Sequence.key, named.label("template"))
        .where(visible_to(actor, sequences.Sequence), ~sequences.Sequence.is_bulk)
        .subquery()
    )
    found = await session.execute(
        select(drafts.c.template, drafts.c.key)
        .where(drafts.c.template.in_(keys))
        .distinct()
        .order_by(drafts.c.template, drafts.c.key)
    )
    users: dict[str, list[str]] = {}
    for template, sequence in found:
        users.setdefault(template, []).append(sequence)
    return users


async def is_in_use(session: AsyncSession, template: Template) -> bool:
    """Return whether a text has the template's words, or a sequence: its draft, or a published version."""
    by_id = func.jsonb_build_object("wanted", str(template.id))
    by_key = func.jsonb_build_object("wanted", template.key)
    draft, document = sequences.Sequence.draft, sequences.SequenceVersion.document
    is_pinned = func.jsonb_path_exists(
        document, _path("$.**.pinned.template_id ? (@ == $wanted)"), by_id
    )
    is_named = func.jsonb_path_exists(draft, _path("$.**.template ? (@ == $wanted)"), by_key)
    found = await session.scalar(
        select(
            or_(
                exists().where(Message.template_id == template.id),
                exists().where(
                    sequences.Sequence.organisation_id == template.organisation_id, is_named
                ),
                exists().where(
                    sequences.SequenceVersion.organisation_id == template.organisation_id,
                    is_pinned,
                ),
            )
        )
    )
    return bool(found)


async def lock_for_publish(session: AsyncSession, actor: Actor, keys: Collection[str]) -> None:
    """Keep the templates of these keys that the actor may see as they are until this transaction ends."""
    await session.execute(
        select(Template.id)
        .where(visible_to(actor, Template), Template.key.in_(keys))
        .order_by(Template.id)
        .with_for_update(of=Template, read=True)
    )


async def templates_of_keys(
    session: AsyncSession, actor: Actor, keys: Collection[str]
) -> dict[str, TemplateRow]:
    """Return the templates of these keys that the actor may see, by key."""
    found = await session.execute(
        _templates(actor).where(Template.key.in_(keys)).execution_options(populate_existing=True)
    )
    return {row[0].key: TemplateRow(*row) for row in found}


def pinned_of(row: TemplateRow) -> Pinned:
    """Return the words of a template as a version is published with them."""
    return Pinned(
        template_id=row.template.id,
        default=row.template.default_language,
        texts=dict(sorted(row.variants.items())),
    )


async def statistics(
    session: AsyncSession, template_ids: Sequence[UUID], now: datetime
) -> dict[UUID, Statistics]:
    """Return how often each template was used in the last `COUNTED`, and how many of these texts were answered.

    A text that was held or refused is no use; a template that is not among the keys had none.
    """
    answer = aliased(Message)
    is_answered = (
        exists()
        .where(
            answer.conversation_id == Message.conversation_id,
            answer.direction == Direction.INBOUND,
            answer.created_at > Message.created_at,
            answer.created_at <= Message.created_at + ANSWERED_WITHIN,
        )
        .correlate(Message)
    )
    found = await session.execute(
        select(
            Message.template_id,
            func.count(),
            func.count().filter(is_answered),
        )
        .where(
            Message.template_id.in_(template_ids),
            Message.created_at > now - COUNTED,
            Message.status.not_in(_NEVER_LEFT),
        )
        .group_by(Message.template_id)
    )
    return {
        template_id: Statistics(uses, replied)
        for template_id, uses, replied in found
        if template_id is not None
    }


async def _write_variants(
    session: AsyncSession, template_id: UUID, variants: Mapping[str, str]
) -> None:
    await session.execute(
        insert(TemplateVariant),
        [
            {"template_id": template_id, "language": language, "text": words}
            for language, words in variants.items()
        ],
    )


def _path(path: str) -> ColumnElement[Any]:
    return cast(path, JSONPATH)


def _variants() -> ColumnElement[Any]:
    return (
        select(func.jsonb_object_agg(TemplateVariant.language, TemplateVariant.text, type_=JSONB))
        .where(TemplateVariant.template_id == Template.id)
        .correlate(Template)
        .scalar_subquery()
    )


def _templates(actor: Actor) -> Select[Any]:
    return (
        select(Template, User, _variants())
        .join(User, User.id == Template.owner_user_id)
        .where(visible_to(actor, Template))
    )
