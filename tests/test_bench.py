"""What bench/ says of its measurements; the measuring itself is `make bench`."""

import asyncio

import pytest

from bench import live
from bench.archive import WORDS, unique_word, word
from bench.comparison import median_ratio, take_turns, verdict
from bench.conversations import share_of
from bench.load import Load, form_post


def test_a_benchmark_short_of_its_target_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert verdict("engine", 0.69, target=0.70) == 1
    assert capsys.readouterr().out == "engine ratio=0.69 target=0.70\n"


def test_a_benchmark_on_its_target_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert verdict("webhook", 0.50, target=0.50) == 0
    assert capsys.readouterr().out == "webhook ratio=0.50 target=0.50\n"


def test_a_ratio_that_would_print_as_the_target_but_is_short_fails() -> None:
    assert verdict("engine", 0.6999, target=0.70) == 1


def test_the_ratio_is_the_median_of_the_rounds_and_not_of_the_sides() -> None:
    assert median_ratio([10, 50, 30], [20, 50, 40]) == 0.75


async def test_the_sides_take_turns_and_the_first_of_each_does_not_count() -> None:
    turns: list[str] = []

    async def turn(side: str) -> int:
        turns.append(side)
        return len(turns)

    measured = await take_turns(lambda: turn("ours"), lambda: turn("bare"), rounds=2)
    assert turns == ["ours", "bare", "ours", "bare", "ours", "bare"]
    assert measured == ([3, 5], [4, 6])


def test_the_wait_of_a_share_of_the_requests_is_in_milliseconds() -> None:
    load = Load(per_second=4, waits=[0.001, 0.002, 0.003, 0.004])
    assert load.wait_ms(0.50) == 3
    assert load.wait_ms(0.99) == 4


def test_a_posted_form_says_how_long_it_is() -> None:
    assert form_post("http://127.0.0.1:8400/in?x=1", {"Body": "a b"}, {"X-Sign": "s"}) == (
        b"POST /in?x=1 HTTP/1.1\r\nHost: 127.0.0.1:8400\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 8\r\nX-Sign: s\r\n\r\n"
        b"Body=a+b"
    )


def test_within_a_time_a_share_of_the_answers_was_there() -> None:
    times = [float(n) for n in range(100, 0, -1)]
    assert (share_of(times, 0.50), share_of(times, 0.99), share_of(times, 1.0)) == (51, 100, 100)


def test_every_word_of_the_archive_is_another_one() -> None:
    assert len({word(rank) for rank in range(1, WORDS + 1)}) == WORDS
    assert unique_word(1_234) == unique_word(1_299) == "zq1200"


@pytest.mark.parametrize(
    ("waits", "wrong", "code"),
    [
        ([0.2, 0.5], {}, 0),
        ([0.2, 0.501], {}, 1),
        ([0.2], {"missing": 1}, 1),
        ([0.2], {"strangers": 1}, 1),
        ([0.2], {"broken": 1}, 1),
        ([], {}, 1),
    ],
)
def test_a_text_that_is_late_or_lost_or_a_strangers_fails_the_live_measurement(
    waits: list[float], wrong: dict[str, int], code: int
) -> None:
    counts = {"missing": 0, "strangers": 0, "broken": 0} | wrong
    assert live.report(Load(20.0, waits), **counts) == code


async def test_a_stream_of_events_is_read_as_it_comes() -> None:
    reader, ready = asyncio.StreamReader(), asyncio.Event()
    reader.feed_data(b': connected\n\nevent: message.changed\ndata: {"id": 1}\n\n')
    reader.feed_eof()
    assert [event async for event in live.events(reader, ready)] == [("message.changed", {"id": 1})]
    assert ready.is_set()
