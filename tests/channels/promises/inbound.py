"""What do customers' texts bring, from whomever and however they are written?"""

import pytest

from channels.errors import MediaRefused, UnreadableWebhook
from channels.interface import Accepted, InboundText, Media, Rejected, Webhook
from domain.failures import FailureKind
from tests.channels.connected_account import BODY, CUSTOMER, OURS, ConnectedAccount
from tests.channels.promises.texts import BODIES
from tests.channels.receiver import until, with_body

SHORT_CODE = "22395"
PICTURE = b"\x89PNG\r\n\x1a\n of a cat"


class Inbound:
    @pytest.mark.parametrize("body", [*BODIES, pytest.param("", id="empty")])
    async def test_a_text_comes_as_it_was_written_in_every_encoding_of_the_provider(
        self, account: ConnectedAccount, body: str
    ) -> None:
        sent = account.carrier.post(CUSTOMER, OURS, body)
        text = await _received(account)
        assert text == InboundText(sent["sid"], CUSTOMER, OURS, body, None)
        await until(lambda: account.carrier.open_webhooks() == 0)
        (call,) = account.carrier.log("webhook")
        assert call["answered"]
        (webhook,) = account.receiver.genuine
        assert account.case.encodings
        for encode in account.case.encodings:
            other = with_body(webhook, encode)
            assert other.body != webhook.body
            assert account.channel.parse_inbound(other) == [text]

    async def test_what_cannot_be_stored_does_not_keep_a_text_from_us(
        self, account: ConnectedAccount
    ) -> None:
        account.carrier.post(CUSTOMER, OURS, "a\x00b")
        assert (await _received(account)).body == "a\ufffdb"

    @pytest.mark.parametrize("where", [BODY, "id", CUSTOMER, OURS])
    async def test_half_a_surrogate_pair_does_not_keep_a_text_from_us(
        self, account: ConnectedAccount, where: str
    ) -> None:
        sent = account.carrier.post(CUSTOMER, OURS, "Stop-texting-me")
        text = await _received(account)
        (webhook,) = account.receiver.genuine
        before = {BODY: "texting", "id": sent["sid"]}.get(where, where.removeprefix("+"))
        (read,) = account.channel.parse_inbound(
            with_body(webhook, lambda body: body.replace(before.encode(), account.case.half_a_pair))
        )
        was = (text.body, text.provider_message_id, text.from_number, text.to_number)
        now = (read.body, read.provider_message_id, read.from_number, read.to_number)
        ((old, new),) = [pair for pair in zip(was, now, strict=True) if pair[0] != pair[1]]
        # UTF-8 has no halves: a form shows each of its bytes
        assert new.replace("\ufffd\ufffd\ufffd", "\ufffd").lstrip("+") == old.replace(
            before, "\ufffd"
        ).lstrip("+")

    @pytest.mark.parametrize(
        "sender",
        [
            pytest.param("22395", id="short code"),
            pytest.param("12345678", id="short code as long as a number"),
            pytest.param("BANK ALERT", id="alphanumeric"),
            pytest.param("+442071838750", id="United Kingdom"),
            pytest.param("+4798765432", id="Norway"),
            pytest.param("+2908123", id="as short as a short code"),
        ],
    )
    async def test_a_text_names_its_sender(self, account: ConnectedAccount, sender: str) -> None:
        account.carrier.post(sender, OURS, BODY)
        text = await _received(account)
        assert (text.from_number, text.to_number) == (sender, OURS)

    async def test_a_text_comes_to_a_short_code(self, account: ConnectedAccount) -> None:
        account.put_number(SHORT_CODE)
        account.carrier.post(CUSTOMER, SHORT_CODE, BODY)
        text = await _received(account)
        assert (text.from_number, text.to_number) == (CUSTOMER, SHORT_CODE)

    async def test_a_picture_comes_with_its_text(self, account: ConnectedAccount) -> None:
        case, channel = account.case, account.channel
        account.carrier.post(CUSTOMER, OURS, "My cat", media=[("image/png", PICTURE)])
        text = await _received(account)
        assert text.body == "My cat"
        if not case.has_media:
            assert text.media == ()
            assert await channel.media_of(text.provider_message_id) == []
            with pytest.raises(MediaRefused):
                await channel.fetch_media(f"{account.carrier.url}/cat.png", max_bytes=1000)
            return
        (link,) = text.media
        assert link.content_type == "image/png"
        assert await channel.fetch_media(link.url, max_bytes=1000) == Media("image/png", PICTURE)
        assert await channel.media_of(text.provider_message_id) == [link]
        for url, max_bytes in [(link.url, 5), (account.receiver.picture_url, 1000)]:
            with pytest.raises(MediaRefused):
                await channel.fetch_media(url, max_bytes=max_bytes)

    async def test_a_text_that_could_not_be_taken_comes_again(
        self, account: ConnectedAccount
    ) -> None:
        account.behave(webhook_attempts=20)
        account.receiver.is_away = True
        sent = account.carrier.post(CUSTOMER, OURS, BODY)
        await until(lambda: len(account.receiver.genuine) >= 2)
        account.receiver.is_away = False
        assert (await _received(account)).provider_message_id == sent["sid"]
        read = [account.channel.parse_inbound(webhook) for webhook in account.receiver.genuine]
        assert read == [account.receiver.texts] * len(read)

    async def test_texts_alike_have_ids_of_their_own(self, account: ConnectedAccount) -> None:
        ids = {account.carrier.post(CUSTOMER, OURS, BODY)["sid"] for _ in range(5)}
        await until(lambda: len(account.receiver.texts) == 5)
        assert {text.provider_message_id for text in account.receiver.texts} == ids
        assert len(ids) == 5

    async def test_a_forged_text_is_refused(self, account: ConnectedAccount) -> None:
        account.behave(webhook_forged=1)
        account.carrier.post(CUSTOMER, OURS, BODY)
        await _received(account)
        assert [entry["http_status"] for entry in account.carrier.log("forged")] == [403]
        assert len(account.receiver.genuine) == 1

    @pytest.mark.parametrize(
        ("word", "keyword"), [("STOP", "stop"), ("START", "start"), ("HELP", "help")]
    )
    async def test_a_keyword_comes_as_a_text(
        self, account: ConnectedAccount, word: str, keyword: str
    ) -> None:
        account.carrier.post(CUSTOMER, OURS, word)
        text = await _received(account)
        assert text.body == word
        assert text.keyword == (keyword if account.case.names_keywords else None)

    async def test_after_stop_nothing_reaches_the_customer_until_start(
        self, account: ConnectedAccount
    ) -> None:
        account.carrier.post(CUSTOMER, OURS, "STOP")
        outcome = await account.channel.send(account.text())
        if FailureKind.OPT_OUT in account.case.refusals:
            assert isinstance(outcome, Rejected)
            assert outcome.failure is FailureKind.OPT_OUT
        else:
            assert isinstance(outcome, Accepted)
            await until(lambda: account.receiver.reports != [])
            (report,) = account.receiver.reports
            assert report.failure is FailureKind.OPT_OUT
        account.carrier.post(CUSTOMER, OURS, "START")
        again = await account.accepted(account.text())
        found = await account.channel.look_up(again.provider_message_id)
        assert found is not None
        assert found.failure is None

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"a=b", b"[" * 9999])
    async def test_what_is_no_text_is_told_apart(
        self, account: ConnectedAccount, body: bytes
    ) -> None:
        webhook = Webhook(account.receiver.inbound_url, {}, body)
        with pytest.raises(UnreadableWebhook):
            account.channel.parse_inbound(webhook)


async def _received(account: ConnectedAccount) -> InboundText:
    """Wait for the one text that comes."""
    await until(lambda: account.receiver.texts != [])
    (text,) = account.receiver.texts
    return text
