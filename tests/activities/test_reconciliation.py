"""Tests of activities/reconciliation.py, on a real database and the handset, an hour after it all happened."""

from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities import reconciliation
from activities.accounts import OpenAccounts
from activities.reconciliation import Reconciler
from channels.interface import Accepted, OutboundText
from db.consent import queries as consent
from db.engine import Sessions
from db.providers.queries import row_of
from db.reconciliation import queries
from db.tables import (
    Alert,
    Conversation,
    Message,
    MessageMedia,
    PhoneNumber,
    ProbeText,
    ProviderAccount,
    Reconciliation,
    WorkItem,
)
from db.work_items import opening
from domain.alerts import AlertKind
from domain.failures import FailureKind
from domain.media import MediaStatus
from domain.messages import MessageStatus
from domain.notices import Delivery, Notice, ReplyReceived, StartText
from domain.numbers import NumberKind
from domain.work_items import WorkItemKind, WorkItemStatus
from tests.carrier import Carrier
from tests.db.conftest import make_message, one, rows
from tests.makers import (
    ACCOUNT_SID,
    CUSTOMER,
    OUR_NUMBER,
    SECRETS,
    Scene,
    make_account,
    make_conversation,
    make_number,
    make_organisation,
    make_scene,
)
from workflows.activities import BeginReconciliations, Reconciled

DELIVERED, UNCERTAIN = MessageStatus.DELIVERED, MessageStatus.UNCERTAIN
NOTHING = Reconciled(0, 0, 0, 0, 0)
THEIR_NUMBER = "+12125550155"
TELESIGN = "FFFFFFFF-EEEE-DDDD-1234-AB1234567890"
CALLBACK = "http://127.0.0.1:9/status"

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
AT_ONCE = {"sent_after_seconds": 0, "final_after_seconds": 0}


@dataclass
class Office:
    """An organisation whose webhooks nobody calls."""

    sessions: Sessions
    accounts: OpenAccounts
    carrier: Carrier
    scene: Scene
    conversation: Conversation
    now: datetime
    told: list[Notice] = field(default_factory=list)

    async def deliver(self, notice: Notice) -> Delivery:
        self.told.append(notice)
        return Delivery.DELIVERED

    @property
    def reconciler(self) -> Reconciler:
        return Reconciler(self.sessions, self.accounts, self.deliver, lambda: self.now)

    async def compare(self, account: ProviderAccount | None = None) -> Reconciled:
        """Compare the last two days of an account."""
        async with self.sessions.begin() as session:
            row = await queries.begin(session, account or self.scene.account, days=2, now=self.now)
        return await ActivityEnvironment().run(self.reconciler.reconcile_account, row.id)

    async def latest(self) -> Reconciliation:
        return (await rows(self.sessions, Reconciliation))[-1]

    async def send(
        self,
        body: str = "Hello",
        *,
        account: ProviderAccount | None = None,
        message_id: UUID | None = None,
    ) -> str:
        """Have the provider take a text, without a word of it in this database; return the provider's id."""
        async with self.accounts.opened(row_of(account or self.scene.account)) as channel:
            number = OUR_NUMBER if account is None else THEIR_NUMBER
            taken = await channel.send(
                OutboundText(message_id or uuid4(), number, CUSTOMER, body, CALLBACK)
            )
        assert isinstance(taken, Accepted)
        return taken.provider_message_id

    async def text(self, **values: Any) -> Message:
        """Make a text of ours, handed over just now."""
        values = {"submitted_at": datetime.now(UTC)} | values
        account_id = values.pop("provider_account_id", self.scene.account.id)
        return await make_message(self.sessions, self.conversation, account_id, **values)


@pytest.fixture
async def office(sessions: Sessions, carrier: Carrier) -> AsyncIterator[Office]:
    carrier.connect(OUR_NUMBER)
    carrier.behave(callbacks=False, **AT_ONCE)
    async with sessions.begin() as session:
        scene = await make_scene(session, api_base_url=carrier.url)
        scene.account.created_at = scene.number.created_at = LONG_AGO
        conversation = await make_conversation(session, scene.record, scene.number)
    accounts = OpenAccounts(SECRETS, timeout_seconds=2)
    later = datetime.now(UTC) + timedelta(hours=1)
    yield Office(sessions, accounts, carrier, scene, conversation, later)
    await accounts.close()


