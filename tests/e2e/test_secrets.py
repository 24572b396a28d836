"""No credential is written or said anywhere, neither where all goes well nor where everything fails.

A long story (credential_story.py) happens to the whole product; then all that it left behind is searched (leaks.py).
A search that finds nothing proves something only if it can find: that is shown first.
"""

import base64
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg.types.json import Jsonb
from temporalio.client import Client

from tests.e2e.conftest import PASSWORD, Office
from tests.e2e.credential_story import IN_ADDRESSES, SECRETS, Story
from tests.e2e.leaks import Secrets, files_of, histories_at, rows_of
from tests.e2e.overheard import Answer, Overheard
from tests.stack import eventually

_TOLD_ADDRESSES = ("/setup", "/register-webhooks")
_NOTHING_THERE = {
    "/api/v1/media/{organisation_id}/{sha256}",
    "/api/v1/messages/{message_id}/media/{position}",
    "/api/v1/teams/{team_id}",
    "/api/v1/templates/{template_id}",
    "/api/v1/work-items/stack",
}
"""Nothing in the story has a medium, a team, a template, or more than one text to approve."""

_TROUBLES = (b"UndefinedTable", b"UnreadableSecret", b"ProviderUnavailable")
"""What the engine was told why a text could not be sent."""

PLANTED = "a/planted+secret=of&ours?"
HUNT = Secrets({"it": PLANTED})


@pytest.mark.parametrize(
    "content",
    [
        PLANTED,
        f"https://x.example.org/in?key={quote(PLANTED, safe='')}&a=1",
        f"https://x.example.org/{quote(PLANTED)}",
        "Basic " + base64.b64encode(f"AC1:{PLANTED}".encode()).decode(),
        "Basic " + base64.b64encode(f"AC12:{PLANTED} ".encode()).decode(),
        "Basic " + base64.b64encode(f"AC123:{PLANTED}..".encode()).decode(),
        base64.urlsafe_b64encode(PLANTED.encode()).decode(),
        r"\x" + PLANTED.encode().hex(),
    ],
)
def test_a_secret_is_found_however_it_is_written(content: str) -> None:
    assert HUNT.found_in("a log", b"2026-11-23 INFO [" + content.encode() + b"]\n") != []


def test_what_is_no_secret_is_not_found() -> None:
    content = f"{PLANTED[:-1]} {base64.b64encode(PLANTED[1:].encode()).decode()}"
    assert HUNT.found_in("a log", content.encode()) == []


def test_a_secret_is_found_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "worker.log").write_text(f"ERROR could not sign in with {PLANTED}\n")
    (tmp_path / "handset").mkdir()
    (tmp_path / "handset" / "log").write_text(PLANTED)
    assert found(HUNT, files_of(tmp_path, but=("handset",))) == [
        "it stands in worker.log, as it is"
    ]


def test_a_secret_is_found_in_a_row_of_any_type(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE planted (t text, b bytea, j jsonb, a text[])")
        values = (f"Bearer {PLANTED}", PLANTED.encode(), Jsonb({"a": [PLANTED]}), [PLANTED])
        connection.execute("INSERT INTO planted VALUES (%s, %s, %s, %s)", values)
    assert found(HUNT, rows_of(database_url)) == [
        f"it stands in planted.{column}, as it is" for column in "tbja"
    ]


def found(secrets: Secrets, places: Iterable[tuple[str, bytes]]) -> list[str]:
    return [leak for place, content in places for leak in secrets.found_in(place, content)]


def in_answers(secrets: Secrets, answers: Iterable[Answer]) -> list[str]:
    """Return what answers told, but for the addresses that an administrator is to paste."""
    leaks = []
    for answer in answers:
        may_tell = answer.asked.endswith(_TOLD_ADDRESSES)
        sought = secrets.without(*IN_ADDRESSES) if may_tell else secrets
        leaks += sought.found_in(f"the answer to {answer.asked}", answer.content)
    return leaks


async def test_a_secret_is_found_in_a_history(office: Office) -> None:
    address = f"127.0.0.1:{office.stack.temporal_port}"
    engine = await Client.connect(address)
    await engine.start_workflow("planted", {"token": PLANTED}, id="planted", task_queue="nobody")
    assert found(HUNT, await histories_at(address)) == [
        "it stands in EVENT_TYPE_WORKFLOW_EXECUTION_STARTED of planted, as it is"
    ]


def test_a_secret_is_found_in_an_answer_but_where_it_is_to_be_told() -> None:
    hunt = Secrets(dict.fromkeys(("it", *IN_ADDRESSES), PLANTED))
    answers = [Answer("GET /x", 200, PLANTED.encode()), Answer("GET /setup", 200, PLANTED.encode())]
    assert in_answers(hunt, answers[:1]) == [
        f"{name} stands in the answer to GET /x, as it is" for name in ("it", *IN_ADDRESSES)
    ]
    assert in_answers(hunt, answers[1:]) == ["it stands in the answer to GET /setup, as it is"]


def test_no_credential_is_left_anywhere(
    office: Office, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stack = office.stack
    admin = Overheard(stack.api_url, "admin@example.org", PASSWORD)
    seller = Overheard(stack.api_url, "seller@example.org", PASSWORD)
    story = Story(office, database_url, admin, seller, tmp_path_factory.mktemp("terminal"))
    story.tell()
    eventually(lambda: statuses_in(database_url) >= {"delivered", "failed", "uncertain"})
    ids = {"test_id": story.test_ids, "message_id": message_ids_in(database_url)}
    unread = [person.read_everything(dict(ids)) for person in (admin, seller)]
    secrets = Secrets({**SECRETS, "a token": admin.token, "another token": seller.token})

    story.look_into_the_engine()
    stack.kill("api")
    leaks = found(secrets, [*story.said, *rows_of(database_url)])
    for person in (admin, seller):
        person.close()
        leaks += in_answers(secrets, person.answers)
        leaks += secrets.found_in("the live events", person.events)
    leaks += found(secrets, files_of(stack.home, but=("handset",)))
    assert leaks == []

    # There was enough to search: everything was read, and everything that can go wrong went wrong.
    assert set.intersection(*unread) == _NOTHING_THERE
    assert {answer.status for answer in admin.answers} >= {200, 201, 422, 500, 502}
    told = [answer.content for answer in admin.answers if answer.asked.endswith("/setup")]
    assert len(found(secrets, [("setup", b"".join(told))])) == len(IN_ADDRESSES)
    text = b"".join(content for _, content in story.said)
    assert [error for error in _TROUBLES if error not in text] == []
    assert admin.events != b""


def statuses_in(database_url: str) -> set[str]:
    with psycopg.connect(database_url) as connection:
        return {row[0] for row in connection.execute("SELECT DISTINCT status FROM messages")}


def message_ids_in(database_url: str) -> list[str]:
    with psycopg.connect(database_url) as connection:
        return [str(row[0]) for row in connection.execute("SELECT id FROM messages LIMIT 20")]
