"""How does what comes at the same moment become one piece of work? In rounds: who comes during one, joins the next.

Nobody waits for company: who comes alone has a round alone.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final, Generic, TypeVar

_log = logging.getLogger(__name__)

Asked = TypeVar("Asked")
Told = TypeVar("Told")


class _Word(Enum):
    LEAD = auto()
    """It falls to whom is told this to run the next round."""
    APART = auto()
    """The round has failed, perhaps for another's sake."""


@dataclass
class _Place(Generic[Asked, Told]):
    asked: Asked
    told: "asyncio.Future[Told | _Word]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Rounds(Generic[Asked, Told]):
    """Has `run` answer at most `most` at a time, in the order of what was asked, one round after the other.

    One of those who ask runs the round for all: no task beside theirs outlives them. If it fails or takes longer than
    `seconds`, or that one is cancelled, each is run alone, so that nobody suffers for another.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Asked]], Awaitable[Sequence[Told]]],
        *,
        most: int = 32,
        seconds: float = 5.0,
    ) -> None:
        self._run: Final = run
        self._most: Final = most
        self._seconds: Final = seconds
        self._is_under_way = False
        self._waiting: deque[_Place[Asked, Told]] = deque()

    async def join(self, asked: Asked) -> Told:
        """Return what `run` answers to `asked`; raise what it raises for this one alone."""
        told: Told | _Word = _Word.LEAD
        if self._is_under_way:
            told = await self._wait(asked)
        if told is _Word.LEAD:
            self._is_under_way = True
            try:
                # those who are about to come in this very moment come along
                await asyncio.sleep(0)
                told = await self._lead(asked)
            finally:
                self._pass_on()
        if isinstance(told, _Word):
            (told,) = await self._run([asked])
        return told

    async def _wait(self, asked: Asked) -> Told | _Word:
        place: _Place[Asked, Told] = _Place(asked)
        self._waiting.append(place)
        try:
            return await place.told
        except asyncio.CancelledError:
            if not place.told.cancelled() and place.told.result() is _Word.LEAD:
                self._pass_on()
            raise

    async def _lead(self, asked: Asked) -> Told | _Word:
        others: list[_Place[Asked, Told]] = []
        while len(others) < self._most - 1 and (other := self._next()) is not None:
            others.append(other)
        answers: Sequence[Told | _Word] = [_Word.APART] * (1 + len(others))
        try:
            async with asyncio.timeout(self._seconds):
                answers = await self._run([asked, *(other.asked for other in others)])
        except Exception as problem:
            if not others and not isinstance(problem, TimeoutError):
                raise
            # by its kind alone: what a database says may repeat what it was given
            kind = type(problem).__name__
            _log.warning("a round of %s failed (%s), and each is run alone", len(answers), kind)
        finally:
            for other, answer in zip(others, answers[1:], strict=True):
                if not other.told.done():
                    other.told.set_result(answer)
        return answers[0]

    def _pass_on(self) -> None:
        """Let the one who has waited longest run the next round."""
        leader = self._next()
        self._is_under_way = leader is not None
        if leader is not None:
            leader.told.set_result(_Word.LEAD)

    def _next(self) -> _Place[Asked, Told] | None:
        """Take the one who has waited longest, but for those who have left."""
        while self._waiting:
            place = self._waiting.popleft()
            if not place.told.done():
                return place
        return None
