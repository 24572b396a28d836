import pytest

from channels.errors import InvalidCredentials
from channels.telesign.provider import Telesign
from tests.channels.telesign.conftest import API_KEY, CUSTOMER_ID

GOOD = {"customer_id": CUSTOMER_ID, "api_key": API_KEY}


@pytest.mark.parametrize(
    ("credentials", "base_url"),
    [
        (GOOD, None),
        (GOOD, "https://rest-api.telesign.com/"),
        ({"customer_id": f" {CUSTOMER_ID.lower()}\n", "api_key": f"{API_KEY} "}, None),
    ],
)
async def test_an_account_opens_without_asking_the_provider(
    credentials: dict[str, str], base_url: str | None
) -> None:
    channel = Telesign().open(credentials, base_url, 5.0)
    await channel.close()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"customer_id": ""}, "The Customer ID is missing."),
        ({"api_key": " "}, "The API key is missing."),
        (
            {"customer_id": "1234"},
            "A Customer ID is 32 hexadecimal digits in five groups, with hyphens between them.",
        ),
        (
            {"customer_id": CUSTOMER_ID + "\nX: y"},
            "A Customer ID is 32 hexadecimal digits in five groups, with hyphens between them.",
        ),
        (
            {"api_key": "not base64!"},
            "An API key is base64: letters, digits, + and /, perhaps = at its end.",
        ),
        (
            {"api_key": "abc"},
            "An API key is base64: letters, digits, + and /, perhaps = at its end.",
        ),
        ({"password": "x"}, "TeleSign has no credential called password."),
    ],
)
def test_credentials_that_cannot_be_right_are_refused_by_name(
    changes: dict[str, str], words: str
) -> None:
    with pytest.raises(InvalidCredentials) as refused:
        Telesign().open(GOOD | changes, None, 5.0)
    assert str(refused.value) == words


def test_a_base_url_that_cannot_be_right_is_refused() -> None:
    with pytest.raises(InvalidCredentials) as refused:
        Telesign().open(GOOD, "rest-ww.telesign.com", 5.0)
    assert str(refused.value) == "The base URL must begin with https:// or http:// and a host."


async def test_what_an_open_channel_shows_of_itself_holds_no_secret() -> None:
    channel = Telesign().open(GOOD, None, 5.0)
    shown = repr(channel) + repr(vars(channel))
    await channel.close()
    assert API_KEY not in shown


def test_the_form_for_the_administrator_marks_what_is_secret_and_what_is_needed() -> None:
    fields = Telesign().credential_fields
    assert [(f.name, f.is_secret, f.is_required, f.is_generated) for f in fields] == [
        ("customer_id", False, True, False),
        ("api_key", True, True, False),
    ]
    assert Telesign().needs_base_url is False


def test_the_provider_knows_its_own_codes() -> None:
    assert Telesign().knows_code("510")
    assert not Telesign().knows_code("30003")
