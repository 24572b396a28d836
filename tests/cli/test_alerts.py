"""Nothing raises an alert in this trial: what one looks like is shown by tests/api/test_alerts.py."""

from tests.cli.conftest import Trial

NOBODYS = "0199a0b0-0000-7000-8000-000000000001"


def test_when_all_is_well_there_is_the_heading_alone(trial: Trial) -> None:
    assert trial.run("alerts").stdout == "ID\tSINCE\tLAST\tTIMES\tSTATE\tWHAT\n"
    assert trial.run("alerts", "--all", "--json").stdout == "[]\n"


def test_an_alert_that_is_not_there_cannot_be_resolved(trial: Trial) -> None:
    result = trial.run("alerts", "--resolve", NOBODYS)
    assert result.exit_code == 1
    assert result.stderr == "There is no such alert, or it is not yours to see.\n"
