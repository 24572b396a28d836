"""What providers tell us: customers' texts, and what became of ours. Signed by the provider, no session."""

import logging
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Query, Request, Response

from activities.accounts import OpenAccount
from api.context import Context, InContext, Now
from api.problems import Problem, not_found, problems
from channels.errors import InvalidCredentials, UnreadableWebhook
from db.messages import inbound, statuses
from db.messages.statuses import Report
from db.secrets import UnreadableSecret
from domain.opt_out import Keyword

router = APIRouter(prefix="/webhooks", tags=["webhooks"])

_log = logging.getLogger(__name__)


@router.post(
    "/{provider}/{account_id}/inbound",
    operation_id="receiveText",
    responses=problems(400, 403, 404, 413, 503),
)
async def receive_text(
    provider: str,
    account_id: UUID,
    request: Request,
    context: InContext,
    now: Now,
    background: BackgroundTasks,
) -> Response:
    """Take a customer's text. The same text again is taken once."""
    account = await _signed_account(context, provider, account_id, request)
    try:
        text = account.channel.parse_inbound(await request.body())
    except UnreadableWebhook as error:
        raise Problem(400, "unreadable-webhook", str(error)) from error
    arrived = inbound.InboundText(
        account_id=account.row.id,
        provider_message_id=text.provider_message_id,
        from_number=text.from_number,
        to_number=text.to_number,
        body=text.body,
        keyword=None if text.keyword is None else Keyword(text.keyword),
    )
    try:
        async with context.sessions.begin() as session:
            stored = await inbound.store(session, arrived, now)
    except inbound.UnknownNumber as error:
        # not taken, so that it stands in the provider's own error log until the number is added here
        _log.warning("account %s brought a text for a number that is not ours", account_id)
        raise Problem(404, "unknown-number", f"{error}: add the number to this account.") from error
    if stored.workflow_ids:
        background.add_task(context.relay.deliver, stored.workflow_ids)
    answer = account.channel.inbound_answer
    return Response(answer.body, status_code=answer.status_code, media_type=answer.media_type)


@router.post(
    "/{provider}/{account_id}/status",
    operation_id="receiveStatus",
    status_code=204,
    responses=problems(400, 403, 404, 413, 503),
)
async def receive_status(
    provider: str,
    account_id: UUID,
    request: Request,
    context: InContext,
    now: Now,
    background: BackgroundTasks,
    message: Annotated[UUID | None, Query(description="Which text of ours it is about.")] = None,
) -> None:
    """Take a report of what became of a text. Reports that come late, twice or out of order change nothing."""
    account = await _signed_account(context, provider, account_id, request)
    try:
        report = account.channel.parse_status(await request.body())
    except UnreadableWebhook as error:
        raise Problem(400, "unreadable-webhook", str(error)) from error
    if report.status is None:
        return
    async with context.sessions.begin() as session:
        recorded = await statuses.record(
            session,
            account.row.id,
            message,
            Report(
                provider_message_id=report.provider_message_id,
                status=report.status,
                code=report.code,
                failure=report.failure,
                reason=report.reason,
            ),
            now,
        )
    if recorded.workflow_ids:
        background.add_task(context.relay.deliver, recorded.workflow_ids)


async def _signed_account(
    context: Context, provider: str, account_id: UUID, request: Request
) -> OpenAccount:
    """Return the account the webhook belongs to, if that account's provider signed it.

    The signed address is the one the provider was given, never what the request's own headers say.
    """
    account = context.accounts.known(account_id)
    if account is None:
        try:
            async with context.sessions() as session:
                account = await context.accounts.find(session, account_id)
        except (UnreadableSecret, InvalidCredentials) as error:
            _log.error("webhook for account %s, which cannot be opened: %s", account_id, error)
            raise not_found("provider account") from error
    if account is None or account.row.provider != provider:
        raise not_found("provider account")
    url = f"{context.settings.callback_url}{request.url.path}"
    if request.url.query:
        url = f"{url}?{request.url.query}"
    body = await request.body()
    if not account.channel.verify_signature(url=url, headers=request.headers, body=body):
        raise Problem(403, "bad-signature", "This was not signed with the account's credentials.")
    return account
