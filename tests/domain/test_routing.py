"""Tests of domain/routing.py: to which record a customer's text belongs."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.records import RecordKind, RecordStatus
from domain.routing import Addressed, Because, Candidate, To, UnknownSender, route

MIA, TOM, UMA = UUID(int=1), UUID(int=2), UUID(int=3)
NORTH = UUID(int=9)
OLD, LATE, LATER = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 10, 11))

TO_MIA = Addressed(MIA)
TO_TEAM = Addressed(None, frozenset({TOM}))
TO_NOBODY = Addressed(None)

# the worst in everything, so that a case shows by one change what wins
PLAIN = Candidate(
    record_id=UUID(int=100),
    kind=RecordKind.LEAD,
    status=RecordStatus.INACTIVE,
    owner_user_id=UMA,
    updated_at=OLD,
    holds_number=True,
)
RIVAL = replace(PLAIN, record_id=UUID(int=200))
"""As bad as PLAIN, and of the higher id."""

FORMER = replace(PLAIN, holds_number=False, talked_at=LATE)


def a(**values: object) -> Candidate:
    return replace(PLAIN, **values)  # type: ignore[arg-type]


def other(**values: object) -> Candidate:
    return replace(RIVAL, **values)  # type: ignore[arg-type]


ALL_LATER = {
    "kind": RecordKind.CONTACT,
    "status": RecordStatus.ACTIVE,
    "updated_at": LATER,
}
"""What a criterion before the kind must beat, all at once."""


@pytest.mark.parametrize(
    ("addressed", "winner", "loser", "because"),
    [
        # each criterion alone
        pytest.param(TO_MIA, a(), other(holds_number=False), Because.NUMBER, id="holds the number"),
        pytest.param(TO_MIA, a(talked_at=OLD), other(), Because.CONVERSATION, id="was talked with"),
        pytest.param(
            TO_MIA,
            a(talked_at=LATER),
            other(talked_at=LATE),
            Because.CONVERSATION,
            id="was talked with most recently",
        ),
        pytest.param(TO_MIA, a(owner_user_id=MIA), other(), Because.SELLER, id="the seller's own"),
        pytest.param(TO_TEAM, a(owner_user_id=TOM), other(), Because.TEAM, id="a team member's"),
        pytest.param(
            Addressed(None, owner_team_id=NORTH),
            a(owner_team_id=NORTH),
            other(),
            Because.TEAM,
            id="the team's",
        ),
        pytest.param(
            TO_MIA,
            a(kind=RecordKind.CONTACT),
            other(kind=RecordKind.ACCOUNT),
            Because.KIND,
            id="contact before account",
        ),
        pytest.param(
            TO_MIA,
            a(kind=RecordKind.ACCOUNT),
            other(kind=RecordKind.OPPORTUNITY),
            Because.KIND,
            id="account before opportunity",
        ),
        pytest.param(
            TO_MIA,
            a(kind=RecordKind.OPPORTUNITY),
            other(),
            Because.KIND,
            id="opportunity before lead",
        ),
        pytest.param(
            TO_MIA,
            a(kind=RecordKind.CONTACT),
            other(),
            Because.KIND,
            id="contact before lead",
        ),
        pytest.param(
            TO_MIA,
            a(kind=RecordKind.CONTACT),
            other(kind=RecordKind.OPPORTUNITY),
            Because.KIND,
            id="contact before opportunity",
        ),
        pytest.param(
            TO_MIA,
            a(kind=RecordKind.ACCOUNT),
            other(),
            Because.KIND,
            id="account before lead",
        ),
        pytest.param(
            TO_MIA,
            a(status=RecordStatus.ACTIVE),
            other(),
            Because.ACTIVE,
            id="active before inactive",
        ),
        pytest.param(TO_MIA, a(updated_at=LATE), other(), Because.UPDATED, id="updated last"),
        pytest.param(TO_MIA, other(), a(), Because.ID, id="nothing sets them apart: the newer row"),
        # each beats all later ones together
        pytest.param(
            TO_MIA,
            a(),
            other(holds_number=False, talked_at=LATER, owner_user_id=MIA, **ALL_LATER),
            Because.NUMBER,
            id="the holder beats one who held it once, whatever speaks for that",
        ),
        pytest.param(
            TO_MIA,
            a(talked_at=OLD),
            other(owner_user_id=MIA, **ALL_LATER),
            Because.CONVERSATION,
            id="an old conversation beats the seller's own active contact",
        ),
        pytest.param(
            TO_TEAM,
            a(talked_at=OLD),
            other(owner_user_id=TOM, **ALL_LATER),
            Because.CONVERSATION,
            id="an old conversation beats a team member's active contact",
        ),
        pytest.param(
            Addressed(MIA, frozenset({TOM})),
            a(owner_user_id=MIA),
            other(owner_user_id=TOM, **ALL_LATER),
            Because.SELLER,
            id="the seller beats the team",
        ),
        pytest.param(
            TO_MIA,
            a(owner_user_id=MIA),
            other(**ALL_LATER),
            Because.SELLER,
            id="the seller's inactive lead beats another's active contact",
        ),
        pytest.param(
            TO_TEAM,
            a(owner_user_id=TOM),
            other(**ALL_LATER),
            Because.TEAM,
            id="the team's inactive lead beats another's active contact",
        ),
        pytest.param(
            TO_MIA,
            a(kind=RecordKind.OPPORTUNITY),
            other(status=RecordStatus.ACTIVE, updated_at=LATER),
            Because.KIND,
            id="an inactive opportunity beats an active lead",
        ),
        pytest.param(
            TO_MIA,
            a(status=RecordStatus.ACTIVE),
            other(updated_at=LATER),
            Because.ACTIVE,
            id="an active one beats one updated later",
        ),
        pytest.param(
            TO_MIA,
            a(updated_at=LATE),
            other(updated_at=OLD),
            Because.UPDATED,
            id="the later update beats the higher id",
        ),
        # ties pass on
        pytest.param(
            TO_MIA,
            a(talked_at=LATE, owner_user_id=MIA),
            other(talked_at=LATE),
            Because.SELLER,
            id="conversations of the same instant: the seller decides",
        ),
        pytest.param(
            TO_MIA,
            a(owner_user_id=MIA, kind=RecordKind.CONTACT),
            other(owner_user_id=MIA),
            Because.KIND,
            id="both the seller's: the kind decides",
        ),
        pytest.param(
            TO_TEAM,
            a(owner_user_id=TOM, status=RecordStatus.ACTIVE),
            other(owner_user_id=TOM),
            Because.ACTIVE,
            id="both the team's, of one kind: the active one",
        ),
        pytest.param(
            TO_MIA,
            a(kind=RecordKind.CONTACT, status=RecordStatus.ACTIVE),
            other(kind=RecordKind.CONTACT),
            Because.ACTIVE,
            id="two contacts: the active one",
        ),
        pytest.param(
            TO_MIA,
            a(status=RecordStatus.ACTIVE, updated_at=LATE),
            other(status=RecordStatus.ACTIVE),
            Because.UPDATED,
            id="two active leads: the one updated last",
        ),
        # whose number it came to
        pytest.param(
            TO_NOBODY,
            a(kind=RecordKind.CONTACT),
            other(owner_user_id=MIA),
            Because.KIND,
            id="nobody's number: no owner counts",
        ),
        pytest.param(
            TO_TEAM,
            a(kind=RecordKind.CONTACT),
            other(owner_user_id=MIA),
            Because.KIND,
            id="a team's number: a seller outside of the team does not count",
        ),
        pytest.param(
            TO_MIA,
            a(kind=RecordKind.CONTACT),
            other(owner_team_id=NORTH),
            Because.KIND,
            id="a number of no team: a record of no team is not of the same one",
        ),
        pytest.param(
            TO_MIA,
            a(kind=RecordKind.CONTACT),
            other(owner_user_id=TOM),
            Because.KIND,
            id="a seller's number: the seller's colleagues do not count",
        ),
        pytest.param(
            Addressed(None, frozenset({MIA, TOM})),
            a(owner_user_id=TOM, kind=RecordKind.CONTACT),
            other(owner_user_id=MIA),
            Because.KIND,
            id="two members of the team count alike",
        ),
        # a conversation counts only with the addressed seller, which the facts leave out otherwise
        pytest.param(
            TO_MIA,
            a(owner_user_id=MIA),
            other(talked_at=None, **ALL_LATER),
            Because.SELLER,
            id="talked with another seller only: that does not count",
        ),
        # numbers that moved
        pytest.param(
            TO_MIA,
            a(status=RecordStatus.INACTIVE),
            other(holds_number=False, status=RecordStatus.ACTIVE, talked_at=LATER),
            Because.NUMBER,
            id="an inactive holder beats an active former one",
        ),
        pytest.param(
            TO_MIA,
            a(kind=RecordKind.LEAD),
            other(holds_number=False, kind=RecordKind.CONTACT, talked_at=LATER),
            Because.NUMBER,
            id="a recycled number belongs to who has it now",
        ),
        pytest.param(
            TO_MIA,
            replace(FORMER, talked_at=LATER),
            replace(FORMER, record_id=UUID(int=200), owner_user_id=MIA),
            Because.CONVERSATION,
            id="nobody holds it: of those who held it the one talked with last",
        ),
        pytest.param(
            TO_MIA,
            replace(FORMER, talked_at=None, owner_user_id=MIA),
            replace(FORMER, talked_at=None, record_id=UUID(int=200)),
            Because.SELLER,
            id="nobody holds it, talked with others only: the seller's",
        ),
    ],
)
def test_a_text_belongs_to_the_record_that_comes_first(
    addressed: Addressed, winner: Candidate, loser: Candidate, because: Because
) -> None:
    expected = To(winner.record_id, because)

    assert route(addressed, [winner, loser], UnknownSender.NEW_LEAD) == expected
    assert route(addressed, [loser, winner], UnknownSender.NEW_LEAD) == expected


@pytest.mark.parametrize("kind", list(RecordKind))
@pytest.mark.parametrize("candidate", [PLAIN, FORMER], ids=["holder", "former holder"])
def test_the_only_record_gets_the_text_whatever_it_is(
    candidate: Candidate, kind: RecordKind
) -> None:
    only = replace(candidate, kind=kind)

    assert route(TO_MIA, [only], UnknownSender.INBOX) == To(only.record_id, Because.ONLY)


@pytest.mark.parametrize("unknown", list(UnknownSender))
@pytest.mark.parametrize("addressed", [TO_MIA, TO_TEAM, TO_NOBODY], ids=["user", "team", "nobody"])
def test_a_sender_whom_no_record_knows_becomes_what_the_setting_says(
    addressed: Addressed, unknown: UnknownSender
) -> None:
    assert route(addressed, [], unknown) is unknown


def test_of_three_the_reason_names_what_set_the_winner_apart_from_the_second() -> None:
    best = a(talked_at=LATE, owner_user_id=MIA)
    second = other(talked_at=LATE)
    third = replace(PLAIN, record_id=UUID(int=300))

    found = route(TO_MIA, [third, second, best], UnknownSender.INBOX)

    assert found == To(best.record_id, Because.SELLER)


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        record_id=st.integers(1, 50).map(lambda serial: UUID(int=serial)),
        kind=st.sampled_from(RecordKind),
        status=st.sampled_from(RecordStatus),
        owner_user_id=st.sampled_from([MIA, TOM, UMA]),
        updated_at=st.sampled_from([OLD, LATE]),
        holds_number=st.booleans(),
        talked_at=st.sampled_from([None, OLD, LATE]),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda candidate: candidate.record_id,
)
ADDRESSED = st.builds(
    Addressed, st.sampled_from([None, MIA]), st.frozensets(st.sampled_from([MIA, TOM]))
)


def by_elimination(addressed: Addressed, left: list[Candidate]) -> Candidate:
    """Follow the source's list to the letter: keep at each criterion only those that fit best."""
    order = [RecordKind.CONTACT, RecordKind.ACCOUNT, RecordKind.OPPORTUNITY, RecordKind.LEAD]
    left = [each for each in left if each.holds_number] or left
    talked = max((each.talked_at for each in left if each.talked_at), default=None)
    left = [each for each in left if each.talked_at == talked]
    left = [each for each in left if each.owner_user_id == addressed.owner_user_id] or left
    left = [each for each in left if each.owner_user_id in addressed.team_member_ids] or left
    kind = min((each.kind for each in left), key=order.index)
    left = [each for each in left if each.kind is kind]
    left = [each for each in left if each.status is RecordStatus.ACTIVE] or left
    updated = max(each.updated_at for each in left)
    left = [each for each in left if each.updated_at == updated]
    return max(left, key=lambda each: each.record_id)


@given(ADDRESSED, CANDIDATES, st.randoms())
def test_the_choice_is_the_one_by_elimination_in_whatever_order_they_come(
    addressed: Addressed, candidates: list[Candidate], random: Random
) -> None:
    shuffled = list(candidates)
    random.shuffle(shuffled)

    chosen = route(addressed, shuffled, UnknownSender.NEW_LEAD)

    assert isinstance(chosen, To)
    assert chosen.record_id == by_elimination(addressed, candidates).record_id
