import pytest

from channels.infobip import numbers


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        pytest.param("447700900123", "+447700900123", id="a British number"),
        pytest.param("12125550123", "+12125550123", id="an American number"),
        pytest.param("4512345678", "+4512345678", id="a Danish number, of ten digits"),
        pytest.param("2904123", "+2904123", id="a number of Saint Helena, of seven digits"),
        pytest.param("54321", "54321", id="a short code"),
        pytest.param("4512345", "4512345", id="a short code of seven digits"),
        pytest.param("12345678", "12345678", id="a short code of eight digits"),
        pytest.param("0123456789", "0123456789", id="no country's number"),
        pytest.param("Harbour", "Harbour", id="a name"),
        pytest.param("4Harbour", "4Harbour", id="a name that begins with a digit"),
        pytest.param("+447700900123", "+447700900123", id="one that has its plus"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_number_of_theirs_gets_its_plus_if_it_is_a_phone_number(theirs: str, ours: str) -> None:
    assert numbers.ours(theirs) == ours


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("+447700900123", "447700900123"), ("54321", "54321"), ("Harbour", "Harbour")],
)
def test_a_number_of_ours_loses_its_plus(ours: str, theirs: str) -> None:
    assert numbers.theirs(ours) == theirs
