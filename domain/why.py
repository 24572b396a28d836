"""Why did a text go, wait, or not go: by which rule, whose word, which clock?

Everything was written down when it happened; here it is only put in order and into sentences.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from domain.enrollments import TimelineKind
from domain.messages import HoldKind, Verdict, known_end


class ReasonKind(StrEnum):
    DECISION = "decision"
    """Whether the text may leave was decided."""
    STEP = "step"
    """The sequence did something about the step."""
    PERSON = "person"
    """Somebody approved, skipped or wrote it."""
    MOVE = "move"
    """It was filed with another record."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a text, as db/messages/decisions.py kept it."""

    at: datetime
    verdict: Verdict
    rule: str
    why: str
    until: datetime | None = None
    actor: str | None = None
    """Who decided, where it was a person."""
    version: int | None = None
    """Of the sequence."""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of an enrollment's timeline; `step_id` is None if it concerns the whole enrollment."""

    at: datetime
    kind: TimelineKind
    step_id: str | None
    detail: str | None = None
    until: datetime | None = None
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """What a person said about the text: "wrote", "approved", "skipped"…"""

    at: datetime
    said: str
    actor: str
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """That the text was filed with another record; `from_name` is None out of the inbox."""

    at: datetime
    actor: str
    from_name: str | None
    to_name: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of the answer. `clocks` is what the customer's clocks showed, by zone."""

    at: datetime
    kind: ReasonKind
    sentence: str
    rule: str | None = None
    verdict: Verdict | None = None
    step_id: str | None = None
    version: int | None = None
    actor: str | None = None
    until: datetime | None = None
    clocks: tuple[tuple[str, str], ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def explain(
    happened: Sequence[Decision | Event | Word | Move], at: datetime | None = None
) -> list[Reason]:
    """Return why, in the order in which it happened; with `at` (aware) only what was known at that instant.

    So the last reason is the answer as of then.
    """
    known = [each for each in happened if at is None or each.at <= at]
    return [_reason(each) for each in sorted(known, key=lambda each: each.at)]


def clocks(at: datetime, zones: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return what the clocks of `zones` show at the instant `at`: ("America/New_York", "08:59 Mon")."""
    return tuple((zone, f"{at.astimezone(ZoneInfo(zone)):%H:%M %a}") for zone in zones)


def _reason(happened: Decision | Event | Word | Move) -> Reason:
    match happened:
        case Decision():
            return Reason(
                at=happened.at,
                kind=ReasonKind.DECISION,
                sentence=happened.why,
                rule=happened.rule,
                verdict=happened.verdict,
                step_id=happened.facts.get("step_id"),
                version=happened.version,
                actor=happened.actor,
                until=_promised(happened),
                clocks=clocks(happened.at, happened.facts.get("zones", ())),
                facts=happened.facts,
            )
        case Event():
            return Reason(
                at=happened.at,
                kind=ReasonKind.STEP,
                sentence=_sentence(happened),
                rule=happened.kind.value,
                step_id=happened.step_id,
                actor=happened.actor,
                until=happened.until,
            )
        case Word():
            said = f"{happened.actor} {happened.said} it."
            return Reason(
                at=happened.at,
                kind=ReasonKind.PERSON,
                sentence=f"{said} {happened.detail}" if happened.detail else said,
                actor=happened.actor,
            )
        case Move():
            came = happened.from_name or "the inbox"
            moved = f"{happened.actor} moved it from {came} to {happened.to_name}."
            return Reason(
                at=happened.at,
                kind=ReasonKind.MOVE,
                sentence=f"{moved} {happened.reason}" if happened.reason else moved,
                actor=happened.actor,
            )
        case _:
            assert_never(happened)


def _promised(decision: Decision) -> datetime | None:
    """Return until when the text waits, as a hold's rule is what it waits for; None if nobody knew."""
    is_hold = decision.verdict is Verdict.HOLD
    return known_end(HoldKind(decision.rule), decision.until) if is_hold else None


def _sentence(event: Event) -> str:
    said = _SAID[event.kind]
    who = f" by {event.actor}" if event.actor else ""
    return f"{said}{who}: {event.detail}" if event.detail else f"{said}{who}."


_SAID: Mapping[TimelineKind, str] = {
    TimelineKind.ENROLLED: "The record was enrolled",
    TimelineKind.TEXT_HELD: "The text was held",
    TimelineKind.TEXT_SUBMITTED: "The text was handed to the provider",
    TimelineKind.TEXT_REFUSED: "The text was refused",
    TimelineKind.TEXT_FAILED: "The text failed",
    TimelineKind.TEXT_UNCERTAIN: "Nobody can say whether the text went",
    TimelineKind.TEXT_RETRIED: "The text was tried again",
    TimelineKind.WAITED: "The sequence waited",
    TimelineKind.BRANCHED: "The sequence chose a branch",
    TimelineKind.WORK_ITEM_OPENED: "A work item was opened",
    TimelineKind.WORK_ITEM_DECIDED: "A work item was decided",
    TimelineKind.REPLY_RECEIVED: "The customer replied",
    TimelineKind.CONSENT_ASKED: "Somebody was asked whether the customer withdrew consent",
    TimelineKind.PAUSED: "The enrollment was paused",
    TimelineKind.RESUMED: "The enrollment was resumed",
    TimelineKind.ENDED: "The enrollment ended",
}
