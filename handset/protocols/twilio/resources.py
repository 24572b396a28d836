"""How do Twilio's resources look as JSON? Accounts, numbers, messages, and the pages of a list."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from itertools import islice
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import urlencode

from handset.addresses import NumberKind
from handset.entities import Account, Media, Message, Number
from handset.protocols.twilio.problems import DELIVERY_PROBLEMS

API: Final = "/2010-04-01"
API_VERSION: Final = "2010-04-01"
_PRICE_PER_SEGMENT: Final = 0.0079
_MAX_PAGE: Final = 1000


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_HasId)


def account_json(account: Account) -> dict[str, Any]:
    """Return an account as Twilio shows it to itself."""
    return {
        "sid": account.id,
        "owner_account_sid": account.id,
        "friendly_name": "Handset account",
        "auth_token": account.credentials["auth_token"],
        "status": account.status,
        "type": "Full",
        "date_created": format_datetime(account.created_at),
        "date_updated": format_datetime(account.updated_at),
        "subresource_uris": {
            "messages": f"{API}/Accounts/{account.id}/Messages.json",
            "incoming_phone_numbers": f"{API}/Accounts/{account.id}/IncomingPhoneNumbers.json",
        },
        "uri": f"{API}/Accounts/{account.id}.json",
    }


def number_sid(number: Number) -> str:
    """Return the sid of a phone number, a short code or a name."""
    match number.kind:
        case NumberKind.SHORT_CODE:
            return f"SC{number.id}"
        case NumberKind.ALPHANUMERIC:
            return f"AI{number.id}"
        case NumberKind.LONG_CODE | NumberKind.TOLL_FREE:
            return f"PN{number.id}"


def number_json(number: Number) -> dict[str, Any]:
    """Return an incoming phone number; what the handset does not simulate has Twilio's default."""
    return {
        "sid": number_sid(number),
        "account_sid": number.account_id,
        "phone_number": number.address,
        "friendly_name": number.friendly_name,
        "capabilities": number.capabilities,
        "sms_url": number.sms_url,
        "sms_method": number.sms_method,
        "sms_fallback_url": "",
        "sms_fallback_method": "POST",
        "sms_application_sid": "",
        "status_callback": "",
        "status_callback_method": "POST",
        "status": "in-use",
        "type": "tollfree" if number.kind is NumberKind.TOLL_FREE else "local",
        "origin": "twilio",
        "beta": False,
        "api_version": API_VERSION,
        "date_created": format_datetime(number.created_at),
        "date_updated": format_datetime(number.updated_at),
        "uri": f"{API}/Accounts/{number.account_id}/IncomingPhoneNumbers/{number_sid(number)}.json",
    }


def short_code_json(number: Number) -> dict[str, Any]:
    """Return a short code."""
    sid = number_sid(number)
    return {
        "sid": sid,
        "account_sid": number.account_id,
        "short_code": number.address,
        "friendly_name": number.friendly_name,
        "sms_url": number.sms_url,
        "sms_method": number.sms_method,
        "sms_fallback_url": "",
        "sms_fallback_method": "POST",
        "api_version": API_VERSION,
        "date_created": format_datetime(number.created_at),
        "date_updated": format_datetime(number.updated_at),
        "uri": f"{API}/Accounts/{number.account_id}/SMS/ShortCodes/{sid}.json",
    }


def media_sid(media: Media) -> str:
    """Return the sid of a medium."""
    return f"ME{media.id}"


def message_uri(message: Message) -> str:
    """Return the path of a message, without its suffix."""
    return f"{API}/Accounts/{message.account_id}/Messages/{message.id}"


def message_json(message: Message, now: datetime) -> dict[str, Any]:
    """Return a message as it stands at `now`. The price is unknown until the text is sent."""
    status = message.status(now)
    reached = [at for at in (message.sent_at, message.final_at) if at is not None and at < now]
    is_sent = message.sent_at is not None and message.sent_at < now
    error_code = message.error_code if status in ("undelivered", "failed") else None
    uri = message_uri(message)
    # Before its sender is chosen, a text through a Messaging Service is not cut into segments.
    has_sender = message.has_sender(now)
    return {
        "sid": message.id,
        "account_sid": message.account_id,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": format_datetime(message.created_at),
        "date_updated": format_datetime(max([message.updated_at, *reached])),
        "date_sent": format_datetime(message.sent_at) if message.sent_at and is_sent else None,
        "direction": message.direction,
        "error_code": error_code,
        "error_message": DELIVERY_PROBLEMS[error_code] if error_code else None,
        "from": message.sender if has_sender else None,
        "to": message.recipient,
        "messaging_service_sid": message.pool or None,
        "num_media": str(message.media_count),
        "num_segments": str(message.segments) if has_sender else "0",
        "price": f"{-_PRICE_PER_SEGMENT * message.segments:.5f}" if is_sent else None,
        "price_unit": "USD",
        "status": status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "uri": f"{uri}.json",
    }


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page of a list: `size` items of page `page`, or after the item with the id `token`."""

    size: int
    page: int
    token: str | None

    @classmethod
    def parse(cls, query: dict[str, str]) -> "PageRequest":
        """Read Twilio's paging parameters. Raises ValueError if one is not a number."""
        size = int(query.get("PageSize", "50"))
        page = int(query.get("Page", "0"))
        if size < 1 or page < 0:
            raise ValueError("PageSize must be positive and Page not negative")
        token = query.get("PageToken")
        return cls(min(size, _MAX_PAGE), page, token.removeprefix("PA") if token else None)


def list_json(
    items: Iterable[T],
    render: Callable[[T], dict[str, Any]],
    *,
    key: str,
    path: str,
    query: dict[str, str],
    wanted: PageRequest,
) -> dict[str, Any]:
    """Return one page of `items` in Twilio's envelope, with the URIs of its neighbours.

    The next page starts after the last item of this one, so that new items move nothing.
    """
    rest = iter(items)
    if wanted.token is None:
        rest = islice(rest, wanted.page * wanted.size, None)
    else:
        for item in rest:
            if item.id == wanted.token:
                break
    found = list(islice(rest, wanted.size + 1))
    shown = found[: wanted.size]
    filters = {name: v for name, v in query.items() if name not in ("Page", "PageToken")}
    filters["PageSize"] = str(wanted.size)

    def uri(page: int, **more: str) -> str:
        return f"{path}?{urlencode({**filters, 'Page': str(page), **more})}"

    start = wanted.page * wanted.size
    has_next = len(found) > wanted.size
    return {
        "first_page_uri": uri(0),
        "previous_page_uri": uri(wanted.page - 1) if wanted.page else None,
        "next_page_uri": uri(wanted.page + 1, PageToken=f"PA{shown[-1].id}") if has_next else None,
        "uri": f"{path}?{urlencode(query)}" if query else path,
        "page": wanted.page,
        "page_size": wanted.size,
        "start": start,
        "end": max(start, start + len(shown) - 1),
        key: [render(item) for item in shown],
    }
