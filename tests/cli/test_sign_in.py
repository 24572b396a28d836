import json
import stat
from pathlib import Path

from tests.cli.conftest import Trial, run
from tests.stack import CHECKOUT


def test_in_the_local_trial_commands_work_at_once(trial: Trial) -> None:
    assert trial.run("sequence", "list").exit_code == 0


def test_elsewhere_one_signs_in_first(trial: Trial, tmp_path: Path) -> None:
    api, maya = trial.stack.api_url, trial.people[2]
    before = run("sequence", "list", "--api", api, home=tmp_path)
    assert before.exit_code == 3
    assert before.stderr == (
        "Sign in first. Use `touchline sign-in EMAIL`, or set TOUCHLINE_TOKEN.\n"
    )
    signed_in = run("sign-in", maya.email, "--api", api, home=tmp_path, stdin=f"{maya.password}\n")
    assert signed_in.exit_code == 0
    assert signed_in.stderr == f"Signed in to Harbour Cycles at {api} as {maya.email}.\n"
    assert stat.S_IMODE((tmp_path / "sessions.json").stat().st_mode) == 0o600
    assert run("sequence", "list", "--api", api, home=tmp_path).exit_code == 0

    assert run("sign-out", "--api", api, home=tmp_path).exit_code == 0
    assert run("sequence", "list", "--api", api, home=tmp_path).exit_code == 3


def test_a_wrong_password_is_refused(trial: Trial, tmp_path: Path) -> None:
    result = run(
        "sign-in", "maya@harbour.example", "--api", trial.stack.api_url, home=tmp_path, stdin="no\n"
    )
    assert result.exit_code == 1
    assert result.stderr == "This e-mail address and password do not match.\n"


def test_a_token_of_the_environment_comes_first(trial: Trial, tmp_path: Path) -> None:
    assert trial.run("sequence", "list", TOUCHLINE_TOKEN="nobody's").exit_code == 3
    trial.run("sequence", "list")
    sessions = json.loads((trial.stack.home / "sessions.json").read_text())
    token = sessions[trial.stack.api_url]["token"]
    elsewhere = run(
        "sequence",
        "list",
        home=tmp_path,
        TOUCHLINE_API_URL=trial.stack.api_url,
        TOUCHLINE_TOKEN=token,
    )
    assert elsewhere.exit_code == 0


def test_what_a_role_may_not_do_is_refused_with_the_reason(trial: Trial, tmp_path: Path) -> None:
    api, maya = trial.stack.api_url, trial.people[2]
    run("sign-in", maya.email, "--api", api, home=tmp_path, stdin=f"{maya.password}\n")
    result = run(
        "sequence", "apply", str(CHECKOUT / "examples" / "demo.yaml"), "--api", api, home=tmp_path
    )
    assert result.exit_code == 1
    assert result.stderr.startswith("Your roles do not let you write sequences")


def test_a_damaged_file_of_the_trial_is_named(tmp_path: Path) -> None:
    (tmp_path / "admin.json").write_text("{")
    result = run("sequence", "list", home=tmp_path)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{tmp_path}/admin.json, which keeps the administrator's")
