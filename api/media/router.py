"""Media: taking them in, and giving them to people and to providers."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from api.auth import May
from api.context import Database, InContext, Now
from api.description import open_to_all
from api.idempotency import Idempotent, IdempotentRoute
from api.media.schemas import MediumOut
from api.problems import Problem, not_found, problems
from db.media import queries
from db.media.queries import Content
from domain.media import LINK_KEY, MediaLinks, file_name, is_image, max_bytes, sniff
from domain.privileges import Actor, Entity, Privilege

router = APIRouter(tags=["media"], route_class=IdempotentRoute)

_MayRead = Annotated[
    Actor,
    Depends(
        May(Entity.MESSAGE, Privilege.READ, also=((Entity.CONVERSATION, Privilege.READ),)),
    ),
]
_MaySend = Annotated[Actor, Depends(May(Entity.MESSAGE, Privilege.CREATE, embedded=True))]

_LINKED: Final = open_to_all("A provider opens it, by a link that we signed for a while.")

_BYTES: dict[str, Any] = {
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
}


@router.post(
    "/media",
    operation_id="uploadMedium",
    status_code=201,
    responses=problems(401, 403, 413, 415, 422),
    dependencies=[Idempotent],
    openapi_extra={"requestBody": {"required": True, **_BYTES}},
)
async def upload_medium(request: Request, actor: _MaySend, session: Database) -> MediumOut:
    """Take in a picture or the like, to go with a text. What it is, its first bytes say, and no header."""
    content = await request.body()
    content_type = sniff(content)
    limit = None if content_type is None else max_bytes(content_type)
    if content_type is None or limit is None:
        raise Problem(
            415,
            "unknown-medium",
            "This is nothing that can go with a text: send a picture (JPEG, PNG, GIF, HEIC, TIFF), a sound, "
            "a film, a contact (vCard), an appointment (iCalendar) or a PDF.",
        )
    if len(content) > limit:
        detail = f"A file of the type {content_type} can have at most {limit:,} bytes."
        raise Problem(413, "too-large", detail)
    sha256 = await queries.keep(session, actor.organisation_id, content, content_type)
    return MediumOut(sha256=sha256, content_type=content_type, size=len(content))


@router.head(
    "/media/{organisation_id}/{sha256}",
    operation_id="headLinkedMedium",
    include_in_schema=False,
    openapi_extra=_LINKED,
)
@router.get(
    "/media/{organisation_id}/{sha256}",
    operation_id="getLinkedMedium",
    response_class=Response,
    responses={200: _BYTES, **problems(403, 404, 422)},
    openapi_extra=_LINKED,
)
async def get_linked_medium(
    organisation_id: UUID,
    sha256: str,
    expires: int,
    signature: str,
    context: InContext,
    session: Database,
    now: Now,
) -> Response:
    """Give a medium to the provider that sends it, by a link we signed. No session; providers ask with HEAD, too."""
    links = MediaLinks(lambda: context.secrets.derived_key(LINK_KEY), context.settings.callback_url)
    if not links.is_valid(organisation_id, sha256, expires, signature, now):
        raise Problem(403, "invalid-link", "This link is not valid, or not any more.")
    content = await queries.content(session, organisation_id, sha256)
    if content is None:
        raise not_found("medium")
    # its recipient shows the file's name; no person opens such a link
    return _served(content, "inline")


@router.get(
    "/messages/{message_id}/media/{position}",
    operation_id="getMessageMedium",
    response_class=Response,
    responses={200: _BYTES, **problems(401, 403, 404, 422)},
)
async def get_message_medium(
    message_id: UUID,
    position: Annotated[int, Path(ge=0, le=99, description="From 0.")],
    actor: _MayRead,
    session: Database,
) -> Response:
    """Show what goes with a text. All but pictures are for downloading."""
    content = await queries.visible_content(session, actor, message_id, position)
    if content is None:
        raise not_found("medium")
    return _served(content, "inline" if is_image(content.content_type) else "attachment")


def _served(content: Content, disposition: str) -> Response:
    """Return bytes that a stranger made so that no browser takes them for anything but what they are."""
    return Response(
        content.content,
        headers={
            "Content-Type": content.content_type,
            "Content-Disposition": f'{disposition}; filename="{file_name(content.content_type)}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        },
    )
