from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from trial.demo import customers
from trial.demo.stage import raised
from trial.errors import CannotStart


def test_the_demo_does_not_touch_a_folder_that_has_something_in_it(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    cast = customers.cast(datetime(2026, 7, 15, tzinfo=UTC))
    with (
        pytest.raises(CannotStart, match="is not empty"),
        raised(tmp_path, cast, Console(quiet=True)),
    ):
        pass
    assert [file.name for file in tmp_path.iterdir()] == ["mine"]
