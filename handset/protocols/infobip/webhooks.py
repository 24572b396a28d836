"""How does Infobip tell of a status or a customer's text? In JSON, unsigned, to an address of the client's."""

import json
from collections.abc import Sequence
from urllib.parse import urlsplit

from handset.entities import Call
from handset.protocols.infobip.messages import inbound_json, report_json
from handset.protocols.interface import WebhookRequest


def webhook(calls: Sequence[Call], *, forged: bool) -> WebhookRequest:
    """Return the request that tells of `calls`, which are all customers' texts or all reports."""
    url = calls[0].url
    if calls[0].message.is_inbound:
        content = {
            "results": [inbound_json(call.message) for call in calls],
            "messageCount": len(calls),
            "pendingMessageCount": 0,
        }
    else:
        content = {"results": [report_json(call.message, call.status) for call in calls]}
    return WebhookRequest(
        "POST",
        _without_secrets(url) if forged else url,
        {"Content-Type": "application/json", "User-Agent": "Infobip"},
        json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"),
    )


def _without_secrets(url: str) -> str:
    """Return an address as a stranger may guess it: without user, password and query."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
