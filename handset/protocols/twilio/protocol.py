"""What is Twilio to the carrier? Its codes, ids, webhooks and routes, behind the common interface."""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from handset.entities import Account, Call, Number
from handset.protocols.interface import LONGEST_BACKOFF, Hook, WebhookRequest
from handset.protocols.twilio import webhooks
from handset.protocols.twilio.access import NotGranted, route
from handset.protocols.twilio.media import MediaFiles
from handset.protocols.twilio.messages import Messages
from handset.protocols.twilio.problems import FAILURES, REFUSALS
from handset.protocols.twilio.resources import API
from handset.protocols.twilio.senders import Senders
from handset.protocols.twilio.services import Services

if TYPE_CHECKING:
    from handset.exchange import Exchange

_ACCOUNT_SID: Final = re.compile(r"AC[0-9a-f]{32}")


class Twilio:
    """Twilio's API of 2010-04-01.

    An account's credentials are its `auth_token`, which signs webhooks, perhaps a
    `secondary_auth_token`, and the secrets of API keys, each by its SK sid.
    """

    name = "twilio"
    refusals = REFUSALS
    failures = FAILURES
    most_in_webhook = 1

    def check_account(
        self, account_id: str, credentials: Mapping[str, str], settings: Mapping[str, str]
    ) -> None:
        """See `CarrierProtocol`."""
        if not _ACCOUNT_SID.fullmatch(account_id):
            raise ValueError("an account sid is AC and 32 hexadecimal digits")
        if not credentials.get("auth_token"):
            raise ValueError("the auth_token is missing")
        if settings:
            raise ValueError(f"Twilio has no account-wide {', '.join(settings)}")

    def new_message_id(self, *, has_media: bool) -> str:
        """See `CarrierProtocol`."""
        return ("MM" if has_media else "SM") + secrets.token_hex(16)

    def inbound_hook(self, account: Account, number: Number) -> Hook:
        """See `CarrierProtocol`."""
        service = account.pool_of(number.address)
        if service is not None:
            deferred = service.settings.get("use_inbound_webhook_on_number", "false")
            if deferred.lower() != "true":
                return Hook(service.settings.get("inbound_url", ""))
        return Hook(number.sms_url, number.sms_method)

    def webhook(self, calls: Sequence[Call], account: Account, *, forged: bool) -> WebhookRequest:
        """See `CarrierProtocol`."""
        return webhooks.webhook(calls[0], account, forged=forged)

    def is_taken(self, status: int) -> bool:
        """See `CarrierProtocol`."""
        return 200 <= status < 300

    def attempts(self, call: Call, default: int, status: int | None, error: str | None) -> int:
        """See `CarrierProtocol`."""
        return webhooks.attempts(call.url, default, status, error)

    def backoff(self, attempt: int) -> int:
        """See `CarrierProtocol`. How long Twilio really waits is not documented."""
        return min(1 << (attempt - 1), LONGEST_BACKOFF)

    def routes(self, exchange: "Exchange") -> Sequence[BaseRoute]:
        """See `CarrierProtocol`."""
        resources = (
            resource(self, exchange) for resource in (MediaFiles, Messages, Senders, Services)
        )
        return [
            *(route for resource in resources for route in resource.routes()),
            route(API + "/{rest:path}", _no_resource),
        ]


async def _no_resource(request: Request) -> Response:
    raise NotGranted(20404, request.url.path)
