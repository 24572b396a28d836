"""One lead goes through a sequence, seen from outside: over HTTP, and by the handset's log."""

from tests.e2e.conftest import Office
from tests.makers import CUSTOMER, OUR_NUMBER
from tests.stack import eventually

SEQUENCE = """
key: welcome
name: Welcome a new lead
record: lead
steps:
  - {id: hello, type: automated_text, text: "Hi {{ record.first_name }}, {{ seller.first_name }} here."}
  - {id: pause, type: wait, for: 1s}
  - id: answered
    type: branch
    when: {replied: {to: hello, within: 60s}}
    then:
      - {id: book, type: manual_text, text: "When shall we talk, {{ record.first_name }}?"}
  - {id: rest, type: wait, for: 1s}
  - {id: bye, type: automated_text, text: "Talk soon!"}
"""


def prepare(office: Office) -> str:
    """Import the lead, publish the sequence, enroll; returns the enrollment's id."""
    answer = office.admin.request(
        "PUT",
        "/sequences/welcome/draft",
        content=SEQUENCE,
        headers={"Content-Type": "application/yaml"},
    )
    assert answer.is_success, answer.text
    office.admin.post("/sequences/welcome/publish")
    office.admin.post("/sequences/welcome/activate")
    csv = f"external_id,first_name,phone,timezone,owner\n1,Ada,{CUSTOMER},UTC,seller@example.org\n"
    report = office.admin.request(
        "POST", "/records/import", files={"file": ("leads.csv", csv.encode())}
    ).json()
    assert (report["created"], report["problems"]) == (1, [])
    (record,) = office.seller.all("/records")
    enrolled = office.seller.post(
        "/enrollments", {"sequence": "welcome", "record_ids": [record["id"]]}
    )
    assert enrolled["refused"] == []
    return str(enrolled["enrolled"][0]["id"])


def test_a_lead_is_greeted_answers_is_called_for_by_a_seller_and_said_goodbye_to(
    office: Office,
) -> None:
    carrier = office.stack.carrier
    enrollment = prepare(office)
    eventually(lambda: carrier.received(CUSTOMER) == ["Hi Ada, Sam here."])

    assert carrier.say(CUSTOMER, OUR_NUMBER, "Yes, tell me more")["webhook"]["answered"]
    (item,) = eventually(lambda: office.seller.all("/work-items?kind=manual_text"))
    assert item["text"] == "When shall we talk, Ada?"
    office.seller.post(f"/work-items/{item['id']}/approve", {"text": "Tuesday at ten, Ada?"})

    sent = ["Hi Ada, Sam here.", "Tuesday at ten, Ada?", "Talk soon!"]
    eventually(lambda: carrier.received(CUSTOMER) == sent)
    ended = eventually(
        lambda: (found := office.seller.get(f"/enrollments/{enrollment}"))["ended_at"] and found
    )
    assert (ended["status"], ended["end_reason"]) == ("completed", "completed")
    (conversation,) = office.seller.all("/conversations")

    def delivered() -> bool:
        texts = office.seller.all(f"/conversations/{conversation['id']}/messages")
        return [(text["direction"], text["status"]) for text in reversed(texts)] == [
            ("outbound", "delivered"),
            ("inbound", "received"),
            ("outbound", "delivered"),
            ("outbound", "delivered"),
        ]

    eventually(delivered)
    timeline = office.seller.get(f"/enrollments/{enrollment}/timeline")["items"]
    assert [(entry["kind"], entry["step_id"]) for entry in timeline] == [
        ("enrolled", None),
        ("text_submitted", "hello"),
        ("reply_received", None),
        ("waited", "pause"),
        ("branched", "answered"),
        ("work_item_opened", "book"),
        ("work_item_decided", "book"),
        ("text_submitted", "book"),
        ("waited", "rest"),
        ("text_submitted", "bye"),
        ("ended", None),
    ]


def test_a_customer_who_says_stop_is_never_texted_again(office: Office) -> None:
    carrier = office.stack.carrier
    enrollment = prepare(office)
    eventually(lambda: carrier.received(CUSTOMER))

    carrier.say(CUSTOMER, OUR_NUMBER, "Stop.")

    ended = office.seller.get(f"/enrollments/{enrollment}")
    assert (ended["status"], ended["end_reason"]) == ("disconnected", "opted_out")
    (conversation,) = office.seller.all("/conversations")
    refused = office.seller.request(
        "POST", f"/conversations/{conversation['id']}/messages", json={"text": "Are you sure?"}
    )
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:touchline:problem:opted-out"
    again = office.seller.request(
        "POST",
        "/enrollments",
        json={"sequence": "welcome", "record_ids": [ended["record"]["id"]]},
    ).json()
    assert again["enrolled"] == []
    assert len(carrier.log("request")) == 1


def test_a_seller_answers_in_a_conversation(office: Office) -> None:
    carrier = office.stack.carrier
    assert carrier.say(CUSTOMER, OUR_NUMBER, "Is the blue one in stock?")["webhook"]["answered"]
    (conversation,) = office.seller.all("/conversations")
    assert conversation["unread_count"] == 1
    assert conversation["record"]["phone"] == CUSTOMER  # a lead begun for an unknown number

    body = {"text": "It is."}
    headers = {"Idempotency-Key": "one-answer"}
    path = f"/conversations/{conversation['id']}/messages"
    first = office.seller.request("POST", path, json=body, headers=headers)
    assert first.status_code == 201, first.text
    again = office.seller.request("POST", path, json=body, headers=headers)
    assert again.json()["id"] == first.json()["id"]

    eventually(lambda: carrier.received(CUSTOMER) == ["It is."])
    assert len(carrier.log("request")) == 1
