"""Who asks, for what, and how is it answered? What all of Twilio's resources have in common."""

import base64
import binascii
import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handset.entities import Account
from handset.exchange import Exchange
from handset.protocols.interface import CarrierProtocol
from handset.protocols.twilio.problems import REFUSALS, http_status, problem_json
from handset.protocols.twilio.resources import PageRequest
from handset.reasons import Problem

Handler = Callable[[Request], Awaitable[Response]]


class NotGranted(Exception):
    """The request is refused with `problem`."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(f"{code} {detail}")
        self.problem = Problem(code, detail)


class Resource:
    """Some of Twilio's resources over one exchange."""

    def __init__(self, protocol: CarrierProtocol, exchange: Exchange) -> None:
        self.protocol = protocol
        self.exchange = exchange

    def authenticate(self, request: Request) -> Account:
        """Return the account whose secret the request carries, and whose path it is if it has one.

        Raises NotGranted.
        """
        try:
            scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
            sid, _, token = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise NotGranted(20003) from None
        account = self._owner(request, sid)
        if scheme.lower() != "basic" or account is None or account.protocol != self.protocol.name:
            raise NotGranted(20003)
        # An API key has a sid and a secret of its own; the path is the account's all the same.
        names = ("auth_token", "secondary_auth_token") if sid == account.id else (sid,)
        known = [account.credentials[name] for name in names if account.credentials.get(name)]
        if not any(secrets.compare_digest(token.encode(), each.encode()) for each in known):
            raise NotGranted(20003)
        trouble = self.exchange.carrier.trouble(account)
        if trouble is not None:
            raise NotGranted(int(REFUSALS.by_reason[trouble]))
        return account

    def _owner(self, request: Request, sid: str) -> Account | None:
        accounts = self.exchange.carrier.accounts
        if "account" in request.path_params:
            return accounts.get(request.path_params["account"])
        return accounts.get(sid) or next(
            (account for account in accounts.values() if sid in account.credentials), None
        )


def route(path: str, handler: Handler, method: str = "GET") -> Route:
    """Return a route on which NotGranted is answered as Twilio refuses."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except NotGranted as refusal:
            return refuse(refusal.problem)

    return Route(path, handle, methods=[method])


async def form_of(request: Request) -> list[tuple[str, str]]:
    """Return the decoded form of a request."""
    body = await request.body()
    return parse_qsl(body.decode(errors="replace"), keep_blank_values=True)


def query_of(request: Request) -> dict[str, str]:
    """Return the decoded query."""
    return dict(parse_qsl(request.url.query, keep_blank_values=True))


def page_of(query: dict[str, str]) -> PageRequest:
    """Return which page a query asks for. Raises NotGranted."""
    try:
        return PageRequest.parse(query)
    except ValueError as error:
        raise NotGranted(20001, str(error)) from error


def answer(body: dict[str, Any], status: int = 200) -> Response:
    """Return a JSON answer."""
    return Response(json.dumps(body, ensure_ascii=False), status, media_type="application/json")


def refuse(problem: Problem) -> Response:
    """Return the answer that refuses."""
    return answer(problem_json(problem), http_status(problem))
