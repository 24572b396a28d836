"""How is a Twilio account connected? What an administrator types in, checked and opened."""

import re
from collections.abc import Mapping
from typing import Final

from channels.credentials import checked, checked_base_url
from channels.errors import InvalidCredentials
from channels.http import pooled_transport
from channels.interface import CredentialField
from channels.twilio.channel import TwilioChannel
from channels.twilio.client import BASE_URL, TwilioCredentials
from channels.twilio.errors import is_listed

_FIELDS: Final = (
    CredentialField(
        "account_sid",
        "Account SID",
        is_secret=False,
        is_required=True,
        hint="On the first page of Twilio's console, under Account Info. It begins with AC.",
    ),
    CredentialField(
        "auth_token",
        "Auth token",
        is_secret=True,
        is_required=True,
        hint="Below the Account SID. It is needed even with an API key, as Twilio signs its calls with it.",
    ),
    CredentialField(
        "api_key_sid",
        "API key SID",
        is_secret=False,
        is_required=False,
        hint="In Twilio's console, under API keys & tokens. It begins with SK. Without one, the auth token sends.",
    ),
    CredentialField(
        "api_key_secret",
        "API key secret",
        is_secret=True,
        is_required=False,
        hint="Shown once, when the API key is created.",
    ),
)


class Twilio:
    """The `Provider` Twilio. An API key, if given, sends; the auth token always checks webhooks."""

    name = "twilio"
    label = "Twilio"
    credential_fields = _FIELDS
    needs_base_url = False

    def knows_code(self, code: str) -> bool:
        return is_listed(code)

    def open(
        self, credentials: Mapping[str, str], api_base_url: str | None, timeout_seconds: float
    ) -> TwilioChannel:
        """Open an account; `api_base_url` also names an edge or region, as `https://api.dublin.ie1.twilio.com`."""
        return TwilioChannel(
            _checked(checked(self, credentials)),
            checked_base_url(api_base_url or BASE_URL),
            pooled_transport(),
            timeout_seconds,
        )


def _checked(given: Mapping[str, str]) -> TwilioCredentials:
    if not _is_sid("AC", given["account_sid"]):
        raise InvalidCredentials("An Account SID is AC and 32 hexadecimal digits.")
    key_sid, key_secret = given["api_key_sid"], given["api_key_secret"]
    if bool(key_sid) != bool(key_secret):
        raise InvalidCredentials("An API key needs both its SID and its secret.")
    if key_sid and not _is_sid("SK", key_sid):
        raise InvalidCredentials("An API key SID is SK and 32 hexadecimal digits.")
    return TwilioCredentials(
        given["account_sid"], given["auth_token"], (key_sid, key_secret) if key_sid else None
    )


def _is_sid(prefix: str, value: str) -> bool:
    return re.fullmatch(prefix + "[0-9a-fA-F]{32}", value) is not None
