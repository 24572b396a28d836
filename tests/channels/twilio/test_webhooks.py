from urllib.parse import urlencode
from uuid import UUID

import pytest

from channels.errors import UnreadableWebhook
from channels.interface import InboundText, MediaLink, StatusReport, Webhook
from channels.twilio.webhooks import INBOUND_ANSWER, is_signed_by, parse_inbound, parse_status
from domain.failures import FailureKind
from domain.messages import MessageStatus
from tests.channels.twilio.conftest import MESSAGE_ID, OURS, SERVICE, SID, THEIRS

FORM = "application/x-www-form-urlencoded"
K32 = "0123456789abcdef0123456789abcdef"
STATUS_URL = "https://sms.example.org/hooks/twilio/status?b=2&a=1"
STATUS_BODY = (
    b"Body=&From=%2B15005550001&To=%2B15005550006"
    b"&MessageSid=SM00000000000000000000000000000001&MessageStatus=delivered"
)
STATUS_SIGNATURE = "GOU1PlxhkwsW+4U2BWaT/Nxrd5s="
JSON_BODY = b'{"a":1}'
JSON_URL = (
    "https://sms.example.org/in?bodySHA256="
    "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
)
JSON_SIGNATURE = "QHiHPY5crCALhEQQKqbnNvCK/IA="


def is_signed(
    url: str, body: bytes, signature: str, *, token: str = K32, media_type: str = FORM
) -> bool:
    headers = {"X-Twilio-Signature": signature, "Content-Type": media_type}
    return is_signed_by(token, Webhook(url, headers, body))


# Signatures: the vectors of the reference on SMS, section 1.7


