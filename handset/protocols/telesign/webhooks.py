"""How does TeleSign tell of a status or a customer's text? As signed JSON.

Two headers carry the signature: bare, as TeleSign's own SDKs compare it, and behind the customer ID.
"""

import base64
import json
from typing import Any, Final

import phonenumbers

from handset.addresses import is_phone_number
from handset.entities import Account, Call, Message
from handset.protocols.interface import WebhookRequest
from handset.protocols.telesign.authentication import METHOD, callback_signature
from handset.protocols.telesign.form import without_plus
from handset.protocols.telesign.parts import parts_json
from handset.protocols.telesign.problems import status_json, timestamp

_PRICE_PER_SEGMENT: Final = 0.0068
_CURRENCY: Final = "USD"
_FORGERS_KEY: Final = base64.b64encode(b"not the key of the account").decode()


def webhook(call: Call, account: Account, *, forged: bool) -> WebhookRequest:
    """Return the request that tells of `call`, signed with the account's key."""
    content = _text_json(call.message) if call.message.is_inbound else _report_json(call)
    body = json.dumps(content).encode()
    key = _FORGERS_KEY if forged else account.credentials["api_key"]
    signature = callback_signature(key, body)
    headers = {
        "Content-Type": "application/json",
        "Authorization": signature,
        "X-TS-Authorization": f"TSA {account.id}:{signature}",
        "X-TS-Auth-Method": METHOD,
    }
    return WebhookRequest("POST", call.url, headers, body)


def _report_json(call: Call) -> dict[str, Any]:
    message = call.message
    segments = 1 if call.part else message.segments
    return {
        **_common(message, call.status),
        "reference_id": call.part or message.id,
        "external_id": message.reference or None,
        "sub_resource": "sms",
        "additional_info": {
            "mcc": "310",
            "mnc": "004",
            "price": f"{_PRICE_PER_SEGMENT * segments:.4f}",
            "currency": _CURRENCY,
            "sender_id": without_plus(message.sender),
            **parts_json(message),
        },
    }


def _text_json(message: Message) -> dict[str, Any]:
    keyword = (message.keyword or "").lower()
    return {
        **_common(message, "received"),
        "sub_resource": "mo_sms",
        "user_response": {
            "phone_number": without_plus(message.sender),
            "iso_country_code": _country(message.sender),
            "sender_id": without_plus(message.recipient),
            "mo_message": message.body,
            "action": keyword or "generic",
            "keyword": keyword,
            "price": "0.0000",
        },
    }


def _common(message: Message, word: str) -> dict[str, Any]:
    at = message.sent_at if word == "sent" and message.sent_at else message.final_at
    return {
        "reference_id": message.id,
        "submit_timestamp": timestamp(message.created_at),
        "errors": [],
        "status": status_json(word, message.error_code, at),
    }


def _country(address: str) -> str | None:
    if not is_phone_number(address):
        return None
    return phonenumbers.region_code_for_number(phonenumbers.parse(address))
