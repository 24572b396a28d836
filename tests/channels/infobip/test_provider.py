import pytest

from channels.credentials import completed
from channels.errors import InvalidCredentials
from channels.infobip.provider import Infobip
from channels.interface import Provider
from tests.channels.infobip.conftest import API_KEY, SECRET

GOOD = {"api_key": API_KEY, "webhook_secret": SECRET}
BASE_URL = "https://abc12.api.infobip.com"


@pytest.mark.parametrize(
    ("credentials", "base_url"),
    [
        (GOOD, BASE_URL),
        (GOOD, "http://127.0.0.1:8420/"),
        ({"api_key": f" {API_KEY}\n", "webhook_secret": SECRET}, BASE_URL),
    ],
)
async def test_an_account_opens_without_asking_the_provider(
    credentials: dict[str, str], base_url: str
) -> None:
    provider: Provider = Infobip()
    channel = provider.open(credentials, base_url, 5.0)
    await channel.close()


async def test_the_secret_of_the_webhooks_is_drawn_if_it_is_left_empty() -> None:
    drawn = completed(Infobip().credential_fields, {"api_key": API_KEY, "webhook_secret": ""})
    channel = Infobip().open(drawn, BASE_URL, 5.0)
    await channel.close()
    assert drawn["api_key"] == API_KEY
    again = completed(Infobip().credential_fields, {"api_key": API_KEY})
    assert again["webhook_secret"] != drawn["webhook_secret"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"api_key": ""}, "The API key is missing."),
        ({"api_key": f"App {API_KEY}"}, 'An API key holds no blanks: enter it without "App".'),
        ({"api_key": "kéy"}, 'An API key holds no blanks: enter it without "App".'),
        ({"webhook_secret": ""}, "The Webhook secret must have at least 16 characters."),
        ({"webhook_secret": "x" * 15}, "The Webhook secret must have at least 16 characters."),
        ({"password": "x"}, "Infobip has no credential called password."),
    ],
)
def test_credentials_that_cannot_be_right_are_refused_by_name(
    changes: dict[str, str], words: str
) -> None:
    with pytest.raises(InvalidCredentials) as refused:
        Infobip().open(GOOD | changes, BASE_URL, 5.0)
    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("base_url", "words"),
    [
        (None, "The base URL is missing: Infobip's portal shows the one of your account."),
        ("", "The base URL is missing: Infobip's portal shows the one of your account."),
        (
            "abc12.api.infobip.com",
            "The base URL must begin with https:// or http:// and a host.",
        ),
    ],
)
def test_an_account_needs_its_own_address(base_url: str | None, words: str) -> None:
    assert Infobip().needs_base_url
    with pytest.raises(InvalidCredentials) as refused:
        Infobip().open(GOOD, base_url, 5.0)
    assert str(refused.value) == words


async def test_what_an_open_channel_shows_of_itself_holds_no_secret() -> None:
    channel = Infobip().open(GOOD, BASE_URL, 5.0)
    shown = repr(channel) + repr(vars(channel))
    await channel.close()
    assert API_KEY not in shown
    assert SECRET not in shown


def test_the_form_for_the_administrator_marks_what_is_secret_needed_and_drawn() -> None:
    fields = Infobip().credential_fields
    assert [(f.name, f.is_secret, f.is_required, f.is_generated) for f in fields] == [
        ("api_key", True, True, False),
        ("webhook_secret", True, False, True),
    ]
    assert all(f.hint for f in fields)


def test_codes_are_asked_of_infobips_tables() -> None:
    assert Infobip().knows_code("status 12")
    assert not Infobip().knows_code("status 777")
