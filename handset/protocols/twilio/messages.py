"""What can be asked of messages: to be sent, shown, listed, redacted, deleted?"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handset.answers import answer_to
from handset.entities import Account, Message
from handset.protocols.twilio.access import (
    NotGranted,
    Resource,
    answer,
    form_of,
    page_of,
    query_of,
    refuse,
    route,
)
from handset.protocols.twilio.form import check_form, check_sender, send_request
from handset.protocols.twilio.resources import API, list_json, message_json
from handset.reasons import Problem

_PATH = API + "/Accounts/{account}/Messages"


class Messages(Resource):
    """`/2010-04-01/Accounts/{AC}/Messages`."""

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            route(_PATH + ".json", self.create_message, "POST"),
            route(_PATH + ".json", self.list_messages),
            route(_PATH + "/{sid}.json", self.get_message),
            route(_PATH + "/{sid}.json", self.change_message, "POST"),
            route(_PATH + "/{sid}.json", self.delete_message, "DELETE"),
        ]

    async def create_message(self, request: Request) -> Response:
        """Send a text."""
        form = await form_of(request)
        value = dict(form)
        problem: Problem | None
        try:
            account = self.authenticate(request)
        except NotGranted as refusal:
            order, problem = send_request(form, None), refusal.problem
        else:
            order = send_request(form, account.pools.get(value.get("MessagingServiceSid", "")))
            problem = check_form(value, order) or check_sender(order, account)
        outcome = self.exchange.send(self.protocol, request.path_params["account"], order, problem)
        return await answer_to(
            outcome,
            self.exchange,
            # As created, not as it stands after a delay: the first status comes first.
            accepted=lambda message: answer(message_json(message, message.created_at), 201),
            refused=refuse,
        )

    async def list_messages(self, request: Request) -> Response:
        """List an account's texts, both ways."""
        account = self.authenticate(request)
        now = datetime.now(UTC)
        query = query_of(request)
        wanted = page_of(query)
        try:
            found = self._find(account, query, now)
        except ValueError as error:
            raise NotGranted(20001, str(error)) from error
        return answer(
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
        """Show a message as it stands."""
        return answer(message_json(self._message(request), datetime.now(UTC)))

    async def change_message(self, request: Request) -> Response:
        """Redact a message."""
        message = self._message(request)
        now = datetime.now(UTC)
        match dict(await form_of(request)):
            case {"Status": "canceled"} as form if "Body" not in form:
                # Only scheduled messages can be canceled, and the handset schedules none.
                raise NotGranted(30409)
            case {"Body": ""} as form if "Status" not in form:
                _refuse_unfinished(message, now)
                self.exchange.record("redact", account_sid=message.account_id, sid=message.id)
                return answer(message_json(message, now))
            case _:
                raise NotGranted(30400)

    async def delete_message(self, request: Request) -> Response:
        """Delete a message."""
        message = self._message(request)
        _refuse_unfinished(message, datetime.now(UTC))
        self.exchange.record("delete", account_sid=message.account_id, sid=message.id)
        return Response(status_code=204)

    def _message(self, request: Request) -> Message:
        account = self.authenticate(request)
        message = self.exchange.carrier.messages.get(request.path_params["sid"])
        if message is None or message.account_id != account.id:
            raise NotGranted(20404, request.url.path)
        return message

    def _find(self, account: Account, query: dict[str, str], now: datetime) -> Iterator[Message]:
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
            if recipient not in (None, message.recipient):
                return False
            if sender is not None and not (sender == message.sender and message.has_sender(now)):
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

        candidates = self.exchange.carrier.messages_of(account.id, recipient or sender)
        return filter(fits, candidates)


def _refuse_unfinished(message: Message, now: datetime) -> None:
    if message.status(now) in ("accepted", "queued"):
        raise NotGranted(20009)


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
