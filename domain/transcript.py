"""What was said, as one value: every format of a transcript is a view of it, and its hash names its state.

The hash is over the content alone. Zone, format, reader and time of export are not in it, so that a transcript taken as
PDF and one taken as CSV on another day show the same hash as long as nothing was said, nothing was moved and no status
changed between. What not every reader of a conversation may be told of a move is in it under a seal.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, StrEnum, auto
from typing import Any, Final, assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.messages import Direction, HoldKind, MessageStatus
from domain.records import RecordKind


@dataclass(frozen=True, slots=True)
class Customer:
    """The customer said it."""

    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of ours wrote or approved it."""

    name: str


@dataclass(frozen=True, slots=True)
class Automatic:
    """A sequence said it, and nobody looked at it before."""


Who = Customer | Person | Automatic


@dataclass(frozen=True, slots=True)
class SaidMedium:
    """A picture or the like that went with a text; of one that is not stored, the type is the provider's claim."""

    status: str
    content_type: str | None
    size: int | None
    """Bytes."""
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """One text."""

    id: UUID
    at: datetime
    direction: Direction
    from_number: str
    to_number: str
    who: Who
    status: MessageStatus
    status_at: datetime | None
    """Since when it has the status, where that is known."""
    held_for: HoldKind | None
    held_until: datetime | None
    """When it may leave, if it waits and that is known."""
    attempt: int
    why: str | None
    """What went wrong, or what it waits for."""
    body: str
    erased_at: datetime | None = None
    """Since when nothing is left of what it said."""
    media: tuple[SaidMedium, ...] = ()
    sequence_key: str | None = None
    sequence_name: str | None = None
    step_id: str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """The record that texts are about."""

    id: UUID
    kind: RecordKind
    name: str


class Way(StrEnum):
    """Which way texts went that were moved, seen from the conversation that tells of it."""

    CAME = "came"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Told:
    """What only those are told of a move who may see the record on its other side."""

    other: About | None
    """That record; None: the inbox of what is nobody's yet."""
    reason: str | None
    salt: UUID
    """Drawn at random for each move, so that nobody finds out by trying what is under its seal."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """The same, of which whoever takes the transcript along may see no more than its hash."""

    seal: str


@dataclass(frozen=True, slots=True)
class Move:
    """Texts that somebody moved into a conversation by hand, or out of it."""

    id: UUID
    at: datetime
    way: Way
    count: int
    moved_by: str
    rest: Told | Sealed

    @property
    def seal(self) -> str:
        """The hash of the rest, be it told or not: the same for every reader."""
        match self.rest:
            case Told():
                return sealed(self.rest).seal
            case Sealed(seal):
                return seal
            case never:
                assert_never(never)


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation; `about` is None for a sender whom nobody knows yet."""

    conversation_id: UUID
    customer_number: str
    about: About | None
    said: tuple[Said, ...]
    moves: tuple[Move, ...] = ()

    @property
    def happened(self) -> tuple[Said | Move, ...]:
        """What was said and moved, in the order of time; within an instant what was said comes first."""
        return tuple(sorted((*self.said, *self.moves), key=lambda each: each.at))

    @property
    def customer(self) -> str:
        """What to call the customer."""
        return self.customer_number if self.about is None else self.about.name

    @property
    def our_numbers(self) -> tuple[str, ...]:
        """Ours that it was held over, in the order of their first texts."""
        ours = (
            each.to_number if each.direction is Direction.INBOUND else each.from_number
            for each in self.said
        )
        return tuple(dict.fromkeys(ours))


class Reach(Enum):
    """About which records a transcript is."""

    ONE = auto()
    FAMILY = auto()
    """And about those that hang on it: an account's contacts, and their opportunities."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said in one conversation, or about one record (`about`), with its family or without.

    How far it was asked to reach is no part of its content, as little as since when.
    """

    about: About | None
    talks: tuple[Talk, ...]
    reach: Reach = Reach.ONE


