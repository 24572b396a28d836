"""How does one get the media of a message? By a redirect to an address that asks for nothing."""

from datetime import UTC
from email.utils import format_datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from handset.entities import Media, Message
from handset.protocols.twilio.access import (
    NotGranted,
    Resource,
    answer,
    page_of,
    query_of,
    route,
)
from handset.protocols.twilio.resources import API, list_json, media_sid, message_uri

_PATH: Final = API + "/Accounts/{account}/Messages/{message}/Media"
_CONTENT: Final = "/twilio-media/{account}/{message}/{sid}"


class MediaFiles(Resource):
    """`/2010-04-01/Accounts/{AC}/Messages/{MM}/Media`, and where it redirects to."""

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            route(_PATH + ".json", self.list_media),
            route(_PATH + "/{sid}.json", self.get_media),
            route(_PATH + "/{sid}", self.redirect),
            route(_CONTENT, self.content),
        ]

    async def list_media(self, request: Request) -> Response:
        """List what goes with a message."""
        message = self._message(request)
        query = query_of(request)
        return answer(
            list_json(
                message.media,
                lambda media: _media_json(message, media),
                key="media_list",
                path=request.url.path,
                query=query,
                wanted=page_of(query),
            )
        )

    async def get_media(self, request: Request) -> Response:
        """Describe one medium."""
        message = self._message(request)
        return answer(_media_json(message, _medium(request, message)))

    async def redirect(self, request: Request) -> Response:
        """Say where the content of one medium is."""
        message = self._message(request)
        sid = media_sid(_medium(request, message))
        path = _CONTENT.format(account=message.account_id, message=message.id, sid=sid)
        return RedirectResponse(self.exchange.url + path, 307)

    async def content(self, request: Request) -> Response:
        """Return the content of one medium, to anybody."""
        message = self.exchange.carrier.messages.get(request.path_params["message"])
        if message is None:
            raise NotGranted(20404, request.url.path)
        medium = _medium(request, message)
        return Response(self.exchange.files.get(medium.sha256), media_type=medium.content_type)

    def _message(self, request: Request) -> Message:
        account = self.authenticate(request)
        message = self.exchange.carrier.messages.get(request.path_params["message"])
        if message is None or message.account_id != account.id:
            raise NotGranted(20404, request.url.path)
        return message


def _medium(request: Request, message: Message) -> Media:
    sid = request.path_params["sid"]
    for medium in message.media:
        if media_sid(medium) == sid:
            return medium
    raise NotGranted(20404, request.url.path)


def _media_json(message: Message, media: Media) -> dict[str, Any]:
    at = format_datetime(message.created_at.astimezone(UTC))
    return {
        "sid": media_sid(media),
        "account_sid": message.account_id,
        "parent_sid": message.id,
        "content_type": media.content_type,
        "date_created": at,
        "date_updated": at,
        "uri": f"{message_uri(message)}/Media/{media_sid(media)}.json",
    }
