"""What is TeleSign to the carrier? Its codes, ids, webhooks and routes, behind the common interface."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from starlette.routing import BaseRoute

from handset.addresses import is_callable_url
from handset.entities import Account, Call, Number
from handset.protocols.interface import LONGEST_BACKOFF, Hook, WebhookRequest
from handset.protocols.telesign import webhooks
from handset.protocols.telesign.parts import new_id
from handset.protocols.telesign.problems import FAILURES, REFUSALS
from handset.protocols.telesign.routes import TelesignRoutes

if TYPE_CHECKING:
    from handset.exchange import Exchange

_CUSTOMER_ID: Final = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_SETTINGS: Final = frozenset({"inbound_url", "status_url"})


class Telesign:
    """TeleSign's messaging API. An account's credential is `api_key`; its id is the customer ID.

    Settings: `inbound_url` for texts to numbers that have none of their own, `status_url` for
    reports on texts that name none.
    """

    name = "telesign"
    refusals = REFUSALS
    failures = FAILURES
    most_in_webhook = 1

    def check_account(
        self, account_id: str, credentials: Mapping[str, str], settings: Mapping[str, str]
    ) -> None:
        """See `CarrierProtocol`."""
        if not _CUSTOMER_ID.fullmatch(account_id):
            raise ValueError("a customer ID is 32 capital hexadecimal digits in five groups")
        try:
            key = base64.b64decode(credentials.get("api_key", ""), validate=True)
        except binascii.Error:
            key = b""
        if not key:
            raise ValueError("the api_key is missing or not base64")
        if unknown := sorted(set(settings) - _SETTINGS):
            raise ValueError(f"TeleSign has no account-wide {', '.join(unknown)}")
        if not all(is_callable_url(url) for url in settings.values() if url):
            raise ValueError("a setting is not a URL that can be called")

    def new_message_id(self, *, has_media: bool) -> str:
        """See `CarrierProtocol`."""
        return new_id()

    def inbound_hook(self, account: Account, number: Number) -> Hook:
        """See `CarrierProtocol`."""
        return Hook(number.sms_url or account.settings.get("inbound_url", ""))

    def webhook(self, calls: Sequence[Call], account: Account, *, forged: bool) -> WebhookRequest:
        """See `CarrierProtocol`."""
        return webhooks.webhook(calls[0], account, forged=forged)

    def is_taken(self, status: int) -> bool:
        """See `CarrierProtocol`. Nothing else is an answer to TeleSign."""
        return status == 200

    def attempts(self, call: Call, default: int, status: int | None, error: str | None) -> int:
        """See `CarrierProtocol`."""
        return default

    def backoff(self, attempt: int) -> int:
        """See `CarrierProtocol`. How long TeleSign really waits is not documented."""
        return min(1 << (attempt - 1), LONGEST_BACKOFF)

    def routes(self, exchange: "Exchange") -> Sequence[BaseRoute]:
        """See `CarrierProtocol`."""
        return TelesignRoutes(self, exchange).routes()
