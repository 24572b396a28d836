"""Does an inbound text withdraw consent, give it back, or ask for help?

Consent may be withdrawn by any reasonable means: 47 CFR 64.1200(a)(10) names stop, quit, end,
revoke, opt out, cancel and unsubscribe, and counts other words that a reasonable person would
understand. So we read more than the providers do ("Stop please", "STOP 12345", "don't text me"),
but only when the whole text says it: "I'll stop by at five" is a conversation, and a person reads
it. To stop by mistake is undone by one word; to text on after a refusal is not.

Coming back is read narrowly. A plain "yes" answers a question, so it lifts nothing, although some
providers let it lift their own block.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Final


class Keyword(StrEnum):
    STOP = "stop"
    START = "start"
    HELP = "help"


def read(text: str) -> Keyword | None:
    """Return what the whole of `text` asks for, or None for a text that is part of a conversation.

    Case, accents, punctuation, emoji and blanks do not matter. Source: see the module.
    """
    words = _words(text)
    compact = "".join(words)
    if compact in _START:
        return Keyword.START
    if compact in _HELP:
        return Keyword.HELP
    return Keyword.STOP if _is_refusal(words) else None


def _is_refusal(words: list[str]) -> bool:
    said = [word for word in words if word not in _COURTESY]
    if said[:1] == ["stop"]:
        # "STOP 12345" repeats the number it was sent to; "STOP STOP" insists.
        said = ["stop", *(word for word in said[1:] if word != "stop" and not word.isdigit())]
    return "".join(said) in _STOP or _REFUSAL.fullmatch(" ".join(said)) is not None


def _words(text: str) -> list[str]:
    """Split into words of lower-case letters and digits; "don't" is one word, "opt-out" two."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in letters if not unicodedata.combining(c) and c not in "'’ʼ`´")
    return re.findall(r"[^\W_]+", letters)


def _compact(phrases: str) -> frozenset[str]:
    return frozenset("".join(_words(phrase)) for phrase in phrases.split(","))


_STOP_PHRASES: Final = {
    # The law's words (above); stop all, opt out: Twilio; remove: AWS End User Messaging.
    "en": "stop, stop all, stop it, end, quit, revoke, opt out, opt me out, cancel, unsubscribe, "
    "unsub, remove, remove me",
    # ARRET: Canadian carriers, Twilio, AWS. The other words of this and the languages below are
    # what stop, end, quit, cancel, unsubscribe and "no more" are there.
    "fr": "arrêt, arrete, arrêtez, arrêter, arrett, désabonner, désabonnement, désinscrire, "
    "désinscription, se désabonner, me désabonner, plus de sms, plus de messages",
    "es": "alto, baja, darme de baja, darse de baja, parar, para, pare, cancelar, detener, no más, "
    "basta, desuscribir, desuscribirme, no más mensajes",
    "de": "stopp, abmelden, abmeldung, abbestellen, austragen, beenden, aufhören, "
    "keine sms mehr, keine nachrichten mehr",
    "it": "annulla, annullare, cancella, cancellami, disiscrivi, disiscrivimi, disiscrizione, "
    "rimuovi, rimuovimi, smettila, niente sms, niente messaggi",
    "pt": "sair, cancele, descadastrar, descadastre, remover, chega, não mais, "
    "não quero mais mensagens",
    "nl": "afmelden, uitschrijven, stoppen, beëindigen, geen sms meer, geen berichten meer",
}

_STOP: Final = frozenset[str]().union(*map(_compact, _STOP_PHRASES.values()))

_START: Final = _compact("start, unstop")
"""What lifts every provider's own block too, so that our list and theirs never disagree."""

_HELP: Final = _compact("help, info, aide, ayuda, hilfe, aiuto, ajuda, hulp")
"""HELP and INFO (CTIA), AIDE (Canadian carriers), and that word in the languages above."""

_COURTESY: Final = frozenset(
    _words(
        "please pls plz thanks thank you thx ok okay hi hello hey now immediately just kindly "
        "svp merci gracias por favor bitte danke grazie obrigado obrigada"
    )
)
"""Words around a refusal that do not change it."""

_REFUSAL: Final = re.compile(
    r"""
      (?:stop|quit|cease) (?:\ (?:all|these|those|the|your|with|sending|me|my|us|texts?|messages?
        |msgs?|sms|texting|messaging|contacting|writing|calling|bothering|spamming|harassing|to
        |this|number|it|spam|phone|subscription))+
    | (?:do\ not|dont|never) (?:\ ever)? \ (?:text|message|contact|write|sms|send)
        (?:\ (?:to|me|us|again|anymore|any|more|ever|texts?|messages?|sms|this|my|number|from|your
        |company))*
    | (?:(?:i|we)\ )? (?:do\ not|dont|no\ longer) \ (?:want|wish|like)
        (?:\ (?:to|be|get|receive|any|more|these|your|texted|contacted|texts?|messages?|sms
        |from|you|anymore|again))* \ (?:texted|contacted|texts|messages|sms) (?:\ (?:from|you|again
        |anymore|any|more))*
    | no\ more (?:\ (?:of|these|your))* \ (?:texts?|messages?|msgs?|sms|texting)
    | no\ (?:texts|texting|sms)
    | unsubscribe (?:\ (?:me|us|from|all|your|this|list|texts|messages|these))+
    | opt\ (?:me|us)?\ ?out (?:\ (?:of|from|all|your|this|these|list|texts|messages))*
    | (?:remove|delete|take) (?:\ (?:me|us|my|this|number|off|from|out|of|your|the))*
        \ (?:list|number|off|database)
    | (?:i|we)\ (?:want|would\ like|wish)\ to\ (?:opt\ out|unsubscribe)
    | (?:(?:i|we)\ )? (?:revoke|withdraw)\ (?:my|our|all)? \ ?consent
    | leave\ (?:me|us)\ alone
    """,
    re.VERBOSE,
)
"""Sentences that a reasonable person understands as a refusal of texts, as joined `_words`."""
