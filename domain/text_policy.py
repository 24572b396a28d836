"""Does a text say what it must, and nothing that it may not?

The shipped rules are what laws and carriers ask of a first text, and what makes carriers drop one. Whether a first text
advertises, or answers what the customer asked for, cannot be told from its words: so what it lacks is shipped as a
warning, which an organisation may make an error, or switch off (docs/decisions/0034).
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain import segments
from domain.opt_out import Keyword, read
from domain.opt_out_words import ONLY_ALONE
from domain.sequence import SequenceDocument, TextStep, first_texts

MOST_SEGMENTS: Final = 3
"""Segments of a text that still looks like one, and costs like one."""


class Severity(StrEnum):
    ERROR = "error"
    """Keeps a sequence from being published."""
    WARNING = "warning"
    OFF = "off"


class When(StrEnum):
    """Which texts a rule is about."""

    FIRST = "first"
    """The first that a customer gets from us."""
    EVERY = "every"


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is looked at, filled in or as it was written."""

    words: str
    organisation_name: str

    @property
    def bare(self) -> str:
        """The words without what is in braces."""
        return _BRACES.sub(" ", self.words)


Place = tuple[int, int]
"""Where the wrong words begin and end, in characters from 0; (0, 0) where something is missing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a text to somebody in `countries` must be like; None: anywhere."""

    key: str
    when: When
    message: str
    """What is wrong, and what to do."""
    source: str
    wrong: Callable[[Text], Place | None]
    """Where a text breaks the rule; None if it keeps it."""
    severity: Severity
    countries: frozenset[str] | None = None
    elsewhere: Severity = Severity.OFF
    """The severity in other countries."""

    def severity_in(self, country: str | None, chosen: Mapping[str, Severity]) -> Severity:
        """Return how much it matters; a customer whose country is not known makes it a warning at most."""
        if self.countries is None:
            return chosen.get(self.key, self.severity)
        if country is None:
            severity = chosen.get(self.key, self.severity)
            return Severity.OFF if severity is Severity.OFF else Severity.WARNING
        if country in self.countries:
            return chosen.get(self.key, self.severity)
        if self.elsewhere is Severity.OFF:
            return Severity.OFF
        return chosen.get(self.key, self.elsewhere)


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a text breaks. `start` and `end` are of the words, in characters from 0; None: something lacks."""

    rule: str
    when: When
    severity: Severity
    message: str
    start: int | None
    end: int | None


def findings(
    text: str,
    *,
    is_first: bool,
    country: str | None,
    organisation_name: str,
    severities: Mapping[str, Severity],
) -> list[Finding]:
    """Return what `text` breaks for a customer in `country` (ISO 3166-1 alpha-2; None: not known), errors first.

    `severities` are the organisation's own, by the rule's key. `text` may still hold placeholders.
    """
    looked_at = Text(text, organisation_name)
    found: list[Finding] = []
    for rule in RULES:
        severity = rule.severity_in(country, severities)
        if severity is Severity.OFF or (rule.when is When.FIRST and not is_first):
            continue
        place = rule.wrong(looked_at)
        if place is not None:
            start, end = place if place != _NOWHERE else (None, None)
            found.append(Finding(rule.key, rule.when, severity, rule.message, start, end))
    return sorted(found, key=lambda finding: finding.severity is not Severity.ERROR)


@dataclass(frozen=True, slots=True)
class StepFinding:
    """What a text of a sequence breaks, and in which of the customers' countries; None: nobody knows them."""

    step_id: str
    language: str | None
    """Of the variant, if the words are a template's."""
    country: str | None
    finding: Finding


def step_findings(
    document: SequenceDocument,
    *,
    countries: Collection[str],
    organisation_name: str,
    severities: Mapping[str, Severity],
) -> list[StepFinding]:
    """Return what a sequence's texts break for customers in `countries`; of templates, the words that are pinned.

    Each rule is told once for each text, with the first country in which it matters most.
    """
    first = {step.id for step in first_texts(document)}
    found: list[StepFinding] = []
    for step in document.all_steps():
        if not isinstance(step, TextStep) or (step.template and not step.pinned):
            continue
        written = step.pinned.texts if step.pinned else {None: step.text}
        for language, words in written.items():
            worst: dict[str, StepFinding] = {}
            for country in sorted(countries) or (None,):
                for finding in findings(
                    words,
                    is_first=step.id in first,
                    country=country,
                    organisation_name=organisation_name,
                    severities=severities,
                ):
                    known = worst.get(finding.rule)
                    is_worse = finding.severity is Severity.ERROR
                    if known is None or (is_worse and known.finding.severity is not Severity.ERROR):
                        worst[finding.rule] = StepFinding(step.id, language, country, finding)
            found += worst.values()
    return found


def severities_of(chosen: Mapping[str, str]) -> dict[str, Severity]:
    """Return an organisation's severities as they are stored; those of rules that are no more are left out."""
    return {key: Severity(value) for key, value in chosen.items() if key in RULES_BY_KEY}


_NOWHERE: Final = (0, 0)
_BRACES: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_WORD: Final = re.compile(r"[一-鿿]+|[^\W_一-鿿]+")


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


