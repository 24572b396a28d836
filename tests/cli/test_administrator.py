import os
import subprocess
import sys

from tests.stack import CHECKOUT


def administrator(database_url: str) -> subprocess.CompletedProcess[str]:
    command = ["administrator", "Ada@example.org", "--organisation", "Northwind"]
    return subprocess.run(
        [sys.executable, "cli.py", *command],
        cwd=CHECKOUT,
        env={**os.environ, "TOUCHLINE_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_new_server_gets_its_first_administrator_once(database_url: str) -> None:
    begun = administrator(database_url)
    assert begun.returncode == 0, begun.stderr
    assert len(begun.stdout.strip()) == 16

    again = administrator(database_url)
    assert again.returncode == 1
    assert "ada@example.org" in again.stderr.lower()
    assert again.stdout == ""
