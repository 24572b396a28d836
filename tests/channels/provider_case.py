"""What does a provider say of itself to join the conformance suite? Its account on the handset, and its own words.

What a provider cannot do is said here too, and the suite asserts that it does not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from channels.interface import Problem, Provider
from domain.failures import FailureKind
from domain.messages import Direction, MessageStatus


@dataclass(frozen=True)
class Refusal:
    """A code of a refused request: as the handset is told it, and as the channel keeps it."""

    theirs: int | str
    ours: str


@dataclass(frozen=True)
class Failure:
    """A code of a text that was taken and did not arrive, and what the text then is."""

    theirs: int | str
    ours: str
    status: MessageStatus = MessageStatus.UNDELIVERED


@dataclass(frozen=True)
class UnlistedRefusal:
    """The body of a refusal with HTTP 400 for a reason that is in no table, and the code in it."""

    body: bytes
    code: str


@dataclass(frozen=True)
class UnlistedReport:
    """How a genuine report of a failure is rewritten to name a code of no table, and what it is then read as."""

    rewrite: Callable[[bytes], bytes]
    code: str
    status: MessageStatus | None
    failure: FailureKind | None


@dataclass(frozen=True, kw_only=True)
class ProviderCase:
    """One provider as the conformance suite sees it."""

    provider: Provider

    account: str
    """The account's id on the handset."""
    handset_credentials: Mapping[str, str]
    """The account's credentials as the handset names them."""
    credentials: Mapping[str, str]
    """The same account as an administrator types it in."""
    other_credentials: Mapping[str, str]
    """As well-formed, and nobody's."""
    secrets: Sequence[str]
    """What nobody may ever read, in every form that it takes on its way."""
    webhook_secret: str = ""
    """The secret in the addresses the provider calls, where it signs nothing."""

    suspended: Problem
    """What `verify` says of a suspended account, as far as the provider tells it from others."""
    lists: frozenset[Direction]
    """Whose texts the provider's list shows; nobody's if there is no list."""
    keeps_our_ids: bool
    """Whether the provider keeps the ids that we gave our texts, in reports and in its list if it has one."""
    lists_numbers: bool
    registers_webhooks: bool
    """Whether the provider's API can be told where to bring customers' texts."""
    signs_calls: bool
    """Whether a call with another content is no longer genuine."""
    has_media: bool
    sends_from_names: bool
    """Whether an alphanumeric sender can be given with a text."""
    keeps_validity: bool
    """Whether a text can be told how long it may wait at the provider."""
    refuses_repeats: bool
    """Whether the id of a text can be used once only, be it taken or refused."""
    reports_by_parts: bool
    """Whether reports of a long text tell of one of its parts only, and the whole must be asked about."""
    names_keywords: bool
    """Whether a call says which keyword the provider recognised, on a number like any other."""

    refusals: Mapping[FailureKind, Refusal]
    """By kind; a kind that is missing shows in a report only."""
    throttled: str
    """The code of too many requests."""
    unlisted_refusal: UnlistedRefusal
    failures: Mapping[FailureKind, Failure]
    unlisted_report: UnlistedReport
    unknown_id: str
    """The id of a text that the provider never had, in the form of its ids."""
    encodings: Sequence[Callable[[bytes], bytes]]
    """Every other way in which the provider may write the body of a call."""
    half_a_pair: bytes
    """Half a surrogate pair, as it would stand in the body of a call."""
