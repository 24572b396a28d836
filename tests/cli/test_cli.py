"""What the command says of itself, and how it ends."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Trial, run
from tests.stack import CHECKOUT

COMMANDS = (
    ("up",),
    ("demo",),
    ("worker",),
    ("api",),
    ("migrate",),
    ("import",),
    ("sequence", "validate"),
    ("sequence", "apply"),
    ("sequence", "list"),
    ("sequence", "simulate"),
    ("enroll",),
    ("work", "list"),
    ("work", "approve"),
    ("work", "skip"),
    ("work", "complete"),
    *(("provider", verb) for verb in ("types", "list", "connect", "setup", "numbers", "webhooks")),
    *(("provider", verb) for verb in ("verify", "rotate", "enable", "disable", "pause", "resume")),
    ("provider", "health"),
    ("provider", "change"),
    *(("number", verb) for verb in ("list", "add", "assign", "change", "default", "remove")),
    ("organisation",),
    ("alerts",),
    ("rotate-key",),
    ("reply",),
    ("transcript",),
    ("verify-transcript",),
    ("search",),
    ("sign-in",),
    ("sign-out",),
)


def test_help_names_every_command_and_what_the_exit_codes_mean() -> None:
    told = " ".join(run("--help").stdout.split())
    for command, *_ in COMMANDS:
        assert f"│ {command} " in told
    assert "Exit codes: 0 done; 1 refused" in told
    assert "2 wrong usage; 3 Touchline cannot be reached, or" in told


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_help_of_every_command_has_an_example(words: tuple[str, ...]) -> None:
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert "Example: " in result.stdout


def test_help_loads_none_of_the_heavy_parts() -> None:
    script = (
        "import sys, cli; heavy = {'temporalio', 'sqlalchemy', 'fastapi', 'twilio', 'liquid'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["nonsense"], id="no such command"),
        pytest.param(["work", "list", "--status", "lost"], id="no such status"),
        pytest.param(["import", "no-such-file.csv"], id="no such file"),
        pytest.param(["enroll", "welcome"], id="nobody to enroll"),
        pytest.param(["enroll", "welcome", "HC-1001", "--all"], id="some and all"),
        pytest.param(["migrate"], id="no database named"),
    ],
)
def test_wrong_usage_ends_with_2(words: list[str]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr != ""


def test_a_setting_that_cannot_be_read_is_named() -> None:
    result = run("migrate", TOUCHLINE_PORT="eighty")
    assert result.exit_code == 2
    assert result.stderr.startswith("TOUCHLINE_PORT: Input should be a valid integer")


@pytest.mark.parametrize("written", ["geheim", '{"a": "geheim"}', '["geheim"'])
def test_former_keys_are_said_to_be_a_list_and_not_repeated(written: str) -> None:
    result = run("rotate-key", TOUCHLINE_PREVIOUS_SECRET_KEYS=written)
    assert (result.exit_code, result.stderr) == (
        2,
        'TOUCHLINE_PREVIOUS_SECRET_KEYS: Write a JSON list, such as ["the former key"]\n',
    )


def test_nobody_at_the_address_ends_with_3_and_says_what_to_do(tmp_path: Path) -> None:
    result = run("work", "list", "--api", "http://127.0.0.1:1", home=tmp_path)
    assert result.exit_code == 3
    assert result.stderr.startswith("No answer from http://127.0.0.1:1: ")
    assert result.stderr.endswith(
        ". Start Touchline with `touchline up`, or name its address: --api.\n"
    )


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param(
            {"TOUCHLINE_TOKEN": "secret\nword"}, "The token is malformed", id="a line break"
        ),
        pytest.param({"TOUCHLINE_TOKEN": "secret-wörd"}, "The token is malformed", id="no ASCII"),
        pytest.param({"TOUCHLINE_API_URL": "http://[::1"}, "is no address of an API", id="half"),
        pytest.param(
            {"TOUCHLINE_API_URL": "127.0.0.1:8400"}, "http:// or https://", id="no scheme"
        ),
    ],
)
def test_what_cannot_be_sent_anywhere_is_wrong_usage(
    tmp_path: Path, settings: dict[str, str], told: str
) -> None:
    result = run("user", "list", home=tmp_path, **settings)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert "secret" not in result.stderr


def test_at_an_address_where_another_program_answers_is_no_touchline(
    trial: Trial, tmp_path: Path
) -> None:
    result = run("user", "list", "--api", trial.stack.carrier.url + "/openapi.json", home=tmp_path)
    assert result.exit_code == 3
    assert result.stderr.endswith(" Name Touchline's address: --api.\n")
