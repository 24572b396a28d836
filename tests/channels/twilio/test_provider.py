import pytest

from channels.errors import InvalidCredentials
from channels.twilio.provider import Twilio
from tests.channels.twilio.conftest import ACCOUNT_SID, API_KEY, AUTH_TOKEN

GOOD = {"account_sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN}
KEY = {"api_key_sid": API_KEY[0], "api_key_secret": API_KEY[1]}


@pytest.mark.parametrize(
    ("credentials", "base_url"),
    [
        (GOOD, None),
        (GOOD | KEY, "https://api.dublin.ie1.twilio.com/"),
        (GOOD | {"api_key_sid": "", "api_key_secret": ""}, "http://127.0.0.1:8420"),
        ({"account_sid": f" {ACCOUNT_SID}\n", "auth_token": AUTH_TOKEN}, None),
    ],
)
async def test_an_account_opens_without_asking_the_provider(
    credentials: dict[str, str], base_url: str | None
) -> None:
    channel = Twilio().open(credentials, base_url, 5.0)
    await channel.close()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"account_sid": ""}, "The Account SID is missing."),
        ({"auth_token": " "}, "The Auth token is missing."),
        ({"account_sid": "AC123"}, "An Account SID is AC and 32 hexadecimal digits."),
        ({"account_sid": API_KEY[0]}, "An Account SID is AC and 32 hexadecimal digits."),
        ({"account_sid": ACCOUNT_SID + "/x"}, "An Account SID is AC and 32 hexadecimal digits."),
        ({"api_key_sid": API_KEY[0]}, "An API key needs both its SID and its secret."),
        ({"api_key_secret": "s"}, "An API key needs both its SID and its secret."),
        (KEY | {"api_key_sid": ACCOUNT_SID}, "An API key SID is SK and 32 hexadecimal digits."),
        ({"password": "x"}, "Twilio has no credential called password."),
    ],
)
def test_credentials_that_cannot_be_right_are_refused_by_name(
    changes: dict[str, str], words: str
) -> None:
    with pytest.raises(InvalidCredentials) as refused:
        Twilio().open(GOOD | changes, None, 5.0)
    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("base_url", "words"),
    [
        ("api.twilio.com", "The base URL must begin with https:// or http:// and a host."),
        ("ftp://api.twilio.com", "The base URL must begin with https:// or http:// and a host."),
        ("https://", "The base URL must begin with https:// or http:// and a host."),
        (
            "https://me:x@a.example.org",
            "The base URL must be an address only, without user or query.",
        ),
        (
            "https://a.example.org/?q=1",
            "The base URL must be an address only, without user or query.",
        ),
        ("https://a.example.org:x", "The base URL is not a URL."),
        ("https://a.example.org:65536", "The base URL's port must be between 1 and 65535."),
    ],
)
def test_a_base_url_that_cannot_be_right_is_refused(base_url: str, words: str) -> None:
    with pytest.raises(InvalidCredentials) as refused:
        Twilio().open(GOOD, base_url, 5.0)
    assert str(refused.value) == words


async def test_what_an_open_channel_shows_of_itself_holds_no_secret() -> None:
    channel = Twilio().open(GOOD | KEY, None, 5.0)
    shown = repr(channel) + repr(vars(channel))
    await channel.close()
    assert AUTH_TOKEN not in shown
    assert API_KEY[1] not in shown


@pytest.mark.parametrize(
    ("code", "is_known"),
    [("30003", True), ("99999", False), ("HTTP 413", False), ("", False), ("²", False)],
)
def test_a_code_that_is_in_no_table_is_told_apart(code: str, is_known: bool) -> None:
    assert Twilio().knows_code(code) is is_known


def test_every_field_says_where_its_value_is_found() -> None:
    assert all(field.hint.endswith(".") for field in Twilio().credential_fields)
    assert not Twilio().needs_base_url


def test_the_form_for_the_administrator_marks_what_is_secret_and_what_is_needed() -> None:
    assert [(f.name, f.is_secret, f.is_required) for f in Twilio().credential_fields] == [
        ("account_sid", False, True),
        ("auth_token", True, True),
        ("api_key_sid", False, False),
        ("api_key_secret", True, False),
    ]
