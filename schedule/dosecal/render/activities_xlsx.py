"""The schedule of activities as a workbook: a sheet to read and print, and one that says what made it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

from dosecal.render.activities_text import headline, label_with_footnote, notes_below
from dosecal.render.workbook import (
    ABOUT_SHEET,
    MOST_CHARACTERS,
    SheetLimitError,
    cell_length,
    cell_text,
    close_workbook,
    open_workbook,
    set_pages,
    write_about,
)

if TYPE_CHECKING:
    from io import RawIOBase

    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from dosecal.report.about import About
    from dosecal.report.activities import Activities

SHEET = "Schedule of activities"
_LABELS = 2
"""The columns before those of the visits: the kind of a row, and its words."""
_LABEL_WIDTH = 50
_NARROWEST, _WIDEST = 6, 16
_LINE = 15
"""The height of a line, in points."""


def activities_xlsx(activities: Activities, about: About) -> bytes:
    """The schedule of activities as a workbook: visits are the columns, doses and assessments the rows.

    Args:
        activities: The schedule.
        about: What made it.

    Raises:
        SheetLimitError: If a text has no room in a cell.
    """
    stream = io.BytesIO()
    book = open_workbook(cast("RawIOBase", stream), about, SHEET, {"in_memory": True})
    sheet, about_sheet = book.add_worksheet(SHEET), book.add_worksheet(ABOUT_SHEET)
    lines = _lines(activities)
    heads = len(activities.heads)
    _write_lines(book, sheet, lines, heads)
    last, width = len(lines) - 1, len(lines[0]) - 1
    sheet.set_column(0, 0, 11)
    sheet.set_column(1, 1, _LABEL_WIDTH)
    for place in range(_LABELS, width + 1):
        sheet.set_column(place, place, _width([line[place] for line in lines]))
    sheet.freeze_panes(heads, _LABELS)
    sheet.autofilter(heads - 1, 0, last, width)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    _write_notes(book, sheet, notes_below(activities), last + 2, width)
    set_pages(sheet, about, (0, heads - 1))
    write_about(
        book, about_sheet, about, [("What it is", [("sheet", SHEET), ("days and ages", headline(activities)[2])])]
    )
    close_workbook(book)
    return stream.getvalue()


def _lines(activities: Activities) -> list[tuple[str, ...]]:
    heads = [("kind" if place == 0 else "", name, *texts) for place, (name, texts) in enumerate(activities.heads)]
    return [*heads, *((row.kind, label_with_footnote(row), *row.marks) for row in activities.rows)]


def _write_lines(book: Workbook, sheet: Worksheet, lines: list[tuple[str, ...]], heads: int) -> None:
    text = {"text_wrap": True, "num_format": "@", "border": 1, "border_color": "#808080"}
    middle = {**text, "align": "center"}
    head = book.add_format({**middle, "bold": True, "bg_color": "#EDEDED"})
    head_name = book.add_format({**text, "bold": True, "bg_color": "#EDEDED"})
    name, mark = book.add_format(text), book.add_format(middle)
    for row, line in enumerate(lines):
        for place, cell in enumerate(line):
            is_name = place < _LABELS
            form = (head_name if is_name else head) if row < heads else (name if is_name else mark)
            _write(sheet, row, place, cell, form)


def _write(sheet: Worksheet, row: int, place: int, text: str, form: Format) -> None:
    if not text:
        sheet.write_blank(row, place, None, form)
        return
    length = cell_length(text)
    if length > MOST_CHARACTERS:
        message = f"expected at most {MOST_CHARACTERS:,} characters in a cell, got {length:,}"
        raise SheetLimitError("O011", row + 1, "", message)
    sheet.write_string(row, place, cell_text(text), form)


def _width(texts: list[str]) -> int:
    """The width of a visit's column: that of its longest word, within bounds."""
    longest = max((len(word) for text in texts for word in text.split()), default=0)
    return min(max(longest + 2, _NARROWEST), _WIDEST)


def _write_notes(book: Workbook, sheet: Worksheet, notes: list[str], first: int, width: int) -> None:
    """Write the footnotes and queries below the table, each over its whole width and as high as it needs."""
    wrapped = book.add_format({"text_wrap": True})
    signs = _LABEL_WIDTH + width * _NARROWEST
    for row, note in enumerate(notes, first):
        sheet.merge_range(row, 0, row, max(width, 1), "", wrapped)
        _write(sheet, row, 0, note, wrapped)
        sheet.set_row(row, _LINE * (len(note) // signs + 1))
