"""Of commands/naming.py: what a command is about, and what if that is none."""

import pytest

from tests.cli.conftest import Trial, run

AN_ID = "0199a0b0-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    "written", ["", ".", "..", "../records", f"{AN_ID}/x", "counts", "x?y", "x#y"]
)
@pytest.mark.parametrize(
    "words",
    [
        ("work", "show"),
        ("work", "approve"),
        ("work", "approve-all"),
        ("work", "undo", AN_ID),
        ("work", "skip"),
        ("work", "up-next"),
        ("alerts", "--resolve"),
        ("embed", "deactivate"),
        ("enrollment", "skip-wait"),
        ("transcript", "--record"),
        ("search", "words", "--record"),
    ],
    ids=" ".join,
)
def test_what_is_no_id_is_asked_of_nobody(words: tuple[str, ...], written: str) -> None:
    result = run(*words, written)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Is your variable set?" in " ".join(result.stderr.replace("\u2502", "").split())


@pytest.mark.parametrize("written", ["", "..", "welcome/draft", "Welcome", "x?y"])
@pytest.mark.parametrize("words", [("enroll", "--all"), ("sequence", "simulate")], ids=" ".join)
def test_what_is_no_key_is_asked_of_nobody(words: tuple[str, ...], written: str) -> None:
    result = run(*words, written)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is no key" in result.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("user", "set", "x@y.z", "--active"), "There is no user x@y.z: there are "),
        (("user", "password", "x@y.z"), "There is no user x@y.z: there are "),
        (("role", "show", "Pilot"), "There is no role 'Pilot': there are "),
        (("unit", "add", "New", "--under", "X"), "There is no business unit 'X': there are "),
        (("work", "hand-over", AN_ID, "--to", "x@y.z"), "There is no user x@y.z: there are "),
        (("work", "hand-over", AN_ID, "--team", "X"), "There is no team 'X': there are "),
    ],
)
def test_an_unknown_name_is_refused_with_those_there_are(
    trial: Trial, words: tuple[str, ...], told: str
) -> None:
    result = trial.run(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(told)
