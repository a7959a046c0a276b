"""CSV becomes chunks of texts with places; a fault has its line, and nothing is trimmed or filled in."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosecal.load.tables import csv_rows, text_blocks, text_table
from dosecal.load.tables.text_table import TextTable, chunked, csv_table
from dosecal.model.problems import CohortError, Problem, Source

if TYPE_CHECKING:
    from dosecal.load.tables.text_chunks import TextChunk


def table(content: str | bytes) -> TextTable:
    return csv_table(io.BytesIO(content if isinstance(content, bytes) else content.encode()), "a.csv")


def rows(content: str | bytes) -> list[tuple[str, ...]]:
    """The rows of a table that has no problem."""
    read = table(content)
    found: list[tuple[str, ...]] = []
    for chunk in read.chunks:
        assert chunk.problems == []
        found += rows_of(chunk, len(read.header))
    return found


def rows_of(chunk: TextChunk, width: int) -> list[tuple[str, ...]]:
    """The rows of a chunk; its columns say the same whole and by their distinct texts."""
    if not chunk.lines:
        return []
    columns = [chunk.texts(column) for column in range(width)]
    for column, cells in enumerate(columns):
        texts, codes = chunk.distinct(column)
        assert len(set(texts)) == len(texts)
        assert [texts[code] for code in codes.tolist()] == list(cells)
    return list(zip(*columns, strict=True))


def problems(content: str | bytes) -> list[str]:
    try:
        return [str(problem) for chunk in table(content).chunks for problem in chunk.problems]
    except CohortError as error:
        return [str(problem) for problem in error.problems]


@pytest.mark.parametrize(
    ("content", "cells"),
    [
        ("a,b\n1,2\n", ("1", "2")),
        ("a,b\n1,2", ("1", "2")),
        ("a,b\r\n1,2\r\n", ("1", "2")),
        ("\ufeffa,b\n1,2\n", ("1", "2")),
        ('a,b\n"1",2\n', ("1", "2")),
        ('a,b\n"x,y","say ""so"""\n', ("x,y", 'say "so"')),
        ('a,b\n"two\nlines",2\n', ("two\nlines", "2")),
        ("a,b\n 1 ,\t2\n", (" 1 ", "\t2")),
        ("a,b\n,2\n", ("", "2")),
        ("a,b\n1,2\n,\n,\n", ("1", "2")),
        ("\n,,\n\na,b\n1,2\n", ("1", "2")),
        ("a,b,,\n1,2,,\n", ("1", "2")),
        ("a,b\n007,1e5\n", ("007", "1e5")),
        ("a,b\nNA,nan\n", ("NA", "nan")),
        ("a,b\nπ,患者\n", ("π", "患者")),
        ("a,b\n\n\n1,2\n\n", ("1", "2")),
    ],
)
def test_cell_is_kept_to_the_character(content: str, cells: tuple[str, str]) -> None:
    assert rows(content) == [cells]


def test_header_names_the_columns() -> None:
    assert (table("\ufeffa,b\n").header, table("a\r\n").header_line) == (("a", "b"), 1)


@pytest.mark.parametrize("content", ["", "\n", "\r\n", "\ufeff", "\ufeff\n"])
def test_table_without_a_header_is_empty(content: str) -> None:
    found = problems(content)
    assert len(found) == 1
    assert found[0].startswith("a.csv:1:1: ")
    assert found[0].endswith("[C003]")


def test_column_that_stands_twice_is_refused() -> None:
    assert problems("a,b,a\n") == ['a.csv:1:3: header: expected each column once, got "a" again [C005]']


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_other_encodings_of_unicode_are_refused(encoding: str) -> None:
    found = problems("a,b\n1,2\n".encode(encoding))
    assert len(found) == 1
    assert found[0].startswith("a.csv:1:")
    assert found[0].endswith("[C002]")


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"a,b\n1,2\n3,\xe94\n", "a.csv:3:3"),
        (b"a,b\n1,\xc3\xa9\xff\n", "a.csv:2:4"),
        (b"\xef\xbb\xbfa,b\n1,\xff\n", "a.csv:2:3"),
        (b"a,b\n1,\0\n", "a.csv:2:3"),
        (b"a,\xff\n1,2\n", "a.csv:1:3"),
    ],
)
def test_byte_that_is_not_utf_8_has_its_place(content: bytes, place: str) -> None:
    found = problems(content)
    assert len(found) == 1
    assert found[0].startswith(f"{place}: ")
    assert found[0].endswith("[C002]")


def test_row_of_another_length_is_a_problem_with_its_line() -> None:
    expected = "expected 2 cells as in the header, got"
    assert problems("a,b\n1\n1,2\n1,2,3\n \n") == [
        f"a.csv:2:1: {expected} 1 [C006]",
        f"a.csv:4:1: {expected} 3 [C006]",
        f"a.csv:5:1: {expected} 1 [C006]",
    ]