async def test_replies_that_never_reached_us_are_adopted_and_told_counted_and_alarmed_on(
    office: Office, sessions: Sessions
) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    office.carrier.post(CUSTOMER, OUR_NUMBER, "Yes please")
    office.carrier.post(CUSTOMER, OUR_NUMBER, "Tomorrow?")

    assert await office.compare() == Reconciled(2, 2, 0, 2, 0)
    first, second = await rows(sessions, Message)
    assert (first.body, second.body) == ("Yes please", "Tomorrow?")
    assert first.conversation_id == office.conversation.id
    assert before < first.created_at < datetime.now(UTC) + timedelta(seconds=1)
    assert [type(notice) for notice in office.told] == [ReplyReceived, ReplyReceived]
    assert office.told[0].workflow_id == office.scene.enrollment.workflow_id
    alert = await one(sessions, Alert)
    assert (alert.kind, alert.provider_account_id) == (
        AlertKind.REPLIES_MISSED,
        office.scene.account.id,
    )
    assert alert.text.startswith("2 replies never reached our webhook")
    found = await office.latest()
    assert (found.finished_at, found.error) == (office.now, None)
    assert found.findings == [
        {"kind": "reply_missed", "provider_message_id": first.provider_message_id},
        {"kind": "reply_missed", "provider_message_id": second.provider_message_id},
    ]


async def test_a_second_comparison_finds_nothing_new(office: Office, sessions: Sessions) -> None:
    office.carrier.post(CUSTOMER, OUR_NUMBER, "Yes please")
    await office.text(provider_message_id=await office.send())
    assert await office.compare() == Reconciled(2, 1, 1, 2, 0)
    office.told.clear()

    assert await office.compare() == Reconciled(2, 0, 0, 0, 0)
    assert office.told == []
    assert (await one(sessions, Alert)).times == 1
    assert (await office.latest()).findings == []


async def test_what_came_with_a_reply_is_fetched_afterwards(
    office: Office, sessions: Sessions
) -> None:
    office.carrier.post(CUSTOMER, OUR_NUMBER, "Look", media=[("image/png", b"a picture")])
    assert (await office.compare()).replies_adopted == 1
    text = await one(sessions, Message)
    async with sessions() as session:
        medium = await session.get_one(MessageMedia, (text.id, 0))
    assert (medium.status, medium.claimed_type) == (MediaStatus.WAITING, "image/png")
    # to two workflows, which are told side by side
    assert {notice.kind for notice in office.told} == {"reply_received", "fetch_media"}


async def test_a_stop_that_never_reached_us_opts_the_customer_out(
    office: Office, sessions: Sessions
) -> None:
    office.carrier.post(CUSTOMER, OUR_NUMBER, "STOP")
    assert (await office.compare()).replies_adopted == 1
    async with sessions() as session:
        assert await consent.is_opted_out(session, office.scene.organisation.id, CUSTOMER)
    assert [notice.kind for notice in office.told] == ["end_enrollment"]


async def test_the_answer_of_the_carrier_to_a_stop_is_taken_for_nobodys_text(
    office: Office, sessions: Sessions
) -> None:
    office.carrier.post(CUSTOMER, OUR_NUMBER, "STOP")
    office.now += timedelta(minutes=30)
    assert (await office.compare()).unknown_texts == 0
    assert AlertKind.TEXTS_UNKNOWN not in {each.kind for each in await rows(sessions, Alert)}


async def test_replies_are_taken_in_the_order_they_were_written(
    office: Office, sessions: Sessions
) -> None:
    """The list has the latest first: taken so, the START would come before the STOP it lifts."""
    for body in ("STOP", "START"):
        office.carrier.post(CUSTOMER, OUR_NUMBER, body)
    assert (await office.compare()).replies_adopted == 2
    async with sessions() as session:
        assert not await consent.is_opted_out(session, office.scene.organisation.id, CUSTOMER)


async def test_an_answer_within_the_second_in_which_our_text_left_comes_after_it(
    office: Office, sessions: Sessions
) -> None:
    """The list cuts fractions off, and what came before a text answers nothing."""
    sent = await office.text(submitted_at=datetime.now(UTC))
    office.carrier.post(CUSTOMER, OUR_NUMBER, "Yes please")
    assert (await office.compare()).replies_adopted == 1
    _, reply = await rows(sessions, Message)
    (told,) = office.told
    assert isinstance(told, ReplyReceived)
    assert told.received_at == reply.created_at
    assert sent.submitted_at is not None
    assert told.received_at > sent.submitted_at


