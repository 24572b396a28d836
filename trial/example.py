"""What is there to try? The example organisation: its people, numbers, leads and sequence."""

import asyncio
import hashlib
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import select

from api.auth import hash_of, new_token
from api.passwords import hash_password
from db.engine import Sessions, create_engine, create_sessions
from db.organisations.founding import create_organisation
from db.organisations.tables import Organisation
from db.users.queries import create_user
from db.users.sign_in import find_user_by_email, open_session
from domain.users import Role
from trial import access
from trial.access import Access
from trial.client import ApiClient, ApiError
from trial.handset import Handset

EXAMPLES: Final = Path(__file__).resolve().parent.parent / "examples"
ORGANISATION: Final = "Harbour Cycles"

_ACCOUNT: Final = "Handset (simulated carrier)"
_LEADS: Final = "leads.csv"
_SEQUENCE: Final = "welcome"
_LOADING: Final = timedelta(minutes=10)
"""Longer than loading takes on any machine."""


class Person(NamedTuple):
    """Somebody who may sign in to the example organisation."""

    name: str
    role: str
    email: str
    password: str


class Colleague(NamedTuple):
    """One of the example's people; `called` is the role in everyday words, `number` the one texts go out from."""

    first_name: str
    last_name: str
    role: Role
    called: str
    number: str | None = None

    @property
    def email(self) -> str:
        return f"{self.first_name.lower()}@harbour.example"


ADMINISTRATOR: Final = Colleague("Robin", "Hale", Role.ADMINISTRATOR, "administrator")
# The numbers are of ranges that regulators keep for fiction.
MAYA: Final = Colleague("Maya", "Torres", Role.SALESPERSON, "seller", "+12025550143")
OLIVER: Final = Colleague("Oliver", "Grant", Role.SALESPERSON, "seller", "+447700900143")
_COLLEAGUES: Final = (
    Colleague("Priya", "Nair", Role.SALES_MANAGER, "manager"),
    MAYA,
    OLIVER,
)


async def load(*, api_url: str, handset_url: str, database_url: str, home: Path) -> list[Person]:
    """Load the example organisation, and return who may sign in; what is loaded already stays as it is.

    The first user of all cannot come over HTTP and is put into the database; everything else is asked of
    the API as that administrator, whatever password they chose since. A database with an organisation of its
    own is left alone: nobody is returned. Raises ApiError, httpx.HTTPError.
    """
    begun = await _bootstrap(database_url, home, access.find(home))
    if begun is None:
        return []
    before, token = begun
    now = replace(before, api_url=api_url, handset_url=handset_url)
    await asyncio.to_thread(_load, now, token)
    access.write(home, replace(now, is_loaded=True))
    return [
        Person(f"{who.first_name} {who.last_name}", who.called, who.email, now.password)
        for who in (ADMINISTRATOR, *_COLLEAGUES)
    ]


async def _bootstrap(
    database_url: str, home: Path, known: Access | None
) -> tuple[Access, str] | None:
    """Make sure of the administrator, unless the database is somebody else's, and return the token of their session."""
    engine = create_engine(database_url, pool_size=1)
    try:
        sessions = create_sessions(engine)
        if await _is_empty(sessions):
            # written first: a password that is in the database alone would be lost
            known = known or Access(ADMINISTRATOR.email, secrets.token_urlsafe(9))
            access.write(home, replace(known, is_loaded=False))
            await _create_administrator(sessions, known)
        return None if known is None else (known, await _sign_in(sessions, known.email))
    finally:
        await engine.dispose()


async def _is_empty(sessions: Sessions) -> bool:
    async with sessions() as session:
        return await session.scalar(select(Organisation.id).limit(1)) is None


async def _create_administrator(sessions: Sessions, credentials: Access) -> None:
    async with sessions.begin() as session:
        await create_user(
            session,
            await create_organisation(session, ORGANISATION),
            email=credentials.email,
            first_name=ADMINISTRATOR.first_name,
            last_name=ADMINISTRATOR.last_name,
            role=ADMINISTRATOR.role,
            password_hash=await asyncio.to_thread(hash_password, credentials.password),
        )


