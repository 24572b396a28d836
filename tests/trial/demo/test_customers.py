from datetime import UTC, datetime, timedelta

import pytest

from domain import csv_import
from trial.demo import customers

HOURS = [
    datetime(2026, month, 15, tzinfo=UTC) + timedelta(minutes=minutes)
    for month in (1, 7)
    for minutes in range(0, 24 * 60, 20)
]


@pytest.mark.parametrize("now", HOURS, ids=lambda now: f"{now:%m-%d %H:%M}")
def test_at_any_hour_four_customers_are_awake_and_one_is_asleep(now: datetime) -> None:
    cast = customers.cast(now)
    for awake in (cast.answering, cast.stopping, cast.silent, cast.unreachable):
        assert "09:00" < customers.clock(now, awake) < "16:00"
    assert "00:00" < customers.clock(now, cast.asleep) < "05:00"
    assert len({each.number for each in cast}) == 5


def test_the_demos_leads_are_a_file_without_problems() -> None:
    cast = customers.cast(datetime(2026, 7, 15, 12, 0, tzinfo=UTC))
    found = csv_import.read(customers.as_csv(cast).encode())
    assert found.problems == []
    assert [(row.first_name, row.external_id, row.owner) for row in found.rows] == [
        ("Amara", "demo-amara", "maya@harbour.example"),
        ("Ben", "demo-ben", "oliver@harbour.example"),
        ("Chloe", "demo-chloe", "maya@harbour.example"),
        ("Dario", "demo-dario", "oliver@harbour.example"),
        ("Emi", "demo-emi", "oliver@harbour.example"),
    ]
