"""How do we compare with what is bare? In turns, since the machine varies, by medians, and with a target."""

from collections.abc import Awaitable, Callable, Sequence
from statistics import median
from typing import TypeVar

from rich.console import Console
from rich.table import Table

T = TypeVar("T")


async def take_turns(
    ours: Callable[[], Awaitable[T]], bare: Callable[[], Awaitable[T]], *, rounds: int
) -> tuple[list[T], list[T]]:
    """Measure one side, then the other, `rounds` times, after a turn of each that does not count."""
    await ours()
    await bare()
    measured: tuple[list[T], list[T]] = ([], [])
    for _ in range(rounds):
        measured[0].append(await ours())
        measured[1].append(await bare())
    return measured


def median_ratio(ours: Sequence[float], bare: Sequence[float]) -> float:
    """Return the median of the rounds' ratios: what disturbs the machine for long disturbs both turns of a round."""
    return median(one / other for one, other in zip(ours, bare, strict=True))


def show(title: str, rows: Sequence[Sequence[str]]) -> None:
    """Print what was measured: each row is a name, our figure, the bare one."""
    table = Table("", "Touchline", "bare", title=title, title_justify="left")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def verdict(name: str, ratio: float, *, target: float) -> int:
    """Print how the ratio stands to its target, and return the exit code: 1 if it is short."""
    print(f"{name} ratio={ratio:.2f} target={target:.2f}")
    return 0 if ratio >= target else 1
