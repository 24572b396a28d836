"""What the lists of the API hold, each as a whole: told from the world's rows and the levels of the source's tables.

The rows are those of tests/api/matrix.py and what is added here, so that of each kind there are some of everybody, and
some that no list has. A list about which there is no rule here fails tests/api/test_whole_lists.py.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import count
from typing import Any, Final
from uuid import UUID

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth import hash_of, new_token
from db.base import Base
from db.roles.queries import create_role, give_roles
from db.tables import (
    Absence,
    Alert,
    BusinessUnit,
    ConsentEntry,
    Conversation,
    ConversationMove,
    ConversationRead,
    EmbedKey,
    Enrollment,
    Erasure,
    Message,
    Note,
    OptOut,
    PhoneNumber,
    ProviderAccount,
    Reconciliation,
    Record,
    Role,
    SavedView,
    SequenceVersion,
    Team,
    TeamMember,
    Template,
    TemplateVariant,
    TimelineEntry,
    User,
    WorkItem,
    WorkItemMark,
)
from db.tables import Sequence as SequenceTable
from db.users.sign_in import open_session
from domain.privileges import Entity, Level, Need, Privilege, combined
from tests.api.matrix import ROLES, SALESPERSON, Asker, Whose, World
from tests.makers import make_account, make_conversation, make_number, make_record, make_user, save

_READ: Final = Privilege.READ
_USER, _UNIT, _BELOW, _ALL = Level
MIXED: Final = combined(
    dict.fromkeys(SALESPERSON, _USER),
    {
        (Entity.CONVERSATION, _READ): _BELOW,
        (Entity.MESSAGE, _READ): _ALL,
        (Entity.TRANSCRIPT, _READ): _UNIT,
        (Entity.ENROLLMENT, _READ): _ALL,
        (Entity.WORK_ITEM, _READ): _UNIT,
        (Entity.WORK_ITEM, Privilege.WRITE): _ALL,
        (Entity.SEQUENCE, _READ): _BELOW,
        (Entity.ALERT, _READ): _USER,
        (Entity.EMBED_KEY, _READ): _USER,
        (Entity.CONSENT, Privilege.WRITE): _UNIT,
        (Entity.CONSENT, Privilege.DELETE): _UNIT,
    },
)
"""A role that nobody would make, with another level for each kind: what is scoped by the wrong privilege shows.

