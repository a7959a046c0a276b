"""Frames, Parquet and XLSX give the same texts as CSV; what has no certain text is named with its place."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosecal.load.columns import SUBJECT_ID
from dosecal.load.tables.table_reader import TableReader
from dosecal.load.tables.typed_tables import frame_table, parquet_table
from dosecal.load.tables.xlsx_table import xlsx_table
from dosecal.model.problems import CohortError
from tests.load.workbooks import date_cell, number_cell, text_cell, truth_cell, workbook

if TYPE_CHECKING:
    from dosecal.load.tables.text_table import TextTable

HEAD = tuple(text_cell(name) for name in ("subject_id", "arm", "start", "weight_kg"))


def read(table: TextTable) -> tuple[list[tuple[str, ...]], list[str]]:
    """The rows and the problems of a table."""
    rows: list[tuple[str, ...]] = []
    problems: list[str] = []
    for chunk in table.chunks:
        problems += [str(problem) for problem in chunk.problems]
        if chunk.lines:
            rows += zip(*(chunk.texts(column) for column in range(len(table.header))), strict=True)
    return rows, problems


def refused(table: object) -> list[str]:
    assert isinstance(table, CohortError)
    return [str(problem) for problem in table.problems]


def parquet(**columns: pa.Array) -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.table(columns), content)
    return content.getvalue()


def test_frame_gives_the_texts_of_its_cells() -> None:
    frame = pd.DataFrame(
        {
            "subject_id": ["007", "NA", "nan"],
            "start": pd.array(["2026-03-09", None, "2024-02-29"], dtype="datetime64[ns]"),
            "weight_kg": [70.25, None, 60],
            "visits": pd.array([1, None, 3], dtype="Int64"),
            "site": pd.array(["A", None, ""], dtype="string"),
            "arm": pd.Categorical(["msc", "control", None]),
        },
        index=["x", "y", "z"],
    )
    table = frame_table(frame)
    assert (table.file, table.header) == ("<frame>", ("subject_id", "start", "weight_kg", "visits", "site", "arm"))
    assert read(table) == (
        [
            ("007", "2026-03-09", "70.25", "1", "A", "msc"),
            ("NA", "", "", "", "", "control"),
            ("nan", "2024-02-29", "60", "3", "", ""),
        ],
        [],
    )


@pytest.mark.parametrize("dtype", ["float16", "float32", "Float32", "float[pyarrow]", "float64", "object"])
def test_number_of_few_bits_keeps_the_text_that_was_typed(dtype: str) -> None:
    frame = pd.DataFrame({"weight_kg": pd.Series([70.1, None], dtype=dtype)})
    assert read(frame_table(frame)) == ([("70.1",), ("",)], [])


def test_number_of_few_bits_in_parquet_keeps_the_text_that_was_typed() -> None:
    content = parquet(weight_kg=pa.array([70.1, None], pa.float32()))
    assert read(parquet_table(content, "s.parquet")) == ([("70.1",), ("",)], [])


def test_frame_s_row_is_counted_from_one_whatever_its_index_says() -> None:
    frame = pd.DataFrame({"a": ["x", True]}, index=[40, 50])
    assert read(frame_table(frame))[1][0].startswith("<frame>:2:1: a: ")


def test_frame_s_columns_are_named_by_text_and_once() -> None:
    with pytest.raises(CohortError) as caught:
        frame_table(pd.DataFrame([[1, 2]], columns=["a", 7]))
    assert refused(caught.value) == ['<frame>: header: expected names as text, got "7" [C009]']
    with pytest.raises(CohortError) as caught:
        frame_table(pd.DataFrame([[1, 2]], columns=["a", "a"]))
    assert [problem.code for problem in caught.value.problems] == ["C005"]


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame({"a": []}), pd.DataFrame(index=[1, 2])])
def test_frame_without_rows_is_an_empty_table(frame: pd.DataFrame) -> None:
    assert read(frame_table(frame)) == ([], [])


class Stream:
    """Something that gives its rows as an Arrow stream and is nothing else."""

    def __init__(self, table: pa.Table) -> None:
        """Give the rows of a table."""
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The stream."""
        return self._table.__arrow_c_stream__(requested_schema)


class Interchange:
    """Something that gives its rows by the interchange of data frames alone."""

    def __init__(self, table: pa.Table) -> None:
        """Give the rows of a table."""
        self._table = table

    def __dataframe__(self, *_: object, **__: object) -> object:
        """The frame for others."""
        return self._table.__dataframe__()


COLUMNS = pa.table(
    {
        "subject_id": ["007", "NA"],
        "start": pa.array([date(2026, 3, 9), None]),
        "weight_kg": [70.1, None],
        "arm": pa.array(["msc", "control"]).dictionary_encode(),
    }
)


@pytest.mark.parametrize("frame", [COLUMNS, COLUMNS.to_reader(), COLUMNS.to_batches()[0], Stream(COLUMNS)])
def test_whatever_gives_arrow_data_is_a_frame(frame: object) -> None:
    table = frame_table(frame)
    assert (table.file, table.header) == ("<frame>", ("subject_id", "start", "weight_kg", "arm"))
    assert read(table) == ([("007", "2026-03-09", "70.1", "msc"), ("NA", "", "", "control")], [])


