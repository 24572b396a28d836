"""Which words of a customer does the carrier itself act on? Twilio's default opt-out keywords."""

from enum import StrEnum
from typing import Final


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

REPLIES: Final = {
    Keyword.STOP: "Stopped: this number will not text you again. Send START to undo.",
    Keyword.START: "Welcome back: this number may text you again. Send STOP to end.",
    Keyword.HELP: "Automatic answer of the carrier. Send STOP to end the texts from this number.",
}


def keyword(body: str) -> Keyword | None:
    """Return what `body` asks of the carrier; it must be the word alone ("STOP please" is none)."""
    return _WORDS.get(body.strip().lower())
