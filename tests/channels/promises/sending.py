"""What does `send` promise? Each of its ends, and what then exists at the provider."""

import asyncio
import socket
from datetime import timedelta
from typing import Any

import pytest

from channels.interface import Accepted, NotTaken, Rejected, Unknown
from domain.failures import FailureKind
from domain.messages import MessageStatus
from tests.channels.carrier_server import Connection, carrier_server, http_answer
from tests.channels.connected_account import BODY, CUSTOMER, OURS, ConnectedAccount
from tests.channels.promises.texts import BODIES
from tests.channels.receiver import until

SHORT_CODE = "22395"
NAME = "Touchline"


class Sending:
    async def test_a_text_is_taken_and_named(self, account: ConnectedAccount) -> None:
        text = account.text()
        outcome = await account.channel.send(text)
        (request,) = account.requests()
        assert outcome == Accepted(request["message"]["sid"], MessageStatus.QUEUED)
        assert (request["from"], request["to"], request["body"]) == (OURS, CUSTOMER, BODY)
        assert request["status_callback"] == text.status_callback_url

    @pytest.mark.parametrize("body", BODIES)
    async def test_a_text_reaches_the_phone_as_it_was_written(
        self, account: ConnectedAccount, body: str
    ) -> None:
        await account.accepted(account.text(body))
        assert account.carrier.received(CUSTOMER) == [body]

    async def test_a_text_leaves_from_a_short_code(self, account: ConnectedAccount) -> None:
        account.put_number(SHORT_CODE)
        await account.accepted(account.text(from_number=SHORT_CODE))
        assert [request["from"] for request in account.created()] == [SHORT_CODE]

    async def test_a_text_leaves_from_a_name(self, account: ConnectedAccount) -> None:
        account.carrier.put_number(account.case.account, NAME)
        outcome = await account.channel.send(account.text(from_number=NAME))
        if account.case.sends_from_names:
            assert isinstance(outcome, Accepted)
            assert [request["from"] for request in account.created()] == [NAME]
        else:
            assert isinstance(outcome, Rejected)
            assert account.created() == []

    async def test_what_goes_with_a_text_is_fetched_by_the_provider(
        self, account: ConnectedAccount
    ) -> None:
        text = account.text(media_urls=(account.receiver.picture_url,))
        outcome = await account.channel.send(text)
        if account.case.has_media:
            assert isinstance(outcome, Accepted)
            await until(lambda: account.carrier.log("media") != [])
            (fetched,) = account.carrier.log("media")
            assert (fetched["url"], fetched["http_status"]) == (account.receiver.picture_url, 200)
        else:
            assert isinstance(outcome, Rejected)
            assert outcome.failure is FailureKind.NEVER
            assert account.case.provider.knows_code(outcome.code)
            assert account.requests() == []

    async def test_a_text_is_given_up_when_it_may_wait_no_longer(
        self, account: ConnectedAccount
    ) -> None:
        account.behave(sent_after_seconds=60, final_after_seconds=60)
        await account.accepted(account.text(valid_for=timedelta(seconds=10)))
        (request,) = account.created()
        is_given_up = request["message"]["outcome"] == "failed"
        assert is_given_up is account.case.keeps_validity

    @pytest.mark.parametrize(
        "kind",
        [
            FailureKind.RETRY,
            FailureKind.NUMBER,
            FailureKind.OPT_OUT,
            FailureKind.CONTENT,
            FailureKind.ACCOUNT,
            FailureKind.SENDER,
            FailureKind.NEVER,
        ],
    )
    async def test_a_refusal_tells_its_kind(
        self, account: ConnectedAccount, kind: FailureKind
    ) -> None:
        case = account.case
        if kind not in case.refusals:
            # Such a text is taken, and a report says what it was: the test of reports asserts that.
            assert kind in case.failures
            return
        refusal = case.refusals[kind]
        account.behave(reject=1, reject_code=refusal.theirs)
        text = account.text()
        outcome = await account.channel.send(text)
        match outcome:
            case NotTaken(code=code, reason=reason):
                assert kind is FailureKind.RETRY
                assert not case.refuses_repeats
            case Rejected(code=code, failure=failure, reason=reason):
                assert failure is kind
                assert kind is not FailureKind.RETRY or case.refuses_repeats
            case _:
                pytest.fail(f"{outcome}")
        assert code == refusal.ours
        assert case.provider.knows_code(code)
        assert reason.endswith(".")
        assert account.created() == []
        if kind is FailureKind.RETRY:
            account.behave()
            again = await account.channel.send(text)
            assert isinstance(again, Unknown if case.refuses_repeats else Accepted)

    async def test_a_code_that_is_in_no_table_is_kept(self, account: ConnectedAccount) -> None:
        unlisted = account.case.unlisted_refusal
        outcome = await _answered(account, "400 Bad Request", unlisted.body)
        assert isinstance(outcome, Rejected)
        assert (outcome.code, outcome.failure) == (unlisted.code, FailureKind.NEVER)
        assert not account.case.provider.knows_code(unlisted.code)

    async def test_a_refusal_without_a_code_is_called_by_its_status(
        self, account: ConnectedAccount
    ) -> None:
        outcome = await _answered(account, "413 Content Too Large", b"<html>nginx</html>")
        assert isinstance(outcome, Rejected)
        assert (outcome.code, outcome.failure) == ("HTTP 413", FailureKind.NEVER)

    @pytest.mark.parametrize("status", ["unauthorised", "suspended", "funds"])
    async def test_an_account_that_may_not_send_shows_as_such(
        self, account: ConnectedAccount, status: str
    ) -> None:
        account.put(status=status)
        outcome = await account.channel.send(account.text())
        assert isinstance(outcome, Rejected)
        assert outcome.failure is FailureKind.ACCOUNT
        assert account.created() == []

    @pytest.mark.parametrize(
        ("seconds", "wait"), [(None, None), (7, timedelta(seconds=7))], ids=["silent", "told"]
    )
    async def test_too_many_requests_are_told_with_the_wait_that_was_asked_for(
        self, account: ConnectedAccount, seconds: int | None, wait: timedelta | None
    ) -> None:
        account.behave(throttle=1, throttle_retry_after_seconds=seconds)
        outcome = await account.channel.send(account.text())
        assert isinstance(outcome, NotTaken)
        assert (outcome.code, outcome.retry_after) == (account.case.throttled, wait)
        assert outcome.is_throttled
        assert account.created() == []

    async def test_a_text_that_was_not_taken_goes_at_the_next_try(
        self, account: ConnectedAccount
    ) -> None:
        text = account.text()
        account.behave(throttle=1)
        assert isinstance(await account.channel.send(text), NotTaken)
        account.behave()
        await account.accepted(text)
        assert account.carrier.received(CUSTOMER) == [BODY]

    @pytest.mark.parametrize(
        ("fault", "exists"),
        [
            ("cut_before", False),
            ("lose_answer", True),
            ("server_error", False),
            ("error_after", True),
            ("malformed", True),
            ("redirect", False),
        ],
    )
    async def test_without_a_readable_answer_nobody_knows_whether_the_text_exists(
        self, account: ConnectedAccount, fault: str, exists: bool
    ) -> None:
        account.behave(**{fault: 1})
        outcome = await account.channel.send(account.text())
        assert isinstance(outcome, Unknown)
        assert len(account.requests()) == 1
        assert [request["fault"] for request in account.created()] == [fault] * exists

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            pytest.param("200 OK", b"<html>It works</html>", id="a page"),
            pytest.param("200 OK", b"{}", id="an empty object"),
            pytest.param("200 OK", b"[]", id="a list"),
            pytest.param("201 Created", b"", id="nothing"),
            pytest.param("302 Found", b"", id="a redirect"),
            pytest.param("408 Request Timeout", b"", id="408"),
            pytest.param("502 Bad Gateway", b"<html>nginx</html>", id="502"),
        ],
    )
    async def test_an_answer_that_says_nothing_of_the_text_is_no_answer(
        self, account: ConnectedAccount, status: str, body: bytes
    ) -> None:
        assert isinstance(await _answered(account, status, body), Unknown)

    async def test_an_answer_that_is_too_slow_is_lost(self, account: ConnectedAccount) -> None:
        account.behave(delay_seconds=30)
        async with account.opened(timeout_seconds=1) as hasty:
            outcome = await hasty.send(account.text())
        assert isinstance(outcome, Unknown)
        assert len(account.created()) == 1

    async def test_a_request_that_never_left_is_not_taken(self, account: ConnectedAccount) -> None:
        async with account.opened(url=f"http://127.0.0.1:{closed_port()}") as channel:
            outcome = await channel.send(account.text())
        assert isinstance(outcome, NotTaken)
        assert (outcome.code, outcome.retry_after) == (None, None)
        assert not outcome.is_throttled

    async def test_a_second_request_for_a_text_is_what_the_provider_makes_of_it(
        self, account: ConnectedAccount
    ) -> None:
        text = account.text()
        await account.accepted(text)
        again = await account.channel.send(text)
        if account.case.refuses_repeats:
            # No refusal of the text, which went with the first.
            assert isinstance(again, Unknown)
            assert account.carrier.received(CUSTOMER) == [BODY]
        else:
            assert isinstance(again, Accepted)
            assert account.carrier.received(CUSTOMER) == [BODY, BODY]

    async def test_many_texts_at_once_do_not_mix(self, account: ConnectedAccount) -> None:
        texts = [account.text(f"Text {n}") for n in range(20)]
        outcomes = await asyncio.gather(*map(account.accepted, texts))
        ids = {request["body"]: request["message"]["sid"] for request in account.created()}
        assert [outcome.provider_message_id for outcome in outcomes] == [
            ids[f"Text {n}"] for n in range(20)
        ]
        await until(lambda: account.carrier.open_webhooks() == 0)
        assert len(account.receiver.reports) == 40


async def _answered(account: ConnectedAccount, status: str, body: bytes) -> Any:
    """Return what becomes of a text when the provider answers like that."""

    async def script(connection: Connection) -> None:
        await connection.read_request()
        await connection.write(http_answer(status, body))

    async with (
        carrier_server(script) as address,
        account.opened(url=f"http://{address}") as channel,
    ):
        return await channel.send(account.text())


def closed_port() -> int:
    """Return a port at which nothing answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
