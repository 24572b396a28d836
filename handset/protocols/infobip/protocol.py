"""What is Infobip to the carrier? Its codes, ids, webhooks and routes, behind the common interface."""

import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from starlette.routing import BaseRoute

from handset.addresses import is_callable_url
from handset.entities import Account, Call, Number
from handset.protocols.infobip import webhooks
from handset.protocols.infobip.problems import FAILURES, REFUSALS
from handset.protocols.infobip.routes import InfobipRoutes
from handset.protocols.interface import Hook, WebhookRequest

if TYPE_CHECKING:
    from handset.exchange import Exchange

_SETTINGS: Final = frozenset({"inbound_url", "status_url"})


class Infobip:
    """Infobip's SMS API, version 3. An account's one credential is its `api_key`.

    Its settings are where customers' texts go that no number of its own takes (`inbound_url`), and
    reports of texts that name no address of their own (`status_url`).
    """

    name = "infobip"
    refusals = REFUSALS
    failures = FAILURES
    most_in_webhook = 100

    def check_account(
        self, account_id: str, credentials: Mapping[str, str], settings: Mapping[str, str]
    ) -> None:
        """See `CarrierProtocol`."""
        if not credentials.get("api_key"):
            raise ValueError("the api_key is missing")
        if unknown := sorted(set(settings) - _SETTINGS):
            raise ValueError(f"Infobip has no account-wide {', '.join(unknown)}")
        for name, url in settings.items():
            if url and not is_callable_url(url):
                raise ValueError(f"the {name} is not a URL that can be called")

    def new_message_id(self, *, has_media: bool) -> str:
        """See `CarrierProtocol`."""
        return str(secrets.randbits(63)).zfill(19)

    def inbound_hook(self, account: Account, number: Number) -> Hook:
        """See `CarrierProtocol`."""
        return Hook(number.sms_url or account.settings.get("inbound_url", ""))

    def webhook(self, calls: Sequence[Call], account: Account, *, forged: bool) -> WebhookRequest:
        """See `CarrierProtocol`."""
        return webhooks.webhook(calls, forged=forged)

    def is_taken(self, status: int) -> bool:
        """See `CarrierProtocol`."""
        return 200 <= status < 300

    def attempts(self, call: Call, default: int, status: int | None, error: str | None) -> int:
        """See `CarrierProtocol`."""
        return default

    def backoff(self, attempt: int) -> int:
        """See `CarrierProtocol`. A unit is a minute at Infobip. Source: reference on SMS, section 6."""
        return 1 + (attempt - 1) ** 2

    def routes(self, exchange: "Exchange") -> Sequence[BaseRoute]:
        """See `CarrierProtocol`."""
        return InfobipRoutes(self, exchange).routes()
