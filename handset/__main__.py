"""What can one do with the handset on the command line? Serve it, be a customer, read its log."""

import json
import socket
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import httpx
import typer
import uvicorn

from handset.app import create_app
from handset.connection import CuttableHttp
from handset.exchange import Exchange
from handset.log import LogInUse
from handset.protocols.registry import PROTOCOLS

cli = typer.Typer(
    help="A simulated carrier and the customers' phones, for the local trial and for tests.",
    no_args_is_help=True,
    add_completion=False,
)
Url = Annotated[
    str, typer.Option(envvar="HANDSET_URL", help="Where the handset listens.", metavar="URL")
]
_DEFAULT_URL = "http://127.0.0.1:8420"


class _Server(uvicorn.Server):
    """A server that lets the page's endless event streams go when it stops."""

    def __init__(self, config: uvicorn.Config, exchange: Exchange) -> None:
        super().__init__(config)
        self._exchange = exchange

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving."""
        self._exchange.hub.close()
        await super().shutdown(sockets)


@cli.command()
def serve(
    data: Annotated[Path, typer.Option(help="Folder of its log, made if missing.")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free port.")] = 8420,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    public_url: Annotated[
        str,
        typer.Option(help="Where clients reach it, for the addresses it names; else as served."),
    ] = "",
    seed: Annotated[int | None, typer.Option(help="Makes probabilities repeatable.")] = None,
) -> None:
    """Run the carrier until Ctrl-C."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, connections get TCP_NODELAY; else each answer waits for a delayed ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        _fail(f"Cannot listen on {host} port {port}: {error.strerror}. Choose another --port.")
    name = f"[{host}]" if ":" in host else host
    url = f"http://{name}:{listener.getsockname()[1]}"
    try:
        exchange = Exchange(data, PROTOCOLS, url=public_url.rstrip("/") or url, seed=seed)
    except LogInUse as error:
        _fail(f"Another handset is running on {error}. Stop it or choose another --data.")
    listener.listen(1024)
    typer.echo(f"Handset on {url}/, its log in {exchange.log.path}")
    config = uvicorn.Config(
        create_app(exchange),
        http=CuttableHttp,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=2,
    )
    _Server(config, exchange).run(sockets=[listener])


@cli.command()
def say(
    text: Annotated[str, typer.Argument(help="What the customer writes.")],
    from_: Annotated[str, typer.Option("--from", help="The customer's number, E.164.")],
    to: Annotated[str, typer.Option(help="The number written to, E.164.")],
    url: Url = _DEFAULT_URL,
) -> None:
    """Write a text as a customer, and tell what the number's webhook answered."""
    answer = _call("POST", url, "/handset/texts?wait=true", {"from": from_, "to": to, "body": text})
    webhook = answer["webhook"]
    if not webhook["answered"]:
        reason = webhook["error"] or f"answered {webhook['http_status']}"
        _fail(f"{answer['sid']} was not taken after {webhook['attempts']} tries: {reason}")
    typer.echo(f"{answer['sid']} taken with {webhook['http_status']}")


@cli.command()
def log(
    kind: Annotated[str | None, typer.Option(help="Only entries of this kind.")] = None,
    after: Annotated[int, typer.Option(min=0, help="Only entries above this number.")] = 0,
    url: Url = _DEFAULT_URL,
) -> None:
    """Print the log, one JSON object per line."""
    position: int | None = after
    while position is not None:
        query = f"?after={position}" + (f"&kind={kind}" if kind else "")
        page = _call("GET", url, f"/handset/log{query}")
        for entry in page["items"]:
            typer.echo(json.dumps(entry, ensure_ascii=False))
        position = page["next"]


def _call(method: str, url: str, path: str, body: Any = None) -> Any:
    try:
        answer = httpx.request(
            method, url.rstrip("/") + path, json=body, timeout=120, trust_env=False
        )
    except httpx.HTTPError as error:
        _fail(f"No handset at {url}: {error}. Start one with: python -m handset serve")
    if answer.is_error:
        _fail(f"The handset refused: {answer.text}")
    return answer.json()


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(1)


if __name__ == "__main__":
    cli()
