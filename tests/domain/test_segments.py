import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import segments
from domain.segments import Segments, is_blank

GSM_7_TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        pytest.param("", "GSM-7", 0, 0, id="nothing"),
        pytest.param("a" * 160, "GSM-7", 160, 1, id="the longest single GSM-7 text"),
        pytest.param("a" * 161, "GSM-7", 161, 2, id="one more"),
        pytest.param("a" * 306, "GSM-7", 306, 2, id="two full parts"),
        pytest.param("a" * 307, "GSM-7", 307, 3, id="one more than two parts"),
        pytest.param("€" * 80, "GSM-7", 160, 1, id="escaped characters cost two"),
        pytest.param("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3, id="an escape is not cut"),
        pytest.param("^{}\\[~]|€", "GSM-7", 18, 1, id="the extension table"),
        pytest.param("\f", "GSM-7", 2, 1, id="the form feed"),
        pytest.param(GSM_7_TABLE, "GSM-7", 127, 1, id="the basic table"),
        pytest.param("你" * 70, "UCS-2", 70, 1, id="the longest single UCS-2 text"),
        pytest.param("你" * 71, "UCS-2", 71, 2, id="one more in UCS-2"),
        pytest.param("a" * 68 + "😀", "UCS-2", 70, 1, id="an emoji costs two"),
        pytest.param("a" * 69 + "😀", "UCS-2", 71, 2, id="an emoji beyond the end"),
        pytest.param("😀" * 36, "UCS-2", 72, 2, id="only emoji"),
        pytest.param("你" * 66 + "😀" + "你" * 66, "UCS-2", 134, 3, id="a pair is not cut"),
        pytest.param("👨\u200d👩\u200d👧", "UCS-2", 8, 1, id="a family of three"),
        pytest.param("a" * 1530, "GSM-7", 1530, 10, id="ten GSM-7 parts"),
        pytest.param("a" * 1600, "GSM-7", 1600, 11, id="the longest GSM-7 text"),
        pytest.param("你" * 670, "UCS-2", 670, 10, id="ten UCS-2 parts"),
        pytest.param("你" * 1600, "UCS-2", 1600, 24, id="the longest UCS-2 text"),
        pytest.param("e\u0301", "GSM-7", 1, 1, id="a decomposed accent is composed first"),
    ],
)
def test_a_text_costs_what_carriers_charge(
    text: str, encoding: str, units: int, parts: int
) -> None:
    counted = segments.count(text)
    assert (counted.encoding, counted.units, counted.segments) == (encoding, units, parts)


@pytest.mark.parametrize(
    ("text", "forced_by"),
    [
        ("Hello", None),
        ("It’s fine – really", "’"),
        ("20 – 30", "–"),
        ("wait…", "…"),
        ("ça va", "ç"),
        ("ÇA VA", None),
        ("mañana, así", "í"),
        ("a\u00a0b", "\u00a0"),
        ("tab\there", "\t"),
        ("`code`", "`"),
        ("ok 😀", "😀"),
    ],
)
def test_the_first_character_that_makes_a_text_dear_is_named(
    text: str, forced_by: str | None
) -> None:
    assert segments.count(text).forced_by == forced_by


def test_a_count_says_all_of_it() -> None:
    assert segments.count("Grüße 👋") == Segments(
        "UCS-2", units=8, segments=1, forced_by="👋", forced_at=6
    )


@given(st.text(alphabet=st.sampled_from("ab€^你😀é"), max_size=400), st.sampled_from("a€你😀"))
def test_a_longer_text_never_costs_less(text: str, more: str) -> None:
    assert segments.count(text + more).segments >= segments.count(text).segments


@given(st.text(max_size=300))
def test_every_segment_is_within_its_limit(text: str) -> None:
    counted = segments.count(text)
    alone, joined = (160, 153) if counted.encoding == "GSM-7" else (70, 67)
    if counted.segments <= 1:
        assert counted.units <= alone
    else:
        # A segment closes at most one unit early, so that nothing is cut.
        assert joined * counted.segments >= counted.units
        assert (joined - 1) * (counted.segments - 1) < counted.units


@given(st.text(max_size=100))
def test_the_count_is_that_of_the_normalised_text(text: str) -> None:
    assert segments.count(unicodedata.normalize("NFD", text)) == segments.count(
        segments.normalise(text)
    )


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("plain", None, id="nothing"),
        pytest.param("\u2026", 0, id="the first character"),
        pytest.param("wait\u2026 \u201cnow\u201d", 4, id="the first of several"),
        pytest.param("e\u0301\u00e1", 1, id="counted after normalising"),
    ],
)
def test_the_character_that_forces_ucs_2_is_pointed_at(text: str, at: int | None) -> None:
    assert segments.count(text).forced_at == at


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("Hello", 1, id="nothing to leave out"),
        pytest.param("a" * 160 + "😀", 1, id="one character left out"),
        pytest.param("a" * 161 + "😀", 2, id="too long without it as well"),
        pytest.param("😀", 1, id="nothing left is a text as well"),
    ],
)
def test_what_a_text_would_cost_without_the_characters_that_make_it_dear(
    text: str, parts: int
) -> None:
    assert segments.count_in_gsm_7(text) == parts


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\u200b", " \u200b ", "\ufeff\u2060", "\xa0\u2003", "\xad"]
)
def test_a_text_of_nothing_that_can_be_seen_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["a", ".", "\u200b👩‍👩‍👧", "\u200fשלום", "می\u200cخواهم"])
def test_a_text_with_anything_to_see_is_not_blank(text: str) -> None:
    assert not is_blank(text)
