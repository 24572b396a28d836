import json
from pathlib import Path

import pytest

from tests.cli.conftest import Trial, run
from tests.stack import CHECKOUT

BROKEN = """\
key: broken
name: Broken in four places
steps:
  - {id: hello, type: automated_text, text: "Hi {{ record.frist_name }}"}
  - {id: hello, type: automated_text, text: "Again"}
  - {id: pause, type: wait, for: 2d}
"""


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    file = tmp_path / "broken.yaml"
    file.write_text(BROKEN)
    return file


def test_the_examples_are_valid_without_a_server() -> None:
    examples = [
        str(CHECKOUT / "examples" / name) for name in ("welcome.yaml", "demo.yaml", "callback.yaml")
    ]
    result = run("sequence", "validate", *examples)
    assert result.exit_code == 0
    assert result.stdout == "".join(f"{file}: nothing is wrong\n" for file in examples)
    assert result.stderr == ""


def test_what_is_wrong_is_told_by_line_and_place(broken: Path) -> None:
    result = run("sequence", "validate", str(broken))
    assert result.exit_code == 1
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith(f"{broken}: line 4, steps[0].text: record.frist_name")
    assert lines[1].startswith(f"{broken}: line 5, steps[1].id: ")
    assert lines[2].startswith(f"{broken}: line 6, steps[2]")


def test_a_script_gets_what_is_wrong_as_json(broken: Path) -> None:
    result = run("sequence", "validate", "--json", str(broken))
    assert result.exit_code == 1
    assert [(item["line"], item["path"]) for item in json.loads(result.stdout)][:2] == [
        (4, "steps[0].text"),
        (5, "steps[1].id"),
    ]


def test_a_step_of_an_unknown_type_is_named(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("key: x\nname: X\nsteps:\n  - {id: a, type: automated_txt, text: hi}\n")
    result = run("sequence", "validate", str(file))
    assert result.stderr.startswith(f"{file}: line 4, steps[0].type: There is no step of this type")


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes("name: Grüße".encode("latin-1"))
    result = run("sequence", "validate", str(file))
    assert (result.exit_code, result.stderr) == (1, f"{file}: This is not UTF-8 text\n")


def test_applying_publishes_and_activates_and_again_changes_nothing(
    trial: Trial, tmp_path: Path
) -> None:
    file = tmp_path / "short.yaml"
    file.write_text(
        "key: short\nname: Short\nsteps:\n  - {id: hi, type: automated_text, text: Hi}\n"
    )
    for _ in range(2):
        result = trial.run("sequence", "apply", str(file))
        assert (result.exit_code, result.stdout) == (0, "short: version 1 is active\n")
        warnings = result.stderr.splitlines()
        assert warnings[0].startswith("warning (hi, AU): A first text must say how to refuse")
    listed = json.loads(trial.run("sequence", "list", "--json").stdout)
    in_use = {each["key"]: each["is_active"] for each in listed}
    assert (in_use["short"], in_use["welcome"]) == (True, True)


def test_a_sequence_with_mistakes_is_not_applied(trial: Trial, broken: Path) -> None:
    result = trial.run("sequence", "apply", str(broken))
    assert result.exit_code == 1
    assert f"{broken}: line 4, steps[0].text: " in result.stderr
    assert "broken" not in trial.run("sequence", "list").stdout


def test_without_a_terminal_a_list_is_lines_with_tabs(trial: Trial) -> None:
    lines = trial.run("sequence", "list").stdout.splitlines()
    assert lines[0].split("\t")[:4] == ["KEY", "NAME", "VERSION", "IN USE"]
    (welcome,) = [line.split("\t") for line in lines if line.startswith("welcome\t")]
    assert welcome[:4] == ["welcome", "Welcome a new lead", "1", "yes"]


def test_a_rehearsal_tells_every_text_on_the_customers_clock(trial: Trial) -> None:
    result = trial.run("sequence", "simulate", "welcome", "--limit", "1")
    assert result.exit_code == 0
    rows = [line.split("\t") for line in result.stdout.splitlines()[1:]]
    sent = [(row[2], row[4][:11]) for row in rows if row[3] == "text sent"]
    assert sent == [
        ("hello", "Hi Tane, th"),
        ("nudge", "Tane, Olive"),
        ("goodbye", "Tane, I wil"),
    ]
