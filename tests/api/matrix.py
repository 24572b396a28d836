"""What the privilege matrix is made of: who asks, of whose objects, with which bodies, and what the answer must be.

The expected levels are those of the source's tables as tests/domain/test_roles.py has them, not those of the code.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
from fastapi import FastAPI
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from temporalio.client import Client

from api.app import create_app
from api.auth import hash_of, new_token
from api.context import _transaction
from db.business_units.queries import create_unit
from db.engine import Sessions, create_engine, create_sessions
from db.media import queries as media
from db.organisations.founding import root_unit
from db.roles.queries import create_role, give_roles
from db.tables import (
    Absence,
    Alert,
    Message,
    MessageMedia,
    Note,
    ProbeText,
    Reconciliation,
    Record,
    SavedView,
    Sequence,
    Team,
    TeamMember,
    Template,
    TemplateVariant,
    User,
    WorkItem,
)
from db.users.sign_in import open_session
from domain import users
from domain.media import MediaStatus
from domain.messages import Direction, MessageStatus
from domain.privileges import Entity, Level, Need, Privilege, combined
from settings import Settings
from tests.api.conftest import PUBLIC_URL
from tests.domain.test_roles import C03, C04, ours, theirs
from tests.makers import (
    SEQUENCE,
    make_account,
    make_conversation,
    make_embed_key,
    make_enrollment,
    make_number,
    make_organisation,
    make_record,
    make_team,
    make_user,
    make_version,
    save,
)
from trial.postgres import EmbeddedPostgres


def description() -> dict[str, Any]:
    """Return the API's own description, of the code as it is."""
    app = create_app(
        Settings(home=Path("unused"), secret_key=SecretStr("a key for tests")),
        create_engine("postgresql://nobody@127.0.0.1:1/none", pool_size=1),
        None,  # type: ignore[arg-type]  # it is described and never asked
        web=Path("no web"),
    )
    return app.openapi()


@contextmanager
def own_database(postgres: EmbeddedPostgres) -> Iterator[str]:
    """Give the address of an empty database that several tests share."""
    name = f"matrix_{uuid4().hex}"
    of = sql.Identifier(name)
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template_touchline").format(of))
        yield postgres.url(name)
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(of))


def undone(engine: AsyncEngine) -> Callable[[], AsyncIterator[AsyncSession]]:
    """Return a request's transaction that leaves nothing behind."""

    async def transaction() -> AsyncIterator[AsyncSession]:
        async with engine.connect() as connection:
            outer = await connection.begin()
            async with AsyncSession(
                connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
            ) as session:
                yield session
            await outer.rollback()

    return transaction


@asynccontextmanager
async def api_of_world(
    postgres: EmbeddedPostgres, home: Path
) -> AsyncIterator[tuple[FastAPI, Sessions]]:
    """Serve the API from an empty database. The engine is out of reach, and what requests do is undone."""
    with own_database(postgres) as url:
        engine = create_engine(url, pool_size=5)
        settings = Settings(
            home=home, secret_key=SecretStr("a key for tests"), public_url=PUBLIC_URL
        )
        temporal = await Client.connect("127.0.0.1:1", lazy=True)
        app = create_app(settings, engine, temporal, web=Path("no web"))
        app.dependency_overrides[_transaction] = undone(engine)
        yield app, create_sessions(engine)
        await app.state.context.close()
        await engine.dispose()


SALESPERSON: Final = combined(theirs(C03), ours(users.Role.SALESPERSON))
MANAGER: Final = combined(SALESPERSON, theirs(C04), ours(users.Role.SALES_MANAGER))
ADMINISTRATOR: Final[dict[Need, Level]] = {
    (entity, privilege): Level.ORGANISATION for entity in Entity for privilege in Privilege
}
BELOW: Final = combined(
    SALESPERSON,
    {
        (entity, privilege): Level.UNITS_BELOW
        for entity in (Entity.RECORD, Entity.CONVERSATION, Entity.MESSAGE, Entity.WORK_ITEM)
        for privilege in (Privilege.READ, Privilege.WRITE)
    },
)
"""An own role: a salesperson who looks after the units below, too."""

ROLES: Final[Mapping[str, Mapping[Need, Level]]] = {
    "administrator": ADMINISTRATOR,
    "sales_manager": MANAGER,
    "sequence_manager": MANAGER,
    "salesperson": SALESPERSON,
    "own role": BELOW,
}


