"""Any CSV: the visits or doses table in the columns, dates and encoding that a mapping file asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.exchange.csv_text import CsvText
from dosecal.exchange.parts import parts_of
from dosecal.exchange.preset import Exported, ExportFile, Preset
from dosecal.model.problems import OutputError, Problem, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dosecal.exchange.preset import ExportInput
    from dosecal.model.table_mapping import MappedColumn, TableMapping

    Row = Mapping[str, str]


def make_mapped_csv(export: ExportInput) -> Exported:
    """The table, whole or in a file for each subject or site.

    Raises:
        OutputError: If a text can't be written in the encoding, or there is nothing to write a file of.
        ValueError: If there is no mapping.
    """
    mapping = export.mapping
    if mapping is None:
        message = "a mapping is needed"
        raise ValueError(message)
    files: list[ExportFile] = []
    findings: list[Problem] = []
    for part, rows in parts_of(export.rows, export.per, _part_of):
        name = f"{part}.csv" if part else f"{mapping.table}.csv"
        text = CsvText(delimiter=mapping.delimiter, line_end=mapping.line_end)
        text.add([text.guard(column.name) for column in mapping.columns])
        for row in rows:
            text.add([_cell(text, column, row, mapping.blank) for column in mapping.columns])
        files.append(ExportFile(name, _encoded(text.text(), mapping, name)))
        findings += text.findings(name)
    if not files:
        message = f"expected at least one row of {mapping.table}, got none"
        raise OutputError((Problem(Source(export.protocol.file), "X101", "", message),))
    return Exported(tuple(files), tuple(findings))


def _cell(text: CsvText, column: MappedColumn, row: Row, blank: str) -> str:
    if not column.source:
        return text.guard(column.constant)
    found = row.get(column.source, "")
    if not found:
        return text.guard(blank)
    if column.dates is not None:
        return column.dates.text(found)
    return found if column.is_number else text.guard(found)


def _encoded(text: str, mapping: TableMapping, name: str) -> bytes:
    try:
        return text.encode(mapping.encoding)
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        found = f"U+{ord(text[error.start]):04X}"
        message = f"expected characters of the encoding {mapping.encoding}, got {found}"
        hint = "UTF-8 has every character"
        raise OutputError((Problem(Source(name, line), "X113", "", message, hint),)) from None


def _part_of(row: Row, per: str) -> str:
    return row["subject_id"] if per == "subject" else row["site"]


PRESETS = (
    Preset(
        name="csv",
        summary="any CSV: visits or doses in the columns of a mapping file (--columns)",
        needs_subjects=True,
        make=make_mapped_csv,
        parts_itself=True,
        takes_mapping=True,
    ),
)
