"""In which time zones may a customer be?

The record's own zone says it, else its address, else its number. An address or a number may leave
several; quiet hours then hold for all of them. Sources: the tz database's zone.tab for countries,
`phonenumbers` for numbers, and two tables below.
"""

import difflib
import importlib.resources
import unicodedata
import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers.timezone import time_zones_for_number

from domain.phone import PhoneNumber, region_of

ANYWHERE: Final = (
    "America/Los_Angeles",
    "America/New_York",
    "Europe/London",
    "Europe/Berlin",
)
"""What is assumed of a number that belongs to no country (+800, +870, a short code): the afternoon in Europe that
is a morning in America. Such a customer's record should name its zone."""


class UnknownZone(ValueError):
    """What was written is not a zone of the tz database; the message says what may be meant."""


@dataclass(frozen=True, slots=True)
class ZonesOf:
    """Zones that a customer may be in, at least one, and what told us."""

    zones: tuple[str, ...]
    source: Literal["record", "address", "number"]


def parse_zone(name: str) -> ZoneInfo:
    """Return the zone of the tz database with exactly this `name`. Raises UnknownZone."""
    known = _known_zones()
    if name in known:
        return ZoneInfo(name)
    # People write "New York" too, so a zone is also found by its last part.
    by_key = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(known, reverse=True)}
    by_key |= {zone.casefold(): zone for zone in known}
    wanted = name.strip().replace(" ", "_").casefold()
    close = difflib.get_close_matches(wanted, by_key, n=1, cutoff=0.75)
    meant = f"did you mean {by_key[close[0]]}?" if close else "write it like America/New_York"
    raise UnknownZone(f'"{name}" is not a time zone: {meant}')


def zones_of(
    *, timezone: str | None, country: str | None, region: str | None, phone: str
) -> ZonesOf:
    """Return the zones of the customer with this record, address and E.164 `phone`.

    `country` is an ISO 3166 code; `region` a state or province, as ISO 3166-2 code or name, known
    for the countries below. Unknown ones count as missing, so that less knowledge means more zones.
    Of a country with several zones the number picks its own; a number from elsewhere does not
    narrow it. Raises UnknownZone if `timezone` is none.
    """
    if timezone:
        return ZonesOf((parse_zone(timezone).key,), "record")
    home = (country or "").strip().upper()
    of_country = _zones_of_country().get(home, ())
    of_region = _zones_of_region().get((home, _key((region or "").strip(), home)), ())
    if of_region or len(of_country) == 1:
        return ZonesOf(of_region or of_country, "address")
    of_number = _zones_of_number(phone)
    if not of_country:
        return ZonesOf(of_number, "number")
    narrowed = _both(of_number, of_country)
    return ZonesOf(narrowed, "number") if narrowed else ZonesOf(of_country, "address")


@lru_cache(maxsize=4096)
def _zones_of_number(phone: str) -> tuple[str, ...]:
    if not phone.startswith("+"):
        return ANYWHERE
    number = phonenumbers.parse(phone)
    of_country = _zones_of_country().get(region_of(PhoneNumber(phone)) or "", ())
    listed = tuple(zone for zone in time_zones_for_number(number) if zone != "Etc/Unknown")
    # A toll-free number lists the zones of every country that shares its code.
    of_number = _both(listed, of_country) or of_country or listed or ANYWHERE
    if number.country_code == 1:
        also = _more_zones_of_area_codes().get(phone[2:5], ())
        of_number += tuple(zone for zone in also if zone not in of_number)
    return of_number


