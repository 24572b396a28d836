"""May a person answer a customer who just wrote, outside the hours in which texts go out?

Facts, not legal advice: an organisation switches it off by answering within 0 minutes. Source: reference on SMS,
section 3.2. The federal hours of the USA bind solicitations, and an answer that was asked for is none; but many
states have hours of their own (AL CT FL KY LA MA MD MI MN MS NJ NM NV OK RI TX WA; sources disagree on CA, IL, PA),
which an answer keeps. Elsewhere the known hours bind marketing.
"""

import unicodedata
from datetime import datetime, timedelta
from typing import Final

_UNITED_STATES: Final = "US"

_WITHOUT_OWN_HOURS: Final = """
AK Alaska, AR Arkansas, AZ Arizona, CO Colorado, DC District of Columbia, DE Delaware, GA Georgia, HI Hawaii, IA Iowa,
ID Idaho, IN Indiana, KS Kansas, ME Maine, MO Missouri, MT Montana, NC North Carolina, ND North Dakota, NE Nebraska,
NH New Hampshire, NY New York, OH Ohio, OR Oregon, SC South Carolina, SD South Dakota, TN Tennessee, UT Utah,
VA Virginia, VT Vermont, WI Wisconsin, WV West Virginia, WY Wyoming
"""
"""The states in which no hours but the federal ones are known to hold."""


def may_answer_now(
    wrote_at: datetime | None,
    now: datetime,
    within: timedelta,
    *,
    country: str | None,
    region: str | None,
) -> bool:
    """Return whether an answer to a text that came at `wrote_at` may go at `now`, whatever the customer's clock says.

    Until `within` after that text, inclusive. `country` is an ISO 3166 code, `region` a state by code or name. In the
    USA the state must be known, and have no hours of its own; a customer of no known country counts as one there.
    """
    if not within or wrote_at is None or not timedelta(0) <= now - wrote_at <= within:
        return False
    if country is not None and country.strip().upper() != _UNITED_STATES:
        return True
    return _letters(region or "").removeprefix("us") in _STATES


def _letters(region: str) -> str:
    plain = unicodedata.normalize("NFKD", region).casefold()
    return "".join(c for c in plain if c.isalpha())


_STATES: Final = frozenset(
    _letters(written)
    for state in _WITHOUT_OWN_HOURS.replace("\n", " ").split(", ")
    for written in state.strip().split(" ", 1)
)
