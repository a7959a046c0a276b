"""Sheets as plain text, for a terminal and for printers that know letters alone.

Conventions: 80 columns; a sheet after the first begins with a form feed, which sends a printer to the next page; a
place to write in is a line of underscores.
"""

from __future__ import annotations

import textwrap
from functools import singledispatch
from typing import TYPE_CHECKING

from dosecal.report.sheet import Blank, Fact, Grid, Note, NumberedStep, Signature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dosecal.report.sheet import Line, Section, Sheet

WIDTH = 80
PAGE_BREAK = "\f"
_INDENT = 2
_MOST_NAME = 28
_SHORT_LINE, _NAME_LINE, _LONG_LINE = 15, 20, 24


def sheets_text(sheets: Sequence[Sheet]) -> str:
    """The sheets as text, one after another."""
    return PAGE_BREAK.join(_sheet(one) for one in sheets)


def _sheet(sheet: Sheet) -> str:
    marks = sheet.marks
    lines = [
        *(["UNBLINDED"] if marks.is_unblinding else []),
        sheet.kind.upper(),
        f"{marks.study}  version {marks.protocol_version}  file {marks.protocol_sha256}",
        *_wrapped(marks.study_title, 0),
        marks.made_by,
    ]
    for section in sheet.sections:
        lines += ["", section.title.upper(), "-" * WIDTH, *_section(section)]
    lines += ["", "=" * WIDTH, *_wrapped(sheet.caution, 0)]
    return "\n".join(lines) + "\n"


def _section(section: Section) -> list[str]:
    names = [line.name for line in section.lines if isinstance(line, Fact | Blank)]
    names += [_step_name(line) for line in section.lines if isinstance(line, NumberedStep)]
    names += [line.role for line in section.lines if isinstance(line, Signature)]
    width = min(max((len(name) for name in names), default=0), _MOST_NAME)
    return [text for line in section.lines for text in _line(line, width)]


def _step_name(step: NumberedStep) -> str:
    """The name of a step behind its number, of which no sheet has more than two digits."""
    return f"{step.number:>2}  {step.name}"


@singledispatch
def _line(line: Line, width: int) -> list[str]:
    """The lines of text of a line of the sheet, with names of so many characters."""
    raise TypeError(type(line), width)  # a kind of line that has no text yet: a bug, not an input


@_line.register
def _fact(line: Fact, width: int) -> list[str]:
    return _named(line.name, width, line.text)


@_line.register
def _numbered_step(line: NumberedStep, width: int) -> list[str]:
    name = _step_name(line)
    together = _named(name, width, f"{line.working} {line.outcome}".strip())
    if not line.working or not line.result or len(together) == 1:
        return together
    return [*_named(name, width, line.working), *_named("", width, line.outcome)]


@_line.register
def _note(line: Note, width: int) -> list[str]:
    del width
    return _wrapped(f"! {line.text}" if line.is_warning else line.text, _INDENT)


@_line.register
def _blank(line: Blank, width: int) -> list[str]:
    place = " ".join(part for part in ("_" * _LONG_LINE, line.unit) if part)
    return _named(line.name, width, f"{place}  ({line.hint})" if line.hint else place)


@_line.register
def _signature(line: Signature, width: int) -> list[str]:
    first = f"name {'_' * _NAME_LINE}  signature {'_' * _SHORT_LINE}"
    second = f"date {'_' * _NAME_LINE}  time      {'_' * _SHORT_LINE}"
    return [*_named(line.role, width, first), *_named("", width, second), ""]


@_line.register
def _grid(line: Grid, width: int) -> list[str]:
    del width
    rows = (line.heads, *(tuple(cell or "________" for cell in row) for row in line.rows))
    widths = [max(len(row[column]) for row in rows) for column in range(len(line.heads))]
    if sum(widths) + 2 * (len(widths) - 1) + _INDENT <= WIDTH:
        return [_row(row, widths) for row in rows]
    return [text for row in rows[1:] for text in _upright(line.heads, row)]


def _row(row: tuple[str, ...], widths: list[int]) -> str:
    return (" " * _INDENT + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))).rstrip()


def _upright(heads: tuple[str, ...], row: tuple[str, ...]) -> list[str]:
    """A row that is too wide for the page, each cell on a line of its own under the first."""
    width = max(len(head) for head in heads[1:]) if len(heads) > 1 else 0
    lines = _wrapped(f"{heads[0]}: {row[0]}", _INDENT)
    for head, cell in zip(heads[1:], row[1:], strict=True):
        lines += [f"  {text}" for text in _named(head, width, cell)]
    return lines


def _named(name: str, width: int, text: str) -> list[str]:
    """A name and a text beside it, wrapped to the right of the name; a name that is too long has its own line."""
    lead = " " * _INDENT
    start = len(lead) + width + 2
    lines = textwrap.wrap(text, WIDTH - start, break_long_words=False, break_on_hyphens=False) or [""]
    first = [f"{lead}{name}"] if len(name) > width else []
    rest = lines if first else lines[1:]
    if not first:
        first = [f"{lead}{name:<{width}}  {lines[0]}".rstrip()]
    return [*first, *(f"{' ' * start}{line}" for line in rest)]


def _wrapped(text: str, indent: int) -> list[str]:
    lead = " " * indent
    return textwrap.wrap(
        text, WIDTH, initial_indent=lead, subsequent_indent=lead, break_long_words=False, break_on_hyphens=False
    )
