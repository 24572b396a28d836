"""How does the local trial play the carrier and its customers? Over the handset's control API."""

from typing import Any

import httpx


class Handset:
    """Calls the handset at `url`, for as long as its ``with`` block lasts.

    Every method that calls raises httpx.HTTPError.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=f"{url}/handset", timeout=30, trust_env=False)

    def __enter__(self) -> "Handset":
        return self

    def __exit__(self, *exc: object) -> None:
        self._http.close()

    def put_account(self, sid: str, auth_token: str) -> None:
        """Have an account with this token."""
        self._call("PUT", f"/accounts/{sid}", {"auth_token": auth_token})

    def put_number(self, sid: str, e164: str, sms_url: str) -> None:
        """Give the account a number; customers' texts to it go to `sms_url`."""
        self._call("PUT", f"/accounts/{sid}/numbers/{e164}", {"sms_url": sms_url})

    def say(self, customer: str, number: str, body: str) -> bool:
        """Have a customer text one of our numbers; return whether its webhook took the text."""
        text = {"from": customer, "to": number, "body": body}
        taken: bool = self._call("POST", "/texts?wait=true", text)["webhook"]["answered"]
        return taken

    def behave(self, **rules: object) -> None:
        """Behave as told from now on."""
        self._call("PUT", "/behaviour", rules)

    def log(self, after: int = 0) -> list[dict[str, Any]]:
        """Return the log's entries above number `after`, the first one first."""
        entries: list[dict[str, Any]] = []
        position: int | None = after
        while position is not None:
            page = self._call("GET", f"/log?after={position}")
            entries += page["items"]
            position = page["next"]
        return entries

    def _call(self, method: str, path: str, body: object = None) -> Any:
        answer = self._http.request(method, path, json=body)
        answer.raise_for_status()
        return answer.json()
