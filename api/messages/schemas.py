"""Why something happened, as it is shown."""

from typing import Any
from uuid import UUID

from pydantic import ConfigDict

from api.schemas import Instant, Shown
from domain.messages import Verdict
from domain.why import Reason, ReasonKind


class ClockOut(Shown):
    """What a clock of the customer showed."""

    model_config = ConfigDict(title="Clock")

    zone: str
    clock: str


class ReasonOut(Shown):
    """One thing that was decided or happened, with what it rested on."""

    model_config = ConfigDict(title="TextReason")

    at: Instant
    kind: ReasonKind
    sentence: str
    rule: str | None
    verdict: Verdict | None
    step_id: str | None
    version: int | None
    """Of the sequence."""
    actor: str | None
    until: Instant | None
    clocks: list[ClockOut]
    facts: dict[str, Any]

    @classmethod
    def of(cls, reason: Reason) -> "ReasonOut":
        return cls(
            at=reason.at,
            kind=reason.kind,
            sentence=reason.sentence,
            rule=reason.rule,
            verdict=reason.verdict,
            step_id=reason.step_id,
            version=reason.version,
            actor=reason.actor,
            until=reason.until,
            clocks=[ClockOut(zone=zone, clock=clock) for zone, clock in reason.clocks],
            facts=dict(reason.facts),
        )


class Why(Shown):
    """What happened, the oldest first: the last one is the answer as of then."""

    message_id: UUID | None
    items: list[ReasonOut]
