"""What a CSV file of numbers that must not be texted says: its rows, and its problems by line and column."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from domain import phone
from domain.consent import Purpose
from domain.csv_import import RowProblem, UnreadableFile, decoded, rows_by_line

COLUMNS: Final = (
    "number",
    "purpose",
    "scope",
    "our_number",
    "brand",
    "source",
    "since",
    "evidence",
)
"""Of an exported list, which can be imported again."""

_LONGEST_REFERENCE: Final = 200


@dataclass(frozen=True, slots=True)
class ListedNumber:
    """One number that must not be texted: for `purpose`, or at all; since when, if the list says so."""

    line: int
    number: str
    purpose: Purpose | None
    reference: str | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class NumbersFile:
    rows: list[ListedNumber]
    problems: list[RowProblem]


def read(content: bytes) -> NumbersFile:
    """Return what `content`, UTF-8, says. Raises UnreadableFile.

    The first line names the columns: `number` must be there; `purpose`, `reference` and `since` may be, all others are
    passed over. A number that stands there again is read once.
    """
    lines = rows_by_line(decoded(content))
    _, header = next(lines, (1, []))
    columns = [cell.strip().lower() for cell in header]
    if "number" not in columns:
        raise UnreadableFile('The first line must name the columns, "number" among them.', line=1)
    rows: dict[tuple[str, Purpose | None], ListedNumber] = {}
    problems: list[RowProblem] = []
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        values = {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
        read_row = _row(values, line)
        if isinstance(read_row, RowProblem):
            problems.append(read_row)
        else:
            rows.setdefault((read_row.number, read_row.purpose), read_row)
    return NumbersFile(list(rows.values()), problems)


def _row(values: Mapping[str, str], line: int) -> ListedNumber | RowProblem:
    try:
        number = phone.parse(values.get("number", ""))
    except phone.InvalidNumber as error:
        return RowProblem(line, "number", str(error))
    named = values.get("purpose", "").lower()
    if named not in ("", *Purpose):
        return RowProblem(line, "purpose", f'"{named}" is none of: {", ".join(Purpose)}.')
    since = None
    if values.get("since"):
        try:
            since = datetime.fromisoformat(values["since"])
        except ValueError:
            return RowProblem(line, "since", f'"{values["since"]}" is no date: write 2026-11-03.')
        since = since.astimezone(UTC) if since.tzinfo else since.replace(tzinfo=UTC)
    reference = values.get("reference", "")[:_LONGEST_REFERENCE] or None
    return ListedNumber(line, number, Purpose(named) if named else None, reference, since)
