"""What does the carrier do with a customer's text? It tells of it, and acts on STOP, START and HELP."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from handset.downloads import file_facts
from handset.entities import Account, Call, Message, Number, Pool
from handset.entries import call_facts, message_facts
from handset.exchange import Exchange
from handset.fate import arrived, received
from handset.keywords import Keyword, keyword_for, reply_to
from handset.segments import count_segments


def take_text(
    exchange: Exchange,
    customer: str,
    number: Number,
    body: str,
    media: Sequence[tuple[str, bytes]] = (),
) -> tuple[Message, Call | None]:
    """Take a customer's text to one of our numbers; return it and the webhook that tells of it.

    `media` are content types and contents. There is no webhook while there is nowhere to tell of
    it, or if it gets lost. Opt-out keywords act at once: the block changes, the customer gets the
    carrier's answer, and the text is told of all the same.
    """
    carrier = exchange.carrier
    now = datetime.now(UTC)
    account = carrier.accounts[number.account_id]
    protocol = exchange.protocols[account.protocol]
    pool = account.pool_of(number.address)
    word = keyword_for(body, number.kind, is_managed=pool is not None and pool.manages_opt_outs)
    hook = protocol.inbound_hook(account, number)
    rules = carrier.behaviour.rules_for(customer)
    message_id = protocol.new_message_id(has_media=bool(media))
    due = [("received", now)] if hook.url else []
    entry = exchange.record(
        "text",
        at=now,
        **_text_facts(account, customer, number.address, body),
        message=message_facts(
            message_id,
            "inbound",
            count_segments(body),
            received(now),
            listed_at=now,
            media_count=len(media),
            files=[file_facts(exchange.files, kind, content) for kind, content in media],
            pool=pool.id if pool else "",
            keyword=word,
        ),
        calls=call_facts(message_id, rules, exchange.dice, hook, due),
    )
    if word is not None:
        _act_on(exchange, word, customer, number, pool)
    message = carrier.messages[message_id]
    if scheduled := exchange.schedule_calls(entry):
        return message, scheduled[0]
    exchange.record(
        "webhook", key=f"{message.id}/received/0", account_sid=account.id, sid=message.id,
        customer=customer, status="received", url=hook.url, http_status=None,
        error="lost by the carrier" if hook.url else "the number has no webhook",
        attempt=0, answered=False, done=True,
    )  # fmt: skip
    return message, None


def _act_on(
    exchange: Exchange, word: Keyword, customer: str, number: Number, pool: Pool | None
) -> None:
    carrier = exchange.carrier
    account = carrier.accounts[number.account_id]
    is_out = carrier.is_opted_out(account, number.address, customer)
    if word is Keyword.HELP:
        if is_out:
            return
    elif is_out == (word is Keyword.STOP):
        return
    else:
        exchange.record(
            "opt_out",
            account_sid=account.id,
            number=number.address,
            scope=pool.id if pool else number.address,
            customer=customer,
            opted_out=word is Keyword.STOP,
        )
    now = datetime.now(UTC)
    body = reply_to(word, number.kind)
    exchange.record(
        "reply",
        at=now,
        **_text_facts(account, number.address, customer, body),
        message=message_facts(
            exchange.protocols[account.protocol].new_message_id(has_media=False),
            "outbound-reply",
            count_segments(body),
            arrived(now),
            listed_at=now,
            pool=pool.id if pool else "",
        ),
        calls=[],
    )


def _text_facts(account: Account, sender: str, recipient: str, body: str) -> dict[str, Any]:
    return {
        "account_sid": account.id,
        "protocol": account.protocol,
        "from": sender,
        "to": recipient,
        "body": body,
    }
