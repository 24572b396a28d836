"""What a CSV file of records says: its rows as records, and its problems by line and column.

A bad row is reported and left out, the others are kept. A file that cannot be read at all raises UnreadableFile.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from domain import phone
from domain.templates import is_language
from domain.time_zones import UnknownZone, parse_zone

REQUIRED: Final = ("phone", "first_name")

_LONGEST: Final = {
    "external_id": 200,
    "first_name": 100,
    "last_name": 100,
    "country": 2,
    "region": 100,
}
_OWN: Final = {*_LONGEST, "phone", "timezone", "language", "owner"}
"""Columns that are a record's own; all others become its fields."""

_FIELD_NAME: Final = re.compile(r"[^a-z0-9_]+")
_LONGEST_FIELD: Final = 1000


class UnreadableFile(ValueError):
    """The file is not a CSV of records; `line` is where it stops making sense, counted from 1."""

    def __init__(self, message: str, *, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row was left out: its line, counted from 1 as an editor does, and the column if it is one."""

    line: int
    column: str | None
    message: str


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """One record as a row gives it. `phone` is E.164; `owner` an e-mail address in lower case, if named."""

    line: int
    phone: str
    first_name: str
    last_name: str
    external_id: str | None
    timezone: str | None
    country: str | None
    region: str | None
    owner: str | None
    fields: Mapping[str, str]
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedFile:
    rows: list[ImportedRow]
    problems: list[RowProblem]


def read(content: bytes) -> ImportedFile:
    """Return what `content`, UTF-8 with or without a mark, says. Raises UnreadableFile.

    The first line names the columns. `phone` and `first_name` must be there; a column that is not one of a
    record's own becomes one of its fields. Two rows for one person (the same external id, else the same
    number) are a problem of the second.
    """
    lines = rows_by_line(decoded(content))
    _, header = next(lines, (1, []))
    columns = _columns(header)
    rows: list[ImportedRow] = []
    problems: list[RowProblem] = []
    seen: dict[str, int] = {}
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(columns):
            message = f"There are {len(cells)} values for {len(columns)} columns: quote commas."
            problems.append(RowProblem(line, None, message))
            continue
        values = {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
        row = _row(values, line)
        if isinstance(row, list):
            problems += row
            continue
        column, key = ("external_id", row.external_id) if row.external_id else ("phone", row.phone)
        if (before := seen.setdefault(f"{column} {key}", line)) != line:
            message = f"Line {before} has the same {column}: a record stands in a file once."
            problems.append(RowProblem(line, column, message))
            continue
        rows.append(row)
    return ImportedFile(rows, problems)


def decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8, with or without a mark. Raises UnreadableFile."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            f"Line {line} is not UTF-8 text: save the file as CSV with UTF-8 encoding.", line=line
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise UnreadableFile(
            f"Line {line} holds a zero byte: this is not CSV text in UTF-8 encoding.", line=line
        )
    return text


def rows_by_line(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line it begins on."""
    first = text.partition("\n")[0]
    # spreadsheets write semicolons where the comma is the decimal sign
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile(f"Line {line} is not CSV: {error}.", line=line) from error


def _columns(header: list[str]) -> list[str]:
    """Return the names of the columns as record fields are named: "First name" is first_name."""
    columns = [_FIELD_NAME.sub("_", name.strip().lower()).strip("_") for name in header]
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise UnreadableFile(
            f"The first line must name the columns, and {' and '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing.",
            line=1,
        )
    if "" in columns:
        raise UnreadableFile(
            f"Column {columns.index('') + 1} has no name in the first line.", line=1
        )
    double = next((name for name in columns if columns.count(name) > 1), None)
    if double:
        raise UnreadableFile(f"The first line names the column {double} twice.", line=1)
    return columns


def _row(values: Mapping[str, str], line: int) -> ImportedRow | list[RowProblem]:
    """Return the record of one row, or all that is wrong with it."""
    problems = [
        RowProblem(line, name, f"This is longer than {limit} characters.")
        for name, limit in _LONGEST.items()
        if len(values.get(name, "")) > limit
    ]
    fields = {name: value for name, value in values.items() if name not in _OWN and value}
    problems += [
        RowProblem(line, name, f"This is longer than {_LONGEST_FIELD} characters.")
        for name, value in fields.items()
        if len(value) > _LONGEST_FIELD
    ]
    if not values.get("first_name"):
        problems.append(RowProblem(line, "first_name", "The first name is missing."))
    country = values.get("country", "").upper() or None
    number = ""
    try:
        number = phone.parse(values.get("phone", ""), region=country)
    except phone.InvalidNumber as error:
        problems.append(RowProblem(line, "phone", str(error)))
    timezone = values.get("timezone") or None
    if timezone is not None:
        try:
            parse_zone(timezone)
        except UnknownZone as error:
            problems.append(RowProblem(line, "timezone", str(error)))
    language = values.get("language", "").lower().replace("_", "-") or None
    if language is not None and not is_language(language):
        message = f'"{values["language"]}" is not a language: write it like de or pt-br.'
        problems.append(RowProblem(line, "language", message))
    if problems:
        return problems
    return ImportedRow(
        line=line,
        phone=number,
        first_name=values["first_name"],
        last_name=values.get("last_name", ""),
        external_id=values.get("external_id") or None,
        timezone=timezone,
        country=country,
        region=values.get("region") or None,
        owner=values.get("owner", "").lower() or None,
        fields=fields,
        language=language,
    )
