from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.basis import (
    Basis,
    Change,
    InvalidToken,
    Names,
    changes,
    from_token,
    of_approval,
    parse,
    to_token,
)
from domain.records import RecordStatus

WROTE_AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
NAMES = Names(owner="Mia Chen", wrote_at=WROTE_AT)
ONE, OTHER = UUID(int=1), UUID(int=2)
SEEN = Basis(inbound_id=ONE, owner=ONE, stage="new", consent="given", is_running=True)

WROTE = Change("customer_wrote", "The customer wrote again.", WROTE_AT)
CONSENT = Change("consent", "What the customer consents to has changed.")
OWNER = Change("owner", "The record is Mia Chen's now.")
CLOSED = Change("stage", "The record was closed.")
STAGE = Change("stage", 'The stage is "won" now.')
ENDED = Change("enrollment", "The enrollment no longer runs.")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"inbound_id": OTHER}, [WROTE], id="another text"),
        pytest.param({"owner": OTHER}, [OWNER], id="another owner"),
        pytest.param({"stage": "won"}, [STAGE], id="another stage"),
        pytest.param({"stage": None}, [Change("stage", "The stage is gone.")], id="no stage"),
        pytest.param({"record_status": RecordStatus.INACTIVE}, [CLOSED], id="closed"),
        pytest.param({"consent": "withdrawn"}, [CONSENT], id="withdrawn"),
        pytest.param({"consent": "given again"}, [CONSENT], id="withdrawn and given back"),
        pytest.param({"consent": None}, [CONSENT], id="no entry any more"),
        pytest.param({"is_running": False}, [ENDED], id="ended"),
        pytest.param(
            {
                "is_running": False,
                "stage": "won",
                "record_status": RecordStatus.INACTIVE,
                "owner": OTHER,
                "consent": "withdrawn",
                "inbound_id": OTHER,
            },
            [WROTE, CONSENT, OWNER, CLOSED, STAGE, ENDED],
            id="everything",
        ),
    ],
)
def test_every_change_is_told_and_what_did_not_change_is_not(
    changed: dict[str, Any], expected: list[Change]
) -> None:
    assert changes(SEEN, SEEN.model_copy(update=changed), NAMES) == expected


def test_a_first_text_is_a_change_as_much_as_another_one() -> None:
    assert changes(Basis(), Basis(inbound_id=ONE), NAMES) == [WROTE]


def test_a_record_that_is_opened_again_has_changed() -> None:
    before = Basis(record_status=RecordStatus.INACTIVE)
    assert changes(before, Basis(), NAMES) == [Change("stage", "The record was opened again.")]


def test_a_basis_goes_out_as_one_word_and_comes_back() -> None:
    token = to_token(SEEN)
    assert token.replace("-", "").replace("_", "").isalnum()
    assert from_token(token) == SEEN


@pytest.mark.parametrize("token", ["", "nonsense", "!!", to_token(SEEN)[:-9], "bnVsbA", "é"])
def test_a_token_that_no_item_showed_is_refused(token: str) -> None:
    with pytest.raises(InvalidToken):
        from_token(token)


def test_an_item_of_before_has_no_basis() -> None:
    assert parse({}) is None
    assert parse(SEEN.model_dump(mode="json")) == SEEN


def test_an_approval_that_has_not_left_rests_on_what_it_was_given_on() -> None:
    offered, now = ({"inbound_id": str(each)} for each in (ONE, OTHER))
    assert parse(of_approval(now, offered)) == Basis(inbound_id=OTHER)
