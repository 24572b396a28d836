"""Tests of activities/rounds.py: who goes together, and that nobody suffers for another."""

import asyncio
from collections.abc import Sequence

import pytest

from activities.rounds import Rounds


class Work:
    """Answers with the double, once it is let go on; remembers its rounds."""

    def __init__(self) -> None:
        self.rounds: list[list[int]] = []
        self.go_on = asyncio.Event()
        self.at_once = 0
        self.most_at_once = 0

    async def __call__(self, asked: Sequence[int]) -> Sequence[int]:
        self.rounds.append(list(asked))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.go_on.wait()
            if any(each < 0 for each in asked):
                raise ValueError("less than nothing")
            return [each * 2 for each in asked]
        finally:
            self.at_once -= 1


async def settle() -> None:
    """Let every task go as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)


def join(rounds: Rounds[int, int], *asked: int) -> list["asyncio.Task[int]"]:
    return [asyncio.create_task(rounds.join(each)) for each in asked]


async def test_who_comes_alone_is_answered_without_waiting_for_company() -> None:
    work = Work()
    work.go_on.set()
    rounds = Rounds(work, most=10)
    assert [await rounds.join(1), await rounds.join(2)] == [2, 4]
    assert work.rounds == [[1], [2]]


async def test_who_comes_during_a_round_goes_with_the_next_in_the_order_of_coming() -> None:
    work = Work()
    rounds = Rounds(work, most=3)
    tasks = join(rounds, 1)
    await settle()
    tasks += join(rounds, 2, 3, 4, 5)
    await settle()
    assert work.rounds == [[1]]
    work.go_on.set()
    assert await asyncio.gather(*tasks) == [2, 4, 6, 8, 10]
    assert work.rounds == [[1], [2, 3, 4], [5]]


async def test_one_round_runs_at_a_time() -> None:
    work = Work()
    rounds = Rounds(work, most=2)
    tasks = join(rounds, *range(6))
    await settle()
    work.go_on.set()
    await asyncio.gather(*tasks)
    assert work.most_at_once == 1
    assert work.rounds == [[0, 1], [2, 3], [4, 5]]


async def test_a_round_that_hangs_holds_up_no_later_one() -> None:
    work = Work()
    rounds = Rounds(work, most=2, seconds=0.05)
    tasks = join(rounds, 1, 2, 3)
    async with asyncio.timeout(10):
        while len(work.rounds) < 5:  # noqa: ASYNC110 - the clock lets it go on, and nothing tells when
            await asyncio.sleep(0.01)
    assert work.rounds[0] == [1, 2]
    assert sorted(work.rounds[1:]) == [[1], [2], [3], [3]]
    work.go_on.set()
    assert await rounds.join(4) == 8
    assert await asyncio.gather(*tasks) == [2, 4, 6]


async def test_of_a_round_that_fails_each_is_run_alone_and_only_the_culprit_hears_of_it() -> None:
    work = Work()
    rounds = Rounds(work, most=10)
    first = join(rounds, 0)
    await settle()
    tasks = join(rounds, 1, -1, 2)
    await settle()
    work.go_on.set()
    told = await asyncio.gather(*first, *tasks, return_exceptions=True)
    assert [told[0], told[1], told[3]] == [0, 2, 4]
    assert isinstance(told[2], ValueError)
    assert work.rounds[1] == [1, -1, 2]
    assert sorted(work.rounds[2:]) == [[-1], [1], [2]]
    assert await rounds.join(3) == 6


async def test_when_the_one_who_runs_a_round_is_cancelled_the_others_are_answered() -> None:
    work = Work()
    rounds = Rounds(work, most=10)
    leader, *others = join(rounds, 1, 2, 3)
    await settle()
    assert work.rounds == [[1, 2, 3]]
    late = join(rounds, 4)
    leader.cancel()
    work.go_on.set()
    assert await asyncio.gather(*others, *late) == [4, 6, 8]
    with pytest.raises(asyncio.CancelledError):
        await leader
    assert await rounds.join(5) == 10


@pytest.mark.parametrize("leaves", [0, 1], ids=["who is to lead", "who is to come along"])
async def test_who_leaves_before_a_round_is_not_in_it_and_holds_up_nobody(leaves: int) -> None:
    work = Work()
    rounds = Rounds(work, most=10)
    first = join(rounds, 0)
    await settle()
    tasks = join(rounds, 1, 2, 3)
    await settle()
    tasks[leaves].cancel()
    work.go_on.set()
    told = await asyncio.gather(*first, *tasks, return_exceptions=True)
    assert isinstance(told[1 + leaves], asyncio.CancelledError)
    stayed = [each for place, each in enumerate((1, 2, 3)) if place != leaves]
    assert work.rounds == [[0], stayed]
    assert await rounds.join(5) == 10


async def test_who_leaves_in_the_moment_of_being_told_to_lead_has_another_lead() -> None:
    work = Work()
    work.go_on.set()
    rounds = Rounds(work, most=1)
    first, second, third = join(rounds, 1, 2, 3)
    await first  # which tells the second to lead
    second.cancel()
    assert await third == 6
    assert await rounds.join(4) == 8
