"""How does what was decided about a request become an HTTP answer, or the lack of one?"""

import asyncio
from collections.abc import Callable

from starlette.responses import Response

from handset.behaviour import Fault
from handset.connection import CutConnection
from handset.entities import Message
from handset.exchange import Exchange
from handset.reasons import Problem
from handset.sending import Accepted, CutOff, Elsewhere, Outcome, Refused

_ELSEWHERE = "/elsewhere"


async def answer_to(
    outcome: Outcome,
    exchange: Exchange,
    *,
    accepted: Callable[[Message], Response],
    refused: Callable[[Problem], Response],
) -> Response:
    """Return the answer to a request to send, after all that makes it late; faults included.

    `accepted` and `refused` render the protocol's own answers.
    """
    match outcome:
        case Refused(problem):
            return _with_retry_after(refused(problem), problem)
        case CutOff():
            return CutConnection()
        case Elsewhere():
            return Response(status_code=307, headers={"Location": _ELSEWHERE})
        case Accepted(message, fault, problem, before_answer, delay_seconds):
            await asyncio.gather(*map(exchange.webhooks.finished, before_answer))
            if delay_seconds:
                await asyncio.sleep(delay_seconds)
            if fault is Fault.LOSE_ANSWER:
                return CutConnection()
            if problem is not None:
                return refused(problem)
            answer = accepted(message)
            return _torn(answer) if fault is Fault.MALFORMED else answer


def _with_retry_after(answer: Response, problem: Problem) -> Response:
    if problem.retry_after_seconds is not None:
        answer.headers["Retry-After"] = str(problem.retry_after_seconds)
    return answer


def _torn(answer: Response) -> Response:
    """Return `answer` with half its body, which nobody can read."""
    half = bytes(answer.body)[: len(answer.body) // 2]
    return Response(half, answer.status_code, media_type=answer.media_type)
