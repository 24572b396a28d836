"""Does a row hold what a person typed? For short lists that are searched as one types, without an index of words."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, or_

from domain.search import digits_of


def holds(
    typed: str,
    columns: Sequence[SQLColumnExpression[Any]],
    numbers: Sequence[SQLColumnExpression[Any]],
) -> ColumnElement[bool]:
    """Return the condition that each word typed stands in one of the columns or numbers.

    What is typed may as well be one number, or a part of it, with blanks and punctuation as people use them; numbers
    are stored without.
    """
    found = and_(
        *(
            or_(*(column.icontains(word, autoescape=True) for column in (*columns, *numbers)))
            for word in typed.split()
        )
    )
    digits = digits_of(typed)
    if digits is None:
        return found
    return or_(found, *(number.contains(digits, autoescape=True) for number in numbers))
