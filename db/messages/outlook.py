"""What would become of a text that a person writes now? By the facts that decide when it is sent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.consent.in_force import lacks_consent, withdrawal_of, withdrawals_of
from db.conversations.tables import Conversation
from db.messages.drafts import is_answer
from db.messages.reading import last_heard
from db.organisations.tables import Organisation
from db.providers.senders import Sender, sender_of, senders_of
from db.providers.tables import PhoneNumber
from db.records.filling import FILLING, filling_of
from db.records.tables import Record
from db.users.tables import User
from domain import senders, sending, time_zones
from domain.quiet_hours import AllowedHours
from domain.records import RecordKind, RecordStatus
from domain.senders import Candidate, Wanted
from domain.sending import Facts


@dataclass(frozen=True)
class Outlook:
    """A conversation as somebody who is about to write into it finds it."""

    record_kind: RecordKind
    values: dict[str, Any]
    """What its placeholders are filled from."""
    facts: Facts
    senders: list[Sender]
    """The numbers the author may write from: the own ones, the teams', and the one it was last held over."""
    wanted: Wanted

    def sender(self, number_id: UUID | None, *, needs_mms: bool = False) -> Sender:
        """Return the number of this id, else the one that a text would leave from by itself. Raises NoSender."""
        if number_id is not None:
            found = next((each for each in self.senders if each.number_id == number_id), None)
            if found is None:
                raise senders.NoSender("This number is not yours to send from: choose another one.")
            if needs_mms and not found.candidate.can_mms:
                raise senders.NoSender("This number cannot send pictures: choose another one.")
            return found
        wanted = Wanted(
            sticky_id=self.wanted.sticky_id,
            customer_number=self.wanted.customer_number,
            needs_mms=needs_mms,
            uses_team_numbers=self.wanted.uses_team_numbers,
            fails_over=self.wanted.fails_over,
        )
        chosen = senders.choose(self._candidates(), wanted)
        return next(each for each in self.senders if each.candidate is chosen)

    def verdict(self, sender: Sender, at: datetime) -> sending.Verdict:
        """Return whether a text may leave from this number at `at`, by all that is known now."""
        return sending.verdict(self.facts, sender.account, sender.ours, at)

    def _candidates(self) -> list[Candidate]:
        return [each.candidate for each in self.senders]


async def outlook(
    session: AsyncSession, conversation_id: UUID, author_id: UUID, now: datetime
) -> Outlook | None:
    """Return the outlook for a text of this author; None for a conversation that belongs to no record."""
    author = literal(author_id)
    found = await session.execute(
        select(
            Conversation.customer_number,
            Conversation.phone_number_id,
            Organisation.allowed_from,
            Organisation.allowed_until,
            Organisation.answer_minutes,
            Organisation.uses_team_numbers,
            Organisation.fails_over,
            *FILLING,
            Record.status.label("record_status"),
            Record.timezone,
            (
                Record.unreachable_since.is_not(None)
                & (Record.phone == Conversation.customer_number)
            ).label("is_unreachable"),
            withdrawals_of(Conversation.organisation_id, Conversation.customer_number).label(
                "withdrawals"
            ),
            lacks_consent(Conversation.customer_number).label("lacks_consent"),
            last_heard().label("wrote_at"),
            senders_of(author, PhoneNumber.id == Conversation.phone_number_id).label("senders"),
        )
        .select_from(Conversation)
        .join(Record, Record.id == Conversation.record_id)
        .join(Organisation, Organisation.id == Conversation.organisation_id)
        .join(User, User.id == author)
        .where(Conversation.id == conversation_id)
    )
    row = found.one_or_none()
    if row is None:
        return None
    zones = time_zones.zones_of(
        timezone=row.timezone, country=row.country, region=row.region, phone=row.customer_number
    )
    return Outlook(
        record_kind=RecordKind(row.record_kind),
        values=filling_of(row),
        facts=Facts(
            is_record_active=row.record_status == RecordStatus.ACTIVE,
            is_running=True,
            is_unreachable=row.is_unreachable,
            withdrawals=[withdrawal_of(each) for each in row.withdrawals or ()],
            lacks_consent=row.lacks_consent,
            is_answer=is_answer(row, now),
            allowed=AllowedHours(row.allowed_from, row.allowed_until),
            zones=[ZoneInfo(zone) for zone in zones.zones],
        ),
        senders=[sender_of(each, author_id, now) for each in row.senders or ()],
        wanted=Wanted(
            sticky_id=row.phone_number_id,
            customer_number=row.customer_number,
            uses_team_numbers=row.uses_team_numbers,
            fails_over=row.fails_over,
        ),
    )
