"""The schedule of activities as a workbook: a sheet to read and print, and one that says what made it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

from dosecal.render.activities_text import headline, label_with_footnote, notes_below
from dosecal.render.sheet_room import ROOM, columns_within, fit_on_paper, row_height, text_width
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

    from dosecal.report.calendars.about import About
    from dosecal.report.calendars.activities import Activities

SHEET = "Schedule of activities"
_LABELS = 2
"""The columns before those of the visits: the kind of a row, and its words."""
_LABEL_WIDTH = 50
_NARROWEST = 8


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
    last, width = len(lines) - 1, len(lines[0]) - 1
    widths = [14, _LABEL_WIDTH, *(_width([line[place] for line in lines]) for place in range(_LABELS, width + 1))]
    _write_lines(book, sheet, lines, heads, widths)
    for place, size in enumerate(widths):
        sheet.set_column(place, place, size)
    sheet.freeze_panes(heads, _LABELS)
    sheet.autofilter(heads - 1, 0, last, width)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    _write_notes(book, sheet, notes_below(activities), last + 2, widths)
    set_pages(sheet, about, (0, heads - 1))
    fit_on_paper(sheet, widths, (0, _LABELS - 1))
    write_about(
        book, about_sheet, about, [("What it is", [("sheet", SHEET), ("days and ages", headline(activities)[2])])]
    )
    close_workbook(book)
    return stream.getvalue()


def _lines(activities: Activities) -> list[tuple[str, ...]]:
    heads = [("kind" if place == 0 else "", name, *texts) for place, (name, texts) in enumerate(activities.heads)]
    return [*heads, *((row.kind, label_with_footnote(row), *row.marks) for row in activities.rows)]


def _write_lines(
    book: Workbook, sheet: Worksheet, lines: list[tuple[str, ...]], heads: int, widths: list[float]
) -> None:
    text = {"text_wrap": True, "num_format": "@", "border": 1, "border_color": "#808080"}
    middle = {**text, "align": "center"}
    head = book.add_format({**middle, "bold": True, "bg_color": "#EDEDED"})
    head_name = book.add_format({**text, "bold": True, "bg_color": "#EDEDED"})
    name, mark = book.add_format(text), book.add_format(middle)
    for row, line in enumerate(lines):
        is_bold = row < heads
        sheet.set_row(
            row, max(row_height(text, size, is_bold=is_bold) for text, size in zip(line, widths, strict=True))
        )
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


def _width(texts: list[str]) -> float:
    """The width of a visit's column: that of its longest word, within bounds."""
    longest = max((text_width(word, is_bold=True) for text in texts for word in text.split()), default=0.0)
    return max(longest + ROOM, _NARROWEST)


def _write_notes(book: Workbook, sheet: Worksheet, notes: list[str], first: int, widths: list[float]) -> None:
    """Write the footnotes and queries below the table, each over the width of a page and as high as it needs.

    On paper of several pages beside each other, the columns that come again on each would repeat their beginnings.
    """
    wrapped = book.add_format({"text_wrap": True})
    page = columns_within(widths)
    left = 0 if page == len(widths) else _LABELS
    right = max(page - 1, left + 1)
    for row, note in enumerate(notes, first):
        sheet.merge_range(row, left, row, right, "", wrapped)
        _write(sheet, row, left, note, wrapped)
        sheet.set_row(row, row_height(note, sum(widths[left : right + 1])))
