"""What can be asked of Messaging Services? To be shown, listed with their senders, and pointed at webhooks.

Twilio has them under another host name; the handset is one host for all. What a service is set to
is in its pool's settings: friendly_name, inbound_url, status_callback, and "true" or
"false" for use_inbound_webhook_on_number and mms_converter.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handset.addresses import NumberKind, is_callable_url
from handset.entities import Number, Pool
from handset.numbers import save_pool
from handset.protocols.twilio.access import NotGranted, Resource, answer, form_of, route
from handset.protocols.twilio.resources import number_sid

_PATH: Final = "/v1/Services"
_PHONES: Final = frozenset({NumberKind.LONG_CODE, NumberKind.TOLL_FREE})


class Services(Resource):
    """`/v1/Services` and the senders of each."""

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            route(_PATH, self.list_services),
            route(_PATH + "/{sid}", self.get_service),
            route(_PATH + "/{sid}", self.change_service, "POST"),
            route(_PATH + "/{sid}/PhoneNumbers", self.list_phone_numbers),
            route(_PATH + "/{sid}/ShortCodes", self.list_short_codes),
            route(_PATH + "/{sid}/AlphaSenders", self.list_alpha_senders),
        ]

    async def list_services(self, request: Request) -> Response:
        """List the services of the account."""
        pools = self.authenticate(request).pools.values()
        return self._page(request, "services", [self._service_json(pool) for pool in pools])

    async def get_service(self, request: Request) -> Response:
        """Show a service."""
        return answer(self._service_json(self._pool(request)))

    async def change_service(self, request: Request) -> Response:
        """Change where a service's inbound texts and statuses are told of."""
        pool = self._pool(request)
        form = dict(await form_of(request))
        names = {
            "FriendlyName": "friendly_name",
            "InboundRequestUrl": "inbound_url",
            "StatusCallback": "status_callback",
            "MmsConverter": "mms_converter",
            "UseInboundWebhookOnNumber": "use_inbound_webhook_on_number",
        }
        changes = {names[name]: value for name, value in form.items() if name in names}
        for name in ("inbound_url", "status_callback"):
            if changes.get(name) and not is_callable_url(changes[name]):
                raise NotGranted(20001, name)
        save_pool(self.exchange, pool, settings=pool.settings | changes)
        return answer(self._service_json(self._pool(request)))

    async def list_phone_numbers(self, request: Request) -> Response:
        """List a service's phone numbers."""
        return self._senders(request, "phone_numbers", "phone_number", _PHONES)

    async def list_short_codes(self, request: Request) -> Response:
        """List a service's short codes."""
        return self._senders(request, "short_codes", "short_code", {NumberKind.SHORT_CODE})

    async def list_alpha_senders(self, request: Request) -> Response:
        """List a service's names."""
        return self._senders(request, "alpha_senders", "alpha_sender", {NumberKind.ALPHANUMERIC})

    def _pool(self, request: Request) -> Pool:
        pool = self.authenticate(request).pools.get(request.path_params["sid"])
        if pool is None:
            raise NotGranted(20404, request.url.path)
        return pool

    def _senders(
        self, request: Request, key: str, name: str, kinds: Collection[NumberKind]
    ) -> Response:
        pool = self._pool(request)
        numbers = self.exchange.carrier.accounts[pool.account_id].numbers
        found = (numbers[address] for address in pool.addresses if address in numbers)
        items = [_sender_json(pool, number, name) for number in found if number.kind in kinds]
        return self._page(request, key, items)

    def _page(self, request: Request, key: str, items: Iterable[dict[str, Any]]) -> Response:
        """Answer all items as one page, however many are asked for: an account has few."""
        url = self.exchange.url + request.url.path
        meta = {
            "key": key,
            "page": 0,
            "page_size": 50,
            "first_page_url": f"{url}?PageSize=50&Page=0",
            "previous_page_url": None,
            "next_page_url": None,
            "url": url,
        }
        return answer({key: list(items), "meta": meta})

    def _service_json(self, pool: Pool) -> dict[str, Any]:
        url = f"{self.exchange.url}{_PATH}/{pool.id}"
        return {
            "sid": pool.id,
            "account_sid": pool.account_id,
            "friendly_name": pool.settings.get("friendly_name", "Handset service"),
            "inbound_request_url": pool.settings.get("inbound_url"),
            "inbound_method": "POST",
            "fallback_url": None,
            "fallback_method": "POST",
            "status_callback": pool.settings.get("status_callback"),
            "use_inbound_webhook_on_number": _flag(pool, "use_inbound_webhook_on_number", "false"),
            "mms_converter": _flag(pool, "mms_converter", "true"),
            "validity_period": 36_000,
            "date_created": _iso(pool.created_at),
            "date_updated": _iso(pool.updated_at),
            "url": url,
            "links": {
                "phone_numbers": f"{url}/PhoneNumbers",
                "short_codes": f"{url}/ShortCodes",
                "alpha_senders": f"{url}/AlphaSenders",
            },
        }


def _sender_json(pool: Pool, number: Number, name: str) -> dict[str, Any]:
    return {
        "sid": number_sid(number),
        "account_sid": pool.account_id,
        "service_sid": pool.id,
        name: number.address,
        "capabilities": [each.upper() for each, has in number.capabilities.items() if has],
        "date_created": _iso(number.created_at),
        "date_updated": _iso(number.updated_at),
    }


def _flag(pool: Pool, name: str, default: str) -> bool:
    return pool.settings.get(name, default).lower() == "true"


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
