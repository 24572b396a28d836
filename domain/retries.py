"""What follows when a text that the provider had taken did not arrive: is it tried again, and when?

A retry is a new text: the one that failed stays failed, whatever is reported of it later (domain/messages.py).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from domain.failures import FailureKind
from domain.pacing import cap_ends

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)

_PAUSES: Final[Mapping[FailureKind, tuple[timedelta, ...]]] = MappingProxyType(
    {
        FailureKind.RETRY: (15 * _MINUTE, _HOUR, 4 * _HOUR),
        FailureKind.RETRY_ONCE: (_HOUR,),
        # held as long as its account is paused, however long that is
        FailureKind.ACCOUNT: (15 * _MINUTE, _HOUR, 4 * _HOUR),
    }
)
"""How long we wait before each next try; what is not here is not tried again, but for DAILY_CAP."""

_CAPPED_DAYS: Final = 3
"""How many days a text may be put off by a carrier's daily cap."""

_FOLLOWS: Final = {
    FailureKind.RETRY: "It is tried again by itself after 15 minutes, 1 hour and 4 hours.",
    FailureKind.RETRY_ONCE: "It is tried once more by itself, after an hour.",
    FailureKind.DAILY_CAP: (
        "It is tried again by itself when the carriers' next day begins: at midnight in Los Angeles."
    ),
    FailureKind.ACCOUNT: "It waits until the provider account works again, and is then tried again by itself.",
    FailureKind.NUMBER: "Nothing more is sent to this number.",
    FailureKind.OPT_OUT: "Nothing more is sent to this number until the customer opts in again.",
    FailureKind.CONTENT: "It is not sent again by itself.",
    FailureKind.SENDER: "It is not sent again by itself.",
    FailureKind.NEVER: "It is not sent again by itself.",
    FailureKind.UNKNOWN: "It may have arrived, and is not sent again by itself.",
}


def what_follows(kind: FailureKind) -> str:
    """Return what becomes of a text that failed so, in a sentence a seller understands."""
    return _FOLLOWS[kind]


def again_at(
    kind: FailureKind, attempt: int, *, submitted_at: datetime, now: datetime
) -> datetime | None:
    """Return when a text is tried again whose try number `attempt`, from 1, failed; None if it is not.

    `submitted_at` is when that try was handed to the provider. What is learnt a day later is not repeated: who wrote
    "see you tomorrow" did not mean that day. Instants are aware.
    """
    if now - submitted_at > _DAY:
        return None
    if kind is FailureKind.DAILY_CAP:
        return cap_ends(now) if attempt <= _CAPPED_DAYS else None
    pauses = _PAUSES.get(kind, ())
    return now + pauses[attempt - 1] if attempt <= len(pauses) else None


def given_up(reason: str, kind: FailureKind, attempts: int) -> str:
    """Return `reason`, a sentence, with what was tried and what follows: for whoever settles the failed text."""
    if attempts > 1:
        return f"{reason} It was tried {attempts} times, and is not tried again by itself."
    if kind in _PAUSES or kind is FailureKind.DAILY_CAP:
        return f"{reason} It is not tried again by itself."
    return f"{reason} {what_follows(kind)}"