def test_a_form_signed_by_twilio_is_recognised() -> None:
    body = (
        b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234"
        b"&From=%2B14158675309&To=%2B18005551212"
    )
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert is_signed(url, body, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", token="12345")


def test_blank_fields_are_part_of_what_is_signed() -> None:
    assert is_signed(STATUS_URL, STATUS_BODY, STATUS_SIGNATURE)
    without_body = STATUS_BODY.removeprefix(b"Body=&")
    assert not is_signed(STATUS_URL, without_body, STATUS_SIGNATURE)


def test_repeated_fields_are_sorted_and_equal_ones_count_once() -> None:
    body = b"Tag=b&Tag=a&Tag=a&From=%2B1"
    assert is_signed("https://sms.example.org/in", body, "K6xm2zza3664hslsHZUhmeh53Bg=")


def test_a_json_call_is_signed_by_the_hash_of_its_body() -> None:
    assert is_signed(JSON_URL, JSON_BODY, JSON_SIGNATURE, media_type="application/json")
    assert not is_signed(JSON_URL, b'{"a":2}', JSON_SIGNATURE, media_type="application/json")
    assert not is_signed(JSON_URL, b"\xff", JSON_SIGNATURE, media_type="application/json")


def test_a_call_that_is_no_form_and_has_no_hash_is_refused() -> None:
    url = "https://sms.example.org/in"
    assert not is_signed(url, JSON_BODY, JSON_SIGNATURE, media_type="application/json")
    assert not is_signed(STATUS_URL, STATUS_BODY, STATUS_SIGNATURE, media_type="text/plain")


def test_the_sha_256_variant_is_recognised_where_its_header_names_it() -> None:
    headers = {
        "X-Twilio-Signature": "0B3ztYWoUnzbMxmOHDL3Ah3wD1Hbsw+BGGaUlQzkqFE=",
        "X-Twilio-Webhooks-Signature-Settings": "key=x,algorithm=HMAC_SHA256",
        "Content-Type": FORM,
    }
    assert is_signed_by(K32, Webhook(STATUS_URL, headers, STATUS_BODY))
    headers["X-Twilio-Webhooks-Signature-Settings"] = "key=x,algorithm=HMAC_MD5"
    assert not is_signed_by(K32, Webhook(STATUS_URL, headers, STATUS_BODY))


@pytest.mark.parametrize(
    ("url", "signature"),
    [
        ("https://sms.example.org/hooks/twilio/status?b=2&a=1", STATUS_SIGNATURE),
        ("https://sms.example.org:443/hooks/twilio/status?b=2&a=1", STATUS_SIGNATURE),
        ("https://sms.example.org:8443/hooks/twilio/status?b=2&a=1", STATUS_SIGNATURE),
        # made by HMAC-SHA1 over the URL with :443 and with :8443
        ("https://sms.example.org/hooks/twilio/status?b=2&a=1", "HFJHPGBIhPcFUbfth2lMHVMHG7Q="),
        (
            "https://sms.example.org:8443/hooks/twilio/status?b=2&a=1",
            "bDUnQohNgM1TlUBpiDiLSkatgko=",
        ),
    ],
)
def test_a_signature_over_the_url_with_or_without_its_port_is_recognised(
    url: str, signature: str
) -> None:
    assert is_signed(url, STATUS_BODY, signature)


@pytest.mark.parametrize(
    ("url", "body", "signature", "token"),
    [
        (STATUS_URL, STATUS_BODY, STATUS_SIGNATURE, "another token"),
        (STATUS_URL, STATUS_BODY.replace(b"delivered", b"failed"), STATUS_SIGNATURE, K32),
        (STATUS_URL, STATUS_BODY + b"&Extra=1", STATUS_SIGNATURE, K32),
        (STATUS_URL, b"", STATUS_SIGNATURE, K32),
        (STATUS_URL.replace("a=1", "a=2"), STATUS_BODY, STATUS_SIGNATURE, K32),
        (STATUS_URL, STATUS_BODY, STATUS_SIGNATURE.lower(), K32),
        (STATUS_URL, STATUS_BODY, "", K32),
        (STATUS_URL, STATUS_BODY, "é" * 28, K32),
    ],
)
def test_a_call_that_somebody_changed_is_refused(
    url: str, body: bytes, signature: str, token: str
) -> None:
    assert not is_signed(url, body, signature, token=token)


def test_names_of_headers_may_be_in_any_case_and_a_missing_one_is_no_signature() -> None:
    headers = {"x-twilio-signature": STATUS_SIGNATURE, "content-type": FORM + "; charset=UTF-8"}
    assert is_signed_by(K32, Webhook(STATUS_URL, headers, STATUS_BODY))
    assert not is_signed_by(K32, Webhook(STATUS_URL, {"Content-Type": FORM}, STATUS_BODY))


# Customers' texts


def call(body: bytes, url: str = "https://sms.example.org/in") -> Webhook:
    return Webhook(url, {}, body)


def inbound(body: str, **fields: str) -> Webhook:
    form = urlencode(
        {
            "ToCountry": "US",
            "SmsMessageSid": SID,
            "NumMedia": "0",
            "MessageSid": SID,
            "From": THEIRS,
            "To": OURS,
            "Body": body,
            "A field of tomorrow": "x",
            **fields,
        }
    )
    return call(form.encode())


@pytest.mark.parametrize(
    "text",
    [
        "Yes please",
        "👩‍👩‍👧 später, \u201cok\u201d?\nBest, Zoë & co = 100 % + more",
        "",
        "  spaces stay  ",
        "é" * 1600,
    ],
    ids=["plain", "emoji and signs", "empty", "blanks around", "1600 long"],
)
def test_a_customers_text_is_read_verbatim(text: str) -> None:
    assert parse_inbound(inbound(text)) == InboundText(
        provider_message_id=SID, from_number=THEIRS, to_number=OURS, body=text, keyword=None
    )


@pytest.mark.parametrize(
    ("opt_out_type", "keyword"),
    [("STOP", "stop"), ("START", "start"), ("HELP", "help"), ("stop", "stop"), ("MAYBE", None)],
)
def test_a_keyword_that_twilio_recognised_is_passed_on(
    opt_out_type: str, keyword: str | None
) -> None:
    assert parse_inbound(inbound("Arrêt", OptOutType=opt_out_type)).keyword == keyword


def test_a_stop_that_twilio_did_not_mark_carries_no_keyword() -> None:
    assert parse_inbound(inbound("STOP")).keyword is None


def test_a_text_with_bytes_that_no_database_stores_is_not_lost() -> None:
    body = inbound("x").body.replace(b"Body=x", b"Body=a%00b%FFc%ED%A0%80")
    assert parse_inbound(call(body)).body == "a\ufffdb\ufffdc\ufffd\ufffd\ufffd"


def test_a_malformed_number_is_kept_as_it_came() -> None:
    assert parse_inbound(inbound("x", From="ANONYMOUS 12")).from_number == "ANONYMOUS 12"


def test_pictures_are_named_in_their_order_with_what_twilio_says_they_are() -> None:
    folder = f"https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/{SID}/Media"
    webhook = inbound(
        "",
        NumMedia="2",
        MediaUrl1=f"{folder}/ME2",
        MediaUrl0=f"{folder}/ME1",
        MediaContentType0="image/jpeg",
        MediaUrl3=f"{folder}/ME4",
    )
    assert parse_inbound(webhook).media == (
        MediaLink(f"{folder}/ME1", "image/jpeg"),
        MediaLink(f"{folder}/ME2", ""),
    )


def test_a_text_to_a_messaging_service_names_it() -> None:
    assert parse_inbound(inbound("x", MessagingServiceSid=SERVICE)).service == SERVICE
    assert parse_inbound(inbound("x", MessagingServiceSid="")).service is None


@pytest.mark.parametrize("sender", ["54321", "ACME", "whatsapp:+12125550123"])
def test_a_sender_that_is_no_long_number_is_kept_as_it_is(sender: str) -> None:
    assert parse_inbound(inbound("x", From=sender)).from_number == sender


@pytest.mark.parametrize("missing", ["MessageSid", "From", "To"])
def test_a_call_without_its_id_or_a_number_is_no_text(missing: str) -> None:
    with pytest.raises(UnreadableWebhook, match=missing):
        parse_inbound(inbound("x", **{missing: ""}))


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xfe\x00", b"&&&=&="])
def test_a_call_that_is_no_form_is_no_text_and_no_report(body: bytes) -> None:
    with pytest.raises(UnreadableWebhook):
        parse_inbound(call(body))
    with pytest.raises(UnreadableWebhook):
        parse_status(call(body))


def test_the_answer_to_a_text_sends_nothing() -> None:
    assert (INBOUND_ANSWER.status_code, INBOUND_ANSWER.media_type) == (200, "text/xml")
    assert INBOUND_ANSWER.body.endswith(b"<Response/>")


# Status callbacks


def report(status: str, **fields: str) -> Webhook:
    form = urlencode(
        {"MessageSid": SID, "SmsSid": SID, "MessageStatus": status, "To": THEIRS, **fields}
    )
    return call(form.encode())


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("queued", MessageStatus.QUEUED),
        ("sending", MessageStatus.QUEUED),
        ("sent", MessageStatus.SENT),
        ("delivered", MessageStatus.DELIVERED),
        ("read", MessageStatus.DELIVERED),
        ("received", None),
        ("partially_delivered", None),
        ("a state of tomorrow", None),
    ],
)
def test_a_report_of_progress_names_the_state(theirs: str, ours: MessageStatus | None) -> None:
    assert parse_status(report(theirs)) == StatusReport(SID, ours, None, None, None)


