"""Sheets as plain text, for a terminal and for printers that know letters alone.

Conventions: 80 columns, or the terminal's; a sheet after the first begins with a form feed, which sends a printer to
the next page; a place to write in is a line of underscores. Numbers, units, dates and ids are never parted.
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from dosecal.model.struct import Struct, replace
from dosecal.render.whole_text import BOLD, LEAST_WIDTH, RED, display_width, painted, tied, visible, wrapped
from dosecal.report.sheets.sheet import Blank, Fact, Grid, Note, NumberedStep, Signature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dosecal.report.sheets.sheet import Line, Section, Sheet

WIDTH = 80
PAGE_BREAK = "\f"
_INDENT = 2
_MOST_NAME = 28
_SHORT_LINE, _NAME_LINE, _LONG_LINE = 15, 20, 24


class _Page(Struct, frozen=True):
    """How wide the lines of a section are, how wide its names, and whether there are colours."""

    width: int
    name: int = 0
    is_coloured: bool = False

    def painted(self, lines: list[str], style: str) -> list[str]:
        """Lines in a weight or colour, where there are colours."""
        return [painted(line, style) for line in lines] if self.is_coloured else lines

    def wrapped(self, text: str, indent: int = 0) -> list[str]:
        """A text behind so many blanks."""
        return wrapped(visible(text), self.width, " " * indent, " " * indent)

    def named(self, name: str, text: str) -> list[str]:
        """A name and a text beside it; a name that is too long has its own line."""
        name, lead = visible(name), " " * _INDENT
        start = " " * (_INDENT + self.name + 2)
        if display_width(name) > self.name:
            return [*wrapped(name, self.width, lead, lead * 2), *wrapped(visible(text), self.width, start, start)]
        blanks = " " * (self.name - display_width(name) + 2)
        return wrapped(visible(text), self.width, f"{lead}{name}{blanks}", start)


def sheets_text(sheets: Sequence[Sheet], width: int | None = None, *, is_coloured: bool = False) -> str:
    """The sheets as text, one after another.

    Args:
        sheets: The sheets.
        width: The terminal's width in columns; None for no terminal, where lines are those of a printer.
        is_coloured: Whether weight and colour may be used beside the words.
    """
    page = _Page(max(width or WIDTH, LEAST_WIDTH), is_coloured=is_coloured)
    return PAGE_BREAK.join(_sheet(one, page) for one in sheets)


def _sheet(sheet: Sheet, page: _Page) -> str:
    marks = sheet.marks
    lines = [
        *(page.painted([marks.heading], BOLD) if marks.heading else []),
        *page.painted(page.wrapped(sheet.kind.upper()), BOLD),
        *page.wrapped(f"{marks.study}  version {marks.protocol_version}  file {marks.protocol_sha256}"),
        *page.wrapped(marks.study_title),
        *page.wrapped(marks.made_by),
    ]
    for section in sheet.sections:
        title = page.painted(page.wrapped(section.title.upper()), BOLD)
        lines += ["", *title, "-" * page.width, *_section(section, page)]
    lines += ["", "=" * page.width, *page.wrapped(sheet.caution)]
    return "\n".join(lines) + "\n"


def _section(section: Section, page: _Page) -> list[str]:
    names: list[str] = [line.name for line in section.lines if isinstance(line, Fact | Blank)]
    names += [_step_name(line) for line in section.lines if isinstance(line, NumberedStep)]
    names += [line.role for line in section.lines if isinstance(line, Signature)]
    most = min(_MOST_NAME, page.width // 2 - _INDENT)
    of_section = replace(page, name=min(max(map(display_width, names), default=0), most))
    return [text for line in section.lines for text in _line(line, of_section)]


def _step_name(step: NumberedStep) -> str:
    """The name of a step behind its number, of which no sheet has more than two digits."""
    return f"{step.number:>2}  {step.name}"


@singledispatch
def _line(line: Line, page: _Page) -> list[str]:
    """The lines of text of a line of the sheet."""
    raise TypeError(type(line), page)  # a kind of line that has no text yet: a bug, not an input


@_line.register
def _fact(line: Fact, page: _Page) -> list[str]:
    said = page.named(line.name, line.text)
    return page.painted(said, BOLD) if line.is_main else said


@_line.register
def _numbered_step(line: NumberedStep, page: _Page) -> list[str]:
    name = _step_name(line)
    together = page.named(name, f"{line.working} {line.outcome}".strip())
    if not line.working or not line.result or len(together) == 1:
        return together
    return [*page.named(name, line.working), *page.named("", line.outcome)]


@_line.register
def _note(line: Note, page: _Page) -> list[str]:
    if line.is_warning:
        return page.painted(page.wrapped(f"! {line.text}", _INDENT), RED)
    return page.wrapped(line.text, _INDENT)


@_line.register
def _blank(line: Blank, page: _Page) -> list[str]:
    place = tied(" ".join(part for part in ("_" * _LONG_LINE, line.unit) if part))
    return page.named(line.name, f"{place}  ({line.hint})" if line.hint else place)


@_line.register
def _signature(line: Signature, page: _Page) -> list[str]:
    first = f"{tied(f'name {_place(_NAME_LINE)}')}  {tied(f'signature {_place(_SHORT_LINE)}')}"
    second = f"{tied(f'date {_place(_NAME_LINE)}')}  {tied(f'time      {_place(_SHORT_LINE)}')}"
    return [*page.named(line.role, first), *page.named("", second), ""]


def _place(length: int) -> str:
    return "_" * length


@_line.register
def _grid(line: Grid, page: _Page) -> list[str]:
    rows = [tuple(map(visible, line.heads)), *(tuple(visible(cell) or _place(8) for cell in row) for row in line.rows)]
    widths = [max(display_width(row[column]) for row in rows) for column in range(len(line.heads))]
    if sum(widths) + 2 * (len(widths) - 1) + _INDENT <= page.width:
        return [_row(row, widths) for row in rows]
    return [text for row in rows[1:] for text in _upright(rows[0], row, page)]


def _row(row: tuple[str, ...], widths: list[int]) -> str:
    cells = (cell + " " * (width - display_width(cell)) for cell, width in zip(row, widths, strict=True))
    return (" " * _INDENT + "  ".join(cells)).rstrip()


def _upright(heads: tuple[str, ...], row: tuple[str, ...], page: _Page) -> list[str]:
    """A row that is too wide for the page, each cell on a line of its own under the first."""
    inner = replace(page, width=page.width - _INDENT, name=max(map(display_width, heads[1:]), default=0))
    lines = page.wrapped(f"{heads[0]}: {row[0]}", _INDENT)
    for head, cell in zip(heads[1:], row[1:], strict=True):
        lines += [f"  {text}" for text in inner.named(head, cell)]
    return lines
