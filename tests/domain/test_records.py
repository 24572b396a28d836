"""Tests of domain/records.py: what a record may hang on."""

import pytest

from domain.records import RecordKind, why_not_parent

ALLOWED = {
    (RecordKind.CONTACT, RecordKind.ACCOUNT),
    (RecordKind.OPPORTUNITY, RecordKind.CONTACT),
    (RecordKind.OPPORTUNITY, RecordKind.ACCOUNT),
}


@pytest.mark.parametrize("parent", list(RecordKind))
@pytest.mark.parametrize("kind", list(RecordKind))
def test_contacts_hang_on_accounts_and_opportunities_on_both(
    kind: RecordKind, parent: RecordKind
) -> None:
    assert (why_not_parent(kind, parent) is None) == ((kind, parent) in ALLOWED)


def test_the_reason_names_what_would_do() -> None:
    assert (
        why_not_parent(RecordKind.OPPORTUNITY, RecordKind.LEAD)
        == "A record of kind opportunity hangs on one of kind account or contact, not lead."
    )
    assert (
        why_not_parent(RecordKind.LEAD, RecordKind.ACCOUNT)
        == "A record of kind lead hangs on no other: leave parent_id empty."
    )
