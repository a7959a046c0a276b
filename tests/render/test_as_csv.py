"""CSV: quotes only where they are needed, formulas guarded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from dosecal.render.as_csv import count_guarded, csv_header, csv_rows, quoted_cell
from dosecal.report.tables.formulas import is_formula
from dosecal.report.tables.table import Column, Kind, Table
from tests.render.tables import cells_of, read_csv, tables

GUARDED = {"=", "+", "-", "@", "\t", "\r"}


def written(table: Table) -> bytes:
    return csv_header(table) + b"".join(csv_rows(table))


def one_column(*texts: str, kind: Kind = Kind.TEXT) -> Table:
    return Table("one", len(texts), (Column("a", kind, texts, np.arange(len(texts))), Column("b", Kind.TEXT, ("z",))))


@given(table=tables())
def test_every_reader_of_csv_reads_the_cells_back(table: Table) -> None:
    guarded = [[f"'{cell}" if cell[:1] in GUARDED else cell for cell in row] for row in cells_of(table)]
    # a row of one empty cell is an empty line, which Python's reader takes for no cells
    assert read_csv(written(table)) == [list(table.header), *([] if row == [""] else row for row in guarded)]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("007", "007"),
        ("x,y", '"x,y"'),
        ('say "hi"', '"say ""hi"""'),
        ("a\nb", '"a\nb"'),
        ("a\rb", '"a\rb"'),
        ("a;b", "a;b"),
        (" a ", " a "),
        ("", ""),
    ],
)
def test_quotes_stand_only_where_they_are_needed(text: str, cell: str) -> None:
    assert quoted_cell(text) == cell
    assert written(one_column(text)) == f"a,b\n{cell},z\n".encode()


@pytest.mark.parametrize("text", ["=1+1", "+7", "-3", "@sum", "\tx", "\rx", "-", "=cmd|' /C calc'!A0"])
def test_formula_gets_an_apostrophe(text: str) -> None:
    assert is_formula(text)
    assert read_csv(written(one_column(text))) == [["a", "b"], [f"'{text}", "z"]]
    assert count_guarded(one_column(text, "plain")) == 1


@pytest.mark.parametrize("text", ["", "1-2", "a=b", "'=1", "患者", "#1", " =1"])
def test_other_text_is_left_alone(text: str) -> None:
    assert not is_formula(text)
    assert read_csv(written(one_column(text)))[1] == [text, "z"]
    assert count_guarded(one_column(text)) == 0


@pytest.mark.parametrize("kind", [Kind.WHOLE, Kind.DECIMAL])
def test_negative_number_is_no_formula(kind: Kind) -> None:
    assert written(one_column("-14", kind=kind)) == b"a,b\n-14,z\n"
    assert count_guarded(one_column("-14", kind=kind)) == 0


def test_file_is_utf_8_with_line_feeds() -> None:
    assert written(one_column("患者", "é")) == "a,b\n患者,z\né,z\n".encode()
