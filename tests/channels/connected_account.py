"""What does every case of the conformance suite start from? One account on the handset, opened by its channel."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from channels.interface import Accepted, Channel, OutboundText, SentText
from tests.carrier import Carrier
from tests.channels.overheard import Overheard
from tests.channels.provider_case import ProviderCase
from tests.channels.receiver import Receiver, receiving

OURS = "+12125550100"
CUSTOMER = "+12125550111"
BODY = "Hi Ada, lunch on Tuesday?"

_TIMEOUT_SECONDS = 15.0


@dataclass(frozen=True)
class ConnectedAccount:
    """A provider's account with one number, whose customers' texts and reports come to `receiver`."""

    case: ProviderCase
    carrier: Carrier
    heard: Overheard
    channel: Channel
    receiver: Receiver

    def text(self, body: str = BODY, **facts: Any) -> OutboundText:
        """Return a new text to the customer."""
        message_id = uuid4()
        usual: dict[str, Any] = {
            "message_id": message_id,
            "from_number": OURS,
            "to_number": CUSTOMER,
            "body": body,
            "status_callback_url": self.receiver.status_url(message_id),
        }
        return OutboundText(**(usual | facts))

    async def accepted(self, text: OutboundText) -> Accepted:
        """Send a text that the provider takes."""
        outcome = await self.channel.send(text)
        assert isinstance(outcome, Accepted), outcome
        return outcome

    def behave(self, **rules: Any) -> None:
        """Have the carrier misbehave; it is quicker than a real one unless told otherwise."""
        usual: dict[str, Any] = {
            "sent_after_seconds": 0,
            "final_after_seconds": 0.05,
            "webhook_backoff_seconds": 0.01,
        }
        self.carrier.behave(**(usual | rules))

    def put(self, *, status: str = "active") -> None:
        """Have the account on the handset."""
        self.carrier.put_account(
            self.case.account,
            self.case.handset_credentials,
            protocol=self.case.provider.name,
            status=status,
        )

    def put_number(self, number: str = OURS) -> None:
        """Give the account a number whose texts come to the receiver."""
        self.carrier.put_number(self.case.account, number, sms_url=self.receiver.inbound_url)

    def requests(self) -> list[dict[str, Any]]:
        """Return every request to send that reached the carrier, oldest first."""
        return self.carrier.log("request")

    def created(self) -> list[dict[str, Any]]:
        """Return the texts that the carrier took, oldest first."""
        return [request for request in self.requests() if request["accepted"]]

    @asynccontextmanager
    async def opened(
        self,
        *,
        url: str = "",
        credentials: Mapping[str, str] | None = None,
        timeout_seconds: float = _TIMEOUT_SECONDS,
    ) -> AsyncIterator[Channel]:
        """Open another channel: to something else, with other credentials, or with less patience."""
        async with _opened(
            self.case, url or self.carrier.url, credentials, timeout_seconds
        ) as channel:
            yield self.heard.listening(channel)

    def leaks(self) -> list[str]:
        """Return what was overheard of what nobody may read."""
        secrets = [*self.case.secrets, *filter(None, [self.case.webhook_secret])]
        people = [CUSTOMER.removeprefix("+"), BODY]
        return [
            *(line for line in self.heard.aloud if any(word in line for word in secrets + people)),
            *(line for line in self.heard.between_us if any(word in line for word in secrets)),
        ]


@asynccontextmanager
async def connected(case: ProviderCase, carrier: Carrier) -> AsyncIterator[ConnectedAccount]:
    """Set up a case's account on a handset that has seen nothing, and open it."""
    heard = Overheard()
    async with _opened(case, carrier.url, None, _TIMEOUT_SECONDS) as channel:
        overheard = heard.listening(channel)
        async with receiving(overheard) as receiver:
            account = ConnectedAccount(case, carrier, heard, overheard, receiver)
            account.put()
            account.put_number()
            account.behave()
            yield account


def sent(text: OutboundText) -> SentText:
    """Return what is asked to be found again of a text that was just sent."""
    since = datetime.now(UTC) - timedelta(minutes=5)
    return SentText(text.message_id, text.from_number, text.to_number, since)


@asynccontextmanager
async def _opened(
    case: ProviderCase, url: str, credentials: Mapping[str, str] | None, timeout_seconds: float
) -> AsyncIterator[Channel]:
    channel = case.provider.open(
        case.credentials if credentials is None else credentials, url, timeout_seconds
    )
    try:
        yield channel
    finally:
        await channel.close()