Who has it is there while the others of the team are away, and stands in for them.
"""


@dataclass(frozen=True)
class MixedAsker(Asker):
    @property
    def grants(self) -> Mapping[Need, Level]:
        return MIXED


_OWNERS: Final = ("owner_user_id", "owner_team_id", "assignee_id", "team_id")
_serial = count(1)
_NOBODYS_CUSTOMER: Final = "+12145550100"
_LONG_AGO: Final = timedelta(days=60)


def _customer() -> str:
    return f"+1213557{next(_serial):04d}"


async def add_rows(session: AsyncSession, world: World) -> None:
    """Add to a world what its lists differ by, and one who asks with a mixed role."""
    askers = list(world.askers.values())
    north = askers[0].user.business_unit_id
    home = askers[0].user.organisation_id
    mixed = await make_user(session, home, business_unit_id=north)
    role = await create_role(session, home, name="Mixed", grants=MIXED)
    await give_roles(session, mixed.id, [role.id])
    token = new_token()
    expires = datetime.now(UTC) + timedelta(hours=2)
    await open_session(session, mixed.id, token_hash=hash_of(token), expires_at=expires)
    mates = await session.get_one(Record, _id(world, "record_id", Whose.TEAM))
    await save(session, TeamMember(team_id=mates.owner_team_id, user_id=mixed.id))

    records = [
        row
        for row in await session.scalars(select(Record).order_by(Record.id))
        if not row.fields.get("extra")
    ]
    account = await session.get_one(ProviderAccount, UUID(world.known["account"]))
    number = await make_number(session, account, e164=_customer(), owner_user_id=mixed.id)
    own = await make_record(session, mixed, phone=_customer())
    await _say(session, await make_conversation(session, own, number), account, mixed)
    for record in [*records, own]:
        owner = await session.get_one(User, record.owner_user_id)
        await _add_of(session, owner, record, askers[2].user)
    await _add_crossing(session, world, [asker.user for asker in askers])
    await _add_of_organisations(session, world)
    world.askers["mixed role"] = MixedAsker("mixed role", mixed, token)


def _id(world: World, kind: str, whose: Whose, role: str = "salesperson") -> UUID:
    return UUID(world.objects[kind, whose, role])


async def _say(
    session: AsyncSession,
    conversation: Conversation,
    account: ProviderAccount,
    author: User | None,
    **values: Any,
) -> Message:
    """Have a text in a conversation: the author's, or the customer's."""
    now = datetime.now(UTC)
    ours = await session.get_one(PhoneNumber, conversation.phone_number_id)
    outbound = {
        "direction": "outbound",
        "status": "queued",
        "from_number": ours.e164,
        "to_number": conversation.customer_number,
        "author_id": author and author.id,
        "submitted_at": now,
    }
    inbound = {
        "direction": "inbound",
        "status": "received",
        "from_number": conversation.customer_number,
        "to_number": ours.e164,
    }
    text = Message(
        organisation_id=conversation.organisation_id,
        conversation_id=conversation.id,
        body="Hello again",
        segments=1,
        encoding="GSM-7",
        provider_account_id=account.id,
        phone_number_id=ours.id,
        **(outbound if author else inbound) | values,
    )
    await save(session, text)
    if author is None:
        conversation.last_inbound_at = now
        await session.flush()
    return text


async def _add_of(session: AsyncSession, owner: User, record: Record, reader: User) -> None:
    """Add what else there is of somebody with a record: to be done, done, said, refused, gone."""
    organisation_id = record.organisation_id
    now = datetime.now(UTC)
    team_id = record.owner_team_id
    talk = await session.scalar(select(Conversation).where(Conversation.record_id == record.id))
    assert talk is not None
    number = await session.get_one(PhoneNumber, talk.phone_number_id)
    account = await session.get_one(ProviderAccount, number.provider_account_id)
    record.fields = {f"of_{next(_serial)}": "x"}

    await _say(session, talk, account, None)
    inbox = Conversation(
        organisation_id=organisation_id, customer_number=_customer(), phone_number_id=number.id
    )
    await save(session, inbox)
    await _say(session, inbox, account, None)
    # nothing was ever said in it
    silent = await make_record(
        session, owner, phone=_customer(), owner_team_id=team_id, fields={f"of_{next(_serial)}": 1}
    )
    await make_conversation(session, silent, number)
    gone = await make_record(session, owner, phone=_customer(), status="inactive")
    for about in (silent, gone):
        await save(
            session,
            Note(
                organisation_id=organisation_id,
                record_id=about.id,
                author_id=owner.id,
                body="Likes tea.",
            ),
        )
    await save(
        session,
        ConversationRead(conversation_id=inbox.id, user_id=reader.id, read_until=now),
    )
    for in_force in (talk, inbox):
        said = await _say(session, in_force, account, None)
        for ended_at in (None, now):
            entry = ConsentEntry(
                organisation_id=organisation_id,
                customer_number=in_force.customer_number,
                kind="withdrawn",
                scope="organisation",
                source="reply",
                at=now,
                message_id=said.id,
            )
            await save(session, entry)
            await save(
                session,
                OptOut(
                    organisation_id=organisation_id,
                    entry_id=entry.id,
                    customer_number=in_force.customer_number,
                    source="reply",
                    is_unclear=in_force is inbox,
                    ended_at=ended_at,
                ),
            )
        await _say(
            session,
            in_force,
            account,
            owner,
            status="refused",
            submitted_at=None,
            consent_entry_id=entry.id,
        )

    enrollments = await session.scalars(
        select(Enrollment).where(Enrollment.record_id == record.id).order_by(Enrollment.id)
    )
    for enrollment in enrollments:
        for kind in ("enrolled", "text_held", "paused"):
            await save(
                session,
                TimelineEntry(
                    organisation_id=organisation_id, enrollment_id=enrollment.id, at=now, kind=kind
                ),
            )
        await save(
            session,
            Enrollment(
                organisation_id=organisation_id,
                record_id=record.id,
                sequence_id=enrollment.sequence_id,
                version_id=enrollment.version_id,
                seller_id=owner.id,
                workflow_id=f"ended-{enrollment.id}",
                is_only=True,
                status="completed",
                ended_at=now,
                end_reason="completed",
                enrolled_by=owner.id,
            ),
        )
    hands = {"assignee_id": None, "team_id": team_id} if team_id else {"assignee_id": owner.id}
    later = now + timedelta(days=30)
    for kind, values in (
        ("call", {}),
        ("reply", {"conversation_id": talk.id}),
        ("failed_text", {"due_at": later}),
        ("task", {"snoozed_until": later}),
        ("manual_text", {"leaves_at": later, "decided_by": owner.id}),
        ("call", {"status": "completed", "decided_at": now}),
        ("email", {"status": "skipped", "decided_at": now - _LONG_AGO}),
        ("manual_text", {"status": "approved", "decided_at": now}),
        # a team's record is done by its members, whoever it is given to
        ("follow_up", {"assignee_id": owner.id, "team_id": None}),
    ):
        common = {"title": "Do", "text": "Hi.", "due_at": now, **hands}
        item = WorkItem(
            organisation_id=organisation_id, record_id=record.id, kind=kind, **common | values
        )
        await save(session, item)
        if kind in ("call", "reply"):
            is_call = kind == "call"
            mark = WorkItemMark(
                user_id=reader.id, work_item_id=item.id, is_opened=is_call, is_followed=not is_call
            )
            await save(session, mark)
    await save(
        session,
        WorkItem(
            organisation_id=organisation_id,
            kind="reply",
            title="Do",
            due_at=now,
            conversation_id=inbox.id,
            assignee_id=number.owner_user_id,
            team_id=number.owner_team_id,
        ),
    )
    for sharing, archived_at in (("me", None), ("organisation", None), ("organisation", now)):
        template = Template(
            organisation_id=organisation_id,
            key=f"list-{next(_serial)}",
            name="Book",
            default_language="en",
            owner_user_id=owner.id,
            sharing=sharing,
            archived_at=archived_at,
        )
        await save(session, template)
        await save(session, TemplateVariant(template_id=template.id, language="en", text="Hello"))
    for of_list, is_shared in (("work_items", True), ("records", False)):
        await save(
            session,
            SavedView(
                organisation_id=organisation_id,
                list=of_list,
                owner_user_id=owner.id,
                name=f"Listed {next(_serial)}",
                query={},
                is_shared=is_shared,
            ),
        )
    removed = await make_number(session, account, e164=_customer(), owner_user_id=owner.id)
    removed.removed_at = now
    await save(
        session,
        Absence(
            organisation_id=organisation_id,
            user_id=owner.id,
            starts_at=now - _LONG_AGO,
            ends_at=now - timedelta(days=1),
            created_by=owner.id,
        ),
    )


async def _add_crossing(session: AsyncSession, world: World, everybody: Sequence[User]) -> None:
    """Add what is of two people: over the one's number about the other's record, moved, hanging on another's record."""
    account = await session.get_one(ProviderAccount, UUID(world.known["account"]))
    hands = [Whose.OWN, Whose.TEAM, Whose.UNIT, Whose.BELOW, Whose.OTHER]
    records = {
        whose: await session.get_one(Record, _id(world, "record_id", whose)) for whose in hands
    }
    numbers = {
        whose: await session.get_one(PhoneNumber, _id(world, "number_id", whose)) for whose in hands
    }
    # one of the two is in another unit, so that it hangs on the other who sees it
    pairs = [(Whose.OTHER, each) for each in hands[:-1]] + [
        (each, Whose.OTHER) for each in hands[:-1]
    ]
    talks = {}
    for of_record, of_number in pairs:
        record = records[of_record]
        talk = Conversation(
            organisation_id=record.organisation_id,
            customer_number=_customer(),
            record_id=record.id,
            phone_number_id=numbers[of_number].id,
        )
        await save(session, talk)
        talks[of_record, of_number] = await _say(session, talk, account, None)
    free = await session.get_one(PhoneNumber, _id(world, "number_id", Whose.ORGANISATION))
    nobodys = Conversation(
        organisation_id=account.organisation_id,
        customer_number=_customer(),
        phone_number_id=free.id,
    )
    await save(session, nobodys)
    await _say(session, nobodys, account, None)
    about_free = Conversation(
        organisation_id=account.organisation_id,
        customer_number=_customer(),
        record_id=records[Whose.OTHER].id,
        phone_number_id=free.id,
    )
    await save(session, about_free)
    await _say(session, about_free, account, None)
    for source, target in (
        (Whose.OTHER, Whose.UNIT),
        (Whose.UNIT, Whose.OWN),
        (Whose.OWN, Whose.OTHER),
        (None, Whose.BELOW),
    ):
        text = talks[target, Whose.TEAM if target is Whose.OTHER else Whose.OTHER]
        origin = nobodys.id if source is None else _id(world, "conversation_id", source)
        await save(
            session,
            ConversationMove(
                organisation_id=account.organisation_id,
                from_conversation_id=origin,
                to_conversation_id=text.conversation_id,
                from_record_id=None if source is None else records[source].id,
                to_record_id=records[target].id,
                message_ids=[text.id],
                is_whole=False,
                moved_by=everybody[0].id,
            ),
        )
    people = {whose: await session.get_one(User, records[whose].owner_user_id) for whose in hands}
    for of_child, of_parent in pairs:
        parent, child = records[of_parent], people[of_child]
        contact = await make_record(session, child, kind="contact", parent_id=parent.id)
        hanging = [contact]
        if Whose.UNIT in (of_child, of_parent):
            hanging.append(
                await make_record(session, child, kind="opportunity", parent_id=contact.id)
            )
        for each in hanging:
            talk = await make_conversation(session, each, numbers[of_child])
            talk.customer_number = _customer()
            each.phone = talk.customer_number
            await _say(session, talk, account, child)
            await save(
                session,
                Note(
                    organisation_id=each.organisation_id,
                    record_id=each.id,
                    author_id=child.id,
                    body="Likes tea.",
                ),
            )


