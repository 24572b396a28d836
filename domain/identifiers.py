"""Ids that are derived rather than drawn, so that doing a thing twice names the same row."""

import hashlib
from uuid import UUID


def derived_id(parent: UUID, *parts: str | int) -> UUID:
    """Return the id that belongs to `parts` of `parent`: the same arguments give the same id, for ever.

    It has the form of a UUIDv7 (RFC 9562 section 5.7): the time of `parent`, which must be a UUIDv7, and a
    hash where the random bits stand. Used for a message of (enrollment, step, attempt) and its like.
    """
    digest = hashlib.sha256(parent.bytes + "\x1f".join(map(str, parts)).encode()).digest()
    raw = bytearray(parent.bytes[:6] + digest[:10])
    raw[6] = 0x70 | (raw[6] & 0x0F)
    raw[8] = 0x80 | (raw[8] & 0x3F)
    return UUID(bytes=bytes(raw))
