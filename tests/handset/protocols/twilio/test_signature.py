"""Vectors of reference sms.md §1.7, computed with Twilio's SDK."""

import pytest

from handset.protocols.twilio.signature import sign

KEY = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("token", "url", "parameters", "signature"),
    [
        pytest.param(
            "12345",
            "https://mycompany.com/myapp.php?foo=1&bar=2",
            [
                ("CallSid", "CA1234567890ABCDE"),
                ("Caller", "+14158675309"),
                ("Digits", "1234"),
                ("From", "+14158675309"),
                ("To", "+18005551212"),
            ],
            "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
            id="Twilio's own example",
        ),
        pytest.param(
            KEY,
            "https://sms.example.org/hooks/twilio/status?b=2&a=1",
            [
                ("To", "+15005550006"),
                ("MessageStatus", "delivered"),
                ("Body", ""),
                ("From", "+15005550001"),
                ("MessageSid", "SM00000000000000000000000000000001"),
            ],
            "GOU1PlxhkwsW+4U2BWaT/Nxrd5s=",
            id="an empty value, any order",
        ),
        pytest.param(
            KEY,
            "https://sms.example.org/in",
            [("Tag", "b"), ("Tag", "a"), ("Tag", "a"), ("From", "+1")],
            "K6xm2zza3664hslsHZUhmeh53Bg=",
            id="repeated names",
        ),
        pytest.param(
            KEY,
            "https://sms.example.org/in?bodySHA256="
            "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862",
            [],
            "QHiHPY5crCALhEQQKqbnNvCK/IA=",
            id="no parameters",
        ),
    ],
)
def test_a_webhook_is_signed_as_twilio_signs_it(
    token: str, url: str, parameters: list[tuple[str, str]], signature: str
) -> None:
    assert sign(token, url, parameters) == signature
