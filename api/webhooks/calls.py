"""Did the provider of this account make this call, and of which address?"""

import ipaddress
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
from fastapi import Request
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from activities.accounts import Network, OpenAccount
from api.context import Context
from api.problems import Problem, not_found
from channels.errors import InvalidCredentials
from channels.interface import Webhook
from db.secrets import UnreadableSecret

_log = logging.getLogger(__name__)

_AWAY = (OperationalError, InterfaceError, PoolTimeout, psycopg.OperationalError)


@dataclass(frozen=True)
class Call:
    """What a provider tells us over one of its accounts: genuine."""

    account: OpenAccount
    webhook: Webhook


async def genuine_call(context: Context, request: Request) -> Call:
    """Return the call, if the provider of the account in its address made it. Raises Problem.

    An account that was opened before is known even while the database is away.
    """
    account = await _account_of(context, request.path_params)
    webhook = Webhook(
        url=_url_of(request, context.settings.callback_url, account.trusted_proxies),
        headers=request.headers,
        body=await request.body(),
    )
    if not account.is_genuine(webhook, datetime.now(UTC)):
        raise Problem(403, "bad-signature", "This was not signed with the account's credentials.")
    return Call(account, webhook)


async def _account_of(context: Context, path: Mapping[str, str]) -> OpenAccount:
    try:
        account_id = UUID(path["account_id"])
    except ValueError:
        raise not_found("provider account") from None
    account = context.accounts.known(account_id)
    if account is None:
        try:
            async with context.sessions() as session:
                account = await context.accounts.find(session, account_id)
        except _AWAY:
            account = context.accounts.last_seen(account_id)
            if account is None:
                raise
        except (UnreadableSecret, InvalidCredentials) as error:
            _log.error("webhook for account %s, which cannot be opened: %s", account_id, error)
            raise not_found("provider account") from error
    if account is None or account.row.provider != path["provider"]:
        raise not_found("provider account")
    return account


def _url_of(request: Request, public_url: str, trusted_proxies: Sequence[Network]) -> str:
    """Return the address that the provider called, which it has signed.

    It is the public one, whatever the request's headers say, unless a proxy says so that the account trusts.
    """
    base = public_url
    if trusted_proxies and _is_of(request, trusted_proxies):
        public = urlsplit(public_url)
        scheme = _first(request.headers.get("X-Forwarded-Proto")) or public.scheme
        host = _first(request.headers.get("X-Forwarded-Host")) or public.netloc
        base = f"{scheme}://{host}{public.path}"
    query = request.scope["query_string"].decode("latin-1")
    return f"{base}{request.scope['path']}" + (f"?{query}" if query else "")


def _is_of(request: Request, networks: Sequence[Network]) -> bool:
    """Return whether the peer, at the other end of the connection itself, is in one of the networks."""
    try:
        peer = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    return any(peer in network for network in networks)


def _first(values: str | None) -> str:
    """Return the first of a header's values: each proxy on the way adds its own behind it."""
    return (values or "").partition(",")[0].strip()
