"""Tests of api/embed/tokens.py: whose token it is, or why it is nobody's."""

import base64
import hmac
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import FastAPI
from sqlalchemy import update

from db.engine import Sessions
from db.tables import EmbedKey, Record, User
from domain.records import RecordKind
from tests.api.conftest import People, client_of, problem
from tests.api.embedding import claims_of, embedded, make_key, sign
from tests.makers import (
    EMBED_SECRET,
    make_embed_key,
    make_organisation,
    make_record,
    make_unit,
    make_user,
)

NOT_SIGNED = (
    "This token was not signed with an active key of Touchline: "
    "see the page Embedding in Touchline's settings."
)


@pytest.fixture
async def key(people: People, sessions: Sessions) -> EmbedKey:
    return await make_key(sessions, people.administrator.user)


@pytest.fixture
async def record(people: People, sessions: Sessions) -> Record:
    async with sessions.begin() as session:
        return await make_record(session, people.seller.user, external_id="CRM-42")


async def ask(app: FastAPI, token: str) -> httpx.Response:
    async with client_of(app, token) as http:
        return await http.get("/session")


async def refused(app: FastAPI, token: str, slug: str = "embed-token-invalid") -> str:
    """Return why a token is refused; a token that is not refused fails the test."""
    answer = await ask(app, token)
    assert problem(answer) == (401, slug), answer.text
    assert answer.headers["www-authenticate"] == "Bearer"
    detail: str = answer.json()["detail"]
    return detail


async def test_a_token_is_its_seller_narrowed_to_its_record(
    app: FastAPI, people: People, key: EmbedKey, record: Record
) -> None:
    claims = claims_of(people.seller.user, record)
    answer = await ask(app, sign(key.id, claims))
    assert answer.status_code == 200
    who = answer.json()
    assert who["user"]["id"] == str(people.seller.user.id)
    assert who["embedded"] == {"record_id": str(record.id)}
    assert who["expires_at"].startswith("20")
    assert (await people.seller.http.get("/session")).json()["embedded"] is None


async def test_seller_and_record_are_named_by_our_ids_or_by_theirs(
    app: FastAPI, people: People, key: EmbedKey, record: Record
) -> None:
    seller = people.seller.user
    for named in (str(seller.id), seller.email, seller.email.upper()):
        for of_record in (str(record.id), "lead:CRM-42"):
            answer = await ask(app, sign(key.id, claims_of(seller, of_record, sub=named)))
            assert answer.json()["embedded"] == {"record_id": str(record.id)}


def _part(content: object) -> str:
    return _url_safe(json.dumps(content).encode())


def _url_safe(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _by_hand(algorithm: str, digest: str, key_id: object, claims: dict[str, Any]) -> str:
    """Return a token that says `algorithm` and is an HMAC over `digest` with our secret."""
    head = f"{_part({'alg': algorithm, 'kid': str(key_id)})}.{_part(claims)}"
    return f"{head}.{_url_safe(hmac.digest(EMBED_SECRET.encode(), head.encode(), digest))}"


async def test_what_is_not_signed_with_an_active_key_is_refused_with_one_sentence(
    app: FastAPI, people: People, sessions: Sessions, key: EmbedKey, record: Record
) -> None:
    claims = claims_of(people.seller.user, record)
    good = sign(key.id, claims)
    header, payload, signature = good.split(".")
    inactive = await make_key(sessions, people.administrator.user, is_active=False)
    unreadable = await make_key(sessions, people.administrator.user, secret=b"damaged" * 9)
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = [
        sign(key.id, claims, key=EMBED_SECRET + "x"),
        _by_hand("HS512", "sha512", key.id, claims),
        _by_hand("HS512", "sha256", key.id, claims),
        _by_hand("RS256", "sha256", key.id, claims),
        sign(key.id, claims, key=rsa_key, algorithm="RS256"),
        f"{_part({'alg': 'none', 'kid': str(key.id)})}.{payload}.",
        f"{header}.{_part(claims | {'sub': people.administrator.user.email})}.{signature}",
        f"{header}.{payload}.",
        f"{header}.{payload}.{signature[:-4]}AAAA",
        sign(inactive.id, claims),
        sign(unreadable.id, claims),
        sign(uuid4(), claims),
        sign("no id", claims),
        sign(key.id, claims, headers={}),
        sign(key.id, claims | {"padding": "x" * 4000}),
        "a.b.c",
        "..",
        f".{payload}.",
    ]
    assert {await refused(app, token) for token in forged} == {NOT_SIGNED}
    # and those that only differ in being genuine are taken
    for token in (good, _by_hand("HS256", "sha256", key.id, claims)):
        assert (await ask(app, token)).status_code == 200


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"aud": "another-product"}, '"aud"'),
        ({"sub": "nobody@example.com"}, "names no active user of this organisation"),
        ({"sub": str(uuid4())}, "names no active user of this organisation"),
        ({"record": str(uuid4())}, "names no record that this user may see"),
        ({"record": "lead:CRM-43"}, "names no record that this user may see"),
        ({"record": "contact:CRM-42"}, "names no record that this user may see"),
        ({"record": "CRM-42"}, "lead:CRM-42"),
        ({"exp": 10**12}, "300 seconds at most"),
        ({"iat": "now"}, '"iat"'),
        ({"exp": None}, '"exp"'),
    ],
)
async def test_what_a_signed_token_lacks_is_told_to_who_signed_it(
    app: FastAPI,
    people: People,
    key: EmbedKey,
    record: Record,
    claims: dict[str, Any],
    why: str,
) -> None:
    good = claims_of(people.seller.user, record)
    assert why in await refused(app, sign(key.id, good | claims))


