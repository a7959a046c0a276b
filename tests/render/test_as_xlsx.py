"""XLSX: text stays text, numbers are exact or text, dates are dates, nothing is run and nothing is cut off."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosecal.render.as_xlsx import XlsxRows, is_exact
from dosecal.render.workbook import MOST_ROWS, SheetLimitError
from dosecal.report.calendars.about import About
from dosecal.report.tables.table import Column, Kind, Table
from tests.example_protocols import protocol_of, protocol_text
from tests.render.tables import cells_of, tables
from tests.render.workbooks import sheet_of, values_of

if TYPE_CHECKING:
    from io import RawIOBase
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

AS_OF = date(2026, 3, 9)


def about() -> About:
    protocol = protocol_of(protocol_text())
    return About((protocol,), "dosecal 9", AS_OF, (("subjects", "subjects.csv"),))


def written(*tables: Table) -> bytes:
    stream = io.BytesIO()
    rows = XlsxRows(cast("RawIOBase", stream), about())  # a stream in memory is one that takes all it is given
    for table in tables:
        rows.write(table)
    rows.close()
    return stream.getvalue()


def one_column(*texts: str, kind: Kind = Kind.TEXT, name: str = "c") -> Table:
    return Table("t", len(texts), (Column(name, kind, texts, np.arange(len(texts))),))


def cells(*texts: str, kind: Kind = Kind.TEXT) -> list[object]:
    return [row[0].value for row in sheet_of(written(one_column(*texts, kind=kind)), "t").iter_rows(min_row=2)]


@pytest.mark.parametrize(
    "text",
    [
        *("007", "NA", "TRUE", "1e5", "2026-03-09", "=1+1", "+1", "-1", "@SUM(A1)", "{=A1}", "http://example.org"),
        *("<r>&</r>", "<r>x", "_x0041_", "_x0041_x0042_", "a & b < c", " space ", "0.10", "#N/A", "é µ 漢 😀"),
    ],
)
def test_text_is_a_text_cell_to_the_character(text: str) -> None:
    content = written(one_column(text))
    cell = sheet_of(content, "t")["A2"]
    assert cell.data_type in {"s", "inlineStr"}
    assert values_of(content, "t")[1] == [text]
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", ["a\tb", "a\nb"])
def test_tab_and_line_break_stay(text: str) -> None:
    assert values_of(written(one_column(text)), "t")[1] == [text]


def test_tab_and_return_at_the_beginning_run_nothing() -> None:
    content = written(one_column("\t=1+1", "\r=1+1", "\x01"))
    xml = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert xml.count('t="inlineStr"') == 4  # the head among them
    assert "<f>" not in xml
    assert ">_x000D_=1+1<" in xml  # as spreadsheets write a return; read as it is, it would be a line feed
    assert ">_x0001_<" in xml


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("70.1", "#,##0.0"),
        ("0.125", "#,##0.000"),
        ("70250000", "#,##0"),
        ("-28", "#,##0"),
        ("123456789012345", "#,##0"),
        ("0.000000000000123", "#,##0.000000000000000"),
    ],
)
def test_number_of_up_to_fifteen_digits_is_a_number_that_shows_all_of_them(text: str, shown: str) -> None:
    content = written(one_column(text, kind=Kind.DECIMAL))
    cell = sheet_of(content, "t")["A2"]
    assert (cell.data_type, cell.number_format) == ("n", shown)
    assert Decimal(str(values_of(content, "t")[1][0])) == Decimal(text)
    assert f"<v>{text}</v>".encode() in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    "text", ["1234567890123456", "70250000000000000000", "0.1234567890123456", "-1234567.123456789"]
)
def test_number_of_more_digits_is_a_text(text: str) -> None:
    assert not is_exact(text)
    assert cells(text, kind=Kind.DECIMAL) == [text]


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 18))
@settings(max_examples=300)
def test_number_cell_reads_back_as_its_digits(digits: int, places: int) -> None:
    value = Decimal(digits).scaleb(-places)
    text = f"{value:f}"
    assert is_exact(text)
    assert Decimal(repr(float(text))) == value  # what any reader of 64-bit numbers gets, in its shortest form
    assert Decimal(f"{float(text):.15g}") == value  # what a spreadsheet shows


def test_date_is_a_date_cell_that_shows_its_iso_text() -> None:
    content = written(one_column("2020-02-29", "", "1900-03-01", kind=Kind.DATE))
    sheet = sheet_of(content, "t")
    assert [sheet[f"A{row}"].value for row in (2, 3, 4)] == [datetime(2020, 2, 29), None, datetime(1900, 3, 1)]  # noqa: DTZ001
    assert sheet["A2"].number_format == "yyyy-mm-dd"
    assert values_of(content, "t")[1] == [date(2020, 2, 29)]


def test_day_on_which_spreadsheets_differ_is_a_text() -> None:
    assert cells("1900-02-28", kind=Kind.DATE) == ["1900-02-28"]


def test_tables_follow_each_other_below_one_header() -> None:
    content = written(one_column("1", "2"), one_column("3"), one_column("4").first(0))
    assert values_of(content, "t") == [["c"], ["1"], ["2"], ["3"]]


def test_table_without_rows_has_a_header() -> None:
    content = written(one_column("1").first(0))
    assert values_of(content, "t") == [["c"]]
    assert sheet_of(content, "t").auto_filter.ref == "A1"


def test_column_of_one_text_has_it_in_every_row() -> None:
    table = Table("t", 3, (Column("a", Kind.TEXT, ("x",)), Column("b", Kind.TEXT, ("1", "2"), np.array([0, 1, 0]))))
    assert values_of(written(table), "t") == [["a", "b"], ["x", "1"], ["x", "2"], ["x", "1"]]


def test_head_stays_in_sight_and_filters_and_is_on_each_page() -> None:
    sheet = sheet_of(written(one_column("1", "2")), "t")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:A3")
    assert (sheet.print_title_rows, sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == (
        "$1:$1",
        "landscape",
        0,
    )
    foot = about().foot
    assert (sheet.oddFooter.left.text, sheet.oddFooter.right.text) == (foot, "page &P of &N")
    assert "TEST-1" in foot


def test_columns_are_as_wide_as_their_texts_up_to_a_bound() -> None:
    table = Table("t", 1, (Column("id", Kind.TEXT, ("a" * 20,)), Column("notes", Kind.TEXT, ("b c " * 100,))))
    sheet = sheet_of(written(table), "t")
    assert sheet.column_dimensions["A"].width == pytest.approx(22, abs=1)
    assert sheet.column_dimensions["B"].width == pytest.approx(48, abs=1)
    assert sheet["B2"].alignment.wrap_text


def test_row_is_as_high_as_its_wrapped_text_has_lines() -> None:
    # nine digits' width and a blank of half a one: five such words fill a line of 48, and 20 of them four lines
    notes = "aaaaaaaaa " * 20
    table = Table(
        "t",
        3,
        (
            Column("id", Kind.TEXT, ("1", "2", "3"), np.arange(3)),
            Column("n", Kind.TEXT, ("", notes), np.array([0, 1, 0])),
        ),
    )
    sheet = sheet_of(written(table), "t")
    heights = [sheet.row_dimensions[row].height for row in (2, 3, 4)]
    assert heights == [None, 4 * 12.75 + 1.5, None]  # a line of Arial in 10 points is 12.75 points high


def test_highest_cell_of_a_row_makes_it_so_high() -> None:
    texts = ("a " * 60, "a\nb\nc\nd\ne")  # 90 digits' width are two lines; five lines as they stand
    table = Table("t", 1, tuple(Column(name, Kind.TEXT, (text,)) for name, text in zip("ab", texts, strict=True)))
    assert sheet_of(written(table), "t").row_dimensions[2].height == 5 * 12.75 + 1.5


@pytest.mark.parametrize(
    ("kind", "text", "least"),
    [
        (Kind.TEXT, "北京协和医院血液科门诊", 11 * 1.8),  # a Han sign is as wide as 1.8 digits
        (Kind.TEXT, "MWMWMWMWMW", 5 * (833 + 1015) / 556),
        (Kind.DECIMAL, "123456789012345", 19),  # with its four separators
        (Kind.DATE, "2026-03-09", 10),
    ],
)
def test_column_has_room_for_what_it_shows(kind: Kind, text: str, least: float) -> None:
    sheet = sheet_of(written(one_column(text, kind=kind)), "t")
    assert least + 2 <= sheet.column_dimensions["A"].width <= least * 1.2 + 4


def test_text_too_long_for_the_highest_row_widens_its_column() -> None:
    sheet = sheet_of(written(one_column("word " * 700)), "t")
    # 700 words of 556, 722, 333, 556 thousandths and a blank are 3,300 digits wide: 40 lines of 83, or 25 of 133
    assert 100 < sheet.column_dimensions["A"].width < 200
    assert sheet.row_dimensions[2].height < 409


def paper_of(columns: int, name: str = "c") -> Worksheet:
    """A sheet of columns, each of them 20 digits wide; the second is the visit's."""
    names = ["subject_id", "visit", *(f"{name}{k}" for k in range(2, columns))]
    return sheet_of(written(Table("t", 1, tuple(Column(one, Kind.TEXT, ("1" * 18,)) for one in names))), "t")


