import dataclasses
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.messages import Direction, HoldKind, MessageStatus
from domain.records import RecordKind
from domain.time_zones import parse_zone
from domain.transcript import (
    About,
    Automatic,
    Customer,
    Move,
    Person,
    Said,
    SaidMedium,
    Talk,
    Told,
    Transcript,
    Way,
    content_hash,
    content_of,
    content_of_told,
    exported_hash,
    local,
    moving,
    ordered,
    sealed,
    side,
    standing,
    who_sent,
)

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
ADA = About(UUID(int=7), RecordKind.LEAD, "Ada Lovelace")


def said(number: int = 1, **values: Any) -> Said:
    text = Said(
        id=UUID(int=number),
        at=NOON,
        direction=Direction.OUTBOUND,
        from_number="+12125550100",
        to_number="+12125550111",
        who=Person("Sam Seller"),
        status=MessageStatus.DELIVERED,
        status_at=NOON + timedelta(seconds=3),
        held_for=None,
        held_until=None,
        attempt=1,
        why=None,
        body="Hi Ada 😀",
        media=(SaidMedium("stored", "image/png", 2048, "0a" * 32),),
        sequence_key="welcome",
        sequence_name="Welcome",
        step_id="hello",
    )
    return dataclasses.replace(text, **values)


TOLD = Told(About(UUID(int=6), RecordKind.LEAD, "Ben Right"), "The other deal", UUID(int=5))


def move(number: int = 1, **values: Any) -> Move:
    moved = Move(UUID(int=number), NOON, Way.LEFT, 2, "Sam Seller", TOLD)
    return dataclasses.replace(moved, **values)


def transcript(*texts: Said, moves: tuple[Move, ...] = ()) -> Transcript:
    return Transcript(ADA, (Talk(UUID(int=9), "+12125550111", ADA, texts, moves),))


def as_json(made: Transcript) -> dict[str, Any]:
    """Return what the export of a transcript as JSON holds, as a program reads it."""
    content = content_of(made)
    moves = [each for talk in made.talks for each in talk.moves]
    told = [content_of_told(each.rest) if isinstance(each.rest, Told) else None for each in moves]
    exported = content | {
        "content_hash": content_hash(made),
        "zone": "Europe/Berlin",
        "exported_at": "2026-07-02T00:00:00Z",
        "messages": [
            text | {"local_at": "2026-07-01T14:00:00+02:00"} for text in content["messages"]
        ],
        "moves": [
            each | {"local_at": "2026-07-01T14:00:00+02:00", "told": rest}
            for each, rest in zip(content.get("moves", []), told, strict=True)
        ],
    }
    read: dict[str, Any] = json.loads(json.dumps(exported, indent=2))
    return read


@pytest.mark.parametrize(
    ("direction", "author", "who"),
    [
        pytest.param(Direction.INBOUND, None, Customer("Ada"), id="the customer"),
        pytest.param(Direction.OUTBOUND, "Sam", Person("Sam"), id="who wrote or approved it"),
        pytest.param(Direction.OUTBOUND, None, Automatic(), id="nobody before it left"),
    ],
)
def test_it_says_who_sent_a_text(direction: Direction, author: str | None, who: object) -> None:
    assert who_sent(direction, "Ada", author) == who


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"who": Customer("Ada Lovelace")}, "Ada Lovelace"),
        ({"who": Person("Sam Seller")}, "Sam Seller, sequence Welcome"),
        ({"who": Person("Sam Seller"), "sequence_name": None}, "Sam Seller"),
        ({"who": Automatic()}, "sequence Welcome, automatically"),
        ({"who": Automatic(), "sequence_name": None}, "automatically"),
    ],
)
def test_people_read_who_said_it_and_in_which_sequence(values: Any, name: str) -> None:
    assert side(said(**values)) == name


