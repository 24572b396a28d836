"""Without an engine nothing opens a work item: what is decided about one is shown by tests/e2e."""

from tests.cli.conftest import Trial

NOBODYS = "0199a0b0-0000-7000-8000-000000000001"


def test_an_empty_work_list_is_its_heading_or_an_empty_list(trial: Trial) -> None:
    assert trial.run("work", "list").stdout == "ID\tDUE\tWHAT\tFOR\tSELLER\tTEXT\n"
    assert trial.run("work", "list", "--mine", "--status", "all", "--json").stdout == "[]\n"


def test_an_item_that_is_not_there_cannot_be_decided(trial: Trial) -> None:
    for decision in ("approve", "skip", "complete"):
        result = trial.run("work", decision, NOBODYS)
        assert result.exit_code == 1
        assert result.stderr == "There is no such work item, or it is not yours to see.\n"
