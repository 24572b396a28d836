"""Can a Twilio account be used as it is configured? Asked of Twilio, without sending a text.

Source: reference on SMS, sections 1.1 and 2; Twilio's page on error 20003.
"""

from http import HTTPStatus
from typing import Final

from channels.http import NoAnswer, Refused, Unreadable
from channels.interface import Problem, Verdict
from channels.twilio.client import UNREADABLE, TwilioClient, TwilioCredentials

_OK: Final = Verdict(None, "Twilio accepts the credentials, and the account is active.")
_NOT_TWILIO: Final = Verdict(
    Problem.NOT_THE_PROVIDER, "What answers at this address is not Twilio's API."
)

_NO_RECORD: Final = 20404
_NOT_ACTIVE: Final = (20005, 30002)


async def verdict_on(
    credentials: TwilioCredentials, owner: TwilioClient, sender: TwilioClient
) -> Verdict:
    """Ask by the token who we are and, where a key sends, by the key whether it may read and send."""
    asked_by = "the account SID and auth token"
    try:
        account = await owner.api.v2010.accounts(credentials.account_sid).fetch_async()
        if account.status in ("suspended", "closed"):
            return Verdict(Problem.SUSPENDED, f"Twilio says that this account is {account.status}.")
        if account.status != "active":
            return _NOT_TWILIO
        if credentials.api_key is not None:
            asked_by = "the API key"
            await sender.messages.page_async(page_size=1)
            return await _may_send(sender)
    except NoAnswer as failure:
        return _why_not(failure, asked_by)
    except UNREADABLE:
        return _NOT_TWILIO
    return _OK


async def _may_send(sender: TwilioClient) -> Verdict:
    """Ask for a text to nobody: refused in any case, but otherwise if the key may not send at all."""
    try:
        await sender.messages.create_async(to="", body="")
    except Refused as refusal:
        if refusal.status == HTTPStatus.BAD_REQUEST:
            return _OK
        if refusal.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return Verdict(Problem.PERMISSION, "The API key may read texts but not send them.")
        raise
    return _NOT_TWILIO


def _why_not(failure: NoAnswer, asked_by: str) -> Verdict:
    words = f"{str(failure)[0].upper()}{str(failure)[1:]}."
    match failure:
        case Unreadable():
            return _NOT_TWILIO
        case Refused(code=code) if code in _NOT_ACTIVE:
            return Verdict(Problem.SUSPENDED, "Twilio says that this account is not active.")
        case Refused(status=401):
            return Verdict(Problem.CREDENTIALS, f"Twilio does not accept {asked_by}.")
        case Refused(status=403):
            return Verdict(Problem.PERMISSION, f"Twilio does not let {asked_by} read texts.")
        case Refused(status=404, code=code) if code == _NO_RECORD:
            return Verdict(Problem.CREDENTIALS, "Twilio does not know this account SID.")
        case Refused(status=404):
            return _NOT_TWILIO
        case Refused(status=status) if 300 <= status < 400:
            return Verdict(
                Problem.NOT_THE_PROVIDER,
                "This address redirects elsewhere: enter the one it redirects to.",
            )
        case _:
            return Verdict(Problem.UNREACHABLE, words)
