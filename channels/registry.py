"""Which providers are there? One line each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from channels.errors import UnknownProvider
from channels.interface import Provider
from channels.twilio import Twilio

_ALL: Final[tuple[Provider, ...]] = (Twilio(),)

providers: Final[Mapping[str, Provider]] = MappingProxyType({p.name: p for p in _ALL})
"""Every provider by its name."""


def get_provider(name: str) -> Provider:
    """Return the provider called `name`. Raises UnknownProvider."""
    try:
        return providers[name]
    except KeyError:
        raise UnknownProvider(f"there is no provider called {name!r}") from None
