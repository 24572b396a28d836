import pytest

from tests.api.conftest import People, Person, problem
from tests.makers import OUR_NUMBER

WELCOME = """\
# how we greet
key: welcome
name: Welcome a new lead
record: lead
steps:
  - {id: hello, type: automated_text, text: "Hi {{ record.first_name }}, {{ seller.first_name }} here."}
  - {id: pause, type: wait, for: 2d}
  - {id: book, type: manual_text, text: "Shall we talk?", due: 4h}
"""
YAML = {"Content-Type": "application/yaml"}


async def _save(person: Person, source: str = WELCOME, key: str = "welcome") -> None:
    answer = await person.http.put(f"/sequences/{key}/draft", content=source, headers=YAML)
    assert answer.status_code == 200, answer.text


async def test_a_draft_keeps_the_yaml_it_was_written_in(people: People) -> None:
    await _save(people.manager)
    shown = (await people.manager.http.get("/sequences/welcome")).json()
    assert shown["draft_source"] == WELCOME
    assert shown["draft"]["steps"][1] == {
        "id": "pause",
        "name": "",
        "type": "wait",
        "for": "2d",
    }
    assert shown["draft_problems"] == []
    assert (shown["is_active"], shown["published_version"]) == (False, None)


async def test_a_draft_may_be_json_and_is_shown_as_yaml_too(people: People) -> None:
    document = {
        "key": "short",
        "name": "Short",
        "steps": [{"id": "hello", "type": "automated_text", "text": "Hi"}],
    }
    saved = await people.manager.http.put("/sequences/short/draft", json=document)
    assert saved.status_code == 200
    await _save(people.manager, saved.json()["draft_source"], key="short")


@pytest.mark.parametrize(
    ("old", "new", "path", "line", "words"),
    [
        pytest.param(
            "type: wait", "type: pause", "steps[1].type", 7, "automated_text", id="unknown type"
        ),
        pytest.param("id: book", "id: hello", "steps[2].id", 8, "more than once", id="double id"),
        pytest.param(
            '  - {id: book, type: manual_text, text: "Shall we talk?", due: 4h}\n',
            "",
            "steps[1]",
            7,
            "last",
            id="wait as last step",
        ),
        pytest.param(
            "record.first_name",
            "record.first_nam",
            "steps[0].text",
            6,
            "first_name",
            id="unknown placeholder",
        ),
    ],
)
async def test_a_bad_document_is_refused_with_the_path_and_line_of_what_is_wrong(
    people: People, old: str, new: str, path: str, line: int, words: str
) -> None:
    answer = await people.manager.http.put(
        "/sequences/welcome/draft", content=WELCOME.replace(old, new), headers=YAML
    )
    assert problem(answer) == (422, "invalid-sequence")
    (error,) = answer.json()["errors"]
    assert (error["path"], error["line"]) == (path, line)
    assert words in error["message"]


async def test_a_document_goes_to_the_address_of_its_key(people: People) -> None:
    answer = await people.manager.http.put("/sequences/other/draft", content=WELCOME, headers=YAML)
    assert problem(answer) == (422, "invalid-sequence")


async def test_a_document_is_json_or_yaml(people: People) -> None:
    answer = await people.manager.http.put(
        "/sequences/welcome/draft", content=WELCOME, headers={"Content-Type": "text/plain"}
    )
    assert problem(answer) == (415, "unsupported-media-type")


async def test_publishing_freezes_the_draft_as_the_next_version(people: People) -> None:
    await _save(people.manager)
    first = await people.manager.http.post("/sequences/welcome/publish")
    assert first.json()["number"] == 1
    assert first.json()["published_by"]["first_name"] == "Mona"
    await _save(people.manager, WELCOME.replace("Shall we talk?", "When shall we talk?"))
    second = await people.manager.http.post("/sequences/welcome/publish")
    assert second.json()["number"] == 2
    versions = (await people.manager.http.get("/sequences/welcome/versions")).json()["items"]
    assert [(v["number"], v["document"]["steps"][2]["text"]) for v in versions] == [
        (2, "When shall we talk?"),
        (1, "Shall we talk?"),
    ]


