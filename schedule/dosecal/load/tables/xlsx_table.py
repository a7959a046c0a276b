"""A table from a sheet of an XLSX workbook: what the sheet shows, or its cells by name.

Conventions: a row's line is its row in the sheet. The only sheet that is shown is read; of several the first, which is
said, unless another one has the same columns: then nobody picks. Hidden sheets are never read, hidden rows and columns
and merged cells among the data are refused.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from dosecal.load.tables.file_kind import require_workbook
from dosecal.load.tables.sheet_rows import EnoughError, read_sheet
from dosecal.load.tables.sheet_table import SheetRows
from dosecal.load.tables.table_reading import STRICT
from dosecal.load.tables.text_table import no_header
from dosecal.load.tables.workbook_parts import open_workbook
from dosecal.load.tables.xml_parts import DamagedError
from dosecal.model.problems import CohortError, Problem, Source, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dosecal.load.tables.sheet_rows import Row
    from dosecal.load.tables.table_reading import TableReading
    from dosecal.load.tables.text_table import TextTable
    from dosecal.load.tables.workbook_parts import SheetPart, Workbook


def xlsx_table(content: bytes, file: str, reading: TableReading = STRICT) -> TextTable:
    """A table from an XLSX workbook.

    A number in a column of identifiers is refused: the sheet may show ``007`` where the cell holds 7. Empty rows at the
    end are passed over.

    Args:
        content: The bytes of the file.
        file: The name for problems.
        reading: The sheet that was chosen, and the decimal mark of numbers that are text.

    Raises:
        CohortError: If it is no workbook, too large or empty, or it is not certain which sheet is meant.
    """
    require_workbook(content, file)
    try:
        book = open_workbook(content, file)
        sheet, warnings = _chosen(book, reading)
        rows = SheetRows(file)
        layout = read_sheet(book, sheet, reading, rows.take)
    except (DamagedError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        found = " ".join(str(error).split()) or "something else"
        message = f"expected an XLSX workbook, got a damaged one: {found}"
        raise CohortError((Problem(Source(file), "C001", "", message, "save it anew"),)) from None
    origin = f" (in the sheet {quoted(sheet.name)})" if len(book.sheets) > 1 else ""
    if file.lower().endswith(".xlsm"):
        message = "macros are passed over: cells are read as they were saved"
        warnings = (*warnings, Problem(Source(file), "W042", "", message))
    return rows.table(layout, reading, warnings, origin)


def _chosen(book: Workbook, reading: TableReading) -> tuple[SheetPart, tuple[Problem, ...]]:
    """The sheet to be read, and what is to be said of the choice."""
    if reading.sheet is not None:
        chosen = next((sheet for sheet in book.sheets if sheet.name == reading.sheet), None)
        if chosen is None:
            message = f"expected one of the sheets {_names(book.sheets)}, got {quoted(reading.sheet)}"
            raise CohortError((Problem(Source(book.file), "C015", "", message),))
        return chosen, ()
    headers = {sheet: _header_of(book, sheet) for sheet in book.sheets if not sheet.is_hidden}
    filled = [sheet for sheet, header in headers.items() if header]
    if not filled:
        raise CohortError((no_header(book.file, " in a sheet that is shown"),))
    first, *others = filled
    same = [other for other in others if headers[first] <= headers[other]]
    choice = f"{book.file}#{first.name}"
    if same:
        message = f"expected one sheet with these columns, got several: {_names((first, *same))}"
        hint = f"name the file with its sheet, such as {quoted(choice)}"
        raise CohortError((Problem(Source(book.file), "C015", "", message, hint),))
    unread = [sheet for sheet in book.sheets if sheet is not first and (sheet.is_hidden or sheet in others)]
    if not unread:
        return first, ()
    named = ", ".join(f"{quoted(one.name)}{' (hidden)' if one.is_hidden else ''}" for one in unread)
    message = f"read from the sheet {quoted(first.name)}; not read: {named}"
    return first, (Problem(Source(book.file), "W041", "", message, f"{quoted(choice)} names a sheet"),)


def _names(sheets: Sequence[SheetPart]) -> str:
    return ", ".join(quoted(sheet.name) for sheet in sheets)


def _header_of(book: Workbook, sheet: SheetPart) -> frozenset[str]:
    """The texts of the first row of a sheet that holds something."""
    found: set[str] = set()

    def take(_: int, __: bool, row: Row) -> None:  # noqa: FBT001 - a row as the reader gives it
        found.update(cell.text or "?" for cell in row.values())
        raise EnoughError

    read_sheet(book, sheet, STRICT, take)
    return frozenset(found)
