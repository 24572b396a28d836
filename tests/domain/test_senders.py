"""Tests of domain/senders.py: from which number a text leaves."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.numbers import NumberKind
from domain.senders import Candidate, NoSender, Wanted, choose

SELLER, TEAM = UUID(int=1), UUID(int=2)
LONG_AGO, LATELY = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)


def number(name: str, serial: int) -> Candidate:
    return Candidate(
        number_id=UUID(int=serial),
        number=name,
        kind=NumberKind.LONG_CODE,
        country="US",
        owner_id=TEAM,
        is_own=False,
        is_default=False,
        is_up=True,
        can_mms=False,
        last_used_at=None,
    )


OWN = replace(number("own", 10), owner_id=SELLER, is_own=True)
DEFAULT = replace(OWN, number_id=UUID(int=11), number="default", is_default=True)
BRITISH = replace(OWN, number_id=UUID(int=12), number="british", country="GB")
IDLE = replace(number("idle", 20), last_used_at=LONG_AGO)
BUSY = replace(number("busy", 21), last_used_at=LATELY)
NEVER_USED = number("never used", 22)
IDLE_BRITISH = replace(IDLE, number_id=UUID(int=23), number="idle british", country="GB")
NAMED = replace(number("named", 30), owner_id=UUID(int=3))
PICTURES = replace(BUSY, number_id=UUID(int=24), number="pictures", can_mms=True)

ALL = [BUSY, IDLE, NAMED, OWN, DEFAULT]


def down(candidate: Candidate) -> Candidate:
    return replace(candidate, is_up=False)


@pytest.mark.parametrize(
    ("candidates", "wanted", "expected"),
    [
        pytest.param(ALL, Wanted(sticky_id=BUSY.number_id, named="named"), "busy", id="sticky"),
        pytest.param(ALL, Wanted(sticky_id=OWN.number_id), "own", id="sticky before the default"),
        pytest.param(ALL, Wanted(sticky_id=UUID(int=99), named="named"), "named", id="named"),
        pytest.param(ALL, Wanted(named="gone"), "default", id="a named one that is not there"),
        pytest.param(ALL, Wanted(), "default", id="the seller's default"),
        pytest.param([OWN, BUSY], Wanted(), "own", id="an own one without a default"),
        pytest.param(
            [OWN, BRITISH],
            Wanted(customer_number="+447700900111"),
            "british",
            id="of the own ones, one of the customer's country",
        ),
        pytest.param(
            [DEFAULT, BRITISH],
            Wanted(customer_number="+447700900111"),
            "default",
            id="the default whatever the country",
        ),
        pytest.param([BUSY, IDLE], Wanted(), "idle", id="of the team's, the one idle for longest"),
        pytest.param([BUSY, down(IDLE)], Wanted(), "busy", id="of the team's, one that works"),
        pytest.param([BUSY, IDLE, NEVER_USED], Wanted(), "never used", id="a new one first"),
        pytest.param(
            [BUSY, IDLE_BRITISH],
            Wanted(customer_number="+12125550111"),
            "busy",
            id="the customer's country before idleness",
        ),
        pytest.param(
            [IDLE_BRITISH],
            Wanted(customer_number="+12125550111"),
            "idle british",
            id="another country where there is no other",
        ),
        pytest.param(
            [DEFAULT, PICTURES],
            Wanted(needs_mms=True, sticky_id=DEFAULT.number_id),
            "pictures",
            id="with a picture, one that can",
        ),
        pytest.param(
            [down(DEFAULT), OWN],
            Wanted(),
            "default",
            id="an account that is down keeps its texts",
        ),
        pytest.param(
            [down(DEFAULT), OWN, BUSY],
            Wanted(fails_over=True),
            "own",
            id="failover: another number of the same owner",
        ),
        pytest.param(
            [down(DEFAULT), BUSY],
            Wanted(fails_over=True),
            "default",
            id="failover: not one of another owner",
        ),
        pytest.param(
            [down(BUSY), IDLE, OWN],
            Wanted(fails_over=True, sticky_id=BUSY.number_id),
            "idle",
            id="failover from a team's number: the team's",
        ),
        pytest.param(
            [down(DEFAULT), down(OWN)],
            Wanted(fails_over=True),
            "default",
            id="failover: all are down",
        ),
    ],
)
def test_the_number_a_text_leaves_from(
    candidates: list[Candidate], wanted: Wanted, expected: str
) -> None:
    assert choose(candidates, wanted).number == expected
    assert choose(candidates[::-1], wanted).number == expected


@pytest.mark.parametrize(
    ("candidates", "wanted", "why"),
    [
        pytest.param(
            [], Wanted(), "has no number to send from: give the seller or", id="none at all"
        ),
        pytest.param(
            [IDLE],
            Wanted(uses_team_numbers=False),
            "no number of their own, .*: give the seller one, or let the team's stand in",
            id="only a team's",
        ),
        pytest.param(
            [OWN],
            Wanted(needs_mms=True),
            "can send pictures: take the picture out, or give the seller a number that can",
            id="none for a picture",
        ),
    ],
)
def test_without_a_number_the_seller_reads_why_and_what_to_do(
    candidates: list[Candidate], wanted: Wanted, why: str
) -> None:
    with pytest.raises(NoSender, match=why):
        choose(candidates, wanted)


def test_where_the_teams_numbers_do_not_stand_in_the_known_one_still_answers() -> None:
    wanted = Wanted(uses_team_numbers=False, sticky_id=IDLE.number_id)
    assert choose([IDLE], wanted) is IDLE
