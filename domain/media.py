"""What may go with a text, how large may it be, and where may a provider fetch it?

Limits of sending are Twilio's, the narrowest of the providers that take media: its *Accepted content types for media*,
and reference on SMS, section 1.2.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import puremagic

MAX_PER_TEXT: Final = 10

MAX_BYTES: Final = 5_000_000
"""Of all that goes with one text together; the limit of a JPEG, PNG or GIF."""

MAX_OTHER_BYTES: Final = 500_000
"""Of anything else: carriers refuse it where they would shrink a picture."""

MAX_INBOUND_BYTES: Final = 10 * 1024 * 1024
"""Of one medium of a customer's text: twice what a carrier lets through."""

LINK_LASTS: Final = timedelta(hours=24)
"""Longer than a provider keeps a text in its queue (10 hours at Twilio)."""

LINK_KEY: Final = "media links"
"""What the key of `MediaLinks` is derived from the secret key for."""

_FILE_NAMES: Final[Mapping[str, str]] = {
    "image/jpeg": "picture.jpg",
    "image/png": "picture.png",
    "image/gif": "picture.gif",
    "image/webp": "picture.webp",
    "image/heic": "picture.heic",
    "image/tiff": "picture.tiff",
    "audio/aac": "sound.aac",
    "audio/amr": "sound.amr",
    "audio/mp4": "sound.m4a",
    "audio/mpeg": "sound.mp3",
    "audio/ogg": "sound.ogg",
    "audio/vnd.wave": "sound.wav",
    "video/3gpp": "film.3gp",
    "video/mp4": "film.mp4",
    "video/mpeg": "film.mpg",
    "video/quicktime": "film.mov",
    "video/webm": "film.webm",
    "text/calendar": "appointment.ics",
    "text/vcard": "contact.vcf",
    "application/pdf": "document.pdf",
}
"""Every type that is kept. None of them runs anything in a browser: no HTML, no SVG, no XML."""

_BY_EXTENSION: Final[Mapping[str, str]] = {
    ".jfif": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".heic": "image/heic",
    ".heif": "image/heic",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".aac": "audio/aac",
    ".amr": "audio/amr",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".mpga": "audio/mpeg",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".wav": "audio/vnd.wave",
    ".3g2": "video/3gpp",
    ".3ga": "video/3gpp",
    ".mp4": "video/mp4",
    ".mpg": "video/mpeg",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".ics": "text/calendar",
    ".vcf": "text/vcard",
    ".pdf": "application/pdf",
}
"""By the names that puremagic gives to kinds of files."""

_SHRUNK: Final = frozenset({"image/jpeg", "image/png", "image/gif"})
"""What the provider itself makes small enough for the carrier."""

_NOT_SENT: Final = frozenset({"image/webp"})
"""What customers' phones send, and Twilio's MMS refuses."""


class MediaStatus(StrEnum):
    WAITING = "waiting"
    """Still at the provider."""
    STORED = "stored"
    REFUSED = "refused"
    """Too large, gone, or not what it claims to be."""


@dataclass(frozen=True, slots=True)
class Medium:
    """What is decided by: the type by the first bytes, and the size in bytes."""

    content_type: str
    size: int


def sniff(content: bytes) -> str | None:
    """Return the content type by the first bytes; None for whatever is not kept, as HTML is not."""
    try:
        matches = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):
        return None
    # the likeliest first; the very likeliest may be a rarity that begins like the common thing
    known = (_BY_EXTENSION.get(match.extension) for match in matches)
    return next(filter(None, known), None)


def file_name(content_type: str) -> str:
    """Return how a file of a type that is kept is called. Raises KeyError for any other type."""
    return _FILE_NAMES[content_type]


def is_image(content_type: str) -> bool:
    return content_type.startswith("image/")


def max_bytes(content_type: str) -> int | None:
    """Return how large a medium of this type may be to be sent; None if it cannot be sent at all."""
    if content_type not in _FILE_NAMES or content_type in _NOT_SENT:
        return None
    return MAX_BYTES if content_type in _SHRUNK else MAX_OTHER_BYTES


def why_not_sent(media: Sequence[Medium]) -> str | None:
    """Return why these cannot go with one text, in a sentence for its author; None if they can."""
    if len(media) > MAX_PER_TEXT:
        return f"At most {MAX_PER_TEXT} pictures or files can go with one text."
    for medium in media:
        limit = max_bytes(medium.content_type)
        if limit is None:
            return f"Files of the type {medium.content_type} cannot be sent."
        if medium.size > limit:
            return f"A file of the type {medium.content_type} can have at most {limit:,} bytes."
    if sum(medium.size for medium in media) > MAX_BYTES:
        return f"What goes with one text can have at most {MAX_BYTES:,} bytes together."
    return None


class MediaLinks:
    """Addresses at which a provider fetches media without signing in, for a while."""

    def __init__(self, key: Callable[[], bytes], base_url: str) -> None:
        """`key` is asked each time, since it may be replaced while a process runs."""
        self._key = key
        self._base_url = base_url

    def url(
        self, organisation_id: UUID, sha256: str, now: datetime, *, lasts: timedelta = LINK_LASTS
    ) -> str:
        """Return an address that works from `now` on, for as long as it `lasts`."""
        expires = int((now + lasts).timestamp())
        return (
            f"{self._base_url}/api/v1/media/{organisation_id}/{sha256}"
            f"?expires={expires}&signature={self._signature(organisation_id, sha256, expires)}"
        )

    def is_valid(
        self, organisation_id: UUID, sha256: str, expires: int, signature: str, now: datetime
    ) -> bool:
        """Return whether we made this address and its time, in seconds since 1970, has not come."""
        expected = self._signature(organisation_id, sha256, expires)
        genuine = hmac.compare_digest(expected.encode(), signature.encode())
        return genuine and now.timestamp() < expires

    def _signature(self, organisation_id: UUID, sha256: str, expires: int) -> str:
        signed = f"{organisation_id}/{sha256}/{expires}".encode()
        return hmac.new(self._key(), signed, hashlib.sha256).hexdigest()
