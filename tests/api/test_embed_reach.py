"""What a token of another system's form reaches: one record's conversation, and nothing else of the whole API.

Every operation of the OpenAPI document is asked with one, about the token's own record, about another record of the
same seller, a colleague's, and another organisation's. What is let through is written out here, so that an operation
that opts in without a line here fails.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI

from db.engine import Sessions
from db.tables import EmbedKey, Message, Record, User
from domain.messages import Direction, HoldKind, MessageStatus
from tests.api.conftest import People, problem
from tests.api.embedding import embedded, make_key
from tests.makers import (
    make_account,
    make_conversation,
    make_number,
    make_organisation,
    make_record,
    make_user,
    save,
)

OPTED_IN: Final = {
    "getSession",
    "streamEvents",
    "getRecord",
    "listConversations",
    "openConversation",
    "getConversation",
    "listMessages",
    "listSenders",
    "previewMessage",
    "sendMessage",
    "cancelMessage",
    "markConversationRead",
    "showTyping",
    "listTemplates",
    "previewTemplate",
    "uploadMedium",
}
OPEN: Final = {
    "receiveText",
    "receiveStatus",
    "createSession",
    "getLinkedMedium",
    "getLive",
    "getReady",
}
"""Operations that ask for no token at all, and so are given away by none."""

BODIES: Final[dict[str, Any]] = {
    "sendMessage": {"text": "Hello"},
    "previewMessage": {"text": "Hello"},
    "showTyping": {"is_typing": True},
    "previewTemplate": {},
}
TEMPLATE: Final = {
    "name": "Hello",
    "variants": {"en": "Hi {{ record.first_name }}."},
    "default_language": "en",
    "sharing": "organisation",
}
ENDLESS: Final = {"streamEvents"}
"""Tested over a real server, in test_events.py."""


@dataclass(frozen=True)
class Case:
    """A record with a conversation and a text in it."""

    record: Record
    conversation_id: UUID
    message_id: UUID


@dataclass(frozen=True)
class World:
    key: EmbedKey
    own: Case
    others: dict[str, Case]
    template_id: str


@pytest.fixture
async def world(people: People, sessions: Sessions) -> World:
    key = await make_key(sessions, people.administrator.user)
    async with sessions.begin() as session:

        async def case(owner: User, number: Any, phone: str) -> Case:
            record = await make_record(session, owner, phone=phone)
            conversation = await make_conversation(session, record, number)
            message = Message(
                organisation_id=owner.organisation_id,
                conversation_id=conversation.id,
                direction=Direction.OUTBOUND,
                status=MessageStatus.HELD,
                held_for=HoldKind.SCHEDULE,
                held_until=datetime(2030, 1, 1, tzinfo=UTC),
                author_id=owner.id,
                body="Hello",
                from_number=number.e164,
                to_number=phone,
                segments=1,
                encoding="GSM-7",
                provider_account_id=number.provider_account_id,
            )
            await save(session, message)
            return Case(record, conversation.id, message.id)

        other = await make_organisation(session)
        stranger = await make_user(session, other.id)
        account = await make_account(session, other.id)
        theirs = await make_number(session, account, owner_user_id=stranger.id, e164="+12125550190")
        seller, colleague = people.seller.user, people.colleague.user
        own = await case(seller, people.number, "+12025550101")
        others = {
            "the same seller's": await case(seller, people.number, "+12025550102"),
            "a colleague's": await case(colleague, people.number, "+12025550103"),
            "another organisation's": await case(stranger, theirs, "+12025550104"),
        }
    template = await people.administrator.http.post("/templates", json=TEMPLATE)
    assert template.status_code == 201, template.text
    return World(key, own, others, template.json()["id"])


def _operations(app: FastAPI) -> list[tuple[str, str, str]]:
    """Return every operation: its id, its method, its path."""
    return [
        (operation["operationId"], method.upper(), path)
        for path, operations in app.openapi()["paths"].items()
        for method, operation in operations.items()
    ]


def _path(path: str, case: Case, template_id: str) -> str:
    """Return `path` about a case; what it has no id for gets one that nothing has."""
    ids = {
        "record_id": case.record.id,
        "conversation_id": case.conversation_id,
        "message_id": case.message_id,
        "template_id": template_id,
        "position": 0,
    }
    return re.sub(r"\{(\w+)\}", lambda found: str(ids.get(found[1], uuid4())), path)


async def _ask(
    http: httpx.AsyncClient, operation: tuple[str, str, str], case: Case, template_id: str
) -> httpx.Response:
    operation_id, method, path = operation
    url = httpx.URL(str(http.base_url)).join(_path(path, case, template_id))
    if operation_id == "uploadMedium":
        return await http.request(method, url, content=b"\x89PNG\r\n\x1a\n" + bytes(40))
    body = BODIES.get(operation_id, {})
    if operation_id == "openConversation":
        body = {"record_id": str(case.record.id)}
    return await http.request(
        method, url, json=body if method in ("POST", "PATCH", "PUT") else None
    )


@pytest.fixture(params=["seller", "administrator"])
def who(request: pytest.FixtureRequest, people: People) -> User:
    """Whoever the token names: it makes no difference to what the token reaches."""
    user: User = getattr(people, request.param).user
    return user


async def test_a_token_reaches_what_is_written_here_and_nothing_else(
    app: FastAPI, world: World, who: User
) -> None:
    reached, closed = set(), set()
    async with embedded(app, world.key, who, world.own.record) as http:
        for operation in _operations(app):
            operation_id = operation[0]
            if operation_id in OPEN | ENDLESS:
                continue
            for case in (world.own, *world.others.values()):
                answer = await _ask(http, operation, case, world.template_id)
                if answer.status_code == 403 and problem(answer) == (403, "embed-token-only"):
                    closed.add(operation_id)
                else:
                    reached.add(operation_id)
    assert reached == OPTED_IN - ENDLESS
    assert closed | reached | OPEN | ENDLESS == {name for name, _, _ in _operations(app)}
    assert not closed & reached


async def test_what_a_token_reaches_is_its_own_records_only(
    app: FastAPI, world: World, who: User
) -> None:
    asked = 0
    async with embedded(app, world.key, who, world.own.record) as http:
        for operation in _operations(app):
            operation_id, _, path = operation
            if operation_id not in OPTED_IN - ENDLESS:
                continue
            own = await _ask(http, operation, world.own, world.template_id)
            assert own.is_success, (operation_id, own.text)
            names = re.search(r"\{(record|conversation|message)_id\}", path)
            if not names and operation_id != "openConversation":
                continue
            for whose, case in world.others.items():
                answer = await _ask(http, operation, case, world.template_id)
                assert problem(answer) == (404, "not-found"), (operation_id, whose)
                asked += 1
    # getRecord, openConversation, cancelMessage, and seven of one conversation
    assert asked == 3 * 10


async def test_lists_hold_the_one_record_only(
    app: FastAPI, people: People, world: World, who: User
) -> None:
    async with embedded(app, world.key, who, world.own.record) as http:
        (conversation,) = (await http.get("/conversations")).json()["items"]
        assert conversation["id"] == str(world.own.conversation_id)
        for case in world.others.values():
            query = {"record_id": str(case.record.id)}
            assert (await http.get("/conversations", params=query)).json()["items"] == []
        named = [str(case.record.id) for case in (world.own, *world.others.values())]
        for body in ({}, {"record_ids": named}):
            previewed = await http.post(f"/templates/{world.template_id}/preview", json=body)
            shown = [each["record"]["id"] for each in previewed.json()["records"]]
            assert shown == [str(world.own.record.id)]


async def test_a_token_shows_no_more_than_its_seller_may_see(
    app: FastAPI, people: People, world: World
) -> None:
    # the unit's records are read by all its sellers, and their conversations are not
    colleagues = world.others["a colleague's"]
    await people.manager.http.patch(
        f"/phone-numbers/{people.number.id}",
        json={"owner_user_id": str(people.colleague.user.id)},
    )
    async with embedded(app, world.key, people.seller.user, colleagues.record) as http:
        assert (await http.get(f"/records/{colleagues.record.id}")).is_success
        closed = await http.get(f"/conversations/{colleagues.conversation_id}")
        assert problem(closed) == (404, "not-found")
        assert (await http.get("/conversations")).json()["items"] == []


async def test_an_answer_that_was_given_without_the_token_is_not_given_again_to_it(
    app: FastAPI, people: People, world: World
) -> None:
    other = world.others["the same seller's"].conversation_id
    path = f"/conversations/{other}/messages"
    once = {"Idempotency-Key": "once"}
    sent = await people.seller.http.post(path, json={"text": "Hello"}, headers=once)
    assert sent.status_code == 201
    async with embedded(app, world.key, people.seller.user, world.own.record) as http:
        again = await http.post(path, json={"text": "Hello"}, headers=once)
    assert not again.is_success
    assert "body" not in again.json()


async def test_operations_that_ask_for_no_token_are_those_written_here(app: FastAPI) -> None:
    declared = {
        operation["operationId"]
        for operations in app.openapi()["paths"].values()
        for operation in operations.values()
        if not operation.get("security")
    }
    assert declared == OPEN


async def test_what_goes_with_a_text_is_shown_by_a_link_as_a_picture_sends_no_token(
    app: FastAPI, people: People, world: World, http: httpx.AsyncClient
) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(40)
    path = f"/phone-numbers/{people.number.id}"
    await people.manager.http.patch(path, json={"can_mms": True})
    async with embedded(app, world.key, people.seller.user, world.own.record) as frame:
        kept = (await frame.post("/media", content=picture)).json()
        sent = await frame.post(
            f"/conversations/{world.own.conversation_id}/messages",
            json={"text": "Look", "media": [kept["sha256"]]},
        )
        assert sent.status_code == 201, sent.text
        (medium,) = sent.json()["media"]
        closed = await frame.get(f"/messages/{sent.json()['id']}/media/0")
        assert problem(closed) == (403, "embed-token-only")
    # an address without a host, so that the frame's policy takes it for its own
    assert medium["url"].startswith("/api/v1/media/")
    shown = await http.get(f"http://touchline.test{medium['url']}")
    assert (shown.status_code, shown.content) == (200, picture)
    (listed,) = [
        message
        for message in (
            await people.seller.http.get(f"/conversations/{world.own.conversation_id}/messages")
        ).json()["items"]
        if message["media"]
    ]
    assert listed["media"][0]["url"] == f"/api/v1/messages/{sent.json()['id']}/media/0"
