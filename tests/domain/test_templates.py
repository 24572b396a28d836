import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.templates import Language, SegmentRange, choose, range_of, reply_rate

VARIANTS = {"en": "Hello", "de": "Hallo", "pt-br": "Oi", "pt-pt": "Olá", "zh-hant": "你好"}


@pytest.mark.parametrize(
    ("language", "chosen"),
    [
        pytest.param("de", ("de", "Hallo"), id="the language itself"),
        pytest.param("de-at", ("de", "Hallo"), id="its primary part"),
        pytest.param("pt-ao", ("pt-br", "Oi"), id="another variant of the same language"),
        pytest.param("pt", ("pt-br", "Oi"), id="variants of regions only"),
        pytest.param("pt-pt", ("pt-pt", "Olá"), id="the region before the alphabet"),
        pytest.param("zh-hans", ("zh-hant", "你好"), id="another script is nearer than English"),
        pytest.param("fr", ("en", "Hello"), id="a language there is not: the default"),
        pytest.param(None, ("en", "Hello"), id="nobody knows the language: the default"),
        pytest.param("d", ("en", "Hello"), id="the beginning of a language is none"),
    ],
)
def test_a_record_gets_the_variant_nearest_to_its_language(
    language: str | None, chosen: tuple[str, str]
) -> None:
    assert choose(VARIANTS, "en", language) == chosen


@given(
    st.dictionaries(st.sampled_from(["en", "de", "pt", "pt-br"]), st.text(), min_size=1),
    st.none() | st.sampled_from(["en", "de", "de-at", "pt", "pt-ao", "fr"]),
)
def test_everybody_gets_some_variant(variants: dict[str, str], language: str | None) -> None:
    default = min(variants)
    tag, words = choose(variants, default, language)
    assert variants[tag] == words


@pytest.mark.parametrize("tag", ["en", "de", "pt-br", "fil", "zh-hant", "es-419"])
def test_a_language_is_a_tag_in_lower_case(tag: str) -> None:
    assert TypeAdapter(Language).validate_python(tag) == tag


@pytest.mark.parametrize("tag", ["", "e", "EN", "en_us", "en-", "english", "en-us-x", "zh-hantxxx"])
def test_what_is_no_tag_is_refused(tag: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Language).validate_python(tag)


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        ([1, 1, 3, 2, None, None], SegmentRange(least=1, usual=1, most=3, unfilled=2)),
        ([2], SegmentRange(least=2, usual=2, most=2, unfilled=0)),
        ([None], SegmentRange(least=None, usual=None, most=None, unfilled=1)),
        ([], SegmentRange(least=None, usual=None, most=None, unfilled=0)),
    ],
)
def test_the_range_of_segments_tells_what_a_text_usually_costs(
    segments: list[int | None], expected: SegmentRange
) -> None:
    assert range_of(segments) == expected


@pytest.mark.parametrize(
    ("uses", "replied", "rate"), [(0, 0, None), (19, 19, None), (20, 5, 0.25), (200, 0, 0.0)]
)
def test_a_reply_rate_needs_twenty_uses(uses: int, replied: int, rate: float | None) -> None:
    assert reply_rate(uses, replied) == rate
