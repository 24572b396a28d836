"""A comparison by hand, through the API, the engine and the worker, with the carrier's real list.

What it finds is shown by tests/activities: what is two minutes old is left to the webhooks, and nobody waits for that.
"""

import json
from pathlib import Path

from tests.cli.conftest import run
from tests.e2e.conftest import PASSWORD, Office


def test_an_administrator_has_the_accounts_compared_and_reads_the_outcome(
    office: Office, tmp_path: Path
) -> None:
    def touchline(*words: str, stdin: str | None = None) -> str:
        url = office.stack.api_url
        result = run(*words, home=tmp_path / "terminal", stdin=stdin, TOUCHLINE_API_URL=url)
        assert result.exit_code == 0, result.output
        return result.stdout

    touchline("sign-in", "admin@example.org", stdin=f"{PASSWORD}\n")
    told = touchline("reconcile", "--wait")
    assert ": 0 texts compared, since " in told
    assert told.endswith(". Nothing was missing.\n")
    (compared,) = json.loads(touchline("reconcile", "--days", "1", "--wait", "--json"))
    assert compared["finished_at"] is not None
