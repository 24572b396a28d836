"""Opened provider accounts of a process, kept open between texts and webhooks."""

import asyncio
import ipaddress
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from channels.errors import InvalidCredentials
from channels.interface import Channel, Webhook
from channels.registry import get_provider
from db.providers.queries import AccountRow, find_account
from db.secrets import SecretBox, UnreadableSecret

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_TRUSTED_SECONDS: Final = 5.0


@dataclass(frozen=True)
class OpenAccount:
    """A provider account with its channel, and the proxies that may say which address of ours was called.

    `former` is the channel with the credentials of before: a provider goes on proving its calls by them until it was
    told of the new ones, and what is on its way by then.
    """

    row: AccountRow
    channel: Channel
    trusted_proxies: tuple[Network, ...] = ()
    former: Channel | None = None

    def is_genuine(self, webhook: Webhook, now: datetime) -> bool:
        """Return whether the provider of this account made the call."""
        if self.channel.is_genuine(webhook):
            return True
        former, until = self.former, self.row.former_until
        if former is None or until is None or now >= until:
            return False
        return former.is_genuine(webhook)

    async def close(self) -> None:
        """Close the channels."""
        await self.channel.close()
        if self.former is not None:
            await self.former.close()


@dataclass
class _Kept:
    account: OpenAccount
    checked_at: float


class OpenAccounts:
    """Opens accounts, and looks at their rows again every few seconds: a change takes that long."""

    def __init__(
        self,
        secrets: SecretBox,
        *,
        timeout_seconds: float,
        trusted_seconds: float = _TRUSTED_SECONDS,
    ) -> None:
        """`timeout_seconds`: for one answer of a provider; `trusted_seconds`: until a row is looked at again."""
        self._secrets = secrets
        self._timeout = timeout_seconds
        self._trusted = trusted_seconds
        self._kept: dict[UUID, _Kept] = {}
        self._closing: set[asyncio.Task[None]] = set()

    async def find(self, session: AsyncSession, account_id: UUID) -> OpenAccount | None:
        """Return the account of this id, enabled or not. Raises UnreadableSecret, InvalidCredentials."""
        kept = self.known(account_id)
        if kept is not None:
            return kept
        row = await find_account(session, account_id)
        if row is None:
            self._forget(account_id)
            return None
        before = self._kept.get(account_id)
        if before is not None and before.account.row == row:
            before.checked_at = time.monotonic()
            return before.account
        proxies = tuple(ipaddress.ip_network(each, strict=False) for each in row.trusted_proxies)
        account = OpenAccount(row, self._open(row), proxies, self._former(row))
        self._forget(account_id)
        self._kept[account_id] = _Kept(account, time.monotonic())
        return account

    def known(self, account_id: UUID) -> OpenAccount | None:
        """Return the account if its row was looked at within the last seconds."""
        kept = self._kept.get(account_id)
        if kept is None or time.monotonic() - kept.checked_at > self._trusted:
            return None
        return kept.account

    def last_seen(self, account_id: UUID) -> OpenAccount | None:
        """Return the account as it was when its row was last looked at, however long ago."""
        kept = self._kept.get(account_id)
        return None if kept is None else kept.account

    @asynccontextmanager
    async def opened(self, row: AccountRow) -> AsyncIterator[Channel]:
        """Open an account as it stands now, for the block. Raises UnreadableSecret, InvalidCredentials."""
        channel = self._open(row)
        try:
            yield channel
        finally:
            await channel.close()

    async def close(self) -> None:
        """Close every channel, at once."""
        for task in self._closing:
            task.cancel()
        await asyncio.gather(*self._closing, return_exceptions=True)
        await asyncio.gather(*(kept.account.close() for kept in self._kept.values()))
        self._kept.clear()

    def _forget(self, account_id: UUID) -> None:
        kept = self._kept.pop(account_id, None)
        if kept is not None:
            task = asyncio.create_task(self._close_when_idle(kept.account))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def _close_when_idle(self, account: OpenAccount) -> None:
        """Close an account once the last request that may be under way on it is over."""
        try:
            await asyncio.sleep(self._timeout)
        finally:
            await account.close()

    def _open(self, row: AccountRow) -> Channel:
        credentials = self._secrets.open(row.credentials, row_id=row.id)
        return get_provider(row.provider).open(credentials, row.api_base_url, self._timeout)

    def _former(self, row: AccountRow) -> Channel | None:
        if row.former_credentials is None:
            return None
        try:
            return self._open(row._replace(credentials=row.former_credentials))
        except (UnreadableSecret, InvalidCredentials):
            return None  # they prove nothing any more
