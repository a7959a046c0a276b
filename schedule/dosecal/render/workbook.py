"""What all workbooks share: how they are opened, their formats, their pages, and the sheet that says what made them.

Conventions: every text is written as a text cell, so no spreadsheet runs it and no id turns into a number. The same
content gives the same bytes: the dates inside the file are the day of judgement, and nothing else tells of the clock.
What colour says, a word says too.

Reference:
    ECMA-376, Office Open XML, part 1, SpreadsheetML; limits by Microsoft, "Excel specifications and limits".
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from dosecal.render.sheet_room import FONT, row_height
from dosecal.report.calendars.about import about_rows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from io import RawIOBase

    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from dosecal.report.calendars.about import About

MOST_ROWS = 1_048_576
"""The rows of a sheet, its header among them."""
MOST_CHARACTERS = 32_767
"""The characters of a cell, counted in units of UTF-16 as spreadsheets count them."""
ABOUT_SHEET = "About"

_A4 = 9
_MOST_FOOT = 180
"""A page's foot has room for 255 signs, its codes among them."""
_FIRST_DAY = date(1900, 3, 1)
"""From here on all spreadsheets agree on the number of a day; some have a 29 February 1900."""
_DAY_ZERO = date(1899, 12, 30)

FILLS = {
    "due": {"bg_color": "#DDEBF7"},
    "overdue": {"bg_color": "#F8CBAD", "bold": True},
    "missed": {"bg_color": "#F4B0B0", "bold": True},
    "done early": {"bg_color": "#FFE699", "italic": True},
    "done late": {"bg_color": "#FFE699", "italic": True},
    "cancelled": {"bg_color": "#D9D9D9"},
}
"""How a status is filled; all are light enough for black letters, and the word stays in the cell."""


class SheetLimitError(ValueError):
    """A sheet has no room for what is to be written; nothing is cut off.

    Attributes:
        code: The code of the problem.
        row: The row of the sheet, from 1; 0 for the whole sheet.
        column: The name of the column; empty for the whole sheet.
        message: What was expected and what was got.
    """

    def __init__(self, code: str, row: int, column: str, message: str) -> None:
        """Keep where it is and what is wrong."""
        super().__init__(message)
        self.code = code
        self.row = row
        self.column = column
        self.message = message


def open_workbook(stream: RawIOBase, about: About, title: str, options: dict[str, Any]) -> Workbook:
    """A workbook that writes texts as texts, and whose dates are the day of judgement.

    Args:
        stream: An open binary file.
        about: What made it.
        title: What it holds.
        options: Further options of the library.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 - for workbooks alone

    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    top = {"default_format_properties": {"valign": "top", **FONT}}
    book = Workbook(stream, {**safe, **top, **options})
    book.use_zip64()
    created = datetime.combine(about.as_of, time(), UTC)
    book.set_properties({"title": f"{about.foot}: {title}", "comments": about.made_by, "created": created})
    return book


def close_workbook(book: Workbook) -> None:
    """Write the end of a workbook's file.

    Raises:
        OSError: If it can't be written.
    """
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415 - for workbooks alone

    try:
        book.close()
    except FileCreateError as error:
        raise error.args[0] from None


def set_pages(sheet: Worksheet, about: About, head_rows: tuple[int, int]) -> None:
    """Set a sheet for a printer: A4 across, the head on each page.

    The name of the sheet stands above, study, version, digest and page below.
    """
    sheet.set_header("&L&9 &A")
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    sheet.repeat_rows(*head_rows)
    foot = about.foot if len(about.foot) <= _MOST_FOOT else f"{about.foot[: _MOST_FOOT - 1]}…"
    sheet.set_footer(f"&L&9 {foot.replace('&', '&&')}&R&9 page &P of &N")


def spreadsheet_day(iso: str) -> int | None:
    """The number by which spreadsheets know a day; None for days on which they differ."""
    day = date.fromisoformat(iso)
    return (day - _DAY_ZERO).days if day >= _FIRST_DAY else None


def cell_length(text: str) -> int:
    """The length of a text as spreadsheets count it."""
    return len(text.encode("utf-16-le")) // 2


def cell_text(text: str) -> str:
    """The text as the library is to get it: one that looks like its own notation is put into that notation.

    Where rows are written at once, the library takes ``<r>…</r>`` for text that is marked up by itself.
    """
    if not (text.startswith("<r>") and text.endswith("</r>")):
        return text
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<r><t xml:space="preserve">{escaped}</t></r>'


def write_about(book: Workbook, sheet: Worksheet, about: About, sections: Iterable[Section]) -> None:
    """Write what made the workbook, and then sections of further rows, each after its heading."""
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    name_width, text_width = 30, 100
    sheet.set_column(0, 0, name_width)
    sheet.set_column(1, 1, text_width)
    place = 0
    for heading, rows in (("What made it", about_rows(about)), *sections):
        sheet.write_string(place, 0, heading, bold)
        for name, text in rows:
            place += 1
            sheet.set_row(place, max(row_height(name, name_width), row_height(text, text_width)))
            sheet.write_string(place, 0, cell_text(name), wrapped)
            sheet.write_string(place, 1, cell_text(text), wrapped)
        place += 2
    set_pages(sheet, about, (0, 0))
    sheet.fit_to_pages(1, 0)


Section = tuple[str, "Iterable[tuple[str, str]]"]
"""A heading, and rows of a name and a text."""