def test_whatever_gives_its_rows_by_the_interchange_is_a_frame() -> None:
    texts = COLUMNS.select(["subject_id", "weight_kg"])
    assert read(frame_table(Interchange(texts))) == ([("007", "70.1"), ("NA", "")], [])
    with pytest.raises(TypeError, match="make a frame of it"):
        frame_table(Interchange(COLUMNS))  # it has no dates


def test_frame_of_polars_and_relation_of_duckdb_are_frames() -> None:
    polars = pytest.importorskip("polars")
    duckdb = pytest.importorskip("duckdb")
    frame = polars.DataFrame(
        {
            "subject_id": ["007"],
            "start": [date(2026, 3, 9)],
            "weight_kg": polars.Series([70.1], dtype=polars.Float32),
            "arm": polars.Series(["msc"], dtype=polars.Categorical),
        }
    )
    assert read(frame_table(frame)) == ([("007", "2026-03-09", "70.1", "msc")], [])
    relation = duckdb.sql("select '007' as subject_id, date '2026-03-09' as start, 70.25::decimal(38, 18) as weight_kg")
    rows, problems = read(frame_table(relation))
    assert (rows[0][:2], float(rows[0][2]), problems) == (("007", "2026-03-09"), 70.25, [])
    for other in (frame.lazy(), frame["arm"]):
        with pytest.raises(TypeError, match="make a frame of it"):
            frame_table(other)


@pytest.mark.parametrize("other", [{"a": [1]}, [("a", 1)], "s.csv", None, 7, pd.Series([1]), pa.array([1])])
def test_what_is_no_frame_is_told_how_to_become_one(other: object) -> None:
    with pytest.raises(TypeError, match=r"got [a-z_.A-Z0-9]+: make a frame of it, such as with \.collect\(\)"):
        frame_table(other)


def test_frame_of_arrow_without_rows_is_an_empty_table_with_its_columns() -> None:
    (chunk,) = frame_table(COLUMNS.slice(0, 0)).chunks
    assert (chunk.lines, chunk.problems) == ([], [])
    with pytest.raises(CohortError) as caught:
        frame_table(pa.table([pa.array(["1"]), pa.array(["2"])], names=["a", "a"]))
    assert [problem.code for problem in caught.value.problems] == ["C005"]


def test_batches_of_arrow_are_counted_through() -> None:
    table = pa.table(
        {"a": pa.chunked_array([["x"] * 25_000, ["x", None]]), "b": pa.array([1.5] * 25_001 + [0.1 + 0.2])}
    )
    rows, (problem,) = read(frame_table(table))
    assert (len(rows), problem.split(" ")[0]) == (25_002, "<frame>:25002:2:")


def test_cell_without_a_certain_text_far_down_is_a_problem_of_its_row() -> None:
    frame = pd.DataFrame({"a": ["x"] * 150_001, "b": [*[1] * 150_000, True]}, dtype=object)
    last = list(frame_table(frame).chunks)[-1]
    assert [str(problem.source) for problem in last.problems] == ["<frame>:150001:2"]


def test_parquet_without_rows_is_a_whole_file_without_rows() -> None:
    table = parquet_table(parquet(subject_id=pa.array([], pa.string())), "s.parquet")
    assert (table.is_whole, read(table)) == (True, ([], []))


def test_parquet_gives_the_texts_of_its_cells() -> None:
    content = parquet(
        subject_id=pa.array(["007", "NA"]).dictionary_encode(),
        start=pa.array([date(2026, 3, 9), None]),
        weight_kg=pa.array(["70.25", "61.5"]).cast(pa.decimal128(6, 3)),
        count=pa.array([7, None]),
    )
    assert read(parquet_table(content, "s.parquet")) == (
        [("007", "2026-03-09", "70.250", "7"), ("NA", "", "61.500", "")],
        [],
    )


def test_cell_of_parquet_without_a_certain_text_is_named() -> None:
    content = parquet(a=pa.array([0.1 + 0.2, 70.5]), b=pa.array([True, None]), c=pa.array([[1], [2]]))
    rows, problems = read(parquet_table(content, "s.parquet"))
    assert rows == [("", "", ""), ("70.5", "", "")]
    assert [(line.split(" ", 1)[0], line[-5:-1]) for line in problems] == [
        ("s.parquet:1:1:", "C009"),
        ("s.parquet:1:2:", "C009"),
        ("s.parquet:1:3:", "C009"),
        ("s.parquet:2:3:", "C009"),
    ]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1xxxxPAR1", b"subject_id,arm,start\n", workbook(HEAD)])
def test_file_that_is_no_parquet_is_refused(content: bytes) -> None:
    with pytest.raises(CohortError) as caught:
        parquet_table(content, "s.parquet")
    assert [line[-5:-1] for line in refused(caught.value)] == ["C001"]


