from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from api.app import create_app
from settings import Settings


@pytest.fixture
async def browser(
    tmp_path: Path, settings: Settings, database: AsyncEngine, temporal: Client
) -> httpx.AsyncClient:
    web = tmp_path / "dist"
    (web / "assets").mkdir(parents=True)
    (web / "index.html").write_text("<title>Touchline</title>")
    (web / "assets" / "app-1a2b.js").write_text("1")
    app = create_app(settings, database, temporal, web=web)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://touchline.test")


@pytest.mark.parametrize("path", ["/", "/work", "/sequences/welcome"])
async def test_every_page_of_the_application_is_its_start_page(
    browser: httpx.AsyncClient, path: str
) -> None:
    answer = await browser.get(path)
    assert (answer.status_code, answer.text) == (200, "<title>Touchline</title>")
    assert answer.headers["cache-control"] == "no-cache"
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_files_named_by_their_content_are_kept_for_ever(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/assets/app-1a2b.js")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/assets/app-0000.js", 404),
        ("GET", "/favicon.png", 404),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/nothing", 404),
        ("GET", "/health/nothing", 404),
        ("POST", "/work", 405),
    ],
)
async def test_what_is_no_page_is_a_problem(
    browser: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await browser.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
