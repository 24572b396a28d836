"""Tests of db/consent: what is told late, or said more than once, counts as of when it was said."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from db.consent import queries as consent
from db.consent.imports import Imported, import_numbers
from db.consent.queries import Said
from db.engine import Sessions
from db.messages import inbound
from db.tables import ConsentEntry, Organisation, PhoneNumber, WorkItem
from domain.consent import Purpose, Scope, Source
from domain.do_not_contact import ListedNumber
from domain.work_items import WorkItemKind, WorkItemStatus
from tests.db.conftest import NOW, inbound_text, rows
from tests.makers import CUSTOMER, Scene, make_conversation, make_number

UNCLEAR = "please tell your boss to stop it now"
PLAIN = "Please stop texting me"


def at(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute)


@dataclass
class Ledger:
    """What a customer says, and what colleagues write down of it, each at a minute; the present is the hundredth."""

    sessions: Sessions
    scene: Scene

    async def hears(self, words: str, minute: int, number: PhoneNumber | None = None) -> None:
        text = inbound_text(
            self.scene,
            words,
            provider_message_id=str(uuid4()),
            to_number=(number or self.scene.number).e164,
        )
        async with self.sessions.begin() as session:
            await inbound.store(session, text, at(minute))

    async def withdrawn(
        self, source: Source, minute: int, *, purpose: Purpose | None = None
    ) -> None:
        said = Said(source, at(minute), actor_id=self.scene.seller.id, purpose=purpose)
        async with self.sessions.begin() as session:
            await consent.withdraw(session, self._organisation_id, CUSTOMER, said, at(100))

    async def granted(self, minute: int, *, until: int | None = None) -> None:
        said = Said(
            Source.FORM,
            at(minute),
            actor_id=self.scene.seller.id,
            wording="I agree to texts.",
            expires_at=None if until is None else at(until),
        )
        async with self.sessions.begin() as session:
            await consent.grant(session, self._organisation_id, CUSTOMER, said, at(100))

    async def listed(self, minute: int | None) -> Imported:
        row = ListedNumber(2, CUSTOMER, None, None, since=None if minute is None else at(minute))
        async with self.sessions.begin() as session:
            return await import_numbers(
                session,
                self._organisation_id,
                [row],
                source=Source.IMPORT,
                file="list.csv",
                actor_id=self.scene.seller.id,
                now=at(100),
            )

    async def is_opted_out(self) -> bool:
        async with self.sessions() as session:
            return await consent.is_opted_out(session, self._organisation_id, CUSTOMER)

    async def is_unclear(self) -> bool:
        async with self.sessions() as session:
            found = await consent.in_force(session, self._organisation_id, CUSTOMER)
        return any(each.is_unclear for each in found)

    async def open_questions(self) -> int:
        found = await rows(
            self.sessions,
            WorkItem,
            kind=WorkItemKind.CONSENT_QUESTION,
            status=WorkItemStatus.OPEN,
        )
        return len(found)

    async def narrow(self) -> PhoneNumber:
        """Let a withdrawal reach one number of ours; return another one that the customer knows."""
        async with self.sessions.begin() as session:
            await session.execute(update(Organisation).values(withdrawal_scope=Scope.NUMBER))
            return await make_number(session, self.scene.account, e164="+12025550177")

    @property
    def _organisation_id(self) -> UUID:
        return self.scene.organisation.id


@pytest.fixture
async def ledger(sessions: Sessions, scene: Scene) -> Ledger:
    async with sessions.begin() as session:
        await make_conversation(session, scene.record, scene.number)
    return Ledger(sessions, scene)


@pytest.mark.parametrize("again", [Source.COMPLAINT, Source.REPLY])
async def test_consent_given_between_two_withdrawals_lifts_neither(
    ledger: Ledger, again: Source
) -> None:
    await ledger.withdrawn(Source.CUSTOMER_CALL, 10)
    if again is Source.REPLY:
        await ledger.hears(PLAIN, 60)
    else:
        await ledger.withdrawn(again, 60)
    await ledger.granted(30)
    assert await ledger.is_opted_out()
    await ledger.granted(61)
    assert not await ledger.is_opted_out()


async def test_a_withdrawal_that_is_told_late_takes_none_back(ledger: Ledger) -> None:
    await ledger.withdrawn(Source.COMPLAINT, 60)
    await ledger.withdrawn(Source.SELLER, 10)
    await ledger.granted(30)
    assert await ledger.is_opted_out()


async def test_a_start_that_is_found_late_lifts_no_stop_that_was_said_again_after_it(
    ledger: Ledger,
) -> None:
    await ledger.hears(PLAIN, 10)
    await ledger.hears("STOP", 30)
    await ledger.hears("START", 20)
    assert await ledger.is_opted_out()


async def test_consent_that_has_run_out_lifts_nothing(ledger: Ledger) -> None:
    await ledger.withdrawn(Source.SELLER, 10)
    await ledger.granted(30, until=90)
    assert await ledger.is_opted_out()
    await ledger.granted(40, until=110)
    assert not await ledger.is_opted_out()


@pytest.mark.parametrize(
    ("listed", "is_new", "is_lifted"),
    [(60, True, False), (5, False, True), (None, False, True)],
    ids=["later", "earlier", "undated"],
)
async def test_a_list_that_dates_a_withdrawal_later_says_it_again(
    ledger: Ledger, listed: int | None, is_new: bool, is_lifted: bool
) -> None:
    await ledger.withdrawn(Source.SELLER, 10)
    assert (await ledger.listed(listed)).added == int(is_new)
    assert (await ledger.listed(listed)).added == 0
    assert len(await rows(ledger.sessions, ConsentEntry)) == 1 + is_new
    await ledger.granted(30)
    assert await ledger.is_opted_out() is not is_lifted


async def test_a_start_that_is_found_late_answers_no_question_asked_after_it(
    ledger: Ledger,
) -> None:
    await ledger.hears(PLAIN, 10)
    await ledger.hears(UNCLEAR, 30)
    await ledger.hears("START", 20)
    assert not await ledger.is_opted_out()
    assert (await ledger.is_unclear(), await ledger.open_questions()) == (True, 1)


async def test_a_withdrawal_of_one_number_answers_no_question_about_another(
    ledger: Ledger,
) -> None:
    other = await ledger.narrow()
    await ledger.hears(UNCLEAR, 10)
    await ledger.hears(PLAIN, 20, other)
    assert (await ledger.is_unclear(), await ledger.open_questions()) == (True, 1)
    await ledger.hears(PLAIN, 30)
    assert (await ledger.is_unclear(), await ledger.open_questions()) == (False, 0)


async def test_a_withdrawal_from_marketing_answers_no_question_about_all_texts(
    ledger: Ledger,
) -> None:
    await ledger.hears(UNCLEAR, 10)
    await ledger.withdrawn(Source.SELLER, 20, purpose=Purpose.MARKETING)
    assert (await ledger.is_unclear(), await ledger.open_questions()) == (True, 1)
    await ledger.withdrawn(Source.SELLER, 30)
    assert (await ledger.is_unclear(), await ledger.open_questions()) == (False, 0)
