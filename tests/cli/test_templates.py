import json
from pathlib import Path

from tests.cli.conftest import Trial, run
from tests.stack import CHECKOUT

EXAMPLES = [
    str(CHECKOUT / "examples" / "templates" / name)
    for name in ("book-a-call.yaml", "gentle-nudge.yaml")
]


def test_the_examples_are_applied_once_and_a_sequence_is_published_with_them(trial: Trial) -> None:
    added = trial.run("template", "apply", *EXAMPLES)
    assert (added.exit_code, added.stderr) == (0, "")
    assert added.stdout == f"{EXAMPLES[0]}: book-a-call added\n{EXAMPLES[1]}: gentle-nudge added\n"
    again = trial.run("template", "apply", EXAMPLES[0])
    assert again.stdout == f"{EXAMPLES[0]}: book-a-call unchanged\n"

    applied = trial.run("sequence", "apply", str(CHECKOUT / "examples" / "callback.yaml"))
    assert applied.stdout == "callback: version 1 is active\n"
    listed = json.loads(trial.run("template", "list", "--json").stdout)
    assert [(item["key"], item["used_by"]) for item in listed] == [
        ("book-a-call", ["callback"]),
        ("gentle-nudge", ["callback"]),
    ]

    shown = trial.run("template", "show", "gentle-nudge").stdout.splitlines()
    assert shown[0] == "LANGUAGE\tTEXT"
    assert shown[1].startswith("de\t{{ record.first_name | default: 'Guten Tag' }}")

    preview = trial.run("template", "preview", "gentle-nudge", "--limit", "1")
    assert preview.stdout.splitlines()[0] == "RECORD\tLANGUAGE\tSEGMENTS\tTEXT"
    assert preview.stdout.splitlines()[1].endswith("are you still interested? Oliver")
    assert preview.stderr.startswith("1 to 1 segments, usually 1, over ")

    archived = trial.run("template", "archive", "gentle-nudge")
    assert archived.stdout == "gentle-nudge: archived\n"
    keys = [item["key"] for item in json.loads(trial.run("template", "list", "--json").stdout)]
    assert keys == ["book-a-call"]
    restored = trial.run("template", "apply", EXAMPLES[1])
    assert restored.stdout == f"{EXAMPLES[1]}: gentle-nudge restored\n"
    assert "gentle-nudge" in trial.run("template", "list").stdout


def test_a_template_that_is_wrong_is_told_without_a_server(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text('key: a\nname: A\ntexts: {en: "Hi {{ record.nam }}"}\n')
    result = run("template", "apply", str(file))
    assert result.exit_code == 1
    assert result.stderr == (
        f"{file}: en, line 1: record.nam is not a known field: did you mean record.name?\n"
    )


def test_an_unknown_template_is_named(trial: Trial) -> None:
    result = trial.run("template", "show", "nothing")
    assert (result.exit_code, result.stderr) == (
        1,
        "There is no template 'nothing', or it is not shared with you.\n",
    )
