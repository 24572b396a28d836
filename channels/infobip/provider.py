"""How is an Infobip account connected? What an administrator types in, checked and opened."""

import re
from collections.abc import Mapping
from typing import Final

from channels.credentials import checked, checked_base_url
from channels.errors import InvalidCredentials
from channels.http import pooled_transport
from channels.infobip import errors
from channels.infobip.channel import InfobipChannel, InfobipCredentials
from channels.infobip.http import LABEL
from channels.interface import CredentialField

_FIELDS: Final = (
    CredentialField(
        "api_key",
        "API key",
        is_secret=True,
        is_required=True,
        hint="In Infobip's portal, under API keys. Its scope must include sms:manage.",
    ),
    CredentialField(
        "webhook_secret",
        "Webhook secret",
        is_secret=True,
        is_required=False,
        hint="Leave it empty, and we draw one. It becomes part of the addresses that Infobip calls.",
        is_generated=True,
    ),
)

_KEY: Final = re.compile(r"[\x21-\x7e]+")
_SHORTEST_SECRET: Final = 16


class Infobip:
    """The `Provider` Infobip. Every account has a host of its own, such as https://abc12.api.infobip.com."""

    name = "infobip"
    label = LABEL
    credential_fields = _FIELDS
    needs_base_url = True

    def knows_code(self, code: str) -> bool:
        return errors.knows_code(code)

    def open(
        self, credentials: Mapping[str, str], api_base_url: str | None, timeout_seconds: float
    ) -> InfobipChannel:
        given = checked(self, credentials)
        if not _KEY.fullmatch(given["api_key"]):
            raise InvalidCredentials('An API key holds no blanks: enter it without "App".')
        if len(given["webhook_secret"]) < _SHORTEST_SECRET:
            raise InvalidCredentials("The Webhook secret must have at least 16 characters.")
        if not api_base_url:
            raise InvalidCredentials(
                "The base URL is missing: Infobip's portal shows the one of your account."
            )
        return InfobipChannel(
            InfobipCredentials(given["api_key"], given["webhook_secret"]),
            checked_base_url(api_base_url),
            pooled_transport(),
            timeout_seconds,
        )
