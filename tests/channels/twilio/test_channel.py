"""What the channel itself adds to its parts; each part has its own tests."""

import httpx
import pytest

from channels.interface import Webhook
from channels.twilio.provider import Twilio
from tests.channels.twilio.conftest import ACCOUNT_SID, API_KEY, AUTH_TOKEN, CALLBACK, make_channel

BODY = b"MessageSid=SM00000000000000000000000000000003&MessageStatus=delivered"
# made by HMAC-SHA1 with AUTH_TOKEN over the URL and the fields
SIGNATURE = "A321lbAxlNLYgLvbYb4K+XxFwN4="


def signed_call(signature: str) -> Webhook:
    media_type = "application/x-www-form-urlencoded"
    return Webhook(CALLBACK, {"x-twilio-signature": signature, "content-type": media_type}, BODY)


def nobody(request: httpx.Request) -> httpx.Response:
    raise AssertionError("nothing is to be asked")


@pytest.mark.parametrize("api_key", [None, API_KEY])
async def test_the_token_recognises_calls_whoever_sends(api_key: tuple[str, str] | None) -> None:
    channel = make_channel(nobody, api_key=api_key)
    assert channel.is_genuine(signed_call(SIGNATURE))
    assert not channel.is_genuine(signed_call(SIGNATURE.lower()))
    assert [report.provider_message_id for report in channel.parse_status(signed_call(""))] == [
        "SM00000000000000000000000000000003"
    ]


async def test_our_addresses_need_no_secret() -> None:
    assert make_channel(nobody).webhook_url(CALLBACK) == CALLBACK


async def test_a_channel_that_was_never_used_can_be_closed() -> None:
    credentials = {"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN}
    await Twilio().open(credentials, None, 5.0).close()
