"""Why does a carrier say no, in words no provider owns? Each protocol has its own code for each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

Code = int | str
"""A provider's own code."""


class Reason(StrEnum):
    """Why a request is refused, or why an accepted text does not arrive."""

    # of the account
    UNAUTHORISED = "unauthorised"
    SUSPENDED = "suspended"
    FUNDS = "funds"
    # of the moment
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"
    QUEUE_FULL = "queue_full"
    EXPIRED = "expired"
    # of the recipient
    INVALID_RECIPIENT = "invalid_recipient"
    UNROUTABLE = "unroutable"
    COUNTRY_OFF = "country_off"
    NOT_MOBILE = "not_mobile"
    OPTED_OUT = "opted_out"
    UNREACHABLE = "unreachable"
    UNKNOWN_HANDSET = "unknown_handset"
    LANDLINE = "landline"
    # of the text
    FILTERED = "filtered"
    UNEXPLAINED = "unexplained"


DEFAULT_REFUSAL = Reason.UNROUTABLE
"""What a request is refused for, where nothing else is asked for."""

REFUSALS = frozenset(
    {
        Reason.UNAUTHORISED,
        Reason.SUSPENDED,
        Reason.FUNDS,
        Reason.THROTTLED,
        Reason.UNAVAILABLE,
        Reason.INTERNAL,
        DEFAULT_REFUSAL,
    }
)
"""What every protocol must have an answer for."""

FAILURES = frozenset(
    {
        Reason.SUSPENDED,
        Reason.QUEUE_FULL,
        Reason.EXPIRED,
        Reason.OPTED_OUT,
        Reason.UNREACHABLE,
        Reason.UNKNOWN_HANDSET,
        Reason.LANDLINE,
        Reason.FILTERED,
        Reason.UNEXPLAINED,
    }
)
"""Why an accepted text may not arrive: every protocol must have a code for each."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal: the protocol's own code, and what it is about."""

    code: Code
    detail: str = ""
    retry_after_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Codes:
    """A provider's own codes: those it gives for a reason, and all there are."""

    by_reason: Mapping[Reason, Code]
    known: Collection[Code]

    def of(self, wanted: Code | None, default: Reason) -> Code:
        """Return the code that `wanted` means: one of the provider's own, or a reason's.

        What this provider has no code for is `default`, which it must have one for.
        """
        if wanted is not None and wanted in self.known:
            return wanted
        by_word: Mapping[str, Code] = {str(reason): code for reason, code in self.by_reason.items()}
        return by_word.get(str(wanted), self.by_reason[default])
