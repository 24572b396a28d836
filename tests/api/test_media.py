"""Media through the API: taken in, sent with a text, fetched by a provider, seen by people."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest

from channels.interface import MediaLink
from db.engine import Sessions
from db.media import queries as media
from db.tables import Message, PhoneNumber, Record
from domain.media import LINK_KEY, MediaLinks
from domain.messages import Direction, MessageStatus
from tests.api.conftest import PUBLIC_URL, People, Person, problem
from tests.api.makers import make_lead
from tests.makers import SECRETS, make_conversation, make_organisation, save

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40)
SHA256 = sha256(PICTURE).hexdigest()
PDF = b"%PDF-1.4\n" + bytes(40)
LINKS = MediaLinks(lambda: SECRETS.derived_key(LINK_KEY), PUBLIC_URL)


async def _upload(person: Person, content: bytes, **headers: str) -> httpx.Response:
    return await person.http.post("/media", content=content, headers=headers)


async def _conversation(people: People, sessions: Sessions) -> str:
    record_id = await make_lead(people.seller)
    async with sessions.begin() as session:
        record = await session.get_one(Record, record_id)
        number = await session.get_one(PhoneNumber, people.number.id)
        number.can_mms = True
        return str((await make_conversation(session, record, number)).id)


async def _send(person: Person, conversation_id: str, **body: Any) -> httpx.Response:
    return await person.http.post(f"/conversations/{conversation_id}/messages", json=body)


async def test_a_picture_is_taken_in_as_what_it_is_whatever_it_is_called(people: People) -> None:
    answer = await _upload(people.seller, PICTURE, **{"Content-Type": "text/html"})
    assert answer.status_code == 201
    assert answer.json() == {"sha256": SHA256, "content_type": "image/png", "size": 48}
    assert (await _upload(people.seller, PICTURE)).json() == answer.json()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html><script>alert(1)</script></html>", id="a page"),
        pytest.param(b"RIFF\x24\0\0\0WEBPVP8 " + bytes(40), id="a picture that MMS does not take"),
    ],
)
async def test_what_cannot_go_with_a_text_is_not_taken_in(people: People, content: bytes) -> None:
    answer = await _upload(people.seller, content, **{"Content-Type": "image/png"})
    assert problem(answer) == (415, "unknown-medium")


async def test_what_is_too_large_for_a_text_is_not_taken_in(people: People) -> None:
    answer = await _upload(people.seller, PDF + bytes(500_000))
    assert problem(answer) == (413, "too-large")
    assert answer.json()["detail"] == (
        "A file of the type application/pdf can have at most 500,000 bytes."
    )
    assert (await _upload(people.seller, PICTURE + bytes(4_000_000))).status_code == 201
    assert problem(await _upload(people.seller, PICTURE + bytes(5_000_000))) == (413, "too-large")


async def test_what_grows_too_large_is_not_read_to_its_end(people: People) -> None:
    read = 0

    async def endless() -> Any:
        nonlocal read
        while read < 20_000_000:
            read += 100_000
            yield bytes(100_000)

    answer = await people.seller.http.post("/media", content=endless())
    assert problem(answer) == (413, "too-large")
    assert read <= 5_200_000


async def test_who_may_not_send_texts_may_take_nothing_in(
    people: People, http: httpx.AsyncClient
) -> None:
    assert problem(await http.post("/media", content=PICTURE)) == (401, "not-signed-in")


async def test_a_text_goes_with_media_and_shows_them(people: People, sessions: Sessions) -> None:
    conversation_id = await _conversation(people, sessions)
    for content in (PICTURE, PDF):
        await _upload(people.seller, content)
    pdf = sha256(PDF).hexdigest()
    answer = await _send(
        people.seller, conversation_id, text="The bike you saw", media=[SHA256, pdf]
    )
    assert answer.status_code == 201
    sent = answer.json()
    folder = f"/api/v1/messages/{sent['id']}/media"
    assert sent["media"] == [
        {
            "status": "stored",
            "content_type": "image/png",
            "size": 48,
            "sha256": SHA256,
            "url": f"{folder}/0",
            "reason": None,
        },
        {
            "status": "stored",
            "content_type": "application/pdf",
            "size": 49,
            "sha256": pdf,
            "url": f"{folder}/1",
            "reason": None,
        },
    ]
    path = f"/conversations/{conversation_id}"
    (listed,) = (await people.seller.http.get(f"{path}/messages")).json()["items"]
    assert listed["media"] == sent["media"]
    (written,) = (await people.seller.http.get(f"{path}/transcript")).json()["messages"]
    assert [(each["content_type"], each["sha256"]) for each in written["media"]] == [
        ("image/png", SHA256),
        ("application/pdf", pdf),
    ]


async def test_a_picture_needs_no_words_and_words_no_picture(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await _conversation(people, sessions)
    await _upload(people.seller, PICTURE)
    alone = await _send(people.seller, conversation_id, media=[SHA256])
    assert (alone.status_code, alone.json()["body"]) == (201, "")
    blank = await _send(people.seller, conversation_id, text=" \n", media=[SHA256])
    assert (blank.status_code, blank.json()["body"]) == (201, "")
    words = await _send(people.seller, conversation_id, text="Hello")
    assert (words.status_code, words.json()["media"]) == (201, [])
    nothing = await _send(people.seller, conversation_id, text=" ", media=[])
    assert problem(nothing) == (422, "empty-text")


async def test_a_number_that_can_send_no_pictures_sends_none_until_somebody_says_it_can(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await _conversation(people, sessions)
    number = f"/phone-numbers/{people.number.id}"
    await people.manager.http.patch(number, json={"can_mms": False})
    await _upload(people.seller, PICTURE)
    by_itself = await _send(people.seller, conversation_id, media=[SHA256])
    assert problem(by_itself) == (409, "no-sender")
    named = {"media": [SHA256], "phone_number_id": str(people.number.id)}
    assert problem(await _send(people.seller, conversation_id, **named)) == (409, "not-your-number")
    await people.manager.http.patch(number, json={"can_mms": True})
    assert (await _send(people.seller, conversation_id, **named)).status_code == 201


async def test_a_text_goes_only_with_what_the_organisation_keeps(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await _conversation(people, sessions)
    async with sessions.begin() as session:
        other = await make_organisation(session)
        await media.keep(session, other.id, PICTURE, "image/png")
    answer = await _send(people.seller, conversation_id, text="Look", media=[SHA256])
    assert problem(answer) == (422, "unknown-media")
    assert problem(await _send(people.seller, conversation_id, media=["../secrets"])) == (
        422,
        "invalid-request",
    )


async def test_a_text_goes_with_no_more_than_its_provider_takes(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await _conversation(people, sessions)
    async with sessions.begin() as session:
        # a customer's may be larger than what can be sent
        film = await media.keep(
            session, people.organisation.id, bytes(600_000), content_type="video/mp4"
        )
    await _upload(people.seller, PICTURE)
    too_large = await _send(people.seller, conversation_id, media=[film])
    assert problem(too_large) == (422, "media-not-sendable")
    assert problem(await _send(people.seller, conversation_id, media=[SHA256] * 11)) == (
        422,
        "invalid-request",
    )
    assert (await _send(people.seller, conversation_id, media=[SHA256] * 10)).status_code == 201


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_provider_fetches_a_medium_by_a_link_we_signed(
    people: People, http: httpx.AsyncClient, method: str
) -> None:
    await _upload(people.seller, PICTURE)
    url = LINKS.url(people.organisation.id, SHA256, datetime.now(UTC))
    answer = await http.request(method, url)
    assert answer.status_code == 200
    assert answer.headers["content-length"] == "48"
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"] == 'inline; filename="picture.png"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-store"
    assert method == "HEAD" or answer.content == PICTURE


async def test_a_link_that_is_changed_or_late_gives_nothing(
    people: People, http: httpx.AsyncClient
) -> None:
    for content in (PICTURE, PDF):
        await _upload(people.seller, content)
    now = datetime.now(UTC)
    url = LINKS.url(people.organisation.id, SHA256, now)
    elsewhere = url.replace(SHA256, sha256(PDF).hexdigest())
    late = LINKS.url(people.organisation.id, SHA256, now - timedelta(hours=25))
    for wrong in (elsewhere, late, url[:-1]):
        assert problem(await http.get(wrong)) == (403, "invalid-link")
    # signed, and not kept
    unknown = LINKS.url(people.organisation.id, "ab" * 32, now)
    assert problem(await http.get(unknown)) == (404, "not-found")
    assert problem(await http.get(url.partition("?")[0])) == (422, "invalid-request")


async def test_a_picture_is_shown_and_anything_else_is_for_downloading(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await _conversation(people, sessions)
    for content in (PICTURE, PDF):
        await _upload(people.seller, content)
    kept = [SHA256, sha256(PDF).hexdigest()]
    sent = (await _send(people.seller, conversation_id, media=kept)).json()
    urls = [f"{PUBLIC_URL}{medium['url']}" for medium in sent["media"]]
    picture, pdf = [await people.seller.http.get(url) for url in urls]
    assert (picture.content, pdf.content) == (PICTURE, PDF)
    assert picture.headers["content-disposition"] == 'inline; filename="picture.png"'
    assert pdf.headers["content-disposition"] == 'attachment; filename="document.pdf"'
    for answer, content_type in ((picture, "image/png"), (pdf, "application/pdf")):
        assert answer.headers["content-type"] == content_type
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"


async def test_what_goes_with_a_text_is_seen_by_who_may_read_the_conversation(
    people: People, sessions: Sessions, http: httpx.AsyncClient
) -> None:
    conversation_id = await _conversation(people, sessions)
    await _upload(people.seller, PICTURE)
    sent = (await _send(people.seller, conversation_id, media=[SHA256])).json()
    path = f"/messages/{sent['id']}/media"
    assert (await people.manager.http.get(f"{path}/0")).status_code == 200
    assert problem(await people.colleague.http.get(f"{path}/0")) == (404, "not-found")
    assert problem(await http.get(f"{path}/0")) == (401, "not-signed-in")
    assert problem(await people.seller.http.get(f"{path}/1")) == (404, "not-found")
    assert problem(await people.seller.http.get(f"{path}/-1")) == (422, "invalid-request")


async def test_what_came_with_a_text_is_shown_while_it_is_fetched_and_when_it_is_refused(
    people: People, sessions: Sessions
) -> None:
    conversation_id = await _conversation(people, sessions)
    message = Message(
        organisation_id=people.organisation.id,
        conversation_id=conversation_id,
        direction=Direction.INBOUND,
        status=MessageStatus.RECEIVED,
        body="",
        from_number="+12025550101",
        to_number="+12125550100",
        segments=0,
        encoding="GSM-7",
        provider_account_id=people.account.id,
    )
    async with sessions.begin() as session:
        await save(session, message)
        links = [MediaLink(f"https://api.example.com/ME{n}", "image/jpeg") for n in (1, 2)]
        await media.note(session, people.organisation.id, message.id, links)
        await media.refused(session, message.id, 1, "It is gone.")
    (shown,) = (await people.seller.http.get(f"/conversations/{conversation_id}/messages")).json()[
        "items"
    ]
    nothing = {"content_type": "image/jpeg", "size": None, "sha256": None, "url": None}
    assert shown["media"] == [
        {"status": "waiting", "reason": None, **nothing},
        {"status": "refused", "reason": "It is gone.", **nothing},
    ]
    answer = await people.seller.http.get(f"/messages/{message.id}/media/0")
    assert problem(answer) == (404, "not-found")
