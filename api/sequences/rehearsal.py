"""How a draft is rehearsed over real records (domain/simulation.py)."""

from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from api.sequences.schemas import SimulatedEventOut, SimulatedRecord
from db.records.queries import Subject
from domain import simulation as simulated
from domain.quiet_hours import AllowedHours
from domain.sequence import SequenceDocument
from domain.simulation import simulate
from domain.time_zones import zones_of

_ANSWERS_AFTER = timedelta(hours=1)
"""How long after a text its customer answers at most; half as long as the sequence waits for it, if that is less."""


def rehearse(
    document: SequenceDocument,
    subject: Subject,
    allowed: AllowedHours,
    *,
    starting_at: datetime,
    replies: Literal["none", "all"],
) -> SimulatedRecord:
    """Return what `document` would do to the record from `starting_at` on; the record must have a number."""
    record = subject.record
    zones = [
        ZoneInfo(name)
        for name in zones_of(
            timezone=record.timezone,
            country=record.country,
            region=record.region,
            phone=record.phone or "",
        ).zones
    ]
    simulation = simulate(
        document,
        simulated.Subject(
            values=subject.values, fields=record.fields, zones=zones, language=record.language
        ),
        starting_at=starting_at,
        allowed=allowed,
        replies=lambda step_id: _answers_after(document, step_id) if replies == "all" else None,
    )
    events = [
        SimulatedEventOut.model_validate(
            {
                "at": event.at,
                "local_time": event.at.astimezone(zones[0]),
                "step_id": event.step_id,
                "kind": event.kind,
                "text": event.text,
                "until": event.until,
                "why": event.why,
            }
        )
        for event in simulation.events
    ]
    return SimulatedRecord.of(record, simulation.ending, events)


def _answers_after(document: SequenceDocument, step_id: str) -> timedelta:
    half_waits = (asked.within / 2 for _, asked in document.asking_about(step_id))
    return min([_ANSWERS_AFTER, *half_waits])
