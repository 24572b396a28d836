from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import placeholders
from domain.placeholders import PlaceholderProblem, UnfilledPlaceholder, known_fields
from domain.records import RecordKind

ANY = known_fields(None)

VALUES: dict[str, object] = {
    "record": {
        "first_name": "Ada",
        "last_name": None,
        "phone": "+12025550143",
        "country": " ",
        "fields": {"plan": "Gold & <Silver>", "seats": 0, "Renewal date": "May"},
    },
    "seller": {"first_name": "Sam", "last_name": "Lee", "email": "sam@example.com"},
    "organisation": {"name": "Contoso"},
}


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("Hi {{ record.first_name }}, this is {{seller.first_name}}", "Hi Ada, this is Sam"),
        ("Hi {{ record.last_name | default: 'there' }}", "Hi there"),
        ("Hi {{ record.country | default: 'there' }}", "Hi there"),
        ("Hi {{ record.region | default: 'there' }}", "Hi there"),
        ("Hi {{ record.last_name | capitalize | default: 'there' }}", "Hi there"),
        ("Hi {{ record.last_name | default: record.first_name }}", "Hi Ada"),
        ("{{ record.fields.plan }}", "Gold & <Silver>"),
        ("{{ record.fields.seats }}", "0"),
        ("{{ record.fields['Renewal date'] | upcase }}", "MAY"),
        ("{% if record.last_name %}Dear {{ record.last_name }}{% else %}Hi{% endif %}!", "Hi!"),
        ("{% if record.country %}in{% else %}out{% endif %}", "out"),
        ("{% if record.fields.seats == 0 %}none{% endif %}", "none"),
        ("  Two\n\nlines \t", "  Two\n\nlines \t"),
        ("{% if seller.email %}\n{% endif %}.", "\n."),
        ("100% {off} }} {now}", "100% {off} }} {now}"),
        ("", ""),
    ],
)
def test_a_text_is_filled_from_the_record_the_seller_and_the_organisation(
    text: str, rendered: str
) -> None:
    assert placeholders.check(text, ANY) == []
    assert placeholders.render(text, VALUES) == rendered


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("Hi {{ record.region }}", "record.region", id="missing"),
        pytest.param("Hi {{ record.last_name }}", "record.last_name", id="none"),
        pytest.param("Hi {{ record.country }}", "record.country", id="blank"),
        pytest.param("{{ record.last_name | upcase }}", "record.last_name", id="filtered"),
        pytest.param("{{ record.region | default: '' }}", "record.region", id="a blank default"),
        pytest.param("{{ record.region | default: record.country }}", "record.region",
                     id="a default that has no value either"),
        pytest.param("{{ record.fields.colour }}", "record.fields.colour", id="a custom field"),
        pytest.param("{% if seller.email %}{{ record.region }}{% endif %}", "record.region",
                     id="inside an if"),
    ],
)  # fmt: skip
def test_a_placeholder_without_value_and_default_keeps_the_text_from_going_out(
    text: str, name: str
) -> None:
    with pytest.raises(UnfilledPlaceholder) as unfilled:
        placeholders.render(text, VALUES)
    assert unfilled.value.name == name
    assert str(unfilled.value) == f"The placeholder {name} has no value and no default."


def test_a_text_is_filled_in_as_far_as_it_can_be_and_the_rest_stays_to_be_seen() -> None:
    text = "Hi {{ record.first_name }}, your {{ record.fields.colour | upcase }} one? {{ record.region }}"
    filled, missing = placeholders.fill(text, VALUES)
    assert filled == "Hi Ada, your {{ record.fields.colour | upcase }} one? {{ record.region }}"
    assert missing == ["record.fields.colour", "record.region"]
    assert placeholders.fill("Hi {{ record.first_name }}", VALUES) == ("Hi Ada", [])


