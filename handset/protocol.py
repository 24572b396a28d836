"""Which HTTP requests does the simulated Twilio understand? `/2010-04-01/…`, in its form and JSON.

Plain routes, not FastAPI's: creating must be lean, and Twilio's errors are not FastAPI's.
"""

import asyncio
import base64
import binascii
import json
import secrets
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request, Response
from starlette.routing import Route

from handset.behaviour import Fault
from handset.carrier import Account, Message, Number
from handset.connection import CutConnection
from handset.exchange import Accepted, CutOff, Exchange, Refused
from handset.problems import Problem
from handset.resources import (
    API,
    PageRequest,
    account_json,
    list_json,
    message_json,
    number_json,
)
from handset.sending import SendRequest, is_callable_url, is_phone_number

_Handler = Callable[[Request], Awaitable[Response]]


def routes(exchange: Exchange) -> list[Route]:
    """Return the routes of Twilio's protocol over `exchange`."""
    return _Protocol(exchange).routes()


class _Protocol:
    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def routes(self) -> list[Route]:
        account = API + "/Accounts/{account}"
        return [
            Route(account + "/Messages.json", self.create_message, methods=["POST"]),
            Route(account + "/Messages.json", self.list_messages, methods=["GET"]),
            Route(account + "/Messages/{sid}.json", self.get_message, methods=["GET"]),
            Route(account + "/Messages/{sid}.json", self.change_message, methods=["POST"]),
            Route(account + "/Messages/{sid}.json", self.delete_message, methods=["DELETE"]),
            Route(account + "/IncomingPhoneNumbers.json", self.list_numbers, methods=["GET"]),
            Route(account + "/IncomingPhoneNumbers.json", self.create_number, methods=["POST"]),
            Route(account + "/IncomingPhoneNumbers/{sid}.json", self.get_number, methods=["GET"]),
            Route(
                account + "/IncomingPhoneNumbers/{sid}.json", self.change_number, methods=["POST"]
            ),
            Route(account + ".json", self.get_account, methods=["GET"]),
            Route(API + "/{rest:path}", _no_resource),
        ]

    async def create_message(self, request: Request) -> Response:
        account = self._authenticate(request)
        order = SendRequest.parse(await _form(request))
        answer = self._exchange.send(
            request.path_params["account"],
            order,
            account if isinstance(account, Problem) else None,
        )
        match answer:
            case Refused(problem):
                return _refuse(problem)
            case CutOff():
                return CutConnection()
            case Accepted(message, fault, before_answer, delay_seconds):
                await asyncio.gather(*map(self._exchange.webhooks.finished, before_answer))
                if delay_seconds:
                    await asyncio.sleep(delay_seconds)
                if fault is Fault.LOSE_ANSWER:
                    return CutConnection()
                if fault is Fault.ERROR_AFTER:
                    return _refuse(Problem(20500))
                # As created, not as it stands after a delay: the first status is always "queued".
                return _json(message_json(message, message.created_at), 201)

    async def list_messages(self, request: Request) -> Response:
        account = self._authenticate(request)
        if isinstance(account, Problem):
            return _refuse(account)
        now = datetime.now(UTC)
        query = _query(request)
        try:
            wanted = PageRequest.parse(query)
            found = self._find_messages(account, query, now)
        except ValueError as error:
            return _refuse(Problem(20001, str(error)))
        return _json(
            list_json(
                found,
                lambda message: message_json(message, now),
                key="messages",
                path=request.url.path,
                query=query,
                wanted=wanted,
            )
        )

    async def get_message(self, request: Request) -> Response:
        message = self._message(request)
        if isinstance(message, Problem):
            return _refuse(message)
        return _json(message_json(message, datetime.now(UTC)))

    async def change_message(self, request: Request) -> Response:
        message = self._message(request)
        if isinstance(message, Problem):
            return _refuse(message)
        now = datetime.now(UTC)
        match dict(await _form(request)):
            case {"Status": "canceled"} as form if "Body" not in form:
                # Only scheduled messages can be canceled, and the handset schedules none.
                return _refuse(Problem(30409))
            case {"Body": ""} as form if "Status" not in form:
                if message.status(now) == "queued":
                    return _refuse(Problem(20009))
                self._exchange.record("redact", account_sid=message.account_sid, sid=message.sid)
                return _json(message_json(message, now))
            case _:
                return _refuse(Problem(30400))

    async def delete_message(self, request: Request) -> Response:
        message = self._message(request)
        if isinstance(message, Problem):
            return _refuse(message)
        if message.status(datetime.now(UTC)) == "queued":
            return _refuse(Problem(20009))
        self._exchange.record("delete", account_sid=message.account_sid, sid=message.sid)
        return Response(status_code=204)

    async def list_numbers(self, request: Request) -> Response:
        account = self._authenticate(request)
        if isinstance(account, Problem):
            return _refuse(account)
        query = _query(request)
        part = query.get("PhoneNumber", "").replace("*", "")
        name = query.get("FriendlyName")
        found = (
            number
            for number in account.numbers.values()
            if part in number.phone_number and name in (None, number.friendly_name)
        )
        try:
            wanted = PageRequest.parse(query)
        except ValueError as error:
            return _refuse(Problem(20001, str(error)))
        return _json(
            list_json(
                found,
                number_json,
                key="incoming_phone_numbers",
                path=request.url.path,
                query=query,
                wanted=wanted,
            )
        )

    async def create_number(self, request: Request) -> Response:
        account = self._authenticate(request)
        if isinstance(account, Problem):
            return _refuse(account)
        form = dict(await _form(request))
        phone_number = form.get("PhoneNumber", "")
        if not is_phone_number(phone_number):
            return _refuse(Problem(21421, phone_number))
        if phone_number in self._exchange.carrier.numbers:
            return _refuse(Problem(21422, phone_number))
        number = new_number(account.sid, phone_number)
        return self._save_number(number, form, 201)

    async def get_number(self, request: Request) -> Response:
        number = self._number(request)
        return _refuse(number) if isinstance(number, Problem) else _json(number_json(number))

    async def change_number(self, request: Request) -> Response:
        number = self._number(request)
        if isinstance(number, Problem):
            return _refuse(number)
        return self._save_number(number, dict(await _form(request)), 200)

    async def get_account(self, request: Request) -> Response:
        account = self._authenticate(request)
        return _refuse(account) if isinstance(account, Problem) else _json(account_json(account))

    def _save_number(self, number: Number, form: dict[str, str], status: int) -> Response:
        sms_url = form.get("SmsUrl", number.sms_url)
        sms_method = form.get("SmsMethod", number.sms_method).upper()
        if (sms_url and not is_callable_url(sms_url)) or sms_method not in ("GET", "POST"):
            return _refuse(Problem(20001, "SmsUrl or SmsMethod"))
        save_number(
            self._exchange,
            number,
            sms_url=sms_url,
            sms_method=sms_method,
            friendly_name=form.get("FriendlyName", number.friendly_name)[:64],
        )
        return _json(number_json(self._exchange.carrier.numbers[number.phone_number]), status)

    def _authenticate(self, request: Request) -> Account | Problem:
        """Return the account whose sid and token the request carries, and whose path it is."""
        try:
            scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
            sid, _, token = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return Problem(20003)
        account = self._exchange.carrier.accounts.get(sid)
        if (
            scheme.lower() != "basic"
            or account is None
            or sid != request.path_params["account"]
            or not secrets.compare_digest(token.encode(), account.auth_token.encode())
        ):
            return Problem(20003)
        return account if account.status == "active" else Problem(20005)

    def _message(self, request: Request) -> Message | Problem:
        account = self._authenticate(request)
        if isinstance(account, Problem):
            return account
        message = self._exchange.carrier.messages.get(request.path_params["sid"])
        if message is None or message.account_sid != account.sid:
            return Problem(20404, request.url.path)
        return message

    def _number(self, request: Request) -> Number | Problem:
        account = self._authenticate(request)
        if isinstance(account, Problem):
            return account
        sid = request.path_params["sid"]
        found = (number for number in account.numbers.values() if number.sid == sid)
        return next(found, None) or Problem(20404, request.url.path)

    def _find_messages(
        self, account: Account, query: dict[str, str], now: datetime
    ) -> Iterator[Message]:
        """Yield what the filters leave, newest first. Raises ValueError for a date that is none."""
        recipient, sender = query.get("To"), query.get("From")
        # Both ends of the day or second a date names, so that every comparison is inclusive.
        # DateSent alone means the day, also when the client sends an instant.
        on = _instants(query["DateSent"][:10]) if "DateSent" in query else None
        until = _instants(query["DateSent<"])[1] if "DateSent<" in query else None
        since = _instants(query["DateSent>"])[0] if "DateSent>" in query else None
        has_dates = on is not None or until is not None or since is not None

        def fits(message: Message) -> bool:
            if message.listed_at > now:
                return False
            if recipient not in (None, message.recipient) or sender not in (None, message.sender):
                return False
            if not has_dates:
                return True
            sent_at = message.sent_at
            return (
                sent_at is not None
                and sent_at <= now
                and (on is None or on[0] <= sent_at <= on[1])
                and (until is None or sent_at <= until)
                and (since is None or sent_at >= since)
            )

        candidates = self._exchange.carrier.messages_of(account.sid, recipient or sender)
        return filter(fits, candidates)


