"""That lists are scoped by the very rule of domain/privileges.py, for whoever looks, at every level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import ColumnElement, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.base import OfOrganisation
from db.business_units.queries import create_unit, within
from db.engine import Sessions
from db.tables import (
    BusinessUnit,
    Conversation,
    Enrollment,
    PhoneNumber,
    ProviderAccount,
    Record,
    Role,
    Team,
    TeamMember,
    User,
    WorkItem,
)
from db.tables import Sequence as SequenceTable
from db.visibility import ownership_of, visible_to, within_reach
from domain.privileges import (
    NOBODYS,
    Actor,
    Entity,
    Grants,
    Level,
    Ownership,
    Privilege,
    reaches,
)
from tests.db.conftest import plan_of
from tests.makers import (
    SEQUENCE,
    make_account,
    make_conversation,
    make_enrollment,
    make_number,
    make_organisation,
    make_record,
    make_team,
    make_user,
    make_version,
    save,
)

READS: dict[type[OfOrganisation], Entity] = {
    User: Entity.USER,
    Team: Entity.TEAM,
    Role: Entity.ROLE,
    BusinessUnit: Entity.BUSINESS_UNIT,
    ProviderAccount: Entity.PROVIDER_ACCOUNT,
    PhoneNumber: Entity.PHONE_NUMBER,
    Record: Entity.RECORD,
    SequenceTable: Entity.SEQUENCE,
    Enrollment: Entity.ENROLLMENT,
    WorkItem: Entity.WORK_ITEM,
    Conversation: Entity.CONVERSATION,
}
LEVELS = [None, *Level]


@dataclass
class World:
    """An organisation of four units, with users in each, and what all of them own; and a stranger's."""

    actors: Mapping[str, Actor]
    owned: Mapping[type[OfOrganisation], Mapping[UUID, Sequence[Ownership]]]
    """What the rows of the organisation are owned by; any one that is reached will do."""


@pytest.fixture
async def world(sessions: Sessions) -> World:
    async with sessions.begin() as session:
        return await make_world(session)


