"""What must an administrator know of?"""

from enum import StrEnum


class AlertKind(StrEnum):
    ACCOUNT_PAUSED = "account_paused"
    """A provider account was paused after a failure of the whole account; its texts wait."""
    REPLIES_MISSED = "replies_missed"
    """The provider had customers' texts that it never brought: its webhook address must be wrong or was down."""
    TEXTS_UNKNOWN = "texts_unknown"
    """The provider has texts that we never sent."""
    SENDER_REFUSED = "sender_refused"
    """A sending number, its campaign or a country is not allowed to send."""