async def test_publishing_what_is_published_makes_no_new_version(people: People) -> None:
    await _save(people.manager)
    for _ in range(2):
        answer = await people.manager.http.post("/sequences/welcome/publish")
        assert answer.json()["number"] == 1


async def test_a_step_leaves_from_a_number_of_ours_or_is_not_published(people: People) -> None:
    text = '"Shall we talk?", '
    assert text in WELCOME
    await _save(people.manager, WELCOME.replace(text, text + 'from: "+12025550199", '))
    refused = await people.manager.http.post("/sequences/welcome/publish")
    assert problem(refused) == (409, "unknown-number")
    assert "book leaves from +12025550199" in refused.json()["detail"]
    named = text + f'from: "{OUR_NUMBER}", '
    await _save(people.manager, WELCOME.replace(text, named))
    published = await people.manager.http.post("/sequences/welcome/publish")
    assert published.json()["document"]["steps"][2]["from"] == OUR_NUMBER
    assert "from" not in published.json()["document"]["steps"][0]


async def test_only_a_published_sequence_can_be_activated(people: People) -> None:
    await _save(people.manager)
    early = await people.manager.http.post("/sequences/welcome/activate")
    assert problem(early) == (409, "not-published")
    await people.manager.http.post("/sequences/welcome/publish")
    activated = await people.manager.http.post("/sequences/welcome/activate")
    assert activated.json()["is_active"] is True


async def test_sellers_read_sequences_and_change_none(people: People) -> None:
    await _save(people.manager)
    assert (await people.seller.http.get("/sequences/welcome")).status_code == 200
    answer = await people.seller.http.post("/sequences/welcome/publish")
    assert problem(answer) == (403, "missing-privilege")


async def test_a_sequence_of_another_organisation_is_not_found(people: People) -> None:
    answer = await people.manager.http.get("/sequences/welcome")
    assert problem(answer) == (404, "not-found")


async def test_a_rehearsal_shows_every_text_and_when_it_would_go(people: People) -> None:
    await _save(people.manager)
    await people.seller.http.post(
        "/records",
        json={"first_name": "Ada", "phone": "+12025550101", "timezone": "America/New_York"},
    )
    answer = await people.manager.http.post(
        "/sequences/welcome/simulate", json={"starting_at": "2026-07-01T12:00:00Z"}
    )
    (rehearsed,) = answer.json()["records"]
    assert rehearsed["ending"] == "completed"
    sent = [event for event in rehearsed["events"] if event["kind"] == "text_sent"]
    assert [(event["at"], event["local_time"], event["text"]) for event in sent] == [
        ("2026-07-01T12:00:00Z", "2026-07-01T08:00:00-04:00", "Hi Ada, Sam here."),
        ("2026-07-03T12:00:00Z", "2026-07-03T08:00:00-04:00", "Shall we talk?"),
    ]


QUICK = """
key: quick
name: Quick
steps:
  - {id: hello, type: automated_text, text: Hello}
  - id: answered
    type: branch
    when: {replied: {to: hello, within: 3m}}
    then: [{id: thanks, type: automated_text, text: Thanks}]
    else: [{id: nudge, type: automated_text, text: Still there?}]
"""


@pytest.mark.parametrize(("replies", "said"), [("all", "Thanks"), ("none", "Still there?")])
async def test_whoever_answers_in_a_rehearsal_does_so_while_the_sequence_waits(
    people: People, replies: str, said: str
) -> None:
    await _save(people.manager, QUICK, "quick")
    ada = {"first_name": "Ada", "phone": "+12025550101", "timezone": "America/New_York"}
    await people.seller.http.post("/records", json=ada)
    order = {"starting_at": "2026-07-01T14:00:00Z", "replies": replies}
    answer = await people.manager.http.post("/sequences/quick/simulate", json=order)
    (rehearsed,) = answer.json()["records"]
    sent = [event["text"] for event in rehearsed["events"] if event["kind"] == "text_sent"]
    assert sent == ["Hello", said]
