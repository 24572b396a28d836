"""What providers tell us: customers' texts, and what became of ours. Genuine by the provider's means; no session."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final, TypeVar

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import TimeoutError as DatabaseTimeout
from starlette.background import BackgroundTask

from api.context import Context
from api.description import open_to_all
from api.problems import UNSTORABLE, Problem, answer, problems
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

_Told = TypeVar("_Told")
_Done = TypeVar("_Done")


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
    call, taken = await _in_time(_take_texts(context, request, now))
    context.meter.inbound(call.account.row.id, now)
    if taken.unknown is not None:
        # not taken, so that it stands in the provider's own error log until the number is added here
        _log.warning("account %s brought a text for a number that is not ours", call.account.row.id)
        detail = f"{taken.unknown}: add the number to this account."
        response: Response = answer(Problem(404, "unknown-number", detail))
    else:
        response = _as(call.account.channel.inbound_answer)
    return _telling(context, taken, response)


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
    call, taken = await _in_time(_take_reports(context, request, now))
    context.meter.status(call.account.row.id, now)
    return _telling(context, taken, _as(call.account.channel.status_answer))


def _as(said: WebhookAnswer) -> Response:
    return Response(said.body, status_code=said.status_code, media_type=said.media_type)


@dataclass
class _Taken:
    """What a call led to: the workflows to tell, and what kept a text from being stored, if its number is not ours."""

    workflow_ids: list[str] = field(default_factory=list)
    unknown: UnknownNumber | None = None


async def _in_time(work: Coroutine[Any, Any, _Done]) -> _Done:
    """Return what comes of `work`; say that the database is away if it does not answer while the provider still waits.

    In place: as a task of its own, which need not be waited for once it is given up, each call took a tenth longer.
    """
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            return await work
    except TimeoutError as error:
        raise DatabaseTimeout(f"no answer within {_ANSWER_SECONDS} s") from error


async def _take_texts(context: Context, request: Request, now: datetime) -> tuple[Call, _Taken]:
    call, taken = await genuine_call(context, request), _Taken()
    with _readable():
        await _all_that_can_be_stored(
            lambda texts: _store(context, texts, now, taken), _texts_of(call)
        )
    return call, taken


async def _take_reports(context: Context, request: Request, now: datetime) -> tuple[Call, _Taken]:
    call, taken = await genuine_call(context, request), _Taken()
    with _readable():
        await _all_that_can_be_stored(
            lambda reports: _record(context, call, reports, now, taken),
            call.account.channel.parse_status(call.webhook),
        )
    return call, taken


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except UnreadableWebhook as error:
        raise Problem(400, "unreadable-webhook", str(error)) from error


async def _all_that_can_be_stored(
    take: Callable[[Sequence[_Told]], Awaitable[None]], told: Sequence[_Told]
) -> None:
    """Take what a call tells together, or each by itself if one cannot be stored, as a sender of 41 characters cannot.

    That one does not keep the others from us: all would come again, and again in vain. Raises UnreadableWebhook if
    nothing is left.
    """
    try:
        await take(told)
    except UNSTORABLE:
        pass
    else:
        return
    left_out = 0
    for each in told:
        try:
            await take([each])
        except UNSTORABLE:
            left_out += 1
    _log.warning("%d of %d entries of a webhook cannot be stored", left_out, len(told))
    if left_out == len(told):
        raise UnreadableWebhook("an id or a number in the call is too long to be one")


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
    context: Context, texts: Sequence[InboundText], now: datetime, taken: _Taken
) -> None:
    """Store the texts of one call.

    One for a number that is not ours does not keep the others: the call will come again, and nobody is to wait for it.
    """
    if len(texts) == 1:
        async with context.committing.connection() as connection:
            plain = await inbound.store_plain(connection, texts[0], now)
        if plain is not None:
            taken.workflow_ids += plain.workflow_ids
            return
    workflow_ids: list[str] = []
    unknown = None
    async with context.sessions.begin() as session:
        # in the same order in every call, so that two never wait for each other
        for text in sorted(texts, key=lambda text: text.from_number):
            try:
                workflow_ids += (await inbound.store(session, text, now)).workflow_ids
            except UnknownNumber as error:
                unknown = error
    taken.workflow_ids += workflow_ids
    taken.unknown = unknown or taken.unknown


async def _record(
    context: Context, call: Call, reports: Sequence[StatusReport], now: datetime, taken: _Taken
) -> None:
    """Write down what the reports of one call say.

    Those that only move a text go together. A failure has consequences, which lock a number, enrollments or a record
    beside its text, so that each goes by itself: two calls would else wait for what the other one holds.
    """
    said = [(report, report.status) for report in reports if report.status is not None]
    said.sort(key=lambda each: each[0].provider_message_id)
    for _, together in groupby(said, key=_failed):
        workflow_ids: list[str] = []
        async with context.sessions.begin() as session:
            for heard, status in together:
                account_id, report = call.account.row.id, _report_of(heard, status)
                recorded = await statuses.record(session, account_id, heard.message_id, report, now)
                workflow_ids += recorded.workflow_ids
                if not recorded.moved:
                    await probes.record(session, account_id, heard.message_id, report, now)
        taken.workflow_ids += workflow_ids


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


def _telling(context: Context, taken: _Taken, response: Response) -> Response:
    """Have the workflows told once the answer is sent."""
    if taken.workflow_ids:
        response.background = BackgroundTask(context.relay.deliver, taken.workflow_ids)
    return response