@pytest.mark.parametrize(
    ("webhook", "status", "code", "failure", "reason"),
    [
        pytest.param(
            report("undelivered", ErrorCode="30003"),
            MessageStatus.UNDELIVERED,
            "30003",
            FailureKind.RETRY_ONCE,
            "The phone could not be reached: perhaps it was off or had no signal.",
            id="the phone is off",
        ),
        pytest.param(
            report("failed", ErrorCode="21610"),
            MessageStatus.FAILED,
            "21610",
            FailureKind.OPT_OUT,
            "The customer has replied STOP to our number.",
            id="opted out, told by callback",
        ),
        pytest.param(
            report("failed", ErrorCode="99999"),
            MessageStatus.FAILED,
            "99999",
            FailureKind.RETRY_ONCE,
            "The phone could not be reached: perhaps it was off or had no signal. "
            "The text can be sent again later.",
            id="unlisted",
        ),
        pytest.param(
            report("failed"),
            MessageStatus.FAILED,
            None,
            FailureKind.RETRY_ONCE,
            "The phone could not be reached: perhaps it was off or had no signal. "
            "The text can be sent again later.",
            id="no code",
        ),
        pytest.param(
            report("failed", ErrorCode="none²"),
            MessageStatus.FAILED,
            "none²",
            FailureKind.RETRY_ONCE,
            "The phone could not be reached: perhaps it was off or had no signal. "
            "The text can be sent again later.",
            id="no number",
        ),
        pytest.param(
            report("canceled"),
            MessageStatus.FAILED,
            None,
            FailureKind.NEVER,
            "The text was canceled at the provider.",
            id="canceled",
        ),
    ],
)
def test_a_report_of_a_failure_says_why(
    webhook: Webhook, status: MessageStatus, code: str | None, failure: FailureKind, reason: str
) -> None:
    assert parse_status(webhook) == StatusReport(SID, status, code, failure, reason)


@pytest.mark.parametrize(
    ("query", "message_id"),
    [
        (f"?message={MESSAGE_ID}", MESSAGE_ID),
        (f"?a=1&message={MESSAGE_ID}&b=2", MESSAGE_ID),
        ("?message=42", None),
        ("?message=", None),
        ("", None),
    ],
)
def test_a_report_names_our_text_by_the_id_we_wrote_into_its_address(
    query: str, message_id: UUID | None
) -> None:
    webhook = call(report("sent").body, f"https://sms.example.org/status{query}")
    assert parse_status(webhook) == StatusReport(
        SID, MessageStatus.SENT, None, None, None, message_id=message_id
    )


@pytest.mark.parametrize("missing", ["MessageSid", "MessageStatus"])
def test_a_report_without_its_id_or_its_state_is_none(missing: str) -> None:
    body = report("sent").body.replace(missing.encode(), b"Other")
    with pytest.raises(UnreadableWebhook, match=missing):
        parse_status(call(body))
