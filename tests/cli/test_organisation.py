from tests.cli.conftest import Trial

ON = """\
WHAT\tIS
Name\tHarbour Cycles
Team numbers\ton: a seller without a number sends from the team's
Failover\ton: while an account cannot send, another number of the same owner stands in
"""
OFF = """\
WHAT\tIS
Name\tHarbour Cycles
Team numbers\toff: a text of a seller without a number becomes a work item
Failover\toff: while an account cannot send, its texts wait
"""


def test_the_organisations_settings_are_changed_and_shown(trial: Trial) -> None:
    assert trial.run("organisation", "--no-team-numbers", "--no-failover").stdout == OFF
    assert trial.run("organisation").stdout == OFF
    assert trial.run("organisation", "--failover").stdout == (
        OFF[: OFF.index("Failover")] + ON[ON.index("Failover") :]
    )
    assert trial.run("organisation", "--team-numbers").stdout == ON
    # as the example organisation begins
    trial.run("organisation", "--no-failover")
