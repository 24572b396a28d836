from datetime import timedelta

import pytest

from activities.orders import again


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("The 'To' number +12025550101 is not valid", "The 'To' number (number) is not valid"),
        ("no route to 202-555-0101.", "no route to (number)."),
        ("error 21610 at 12:30", "error 21610 at 12:30"),
    ],
)
def test_what_the_engine_keeps_of_a_try_names_no_number(reason: str, kept: str) -> None:
    assert again(reason, "NotTaken", timedelta()).message == kept
