"""The schedule of activities for a terminal: its visits in bands that fit, every visit once.

Conventions: each band repeats what the rows are, and says which visits it has. Where no two visits fit beside one
another, and for a visit whose heads are wider than the room beside the rows, a visit has its rows below one another.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from dosecal.render.activities_text import headline, label_with_footnote, notes_below
from dosecal.render.as_terminal import PLAIN, room_of
from dosecal.render.whole_text import BOLD, display_width, painted, visible, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dosecal.render.as_terminal import Look
    from dosecal.report.calendars.activities import Activities

    Rows = Sequence[tuple[str, Sequence[str]]]
    """The rows of the table, each with its name and a text for each visit."""

_LEAST_CELL, _MOST_CELL = 4, 24
"""The narrowest and widest that a visit's column gets for its heads; a longer word makes it wider."""
_HIGH = (2, 4)
"""How many lines a head may take: few where all visits fit beside one another, more where they don't."""
_EDGES = 3
"""What a column takes beside its text: a blank on both sides, and the line between columns."""


def activities_terminal(activities: Activities, made_by: str, width: int | None, look: Look = PLAIN) -> str:
    """The schedule of activities as text.

    Args:
        activities: The schedule.
        made_by: The program's version and the date, for the last line.
        width: The terminal's width in columns; None for no terminal.
        look: Whether there are colours.
    """
    room = room_of(width)
    heads = [(visible(name), [*map(visible, texts)]) for name, texts in activities.heads]
    rows = [(visible(label_with_footnote(row)), [*map(visible, row.marks)]) for row in activities.rows]
    bold: Callable[[str], str] = partial(painted, style=BOLD if look.is_coloured else "")
    lines = [part for line in headline(activities) for part in wrapped(visible(line), room, rest="  ")]
    lines[0] = bold(lines[0])
    lines += _Bands(heads, rows, room, bold).lines()
    for note in notes_below(activities):
        lines += wrapped(visible(note), room, rest="    ")
    return "".join(f"{line}\n" for line in (*lines, *wrapped(made_by, room)))


class _Bands:
    """The table in bands."""

    def __init__(self, heads: Rows, rows: Rows, room: int, bold: Callable[[str], str]) -> None:
        """Fit the columns of the visits beside the names of the rows."""
        self._heads, self._rows, self._room, self._bold = heads, rows, room, bold
        self._visits = len(heads[0][1])
        columns = [tuple(texts[place] for _, texts in heads) for place in range(self._visits)]
        marks = [max((display_width(texts[place]) for _, texts in rows), default=0) for place in range(self._visits)]
        names = [name for name, _ in (*heads, *rows)]
        self._name = max(map(display_width, names))
        for high in _HIGH:
            widths = {column: _head_width(column, high) for column in set(columns)}
            self._wide = [max(widths[column], mark) for column, mark in zip(columns, marks, strict=True)]
            if self._end(0) == self._visits:
                return
        self._name = min(self._name, max(*map(_longest_word, names), room * 2 // 5))

    def lines(self) -> Iterator[str]:
        """The lines of all bands."""
        ends = [0]
        while ends[-1] < self._visits:
            ends.append(self._end(ends[-1]))
        is_narrow = len(ends) > self._visits > 1
        for first, end in pairwise(ends):
            if is_narrow or self._wide[first] + _EDGES > self._left():
                yield from self._upright(first)
                continue
            if len(ends) > 2:  # noqa: PLR2004 - more than one band
                yield self._bold(f"{_visits_words(first + 1, end)} of {self._visits}")
            yield from self._band(range(first, end))

    def _left(self) -> int:
        """The room beside the names of the rows, with the lines on both sides of them."""
        return self._room - self._name - 2

    def _end(self, first: int) -> int:
        """The visit after the last one that still fits, at least one further."""
        left, end = self._left() - self._wide[first] - _EDGES, first + 1
        while end < self._visits and self._wide[end] + _EDGES <= left:
            left -= self._wide[end] + _EDGES
            end += 1
        return end

    def _band(self, visits: range) -> Iterator[str]:
        edge = "+".join(("", "-" * self._name, *("-" * (self._wide[one] + 2) for one in visits), ""))
        yield edge
        for name, texts in self._heads:
            yield from self._row(name, texts, visits, is_bold=True)
        yield edge
        for name, texts in self._rows:
            yield from self._row(name, texts, visits)
        yield edge

    def _row(self, name: str, texts: Sequence[str], visits: range, *, is_bold: bool = False) -> Iterator[str]:
        cells = [wrapped(name, self._name), *(wrapped(texts[one], self._wide[one]) for one in visits)]
        for line in range(max(map(len, cells))):
            parts = [cell[line] if line < len(cell) else "" for cell in cells]
            first = parts[0] + " " * (self._name - display_width(parts[0]))
            rest = (f" {_centred(part, self._wide[one])} " for part, one in zip(parts[1:], visits, strict=True))
            yield "|".join(self._bold(part) if is_bold else part for part in ("", first, *rest, ""))

    def _upright(self, visit: int) -> Iterator[str]:
        """A visit with its rows below one another; those without a text or mark are left away."""
        yield self._bold(f"{_visits_words(visit + 1, visit + 1)} of {self._visits}")
        for name, texts in self._heads:
            yield from wrapped(f"{name}: {texts[visit]}", self._room, "  ", "    ") if texts[visit] else ()
        for name, texts in self._rows:
            yield from wrapped(f"{texts[visit]}  {name}", self._room, "  ", "     ") if texts[visit] else ()


def _visits_words(first: int, last: int) -> str:
    return f"visit {first}" if first == last else f"visits {first} to {last}"


def _longest_word(text: str) -> int:
    """The width of the longest piece of a text in which no line breaks."""
    return max(map(display_width, wrapped(text, 1)))


def _head_width(texts: Sequence[str], high: int) -> int:
    """The width at which the heads of a visit take so many lines."""
    least = max(_LEAST_CELL, *map(_longest_word, texts))
    for wide in range(least, max(least, _MOST_CELL)):
        if all(len(wrapped(text, wide)) <= high for text in texts):
            return wide
    return max(least, _MOST_CELL)


def _centred(text: str, wide: int) -> str:
    blanks = wide - display_width(text)
    return f"{' ' * (blanks // 2)}{text}{' ' * (blanks - blanks // 2)}"
