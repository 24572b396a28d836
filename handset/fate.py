"""What becomes of a text the carrier took: when is it sent, where does it end, and why?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handset.behaviour import Outcome, Rules, Station
from handset.reasons import Code, Codes, Reason


@dataclass(frozen=True, slots=True)
class Fate:
    """A text's future, complete at its acceptance: the statuses after the first, and their instants.

    `code` is the provider's own, of a text that does not arrive.
    """

    outcome: str
    code: Code | None
    stations: Sequence[Station]

    @property
    def queued_at(self) -> datetime | None:
        """When its sender is chosen; None if it was given, or never is."""
        return dict(self.stations).get("queued")

    @property
    def sent_at(self) -> datetime | None:
        """When it leaves the carrier; None if it never does."""
        return dict(self.stations).get("sent")

    @property
    def final_at(self) -> datetime:
        """When it is at its end."""
        return self.stations[-1][1]

    def chosen_at(self, at: datetime) -> "Fate":
        """Return the same future of a text whose sender is chosen only `at`."""
        return replace(self, stations=[("queued", at), *self.stations])

    def at_once(self, now: datetime) -> "Fate":
        """Return the same future, all of it at `now`."""
        return replace(self, stations=[(status, now) for status, _ in self.stations])


def fate_by(rules: Rules, failures: Codes, *, leaves_at: datetime) -> Fate:
    """Return the future that `rules` give a text whose turn is at `leaves_at`."""
    sent = ("sent", leaves_at + timedelta(seconds=rules.sent_after_seconds))
    final = (rules.outcome.value, leaves_at + timedelta(seconds=rules.final_after_seconds))
    match rules.outcome:
        case Outcome.SENT:
            return Fate(rules.outcome, None, [sent])
        case Outcome.DELIVERED:
            return Fate(rules.outcome, None, [sent, final])
        case Outcome.UNDELIVERED:
            code = failures.of(rules.error_code, Reason.UNREACHABLE)
            return Fate(rules.outcome, code, [sent, final])
        case Outcome.FAILED:
            code = failures.of(rules.error_code, Reason.FILTERED)
            return Fate(rules.outcome, code, [final])


def received(at: datetime) -> Fate:
    """Return the future of a customer's text."""
    return Fate("received", None, [("sent", at)])


def arrived(at: datetime) -> Fate:
    """Return the future of a text that is on the phone as soon as it is written."""
    return Fate(Outcome.DELIVERED, None, [("sent", at), (Outcome.DELIVERED.value, at)])


def failure(reason: Reason, failures: Codes, *, at: datetime) -> Fate:
    """Return the future of a text that the carrier itself gives up at `at`."""
    return Fate(Outcome.FAILED, failures.by_reason[reason], [(Outcome.FAILED.value, at)])
