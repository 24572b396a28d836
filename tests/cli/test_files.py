"""Of commands/files.py: files that a command reads or writes, and cannot."""

from pathlib import Path

import pytest

from tests.cli.conftest import Trial
from trial.client import ApiClient

CUSTOMER = "+12125550101"


def _record(trial: Trial) -> str:
    administrator = trial.people[0]
    with ApiClient(trial.stack.api_url) as client:
        client.sign_in(administrator.email, administrator.password)
        return str(next(client.items("/records"))["id"])


@pytest.mark.parametrize(
    "words",
    [
        ("transcript", "--record", "RECORD"),
        ("consent", "export"),
        ("consent", "complaint", CUSTOMER),
        ("person", "export", CUSTOMER),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize(
    ("place", "why"),
    [
        pytest.param("none/file", "No such file or directory", id="no folder"),
        pytest.param("", "Is a directory", id="a folder"),
    ],
)
def test_what_cannot_be_written_is_said(
    trial: Trial, tmp_path: Path, words: tuple[str, ...], place: str, why: str
) -> None:
    named = [_record(trial) if word == "RECORD" else word for word in words]
    result = trial.run(*named, "-o", str(tmp_path / place))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"{tmp_path / place} cannot be written: {why}. Name a file in a folder that there is.\n"
    )


@pytest.mark.parametrize(
    ("words", "content", "told"),
    [
        (("bulk-text", "N", "hi", "--file"), b"HC-\xff", "{}: this is not UTF-8 text"),
        (("sequence", "apply"), b"key: \xff", "{}: this is not UTF-8 text"),
        (("work", "rule", "--set"), b"\xff", "{}: this is not UTF-8 text"),
        (("work", "rule", "--set"), b"{", "{} cannot be read as JSON: "),
        (("work", "rule", "--set"), b"[" * 100_000, "{} cannot be read as JSON: "),
        (
            ("provider", "connect", "twilio", "--credentials-file"),
            b"{",
            "{} cannot be read as JSON: ",
        ),
    ],
)
def test_what_cannot_be_read_is_said(
    trial: Trial, tmp_path: Path, words: tuple[str, ...], content: bytes, told: str
) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    result = trial.run(*words, str(file))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(told.format(file))


def test_the_mark_that_some_programs_put_before_a_text_is_no_part_of_it(
    trial: Trial, tmp_path: Path
) -> None:
    file = tmp_path / "records.txt"
    file.write_text("HC-1002\n", "utf-8-sig")
    result = trial.run("bulk-text", "N", "Hi", "--file", str(file))
    assert "1 get it" in result.stderr