def who_sent(direction: Direction, customer: str, author: str | None) -> Who:
    """Return who said a text that `author`, if anybody, wrote or approved."""
    if direction is Direction.INBOUND:
        return Customer(customer)
    return Automatic() if author is None else Person(author)


def ordered(talks: Iterable[Talk]) -> tuple[Talk, ...]:
    """Return those with texts or moves, the first to begin first; in each both by time, and by id within an instant."""
    in_order = [
        Talk(
            talk.conversation_id,
            talk.customer_number,
            talk.about,
            tuple(sorted(talk.said, key=lambda said: (said.at, said.id))),
            tuple(sorted(talk.moves, key=lambda move: (move.at, move.id))),
        )
        for talk in talks
        if talk.said or talk.moves
    ]
    return tuple(sorted(in_order, key=lambda talk: (talk.happened[0].at, talk.conversation_id)))


def content_of(transcript: Transcript) -> dict[str, Any]:
    """Return the content as values of JSON: what the hash is over. Instants are UTC, to the microsecond."""
    moves = [_move(talk.conversation_id, move) for talk in transcript.talks for move in talk.moves]
    return {
        "record": _about(transcript.about),
        "conversations": [
            {
                "id": str(talk.conversation_id),
                "customer_number": talk.customer_number,
                "record": _about(talk.about),
            }
            for talk in transcript.talks
        ],
        "messages": [
            _said(talk.conversation_id, said) for talk in transcript.talks for said in talk.said
        ],
        # where nothing was moved the hash is what it was before moves were told
        **({"moves": moves} if moves else {}),
    }


def content_of_told(told: Told) -> dict[str, Any]:
    """Return as values of JSON what is told of a move: what its seal is over."""
    return {"record": _about(told.other), "reason": told.reason, "salt": str(told.salt)}


def sealed(told: Told) -> Sealed:
    """Return what those see of it who may not be told."""
    return Sealed(hash_of_content(content_of_told(told)))


def hash_of_content(content: Mapping[str, Any]) -> str:
    """Return "sha256:" and the hash, in hexadecimal digits, of content in its one spelling.

    That is JSON in UTF-8 with sorted keys and neither blanks nor escapes that JSON does not need.
    """
    spelt = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(spelt.encode()).hexdigest()}"


def content_hash(transcript: Transcript) -> str:
    """Return the hash that names this state of the transcript, whatever its format."""
    return hash_of_content(content_of(transcript))


DERIVED: Final = ("content_hash", "zone", "exported_at", "family")
"""What an export as JSON says beside the content."""
DERIVED_OF_TEXT: Final = ("local_at",)
"""What it says of each text beside the content."""
DERIVED_OF_MOVE: Final = ("local_at", "told")
"""What it says of each move beside the content; of what is told, the seal is the hash."""


def exported_hash(exported: Mapping[str, Any]) -> str:
    """Return the hash that a transcript exported as JSON should show. Raises ValueError if it is none."""
    content = _without(exported, DERIVED)
    messages, moves = content.get("messages"), content.pop("moves", [])
    for entries in (messages, moves):
        if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
            raise ValueError("this is not a transcript as JSON")
    content["messages"] = [_without(each, DERIVED_OF_TEXT) for each in messages or ()]
    if moves:
        content["moves"] = [_resealed(each) for each in moves]
    return hash_of_content(content)


def local(instant: datetime, zone: ZoneInfo) -> str:
    """Return what the zone's clock shows, to the minute, such as "2026-11-01 01:30 EDT (-04:00)".

    The offset is always there, since in autumn a clock shows one hour twice.
    """
    at = instant.astimezone(zone)
    digits = at.strftime("%z")
    name = at.strftime("%Z")
    # where nobody has given the zone's time a short name, its name is the offset
    named = f" {name}" if name and name[0] not in "+-" else ""
    return f"{at:%Y-%m-%d %H:%M}{named} ({digits[:3]}:{digits[3:5]})"