class Whose(StrEnum):
    """Whose an object is, from where everybody who asks stands: in the unit North."""

    OWN = "own"
    TEAM = "team"
    UNIT = "unit"
    BELOW = "unit below"
    OTHER = "other unit"
    ORGANISATION = "organisation"
    """Nobody's in particular."""
    STRANGER = "other organisation"


REACHED: Final[Mapping[Whose, Level | None]] = {
    Whose.OWN: Level.USER,
    Whose.TEAM: Level.USER,
    Whose.UNIT: Level.BUSINESS_UNIT,
    Whose.BELOW: Level.UNITS_BELOW,
    Whose.OTHER: Level.ORGANISATION,
    Whose.ORGANISATION: Level.BUSINESS_UNIT,
    Whose.STRANGER: None,
}
"""The lowest level that reaches an object."""

_OWNED: Final = (Whose.OWN, Whose.TEAM, Whose.UNIT, Whose.BELOW, Whose.OTHER, Whose.STRANGER)


@dataclass(frozen=True)
class Kind:
    """A kind of object, as a path names it: of which entity, seen with which privileges, in whose hands."""

    entity: Entity
    seen: tuple[Need, ...]
    whose: tuple[Whose, ...]


def _kind(entity: Entity, whose: tuple[Whose, ...] = _OWNED) -> Kind:
    return Kind(entity, ((entity, Privilege.READ),), whose)


_TEXTS: Final = ((Entity.MESSAGE, Privilege.READ), (Entity.CONVERSATION, Privilege.READ))
_OF_ALL: Final = (Whose.ORGANISATION, Whose.STRANGER)
KINDS: Final[Mapping[str, Kind]] = {
    "record_id": _kind(Entity.RECORD),
    "conversation_id": Kind(Entity.CONVERSATION, _TEXTS, _OWNED),
    "message_id": Kind(Entity.MESSAGE, _TEXTS, _OWNED),
    "enrollment_id": _kind(Entity.ENROLLMENT),
    "work_item_id": _kind(Entity.WORK_ITEM),
    "number_id": _kind(Entity.PHONE_NUMBER, (*_OWNED, Whose.ORGANISATION)),
    "template_id": _kind(Entity.TEMPLATE),
    "note_id": Kind(Entity.NOTE, ((Entity.RECORD, Privilege.READ),), _OWNED),
    "view_id": _kind(Entity.SAVED_VIEW, (Whose.OWN, Whose.UNIT, Whose.STRANGER)),
    "key": _kind(
        Entity.SEQUENCE,
        (Whose.ORGANISATION, Whose.UNIT, Whose.BELOW, Whose.OTHER, Whose.STRANGER),
    ),
    "absence_id": _kind(
        Entity.USER, (Whose.OWN, Whose.UNIT, Whose.BELOW, Whose.OTHER, Whose.STRANGER)
    ),
    "user_id": _kind(Entity.USER, _OF_ALL),
    "team_id": _kind(Entity.TEAM, _OF_ALL),
    "role_id": _kind(Entity.ROLE, _OF_ALL),
    "unit_id": _kind(Entity.BUSINESS_UNIT, _OF_ALL),
    "account_id": _kind(Entity.PROVIDER_ACCOUNT, _OF_ALL),
    "alert_id": _kind(Entity.ALERT, _OF_ALL),
    "key_id": _kind(Entity.EMBED_KEY, _OF_ALL),
}
"""By the first parameter of a path. An operation about a kind that is not here fails the matrix."""

PARTS: Final = frozenset({"test_id", "reconciliation_id", "position"})
"""Parameters that name a part of the object before them."""


_PERSONS: Final = (Whose.OWN, Whose.UNIT, Whose.BELOW, Whose.OTHER, Whose.STRANGER)
NAMED: Final[Mapping[str, Kind]] = {
    **KINDS,
    "draft": _kind(Entity.WORK_ITEM),
    "account": _kind(Entity.RECORD),
    "contact": _kind(Entity.RECORD),
    "lead": _kind(Entity.RECORD),
    "person": _kind(Entity.USER, _PERSONS),
    "team": _kind(Entity.TEAM, (Whose.TEAM, Whose.OTHER, Whose.STRANGER)),
    "unit": _kind(Entity.BUSINESS_UNIT, (Whose.UNIT, Whose.BELOW, Whose.OTHER, Whose.STRANGER)),
    "root": _kind(Entity.BUSINESS_UNIT, _OF_ALL),
}
"""What bodies name (tests/api/naming.py): also a text to approve, records that others hang on or that are enrolled
nowhere, and whose a person, a team or a unit is."""