async def make_world(session: AsyncSession) -> World:
    organisation = await make_organisation(session)
    account = await make_account(session, organisation.id)
    owned: dict[type[OfOrganisation], dict[UUID, list[Ownership]]] = {table: {} for table in READS}
    root = (await session.scalars(select(BusinessUnit))).one()
    units = {"root": root}
    for name, parent in (("north", root), ("south", root), ("east", None)):
        above = parent or units["north"]
        units[name] = await create_unit(session, organisation.id, name=name, parent_id=above.id)
    users, teams = {}, {}
    for name, unit in units.items():
        users[name] = await make_user(session, organisation.id, business_unit_id=unit.id)
        teams[name] = await make_team(session, organisation.id, business_unit_id=unit.id)
    mate = await make_user(session, organisation.id, business_unit_id=units["south"].id)
    for user, team in (("north", "south"), ("east", "north")):
        await save(session, TeamMember(team_id=teams[team].id, user_id=users[user].id))

    serial = iter(range(10_000_000, 99_999_999))
    numbers = [
        await make_number(session, account, e164=f"+1{next(serial)}", **owner)
        for owner in (
            {},
            *({"owner_user_id": user.id} for user in [*users.values(), mate]),
            *({"owner_team_id": team.id} for team in teams.values()),
        )
    ]
    for number in numbers:
        ownership = await ownership_of(session, number.owner_user_id, number.owner_team_id)
        owned[PhoneNumber][number.id] = [ownership]
    version = await make_version(session, users["root"], SEQUENCE)
    owned[SequenceTable][version.sequence_id] = [NOBODYS]
    for name, unit in units.items():
        sequence = SequenceTable(
            organisation_id=organisation.id,
            key=name,
            name=name,
            record_kind="lead",
            draft={},
            business_unit_id=unit.id,
        )
        await save(session, sequence)
        owned[SequenceTable][sequence.id] = [Ownership(unit_id=unit.id)]
    for owner in [*users.values(), mate]:
        for in_team in (None, *teams.values()):
            team_id = None if in_team is None else in_team.id
            mine = Ownership(owner.id, team_id, owner.business_unit_id)
            phone = f"+1{next(serial)}"
            record = await make_record(session, owner, phone=phone, owner_team_id=team_id)
            owned[Record][record.id] = [mine]
            enrollment = await make_enrollment(session, record, version)
            owned[Enrollment][enrollment.id] = [mine]
            for number in numbers:
                # a number that is nobody's makes nobody's conversation of a record's
                by_number = [each for each in owned[PhoneNumber][number.id] if each != NOBODYS]
                record = await make_record(
                    session, owner, phone=f"+1{next(serial)}", owner_team_id=team_id
                )
                owned[Record][record.id] = [mine]
                conversation = await make_conversation(session, record, number)
                owned[Conversation][conversation.id] = [mine, *by_number]
            for assignee in (users["south"], users["east"], teams["south"], teams["east"]):
                is_user = isinstance(assignee, User)
                item = WorkItem(
                    organisation_id=organisation.id,
                    record_id=record.id,
                    kind="task",
                    title="Do",
                    due_at=datetime(2026, 7, 1, tzinfo=UTC),
                    assignee_id=assignee.id if is_user else None,
                    team_id=None if is_user else assignee.id,
                )
                await save(session, item)
                owned[WorkItem][item.id] = [
                    Ownership(item.assignee_id, item.team_id or team_id, assignee.business_unit_id)
                ]
    for number in numbers:
        conversation = Conversation(
            organisation_id=organisation.id,
            customer_number=f"+1{next(serial)}",
            phone_number_id=number.id,
        )
        await save(session, conversation)
        owned[Conversation][conversation.id] = owned[PhoneNumber][number.id]
        asks = WorkItem(
            organisation_id=organisation.id,
            kind="reply",
            title="Answer the customer",
            due_at=datetime(2026, 7, 1, tzinfo=UTC),
            conversation_id=conversation.id,
            assignee_id=number.owner_user_id,
            team_id=number.owner_team_id,
        )
        await save(session, asks)
        owned[WorkItem][asks.id] = owned[PhoneNumber][number.id]
    of_organisation: list[type[OfOrganisation]] = [User, Team, Role, BusinessUnit, ProviderAccount]
    for table in of_organisation:
        found = await session.scalars(select(_id(table)))
        owned[table] = {row_id: [NOBODYS] for row_id in found}

    stranger = await make_user(session, (await make_organisation(session)).id)
    await make_record(session, stranger)
    actors = {}
    for name, person in users.items():
        below = await within(session, person.business_unit_id)
        in_teams = await session.scalars(
            select(TeamMember.team_id).where(TeamMember.user_id == person.id)
        )
        actors[name] = Actor(
            user_id=person.id,
            organisation_id=organisation.id,
            grants={},
            unit_id=person.business_unit_id,
            team_ids=frozenset(in_teams),
            units_below=frozenset(below) - {person.business_unit_id},
            other_units=len(below) < len(units),
        )
    actors["who stands in for a colleague"] = replace(actors["north"], covers=frozenset({mate.id}))
    await session.flush()
    return World(actors, owned)


async def test_a_list_holds_exactly_the_rows_that_the_rule_lets_one_reach(
    world: World, sessions: Sessions
) -> None:
    async with sessions() as session:
        for name, actor in world.actors.items():
            for table, entity in READS.items():
                for privilege in (Privilege.READ, Privilege.WRITE):
                    for level in LEVELS:
                        able = replace(actor, grants=_grants(entity, privilege, level))
                        found = await session.scalars(
                            select(_id(table)).where(within_reach(able, table, privilege))
                        )
                        assert set(found) == {
                            row_id
                            for row_id, owners in world.owned[table].items()
                            if any(reaches(able, entity, privilege, each) for each in owners)
                        }, f"{name}: {privilege} {table.__name__} at {level!r}"


def _grants(entity: Entity, privilege: Privilege, level: Level | None) -> Grants:
    if level is None:
        return {}
    grants = {(entity, privilege): level}
    if entity is Entity.CONVERSATION:
        # what is read of a conversation is its texts
        grants[Entity.MESSAGE, Privilege.READ] = Level.ORGANISATION
    return grants


def _id(table: type[OfOrganisation]) -> ColumnElement[UUID]:
    column: ColumnElement[UUID] = table.__table__.c.id  # type: ignore[attr-defined]  # every table has one
    return column


