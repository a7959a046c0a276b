"""Tables for a terminal: boxes drawn by rich, widths from the terminal, the same text without one."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from dosecal.model.visible import one_line
from dosecal.render.activities_text import headline, label_with_footnote, notes_below
from dosecal.report.tables import Kind
from dosecal.report.words import digits_as_read

if TYPE_CHECKING:
    from dosecal.report.activities import Activities
    from dosecal.report.tables import Column, Table

PLAIN_WIDTH = 160
"""The width where there is no terminal to ask."""


SAID_ONCE = ("study", "protocol_version", "protocol_sha256", "anchor", "notes")
"""The columns that are said below a table, where they are the same in every row."""

NARROW = 8
"""The widest that a column of marks gets without breaking its heads."""


def _console(width: int | None) -> tuple[Console, io.StringIO]:
    stream = io.StringIO()
    console = Console(file=stream, width=width or PLAIN_WIDTH, color_system=None, force_terminal=False, highlight=False)
    return console, stream


def _grid() -> Grid:
    return Grid(box=box.ASCII2, show_lines=False, header_style="", pad_edge=False)


def _narrow(text: str) -> Text:
    """The text with a word a line where it would make its column wide."""
    return Text(text.replace(" ", "\n") if len(text) > NARROW else text)


def _printed(stream: io.StringIO) -> str:
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def activities_terminal(activities: Activities, made_by: str, width: int | None) -> str:
    """The schedule of activities as text.

    Args:
        activities: The schedule.
        made_by: The program's version and the date, for the last line.
        width: The terminal's width in characters; None for no terminal.
    """
    console, stream = _console(width)
    grid = _grid()
    (first_name, first_texts), *heads = activities.heads
    grid.add_column(Text(first_name), min_width=24, ratio=None)
    for text in first_texts:
        grid.add_column(Text(text), justify="center", min_width=4)
    for name, texts in heads:
        grid.add_row(Text(name), *(_narrow(text) for text in texts))
    grid.add_section()
    for row in activities.rows:
        grid.add_row(Text(label_with_footnote(row)), *(Text(mark) for mark in row.marks))
    for line in headline(activities):
        console.print(Text(line))
    console.print(grid)
    for note in notes_below(activities):
        console.print(Text(note))
    console.print(Text(made_by))
    return _printed(stream)


def _as_read(column: Column, rows: int) -> list[str]:
    """The cells of a column as a person reads them: amounts with separators."""
    if column.kind is not Kind.DECIMAL:
        return list(map(one_line, column.cells(rows)))
    return [digits_as_read(text) for text in column.cells(rows)]


def table_terminal(table: Table, width: int | None) -> str:
    """A table as text, a line a row where it fits; what is the same in every row is said once below it.

    Args:
        table: The table.
        width: The terminal's width in characters; None for no terminal.
    """
    console, stream = _console(width)
    cells = {column.name: _as_read(column, table.rows) for column in table.columns}
    for_all = {*SAID_ONCE, *(column.name for column in table.columns if column.codes is None)}
    same = {
        name: texts[0] for name, texts in cells.items() if len(set(texts)) == 1 and (name in for_all or not texts[0])
    }
    kinds = {column.name: column.kind for column in table.columns}
    grid = _grid()
    shown = [name for name in cells if name not in same]
    for name in shown:
        # a number or a date that is broken over two lines could be read as another one
        grid.add_column(Text(name.replace("_", "\n")), overflow="fold", no_wrap=kinds[name] is not Kind.TEXT)
    for row in range(table.rows):
        grid.add_row(*(Text(cells[name][row]) for name in shown))
    console.print(grid)
    said = ", ".join(f"{name} {text}" for name, text in same.items() if text)
    empty = ", ".join(name for name, text in same.items() if not text)
    for words in (f"in every row: {said}" if said else "", f"empty in every row: {empty}" if empty else ""):
        if words:
            console.print(Text(words))
    return _printed(stream)
