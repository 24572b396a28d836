"""A small system of its own, with a form about a customer, that has Touchline's conversation in it.

Needs Python alone. What matters for yours: `sign`, and that `/touchline-token` asks who is signed in *here*.
"""

import base64
import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

TOUCHLINE = os.environ["TOUCHLINE_URL"].rstrip("/")
KEY_ID = os.environ["TOUCHLINE_EMBED_KEY_ID"]
SECRET = os.environ["TOUCHLINE_EMBED_SECRET"]
SELLER = os.environ["SELLER"]
RECORDS = {os.environ.get("RECORD", "lead:HC-1001")}
PORT = int(os.environ.get("PORT", "8500"))
FOLDER = Path(__file__).parent

# a host that has a policy of its own says where Touchline may come from
POLICY = (
    f"default-src 'self'; script-src {TOUCHLINE}; frame-src {TOUCHLINE}; "
    "style-src 'unsafe-inline'; img-src data:"
)


def sign(record: str, seller: str, seconds: int = 300) -> str:
    """Return a token (JWT, HS256) that lets `seller` text the customer of `record` for a while."""
    now = int(time.time())
    head = {"alg": "HS256", "typ": "JWT", "kid": KEY_ID}
    claims = {
        "aud": "touchline-embed",
        "sub": seller,
        "record": record,
        "iat": now,
        "exp": now + seconds,
    }
    signed = f"{encode(json.dumps(head).encode())}.{encode(json.dumps(claims).encode())}"
    signature = hmac.digest(SECRET.encode(), signed.encode(), hashlib.sha256)
    return f"{signed}.{encode(signature)}"


def encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class Host(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        url = urlsplit(self.path)
        # a host knows who is signed in to it; here it is always the same seller
        record = parse_qs(url.query).get("record", [min(RECORDS)])[0]
        if record not in RECORDS:
            # a host asks itself whether this seller may see this customer, before it signs
            self.answer(403, "text/plain", "This customer is not yours.")
        elif url.path == "/touchline-token":
            self.answer(200, "application/json", json.dumps({"token": sign(record, SELLER)}))
        elif url.path in ("/", "/twin"):
            page = (FOLDER / ("twin.html" if url.path == "/twin" else "index.html")).read_text()
            values = {"touchline": TOUCHLINE, "key": KEY_ID, "record": record}
            for name, value in (values | {"token": sign(record, SELLER)}).items():
                page = page.replace(f"[[{name}]]", value)
            self.answer(200, "text/html; charset=utf-8", page)
        else:
            self.answer(404, "text/plain", "There is nothing here.")

    def answer(self, status: int, kind: str, content: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing: an address may hold a record's name."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", PORT), Host).serve_forever()
