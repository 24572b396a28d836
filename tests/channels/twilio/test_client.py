import pytest

from channels.http import AnswerLost
from channels.transport import PooledTransport
from channels.twilio.client import TwilioClient, TwilioCredentials
from channels.twilio.http import TwilioHttp
from tests.channels.twilio.conftest import ACCOUNT_SID, API_KEY, AUTH_TOKEN


def client_at(base_url: str) -> TwilioClient:
    http = TwilioHttp(PooledTransport(), 5.0)
    return TwilioClient(ACCOUNT_SID, (ACCOUNT_SID, AUTH_TOKEN), base_url, http)


@pytest.mark.parametrize(
    ("base_url", "uri", "asked"),
    [
        ("https://api.twilio.com", "https://api.twilio.com/x", "https://api.twilio.com/x"),
        ("http://127.0.0.1:8420", "https://api.twilio.com/x?y", "http://127.0.0.1:8420/x?y"),
        ("http://127.0.0.1:8420", "http://127.0.0.1:8420/x", "http://127.0.0.1:8420/x"),
        ("http://127.0.0.1:8420", "https://messaging.twilio.com/x", "http://127.0.0.1:8420/x"),
        ("https://a.example.org/edge", "https://api.twilio.com/x", "https://a.example.org/edge/x"),
        (
            "https://api.sydney.au1.twilio.com",
            "https://messaging.twilio.com/v1/x",
            "https://messaging.sydney.au1.twilio.com/v1/x",
        ),
        (
            "https://api.sydney.au1.twilio.com",
            "https://messaging.sydney.au1.twilio.com/v1/x",
            "https://messaging.sydney.au1.twilio.com/v1/x",
        ),
    ],
)
def test_twilios_addresses_are_replaced_by_ours(base_url: str, uri: str, asked: str) -> None:
    assert client_at(base_url).get_hostname(uri) == asked


@pytest.mark.parametrize(
    "uri",
    [
        "https://elsewhere.example.org/",
        "https://api.twilio.com.example.org/",
        "https://api.twilio.com@example.org/",
        "http://api.twilio.com/",
        "https://lookups.twilio.com/",
    ],
)
def test_the_credentials_go_nowhere_else(uri: str) -> None:
    with pytest.raises(AnswerLost, match="another address"):
        client_at("https://api.twilio.com").get_hostname(uri)


def test_what_credentials_show_of_themselves_is_no_secret() -> None:
    shown = repr(TwilioCredentials(ACCOUNT_SID, AUTH_TOKEN, API_KEY))
    assert AUTH_TOKEN not in shown
    assert API_KEY[1] not in shown


def test_an_api_key_asks_in_the_place_of_the_token() -> None:
    with_key = TwilioCredentials(ACCOUNT_SID, AUTH_TOKEN, API_KEY)
    assert (with_key.owner, with_key.sender) == ((ACCOUNT_SID, AUTH_TOKEN), API_KEY)
    assert TwilioCredentials(ACCOUNT_SID, AUTH_TOKEN).sender == (ACCOUNT_SID, AUTH_TOKEN)
