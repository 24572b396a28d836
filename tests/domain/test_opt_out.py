from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import opt_out
from domain.opt_out import Keyword
from domain.opt_out_words import ONLY_ALONE, STOP_PHRASES
from tests.domain import opt_out_corpus

PER_SE = ["stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"]


@pytest.mark.parametrize("word", PER_SE)
def test_the_words_that_the_law_names_withdraw_consent(word: str) -> None:
    assert opt_out.read(word) is Keyword.STOP


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop.",
        "Stop!!",
        " stop \n",
        '"STOP"',
        "s.t.o.p.",
        "ＳＴＯＰ",
        "stop\u200b",
        "🛑 stop",
        "STOPALL",
        "stop all",
        "Opt-Out",
        "OPTOUT",
        "REMOVE",
        "Stop please",
        "please stop",
        "ok, stop now thanks",
        "STOP STOP STOP",
        "STOP 12345",
        "Stop texting me",
        "Please stop sending me these messages!",
        "don't text me",
        "Don’t text me again!!",
        "do not contact me anymore",
        "I don't want any more texts from you",
        "I no longer wish to receive these messages",
        "No more texts please",
        "Remove me from your list",
        "take me off this list",
        "delete my number",
        "unsubscribe me",
        "opt me out",
        "I want to opt out",
        "I revoke my consent",
        "leave me alone",
    ],
)
def test_any_reasonable_refusal_withdraws_consent(text: str) -> None:
    assert opt_out.read(text) is Keyword.STOP


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Arrêt", id="fr"),
        pytest.param("ARRET", id="fr, without accent"),
        pytest.param("arre\u0302t svp", id="fr, decomposed"),
        pytest.param("Se désabonner", id="fr, unsubscribe"),
        pytest.param("BAJA", id="es"),
        pytest.param("¡No más!", id="es, no more"),
        pytest.param("alto por favor", id="es, please"),
        pytest.param("STOPP", id="de"),
        pytest.param("Bitte abmelden", id="de, unsubscribe"),
        pytest.param("Aufhören!", id="de, with umlaut"),
        pytest.param("Annulla", id="it"),
        pytest.param("Disiscrivimi, grazie", id="it, unsubscribe"),
        pytest.param("SAIR", id="pt"),
        pytest.param("Não quero mais mensagens", id="pt, no more messages"),
        pytest.param("Afmelden", id="nl"),
        pytest.param("Geen berichten meer", id="nl, no more messages"),
    ],
)
def test_a_refusal_is_understood_in_other_languages(text: str) -> None:
    assert opt_out.read(text) is Keyword.STOP


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "👍",
        "?!",
        "No",
        "No thanks",
        "Not interested",
        "Wrong number",
        "I'll stop by at five",
        "Can we stop by on Monday?",
        "stop by 5",
        "Don't stop!",
        "Stop! In the name of love",
        "End of the month works",
        "I quit smoking",
        "Please cancel my appointment on Friday",
        "Remove the second item",
        "Don't text me, call me",
        "don't send the contract by text",
        "I don't get texts at work",
        "never mind",
        "Nonstop",
        "12345",
    ],
)
def test_an_ordinary_answer_is_part_of_the_conversation(text: str) -> None:
    assert opt_out.read(text) is None


@pytest.mark.parametrize("text", ["START", "start.", "Unstop", "UNSTOP!"])
def test_start_and_unstop_give_consent_back(text: str) -> None:
    assert opt_out.read(text) is Keyword.START


@pytest.mark.parametrize(
    "text",
    ["yes", "YES", "Yes please", "ok", "sí", "start tomorrow", "please start", "don't start"],
)
def test_a_plain_yes_does_not_give_consent_back(text: str) -> None:
    assert opt_out.read(text) is None


@pytest.mark.parametrize("text", ["HELP", "help!", "Info", "AIDE", "ayuda", "Hilfe"])
def test_help_asks_for_help(text: str) -> None:
    assert opt_out.read(text) is Keyword.HELP


@pytest.mark.parametrize("text", ["Can you help?", "help me choose", "more info on pricing"])
def test_a_question_for_help_with_something_goes_to_the_seller(text: str) -> None:
    assert opt_out.read(text) is None


