"""Media: what a customer sends along, as the receiver of its webhook gets it."""

import base64

import httpx
import pytest

from tests.handset.conftest import CUSTOMER, OURS, SID, TOKEN, Handset, Receiver, eventually

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
SENT_ALONG = [
    {"content_type": "image/png", "base64": base64.b64encode(PICTURE).decode()},
    {"content_type": "text/vcard", "base64": base64.b64encode(b"BEGIN:VCARD").decode()},
]


@pytest.fixture
def fields(handset: Handset, receiver: Receiver) -> dict[str, str]:
    """The webhook of a text with two media."""
    handset.connect(sms_url=receiver.url)
    handset.say("", media=SENT_ALONG)
    return receiver.calls[0].fields


def test_a_text_with_media_names_each_and_its_type(
    handset: Handset, fields: dict[str, str]
) -> None:
    sid = fields["MessageSid"]
    assert (sid[:2], fields["NumMedia"], fields["Body"]) == ("MM", "2", "")
    assert (fields["MediaContentType0"], fields["MediaContentType1"]) == ("image/png", "text/vcard")
    base = f"{handset.url}/2010-04-01/Accounts/{SID}/Messages/{sid}/Media/ME"
    assert fields["MediaUrl0"].startswith(base)
    assert fields["MediaUrl1"].startswith(base)


def test_media_are_behind_credentials_and_a_redirect_to_where_none_are_asked(
    handset: Handset, fields: dict[str, str]
) -> None:
    url = fields["MediaUrl0"]
    assert handset.http.get(url).status_code == 401
    answer = handset.http.get(url, auth=(SID, TOKEN))
    assert answer.status_code == 307
    content = httpx.get(answer.headers["Location"], trust_env=False)
    assert (content.headers["Content-Type"], content.content) == ("image/png", PICTURE)


def test_media_are_listed_and_described(handset: Handset, fields: dict[str, str]) -> None:
    media = handset.twilio.messages(fields["MessageSid"]).media
    listed = media.list()
    assert [each.content_type for each in listed] == ["image/png", "text/vcard"]
    assert media(listed[0].sid).fetch().parent_sid == fields["MessageSid"]
    assert handset.http.get(f"{fields['MediaUrl0']}0", auth=(SID, TOKEN)).status_code == 404


def test_a_sent_texts_media_are_fetched_and_then_listed(
    handset: Handset, receiver: Receiver
) -> None:
    receiver.files["/a.png"] = ("image/png", PICTURE)
    sent = handset.twilio.messages.create(
        to=CUSTOMER, from_=OURS, media_url=[f"{receiver.url}/a.png"]
    )
    eventually(lambda: handset.log("media"))
    (media,) = handset.twilio.messages(sent.sid).media.list()
    assert media.content_type == "image/png"
