"""What providers tell us: customers' texts, and what became of ours. Genuine by the provider's means; no session."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import TimeoutError as DatabaseTimeout
from starlette.background import BackgroundTask

from api.context import Context
from api.description import open_to_all
from api.problems import Problem, answer, problems
from api.webhooks.calls import Call, genuine_call
from channels.errors import UnreadableWebhook
from channels.interface import StatusReport, WebhookAnswer
from db.messages import inbound, statuses
from db.messages.inbound import InboundText, UnknownNumber
from db.messages.statuses import Report
from db.providers import probes
from domain.messages import MessageStatus
from domain.opt_out import Keyword

router = APIRouter(prefix="/webhooks", tags=["webhooks"])

_log = logging.getLogger(__name__)

_ANSWER_SECONDS: Final = 9.0
"""A provider waits 15 seconds (Twilio); to give up on a statement that hangs may take five of them."""


def _described(*parameters: dict[str, Any]) -> dict[str, Any]:
    """Return what OpenAPI says of the address: FastAPI need not read it for us, since providers call often."""
    why = "A provider calls it, and proves that by its own means."
    path = (("provider", {"type": "string"}), ("account_id", {"type": "string", "format": "uuid"}))
    return {
        "parameters": [
            *({"name": name, "in": "path", "required": True, "schema": of} for name, of in path),
            *parameters,
        ],
        **open_to_all(why),
    }


@router.post(
    "/{provider}/{account_id}/inbound",
    operation_id="receiveText",
    responses=problems(400, 403, 404, 413, 503),
    openapi_extra=_described(),
)
async def receive_text(request: Request) -> Response:
    """Take customers' texts. The same text again is taken once."""
    context: Context = request.app.state.context
    now = datetime.now(UTC)
    async with _in_time():
        call = await genuine_call(context, request)
        try:
            texts = _texts_of(call)
        except UnreadableWebhook as error:
            raise Problem(400, "unreadable-webhook", str(error)) from error
        workflow_ids, unknown = await _store(context, texts, now)
    context.meter.inbound(call.account.row.id, now)
    if unknown is not None:
        # not taken, so that it stands in the provider's own error log until the number is added here
        _log.warning("account %s brought a text for a number that is not ours", call.account.row.id)
        detail = f"{unknown}: add the number to this account."
        response: Response = answer(Problem(404, "unknown-number", detail))
    else:
        response = _as(call.account.channel.inbound_answer)
    return _telling(context, workflow_ids, response)


@router.post(
    "/{provider}/{account_id}/status",
    operation_id="receiveStatus",
    status_code=204,
    responses={
        200: {"description": "Taken, as some providers want to hear it."},
        **problems(400, 403, 404, 413, 503),
    },
    openapi_extra=_described(
        {
            "name": "message",
            "in": "query",
            "required": False,
            "schema": {"type": "string", "format": "uuid"},
            "description": "Which text of ours it is about.",
        }
    ),
)
async def receive_status(request: Request) -> Response:
    """Take reports of what became of texts. Those that come late, twice or out of order change nothing."""
    context: Context = request.app.state.context
    now = datetime.now(UTC)
    async with _in_time():
        call = await genuine_call(context, request)
        try:
            reports = call.account.channel.parse_status(call.webhook)
        except UnreadableWebhook as error:
            raise Problem(400, "unreadable-webhook", str(error)) from error
        workflow_ids = await _record(context, call, reports, now)
    context.meter.status(call.account.row.id, now)
    return _telling(context, workflow_ids, _as(call.account.channel.status_answer))


def _as(said: WebhookAnswer) -> Response:
    return Response(said.body, status_code=said.status_code, media_type=said.media_type)


@asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    """Say that the database is away when it does not answer while the provider still waits."""
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            yield
    except TimeoutError as error:
        raise DatabaseTimeout(f"no answer within {_ANSWER_SECONDS} s") from error


def _texts_of(call: Call) -> list[InboundText]:
    return [
        InboundText(
            account_id=call.account.row.id,
            provider_message_id=text.provider_message_id,
            from_number=text.from_number,
            to_number=text.to_number,
            body=text.body,
            keyword=None if text.keyword is None else Keyword(text.keyword),
            service=text.service,
            media=text.media,
        )
        for text in call.account.channel.parse_inbound(call.webhook)
    ]


async def _store(
    context: Context, texts: Sequence[InboundText], now: datetime
) -> tuple[list[str], UnknownNumber | None]:
    """Store the texts of one call; return the workflows to tell, and what kept a text from being stored, if one was.

    The others are stored all the same: the call will come again, and nobody is to wait for it.
    """
    if len(texts) == 1:
        async with context.committing.connection() as connection:
            plain = await inbound.store_plain(connection, texts[0], now)
        if plain is not None:
            return list(plain.workflow_ids), None
    workflow_ids: list[str] = []
    unknown = None
    async with context.sessions.begin() as session:
        # in the same order in every call, so that two never wait for each other
        for text in sorted(texts, key=lambda text: text.from_number):
            try:
                workflow_ids += (await inbound.store(session, text, now)).workflow_ids
            except UnknownNumber as error:
                unknown = error
    return workflow_ids, unknown


async def _record(
    context: Context, call: Call, reports: Sequence[StatusReport], now: datetime
) -> list[str]:
    """Write down what the reports of one call say; return the workflows to tell.

    Those that only move a text go together. A failure has consequences, which lock a number, enrollments or a record
    beside its text, so that each goes by itself: two calls would else wait for what the other one holds.
    """
    said = [(report, report.status) for report in reports if report.status is not None]
    said.sort(key=lambda each: each[0].provider_message_id)
    workflow_ids: list[str] = []
    for _, together in groupby(said, key=_failed):
        async with context.sessions.begin() as session:
            for heard, status in together:
                account_id, report = call.account.row.id, _report_of(heard, status)
                recorded = await statuses.record(session, account_id, heard.message_id, report, now)
                workflow_ids += recorded.workflow_ids
                if not recorded.moved:
                    await probes.record(session, account_id, heard.message_id, report, now)
    return workflow_ids


def _failed(said: tuple[StatusReport, MessageStatus]) -> StatusReport | None:
    """Return a report of a failure, None if it is of anything else."""
    report, status = said
    return report if status in statuses.FAILED else None


def _report_of(heard: StatusReport, status: MessageStatus) -> Report:
    return Report(
        provider_message_id=heard.provider_message_id,
        status=status,
        code=heard.code,
        failure=heard.failure,
        reason=heard.reason,
        price=heard.price,
    )


def _telling(context: Context, workflow_ids: Sequence[str], response: Response) -> Response:
    """Have the workflows told once the answer is sent."""
    if workflow_ids:
        response.background = BackgroundTask(context.relay.deliver, workflow_ids)
    return response
