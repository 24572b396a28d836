"""What a log gives, also one written when there was only Twilio."""

from typing import Any

from handset.carrier import Carrier

SID = "AC" + "a" * 32
EARLIER: list[dict[str, Any]] = [
    {"kind": "account", "account_sid": SID, "auth_token": "token", "status": "active"},
    {
        "kind": "number",
        "sid": "PN1",
        "account_sid": SID,
        "phone_number": "+12125550100",
        "friendly_name": "",
        "sms_url": "",
        "sms_method": "POST",
        "capabilities": {"sms": True},
    },
    {
        "kind": "request",
        "account_sid": SID,
        "from": "+12125550100",
        "to": "+14155550123",
        "body": "Hello",
        "message": {
            "sid": "SM1",
            "direction": "outbound-api",
            "segments": 1,
            "media": 0,
            "listed_at": "2026-11-23T13:00:00+00:00",
            "sent_at": "2026-11-23T13:00:00+00:00",
            "final_at": "2026-11-23T13:00:00+00:00",
            "outcome": "delivered",
            "error_code": None,
        },
        "calls": [
            {
                "status": "sent",
                "url": "https://x.example/",
                "method": "POST",
                "token": "t",
                "due_at": "2026-11-23T13:00:00+00:00",
            }
        ],
    },
    {"kind": "callback", "key": "SM1/0", "attempt": 1, "done": True},
    {"kind": "opt_out", "number": "+12125550100", "customer": "+14155550123", "opted_out": True},
]


def test_an_earlier_log_is_understood() -> None:
    carrier = Carrier()
    for n, entry in enumerate(EARLIER, start=1):
        carrier.apply({"n": n, "at": "2026-11-23T13:00:00+00:00", **entry})

    account = carrier.accounts[SID]
    assert (account.protocol, account.credentials) == ("twilio", {"auth_token": "token"})
    assert carrier.messages["SM1"].body == "Hello"
    assert carrier.open_calls == {}
    assert carrier.is_opted_out(account, "+12125550100", "+14155550123")
