import pytest

from domain.records import RecordKind
from domain.template_source import InvalidTemplate, check_template, parse_yaml
from domain.templates import Sharing

BOOK = """
key: book-a-call
name: Book a call
record: lead
texts:
  en: "Hi {{ record.first_name | default: 'there' }}, shall we talk?"
  de: "Hallo {{ lead.first_name | default: 'und guten Tag' }}, wollen wir telefonieren?"
"""


def test_a_template_is_read_from_yaml() -> None:
    template = parse_yaml(BOOK)
    assert (template.key, template.name, template.record) == (
        "book-a-call",
        "Book a call",
        RecordKind.LEAD,
    )
    assert (template.default_language, template.sharing) == ("en", Sharing.ORGANISATION)
    assert list(template.texts) == ["en", "de"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param("record.first_name", "record.first_nam",
                     "en, line 1: record.first_nam is not a known field: "
                     "did you mean record.first_name?", id="an unknown field"),
        pytest.param("lead.first_name", "account.name",
                     "de, line 1: account.name is not a known field: did you mean record.name?",
                     id="another kind's field"),
        pytest.param("  de:", "  fr: ''\n  de:", "fr: This has no words", id="an empty variant"),
        pytest.param("record: lead", "record: lead\ndefault_language: es",
                     "The default language es has no words: write them, or choose another",
                     id="no words in the default language"),
        pytest.param("shall we talk", "x" * 1600,
                     "en: This has 1648 characters: a text has at most 1600", id="too long"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_template_is_told_by_language_and_line(
    old: str, new: str, problem: str
) -> None:
    with pytest.raises(InvalidTemplate) as caught:
        parse_yaml(BOOK.replace(old, new))
    assert [str(each) for each in caught.value.problems] == [problem]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("key: [", "This is not YAML"),
        ("- a list", "file: Input should be"),
        (BOOK.replace("texts", "text"), "texts: Field required"),
        (BOOK.replace("book-a-call", "Book"), "key: String should match"),
    ],
)
def test_what_is_no_template_is_refused_with_the_reason(source: str, words: str) -> None:
    with pytest.raises(InvalidTemplate, match=words):
        parse_yaml(source)


def test_a_problem_says_where_in_the_words_it_is() -> None:
    (problem,) = check_template(None, {"en": "Hi\nthere {{ lead.name }}"}, "en")
    assert (problem.language, problem.line, problem.column) == ("en", 2, 10)
