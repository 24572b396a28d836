"""What came with a customer's text? Fetched from Twilio, which keeps it and sends us to its content network.

Source: the SDK's description of media; the hosts, as issue reports on inbound pictures name them.
"""

from typing import Final

import httpx

from channels.errors import MediaRefused, ProviderUnavailable
from channels.http import TooLarge
from channels.interface import Media, MediaLink
from channels.twilio.client import BASE_URL, PAGE_SIZE, TwilioClient, reading
from channels.twilio.http import TwilioHttp

_MOST_REDIRECTS: Final = 3
"""One is usual; links of years ago took two."""

_CONTENT_HOSTS: Final = (".twiliocdn.com", ".amazonaws.com")

_GONE: Final = frozenset({400, 404, 410})


async def media_of(
    client: TwilioClient, base_url: str, provider_message_id: str
) -> list[MediaLink]:
    """Return what came with a text. Raises ProviderUnavailable."""
    with reading():
        message = client.messages(provider_message_id)
        folder = (
            f"{base_url}/2010-04-01/Accounts/{client.account_sid}/Messages/{provider_message_id}"
        )
        return [
            MediaLink(f"{folder}/Media/{medium.sid}", str(medium.content_type or ""))
            for medium in await message.media.list_async(page_size=PAGE_SIZE)
        ]


async def fetch_media(
    http: TwilioHttp, auth: tuple[str, str], base_url: str, url: str, *, max_bytes: int
) -> Media:
    """Return what is behind `url`. The credentials go to the API alone, not where it redirects to.

    Raises MediaRefused, ProviderUnavailable.
    """
    target = _api_url(url, base_url)
    credentials: tuple[str, str] | None = auth
    for _ in range(1 + _MOST_REDIRECTS):
        with reading():
            try:
                answer, content = await http.download(str(target), credentials, max_bytes=max_bytes)
            except TooLarge:
                raise MediaRefused(f"what came with the text is over {max_bytes} bytes") from None
        if answer.is_success:
            return Media(answer.headers.get("Content-Type", ""), content)
        if not answer.has_redirect_location:
            raise _refusal(answer.status_code)
        target, credentials = _redirected(target, answer, base_url), None
    raise MediaRefused("what came with the text is behind too many redirects")


def _api_url(url: str, base_url: str) -> httpx.URL:
    """Return the address to ask for `url`: Twilio's own, or what stands in for it. Raises MediaRefused."""
    target = _parsed(url)
    if _origin(target) == _origin(httpx.URL(base_url)):
        return target
    if _origin(target) == _origin(httpx.URL(BASE_URL)):
        return httpx.URL(base_url + target.raw_path.decode())
    raise MediaRefused("what came with the text is not at Twilio")


def _redirected(asked: httpx.URL, answer: httpx.Response, base_url: str) -> httpx.URL:
    try:
        target = asked.join(answer.headers["Location"])
    except httpx.InvalidURL:
        raise MediaRefused("what came with the text is behind a link that is none") from None
    is_content = target.scheme == "https" and target.host.endswith(_CONTENT_HOSTS)
    if not is_content and _origin(target) != _origin(httpx.URL(base_url)):
        raise MediaRefused("what came with the text is not at Twilio")
    return target


def _refusal(status: int) -> MediaRefused | ProviderUnavailable:
    if status in _GONE:
        return MediaRefused(f"what came with the text is gone: Twilio answered HTTP {status}")
    return ProviderUnavailable(f"Twilio answered HTTP {status}")


def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL:
        raise MediaRefused("what came with the text is behind a link that is none") from None


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
