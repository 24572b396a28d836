"""Twilio's protocol, seen with Twilio's own client where it does not hide what matters."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.handset.conftest import CUSTOMER, OURS, SID, TOKEN, Handset, TwilioAt, eventually

GOOD = {"To": CUSTOMER, "From": OURS, "Body": "Hello"}


def test_a_message_is_accepted_with_every_field_twilio_gives(handset: Handset) -> None:
    answer = handset.post(GOOD)

    assert answer.status_code == 201
    message = answer.json()
    sid = message["sid"]
    assert len(sid) == 34
    assert sid.startswith("SM")
    created = message.pop("date_created")
    assert created.endswith(" +0000")
    assert message == {
        "sid": sid,
        "account_sid": SID,
        "api_version": "2010-04-01",
        "body": "Hello",
        "date_updated": created,
        "date_sent": None,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": "+12125550100",
        "to": "+14155550123",
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "status": "queued",
        "subresource_uris": {"media": f"/2010-04-01/Accounts/{SID}/Messages/{sid}/Media.json"},
        "uri": f"/2010-04-01/Accounts/{SID}/Messages/{sid}.json",
    }


def test_two_equal_requests_make_two_messages(handset: Handset) -> None:
    assert handset.send().sid != handset.send().sid
    assert len(handset.twilio.messages.list()) == 2


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        pytest.param({"To": ""}, 400, 21604, id="no To"),
        pytest.param({"To": "4155550123"}, 400, 21211, id="To in national format"),
        pytest.param({"To": "+1415555012"}, 400, 21211, id="To too short for its country"),
        pytest.param({"To": "+" + "1" * 16}, 400, 21211, id="To too long"),
        pytest.param({"To": OURS}, 400, 21266, id="To is From"),
        pytest.param({"From": ""}, 400, 21603, id="no From"),
        pytest.param({"From": "Northwind"}, 400, 21212, id="From is no number"),
        pytest.param({"From": "+12125550199"}, 400, 21606, id="From of somebody else"),
        pytest.param({"Body": ""}, 400, 21602, id="no Body"),
        pytest.param({"Body": "a" * 1601}, 400, 21617, id="Body too long"),
        pytest.param({"StatusCallback": "ftp://x.example"}, 400, 21609, id="StatusCallback"),
        pytest.param({"StatusCallback": "https://a_b.example/"}, 400, 21609, id="underscore"),
        pytest.param({"StatusCallback": "http://x.example:99999/"}, 400, 21609, id="bad port"),
        pytest.param({"MediaUrl": "picture.png"}, 400, 21620, id="MediaUrl"),
        pytest.param({"ValidityPeriod": "36001"}, 400, 21624, id="ValidityPeriod"),
        pytest.param({"MessagingServiceSid": "MG" + "0" * 32}, 400, 21701, id="no such service"),
        pytest.param({"SendAt": "2026-12-01T10:00:00Z"}, 400, 35118, id="scheduled"),
    ],
)
def test_a_bad_request_is_refused_with_twilios_code(
    handset: Handset, changes: dict[str, str], status: int, code: int
) -> None:
    answer = handset.post(GOOD | changes)

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["status"]) == (status, code, status)
    assert problem["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert problem["message"]
    (request,) = handset.log("request")
    assert (request["accepted"], request["code"], request["message"]) == (False, code, None)
    assert handset.twilio.messages.list() == []


def test_the_longest_body_and_media_without_body_are_accepted(handset: Handset) -> None:
    assert handset.send("a" * 1600).num_segments == "11"
    picture = handset.twilio.messages.create(
        to=CUSTOMER, from_=OURS, media_url=["https://x.example/a.png"]
    )
    assert (picture.num_media, picture.sid[:2]) == ("1", "MM")


def test_a_number_that_cannot_text_is_refused_as_sender(handset: Handset) -> None:
    path = f"/accounts/{SID}/numbers/{OURS}"
    handset.control("PUT", path, {"capabilities": {"sms": False, "voice": True}})
    assert handset.refusal(to=CUSTOMER, from_=OURS, body="Hello") == (400, 21606)


def test_wrong_credentials_are_refused_and_noted(handset: Handset) -> None:
    answer = handset.post(GOOD, token="wrong")

    assert (answer.status_code, answer.json()["code"]) == (401, 20003)
    assert [(entry["accepted"], entry["code"]) for entry in handset.log("request")] == [
        (False, 20003)
    ]
    path = f"{handset.url}/2010-04-01/Accounts/{SID}.json"
    assert handset.http.get(path).json()["code"] == 20003
    garbage = {"Authorization": "Basic ???"}
    assert handset.http.get(path, headers=garbage).json()["code"] == 20003


def test_one_account_cannot_use_the_path_or_number_of_another(handset: Handset) -> None:
    other = "AC" + "b" * 32
    handset.control("PUT", f"/accounts/{other}", {"auth_token": "other"})
    message = handset.send()

    path = f"{handset.url}/2010-04-01/Accounts/{SID}/Messages/{message.sid}.json"
    assert handset.http.get(path, auth=(other, "other")).json()["code"] == 20003
    path = f"{handset.url}/2010-04-01/Accounts/{other}/Messages"
    answer = handset.http.get(f"{path}/{message.sid}.json", auth=(other, "other"))
    assert answer.json()["code"] == 20404
    answer = handset.http.post(f"{path}.json", data=GOOD, auth=(other, "other"))
    assert answer.json()["code"] == 21606


def test_a_suspended_account_is_refused(handset: Handset) -> None:
    handset.control("PUT", f"/accounts/{SID}", {"auth_token": TOKEN, "status": "suspended"})
    assert handset.refusal(to=CUSTOMER, from_=OURS, body="Hello") == (401, 20005)


def test_a_message_goes_from_queued_to_delivered(handset: Handset) -> None:
    handset.behave(sent_after_seconds=0.2, final_after_seconds=0.5)
    message = handset.send()
    assert (message.status, message.date_sent, message.price) == ("queued", None, None)

    seen: list[str] = []

    def is_delivered() -> bool:
        now = handset.twilio.messages(message.sid).fetch()
        if now.status not in seen:
            seen.append(now.status)
        return bool(now.status == "delivered")

    eventually(is_delivered)
    assert seen[-2:] == ["sent", "delivered"]
    done = handset.twilio.messages(message.sid).fetch()
    assert done.date_sent is not None
    assert done.price == "-0.00790"


def test_an_unknown_sid_or_path_is_404(handset: Handset) -> None:
    base = f"{handset.url}/2010-04-01/Accounts/{SID}"
    for path in ("/Messages/SM00.json", "/IncomingPhoneNumbers/PN00.json", "/Calls.json"):
        answer = handset.http.get(base + path, auth=(SID, TOKEN))
        assert (answer.status_code, answer.json()["code"]) == (404, 20404)


def test_the_list_filters_by_both_ends_newest_first(handset: Handset) -> None:
    handset.connect("+12125550101")
    handset.send("one")
    handset.send("two", to="+14155550124")
    handset.twilio.messages.create(to=CUSTOMER, from_="+12125550101", body="three")
    handset.send("four")

    def bodies(**filters: str) -> list[str | None]:
        return [message.body for message in handset.twilio.messages.list(**filters)]

    assert bodies() == ["four", "three", "two", "one"]
    assert bodies(to=CUSTOMER) == ["four", "three", "one"]
    assert bodies(to=CUSTOMER, from_=OURS) == ["four", "one"]
    assert bodies(from_="+12125550101") == ["three"]
    assert bodies(to="+14155550999") == []


def test_the_list_filters_by_when_a_text_was_sent(handset: Handset) -> None:
    handset.behave(sent_after_seconds=0, final_after_seconds=0)
    handset.send("sent")
    handset.behave(sent_after_seconds=600, final_after_seconds=600)
    handset.send("still queued")

    now = datetime.now(UTC)
    messages = handset.twilio.messages

    def bodies(**filters: object) -> list[str | None]:
        return [message.body for message in messages.list(**filters)]

    assert bodies(date_sent_after=now - timedelta(minutes=1)) == ["sent"]
    assert bodies(date_sent_before=now - timedelta(minutes=1)) == []
    assert bodies(date_sent_before=now + timedelta(minutes=1)) == ["sent"]
    today = messages.list()[1].date_sent.date()
    assert bodies(date_sent=today) == ["sent"]
    assert bodies(date_sent=today - timedelta(days=1)) == []
    path = f"{handset.url}/2010-04-01/Accounts/{SID}/Messages.json"
    answer = handset.http.get(path, params={"DateSent": "yesterday"}, auth=(SID, TOKEN))
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


def test_paging_neither_skips_nor_repeats_while_new_messages_come(handset: Handset) -> None:
    for number in range(7):
        handset.send(f"text {number}")

    page = handset.twilio.messages.page(page_size=3)
    bodies = [message.body for message in page]
    handset.send("comes between two pages")
    while page := page.next_page():
        bodies += [message.body for message in page]

    assert bodies == [f"text {number}" for number in (6, 5, 4, 3, 2, 1, 0)]


def test_a_page_has_twilios_envelope(handset: Handset) -> None:
    for _ in range(3):
        handset.send()
    path = f"/2010-04-01/Accounts/{SID}/Messages.json"
    query = {"To": CUSTOMER, "PageSize": "2"}
    first = handset.http.get(handset.url + path, params=query, auth=(SID, TOKEN)).json()

    assert (first["page"], first["page_size"], first["start"], first["end"]) == (0, 2, 0, 1)
    assert first["previous_page_uri"] is None
    assert first["next_page_uri"].startswith(f"{path}?To=%2B14155550123&PageSize=2&Page=1&PageTok")
    last = handset.http.get(handset.url + first["next_page_uri"], auth=(SID, TOKEN)).json()
    assert (len(last["messages"]), last["next_page_uri"], last["start"]) == (1, None, 2)
    bad = handset.http.get(handset.url + path, params={"PageSize": "no"}, auth=(SID, TOKEN))
    assert (bad.status_code, bad.json()["code"]) == (400, 20001)


def test_a_sent_message_can_be_redacted_and_deleted(handset: Handset) -> None:
    handset.behave(sent_after_seconds=600, final_after_seconds=600)
    queued = handset.send("secret")
    answer = handset.http.post(handset.url + queued.uri, data={"Body": ""}, auth=(SID, TOKEN))
    assert answer.json()["code"] == 20009

    handset.behave(sent_after_seconds=0, final_after_seconds=0)
    message = handset.send("secret")
    assert handset.twilio.messages(message.sid).update(body="").body == ""
    assert handset.twilio.messages(message.sid).fetch().body == ""
    assert handset.twilio.messages(message.sid).delete() is True
    gone = handset.http.get(handset.url + message.uri, auth=(SID, TOKEN))
    assert gone.json()["code"] == 20404
    assert [message.body for message in handset.twilio.messages.list()] == ["secret"]


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        pytest.param({"Status": "canceled"}, 409, 30409, id="nothing is scheduled"),
        pytest.param({"Body": "other"}, 400, 30400, id="a body cannot be rewritten"),
        pytest.param({"Body": "", "Status": "canceled"}, 400, 30400, id="both at a time"),
        pytest.param({}, 400, 30400, id="nothing to change"),
    ],
)
def test_a_message_cannot_be_changed_otherwise(
    handset: Handset, form: dict[str, str], status: int, code: int
) -> None:
    message = handset.send()
    answer = handset.http.post(handset.url + message.uri, data=form, auth=(SID, TOKEN))
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_client_with_other_credentials_is_another_account(handset: Handset) -> None:
    other = "AC" + "b" * 32
    handset.control("PUT", f"/accounts/{other}", {"auth_token": "other"})
    handset.send()
    client = TwilioAt(handset.url, other, "other")
    assert client.messages.list() == []
    client.close()


def test_an_api_key_stands_for_its_account(handset: Handset) -> None:
    key = "SK" + "0" * 32
    credentials = {"auth_token": TOKEN, key: "the secret"}
    handset.control("PUT", f"/accounts/{SID}", {"credentials": credentials})
    client = TwilioAt(handset.url, key, "the secret", account=SID)
    sent = client.messages.create(to=CUSTOMER, from_=OURS, body="Hello")
    assert (sent.account_sid, sent.status) == (SID, "queued")
    client.close()
    path = f"{handset.url}/2010-04-01/Accounts/{SID}/Messages.json"
    assert handset.http.get(path, auth=(key, "wrong")).json()["code"] == 20003


def test_while_a_token_is_rotated_both_are_taken(handset: Handset) -> None:
    credentials = {"auth_token": "new", "secondary_auth_token": TOKEN}
    handset.control("PUT", f"/accounts/{SID}", {"credentials": credentials})
    assert handset.post(GOOD, token="new").status_code == 201
    assert handset.post(GOOD, token=TOKEN).status_code == 201


def test_a_customers_texts_are_listed_with_ours(handset: Handset) -> None:
    handset.behave(sent_after_seconds=0, final_after_seconds=0)
    handset.send("ours")
    handset.say("theirs")
    listed = handset.twilio.messages.list()
    assert [(text.body, text.direction, text.price, text.status) for text in listed] == [
        ("theirs", "inbound", "-0.00790", "received"),
        ("ours", "outbound-api", "-0.00790", "delivered"),
    ]
    found = handset.twilio.messages.list(to=OURS, from_=CUSTOMER)
    assert [text.body for text in found] == ["theirs"]


def test_a_text_that_waits_longer_than_it_is_valid_fails_unsent(handset: Handset) -> None:
    handset.behave(sent_after_seconds=2, final_after_seconds=3)
    late = handset.send(validity_period=1)
    in_time = handset.send(validity_period=3)
    eventually(lambda: handset.status_of(late.sid) == ("failed", 30036))
    eventually(lambda: handset.status_of(in_time.sid) == ("delivered", None))
