import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import opt_out
from domain.opt_out import Keyword

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
