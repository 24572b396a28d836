"""Which sender of a pool does a text get?"""

from handset.addresses import NumberKind
from handset.carrier import Carrier
from handset.entities import Account, Number, Pool


def senders_of(account: Account, pool: Pool) -> list[Number]:
    """Return the numbers of a pool that can send texts."""
    numbers = (account.numbers.get(address) for address in pool.addresses)
    return [number for number in numbers if number and number.capabilities.get("sms", False)]


def choose_sender(carrier: Carrier, account: Account, pool: Pool, recipient: str) -> str:
    """Return the address a text to `recipient` is sent from. The pool must have a sender.

    A name where the recipient's country has them, else the number that it got texts from before,
    else the number that sent none for longest.
    """
    senders = senders_of(account, pool)
    names = [each.address for each in senders if each.kind is NumberKind.ALPHANUMERIC]
    if names and not recipient.startswith("+1"):
        return names[0]
    numbers = [each.address for each in senders if each.address not in names] or names
    for message in reversed(carrier.texts_of(recipient)):
        if message.pool == pool.id and not message.is_inbound and message.sender in numbers:
            return message.sender
    return min(numbers, key=lambda address: carrier.last_used.get(address, 0))
