"""What does the carrier do with a request to send?

Every step is a log entry first; the state follows from it (`handset.carrier`).
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from handset.behaviour import (
    FAULTS_AFTER_CREATING,
    Behaviour,
    Fault,
    Rules,
    draw_callbacks,
    draw_fault,
)
from handset.carrier import Carrier
from handset.downloads import Downloads
from handset.entities import Account, Call
from handset.entries import call_facts, message_facts, request_facts
from handset.fate import Fate, failure, fate_by
from handset.files import Files
from handset.hub import Hub
from handset.log import Entry, Log
from handset.pace import Turn, per_second, turn
from handset.pools import choose_sender
from handset.protocols.interface import CarrierProtocol, Hook
from handset.reasons import DEFAULT_REFUSAL, Code, Codes, Problem, Reason
from handset.segments import count_segments
from handset.sending import Accepted, CutOff, Elsewhere, Outcome, Refused, SendRequest
from handset.webhooks import Webhooks


class Exchange:
    """The carrier at work over one folder: its log, and the files that go with texts."""

    def __init__(
        self,
        folder: Path,
        protocols: Mapping[str, CarrierProtocol],
        *,
        url: str,
        seed: int | None = None,
    ) -> None:
        """Open the log and replay it. `url` is where the carrier is reached.

        Raises LogInUse if another process has the log.
        """
        self.protocols = protocols
        self._log = Log(folder / "handset.log.jsonl")
        self._seed = seed
        self.dice = random.Random(seed)  # noqa: S311 - repeatable faults, no secrets
        self.hub = Hub()
        self.url = url
        self.files = Files(folder / "media")
        self.carrier = Carrier()
        for entry in self._log.replay():
            self.carrier.apply(entry)
        self.webhooks = Webhooks(protocols, lambda: self.carrier, self.record, url)
        self._downloads = Downloads(self.files, lambda: self.carrier, self.record)

    @property
    def log(self) -> Log:
        """What happened so far."""
        return self._log

    async def start(self) -> None:
        """Take up what an earlier process left open."""
        self.webhooks.start()
        self._downloads.start()

    async def stop(self) -> None:
        """Stop working and close the log."""
        await self.webhooks.stop()
        await self._downloads.stop()
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
        self.files.clear()
        self.webhooks.forget()
        self.dice = random.Random(self._seed)  # noqa: S311 - repeatable faults, no secrets
        self.carrier = Carrier()
        self.hub.announce()

    def set_behaviour(self, behaviour: Behaviour) -> None:
        """Behave so from now on; texts already accepted keep their fate.

        Raises ValueError for a code that is neither a reason nor any provider's own.
        """
        protocols = self.protocols.values()
        for rules in (behaviour, *behaviour.numbers.values()):
            _check_code(rules.reject_code, [protocol.refusals for protocol in protocols])
            _check_code(rules.error_code, [protocol.failures for protocol in protocols])
        self.record("behaviour", behaviour=behaviour.settings())

    def put_account(self, account_id: str, **facts: Any) -> None:
        """Record an account or its change. Of one that may not send any more, waiting texts fail."""
        now = datetime.now(UTC)
        self.record("account", at=now, account_sid=account_id, **facts)
        account = self.carrier.accounts[account_id]
        if account.status in ("active", "unauthorised"):
            return
        code = self.protocols[account.protocol].failures.by_reason[Reason.SUSPENDED]
        for message in [m for m in self.carrier.messages_of(account_id) if m.is_waiting(now)]:
            url = next((call.url for call in self.carrier.calls_of(message)), "")
            rules = self.carrier.behaviour.rules_for(message.recipient)
            due = [("failed", now)] if url else []
            entry = self.record(
                "suspend",
                at=now,
                account_sid=account_id,
                sid=message.id,
                error_code=code,
                calls=call_facts(message.id, rules, self.dice, Hook(url), due, message.parts),
            )
            self.schedule_calls(entry)

    def send(
        self,
        protocol: CarrierProtocol,
        account_id: str,
        request: SendRequest,
        problem: Problem | None,
    ) -> Outcome:
        """Decide one request to send and record it. `problem` is why its protocol refuses it.

        What is refused is recorded too, even for an account nobody knows.
        """
        now = datetime.now(UTC)
        rules = self.carrier.behaviour.rules_for(request.recipient)
        plan = _Plan(request, Turn(now, None), None)
        if problem is None:
            plan = self._plan(self.carrier.accounts[account_id], request, rules, now)
            problem = _refusal(plan, protocol)
        fault = None if problem else draw_fault(rules, self.dice)
        problem = problem or _fault_problem(fault, rules, protocol)
        facts = request_facts(protocol, account_id, plan.request, fault)
        if fault in FAULTS_AFTER_CREATING or not (problem or fault):
            return self._accept(protocol, plan, rules, now, facts, fault, problem)
        code = problem.code if problem else None
        self.record("request", at=now, **facts, accepted=False, code=code, message=None, calls=[])
        if problem:
            return Refused(problem)
        return CutOff() if fault is Fault.CUT_BEFORE else Elsewhere()

    def schedule_calls(self, entry: Entry) -> list[Call]:
        """Have the webhooks made that `entry` plans; return them."""
        keys = [call["key"] for call in entry["calls"] if not call["lost"]]
        calls = [self.carrier.open_calls[key] for key in keys]
        for call in calls:
            self.webhooks.schedule(call)
        return calls

    def _plan(self, account: Account, request: SendRequest, rules: Rules, now: datetime) -> "_Plan":
        carrier = self.carrier
        if request.pool and not request.sender:
            sender = choose_sender(carrier, account, account.pools[request.pool], request.recipient)
            request = replace(request, sender=sender)
        place = turn(
            now,
            count_segments(request.body),
            per_second(account.numbers.get(request.sender), carrier.behaviour),
            carrier.free_at.get(request.sender),
        )
        wait = place.leaves_at - now
        is_sent_after = wait + timedelta(seconds=rules.sent_after_seconds)
        validity = request.validity_seconds
        obstacle: Reason | None = None
        if carrier.is_opted_out(account, request.sender, request.recipient):
            obstacle = Reason.OPTED_OUT
        elif wait.total_seconds() > carrier.behaviour.queue_seconds:
            obstacle = Reason.QUEUE_FULL
        elif validity is not None and is_sent_after.total_seconds() > validity:
            obstacle = Reason.EXPIRED
        return _Plan(request, place, obstacle)

    def _accept(
        self,
        protocol: CarrierProtocol,
        plan: "_Plan",
        rules: Rules,
        now: datetime,
        facts: dict[str, Any],
        fault: Fault | None,
        problem: Problem | None,
    ) -> Accepted:
        request = plan.request
        fate = _fate(plan, rules, protocol.failures, now)
        due, before_answer = draw_callbacks(
            rules, self.dice, accepted_at=now, stations=fate.stations
        )
        is_reported = bool(request.status_callback) and self.carrier.behaviour.callbacks
        message_id = (
            request.message_id
            or next(iter(request.parts), "")
            or protocol.new_message_id(has_media=bool(request.media_urls))
        )
        entry = self.record(
            "request",
            at=now,
            **facts,
            accepted=True,
            code=None,
            message=message_facts(
                message_id,
                "outbound-api",
                facts["segments"],
                fate.at_once(now) if before_answer else fate,
                listed_at=now + timedelta(seconds=rules.listing_delay_seconds),
                media_count=len(request.media_urls),
                free_at=None if plan.obstacle else plan.turn.free_at,
                pool=request.pool,
                extra=request.extra,
                parts=request.parts,
            ),
            calls=call_facts(
                message_id,
                rules,
                self.dice,
                Hook(request.status_callback),
                [each for each in due if is_reported and each[0] in request.reports],
                request.parts,
            ),
        )
        message = self.carrier.messages[message_id]
        for download in self.carrier.downloads_of(message):
            self._downloads.schedule(download)
        calls = self.schedule_calls(entry)
        return Accepted(
            message, fault, problem, calls if before_answer else (), rules.delay_seconds
        )


@dataclass(frozen=True, slots=True)
class _Plan:
    """One request with its sender, its turn there, and what keeps it from being sent then."""

    request: SendRequest
    turn: Turn
    obstacle: Reason | None


def _refusal(plan: _Plan, protocol: CarrierProtocol) -> Problem | None:
    """Return what the carrier refuses the request with, None if it takes it.

    Through a pool it takes everything, and says by callback what cannot be sent.
    """
    if plan.obstacle is None or plan.obstacle is Reason.EXPIRED or plan.request.pool:
        return None
    code = protocol.refusals.by_reason.get(plan.obstacle)
    return None if code is None else Problem(code)


def _fate(plan: _Plan, rules: Rules, failures: Codes, now: datetime) -> Fate:
    if plan.obstacle is not None:
        waits = plan.request.validity_seconds if plan.obstacle is Reason.EXPIRED else None
        return failure(plan.obstacle, failures, at=now + timedelta(seconds=waits or 0))
    fate = fate_by(rules, failures, leaves_at=plan.turn.leaves_at)
    if not plan.request.pool:
        return fate
    return fate.chosen_at(now + timedelta(seconds=rules.sent_after_seconds / 2))


def _check_code(code: Code | None, codes: Iterable[Codes]) -> None:
    if code is not None and not any(code in each.known or code in each.by_reason for each in codes):
        raise ValueError(f"{code} is neither a reason nor the code of a provider here")


def _fault_problem(fault: Fault | None, rules: Rules, protocol: CarrierProtocol) -> Problem | None:
    """Return what `fault` is answered with, None if it is nothing or no answer of the protocol."""
    codes = protocol.refusals
    match fault:
        case Fault.THROTTLE:
            after = rules.throttle_retry_after_seconds
            return Problem(codes.by_reason[Reason.THROTTLED], retry_after_seconds=after)
        case Fault.SERVER_ERROR:
            return Problem(codes.by_reason[Reason.UNAVAILABLE])
        case Fault.ERROR_AFTER:
            return Problem(codes.by_reason[Reason.INTERNAL])
        case Fault.REJECT:
            return Problem(codes.of(rules.reject_code, DEFAULT_REFUSAL))
        case _:
            return None
