"""Texts to send again and again, in one or more languages."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from api.auth import AnySignIn, CurrentSignIn, May, require
from api.context import Database, Now
from api.idempotency import Idempotent, IdempotentRoute
from api.pages import AskedPage, Page
from api.problems import (
    Problem,
    invalid,
    not_found,
    problems,
    refuse_taken,
)
from api.templates.checks import audience_of, checked_words, key_of
from api.templates.preview import preview
from api.templates.schemas import (
    NewTemplate,
    PlaceholderOut,
    PreviewOrder,
    PreviewOut,
    TemplateChanges,
    TemplateOut,
    VariantFinding,
)
from db.organisations.tables import Organisation
from db.records.queries import list_custom_fields, list_subjects
from db.templates import queries
from db.templates.queries import Statistics, TemplateRow
from domain.placeholders import known_fields
from domain.privileges import Actor, Entity, Privilege
from domain.records import RecordKind
from domain.templates import Sharing
from domain.text_policy import findings, severities_of

router = APIRouter(prefix="/templates", tags=["templates"], route_class=IdempotentRoute)

_MayRead = Annotated[Actor, Depends(May(Entity.TEMPLATE, Privilege.READ))]
_MayPick = Annotated[Actor, Depends(May(Entity.TEMPLATE, Privilege.READ, embedded=True))]
_MayCreate = Annotated[Actor, Depends(May(Entity.TEMPLATE, Privilege.CREATE))]
_MayWrite = Annotated[Actor, Depends(May(Entity.TEMPLATE, Privilege.WRITE))]
_MayDelete = Annotated[Actor, Depends(May(Entity.TEMPLATE, Privilege.DELETE))]
_READS_RECORDS = ((Entity.RECORD, Privilege.READ),)
_MayFill = Annotated[Actor, Depends(May(Entity.TEMPLATE, Privilege.READ, also=_READS_RECORDS))]
_MayPreview = Annotated[
    Actor,
    Depends(May(Entity.TEMPLATE, Privilege.READ, also=_READS_RECORDS, embedded=True)),
]

_KEY_TAKEN = "There is a template of this key already: give this one another."
_KEY = "templates_organisation_id_key_key"


@router.get("", operation_id="listTemplates", responses=problems(401, 403, 422))
async def list_templates(
    actor: _MayPick,
    sign_in: AnySignIn,
    session: Database,
    page: AskedPage,
    now: Now,
    kind: RecordKind | None = None,
    language: Annotated[str | None, Query(max_length=8)] = None,
    q: Annotated[str | None, Query(max_length=200, description="Words of name or key.")] = None,
    archived: bool = False,
) -> Page[TemplateOut]:
    """List the templates by name. Those for any kind are among those of each; `archived` lists what is out of use."""
    found = await queries.list_templates(
        session, actor, page, kind=kind, language=language, search=q, is_archived=archived
    )
    shown = await _all_shown(session, actor, sign_in.organisation, found.rows, now)
    return Page(items=shown, next=found.next)


@router.post(
    "",
    operation_id="createTemplate",
    status_code=201,
    responses=problems(401, 403, 409, 422),
    dependencies=[Idempotent],
)
async def create_template(
    actor: _MayCreate, sign_in: CurrentSignIn, session: Database, now: Now, body: NewTemplate
) -> TemplateOut:
    """Add a template; it is yours."""
    variants = checked_words(body.record_kind, body.variants, body.default_language)
    columns = body.model_dump(exclude={"variants"})
    columns["key"] = body.key or key_of(body.name)
    columns |= await audience_of(session, actor, body.sharing, body.team_id, body.business_unit_id)
    with refuse_taken(_KEY, "key", _KEY_TAKEN):
        template = await queries.insert_template(
            session,
            variants,
            organisation_id=actor.organisation_id,
            owner_user_id=actor.user_id,
            **columns,
        )
    return await _shown(session, actor, sign_in.organisation, template.id, now)


@router.get("/placeholders", operation_id="listPlaceholders", responses=problems(401, 403, 422))
async def list_placeholders(
    actor: _MayFill, session: Database, kind: RecordKind | None = None
) -> list[PlaceholderOut]:
    """List the fields that a text about a record of `kind` may name; custom ones if new records have them."""
    subjects = await list_subjects(session, actor, kind=kind, record_ids=(), limit=1)
    values = subjects[0].values if subjects else {}
    custom = await list_custom_fields(session, actor, kind)
    shown = []
    for root, names in known_fields(kind).items():
        known: Mapping[str, Any] = values.get(root) or {}
        shown += [
            PlaceholderOut(name=f"{root}.{name}", example=known.get(name))
            for name in names
            if name != "fields.*"
        ]
        if root == "record":
            fields = known.get("fields") or {}
            shown += [
                PlaceholderOut(name=_custom(name), example=fields.get(name)) for name in custom
            ]
    return shown


@router.get("/{template_id}", operation_id="getTemplate", responses=problems(401, 403, 404))
async def get_template(
    template_id: UUID, actor: _MayRead, sign_in: CurrentSignIn, session: Database, now: Now
) -> TemplateOut:
    """Show one template."""
    return await _shown(session, actor, sign_in.organisation, template_id, now)


@router.patch(
    "/{template_id}", operation_id="changeTemplate", responses=problems(401, 403, 404, 422)
)
async def change_template(
    template_id: UUID,
    actor: _MayWrite,
    sign_in: CurrentSignIn,
    session: Database,
    now: Now,
    body: TemplateChanges,
) -> TemplateOut:
    """Change a template. Published sequences keep the words they were published with."""
    row = await _locked(session, actor, template_id, Privilege.WRITE)
    template = row.template
    changes = body.model_dump(exclude_unset=True, exclude={"variants"})
    for name in ("name", "default_language", "sharing"):
        if name in changes and changes[name] is None:
            raise invalid(name, "This cannot be taken away.")
    variants = checked_words(
        changes.get("record_kind", template.record_kind),
        body.variants or row.variants,
        changes.get("default_language", template.default_language),
    )
    if changes.keys() & {"sharing", "team_id", "business_unit_id"}:
        sharing = changes.get("sharing", template.sharing)
        team_id = changes.get("team_id", template.team_id)
        unit_id = changes.get("business_unit_id", template.business_unit_id)
        if "sharing" in changes:  # with somebody else: what the old audience was says nothing
            team_id = team_id if sharing is Sharing.TEAM else None
            unit_id = unit_id if sharing is Sharing.BUSINESS_UNIT else None
        changes |= await audience_of(session, actor, sharing, team_id, unit_id)
    await queries.change_template(session, template, changes, body.variants and variants)
    return await _shown(session, actor, sign_in.organisation, template_id, now)


@router.delete(
    "/{template_id}",
    operation_id="deleteTemplate",
    status_code=204,
    responses=problems(401, 403, 404, 409),
)
async def delete_template(template_id: UUID, actor: _MayDelete, session: Database) -> None:
    """Take a template away that was never used; archive one that was."""
    row = await _locked(session, actor, template_id, Privilege.DELETE)
    if await queries.is_in_use(session, row.template):
        raise Problem(
            409,
            "template-in-use",
            "A text that was sent, or a sequence, has the words of this template: archive it instead.",
        )
    await queries.delete_template(session, row.template)


@router.post(
    "/{template_id}/archive", operation_id="archiveTemplate", responses=problems(401, 403, 404)
)
async def archive_template(
    template_id: UUID, actor: _MayWrite, sign_in: CurrentSignIn, session: Database, now: Now
) -> TemplateOut:
    """Take a template out of use. What was published with its words goes on."""
    row = await _locked(session, actor, template_id, Privilege.WRITE)
    archived_at = row.template.archived_at or now
    await queries.change_template(session, row.template, {"archived_at": archived_at}, None)
    return await _shown(session, actor, sign_in.organisation, template_id, now)


@router.post(
    "/{template_id}/restore", operation_id="restoreTemplate", responses=problems(401, 403, 404)
)
async def restore_template(
    template_id: UUID, actor: _MayWrite, sign_in: CurrentSignIn, session: Database, now: Now
) -> TemplateOut:
    """Put an archived template back into use."""
    row = await _locked(session, actor, template_id, Privilege.WRITE)
    await queries.change_template(session, row.template, {"archived_at": None}, None)
    return await _shown(session, actor, sign_in.organisation, template_id, now)


@router.post(
    "/{template_id}/preview",
    operation_id="previewTemplate",
    responses=problems(401, 403, 404, 422),
)
async def preview_template(
    template_id: UUID,
    actor: _MayPreview,
    sign_in: AnySignIn,
    session: Database,
    body: PreviewOrder,
) -> PreviewOut:
    """Show what real records would be sent, and how many segments that is. Sends and stores nothing."""
    row = await _row(session, actor, template_id)
    template = row.template
    default = body.default_language or template.default_language
    variants = checked_words(template.record_kind, body.variants or row.variants, default)
    subjects = await list_subjects(
        session,
        actor,
        kind=template.record_kind,
        record_ids=body.record_ids,
        limit=max(body.limit, body.sample),
    )
    user = sign_in.user
    me = {"first_name": user.first_name, "last_name": user.last_name, "email": user.email}
    return preview(
        variants,
        default,
        subjects,
        sign_in.organisation,
        shown=len(body.record_ids) or body.limit,
        seller=me if body.seller == "me" else None,
    )


def _custom(name: str) -> str:
    """Return a custom field as a placeholder names it."""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        return f"record.fields.{name}"
    quote = '"' if "'" in name else "'"
    return f"record.fields[{quote}{name}{quote}]"


async def _row(session: Database, actor: Actor, template_id: UUID) -> TemplateRow:
    row = await queries.find_template(session, actor, template_id)
    if row is None:
        raise not_found("template")
    return row


async def _locked(
    session: Database, actor: Actor, template_id: UUID, privilege: Privilege
) -> TemplateRow:
    """Return a template for a change of it, which no other request makes at the same time."""
    row = await _row(session, actor, template_id)
    require(actor, Entity.TEMPLATE, privilege, row.owned)
    await queries.lock_template(session, template_id)
    return await _row(session, actor, template_id)


async def _shown(
    session: Database, actor: Actor, organisation: Organisation, template_id: UUID, now: Now
) -> TemplateOut:
    row = await _row(session, actor, template_id)
    return (await _all_shown(session, actor, organisation, [row], now))[0]


async def _all_shown(
    session: Database,
    actor: Actor,
    organisation: Organisation,
    rows: Sequence[TemplateRow],
    now: Now,
) -> list[TemplateOut]:
    counted = await queries.statistics(session, [row.template.id for row in rows], now)
    users = await queries.users_of(session, actor, [row.template.key for row in rows])
    severities = severities_of(organisation.text_policy)
    return [
        TemplateOut.of(
            row,
            findings=[
                VariantFinding.of(language, finding)
                for language, words in row.variants.items()
                for finding in findings(
                    words,
                    is_first=True,
                    country=None,
                    organisation_name=organisation.name,
                    severities=severities,
                )
            ],
            statistics=counted.get(row.template.id, Statistics()),
            used_by=users.get(row.template.key, ()),
        )
        for row in rows
    ]
