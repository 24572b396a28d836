"""How does an account get a number or a pool of them, and how is one changed?"""

import secrets
from datetime import UTC, datetime
from typing import Any

from handset.addresses import NumberKind
from handset.entities import Number, Pool
from handset.exchange import Exchange


def new_number(account_id: str, address: str, kind: NumberKind) -> Number:
    """Return a number as it is when bought: its texts go nowhere. A name can only send."""
    now = datetime.now(UTC)
    is_number = kind in (NumberKind.LONG_CODE, NumberKind.TOLL_FREE)
    can_mms = kind is not NumberKind.ALPHANUMERIC
    return Number(
        id=secrets.token_hex(16),
        account_id=account_id,
        address=address,
        kind=kind,
        friendly_name=address,
        sms_url="",
        sms_method="POST",
        capabilities={"voice": is_number, "sms": True, "mms": can_mms, "fax": False},
        per_second=None,
        created_at=now,
        updated_at=now,
    )


def save_number(exchange: Exchange, number: Number, **changes: Any) -> None:
    """Record `number` with `changes`."""
    facts = {
        "sid": number.id,
        "account_sid": number.account_id,
        "phone_number": number.address,
        "number_kind": number.kind,
        "friendly_name": number.friendly_name,
        "sms_url": number.sms_url,
        "sms_method": number.sms_method,
        "capabilities": number.capabilities,
        "per_second": number.per_second,
    }
    exchange.record("number", **(facts | changes))


def save_pool(exchange: Exchange, pool: Pool, **changes: Any) -> None:
    """Record `pool` with `changes`."""
    facts: dict[str, Any] = {
        "account_sid": pool.account_id,
        "pool": pool.id,
        "numbers": pool.addresses,
        "manages_opt_outs": pool.manages_opt_outs,
        "settings": pool.settings,
    }
    exchange.record("pool", **(facts | changes))