@pytest.mark.parametrize(
    ("texts", "conversations", "seen"),
    [
        (Level.BUSINESS_UNIT, Level.USER, Level.USER),
        (Level.USER, Level.BUSINESS_UNIT, Level.USER),
        (Level.BUSINESS_UNIT, Level.BUSINESS_UNIT, Level.BUSINESS_UNIT),
        (None, Level.ORGANISATION, None),
        (Level.ORGANISATION, None, None),
    ],
)
async def test_a_conversation_is_read_with_the_lower_of_two_privileges(
    world: World,
    sessions: Sessions,
    texts: Level | None,
    conversations: Level | None,
    seen: Level | None,
) -> None:
    levels = {
        (Entity.MESSAGE, Privilege.READ): texts,
        (Entity.CONVERSATION, Privilege.READ): conversations,
    }
    both = {need: level for need, level in levels.items() if level is not None}
    actor = world.actors["north"]
    expected = {
        row_id
        for row_id, owners in world.owned[Conversation].items()
        if seen is not None
        and any(
            reaches(
                replace(actor, grants={(Entity.CONVERSATION, Privilege.READ): seen}),
                Entity.CONVERSATION,
                Privilege.READ,
                each,
            )
            for each in owners
        )
    }
    async with sessions() as session:
        found = await session.scalars(
            select(Conversation.id).where(visible_to(replace(actor, grants=both), Conversation))
        )
        assert set(found) == expected


async def test_what_waits_in_the_inbox_is_the_work_of_exactly_those_who_may_read_it(
    world: World, sessions: Sessions
) -> None:
    async with sessions() as session:
        for name, actor in world.actors.items():
            for level in Level:
                grants = {
                    **_grants(Entity.CONVERSATION, Privilege.READ, level),
                    (Entity.WORK_ITEM, Privilege.READ): level,
                }
                able = replace(actor, grants=grants)
                asked = select(WorkItem.conversation_id).where(
                    WorkItem.record_id.is_(None), visible_to(able, WorkItem)
                )
                read = select(Conversation.id).where(
                    Conversation.record_id.is_(None), visible_to(able, Conversation)
                )
                in_hand = set(await session.scalars(asked))
                assert in_hand == set(await session.scalars(read)), f"{name} at {level!r}"


async def test_a_token_for_one_record_sees_that_record_and_what_was_said_with_it_alone(
    world: World, sessions: Sessions
) -> None:
    grants = {(entity, Privilege.READ): Level.ORGANISATION for entity in Entity}
    async with sessions() as session:
        conversation = (
            await session.scalars(select(Conversation).where(Conversation.record_id.is_not(None)))
        ).first()
        assert conversation is not None
        actor = replace(world.actors["root"], grants=grants, only_record_id=conversation.record_id)
        seen = {
            table: set(await session.scalars(select(_id(table)).where(visible_to(actor, table))))
            for table in READS
        }
        assert seen.pop(Record) == {conversation.record_id}
        assert seen.pop(Conversation) == {conversation.id}
        assert seen.pop(PhoneNumber) == set(world.owned[PhoneNumber])
        assert set().union(*seen.values()) == set()


async def test_one_record_is_not_opened_by_a_token_to_who_may_not_see_it(
    world: World, sessions: Sessions
) -> None:
    grants = {(Entity.RECORD, Privilege.READ): Level.USER}
    actor = replace(world.actors["east"], grants=grants)
    hidden = next(
        row_id
        for row_id, (owned,) in world.owned[Record].items()
        if not reaches(actor, Entity.RECORD, Privilege.READ, owned)
    )
    async with sessions() as session:
        found = await session.scalars(
            select(Record.id).where(visible_to(replace(actor, only_record_id=hidden), Record))
        )
        assert found.all() == []


async def test_one_conversation_is_looked_up_by_its_key_whoever_asks(
    world: World, sessions: Sessions
) -> None:
    row_id = next(iter(world.owned[Conversation]))
    for level in (Level.USER, Level.BUSINESS_UNIT, Level.UNITS_BELOW):
        grants = _grants(Entity.CONVERSATION, Privilege.READ, level)
        actor = replace(world.actors["north"], grants=grants)
        asked = select(Conversation).where(
            Conversation.id == row_id, visible_to(actor, Conversation)
        )
        async with sessions() as session:
            # of so few rows PostgreSQL would read all
            await session.execute(text("SET LOCAL enable_seqscan = off"))
            lines = await plan_of(session, asked)
        assert "Seq Scan" not in lines, lines
        assert "conversations_pkey" in lines, lines
        assert "records_pkey" in lines, lines
