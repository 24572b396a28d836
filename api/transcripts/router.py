"""Taking along what was said: in one conversation, or about one record."""

import asyncio
from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime

from api.auth import May
from api.context import Database, Now
from api.problems import Problem, invalid, not_found, problems
from api.transcripts import csv, html, pdf, plain
from api.transcripts.export import Export
from api.transcripts.schemas import TranscriptOut
from db.transcripts import queries
from db.transcripts.queries import Extent, TooLong
from domain.privileges import Actor, Entity, Privilege
from domain.time_zones import UnknownZone, parse_zone
from domain.transcript import Reach

router = APIRouter(tags=["transcripts"])

_ALSO: Final = ((Entity.CONVERSATION, Privilege.READ),)
_MayRead = Annotated[Actor, Depends(May(Entity.TRANSCRIPT, Privilege.READ, also=_ALSO))]


class Format(StrEnum):
    """How a transcript is written."""

    JSON = "json"
    CSV = "csv"
    TXT = "txt"
    HTML = "html"
    PDF = "pdf"


_Format = Annotated[Format, Query(alias="format")]
_Since = Annotated[AwareDatetime | None, Query(description="Texts from this instant on.")]
_Until = Annotated[AwareDatetime | None, Query(description="Texts before this instant.")]

_Family = Annotated[
    bool,
    Query(
        description="Of an account its contacts' and their opportunities' texts too, of a contact its opportunities'."
    ),
]


async def _zone(
    zone: Annotated[
        str,
        Query(
            max_length=64, description="In which zone times are told, as the tz database names it."
        ),
    ] = "UTC",
) -> ZoneInfo:
    try:
        return parse_zone(zone)
    except UnknownZone as error:
        raise invalid("query.zone", str(error), slug="unknown-zone") from error


async def _extent(
    format_: _Format = Format.JSON, since: _Since = None, until: _Until = None
) -> Extent:
    longest = pdf.LONGEST if format_ is Format.PDF else queries.LONGEST
    return Extent(since, until, longest)


_Zone = Annotated[ZoneInfo, Depends(_zone)]
_Extent = Annotated[Extent, Depends(_extent)]

_OTHER_FORMATS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "text/plain": {"schema": {"type": "string"}},
            "text/html": {"schema": {"type": "string"}},
            "application/pdf": {"schema": {"type": "string", "format": "binary"}},
        },
        "headers": {
            "X-Content-Hash": {
                "description": "The hash of the content, the same in every format.",
                "schema": {"type": "string"},
            }
        },
    }
}


@router.get(
    "/conversations/{conversation_id}/transcript",
    operation_id="getTranscript",
    response_model=TranscriptOut,
    responses={**_OTHER_FORMATS, **problems(401, 403, 404, 422)},
)
async def get_transcript(
    conversation_id: UUID,
    actor: _MayRead,
    session: Database,
    now: Now,
    zone: _Zone,
    extent: _Extent,
    response: Response,
    format_: _Format = Format.JSON,
) -> TranscriptOut | Response:
    """Take a conversation along, the oldest text first.

    Every format of one state has the same `X-Content-Hash`, whatever the zone, and whoever takes it.
    """
    try:
        found = await queries.read_conversation(session, actor, conversation_id, extent)
    except TooLong as error:
        raise _too_long(error) from error
    if found is None:
        raise not_found("conversation")
    return await _answer(conversation_id, Export(found, zone, now), format_, response)


@router.get(
    "/records/{record_id}/transcript",
    operation_id="getRecordTranscript",
    response_model=TranscriptOut,
    responses={**_OTHER_FORMATS, **problems(401, 403, 404, 422)},
)
async def get_record_transcript(
    record_id: UUID,
    actor: _MayRead,
    session: Database,
    now: Now,
    zone: _Zone,
    extent: _Extent,
    response: Response,
    format_: _Format = Format.JSON,
    family: _Family = False,
) -> TranscriptOut | Response:
    """Take along all that was said about a record, as far as you may read it, conversation by conversation."""
    reach = Reach.FAMILY if family else Reach.ONE
    try:
        found = await queries.read_record(session, actor, record_id, extent, reach)
    except TooLong as error:
        raise _too_long(error) from error
    if found is None:
        raise not_found("record")
    return await _answer(record_id, Export(found, zone, now), format_, response)


async def _answer(
    id_: UUID, export: Export, format_: Format, response: Response
) -> TranscriptOut | Response:
    headers = {
        "X-Content-Hash": export.content_hash,
        "Content-Disposition": f'attachment; filename="transcript-{id_}.{format_.value}"',
        "Content-Security-Policy": html.POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    match format_:
        case Format.JSON:
            response.headers.update(headers)
            return TranscriptOut.of(export)
        case Format.CSV:
            return Response(csv.render(export), media_type="text/csv", headers=headers)
        case Format.TXT:
            return Response(plain.render(export), media_type="text/plain", headers=headers)
        case Format.HTML:
            return Response(html.render(export), media_type="text/html", headers=headers)
        case Format.PDF:
            content = await asyncio.to_thread(pdf.render, export)
            return Response(content, media_type="application/pdf", headers=headers)


def _too_long(error: TooLong) -> Problem:
    return invalid("query.since", str(error), slug="transcript-too-long")