_CALLS: Final = _words(
    "reply text txt send answer write message répondez réponds répondre envoyez envoie envoyer "
    "responde responda responder envía envíe envie enviar antworte antworten antwort sende senden schreib "
    "schreibe schreiben rispondi risponda rispondere invia invii inviare antwoord antwoorden stuur sms "
    "odpowiedz odpisz wyślij svara skicka yanıtla yanıtlayın gönder gönderin yaz yazın ответьте отправьте "
    "напишите 回复 回覆 发送 發送"
)
"""Words that tell a customer to write back, in the languages whose words of refusal are known."""
_PURPOSE: Final = _words("to 2 pour para per um zum om te aby för için чтобы")
_ORDINARY: Final = frozenset(phrase.strip().casefold() for phrase in ONLY_ALONE.split(","))
_WITHIN: Final = 3
"""Words between the one that says to write back and the word to write."""


def _no_way_out(text: Text) -> Place | None:
    words = _WORD.findall(text.bare)
    for at, word in enumerate(words):
        phrases = [word, " ".join(words[at : at + 2])]
        if not any(_refuses(phrase) for phrase in phrases):
            continue
        before = {each.casefold() for each in words[max(0, at - _WITHIN - 1) : at]}
        after = words[at + 1].casefold() if at + 1 < len(words) else ""
        if before & _CALLS or (word.isupper() and after in _PURPOSE):
            return None
    return _NOWHERE


def _refuses(phrase: str) -> bool:
    """Return whether this is a word of refusal, as an instruction spells it: ordinary words only in capitals."""
    is_meant = phrase.isupper() or phrase.casefold() not in _ORDINARY
    return is_meant and read(phrase) is Keyword.STOP


_NAME: Final = re.compile(r"\{\{-?\s*organisation\.name\b")


def _no_sender(text: Text) -> Place | None:
    named = text.organisation_name.casefold() in text.words.casefold()
    return None if named or _NAME.search(text.words) else _NOWHERE


_SHORTENER: Final = re.compile(
    r"\b(?:https?://)?(?:www\.)?"
    r"(?:bit\.ly|tinyurl\.com|t\.co|goo\.gl|ow\.ly|is\.gd|cutt\.ly|rebrand\.ly|buff\.ly|t\.ly|rb\.gy)"
    r"(?![\w-]|\.\w)(?:/\S*)?",
    re.IGNORECASE,
)


def _shortened_link(text: Text) -> Place | None:
    found = _SHORTENER.search(text.words)
    return found.span() if found else None


_FEWEST_LETTERS: Final = 20
_MOST_CAPITALS: Final = 0.6


def _shouts(text: Text) -> Place | None:
    letters = [c for c in text.bare if c.isupper() or c.islower()]
    capitals = sum(c.isupper() for c in letters)
    if len(letters) < _FEWEST_LETTERS or capitals <= _MOST_CAPITALS * len(letters):
        return None
    return 0, len(text.words)


def _is_long(text: Text) -> Place | None:
    is_long = segments.count(text.bare).segments > MOST_SEGMENTS
    return (0, len(text.words)) if is_long else None


_NAMED_AND_LEAVABLE: Final = frozenset(
    ("US", "CA", "GB", "IE", "FR", "DE", "ES", "IT", "PT", "NL", "AU", "NZ")
)
_NAMED_AND_LEAVABLE_SOURCE: Final = (
    "CTIA Messaging Principles and Best Practices (US); CASL section 6(2) (CA); Directive 2002/58/EC article 13(4) and "
    "its national laws (EU, GB); Spam Act 2003 sections 17 and 18 (AU); Unsolicited Electronic Messages Act 2007 (NZ)"
)

RULES: Final = (
    Rule(
        "first-opt-out",
        When.FIRST,
        'A first text must say how to refuse more: add words like "Reply STOP to opt out".',
        _NAMED_AND_LEAVABLE_SOURCE,
        _no_way_out,
        Severity.WARNING,
        _NAMED_AND_LEAVABLE,
    ),
    Rule(
        "first-sender",
        When.FIRST,
        "A first text must say who writes: add {{ organisation.name }}.",
        _NAMED_AND_LEAVABLE_SOURCE,
        _no_sender,
        Severity.WARNING,
        _NAMED_AND_LEAVABLE,
    ),
    Rule(
        "public-shortener",
        When.EVERY,
        "Carriers drop texts with links of public shorteners: write the link of your own site.",
        "CTIA Messaging Principles and Best Practices: shared public URL shorteners",
        _shortened_link,
        Severity.ERROR,
        frozenset(("US", "CA")),
        elsewhere=Severity.WARNING,
    ),
    Rule(
        "shouting",
        When.EVERY,
        "Most of this is in capitals, which reads like spam: write it in small letters.",
        "ours",
        _shouts,
        Severity.WARNING,
    ),
    Rule(
        "long",
        When.EVERY,
        f"This needs more than {MOST_SEGMENTS} segments, each of which is paid for: shorten it.",
        "ours",
        _is_long,
        Severity.WARNING,
    ),
)
RULES_BY_KEY: Final = {rule.key: rule for rule in RULES}