async def _sign_in(sessions: Sessions, email: str) -> str:
    """Return a token, as whoever has the database may draw one: the password may be one that is not known here."""
    token = new_token()
    async with sessions.begin() as session:
        user = await find_user_by_email(session, email)
        if user is None:
            raise ApiError(f"{email} may not sign in any more")
        expires_at = datetime.now(UTC) + _LOADING
        await open_session(session, user.id, token_hash=hash_of(token), expires_at=expires_at)
    return token


def _load(trial: Access, token: str) -> None:
    if trial.api_url is None or trial.handset_url is None:
        raise ValueError("the addresses are not known yet")
    with ApiClient(trial.api_url, token) as api, Handset(trial.handset_url) as handset:
        account = _provider_account(api, trial.handset_url, trial.password)
        if not trial.is_loaded:
            _phone_numbers(api, account["id"], _users(api, trial.password))
        _connect(api, account, handset, trial.password)
        if not trial.is_loaded:
            leads = EXAMPLES / _LEADS
            api.upload("/records/import", leads.name, leads.read_bytes())
            _sequence(api)


def _provider_account(api: ApiClient, handset_url: str, seed: str) -> dict[str, Any]:
    """Return our account at the handset, wherever that listens today."""
    sid, token = _twilio_account(seed)
    for account in api.items("/provider-accounts"):
        if account["name"] == _ACCOUNT:
            if account["api_base_url"] == handset_url:
                return account
            path = f"/provider-accounts/{account['id']}"
            changed: dict[str, Any] = api.patch(path, {"api_base_url": handset_url})
            return changed
    created: dict[str, Any] = api.post(
        "/provider-accounts",
        {
            "name": _ACCOUNT,
            "provider": "twilio",
            "credentials": {"account_sid": sid, "auth_token": token},
            "api_base_url": handset_url,
        },
    )
    return created


def _users(api: ApiClient, password: str) -> dict[str, str]:
    """Return the ids of the example's people by e-mail address."""
    ids = {user["email"]: user["id"] for user in api.items("/users")}
    for who in _COLLEAGUES:
        if who.email not in ids:
            body = {
                "email": who.email,
                "first_name": who.first_name,
                "last_name": who.last_name,
                "role": who.role,
                "password": password,
            }
            ids[who.email] = api.post("/users", body)["id"]
    return ids


def _phone_numbers(api: ApiClient, account_id: str, users: dict[str, str]) -> None:
    known = {number["e164"] for number in api.items("/phone-numbers")}
    for who in _COLLEAGUES:
        if who.number is not None and who.number not in known:
            body = {
                "e164": who.number,
                "provider_account_id": account_id,
                "owner_user_id": users[who.email],
                "is_default": True,
            }
            api.post("/phone-numbers", body)


def _connect(api: ApiClient, account: dict[str, Any], handset: Handset, seed: str) -> None:
    """Tell the handset of our account and numbers, and where customers' texts go today."""
    sid, token = _twilio_account(seed)
    handset.put_account(sid, token)
    for number in api.items("/phone-numbers"):
        if number["provider_account_id"] == account["id"]:
            handset.put_number(sid, number["e164"], account["inbound_url"])
    if account["verified_at"] is None:
        api.post(f"/provider-accounts/{account['id']}/verify")


def _sequence(api: ApiClient) -> None:
    path = f"/sequences/{_SEQUENCE}"
    api.put_yaml(f"{path}/draft", (EXAMPLES / f"{_SEQUENCE}.yaml").read_bytes())
    api.post(f"{path}/publish")
    api.post(f"{path}/activate")


def _twilio_account(seed: str) -> tuple[str, str]:
    """Return an account's sid and token, the same for the same seed: a load that was cut short goes on."""
    digest = hashlib.sha256(f"handset {seed}".encode()).hexdigest()
    return f"AC{digest[:32]}", digest[32:]
