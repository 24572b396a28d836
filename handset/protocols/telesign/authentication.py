"""Who asks? TeleSign's two ways of saying so: Basic, and a signature of the whole request.

A signature is good for one request, near its date: the date must be ours within `TOLERANCE`, whose
real length TeleSign does not document, and its nonce new.
"""

import base64
import binascii
import hashlib
import hmac
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from starlette.requests import Request

from handset.entities import Account
from handset.reasons import Problem

TOLERANCE: Final = timedelta(minutes=5)

FindAccount = Callable[[str], Account | None]
"""Returns an account by its customer ID."""

METHOD: Final = "HMAC-SHA256"


class Nonces:
    """Those seen so recently that a request with one of them would still be near its date."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()
        self._oldest_first: deque[tuple[datetime, tuple[str, str]]] = deque()

    def is_new(self, account_id: str, nonce: str, now: datetime) -> bool:
        """Tell whether an account uses `nonce` for the first time, and remember it."""
        while self._oldest_first and self._oldest_first[0][0] < now - 2 * TOLERANCE:
            self._seen.discard(self._oldest_first.popleft()[1])
        key = (account_id, nonce)
        if key in self._seen:
            return False
        self._seen.add(key)
        self._oldest_first.append((now, key))
        return True


def authenticate(
    request: Request, body: bytes, find: FindAccount, nonces: Nonces, now: datetime
) -> Account | Problem:
    """Return whose request it is, or why nobody's."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    match scheme:
        case "Basic":
            return _by_key(credentials, find)
        case "TSA":
            return _by_signature(credentials, request, body, find, nonces, now)
        case _:
            return Problem(10008, "Authorization")


def callback_signature(api_key: str, body: bytes) -> str:
    """Return what TeleSign signs a webhook with: of the raw body alone."""
    return _sign(api_key, body)


def string_to_sign(
    method: str, content_type: str, headers: Mapping[str, str], body: bytes, path: str
) -> bytes:
    """Return what a request's signature is of; the names of `headers` in small letters.

    Source: reference on SMS, section 5.
    """
    lines = [method.encode(), content_type.encode()]
    has_own_date = "x-ts-date" in headers
    lines.append(b"" if has_own_date else headers.get("date", "").encode())
    names = ["x-ts-auth-method", *(["x-ts-date"] if has_own_date else []), "x-ts-nonce"]
    lines += [f"{name}:{headers.get(name, '')}".encode() for name in names]
    if content_type and body:
        lines.append(body)
    return b"\n".join([*lines, path.encode()])


def _by_key(credentials: str, find: FindAccount) -> Account | Problem:
    try:
        decoded = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return Problem(10008, "Authorization")
    customer_id, _, api_key = decoded.partition(":")
    account = find(customer_id)
    if account is None:
        return Problem(10015, customer_id)
    if not hmac.compare_digest(api_key.encode(), account.credentials["api_key"].encode()):
        return Problem(10022)
    return account


def _by_signature(
    credentials: str,
    request: Request,
    body: bytes,
    find: FindAccount,
    nonces: Nonces,
    now: datetime,
) -> Account | Problem:
    customer_id, _, signature = credentials.rpartition(":")
    account = find(customer_id)
    if account is None:
        return Problem(10015, customer_id)
    headers = request.headers
    nonce = headers.get("x-ts-nonce", "")
    if not nonce or headers.get("x-ts-auth-method") != METHOD:
        return Problem(10008, "x-ts-nonce, x-ts-auth-method")
    date = headers.get("x-ts-date") or headers.get("date", "")
    if not _is_near(date, now):
        return Problem(10004, date)
    content_type = headers.get("content-type", "")
    path = request.scope["raw_path"].decode()
    signed = string_to_sign(request.method, content_type, headers, body, path)
    expected = _sign(account.credentials["api_key"], signed)
    if not hmac.compare_digest(signature.encode(), expected.encode()):
        return Problem(10008)
    return account if nonces.is_new(customer_id, nonce, now) else Problem(10002, nonce)


def _sign(api_key: str, content: bytes) -> str:
    key = base64.b64decode(api_key)
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def _is_near(date: str, now: datetime) -> bool:
    try:
        at = parsedate_to_datetime(date)
    except ValueError:
        return False
    return abs((at if at.tzinfo else at.replace(tzinfo=UTC)) - now) <= TOLERANCE