async def test_a_token_lasts_five_minutes_at_most_and_ends_when_it_says(
    app: FastAPI, people: People, key: EmbedKey, record: Record
) -> None:
    good = claims_of(people.seller.user, record)
    now = good["iat"]

    async def told(issued: int, expires: int, slug: str) -> str:
        claims = good | {"iat": issued, "exp": expires}
        return await refused(app, sign(key.id, claims), slug)

    assert "expired" in await told(now - 300, now - 1, "embed-token-expired")
    assert "300 seconds" in await told(now, now + 301, "embed-token-invalid")
    assert "future" in await told(now + 90, now + 100, "embed-token-invalid")
    for claims in ({"exp": now + 300}, {"iat": now + 30, "exp": now + 60}):
        assert (await ask(app, sign(key.id, good | claims))).status_code == 200


async def test_a_key_is_good_for_its_own_organisation_only(
    app: FastAPI, people: People, sessions: Sessions, key: EmbedKey, record: Record
) -> None:
    async with sessions.begin() as session:
        other = await make_organisation(session)
        stranger = await make_user(session, other.id)
        theirs = await make_record(session, stranger)
        their_key = await make_embed_key(session, stranger)
    # their key, our seller; our key, their user; our key and seller, their record
    assert "no active user" in await refused(
        app, sign(their_key.id, claims_of(people.seller.user, record))
    )
    assert "no active user" in await refused(app, sign(key.id, claims_of(stranger, theirs)))
    assert "no record" in await refused(app, sign(key.id, claims_of(people.seller.user, theirs)))
    assert (await ask(app, sign(their_key.id, claims_of(stranger, theirs)))).status_code == 200


async def test_a_deactivated_key_stops_the_very_next_request(
    app: FastAPI, people: People, key: EmbedKey, record: Record
) -> None:
    async with embedded(app, key, people.seller.user, record) as http:
        assert (await http.get("/session")).status_code == 200
        changed = await people.administrator.http.patch(
            f"/embed-keys/{key.id}", json={"is_active": False}
        )
        assert changed.status_code == 200
        assert problem(await http.get("/session")) == (401, "embed-token-invalid")


async def test_who_is_no_longer_active_and_what_is_no_longer_theirs_stop_the_very_next_request(
    app: FastAPI, people: People, sessions: Sessions, key: EmbedKey, record: Record
) -> None:
    async with sessions.begin() as session:
        elsewhere = await make_unit(session, people.organisation.id)
        far = await make_user(session, people.organisation.id, business_unit_id=elsewhere.id)
    async with embedded(app, key, people.seller.user, record) as http:
        assert (await http.get("/session")).status_code == 200
        async with sessions.begin() as session:
            await session.execute(
                update(Record).where(Record.id == record.id).values(owner_user_id=far.id)
            )
        gone = await http.get("/session")
        assert problem(gone) == (401, "embed-token-invalid")
        assert "no record that this user may see" in gone.json()["detail"]
    async with embedded(app, key, far, record) as http:
        assert (await http.get("/session")).status_code == 200
        async with sessions.begin() as session:
            await session.execute(update(User).where(User.id == far.id).values(is_active=False))
        assert problem(await http.get("/session")) == (401, "embed-token-invalid")


async def test_an_external_id_is_looked_up_among_the_records_of_its_kind(
    app: FastAPI, people: People, sessions: Sessions, key: EmbedKey, record: Record
) -> None:
    async with sessions.begin() as session:
        contact = await make_record(
            session, people.seller.user, kind=RecordKind.CONTACT, external_id="CRM-42"
        )
    answer = await ask(app, sign(key.id, claims_of(people.seller.user, "contact:CRM-42")))
    assert answer.json()["embedded"] == {"record_id": str(contact.id)}
    answer = await ask(app, sign(key.id, claims_of(people.seller.user, "lead:CRM-42")))
    assert answer.json()["embedded"] == {"record_id": str(record.id)}


async def test_a_session_is_not_ended_nor_made_with_such_a_token(
    app: FastAPI, people: People, key: EmbedKey, record: Record
) -> None:
    async with embedded(app, key, people.seller.user, record) as http:
        assert problem(await http.delete("/session")) == (403, "embed-token-only")
        assert (await http.get("/session")).status_code == 200