def _both(some: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    others = frozenset(others)
    return tuple(zone for zone in some if zone in others)


def _key(region: str, country: str) -> str:
    """Reduce "Québec", "QUEBEC", "qc" and "CA-QC" to what the table below is searched by."""
    region = region.upper().removeprefix(f"{country}-")
    letters = unicodedata.normalize("NFKD", region)
    return "".join(c for c in letters if c.isalpha())


@lru_cache
def _known_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


@lru_cache
def _zones_of_country() -> dict[str, tuple[str, ...]]:
    table = importlib.resources.files("tzdata").joinpath("zoneinfo", "zone.tab")
    zones: dict[str, tuple[str, ...]] = {}
    for line in table.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            zones[country] = (*zones.get(country, ()), zone)
    return zones


@lru_cache
def _zones_of_region() -> dict[tuple[str, str], tuple[str, ...]]:
    zones: dict[tuple[str, str], tuple[str, ...]] = {}
    for line in _REGIONS.strip().splitlines():
        country, names, regions = line.split(": ")
        for region in regions.split(", "):
            code, name = region.split(" ", 1)
            for written in (code, name):
                zones[country, _key(written, country)] = tuple(names.split())
    return zones


@lru_cache
def _more_zones_of_area_codes() -> dict[str, tuple[str, ...]]:
    zones: dict[str, tuple[str, ...]] = {}
    for line in _SPLIT_AREA_CODES.strip().splitlines():
        names, codes = line.split(": ")
        zones |= dict.fromkeys(codes.split(), tuple(names.split()))
    return zones


_REGIONS: Final = """
US: America/New_York: CT Connecticut, DC District of Columbia, DE Delaware, GA Georgia, MA Massachusetts, MD Maryland, ME Maine, NC North Carolina, NH New Hampshire, NJ New Jersey, NY New York, OH Ohio, PA Pennsylvania, RI Rhode Island, SC South Carolina, VA Virginia, VT Vermont, WV West Virginia
US: America/Chicago: AL Alabama, AR Arkansas, IA Iowa, IL Illinois, LA Louisiana, MN Minnesota, MO Missouri, MS Mississippi, OK Oklahoma, WI Wisconsin
US: America/Denver: CO Colorado, MT Montana, NM New Mexico, UT Utah, WY Wyoming
US: America/Los_Angeles: CA California, WA Washington
US: Pacific/Honolulu: HI Hawaii
US: America/New_York America/Chicago: FL Florida, KY Kentucky, TN Tennessee
US: America/Indiana/Indianapolis America/Chicago: IN Indiana
US: America/Detroit America/Chicago: MI Michigan
US: America/Chicago America/Denver: KS Kansas, ND North Dakota, NE Nebraska, SD South Dakota, TX Texas
US: America/Boise America/Los_Angeles: ID Idaho, OR Oregon
US: America/Los_Angeles America/Denver: NV Nevada
US: America/Phoenix America/Denver: AZ Arizona
US: America/Anchorage America/Adak: AK Alaska
US: America/Puerto_Rico: PR Puerto Rico
US: America/St_Thomas: VI Virgin Islands
US: Pacific/Guam: GU Guam
US: Pacific/Saipan: MP Northern Mariana Islands
US: Pacific/Pago_Pago: AS American Samoa
CA: America/Halifax: NS Nova Scotia, PE Prince Edward Island
CA: America/Moncton: NB New Brunswick
CA: America/St_Johns America/Goose_Bay: NL Newfoundland and Labrador
CA: America/Toronto America/Halifax America/Blanc-Sablon: QC Quebec
CA: America/Toronto America/Winnipeg America/Atikokan: ON Ontario
CA: America/Winnipeg: MB Manitoba
CA: America/Regina America/Edmonton: SK Saskatchewan
CA: America/Edmonton: AB Alberta
CA: America/Vancouver America/Edmonton America/Creston America/Dawson_Creek America/Fort_Nelson: BC British Columbia
CA: America/Whitehorse America/Dawson: YT Yukon
CA: America/Edmonton America/Inuvik: NT Northwest Territories
CA: America/Iqaluit America/Rankin_Inlet America/Resolute America/Cambridge_Bay America/Atikokan: NU Nunavut
AU: Australia/Sydney Australia/Broken_Hill Australia/Lord_Howe: NSW New South Wales
AU: Australia/Sydney: ACT Australian Capital Territory
AU: Australia/Melbourne: VIC Victoria
AU: Australia/Brisbane Australia/Lindeman: QLD Queensland
AU: Australia/Adelaide: SA South Australia
AU: Australia/Darwin: NT Northern Territory
AU: Australia/Perth Australia/Eucla: WA Western Australia
AU: Australia/Hobart: TAS Tasmania
BR: America/Sao_Paulo: DF Distrito Federal, ES Espírito Santo, GO Goiás, MG Minas Gerais, PR Paraná, RJ Rio de Janeiro, RS Rio Grande do Sul, SC Santa Catarina, SP São Paulo
BR: America/Fortaleza: CE Ceará, MA Maranhão, PB Paraíba, PI Piauí, RN Rio Grande do Norte
BR: America/Maceio: AL Alagoas, SE Sergipe
BR: America/Bahia: BA Bahia
BR: America/Belem: AP Amapá
BR: America/Belem America/Santarem: PA Pará
BR: America/Araguaina: TO Tocantins
BR: America/Recife America/Noronha: PE Pernambuco
BR: America/Campo_Grande: MS Mato Grosso do Sul
BR: America/Cuiaba: MT Mato Grosso
BR: America/Porto_Velho: RO Rondônia
BR: America/Boa_Vista: RR Roraima
BR: America/Manaus America/Eirunepe: AM Amazonas
BR: America/Rio_Branco: AC Acre
MX: America/Mexico_City: AGU Aguascalientes, CHP Chiapas, CMX Ciudad de México, COL Colima, GRO Guerrero, GUA Guanajuato, HID Hidalgo, JAL Jalisco, MEX México, MIC Michoacán, MOR Morelos, OAX Oaxaca, PUE Puebla, QUE Querétaro, SLP San Luis Potosí, TAB Tabasco, TLA Tlaxcala, VER Veracruz, ZAC Zacatecas
MX: America/Merida: CAM Campeche, YUC Yucatán
MX: America/Cancun: ROO Quintana Roo
MX: America/Monterrey: DUR Durango
MX: America/Monterrey America/Matamoros: COA Coahuila, NLE Nuevo León, TAM Tamaulipas
MX: America/Chihuahua America/Ciudad_Juarez America/Ojinaga: CHH Chihuahua
MX: America/Mazatlan: BCS Baja California Sur, SIN Sinaloa
MX: America/Mazatlan America/Bahia_Banderas: NAY Nayarit
MX: America/Hermosillo: SON Sonora
MX: America/Tijuana: BCN Baja California
"""  # noqa: E501 - a table
"""States and provinces, by code and name; one that is split has all its zones.

Source: 49 CFR part 71 (USA), and the comments of zone.tab.
"""

_SPLIT_AREA_CODES: Final = """
America/Chicago: 219 270 364 448 574 606 812 850 906 930
America/New_York: 423
America/Denver: 308 402 531 605 620 701 785 928
America/Boise: 458 541
America/Winnipeg: 807
America/Iqaluit America/Rankin_Inlet America/Whitehorse America/Edmonton: 867
America/Edmonton: 236 250 257 306 474 639 672 778
America/Halifax: 367 418 581
"""
"""North American area codes that cross into a zone which `phonenumbers` (9.0) does not list.

Source: the same rules, laid over the area codes' territories.
"""
