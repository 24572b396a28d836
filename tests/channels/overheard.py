"""What would a log or an error report show of a channel at work? All that it answers, raises and writes."""

import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Iterable
from inspect import isawaitable
from typing import Any, cast

from channels.interface import Accepted, Channel, NotTaken, Rejected, Unknown, Verdict

_FOR_THE_PROVIDER = frozenset({"webhook_url", "register_webhooks"})
"""Their answers are addresses with a secret, where the provider signs nothing."""

_NAMES_NOBODY = (Accepted, NotTaken, Rejected, Unknown, Verdict)


class Overheard:
    """What was said: `aloud`, for anybody to read; `between_us`, texts and numbers that we work with."""

    def __init__(self) -> None:
        self.aloud: list[str] = []
        self.between_us: list[str] = []

    def listening(self, channel: Channel) -> Channel:
        """Return the same channel, overheard."""
        self.aloud += [repr(channel), *map(repr, vars(channel).values())]
        return cast(Channel, _Listening(channel, self))

    def logs(self, records: Iterable[logging.LogRecord]) -> None:
        """Take in what was logged, but for what the test itself asked of the handset."""
        formatter = logging.Formatter()
        for record in records:
            line = formatter.format(record)
            if "/handset" not in line:
                self.aloud.append(line)

    def answer(self, answer: object) -> None:
        said = self.aloud if isinstance(answer, _NAMES_NOBODY) else self.between_us
        said.append(repr(answer))

    def error(self, error: Exception) -> None:
        self.aloud += [repr(error), *traceback.format_exception(error)]


class _Listening:
    def __init__(self, channel: Channel, heard: Overheard) -> None:
        self._channel = channel
        self._heard = heard

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._channel, name)
        if name in _FOR_THE_PROVIDER or not callable(found):
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            self._heard.between_us += [repr(arguments), repr(named)]
            try:
                answer = found(*arguments, **named)
            except Exception as error:
                self._heard.error(error)
                raise
            if isawaitable(answer):
                return self._awaited(answer)
            if isinstance(answer, AsyncIterator):
                return self._iterated(answer)
            self._heard.answer(answer)
            return answer

        return call

    async def _awaited(self, answer: Awaitable[Any]) -> Any:
        try:
            result = await answer
        except Exception as error:
            self._heard.error(error)
            raise
        self._heard.answer(result)
        return result

    async def _iterated(self, answers: AsyncIterator[Any]) -> AsyncIterator[Any]:
        try:
            async for answer in answers:
                self._heard.answer(answer)
                yield answer
        except Exception as error:
            self._heard.error(error)
            raise
