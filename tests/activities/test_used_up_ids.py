"""Texts that a provider refused under an id which it takes no more: Infobip's, of which an account lacked funds.

A file of its own, since what it is about lies between activities/handing_over, activities/lost_answers and the channel.
"""

from datetime import timedelta

from db.messages import statuses
from db.messages.statuses import Report
from db.providers import pausing
from db.tables import ProviderAccount
from domain.failures import FailureKind
from domain.interpreter import Submitted
from domain.messages import HoldKind, MessageStatus
from tests.activities.conftest import Desk
from tests.activities.test_sending import HELLO, change
from tests.carrier import Carrier
from tests.makers import CUSTOMER, OUR_NUMBER, SECRETS

ACCOUNT = "infobip-account"
SECRET = {"api_key": "0123456789abcdef-4f4d-a1b2", "webhook_secret": "only-infobip-knows"}


async def with_infobip(desk: Desk, carrier: Carrier, status: str) -> None:
    """Have the seller's number at Infobip, over an account in `status`."""
    carrier.reset()
    api_key = {"api_key": SECRET["api_key"]}
    carrier.put_account(ACCOUNT, api_key, protocol="infobip", status=status)
    carrier.put_number(ACCOUNT, OUR_NUMBER)
    account_id = desk.scene.account.id
    sealed = SECRETS.seal(SECRET, row_id=account_id)
    await change(desk, ProviderAccount, provider="infobip", credentials=sealed)


async def refill(desk: Desk, carrier: Carrier) -> None:
    carrier.put_account(ACCOUNT, {"api_key": SECRET["api_key"]}, protocol="infobip")
    carrier.put_number(ACCOUNT, OUR_NUMBER)
    async with desk.sessions.begin() as session:
        await pausing.resume(session, desk.scene.account.id, desk.at)


async def test_a_text_that_an_account_without_funds_refused_leaves_once_it_has_some(
    desk: Desk, carrier: Carrier
) -> None:
    await with_infobip(desk, carrier, "funds")
    for _ in range(2):
        assert await desk.try_to_send() == "AccountPaused"
        message = await desk.message()
        assert (message.status, message.held_for) == (MessageStatus.HELD, HoldKind.ACCOUNT)
        assert message.error_code == "status 12"
        desk.pass_time(minutes=3)

    await refill(desk, carrier)
    assert await desk.try_to_send() == Submitted(desk.at)
    assert carrier.received(CUSTOMER) == [HELLO]
    message = await desk.message()
    assert message.status is MessageStatus.QUEUED
    assert message.provider_message_id == f"{message.id}.2"


async def test_a_report_of_the_refusal_says_nothing_of_the_text_as_it_is_sent_again(
    desk: Desk, carrier: Carrier
) -> None:
    """It would have the text fail that is just under way, and a retry would go beside it."""
    await with_infobip(desk, carrier, "funds")
    await desk.try_to_send()
    await refill(desk, carrier)
    carrier.behave(lose_answer=1)
    assert await desk.try_to_send() == "OutcomeUnknown"
    message = await desk.message()
    refused = Report(str(message.id), MessageStatus.FAILED, "status 12", FailureKind.ACCOUNT, "x")
    async with desk.sessions.begin() as session:
        moved = await statuses.record(
            session, desk.scene.account.id, message.id, refused, desk.at + timedelta(seconds=1)
        )
    assert not moved.moved
    assert (await desk.message()).status is MessageStatus.SUBMITTING


async def test_a_lost_answer_to_a_later_request_is_found_by_the_id_of_that(
    desk: Desk, carrier: Carrier
) -> None:
    await with_infobip(desk, carrier, "funds")
    await desk.try_to_send()
    await refill(desk, carrier)
    carrier.behave(lose_answer=1)
    assert await desk.try_to_send() == "OutcomeUnknown"
    carrier.behave()

    assert await desk.try_to_send() == Submitted(desk.at)
    message = await desk.message()
    assert message.provider_message_id == f"{message.id}.1"
    assert carrier.received(CUSTOMER) == [HELLO]
