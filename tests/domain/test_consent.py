from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from domain.consent import (
    Grant,
    OurNumber,
    Purpose,
    Scope,
    Source,
    Withdrawal,
    blocking,
    covers,
    lifted_by_grant,
    lifted_by_start,
    scoped,
    why,
)

AT = datetime(2026, 11, 3, 9, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
NAMED = OurNumber(UUID(int=1), "Acme")
SISTER = OurNumber(UUID(int=2), "Acme")
OTHER = OurNumber(UUID(int=3), "Zenith")
SAID = Withdrawal(UUID(int=9), Scope.ORGANISATION, Source.REPLY, AT)


def of(scope: Scope, source: Source = Source.REPLY) -> Withdrawal:
    """Return a withdrawal that came to the first number."""
    scope, number_id, brand = scoped(scope, NAMED)
    if source is Source.PROVIDER:
        number_id = NAMED.id
    return replace(SAID, scope=scope, source=source, phone_number_id=number_id, brand=brand)


@pytest.mark.parametrize(
    ("scope", "reached"),
    [
        (Scope.NUMBER, [True, False, False]),
        (Scope.BRAND, [True, True, False]),
        (Scope.ORGANISATION, [True, True, True]),
    ],
)
@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_withdrawal_reaches_as_far_as_its_scope(
    scope: Scope, reached: list[bool], purpose: Purpose
) -> None:
    assert [covers(of(scope), each, purpose) for each in (NAMED, SISTER, OTHER)] == reached


@pytest.mark.parametrize("scope", list(Scope))
def test_a_withdrawal_from_marketing_is_not_one_from_service(scope: Scope) -> None:
    marketing = replace(of(scope), purpose=Purpose.MARKETING)
    assert covers(marketing, NAMED, Purpose.MARKETING)
    assert not covers(marketing, NAMED, Purpose.SERVICE)


@pytest.mark.parametrize("scope", [Scope.NUMBER, Scope.BRAND])
def test_what_names_no_number_of_ours_applies_to_everything(scope: Scope) -> None:
    assert scoped(scope, None) == (Scope.ORGANISATION, None, None)


def test_a_number_without_a_brand_cannot_narrow_a_withdrawal_to_one() -> None:
    assert scoped(Scope.BRAND, OurNumber(UUID(int=4))) == (Scope.ORGANISATION, None, None)


def test_a_certain_withdrawal_is_named_before_an_unclear_one_and_the_earliest_first() -> None:
    unclear = replace(SAID, is_unclear=True, at=AT - timedelta(days=1))
    late = replace(SAID, at=LATER)
    assert blocking([unclear, late, SAID], NAMED, Purpose.SERVICE) == SAID
    assert blocking([unclear], NAMED, Purpose.SERVICE) == unclear
    assert blocking([], NAMED, Purpose.SERVICE) is None


@pytest.mark.parametrize(("source", "scope"), list(product(Source, Scope)))
def test_a_start_lifts_what_was_said_by_text_as_far_as_it_reaches(
    source: Source, scope: Scope
) -> None:
    reached = {
        Scope.NUMBER: [True, False, False],
        Scope.BRAND: [True, True, False],
        Scope.ORGANISATION: [True, True, True],
    }
    expected = {
        Source.REPLY: reached[scope],
        # the provider blocks one number of ours, however far we let it reach
        Source.PROVIDER: [True, False, False],
    }.get(source, [False, False, False])
    said = of(scope, source)
    assert [lifted_by_start(said, each) for each in (NAMED, SISTER, OTHER)] == expected


@pytest.mark.parametrize("source", list(Source))
@pytest.mark.parametrize(
    ("withdrawn", "granted", "is_lifted"),
    [
        (None, None, True),
        (None, Purpose.MARKETING, False),
        (None, Purpose.SERVICE, False),
        (Purpose.MARKETING, None, True),
        (Purpose.MARKETING, Purpose.MARKETING, True),
        (Purpose.MARKETING, Purpose.SERVICE, False),
        (Purpose.SERVICE, Purpose.MARKETING, False),
    ],
)
def test_consent_given_anew_lifts_what_it_is_as_wide_as(
    source: Source, withdrawn: Purpose | None, granted: Purpose | None, is_lifted: bool
) -> None:
    said = replace(SAID, source=source, purpose=withdrawn)
    assert lifted_by_grant(said, Grant(LATER, granted, has_evidence=True)) is is_lifted
    assert not lifted_by_grant(said, Grant(LATER, granted, has_evidence=False))
    assert not lifted_by_grant(said, Grant(AT, granted, has_evidence=True))


@pytest.mark.parametrize(
    ("withdrawal", "sentence"),
    [
        (SAID, "The customer withdrew consent by text on 3 Nov 2026 (applies to everything)."),
        (
            replace(of(Scope.BRAND), purpose=Purpose.MARKETING, source=Source.COMPLAINT),
            "The customer withdrew consent to marketing texts by a complaint on 3 Nov 2026 "
            "(applies to the brand Acme).",
        ),
        (
            replace(SAID, is_unclear=True),
            "The customer may have withdrawn consent on 3 Nov 2026: nothing leaves until somebody has "
            "answered the question in the work list.",
        ),
    ],
)
def test_a_withdrawal_is_told_in_a_sentence(withdrawal: Withdrawal, sentence: str) -> None:
    assert why(withdrawal) == sentence
