"""What does the carrier know? Accounts, numbers, texts, opt-outs, open webhooks: a fold of the log.

Nothing here decides or waits: `Carrier.apply` takes one log entry, whether it was written just now
or is replayed after a restart, so both give the same state.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handset.behaviour import Behaviour
from handset.log import Entry


@dataclass(slots=True)
class Number:
    """One number of an account. `sms_url` is empty while inbound texts go nowhere."""

    sid: str
    account_sid: str
    phone_number: str
    friendly_name: str
    sms_url: str
    sms_method: str
    capabilities: dict[str, bool]
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class Account:
    sid: str
    auth_token: str
    status: str
    created_at: datetime
    updated_at: datetime
    numbers: dict[str, Number] = field(default_factory=dict)


@dataclass(slots=True)
class Message:
    """One text, either way. Its future is decided at its creation; `status` only reads the clock.

    `n` is the number of the log entry that created it; `sent_at` is None if it never leaves the
    carrier.
    """

    n: int
    sid: str
    account_sid: str
    direction: str
    sender: str
    recipient: str
    body: str
    segments: int
    media: int
    created_at: datetime
    listed_at: datetime
    sent_at: datetime | None
    final_at: datetime
    outcome: str
    error_code: int | None
    updated_at: datetime

    @property
    def customer(self) -> str:
        """The customer's number."""
        return self.sender if self.direction == "inbound" else self.recipient

    @property
    def number(self) -> str:
        """Our number."""
        return self.recipient if self.direction == "inbound" else self.sender

    @property
    def arrives(self) -> bool:
        """Whether the customer's handset gets it; without a receipt it does all the same."""
        return self.outcome in ("sent", "delivered")

    def status(self, now: datetime) -> str:
        """Return Twilio's status of the message at `now`; at its creation itself, "queued"."""
        if now > self.final_at:
            return self.outcome
        if self.sent_at is not None and now > self.sent_at:
            return "sent"
        return "queued"


@dataclass(slots=True)
class Call:
    """One webhook the carrier owes: a status callback, or a customer's text to a number's SmsUrl.

    `token` is the I-Twilio-Idempotency-Token, equal over its retries.
    """

    key: str
    kind: str
    account_sid: str
    sid: str
    customer: str
    url: str
    method: str
    parameters: list[tuple[str, str]]
    token: str
    due_at: datetime
    attempts: int = 0


class Carrier:
    """The state of the simulated carrier."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.numbers: dict[str, Number] = {}
        self.messages: dict[str, Message] = {}
        self.opted_out: set[tuple[str, str]] = set()
        """Pairs of our number and the customer's that block sending."""
        self.open_calls: dict[str, Call] = {}
        self.behaviour = Behaviour()
        self._by_account: dict[str, list[Message]] = defaultdict(list)
        self._by_address: dict[tuple[str, str], list[Message]] = defaultdict(list)
        self._by_customer: dict[str, list[Message]] = {}

    def messages_of(self, account_sid: str, address: str | None = None) -> Iterator[Message]:
        """Yield an account's messages, newest first; with `address` those from or to it."""
        if address is None:
            found = self._by_account.get(account_sid, [])
        else:
            found = self._by_address.get((account_sid, address), [])
        return (message for message in reversed(found) if message.sid in self.messages)

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
        sid = entry["account_sid"]
        account = self.accounts.setdefault(sid, Account(sid, "", "", created_at=at, updated_at=at))
        account.auth_token, account.status = entry["auth_token"], entry["status"]
        account.updated_at = at

    def _number(self, entry: Entry) -> None:
        at = datetime.fromisoformat(entry["at"])
        known = self.numbers.get(entry["phone_number"])
        number = Number(
            sid=entry["sid"],
            account_sid=entry["account_sid"],
            phone_number=entry["phone_number"],
            friendly_name=entry["friendly_name"],
            sms_url=entry["sms_url"],
            sms_method=entry["sms_method"],
            capabilities=entry["capabilities"],
            created_at=known.created_at if known else at,
            updated_at=at,
        )
        self.numbers[number.phone_number] = number
        self.accounts[number.account_sid].numbers[number.phone_number] = number

    def _message(self, entry: Entry) -> None:
        facts: dict[str, Any] | None = entry["message"]
        if facts is None:
            return
        sent_at = facts["sent_at"]
        message = Message(
            n=entry["n"],
            sid=facts["sid"],
            account_sid=entry["account_sid"],
            direction=facts["direction"],
            sender=entry["from"],
            recipient=entry["to"],
            body=entry["body"],
            segments=facts["segments"],
            media=facts["media"],
            created_at=(created_at := datetime.fromisoformat(entry["at"])),
            listed_at=datetime.fromisoformat(facts["listed_at"]),
            sent_at=datetime.fromisoformat(sent_at) if sent_at else None,
            final_at=datetime.fromisoformat(facts["final_at"]),
            outcome=facts["outcome"],
            error_code=facts["error_code"],
            updated_at=created_at,
        )
        self.messages[message.sid] = message
        self._by_account[message.account_sid].append(message)
        for address in (message.sender, message.recipient):
            self._by_address[message.account_sid, address].append(message)
        # Taken out and put back, the customer moves to the end of the dict: the latest.
        texts = self._by_customer.pop(message.customer, [])
        texts.append(message)
        self._by_customer[message.customer] = texts
        for index, call in enumerate(entry["calls"]):
            key = f"{message.sid}/{index}"
            self.open_calls[key] = Call(
                key=key,
                kind="webhook" if message.direction == "inbound" else "callback",
                account_sid=message.account_sid,
                sid=message.sid,
                customer=message.customer,
                url=call["url"],
                method=call["method"],
                parameters=_parameters(message, call["status"]),
                token=call["token"],
                due_at=datetime.fromisoformat(call["due_at"]),
            )

    def _call(self, entry: Entry) -> None:
        if entry["done"]:
            self.open_calls.pop(entry["key"], None)
        elif entry["key"] in self.open_calls:
            self.open_calls[entry["key"]].attempts = entry["attempt"]

    def _opt_out(self, entry: Entry) -> None:
        pair = (entry["number"], entry["customer"])
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
    "request": Carrier._message,
    "text": Carrier._message,
    "reply": Carrier._message,
    "callback": Carrier._call,
    "webhook": Carrier._call,
    "opt_out": Carrier._opt_out,
    "redact": Carrier._redact,
    "delete": Carrier._delete,
    "behaviour": Carrier._behaviour,
}


def _parameters(message: Message, status: str) -> list[tuple[str, str]]:
    """Return the form of one webhook, in the order of Twilio's documents."""
    form = [
        ("AccountSid", message.account_sid),
        ("ApiVersion", "2010-04-01"),
        ("From", message.sender),
        ("To", message.recipient),
        ("MessageSid", message.sid),
        ("SmsSid", message.sid),
        ("SmsStatus", status),
    ]
    if message.direction == "inbound":
        form += [
            ("SmsMessageSid", message.sid),
            ("Body", message.body),
            ("NumMedia", str(message.media)),
            ("NumSegments", str(message.segments)),
        ]
    else:
        form.append(("MessageStatus", status))
        if status in ("undelivered", "failed") and message.error_code is not None:
            form.append(("ErrorCode", str(message.error_code)))
    return form