async def test_a_reply_that_only_just_came_is_left_to_the_webhook(office: Office) -> None:
    office.carrier.post(CUSTOMER, OUR_NUMBER, "Yes please")
    office.now = datetime.now(UTC) + timedelta(seconds=60)
    assert await office.compare() == NOTHING


async def test_a_text_to_a_number_that_is_not_ours_is_left_alone_and_named(
    office: Office, sessions: Sessions
) -> None:
    office.carrier.connect("+12125550199")
    office.carrier.post(CUSTOMER, "+12125550199", "Who is this?")
    assert await office.compare() == Reconciled(1, 0, 0, 0, 0)
    assert await rows(sessions, Message) == []
    (finding,) = (await office.latest()).findings
    assert finding["kind"] == "unknown_number"


async def test_a_stop_to_a_number_of_our_messaging_service_is_adopted(
    office: Office, sessions: Sessions
) -> None:
    member, service = "+12125550199", "MG" + "5" * 32
    office.carrier.connect(member)
    office.carrier.put_pool(ACCOUNT_SID, service, [member])
    office.carrier.post(CUSTOMER, member, "STOP")
    async with sessions.begin() as session:
        number = await make_number(
            session, office.scene.account, e164=service, kind=NumberKind.MESSAGING_SERVICE
        )
        number.created_at = datetime.now(UTC) + timedelta(seconds=2)
    # what it brought before the service was ours is left alone
    assert (await office.compare()).replies_adopted == 0
    async with sessions.begin() as session:
        await session.execute(update(PhoneNumber).values(created_at=LONG_AGO))
    assert (await office.compare()).replies_adopted == 1
    (text,) = await rows(sessions, Message)
    assert (text.to_number, text.phone_number_id) == (member, number.id)
    async with sessions() as session:
        assert await consent.is_opted_out(session, office.scene.organisation.id, CUSTOMER)


async def test_what_customers_wrote_before_the_number_was_ours_is_not_ours_to_answer(
    office: Office, sessions: Sessions
) -> None:
    office.carrier.post(CUSTOMER, OUR_NUMBER, "Hello, shop!")
    async with sessions.begin() as session:
        added = datetime.now(UTC) + timedelta(seconds=2)
        await session.execute(update(PhoneNumber).values(created_at=added))
    assert await office.compare() == Reconciled(1, 0, 0, 0, 0)
    assert await rows(sessions, Message) == []
    assert [each["kind"] for each in (await office.latest()).findings] == ["unknown_number"]


async def test_what_happened_before_the_account_was_connected_is_not_compared(
    office: Office, sessions: Sessions
) -> None:
    office.carrier.post(CUSTOMER, OUR_NUMBER, "Hello, shop!")
    await office.send()
    async with sessions.begin() as session:
        connected = datetime.now(UTC) + timedelta(seconds=2)
        await session.execute(update(ProviderAccount).values(created_at=connected))
    office.scene.account.created_at = connected
    assert await office.compare() == NOTHING


async def test_statuses_and_prices_that_were_missed_are_adopted(
    office: Office, sessions: Sessions
) -> None:
    await office.text(provider_message_id=await office.send())
    await office.text(provider_message_id=await office.send(), status=DELIVERED)

    assert await office.compare() == Reconciled(2, 0, 1, 2, 0)
    missed, known = await rows(sessions, Message)
    assert (missed.status, missed.finished_at) == (DELIVERED, office.now)
    assert missed.price_micros is not None
    assert missed.price_micros > 0
    assert (known.price_micros, known.price_currency) == (missed.price_micros, "USD")
    assert (await office.latest()).findings == [
        {"kind": "status_missed", "provider_message_id": missed.provider_message_id}
    ]
    assert await rows(sessions, Alert) == []


async def test_a_failure_that_was_missed_has_its_consequences(
    office: Office, sessions: Sessions
) -> None:
    office.carrier.behave(callbacks=False, outcome="undelivered", error_code=30022, **AT_ONCE)
    sid = await office.send()
    text = await office.text(provider_message_id=sid, author_id=office.scene.seller.id)

    assert (await office.compare()).statuses_adopted == 1
    (failed,) = await rows(sessions, Message, id=text.id)
    assert (failed.failure, failed.error_code) == (FailureKind.RETRY, "30022")
    (retry,) = await rows(sessions, Message, retry_of=text.id)
    assert [notice for notice in office.told if isinstance(notice, StartText)] == office.told
    assert [notice.workflow_id for notice in office.told] == [f"text-{retry.id}"]


