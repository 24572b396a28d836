"""How does Infobip write addresses? As the carrier knows them, but phone numbers without their "+"."""

from handset.entities import Account


def shown(address: str) -> str:
    """Return an address of the carrier's as Infobip shows it."""
    return address.removeprefix("+")


def sender(text: str, account: Account | None) -> str:
    """Return the sender that a request means: a number of the account, or else what it says."""
    is_number = account is not None and text not in account.numbers
    return f"+{text}" if is_number and text.isdecimal() else text


def recipient(text: str) -> str:
    """Return the recipient that a request means. A "+" of its own makes it no phone number."""
    return f"+{text}"
