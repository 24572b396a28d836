import io

import pytest
from rich.console import Console

from trial.demo.teller import BrokenClaim, Teller


@pytest.fixture
def page() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def teller(page: io.StringIO) -> Teller:
    return Teller(Console(file=page))


def test_a_claim_that_holds_is_told(teller: Teller, page: io.StringIO) -> None:
    teller.claim("two texts", expected=2, seen=2)
    assert page.getvalue().endswith("s  ✓ two texts\n")


def test_a_claim_that_does_not_hold_ends_the_story(teller: Teller, page: io.StringIO) -> None:
    with pytest.raises(BrokenClaim) as broken:
        teller.claim("two texts", expected=2, seen=3)
    assert str(broken.value) == "This is not so: two texts\n  expected: 2\n  seen:     3"
    assert page.getvalue() == ""


def test_what_comes_late_is_waited_for_and_news_is_told_meanwhile(
    teller: Teller, page: io.StringIO
) -> None:
    answers = iter([0, 1, 2])
    news = iter([["→ a text"], [], []])
    seen = teller.until(
        "two texts", lambda: next(answers), lambda count: count == 2, meanwhile=lambda: next(news)
    )
    assert seen == 2
    lines = [line.split("s  ", 1)[1] for line in page.getvalue().splitlines()]
    assert lines == ["→ a text", "✓ two texts"]


def test_what_never_comes_ends_the_story(teller: Teller) -> None:
    with pytest.raises(BrokenClaim, match="within 0 seconds: two texts\n  seen: 1"):
        teller.until("two texts", lambda: 1, lambda count: count == 2, seconds=0)
