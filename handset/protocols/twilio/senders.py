"""What can be asked of an account and its senders: phone numbers and short codes?"""

from collections.abc import Callable, Collection
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handset.addresses import NumberKind, is_callable_url, kind_of
from handset.entities import Number
from handset.numbers import new_number, save_number
from handset.protocols.twilio.access import (
    NotGranted,
    Resource,
    answer,
    form_of,
    page_of,
    query_of,
    route,
)
from handset.protocols.twilio.resources import (
    API,
    account_json,
    list_json,
    number_json,
    number_sid,
    short_code_json,
)

_ACCOUNT: Final = API + "/Accounts/{account}"
_NUMBERS: Final = _ACCOUNT + "/IncomingPhoneNumbers"
_SHORT_CODES: Final = _ACCOUNT + "/SMS/ShortCodes"
_PHONES: Final = frozenset({NumberKind.LONG_CODE, NumberKind.TOLL_FREE})


class Senders(Resource):
    """`/2010-04-01/Accounts/{AC}`, its `/IncomingPhoneNumbers` and `/SMS/ShortCodes`."""

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            route(_NUMBERS + ".json", self.list_numbers),
            route(_NUMBERS + ".json", self.create_number, "POST"),
            route(_NUMBERS + "/Local.json", self.list_local_numbers),
            route(_NUMBERS + "/TollFree.json", self.list_toll_free_numbers),
            route(_NUMBERS + "/{sid}.json", self.get_number),
            route(_NUMBERS + "/{sid}.json", self.change_number, "POST"),
            route(_SHORT_CODES + ".json", self.list_short_codes),
            route(_SHORT_CODES + "/{sid}.json", self.get_short_code),
            route(_SHORT_CODES + "/{sid}.json", self.change_short_code, "POST"),
            route(_ACCOUNT + ".json", self.get_account),
        ]

    async def get_account(self, request: Request) -> Response:
        """Show the account."""
        return answer(account_json(self.authenticate(request)))

    async def list_numbers(self, request: Request) -> Response:
        """List the phone numbers."""
        return self._list(request, "incoming_phone_numbers", _PHONES, number_json)

    async def list_local_numbers(self, request: Request) -> Response:
        """List the phone numbers that are not toll-free."""
        kinds = {NumberKind.LONG_CODE}
        return self._list(request, "incoming_phone_numbers", kinds, number_json)

    async def list_toll_free_numbers(self, request: Request) -> Response:
        """List the toll-free phone numbers."""
        kinds = {NumberKind.TOLL_FREE}
        return self._list(request, "incoming_phone_numbers", kinds, number_json)

    async def list_short_codes(self, request: Request) -> Response:
        """List the short codes."""
        return self._list(request, "short_codes", {NumberKind.SHORT_CODE}, short_code_json)

    async def create_number(self, request: Request) -> Response:
        """Buy a phone number."""
        account = self.authenticate(request)
        form = dict(await form_of(request))
        phone_number = form.get("PhoneNumber", "")
        kind = kind_of(phone_number)
        if kind not in _PHONES:
            raise NotGranted(21421, phone_number)
        if phone_number in self.exchange.carrier.numbers:
            raise NotGranted(21422, phone_number)
        number = new_number(account.id, phone_number, kind)
        return answer(number_json(self._save(number, form)), 201)

    async def get_number(self, request: Request) -> Response:
        """Show a phone number."""
        return answer(number_json(self._number(request, _PHONES)))

    async def change_number(self, request: Request) -> Response:
        """Change a phone number's webhook or name."""
        number = self._number(request, _PHONES)
        return answer(number_json(self._save(number, dict(await form_of(request)))))

    async def get_short_code(self, request: Request) -> Response:
        """Show a short code."""
        return answer(short_code_json(self._number(request, {NumberKind.SHORT_CODE})))

    async def change_short_code(self, request: Request) -> Response:
        """Change a short code's webhook or name."""
        number = self._number(request, {NumberKind.SHORT_CODE})
        return answer(short_code_json(self._save(number, dict(await form_of(request)))))

    def _list(
        self,
        request: Request,
        key: str,
        kinds: Collection[NumberKind],
        render: Callable[[Number], dict[str, Any]],
    ) -> Response:
        account = self.authenticate(request)
        query = query_of(request)
        part = query.get("PhoneNumber", query.get("ShortCode", "")).replace("*", "")
        name = query.get("FriendlyName")
        found = (
            number
            for number in account.numbers.values()
            if number.kind in kinds
            and part in number.address
            and name in (None, number.friendly_name)
        )
        wanted = page_of(query)
        path = request.url.path
        return answer(list_json(found, render, key=key, path=path, query=query, wanted=wanted))

    def _number(self, request: Request, kinds: Collection[NumberKind]) -> Number:
        account = self.authenticate(request)
        sid = request.path_params["sid"]
        for number in account.numbers.values():
            if number.kind in kinds and number_sid(number) == sid:
                return number
        raise NotGranted(20404, request.url.path)

    def _save(self, number: Number, form: dict[str, str]) -> Number:
        sms_url = form.get("SmsUrl", number.sms_url)
        sms_method = form.get("SmsMethod", number.sms_method).upper()
        if (sms_url and not is_callable_url(sms_url)) or sms_method not in ("GET", "POST"):
            raise NotGranted(20001, "SmsUrl or SmsMethod")
        save_number(
            self.exchange,
            number,
            sms_url=sms_url,
            sms_method=sms_method,
            friendly_name=form.get("FriendlyName", number.friendly_name)[:64],
        )
        return self.exchange.carrier.numbers[number.address]
