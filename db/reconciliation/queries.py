"""Comparisons of our texts with providers' lists: what we know of the texts a list shows, and what was found."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import cast, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH
from sqlalchemy.ext.asyncio import AsyncSession

from db.conversations.tables import Conversation
from db.messages.tables import Message
from db.pages import PageOf, PageRequest, read_page
from db.providers.tables import PhoneNumber, ProbeText, ProviderAccount
from db.reconciliation.tables import Reconciliation
from domain.identifiers import derived_id
from domain.messages import MessageStatus
from domain.reconciliation import Finding, Unanswered, span

_KEPT: Final = 100
"""Findings that are kept by name; the counts have all of them."""

_LONGEST_ERROR: Final = 500

_OPEN: Final = (MessageStatus.QUEUED, MessageStatus.SENT)

_KNOWN: Final = select(
    Message.id.label("message_id"),
    Message.provider_message_id,
    Message.status,
    Message.price_micros,
    Message.price_currency,
)


class Known(NamedTuple):
    """A text of ours that has the provider's id."""

    message_id: UUID
    provider_message_id: str
    status: MessageStatus
    price_micros: int | None
    price_currency: str | None


class Charge(NamedTuple):
    """What a text of ours cost, in millionths of the currency."""

    message_id: UUID
    micros: int
    currency: str


async def begin(
    session: AsyncSession, account: ProviderAccount, *, days: int, now: datetime
) -> Reconciliation:
    """Write that the last `days` of an account are to be compared."""
    since, until = span(now, days, account.created_at)
    row = Reconciliation(
        organisation_id=account.organisation_id,
        provider_account_id=account.id,
        since=since,
        until=until,
        started_at=now,
        findings=[],
    )
    session.add(row)
    await session.flush()
    await session.refresh(row)
    return row


async def begin_all(session: AsyncSession, run: str, *, days: int, now: datetime) -> list[UUID]:
    """Do so for every enabled account, once however often it is asked for the same `run`; return the rows' ids."""
    enabled = await session.scalars(
        select(ProviderAccount).where(ProviderAccount.is_enabled).order_by(ProviderAccount.id)
    )
    rows: list[dict[str, Any]] = []
    for account in enabled:
        since, until = span(now, days, account.created_at)
        rows.append(
            {
                "id": derived_id(account.id, "reconciliation", run),
                "organisation_id": account.organisation_id,
                "provider_account_id": account.id,
                "since": since,
                "until": until,
                "started_at": now,
            }
        )
    if rows:
        insert = postgresql.insert(Reconciliation).on_conflict_do_nothing()
        await session.execute(insert, rows)
    return [row["id"] for row in rows]


async def take_up(session: AsyncSession, reconciliation_id: UUID) -> Reconciliation | None:
    """Return a comparison to be made, now or again."""
    row: Reconciliation | None = await session.get(Reconciliation, reconciliation_id)
    if row is not None:
        row.error = row.finished_at = None
        await session.flush()
    return row


async def finish(
    session: AsyncSession,
    reconciliation_id: UUID,
    *,
    seen: int,
    unknown_texts: int,
    left_alone: Sequence[Finding],
    now: datetime,
) -> Reconciliation:
    """Write that all was compared; return what was found. `left_alone` is what could not be adopted."""
    row = await session.scalars(
        update(Reconciliation)
        .where(Reconciliation.id == reconciliation_id)
        .values(
            seen=seen,
            unknown_texts=unknown_texts,
            findings=_with(left_alone),
            finished_at=now,
        )
        .returning(Reconciliation)
    )
    return row.one()


async def fail(
    session: AsyncSession, reconciliation_id: UUID, error: str, now: datetime
) -> Reconciliation:
    """Write why a comparison could not be finished; what was adopted stays adopted and counted."""
    row = await session.scalars(
        update(Reconciliation)
        .where(Reconciliation.id == reconciliation_id)
        .values(error=error[:_LONGEST_ERROR], finished_at=now)
        .returning(Reconciliation)
    )
    return row.one()


async def count(
    session: AsyncSession,
    reconciliation_id: UUID,
    *,
    replies: int = 0,
    statuses: int = 0,
    prices: int = 0,
    findings: Sequence[Finding] = (),
) -> None:
    """Count what was adopted, in the transaction that adopts it: nothing is counted twice or lost."""
    await session.execute(
        update(Reconciliation)
        .where(Reconciliation.id == reconciliation_id)
        .values(
            replies_adopted=Reconciliation.replies_adopted + replies,
            statuses_adopted=Reconciliation.statuses_adopted + statuses,
            prices_adopted=Reconciliation.prices_adopted + prices,
            findings=_with(findings),
        )
    )


async def compared_until(session: AsyncSession, current: Reconciliation) -> datetime | None:
    """Return up to which instant the account was compared before, by the latest comparison that was finished."""
    found: datetime | None = await session.scalar(
        select(func.max(Reconciliation.until)).where(
            Reconciliation.provider_account_id == current.provider_account_id,
            Reconciliation.id != current.id,
            Reconciliation.started_at <= current.started_at,
            Reconciliation.finished_at.is_not(None),
            Reconciliation.error.is_(None),
        )
    )
    return found


