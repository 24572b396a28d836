"""What must hold of the files of the repository as such."""

import json
import re
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
ADDRESS = re.compile(r"(?:https?|file|git\+\w+)://")
REGISTRY = re.compile(r"(?:pypi|pythonhosted|npmjs)\.(?:org|com)")
# Where people and build machines keep their checkouts.
PLACE = re.compile(r"""(?<![\w./{}$-])/(?:work/(?:main|shared)|root|home/\w+|Users/\w+)/""")


def files() -> list[Path]:
    """Every file that is in version control, or would be with the next `git add`."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (CHECKOUT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt"])
def test_every_python_package_is_pinned_by_hash_and_none_by_address(name: str) -> None:
    lock = (CHECKOUT / "requirements" / name).read_text()
    packages = re.split(r"\n(?=\S)", re.sub(r"(?m)^#.*\n", "", lock).strip())
    assert len(packages) > 30
    for package in packages:
        assert re.match(r"[a-z0-9._-]+==\S+ ", package), package
        assert "--hash=sha256:" in package
    assert not ADDRESS.search(lock)


def test_every_web_package_is_pinned_by_hash_and_none_by_address() -> None:
    packages = json.loads((CHECKOUT / "web" / "package-lock.json").read_text())["packages"]
    installed = {name: package for name, package in packages.items() if name}
    assert len(installed) > 50
    assert [name for name, package in installed.items() if "resolved" in package] == []
    assert [name for name, package in installed.items() if "integrity" not in package] == []


def test_every_optional_web_package_is_locked_for_every_machine() -> None:
    packages = json.loads((CHECKOUT / "web" / "package-lock.json").read_text())["packages"]
    wanted = {
        f"node_modules/{name}"
        for package in packages.values()
        for name in package.get("optionalDependencies", {})
    }
    assert wanted - packages.keys() == set()


def test_no_file_names_a_package_registry_or_a_place_on_someones_machine() -> None:
    found = [
        f"{path.relative_to(CHECKOUT)}: {match[0]}"
        for path in files()
        for pattern in (REGISTRY, PLACE)
        for match in pattern.finditer(path.read_text(errors="ignore"))
    ]
    assert found == []
