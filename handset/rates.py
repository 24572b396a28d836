"""How fast did each number send? A referee of pace, by when texts were accepted."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from handset.entities import Message


@dataclass(frozen=True, slots=True)
class Rate:
    """What one number sent, and the most segments accepted from it in any window."""

    account_id: str
    number: str
    messages: int
    segments: int
    most_in_window: int
    first_at: datetime
    last_at: datetime


def rates(messages: Iterable[Message], window: timedelta) -> list[Rate]:
    """Return the rate of each number that sent any of `messages`, which are oldest first.

    A window has its beginning and not its end, so what is sent once a second counts 5 in 5 s.
    """
    by_number: dict[tuple[str, str], list[Message]] = {}
    for message in messages:
        if message.direction == "outbound-api":
            by_number.setdefault((message.account_id, message.sender), []).append(message)
    return [
        Rate(
            account_id=account_id,
            number=number,
            messages=len(sent),
            segments=sum(message.segments for message in sent),
            most_in_window=_most(sent, window),
            first_at=sent[0].created_at,
            last_at=sent[-1].created_at,
        )
        for (account_id, number), sent in by_number.items()
    ]


def _most(sent: Iterable[Message], window: timedelta) -> int:
    inside: deque[Message] = deque()
    segments = most = 0
    for message in sent:
        inside.append(message)
        segments += message.segments
        while message.created_at - inside[0].created_at >= window:
            segments -= inside.popleft().segments
        most = max(most, segments)
    return most