async def numbers_since(session: AsyncSession, account_id: UUID) -> dict[str, datetime]:
    """Return since when, in whole seconds, each of an account's numbers is ours."""
    found = await session.execute(
        select(
            PhoneNumber.e164, func.date_trunc("second", PhoneNumber.created_at).label("since")
        ).where(PhoneNumber.provider_account_id == account_id)
    )
    return {row.e164: row.since for row in found}


async def known_texts(
    session: AsyncSession, account_id: UUID, provider_message_ids: Collection[str]
) -> dict[str, Known]:
    """Return our texts that have one of a provider's ids, by that id."""
    found = await session.execute(
        _KNOWN.where(
            Message.provider_account_id == account_id,
            Message.provider_message_id.in_(provider_message_ids),
        )
    )
    return {row.provider_message_id: Known(**row._mapping) for row in found}


async def known_tests(
    session: AsyncSession,
    account_id: UUID,
    provider_message_ids: Collection[str],
    message_ids: Collection[UUID],
) -> dict[str | UUID, UUID]:
    """Return the ids of test texts: by one of a provider's ids that they have, and by their own."""
    found = await session.execute(
        select(ProbeText.provider_message_id, ProbeText.id).where(
            ProbeText.provider_account_id == account_id,
            or_(
                ProbeText.provider_message_id.in_(provider_message_ids),
                ProbeText.id.in_(message_ids),
            ),
        )
    )
    return {key: test_id for sid, test_id in found for key in (sid, test_id) if key is not None}


async def without_id(
    session: AsyncSession, account_id: UUID, message_ids: Collection[UUID]
) -> set[UUID]:
    """Return which of our texts have no id of the provider yet."""
    found = await session.scalars(
        select(Message.id).where(
            Message.id.in_(message_ids),
            Message.provider_account_id == account_id,
            Message.provider_message_id.is_(None),
        )
    )
    return set(found)


async def unanswered_texts(
    session: AsyncSession,
    organisation_id: UUID,
    account_id: UUID,
    to_numbers: Collection[str],
) -> list[Unanswered]:
    """Return the texts to these customers that the provider may have without our knowing its id for them."""
    found = await session.execute(
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            # by the customer, as there is an index for that
            Conversation.organisation_id == organisation_id,
            Conversation.customer_number.in_(to_numbers),
            Message.provider_account_id == account_id,
            Message.provider_message_id.is_(None),
            Message.status.in_([MessageStatus.SUBMITTING, MessageStatus.UNCERTAIN]),
        )
    )
    return [
        Unanswered(
            message_id=text.id,
            to_number=text.to_number,
            body=text.body,
            submitted_at=text.submitted_at,
            is_uncertain=text.status is MessageStatus.UNCERTAIN,
        )
        for text in found.scalars()
        if text.submitted_at is not None
    ]


async def open_texts(
    session: AsyncSession, account_id: UUID, since: datetime, until: datetime, *, limit: int
) -> list[Known]:
    """Return texts handed over in that time whose end was not reported, the oldest first."""
    found = await session.execute(
        _KNOWN.where(
            Message.provider_account_id == account_id,
            # as the index has them, so that it is used
            Message.status.in_([literal(each.value, literal_execute=True) for each in _OPEN]),
            Message.submitted_at.between(since, until),
            Message.provider_message_id.is_not(None),
        )
        .order_by(Message.submitted_at)
        .limit(limit)
    )
    return [Known(**row._mapping) for row in found]


async def adopt_prices(session: AsyncSession, charges: Iterable[Charge]) -> None:
    """Write down what texts cost."""
    rows: list[dict[str, Any]] = [
        {"id": each.message_id, "price_micros": each.micros, "price_currency": each.currency}
        # in one order, whoever does it, so that two never wait for each other
        for each in sorted(charges)
    ]
    if rows:
        await session.execute(update(Message), rows)


async def list_reconciliations(
    session: AsyncSession, account_id: UUID, page: PageRequest
) -> PageOf[Reconciliation]:
    """Return an account's comparisons, the youngest first."""
    return await read_page(
        session,
        select(Reconciliation).where(Reconciliation.provider_account_id == account_id),
        lambda row: row,
        page=page,
        keys=[Reconciliation.started_at, Reconciliation.id],
        descending=True,
    )


async def find_reconciliation(
    session: AsyncSession, account_id: UUID, reconciliation_id: UUID
) -> Reconciliation | None:
    """Return the comparison of this id if it is the account's."""
    row: Reconciliation | None = await session.scalar(
        select(Reconciliation).where(
            Reconciliation.id == reconciliation_id,
            Reconciliation.provider_account_id == account_id,
        )
    )
    return row


def _with(findings: Sequence[Finding]) -> Any:
    """Return the column `findings` with these behind those it has, up to as many as are kept."""
    more = [
        {"kind": each.kind.value, "provider_message_id": each.provider_message_id}
        for each in findings[:_KEPT]
    ]
    together = Reconciliation.findings.op("||")(cast(more, JSONB))
    first = cast(f"$[0 to {_KEPT - 1}]", JSONPATH)
    return func.jsonb_path_query_array(together, first) if more else Reconciliation.findings