async def _add_of_organisations(session: AsyncSession, world: World) -> None:
    """Add what belongs to whole organisations, each of which has its own."""
    now = datetime.now(UTC)
    for whose in (Whose.UNIT, Whose.STRANGER):
        record = await session.get_one(Record, _id(world, "record_id", whose))
        home, by = record.organisation_id, record.owner_user_id
        sequence = await session.scalar(
            select(SequenceTable).where(
                SequenceTable.organisation_id == home, SequenceTable.key == "test"
            )
        )
        assert sequence is not None
        account = await make_account(session, home)
        await make_user(session, home, is_active=False)
        rows: list[Any] = [
            Alert(organisation_id=home, kind="replies_missed", text="Over.", resolved_at=now),
            Erasure(
                organisation_id=home,
                requested_by=by,
                reason="Asked.",
                report={"counts": {}, "kept": []},
            ),
            Reconciliation(
                organisation_id=home, provider_account_id=account.id, since=now, until=now
            ),
            Reconciliation(
                organisation_id=home,
                provider_account_id=account.id,
                since=now,
                until=now,
                started_at=now - _LONG_AGO,
            ),
            SequenceVersion(
                organisation_id=home,
                sequence_id=sequence.id,
                number=2,
                document=sequence.draft,
                published_by=by,
            ),
            # of a number that no record and no conversation has
            ConsentEntry(
                organisation_id=home,
                customer_number=_NOBODYS_CUSTOMER,
                kind="granted",
                source="form",
                at=now,
                wording="Yes.",
            ),
        ]
        for key, is_bulk in (("bulk", True), (f"only-{whose.name.lower()}", False)):
            rows.append(
                SequenceTable(
                    organisation_id=home,
                    key=key,
                    name=key,
                    record_kind="lead",
                    draft=sequence.draft,
                    is_bulk=is_bulk,
                )
            )
        for row in rows:
            await save(session, row)


@dataclass
class Rows:
    """All rows of the world, by table."""

    tables: dict[type[Any], list[Any]] = field(default_factory=dict)
    by_id: dict[UUID, Any] = field(default_factory=dict)

    @classmethod
    async def read(cls, session: AsyncSession) -> "Rows":
        rows = cls()
        for mapper in Base.registry.mappers:
            table = mapper.class_
            # ids are in the order in which rows were made
            found = await session.scalars(select(table).order_by(*mapper.primary_key))
            rows.tables[table] = list(found)
            rows.by_id |= {row.id: row for row in rows.tables[table] if hasattr(row, "id")}
        return rows


