"""A mapping file that can't be followed is refused with every place and what would be right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosecal.load.tables.table_mapping_file import read_date_pattern, read_table_mapping
from dosecal.model.problems import CohortError, RefusedError
from dosecal.model.table_mapping import DatePattern, KnownColumns, MappedColumn, TableMapping

KNOWN = KnownColumns(("subject_id", "day", "count"), frozenset({"day"}), frozenset({"count"}))


def read(text: str) -> TableMapping:
    return read_table_mapping(text.encode(), "map.yaml", {"visits": KNOWN, "doses": KNOWN})


def problems(text: str) -> list[str]:
    with pytest.raises(CohortError) as caught:
        read(text)
    return [str(problem) for problem in caught.value.problems]


def test_everything_that_a_file_can_say_is_read() -> None:
    text = "table: doses\ndelimiter: tab\nencoding: UTF-8 with BOM\nline_end: CRLF\nblank: '-'\ndates: DD/MM/YYYY\n"
    text += (
        "columns:\n- Id: subject_id\n- On: {column: day, dates: YYYYMMDD}\n- By: day\n- N: count\n- Form: {text: F1}\n"
    )
    assert read(text) == TableMapping(
        "doses",
        (
            MappedColumn("Id", "subject_id"),
            MappedColumn("On", "day", dates=DatePattern(("YYYY", "MM", "DD"))),
            MappedColumn("By", "day", dates=DatePattern(("DD", "/", "MM", "/", "YYYY"))),
            MappedColumn("N", "count", is_number=True),
            MappedColumn("Form", constant="F1"),
        ),
        "\t",
        "utf-8-sig",
        "\r\n",
        "-",
    )


HEAD = "table: visits\ncolumns:\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 'map.yaml:1:1: expected "table: visits" and "columns:", got an empty file [X110]'),
        ("- a\n", 'map.yaml:1:1: expected "table: visits" and "columns:", got something else [X110]'),
        ("columns:\n- A: day\n", "map.yaml:1:1: table: expected the key table, got none [X110]"),
        ("table: visits\n", "map.yaml:1:1: columns: expected the key columns, got none [X110]"),
        (f"{HEAD}- A: day\nfoo: 1\n", 'got "foo" [X110]'),
        (
            "table: people\ncolumns:\n- A: day\n",
            'map.yaml:1:8: table: expected one of visits, doses, got "people" [X110]',
        ),
        (f"{HEAD}- A: nothing\n", 'map.yaml:3:6: A: expected one of subject_id, day, count, got "nothing" [X111]'),
        (
            f"{HEAD}- A: {{column: nothing}}\n",
            'map.yaml:3:15: A: expected one of subject_id, day, count, got "nothing" [X111]',
        ),
        (f"{HEAD}- A: {{column: [day]}}\n", "A: expected a text, got a list or a mapping [X110]"),
        (f"{HEAD}- A: {{text: x, column: day}}\n", "got text and column [X110]"),
        (f"{HEAD}- A: {{text: x, dates: YYYYMMDD}}\n", "got text and dates [X110]"),
        (f"{HEAD}- A: {{dates: YYYYMMDD}}\n", "got dates [X110]"),
        (f"{HEAD}- A: {{}}\n", "got nothing [X110]"),
        (f"{HEAD}- A: {{format: x}}\n", 'map.yaml:3:7: A: expected one of column, dates, text, got "format" [X110]'),
        (f"{HEAD}- A: [day]\n", 'expected a column such as "- Visit date: planned_date", got a list [X110]'),
        (f"{HEAD}- day\n", "got something else [X110]"),
        (f"{HEAD}- {{A: day, B: day}}\n", "got something else [X110]"),
        ("table: visits\ncolumns: day\n", "got something else [X110]"),
        ("table: visits\ncolumns: []\n", "got something else [X110]"),
        (f"{HEAD}- A: day\n- A: count\n", "map.yaml:4:3: A: expected each name once, got one again [X110]"),
        (
            f"{HEAD}- A: {{column: count, dates: YYYYMMDD}}\n",
            "expected a pattern for a column of dates, got one for count [X112]",
        ),
        (f"{HEAD}- A: {{column: day, dates: YY-MM-DD}}\n", 'got "YY-MM-DD" [X112]'),
        (f"{HEAD}- A: day\ndates: MM-MM-DD\n", "(a year, a month and a day, each once) [X112]"),
        (f"{HEAD}- A: day\ndelimiter: ','\n", 'expected one of comma, semicolon, tab, pipe, got "," [X110]'),
        (f"{HEAD}- A: day\nencoding: latin\n", 'got "latin" [X110]'),
        (f"{HEAD}- A: day\nblank: [a]\n", "map.yaml:4:8: blank: expected a text, got a list or a mapping [X110]"),
        (f"{HEAD}- A: day\ntable: doses\n", "[P007]"),
    ],
)
def test_what_can_not_be_followed_is_refused_with_its_place(text: str, expected: str) -> None:
    (problem,) = problems(text)
    assert problem.endswith(expected)
    assert problem.startswith("map.yaml:")


def test_all_problems_are_told_in_the_order_of_the_file() -> None:
    found = problems("table: visits\nfoo: 1\ncolumns:\n- A: nothing\n- B: {column: day, dates: no}\nencoding: odd\n")
    assert [one.split(":")[1] for one in found] == ["2", "4", "5", "6"]


@pytest.mark.parametrize("text", ["DD/MM/YY", "dd/mm/yyyy", "YYYY", "YYYY-MM", "DD-MMMM-YYYY", "YYYY_MM_DD", "%d", ""])
def test_pattern_with_more_than_one_reading_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        read_date_pattern(text)


@pytest.mark.parametrize(
    ("iso", "text"),
    [
        ("2026-01-31", "31-Jan-2026"),
        ("2024-02-29", "29-Feb-2024"),
        ("2026-05-01", "01-May-2026"),
        ("2026-12-09", "09-Dec-2026"),
    ],
)
def test_months_are_english_whatever_the_machine_speaks(iso: str, text: str) -> None:
    assert read_date_pattern("DD-MMM-YYYY").text(iso) == text


@given(st.text(alphabet="table: visits\ncolumns-{}[]AYMD/,'\"&*#", max_size=80))
def test_no_text_is_a_traceback(text: str) -> None:
    try:
        read(text)
    except CohortError as error:
        assert error.problems  # noqa: PT017 - either may be
