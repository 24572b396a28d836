"""How does Twilio tell of a status or a customer's text? As a signed form, retried by the URL's policy."""

from typing import Final
from urllib.parse import parse_qs, urldefrag, urlencode

from handset.entities import Account, Call
from handset.protocols.interface import WebhookRequest
from handset.protocols.twilio.resources import API_VERSION, media_sid, message_uri
from handset.protocols.twilio.signature import sign

_FORGERS_TOKEN: Final = "not the token of the account"  # noqa: S105 - that is the point


def webhook(call: Call, account: Account, *, forged: bool) -> WebhookRequest:
    """Return the request that tells of `call`, signed with the account's token."""
    # The connection overrides are the fragment; it is neither sent nor signed.
    url = urldefrag(call.url).url
    form = _parameters(call, account)
    headers = {"User-Agent": "TwilioProxy/1.1", "I-Twilio-Idempotency-Token": call.token}
    if call.method == "GET":
        url += ("&" if "?" in url else "?") + urlencode(form)
        form = []
    else:
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
    token = _FORGERS_TOKEN if forged else account.credentials["auth_token"]
    headers["X-Twilio-Signature"] = sign(token, url, form)
    return WebhookRequest(call.method, url, headers, urlencode(form).encode())


def attempts(url: str, default: int, status: int | None, error: str | None) -> int:
    """Return how often a webhook to `url` is tried in all, given how it went this time.

    The URL's fragment may override `default`: `rc` retries (0 to 5), `rp` the failures that are
    retried (ct, rt, 4xx, 5xx, all).
    """
    overrides = parse_qs(urldefrag(url).fragment)
    if "rc" not in overrides and "rp" not in overrides:
        return default
    retries = overrides.get("rc", ["1"])[0]
    policies = set(",".join(overrides.get("rp", ["ct"])).split(","))
    never_connected = (error or "").startswith("Connect")
    failure = "ct" if never_connected else "rt" if status is None else f"{status // 100}xx"
    if not policies & {"all", failure}:
        return 1
    return 1 + min(5, int(retries)) if retries.isdecimal() else 2


def _parameters(call: Call, account: Account) -> list[tuple[str, str]]:
    """Return the form, in the order of Twilio's documents."""
    message = call.message
    form = [
        ("AccountSid", message.account_id),
        ("ApiVersion", API_VERSION),
        ("From", message.sender),
        ("To", message.recipient),
        ("MessageSid", message.id),
        ("SmsSid", message.id),
        ("SmsStatus", call.status),
    ]
    if message.pool:
        form.append(("MessagingServiceSid", message.pool))
    return form + (_inbound(call, account) if message.is_inbound else _status(call))


def _inbound(call: Call, account: Account) -> list[tuple[str, str]]:
    message = call.message
    form = [
        ("SmsMessageSid", message.id),
        ("Body", message.body),
        ("NumMedia", str(message.media_count)),
        ("NumSegments", str(message.segments)),
    ]
    for index, media in enumerate(message.media):
        url = f"{call.carrier_url}{message_uri(message)}/Media/{media_sid(media)}"
        form += [(f"MediaUrl{index}", url), (f"MediaContentType{index}", media.content_type)]
    pool = account.pools.get(message.pool)
    if message.keyword and pool and pool.manages_opt_outs:
        form.append(("OptOutType", message.keyword))
    return form


def _status(call: Call) -> list[tuple[str, str]]:
    form = [("MessageStatus", call.status)]
    code = call.message.error_code
    if call.status in ("undelivered", "failed") and code is not None:
        form.append(("ErrorCode", str(code)))
    return form
