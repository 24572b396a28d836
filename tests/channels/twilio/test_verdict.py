import httpx
import pytest

from channels.interface import Problem, Verdict
from tests.channels.twilio.conftest import (
    ACCOUNT_SID,
    API_KEY,
    ROOT,
    Handler,
    always,
    make_channel,
    make_error,
)

OK = Verdict(None, "Twilio accepts the credentials, and the account is active.")
NOT_TWILIO = Verdict(Problem.NOT_THE_PROVIDER, "What answers at this address is not Twilio's API.")
ACTIVE = {"sid": ACCOUNT_SID, "status": "active"}


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (always(200, ACTIVE), OK),
        (
            always(200, ACTIVE | {"status": "suspended"}),
            Verdict(Problem.SUSPENDED, "Twilio says that this account is suspended."),
        ),
        (
            always(200, ACTIVE | {"status": "closed"}),
            Verdict(Problem.SUSPENDED, "Twilio says that this account is closed."),
        ),
        (
            always(401, make_error(20005, 401)),
            Verdict(Problem.SUSPENDED, "Twilio says that this account is not active."),
        ),
        (
            always(401, make_error(20003, 401)),
            Verdict(Problem.CREDENTIALS, "Twilio does not accept the account SID and auth token."),
        ),
        (
            always(404, make_error(20404, 404)),
            Verdict(Problem.CREDENTIALS, "Twilio does not know this account SID."),
        ),
        (always(404, b"nginx"), NOT_TWILIO),
        (
            always(301),
            Verdict(
                Problem.NOT_THE_PROVIDER,
                "This address redirects elsewhere: enter the one it redirects to.",
            ),
        ),
        (always(503, b""), Verdict(Problem.UNREACHABLE, "Twilio answered HTTP 503.")),
        (
            always(429, make_error(20429, 429)),
            Verdict(Problem.UNREACHABLE, "Twilio answered HTTP 429, error 20429."),
        ),
        (always(200, b"<html>"), NOT_TWILIO),
        (always(200, []), NOT_TWILIO),
        (always(200, {}), NOT_TWILIO),
    ],
)
async def test_verifying_says_in_plain_words_what_is_wrong(
    answer: Handler, verdict: Verdict
) -> None:
    assert await make_channel(answer).verify() == verdict


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ConnectError, "Twilio could not be reached."),
        (httpx.ReadTimeout, "Twilio did not answer in time."),
        (httpx.ReadError, "The connection to Twilio broke before its answer was read."),
    ],
)
async def test_verifying_says_that_nobody_answers(
    error: type[httpx.RequestError], words: str
) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error("broken")

    assert await make_channel(fail).verify() == Verdict(Problem.UNREACHABLE, words)


def with_key(*, reads: httpx.Response, sends: httpx.Response) -> Handler:
    """Return a Twilio with an active account, and what it answers to its API key."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == f"{ROOT}.json":
            return httpx.Response(200, json=ACTIVE)
        return reads if request.method == "GET" else sends

    return answer


def refused(status: int, code: int) -> httpx.Response:
    return httpx.Response(status, json=make_error(code, status))


A_LIST = httpx.Response(200, json={"messages": [], "next_page_uri": None})
NO_RECIPIENT = refused(400, 21604)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        pytest.param(with_key(reads=A_LIST, sends=NO_RECIPIENT), OK, id="may all"),
        pytest.param(
            with_key(reads=refused(401, 20003), sends=NO_RECIPIENT),
            Verdict(Problem.CREDENTIALS, "Twilio does not accept the API key."),
            id="wrong key beside a right token",
        ),
        pytest.param(
            with_key(reads=refused(403, 20003), sends=NO_RECIPIENT),
            Verdict(Problem.PERMISSION, "Twilio does not let the API key read texts."),
            id="may not read",
        ),
        pytest.param(
            with_key(reads=A_LIST, sends=refused(403, 20003)),
            Verdict(Problem.PERMISSION, "The API key may read texts but not send them."),
            id="may not send",
        ),
        pytest.param(
            with_key(reads=A_LIST, sends=refused(401, 20003)),
            Verdict(Problem.PERMISSION, "The API key may read texts but not send them."),
            id="may not send, said by 401",
        ),
        pytest.param(
            with_key(reads=A_LIST, sends=refused(503, 20503)),
            Verdict(Problem.UNREACHABLE, "Twilio answered HTTP 503, error 20503."),
            id="out of order",
        ),
        pytest.param(
            with_key(reads=A_LIST, sends=httpx.Response(201, json={"sid": "SM1"})),
            NOT_TWILIO,
            id="takes a text to nobody",
        ),
    ],
)
async def test_verifying_says_what_an_api_key_may_not_do(answer: Handler, verdict: Verdict) -> None:
    assert await make_channel(answer, api_key=API_KEY).verify() == verdict


async def test_the_text_that_asks_whether_a_key_may_send_is_for_nobody() -> None:
    forms: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            forms.append(request.content)
        return with_key(reads=A_LIST, sends=NO_RECIPIENT)(request)

    await make_channel(answer, api_key=API_KEY).verify()
    assert forms == [b"To=&Body="]


async def test_verifying_by_the_token_asks_for_no_text_at_all() -> None:
    methods: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        methods.append(request.method)
        return httpx.Response(200, json=ACTIVE)

    await make_channel(answer).verify()
    assert methods == ["GET"]
