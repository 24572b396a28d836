"""The control API: what a script may ask of the handset beside Twilio's protocol."""

from typing import Any

import pytest

from tests.handset.conftest import CUSTOMER, OURS, SERVICE, SID, TOKEN, Handset

TEXT = {"from": CUSTOMER, "to": OURS, "body": "Hi"}


def test_a_text_is_taken_at_once_and_told_later(handset: Handset) -> None:
    answer = handset.http.post(f"{handset.url}/handset/texts", json=TEXT)
    assert answer.status_code == 202
    assert set(answer.json()) == {"id", "sid"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"from": "4155550123"}, 422),
        ({"to": "+12125550199"}, 404),
        ({"body": "a" * 1601}, 422),
        ({"media": "x"}, 422),
        ({"media": [{"content_type": "image/png", "base64": "not base64"}]}, 422),
        ({"media": [{"content_type": "image", "base64": "eA=="}]}, 422),
    ],
)
def test_a_text_that_cannot_be_is_refused(
    handset: Handset, changes: dict[str, Any], status: int
) -> None:
    answer = handset.http.post(f"{handset.url}/handset/texts", json=TEXT | changes)
    assert answer.status_code == status
    assert handset.log("text") == []


def test_a_phone_shows_what_arrived_since_a_text_and_of_one_number(handset: Handset) -> None:
    handset.connect("+12125550101")
    handset.send("one")
    written = handset.say("two")["id"]
    handset.behave(outcome="undelivered")
    handset.send("never arrives")
    handset.behave()
    handset.twilio.messages.create(to=CUSTOMER, from_="+12125550101", body="four")

    def bodies(query: str = "") -> list[str]:
        path = f"/texts?customer=%2B14155550123{query}"
        return [text["body"] for text in handset.control("GET", path)["items"]]

    assert bodies() == ["one", "two", "four"]
    assert bodies(f"&since_id={written}") == ["four"]
    assert bodies("&number=%2B12125550100") == ["one", "two"]
    assert bodies("&all=true") == ["one", "two", "never arrives", "four"]


def test_phones_are_listed_with_their_last_text_the_latest_first(handset: Handset) -> None:
    handset.send("to the first")
    handset.send("to the second", to="+14155550124")
    handset.say("STOP")

    first, second = handset.control("GET", "/phones")["items"]
    assert (first["customer"], first["texts"], first["opted_out"]) == (CUSTOMER, 3, [OURS])
    assert first["last"]["body"].startswith("Stopped")
    assert (second["customer"], second["last"]["body"]) == ("+14155550124", "to the second")
    assert (second["numbers"], second["opted_out"]) == ([OURS], [])


def test_the_log_is_paged_by_number(handset: Handset) -> None:
    for body in ("one", "two", "three"):
        handset.send(body)

    bodies: list[str] = []
    after: int | None = 0
    while after is not None:
        page = handset.control("GET", f"/log?kind=request&limit=2&after={after}")
        bodies += [entry["body"] for entry in page["items"]]
        after = page["next"]
    assert bodies == ["one", "two", "three"]


def test_putting_the_same_account_and_number_again_changes_nothing(handset: Handset) -> None:
    handset.connect(sms_url="https://x.example/in")
    before = handset.control("GET", "/log")["items"]
    handset.connect(sms_url="https://x.example/in")
    handset.control("PUT", f"/accounts/{SID}/numbers/{OURS}", {})
    assert handset.control("GET", "/log")["items"] == before


def test_a_changed_number_keeps_its_sid_and_a_new_token_counts(handset: Handset) -> None:
    (before,) = handset.twilio.incoming_phone_numbers.list()
    handset.connect(sms_url="https://x.example/in")
    (after,) = handset.twilio.incoming_phone_numbers.list()
    assert (before.sid, after.sms_url) == (after.sid, "https://x.example/in")

    handset.control("PUT", f"/accounts/{SID}", {"auth_token": "renewed"})
    form = {"To": CUSTOMER, "From": OURS, "Body": "Hi"}
    assert handset.post(form, token=TOKEN).status_code == 401
    assert handset.post(form, token="renewed").status_code == 201


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/accounts/AC1", {"auth_token": "x"}, 422),
        (f"/accounts/{SID}", {"auth_token": ""}, 422),
        (f"/accounts/{SID}", {"auth_token": "x", "status": "asleep"}, 422),
        (f"/accounts/{SID}/numbers/12", {}, 422),
        (f"/accounts/{SID}/numbers/{OURS}", {"sms_url": "nowhere"}, 422),
        (f"/accounts/{SID}", {"auth_token": "x", "protocol": "smoke"}, 422),
        (f"/accounts/{SID}", {"auth_token": "x", "settings": {"inbound_url": "x"}}, 422),
        (f"/accounts/{SID}/numbers/{OURS}", {"per_second": 0}, 422),
        (f"/accounts/AC{'c' * 32}/numbers/+12125550103", {}, 404),
    ],
)
def test_an_account_or_number_that_cannot_be_is_refused(
    handset: Handset, path: str, body: dict[str, Any], status: int
) -> None:
    assert handset.http.put(f"{handset.url}/handset{path}", json=body).status_code == status


def test_a_number_belongs_to_one_account(handset: Handset) -> None:
    other = "AC" + "b" * 32
    handset.control("PUT", f"/accounts/{other}", {"auth_token": "other"})
    path = f"{handset.url}/handset/accounts/{other}/numbers/{OURS}"
    assert handset.http.put(path, json={}).status_code == 409


def test_who_watches_is_told_of_a_change(handset: Handset) -> None:
    with handset.http.stream("GET", f"{handset.url}/handset/events") as events:
        lines = events.iter_lines()
        assert next(lines) == "event: ready"
        handset.send()
        assert next(line for line in lines if line.startswith("event:")) == "event: changed"


def test_an_account_is_shown_with_all_it_sends_from_and_without_its_secrets(
    handset: Handset,
) -> None:
    handset.put_number("72345", per_second=20)
    handset.put_service(OURS, inbound_url="https://x.example/in")
    (account,) = handset.control("GET", "/accounts")["items"]
    assert (account["sid"], account["protocol"], account["status"]) == (SID, "twilio", "active")
    assert [(n["e164"], n["kind"], n["per_second"]) for n in account["numbers"]] == [
        (OURS, "long_code", None),
        ("72345", "short_code", 20.0),
    ]
    assert account["pools"] == [
        {
            "sid": SERVICE,
            "numbers": [OURS],
            "manages_opt_outs": False,
            "settings": {"inbound_url": "https://x.example/in"},
        }
    ]
    assert TOKEN not in str(account)


def test_a_reset_forgets_everything(handset: Handset) -> None:
    handset.send()
    handset.say("STOP")
    handset.control("DELETE", "")
    assert handset.control("GET", "/log")["items"] == []
    assert handset.control("GET", "/accounts")["items"] == []
    assert handset.control("GET", "/phones")["items"] == []
    handset.connect()
    assert handset.send().status == "queued"
