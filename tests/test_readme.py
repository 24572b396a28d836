"""Is what README.md and the pages in docs/ say true, as far as a machine can tell? They have no module as a twin."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.core import TyperGroup

from cli import app
from domain.sequence_source import parse_yaml
from settings import Settings
from trial.settings import TrialSettings

CHECKOUT = Path(__file__).resolve().parents[1]
README = (CHECKOUT / "README.md").read_text()
FILES = [
    CHECKOUT / "README.md",
    CHECKOUT / "CHANGELOG.md",
    *sorted((CHECKOUT / "docs").rglob("*.md")),
]
CODE = re.compile(r"^ *```\w*\n(.*?)^ *```$|`([^`\n]+)`", re.MULTILINE | re.DOTALL)


def _name(file: Path) -> str:
    return str(file.relative_to(CHECKOUT))


def code(text: str) -> str:
    """All that stands in blocks of code and between backticks."""
    return "\n".join(block or span for block, span in CODE.findall(text))


def headings(text: str) -> set[str]:
    """Return every heading as a link names it."""
    found = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in found}


def written_defaults() -> dict[str, str]:
    """Return the default that stands in a table for each variable."""
    rows = re.findall(r"^\| `(TOUCHLINE_[A-Z_]+)` \| (.+?) \| .+ \|$", README, re.MULTILINE)
    return {name: default.strip("`") for name, default in rows}


def shown(default: Any) -> str:
    if default is None:
        return "none"
    return f"{default:g}" if isinstance(default, float) else str(default)


def commands(group: TyperGroup) -> set[str]:
    """Return every command, with the word before it where it belongs to a group."""
    found = set()
    for name, command in group.commands.items():
        found.add(name)
        if isinstance(command, TyperGroup):
            found |= {f"{name} {inner}" for inner in commands(command)}
    return found


def command_line() -> TyperGroup:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return group


@pytest.mark.parametrize("name", TrialSettings.model_fields)
def test_every_setting_is_in_the_table_with_its_default(name: str) -> None:
    default = TrialSettings.model_fields[name].default
    assert written_defaults()[f"TOUCHLINE_{name.upper()}"] == shown(default)


def test_the_tables_name_no_setting_that_does_not_exist() -> None:
    of_commands = {"TOUCHLINE_API_URL", "TOUCHLINE_TOKEN"}
    settings = {f"TOUCHLINE_{name.upper()}" for name in TrialSettings.model_fields}
    assert written_defaults().keys() - of_commands == settings
    assert set(re.findall(r"TOUCHLINE_[A-Z_]+\b", README)) <= settings | of_commands


def test_the_trial_has_every_setting_of_the_product() -> None:
    assert Settings.model_fields.keys() < TrialSettings.model_fields.keys()


@pytest.mark.parametrize("file", FILES, ids=_name)
def test_every_command_that_is_named_exists(file: Path) -> None:
    known = commands(command_line())
    named = re.findall(
        r"(?:^|[\s/`])touchline ([a-z][a-z-]*)( [a-z][a-z-]*)?", code(file.read_text())
    )
    for first, second in named:
        assert first in known, first
        if any(other.startswith(f"{first} ") for other in known):
            assert f"{first}{second}" in known, f"{first}{second}"


@pytest.mark.parametrize("file", FILES, ids=_name)
def test_every_make_target_that_is_named_exists(file: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:^|\s)make ([a-z-]+)", code(file.read_text()))) <= targets


def test_the_table_of_commands_has_every_command_and_no_other() -> None:
    rows = re.findall(r"^\| `touchline(?: ([a-z]+))?` \| (.+) \|$", README, re.MULTILINE)
    told = {
        f"{group} {name}".strip()
        for group, names in rows
        for name in re.findall("`([^`]+)`", names)
    }
    known = commands(command_line())
    groups = {name.split()[0] for name in known if " " in name}
    assert told == known - groups


def test_the_readme_names_the_commands_a_newcomer_needs() -> None:
    words = code(README)
    for command in ("make run", "make test", "touchline demo", "touchline migrate"):
        assert command in words


@pytest.mark.parametrize("file", FILES, ids=_name)
def test_every_link_and_picture_leads_somewhere(file: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", file.read_text()):
        if not target.startswith(("http://", "https://")):
            path, _, place = target.partition("#")
            page = file.parent / path if path else file
            assert page.exists(), target
            assert not place or place in headings(page.read_text()), target


def test_every_file_and_folder_that_the_readme_names_is_there() -> None:
    named = re.findall(r"`([a-z_.]+(?:/[a-z_.-]+)*/|[a-z_]+\.(?:py|yml))`", README)
    assert len(named) > 12
    assert [name for name in named if not (CHECKOUT / name).exists()] == []


def test_every_decision_is_listed_by_its_title() -> None:
    folder = CHECKOUT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    pages = sorted(folder.glob("[0-9]*.md"))
    assert len(pages) > 10
    for page in pages:
        title = page.read_text().splitlines()[0].removeprefix("# ")
        number, _, words = title.partition(" ")
        assert page.name.startswith(f"{number}-")
        assert f"| [{number}]({page.name}) | {words} |" in index
        for part in ("Context", "Decision", "Consequences", "Alternatives"):
            assert f"**{part}.**" in page.read_text(), f"{page.name} has no {part}"


def test_the_sequence_of_the_tour_is_as_the_tour_tells_it() -> None:
    document = parse_yaml((CHECKOUT / "examples" / "tour.yaml").read_text())
    assert document.name == "A test ride, in minutes"
    assert f"*{document.name}*" in README