@pytest.mark.parametrize(
    ("instant", "zone", "shown"),
    [
        pytest.param(
            "2026-11-01T05:30Z", "America/New_York", "2026-11-01 01:30 EDT (-04:00)", id="first"
        ),
        pytest.param(
            "2026-11-01T06:30Z", "America/New_York", "2026-11-01 01:30 EST (-05:00)", id="again"
        ),
        pytest.param(
            "2026-07-01T12:00Z", "Asia/Kolkata", "2026-07-01 17:30 IST (+05:30)", id="half an hour"
        ),
        pytest.param("2026-07-01T12:00Z", "UTC", "2026-07-01 12:00 UTC (+00:00)", id="UTC"),
        pytest.param(
            "2026-07-01T12:00Z", "America/Sao_Paulo", "2026-07-01 09:00 (-03:00)", id="no name"
        ),
    ],
)
def test_a_clock_time_is_never_ambiguous(instant: str, zone: str, shown: str) -> None:
    assert local(datetime.fromisoformat(instant), parse_zone(zone)) == shown


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "delivered 2026-07-01 12:00 UTC (+00:00)"),
        ({"status": MessageStatus.SENT, "status_at": None}, "sent"),
        (
            {"status": MessageStatus.FAILED, "why": "No such number."},
            "failed 2026-07-01 12:00 UTC (+00:00): No such number.",
        ),
        (
            {"held_for": HoldKind.RETRY, "attempt": 2, "why": "The phone is off."},
            "held until 2026-07-01 13:01 UTC (+00:00), for try 2: The phone is off.",
        ),
        ({"held_for": HoldKind.HOURS}, "held until 2026-07-01 13:01 UTC (+00:00)"),
        ({"held_for": HoldKind.SCHEDULE}, "held until 2026-07-01 13:01 UTC (+00:00)"),
        (
            {"held_for": HoldKind.ACCOUNT, "held_until": None, "why": "It is paused."},
            "held: It is paused.",
        ),
    ],
)
def test_it_says_how_a_text_stands_and_until_when_it_waits_where_that_is_known(
    values: dict[str, Any], told: str
) -> None:
    if "held_for" in values:
        values = {
            "status": MessageStatus.HELD,
            "held_until": NOON + timedelta(minutes=61),
            "status_at": None,
        } | values
    assert standing(said(**values), parse_zone("UTC")) == told


def test_texts_are_in_the_order_of_time_and_those_of_one_instant_by_id() -> None:
    early, late = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
    older = Talk(UUID(int=2), "+12125550112", None, (said(3), said(1), said(2, at=early)))
    newer = Talk(UUID(int=1), "+12125550111", ADA, (said(4, at=late),))
    empty = Talk(UUID(int=3), "+12125550113", None, ())
    found = ordered([newer, empty, older])
    assert [talk.conversation_id.int for talk in found] == [2, 1]
    assert [text.id.int for text in found[0].said] == [2, 1, 3]


def test_a_move_stands_where_it_happened_and_after_what_was_said_in_the_same_instant() -> None:
    late = NOON + timedelta(hours=1)
    (talk,) = ordered(
        transcript(said(2, at=late), said(1), moves=(move(4, at=late), move(3))).talks
    )
    assert [each.id.int for each in talk.happened] == [1, 3, 2, 4]


def test_a_conversation_whose_every_text_was_moved_away_still_tells_so() -> None:
    emptied = Talk(UUID(int=1), "+12125550113", ADA, (), (move(at=NOON + timedelta(hours=1)),))
    held = Talk(UUID(int=2), "+12125550111", ADA, (said(),))
    assert [talk.conversation_id.int for talk in ordered([emptied, held])] == [2, 1]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "Sam Seller moved 2 texts to Ben Right: The other deal"),
        (
            {"way": Way.CAME, "count": 1, "rest": dataclasses.replace(TOLD, reason=None)},
            "Sam Seller moved 1 text here from Ben Right",
        ),
        (
            {"way": Way.CAME, "count": 1200, "rest": dataclasses.replace(TOLD, other=None)},
            "Sam Seller moved 1,200 texts here from the inbox: The other deal",
        ),
        (
            {"rest": sealed(TOLD)},
            "Sam Seller moved 2 texts to a record that whoever took this along may not see",
        ),
    ],
)
def test_people_read_what_was_moved_where_by_whom_and_why(
    values: dict[str, Any], told: str
) -> None:
    assert moving(move(**values)) == told


def test_our_numbers_are_those_it_was_held_over() -> None:
    talk = Talk(
        UUID(int=1),
        "+12125550111",
        ADA,
        (
            said(1),
            said(2, direction=Direction.INBOUND, to_number="+12125550102"),
            said(3),
        ),
    )
    assert talk.our_numbers == ("+12125550100", "+12125550102")


def test_the_hash_of_a_transcript_is_this_one_for_ever() -> None:
    assert content_hash(transcript(said())) == (
        "sha256:d7476125eaa6a55c1910000900457420afcbce689188e61c49ae406839915b6b"
    )


CHANGES: dict[str, Any] = {
    "id": UUID(int=8),
    "at": NOON + timedelta(microseconds=1),
    "direction": Direction.INBOUND,
    "from_number": "+12125550199",
    "to_number": "+12125550198",
    "who": Person("Kim Seller"),
    "status": MessageStatus.UNDELIVERED,
    "status_at": None,
    "held_for": HoldKind.HOURS,
    "held_until": NOON,
    "attempt": 2,
    "why": "No such number.",
    "body": "Hi Ada",
    "erased_at": NOON,
    "media": (),
    "sequence_key": "other",
    "sequence_name": "Other",
    "step_id": "other",
}


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Said)])
def test_whatever_changes_in_a_text_changes_the_hash(field: str) -> None:
    changed = said(**{field: CHANGES[field]})
    assert content_hash(transcript(changed)) != content_hash(transcript(said()))