@dataclass(frozen=True)
class View:
    """What one who asks may see of the rows: told row by row, by the levels of the source's tables."""

    rows: Rows
    asker: Asker

    def all(self, table: type[Any]) -> list[Any]:
        return self.rows.tables[table]

    def get(self, row_id: UUID) -> Any:
        return self.rows.by_id[row_id]

    def ours(self, table: type[Any]) -> list[Any]:
        """Return the rows of the own organisation."""
        home = self.asker.user.organisation_id
        return [row for row in self.all(table) if row.organisation_id == home]

    @property
    def me(self) -> UUID:
        return self.asker.user.id

    @cached_property
    def teams(self) -> set[UUID]:
        return {row.team_id for row in self.all(TeamMember) if row.user_id == self.me}

    @cached_property
    def stands_for(self) -> set[UUID]:
        """Return the users whose rows count as one's own: who is there stands in for the team."""
        if self.me in self.away:
            return {self.me}
        mates = {row.user_id for row in self.all(TeamMember) if row.team_id in self.teams}
        return {self.me} | mates & self.away

    @cached_property
    def away(self) -> set[UUID]:
        now = datetime.now(UTC)
        absent = {row.user_id for row in self.all(Absence) if row.starts_at <= now < row.ends_at}
        return absent | {row.id for row in self.all(User) if not row.is_active}

    def level(self, *needs: Need) -> Level | None:
        levels = [self.asker.grants.get(need) for need in needs]
        return None if None in levels else min(each for each in levels if each is not None)

    def units(self, level: Level) -> set[UUID]:
        """Return the units that a level below the organisation's names."""
        units = {self.asker.user.business_unit_id} if level > _USER else set()
        if level is _BELOW:
            for _ in self.all(BusinessUnit):
                units |= {row.id for row in self.all(BusinessUnit) if row.parent_id in units}
        return units

    def reaches(self, level: Level | None, user_id: UUID | None, team_id: UUID | None) -> bool:
        """Return whether a level reaches a row of the own organisation with these owners."""
        if level is None:
            return False
        if level is _ALL or user_id in self.stands_for or team_id in self.teams:
            return True
        owner = user_id or team_id
        if owner is None:
            return level > _USER
        return self.get(owner).business_unit_id in self.units(level)

    def is_mine(self, user_id: UUID | None, team_id: UUID | None) -> bool:
        return self.reaches(_USER, user_id, team_id)

    def owned(self, table: type[Any], entity: Entity, privilege: Privilege = _READ) -> list[Any]:
        """Return the rows of records or numbers that a privilege reaches."""
        level = self.level((entity, privilege))
        return [
            row
            for row in self.ours(table)
            if self.reaches(level, row.owner_user_id, row.owner_team_id)
        ]

    def records(self, privilege: Privilege = _READ) -> list[Any]:
        return self.owned(Record, Entity.RECORD, privilege)

    @cached_property
    def readable(self) -> set[UUID]:
        """Return the ids of the records one may read."""
        return ids_of(self.records())

    def sees_record(self, record_id: UUID) -> bool:
        return record_id in self.readable

    def samples(self, table: type[Any]) -> list[Any]:
        """Return of the rows one of each: with the same relation to the one who asks, in the same state.

        They are asked for by their ids; those of whole lists are all that there are.
        """
        # of several the first, which has everything: see tests/api/matrix.py
        return list({self._relation(row): row for row in reversed(self.all(table))}.values())

    def _relation(self, row: Any) -> tuple[Any, ...]:
        if row.organisation_id != self.asker.user.organisation_id:
            return ()
        named = ("record_id", "phone_number_id", "parent_id")
        ids = (getattr(row, name, None) for name in named)
        related = (None if each is None else self.get(each) for each in ids)
        return (
            *(self._relation_of(getattr(row, name, None)) for name in _OWNERS),
            *(getattr(row, name, None) for name in ("status", "kind", "is_active")),
            *(None if each is None else self._relation(each) for each in related),
        )

    def _relation_of(self, owner_id: UUID | None) -> tuple[Any, ...] | None:
        if owner_id is None:
            return None
        owner = self.get(owner_id)
        is_mine = owner_id == self.me, owner_id in self.stands_for, owner_id in self.teams
        return (*is_mine, owner.business_unit_id)

    def organisations(self, table: type[Any], entity: Entity) -> list[Any]:
        """Return the rows of what is nobody's in particular."""
        level = self.level((entity, _READ))
        return self.ours(table) if level is not None and level > _USER else []

    def conversations(self, *needs: Need) -> list[Any]:
        """A conversation is whose its record is, and whose the number is; of the inbox, also all units' if nobody's."""
        level = self.level(*(needs or ((Entity.CONVERSATION, _READ), (Entity.MESSAGE, _READ))))
        return [row for row in self.ours(Conversation) if self._sees_talk(level, row)]

    def _sees_talk(self, level: Level | None, row: Any) -> bool:
        number = self.get(row.phone_number_id)
        owners = number.owner_user_id, number.owner_team_id
        if row.record_id is not None:
            record = self.get(row.record_id)
            if self.reaches(level, record.owner_user_id, record.owner_team_id):
                return True
            if level is not _ALL and owners == (None, None):
                return False
        return self.reaches(level, *owners)

    def texts_of(self, conversations: Iterable[Any]) -> list[Any]:
        wanted = ids_of(conversations)
        return [row for row in self.all(Message) if row.conversation_id in wanted]

    def spoken(self, conversations: Iterable[Any]) -> list[Any]:
        """Return those in which something was said."""
        said = {row.conversation_id for row in self.all(Message)}
        return [row for row in conversations if row.id in said]

    def enrollments(self) -> list[Any]:
        """An enrollment is whose its record is."""
        level = self.level((Entity.ENROLLMENT, _READ))
        return [
            row
            for row in self.ours(Enrollment)
            for record in [self.get(row.record_id)]
            if self.reaches(level, record.owner_user_id, record.owner_team_id)
        ]

    def work_items(self, privilege: Privilege = _READ) -> list[Any]:
        """A work item is its assignee's or its team's, and every member's of the team that owns its record.

        Of the inbox it may be nobody's, as a number.
        """
        level = self.level((Entity.WORK_ITEM, privilege))
        return [
            row
            for row in self.ours(WorkItem)
            if self.reaches(level, row.assignee_id, row.team_id)
            or (
                level is not None
                and row.team_id is None
                and row.record_id is not None
                and self.get(row.record_id).owner_team_id in self.teams
            )
        ]

    def templates(self) -> list[Any]:
        """A template is seen by those it is shared with."""
        level = self.level((Entity.TEMPLATE, _READ))
        if level is None or level is _ALL:
            return self.ours(Template) if level else []
        # to be shared with the unit is to be shared with who is in it, whatever the level
        units = self.units(max(level, _UNIT))
        return [
            row
            for row in self.ours(Template)
            if self.is_mine(row.owner_user_id, row.team_id)
            or row.sharing == "organisation"
            or row.business_unit_id in units
        ]

    def sequences(self) -> list[Any]:
        """A sequence is a unit's or the organisation's."""
        level = self.level((Entity.SEQUENCE, _READ))
        if level is None or level is _USER:
            return []
        units = self.units(level) | {None}
        return [
            row
            for row in self.ours(SequenceTable)
            if level is _ALL or row.business_unit_id in units
        ]

    def customers(self, privilege: Privilege = _READ) -> Callable[[str], bool]:
        """Whose consent one may see: that of the customers of whom one has a record or a conversation."""
        level = self.level((Entity.CONSENT, privilege))
        if level is _ALL:
            return lambda _number: True
        of_rows = _READ if privilege is _READ else Privilege.WRITE
        needs: list[Need] = [(Entity.CONVERSATION, of_rows)]
        if of_rows is _READ:
            needs.append((Entity.MESSAGE, _READ))
        numbers = {row.phone for row in self.records(of_rows)}
        numbers |= {row.customer_number for row in self.conversations(*needs)}
        return lambda number: number in numbers

    def family(self, record_id: UUID) -> set[UUID]:
        """Return a record and what hangs on it, two deep, as far as it is seen."""
        found = {record_id}
        for _ in range(2):
            found |= {row.id for row in self.all(Record) if row.parent_id in found}
        return found & self.readable


def ids_of(rows: Iterable[Any]) -> set[UUID]:
    return {row.id for row in rows}


@dataclass(frozen=True)
class Case:
    """A list as it is asked for, and all that it must hold; or the status that refuses it."""

    holds: Sequence[str] | int
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


def _case(rows: Iterable[Any], by: str = "id", /, **query: object) -> Case:
    return Case(
        [str(getattr(row, by)) for row in rows],
        query={name: _written(value) for name, value in query.items()},
    )


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _within(name: str, value: object, holds: Iterable[Any] | int) -> Case:
    """Return the case of a list within an object."""
    found = holds if isinstance(holds, int) else [str(getattr(row, "id", row)) for row in holds]
    return Case(found, path={name: str(value)})


Cases = Callable[[View], Iterator[Case]]
Shown = Callable[[httpx.Response], Iterable[str]]


def _by(name: str) -> Shown:
    return lambda answer: [str(each[name]) for each in answer.json()["items"]]


_ITEMS: Final = _by("id")


@dataclass(frozen=True)
class Rule:
    """What a list holds for one who asks, and how its answer says so; `why` where it is narrower than what is seen."""

    cases: Cases
    shown: Shown = _ITEMS
    why: str = ""


def _of_entity(table: type[Any], entity: Entity) -> Cases:
    def cases(view: View) -> Iterator[Case]:
        yield _case(view.organisations(table, entity))

    return cases


