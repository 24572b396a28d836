from collections.abc import Mapping

import pytest

from channels.credentials import checked, checked_base_url, completed
from channels.errors import InvalidCredentials
from channels.interface import Channel, CredentialField

USER = CredentialField("user", "User name", is_secret=False, is_required=True)
TOKEN = CredentialField("token", "Token", is_secret=True, is_required=False)
DRAWN = CredentialField("path", "Path", is_secret=True, is_required=False, is_generated=True)


class Pigeon:
    """A provider that only has a form to fill in."""

    name = "pigeon"
    label = "Pigeon Post"
    credential_fields = (USER, TOKEN)
    needs_base_url = False

    def knows_code(self, code: str) -> bool:
        return False

    def open(
        self, credentials: Mapping[str, str], api_base_url: str | None, timeout_seconds: float
    ) -> Channel:
        raise NotImplementedError


def test_every_field_is_there_trimmed_or_empty() -> None:
    assert checked(Pigeon(), {"user": " ada\n"}) == {"user": "ada", "token": ""}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "The User name is missing."),
        ({"user": " "}, "The User name is missing."),
        ({"user": "ada", "wing": "x"}, "Pigeon Post has no credential called wing."),
        ({"wing": "x", "beak": "y"}, "Pigeon Post has no credential called beak, wing."),
    ],
)
def test_a_form_that_cannot_be_right_is_refused_by_the_fields_label(
    given: dict[str, str], words: str
) -> None:
    with pytest.raises(InvalidCredentials) as refused:
        checked(Pigeon(), given)
    assert str(refused.value) == words


def test_what_is_ours_to_draw_is_drawn_once_and_differs_each_time() -> None:
    first = completed((USER, DRAWN), {"user": "ada"})
    second = completed((USER, DRAWN), {"user": "ada", "path": ""})
    assert first["user"] == "ada"
    assert len(first["path"]) == 32
    assert first["path"] != second["path"]
    assert completed((USER, DRAWN), first) == first


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" https://a.example.org/ ", "https://a.example.org"),
        ("http://127.0.0.1:8420", "http://127.0.0.1:8420"),
        ("https://a.example.org/edge//", "https://a.example.org/edge"),
    ],
)
def test_a_base_url_is_kept_without_its_last_slash(typed: str, address: str) -> None:
    assert checked_base_url(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "a.example.org",
        "ftp://a.example.org",
        "https://",
        "https://a.example.org:x",
        "https://a.example.org:65536",
        "https://me:x@a.example.org",
        "https://a.example.org/?q=1",
        "https://a.example.org/#top",
    ],
)
def test_a_base_url_that_cannot_be_right_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(InvalidCredentials) as refused:
        checked_base_url(typed)
    assert "example.org" not in str(refused.value)
