"""What does a token of another system's form say, and may a page of this origin show our frame?

The other system's server signs the token (RFC 7519): which seller is at work, on which record, and for how long.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from yarl import URL

from domain.records import RecordKind

AUDIENCE: Final = "touchline-embed"
LONGEST: Final = timedelta(minutes=5)
"""How long a token may last, from `iat` to `exp`: what a stolen one is good for."""
SKEW: Final = timedelta(seconds=60)
"""How far the other server's clock may be ahead of ours."""

_PORTS: Final = {"https": 443, "http": 80}
_OF_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1"})
_HOST: Final = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
)
_NEVER_IN_AN_ORIGIN: Final = re.compile(r"""[\s\x00-\x20\x7f;,*?#@%\\'"]""")
_EXTERNAL_ID_LENGTH: Final = 200
_EMAIL_LENGTH: Final = 320


def parse_origin(raw: str) -> str:
    """Return the origin as browsers write it: lower case, punycode, without a default port or a slash at its end.

    It goes into a `Content-Security-Policy` (frame-ancestors), so that nothing but scheme, host and port may stand in
    it; a policy knows no IPv6 addresses (CSP 3, host-source). Raises ValueError, with what to write instead.
    """
    text = raw.strip()
    try:
        if _NEVER_IN_AN_ORIGIN.search(text):
            raise ValueError(text)
        url = URL(text)
    except ValueError as error:
        raise _not_an_origin() from error
    host = (url.raw_host or "").lower()
    if url.scheme not in _PORTS or url.raw_path not in ("", "/") or text.endswith(":"):
        raise _not_an_origin()
    if not _HOST.fullmatch(host):
        raise _not_an_origin()
    if url.scheme == "http" and host not in _OF_THIS_MACHINE:
        raise ValueError(
            "Use https: a page that came over http may have been changed on its way. "
            "Only localhost may say http."
        )
    port = url.explicit_port
    if port == 0:
        raise _not_an_origin()
    return f"{url.scheme}://{host}" + ("" if port in (None, _PORTS[url.scheme]) else f":{port}")


def _not_an_origin() -> ValueError:
    return ValueError(
        "Write scheme, host and port of the page, such as https://crm.example.com: no path, no wildcard."
    )


@dataclass(frozen=True, slots=True)
class RecordName:
    """A record by our id, or by its kind and the id that it has in the other system."""

    id: UUID | None = None
    kind: RecordKind | None = None
    external_id: str | None = None


def parse_record_name(raw: str) -> RecordName:
    """Return which record is meant by our id, or by `lead:CRM-42`: kind, colon, external id. Raises ValueError."""
    kind, colon, external_id = raw.partition(":")
    try:
        if not colon:
            return RecordName(id=UUID(raw))
        named = RecordName(kind=RecordKind(kind), external_id=external_id)
    except ValueError as error:
        raise _not_a_record() from error
    if not _is_short(external_id, _EXTERNAL_ID_LENGTH):
        raise _not_a_record()
    return named


def _is_short(text: str, longest: int) -> bool:
    """Return whether `text` can be looked up at all: PostgreSQL takes neither NUL nor half a surrogate pair."""
    return 0 < len(text) <= longest and text.isprintable()


def _not_a_record() -> ValueError:
    kinds = ", ".join(RecordKind)
    return ValueError(
        f"name the record by its id in Touchline, or as kind:external id, such as lead:CRM-42 ({kinds})"
    )


class RefusedToken(ValueError):
    """A token whose signature is good and whose claims are not; the message says which, for the host's developer."""

    def __init__(
        self, message: str, slug: Literal["embed-token-expired", "embed-token-invalid"]
    ) -> None:
        super().__init__(message)
        self.slug: Literal["embed-token-expired", "embed-token-invalid"] = slug


@dataclass(frozen=True, slots=True)
class Claims:
    """Who is at work (e-mail address or id of a user), on which record, until when (exclusive, UTC)."""

    seller: str
    record: RecordName
    expires_at: datetime


def read_claims(payload: Mapping[str, object], *, now: datetime) -> Claims:
    """Return what a token with a good signature says at `now`. Raises RefusedToken.

    `iat` and `exp` are whole seconds since 1970 (RFC 7519, NumericDate). `exp` is exclusive, and there is no leeway:
    the signer may always draw a new token.
    """
    if payload.get("aud") != AUDIENCE:
        raise _invalid(f'"aud" must be "{AUDIENCE}"')
    seller = payload.get("sub")
    if not isinstance(seller, str) or not _is_short(seller, _EMAIL_LENGTH):
        raise _invalid('"sub" must be the e-mail address or the id of a Touchline user')
    named = payload.get("record")
    if not isinstance(named, str):
        raise _invalid('"record" must be a string')
    try:
        record = parse_record_name(named)
    except ValueError as error:
        raise _invalid(f'"record": {error}') from error
    issued, expires = _seconds(payload, "iat"), _seconds(payload, "exp")
    if expires <= issued:
        raise _invalid('"exp" must be later than "iat"')
    if expires - issued > LONGEST.total_seconds():
        raise _invalid(f'it may last {LONGEST.total_seconds():.0f} seconds at most, "iat" to "exp"')
    if issued > (now + SKEW).timestamp():
        raise _invalid('"iat" is in the future: set the clock of the server that signs')
    if expires <= now.timestamp():
        raise RefusedToken("This token has expired: draw a new one.", "embed-token-expired")
    return Claims(seller, record, datetime.fromtimestamp(expires, UTC))


def _seconds(payload: Mapping[str, object], name: str) -> int:
    value = payload.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _invalid(f'"{name}" must be whole seconds since 1970')
    return value


def _invalid(why: str) -> RefusedToken:
    return RefusedToken(
        f"This token is not one that Touchline takes: {why}.", "embed-token-invalid"
    )