def _records(view: View) -> Iterator[Case]:
    rows = [row for row in view.records() if row.status == "active"]
    yield _case(rows)
    yield _case([row for row in rows if row.kind == "contact"], kind="contact")
    mine = [row for row in rows if view.is_mine(row.owner_user_id, row.owner_team_id)]
    yield _case(mine, owner="me")
    yield _case([row for row in rows if row.owner_team_id in view.teams], owner="team")
    yield _case([row for row in rows if "1213557" in (row.phone or "")], q="1213557")


def _conversations(view: View) -> Iterator[Case]:
    rows = view.spoken(view.conversations())
    yield _case(rows)
    yield _case(_unread(view), unread=True)
    yield _case([row for row in rows if row.record_id is None], unassigned=True)
    for record in view.samples(Record):
        yield _case([row for row in rows if row.record_id == record.id], record_id=record.id)


def _unread(view: View) -> list[Any]:
    reads = {
        row.conversation_id: row.read_until
        for row in view.all(ConversationRead)
        if row.user_id == view.me
    }
    joined = view.get(view.me).created_at
    return [
        row
        for row in view.spoken(view.conversations())
        if row.last_inbound_at is not None
        and row.last_inbound_at > max(joined, reads.get(row.id, joined))
    ]


def _messages(view: View) -> Iterator[Case]:
    seen = ids_of(view.conversations())
    for talk in view.samples(Conversation):
        moved = [
            row
            for row in view.all(ConversationMove)
            if talk.id in (row.from_conversation_id, row.to_conversation_id)
        ]
        texts = [*view.texts_of([talk]), *moved]
        yield _within("conversation_id", talk.id, texts if talk.id in seen else 404)
    # a page around a text of another conversation, be it one that may be seen
    mine, other = view.spoken(view.conversations())[0], view.all(Message)
    foreign = next(row for row in other if row.conversation_id != mine.id)
    around = {"around": str(foreign.id)}
    yield Case(404, path={"conversation_id": str(mine.id)}, query=around)


def _page_and_moves(answer: httpx.Response) -> list[str]:
    body = answer.json()
    return [each["id"] for each in (*body["items"], *body["moves"])]


def _senders(view: View) -> Iterator[Case]:
    seen = ids_of(view.conversations())
    written = ids_of(view.conversations((Entity.CONVERSATION, Privilege.APPEND_TO)))
    for talk in view.samples(Conversation):
        if talk.id not in written or talk.record_id is None:
            status = 404 if talk.id not in seen else 403 if talk.id not in written else 409
            yield _within("conversation_id", talk.id, status)
            continue
        numbers = [
            row
            for row in view.ours(PhoneNumber)
            if row.removed_at is None
            and (
                row.id == talk.phone_number_id
                or row.owner_user_id == view.me
                or row.owner_team_id in view.teams
            )
        ]
        yield _within("conversation_id", talk.id, numbers)


def _is_listed(row: Any) -> bool:
    """Open, and neither put off nor about to leave."""
    return row.status == "open" and row.leaves_at is None and not row.snoozed_until


def _work_items(view: View) -> Iterator[Case]:
    rows = view.work_items()
    listed = [row for row in rows if _is_listed(row)]
    yield _case([row for row in listed if view.is_mine(row.assignee_id, row.team_id)])
    yield _case([row for row in listed if row.team_id in view.teams], assignee="team")
    yield _case(listed, assignee="any")
    marks = {each.work_item_id: each for each in view.all(WorkItemMark) if each.user_id == view.me}
    opened = {id_ for id_, each in marks.items() if each.is_opened}
    yield _case([row for row in listed if row.id not in opened], assignee="any", unopened=True)
    followed = {id_ for id_, each in marks.items() if each.is_followed}
    yield _case([row for row in listed if row.id in followed], assignee="any", followed=True)
    off = [row for row in rows if row.snoozed_until]
    yield _case(off, assignee="any", snoozed=True)
    lately = datetime.now(UTC) - timedelta(days=30)
    kept = [row for row in rows if row.status == "open" or row.decided_at > lately]
    yield _case(kept, assignee="any", status="all")
    yield _case(_unattended(view, listed), assignee="any", unattended=True)
    for user in _users(view):
        yield _case([row for row in listed if row.assignee_id == user.id], assignee=user.id)
    for record in view.samples(Record):
        of_record = [row for row in listed if row.record_id == record.id]
        yield _case(of_record, assignee="any", record_id=record.id)


def _users(view: View) -> list[User]:
    """Return one user of each unit, and oneself."""
    by_unit = {row.business_unit_id: row for row in view.all(User)}
    return [view.get(view.me), *by_unit.values()]


def _unattended(view: View, items: Iterable[Any]) -> list[Any]:
    """Return those of people who are away, none of whose teams has anybody there; nobody stands in by name here.

    And those that are nobody's.
    """
    away = view.away
    members: dict[UUID, set[UUID]] = {}
    for row in view.all(TeamMember):
        members.setdefault(row.team_id, set()).add(row.user_id)

    def is_left(row: Any) -> bool:
        if row.team_id is not None:
            return members.get(row.team_id, set()) <= away
        if row.assignee_id is None:
            return True
        mates = {each for team in members.values() if row.assignee_id in team for each in team}
        return row.assignee_id in away and mates <= away

    return [row for row in items if is_left(row)]


_TROUBLE: Final = {"failed_text", "uncertain_text"}
_ABOUT_TEXTS: Final = {"manual_text", "reply", "consent_question", *_TROUBLE}


def _work_counts(view: View) -> Iterator[Case]:
    everybodys = view.work_items()
    mine = [row for row in everybodys if view.is_mine(row.assignee_id, row.team_id)]
    record = view.samples(Record)[0]
    of_record = [row for row in everybodys if row.record_id == record.id]
    for asked, rows in (("me", mine), ("any", everybodys), (record, of_record)):
        listed = [row for row in rows if _is_listed(row)]
        level = view.level((Entity.WORK_ITEM, _READ))
        left = _unattended(view, listed) if level is not None and level > _USER else []
        counts = {
            "open": len(listed),
            "replies": sum(row.kind == "reply" for row in listed),
            "overdue": sum(row.due_at <= datetime.now(UTC) for row in listed),
            "texts": sum(row.kind in _ABOUT_TEXTS for row in listed),
            "trouble": sum(row.kind in _TROUBLE for row in listed),
            "snoozed": sum(row.snoozed_until is not None for row in rows),
            "unattended": len(left),
            "groups": len(listed),
        }
        query = (
            {"assignee": asked}
            if isinstance(asked, str)
            else {"assignee": "any", "record_id": str(asked.id)}
        )
        yield Case(
            [f"{name}: {number}" for name, number in counts.items()],
            query={**query, "group": "kind"},
        )


