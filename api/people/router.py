"""What a person may ask of us: all that is kept about them, and that it be erased."""

import io
import json
import zipfile
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import ConfigDict, Field
from sqlalchemy import select

from api.auth import May
from api.context import Database, Now
from api.outbox import RequestOutbox
from api.pages import AskedPage, Page, page_of
from api.problems import Problem, invalid, not_found, problems
from api.schemas import Instant, Sent, Shown, UserRef
from db.consent.tables import Erasure
from db.pages import read_page
from db.people.erasing import StillLeaving, erase
from db.people.exporting import export
from db.people.finding import Person, find_person
from db.users.tables import User
from domain import phone
from domain.privileges import Actor, Entity, Level, Privilege, level_of

router = APIRouter(tags=["people"])

_MayErase = Annotated[Actor, Depends(May(Entity.CONSENT, Privilege.DELETE))]


class ErasureAsked(Sent):
    """Whom to erase, by a number or by a record. `everything` removes the proof of consent and the entry in the
    do-not-contact list, too; `dry_run` erases nothing and says what would be."""

    number: Annotated[str, Field(max_length=40)] | None = None
    record_id: UUID | None = None
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    everything: bool = False
    dry_run: bool = False


class ErasureReport(Shown):
    """How much of each kind was erased, and what is kept, and why."""

    model_config = ConfigDict(title="ErasureReport")

    counts: dict[str, int]
    kept: list[str]


class ErasureOut(Shown):
    """That somebody was erased: not who."""

    model_config = ConfigDict(title="Erasure")

    id: UUID
    at: Instant
    reason: str
    requested_by: UserRef
    report: ErasureReport

    @classmethod
    def of(cls, row: tuple[Erasure, User]) -> "ErasureOut":
        erasure, user = row
        return cls(
            id=erasure.id,
            at=erasure.at,
            reason=erasure.reason,
            requested_by=UserRef.of(user),
            report=ErasureReport.model_validate(erasure.report),
        )


@router.get(
    "/people/export",
    operation_id="exportPerson",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}}, **problems(401, 403, 404, 422)},
)
async def export_person(
    actor: _MayErase,
    session: Database,
    number: Annotated[str | None, Query(max_length=40)] = None,
    record_id: UUID | None = None,
) -> Response:
    """Take along everything that is kept about a person, as one ZIP file."""
    person = await _person(session, actor, number, record_id)
    found, attachments = await export(session, person)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        content = json.dumps(found, indent=2, ensure_ascii=False, default=_written)
        archive.writestr("person.json", content)
        for each in attachments:
            archive.writestr(f"media/{each.sha256}", each.content)
    headers = {"Content-Disposition": 'attachment; filename="person.zip"'}
    return Response(file.getvalue(), media_type="application/zip", headers=headers)


@router.post(
    "/people/erase", operation_id="erasePerson", responses=problems(401, 403, 404, 409, 422)
)
async def erase_person(
    body: ErasureAsked, actor: _MayErase, session: Database, outbox: RequestOutbox, now: Now
) -> ErasureReport:
    """Erase a person: what names them goes for good, and the report says what stays, and why."""
    person = await _person(session, actor, body.number, body.record_id)
    if not (person.record_ids or person.conversation_ids or body.everything):
        detail = (
            "Nothing but the ledger of consent knows this person: erase everything to remove that."
        )
        raise Problem(409, "only-in-ledger", detail)
    trial = await session.begin_nested()
    try:
        erased, told = await erase(
            session,
            person,
            everything=body.everything,
            actor_id=actor.user_id,
            reason=body.reason,
            now=now,
        )
    except StillLeaving as error:
        raise Problem(409, "text-under-way", str(error)) from error
    if body.dry_run:
        await trial.rollback()
    else:
        outbox.tell(told)
    return ErasureReport(counts=erased.counts, kept=list(erased.kept))


@router.get("/erasures", operation_id="listErasures", responses=problems(401, 403, 422))
async def list_erasures(actor: _MayErase, session: Database, page: AskedPage) -> Page[ErasureOut]:
    """List the erasures, the youngest first."""
    found = await read_page(
        session,
        select(Erasure, User)
        .join(User, User.id == Erasure.requested_by)
        .where(Erasure.organisation_id == actor.organisation_id),
        lambda erasure, user: (erasure, user),
        page=page,
        keys=[Erasure.id],
        descending=True,
    )
    return page_of(found, ErasureOut.of)


async def _person(
    session: Database, actor: Actor, number: str | None, record_id: UUID | None
) -> Person:
    """Return whom it is about. Raises Problem."""
    if (number is None) == (record_id is None):
        raise invalid("number", "Give either number or record_id.")
    if level_of(actor, Entity.CONSENT, Privilege.DELETE) is not Level.ORGANISATION:
        # a person's data are not one unit's
        raise not_found("customer")
    if number is not None:
        try:
            number = phone.parse(number)
        except phone.InvalidNumber as error:
            raise invalid("number", str(error)) from error
    person = await find_person(session, actor.organisation_id, number=number, record_id=record_id)
    if person is None:
        raise not_found("customer")
    return person


def _written(value: Any) -> str:
    return str(getattr(value, "value", value))
