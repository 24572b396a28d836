from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sequence import SequenceDocument, pin
from domain.sequence_source import parse_yaml
from domain.templates import Pinned
from domain.text_policy import RULES, Severity, findings, severities_of, step_findings

ERROR, WARNING = "error", "warning"


def found(
    text: str,
    country: str | None = "US",
    *,
    is_first: bool = True,
    chosen: dict[str, str] | None = None,
) -> dict[str, str]:
    """Return the severity of each rule that the text breaks."""
    each = findings(
        text,
        is_first=is_first,
        country=country,
        organisation_name="Northwind Cycles",
        severities=severities_of(chosen or {}),
    )
    return {finding.rule: finding.severity.value for finding in each}


@pytest.mark.parametrize(
    "way_out",
    [
        "Reply STOP to opt out.",
        "Text STOP to end",
        "Txt stop 2 end",
        "STOP to opt out",
        'Reply "STOP" if you want no more.',
        "Send UNSUBSCRIBE any time.",
        "Reply opt out to leave.",
        "Répondez STOP pour ne plus recevoir de SMS",
        "Envoyez ARRET pour vous désabonner",
        "Antworte mit STOPP, um dich abzumelden.",
        "Antworten Sie STOP",
        "Responde BAJA para no recibir más",
        "Responda SAIR para cancelar",
        "Rispondi STOP per non ricevere altri SMS",
        "Antwoord met STOP om te stoppen",
        "Odpisz STOP",
        "Svara STOPP",
        "回复STOP退订",
        "{{ record.first_name }}: reply STOP",
    ],
)
def test_a_first_text_that_says_how_to_refuse_more_is_fit(way_out: str) -> None:
    assert "first-opt-out" not in found(f"Northwind Cycles here. {way_out}")


@pytest.mark.parametrize(
    "no_way_out",
    [
        "Shall we talk?",
        "Stop by our shop any time.",
        "Reply YES to book.",
        "Reply to this text when you like to end the search for a bike.",
        "Responde para saber más",
        "You are welcome to stop.",
        "{{ record.fields['reply STOP'] }}",
        "",
    ],
)
def test_a_first_text_must_say_how_to_refuse_more(no_way_out: str) -> None:
    assert found(f"Northwind Cycles here. {no_way_out}")["first-opt-out"] == WARNING


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("Hi, this is Northwind Cycles.", True),
        ("Hi, this is NORTHWIND CYCLES.", True),
        ("Hi from {{ organisation.name }}.", True),
        ("Hi from {{organisation.name | upcase}}.", True),
        ("Hi, this is {{ seller.first_name }}.", False),
        ("Hi from {{ organisation.names }}.", False),
        ("Hi from Northwind.", False),
    ],
)
def test_a_first_text_must_say_who_writes(text: str, *, is_named: bool) -> None:
    assert ("first-sender" not in found(text)) is is_named


FIT = "Hi, Northwind Cycles here. Reply STOP to opt out."


@pytest.mark.parametrize(
    ("text", "country", "rules"),
    [
        pytest.param("Hi", "US", {"first-opt-out": WARNING, "first-sender": WARNING}, id="missing"),
        pytest.param("Hi", "DE", {"first-opt-out": WARNING, "first-sender": WARNING}, id="in Germany"),
        pytest.param("Hi", "JP", {}, id="a country without such a law"),
        pytest.param("Hi", None, {"first-opt-out": WARNING, "first-sender": WARNING},
                     id="nobody knows the country"),
        pytest.param(f"{FIT} bit.ly/x", "US", {"public-shortener": ERROR}, id="American carriers"),
        pytest.param(f"{FIT} bit.ly/x", "DE", {"public-shortener": WARNING}, id="other carriers"),
        pytest.param(f"{FIT} bit.ly/x", None, {"public-shortener": WARNING}, id="any carrier"),
        pytest.param(f"{FIT} HTTPS://WWW.TinyURL.com/abc", "CA", {"public-shortener": ERROR},
                     id="however a link is written"),
        pytest.param(f"{FIT} https://orbit.ly/x", "US", {}, id="another domain"),
        pytest.param(f"{FIT} https://bit.ly.example.org/x", "US", {}, id="a domain below another"),
        pytest.param(f"{FIT} https://t.com/x", "US", {}, id="t.co is not t.com"),
        pytest.param("NORTHWIND CYCLES SALE TODAY! REPLY STOP TO OPT OUT.", "US",
                     {"shouting": WARNING}, id="shouting"),
        pytest.param("NORTHWIND CYCLES. Text STOP to leave, or come and see us.", "US", {},
                     id="capitals here and there"),
        pytest.param(FIT + " x" * 250, "US", {"long": WARNING}, id="four segments"),
        pytest.param(FIT + "{{ record.first_name | default: 'somebody' }}" * 20, "US", {},
                     id="long placeholders alone"),
    ],
)  # fmt: skip
def test_what_a_text_breaks_depends_on_where_it_goes(
    text: str, country: str | None, rules: dict[str, str]
) -> None:
    assert found(text, country) == rules


