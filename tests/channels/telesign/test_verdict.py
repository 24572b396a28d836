import httpx
import pytest

from channels.interface import Problem, Verdict
from tests.channels.telesign.conftest import Handler, always, make_channel, make_error


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (
            always(404, make_error(10017)),
            Verdict(
                None,
                "TeleSign accepts the customer ID and the API key. "
                "Whether the account may send, a test text shows.",
            ),
        ),
        (
            always(401, make_error(10008)),
            Verdict(
                Problem.CREDENTIALS, "TeleSign does not accept the customer ID and the API key."
            ),
        ),
        (
            always(401, make_error(10015)),
            Verdict(
                Problem.CREDENTIALS, "TeleSign does not accept the customer ID and the API key."
            ),
        ),
        (
            always(403, b""),
            Verdict(
                Problem.CREDENTIALS, "TeleSign does not accept the customer ID and the API key."
            ),
        ),
        (
            always(401, make_error(10010)),
            Verdict(Problem.SUSPENDED, "TeleSign says that this account is suspended."),
        ),
        (
            always(401, make_error(10011)),
            Verdict(
                Problem.PERMISSION,
                "Sending texts is not switched on for our TeleSign account. Tell your administrator.",
            ),
        ),
        (
            always(401, make_error(10014)),
            Verdict(
                Problem.PERMISSION,
                "TeleSign does not take requests from our server's address. Tell your administrator.",
            ),
        ),
        (
            always(401, make_error(10033)),
            Verdict(
                Problem.PERMISSION,
                "Our TeleSign account is a trial, which may text verified numbers only.",
            ),
        ),
        (
            always(401, make_error(10004)),
            Verdict(
                Problem.PERMISSION,
                "Our server's clock is wrong, so that TeleSign takes nothing. Tell your administrator.",
            ),
        ),
        (
            always(301),
            Verdict(
                Problem.NOT_THE_PROVIDER,
                "This address redirects elsewhere: enter the one it redirects to.",
            ),
        ),
        (
            always(404, b"nginx"),
            Verdict(
                Problem.NOT_THE_PROVIDER, "What answers at this address is not TeleSign's API."
            ),
        ),
        (
            always(200, b"<html>Welcome</html>"),
            Verdict(
                Problem.NOT_THE_PROVIDER, "What answers at this address is not TeleSign's API."
            ),
        ),
        (
            always(200, {"hello": "world"}),
            Verdict(
                Problem.NOT_THE_PROVIDER, "What answers at this address is not TeleSign's API."
            ),
        ),
        (always(503, b""), Verdict(Problem.UNREACHABLE, "TeleSign answered HTTP 503.")),
        (
            always(401, make_error(10002)),
            Verdict(Problem.UNREACHABLE, "TeleSign answered HTTP 401, error 10002."),
        ),
        (
            always(429, make_error(10019)),
            Verdict(Problem.UNREACHABLE, "TeleSign answered HTTP 429, error 10019."),
        ),
    ],
)
async def test_verifying_says_in_plain_words_what_is_wrong(
    answer: Handler, verdict: Verdict
) -> None:
    assert await make_channel(answer).verify() == verdict


async def test_verifying_says_that_nobody_answers() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    verdict = Verdict(Problem.UNREACHABLE, "TeleSign could not be reached.")
    assert await make_channel(fail).verify() == verdict


async def test_verifying_asks_about_a_text_and_sends_none() -> None:
    asked: list[tuple[str, str]] = []

    def take(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, request.url.path))
        return httpx.Response(404, json=make_error(10017))

    await make_channel(take).verify()
    assert asked == [("GET", "/v1/messaging/00000000000000000000000000000000")]
