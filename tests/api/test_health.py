import httpx
from temporalio.client import Client

from api.app import create_app
from db.engine import create_engine
from settings import Settings
from tests.api.conftest import PUBLIC_URL, client_of, problem


async def test_a_process_with_its_database_is_alive_and_ready(http: httpx.AsyncClient) -> None:
    assert (await http.get(f"{PUBLIC_URL}/health/live")).status_code == 200
    assert (await http.get(f"{PUBLIC_URL}/health/ready")).json() == {"status": "ok"}


async def test_without_its_database_it_is_alive_and_not_ready(
    settings: Settings, temporal: Client
) -> None:
    nowhere = create_engine("postgresql://nobody@127.0.0.1:1/nothing", pool_size=1)
    async with client_of(create_app(settings, nowhere, temporal)) as http:
        assert (await http.get(f"{PUBLIC_URL}/health/live")).status_code == 200
        answer = await http.get(f"{PUBLIC_URL}/health/ready")
    assert problem(answer) == (503, "database-away")