@pytest.mark.parametrize("content", ['a,b\n"1,2\n', 'a,b\n"1"x,2\n', "a,b\n1,2\r3,4\n", '"a,b\n'])
def test_broken_quotes_and_line_ends_are_refused(content: str) -> None:
    found = problems(content)
    assert len(found) == 1
    assert found[0].endswith("[C007]")


@pytest.mark.parametrize(
    "content", ["a,b\n1,2\n" + "x" * 10_000_000 + ",2\n", 'a,b\n1,2\n"' + "x\n" * 5_000_000 + '",2\n']
)
def test_cell_of_ten_megabytes_is_refused(content: str) -> None:
    found = problems(content)
    assert len(found) == 1
    assert found[0].endswith("[C008]")
    assert "expected cells of at most 131,072 characters, got a longer one; line" in found[0]


def places(chunk: TextChunk) -> list[tuple[str, str]]:
    return [(str(chunk.place(row, 0)), str(chunk.place(row, 1))) for row in range(len(chunk.lines))]


def test_place_of_a_cell_is_its_line_and_character() -> None:
    chunk = next(chunk for chunk in table('a,b\n1,2\n"x,""y""",3\n\n"two\nlines",4\né,5\n').chunks if chunk.lines)
    assert chunk.lines == [2, 3, 5, 7]
    assert places(chunk) == [
        ("a.csv:2:1", "a.csv:2:3"),
        ("a.csv:3:1", "a.csv:3:11"),
        ("a.csv:5:1", "a.csv:6:8"),
        ("a.csv:7:1", "a.csv:7:3"),
    ]


def test_place_without_quotes_counts_characters_too() -> None:
    chunk = next(chunk for chunk in table("\ufeffa,b\r\n1,2\r\né患,5\r\n").chunks if chunk.lines)
    assert places(chunk) == [("a.csv:2:1", "a.csv:2:3"), ("a.csv:3:1", "a.csv:3:4")]


def test_rows_come_in_chunks_with_their_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(text_blocks, "BLOCK_BYTES", 8)
    content = "a,b\n" + "".join(f'{k},"p\nq{k}"\n' for k in range(5))
    chunks = [chunk for chunk in table(content).chunks if chunk.lines]
    assert [chunk.lines for chunk in chunks] == [[2, 4], [6, 8], [10]]
    assert [row[0] for chunk in chunks for row in rows_of(chunk, 2)] == ["0", "1", "2", "3", "4"]
    last = next(chunk for chunk in table(content).chunks if chunk.lines == [10])
    assert (str(last.place(0, 0)), str(last.place(0, 1))) == ("a.csv:10:1", "a.csv:10:3")


def test_rows_before_a_fault_are_kept() -> None:
    chunks = list(table('a,b\n1,2\n3,"4\n').chunks)
    assert [problem.code for chunk in chunks for problem in chunk.problems] == ["C007"]


def test_table_in_memory_comes_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_table, "ROWS_AT_ONCE", 2)
    fault = Problem(Source("<frame>", 3, 1), "C009", "a", "expected a text")
    chunks = list(chunked([["1", "2", "3"], ["x", "y", "z"]], "<frame>", 1, [fault]))
    assert [chunk.lines for chunk in chunks] == [[1, 2], [3]]
    assert [chunk.problems for chunk in chunks] == [[], [fault]]
    assert str(chunks[1].place(0, 1)) == "<frame>:3:2"


CELL = st.text(st.sampled_from('ab,"\n\r é患\t0'), max_size=20)


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_quoted_cells_are_read_back(cells: list[tuple[str, ...]], end: str) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b", "c"), *cells])
    filled = [cell for cell in cells if any(cell)]
    if cells[: len(filled)] == filled:
        assert rows(written.getvalue()) == filled
    else:
        assert {line[-5:-1] for line in problems(written.getvalue())} == {"C013"}


@given(st.text(st.sampled_from('ab,,,"\n\n\r é0'), max_size=60))
def test_text_is_read_as_the_csv_module_reads_it_or_refused(text: str) -> None:
    content = f"a,b,c\n{text}"
    try:
        expected = [tuple(row) for row in csv.reader(io.StringIO(content, newline="\n"), strict=True) if row][1:]
    except csv.Error:
        assert "C007" in {line[-5:-1] for line in problems(content)}
        return
    filled = [row for row in expected if any(row)]
    uneven = [row for row in filled if len(row) != 3]
    found = [line[-5:-1] for line in problems(content)]
    assert found.count("C006") == len(uneven)
    assert ("C013" in found) == (expected[: len(filled)] != filled)
    if not found:
        assert rows(content) == filled