def new_number(account_sid: str, phone_number: str) -> Number:
    """Return a number as it is when bought: able to text and to speak, its texts going nowhere."""
    now = datetime.now(UTC)
    return Number(
        sid="PN" + secrets.token_hex(16),
        account_sid=account_sid,
        phone_number=phone_number,
        friendly_name=phone_number,
        sms_url="",
        sms_method="POST",
        capabilities={"voice": True, "sms": True, "mms": True, "fax": False},
        created_at=now,
        updated_at=now,
    )


def save_number(exchange: Exchange, number: Number, **changes: Any) -> None:
    """Record `number` with `changes`."""
    facts = {
        name: getattr(number, name)
        for name in (
            "sid", "account_sid", "phone_number", "friendly_name",
            "sms_url", "sms_method", "capabilities",
        )
    }  # fmt: skip
    exchange.record("number", **(facts | changes))


async def _no_resource(request: Request) -> Response:
    return _refuse(Problem(20404, request.url.path))


async def _form(request: Request) -> list[tuple[str, str]]:
    body = await request.body()
    return parse_qsl(body.decode(errors="replace"), keep_blank_values=True)


def _query(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.url.query, keep_blank_values=True))


def _instants(text: str) -> tuple[datetime, datetime]:
    """Return the first and last instant of the UTC day, or the second, that `text` names."""
    if len(text) == len("2026-11-23"):
        day = date.fromisoformat(text)
        return (
            datetime(day.year, day.month, day.day, tzinfo=UTC),
            datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, tzinfo=UTC),
        )
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return instant.replace(microsecond=0), instant.replace(microsecond=999_999)


def _refuse(problem: Problem) -> Response:
    return _json(problem.body(), problem.status)


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, media_type="application/json")
