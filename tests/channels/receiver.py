"""Where do a provider's calls go in a test? To a small server of its own, which has the channel judge and read them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from channels.interface import Channel, InboundText, StatusReport, Webhook, WebhookAnswer

PICTURE = b"\x89PNG\r\n\x1a\n of a house"

_PATIENCE_SECONDS = 15


@dataclass
class Receiver:
    """What the provider told us so far. `is_away`: every call is answered with 503."""

    url: str
    channel: Channel
    texts: list[InboundText] = field(default_factory=list)
    reports: list[StatusReport] = field(default_factory=list)
    genuine: list[Webhook] = field(default_factory=list)
    refused: list[Webhook] = field(default_factory=list)
    is_away: bool = False

    @property
    def inbound_url(self) -> str:
        return self.channel.webhook_url(f"{self.url}/inbound")

    @property
    def picture_url(self) -> str:
        return f"{self.url}/picture.png"

    def status_url(self, message_id: object) -> str:
        """Return where reports go of the text with this id of ours, as the product writes it."""
        return self.channel.webhook_url(f"{self.url}/status?message={message_id}")

    async def inbound(self, request: web.Request) -> web.Response:
        """Take customers' texts."""
        webhook = await self._genuine(request)
        self.texts += self.channel.parse_inbound(webhook)
        return _as(self.channel.inbound_answer)

    async def status(self, request: web.Request) -> web.Response:
        """Take reports of what became of texts."""
        webhook = await self._genuine(request)
        self.reports += self.channel.parse_status(webhook)
        return _as(self.channel.status_answer)

    async def picture(self, request: web.Request) -> web.Response:
        """Give out what goes with a text."""
        return web.Response(body=PICTURE, content_type="image/png")

    async def _genuine(self, request: web.Request) -> Webhook:
        webhook = Webhook(self.url + request.raw_path, request.headers, await request.read())
        if not self.channel.is_genuine(webhook):
            self.refused.append(webhook)
            raise web.HTTPForbidden
        self.genuine.append(webhook)
        if self.is_away:
            raise web.HTTPServiceUnavailable
        return webhook


def _as(said: WebhookAnswer) -> web.Response:
    return web.Response(status=said.status_code, body=said.body, content_type=said.media_type)


@asynccontextmanager
async def receiving(channel: Channel) -> AsyncIterator[Receiver]:
    """Serve the addresses that a provider calls."""
    app = web.Application()
    # Without its log, which would write the addresses with their secrets. A call that comes just as
    # the test is over is not waited for.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
    receiver = Receiver("", channel)
    app.router.add_post("/inbound", receiver.inbound)
    app.router.add_post("/status", receiver.status)
    app.router.add_get("/picture.png", receiver.picture)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        receiver.url = f"http://{host}:{port}"
        yield receiver
    finally:
        await runner.cleanup()


def with_body(webhook: Webhook, rewrite: Callable[[bytes], bytes]) -> Webhook:
    """Return a call with another body, and all else as it was."""
    return Webhook(webhook.url, webhook.headers, rewrite(webhook.body))


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that must come to be soon."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not is_so():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.01)
