"""Tests of domain/embedding.py: which pages may show our frame, and what their tokens may say."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.embedding import (
    Claims,
    RecordName,
    RefusedToken,
    parse_origin,
    parse_record_name,
    read_claims,
)
from domain.records import RecordKind

NOW = datetime(2026, 7, 1, 15, 0, tzinfo=UTC)
T = 1_782_918_000
"""NOW in seconds since 1970."""
RECORD_ID = UUID("0199a0b0-0000-7000-8000-000000000001")
GOOD: dict[str, Any] = {
    "aud": "touchline-embed",
    "sub": "sam@example.com",
    "record": "lead:CRM-42",
    "iat": T - 10,
    "exp": T + 290,
}


@pytest.mark.parametrize(
    ("raw", "origin"),
    [
        ("https://crm.example.com", "https://crm.example.com"),
        (" https://crm.example.com\n", "https://crm.example.com"),
        ("https://crm.example.com/", "https://crm.example.com"),
        ("HTTPS://CRM.Example.COM", "https://crm.example.com"),
        ("https://crm.example.com:8443", "https://crm.example.com:8443"),
        ("https://crm.example.com:443", "https://crm.example.com"),
        ("https://crm.example.com:65535", "https://crm.example.com:65535"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://ｃｒｍ.example", "https://crm.example"),
        ("https://192.0.2.7", "https://192.0.2.7"),
        ("https://intranet", "https://intranet"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://localhost:80", "http://localhost"),
        ("http://127.0.0.1:8500", "http://127.0.0.1:8500"),
    ],
)
def test_an_origin_is_kept_as_browsers_write_it(raw: str, origin: str) -> None:
    assert parse_origin(raw) == origin
    assert parse_origin(origin) == origin


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param("https://a.example; script-src *", id="a directive put in"),
        pytest.param("https://a.example;script-src", id="a directive put in without a blank"),
        pytest.param("https://a.example,https://b.example", id="two"),
        pytest.param("https://a.example https://b.example", id="two with a blank"),
        pytest.param("https://a.example\r\nX-Header: 1", id="a header put in"),
        pytest.param("https://*.example", id="a wildcard"),
        pytest.param("*", id="a wildcard alone"),
        pytest.param("'self'", id="a keyword"),
        pytest.param("null", id="null"),
        pytest.param("", id="empty"),
        pytest.param("crm.example.com", id="no scheme"),
        pytest.param("//crm.example.com", id="no scheme but slashes"),
        pytest.param("https:", id="a scheme alone"),
        pytest.param("https://", id="no host"),
        pytest.param("https:///x", id="no host but a path"),
        pytest.param("https://a.example/form", id="a path"),
        pytest.param("https://a.example//", id="an empty path"),
        pytest.param("https://a.example?x=1", id="a query"),
        pytest.param("https://a.example?", id="an empty query"),
        pytest.param("https://a.example#x", id="a fragment"),
        pytest.param("https://sam@a.example", id="a user"),
        pytest.param("https://a.example:0", id="port 0"),
        pytest.param("https://a.example:65536", id="port 65536"),
        pytest.param("https://a.example:", id="an empty port"),
        pytest.param("https://a.example:http", id="a port in words"),
        pytest.param("https://-a.example", id="a host that starts with a hyphen"),
        pytest.param("https://a..example", id="an empty label"),
        pytest.param("https://a_b.example", id="an underscore"),
        pytest.param(f"https://{'a' * 64}.example", id="a label of 64"),
        pytest.param(f"https://{'a.' * 127}example", id="a host of 261"),
        pytest.param("https://a%2eexample", id="an escaped point"),
        pytest.param("https://a.example\\@b.example", id="a backslash"),
        pytest.param("http://[::1]:8500", id="an address that no policy can name"),
        pytest.param("https://[fe80::1%25eth0]", id="an address with a zone"),
        pytest.param("ftp://a.example", id="another scheme"),
        pytest.param("data:text/html,x", id="data"),
        pytest.param("javascript:alert(1)", id="javascript"),
        pytest.param("http://crm.example.com", id="http of another machine"),
        pytest.param("http://localhost.example.com", id="http of a host that only looks local"),
        pytest.param("http://127.0.0.2", id="http of another address"),
    ],
)
def test_what_is_no_origin_is_refused_with_what_to_write(raw: str) -> None:
    with pytest.raises(ValueError, match=r"such as https://crm\.example\.com|Use https"):
        parse_origin(raw)


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        (str(RECORD_ID), RecordName(id=RECORD_ID)),
        ("lead:CRM-42", RecordName(kind=RecordKind.LEAD, external_id="CRM-42")),
        ("contact:a:b c", RecordName(kind=RecordKind.CONTACT, external_id="a:b c")),
    ],
)
def test_a_record_is_named_by_our_id_or_by_theirs(raw: str, named: RecordName) -> None:
    assert parse_record_name(raw) == named


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "CRM-42",
        "lead:",
        ":CRM-42",
        "person:CRM-42",
        "LEAD:CRM-42",
        f"lead:{'x' * 201}",
        "lead:a\0b",
        "lead:\ud800",
        "lead: \n",
    ],
)
def test_what_names_no_record_is_refused_with_what_to_write(raw: str) -> None:
    with pytest.raises(ValueError, match="lead:CRM-42"):
        parse_record_name(raw)


def test_a_token_says_who_is_at_work_on_which_record_and_until_when() -> None:
    assert read_claims(GOOD, now=NOW) == Claims(
        "sam@example.com",
        RecordName(kind=RecordKind.LEAD, external_id="CRM-42"),
        datetime(2026, 7, 1, 15, 4, 50, tzinfo=UTC),
    )


@pytest.mark.parametrize("name", ["aud", "sub", "record", "iat", "exp"])
def test_a_token_that_leaves_something_out_is_refused_and_says_what(name: str) -> None:
    claims = {key: value for key, value in GOOD.items() if key != name}
    with pytest.raises(RefusedToken, match=f'"{name}"') as refused:
        read_claims(claims, now=NOW)
    assert refused.value.slug == "embed-token-invalid"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("aud", "touchline"),
        ("aud", ["touchline-embed"]),
        ("aud", None),
        ("sub", ""),
        ("sub", 42),
        ("sub", ["sam@example.com"]),
        ("sub", "x" * 321),
        ("sub", "sam\0@example.com"),
        ("sub", "\ud800"),
        ("record", 42),
        ("record", {"id": str(RECORD_ID)}),
        ("record", "CRM-42"),
        ("iat", True),
        ("iat", str(T)),
        ("iat", T + 0.5),
        ("iat", float("nan")),
        ("iat", 10**20),
        ("iat", None),
        ("exp", True),
        ("exp", str(T + 100)),
        ("exp", T + 100.5),
        ("exp", float("nan")),
        ("exp", float("inf")),
        ("exp", 10**20),
        ("exp", -1),
        ("exp", None),
    ],
)
def test_a_token_with_a_claim_of_the_wrong_kind_is_refused_and_says_which(
    name: str, value: object
) -> None:
    with pytest.raises(RefusedToken, match=f'"{name}"') as refused:
        read_claims(GOOD | {name: value}, now=NOW)
    assert refused.value.slug == "embed-token-invalid"


@pytest.mark.parametrize(
    ("issued", "expires", "refused"),
    [
        pytest.param(T, T + 300, None, id="five minutes"),
        pytest.param(T, T + 301, "embed-token-invalid", id="five minutes and a second"),
        pytest.param(T - 299, T + 1, None, id="the last second"),
        pytest.param(T - 300, T, "embed-token-expired", id="its end is not included"),
        pytest.param(T - 301, T - 1, "embed-token-expired", id="a second too late"),
        pytest.param(T + 60, T + 300, None, id="a clock that is a minute ahead"),
        pytest.param(T + 61, T + 300, "embed-token-invalid", id="a clock further ahead"),
        pytest.param(T, T, "embed-token-invalid", id="no time at all"),
        pytest.param(T, T - 1, "embed-token-invalid", id="an end before its beginning"),
        pytest.param(-(10**20), 10 - 10**20, "embed-token-expired", id="before all clocks"),
        pytest.param(10**20, 10**20 + 10, "embed-token-invalid", id="after all clocks"),
    ],
)
def test_a_token_lasts_five_minutes_at_most_and_not_a_moment_longer(
    issued: int, expires: int, refused: str | None
) -> None:
    claims = GOOD | {"iat": issued, "exp": expires}
    if refused is None:
        assert read_claims(claims, now=NOW).expires_at == datetime.fromtimestamp(expires, UTC)
        return
    with pytest.raises(RefusedToken) as error:
        read_claims(claims, now=NOW)
    assert error.value.slug == refused


def test_half_a_second_before_its_end_a_token_is_good_and_at_its_end_it_is_not() -> None:
    claims = GOOD | {"iat": T - 100, "exp": T}
    read_claims(claims, now=NOW - timedelta(milliseconds=500))
    with pytest.raises(RefusedToken, match="expired"):
        read_claims(claims, now=NOW)
