"""Does an inbound text withdraw consent, perhaps withdraw it, give it back, or ask for help?

Consent may be withdrawn by any reasonable means: 47 CFR 64.1200(a)(10) names stop, quit, end, revoke, opt out, cancel
and unsubscribe, and counts other words that a reasonable person would understand. So we read more than the providers do
("Stop please", "STOP 12345", "don't text me"): what refuses texts as a whole is a withdrawal; what may, among other
words, is unclear, and nothing leaves until a person has read it. To stop by mistake is undone by one word; to text on
after a refusal is not. "I'll stop by at five" is a conversation.

Coming back is read narrowly. A plain "yes" answers a question, so it lifts nothing, although some providers let it lift
their own block.
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from domain import opt_out_words as known


class Keyword(StrEnum):
    STOP = "stop"
    UNCLEAR = "unclear"
    """It may be a refusal: a person has to read it."""
    START = "start"
    HELP = "help"


def heard(text: str, provider: Keyword | None) -> Keyword | None:
    """Return what a text asks for by its words or by what the provider made of it, whose STOP counts in any case.

    Its START counts unless the text answers a question, since a provider may take a plain "yes" for one.
    """
    ours = read(text)
    if Keyword.STOP in (ours, provider):
        return Keyword.STOP
    if ours is None and provider is Keyword.START:
        return None if "".join(_words(text)) in _AFFIRMATIONS else Keyword.START
    return ours or provider


def read(text: str) -> Keyword | None:
    """Return what `text` asks for, or None for a text that is part of a conversation.

    Case, accents, punctuation, emoji, width and blanks do not matter. Source: see the module.
    """
    words = _words(text)
    compact = "".join(words)
    if compact in _START:
        return Keyword.START
    if compact in _HELP:
        return Keyword.HELP
    if not words:
        return Keyword.UNCLEAR if _STOP_SIGN in text else None
    joined = _SIGNATURE.sub("", " ".join(words)).strip()
    said = _essence(joined.split())
    if said and _is_refusal(said):
        return Keyword.STOP
    if "".join(said) in _UNCLEAR or _is_misspelt(said):
        return Keyword.UNCLEAR
    # the idioms are looked for in the few texts that need it
    if _may_refuse(joined) and _may_refuse(_HARMLESS.sub(" | ", joined)):
        return Keyword.UNCLEAR
    return None


_STOP_SIGN: Final = "\N{OCTAGONAL SIGN}"

_LONGEST_REFUSAL: Final = 25
"""Words: a longer text says more than one thing."""


def _essence(words: list[str]) -> list[str]:
    """Leave out courtesy, the number it was sent to ("STOP 12345") and insisting ("STOP STOP")."""
    said: list[str] = []
    for word in words:
        bare = _CJK_COURTESY.sub("", word) if _CJK.search(word) else word
        if bare and bare not in _COURTESY and not bare.isdigit() and bare not in said[-1:]:
            said.append(bare)
    return said


def _is_refusal(said: list[str]) -> bool:
    if "".join(said) in _STOP or all(word in _STOP for word in said):
        return True
    return len(said) <= _LONGEST_REFUSAL and _REFUSAL.fullmatch(" ".join(said)) is not None


def _is_misspelt(said: list[str]) -> bool:
    compact = "".join(said)
    if compact in _NOT_MISSPELT or len(compact) > _LONGEST_MISSPELT:
        return False
    return compact in _MISTYPED_STOP or any(_is_one_slip(compact, word) for word in _MISSPELT)


def _may_refuse(joined: str) -> bool:
    """Return whether a word or a sentence that refuses texts stands among other words."""
    words = joined.split()
    return (
        any(phrase in _STOP_INSIDE for phrase in _phrases(words))
        or _REFUSAL_INSIDE.search(joined) is not None
        or any(_CJK_STOP.search(word) for word in words if _CJK.search(word))
    )


def _phrases(words: list[str]) -> Iterator[str]:
    """Yield every run of words that is short enough to be a known phrase."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + _LONGEST_PHRASE, len(words)) + 1):
            yield " ".join(words[start:end])


