"""Whom one text to many would reach: what it says to each, what it waits for, and why the others do not get it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from api.enrollments.enrolling import candidates_of, objections
from db.messages import bulk
from db.messages.bulk import Consent
from db.organisations.tables import Organisation
from db.records.queries import subjects_of
from db.records.tables import Record
from domain.phone import country_of
from domain.placeholders import UnfilledPlaceholder, render
from domain.privileges import Actor
from domain.quiet_hours import AllowedHours, Send
from domain.sending import Account, Facts, Hold, Refuse, verdict
from domain.sequence import SequenceDocument
from domain.time_zones import zones_of

_SAME_NUMBER: Final = "Another of these records has the same number: it gets the text once."


@dataclass(frozen=True)
class Reach:
    """By record, in the order asked for; `countries` are those of whom the text reaches, where they are known."""

    texts: dict[UUID, str]
    waits: dict[UUID, Hold]
    refused: dict[UUID, str]
    countries: set[str]


async def reach(
    session: AsyncSession,
    actor: Actor,
    document: SequenceDocument,
    text: str,
    record_ids: Collection[UUID],
    now: datetime,
) -> Reach:
    """Return whom `text` would reach as the only step of `document`, by all that is known now."""
    wanted = list(dict.fromkeys(record_ids))
    organisation = await session.get_one(Organisation, actor.organisation_id)
    candidates = await candidates_of(session, actor, wanted)
    refused = objections(actor, candidates, wanted, None, document)
    left = [each for each in wanted if each not in refused]
    subjects = {each.record.id: each for each in await subjects_of(session, actor, left)}
    consents = await bulk.consents_of(session, actor, left)
    texts: dict[UUID, str] = {}
    waits: dict[UUID, Hold] = {}
    countries: set[str] = set()
    numbers: set[str] = set()
    for record_id in left:
        record = subjects[record_id].record
        number = record.phone or ""
        facts = _facts(organisation, record, consents[record_id], document)
        decision = verdict(facts, Account(), None, now)
        match decision:
            case Refuse(why):
                refused[record_id] = why
                continue
            case Hold():
                hold: Hold | None = decision
            case Send():
                hold = None
            case _:
                assert_never(decision)
        try:
            filled = render(text, subjects[record_id].values)
        except UnfilledPlaceholder as problem:
            refused[record_id] = str(problem)
            continue
        if number in numbers:
            refused[record_id] = _SAME_NUMBER
            continue
        numbers.add(number)
        texts[record_id] = filled
        if hold is not None:
            waits[record_id] = hold
        country = record.country or country_of(number)
        if country is not None:
            countries.add(country)
    in_order = {each: refused[each] for each in wanted if each in refused}
    return Reach(texts, waits, in_order, countries)


def _facts(
    organisation: Organisation, record: Record, consent: Consent, document: SequenceDocument
) -> Facts:
    """Return what decides about a text to a record, but for the number it leaves from: that is chosen when it does."""
    zones = zones_of(
        timezone=record.timezone,
        country=record.country,
        region=record.region,
        phone=record.phone or "",
    )
    return Facts(
        is_record_active=True,
        is_running=True,
        allowed=AllowedHours(organisation.allowed_from, organisation.allowed_until),
        zones=[ZoneInfo(zone) for zone in zones.zones],
        withdrawals=consent.withdrawals,
        lacks_consent=consent.is_lacking,
        purpose=document.settings.purpose,
    )
