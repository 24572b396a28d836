"""What does the carrier know? Accounts, numbers, texts, opt-outs, open webhooks: a fold of the log.

Nothing here decides or waits: `Carrier.apply` takes one log entry, whether it was written just now
or is replayed after a restart, so both give the same state.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from datetime import datetime
from typing import Any

from handset.addresses import NumberKind
from handset.behaviour import Behaviour
from handset.entities import Account, Call, Download, Media, Message, Number, Pool
from handset.log import Entry
from handset.reasons import Code, Reason

_TROUBLES = {
    "suspended": Reason.SUSPENDED,
    "closed": Reason.SUSPENDED,
    "unauthorised": Reason.UNAUTHORISED,
    "funds": Reason.FUNDS,
}


class Carrier:
    """The state of the simulated carrier."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.numbers: dict[str, Number] = {}
        """By address, those a customer can write to: a name (an alphanumeric id) is nobody's."""
        self.messages: dict[str, Message] = {}
        self.opted_out: set[tuple[str, str]] = set()
        """Pairs of our number, or the pool it is in, and the customer's that block sending."""
        self.open_calls: dict[str, Call] = {}
        self.open_downloads: dict[str, Download] = {}
        self.free_at: dict[str, datetime] = {}
        """When the queue of a number that has a pace is empty."""
        self.last_used: dict[str, int] = {}
        """The number of the log entry of a sender's last text."""
        self.behaviour = Behaviour()
        self._by_account: dict[str, list[Message]] = defaultdict(list)
        self._by_address: dict[tuple[str, str], list[Message]] = defaultdict(list)
        self._by_customer: dict[str, list[Message]] = {}
        self._by_part: dict[str, Message] = {}
        self._refusals: dict[tuple[str, str], set[Code]] = defaultdict(set)

    def trouble(self, account: Account) -> Reason | None:
        """Return why every request of `account` is refused just now, None if it is not."""
        return _TROUBLES.get(self.behaviour.account_problem or account.status)

    def is_opted_out(self, account: Account, sender: str, recipient: str) -> bool:
        """Tell whether `recipient` stopped what comes from `sender`, or from the pool it is in."""
        pool = account.pool_of(sender)
        return (pool.id if pool else sender, recipient) in self.opted_out

    def message_with(self, part: str) -> Message | None:
        """Return the message that has, or has a part with, the id `part`."""
        return self.messages.get(part) or self._by_part.get(part)

    def refusals_of(self, account_id: str, message_id: str) -> Set[Code]:
        """Return why requests under an id that their client chose were refused so far."""
        return self._refusals.get((account_id, message_id), set())

    def calls_of(self, message: Message) -> list[Call]:
        """Return the webhooks still owed about `message`."""
        return [call for call in self.open_calls.values() if call.message is message]

    def downloads_of(self, message: Message) -> list[Download]:
        """Return the media of `message` still to be fetched."""
        if message.media_count == 0:
            return []
        return [each for each in self.open_downloads.values() if each.message is message]

    def messages_of(self, account_id: str, address: str | None = None) -> Iterator[Message]:
        """Yield an account's messages, newest first; with `address` those from or to it."""
        if address is None:
            found = self._by_account.get(account_id, [])
        else:
            found = self._by_address.get((account_id, address), [])
        return (message for message in reversed(found) if message.id in self.messages)

    def all_messages(self) -> list[Message]:
        """Return every message there was, oldest first, erased ones too."""
        found = (message for messages in self._by_account.values() for message in messages)
        return sorted(found, key=lambda message: message.n)

    def texts_of(self, customer: str) -> Sequence[Message]:
        """Return every text from and to a customer, oldest first, erased ones too."""
        return self._by_customer.get(customer, [])

    def customers(self) -> Iterator[str]:
        """Yield the customers' numbers, the one with the latest text first."""
        return reversed(self._by_customer)

    def apply(self, entry: Entry) -> None:
        """Take in one log entry. Raises KeyError if it is of no known kind."""
        _APPLY[entry["kind"]](self, entry)

    def _account(self, entry: Entry) -> None:
        at = datetime.fromisoformat(entry["at"])
        known = self.accounts.get(entry["account_sid"])
        self.accounts[entry["account_sid"]] = Account(
            id=entry["account_sid"],
            # Logs of the time when there was only Twilio lack what `get` asks for, here and below.
            protocol=entry.get("protocol", "twilio"),
            credentials=entry.get("credentials") or {"auth_token": entry["auth_token"]},
            settings=entry.get("settings", {}),
            status=entry["status"],
            created_at=known.created_at if known else at,
            updated_at=at,
            numbers=known.numbers if known else {},
            pools=known.pools if known else {},
        )

    def _number(self, entry: Entry) -> None:
        at = datetime.fromisoformat(entry["at"])
        account = self.accounts[entry["account_sid"]]
        known = account.numbers.get(entry["phone_number"])
        number = Number(
            id=entry["sid"],
            account_id=account.id,
            address=entry["phone_number"],
            kind=NumberKind(entry.get("number_kind", NumberKind.LONG_CODE)),
            friendly_name=entry["friendly_name"],
            sms_url=entry["sms_url"],
            sms_method=entry["sms_method"],
            capabilities=entry["capabilities"],
            per_second=entry.get("per_second"),
            created_at=known.created_at if known else at,
            updated_at=at,
        )
        account.numbers[number.address] = number
        if number.kind is not NumberKind.ALPHANUMERIC:
            self.numbers[number.address] = number

    def _pool(self, entry: Entry) -> None:
        at = datetime.fromisoformat(entry["at"])
        account = self.accounts[entry["account_sid"]]
        known = account.pools.get(entry["pool"])
        account.pools[entry["pool"]] = Pool(
            id=entry["pool"],
            account_id=account.id,
            addresses=entry["numbers"],
            manages_opt_outs=entry["manages_opt_outs"],
            settings=entry["settings"],
            created_at=known.created_at if known else at,
            updated_at=at,
        )

    def _message(self, entry: Entry) -> None:
        facts: dict[str, Any] | None = entry["message"]
        if facts is None:
            if (chosen := entry.get("message_id")) and entry["code"] is not None:
                self._refusals[entry["account_sid"], chosen].add(entry["code"])
            return
        message = Message(
            n=entry["n"],
            id=facts["sid"],
            account_id=entry["account_sid"],
            direction=facts["direction"],
            sender=entry["from"],
            recipient=entry["to"],
            body=entry["body"],
            segments=facts["segments"],
            media_count=facts["media"],
            created_at=(created_at := datetime.fromisoformat(entry["at"])),
            listed_at=datetime.fromisoformat(facts["listed_at"]),
            queued_at=_instant(facts.get("queued_at")),
            sent_at=_instant(facts["sent_at"]),
            final_at=datetime.fromisoformat(facts["final_at"]),
            outcome=facts["outcome"],
            error_code=facts["error_code"],
            pool=facts.get("pool", ""),
            keyword=facts.get("keyword"),
            reference=entry.get("reference", ""),
            extra=facts.get("extra", {}),
            parts=facts.get("parts", ()),
            updated_at=created_at,
            media=[Media(**file) for file in facts.get("files", ())],
        )
        self.messages[message.id] = message
        self._by_part.update(dict.fromkeys(message.parts, message))
        self._by_account[message.account_id].append(message)
        for address in (message.sender, message.recipient):
            self._by_address[message.account_id, address].append(message)
        # Taken out and put back, the customer moves to the end of the dict: the latest.
        texts = self._by_customer.pop(message.customer, [])
        texts.append(message)
        self._by_customer[message.customer] = texts
        if not message.is_inbound:
            self.last_used[message.sender] = message.n
        if free_at := _instant(facts.get("free_at")):
            self.free_at[message.sender] = free_at
        for index, url in enumerate(entry.get("media_urls", ())):
            download = Download(f"{message.id}/{index}", message, url)
            self.open_downloads[download.key] = download
        self._owe_calls(message, entry)

    def _owe_calls(self, message: Message, entry: Entry) -> None:
        for index, call in enumerate(entry["calls"]):
            if call.get("lost", False):
                continue
            key = call.get("key", f"{message.id}/{index}")
            self.open_calls[key] = Call(
                key=key,
                message=message,
                status=call["status"],
                url=call["url"],
                method=call["method"],
                token=call["token"],
                due_at=datetime.fromisoformat(call["due_at"]),
                part=call.get("part", ""),
                is_forged_first=call.get("forged", False),
            )

    def _suspend(self, entry: Entry) -> None:
        """Take in that a waiting text fails, as its account may no longer send."""
        message = self.messages[entry["sid"]]
        message.sent_at = None
        message.final_at = datetime.fromisoformat(entry["at"])
        message.outcome, message.error_code = "failed", entry["error_code"]
        for call in self.calls_of(message):
            del self.open_calls[call.key]
        self._owe_calls(message, entry)

    def _media(self, entry: Entry) -> None:
        download = self.open_downloads.pop(entry["key"], None)
        if download is not None and entry["file"] is not None:
            download.message.media.append(Media(**entry["file"]))

    def _call(self, entry: Entry) -> None:
        if entry["done"]:
            self.open_calls.pop(entry["key"], None)
        elif entry["key"] in self.open_calls:
            self.open_calls[entry["key"]].attempts = entry["attempt"]

    def _forged(self, entry: Entry) -> None:
        if entry["key"] in self.open_calls:
            self.open_calls[entry["key"]].is_forged_first = False

    def _opt_out(self, entry: Entry) -> None:
        pair = (entry["scope"] if "scope" in entry else entry["number"], entry["customer"])
        if entry["opted_out"]:
            self.opted_out.add(pair)
        else:
            self.opted_out.discard(pair)

    def _redact(self, entry: Entry) -> None:
        message = self.messages[entry["sid"]]
        message.body = ""
        message.updated_at = datetime.fromisoformat(entry["at"])

    def _delete(self, entry: Entry) -> None:
        del self.messages[entry["sid"]]

    def _behaviour(self, entry: Entry) -> None:
        self.behaviour = Behaviour.model_validate(entry["behaviour"])


_APPLY = {
    "account": Carrier._account,
    "number": Carrier._number,
    "pool": Carrier._pool,
    "suspend": Carrier._suspend,
    "media": Carrier._media,
    "request": Carrier._message,
    "text": Carrier._message,
    "reply": Carrier._message,
    "callback": Carrier._call,
    "webhook": Carrier._call,
    "forged": Carrier._forged,
    "opt_out": Carrier._opt_out,
    "redact": Carrier._redact,
    "delete": Carrier._delete,
    "behaviour": Carrier._behaviour,
}


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
