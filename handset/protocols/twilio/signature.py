"""How does Twilio sign a webhook? HMAC-SHA1 over URL and sorted form, as X-Twilio-Signature."""

import base64
import hashlib
import hmac
from collections.abc import Iterable


def sign(auth_token: str, url: str, parameters: Iterable[tuple[str, str]] = ()) -> str:
    """Return the signature of a request to `url`.

    `url` is the URL as called, query string unchanged; `parameters` are the decoded form fields of
    a POST (none for a GET, whose parameters are in the URL). Equal pairs count once.
    """
    text = url + "".join(name + value for name, value in sorted(set(parameters)))
    digest = hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