def test_table_that_fits_is_printed_on_the_width_of_a_page() -> None:
    sheet = paper_of(10)  # 200 digits, and an A4 page across holds 224 in print of 65 %
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_cols is None


def test_wide_table_is_printed_on_pages_beside_each_other_and_stays_legible() -> None:
    sheet = paper_of(20)
    assert (sheet.page_setup.scale, sheet.page_setup.pageOrder) == (65, "overThenDown")
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$1", "$A:$B")  # whose a row is, on each page


def test_status_is_filled_by_its_word_which_stays() -> None:
    sheet = sheet_of(written(one_column("overdue", "done", name="status")), "t")
    rules = {rule.formula[0]: rule for area in sheet.conditional_formatting for rule in area.rules}
    assert {'"overdue"', '"missed"', '"done late"', '"done early"'} <= set(rules)
    assert rules['"overdue"'].dxf.fill.bgColor.rgb == "FFF8CBAD"
    assert rules['"overdue"'].dxf.font.b  # bold: seen without colour too
    assert sheet["A2"].value == "overdue"


def test_other_sheet_says_what_made_it() -> None:
    said = {row[0]: row[1] for row in values_of(written(one_column("1", name="subject_id")), "About")}
    protocol = about().protocols[0]
    assert (said["study"], said["protocol_version"], said["protocol_sha256"]) == ("TEST-1", "1.0", protocol.digest)
    assert said["SHA-256 of the protocol file"] == protocol.sha256
    assert (said["made by"], said["as of"], said["input: subjects"]) == ("dosecal 9", "2026-03-09", "subjects.csv")
    assert (said["rows"], said["subject_id"]) == ("1", "the subject")


