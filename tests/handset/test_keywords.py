import pytest

from handset.keywords import Keyword, keyword


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
