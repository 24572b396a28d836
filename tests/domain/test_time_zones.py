from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat

from domain import quiet_hours, time_zones
from domain.quiet_hours import AllowedHours
from domain.time_zones import UnknownZone, ZonesOf

NOBODY: dict[str, Any] = {"timezone": None, "country": None, "region": None}


def zones_of(phone: str = "+12025550143", **known: str) -> ZonesOf:
    return time_zones.zones_of(**(NOBODY | known), phone=phone)


def test_the_records_own_zone_comes_before_its_address_and_number() -> None:
    found = zones_of(timezone="Asia/Tokyo", country="GB", region="London")
    assert found == ZonesOf(("Asia/Tokyo",), "record")


@pytest.mark.parametrize(
    ("country", "region", "zones"),
    [
        pytest.param("GB", "", ("Europe/London",), id="a country of one zone"),
        pytest.param("jp", "", ("Asia/Tokyo",), id="in small letters"),
        pytest.param("US", "CA", ("America/Los_Angeles",), id="a state by code"),
        pytest.param("US", "US-CA", ("America/Los_Angeles",), id="a state by ISO 3166-2"),
        pytest.param("US", " california ", ("America/Los_Angeles",), id="a state by name"),
        pytest.param("US", "HI", ("Pacific/Honolulu",), id="an island state"),
        pytest.param("US", "TN", ("America/New_York", "America/Chicago"), id="a split state"),
        pytest.param("US", "AZ", ("America/Phoenix", "America/Denver"), id="Navajo Nation"),
        pytest.param(
            "CA", "Québec", ("America/Toronto", "America/Halifax", "America/Blanc-Sablon"),
            id="a province with an accent",
        ),
        pytest.param("CA", "AB", ("America/Edmonton",), id="a province"),
        pytest.param("AU", "QLD", ("Australia/Brisbane", "Australia/Lindeman"), id="Australia"),
        pytest.param("BR", "Sao Paulo", ("America/Sao_Paulo",), id="without its accent"),
        pytest.param("MX", "ROO", ("America/Cancun",), id="Mexico"),
    ],
)  # fmt: skip
def test_an_address_tells_the_zones_whatever_the_number_says(
    country: str, region: str, zones: tuple[str, ...]
) -> None:
    assert zones_of("+4915112345678", country=country, region=region) == ZonesOf(zones, "address")


@pytest.mark.parametrize(
    ("phone", "zones"),
    [
        ("+12025550143", ("America/New_York",)),
        ("+14165550123", ("America/Toronto",)),
        ("+4915112345678", ("Europe/Berlin",)),
        pytest.param("+447700900123", ("Europe/London",), id="fictional: its country's"),
        pytest.param("+918001234567", ("Asia/Kolkata",), id="under the zone's present name"),
        pytest.param(
            "+12085550143", ("America/Boise", "America/Los_Angeles"), id="an area code of two zones"
        ),
        pytest.param(
            "+18505550143", ("America/New_York", "America/Chicago"),
            id="an area code of two zones of which the metadata knows one",
        ),
        pytest.param("+34612345678", ("Atlantic/Canary", "Europe/Madrid"), id="mobile: all"),
        pytest.param(
            "+80012345678",
            ("America/Los_Angeles", "America/New_York", "Europe/London", "Europe/Berlin"),
            id="of no country",
        ),
    ],
)  # fmt: skip
def test_without_an_address_the_number_tells_the_zones(phone: str, zones: tuple[str, ...]) -> None:
    assert zones_of(phone) == ZonesOf(zones, "number")


def test_a_toll_free_number_may_be_anywhere_in_its_country_and_nowhere_else() -> None:
    zones = zones_of("+18005550199").zones
    assert {"America/New_York", "America/Chicago", "America/Phoenix", "Pacific/Honolulu"} < {*zones}
    assert not {"America/Toronto", "America/St_Johns", "Pacific/Guam"} & {*zones}


def test_in_a_country_of_several_zones_its_own_number_picks_some() -> None:
    assert zones_of("+12025550143", country="US") == ZonesOf(("America/New_York",), "number")
    assert zones_of("+12025550143", country="US", region="Nowhere").source == "number"


def test_in_a_country_of_several_zones_a_foreign_number_picks_none() -> None:
    found = zones_of("+447700900123", country="US")
    assert found.source == "address"
    assert {"America/New_York", "America/Los_Angeles", "Pacific/Honolulu"} < {*found.zones}


def test_an_unknown_country_counts_as_no_address() -> None:
    assert zones_of("+12025550143", country="Atlantis") == ZonesOf(("America/New_York",), "number")


def test_texts_can_go_out_to_a_number_of_any_country_in_default_hours() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        number = phonenumbers.example_number(region)
        assert number is not None
        found = zones_of(phonenumbers.format_number(number, PhoneNumberFormat.E164))
        zones = [ZoneInfo(zone) for zone in found.zones]
        assert quiet_hours.next_allowed(noon, AllowedHours(), zones) >= noon


def test_every_zone_of_the_tables_exists_and_every_state_is_there() -> None:
    states = {"US": 56, "CA": 13, "AU": 8, "BR": 27, "MX": 32}
    for country, count in states.items():
        found = {
            code: zones
            for (home, code), zones in time_zones._zones_of_region().items()
            if home == country
        }
        assert len(found) == 2 * count
        for zones in found.values():
            assert [time_zones.parse_zone(zone).key for zone in zones] == [*zones]


def test_a_zone_is_read_by_its_name() -> None:
    assert time_zones.parse_zone("America/New_York") == ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("america/new_york", "did you mean America/New_York?"),
        ("America/NewYork", "did you mean America/New_York?"),
        ("New York", "did you mean America/New_York?"),
        ("Europe/Berlni", "did you mean Europe/Berlin?"),
        ("Mars/Base", "write it like America/New_York"),
        ("../etc/passwd", "write it like America/New_York"),
        ("", "write it like America/New_York"),
    ],
)
def test_an_unknown_zone_is_refused_with_what_may_be_meant(written: str, problem: str) -> None:
    with pytest.raises(UnknownZone) as refused:
        time_zones.parse_zone(written)
    assert str(refused.value) == f'"{written}" is not a time zone: {problem}'


def test_a_record_with_an_unknown_zone_is_refused() -> None:
    with pytest.raises(UnknownZone):
        zones_of(timezone="Berlin time")