def test_a_side_of_an_if_that_is_not_taken_needs_no_values() -> None:
    text = "{% if record.last_name %}{{ record.last_name }}{% else %}you{% endif %}"
    assert placeholders.render(text, VALUES) == "you"


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        (
            "Hi {{ record.first_nam }}",
            "record.first_nam",
            "record.first_nam is not a known field: did you mean record.first_name?",
        ),
        (
            "Hi {{ first_name }}",
            "first_name",
            "first_name is not a known field: did you mean record.first_name?",
        ),
        (
            "Hi {{ recrod.first_name | default: 'x' }}",
            "recrod.first_name",
            "recrod.first_name is not a known field: did you mean record.first_name?",
        ),
        (
            "{{ record.fields }}",
            "record.fields",
            "record.fields is not a known field: did you mean record.fields.<name>?",
        ),
        (
            "{{ record.first_name | default: selller.email }}",
            "selller.email",
            "selller.email is not a known field: did you mean seller.email?",
        ),
        (
            "{% if record.phonee == '1' %}x{% endif %}",
            "record.phonee",
            "record.phonee is not a known field: did you mean record.phone?",
        ),
        (
            "{{ record[seller.email] }}",
            "record[seller.email]",
            "record[seller.email] is not a known field: did you mean seller.email?",
        ),
        (
            "{{ now }}",
            "now",
            "now is not a known field: there are record.name, record.first_name, record.last_name, "
            "record.phone, record.country, record.region, record.language, record.fields.<name>, "
            "seller.first_name, seller.last_name, seller.email, organisation.name",
        ),
        (
            "{{ record.first_name | reverse }}",
            "reverse",
            "reverse is not a known filter: there are capitalize, default, downcase, strip, upcase",
        ),
    ],
)
def test_an_unknown_name_is_found_before_anything_is_sent(
    text: str, name: str, message: str
) -> None:
    problems = placeholders.check(text, ANY)
    assert [(problem.name, problem.message) for problem in problems] == [(name, message)]


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("{% for i in (1..9) %}x{% endfor %}", "for"),
        ("{% include 'secrets' %}", "include"),
        ("{% render 'secrets' %}", "render"),
        ("{% assign x = 'y' %}", "assign"),
        ("{% liquid\nassign x = 'y' %}", "liquid"),
        ("{% increment x %}", "increment"),
    ],
)
def test_a_text_cannot_loop_include_or_keep_variables(text: str, tag: str) -> None:
    message = f"{{% {tag} %}} cannot be used in a text: there are placeholders and if"
    assert placeholders.check(text, ANY) == [PlaceholderProblem(message, tag, 1, 4)]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("Hi {{ record.first_name", 1, 4),
        ("Hi\nthere {{ record.first_name 'x' }}", 2, 28),
        ("Hi {{ first name }}", 1, 13),
        ("{% if record.phone %}x", None, None),
        ("Hi {{ }}", None, None),
    ],
)
def test_a_text_that_cannot_be_read_says_where_and_how_to_write_it(
    text: str, line: int | None, column: int | None
) -> None:
    (problem,) = placeholders.check(text, ANY)
    assert (problem.line, problem.column, problem.name) == (line, column, None)
    assert problem.message.endswith("like {{ record.first_name | default: 'there' }}")
    with pytest.raises(ValueError, match="This cannot be read"):
        placeholders.render(text, VALUES)


def test_all_unknown_names_are_reported_with_their_places_in_the_order_of_the_text() -> None:
    problems = placeholders.check(
        "Hi {{ record.nam }},\n{{ seller.mail }} {{ record.nam | shout }}", ANY
    )
    assert [(problem.name, problem.line, problem.column) for problem in problems] == [
        ("record.nam", 1, 7),
        ("seller.mail", 2, 4),
        ("record.nam", 2, 22),
        ("shout", 2, 35),
    ]


def test_the_fields_that_are_allowed_can_be_chosen() -> None:
    allowed = {"record": ["first_name", "fields.plan"]}
    assert placeholders.check("{{ record.fields.plan }}", allowed) == []
    (problem,) = placeholders.check("{{ record.fields.seats }}", allowed)
    assert problem.name == "record.fields.seats"


@given(st.text(alphabet=st.sampled_from("ab {}%|.:'\"\nrecord seller"), max_size=60))
def test_any_text_is_either_checked_or_explained(text: str) -> None:
    problems = placeholders.check(text, ANY)
    assert all(problem.message for problem in problems)
    if not problems:
        with suppress(UnfilledPlaceholder):
            placeholders.render(text, VALUES)


@given(st.text(min_size=1).filter(lambda name: bool(name.strip())))
def test_a_value_is_copied_as_it_is(name: str) -> None:
    values = {"record": {"first_name": name}}
    assert placeholders.render("Hi {{ record.first_name }}!", values) == f"Hi {name}!"


@pytest.mark.parametrize(
    ("kind", "roots"),
    [
        (None, {"record", "seller", "organisation"}),
        (RecordKind.LEAD, {"record", "lead", "seller", "organisation"}),
        (RecordKind.CONTACT, {"record", "contact", "account", "seller", "organisation"}),
        (RecordKind.OPPORTUNITY,
         {"record", "opportunity", "contact", "account", "seller", "organisation"}),
        (RecordKind.ACCOUNT, {"record", "account", "seller", "organisation"}),
    ],
)  # fmt: skip
def test_a_text_may_name_its_kind_of_record_and_what_such_a_record_belongs_to(
    kind: RecordKind | None, roots: set[str]
) -> None:
    assert set(known_fields(kind)) == roots


def test_a_text_about_leads_cannot_name_an_account() -> None:
    (problem,) = placeholders.check("{{ account.name }}", known_fields(RecordKind.LEAD))
    assert problem.message == "account.name is not a known field: did you mean record.name?"
    assert placeholders.check("{{ account.name }}", known_fields(RecordKind.CONTACT)) == []


def test_a_record_that_belongs_to_no_account_gets_the_default() -> None:
    text = "{{ account.name | default: 'your company' }}"
    assert placeholders.render(text, {"account": None}) == "your company"
    assert placeholders.render(text, {}) == "your company"


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Hi {{ record.first_name }}", []),
        ("{{ record.region }} {{ record.last_name | upcase }} {{ record.region }}",
         ["record.region", "record.last_name"]),
        ("{{ record.region | default: 'x' }}", []),
        ("{% if record.region %}{{ record.country }}{% endif %}", []),
    ],
)  # fmt: skip
def test_every_placeholder_without_a_value_is_named_once(text: str, missing: list[str]) -> None:
    assert placeholders.unfilled(text, VALUES) == missing
