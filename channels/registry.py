"""Which providers are there? One line each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from channels.errors import UnknownProvider
from channels.infobip.provider import Infobip
from channels.interface import Provider
from channels.telesign.provider import Telesign
from channels.twilio.provider import Twilio

_ALL: Final[tuple[Provider, ...]] = (Twilio(), Telesign(), Infobip())

providers: Final[Mapping[str, Provider]] = MappingProxyType({p.name: p for p in _ALL})
"""Every provider by its name."""


def get_provider(name: str) -> Provider:
    """Return the provider called `name`. Raises UnknownProvider."""
    try:
        return providers[name]
    except KeyError:
        raise UnknownProvider(f"there is no provider called {name!r}") from None