def test_parquet_with_a_text_that_is_not_utf_8_is_refused() -> None:
    bad = pa.array([b"a\xff"]).view(pa.string())
    with pytest.raises(CohortError) as caught:
        read(parquet_table(parquet(a=bad), "s.parquet"))
    assert [line[-5:-1] for line in refused(caught.value)] == ["C001"]


def test_parquet_with_a_date_outside_the_calendar_is_refused() -> None:
    far = pa.array([2_000_000_000], pa.int32()).view(pa.date32())
    with pytest.raises(CohortError) as caught:
        read(parquet_table(parquet(a=far), "s.parquet"))
    assert [line[-5:-1] for line in refused(caught.value)] == ["C001"]


WHOLE = parquet(subject_id=pa.array(["007", "008"] * 50), start=pa.array([date(2026, 3, 9)] * 100))


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), st.integers(0, 8))
def test_damaged_parquet_is_refused_or_read(at: int, byte: int, cut: int) -> None:
    damaged = bytearray(WHOLE)
    damaged[at] = byte
    with suppress(CohortError):
        read(parquet_table(bytes(damaged[: len(damaged) - cut]), "s.parquet"))


def test_workbook_gives_the_texts_of_its_cells() -> None:
    # 46090 days after 1899-12-30 is 2026-03-09; a spreadsheet writes 70.2 with all digits of its double
    content = workbook(
        HEAD,
        (text_cell("007"), text_cell("msc"), date_cell("46090"), number_cell("70.200000000000003")),
        (text_cell("NA"), text_cell("control"), text_cell("2026-03-09"), ""),
    )
    table = xlsx_table(content, "s.xlsx")
    assert (table.header, table.header_line) == (("subject_id", "arm", "start", "weight_kg"), 1)
    assert read(table) == ([("007", "msc", "2026-03-09", "70.2"), ("NA", "control", "2026-03-09", "")], [])


def test_id_of_a_workbook_that_is_a_number_is_refused_with_its_cell() -> None:
    content = workbook(HEAD, (text_cell("007"), text_cell("msc")), (number_cell("7"), text_cell("msc")))
    expected = (
        "s.xlsx:3:1: subject_id: expected ids as text, got a number or a date (7) in the cell A3 (a sheet may show "
        '"007" where the cell holds 7: format the column as text, and write the ids anew) [C009]'
    )
    (rows,) = TableReader(xlsx_table(content, "s.xlsx"), (SUBJECT_ID,))
    assert [str(one) for one in rows.problems] == [expected]


def test_cell_of_a_workbook_without_a_certain_text_is_named() -> None:
    row = (text_cell("007"), text_cell("msc"), date_cell("46090.5"), truth_cell("1"))
    _, problems = read(xlsx_table(workbook(HEAD, row), "s.xlsx"))
    assert [(line.split(" ", 1)[0], line[-5:-1]) for line in problems] == [
        ("s.xlsx:2:3:", "C009"),
        ("s.xlsx:2:4:", "C009"),
    ]


def test_empty_rows_at_the_end_of_a_sheet_are_passed_over() -> None:
    filled = (text_cell("007"), text_cell("msc"))
    content = workbook(HEAD, filled, (), (text_cell(""),), (text_cell(""), text_cell("")))
    assert read(xlsx_table(content, "s.xlsx"))[0] == [("007", "msc", "", "")]


def test_empty_row_between_others_is_named_once() -> None:
    content = workbook(HEAD, (), (text_cell("007"), text_cell("msc")))
    rows, (problem,) = read(xlsx_table(content, "s.xlsx"))
    assert rows == [("007", "msc", "", "")]
    assert problem.startswith("s.xlsx:2:1: expected empty rows at the end alone, got an empty row between others")
    assert problem.endswith("[C013]")


def test_workbook_without_rows_is_empty() -> None:
    with pytest.raises(CohortError) as caught:
        xlsx_table(workbook(), "s.xlsx")
    assert [line[-5:-1] for line in refused(caught.value)] == ["C003"]


def test_column_of_a_workbook_that_stands_twice_is_refused() -> None:
    with pytest.raises(CohortError) as caught:
        xlsx_table(workbook((text_cell("a"), text_cell("a"))), "s.xlsx")
    assert [line[-5:-1] for line in refused(caught.value)] == ["C005"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"subject_id,arm,start\n", WHOLE, workbook(HEAD)[:-30]])
def test_file_that_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(CohortError) as caught:
        xlsx_table(content, "s.xlsx")
    assert [line[-5:-1] for line in refused(caught.value)] == ["C001"]


BOOK = workbook(HEAD, (text_cell("007"), text_cell("msc"), date_cell("46090"), number_cell("70.5")))


@given(st.integers(0, len(BOOK) - 1), st.integers(0, 255))
def test_damaged_workbook_is_refused_or_read(at: int, byte: int) -> None:
    damaged = bytearray(BOOK)
    damaged[at] = byte
    with suppress(CohortError):
        read(xlsx_table(bytes(damaged), "s.xlsx"))
