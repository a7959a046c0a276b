"""CSV files for systems that take rows under a header: UTF-8, LF, formulas guarded.

Conventions: whole numbers are left alone, and texts that a spreadsheet would run begin with an apostrophe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.exchange.csv_text import CsvText
from dosecal.exchange.preset import ExportFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Cell = str | int


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> ExportFile:
    """A file with a header row and rows."""
    text = CsvText()
    text.add(header)
    for row in rows:
        text.add([text.guard(cell) if isinstance(cell, str) else str(cell) for cell in row])
    return ExportFile(name, text.text().encode())
