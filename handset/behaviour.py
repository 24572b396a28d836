"""How does the carrier (mis)behave: towards everybody, and towards single destination numbers?

Probabilities are 0 to 1 and drawn per create request; seconds count from the text's acceptance.
"""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from handset.addresses import NumberKind
from handset.reasons import Code, Reason

Probability = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(ge=0, le=86_400)]


class Outcome(StrEnum):
    """Where a text ends. SENT: the carrier never says more, though the text arrives."""

    DELIVERED = "delivered"
    SENT = "sent"
    UNDELIVERED = "undelivered"
    FAILED = "failed"


class Fault(StrEnum):
    """What goes wrong with one create request. Drawn in this order; the first that hits counts."""

    CUT_BEFORE = "cut_before"
    THROTTLE = "throttle"
    SERVER_ERROR = "server_error"
    REJECT = "reject"
    ERROR_AFTER = "error_after"
    LOSE_ANSWER = "lose_answer"
    MALFORMED = "malformed"
    REDIRECT = "redirect"


FAULTS_AFTER_CREATING: Final = frozenset({Fault.ERROR_AFTER, Fault.LOSE_ANSWER, Fault.MALFORMED})


class AccountProblem(StrEnum):
    """Why an account is refused whatever it asks."""

    UNAUTHORISED = "unauthorised"
    SUSPENDED = "suspended"
    FUNDS = "funds"


