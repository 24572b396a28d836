"""Can a TeleSign account be used as it is configured? Asked without sending a text.

TeleSign has no request that shows an account. It checks who asks before it looks for a text, so asking
about a text that cannot exist tells whether it takes the credentials.
"""

from typing import Final

from channels.http import NoAnswer, Refused, Unreadable
from channels.interface import Problem, Verdict
from channels.telesign.errors import (
    CLOCK_IS_WRONG,
    NO_SUCH_TEXT,
    NOT_ALLOWED,
    SUSPENDED,
    failure_of_request,
)
from channels.telesign.http import TelesignHttp
from domain.failures import FailureKind

_NO_TEXT: Final = "/v1/messaging/" + "0" * 32

_ACCEPTED: Final = Verdict(
    None,
    "TeleSign accepts the customer ID and the API key. Whether the account may send, a test text shows.",
)
_ELSEWHERE: Final = Verdict(
    Problem.NOT_THE_PROVIDER, "What answers at this address is not TeleSign's API."
)


async def verify(http: TelesignHttp) -> Verdict:
    """Return whether TeleSign takes the account's credentials, and why not."""
    try:
        answer = await http.get(_NO_TEXT)
    except Refused as refusal:
        return _of_refusal(refusal)
    except Unreadable:
        return _ELSEWHERE
    except NoAnswer as failure:
        return Verdict(Problem.UNREACHABLE, _sentence(failure))
    return _ACCEPTED if "reference_id" in answer else _ELSEWHERE


def _of_refusal(refusal: Refused) -> Verdict:
    match refusal:
        case Refused(code=code) if code in NO_SUCH_TEXT:
            return _ACCEPTED
        case Refused(code=code) if code == SUSPENDED:
            return Verdict(Problem.SUSPENDED, "TeleSign says that this account is suspended.")
        case Refused(code=code) if code in NOT_ALLOWED or code == CLOCK_IS_WRONG:
            return Verdict(
                Problem.PERMISSION, failure_of_request(refusal.code, refusal.status).reason
            )
        case Refused() if _is_passing(refusal):
            return Verdict(Problem.UNREACHABLE, _sentence(refusal))
        case Refused(status=401 | 403):
            return Verdict(
                Problem.CREDENTIALS, "TeleSign does not accept the customer ID and the API key."
            )
        case Refused(status=status) if 300 <= status < 400:
            return Verdict(
                Problem.NOT_THE_PROVIDER,
                "This address redirects elsewhere: enter the one it redirects to.",
            )
        case Refused(status=404):
            return _ELSEWHERE
        case _:
            return Verdict(Problem.UNREACHABLE, _sentence(refusal))


def _is_passing(refusal: Refused) -> bool:
    """Return whether the refusal says nothing of the account, but that the question went astray."""
    return failure_of_request(refusal.code, refusal.status).kind is FailureKind.UNKNOWN


def _sentence(failure: NoAnswer) -> str:
    words = str(failure)
    return f"{words[0].upper()}{words[1:]}."
