"""How do we send and check through one TeleSign account?

TeleSign keeps no list that could be asked: what a lost answer was about shows only when TeleSign calls
with our id, and a customer's text that it could not bring is gone. Source: reference on SMS, sections 5 and 8.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import httpx

from channels.errors import MediaRefused, ProviderUnavailable
from channels.http import AnswerLost, NoAnswer, NotConnected, Refused
from channels.interface import (
    Accepted,
    ByHand,
    DiscoveredNumber,
    InboundText,
    Media,
    MediaLink,
    NotTaken,
    OutboundText,
    Outcome,
    ProviderMessage,
    Registration,
    Rejected,
    SentText,
    StatusReport,
    Unknown,
    Verdict,
    Webhook,
    WebhookAnswer,
)
from channels.telesign import reports, webhooks
from channels.telesign.errors import (
    NO_MEDIA,
    NO_MEDIA_FAILURE,
    NO_SUCH_TEXT,
    STATUSES,
    failure_of_delivery,
    failure_of_request,
    is_refusal,
)
from channels.telesign.http import LABEL, TelesignCredentials, TelesignHttp, status_code
from channels.telesign.verdict import verify
from domain.failures import FailureKind
from domain.messages import MessageStatus

_MESSAGES: Final = "/v1/messaging"

_NOTIFICATION: Final = "ARN"
"""TeleSign's type of texts that are neither codes to sign in with nor mass marketing."""


class TelesignChannel:
    """A `Channel` for one TeleSign account."""

    def __init__(
        self,
        credentials: TelesignCredentials,
        base_url: str,
        transport: httpx.AsyncBaseTransport,
        timeout_seconds: float,
    ) -> None:
        """`base_url` has no trailing slash. Closes `transport` when it is closed itself."""
        self._credentials = credentials
        self._http = TelesignHttp(credentials, base_url, transport, timeout_seconds)

    @property
    def inbound_answer(self) -> WebhookAnswer:
        return webhooks.INBOUND_ANSWER

    @property
    def status_answer(self) -> WebhookAnswer:
        return webhooks.INBOUND_ANSWER

    async def send(self, text: OutboundText) -> Outcome:
        if text.media_urls:
            return Rejected(NO_MEDIA, NO_MEDIA_FAILURE.kind, NO_MEDIA_FAILURE.reason)
        try:
            answer = await self._http.post(
                _MESSAGES,
                {
                    "phone_number": text.to_number.removeprefix("+"),
                    "message": text.body,
                    "message_type": _NOTIFICATION,
                    "sender_id": text.from_number.removeprefix("+"),
                    "external_id": str(text.message_id),
                    "callback_url": text.status_callback_url,
                },
            )
        except NotConnected as failure:
            return NotTaken(None, str(failure), None)
        except Refused as refusal:
            return _outcome_of(refusal)
        except AnswerLost as failure:
            return Unknown(str(failure))
        return _outcome_in(answer)

    async def find_sent(self, text: SentText) -> list[ProviderMessage] | None:
        return None

    def list_messages(
        self, *, since: datetime, until: datetime
    ) -> AsyncIterator[ProviderMessage] | None:
        return None

    async def look_up(self, provider_message_id: str) -> StatusReport | None:
        """Return what became of one text, of all its parts together if it was split.

        TeleSign answers for some hours only; afterwards it does not know the text.
        """
        found = await self._report(provider_message_id)
        if found is None:
            return None
        if found.parts_count == 1:
            return found.about
        others = [await self._report(part) for part in found.siblings]
        return reports.of_parts(found, [part for part in others if part is not None])

    async def list_numbers(self) -> list[DiscoveredNumber] | None:
        return None

    async def verify(self) -> Verdict:
        return await verify(self._http)

    def webhook_url(self, url: str) -> str:
        return url

    async def register_webhooks(
        self, number: str, *, inbound_url: str, status_url: str
    ) -> Registration:
        return ByHand(
            f"TeleSign is told by hand where to bring the texts that customers send to {number}: "
            f"{inbound_url}\n"
            "With a self-service account: in TeleSign's portal, under SMS, open the settings; under "
            "Customer Callback URLs choose Edit, then Add a URL, paste the address above and save; "
            "then switch on SMS 2-Way Inbound and Status Callback.\n"
            "With an enterprise account: write to TeleSign's support, with your customer ID, to "
            f"enable Inbound SMS for {number}, to call the address above for it, and to switch on "
            "Status Callback.\n"
            "Delivery reports need no address there: every text carries its own."
        )

    def is_genuine(self, webhook: Webhook) -> bool:
        return webhooks.is_signed_by(self._credentials.api_key, webhook)

    def parse_inbound(self, webhook: Webhook) -> list[InboundText]:
        return webhooks.parse_inbound(webhook)

    def parse_status(self, webhook: Webhook) -> list[StatusReport]:
        return webhooks.parse_status(webhook)

    async def media_of(self, provider_message_id: str) -> list[MediaLink]:
        return []

    async def fetch_media(self, url: str, *, max_bytes: int) -> Media:
        raise MediaRefused("TeleSign brings no pictures")

    async def close(self) -> None:
        await self._http.close()

    async def _report(self, reference_id: str) -> reports.Report | None:
        try:
            return reports.read(await self._http.get(f"{_MESSAGES}/{quote(reference_id, safe='')}"))
        except Refused as refusal:
            if refusal.code in NO_SUCH_TEXT:
                return None
            raise ProviderUnavailable(str(refusal)) from None
        except NoAnswer as failure:
            raise ProviderUnavailable(str(failure)) from None
        except ValueError:
            raise ProviderUnavailable("TeleSign's answer could not be read") from None


def _outcome_of(refusal: Refused) -> Outcome:
    """Say what a refusal of a create means. Source: reference on SMS, sections 2, 5 and 8."""
    code = str(refusal.code) if refusal.code else f"HTTP {refusal.status}"
    failure = failure_of_request(refusal.code, refusal.status)
    if refusal.status == HTTPStatus.TOO_MANY_REQUESTS:
        slow_down = failure_of_request(10019, refusal.status).reason
        return NotTaken(code, slow_down, refusal.retry_after, is_throttled=True)
    # A redirect may follow on success; 408 may be a proxy's word about a request it had passed on.
    if refusal.status not in range(400, 500) or refusal.status == HTTPStatus.REQUEST_TIMEOUT:
        return Unknown(str(refusal))
    match failure.kind:
        case FailureKind.RETRY:
            return NotTaken(code, failure.reason, refusal.retry_after, is_throttled=True)
        case FailureKind.UNKNOWN:
            return Unknown(str(refusal))
        case _:
            return Rejected(code, failure.kind, failure.reason)


def _outcome_in(answer: dict[str, Any]) -> Outcome:
    """Read the answer to a create, which may name the text and refuse it all the same."""
    reference_id, code = answer.get("reference_id"), status_code(answer)
    if not isinstance(reference_id, str) or not reference_id:
        return Unknown(f"{LABEL}'s answer does not name the text")
    if code is None:
        return Accepted(reference_id, MessageStatus.QUEUED)
    if is_refusal(code):
        return Unknown(f"{LABEL}'s answer names the text, and refuses it with error {code}")
    if failure := failure_of_delivery(code):
        return Rejected(str(code), failure.kind, failure.reason)
    return Accepted(reference_id, STATUSES.get(code, MessageStatus.QUEUED))
