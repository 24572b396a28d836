"""What may a comparison of our texts with a provider's own list find, and whose is a text that names no owner?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID

_SETTLING: Final = timedelta(minutes=2)
"""What is younger may still be on its way to us: a webhook under way, a callback to come."""

_YOUNG: Final = timedelta(minutes=5)
"""What is younger may belong to a text of ours whose answer was lost and that is still being looked for."""

_CLOCKS_DIFFER: Final = timedelta(seconds=30)
"""How far the provider's clock may be behind ours."""

_CREATED_WITHIN: Final = timedelta(minutes=5)
"""How long after it was handed over a text may come to be at a provider that was slow."""


class FindingKind(StrEnum):
    """One difference."""

    REPLY_MISSED = "reply_missed"
    """A customer's text that never reached us; adopted."""
    STATUS_MISSED = "status_missed"
    """A report of one of our texts that never reached us; adopted."""
    TEXT_SETTLED = "text_settled"
    """A text of which nobody knew whether it went, and that the provider has."""
    UNKNOWN_TEXT = "unknown_text"
    """A text that the provider sent from the account and that is none of ours."""
    UNKNOWN_NUMBER = "unknown_number"
    """A customer's text to a number of the account that is not ours, or was not then: left alone."""


@dataclass(frozen=True)
class Finding:
    kind: FindingKind
    provider_message_id: str


class Nameless(Protocol):
    """A text in the provider's list that does not say which of ours it is. Numbers are E.164."""

    @property
    def provider_message_id(self) -> str: ...
    @property
    def to_number(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...


@dataclass(frozen=True)
class Unanswered:
    """A text of ours of which the provider's id is not known."""

    message_id: UUID
    to_number: str
    body: str
    submitted_at: datetime
    is_uncertain: bool
    """False while it is still being sent: whoever sends it finds it."""


def span(now: datetime, days: int, connected_at: datetime) -> tuple[datetime, datetime]:
    """Return between which instants texts are compared, if the last `days` are to be.

    What an account sent and received before it was connected is none of ours.
    """
    until = now - _SETTLING
    return min(max(now - timedelta(days=days), connected_at), until), until


def counts_as_unknown_before(until: datetime) -> datetime:
    """Return before which instant a text must have been created to count as none of ours, when `until` is compared."""
    return until - _YOUNG


def written_at(listed_at: datetime) -> datetime:
    """Return as of when a customer's text counts that stands in a provider's list.

    Lists in whole seconds (Twilio: RFC 2822) cut the rest off: their second's end is taken, or an answer within the
    second in which our text left would have come before it, and answer nothing.
    """
    return listed_at if listed_at.microsecond else listed_at.replace(microsecond=999_999)


def owners(
    nameless: Sequence[Nameless], unanswered: Sequence[Unanswered]
) -> Mapping[str, UUID | None]:
    """Return which of ours each text is, by the provider's id: the same words to the same number at the same time.

    None where it may be one of ours and nobody can say which; a text that is none of ours is left out. Two texts are
    never told apart by guessing.
    """
    mine = {
        each.provider_message_id: [ours for ours in unanswered if _may_be(each, ours)]
        for each in nameless
    }
    claims = [ours.message_id for candidates in mine.values() for ours in candidates]
    found: dict[str, UUID | None] = {}
    for provider_message_id, candidates in mine.items():
        match candidates:
            case []:
                pass
            case [Unanswered(is_uncertain=True) as only] if claims.count(only.message_id) == 1:
                found[provider_message_id] = only.message_id
            case _:
                found[provider_message_id] = None
    return found


def _may_be(listed: Nameless, ours: Unanswered) -> bool:
    return (
        listed.to_number == ours.to_number
        and listed.body == ours.body
        and ours.submitted_at - _CLOCKS_DIFFER
        <= listed.created_at
        <= ours.submitted_at + _CREATED_WITHIN
    )


def replies_missed(count: int) -> str:
    """Return what an administrator reads of customers' texts that never reached us."""
    replies, were = ("1 reply", "was") if count == 1 else (f"{count} replies", "were")
    return (
        f"{replies} never reached our webhook and {were} found in the provider's list. Nothing is lost, but sequences "
        "went on without knowing. Check which address the provider calls for inbound texts, and whether it was down."
    )


def texts_unknown(count: int) -> str:
    """Return what an administrator reads of texts that the provider sent and that are none of ours."""
    texts, them = ("1 text", "it") if count == 1 else (f"{count} texts", "them")
    return (
        f"The provider sent {texts} from this account that Touchline knows nothing of. If nobody else uses the "
        f"account, somebody may have its credentials: find out who sent {them}."
    )