@dataclass(frozen=True)
class Asker:
    """Somebody in North, a member of one team, with a token."""

    role: str
    user: User
    token: str

    @property
    def grants(self) -> Mapping[Need, Level]:
        return ROLES[self.role]


@dataclass
class World:
    """An organisation with the units North, East below it and South beside it; another organisation; all they own."""

    askers: dict[str, Asker] = field(default_factory=dict)
    objects: dict[tuple[str, Whose, str], str] = field(default_factory=dict)
    """The id of an object of a kind, by whose it is and who asks."""
    known: dict[str, str] = field(default_factory=dict)
    """Ids for bodies."""

    def id_of(self, kind: str, whose: Whose, asker: Asker) -> str:
        return self.objects[kind, whose, asker.role]


_serial = count(1)
_NOW: Final = datetime(2026, 7, 1, 15, 0, tzinfo=UTC)


async def make_world(session: AsyncSession) -> World:
    world = World()
    home = await make_organisation(session)
    root = await session.scalar(select(root_unit(home.id)))
    assert root is not None
    north = await create_unit(session, home.id, name="North", parent_id=root)
    east = await create_unit(session, home.id, name="East", parent_id=north.id)
    south = await create_unit(session, home.id, name="South", parent_id=root)
    team = await make_team(session, home.id, business_unit_id=south.id)
    colleague = await make_user(session, home.id, business_unit_id=north.id)
    below = await make_user(session, home.id, business_unit_id=east.id)
    mate = await make_user(session, home.id, business_unit_id=south.id)
    other = await make_user(session, home.id, business_unit_id=south.id)
    own = await create_role(session, home.id, name="Looks below", grants=BELOW)
    for role in ROLES:
        shipped = users.Role.SALESPERSON if role == "own role" else users.Role(role)
        user = await make_user(session, home.id, business_unit_id=north.id, role=shipped)
        if role == "own role":
            await give_roles(session, user.id, [own.id])
        token = new_token()
        now = datetime.now(UTC)
        await open_session(
            session,
            user.id,
            token_hash=hash_of(token),
            expires_at=now + timedelta(hours=2),
        )
        world.askers[role] = Asker(role, user, token)
    everybody = [asker.user for asker in world.askers.values()]
    for member in [*everybody, mate]:
        await save(session, TeamMember(team_id=team.id, user_id=member.id))
    # one who stays: whatever is done to another administrator, somebody is left
    await make_user(session, home.id, role=users.Role.ADMINISTRATOR)

    stranger = await make_user(session, (await make_organisation(session)).id)
    offices = {}
    for person in (colleague, stranger):
        account = await make_account(
            session, person.organisation_id, api_base_url="http://127.0.0.1:1"
        )
        version = await make_version(session, person, SEQUENCE)
        offices[person.organisation_id] = account, version

    others = await make_team(session, home.id, business_unit_id=south.id)
    await save(session, TeamMember(team_id=others.id, user_id=other.id))
    strange_root = await session.scalar(select(root_unit(stranger.organisation_id)))
    strange_team = await make_team(session, stranger.organisation_id)
    places: list[tuple[str, Whose, Any]] = [
        ("team", Whose.TEAM, team.id),
        ("team", Whose.OTHER, others.id),
        ("team", Whose.STRANGER, strange_team.id),
        ("unit", Whose.UNIT, north.id),
        ("unit", Whose.BELOW, east.id),
        ("unit", Whose.OTHER, south.id),
        ("unit", Whose.STRANGER, strange_root),
        ("root", Whose.ORGANISATION, root),
        ("root", Whose.STRANGER, strange_root),
    ]
    for kind, whose, row_id in places:
        for role in ROLES:
            world.objects[kind, whose, role] = str(row_id)
    hands: list[tuple[Whose, User, Team | None, list[str]]] = [
        *((Whose.OWN, asker.user, None, [asker.role]) for asker in world.askers.values()),
        (Whose.TEAM, mate, team, list(ROLES)),
        (Whose.UNIT, colleague, None, list(ROLES)),
        (Whose.BELOW, below, None, list(ROLES)),
        (Whose.OTHER, other, None, list(ROLES)),
        (Whose.STRANGER, stranger, None, list(ROLES)),
    ]
    for whose, owner, by_team, roles in hands:
        made = await _owned_by(session, owner, by_team, *offices[owner.organisation_id])
        made["person"] = str(owner.id)
        if whose is not Whose.TEAM:
            made["absence_id"] = await _id(
                session,
                Absence(
                    organisation_id=owner.organisation_id,
                    user_id=owner.id,
                    starts_at=_NOW,
                    ends_at=_NOW + timedelta(days=3650),
                    cover_user_id=None,
                    created_by=owner.id,
                ),
            )
        for role in roles:
            for kind, row_id in made.items():
                world.objects[kind, whose, role] = row_id
    account, _ = offices[home.id]
    free = await make_number(session, account, e164=_number())
    of_all: dict[Whose, dict[str, str]] = {
        Whose.ORGANISATION: await _organisations(session, colleague, account)
        | {"number_id": str(free.id), "unit_id": str(south.id), "key": "test"},
        Whose.STRANGER: await _organisations(
            session, stranger, offices[stranger.organisation_id][0]
        ),
    }
    for whose, made in of_all.items():
        for kind, row_id in made.items():
            for role in ROLES:
                world.objects[kind, whose, role] = row_id
    for name, unit, whose in (
        ("north", north, Whose.UNIT),
        ("east", east, Whose.BELOW),
        ("south", south, Whose.OTHER),
    ):
        await save(
            session,
            Sequence(
                organisation_id=home.id,
                business_unit_id=unit.id,
                key=name,
                name=name,
                record_kind="lead",
                draft=_draft(name),
            ),
        )
        for role in ROLES:
            world.objects["key", whose, role] = name
    for role in ROLES:
        world.objects["key", Whose.STRANGER, role] = "nowhere"
    colleagues = await session.get_one(
        Record, UUID(world.objects["record_id", Whose.UNIT, "salesperson"])
    )
    world.known = {
        "unit": str(root),
        "role": str(own.id),
        "account": str(account.id),
        "colleague": str(colleague.id),
        "customer": str(colleagues.phone),
    }
    return world