async def test_a_text_of_which_nobody_knew_whether_it_went_is_settled(
    office: Office, sessions: Sessions
) -> None:
    text = await office.text(status=UNCERTAIN)
    async with sessions.begin() as session:
        await opening.about_text(
            session, text.id, WorkItemKind.UNCERTAIN_TEXT, "Who knows?", office.now
        )
    sid = await office.send()

    assert await office.compare() == Reconciled(1, 0, 1, 1, 0)
    text = await one(sessions, Message)
    assert (text.status, text.provider_message_id) == (DELIVERED, sid)
    assert (await one(sessions, WorkItem)).status is WorkItemStatus.CANCELLED
    assert (await office.latest()).findings == [
        {"kind": "text_settled", "provider_message_id": sid}
    ]


async def test_of_two_texts_that_are_alike_none_is_guessed(
    office: Office, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciliation, "_BATCH", 1)  # seen one after the other
    await office.text(status=UNCERTAIN)
    await office.send()
    await office.send()

    assert await office.compare() == Reconciled(2, 0, 0, 0, 0)
    assert (await one(sessions, Message)).status is UNCERTAIN
    assert await rows(sessions, Alert) == []


async def test_texts_that_the_provider_sent_and_that_are_none_of_ours_are_told_once(
    office: Office, sessions: Sessions
) -> None:
    sid = await office.send("We have your credentials")
    assert await office.compare() == Reconciled(1, 0, 0, 0, 1)
    assert await office.compare() == Reconciled(1, 0, 0, 0, 1)

    alert = await one(sessions, Alert)
    assert (alert.kind, alert.times) == (AlertKind.TEXTS_UNKNOWN, 1)
    assert alert.text.startswith("The provider sent 1 text from this account")
    assert (await office.latest()).findings == [
        {"kind": "unknown_text", "provider_message_id": sid}
    ]


async def test_a_text_that_went_only_minutes_ago_is_not_taken_for_unknown(office: Office) -> None:
    await office.send()
    office.now = datetime.now(UTC) + timedelta(minutes=6)
    assert await office.compare() == Reconciled(1, 0, 0, 0, 0)
    office.now += timedelta(minutes=2)
    assert await office.compare() == Reconciled(1, 0, 0, 0, 1)


