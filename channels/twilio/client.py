"""How do we speak to one Twilio account? The official SDK, at our address and over our HTTP."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

# The SDK ships no type information.
from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from channels.errors import ProviderUnavailable
from channels.http import AnswerLost, NoAnswer
from channels.twilio.http import TwilioHttp

BASE_URL: Final = "https://api.twilio.com"

PAGE_SIZE: Final = 100

UNREADABLE: Final = (
    TwilioException,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What the SDK raises at an answer that is not JSON, or not of the documented shape."""

_MESSAGING: Final = "https://messaging.twilio.com"
_REGIONAL: Final = re.compile(r"https://api\.((?:[a-z0-9-]+\.){0,2}twilio\.com)")


@dataclass(frozen=True, slots=True)
class TwilioCredentials:
    """The auth token signs webhooks even where an API key, a pair of SID and secret, sends."""

    account_sid: str
    auth_token: str = field(repr=False)
    api_key: tuple[str, str] | None = field(default=None, repr=False)

    @property
    def owner(self) -> tuple[str, str]:
        return (self.account_sid, self.auth_token)

    @property
    def sender(self) -> tuple[str, str]:
        return self.api_key or self.owner


class TwilioClient(Client):  # type: ignore[misc]  # the base class is untyped
    """The SDK's client for one pair of credentials, with our base URL in place of Twilio's.

    The hosts of Twilio's other products are found beside an edge's or region's; anything else that
    stands in for Twilio has them all at one address.
    """

    def __init__(
        self, account_sid: str, auth: tuple[str, str], base_url: str, http: TwilioHttp
    ) -> None:
        """`base_url` has no trailing slash."""
        username, password = auth
        super().__init__(username, password, account_sid, http_client=http)
        regional = _REGIONAL.fullmatch(base_url)
        self._addresses = {
            BASE_URL: base_url,
            _MESSAGING: f"https://messaging.{regional[1]}" if regional else base_url,
        }

    def get_hostname(self, uri: str) -> str:
        # The credentials go to no other host, whatever an answer calls its next page.
        for theirs, address in self._addresses.items():
            if uri.startswith(theirs + "/"):
                return address + uri.removeprefix(theirs)
            if uri.startswith(address + "/"):
                return uri
        raise AnswerLost("Twilio's answer points to another address")


@contextmanager
def reading() -> Iterator[None]:
    """Turn all that can go wrong with a question into ProviderUnavailable."""
    try:
        yield
    except NoAnswer as failure:
        raise ProviderUnavailable(str(failure)) from None
    except UNREADABLE:
        raise ProviderUnavailable("Twilio's answer could not be read") from None
