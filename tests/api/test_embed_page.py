"""Tests of api/embed/page.py and api/static.py: which pages may show ours in a frame."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from api.app import create_app
from db.engine import Sessions
from db.tables import EmbedKey
from settings import Settings
from tests.api.conftest import People
from tests.api.embedding import make_key

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
)
NOBODY = f"{POLICY}frame-ancestors 'none'"


@pytest.fixture
async def browser(
    tmp_path: Path, settings: Settings, database: AsyncEngine, temporal: Client
) -> httpx.AsyncClient:
    web = tmp_path / "dist"
    (web / "assets").mkdir(parents=True)
    (web / "index.html").write_text("<title>Touchline</title>")
    (web / "embed.html").write_text("<title>Texts</title>")
    (web / "embed.js").write_text("customElements")
    (web / "assets" / "frame-1a2b.js").write_text("1")
    app = create_app(settings, database, temporal, web=web)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://touchline.test")


@pytest.fixture
async def key(people: People, sessions: Sessions) -> EmbedKey:
    origins = ["https://crm.example.com", "http://localhost:3000"]
    return await make_key(sessions, people.administrator.user, allowed_origins=origins)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_the_pages_of_a_keys_origins_may_show_the_frame_and_no_others(
    browser: httpx.AsyncClient, key: EmbedKey, method: str
) -> None:
    answer = await browser.request(method, f"/embed/{key.id}")
    assert answer.status_code == 200
    assert method == "HEAD" or answer.text == "<title>Texts</title>"
    assert answer.headers["content-security-policy"] == (
        f"{POLICY}frame-ancestors https://crm.example.com http://localhost:3000"
    )
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers


async def test_changed_origins_and_a_deactivated_key_count_at_once(
    browser: httpx.AsyncClient, people: People, key: EmbedKey
) -> None:
    change = {"allowed_origins": ["https://other.example.com"]}
    await people.administrator.http.patch(f"/embed-keys/{key.id}", json=change)
    answer = await browser.get(f"/embed/{key.id}")
    assert answer.headers["content-security-policy"] == (
        f"{POLICY}frame-ancestors https://other.example.com"
    )
    await people.administrator.http.patch(f"/embed-keys/{key.id}", json={"is_active": False})
    answer = await browser.get(f"/embed/{key.id}")
    assert (answer.status_code, answer.headers["content-security-policy"]) == (404, NOBODY)


@pytest.mark.parametrize(
    "name", ["00000000-0000-4000-8000-000000000001", "no-id", "a;frame-ancestors *"]
)
async def test_without_a_key_there_is_no_frame(browser: httpx.AsyncClient, name: str) -> None:
    answer = await browser.get(f"/embed/{name}")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"] == NOBODY
    assert "no active key" in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/work", "/embed.html", "/embed.js", "/assets/frame-1a2b.js"]
)
async def test_every_other_page_may_be_shown_by_nobody(
    browser: httpx.AsyncClient, key: EmbedKey, path: str
) -> None:
    answer = await browser.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == NOBODY


async def test_the_element_is_public_code_that_any_page_may_load(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.get("/embed.js", headers={"Origin": "https://crm.example.com"})
    assert answer.text == "customElements"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["cache-control"] == "no-cache"
    other = await browser.get("/assets/frame-1a2b.js")
    assert "access-control-allow-origin" not in other.headers
    assert "cross-origin-resource-policy" not in other.headers


async def test_no_page_of_another_origin_reads_the_api(
    app: FastAPI, people: People, key: EmbedKey
) -> None:
    there = {
        "Origin": "https://crm.example.com",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    for method in ("GET", "OPTIONS", "POST"):
        for path in ("/session", "/conversations", "/records", "/events/nothing"):
            answer = await people.seller.http.request(method, path, headers=there)
            assert not [name for name in answer.headers if name.startswith("access-control-")]
