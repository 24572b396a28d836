"""What the API offers, as a file the web client is generated from: `python -m api.openapi` writes it."""

import asyncio
import json
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr

from api.app import create_app
from db.engine import create_engine
from settings import Settings
from workflows.client import connect

FILE: Final = Path(__file__).with_name("openapi.json")


def document() -> str:
    """Return the OpenAPI document of the API; the same code gives the same text."""
    schema = asyncio.run(_schema())
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


async def _schema() -> dict[str, Any]:
    # a key of its own, so that describing the API leaves no key file behind
    settings = Settings(secret_key=SecretStr(FILE.name))
    database = create_engine("postgresql://nobody@localhost/none", pool_size=1)
    app = create_app(settings, database, await connect(lazy=True))
    return app.openapi()


if __name__ == "__main__":
    FILE.write_text(document())
