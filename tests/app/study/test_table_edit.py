"""One row changes, and every other byte stays."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosecal.app.study.table_edit import edited_table, new_table
from dosecal.load.tables.table_reading import STRICT, TableReading, table_reading
from dosecal.model.problems import OutputError

PLAIN = b"subject_id,visit,note\n001,D1,\n002,D1,late\n"


def appended(content: bytes, reading: TableReading = STRICT, /, **cells: str) -> bytes:
    return edited_table(content, "a.csv", reading).appended(cells)


def changed(content: bytes, before: dict[str, str], /, **cells: str) -> bytes:
    return edited_table(content, "a.csv").changed(before, cells)


def code_of(refused: pytest.ExceptionInfo[OutputError]) -> tuple[str, int]:
    return refused.value.problems[0].code, refused.value.problems[0].source.line


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (PLAIN, b"003,D8,x\n"),
        (PLAIN.replace(b"\n", b"\r\n"), b"003,D8,x\r\n"),
        (b"\xef\xbb\xbf" + PLAIN, b"003,D8,x\n"),
        (b'"subject_id","visit","note"\n"001","D1",""\n', b'"003","D8","x"\n'),
        (b"subject_id,visit,note\n", b"003,D8,x\n"),
        (b"note,subject_id,ward,visit\nhello,001,B,D1\n", b"x,003,,D8\n"),
    ],
)
def test_new_row_stands_at_the_end_as_the_others_are_written(content: bytes, row: bytes) -> None:
    assert appended(content, subject_id="003", visit="D8", note="x") == content + row


def test_file_without_a_last_line_end_keeps_it_so() -> None:
    content = PLAIN.rstrip(b"\n")
    assert appended(content, subject_id="003", visit="D8") == content + b"\n003,D8,"


def test_new_row_stands_before_empty_rows_at_the_end() -> None:
    assert appended(PLAIN + b",,\n\n", subject_id="003") == PLAIN + b"003,,\n,,\n\n"


def test_separator_line_and_separator_stay() -> None:
    content = b"sep=;\r\nsubject_id;visit;note\r\n001;D1;a, b\r\n"
    new = appended(content, table_reading(separator=";"), subject_id="002", visit="D1", note="c; d")
    assert new == content + b'002;D1;"c; d"\r\n'


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16-le", "utf-16", "utf-8"])
def test_encoding_stays(encoding: str) -> None:
    content = "subject_id,note\r\n001,Müller\r\n".encode(encoding)
    new = appended(content, table_reading(encoding=encoding), subject_id="002", note="Größe")
    assert new.startswith(content)
    assert new.decode(encoding).endswith("\r\n002,Größe\r\n")


def test_character_that_the_encoding_lacks_is_refused() -> None:
    with pytest.raises(OutputError, match="characters of cp1252"):
        appended(b"subject_id\r\n", table_reading(encoding="cp1252"), subject_id="漢")


def test_changed_cell_alone_differs() -> None:
    content = b'subject_id,visit,note,extra\r\n "001",D1,"a ""b""",  x \r\n002,"D1",,\r\n'
    new = changed(content, {"subject_id": "002", "visit": "D1"}, visit="D8", note="y")
    assert new == content.replace(b'002,"D1",,', b'002,"D8",y,')


def test_quotes_in_a_cell_are_written_twice() -> None:
    assert changed(PLAIN, {"subject_id": "001"}, note='say "so", now') == PLAIN.replace(
        b"001,D1,", b'001,D1,"say ""so"", now"'
    )


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", ("O050", 1)),
        (b"a,a\n1,2\n", ("O050", 1)),
        (b"a,b\n1,2\n1\n", ("O050", 3)),
        (b'a,b\n1,"2\n', ("O050", 2)),
        (b'a,b\n1,"2"x\n', ("O050", 2)),
        (b"a,b\r1,2\r", ("O050", 1)),
        (b"a,b\n1,\xff\n", ("O050", 2)),
        (b"a,b\n1,\0\n", ("O050", 2)),
    ],
)
def test_file_that_cannot_be_cut_with_certainty_is_refused(content: bytes, place: tuple[str, int]) -> None:
    with pytest.raises(OutputError) as refused:
        edited_table(content, "a.csv")
    assert code_of(refused) == place


@pytest.mark.parametrize(("before", "code"), [({"visit": "D1"}, ("O051", 3)), ({"visit": "D3"}, ("O051", 0))])
def test_row_that_is_not_one_alone_is_refused(before: dict[str, str], code: tuple[str, int]) -> None:
    with pytest.raises(OutputError) as refused:
        changed(PLAIN, before, note="x")
    assert code_of(refused) == code


def test_column_that_the_table_lacks_is_refused() -> None:
    with pytest.raises(OutputError) as refused:
        appended(PLAIN, subject_id="003", dose="5")
    assert code_of(refused) == ("O052", 1)


@pytest.mark.parametrize("text", ["two\nlines", "=1+1", "@x", "+cmd", "-x", "-1+2", "\ta", "a\0"])
def test_text_that_acts_in_a_spreadsheet_or_breaks_the_line_is_refused(text: str) -> None:
    with pytest.raises(OutputError):
        appended(PLAIN, subject_id="003", note=text)


def test_empty_cell_of_a_missing_column_is_nothing() -> None:
    assert appended(PLAIN, subject_id="003", dose="") == PLAIN + b"003,,\n"


def test_new_table_has_its_header() -> None:
    assert new_table(("a", "b"), {"b": "2"}) == b"a,b\n,2\n"


WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp")), max_size=6).filter(
    lambda text: text[:1] not in "=+-@#"
)


@given(
    rows=st.lists(st.lists(WORDS, min_size=3, max_size=3).filter(any), max_size=4),
    new=st.lists(WORDS, min_size=3, max_size=3).filter(any),
    line_end=st.sampled_from(["\n", "\r\n"]),
    quotes_all=st.booleans(),
    mark=st.sampled_from([b"", b"\xef\xbb\xbf"]),
)
def test_append_keeps_all_bytes_and_change_goes_back(
    rows: list[list[str]], new: list[str], line_end: str, mark: bytes, *, quotes_all: bool
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=line_end, quoting=csv.QUOTE_ALL if quotes_all else csv.QUOTE_MINIMAL)
    writer.writerows([["key", "a", "b", "c"], *([f"k{number}", *row] for number, row in enumerate(rows))])
    content = mark + out.getvalue().encode()
    with_row = edited_table(content, "a.csv").appended(dict(zip(("key", "a", "b", "c"), ("new", *new), strict=True)))
    assert with_row.startswith(content)
    for number, row in enumerate(rows):
        key, was = {"key": f"k{number}"}, dict(zip(("a", "b", "c"), row, strict=True))
        there = edited_table(with_row, "a.csv").changed(key, dict(zip(("a", "b", "c"), new, strict=True)))
        read = list(csv.reader(io.StringIO(there.decode("utf-8-sig"), newline=""), strict=True))
        assert read[number + 1] == [f"k{number}", *new]
        assert len(read) == len(rows) + 2
        again = edited_table(there, "a.csv").changed(key, was)
        assert list(csv.reader(io.StringIO(again.decode("utf-8-sig"), newline=""))) == list(
            csv.reader(io.StringIO(with_row.decode("utf-8-sig"), newline=""))
        )