@given(
    st.sampled_from(PER_SE),
    st.text(alphabet=" .,!?-*\n\t\"'’…🛑🙏\u200b", max_size=6),
    st.text(alphabet=" .,!?-*\n\t\"'’…🛑🙏\u200b", max_size=6),
    st.booleans(),
)
def test_case_punctuation_and_emoji_never_save_a_refusal(
    word: str, before: str, after: str, loud: bool
) -> None:
    text = before + (word.upper() if loud else word) + after
    assert opt_out.read(text) is Keyword.STOP


@given(st.text(max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    assert opt_out.read(text) in {None, *Keyword}


def _cases(corpus: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    return [(language, text) for language, texts in corpus.items() for text in texts]


@pytest.mark.parametrize(("language", "text"), _cases(opt_out_corpus.STOP))
def test_a_refusal_is_heard_in_each_language(language: str, text: str) -> None:
    assert opt_out.read(text) is Keyword.STOP


@pytest.mark.parametrize(("language", "text"), _cases(opt_out_corpus.UNCLEAR))
def test_what_may_be_a_refusal_is_asked_about(language: str, text: str) -> None:
    assert opt_out.read(text) is Keyword.UNCLEAR


@pytest.mark.parametrize(("language", "text"), _cases(opt_out_corpus.CONVERSATION))
def test_nobody_is_asked_about_an_ordinary_text(language: str, text: str) -> None:
    assert opt_out.read(text) is None


def _phrases(phrases: str) -> list[str]:
    return [phrase.strip() for phrase in phrases.split(",")]


_ALL_STOP = [each for phrases in STOP_PHRASES.values() for each in _phrases(phrases)]
_ALONE = set(_phrases(ONLY_ALONE))


@given(
    st.sampled_from(_ALL_STOP),
    st.sampled_from(["", "!", ".", "…", " 🙏", "🛑", " 12345", " please", " thanks", " bitte"]),
    st.sampled_from([str, str.upper, str.title]),
)
def test_a_word_that_refuses_alone_is_never_missed(
    phrase: str, after: str, write: Callable[[str], str]
) -> None:
    assert opt_out.read(write(phrase) + after) is Keyword.STOP


@given(
    st.sampled_from([each for each in _ALL_STOP if each not in _ALONE]),
    st.lists(
        st.sampled_from(["maybe", "tomorrow", "green", "lamp", "seven", "window"]), min_size=1
    ),
    st.lists(
        st.sampled_from(["maybe", "tomorrow", "green", "lamp", "seven", "window"]), min_size=1
    ),
)
def test_a_word_that_refuses_is_at_least_asked_about_inside_a_sentence(
    phrase: str, before: list[str], after: list[str]
) -> None:
    text = " ".join([*before, phrase, *after])
    assert opt_out.read(text) in (Keyword.STOP, Keyword.UNCLEAR)


@pytest.mark.parametrize(
    "text",
    ["stop " * 2000, "dont want to get texts " * 450, "no more of these " * 600, "не хочу " * 1200],
)
def test_a_very_long_text_is_read_all_the_same(text: str) -> None:
    assert opt_out.read(text) in (None, *Keyword)


@pytest.mark.parametrize("text", ["YES", "Yes!", "ok", "Sí", "да", "是"])
def test_a_providers_start_for_a_plain_yes_gives_nothing_back(text: str) -> None:
    assert opt_out.heard(text, Keyword.START) is None


@pytest.mark.parametrize(
    ("text", "provider", "expected"),
    [
        ("START", None, Keyword.START),
        ("resume please", Keyword.START, Keyword.START),
        ("hello", Keyword.STOP, Keyword.STOP),
        ("START", Keyword.STOP, Keyword.STOP),
        ("STOP", Keyword.START, Keyword.STOP),
        ("why are you texting me", Keyword.START, Keyword.UNCLEAR),
        ("hello", Keyword.HELP, Keyword.HELP),
        ("hello", None, None),
    ],
)
def test_a_stop_counts_whoever_heard_it(
    text: str, provider: Keyword | None, expected: Keyword | None
) -> None:
    assert opt_out.heard(text, provider) is expected
