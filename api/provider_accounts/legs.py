"""How far did a test text get, and what is to be done about the leg that failed?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from db.providers.tables import ProbeText
from domain.messages import FINAL, MessageStatus

LegName = Literal["credentials", "accepted", "sent", "report", "delivered"]
LegState = Literal["ok", "failed", "waiting"]

_PATIENCE: Final = timedelta(seconds=30)
"""How long after the provider's answer its first status callback may take; most take a second."""

_LEFT: Final = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.UNDELIVERED)


@dataclass(frozen=True, slots=True)
class Leg:
    """One part of a text's way; `text` says in plain words how it stands and, if it failed, what to do."""

    name: LegName
    state: LegState
    text: str


def legs_of(probe: ProbeText, *, status_url: str, now: datetime) -> list[Leg]:
    """Return the legs of a test text in their order, but for those after a failure that it cannot reach any more."""
    return list(_legs(probe, status_url, now))


def is_over(probe: ProbeText, *, now: datetime) -> bool:
    """Return whether nothing more is expected of a test text: neither a later state nor a callback."""
    if probe.status not in FINAL:
        return False
    return probe.provider_message_id is None or _report(probe, "", now).state != "waiting"


def _legs(probe: ProbeText, status_url: str, now: datetime) -> Iterator[Leg]:
    yield Leg("credentials", "ok", "The provider takes the credentials.")
    accepted = _accepted(probe)
    yield accepted
    if accepted.state != "ok":
        return
    sent = _sent(probe)
    yield sent
    yield _report(probe, status_url, now)
    if sent.state != "failed":
        yield _delivered(probe)


def _accepted(probe: ProbeText) -> Leg:
    if probe.provider_message_id is not None:
        return Leg("accepted", "ok", "The provider has taken the text.")
    match probe.status:
        case MessageStatus.SUBMITTING:
            return Leg("accepted", "waiting", "The provider has not answered yet.")
        case MessageStatus.UNCERTAIN:
            return Leg(
                "accepted",
                "failed",
                f"{_why(probe)} Perhaps it has the text: look at the phone before you try again.",
            )
        case _:
            return Leg("accepted", "failed", _why(probe))


def _sent(probe: ProbeText) -> Leg:
    if probe.status in _LEFT:
        return Leg("sent", "ok", "The text has left the provider for the carrier.")
    if probe.status is MessageStatus.FAILED:
        return Leg("sent", "failed", _why(probe))
    return Leg("sent", "waiting", "The text is in the provider's queue.")


def _report(probe: ProbeText, status_url: str, now: datetime) -> Leg:
    if probe.reported_at is not None:
        return Leg("report", "ok", "The provider's status callback has reached Touchline.")
    if probe.answered_at is None or now - probe.answered_at < _PATIENCE:
        return Leg("report", "waiting", "No status callback has come yet.")
    return Leg(
        "report",
        "failed",
        f"No status callback has come to {status_url}. The provider must be able to reach this address, letter by "
        "letter: set TOUCHLINE_PUBLIC_URL to where Touchline stands on the internet, or, behind a proxy, name it "
        "among the account's trusted proxies. Replies come the same way.",
    )


def _delivered(probe: ProbeText) -> Leg:
    match probe.status:
        case MessageStatus.DELIVERED:
            return Leg("delivered", "ok", "The text has arrived.")
        case MessageStatus.UNDELIVERED:
            return Leg("delivered", "failed", _why(probe))
        case _:
            return Leg(
                "delivered", "waiting", "No word of its delivery yet; some carriers never send one."
            )


def _why(probe: ProbeText) -> str:
    reason = probe.reason or "The provider gives no reason."
    reason = reason if reason.endswith((".", "!", "?")) else f"{reason}."
    return f"{reason} (Code {probe.code}.)" if probe.code else reason
