"""Of api/provider_accounts/setup.py."""

import pytest

from api.provider_accounts.setup import is_reachable, steps_of
from db.tables import ProviderAccount


@pytest.mark.parametrize(
    ("ours", "theirs", "reachable"),
    [
        ("https://touchline.example.com", None, True),
        ("https://touchline.example.com", "https://abc12.api.infobip.com", True),
        ("http://127.0.0.1:8400", None, False),
        ("http://localhost:8400", "https://abc12.api.infobip.com", False),
        ("http://192.168.1.4:8400", "https://abc12.api.infobip.com", False),
        ("http://127.0.0.1:8400", "http://127.0.0.1:8420", True),
        ("http://api:8400", "http://handset:8420", True),
    ],
)
def test_a_provider_on_the_internet_cannot_call_an_address_of_this_machine(
    ours: str, theirs: str | None, reachable: bool
) -> None:
    assert is_reachable(ours, theirs) is reachable


@pytest.mark.parametrize(
    ("numbers", "said"), [(1, "has 1 number to send"), (2, "has 2 numbers to send")]
)
def test_the_numbers_are_counted(numbers: int, said: str) -> None:
    steps = steps_of(
        ProviderAccount(),
        numbers=numbers,
        probe=None,
        inbound_url=None,
        status_url=None,
        is_reachable=True,
    )
    assert said in steps[1].text


def test_an_address_that_nobody_can_call_is_not_given_to_paste() -> None:
    webhooks = steps_of(
        ProviderAccount(),
        numbers=0,
        probe=None,
        inbound_url="http://127.0.0.1:8400/inbound",
        status_url="http://127.0.0.1:8400/status",
        is_reachable=False,
    )[2]
    assert "TOUCHLINE_PUBLIC_URL" in webhooks.text
    assert "127.0.0.1" not in webhooks.text
