import os
from pathlib import Path

import pytest

from trial import home
from trial.errors import CannotStart


def test_a_second_start_on_the_same_folder_is_told_who_runs_there(folder: Path) -> None:
    with home.hold(folder), pytest.raises(CannotStart) as raised, home.hold(folder):
        pass
    assert str(raised.value) == (
        f"Touchline already runs on {folder} (process {os.getpid()}). Stop it first, "
        "or choose another data folder (TOUCHLINE_HOME=<folder>) and ports."
    )


def test_a_folder_is_free_again_after_its_holder_ended(folder: Path) -> None:
    with home.hold(folder / "new"):
        pass
    with home.hold(folder / "new"):
        assert (folder / "new" / "lock").read_text() == str(os.getpid())


def test_a_folder_that_cannot_be_made_is_named(folder: Path) -> None:
    (folder / "file").write_text("in the way")
    with (
        pytest.raises(CannotStart, match=r"/file/home cannot be used: Not a directory\. Choose"),
        home.hold(folder / "file" / "home"),
    ):
        pass
