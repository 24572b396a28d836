from datetime import UTC, datetime

import pytest

from domain import do_not_contact
from domain.consent import Purpose
from domain.csv_import import UnreadableFile
from domain.do_not_contact import ListedNumber


def test_a_list_is_read_with_its_problems_by_line() -> None:
    found = do_not_contact.read(
        b"Number;Purpose;Reference;Since\n"
        b"+1 202-555-0101;;case 7;2026-01-02\n"
        b"nonsense;;;\n"
        b"+12025550102;marketing;;2026-01-02T10:00:00+02:00\n"
        b"+12025550103;surveys;;\n"
        b"+12025550104;;;yesterday\n"
        b"\n"
        b"+12025550101;;again;\n"
    )
    assert found.rows == [
        ListedNumber(2, "+12025550101", None, "case 7", datetime(2026, 1, 2, tzinfo=UTC)),
        ListedNumber(
            4, "+12025550102", Purpose.MARKETING, None, datetime(2026, 1, 2, 8, tzinfo=UTC)
        ),
    ]
    assert [(each.line, each.column) for each in found.problems] == [
        (3, "number"),
        (5, "purpose"),
        (6, "since"),
    ]


def test_a_list_without_a_column_of_numbers_is_none() -> None:
    with pytest.raises(UnreadableFile, match="number"):
        do_not_contact.read(b"phone\n+12025550101\n")
