"""Which HTTP requests does the simulated TeleSign understand? `/v1/messaging`, a form in and JSON out."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handset.answers import answer_to
from handset.entities import Account, Message
from handset.exchange import Exchange
from handset.protocols.interface import CarrierProtocol
from handset.protocols.telesign.authentication import Nonces, authenticate
from handset.protocols.telesign.form import check_form, send_request
from handset.protocols.telesign.parts import parts_json
from handset.protocols.telesign.problems import (
    REFUSALS,
    http_status,
    refusal_json,
    status_json,
)
from handset.reasons import Problem

MESSAGING: Final = "/v1/messaging"

_ASKED_FOR: Final = timedelta(hours=12)
"""How long TeleSign tells what became of a text. Source: its page on transaction status results."""


class TelesignRoutes:
    """TeleSign's resources over one exchange."""

    def __init__(self, protocol: CarrierProtocol, exchange: Exchange) -> None:
        self._protocol = protocol
        self._exchange = exchange
        self._nonces = Nonces()

    def routes(self) -> Sequence[Route]:
        """Return them as routes."""
        return [
            Route(MESSAGING, self.create_message, methods=["POST"]),
            Route(MESSAGING + "/{reference_id}", self.get_status, methods=["GET"]),
        ]

    async def create_message(self, request: Request) -> Response:
        body = await request.body()
        form = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        account = self._authenticate(request, body)
        if isinstance(account, Problem):
            problem: Problem | None = account
            order = send_request(form, None)
        else:
            order = send_request(form, account)
            problem = check_form(form, order, account)
        outcome = self._exchange.send(
            self._protocol,
            "" if isinstance(account, Problem) else account.id,
            order,
            problem,
        )
        return await answer_to(
            outcome,
            self._exchange,
            # As created, not as it stands after a delay: the first status is always 290.
            accepted=lambda message: _json(_message_json(message, message.created_at)),
            refused=lambda problem: _refuse(problem, form),
        )

    async def get_status(self, request: Request) -> Response:
        account = self._authenticate(request, await request.body())
        if isinstance(account, Problem):
            return _refuse(account)
        now = datetime.now(UTC)
        reference_id = request.path_params["reference_id"]
        message = self._exchange.carrier.message_with(reference_id)
        if message is None or message.account_id != account.id or message.is_inbound:
            return _refuse(Problem(10017))
        if now - message.created_at > _ASKED_FOR:
            return _refuse(Problem(10036))
        return _json({**_message_json(message, now), **_part_json(message, reference_id)})

    def _authenticate(self, request: Request, body: bytes) -> Account | Problem:
        now = datetime.now(UTC)
        account = authenticate(request, body, self._find_account, self._nonces, now)
        if isinstance(account, Problem):
            return account
        trouble = self._exchange.carrier.trouble(account)
        return account if trouble is None else Problem(REFUSALS.by_reason[trouble])

    def _find_account(self, customer_id: str) -> Account | None:
        account = self._exchange.carrier.accounts.get(customer_id)
        return account if account and account.protocol == self._protocol.name else None


def _message_json(message: Message, now: datetime) -> dict[str, Any]:
    word = message.status(now)
    instants = {"queued": message.created_at, "sent": message.sent_at or message.created_at}
    return {
        "reference_id": message.id,
        "external_id": message.reference or None,
        "status": status_json(word, message.error_code, instants.get(word, message.final_at)),
    }


def _part_json(message: Message, reference_id: str) -> dict[str, Any]:
    if not message.parts:
        return {}
    number = message.parts.index(reference_id) + 1
    info = {"message_part_sequence_number": number, **parts_json(message)}
    return {"reference_id": reference_id, "additional_info": info}


def _refuse(problem: Problem, form: Mapping[str, str] | None = None) -> Response:
    external_id = (form or {}).get("external_id")
    content = refusal_json(problem, external_id, datetime.now(UTC))
    return _json(content, http_status(problem))


def _json(content: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(content), status, media_type="application/json")
