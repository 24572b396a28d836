"""How is a Twilio account connected? What an administrator types in, checked and opened."""

import re
from collections.abc import Mapping
from typing import Final

import httpx

from channels.errors import InvalidCredentials
from channels.interface import CredentialField
from channels.twilio_channel import BASE_URL, TwilioChannel, TwilioCredentials
from channels.twilio_http import pooled_transport

_FIELDS: Final = (
    CredentialField("account_sid", "Account SID", is_secret=False, is_required=True),
    CredentialField("auth_token", "Auth token", is_secret=True, is_required=True),
    CredentialField("api_key_sid", "API key SID", is_secret=False, is_required=False),
    CredentialField("api_key_secret", "API key secret", is_secret=True, is_required=False),
)


class Twilio:
    """The `Provider` Twilio. An API key, if given, sends; the auth token always checks webhooks."""

    name = "twilio"
    credential_fields = _FIELDS

    def open(
        self, credentials: Mapping[str, str], api_base_url: str | None, timeout_seconds: float
    ) -> TwilioChannel:
        return TwilioChannel(
            _checked(credentials),
            _checked_base_url(api_base_url or BASE_URL),
            pooled_transport(),
            timeout_seconds,
        )


def _checked(credentials: Mapping[str, str]) -> TwilioCredentials:
    labels = {field.name: field.label for field in _FIELDS}
    if unknown := sorted(set(credentials) - set(labels)):
        raise InvalidCredentials(f"Twilio has no credential called {', '.join(unknown)}.")
    given = {name: credentials.get(name, "").strip() for name in labels}
    for field in _FIELDS:
        if field.is_required and not given[field.name]:
            raise InvalidCredentials(f"The {field.label} is missing.")
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


def _checked_base_url(base_url: str) -> str:
    try:
        url = httpx.URL(base_url.strip())
    except httpx.InvalidURL:
        raise InvalidCredentials("The base URL is not a URL.") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise InvalidCredentials("The base URL must begin with https:// or http:// and a host.")
    if url.port is not None and not 0 < url.port < 65536:
        raise InvalidCredentials("The base URL's port must be between 1 and 65535.")
    if url.userinfo or url.query or url.fragment:
        raise InvalidCredentials("The base URL must be an address only, without user or query.")
    return str(url).rstrip("/")
