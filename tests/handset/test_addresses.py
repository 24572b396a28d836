import pytest

from handset.addresses import NumberKind, kind_of


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("+12125550100", NumberKind.LONG_CODE),
        ("+447700900123", NumberKind.LONG_CODE),
        ("+18885550100", NumberKind.TOLL_FREE),
        ("72345", NumberKind.SHORT_CODE),
        ("Northwind", NumberKind.ALPHANUMERIC),
        ("A-1", NumberKind.ALPHANUMERIC),
        ("12125550100", None),
        ("+1212555010", None),
        ("12", None),
        ("Northwind Ltd", None),
        ("", None),
    ],
)
def test_an_address_shows_what_kind_of_sender_it_is(address: str, kind: NumberKind | None) -> None:
    assert kind_of(address) is kind
