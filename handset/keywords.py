"""Which words of a customer does the carrier itself act on? The default opt-out keywords."""

from enum import StrEnum
from typing import Final

from handset.addresses import NumberKind


class Keyword(StrEnum):
    STOP = "STOP"
    START = "START"
    HELP = "HELP"


_WORDS: Final = {
    **dict.fromkeys(
        ("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke"),
        Keyword.STOP,
    ),
    **dict.fromkeys(("start", "yes", "unstop"), Keyword.START),
    **dict.fromkeys(("help", "info"), Keyword.HELP),
}
# The block of a toll-free number is the network's, not the provider's.
_NETWORK_WORDS: Final = {
    "stop": Keyword.STOP,
    "start": Keyword.START,
    "unstop": Keyword.START,
    "help": Keyword.HELP,
}

REPLIES: Final = {
    Keyword.STOP: "Stopped: this number will not text you again. Send START to undo.",
    Keyword.START: "Welcome back: this number may text you again. Send STOP to end.",
    Keyword.HELP: "Automatic answer of the carrier. Send STOP to end the texts from this number.",
}


def keyword(body: str) -> Keyword | None:
    """Return what `body` asks of the carrier; it must be the word alone ("STOP please" is none)."""
    return _WORDS.get(body.strip().lower())


def keyword_for(body: str, kind: NumberKind, *, is_managed: bool) -> Keyword | None:
    """Return the keyword that a number of this kind acts on.

    A short code acts on none, unless the provider manages its opt-outs as part of a pool.
    """
    match kind:
        case NumberKind.TOLL_FREE:
            return _NETWORK_WORDS.get(body.strip().lower())
        case NumberKind.SHORT_CODE if not is_managed:
            return None
        case _:
            return keyword(body)


def reply_to(word: Keyword, kind: NumberKind) -> str:
    """Return what the carrier answers the customer."""
    prefix = "NETWORK MSG: " if kind is NumberKind.TOLL_FREE else ""
    return prefix + REPLIES[word]
