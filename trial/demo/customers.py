"""Whom does the demo text, so that it is midday for most of them and night for one, at any hour?"""

import csv
import io
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from trial.example import MAYA, OLIVER, Colleague

_MIDDAY = timedelta(hours=12, minutes=30)
_NIGHT = timedelta(hours=2, minutes=30)
_DAY = timedelta(days=1)


class _Place(NamedTuple):
    zone: str
    number: str


# One for every hour. The numbers are of ranges that regulators keep for fiction; where there is none, the
# customer there has brought a number from elsewhere.
_PLACES = (
    _Place("Pacific/Pago_Pago", "+16845550121"),
    _Place("Pacific/Honolulu", "+18085550122"),
    _Place("America/Anchorage", "+19075550123"),
    _Place("America/Los_Angeles", "+12135550124"),
    _Place("America/Denver", "+17205550125"),
    _Place("America/Chicago", "+17735550126"),
    _Place("America/New_York", "+16465550127"),
    _Place("America/Puerto_Rico", "+17875550128"),
    _Place("America/Sao_Paulo", "+13055550129"),
    _Place("America/Noronha", "+13055550130"),
    _Place("Atlantic/Cape_Verde", "+447700900131"),
    _Place("Europe/London", "+447700900132"),
    _Place("Europe/Paris", "+33639980133"),
    _Place("Africa/Cairo", "+33639980134"),
    _Place("Africa/Nairobi", "+447700900135"),
    _Place("Asia/Dubai", "+447700900136"),
    _Place("Asia/Karachi", "+447700900137"),
    _Place("Asia/Dhaka", "+447700900138"),
    _Place("Asia/Bangkok", "+61491570139"),
    _Place("Australia/Perth", "+61491570140"),
    _Place("Asia/Tokyo", "+61491570141"),
    _Place("Australia/Brisbane", "+61491570142"),
    _Place("Pacific/Noumea", "+61491570143"),
    _Place("Pacific/Fiji", "+61491570144"),
)


class Customer(NamedTuple):
    """One lead of the demo, and whose it is."""

    first_name: str
    last_name: str
    number: str
    zone: str
    product: str
    seller: Colleague

    @property
    def external_id(self) -> str:
        return f"demo-{self.first_name.lower()}"


class Cast(NamedTuple):
    """The customers by the parts they play."""

    answering: Customer
    stopping: Customer
    silent: Customer
    unreachable: Customer
    asleep: Customer


def cast(now: datetime) -> Cast:
    """Choose who plays at `now` (aware)."""
    awake = sorted(_PLACES, key=lambda place: _distance(now, place, _MIDDAY))
    asleep = min(_PLACES, key=lambda place: _distance(now, place, _NIGHT))

    def play(name: str, product: str, seller: Colleague, place: _Place) -> Customer:
        first_name, last_name = name.split()
        return Customer(first_name, last_name, place.number, place.zone, product, seller)

    return Cast(
        answering=play("Amara Diallo", "Tern cargo bike", MAYA, awake[0]),
        stopping=play("Ben Kowalski", "gravel bike", OLIVER, awake[1]),
        silent=play("Chloe Martin", "", MAYA, awake[2]),
        unreachable=play("Dario Rossi", "tandem", OLIVER, awake[3]),
        asleep=play("Emi Tanaka", "folding bike", OLIVER, asleep),
    )


def as_csv(customers: Cast) -> str:
    """Write the customers as a file that `touchline import` reads."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        ("external_id", "first_name", "last_name", "phone", "timezone", "owner", "product")
    )
    for each in customers:
        writer.writerow((each.external_id, *each[:4], each.seller.email, each.product))
    return out.getvalue()


def clock(now: datetime, customer: Customer) -> str:
    """Return what a customer's clock shows at `now`."""
    return f"{now.astimezone(ZoneInfo(customer.zone)):%H:%M}"


def _distance(now: datetime, place: _Place, wanted: timedelta) -> timedelta:
    local = now.astimezone(ZoneInfo(place.zone))
    apart = abs(timedelta(hours=local.hour, minutes=local.minute) - wanted)
    return min(apart, _DAY - apart)