async def test_a_test_text_of_an_administrator_is_ours(office: Office, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        test = ProbeText(
            organisation_id=office.scene.organisation.id,
            provider_account_id=office.scene.account.id,
            phone_number_id=office.scene.number.id,
            to_number=CUSTOMER,
            status=MessageStatus.QUEUED,
            provider_message_id=await office.send("A test"),
        )
        session.add(test)
    assert await office.compare() == Reconciled(1, 0, 0, 0, 0)
    assert (await one(sessions, ProbeText)).status is DELIVERED


async def test_a_long_list_is_compared_batch_by_batch(
    office: Office, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciliation, "_BATCH", 2)
    for number in range(5):
        office.carrier.post(CUSTOMER, OUR_NUMBER, f"Text {number}")
    assert (await office.compare()).replies_adopted == 5
    bodies = [text.body for text in await rows(sessions, Message)]
    assert bodies == ["Text 0", "Text 1", "Text 2", "Text 3", "Text 4"]


async def test_only_the_first_hundred_differences_are_named(
    office: Office, sessions: Sessions
) -> None:
    for _ in range(103):
        await office.send("Not ours")
    assert (await office.compare()).unknown_texts == 103
    assert len((await office.latest()).findings) == 100


async def connect(
    office: Office, provider: str, account: str, credentials: dict[str, str]
) -> ProviderAccount:
    """Connect an account of another provider, with a number of its own."""
    secret = {"api_key": credentials["api_key"]}
    office.carrier.put_account(account, secret, protocol=provider)
    office.carrier.put_number(account, THEIR_NUMBER)
    async with office.sessions.begin() as session:
        row = await make_account(
            session, office.scene.organisation.id, api_base_url=office.carrier.url
        )
        row.provider, row.created_at = provider, LONG_AGO
        row.credentials = SECRETS.seal(credentials, row_id=row.id)
    return row


async def test_a_provider_without_a_list_is_asked_for_what_is_overdue(
    office: Office, sessions: Sessions
) -> None:
    key = b64encode(b"0123456789abcdef0123456789abcdef").decode()
    credentials = {"customer_id": TELESIGN, "api_key": key}
    account = await connect(office, "telesign", TELESIGN, credentials)
    values = {"provider_account_id": account.id}
    overdue = await office.text(**values, provider_message_id=await office.send(account=account))
    too_old = datetime.now(UTC) - timedelta(days=2)
    just_now = office.now - timedelta(minutes=9)
    for submitted_at in (too_old, just_now):
        sid = await office.send(account=account)
        await office.text(**values, provider_message_id=sid, submitted_at=submitted_at)
    await office.text(**values, provider_message_id="unknown to TeleSign")

    found = await office.compare(account)
    assert (found.seen, found.statuses_adopted, found.unknown_texts) == (1, 1, 0)
    states = {text.id: text.status for text in await rows(sessions, Message)}
    assert states.pop(overdue.id) is DELIVERED
    assert set(states.values()) == {MessageStatus.QUEUED}


async def test_a_text_that_carries_our_id_needs_no_guess(
    office: Office, sessions: Sessions
) -> None:
    secret = {"api_key": "0123456789abcdef-4f4d-a1b2", "webhook_secret": "only-infobip-knows"}
    account = await connect(office, "infobip", "infobip-account", secret)
    values = {"provider_account_id": account.id, "status": UNCERTAIN}
    texts = [await office.text(**values) for _ in range(2)]
    for text in texts:
        await office.send(account=account, message_id=text.id)
    await office.send(account=account)

    assert (await office.compare(account)).statuses_adopted == 2
    assert {text.status for text in await rows(sessions, Message)} == {DELIVERED}
    row = await office.latest()
    assert (row.seen, row.unknown_texts) == (3, 1)
    assert sorted(finding["kind"] for finding in row.findings) == [
        "text_settled",
        "text_settled",
        "unknown_text",
    ]


async def test_a_provider_that_is_away_is_asked_again_and_until_then_the_row_says_why(
    office: Office, sessions: Sessions
) -> None:
    office.carrier.post(CUSTOMER, OUR_NUMBER, "Yes please")
    office.carrier.behave(account_problem="suspended")
    with pytest.raises(ApplicationError) as failed:
        await office.compare()
    assert failed.value.type == "ProviderUnavailable"
    row = await office.latest()
    assert row.error
    assert row.finished_at == office.now

    office.carrier.behave()
    run = ActivityEnvironment().run
    assert (await run(office.reconciler.reconcile_account, row.id)).replies_adopted == 1
    row = await office.latest()
    assert (row.error, row.replies_adopted) == (None, 1)


async def test_a_comparison_that_breaks_by_a_mistake_of_ours_is_over_and_says_so(
    office: Office, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits for it would else wait for ever."""

    def broken(_: datetime) -> datetime:
        raise LookupError("a mistake")

    office.carrier.post(CUSTOMER, OUR_NUMBER, "Yes please")
    monkeypatch.setattr(reconciliation, "written_at", broken)
    with pytest.raises(LookupError):
        await office.compare()
    row = await office.latest()
    assert (
        row.error
        == "Touchline could not go on by an error of its own, which its worker's log shows."
    )
    assert row.finished_at == office.now


async def test_credentials_that_cannot_be_read_are_the_administrators_to_mend(
    office: Office, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        await session.execute(update(ProviderAccount).values(credentials=b"nonsense"))
    with pytest.raises(ApplicationError):
        await office.compare()
    assert (await office.latest()).error


async def test_what_does_not_exist_is_never_tried_again(office: Office) -> None:
    with pytest.raises(ApplicationError) as failed:
        await ActivityEnvironment().run(office.reconciler.reconcile_account, UUID(int=1))
    assert (failed.value.type, failed.value.non_retryable) == ("NoSuchRow", True)


async def test_the_schedule_compares_every_enabled_account_once_a_run(
    office: Office, sessions: Sessions
) -> None:
    async with sessions.begin() as session:
        other = await make_account(session, (await make_organisation(session)).id)
        other.created_at = LONG_AGO
        (await make_account(session, office.scene.organisation.id)).is_enabled = False
    run = ActivityEnvironment().run
    order = BeginReconciliations(2, "run")
    ids = await run(office.reconciler.begin_reconciliations, order)
    assert await run(office.reconciler.begin_reconciliations, order) == ids
    begun = await rows(sessions, Reconciliation)
    assert sorted(row.id for row in begun) == sorted(ids)
    assert sorted(row.provider_account_id for row in begun) == sorted(
        [office.scene.account.id, other.id]
    )
    assert {(row.until, row.since) for row in begun} == {
        (office.now - timedelta(minutes=2), office.now - timedelta(days=2))
    }
    assert await run(office.reconciler.begin_reconciliations, BeginReconciliations(2, "x")) != ids
