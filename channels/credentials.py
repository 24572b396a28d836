"""Can these credentials be right as they were typed in? What every provider asks of them."""

import secrets
from collections.abc import Mapping, Sequence

import httpx

from channels.errors import InvalidCredentials
from channels.interface import CredentialField, Provider


def checked(provider: Provider, credentials: Mapping[str, str]) -> dict[str, str]:
    """Return every field of the provider, trimmed, empty where nothing was given. Raises InvalidCredentials."""
    labels = {field.name: field.label for field in provider.credential_fields}
    if unknown := sorted(set(credentials) - set(labels)):
        raise InvalidCredentials(f"{provider.label} has no credential called {', '.join(unknown)}.")
    given = {name: credentials.get(name, "").strip() for name in labels}
    for field in provider.credential_fields:
        if field.is_required and not given[field.name]:
            raise InvalidCredentials(f"The {field.label} is missing.")
    return given


def completed(fields: Sequence[CredentialField], credentials: Mapping[str, str]) -> dict[str, str]:
    """Return the credentials with those drawn that are ours to draw and were left empty."""
    drawn = {
        field.name: secrets.token_urlsafe(24)
        for field in fields
        if field.is_generated and not credentials.get(field.name)
    }
    return {**credentials, **drawn}


def checked_base_url(base_url: str) -> str:
    """Return a provider's address without a trailing slash. Raises InvalidCredentials."""
    try:
        url = httpx.URL(base_url.strip())
    except httpx.InvalidURL:
        raise InvalidCredentials("The base URL is not a URL.") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise InvalidCredentials("The base URL must begin with https:// or http:// and a host.")
    if url.port is not None and not 0 < url.port < 65536:
        raise InvalidCredentials("The base URL's port must be between 1 and 65535.")
    if url.userinfo or url.query or url.fragment:
        raise InvalidCredentials("The base URL must be an address only, without user or query.")
    return str(url).rstrip("/")
