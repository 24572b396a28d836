import pytest

from commands.output import counted
from tests.cli.conftest import Trial


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 segments"),
        (0.5, "0.5 segments"),
        (1, "1 segment"),
        (1.0, "1 segment"),
        (1234567, "1,234,567 segments"),
    ],
)
def test_one_of_a_thing_is_one(count: float, said: str) -> None:
    assert counted(count, "segment") == said


def test_some_words_have_a_plural_of_their_own() -> None:
    assert (counted(1, "reply", "replies"), counted(2, "reply", "replies")) == (
        "1 reply",
        "2 replies",
    )


def test_what_the_next_command_needs_is_whole_on_a_narrow_terminal(trial: Trial) -> None:
    shown = trial.on_terminal("number", "list")
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert "+12025550143 " in shown
    assert "…" not in shown
