import json
from typing import Any

import pytest

from channels.errors import UnreadableWebhook
from channels.interface import InboundText, StatusReport, Webhook
from domain.messages import MessageStatus
from tests.channels.infobip.conftest import (
    BODY,
    MESSAGE_ID,
    OURS,
    SECRET,
    THEIRS,
    always,
    make_channel,
    make_inbound,
    make_report,
    make_status,
)

INBOUND = "https://sms.example.org/api/v1/webhooks/infobip/7/inbound"
CHANNEL = make_channel(always(500))


def call(content: Any, url: str = INBOUND) -> Webhook:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Webhook(url=url, headers={"content-type": "application/json"}, body=body)


def read_text(**fields: Any) -> InboundText:
    (text,) = CHANNEL.parse_inbound(call({"results": [make_inbound(**fields)]}))
    return text


def read_reports(results: list[Any]) -> list[StatusReport]:
    return CHANNEL.parse_status(call({"results": results}))


# Who calls


@pytest.mark.parametrize(
    ("url", "with_secret"),
    [
        (INBOUND, f"{INBOUND}?key={SECRET}"),
        (f"{INBOUND}?message=42", f"{INBOUND}?message=42&key={SECRET}"),
    ],
)
def test_the_address_given_to_infobip_holds_the_secret(url: str, with_secret: str) -> None:
    assert CHANNEL.webhook_url(url) == with_secret
    assert CHANNEL.is_genuine(call({}, with_secret))


@pytest.mark.parametrize(
    "url",
    [
        INBOUND,
        f"{INBOUND}?key=",
        f"{INBOUND}?key={SECRET[:-1]}",
        f"{INBOUND}?key={SECRET}x",
        f"{INBOUND}?key={SECRET.upper()}",
        f"{INBOUND}?KEY={SECRET}",
        f"{INBOUND}?notkey={SECRET}",
        f"{INBOUND}?key=wrong&key={SECRET}",
        f"{INBOUND}?key={SECRET}&key=wrong",
        f"{INBOUND}?message=key%3D{SECRET}",
        f"{INBOUND}#key={SECRET}",
        f"{INBOUND}?key=%ff%fe",
        f"https://sms.example.org/{SECRET}?key=é",
    ],
)
def test_a_call_without_the_secret_is_not_infobips(url: str) -> None:
    assert not CHANNEL.is_genuine(call({}, url))


# Customers' texts


def test_a_customers_text_is_read() -> None:
    assert read_text(text=BODY) == InboundText(
        provider_message_id="817790313235066447",
        from_number=THEIRS,
        to_number=OURS,
        body=BODY,
        keyword=None,
    )


def test_a_keyword_of_the_number_stays_in_the_text_and_is_no_opt_out() -> None:
    text = read_text(text="STOP", cleanText="", keyword="STOP")
    assert (text.body, text.keyword) == ("STOP", None)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("👩‍👩‍👧 👍🏽", "👩‍👩‍👧 👍🏽"),
        ("é" * 1600, "é" * 1600),
        ("a\x00b", "a\ufffdb"),
        ("half a pair: \ud83d", "half a pair: \ufffd"),
        ("", ""),
        (None, ""),
        ("  leading and trailing \n", "  leading and trailing \n"),
    ],
    ids=["emoji", "1600 long", "a NUL", "half an emoji", "empty", "missing", "blanks"],
)
def test_a_customers_text_arrives_as_it_was_written(written: str | None, read: str) -> None:
    assert read_text(text=written).body == read


def test_a_text_whose_bytes_are_not_all_utf_8_is_not_lost() -> None:
    raw = json.dumps({"results": [make_inbound(text="caf@")]}).encode().replace(b"@", b"\xe9")
    (text,) = CHANNEL.parse_inbound(call(raw))
    assert text.body == "caf\ufffd"


@pytest.mark.parametrize(
    ("sender", "from_number"), [("54321", "54321"), ("Harbour", "Harbour"), (OURS, OURS)]
)
def test_a_short_code_and_a_name_stay_as_they_are(sender: str, from_number: str) -> None:
    assert read_text(**{"from": sender}).from_number == from_number


def test_one_call_may_bring_many_texts() -> None:
    results = [make_inbound(messageId=str(n), text=f"text {n}") for n in range(100)]
    body = {"results": results, "messageCount": 100, "pendingMessageCount": 3}
    texts = CHANNEL.parse_inbound(call(body))
    assert [(t.provider_message_id, t.body) for t in texts] == [
        (str(n), f"text {n}") for n in range(100)
    ]


@pytest.mark.parametrize(
    "broken",
    [{"messageId": ""}, {"from": None}, {"to": ""}, {"to": 12345}],
    ids=["no id", "no sender", "no recipient", "a number for a recipient"],
)
def test_a_text_that_nobody_could_answer_does_not_keep_the_others_away(
    broken: dict[str, Any],
) -> None:
    results = [make_inbound(**broken), "nonsense", make_inbound(messageId="2")]
    texts = CHANNEL.parse_inbound(call({"results": results}))
    assert [text.provider_message_id for text in texts] == ["2"]
    with pytest.raises(UnreadableWebhook, match="no result with the ids and numbers"):
        CHANNEL.parse_inbound(call({"results": [make_inbound(**broken)]}))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"results=1",
        b"\xff",
        b"[]",
        b"{}",
        b'{"results": {}}',
        b'{"results": 3}',
        b"[" * 100_000,
    ],
    ids=["empty", "a form", "no text", "a list", "nothing in it", "no list", "a number", "deep"],
)
def test_what_infobip_does_not_send_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableWebhook):
        CHANNEL.parse_inbound(call(body))
    with pytest.raises(UnreadableWebhook):
        CHANNEL.parse_status(call(body))


def test_a_call_without_results_is_no_error() -> None:
    assert CHANNEL.parse_inbound(call({"results": []})) == []
    assert CHANNEL.parse_status(call({"results": []})) == []


def test_infobip_is_answered_with_a_plain_yes() -> None:
    answer = CHANNEL.inbound_answer
    assert (answer.status_code, answer.media_type, answer.body) == (200, "application/json", b"{}")


# What became of ours


def test_one_call_may_report_on_many_texts_each_by_its_own_id() -> None:
    ids = [f"01936d3e-0000-7000-8000-{n:012}" for n in range(100)]
    results = [make_report(messageId=i, callbackData=i) for i in ids]
    # the address names one text of ours; the reports need not be about it
    url = f"{INBOUND}?message={MESSAGE_ID}&key={SECRET}"
    reports = CHANNEL.parse_status(call({"results": results}, url))
    assert [str(report.message_id) for report in reports] == ids
    assert {report.status for report in reports} == {MessageStatus.DELIVERED}


def test_a_report_that_a_repeat_was_refused_says_nothing_of_the_text() -> None:
    (report,) = read_reports([make_report(status=make_status(23, 5))])
    assert (report.status, report.code, report.failure) == (None, None, None)


def test_a_report_that_cannot_be_read_does_not_keep_the_others_away() -> None:
    reports = read_reports([make_report(status=None), None, make_report()])
    assert [report.status for report in reports] == [MessageStatus.DELIVERED]


def test_what_is_said_of_an_unreadable_call_holds_nothing_of_it() -> None:
    broken = make_inbound(messageId="", text=BODY)
    with pytest.raises(UnreadableWebhook) as refused:
        CHANNEL.parse_inbound(call({"results": [broken]}, CHANNEL.webhook_url(INBOUND)))
    for secret in (BODY, THEIRS[1:], OURS[1:], SECRET):
        assert secret not in str(refused.value)
