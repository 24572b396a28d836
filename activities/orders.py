"""What the parts of a send share: what was asked, a text ready to go, and how the engine is told to try again."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.accounts import OpenAccount, OpenAccounts
from activities.journal import Journal
from db.enrollments.progress import Entry
from db.messages import statuses
from db.messages.drafts import Draft
from db.messages.statuses import Report
from db.providers.senders import Sender
from domain.enrollments import TimelineKind
from domain.media import MediaLinks
from domain.messages import MessageStatus, Urgency
from domain.pacing import Lane
from workflows.activities import SendStepText

PROVIDER_PAUSE = timedelta(seconds=5)
"""Before a text that the provider did not take is tried again, where it names no time."""

_NUMBER = re.compile(r"\+?\d[\d .()/-]{5,}\d")
"""What may be a phone number."""

_LOOK_AGAIN = timedelta(seconds=2)
"""Between two looks for a text whose answer was lost."""


@dataclass(frozen=True)
class SendingSettings:
    """`trust_list_after`: how long after a lost answer the provider's list shows every text it has."""

    callback_url: str
    trust_list_after: timedelta
    media_links: MediaLinks


@dataclass(frozen=True)
class Ready:
    """A text whose row is committed as SUBMITTING: it must be handed over now, once."""

    draft: Draft
    sender: Sender
    account: OpenAccount
    body: str
    media_urls: tuple[str, ...]
    trial_of: datetime | None
    """Since when the account is paused that it is the one text to try; None if it is not."""
    turn_at: float
    """When its number may send it, by `time.monotonic`."""


Load = Callable[[AsyncSession, datetime], Awaitable[Draft]]


@dataclass(frozen=True)
class Order:
    """What an activity was asked to send."""

    load: Load
    journal: Journal
    urgency: Urgency
    step: SendStepText | None = None
    """The step whose text it is, if it is of one."""

    @property
    def lane(self) -> Lane | None:
        return self.step.lane if self.step else None


def again(reason: str, kind: str, pause: timedelta) -> ApplicationError:
    """Return what has the engine try the activity again after `pause`.

    The engine keeps the reason with the try, where no erasure reaches it: so it must not name the customer, whose
    number a provider may say back.
    """
    return ApplicationError(
        _NUMBER.sub("(number)", reason),
        type=kind,
        next_retry_delay=max(pause, timedelta(0)),
        # expected, and no error of ours: it is not worth a line in the log each time
        category=ApplicationErrorCategory.BENIGN,
    )


def still_unknown(reason: str) -> ApplicationError:
    return again(f"The provider's answer is not known: {reason}", "OutcomeUnknown", _LOOK_AGAIN)


async def account_of(
    accounts: OpenAccounts, session: AsyncSession, account_id: UUID
) -> OpenAccount:
    """Return an account with its channel. Raises ApplicationError, which no other try would mend, if there is none."""
    account = await accounts.find(session, account_id)
    if account is None:
        raise ApplicationError(
            f"there is no provider account {account_id}", type="NoSuchRow", non_retryable=True
        )
    return account


async def adopt(
    session: AsyncSession,
    draft: Draft,
    account_id: UUID,
    report: Report,
    journal: Journal,
    *,
    submitted_at: datetime,
    now: datetime,
) -> None:
    """Write the provider's word on a text down, and onto its enrollment."""
    await statuses.record(session, account_id, draft.message_id, report, now)
    if report.status is MessageStatus.FAILED:
        kind, at = TimelineKind.TEXT_FAILED, now
    else:
        kind, at = TimelineKind.TEXT_SUBMITTED, submitted_at
    entry = Entry(kind, at, detail=report.reason, message_id=draft.message_id)
    await journal(session, entry)
