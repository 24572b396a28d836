"""Which HTTP requests does the simulated Infobip understand? `/sms/3/…`, in JSON, with a key.

Source: Infobip's OpenAPI document, version 3.210.0.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request, Response
from starlette.routing import Route

from handset.answers import answer_to
from handset.entities import Account, Message
from handset.exchange import Exchange
from handset.protocols.infobip.addresses import shown
from handset.protocols.infobip.logs import LogQuery, page_json
from handset.protocols.infobip.messages import accepted_json
from handset.protocols.infobip.problems import (
    REFUSALS,
    http_status,
    is_of_one_text,
    problem_json,
    rejection_json,
)
from handset.protocols.infobip.requests import Malformed, check, parse
from handset.protocols.interface import CarrierProtocol
from handset.reasons import Problem, Reason
from handset.sending import SendRequest

_NOTHING = SendRequest(sender="", recipient="", body="")


class InfobipRoutes:
    """Infobip's resources over one exchange."""

    def __init__(self, protocol: CarrierProtocol, exchange: Exchange) -> None:
        self._protocol = protocol
        self._exchange = exchange

    def routes(self) -> Sequence[Route]:
        """Return them as routes."""
        return [
            Route("/sms/3/messages", self.send, methods=["POST"]),
            Route("/sms/3/logs", self.logs, methods=["GET"]),
            Route("/sms/{rest:path}", _no_resource),
        ]

    async def send(self, request: Request) -> Response:
        account = self._account(request)
        problem = self._problem_with(account)
        order = _NOTHING
        try:
            order = parse(await request.body(), account)
        except Malformed as malformed:
            problem = problem or Problem("E400", malformed.what)
        if problem is None and account is not None:
            problem = self._problem_with_text(account, order)
        outcome = self._exchange.send(self._protocol, account.id if account else "", order, problem)

        def refuse(problem: Problem) -> Response:
            if not is_of_one_text(problem.code):
                return _refuse(problem)
            return _answer(
                order,
                {
                    "messageId": order.message_id,
                    "status": rejection_json(problem),
                    "destination": shown(order.recipient),
                    "details": {"messageCount": 0},
                },
            )

        def accept(message: Message) -> Response:
            return _answer(order, accepted_json(message))

        return await answer_to(outcome, self._exchange, accepted=accept, refused=refuse)

    async def logs(self, request: Request) -> Response:
        account = self._account(request)
        problem = self._problem_with(account)
        if problem is not None or account is None:
            return _refuse(problem or Problem("E401"))
        try:
            wanted = LogQuery.parse(dict(parse_qsl(request.url.query, keep_blank_values=True)))
        except Malformed as malformed:
            return _refuse(Problem("E400", malformed.what))
        return _json(page_json(self._exchange, account, wanted, datetime.now(UTC)))

    def _account(self, request: Request) -> Account | None:
        """Return the account whose key the request carries: nothing else says whose it is."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "app":
            return None
        for account in self._exchange.carrier.accounts.values():
            if account.protocol == self._protocol.name and secrets.compare_digest(
                key.encode(), account.credentials["api_key"].encode()
            ):
                return account
        return None

    def _problem_with(self, account: Account | None) -> Problem | None:
        """Return why every request is refused; without money only sending is."""
        if account is None:
            return Problem("E401")
        trouble = self._exchange.carrier.trouble(account)
        if trouble is None or trouble is Reason.FUNDS:
            return None
        return Problem(REFUSALS.by_reason[trouble])

    def _problem_with_text(self, account: Account, order: SendRequest) -> Problem | None:
        carrier = self._exchange.carrier
        refusals = carrier.refusals_of(account.id, order.message_id)
        # An id is used up by a text that was refused, too, but not by a request refused as a whole.
        if order.message_id in carrier.messages or any(map(is_of_one_text, refusals)):
            return Problem(23)
        if carrier.trouble(account) is Reason.FUNDS:
            return Problem(REFUSALS.by_reason[Reason.FUNDS])
        return check(order, account)


async def _no_resource(request: Request) -> Response:
    return _refuse(Problem("E404", request.url.path))


def _answer(order: SendRequest, text: Mapping[str, Any]) -> Response:
    return _json({"bulkId": order.extra["bulk_id"], "messages": [text]})


def _refuse(problem: Problem) -> Response:
    return _json(problem_json(problem), http_status(problem))


def _json(body: Mapping[str, Any], status: int = 200) -> Response:
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, status, media_type="application/json")
