"""CSV for other systems: UTF-8, LF, a header, quotes only where they are needed, formulas guarded.

Conventions: a text cell that begins with a sign which a spreadsheet would run gets an apostrophe before it; whole
numbers are left alone. None is an empty cell.

Reference:
    RFC 4180 for quotes; OWASP, CSV Injection, for the guard.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from schedule.exchange.preset import ExportFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Cell = str | int | None

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> ExportFile:
    """A file with a header row and rows."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_guarded(cell) for cell in row] for row in rows)
    return ExportFile(name, text.getvalue().encode())


def is_guarded(cell: Cell) -> bool:
    """Whether a cell gets an apostrophe."""
    return isinstance(cell, str) and cell.startswith(_FORMULA_STARTS)


def _guarded(cell: Cell) -> Cell:
    return f"'{cell}" if is_guarded(cell) else cell
