"""What does the carrier do with a request to send, and with a customer's text?

Every step is a log entry first; the state follows from it (`handset.carrier`).
"""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from handset.behaviour import (
    FAULTS_AFTER_CREATING,
    Behaviour,
    Fault,
    Outcome,
    draw_callbacks,
    draw_fault,
    stations,
)
from handset.carrier import Call, Carrier, Message, Number
from handset.hub import Hub
from handset.keywords import REPLIES, Keyword, keyword
from handset.log import Entry, Log
from handset.problems import Problem
from handset.segments import count_segments
from handset.sending import SendRequest, check_send
from handset.webhooks import Webhooks


@dataclass(frozen=True, slots=True)
class Accepted:
    """The message exists. `fault` says how its answer gets lost, None that it does not."""

    message: Message
    fault: Fault | None
    before_answer: Sequence[Call]
    delay_seconds: float


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was created, and the answer says why."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class CutOff:
    """Nothing was created, and there is no answer."""


class Exchange:
    """The carrier at work over one log."""

    def __init__(self, log_path: Path, *, seed: int | None = None) -> None:
        """Open the log and replay it. Raises LogInUse if another process has it."""
        self._log = Log(log_path)
        self._seed = seed
        self._dice = random.Random(seed)  # noqa: S311 - repeatable faults, no secrets
        self.hub = Hub()
        self.carrier = Carrier()
        for entry in self._log.replay():
            self.carrier.apply(entry)
        self.webhooks = Webhooks(lambda: self.carrier, self.record)

    @property
    def log(self) -> Log:
        """What happened so far."""
        return self._log

    async def start(self) -> None:
        """Take up what an earlier process left open."""
        self.webhooks.start()

    async def stop(self) -> None:
        """Stop working and close the log."""
        await self.webhooks.stop()
        self._log.close()

    def record(self, kind: str, *, at: datetime | None = None, **facts: Any) -> Entry:
        """Write one entry, dated now unless told, take it into the state and tell who watches."""
        entry = self._log.append(kind, at or datetime.now(UTC), **facts)
        self.carrier.apply(entry)
        self.hub.announce()
        return entry

    def reset(self) -> None:
        """Forget everything: log, accounts, messages, behaviour; the dice start anew."""
        self._log.clear()
        self.webhooks.forget()
        self._dice = random.Random(self._seed)  # noqa: S311 - repeatable faults, no secrets
        self.carrier = Carrier()
        self.hub.announce()

    def send(
        self, account_sid: str, request: SendRequest, problem: Problem | None
    ) -> Accepted | Refused | CutOff:
        """Decide one request to send and record it. `problem` refuses it before it is looked at."""
        now = datetime.now(UTC)
        carrier = self.carrier
        rules = carrier.behaviour.rules_for(request.recipient)
        problem = problem or check_send(request, account_sid, carrier)
        fault = None if problem else draw_fault(rules, self._dice)
        match fault:
            case Fault.THROTTLE:
                problem = Problem(20429)
            case Fault.SERVER_ERROR:
                problem = Problem(20503)
            case Fault.REJECT:
                problem = Problem(rules.reject_code)
        if problem or fault is Fault.CUT_BEFORE:
            self._record_request(now, account_sid, request, fault=fault, problem=problem)
            return Refused(problem) if problem else CutOff()

        due, before_answer = draw_callbacks(rules, self._dice, accepted_at=now)
        reached = {
            status: now if before_answer else now + after for status, after in stations(rules)
        }
        has_callbacks = bool(request.status_callback) and carrier.behaviour.callbacks
        tokens = {status: str(uuid4()) for status, _ in due} if has_callbacks else {}
        sent_at = reached.get("sent")
        entry = self._record_request(
            now,
            account_sid,
            request,
            fault=fault,
            message={
                "sid": ("MM" if request.media else "SM") + secrets.token_hex(16),
                "direction": "outbound-api",
                "segments": count_segments(request.body),
                "media": request.media,
                "listed_at": (now + timedelta(seconds=rules.listing_delay_seconds)).isoformat(),
                "sent_at": sent_at.isoformat() if sent_at else None,
                "final_at": max(reached.values()).isoformat(),
                "outcome": rules.outcome.value,
                "error_code": rules.delivery_error_code,
            },
            calls=[
                {
                    "status": status,
                    "url": request.status_callback,
                    "method": "POST",
                    "token": tokens[status],
                    "due_at": due_at.isoformat(),
                }
                for status, due_at in due
                if has_callbacks
            ],
        )
        message = self.carrier.messages[entry["message"]["sid"]]
        calls = self._schedule_calls(entry)
        return Accepted(
            message,
            fault if fault in FAULTS_AFTER_CREATING else None,
            calls if before_answer else (),
            rules.delay_seconds,
        )

    def take_text(self, customer: str, number: Number, body: str) -> tuple[Message, Call | None]:
        """Take a customer's text to one of our numbers; return it and the webhook that tells of it.

        There is no webhook while the number has no SmsUrl. Opt-out keywords act as at Twilio: the
        block changes, the customer gets the carrier's answer, and the text is told of all the same.
        """
        now = datetime.now(UTC)
        calls = [
            {
                "status": "received",
                "url": number.sms_url,
                "method": number.sms_method,
                "token": str(uuid4()),
                "due_at": now.isoformat(),
            }
        ]
        entry = self._record_text(
            "text", number.account_sid, customer, number.phone_number, body, "inbound",
            outcome="received", calls=calls if number.sms_url else [],
        )  # fmt: skip
        self._act_on_keyword(customer, number, body)
        message = self.carrier.messages[entry["message"]["sid"]]
        if scheduled := self._schedule_calls(entry):
            return message, scheduled[0]
        self.record(
            "webhook", key=f"{message.sid}/0", account_sid=number.account_sid, sid=message.sid,
            customer=customer, status="received", url="", attempt=0, http_status=None,
            error="the number has no SmsUrl", answered=False, done=True,
        )  # fmt: skip
        return message, None

    def set_behaviour(self, behaviour: Behaviour) -> None:
        """Behave so from now on; texts already accepted keep their fate."""
        self.record("behaviour", behaviour=behaviour.settings())

    def _act_on_keyword(self, customer: str, number: Number, body: str) -> None:
        pair = (number.phone_number, customer)
        is_out = pair in self.carrier.opted_out
        word = keyword(body)
        match word:
            case Keyword.STOP | Keyword.START:
                if is_out == (word is Keyword.STOP):
                    return
                self.record(
                    "opt_out",
                    number=number.phone_number,
                    customer=customer,
                    opted_out=word is Keyword.STOP,
                )
            case Keyword.HELP:
                if is_out:
                    return
            case None:
                return
        self._record_text(
            "reply", number.account_sid, number.phone_number, customer, REPLIES[word],
            "outbound-reply", outcome=Outcome.DELIVERED.value, calls=[],
        )  # fmt: skip

    def _record_text(
        self,
        kind: str,
        account_sid: str,
        sender: str,
        recipient: str,
        body: str,
        direction: str,
        *,
        outcome: str,
        calls: list[dict[str, Any]],
    ) -> Entry:
        """Record a text that is at its end at once."""
        at = datetime.now(UTC)
        now = at.isoformat()
        return self.record(
            kind,
            at=at,
            **{"account_sid": account_sid, "from": sender, "to": recipient, "body": body},
            message={
                "sid": "SM" + secrets.token_hex(16),
                "direction": direction,
                "segments": count_segments(body),
                "media": 0,
                "listed_at": now,
                "sent_at": now,
                "final_at": now,
                "outcome": outcome,
                "error_code": None,
            },
            calls=calls,
        )

    def _record_request(
        self,
        at: datetime,
        account_sid: str,
        request: SendRequest,
        *,
        fault: Fault | None,
        problem: Problem | None = None,
        message: dict[str, Any] | None = None,
        calls: Sequence[dict[str, Any]] = (),
    ) -> Entry:
        return self.record(
            "request",
            at=at,
            **{"account_sid": account_sid, "from": request.sender, "to": request.recipient},
            body=request.body,
            status_callback=request.status_callback,
            accepted=message is not None,
            fault=fault,
            code=problem.code if problem else None,
            message=message,
            calls=calls,
        )

    def _schedule_calls(self, entry: Entry) -> list[Call]:
        sid = entry["message"]["sid"]
        calls = [self.carrier.open_calls[f"{sid}/{index}"] for index in range(len(entry["calls"]))]
        for call in calls:
            self.webhooks.schedule(call)
        return calls
