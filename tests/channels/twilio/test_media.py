import httpx
import pytest

from channels.errors import MediaRefused, ProviderUnavailable
from channels.interface import Media, MediaLink
from tests.channels.twilio.conftest import (
    ACCOUNT_SID,
    ROOT,
    SID,
    Handler,
    always,
    by_path,
    make_channel,
)

BASE = "https://carrier.example.org"
PATH = f"{ROOT}/Messages/{SID}/Media/ME1"
LINK = f"https://api.twilio.com{PATH}"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"x" * 92
CDN = "https://media.twiliocdn.com/AC1/picture?token=t"


def picture(content: bytes = PICTURE) -> httpx.Response:
    return httpx.Response(200, content=content, headers={"Content-Type": "image/png"})


def redirect(location: str, status: int = 307) -> httpx.Response:
    return httpx.Response(status, headers={"Location": location})


def at(answers: dict[str, httpx.Response], asked: list[httpx.Request]) -> Handler:
    """Return all hosts of the world; what was asked of them ends in `asked`."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answers.get(str(request.url)) or httpx.Response(404)

    return answer


async def test_the_media_of_a_text_are_listed_with_their_types() -> None:
    media = [
        {"sid": "ME1", "content_type": "image/png"},
        {"sid": "ME2", "content_type": None},
    ]
    listed = httpx.Response(200, json={"media_list": media, "next_page_uri": None})
    channel = make_channel(by_path({f"/Messages/{SID}/Media.json?PageSize=100": listed}))
    assert await channel.media_of(SID) == [
        MediaLink(f"{BASE}{ROOT}/Messages/{SID}/Media/ME1", "image/png"),
        MediaLink(f"{BASE}{ROOT}/Messages/{SID}/Media/ME2", ""),
    ]


async def test_a_picture_is_fetched_with_our_credentials() -> None:
    asked: list[httpx.Request] = []
    channel = make_channel(at({BASE + PATH: picture()}, asked))
    assert await channel.fetch_media(LINK, max_bytes=100) == Media("image/png", PICTURE)
    assert asked[0].headers["Authorization"].startswith("Basic ")


async def test_a_link_at_our_base_url_is_fetched_as_it_is() -> None:
    channel = make_channel(at({BASE + PATH: picture()}, []))
    assert await channel.fetch_media(BASE + PATH, max_bytes=100) == Media("image/png", PICTURE)


async def test_a_base_url_with_a_path_keeps_it() -> None:
    base_url = BASE + "/edge"
    channel = make_channel(at({base_url + PATH: picture()}, []), base_url=base_url)
    assert await channel.fetch_media(LINK, max_bytes=100) == Media("image/png", PICTURE)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location",
    [
        CDN,
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com/AC1/picture?X-Amz-Signature=s",
        f"{BASE}/content/1",
    ],
)
async def test_the_content_network_is_asked_without_our_credentials(
    location: str, status: int
) -> None:
    asked: list[httpx.Request] = []
    answers = {BASE + PATH: redirect(location, status), location: picture()}
    found = await make_channel(at(answers, asked)).fetch_media(LINK, max_bytes=100)
    assert found == Media("image/png", PICTURE)
    assert [str(request.url) for request in asked] == [BASE + PATH, location]
    assert "Authorization" not in asked[1].headers


async def test_a_relative_redirect_stays_at_its_host() -> None:
    answers = {BASE + PATH: redirect("/content/1"), f"{BASE}/content/1": picture()}
    assert (await make_channel(at(answers, [])).fetch_media(LINK, max_bytes=100)).content == PICTURE


@pytest.mark.parametrize(
    "location",
    [
        "https://elsewhere.example.org/picture",
        "https://nottwiliocdn.com/picture",
        "https://twiliocdn.com.example.org/picture",
        "http://media.twiliocdn.com/picture",
        "http://carrier.example.org/picture",
        "https://carrier.example.org:8443/picture",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "https://[",
    ],
)
async def test_a_redirect_elsewhere_is_not_followed(location: str) -> None:
    asked: list[httpx.Request] = []
    channel = make_channel(at({BASE + PATH: redirect(location)}, asked))
    with pytest.raises(MediaRefused):
        await channel.fetch_media(LINK, max_bytes=100)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        f"https://elsewhere.example.org{PATH}",
        f"http://api.twilio.com{PATH}",
        f"https://api.twilio.com:8443{PATH}",
        f"https://api.twilio.com@elsewhere.example.org{PATH}",
        f"https://api.twilio.com.example.org{PATH}",
        CDN,
        PATH,
        "",
        "https://[",
        "https://api.twilio.com/\x00",
    ],
)
async def test_our_credentials_go_to_nobody_but_the_api(url: str) -> None:
    asked: list[httpx.Request] = []
    with pytest.raises(MediaRefused):
        await make_channel(at({}, asked)).fetch_media(url, max_bytes=100)
    assert asked == []


async def test_redirects_without_end_are_given_up() -> None:
    asked: list[httpx.Request] = []
    channel = make_channel(at({BASE + PATH: redirect(CDN), CDN: redirect(CDN)}, asked))
    with pytest.raises(MediaRefused, match="too many redirects"):
        await channel.fetch_media(LINK, max_bytes=100)
    assert len(asked) == 4


async def test_what_is_as_large_as_allowed_is_taken_and_one_byte_more_is_not() -> None:
    channel = make_channel(always(200, PICTURE))
    assert len((await channel.fetch_media(LINK, max_bytes=100)).content) == 100
    with pytest.raises(MediaRefused, match="over 99 bytes"):
        await channel.fetch_media(LINK, max_bytes=99)


@pytest.mark.parametrize("status", [400, 404, 410])
async def test_a_picture_that_is_gone_stays_gone(status: int) -> None:
    with pytest.raises(MediaRefused, match=f"HTTP {status}"):
        await make_channel(always(status)).fetch_media(LINK, max_bytes=100)


@pytest.mark.parametrize("status", [401, 403, 408, 429, 500, 503])
async def test_a_picture_that_cannot_be_had_now_may_be_had_later(status: int) -> None:
    with pytest.raises(ProviderUnavailable, match=f"HTTP {status}"):
        await make_channel(always(status)).fetch_media(LINK, max_bytes=100)


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.ReadError])
async def test_a_picture_whose_way_is_broken_may_be_had_later(
    error: type[httpx.RequestError],
) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error("broken")

    with pytest.raises(ProviderUnavailable):
        await make_channel(fail).fetch_media(LINK, max_bytes=100)


async def test_what_is_refused_is_said_without_its_address() -> None:
    with pytest.raises(MediaRefused) as refused:
        await make_channel(always(404)).fetch_media(LINK, max_bytes=100)
    assert ACCOUNT_SID not in str(refused.value)
