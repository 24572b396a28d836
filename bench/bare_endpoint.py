"""What would taking a customer's text cost bare? A FastAPI endpoint that stores one row.

Run it by `uvicorn --factory bench.bare_endpoint:create_app`. It checks no signature, knows no customer and takes the
same text twice.
"""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from fastapi import FastAPI, Request, Response
from sqlalchemy.ext.asyncio import create_async_engine

from channels.twilio.webhooks import INBOUND_ANSWER
from db.engine import driver_url
from settings import Settings

TABLES = sa.MetaData()
TEXTS = sa.Table(
    "texts",
    TABLES,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("provider_message_id", sa.String, nullable=False),
    sa.Column("from_number", sa.String, nullable=False),
    sa.Column("to_number", sa.String, nullable=False),
    sa.Column("body", sa.String, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
)


def create_app() -> FastAPI:
    """Return the application; uvicorn calls it."""
    settings = Settings()
    database = create_async_engine(
        driver_url(settings.required_database_url()),
        pool_size=settings.database_pool_size,
        max_overflow=0,
    )
    app = FastAPI()

    @app.post("/inbound")
    async def receive_text(request: Request) -> Response:
        form = await request.form()
        async with database.begin() as connection:
            await connection.execute(
                sa.insert(TEXTS),
                {
                    "id": uuid4(),
                    "provider_message_id": form["MessageSid"],
                    "from_number": form["From"],
                    "to_number": form["To"],
                    "body": form["Body"],
                    "created_at": datetime.now(UTC),
                },
            )
        return Response(INBOUND_ANSWER.body, media_type=INBOUND_ANSWER.media_type)

    return app
