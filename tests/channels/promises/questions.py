"""What can an account be asked: whether it works, what it has, what became of a text, and where it calls us?"""

from datetime import UTC, datetime, timedelta

import pytest

from channels.errors import InvalidCredentials, ProviderUnavailable
from channels.interface import (
    ByHand,
    DiscoveredNumber,
    Problem,
    ProviderMessage,
    Registered,
    Unknown,
)
from domain.messages import Direction, MessageStatus
from domain.numbers import NumberKind
from tests.channels.carrier_server import Connection, carrier_server, http_answer
from tests.channels.connected_account import BODY, CUSTOMER, OURS, ConnectedAccount, sent
from tests.channels.promises.sending import closed_port
from tests.channels.receiver import until

SHORT_CODE = "22395"
ANOTHER = "+12125550112"


class Questions:
    async def test_an_account_that_is_right_passes(self, account: ConnectedAccount) -> None:
        verdict = await account.channel.verify()
        assert verdict.ok, verdict
        assert account.created() == []

    async def test_credentials_of_nobody_are_told(self, account: ConnectedAccount) -> None:
        async with account.opened(credentials=account.case.other_credentials) as channel:
            assert (await channel.verify()).problem is Problem.CREDENTIALS

    async def test_a_suspended_account_is_told(self, account: ConnectedAccount) -> None:
        account.put(status="suspended")
        assert (await account.channel.verify()).problem is account.case.suspended

    async def test_an_address_without_an_answer_is_told(self, account: ConnectedAccount) -> None:
        async with account.opened(url=f"http://127.0.0.1:{closed_port()}") as channel:
            assert (await channel.verify()).problem is Problem.UNREACHABLE

    @pytest.mark.parametrize(
        "answer",
        [
            pytest.param(http_answer("200 OK", b"<html>It works</html>"), id="a page"),
            pytest.param(http_answer("200 OK", b'{"version": 7}'), id="another API"),
            pytest.param(http_answer("404 Not Found", b"<html>nginx</html>"), id="no page"),
            pytest.param(http_answer("301 Moved", b"", "Location: /login"), id="a redirect"),
        ],
    )
    async def test_an_address_of_something_else_is_told(
        self, account: ConnectedAccount, answer: bytes
    ) -> None:
        async def script(connection: Connection) -> None:
            await connection.read_request()
            await connection.write(answer)

        async with (
            carrier_server(script) as address,
            account.opened(url=f"http://{address}") as channel,
        ):
            assert (await channel.verify()).problem is Problem.NOT_THE_PROVIDER

    async def test_credentials_that_are_missing_are_named_and_never_quoted(
        self, account: ConnectedAccount
    ) -> None:
        case = account.case
        for field in case.provider.credential_fields:
            if not field.is_required:
                continue
            rest = {name: value for name, value in case.credentials.items() if name != field.name}
            with pytest.raises(InvalidCredentials, match=field.label) as raised:
                case.provider.open(rest, account.carrier.url, 5.0)
            assert not any(value in str(raised.value) for value in rest.values())

    @pytest.mark.parametrize(("fault", "exists"), [("cut_before", False), ("lose_answer", True)])
    async def test_a_text_whose_answer_was_lost_is_found_again_where_there_is_a_list(
        self, account: ConnectedAccount, fault: str, exists: bool
    ) -> None:
        await account.accepted(account.text("Another text", to_number=ANOTHER))
        account.behave(**{fault: 1})
        text = account.text()
        assert isinstance(await account.channel.send(text), Unknown)
        found = await account.channel.find_sent(sent(text))
        if Direction.OUTBOUND not in account.case.lists:
            assert found is None
            return
        created = [each for each in account.created() if each["body"] == BODY]
        assert found is not None
        assert len(found) == exists
        assert [message.provider_message_id for message in found] == [
            each["message"]["sid"] for each in created
        ]
        for message in found:
            assert _facts(message) == (Direction.OUTBOUND, OURS, CUSTOMER, BODY)
            assert message.message_id == (text.message_id if account.case.keeps_our_ids else None)

    async def test_the_list_shows_the_texts_of_its_time(self, account: ConnectedAccount) -> None:
        lists = account.case.lists
        accepted = await account.accepted(account.text())
        received = account.carrier.post(CUSTOMER, OURS, "A reply")["sid"]
        await until(lambda: len(account.receiver.reports) == 2)
        now, hour = datetime.now(UTC), timedelta(hours=1)
        recent = account.channel.list_messages(since=now - hour, until=now + hour)
        others = [
            account.channel.list_messages(since=now - 2 * hour, until=now - hour),
            account.channel.list_messages(since=now + hour, until=now + 2 * hour),
        ]
        if not lists:
            assert recent is None
            assert others == [None, None]
            return
        assert recent is not None
        found = {message.provider_message_id: message async for message in recent}
        assert found.keys() == (
            {accepted.provider_message_id} | ({received} if Direction.INBOUND in lists else set())
        )
        ours = found[accepted.provider_message_id]
        assert _facts(ours) == (Direction.OUTBOUND, OURS, CUSTOMER, BODY)
        assert ours.status is MessageStatus.DELIVERED
        assert abs(ours.created_at - now) < timedelta(minutes=1)
        if Direction.INBOUND in lists:
            theirs = found[received]
            assert _facts(theirs) == (Direction.INBOUND, CUSTOMER, OURS, "A reply")
            assert theirs.status is MessageStatus.RECEIVED
        for other in others:
            assert other is not None
            assert [message async for message in other] == []

    async def test_a_text_can_be_asked_about_from_its_beginning_to_its_end(
        self, account: ConnectedAccount
    ) -> None:
        account.behave(sent_after_seconds=0.3, final_after_seconds=0.3)
        accepted = await account.accepted(account.text())
        first = await account.channel.look_up(accepted.provider_message_id)
        await until(lambda: len(account.receiver.reports) == 2)
        last = await account.channel.look_up(accepted.provider_message_id)
        assert first is not None
        assert last is not None
        assert (first.status, last.status) == (MessageStatus.QUEUED, MessageStatus.DELIVERED)
        assert last.provider_message_id == accepted.provider_message_id

    async def test_nothing_is_known_of_a_text_that_never_was(
        self, account: ConnectedAccount
    ) -> None:
        assert await account.channel.look_up(account.case.unknown_id) is None

    async def test_an_account_lists_what_it_can_send_from(self, account: ConnectedAccount) -> None:
        account.put_number(SHORT_CODE)
        found = await account.channel.list_numbers()
        if not account.case.lists_numbers:
            assert found is None
            return
        assert found is not None
        assert {(number.e164, number.kind) for number in found} == {
            (OURS, NumberKind.LONG_CODE),
            (SHORT_CODE, NumberKind.SHORT_CODE),
        }
        assert all(isinstance(number, DiscoveredNumber) for number in found)

    @pytest.mark.parametrize("trouble", ["refused", "unreachable"])
    async def test_a_provider_that_cannot_be_asked_is_never_taken_for_one_that_has_nothing(
        self, account: ConnectedAccount, trouble: str
    ) -> None:
        text = account.text()
        url = ""
        if trouble == "refused":
            account.behave(account_problem="unauthorised")
        else:
            url = f"http://127.0.0.1:{closed_port()}"
        async with account.opened(url=url) as channel:
            with pytest.raises(ProviderUnavailable):
                await channel.look_up(account.case.unknown_id)
            if account.case.lists:
                with pytest.raises(ProviderUnavailable):
                    await channel.find_sent(sent(text))
                now = datetime.now(UTC)
                messages = channel.list_messages(since=now - timedelta(hours=1), until=now)
                assert messages is not None
                with pytest.raises(ProviderUnavailable):
                    [message async for message in messages]
            if account.case.lists_numbers:
                with pytest.raises(ProviderUnavailable):
                    await channel.list_numbers()
            if account.case.registers_webhooks:
                with pytest.raises(ProviderUnavailable):
                    await channel.register_webhooks(
                        OURS,
                        inbound_url=account.receiver.inbound_url,
                        status_url=account.receiver.status_url(1),
                    )

    async def test_customers_texts_come_to_the_address_that_was_registered(
        self, account: ConnectedAccount
    ) -> None:
        inbound_url = account.receiver.inbound_url
        account.carrier.put_number(account.case.account, OURS, sms_url="http://127.0.0.1:9/old")
        registration = await account.channel.register_webhooks(
            OURS, inbound_url=inbound_url, status_url=account.receiver.status_url(1)
        )
        if account.case.registers_webhooks:
            assert registration == Registered()
        else:
            assert isinstance(registration, ByHand)
            assert inbound_url in registration.instructions
            assert OURS in registration.instructions
            account.carrier.put_number(account.case.account, OURS, sms_url=inbound_url)
        account.carrier.post(CUSTOMER, OURS, BODY)
        await until(lambda: account.receiver.texts != [])

    async def test_an_address_we_give_away_holds_none_of_the_providers_credentials(
        self, account: ConnectedAccount
    ) -> None:
        address = "https://sms.example.org/api/v1/webhooks/x/7/status"
        for url in (address, f"{address}?message=1"):
            given = account.channel.webhook_url(url)
            assert given.startswith(url)
            assert not any(secret in given for secret in account.case.secrets)
            if account.case.webhook_secret:
                assert account.case.webhook_secret in given
            else:
                assert given == url


def _facts(message: ProviderMessage) -> tuple[Direction, str, str, str]:
    return message.direction, message.from_number, message.to_number, message.body
