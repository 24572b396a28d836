"""How is a connection cut without an answer? By reaching from the request down to its transport."""

from fastapi import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class CuttableHttp(HttpToolsProtocol):
    """uvicorn's HTTP protocol, offering applications the ASGI extension "handset.cut"."""

    def on_message_begin(self) -> None:
        """Begin a request whose connection can be cut."""
        super().on_message_begin()
        self.scope["extensions"] = {"handset.cut": {"cut": self.transport.abort}}


class CutConnection(Response):
    """No answer at all: the client sees its connection closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close the connection instead of sending."""
        scope["extensions"]["handset.cut"]["cut"]()
        while (await receive())["type"] != "http.disconnect":
            pass
