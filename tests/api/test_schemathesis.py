"""Every operation under requests of all shapes that its description allows, and some that it does not.

No answer may be a failure of ours, and each must be one that the description has, as it has it.
"""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig

from tests.api.matrix import (
    Asker,
    Whose,
    World,
    api_of_world,
    description,
    make_world,
)
from trial.postgres import EmbeddedPostgres

NOWHERE = "http://127.0.0.1:1"
"""Where a provider is asked: nothing leaves this machine."""

# of a request as large as allowed; it is written out only when it fails
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

load_all_checks()
PROMISES: list[Any] = CHECKS.get_by_names(
    ["status_code_conformance", "content_type_conformance", "response_schema_conformance"]
)

# many hundred requests an operation, most of them refused alike
_NO_COVERAGE = {"phases": {"coverage": {"enabled": False}}}
# streamEvents never ends
api = schemathesis.openapi.from_dict(
    description(), config=SchemathesisConfig.from_dict(_NO_COVERAGE)
).exclude(operation_id="streamEvents")

ASKED: set[str] = set()


@dataclass
class Served:
    url: str
    world: World
    asker: Asker


@pytest.fixture(scope="module")
def served(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The API over the world of the matrix, as an administrator sees it; what is changed is undone at once."""
    ready, found, servers = threading.Event(), [], []

    async def serve() -> None:
        async with api_of_world(postgres, tmp_path_factory.mktemp("home")) as (app, sessions):
            async with sessions.begin() as session:
                found.append(await make_world(session))
            server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
            servers.append(server)
            serving = asyncio.create_task(server.serve())
            while not server.started and not serving.done():  # noqa: ASYNC110 - it offers nothing to wait for
                await asyncio.sleep(0.01)
            ready.set()
            await serving

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(30)
    port = servers[0].servers[0].sockets[0].getsockname()[1]
    world = found[0]
    yield Served(f"http://127.0.0.1:{port}", world, world.askers["administrator"])
    servers[0].should_exit = True
    thread.join(30)


@api.parametrize()
@settings(
    max_examples=8,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_no_answer_is_a_failure_or_undescribed(
    case: schemathesis.Case[Any], served: Served
) -> None:
    ASKED.add(case.operation.label)
    for name, value in list(case.path_parameters.items()):
        known = (name, _whose(name, served), served.asker.role)
        # every other request is about something that is there
        if known in served.world.objects and sum(str(value).encode()) % 2:
            case.path_parameters[name] = served.world.objects[known]
    if case.path.startswith("/api/v1/provider-accounts") and isinstance(case.body, dict):
        case.body["api_base_url"] = NOWHERE
    if "wait" in case.query:
        case.query["wait"] = 0  # nothing comes, so that it would be waited for in full
    headers = {"Authorization": f"Bearer {served.asker.token}"}
    response = case.call(base_url=served.url, headers=headers)
    assert response.status_code != 500, response.text
    case.validate_response(response, checks=PROMISES, headers=headers)


def test_every_operation_was_asked() -> None:
    """The tests above share one id with pytest 9.2, of which xdist runs one: they run without it (Makefile)."""
    described = {
        f"{method.upper()} {path}"
        for path, operations in description()["paths"].items()
        for method, operation in operations.items()
        if operation["operationId"] != "streamEvents"
    }
    assert described == ASKED


def _whose(name: str, served: Served) -> Whose:
    own = (name, Whose.OWN, served.asker.role)
    return Whose.OWN if own in served.world.objects else Whose.ORGANISATION
