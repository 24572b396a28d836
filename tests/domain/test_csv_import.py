import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.csv_import import ImportedRow, RowProblem, UnreadableFile, read

HEADER = "phone,first_name\n"


def test_a_row_becomes_a_record_and_unknown_columns_its_fields() -> None:
    content = (
        "First Name,Last name,Phone,Country,Owner,Favourite colour\n"
        "Ada,Moreno,07700 900123,gb,Sam@Example.com,red\n"
    )
    assert read(content.encode()).rows == [
        ImportedRow(
            line=2,
            phone="+447700900123",
            first_name="Ada",
            last_name="Moreno",
            external_id=None,
            timezone=None,
            country="GB",
            region=None,
            owner="sam@example.com",
            fields={"favourite_colour": "red"},
        )
    ]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_files_of_any_spreadsheet_are_read(mark: bytes, end: str) -> None:
    content = mark + f"phone;first_name{end}+12025550101;Zoë{end}{end}".encode()
    assert [(row.first_name, row.line) for row in read(content).rows] == [("Zoë", 2)]


def test_lines_are_counted_as_an_editor_does_even_after_a_value_of_several_lines() -> None:
    content = HEADER[:-1] + ',note\n+12025550101,Ada,"one\ntwo"\n12,Eve,\n'
    found = read(content.encode())
    assert found.rows[0].fields == {"note": "one\ntwo"}
    assert [(problem.line, problem.column) for problem in found.problems] == [(4, "phone")]


def test_a_row_with_more_values_than_columns_is_left_out() -> None:
    found = read(f"{HEADER}+12025550101,Ada,Moreno\n".encode())
    assert found.rows == []
    assert found.problems == [
        RowProblem(2, None, "There are 3 values for 2 columns: quote commas.")
    ]


def test_a_row_with_fewer_values_lacks_what_it_lacks() -> None:
    found = read(f"{HEADER}+12025550101\n".encode())
    assert found.problems == [RowProblem(2, "first_name", "The first name is missing.")]


def test_the_second_row_of_one_person_is_left_out() -> None:
    found = read(f"{HEADER}+12025550101,Ada\n+1 202 555 0101,Ada\n".encode())
    assert len(found.rows) == 1
    assert found.problems == [
        RowProblem(3, "phone", "Line 2 has the same phone: a record stands in a file once.")
    ]


def test_people_who_share_a_number_are_told_apart_by_their_external_ids() -> None:
    content = "phone,first_name,external_id\n+12025550101,Ada,1\n+12025550101,Eve,2\n"
    assert len(read(content.encode()).rows) == 2


def test_every_problem_of_a_row_is_said_at_once() -> None:
    content = f"phone,first_name,timezone,note\n12,,Mars/Olympus,{'x' * 1001}\n"
    assert [problem.column for problem in read(content.encode()).problems] == [
        "note",
        "first_name",
        "phone",
        "timezone",
    ]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"phone\n", 1, "first_name is missing"),
        (b"phone,first_name,phone\n", 1, "names the column phone twice"),
        (b"phone,,first_name\n", 1, "Column 2 has no name"),
        (b"phone,first_name\n+12025550101,Jos\xe9\n", 2, "is not UTF-8"),
        ("phone,first_name\n".encode("utf-16-le"), 1, "zero byte"),
        (b'phone,first_name\n1,"unclosed\n', 2, "is not CSV"),
    ],
)
def test_a_file_that_cannot_be_read_says_where_it_stops_making_sense(
    content: bytes, line: int, words: str
) -> None:
    with pytest.raises(UnreadableFile, match=words) as caught:
        read(content)
    assert caught.value.line == line


@given(st.binary(max_size=300))
def test_whatever_is_uploaded_is_read_or_refused_with_words(content: bytes) -> None:
    try:
        lines = [row.line for row in read(HEADER.encode() + content).rows]
    except UnreadableFile:
        return
    assert lines == sorted(set(lines))


@pytest.mark.parametrize(
    ("written", "language"), [("de", "de"), ("PT_br", "pt-br"), ("es-419", "es-419"), ("", None)]
)
def test_a_language_is_read_as_spreadsheets_write_it(written: str, language: str | None) -> None:
    (row,) = read(f"{HEADER[:-1]},Language\n+12025550101,Ada,{written}\n".encode()).rows
    assert (row.language, row.fields) == (language, {})


def test_what_is_no_language_is_a_problem_of_its_row() -> None:
    found = read(f"{HEADER[:-1]},language\n+12025550101,Ada,German\n".encode())
    assert found.problems == [
        RowProblem(2, "language", '"German" is not a language: write it like de or pt-br.')
    ]
