from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.privileges import (
    NOBODYS,
    Actor,
    Entity,
    Everything,
    Grants,
    Level,
    Need,
    Ownership,
    Privilege,
    Units,
    UnknownPrivilege,
    combined,
    level_of_all,
    may_grant,
    parse_grants,
    reaches,
    scope_of,
    written,
)
from domain.roles import SHIPPED
from domain.users import Role

ME, COLLEAGUE, ORGANISATION, TEAM, OTHER_TEAM, NORTH, EAST, SOUTH = (
    UUID(int=number) for number in range(1, 9)
)
"""I am in the unit North, which East is below of; South is beside it."""

WRITE = (Entity.RECORD, Privilege.WRITE)


def _actor(grants: Grants, **more: object) -> Actor:
    known: dict[str, object] = {
        "unit_id": NORTH,
        "team_ids": frozenset({TEAM}),
        "units_below": frozenset({EAST}),
        "other_units": True,
    }
    return Actor(ME, ORGANISATION, grants, **(known | more))  # type: ignore[arg-type]


OWNED = {
    "own": Ownership(ME, unit_id=NORTH),
    "team": Ownership(COLLEAGUE, TEAM, SOUTH),
    "unit": Ownership(COLLEAGUE, unit_id=NORTH),
    "unit below": Ownership(COLLEAGUE, unit_id=EAST),
    "other unit": Ownership(COLLEAGUE, unit_id=SOUTH),
    "nobody's": NOBODYS,
}


@pytest.mark.parametrize(
    ("level", "reached"),
    [
        (Level.USER, {"own", "team"}),
        (Level.BUSINESS_UNIT, {"own", "team", "unit", "nobody's"}),
        (Level.UNITS_BELOW, {"own", "team", "unit", "unit below", "nobody's"}),
        (Level.ORGANISATION, {"own", "team", "unit", "unit below", "other unit", "nobody's"}),
    ],
)
def test_each_level_reaches_the_rows_of_these(level: Level, reached: set[str]) -> None:
    actor = _actor({WRITE: level})
    assert {whose for whose, owned in OWNED.items() if reaches(actor, *WRITE, owned)} == reached


def test_who_lacks_the_privilege_reaches_nothing_not_even_the_own() -> None:
    actor = _actor({(Entity.RECORD, Privilege.READ): Level.ORGANISATION})
    assert not any(reaches(actor, *WRITE, owned) for owned in OWNED.values())


def test_a_row_of_a_team_is_counted_to_the_unit_it_names() -> None:
    actor = _actor({WRITE: Level.BUSINESS_UNIT})
    assert reaches(actor, *WRITE, Ownership(team_id=OTHER_TEAM, unit_id=NORTH))
    assert not reaches(actor, *WRITE, Ownership(team_id=OTHER_TEAM, unit_id=SOUTH))


def test_a_row_of_a_unit_is_not_ones_own() -> None:
    assert not reaches(_actor({WRITE: Level.USER}), *WRITE, Ownership(unit_id=NORTH))
    assert reaches(_actor({WRITE: Level.BUSINESS_UNIT}), *WRITE, Ownership(unit_id=NORTH))


def test_who_stands_in_for_somebody_reaches_what_is_theirs() -> None:
    actor = _actor({WRITE: Level.USER}, covers=frozenset({COLLEAGUE}))
    assert actor.stands_for == {ME, COLLEAGUE}
    assert reaches(actor, *WRITE, OWNED["other unit"])


def test_the_units_of_a_level_are_everything_where_there_are_no_others() -> None:
    alone = {"units_below": frozenset[UUID](), "other_units": False}
    assert scope_of(_actor({}, **alone), Level.BUSINESS_UNIT) == Everything()
    root = _actor({}, other_units=False)
    assert scope_of(root, Level.UNITS_BELOW) == Everything()
    assert scope_of(root, Level.BUSINESS_UNIT) == Units(frozenset({NORTH}))
    assert scope_of(_actor({}), Level.UNITS_BELOW) == Units(frozenset({NORTH, EAST}))


def test_privileges_add_up_and_the_highest_level_wins() -> None:
    read = (Entity.RECORD, Privilege.READ)
    low, high = {WRITE: Level.USER, read: Level.ORGANISATION}, {WRITE: Level.UNITS_BELOW}
    added = {WRITE: Level.UNITS_BELOW, read: Level.ORGANISATION}
    assert combined(low, high) == combined(high, low) == added