def side(said: Said) -> str:
    """Return who said a text, for people: "Sam Seller, sequence Welcome" or "sequence Welcome, automatically"."""
    sequence = [] if said.sequence_name is None else [f"sequence {said.sequence_name}"]
    match said.who:
        case Customer(name):
            return name
        case Person(name):
            return ", ".join([name, *sequence])
        case Automatic():
            return ", ".join([*sequence, "automatically"])
        case never:
            assert_never(never)


def standing(said: Said, zone: ZoneInfo) -> str:
    """Return how a text of ours stands, since when or until when, and why."""
    told: str = said.status
    if said.held_for is not None:
        if said.held_until is not None:
            told += f" until {local(said.held_until, zone)}"
        if said.held_for is HoldKind.RETRY:
            told += f", for try {said.attempt}"
    elif said.status_at is not None:
        told += f" {local(said.status_at, zone)}"
    return told if said.why is None else f"{told}: {said.why}"


def moving(move: Move) -> str:
    """Return what was moved and by whom, for people: "Sam Seller moved 2 texts to Ada Moreno: The other deal"."""
    texts = "1 text" if move.count == 1 else f"{move.count:,} texts"
    way = "here from" if move.way is Way.CAME else "to"
    match move.rest:
        case Told(other, reason):
            other_side = "the inbox" if other is None else other.name
            why = "" if reason is None else f": {reason}"
        case Sealed():
            other_side, why = _HIDDEN, ""
        case never:
            assert_never(never)
    return f"{move.moved_by} moved {texts} {way} {other_side}{why}"


_HIDDEN: Final = "a record that whoever took this along may not see"


def _about(about: About | None) -> dict[str, str] | None:
    if about is None:
        return None
    return {"id": str(about.id), "kind": about.kind.value, "name": about.name}


def _said(conversation_id: UUID, said: Said) -> dict[str, Any]:
    return {
        "id": str(said.id),
        "conversation_id": str(conversation_id),
        "created_at": _instant(said.at),
        "direction": said.direction.value,
        "from_number": said.from_number,
        "to_number": said.to_number,
        "who": _who(said.who),
        "status": said.status.value,
        "status_at": _instant(said.status_at),
        "held_for": None if said.held_for is None else said.held_for.value,
        "held_until": _instant(said.held_until),
        "attempt": said.attempt,
        "why": said.why,
        "body": said.body,
        "erased_at": _instant(said.erased_at),
        "media": [
            {
                "status": medium.status,
                "content_type": medium.content_type,
                "size": medium.size,
                "sha256": medium.sha256,
            }
            for medium in said.media
        ],
        "sequence": _sequence(said),
        "step_id": said.step_id,
    }


def _move(conversation_id: UUID, move: Move) -> dict[str, Any]:
    return {
        "id": str(move.id),
        "conversation_id": str(conversation_id),
        "at": _instant(move.at),
        "way": move.way.value,
        "count": move.count,
        "moved_by": move.moved_by,
        "seal": move.seal,
    }


def _resealed(exported: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a move exported as JSON, with the seal of what it tells, if it tells it."""
    told = exported.get("told")
    seal = {} if told is None else {"seal": hash_of_content(told)}
    return _without(exported, DERIVED_OF_MOVE) | seal


def _without(values: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def _sequence(said: Said) -> dict[str, str | None] | None:
    if said.sequence_key is None:
        return None
    return {"key": said.sequence_key, "name": said.sequence_name}


def _who(who: Who) -> dict[str, str | None]:
    match who:
        case Customer(name):
            return {"kind": "customer", "name": name}
        case Person(name):
            return {"kind": "person", "name": name}
        case Automatic():
            return {"kind": "automatic", "name": None}
        case never:
            assert_never(never)


def _instant(instant: datetime | None) -> str | None:
    """Return an instant in the one spelling of RFC 3339 that all of them have."""
    return None if instant is None else f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