def test_a_transcript_with_a_move_has_this_hash_for_ever() -> None:
    assert content_hash(transcript(said(), moves=(move(),))) == (
        "sha256:861867619f83fd2984b5029bf5a736ab41b2a2d0bca90dfc4841248dc8c4d1f9"
    )


@pytest.mark.parametrize(
    "values",
    [
        {"id": UUID(int=8)},
        {"at": NOON + timedelta(microseconds=1)},
        {"way": Way.CAME},
        {"count": 3},
        {"moved_by": "Kim Seller"},
        {"rest": dataclasses.replace(TOLD, other=ADA)},
        {"rest": dataclasses.replace(TOLD, other=None)},
        {"rest": dataclasses.replace(TOLD, reason=None)},
    ],
)
def test_whatever_changes_in_a_move_changes_the_hash(values: dict[str, Any]) -> None:
    with_it = content_hash(transcript(said(), moves=(move(),)))
    assert with_it != content_hash(transcript(said()))
    assert with_it != content_hash(transcript(said(), moves=(move(**values),)))


def test_the_hash_does_not_depend_on_what_the_reader_may_see() -> None:
    hidden = transcript(said(), moves=(move(rest=sealed(TOLD)),))
    assert content_hash(hidden) == content_hash(transcript(said(), moves=(move(),)))
    # and what is hidden is not found by whoever guesses it, without the salt of that move
    other_salt = dataclasses.replace(TOLD, salt=UUID(int=4))
    assert move(rest=sealed(other_salt)).seal != move().seal


def test_who_and_what_it_is_about_is_in_the_hash() -> None:
    of_ada = transcript(said())
    (talk,) = of_ada.talks
    other = About(ADA.id, ADA.kind, "Ada King")
    for changed in (
        Transcript(other, of_ada.talks),
        Transcript(None, of_ada.talks),
        Transcript(ADA, (dataclasses.replace(talk, customer_number="+12125550112"),)),
        Transcript(ADA, (dataclasses.replace(talk, about=other),)),
        Transcript(ADA, (dataclasses.replace(talk, conversation_id=UUID(int=10)),)),
    ):
        assert content_hash(changed) != content_hash(of_ada)


@given(body=st.text(st.characters(exclude_categories=["Cs"])), hours=st.integers(-12, 14))
def test_one_instant_in_another_zone_is_the_same_content(body: str, hours: int) -> None:
    there = NOON.astimezone(parse_zone(f"Etc/GMT{-hours:+d}" if hours else "UTC"))
    assert content_hash(transcript(said(at=there, body=body))) == content_hash(
        transcript(said(body=body))
    )


@given(body=st.text(st.characters(exclude_categories=["Cs"])))
def test_the_hash_is_recomputed_from_what_was_exported_as_json(body: str) -> None:
    made = transcript(said(body=body))
    again = as_json(made)
    assert exported_hash(again) == content_hash(made)
    again["messages"][0]["body"] += "!"
    assert exported_hash(again) != content_hash(made)


def test_what_was_exported_before_moves_were_told_still_has_its_hash() -> None:
    exported = as_json(transcript(said()))
    del exported["moves"]
    assert exported_hash(exported) == exported["content_hash"]


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("record", {"id": str(UUID(int=6)), "kind": "lead", "name": "Ben Wrong"}),
        ("record", None),
        ("reason", "Another"),
    ],
)
def test_a_move_that_tells_something_else_than_was_exported_is_found_out(
    part: str, value: Any
) -> None:
    exported = as_json(transcript(said(), moves=(move(),)))
    assert exported_hash(exported) == exported["content_hash"]
    exported["moves"][0]["told"][part] = value
    assert exported_hash(exported) != exported["content_hash"]


def test_a_move_that_was_taken_out_or_whose_seal_was_changed_is_found_out() -> None:
    exported = as_json(transcript(said(), moves=(move(rest=sealed(TOLD)),)))
    assert exported_hash(exported) == exported["content_hash"]
    assert exported_hash(exported | {"moves": []}) != exported["content_hash"]
    exported["moves"][0]["seal"] = sealed(dataclasses.replace(TOLD, other=ADA)).seal
    assert exported_hash(exported) != exported["content_hash"]


@pytest.mark.parametrize(
    "exported",
    [
        {},
        {"messages": None},
        {"messages": ["Hi"]},
        {"messages": [], "moves": None},
        {"messages": [], "moves": ["Hi"]},
    ],
)
def test_what_is_no_transcript_has_no_hash(exported: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not a transcript"):
        exported_hash(exported)