def _work_counted(answer: httpx.Response) -> list[str]:
    body = answer.json()
    body["groups"] = sum(each["count"] for each in body["groups"])
    del body["next_change_at"]
    return [f"{name}: {number}" for name, number in body.items()]


def _stack(view: View) -> Iterator[Case]:
    seen, may = ids_of(view.work_items()), ids_of(view.work_items(Privilege.WRITE))
    drafts = [row for row in view.all(WorkItem) if row.step_id == "book" and _is_listed(row)]
    for like in drafts:
        if like.id not in seen or like.id not in may:
            yield Case(404 if like.id not in seen else 403, query={"like": str(like.id)})
            continue
        version = view.get(like.enrollment_id).version_id
        same = [
            row
            for row in drafts
            if row.id in seen & may and view.get(row.enrollment_id).version_id == version
        ]
        yield Case([*(str(row.id) for row in same), "more: 0"], query={"like": str(like.id)})


def _stacked(answer: httpx.Response) -> list[str]:
    return [*_ITEMS(answer), f"more: {answer.json()['more']}"]


def _numbers(view: View) -> Iterator[Case]:
    yield _case(
        row for row in view.owned(PhoneNumber, Entity.PHONE_NUMBER) if row.removed_at is None
    )


def _dependents(view: View) -> Iterator[Case]:
    seen = ids_of(view.owned(PhoneNumber, Entity.PHONE_NUMBER))
    may = ids_of(view.owned(PhoneNumber, Entity.PHONE_NUMBER, Privilege.WRITE))
    for number in view.all(PhoneNumber):
        if number.id not in seen or number.removed_at:
            yield _within("number_id", number.id, 404)
        elif number.id not in may:
            yield _within("number_id", number.id, 403)
        else:
            over = [row for row in view.all(Conversation) if row.phone_number_id == number.id]
            yield _within("number_id", number.id, ["enrollments: 0", f"conversations: {len(over)}"])


def _counted(answer: httpx.Response) -> list[str]:
    return [f"{name}: {number}" for name, number in answer.json().items()]


def _reconciliations(view: View) -> Iterator[Case]:
    seen = ids_of(view.organisations(ProviderAccount, Entity.PROVIDER_ACCOUNT))
    for account in view.all(ProviderAccount):
        of_account = [
            row for row in view.all(Reconciliation) if row.provider_account_id == account.id
        ]
        yield _within("account_id", account.id, of_account if account.id in seen else 404)


def _alerts(view: View) -> Iterator[Case]:
    rows = view.ours(Alert)
    yield _case(rows)
    yield _case([row for row in rows if row.resolved_at is None], open=True)
    yield _case([row for row in rows if row.resolved_at is not None], open=False)


def _customers(view: View) -> list[str]:
    """Return the number of one customer of each kind, and of one who is nobody's."""
    said = {row.customer_number for row in view.all(ConsentEntry)}
    of_talks = {row.customer_number for row in view.samples(Conversation)}
    return sorted(said & of_talks | {_NOBODYS_CUSTOMER})


def _entries(view: View) -> Iterator[Case]:
    knows = view.customers()
    rows = [row for row in view.ours(ConsentEntry) if knows(row.customer_number)]
    yield _case(rows)
    for number in _customers(view):
        yield _case([row for row in rows if row.customer_number == number], number=number)
    for record in view.samples(Record):
        if view.sees_record(record.id):
            of_record = [row for row in rows if row.customer_number == record.phone]
            yield _case(of_record, record_id=record.id)
        else:
            yield Case(404, query={"record_id": str(record.id)})


def _in_force(view: View) -> list[Any]:
    knows = view.customers()
    return [row for row in view.ours(OptOut) if row.ended_at is None and knows(row.customer_number)]


def _withdrawals(view: View) -> Iterator[Case]:
    yield _case(_in_force(view), "entry_id")
    part = [row for row in _in_force(view) if "1213557" in row.customer_number]
    yield _case(part, "entry_id", q="1213557")


def _exported_withdrawals(view: View) -> Iterator[Case]:
    yield _case([row for row in _in_force(view) if not row.is_unclear], "customer_number")


def _first_column(answer: httpx.Response) -> list[str]:
    return [row[0] for row in list(csv.reader(io.StringIO(answer.text)))[1:]]


def _blocked(view: View) -> Iterator[Case]:
    knows = view.customers()
    rows = [
        row
        for row in view.ours(Message)
        if row.consent_entry_id is not None and knows(row.to_number)
    ]
    yield _case(rows)
    for number in _customers(view):
        yield _case([row for row in rows if row.to_number == number], number=number)


def _complaints(view: View) -> Iterator[Case]:
    knows = view.customers(Privilege.WRITE)
    for number in _customers(view):
        if not knows(number):
            yield Case(404, query={"number": number})
            continue
        talks = [row for row in view.ours(Conversation) if row.customer_number == number]
        entries = [row for row in view.ours(ConsentEntry) if row.customer_number == number]
        yield _case([*entries, *view.texts_of(talks)], number=number)


def _complained(answer: httpx.Response) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        entries = json.loads(archive.read("ledger.json"))
        texts = list(csv.reader(io.StringIO(archive.read("texts.csv").decode())))[1:]
    return [*(each["id"] for each in entries), *(row[0] for row in texts)]


def _people(view: View) -> Iterator[Case]:
    may = view.level((Entity.CONSENT, Privilege.DELETE)) is _ALL
    ours = ids_of(view.ours(Record))
    for record in view.samples(Record):
        record_id = record.id
        talks = [row for row in view.ours(Conversation) if row.record_id == record_id]
        numbers = {record.phone, *(row.customer_number for row in talks)}
        found = _of_person(view, numbers, {record_id})
        yield (
            _case(found, record_id=record_id)
            if may and record_id in ours
            else Case(404, query={"record_id": str(record_id)})
        )
        by_number = _of_person(view, {record.phone}, set())
        yield (
            _case(by_number, number=record.phone)
            if may and by_number
            else Case(404, query={"number": record.phone})
        )


