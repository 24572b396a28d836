"""What does one Twilio account do for us? The channel's contract, over the official SDK."""

from collections.abc import AsyncIterator
from datetime import datetime

import httpx

from channels.http import AnswerLost, NotConnected, Refused
from channels.interface import (
    Accepted,
    DiscoveredNumber,
    InboundText,
    Media,
    MediaLink,
    NotTaken,
    OutboundText,
    Outcome,
    ProviderMessage,
    Registration,
    SentText,
    StatusReport,
    Unknown,
    Verdict,
    Webhook,
    WebhookAnswer,
)
from channels.twilio import media, messages, numbers, webhooks
from channels.twilio.client import UNREADABLE, TwilioClient, TwilioCredentials
from channels.twilio.http import TwilioHttp
from channels.twilio.sending import create_fields, outcome_of
from channels.twilio.verdict import verdict_on
from domain.messages import MessageStatus


class TwilioChannel:
    """A `Channel` for one Twilio account."""

    def __init__(
        self,
        credentials: TwilioCredentials,
        base_url: str,
        transport: httpx.AsyncBaseTransport,
        timeout_seconds: float,
    ) -> None:
        """`base_url` has no trailing slash. Closes `transport` when it is closed itself."""
        self._credentials = credentials
        self._base_url = base_url
        self._http = TwilioHttp(transport, timeout_seconds)
        sid = credentials.account_sid
        self._owner = TwilioClient(sid, credentials.owner, base_url, self._http)
        self._client = TwilioClient(sid, credentials.sender, base_url, self._http)

    @property
    def inbound_answer(self) -> WebhookAnswer:
        return webhooks.INBOUND_ANSWER

    @property
    def status_answer(self) -> WebhookAnswer:
        return webhooks.STATUS_ANSWER

    async def send(self, text: OutboundText) -> Outcome:
        try:
            message = await self._client.messages.create_async(**create_fields(text))
        except NotConnected as failure:
            return NotTaken(None, str(failure), None)
        except Refused as refusal:
            return outcome_of(refusal)
        except AnswerLost as failure:
            return Unknown(str(failure))
        except UNREADABLE:
            return Unknown("Twilio's answer could not be read")
        if not isinstance(message.sid, str) or not message.sid:
            return Unknown("Twilio's answer does not name the text")
        status = webhooks.status_of(message.status) or MessageStatus.QUEUED
        return Accepted(message.sid, status)

    async def find_sent(self, text: SentText) -> list[ProviderMessage]:
        return await messages.find_sent(self._client, text)

    def list_messages(self, *, since: datetime, until: datetime) -> AsyncIterator[ProviderMessage]:
        return messages.list_messages(self._client, since, until)

    async def look_up(self, provider_message_id: str) -> StatusReport | None:
        return await messages.look_up(self._client, provider_message_id)

    async def list_numbers(self) -> list[DiscoveredNumber]:
        return await numbers.list_numbers(self._client)

    async def verify(self) -> Verdict:
        return await verdict_on(self._credentials, self._owner, self._client)

    def webhook_url(self, url: str) -> str:
        """Return `url` as it is: Twilio signs its calls."""
        return url

    async def register_webhooks(
        self, number: str, *, inbound_url: str, status_url: str
    ) -> Registration:
        """Set where texts to `number` go; `status_url` need not be set, as every text carries its own."""
        return await numbers.register(self._client, number, inbound_url)

    def is_genuine(self, webhook: Webhook) -> bool:
        return webhooks.is_signed_by(self._credentials.auth_token, webhook)

    def parse_inbound(self, webhook: Webhook) -> list[InboundText]:
        return [webhooks.parse_inbound(webhook)]

    def parse_status(self, webhook: Webhook) -> list[StatusReport]:
        return [webhooks.parse_status(webhook)]

    async def media_of(self, provider_message_id: str) -> list[MediaLink]:
        return await media.media_of(self._client, self._base_url, provider_message_id)

    async def fetch_media(self, url: str, *, max_bytes: int) -> Media:
        return await media.fetch_media(
            self._http, self._credentials.sender, self._base_url, url, max_bytes=max_bytes
        )

    async def close(self) -> None:
        await self._http.close()
