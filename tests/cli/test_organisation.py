import re

import psycopg
from psycopg.types.json import Jsonb

from tests.cli.conftest import Trial

KEEPS = """\
Keeps texts\tfor ever
Keeps closed_work_items\t730 days
Keeps timelines\t730 days
Keeps alerts\t365 days
Keeps reconciliations\t90 days
Keeps consent\t1825 days
Keeps erasures\t1825 days
"""
ON = f"""\
WHAT\tIS
Name\tHarbour Cycles
Texts go out\t08:00-21:00
Team numbers\ton: a seller without a number sends from the team's
Failover\ton: while an account cannot send, another number of the same owner stands in
A withdrawal of consent\tapplies to everything: the lawful default
Consent to marketing\tneed not be on record
Unknown sender\tbecomes a lead
Answers outside the hours\twithin 60 minutes
{KEEPS}"""
OFF = f"""\
WHAT\tIS
Name\tHarbour Cycles
Texts go out\t08:00-21:00
Team numbers\toff: a text of a seller without a number becomes a work item
Failover\toff: while an account cannot send, its texts wait
A withdrawal of consent\tapplies to everything: the lawful default
Consent to marketing\tneed not be on record
Unknown sender\tbecomes a lead
Answers outside the hours\twithin 60 minutes
{KEEPS}"""


def test_the_organisations_settings_are_changed_and_shown(trial: Trial) -> None:
    assert trial.run("organisation", "--no-team-numbers", "--no-failover").stdout == OFF
    assert trial.run("organisation").stdout == OFF
    assert trial.run("organisation", "--failover").stdout == (
        OFF[: OFF.index("Failover")] + ON[ON.index("Failover") :]
    )
    assert trial.run("organisation", "--team-numbers").stdout == ON
    # as the example organisation begins
    trial.run("organisation", "--no-failover")


def test_the_hours_are_set_and_shown_and_none_that_the_law_forbids(trial: Trial) -> None:
    narrow = trial.run("organisation", "--hours", "09:00-20:00").stdout
    assert "Texts go out\t09:00-20:00\n" in narrow
    for given, code, words in (
        ("nine to five", 2, '"nine to five" are no hours: write them like "09:00-17:00".'),
        ("17:00-09:00", 2, '"17:00-09:00" ends before it begins.'),
        ("07:00-20:00", 1, '"07:00-20:00" is not within 08:00-21:00'),
    ):
        refused = trial.run("organisation", "--hours", given)
        assert refused.exit_code == code
        assert words in " ".join(refused.stderr.replace("\u2502", "").split())
    assert trial.run("organisation", "--hours", "08:00-21:00").exit_code == 0


def test_what_a_withdrawal_applies_to_is_set_and_shown_with_its_consequence(trial: Trial) -> None:
    narrow = trial.run("organisation", "--withdrawal-scope", "number", "--requires-consent").stdout
    assert (
        "A withdrawal of consent\tapplies to the one number it was said to: yours to answer for\n"
        in narrow
    )
    assert "Consent to marketing\tmust be on record before a sequence texts\n" in narrow
    trial.run("organisation", "--withdrawal-scope", "organisation", "--no-requires-consent")


def test_how_long_data_are_kept_is_set_and_shown(trial: Trial) -> None:
    shown = trial.run("organisation", "--retention", "texts=730", "--retention", "alerts=ever")
    assert "Keeps texts\t730 days\n" in shown.stdout
    assert "Keeps alerts\tfor ever\n" in shown.stdout
    back = trial.run("organisation", "--retention", "texts=ever", "--retention", "alerts=365")
    assert back.stdout.endswith(KEEPS)


def test_what_the_last_run_of_retention_let_go_is_shown(trial: Trial) -> None:
    with psycopg.connect(trial.stack.database_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO retention_runs SELECT id, now(), now(), %s FROM organisations",
            (Jsonb({"texts": 12, "alerts": 0, "consent": 1}),),
        )
        shown = trial.run("organisation").stdout
        assert re.search(r"\nLast let go\t\d{4}-\d\d-\d\d \d\d:\d\d: texts 12, consent 1\n$", shown)
        connection.execute("UPDATE retention_runs SET finished_at = NULL, gone = '{}'")
        shown = trial.run("organisation").stdout
        assert re.search(r"\nLast let go\tbegan [-\d]+ [:\d]+ and has not ended: nothing\n$", shown)
        connection.execute("DELETE FROM retention_runs")


def test_a_period_that_cannot_be_is_refused_with_one_that_can(trial: Trial) -> None:
    for given, code, words in (
        ("texts", 2, "write texts=730, or texts=ever"),
        ("texts=-1", 2, "write texts=730, or texts=ever"),
        ("texts=0", 1, "texts: keep it for 1 to 36500 days, or for ever."),
        ("consent=30", 1, "Keep it for 1825 days or more, or for ever."),
        ("jokes=30", 1, "'texts', 'closed_work_items'"),
    ):
        refused = trial.run("organisation", "--retention", given)
        assert refused.exit_code == code
        assert words in " ".join(refused.stderr.replace("\u2502", "").split())