class Rules(BaseModel):
    """How one destination is treated; the defaults are a carrier without faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cut_before: Probability = Field(0, description="Cut the connection, create nothing.")
    throttle: Probability = Field(0, description="Answer 429, create nothing.")
    throttle_retry_after_seconds: int | None = Field(
        None, ge=0, description="The Retry-After of throttle; none if left out."
    )
    server_error: Probability = Field(0, description="Answer 503, create nothing.")
    reject: Probability = Field(0, description="Refuse with reject_code, create nothing.")
    reject_code: Code | None = Field(None, description="A reason, or the provider's own code.")
    error_after: Probability = Field(0, description="Create the message, then answer 500.")
    lose_answer: Probability = Field(0, description="Create the message, then cut the connection.")
    malformed: Probability = Field(0, description="Create the message, answer half of it.")
    redirect: Probability = Field(0, description="Answer 307 to elsewhere, create nothing.")
    delay_seconds: Seconds = Field(0, description="Create the message, answer so much later.")
    listing_delay_seconds: Seconds = Field(0, description="Until the list shows the message.")

    outcome: Outcome = Field(Outcome.DELIVERED, description="Where the text ends.")
    error_code: Code | None = Field(
        None, description="Why undelivered or failed: a reason, or the provider's own code."
    )
    sent_after_seconds: Seconds = Field(0.05, description="Until the text is sent.")
    final_after_seconds: Seconds = Field(0.15, description="Until the text is at its end.")

    callback_never: Probability = Field(0, description="No status callback for the message.")
    callback_duplicate: Probability = Field(0, description="Every status callback twice.")
    callback_out_of_order: Probability = Field(0, description="The last status is reported first.")
    callback_before_answer: Probability = Field(
        0, description="All status callbacks, and only then the answer to the create request."
    )
    callback_delay_seconds: Seconds = Field(0, description="Added to every status callback.")

    webhook_forged: Probability = Field(
        0, description="A wrongly signed copy of a callback or inbound webhook comes before it."
    )
    webhook_lost: Probability = Field(0, description="A callback or inbound webhook is never made.")
    webhook_attempts: int = Field(
        8, ge=1, le=20, description="Tries of a callback or inbound webhook that gets no 2xx."
    )
    webhook_backoff_seconds: Seconds = Field(
        0.25, description="Wait before the second try; each protocol lengthens it in its own way."
    )
    webhook_timeout_seconds: Seconds = Field(15, gt=0, description="Longest wait for an answer.")

    @model_validator(mode="after")
    def _end_is_last(self) -> "Rules":
        if self.final_after_seconds < self.sent_after_seconds:
            raise ValueError("final_after_seconds is before sent_after_seconds")
        return self


class Behaviour(Rules):
    """The rules for everybody, and what differs for single destination numbers (E.164)."""

    callbacks: bool = Field(True, description="Off: no status callback is made at all.")
    webhook_batch: int = Field(
        100, ge=1, description="Reports in one callback at most, where the provider batches them."
    )
    account_problem: AccountProblem | None = Field(
        None, description="Every request of every account is refused for it."
    )
    pace: bool = Field(False, description="Numbers send at the pace of their kind.")
    rates: dict[NumberKind, Annotated[float, Field(gt=0)]] = Field(
        default_factory=dict, description="Segments a second by kind, where it is not the usual."
    )
    queue_seconds: Seconds = Field(36_000, description="The longest queue of a number.")
    numbers: dict[str, Rules] = Field(default_factory=dict)

    _rules: dict[str, Rules] = PrivateAttr(default_factory=dict)

    def rules_for(self, number: str) -> Rules:
        """Return the rules for texts to `number`.

        A magic number behaves in its one way whatever the rules for everybody; what is set for a
        number by name goes before both.
        """
        if number not in self.numbers:
            return MAGIC_NUMBERS.get(number, self)
        if number not in self._rules:
            base: Rules = MAGIC_NUMBERS.get(number, self)
            rules = {name: getattr(base, name) for name in Rules.model_fields}
            own = self.numbers[number]
            rules.update({name: getattr(own, name) for name in own.model_fields_set})
            self._rules[number] = Rules(**rules)
        return self._rules[number]

    def settings(self) -> dict[str, Any]:
        """Return it as it is set by the control API; for single numbers only what differs."""
        return self.model_dump(mode="json", exclude={"numbers"}) | {
            "numbers": {
                number: rules.model_dump(mode="json", exclude_unset=True)
                for number, rules in self.numbers.items()
            }
        }


MAGIC_NUMBERS: Final[Mapping[str, Rules]] = {
    # The first five are the destinations of Twilio's own test credentials.
    "+15005550001": Rules(reject=1, reject_code=Reason.INVALID_RECIPIENT),
    "+15005550002": Rules(reject=1, reject_code=Reason.UNROUTABLE),
    "+15005550003": Rules(reject=1, reject_code=Reason.COUNTRY_OFF),
    "+15005550004": Rules(reject=1, reject_code=Reason.OPTED_OUT),
    "+15005550009": Rules(reject=1, reject_code=Reason.NOT_MOBILE),
    "+16465550180": Rules(outcome=Outcome.UNDELIVERED, error_code=Reason.UNREACHABLE),
    "+16465550181": Rules(outcome=Outcome.UNDELIVERED, error_code=Reason.UNKNOWN_HANDSET),
    "+16465550182": Rules(outcome=Outcome.UNDELIVERED, error_code=Reason.LANDLINE),
    "+16465550183": Rules(outcome=Outcome.FAILED, error_code=Reason.FILTERED),
    "+16465550184": Rules(outcome=Outcome.UNDELIVERED, error_code=Reason.UNEXPLAINED),
    "+16465550185": Rules(outcome=Outcome.SENT),
    "+16465550186": Rules(reject=1, reject_code=Reason.OPTED_OUT),
    "+16465550187": Rules(reject=1, reject_code=Reason.NOT_MOBILE),
    "+16465550188": Rules(reject=1, reject_code=Reason.QUEUE_FULL),
    "+16465550189": Rules(throttle=1),
    "+16465550190": Rules(server_error=1),
    "+16465550191": Rules(cut_before=1),
    "+16465550192": Rules(error_after=1),
    "+16465550193": Rules(lose_answer=1),
    "+16465550194": Rules(lose_answer=1, listing_delay_seconds=20, callback_never=1),
    "+16465550195": Rules(delay_seconds=20),
    "+16465550196": Rules(callback_duplicate=1),
    "+16465550197": Rules(callback_out_of_order=1),
    "+16465550198": Rules(callback_before_answer=1),
    "+16465550199": Rules(callback_never=1),
}
"""Destinations that always behave in one way; the table in README.md explains them."""


def draw_fault(rules: Rules, dice: random.Random) -> Fault | None:
    """Return what goes wrong with one create request, None for nothing."""
    return next((fault for fault in Fault if hits(getattr(rules, fault), dice)), None)


Station = tuple[str, datetime]
"""A status, and when it is reached or reported."""


def draw_callbacks(
    rules: Rules, dice: random.Random, *, accepted_at: datetime, stations: Sequence[Station]
) -> tuple[list[Station], bool]:
    """Return a text's status callbacks with their due instants, and if they precede the answer."""
    if hits(rules.callback_never, dice):
        return [], False
    before_answer = hits(rules.callback_before_answer, dice)
    delay = timedelta(seconds=rules.callback_delay_seconds)
    due = [(status, accepted_at if before_answer else at + delay) for status, at in stations]
    if hits(rules.callback_out_of_order, dice):
        instants = [at for _, at in due]
        due = [(status, at) for (status, _), at in zip(reversed(due), instants, strict=True)]
    if hits(rules.callback_duplicate, dice):
        due = [callback for callback in due for _ in range(2)]
    return due, before_answer


def hits(probability: float, dice: random.Random) -> bool:
    """Tell whether what has this probability happens now."""
    return probability > 0 and dice.random() < probability