async def _owned_by(
    session: AsyncSession, owner: User, team: Team | None, account: Any, version: Any
) -> dict[str, str]:
    """Make one object of every kind that somebody owns; return their ids by kind."""
    of_team = None if team is None else team.id
    record = await make_record(session, owner, phone=_number(), owner_team_id=of_team)
    # nothing is about these yet
    extra: dict[str, Any] = {"owner_team_id": of_team, "fields": {"extra": True}}
    lead, contact, parent = [
        await make_record(session, owner, phone=_number(), kind=kind, **extra)
        for kind in ("lead", "contact", "account")
    ]
    number = await make_number(
        session,
        account,
        e164=_number(),
        owner_user_id=None if team else owner.id,
        owner_team_id=of_team,
    )
    conversation = await make_conversation(session, record, number)
    message = Message(
        organisation_id=owner.organisation_id,
        conversation_id=conversation.id,
        direction=Direction.OUTBOUND,
        status=MessageStatus.QUEUED,
        body="Hello",
        from_number=number.e164,
        to_number=record.phone,
        segments=1,
        encoding="GSM-7",
        provider_account_id=account.id,
        phone_number_id=number.id,
        author_id=owner.id,
        submitted_at=_NOW,
    )
    await save(session, message)
    enrollment = await make_enrollment(session, record, version)
    item = WorkItem(
        organisation_id=owner.organisation_id,
        record_id=record.id,
        kind="task",
        title="Do",
        due_at=_NOW,
        assignee_id=None if team else owner.id,
        team_id=of_team,
    )
    await save(session, item)
    sharing: dict[str, Any] = {
        "sharing": "business_unit",
        "business_unit_id": owner.business_unit_id,
    }
    if team is not None:
        sharing = {"sharing": "team", "team_id": team.id}
    template = Template(
        organisation_id=owner.organisation_id,
        key=f"key-{next(_serial)}",
        name="Book",
        default_language="en",
        owner_user_id=owner.id,
        **sharing,
    )
    await save(session, template)
    await save(session, TemplateVariant(template_id=template.id, language="en", text="Hello"))
    view = SavedView(
        organisation_id=owner.organisation_id,
        list="work_items",
        owner_user_id=owner.id,
        name=f"View {next(_serial)}",
        query={},
    )
    await save(session, view)
    note = Note(
        organisation_id=owner.organisation_id,
        record_id=record.id,
        author_id=owner.id,
        body="Likes tea.",
    )
    await save(session, note)
    draft = WorkItem(
        organisation_id=owner.organisation_id,
        record_id=record.id,
        enrollment_id=enrollment.id,
        step_id="book",
        kind="manual_text",
        title="Book",
        text="When shall we talk?",
        due_at=_NOW,
        assignee_id=owner.id,
    )
    await save(session, draft)
    sha256 = await media.keep(session, owner.organisation_id, b"a picture", "image/png")
    await save(
        session,
        MessageMedia(
            message_id=message.id,
            position=0,
            organisation_id=owner.organisation_id,
            sha256=sha256,
            status=MediaStatus.STORED,
        ),
    )
    rows: dict[str, Any] = {
        "note_id": note,
        "draft": draft,
        "lead": lead,
        "contact": contact,
        "account": parent,
        "record_id": record,
        "conversation_id": conversation,
        "message_id": message,
        "enrollment_id": enrollment,
        "work_item_id": item,
        "number_id": number,
        "template_id": template,
        "view_id": view,
    }
    return {kind: str(row.id) for kind, row in rows.items()}


