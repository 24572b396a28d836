"""What is asked of the carrier, whatever the protocol it was asked in, and what comes of it?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from handset.behaviour import Fault
from handset.entities import Call, Message
from handset.reasons import Problem

MAX_BODY: Final = 1600
"""The longest text, in characters, that any of the providers takes."""
EVERY_STATUS: Final = frozenset({"queued", "sent", "delivered", "undelivered", "failed"})


@dataclass(frozen=True, slots=True)
class SendRequest:
    """One text to one recipient, as its protocol understood it; empty for what was not given.

    Addresses are as the carrier knows them (`handset.addresses`). A protocol hands over what it
    got even where it refuses it: the log shows what was asked.
    """

    sender: str
    recipient: str
    body: str
    pool: str = ""
    """The pool it is sent through; without a `sender` the carrier chooses one of it."""
    media_urls: tuple[str, ...] = ()
    status_callback: str = ""
    """Where its status is reported: given with the request, or set for the account or pool."""
    reports: frozenset[str] = EVERY_STATUS
    """The statuses that are reported."""
    message_id: str = ""
    """Its id where the client chooses it; otherwise the protocol makes one."""
    parts: Sequence[str] = ()
    """The ids of its segments if each is reported on, the first being its own."""
    reference: str = ""
    """What the client wants to find again; it identifies nothing to the carrier."""
    validity_seconds: float | None = None
    """How long it may wait in the carrier's queue; None: for ever."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What the protocol needs again when it shows the message or reports on it; JSON."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The message exists. `fault` says how its answer gets lost, None that it does not.

    `problem` is answered in place of the message.
    """

    message: Message
    fault: Fault | None
    problem: Problem | None
    before_answer: Sequence[Call]
    delay_seconds: float


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was created, and the answer says why."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class CutOff:
    """Nothing was created, and there is no answer."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Nothing was created, and the answer sends the client to another address."""


Outcome = Accepted | Refused | CutOff | Elsewhere