def test_of_several_privileges_the_lowest_level_counts() -> None:
    texts, conversation = (
        (Entity.MESSAGE, Privilege.READ),
        (Entity.CONVERSATION, Privilege.READ),
    )
    seller, manager = _actor(SHIPPED[Role.SALESPERSON]), _actor(SHIPPED[Role.SALES_MANAGER])
    assert level_of_all(seller, [texts, conversation]) is Level.USER
    assert level_of_all(manager, [texts, conversation]) is Level.BUSINESS_UNIT
    assert level_of_all(_actor({texts: Level.ORGANISATION}), [texts, conversation]) is None


def test_nobody_gives_away_what_they_do_not_have() -> None:
    actor = _actor({WRITE: Level.BUSINESS_UNIT})
    assert may_grant(actor, {})
    assert may_grant(actor, {WRITE: Level.BUSINESS_UNIT})
    assert not may_grant(actor, {WRITE: Level.UNITS_BELOW})
    assert not may_grant(actor, {(Entity.RECORD, Privilege.DELETE): Level.USER})


def test_a_form_that_narrows_an_actor_does_not_make_it_another_person() -> None:
    assert "grants" not in repr(_actor({WRITE: Level.USER}))
    assert _actor({WRITE: Level.USER}) == _actor({})


class TestTheFiveOfC05:
    """Capabilities C05, our minimum tests."""

    seller = _actor(SHIPPED[Role.SALESPERSON])

    def test_a_seller_may_read_the_transcripts_of_the_unit_but_opens_only_own_conversations(
        self,
    ) -> None:
        colleagues = OWNED["unit"]
        assert reaches(self.seller, Entity.TRANSCRIPT, Privilege.READ, colleagues)
        assert not reaches(self.seller, Entity.CONVERSATION, Privilege.READ, colleagues)
        manager = _actor(SHIPPED[Role.SALES_MANAGER])
        assert reaches(manager, Entity.TRANSCRIPT, Privilege.READ, colleagues)
        assert reaches(manager, Entity.CONVERSATION, Privilege.READ, colleagues)

    def test_a_seller_does_not_read_a_transcript_of_another_unit(self) -> None:
        assert not reaches(self.seller, Entity.TRANSCRIPT, Privilege.READ, OWNED["other unit"])

    def test_a_seller_does_not_edit_a_message_of_a_colleague(self) -> None:
        assert not reaches(self.seller, Entity.MESSAGE, Privilege.WRITE, OWNED["unit"])

    def test_a_seller_edits_any_template_of_the_unit(self) -> None:
        assert reaches(self.seller, Entity.TEMPLATE, Privilege.WRITE, OWNED["unit"])
        assert not reaches(self.seller, Entity.TEMPLATE, Privilege.WRITE, OWNED["other unit"])

    def test_a_seller_does_not_reassign_a_number(self) -> None:
        assert not reaches(self.seller, Entity.PHONE_NUMBER, Privilege.ASSIGN, OWNED["own"])


_ids = st.sampled_from([ME, COLLEAGUE, TEAM, OTHER_TEAM, NORTH, EAST, SOUTH])
_ownerships = st.builds(Ownership, st.none() | _ids, st.none() | _ids, st.none() | _ids)
_needs = st.tuples(st.sampled_from(Entity), st.sampled_from(Privilege))
_grants = st.dictionaries(_needs, st.sampled_from(Level))


@given(owned=_ownerships, other_units=st.booleans(), lower=st.sampled_from(Level))
def test_a_higher_level_never_reaches_less(
    owned: Ownership, other_units: bool, lower: Level
) -> None:
    reached = [
        reaches(_actor({WRITE: level}, other_units=other_units), *WRITE, owned)
        for level in Level
        if level >= lower
    ]
    assert reached == sorted(reached)


@given(mine=_grants, given_away=_grants)
def test_what_may_be_granted_adds_nothing_to_what_one_has(
    mine: dict[Need, Level], given_away: dict[Need, Level]
) -> None:
    assert may_grant(_actor(mine), given_away) == (combined(mine, given_away) == mine)


@given(grants=_grants)
def test_grants_are_read_as_they_were_written(grants: dict[Need, Level]) -> None:
    assert parse_grants(written(grants)) == grants


def test_grants_are_written_in_words() -> None:
    assert written({WRITE: Level.UNITS_BELOW}) == {"record.write": "units_below"}


@pytest.mark.parametrize(
    ("path", "level"),
    [
        ("planet.read", "user"),
        ("record.fly", "user"),
        ("record", "user"),
        ("record.read", "everywhere"),
    ],
)
def test_what_is_no_privilege_is_named(path: str, level: str) -> None:
    with pytest.raises(UnknownPrivilege) as refused:
        parse_grants({path: level})
    assert refused.value.path == path