def test_same_input_gives_the_same_bytes_and_tells_no_clock() -> None:
    content = written(one_column("1", "2"))
    assert written(one_column("1", "2")) == content
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert {info.date_time[0] for info in archive.infolist()} == {1980}
    core = archive.read("docProps/core.xml").decode()
    assert core.count("2026-03-09T00:00:00Z") == 2


def test_text_longer_than_a_cell_is_refused_with_its_place() -> None:
    wide = "😀" * 16_384  # two units of UTF-16 each: one more than a cell holds
    with pytest.raises(SheetLimitError, match="expected at most 32,767 characters in a cell, got 32,768") as refusal:
        written(one_column("1", wide))
    assert (refusal.value.code, refusal.value.row, refusal.value.column) == ("O011", 3, "c")
    assert values_of(written(one_column("a" * 32_767)), "t")[1] == ["a" * 32_767]


def test_more_rows_than_a_sheet_has_are_refused() -> None:
    table = Table("t", MOST_ROWS, (Column("c", Kind.TEXT, ("1",)),))
    with pytest.raises(SheetLimitError, match="expected at most 1,048,575 rows beside the header") as refusal:
        written(table)
    assert refusal.value.code == "O010"
    with pytest.raises(SheetLimitError):
        written(one_column("1"), Table("t", MOST_ROWS - 1, (Column("c", Kind.TEXT, ("1",)),)))


def test_nothing_is_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    written(one_column("1"))
    with pytest.raises(SheetLimitError):
        written(one_column("a" * 32_768))
    assert list(tmp_path.iterdir()) == []


@given(tables())
@settings(max_examples=40)
def test_every_text_reads_back_in_its_place(table: Table) -> None:
    rows = values_of(written(table), table.name)[1:]
    for found, expected in zip_longest(rows, cells_of(table), fillvalue=()):
        assert list(found) == list(expected[: len(found)])
        assert not any(expected[len(found) :])  # the reader leaves out empty cells at the end
