import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from domain import phone
from domain.phone import InvalidNumber, PhoneNumber


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+12025550143", "+12025550143"),
        ("+1 (202) 555-0143", "+12025550143"),
        ("+1.202.555.0143", "+12025550143"),
        ("  +44 7700 900123 ", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("(+44) 7700 900123", "+447700900123"),
        ("\u202a+1\u00a0202\u2011555\u20110143\u202c", "+12025550143"),
        ("+49 171/1234567", "+491711234567"),
        pytest.param("12025550143", "+12025550143", id="no plus"),
        pytest.param("12345678910", "+12345678910", id="no plus, as C08 writes it"),
        pytest.param("447700900123", "+447700900123", id="no plus, fictional"),
        pytest.param("33 6 12 34 56 78", "+33612345678", id="no plus, with blanks"),
        pytest.param("+1 999 555 0199", "+19995550199", id="an area code not assigned yet"),
        pytest.param("+1 500 555 0006", "+15005550006", id="Twilio's test number"),
        pytest.param("+1 800 555 0199", "+18005550199", id="toll-free"),
    ],
)
def test_a_number_with_its_country_code_is_read_however_it_is_written(
    written: str, number: str
) -> None:
    assert phone.parse(written) == number


@pytest.mark.parametrize(
    ("written", "region", "number"),
    [
        ("07700 900123", "GB", "+447700900123"),
        ("07700 900123", "gb", "+447700900123"),
        ("(202) 555-0143", "US", "+12025550143"),
        ("447700900123", "GB", "+447700900123"),
        ("0044 7700 900123", "GB", "+447700900123"),
        ("+44 7700 900123", "US", "+447700900123"),
    ],
)
def test_a_number_in_national_format_is_read_by_its_country(
    written: str, region: str, number: str
) -> None:
    assert phone.parse(written, region=region) == number


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("", "the phone number is empty"),
        ("call me", '"call me" is not a phone number: write it like +1 202 555 0143'),
        ("1-800-FLOWERS", '"1-800-FLOWERS" is not a phone number: write it like +1 202 555 0143'),
        (
            "+1 202 555 0143 ext 5",
            '"+1 202 555 0143 ext 5" is not a phone number: write it like +1 202 555 0143',
        ),
        ("4.47E+11", '"4.47E+11" is not a phone number: write it like +1 202 555 0143'),
        ("+", '"+" is not a phone number: write it like +1 202 555 0143'),
        (
            "07700 900123",
            '"07700 900123" is in national format: '
            "write it as +44 7700 900123, or give its country",
        ),
        (
            "(202) 555-0143",
            '"(202) 555-0143" is in national format: '
            "write it as +1 202-555-0143, or give its country",
        ),
        (
            "030 123456",
            '"030 123456" is in national format: '
            "write it with + and its country code, or give its country",
        ),
        (
            "4795550123",
            '"4795550123" could be +1 479-555-0123 or +47 95 55 01 23: '
            "write it with + and its country code, or give its country",
        ),
        ("0044 7700 900123", '"0044 7700 900123" begins with 00: write + in its place'),
        ("12345", '"12345" has too few digits for a phone number'),
        ("+1", '"+1" has too few digits for a phone number'),
        ("+1 202 555", '"+1 202 555" has too few digits for a number of country code +1'),
        (
            "+1 202 555 0143 000",
            '"+1 202 555 0143 000" has too many digits for a number of country code +1',
        ),
        ("+1 123 456 7890", '"+1 123 456 7890" is no number of country code +1'),
        (
            "+999 123456789",
            '"+999 123456789" begins with no known country code: write it like +1 202 555 0143',
        ),
    ],
)
def test_what_is_no_number_is_refused_with_its_problem_and_remedy(
    written: str, problem: str
) -> None:
    with pytest.raises(InvalidNumber) as refused:
        phone.parse(written)
    assert str(refused.value) == problem


@pytest.mark.parametrize(
    ("written", "region", "problem"),
    [
        ("555-0143", "US", '"555-0143" has no area code'),
        ("07700 900123", "XX", '"XX" is not a country: give its two letters, such as US'),
        (
            "0044 7700 900123",
            "US",
            '"0044 7700 900123" has too many digits for a number of country code +1',
        ),
    ],
)
def test_a_number_that_does_not_fit_its_country_is_refused(
    written: str, region: str, problem: str
) -> None:
    with pytest.raises(InvalidNumber) as refused:
        phone.parse(written, region=region)
    assert str(refused.value) == problem


@pytest.mark.parametrize(
    ("number", "region"),
    [
        ("+12025550143", "US"),
        ("+14165550123", "CA"),
        ("+447700900123", "GB"),
        ("+4915112345678", "DE"),
        pytest.param("+19995550199", "US", id="not assigned: the main country of +1"),
        pytest.param("+80012345678", None, id="international freephone"),
    ],
)
def test_a_number_tells_its_country(number: str, region: str | None) -> None:
    assert phone.region_of(PhoneNumber(number)) == region


@given(
    area=st.integers(min_value=200, max_value=999),
    line=st.integers(min_value=100, max_value=199),
)
def test_every_fictional_north_american_number_is_taken(area: int, line: int) -> None:
    number = f"+1{area}5550{line}"
    assert phone.parse(number) == number


@given(line=st.integers(min_value=0, max_value=999))
def test_every_fictional_british_number_is_taken_with_and_without_plus(line: int) -> None:
    number = f"+447700900{line:03}"
    assert phone.parse(number) == phone.parse(number[1:]) == number


def test_a_mobile_number_of_every_country_is_read_in_all_its_forms() -> None:
    for region in sorted(phonenumbers.SUPPORTED_REGIONS - {"TA"}):  # Tristan da Cunha has none
        mobile = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
        assert mobile is not None
        e164, *others = (
            phonenumbers.format_number(mobile, form)
            for form in (
                PhoneNumberFormat.E164,
                PhoneNumberFormat.INTERNATIONAL,
                PhoneNumberFormat.NATIONAL,
            )
        )
        assert phone.parse(e164) == e164
        for written in others:
            assert phone.parse(written, region=region) == e164
        assert phone.region_of(PhoneNumber(e164)) is not None


@given(st.text(alphabet="+0123456789 ()-./x\u200e", max_size=20))
def test_whatever_is_read_is_e164_and_reads_as_itself(written: str) -> None:
    try:
        number = phone.parse(written)
    except InvalidNumber:
        return
    assert number[0] == "+"
    assert number[1:].isdigit()
    assert len(number) <= 16
    assert phone.parse(number) == number
