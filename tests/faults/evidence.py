"""What is there to be judged after the fault run? The carrier's log, and all that we wrote down."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from db.engine import create_engine, create_sessions
from db.tables import (
    Conversation,
    Enrollment,
    Message,
    OutboxItem,
    ProviderAccount,
    Reconciliation,
    Record,
    TimelineEntry,
    WorkItem,
)
from tests.carrier import Carrier

Text = tuple[str, str]
"""A customer's number, and what we say: each text of the sequence differs from all others."""


class Log:
    """The carrier's log, by what is asked of it."""

    def __init__(self, entries: Iterable[dict[str, Any]]) -> None:
        self._by_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for entry in entries:
            self._by_kind[entry["kind"]].append(entry)

    @property
    def requests(self) -> list[dict[str, Any]]:
        return self._by_kind["request"]

    @property
    def texts(self) -> list[dict[str, Any]]:
        return self._by_kind["text"]

    @property
    def forged(self) -> list[dict[str, Any]]:
        return self._by_kind["forged"]

    @cached_property
    def accepted(self) -> dict[str, dict[str, Any]]:
        """The texts that left towards the customers, by the provider's id."""
        return {each["message"]["sid"]: each for each in self.requests if each["accepted"]}

    @cached_property
    def times(self) -> Counter[Text]:
        """How often each text left."""
        return Counter((each["to"], each["body"]) for each in self.requests if each["accepted"])

    @cached_property
    def refusals(self) -> dict[Text, set[str]]:
        """The codes that a text was refused with."""
        codes: dict[Text, set[str]] = defaultdict(set)
        for each in self.requests:
            if not each["accepted"]:
                codes[each["to"], each["body"]].add(str(each["code"]))
        return codes

    @cached_property
    def fates(self) -> dict[str, str]:
        """What became of each text that left, by the provider's id."""
        fates: dict[str, str] = {
            sid: each["message"]["outcome"] for sid, each in self.accepted.items()
        }
        return fates | {each["sid"]: "failed" for each in self._by_kind["suspend"]}

    @cached_property
    def told(self) -> dict[str, set[str]]:
        """The statuses of each text that we took by callback."""
        told: dict[str, set[str]] = defaultdict(set)
        for each in self._by_kind["callback"]:
            if each["answered"]:
                told[each["sid"]].add(each["status"])
        return told

    @cached_property
    def taken(self) -> dict[str, dict[str, Any]]:
        """When each text that a customer wrote was taken by our webhook, by the carrier's id of it."""
        return {each["sid"]: each for each in self._by_kind["webhook"] if each["answered"]}


@dataclass
class Story:
    """One enrollment with its texts."""

    number: str
    enrollment: Enrollment
    texts: list[Message]
    """Without those that try a failed one again."""
    timeline: list[TimelineEntry]

    @property
    def bodies(self) -> set[str]:
        """What was sent, or tried, or waits; not what was refused at the last moment, as the enrollment had ended."""
        return {text.body.split()[0].strip("?,") for text in self.texts if text.status != "refused"}

    @property
    def outcome(self) -> tuple[str, str | None]:
        return self.enrollment.status, self.enrollment.end_reason

    def asked_at(self) -> datetime | None:
        """Return from when on an answer to the first text was waited for; None if it was not."""
        kinds = ("text_submitted", "text_uncertain")
        at = [each.at for each in self.timeline if each.kind in kinds and each.step_id == "hello"]
        return min(at, default=None)

    def replied_at(self) -> datetime | None:
        at = [each.at for each in self.timeline if each.kind == "reply_received"]
        return min(at, default=None)


@dataclass
class Evidence:
    log: Log
    stories: list[Story]
    outbound: list[Message]
    retries: list[Message]
    inbound: list[Message]
    items: list[WorkItem]
    conversations: dict[UUID, Conversation]
    providers: dict[UUID, str]
    """By account."""
    compared_until: dict[UUID, datetime]
    """Up to when each account's texts were compared with its provider's list."""


async def gather(database_url: str, carrier: Carrier) -> Evidence:
    engine = create_engine(database_url, pool_size=1)
    async with create_sessions(engine)() as session:
        messages = list(await session.scalars(select(Message)))
        timeline = defaultdict(list)
        for entry in await session.scalars(select(TimelineEntry)):
            timeline[entry.enrollment_id].append(entry)
        first = [each for each in messages if each.retry_of is None]
        texts = defaultdict(list)
        for message in first:
            texts[message.enrollment_id].append(message)
        enrollments = await session.execute(
            select(Enrollment, Record.phone).join(Record, Record.id == Enrollment.record_id)
        )
        compared = await session.execute(
            select(
                Reconciliation.provider_account_id, func.max(Reconciliation.until).label("until")
            )
            .where(Reconciliation.finished_at.is_not(None), Reconciliation.error.is_(None))
            .group_by(Reconciliation.provider_account_id)
        )
        accounts = select(ProviderAccount)
        evidence = Evidence(
            log=Log(carrier.log()),
            stories=[
                Story(number, enrollment, texts[enrollment.id], timeline[enrollment.id])
                for enrollment, number in enrollments
                if number is not None
            ],
            outbound=[each for each in first if each.direction == "outbound"],
            retries=[each for each in messages if each.retry_of is not None],
            inbound=[each for each in messages if each.direction == "inbound"],
            items=list(await session.scalars(select(WorkItem))),
            conversations={each.id: each for each in await session.scalars(select(Conversation))},
            providers={each.id: each.provider for each in await session.scalars(accounts)},
            compared_until={each.provider_account_id: each.until for each in compared},
        )
    await engine.dispose()
    return evidence


async def unsettled(database_url: str) -> dict[str, int]:
    """Return what is still under way, counted; empty once nothing is."""
    engine = create_engine(database_url, pool_size=1)
    asked = {
        "enrollments": select(func.count())
        .select_from(Enrollment)
        .where(Enrollment.ended_at.is_(None), Enrollment.waiting_reason.is_(None)),
        "texts": select(func.count()).select_from(Message).where(Message.status == "submitting"),
        "waiting texts": select(func.count())
        .select_from(Message)
        .where(Message.status == "held", Message.held_for.not_in(["hours", "retry"])),
        "notices": select(func.count()).select_from(OutboxItem),
    }
    async with create_sessions(engine)() as session:
        found = {name: await session.scalar(query) or 0 for name, query in asked.items()}
    await engine.dispose()
    return {name: number for name, number in found.items() if number}


async def inbound_ids(database_url: str) -> set[str]:
    """Return the providers' ids of the customers' texts that we have."""
    engine = create_engine(database_url, pool_size=1)
    async with create_sessions(engine)() as session:
        found = await session.scalars(
            select(Message.provider_message_id).where(Message.direction == "inbound")
        )
        ids = {id_ for id_ in found if id_ is not None}
    await engine.dispose()
    return ids