def _of_person(view: View, numbers: set[str], record_ids: set[UUID]) -> list[Any]:
    """Return all rows of the own organisation about whoever has one of these numbers."""
    records = [row for row in view.ours(Record) if row.phone in numbers or row.id in record_ids]
    about = ids_of(records)
    talks = [
        row
        for row in view.ours(Conversation)
        if row.customer_number in numbers or row.record_id in about
    ]
    if not records and not talks:
        return []
    enrollments = [row for row in view.ours(Enrollment) if row.record_id in about]
    running = ids_of(enrollments)
    return [
        *(*records, *talks, *view.texts_of(talks), *enrollments),
        *(row for row in view.ours(Note) if row.record_id in about),
        *(row for row in view.ours(TimelineEntry) if row.enrollment_id in running),
        *(
            row
            for row in view.ours(WorkItem)
            if row.record_id in about or row.conversation_id in ids_of(talks)
        ),
        *(row for row in view.ours(ConsentEntry) if row.customer_number in numbers),
    ]


def _of_people(answer: httpx.Response) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        kinds = json.loads(archive.read("person.json"))
    return [each["id"] for rows in kinds.values() for each in rows if "id" in each]


def _sequences(view: View) -> Iterator[Case]:
    seen = view.enrollments()
    yield Case(
        [
            f"{row.key}: {sum(each.sequence_id == row.id for each in seen)}"
            for row in view.sequences()
            if not row.is_bulk
        ]
    )


def _counted_sequences(answer: httpx.Response) -> list[str]:
    return [f"{each['key']}: {sum(each['counts'].values())}" for each in answer.json()["items"]]


def _versions(view: View) -> Iterator[Case]:
    seen = {row.key: row.id for row in view.sequences()}
    for key in {row.key for row in view.all(SequenceTable) if not row.is_bulk}:
        versions = [
            row.number for row in view.all(SequenceVersion) if row.sequence_id == seen.get(key)
        ]
        yield _within("key", key, versions if key in seen else 404)


def _enrollments(view: View) -> Iterator[Case]:
    rows = view.enrollments()
    yield _case(rows)
    yield _case([row for row in rows if row.status == "active"], status="active")
    tests = {row.id for row in view.all(SequenceTable) if row.key == "test"}
    yield _case([row for row in rows if row.sequence_id in tests], sequence="test")
    for record in view.samples(Record):
        yield _case([row for row in rows if row.record_id == record.id], record_id=record.id)


def _timelines(view: View) -> Iterator[Case]:
    seen = ids_of(view.enrollments())
    for each in view.samples(Enrollment):
        entries = [row for row in view.all(TimelineEntry) if row.enrollment_id == each.id]
        yield _within("enrollment_id", each.id, entries if each.id in seen else 404)


def _threads(view: View) -> Iterator[Case]:
    for record in view.samples(Record):
        if not view.sees_record(record.id):
            yield _within("record_id", record.id, 404)
            continue
        family = view.family(record.id)
        talks = [row for row in view.conversations() if row.record_id in family]
        mine = ids_of(talks)
        runs = ids_of(row for row in view.enrollments() if row.record_id in family)
        yield _within(
            "record_id",
            record.id,
            [
                *view.texts_of(talks),
                *(row for row in view.all(Note) if row.record_id in family),
                *(
                    row
                    for row in view.all(TimelineEntry)
                    if row.enrollment_id in runs and row.kind in ("enrolled", "paused")
                ),
                # what was done about a record is seen with it (C03: activities are read in the whole unit)
                *(
                    row
                    for row in view.all(WorkItem)
                    if row.record_id in family
                    and row.kind in ("call", "email")
                    and row.status in ("completed", "skipped")
                ),
                *(
                    row
                    for row in view.all(ConversationMove)
                    if {row.from_conversation_id, row.to_conversation_id} & mine
                ),
            ],
        )


def _up_next(view: View) -> Iterator[Case]:
    for record in view.samples(Record):
        if not view.sees_record(record.id):
            yield _within("record_id", record.id, 404)
            continue
        running = [
            row for row in view.enrollments() if row.record_id == record.id and not row.ended_at
        ]
        items = [
            row for row in view.work_items() if row.record_id == record.id and row.status == "open"
        ]
        yield _within("record_id", record.id, [*running, *items])


def _up(answer: httpx.Response) -> list[str]:
    body = answer.json()
    current = [each["current"] for each in body["enrollments"]]
    items = [each["work_item"] for each in current if each and each["work_item"]]
    return [each["id"] for each in (*body["enrollments"], *items, *body["by_hand"])]


_TRANSCRIPT: Final = ((Entity.CONVERSATION, _READ), (Entity.TRANSCRIPT, _READ))


def _transcripts(view: View) -> Iterator[Case]:
    talks = view.conversations(*_TRANSCRIPT)
    for talk in view.samples(Conversation):
        said = [*view.spoken([talk]), *view.texts_of([talk])]
        yield _within("conversation_id", talk.id, said if talk in talks else 404)


def _record_transcripts(view: View) -> Iterator[Case]:
    seen = view.conversations(*_TRANSCRIPT)
    for record in view.samples(Record):
        has_children = any(row.parent_id == record.id for row in view.all(Record))
        for family in (True, False) if has_children else (True,):
            query = {"family": _written(family)}
            path = {"record_id": str(record.id)}
            if not view.sees_record(record.id):
                yield Case(404, path, query)
                continue
            about = view.family(record.id) if family else {record.id}
            talks = view.spoken(row for row in seen if row.record_id in about)
            found = [*talks, *view.texts_of(talks)]
            yield Case([str(row.id) for row in found], path, query)


def _transcribed(answer: httpx.Response) -> list[str]:
    body = answer.json()
    return [each["id"] for each in (*body["conversations"], *body["messages"])]


def _found(view: View) -> Iterator[Case]:
    rows = [row for row in view.texts_of(view.conversations()) if "hello" in row.body.lower()]
    yield _case(rows, q="hello")
    again = [row for row in rows if "again" in row.body]
    yield _case(again, q="again")
    for record in view.samples(Record):
        talks = ids_of(row for row in view.all(Conversation) if row.record_id == record.id)
        of_record = [row for row in rows if row.conversation_id in talks]
        yield _case(of_record, q="hello", record_id=record.id)


def _found_numbers(view: View) -> Iterator[Case]:
    for digits in ("21255", "1213557"):
        rows = view.spoken(view.conversations())
        yield _case([row for row in rows if digits in row.customer_number], q=digits)


def _absences(view: View) -> Iterator[Case]:
    rows = [row for row in view.ours(Absence) if row.ends_at > datetime.now(UTC)]
    yield _case(rows)
    for user in _users(view):
        yield _case([row for row in rows if row.user_id == user.id], user_id=user.id)


def _views(view: View) -> Iterator[Case]:
    rows = [row for row in view.ours(SavedView) if row.is_shared or row.owner_user_id == view.me]
    for name in ("work_items", "records", "conversations"):
        yield _case([row for row in rows if row.list == name], list=name)