async def _organisations(session: AsyncSession, author: User, account: Any) -> dict[str, str]:
    """Make one object of every kind that is nobody's; return their ids by kind."""
    organisation_id = author.organisation_id
    role = await create_role(session, organisation_id, name="Nobody's", grants={})
    team = await make_team(session, organisation_id)
    user = await make_user(session, organisation_id)
    alert = Alert(organisation_id=organisation_id, kind="account_paused", text="It stopped.")
    await save(session, alert)
    key = await make_embed_key(session, author)
    probe = ProbeText(
        provider_account_id=account.id,
        phone_number_id=(await make_number(session, account, e164=_number())).id,
        to_number="+12025550100",
        status=MessageStatus.QUEUED,
        organisation_id=organisation_id,
    )
    reconciliation = Reconciliation(
        organisation_id=organisation_id,
        provider_account_id=account.id,
        since=_NOW,
        until=_NOW + timedelta(days=1),
    )
    return {
        "user_id": str(user.id),
        "team_id": str(team.id),
        "role_id": str(role.id),
        "unit_id": str(await session.scalar(select(root_unit(organisation_id)))),
        "account_id": str(account.id),
        "alert_id": str(alert.id),
        "key_id": str(key.id),
        "test_id": await _id(session, probe),
        "reconciliation_id": await _id(session, reconciliation),
    }


async def _id(session: AsyncSession, row: Any) -> str:
    await save(session, row)
    return str(row.id)


def _draft(key: str) -> dict[str, Any]:
    steps = [{"id": "hello", "type": "automated_text", "text": "Hi."}]
    return {"key": key, "name": key, "record": "lead", "steps": steps}


def _number() -> str:
    return f"+1212556{next(_serial):04d}"


Body = Callable[[World, Asker, str], dict[str, Any]]
"""Of the world, who asks, and the id in the path."""


def always(**body: Any) -> Body:
    return lambda _world, _asker, _id: body


def _mine(name: str, of: str, /, **more: Any) -> Body:
    return lambda world, asker, _id: {name: world.id_of(of, Whose.OWN, asker), **more}


