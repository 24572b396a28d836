"""Makes calls as Twilio makes them: forms, signed with an account's token."""

from urllib.parse import urlencode

import httpx
from twilio.request_validator import (  # type: ignore[import-untyped]  # ships no types
    RequestValidator,
)

from tests.api.conftest import PUBLIC_URL
from tests.makers import AUTH_TOKEN, OUR_NUMBER

CUSTOMER = "+12025550101"


def signature(url: str, form: dict[str, str], *, token: str = AUTH_TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, form))


def signed(path: str, form: dict[str, str], *, token: str = AUTH_TOKEN) -> dict[str, str]:
    """Return the headers of a call of the product's public address."""
    return {
        "X-Twilio-Signature": signature(f"{PUBLIC_URL}{path}", form, token=token),
        "Content-Type": "application/x-www-form-urlencoded",
    }


async def post(
    http: httpx.AsyncClient, path: str, form: dict[str, str], **headers: str
) -> httpx.Response:
    content = urlencode(form)
    return await http.post(
        f"{PUBLIC_URL}{path}", content=content, headers=signed(path, form) | headers
    )


def text(body: str, *, sid: str = "SM1", to: str = OUR_NUMBER) -> dict[str, str]:
    return {"MessageSid": sid, "From": CUSTOMER, "To": to, "Body": body, "SmsStatus": "received"}