def test_a_later_text_need_not_introduce_itself() -> None:
    assert found("Shall we talk?", is_first=False) == {}
    assert found("See bit.ly/x", is_first=False) == {"public-shortener": ERROR}


@pytest.mark.parametrize(
    ("text", "country", "chosen", "rules"),
    [
        ("Hi", "US", {"first-opt-out": "error"}, {"first-opt-out": ERROR, "first-sender": WARNING}),
        ("Hi", "US", {"first-opt-out": "off", "first-sender": "off"}, {}),
        ("Hi", None, {"first-opt-out": "error", "first-sender": "off"}, {"first-opt-out": WARNING}),
        ("Hi", "JP", {"first-opt-out": "error"}, {}),
        (f"{FIT} bit.ly/x", "DE", {"public-shortener": "error"}, {"public-shortener": ERROR}),
        (f"{FIT} bit.ly/x", "US", {"public-shortener": "off"}, {}),
    ],
)
def test_an_organisation_chooses_how_much_a_rule_matters(
    text: str, country: str | None, chosen: dict[str, str], rules: dict[str, str]
) -> None:
    assert found(text, country, chosen=chosen) == rules


def test_a_finding_shows_the_place_that_is_wrong() -> None:
    text = "Look: https://bit.ly/abc now"
    (finding,) = findings(text, is_first=False, country="US", organisation_name="N", severities={})
    assert finding.start is not None
    assert text[finding.start : finding.end] == "https://bit.ly/abc"


def test_what_lacks_has_no_place() -> None:
    each = findings("Hi", is_first=True, country="US", organisation_name="N", severities={})
    assert [(finding.start, finding.end) for finding in each] == [(None, None), (None, None)]


def test_every_rule_says_where_it_comes_from() -> None:
    assert all(rule.source and rule.message.endswith(".") for rule in RULES)


def test_what_is_stored_of_a_rule_that_is_no_more_is_not_read() -> None:
    assert severities_of({"long": "off", "gone": "error"}) == {"long": Severity.OFF}


@given(st.text(max_size=80), st.sampled_from(["US", "DE", "JP", None]))
def test_any_text_is_judged(text: str, country: str | None) -> None:
    each = findings(text, is_first=True, country=country, organisation_name="N", severities={})
    assert len({finding.rule for finding in each}) == len(each)


SEQUENCE = """
key: welcome
name: Welcome
steps:
  - {id: hello, type: automated_text, text: "Hi from {{ organisation.name }}. Reply STOP to opt out."}
  - {id: book, type: manual_text, template: book}
"""


def _document(**texts: str) -> SequenceDocument:
    pinned = Pinned(template_id=UUID(int=1), default="en", texts=texts)
    return pin(parse_yaml(SEQUENCE), {"book": pinned})


def _judged(
    document: SequenceDocument, *countries: str, chosen: dict[str, str] | None = None
) -> list[tuple[str, str | None, str | None, str, str]]:
    return [
        (each.step_id, each.language, each.country, each.finding.rule, each.finding.severity.value)
        for each in step_findings(
            document,
            countries=countries,
            organisation_name="Northwind",
            severities=severities_of(chosen or {}),
        )
    ]


def test_a_sequence_whose_first_text_says_everything_is_fit() -> None:
    assert _judged(_document(en="Shall we talk?"), "US", "DE") == []


def test_each_variant_of_a_template_is_looked_at_for_every_country() -> None:
    document = _document(en="Shall we talk?", de="Siehe bit.ly/x")
    assert _judged(document, "DE", "US") == [("book", "de", "US", "public-shortener", ERROR)]
    assert _judged(document, "DE") == [("book", "de", "DE", "public-shortener", WARNING)]
    assert _judged(document) == [("book", "de", None, "public-shortener", WARNING)]


def test_what_a_first_text_lacks_is_told_once_for_all_countries() -> None:
    document = parse_yaml("{key: a, name: A, steps: [{id: hello, type: automated_text, text: Hi}]}")
    assert _judged(document, "US", "DE", "JP", chosen={"first-sender": "off"}) == [
        ("hello", None, "DE", "first-opt-out", WARNING)
    ]
    strict = {"first-sender": "off", "first-opt-out": "error"}
    assert _judged(document, "US", chosen=strict) == [("hello", None, "US", "first-opt-out", ERROR)]
    assert _judged(document, "JP") == []
