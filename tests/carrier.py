"""The handset as tests see it: a process of its own, spoken to over HTTP."""

import atexit
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from tests.makers import ACCOUNT_SID, AUTH_TOKEN

_HTTP = httpx.Client(timeout=30, verify=False)  # noqa: S501 - a process beside us, without TLS
atexit.register(_HTTP.close)


@dataclass(frozen=True)
class Carrier:
    """A running handset. Its log is the referee: it has every text a provider was asked to send."""

    url: str

    def reset(self) -> None:
        self._call("DELETE", "")

    def connect(self, number: str, *, sms_url: str = "", account: str = ACCOUNT_SID) -> None:
        """Give the account a number, with the address its inbound texts go to."""
        self._call("PUT", f"/accounts/{account}", {"auth_token": AUTH_TOKEN})
        body = {"sms_url": sms_url} if sms_url else {}
        self._call("PUT", f"/accounts/{account}/numbers/{number}", body)

    def put_account(
        self,
        account: str,
        credentials: Mapping[str, str],
        *,
        protocol: str = "twilio",
        settings: Mapping[str, str] | None = None,
        status: str = "active",
    ) -> None:
        """Have an account of any provider; `settings` are its account-wide URLs and the like."""
        body = {
            "protocol": protocol,
            "credentials": dict(credentials),
            "settings": dict(settings or {}),
            "status": status,
        }
        self._call("PUT", f"/accounts/{account}", body)

    def put_number(self, account: str, number: str, **facts: Any) -> None:
        """Give an account a number, a short code or a name: `sms_url`, `capabilities`, `per_second`."""
        self._call("PUT", f"/accounts/{account}/numbers/{quote(number)}", facts)

    def put_pool(
        self,
        account: str,
        pool: str,
        numbers: Sequence[str],
        *,
        manages_opt_outs: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """Have an account send from several numbers as from one: Twilio's Messaging Service."""
        body = {
            "numbers": list(numbers),
            "manages_opt_outs": manages_opt_outs,
            "settings": dict(settings or {}),
        }
        self._call("PUT", f"/accounts/{account}/pools/{pool}", body)

    def behave(self, **rules: Any) -> None:
        """Misbehave from now on as told; without arguments, behave."""
        self._call("PUT", "/behaviour", rules)

    def say(
        self, customer: str, number: str, body: str, *, media: Sequence[tuple[str, bytes]] = ()
    ) -> dict[str, Any]:
        """Have a customer text one of our numbers; returns what the webhook answered."""
        return self.post(customer, number, body, media=media, wait=True)

    def post(
        self,
        customer: str,
        number: str,
        body: str,
        *,
        media: Sequence[tuple[str, bytes]] = (),
        wait: bool = False,
    ) -> dict[str, Any]:
        """Have a customer text one of our numbers, and leave its way to the webhook to the carrier.

        `media` are content types and contents. The customer may be a short code or a name.
        """
        files = [
            {"content_type": kind, "base64": b64encode(content).decode()} for kind, content in media
        ]
        text = {"from": customer, "to": number, "body": body, "media": files}
        path = f"/texts?wait={str(wait).lower()}"
        answer: dict[str, Any] = self._call("POST", path, text)
        return answer

    def open_webhooks(self) -> int:
        """Return how many callbacks and inbound texts are still to be taken."""
        owed: int = self._call("GET", "/health")["open_webhooks"]
        return owed

    def received(self, customer: str) -> list[str]:
        """Return what the customer's phone was sent, whether it arrived or not, oldest first."""
        texts = self._call("GET", f"/texts?customer={customer.replace('+', '%2B')}&all=true")
        return [text["body"] for text in texts["items"] if text["direction"] != "inbound"]

    def most_in(self, window_seconds: float) -> dict[str, int]:
        """Return the most segments each number sent in any window of that length."""
        found = self._call("GET", f"/rates?window={window_seconds}")["items"]
        return {rate["number"]: rate["most_in_window"] for rate in found}

    def log(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Return everything the carrier noted, oldest first."""
        entries: list[dict[str, Any]] = []
        after: int | None = 0
        while after is not None:
            filters = f"&kind={kind}" if kind else ""
            page = self._call("GET", f"/log?after={after}&limit=1000{filters}")
            entries += page["items"]
            after = page["next"] if page["items"] else None
        return entries

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        answer = _HTTP.request(method, f"{self.url}/handset{path}", json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None


@contextmanager
def running_carrier(data: Path, *, port: int = 0) -> Iterator[Carrier]:
    """Start a handset; it is ended with the block."""
    command = [sys.executable, "-m", "handset", "serve", "--data", str(data), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None:
            raise RuntimeError("the handset has no output")
        try:
            yield Carrier(process.stdout.readline().split()[2].rstrip("/,"))
        finally:
            process.terminate()
