"""Pictures both ways, seen from outside: over HTTP, and by the handset."""

import base64
from hashlib import sha256
from typing import Any

import httpx

from tests.e2e.conftest import Office
from tests.makers import CUSTOMER, OUR_NUMBER
from tests.stack import eventually

OURS = b"\x89PNG\r\n\x1a\n" + bytes(40)
THEIRS = b"GIF89a" + bytes(40)


def test_a_customer_and_a_seller_send_each_other_a_picture(office: Office) -> None:
    carrier = office.stack.carrier
    medium = {"content_type": "image/gif", "base64": base64.b64encode(THEIRS).decode()}
    text = {"from": CUSTOMER, "to": OUR_NUMBER, "body": "", "media": [medium]}
    answer = httpx.post(f"{carrier.url}/handset/texts?wait=true", json=text, timeout=30)
    assert answer.json()["webhook"]["http_status"] == 200, answer.text
    (conversation,) = office.seller.all("/conversations")
    path = f"/conversations/{conversation['id']}/messages"

    def received() -> Any:
        (message,) = office.seller.all(path)
        (shown,) = message["media"]
        return shown["status"] == "stored" and shown

    shown = eventually(received)
    assert (shown["content_type"], shown["size"]) == ("image/gif", 46)
    picture = office.seller.request("GET", f"{office.stack.api_url}{shown['url']}")
    assert (picture.content, picture.headers["content-type"]) == (THEIRS, "image/gif")

    (number,) = office.admin.all("/phone-numbers")
    changed = office.admin.request(
        "PATCH", f"/phone-numbers/{number['id']}", json={"can_mms": True}
    )
    assert changed.is_success, changed.text
    kept = office.seller.request("POST", "/media", content=OURS).json()
    sent = office.seller.post(path, {"media": [kept["sha256"]]})

    def arrived() -> Any:
        texts = httpx.get(
            f"{carrier.url}/handset/texts", params={"customer": CUSTOMER}, timeout=30
        ).json()["items"]
        return [text["media"] for text in texts if text["direction"] == "outbound"]

    wanted = {"content_type": "image/png", "size": 48, "sha256": sha256(OURS).hexdigest()}
    eventually(lambda: arrived() == [[wanted]])
    message = office.seller.all(path)[0]
    assert (message["id"], message["body"]) == (sent["id"], "")
