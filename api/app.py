"""The API as one application: its parts, its routes, its errors."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from activities.accounts import OpenAccounts
from api import problems
from api.absences.router import router as absences
from api.alerts.router import router as alerts
from api.body_limit import BodyLimit
from api.bulk_texts.router import router as bulk_texts
from api.business_units.router import router as business_units
from api.consent.router import router as consent
from api.context import Context
from api.conversations.composer import router as composer
from api.conversations.filing import router as filing
from api.conversations.router import router as conversations
from api.description import describe
from api.embed.page import embedded_pages
from api.embed.router import router as embed_keys
from api.enrollments.router import router as enrollments
from api.events.router import router as events
from api.health.router import router as health
from api.live import Hub
from api.media.router import router as media
from api.messages.router import router as messages
from api.organisation.router import router as organisation
from api.passwords import PasswordCheck
from api.people.router import router as people
from api.phone_numbers.router import router as phone_numbers
from api.provider_accounts.router import router as provider_accounts
from api.reconciliations.router import router as reconciliations
from api.records.router import router as records
from api.relay import Relay
from api.releasing import Releases
from api.roles.router import router as roles
from api.search.router import router as search
from api.sequences.router import router as sequences
from api.session.router import router as session
from api.static import WebApplication
from api.teams.router import router as teams
from api.templates.router import router as templates
from api.text_policy.router import router as text_policy
from api.threads.router import router as threads
from api.throttle import SignInThrottle
from api.transcripts.router import router as transcripts
from api.up_next.router import router as up_next
from api.users.router import router as users
from api.views.router import router as views
from api.webhooks.router import router as webhooks
from api.work_items.router import router as work_items
from api.work_items.stack import router as stacks
from api.work_list_settings.router import router as work_list_settings
from db.autocommit import Committing
from db.engine import create_sessions
from db.secrets import secret_box
from domain.media import MAX_BYTES
from settings import Settings
from workflows.client import Engine

_LARGEST_BODY: Final = 1024 * 1024
_FORM_OVERHEAD: Final = 4096
"""What a form around an uploaded file adds to it."""

_WEB: Final = Path(__file__).parent.parent / "web" / "dist"


def create_app(
    settings: Settings, database: AsyncEngine, temporal: Client, *, web: Path = _WEB
) -> FastAPI:
    """Return the application over a database and an engine, which stay the caller's to close."""
    app = FastAPI(
        title="Touchline",
        version="0.1.0",
        description="Sales sequences by text message: no text twice, no text lost.",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    url = database.url.render_as_string(hide_password=False)
    sessions = create_sessions(database)
    secrets = secret_box(settings.plain_secret_key(), settings.home, settings.plain_previous_keys())
    relay = Relay(sessions, Engine(temporal, settings.task_queue))
    app.state.context = Context(
        settings=settings,
        sessions=sessions,
        # each has it for a millisecond: few serve all that one process can ask, and more are in each other's way
        committing=Committing(url, pool_size=max(settings.database_pool_size // 2, 1)),
        relay=relay,
        releases=Releases(sessions, relay),
        secrets=secrets,
        accounts=OpenAccounts(secrets, timeout_seconds=settings.provider_timeout_seconds),
        hub=Hub(url),
        passwords=PasswordCheck(),
        throttle=SignInThrottle(),
    )
    app.add_middleware(
        BodyLimit,
        limit=_LARGEST_BODY,
        by_path={
            "/api/v1/webhooks/": settings.webhook_max_bytes,
            "/api/v1/media": MAX_BYTES,
            "/api/v1/records/import": settings.upload_max_bytes + _FORM_OVERHEAD,
            "/api/v1/consent/withdrawals/import": settings.upload_max_bytes + _FORM_OVERHEAD,
        },
    )
    problems.install(app)
    describe(app)
    for router in (
        # the busiest first: routes are tried in turn
        webhooks,
        conversations,
        # before the items themselves, whose ids stand where the stack's name does
        stacks,
        work_items,
        session,
        users,
        teams,
        roles,
        business_units,
        provider_accounts,
        reconciliations,
        phone_numbers,
        alerts,
        consent,
        people,
        organisation,
        sequences,
        enrollments,
        work_list_settings,
        up_next,
        absences,
        views,
        bulk_texts,
        composer,
        filing,
        messages,
        transcripts,
        search,
        media,
        embed_keys,
        templates,
        text_policy,
        events,
        records,
        threads,
    ):
        # each by itself: one router for all would look through all of them, twice a request, for routes added since
        app.include_router(router, prefix="/api/v1")
    app.include_router(health)
    if web.is_dir():
        app.include_router(embedded_pages(web))
        app.mount("/", WebApplication(web))
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    context: Context = app.state.context
    background = [
        asyncio.create_task(context.hub.run()),
        asyncio.create_task(context.releases.run()),
        asyncio.create_task(context.meter.run(context.sessions)),
    ]
    try:
        yield
    finally:
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await context.close()
