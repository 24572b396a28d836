from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.media import MediaLinks, Medium, file_name, max_bytes, sniff, why_not_sent

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
OURS = UUID("019a2b3c-4d5e-7f60-8a1b-2c3d4e5f6071")
THEIRS = UUID("019a2b3c-4d5e-7f60-8a1b-2c3d4e5f6072")
SHA256 = "ab" * 32
REST = bytes(80)

LINKS = MediaLinks(lambda: b"k" * 32, "https://touchline.example.com")


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        pytest.param(bytes.fromhex("ffd8ffe000104a46494600010100") + REST, "image/jpeg", id="JFIF"),
        pytest.param(bytes.fromhex("ffd8ffe1001845786966") + REST, "image/jpeg", id="a phone's"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + REST, "image/png", id="PNG"),
        pytest.param(b"GIF89a" + REST, "image/gif", id="GIF"),
        pytest.param(b"RIFF\x24\0\0\0WEBPVP8 " + REST, "image/webp", id="WebP"),
        pytest.param(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + REST, "image/heic", id="an iPhone's"),
        pytest.param(b"II*\0" + REST, "image/tiff", id="TIFF"),
        pytest.param(b"#!AMR\n" + REST, "audio/amr", id="a voice memo"),
        pytest.param(b"ID3\x03\0\0\0\0\x0fv" + REST, "audio/mpeg", id="MP3 with a title"),
        pytest.param(b"\xff\xfb\x90\x44" + REST, "audio/mpeg", id="MP3 without one"),
        pytest.param(b"\0\0\0\x18ftypM4A \0\0\0\0M4A isom" + REST, "audio/mp4", id="M4A"),
        pytest.param(b"OggS\0\x02" + REST, "audio/ogg", id="Ogg"),
        pytest.param(b"RIFF\x24\0\0\0WAVEfmt " + REST, "audio/vnd.wave", id="WAV"),
        pytest.param(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + REST, "video/mp4", id="MP4"),
        pytest.param(b"\0\0\0\x18ftyp3gp4\0\0\0\x003gp4" + REST, "video/3gpp", id="3GP"),
        pytest.param(b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + REST, "video/quicktime", id="QuickTime"),
        pytest.param(b"\x1aE\xdf\xa3\x9fB\x86\x81" + REST, "video/webm", id="WebM"),
        pytest.param(b"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n", "text/vcard", id="a contact"),
        pytest.param(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar", id="an invitation"),
        pytest.param(b"%PDF-1.4\n" + REST, "application/pdf", id="PDF"),
    ],
)
def test_what_a_medium_is_its_first_bytes_say(content: bytes, content_type: str) -> None:
    assert sniff(content) == content_type
    assert file_name(content_type)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"Hello Ada, this is no picture.", id="text"),
        pytest.param(b"<!DOCTYPE html><script>alert(1)</script>", id="HTML"),
        pytest.param(b"<html><script>alert(1)</script></html>", id="HTML without a doctype"),
        pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', id="SVG"),
        pytest.param(b'<?xml version="1.0"?><svg></svg>', id="SVG as XML"),
        pytest.param(b"MZ\x90\0" + REST, id="a program"),
        pytest.param(b"PK\x03\x04" + REST, id="an archive, or an office document"),
        pytest.param(b"<script>alert(1)</script>%PDF-1.4", id="HTML that mentions a PDF"),
        pytest.param(b"<script>alert(1)</script>\n%%EOF\n", id="HTML that ends as a PDF does"),
    ],
)
def test_whatever_is_not_known_is_not_kept(content: bytes) -> None:
    assert sniff(content) is None


@pytest.mark.parametrize(
    ("content_type", "limit"),
    [
        ("image/jpeg", 5_000_000),
        ("image/png", 5_000_000),
        ("image/gif", 5_000_000),
        ("image/heic", 500_000),
        ("video/mp4", 500_000),
        ("application/pdf", 500_000),
        ("image/webp", None),
        ("text/html", None),
    ],
)
def test_how_large_a_medium_may_be_depends_on_its_type(
    content_type: str, limit: int | None
) -> None:
    assert max_bytes(content_type) == limit


PICTURE = Medium("image/jpeg", 400_000)


@pytest.mark.parametrize(
    ("media", "why"),
    [
        ([], None),
        ([PICTURE] * 10, None),
        ([PICTURE] * 11, "At most 10 pictures or files can go with one text."),
        ([Medium("image/jpeg", 5_000_000)], None),
        (
            [Medium("image/jpeg", 5_000_001)],
            "A file of the type image/jpeg can have at most 5,000,000 bytes.",
        ),
        (
            [PICTURE, Medium("video/mp4", 500_001)],
            "A file of the type video/mp4 can have at most 500,000 bytes.",
        ),
        ([Medium("image/webp", 10)], "Files of the type image/webp cannot be sent."),
        (
            [Medium("image/jpeg", 2_500_000), Medium("image/png", 2_500_001)],
            "What goes with one text can have at most 5,000,000 bytes together.",
        ),
    ],
)
def test_what_cannot_go_with_one_text_is_told_to_its_author(
    media: list[Medium], why: str | None
) -> None:
    assert why_not_sent(media) == why


def test_a_link_names_the_medium_when_it_ends_and_who_made_it() -> None:
    assert LINKS.url(OURS, SHA256, NOW) == (
        f"https://touchline.example.com/api/v1/media/{OURS}/{SHA256}?expires=1782982800"
        "&signature=9ebf9dc6b61f8187166d9f2e7d28d6af93431a8c38a98bdb989e5f25b002cc44"
    )


@pytest.mark.parametrize(
    ("later", "works"),
    [
        pytest.param(timedelta(), True, id="at once"),
        pytest.param(timedelta(hours=23, minutes=59, seconds=59), True, id="on the next day"),
        pytest.param(timedelta(hours=24), False, id="after 24 hours"),
    ],
)
def test_a_link_works_for_a_day(later: timedelta, works: bool) -> None:
    expires, signature = _parameters(LINKS.url(OURS, SHA256, NOW))
    assert LINKS.is_valid(OURS, SHA256, expires, signature, NOW + later) is works


@pytest.mark.parametrize(
    ("organisation_id", "sha256", "longer", "signed"),
    [
        pytest.param(THEIRS, SHA256, 0, "", id="another organisation's medium"),
        pytest.param(OURS, "cd" * 32, 0, "", id="another medium"),
        pytest.param(OURS, SHA256, 1, "", id="a longer time"),
        pytest.param(OURS, SHA256, 0, "é", id="another signature"),
    ],
)
def test_a_link_that_was_changed_does_not_work(
    organisation_id: UUID, sha256: str, longer: int, signed: str
) -> None:
    expires, signature = _parameters(LINKS.url(OURS, SHA256, NOW))
    assert not LINKS.is_valid(organisation_id, sha256, expires + longer, signature + signed, NOW)


def test_a_link_made_with_another_key_does_not_work() -> None:
    other = MediaLinks(lambda: b"x" * 32, "https://touchline.example.com")
    expires, signature = _parameters(other.url(OURS, SHA256, NOW))
    assert not LINKS.is_valid(OURS, SHA256, expires, signature, NOW)


def _parameters(url: str) -> tuple[int, str]:
    expires, signature = url.partition("?")[2].split("&")
    return int(expires.removeprefix("expires=")), signature.removeprefix("signature=")
