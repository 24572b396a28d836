"""What do reports of our texts tell, whenever and however often they come?"""

from functools import reduce

import pytest

from channels.errors import UnreadableWebhook
from channels.interface import Webhook
from domain.failures import FailureKind
from domain.messages import MessageStatus, advance
from tests.channels.connected_account import ConnectedAccount
from tests.channels.receiver import until, with_body

SENT = MessageStatus.SENT
DELIVERED = MessageStatus.DELIVERED


class Reports:
    async def test_a_report_names_the_text_by_both_ids(self, account: ConnectedAccount) -> None:
        text = account.text()
        accepted = await account.accepted(text)
        await until(lambda: len(account.receiver.reports) == 2)
        reports = account.receiver.reports
        assert {report.status for report in reports} == {SENT, DELIVERED}
        assert {report.provider_message_id for report in reports} == {accepted.provider_message_id}
        assert {report.message_id for report in reports} == {text.message_id}
        assert {(report.code, report.failure, report.reason) for report in reports} == {
            (None, None, None)
        }

    async def test_a_report_at_an_address_without_our_id_names_the_text_if_the_provider_keeps_it(
        self, account: ConnectedAccount
    ) -> None:
        address = account.channel.webhook_url(f"{account.receiver.url}/status")
        text = account.text(status_callback_url=address)
        await account.accepted(text)
        await until(lambda: len(account.receiver.reports) == 2)
        known = text.message_id if account.case.keeps_our_ids else None
        assert {report.message_id for report in account.receiver.reports} == {known}

    async def test_a_long_text_is_delivered_when_all_of_it_is(
        self, account: ConnectedAccount
    ) -> None:
        text = account.text("я" * 200)
        accepted = await account.accepted(text)
        await until(lambda: account.carrier.open_webhooks() == 0)
        assert {report.message_id for report in account.receiver.reports} == {text.message_id}
        assert _becomes(account) is (SENT if account.case.reports_by_parts else DELIVERED)
        found = await account.channel.look_up(accepted.provider_message_id)
        assert found is not None
        assert found.status is DELIVERED

    async def test_half_a_surrogate_pair_in_an_id_does_not_keep_a_report_from_us(
        self, account: ConnectedAccount
    ) -> None:
        accepted = await account.accepted(account.text())
        await until(lambda: len(account.receiver.reports) == 2)
        theirs = accepted.provider_message_id.encode()
        (report,) = account.channel.parse_status(
            with_body(
                account.receiver.genuine[0],
                lambda body: body.replace(theirs, account.case.half_a_pair),
            )
        )
        assert set(report.provider_message_id) == {"\ufffd"}

    async def test_a_report_that_was_taken_does_not_come_again(
        self, account: ConnectedAccount
    ) -> None:
        await account.accepted(account.text())
        await until(lambda: account.carrier.open_webhooks() == 0)
        calls = account.carrier.log("callback")
        assert [(call["attempt"], call["answered"]) for call in calls] == [(1, True), (1, True)]

    async def test_a_report_may_come_before_the_answer(self, account: ConnectedAccount) -> None:
        account.behave(callback_before_answer=1)
        text = account.text()
        await account.accepted(text)
        reports = account.receiver.reports
        assert {report.status for report in reports} == {SENT, DELIVERED}
        assert {report.message_id for report in reports} == {text.message_id}

    async def test_a_report_before_an_answer_that_is_lost_names_the_text(
        self, account: ConnectedAccount
    ) -> None:
        account.behave(callback_before_answer=1, lose_answer=1)
        text = account.text()
        await account.channel.send(text)
        assert {report.message_id for report in account.receiver.reports} == {text.message_id}

    async def test_a_report_may_come_late(self, account: ConnectedAccount) -> None:
        account.behave(callback_delay_seconds=0.3)
        accepted = await account.accepted(account.text())
        assert account.receiver.reports == []
        await until(lambda: len(account.receiver.reports) == 2)
        assert {report.provider_message_id for report in account.receiver.reports} == {
            accepted.provider_message_id
        }
        assert _becomes(account) is DELIVERED

    async def test_a_report_that_comes_twice_says_the_same(self, account: ConnectedAccount) -> None:
        account.behave(callback_duplicate=1)
        await account.accepted(account.text())
        await until(lambda: len(account.receiver.reports) == 4)
        assert len(set(account.receiver.reports)) == 2
        assert _becomes(account) is DELIVERED

    async def test_a_report_that_could_not_be_taken_comes_again(
        self, account: ConnectedAccount
    ) -> None:
        account.behave(outcome="sent", webhook_attempts=20)
        account.receiver.is_away = True
        await account.accepted(account.text())
        await until(lambda: len(account.receiver.genuine) >= 2)
        assert account.receiver.reports == []
        account.receiver.is_away = False
        await until(lambda: account.receiver.reports != [])
        assert _becomes(account) is SENT

    async def test_reports_out_of_order_end_at_the_last_state(
        self, account: ConnectedAccount
    ) -> None:
        account.behave(callback_out_of_order=1, final_after_seconds=0.3)
        await account.accepted(account.text())
        await until(lambda: len(account.receiver.reports) == 2)
        assert [report.status for report in account.receiver.reports] == [DELIVERED, SENT]
        assert _becomes(account) is DELIVERED

    async def test_a_text_without_a_receipt_stays_sent(self, account: ConnectedAccount) -> None:
        account.behave(outcome="sent")
        accepted = await account.accepted(account.text())
        await until(lambda: account.carrier.open_webhooks() == 0)
        assert [report.status for report in account.receiver.reports] == [SENT]
        found = await account.channel.look_up(accepted.provider_message_id)
        assert found is not None
        assert found.status is SENT

    async def test_a_text_without_any_report_can_be_asked_about(
        self, account: ConnectedAccount
    ) -> None:
        account.behave(callback_never=1, sent_after_seconds=0, final_after_seconds=0)
        accepted = await account.accepted(account.text())
        found = await account.channel.look_up(accepted.provider_message_id)
        assert account.receiver.reports == []
        assert found is not None
        assert (found.provider_message_id, found.status) == (
            accepted.provider_message_id,
            DELIVERED,
        )

    async def test_a_forged_report_is_refused(self, account: ConnectedAccount) -> None:
        account.behave(webhook_forged=1)
        await account.accepted(account.text())
        await until(lambda: len(account.receiver.reports) == 2)
        assert [entry["http_status"] for entry in account.carrier.log("forged")] == [403, 403]

    @pytest.mark.parametrize(
        "kind",
        [
            FailureKind.RETRY,
            FailureKind.RETRY_ONCE,
            FailureKind.NUMBER,
            FailureKind.OPT_OUT,
            FailureKind.CONTENT,
            FailureKind.SENDER,
        ],
    )
    async def test_a_text_that_did_not_arrive_tells_why(
        self, account: ConnectedAccount, kind: FailureKind
    ) -> None:
        failure = account.case.failures[kind]
        account.behave(outcome="undelivered", error_code=failure.theirs)
        accepted = await account.accepted(account.text())
        await until(lambda: len(account.receiver.reports) == 2)
        looked_up = await account.channel.look_up(accepted.provider_message_id)
        reported = next(report for report in account.receiver.reports if report.failure)
        for said in (reported, looked_up):
            assert said is not None
            assert (said.status, said.failure) == (failure.status, kind)
            assert said.code == failure.ours
            assert said.reason is not None
            assert said.reason.endswith(".")
        assert account.case.provider.knows_code(failure.ours)

    async def test_a_failure_that_is_in_no_table_is_kept(self, account: ConnectedAccount) -> None:
        unlisted = account.case.unlisted_report
        failure = account.case.failures[FailureKind.RETRY_ONCE]
        account.behave(outcome="undelivered", error_code=failure.theirs)
        await account.accepted(account.text())
        await until(lambda: len(account.receiver.reports) == 2)
        webhook = account.receiver.genuine[-1]
        report = account.channel.parse_status(with_body(webhook, unlisted.rewrite))[-1]
        assert (report.code, report.status, report.failure) == (
            unlisted.code,
            unlisted.status,
            unlisted.failure,
        )
        assert not account.case.provider.knows_code(unlisted.code)

    async def test_a_report_is_genuine_as_it_was_sent_and_to_whom(
        self, account: ConnectedAccount
    ) -> None:
        await account.accepted(account.text())
        await until(lambda: len(account.receiver.reports) == 2)
        call = account.receiver.genuine[0]
        headers = {name.lower(): value for name, value in call.headers.items()}
        altered = Webhook(call.url, call.headers, call.body + b" ")
        bare = Webhook(call.url.partition("?")[0], {}, call.body)
        is_genuine = account.channel.is_genuine
        assert is_genuine(call)
        assert is_genuine(Webhook(call.url, headers, call.body))
        assert is_genuine(altered) is not account.case.signs_calls
        assert not is_genuine(bare)
        async with account.opened(credentials=account.case.other_credentials) as another:
            assert not another.is_genuine(call)

    @pytest.mark.parametrize(
        "body",
        [b"", b"{", b"[]", b"null", b"\xff\xfe", b"{}", b'{"results": 1}', b"a=b", b"[" * 9999],
    )
    async def test_what_is_no_report_is_told_apart(
        self, account: ConnectedAccount, body: bytes
    ) -> None:
        webhook = Webhook(account.receiver.status_url("1"), {}, body)
        with pytest.raises(UnreadableWebhook):
            account.channel.parse_status(webhook)


def _becomes(account: ConnectedAccount) -> MessageStatus:
    """Return the state that a text is in after all reports."""
    said = [report.status for report in account.receiver.reports if report.status]
    return reduce(advance, said, MessageStatus.QUEUED)
