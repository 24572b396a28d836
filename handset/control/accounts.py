"""How are accounts, their numbers and their pools set up in the carrier?"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Path
from pydantic import Field

from handset.addresses import NumberKind, kind_of
from handset.control.inputs import Address, Body, CallableUrl, TheExchange
from handset.entities import Account, Pool
from handset.exchange import Exchange
from handset.numbers import new_number, save_number, save_pool

router = APIRouter(prefix="/accounts")
AccountId = Annotated[str, Path(min_length=1)]


class AccountIn(Body):
    """`auth_token` is short for the credential of that name."""

    protocol: str = "twilio"
    auth_token: str | None = None
    credentials: dict[str, str] = Field(default_factory=dict)
    settings: dict[str, str] = Field(default_factory=dict)
    status: Literal["active", "suspended", "closed", "unauthorised", "funds"] = "active"

    def facts(self) -> dict[str, Any]:
        """Return what the log keeps."""
        short = {} if self.auth_token is None else {"auth_token": self.auth_token}
        return {
            "protocol": self.protocol,
            "credentials": self.credentials | short,
            "settings": self.settings,
            "status": self.status,
        }


class NumberIn(Body):
    """What is left out stays as it is; the kind of a new number is what its address looks like."""

    sms_url: CallableUrl | None = None
    capabilities: dict[Literal["voice", "sms", "mms", "fax"], bool] | None = None
    per_second: Annotated[float, Field(gt=0)] | None = None


class PoolIn(Body):
    """Senders of an account, by address, and what the provider calls the pool's settings."""

    numbers: list[Address]
    manages_opt_outs: bool = False
    settings: dict[str, str] = Field(default_factory=dict)


@router.get("", operation_id="listAccounts")
async def list_accounts(exchange: TheExchange) -> dict[str, Any]:
    """List the accounts with their numbers, without their tokens."""
    accounts = exchange.carrier.accounts.values()
    return {"items": [_account(account) for account in accounts]}


@router.put("/{sid}", operation_id="putAccount")
async def put_account(sid: AccountId, body: AccountIn, exchange: TheExchange) -> dict[str, Any]:
    """Create an account or change it."""
    protocol = exchange.protocols.get(body.protocol)
    if protocol is None:
        raise HTTPException(422, f"{body.protocol!r} is none of {', '.join(exchange.protocols)}")
    facts = body.facts()
    try:
        protocol.check_account(sid, facts["credentials"], facts["settings"])
    except ValueError as error:
        raise HTTPException(422, str(error)) from error
    known = exchange.carrier.accounts.get(sid)
    if known is not None and known.protocol != body.protocol:
        raise HTTPException(409, f"{sid} is an account of {known.protocol}")
    if known is None or any(getattr(known, name) != value for name, value in facts.items()):
        exchange.put_account(sid, **facts)
    return _account(exchange.carrier.accounts[sid])


@router.put("/{sid}/numbers/{e164}", operation_id="putNumber")
async def put_number(
    sid: AccountId, e164: Address, body: NumberIn, exchange: TheExchange
) -> dict[str, Any]:
    """Give an account a number, a short code or a name, or change it."""
    account = _known_account(exchange, sid)
    owner = exchange.carrier.numbers.get(e164)
    if owner is not None and owner.account_id != sid:
        raise HTTPException(409, f"{e164} is a number of account {owner.account_id}")
    number = account.numbers.get(e164)
    changes = body.model_dump(exclude_none=True)
    if number is None or any(getattr(number, name) != v for name, v in changes.items()):
        kind = kind_of(e164) or NumberKind.LONG_CODE
        save_number(exchange, number or new_number(sid, e164, kind), **changes)
    return _account(exchange.carrier.accounts[sid])


@router.put("/{sid}/pools/{pool}", operation_id="putPool")
async def put_pool(
    sid: AccountId, pool: str, body: PoolIn, exchange: TheExchange
) -> dict[str, Any]:
    """Have an account send from several numbers as from one, or change which."""
    account = _known_account(exchange, sid)
    for address in body.numbers:
        if address not in account.numbers:
            raise HTTPException(404, f"{address} is no number of account {sid}")
        other = account.pool_of(address)
        if other is not None and other.id != pool:
            raise HTTPException(409, f"{address} is in pool {other.id}")
    now = datetime.now(UTC)
    wanted = Pool(
        id=pool,
        account_id=sid,
        addresses=body.numbers,
        manages_opt_outs=body.manages_opt_outs,
        settings=body.settings,
        created_at=now,
        updated_at=now,
    )
    known = account.pools.get(pool)
    if known is None or _pool(known) != _pool(wanted):
        save_pool(exchange, wanted)
    return _account(exchange.carrier.accounts[sid])


def _known_account(exchange: Exchange, account_id: str) -> Account:
    account = exchange.carrier.accounts.get(account_id)
    if account is None:
        raise HTTPException(404, f"There is no account {account_id}")
    return account


def _pool(pool: Pool) -> dict[str, Any]:
    return {
        "sid": pool.id,
        "numbers": pool.addresses,
        "manages_opt_outs": pool.manages_opt_outs,
        "settings": pool.settings,
    }


def _account(account: Account) -> dict[str, Any]:
    return {
        "sid": account.id,
        "protocol": account.protocol,
        "settings": account.settings,
        "status": account.status,
        "numbers": [
            {
                "e164": number.address,
                "sid": number.id,
                "kind": number.kind,
                "per_second": number.per_second,
                "sms_url": number.sms_url,
                "capabilities": number.capabilities,
            }
            for number in account.numbers.values()
        ],
        "pools": [_pool(pool) for pool in account.pools.values()],
    }
