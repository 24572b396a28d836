"""Tests of domain/between.py: did somebody speak meanwhile?"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.between import Spoken, objection
from domain.messages import Direction

ME, MIA = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)


def ours(author_id: UUID | None, name: str | None, seconds: int) -> Spoken:
    at = NOW - timedelta(seconds=seconds)
    return Spoken(UUID(int=seconds), Direction.OUTBOUND, author_id, name, at)


def theirs(seconds: int) -> Spoken:
    at = NOW - timedelta(seconds=seconds)
    return Spoken(UUID(int=seconds), Direction.INBOUND, None, None, at)


def test_nothing_since_is_no_objection() -> None:
    assert objection([], ME, NOW) is None


def test_what_i_wrote_myself_is_no_objection() -> None:
    assert objection([ours(ME, "Sam Seller", 5)], ME, NOW) is None


def test_a_colleague_who_answered_is_one() -> None:
    assert objection([ours(MIA, "Mia Chen", 20)], ME, NOW) == "Mia Chen answered 20 s ago."


def test_a_colleague_counts_before_a_customer_who_wrote_later() -> None:
    said = [theirs(5), ours(MIA, "Mia Chen", 90)]

    assert objection(said, ME, NOW) == "Mia Chen answered 1 min ago."
    assert objection(said[::-1], ME, NOW) == "Mia Chen answered 1 min ago."


def test_a_customer_who_wrote_again_is_one() -> None:
    assert (
        objection([ours(ME, "Sam Seller", 5), theirs(3700), theirs(7300)], ME, NOW)
        == "The customer wrote again 1 h ago."
    )


def test_a_text_of_a_sequence_is_one() -> None:
    assert objection([ours(None, None, 2)], ME, NOW) == "A sequence answered 2 s ago."