def _is_one_slip(word: str, meant: str) -> bool:
    """Return whether one letter is wrong, missing, too many, or has changed places with the next (Damerau)."""
    if abs(len(word) - len(meant)) > 1 or word == meant:
        return False
    start = next(
        (at for at, (a, b) in enumerate(zip(word, meant, strict=False)) if a != b),
        min(len(word), len(meant)),
    )
    left, right = word[start:], meant[start:]
    return (
        left[1:] == right[1:]
        or left[1:] == right
        or left == right[1:]
        or (left[:2] == right[1::-1] and left[2:] == right[2:])
    )


def _words(text: str) -> list[str]:
    """Split into words of lower-case letters and digits; "don't" is one word, "opt-out" two."""
    return re.findall(r"[^\W_]+", _letters(text))


def _letters(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(_LOOK_ALIKE)
    # Cf: what has no width may stand inside of a word
    return "".join(
        c for c in letters if not unicodedata.combining(c) and unicodedata.category(c) != "Cf"
    )


_LOOK_ALIKE: Final = str.maketrans({"ı": "i", "ł": "l", "ø": "o"} | dict.fromkeys("'’ʼ`´", ""))
"""Letters that do not decompose, and apostrophes, which are left out."""


def _compact(phrases: str) -> frozenset[str]:
    return frozenset("".join(_words(phrase)) for phrase in phrases.split(",")) - {""}


def _spaced(phrases: str) -> frozenset[str]:
    return frozenset(" ".join(_words(phrase)) for phrase in phrases.split(",")) - {""}


def _any_of(*patterns: str) -> str:
    return "|".join(f"(?:{_letters(pattern)})" for pattern in patterns)


_CJK: Final = re.compile(r"[\u3400-\u9fff]")
_CJK_COURTESY: Final = re.compile(known.COURTESY_ZH)
_SIGNATURE: Final = re.compile(known.SIGNATURES, re.VERBOSE)

_STOP: Final = _compact(",".join(known.STOP_PHRASES.values()))
_STOP_INSIDE: Final = _spaced(",".join(known.STOP_PHRASES.values())) - _spaced(known.ONLY_ALONE)
_LONGEST_PHRASE: Final = max(len(phrase.split()) for phrase in _STOP_INSIDE)
_CJK_STOP: Final = re.compile(
    "|".join([*(phrase for phrase in _STOP_INSIDE if _CJK.search(phrase)), known.REFUSALS["zh"]]),
    re.VERBOSE,
)
"""Where no blanks divide words, a phrase may stand anywhere."""

_UNCLEAR: Final = _compact(known.UNCLEAR_ALONE)
_START: Final = _compact(known.START)
_HELP: Final = _compact(known.HELP)
_AFFIRMATIONS: Final = _compact(known.AFFIRMATIONS)
_COURTESY: Final = frozenset(_words(known.COURTESY))
_MISSPELT: Final = _compact(known.MISSPELT)
_LONGEST_MISSPELT: Final = max(map(len, _MISSPELT)) + 1
_NOT_MISSPELT: Final = _compact(known.NOT_MISSPELT)
_MISTYPED_STOP: Final = _compact(known.MISTYPED_STOP)

_REFUSAL: Final = re.compile(_any_of(*known.REFUSALS.values()), re.VERBOSE)
_OTHER_REFUSALS: Final = [
    each for language, each in known.REFUSALS.items() if language not in ("en", "zh")
]
_REFUSAL_INSIDE: Final = re.compile(
    rf"\b(?:{_any_of(known.IN_A_SENTENCE, *_OTHER_REFUSALS)})\b", re.VERBOSE
)
_HARMLESS: Final = re.compile(rf"\b(?:{_any_of(*known.HARMLESS.values())})\b", re.VERBOSE)