_LATER: Final = "2036-07-01T15:00:00Z"
BODIES: Final[Mapping[str, Body]] = {
    "createUser": always(
        email="new@example.com",
        first_name="New",
        last_name="User",
        role="salesperson",
        password="a long sentence",
    ),
    "changeUser": always(first_name="Samuel"),
    "createTeam": always(name="A new team"),
    "changeTeam": always(name="Another name"),
    "createRole": lambda world, _asker, _id: {"name": "A new role", "copy_of": world.known["role"]},
    "changeRole": always(name="Another name"),
    "createBusinessUnit": lambda world, _asker, _id: {
        "name": "West",
        "parent_id": world.known["unit"],
    },
    "changeBusinessUnit": always(name="Another name"),
    "createProviderAccount": always(
        name="New",
        provider="twilio",
        credentials={"account_sid": "AC" + "0" * 32, "auth_token": "0" * 32},
        api_base_url="http://127.0.0.1:1",
    ),
    "changeProviderAccount": always(name="Another name"),
    "createPhoneNumber": lambda world, _asker, _id: {
        "e164": "+12125559999",
        "provider_account_id": world.known["account"],
        "kind": "long_code",
    },
    "changePhoneNumber": always(per_second=2),
    "changeOrganisation": always(uses_team_numbers=True),
    "addConsentEntry": _mine("record_id", "record_id", kind="withdrawn", source="seller"),
    "saveDraft": lambda _world, _asker, key: _draft(key),
    "simulateSequence": always(limit=1),
    "enrollRecords": lambda world, asker, _id: {
        "sequence": "test",
        "record_ids": [world.id_of("record_id", Whose.OWN, asker)],
    },
    "skipWait": always(step_id="pause"),
    "previewBulkText": lambda world, asker, _id: {
        "text": "We moved.",
        "record_ids": [world.id_of("record_id", Whose.OWN, asker)],
    },
    "sendBulkText": lambda world, asker, _id: {
        "name": "We moved",
        "text": "We moved.",
        "record_ids": [world.id_of("record_id", Whose.OWN, asker)],
    },
    "approveWorkItems": lambda world, asker, _id: {
        "items": [{"id": world.id_of("work_item_id", Whose.OWN, asker)}]
    },
    "undoApprovals": lambda world, asker, _id: {
        "ids": [world.id_of("work_item_id", Whose.OWN, asker)]
    },
    "addWorkItem": _mine("record_id", "record_id", kind="task", title="Do", due_at=_LATER),
    "answerConsentQuestion": always(withdrawn=True),
    "snoozeWorkItem": always(until=_LATER),
    "handOverWorkItem": lambda world, _asker, _id: {"user_id": world.known["colleague"]},
    "putWorkListSettings": always(bulk_limit=10),
    "addAbsence": always(starts_at=_LATER, ends_at="2036-07-02T15:00:00Z"),
    "addView": always(list="work_items", name="Mine", query={}),
    "changeView": always(name="Another name"),
    "openConversation": _mine("record_id", "record_id"),
    "sendMessage": always(text="Hello"),
    "previewMessage": always(text="Hello"),
    "erasePerson": lambda world, _asker, _id: {
        "number": world.known["customer"],
        "reason": "Asked for it.",
        "dry_run": True,
    },
    "addNote": always(body="Likes coffee."),
    "showTyping": always(is_typing=True),
    "moveConversation": _mine("record_id", "record_id"),
    "createEmbedKey": always(name="Form", allowed_origins=["https://crm.example.com"]),
    "changeEmbedKey": always(name="Another name"),
    "createTemplate": always(
        key="a-new-one",
        name="New",
        default_language="en",
        sharing="me",
        variants={"en": "Hello"},
    ),
    "changeTemplate": always(name="Another name"),
    "previewTemplate": always(limit=1),
    "changeTextPolicy": always(),
    "createRecord": always(first_name="Eve", phone="+12025550199"),
    "changeRecord": always(first_name="Eve"),
}
"""A body that is right, for every operation that needs one."""

UPLOADS: Final[Mapping[str, Mapping[str, Any]]] = {
    "importRecords": {"files": {"file": ("leads.csv", b"first_name,phone\nEve,+12025550199\n")}},
    "importWithdrawals": {"files": {"file": ("list.csv", b"number\n+12025550199\n")}},
    "uploadMedium": {"content": b"\x89PNG\r\n\x1a\n" + b"\0" * 20},
}
"""What is sent where no JSON is."""

QUERIES: Final[Mapping[str, Body]] = {
    "exportComplaint": lambda world, _asker, _id: {"number": world.known["customer"]},
    "getStack": _mine("like", "draft"),
    "listViews": always(list="work_items"),
    "explainStep": always(step_id="hello"),
    "searchMessages": always(q="hello"),
    "searchNumbers": always(q="2125"),
    "deletePhoneNumber": always(leave="true"),
}
"""What stands in the address behind the path."""
