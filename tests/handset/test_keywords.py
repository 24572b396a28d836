import pytest

from handset.addresses import NumberKind
from handset.keywords import Keyword, keyword, keyword_for, reply_to


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("STOP", Keyword.STOP),
        (" stop\n", Keyword.STOP),
        ("StopAll", Keyword.STOP),
        ("unsubscribe", Keyword.STOP),
        ("cancel", Keyword.STOP),
        ("end", Keyword.STOP),
        ("quit", Keyword.STOP),
        ("optout", Keyword.STOP),
        ("revoke", Keyword.STOP),
        ("start", Keyword.START),
        ("Yes", Keyword.START),
        ("unstop", Keyword.START),
        ("help", Keyword.HELP),
        ("info", Keyword.HELP),
        ("STOP please", None),
        ("STOP 12345", None),
        ("don't stop", None),
        ("", None),
    ],
)
def test_the_carrier_acts_on_a_keyword_alone(body: str, meant: Keyword | None) -> None:
    assert keyword(body) is meant


@pytest.mark.parametrize(
    ("body", "kind", "is_managed", "expected"),
    [
        ("unsubscribe", NumberKind.LONG_CODE, False, Keyword.STOP),
        ("unsubscribe", NumberKind.TOLL_FREE, False, None),
        ("stop", NumberKind.TOLL_FREE, False, Keyword.STOP),
        ("yes", NumberKind.TOLL_FREE, True, None),
        ("unstop", NumberKind.TOLL_FREE, False, Keyword.START),
        ("stop", NumberKind.SHORT_CODE, False, None),
        ("stop", NumberKind.SHORT_CODE, True, Keyword.STOP),
    ],
)
def test_what_counts_depends_on_the_number(
    body: str, kind: NumberKind, is_managed: bool, expected: Keyword | None
) -> None:
    assert keyword_for(body, kind, is_managed=is_managed) is expected


def test_the_network_answers_for_a_toll_free_number() -> None:
    assert reply_to(Keyword.STOP, NumberKind.TOLL_FREE).startswith("NETWORK MSG: Stopped")
    assert reply_to(Keyword.STOP, NumberKind.LONG_CODE).startswith("Stopped")