def _templates(view: View) -> Iterator[Case]:
    rows = view.templates()
    yield _case(row for row in rows if row.archived_at is None)
    yield _case([row for row in rows if row.archived_at is not None], archived=True)
    listed = [row for row in rows if row.archived_at is None and row.key.startswith("list-")]
    yield _case(listed, q="list-")


def _placeholders(view: View) -> Iterator[Case]:
    rows = [row for row in view.records() if row.status == "active"]
    for query, of_kind in (
        ({}, rows),
        ({"kind": "lead"}, [row for row in rows if row.kind == "lead"]),
    ):
        yield Case(sorted({name for row in of_kind for name in row.fields}), query=query)


def _own_fields(answer: httpx.Response) -> list[str]:
    names = [each["name"] for each in answer.json()]
    return [name.split(".fields.")[1] for name in names if ".fields." in name]


def _members(view: View) -> Iterator[Case]:
    seen = ids_of(view.organisations(Team, Entity.TEAM))
    for team in view.all(Team):
        members = [row.user_id for row in view.all(TeamMember) if row.team_id == team.id]
        yield _within("team_id", team.id, members if team.id in seen else 404)


def _erasures(view: View) -> Iterator[Case]:
    yield _case(view.ours(Erasure))


def _unread_count(view: View) -> Iterator[Case]:
    yield Case([f"unread: {len(_unread(view))}"])


_SILENT: Final = "one in which nothing was said is in no list"
RULES: Final[Mapping[str, Rule]] = {
    "listRecords": Rule(_records, why="inactive ones are found by who names them"),
    "listConversations": Rule(_conversations, why=_SILENT),
    "countConversations": Rule(_unread_count, _counted, why="unread ones, as the list of them"),
    "listMessages": Rule(_messages, _page_and_moves),
    "listSenders": Rule(
        _senders,
        lambda answer: [each["id"] for each in answer.json()],
        why="numbers to send from here: the own ones, not those of whom one stands in for, the teams' and "
        "the conversation's; to whoever may write here (403); from the inbox nothing leaves (409)",
    ),
    "listWorkItems": Rule(_work_items, why="one's own unless asked for more; decided ones 30 days"),
    "countWorkItems": Rule(_work_counts, _work_counted, why="what is open, as the lists of it"),
    "getStack": Rule(_stack, _stacked, why="drafts of the same step that one may approve"),
    "listUsers": Rule(_of_entity(User, Entity.USER)),
    "listTeams": Rule(_of_entity(Team, Entity.TEAM)),
    "getTeam": Rule(_members, lambda answer: [each["id"] for each in answer.json()["members"]]),
    "listRoles": Rule(_of_entity(Role, Entity.ROLE)),
    "listBusinessUnits": Rule(_of_entity(BusinessUnit, Entity.BUSINESS_UNIT)),
    "listProviderAccounts": Rule(_of_entity(ProviderAccount, Entity.PROVIDER_ACCOUNT)),
    "listReconciliations": Rule(_reconciliations),
    "listPhoneNumbers": Rule(_numbers, why="removed ones are kept for what was said over them"),
    "getPhoneNumberDependents": Rule(
        _dependents, _counted, why="all that goes over a number, whoever asks: it would be cut off"
    ),
    "listAlerts": Rule(_alerts, why="the organisation's, at whatever level: they are nobody's"),
    "listConsentEntries": Rule(_entries, why="of customers of whom one sees anything"),
    "listWithdrawals": Rule(
        _withdrawals, _by("entry_id"), why="those in force, of customers of whom one sees anything"
    ),
    "exportWithdrawals": Rule(
        _exported_withdrawals,
        _first_column,
        why="as listWithdrawals; unclear ones are no withdrawals",
    ),
    "listBlockedTexts": Rule(
        _blocked,
        _by("message_id"),
        why="proof of consent: goes with the number, as the ledger does",
    ),
    "exportComplaint": Rule(
        _complaints, _complained, why="all about a number, for who may change its consent"
    ),
    "exportPerson": Rule(
        _people, _of_people, why="all about a person, for who may erase everybody"
    ),
    "listErasures": Rule(_erasures, why="the organisation's, at whatever level: they name nobody"),
    "listSequences": Rule(
        _sequences, _counted_sequences, why="bulk texts are none; counted are enrollments one sees"
    ),
    "listVersions": Rule(_versions, _by("number")),
    "listEnrollments": Rule(_enrollments),
    "getEnrollmentTimeline": Rule(_timelines),
    "listThread": Rule(
        _threads, why="of the family as far as it is seen; of each kind what is seen"
    ),
    "getUpNext": Rule(_up_next, _up, why="what runs and what is open"),
    "getTranscript": Rule(_transcripts, _transcribed, why=_SILENT),
    "getRecordTranscript": Rule(_record_transcripts, _transcribed, why=_SILENT),
    "searchMessages": Rule(_found, _by("message_id")),
    "searchNumbers": Rule(_found_numbers, why=_SILENT),
    "listAbsences": Rule(
        _absences, why="of the whole organisation, as users are; past ones are over"
    ),
    "listViews": Rule(_views, why="one's own and the shared ones, whatever the level"),
    "listTemplates": Rule(_templates, why="archived ones only if asked for"),
    "listPlaceholders": Rule(
        _placeholders, _own_fields, why="own fields, of active records that one sees"
    ),
    "listEmbedKeys": Rule(_of_entity(EmbedKey, Entity.EMBED_KEY)),
}
"""By operation. A list that is not here fails, unless it is in `NOT_OF_ROWS`."""

NOT_OF_ROWS: Final[Mapping[str, str]] = {
    "streamEvents": "it never ends; who hears what is tested in test_events.py",
    "getMessageMedium": "one file",
    "listProviders": "what the product can do, the same for all",
    "getUser": "one user, with the roles' names",
    "getRole": "one role, with its privileges",
    "getWorkItem": "one item, with what has changed since it was read, and its warnings",
    "getProviderAccountHealth": "one account, with its providers' codes",
    "getSetup": "one account, with what is to be done",
    "getTestText": "one text, with its legs",
    "getReconciliation": "one comparison, with what was found",
    "getSequence": "one sequence, with what is wrong with its draft",
    "getTemplate": "one template, with what is wrong with it",
    "getTextPolicy": "the rules of the organisation",
    "getWorkListSettings": "the rules of the organisation",
    "explainMessage": "sentences about one text",
    "explainStep": "sentences about one step",
}
"""Answers with lists in them that are a part of one thing, which the privilege matrix asks for."""


def askers_of(world: World) -> list[Asker]:
    """Return who asks: everybody of the matrix, and the mixed role."""
    assert set(world.askers) == {*ROLES, "mixed role"}
    return list(world.askers.values())
