"""The activity that fetches, on a real database; a provider's answers come from a server that follows a script."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select
from temporalio.exceptions import ApplicationError

from activities.accounts import OpenAccounts
from activities.media import MediaFetcher
from channels.interface import MediaLink
from db.engine import Sessions
from db.media import queries
from db.media.queries import MediumRow
from db.tables import Media, Message
from domain.media import MAX_INBOUND_BYTES, MediaStatus
from domain.messages import Direction, MessageStatus
from tests.channels.carrier_server import Connection, carrier_server
from tests.db.conftest import NOW, make_message
from tests.makers import ACCOUNT_SID, SECRETS, make_conversation, make_scene
from workflows.activities import FetchMedia

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40)
FOLDER = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/MM1/Media"


@dataclass
class Provider:
    """Twilio as it holds media: by name, what its answers are, and which it cannot give now."""

    held: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    away: set[str] = field(default_factory=set)

    async def serve(self, connection: Connection) -> None:
        while True:
            path = (await connection.read_request()).split()[1].decode()
            name = path.removeprefix(f"{FOLDER}/")
            self.asked.append(name)
            if name in self.away:
                await connection.write(_answer("503 Service Unavailable", "text/plain", b""))
            elif name in self.held:
                await connection.write(_answer("200 OK", *self.held[name]))
            else:
                await connection.write(_answer("404 Not Found", "text/plain", b""))


def _answer(status: str, content_type: str, content: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


@dataclass
class Case:
    """A text of a customer's, with whatever came with it."""

    sessions: Sessions
    provider: Provider
    fetcher: MediaFetcher
    message: Message
    at = NOW

    async def arrives(self, *links: MediaLink) -> None:
        async with self.sessions.begin() as session:
            await queries.note(session, self.message.organisation_id, self.message.id, links)

    async def fetch(self) -> None:
        await self.fetcher.fetch_media(FetchMedia(self.message.id, NOW + timedelta(hours=24)))

    async def media(self) -> list[MediumRow]:
        async with self.sessions() as session:
            return (await queries.of_messages(session, [self.message.id]))[self.message.id]


@pytest.fixture
async def case(sessions: Sessions) -> AsyncIterator[Case]:
    provider = Provider()
    accounts = OpenAccounts(SECRETS, timeout_seconds=2)
    made: list[Case] = []
    async with carrier_server(provider.serve) as address:
        async with sessions.begin() as session:
            scene = await make_scene(session, api_base_url=f"http://{address}")
            conversation = await make_conversation(session, scene.record, scene.number)
        message = await make_message(
            sessions,
            conversation,
            scene.account.id,
            direction=Direction.INBOUND,
            status=MessageStatus.RECEIVED,
            submitted_at=None,
        )
        fetcher = MediaFetcher(sessions, accounts, clock=lambda: made[0].at)
        made.append(Case(sessions, provider, fetcher, message))
        yield made[0]
        await accounts.close()


def link(name: str, content_type: str = "image/png") -> MediaLink:
    return MediaLink(f"https://api.twilio.com{FOLDER}/{name}", content_type)


async def test_what_came_with_a_text_is_kept_as_what_it_is_and_not_as_what_it_is_called(
    case: Case,
) -> None:
    case.provider.held["ME1"] = ("text/html", PICTURE)
    await case.arrives(link("ME1", "text/html"))
    await case.fetch()

    (medium,) = await case.media()
    assert (medium.status, medium.content_type, medium.size) == (
        MediaStatus.STORED,
        "image/png",
        48,
    )
    async with case.sessions() as session:
        assert medium.sha256 is not None
        kept = await queries.content(session, case.message.organisation_id, medium.sha256)
    assert kept == ("image/png", PICTURE)


async def test_what_is_fetched_is_not_fetched_again(case: Case) -> None:
    case.provider.held["ME1"] = ("image/png", PICTURE)
    await case.arrives(link("ME1"))
    await case.fetch()
    await case.fetch()
    assert case.provider.asked == ["ME1"]


async def test_what_a_page_hides_in_a_picture_is_refused(case: Case) -> None:
    case.provider.held["ME1"] = ("image/png", b"<!DOCTYPE html><script>alert(1)</script>")
    await case.arrives(link("ME1"))
    await case.fetch()

    (medium,) = await case.media()
    assert (medium.status, medium.reason) == (
        MediaStatus.REFUSED,
        "It is of no kind that is kept here.",
    )
    async with case.sessions() as session:
        assert (await session.scalars(select(Media))).all() == []


async def test_one_that_is_gone_or_too_large_does_not_keep_the_others_away(case: Case) -> None:
    case.provider.held["huge"] = ("image/png", PICTURE + bytes(MAX_INBOUND_BYTES))
    case.provider.held["ME3"] = ("image/png", PICTURE)
    await case.arrives(link("gone"), link("huge"), link("ME3"))
    await case.fetch()

    gone, huge, stored = await case.media()
    assert (gone.status, huge.status, stored.status) == (
        MediaStatus.REFUSED,
        MediaStatus.REFUSED,
        MediaStatus.STORED,
    )
    assert gone.reason == "What came with the text is gone: Twilio answered HTTP 404."
    assert huge.reason == "What came with the text is over 10485760 bytes."


async def test_nothing_is_fetched_from_elsewhere(case: Case) -> None:
    await case.arrives(MediaLink(f"https://evil.example.com{FOLDER}/ME1", "image/png"))
    await case.fetch()
    (medium,) = await case.media()
    assert medium.status is MediaStatus.REFUSED
    assert case.provider.asked == []


async def test_a_provider_that_is_away_is_asked_again_for_what_is_missing(case: Case) -> None:
    case.provider.held = dict.fromkeys(("ME1", "ME2"), ("image/png", PICTURE))
    case.provider.away = {"ME1"}
    await case.arrives(link("ME1"), link("ME2"))
    with pytest.raises(ApplicationError, match="did not let us have 1 of 2 media") as error:
        await case.fetch()
    assert not error.value.non_retryable
    assert [medium.status for medium in await case.media()] == [
        MediaStatus.WAITING,
        MediaStatus.STORED,
    ]

    case.provider.away = set()
    await case.fetch()
    assert case.provider.asked == ["ME1", "ME2", "ME1"]
    assert [medium.status for medium in await case.media()] == [MediaStatus.STORED] * 2


async def test_after_a_day_it_is_said_that_it_will_not_come(case: Case) -> None:
    case.provider.held["ME1"] = ("image/png", PICTURE)
    await case.arrives(link("ME1"))
    case.at = NOW + timedelta(hours=24)
    await case.fetch()

    (medium,) = await case.media()
    assert (medium.status, medium.reason) == (
        MediaStatus.REFUSED,
        "The provider did not let us have it in time.",
    )
    assert case.provider.asked == []
