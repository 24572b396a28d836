"""How is a TeleSign account connected? What an administrator types in, checked and opened."""

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Final

from channels.credentials import checked, checked_base_url
from channels.errors import InvalidCredentials
from channels.http import pooled_transport
from channels.interface import CredentialField
from channels.telesign.channel import TelesignChannel
from channels.telesign.errors import is_known
from channels.telesign.http import LABEL, TelesignCredentials

ENTERPRISE_URL: Final = "https://rest-ww.telesign.com"

_FIELDS: Final = (
    CredentialField(
        "customer_id",
        "Customer ID",
        is_secret=False,
        is_required=True,
        hint="In TeleSign's portal, on the account's first page. A self-service account also needs "
        "the base URL https://rest-api.telesign.com.",
    ),
    CredentialField(
        "api_key",
        "API key",
        is_secret=True,
        is_required=True,
        hint="In TeleSign's portal, beside the customer ID.",
    ),
)

_CUSTOMER_ID: Final = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


class Telesign:
    """The `Provider` TeleSign. Enterprise and self-service accounts differ by their base URL alone."""

    name = "telesign"
    label = LABEL
    credential_fields = _FIELDS
    needs_base_url = False

    def knows_code(self, code: str) -> bool:
        return is_known(code)

    def open(
        self, credentials: Mapping[str, str], api_base_url: str | None, timeout_seconds: float
    ) -> TelesignChannel:
        given = checked(self, credentials)
        if not _CUSTOMER_ID.fullmatch(given["customer_id"]):
            raise InvalidCredentials(
                "A Customer ID is 32 hexadecimal digits in five groups, with hyphens between them."
            )
        if not _is_key(given["api_key"]):
            raise InvalidCredentials(
                "An API key is base64: letters, digits, + and /, perhaps = at its end."
            )
        return TelesignChannel(
            TelesignCredentials(given["customer_id"], given["api_key"]),
            checked_base_url(api_base_url or ENTERPRISE_URL),
            pooled_transport(),
            timeout_seconds,
        )


def _is_key(api_key: str) -> bool:
    try:
        return bool(b64decode(api_key, validate=True))
    except ValueError:
        return False
