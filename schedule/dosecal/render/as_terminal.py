"""Tables for a terminal: as many columns as fit, and what does not fit in a block under its row.

Conventions: nothing is cut off at any width, and an amount stands with its unit, its date and whose it is. A row that
would take too many lines leaves out what is neither number nor date, says what, and how it is shown. Without a terminal
a line is 160 columns wide, and nothing is left out.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dosecal.model.counts import counted
from dosecal.model.struct import Struct
from dosecal.render.table_forms import chosen, shown
from dosecal.render.whole_text import BOLD, LEAST_WIDTH, display_width, painted, tied, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dosecal.render.table_forms import Field, Shown
    from dosecal.report.tables.table import Table

PLAIN_WIDTH = 160
"""The width where there is no terminal to ask."""

MOST_LINES = 6
"""How many lines of a terminal a row takes at most, before sentences are left out of it."""

_GAP = 2
_INDENT = 4


class Look(Struct, frozen=True):
    """What a person asks of the look of a table, and what the terminal can do.

    Attributes:
        columns: The names of the columns to show, in their order; none for those that fit.
        is_coloured: Whether weight and colour may be used; what they say, words say as well.
        most_lines: How many lines a row takes before something is left out of it; None for any number.
    """

    columns: tuple[str, ...] = ()
    is_coloured: bool = False
    most_lines: int | None = MOST_LINES


PLAIN = Look()


class UnknownColumnError(ValueError):
    """A table has no column of a name that is asked for.

    Attributes:
        name: The name.
        known: The names that there are.
    """

    def __init__(self, name: str, known: Sequence[str]) -> None:
        """Keep which name it is, and which there are."""
        super().__init__(name)
        self.name = name
        self.known = tuple(known)


def room_of(width: int | None) -> int:
    """The width that lines are set for.

    Args:
        width: The terminal's; None or 0 for none that is known.
    """
    return max(width or PLAIN_WIDTH, LEAST_WIDTH)


def table_terminal(table: Table, width: int | None, look: Look = PLAIN) -> str:
    """A table as text, every line ended; what is the same in every row is said once below it.

    Args:
        table: The table.
        width: The terminal's width in columns; None for no terminal.
        look: The columns that are asked for, and whether there are colours.

    Raises:
        UnknownColumnError: If the table has no column of a name that is asked for.
    """
    for name in look.columns:
        if name not in table.header:
            raise UnknownColumnError(name, table.header)
    if not table.rows:
        return "no rows\n"
    said = chosen(table, look.columns) if look.columns else shown(table)
    room = room_of(width)
    most = None if width is None or look.columns else look.most_lines
    layout = _Layout.of(said.first, said.others, room, most, is_coloured=look.is_coloured)
    lines = [*layout.heads(), *(line for row in range(table.rows) for line in layout.row(row))]
    for text in (*_below(said, room), layout.left_out_words(said.first)):
        lines += wrapped(text, room, rest=" " * _GAP) if text else []
    return "".join(f"{line}\n" for line in lines)


def _below(said: Shown, room: int) -> Iterator[str]:
    """What is said once for all rows: what is the same in each, and what is empty."""
    if said.once:
        pairs = (f"{name} {tied(text) if len(text) < room // 2 else text}" for name, text in said.once)
        yield f"in every row: {', '.join(pairs)}"
    if said.same:
        yield f"in every row: {', '.join(f'{one} is the {other}' for one, other in said.same)}"
    if said.empty:
        yield f"empty in every row: {', '.join(said.empty)}"


class _Piece(Struct, frozen=True):
    """A field of a block: its text, how wide that is, its lines where it begins one, and whether others may follow."""

    text: str
    wide: int
    lines: tuple[str, ...]
    is_short: bool


class _Layout(Struct):
    """Which fields stand on a row's own line and which in the block under it.

    Attributes:
        on_line: The fields on the line, each with its width; none where what tells a row doesn't fit on one.
        in_block: The others, the more important first.
        room: How wide a line is.
        most: How many lines a row may take; None for any number.
        is_coloured: Whether there are colours.
        left_out: From how many rows a field is left out, by its name.
        blocks: The blocks that were set so far with the names of what was left out, by the cells in them.
    """

    on_line: tuple[tuple[Field, int], ...]
    in_block: tuple[Field, ...]
    room: int
    most: int | None
    is_coloured: bool
    left_out: Counter[str]
    blocks: dict[tuple[str, ...], tuple[list[str], tuple[str, ...]]]

    @classmethod
    def of(
        cls, first: Sequence[Field], others: Sequence[Field], room: int, most: int | None, *, is_coloured: bool
    ) -> _Layout:
        """The layout for fields, of which the first ones are not to be parted."""
        taken: list[tuple[Field, int]] = []
        left = room + _GAP
        for field in (*first, *others):
            wide = _column_width(field)
            if wide + _GAP <= left:
                taken.append((field, wide))
                left -= wide + _GAP
            elif field in first:
                return cls((), (*first, *others), room, most, is_coloured, Counter(), {})
        names = {field.name for field, _ in taken}
        rest = tuple(field for field in (*first, *others) if field.name not in names)
        return cls(tuple(_widened(taken, left)), rest, room, most, is_coloured, Counter(), {})

    def heads(self) -> list[str]:
        """The heads over the columns, and a line under them; none where there are blocks alone."""
        if not self.on_line:
            return []
        parts = [wrapped(field.label, wide) for field, wide in self.on_line]
        high = max(map(len, parts))
        rows = zip(*([""] * (high - len(part)) + part for part in parts), strict=True)
        lines = [self._line(list(row), (BOLD,) * len(parts)) for row in rows]
        return [*lines, self._line(["-" * wide for _, wide in self.on_line])]

    def row(self, row: int) -> list[str]:
        """The lines of a row."""
        lines = []
        if self.on_line:
            cells = [field.cells[row] for field, _ in self.on_line]
            styles = [field.styles[row] for field, _ in self.on_line]
            lines = [self._line(cells, styles)]
        key = tuple(field.cells[row] for field in self.in_block)
        if key not in self.blocks:
            self.blocks[key] = self._block(row, len(lines))
        block, left_out = self.blocks[key]
        self.left_out.update(left_out)
        return [*lines, *block]

    def _line(self, cells: Sequence[str], styles: Sequence[str] = ()) -> str:
        parts = []
        for place, (cell, (field, wide)) in enumerate(zip(cells, self.on_line, strict=True)):
            blanks = " " * (wide - display_width(cell))
            text = painted(cell, styles[place]) if self.is_coloured and styles else cell
            parts.append(f"{blanks}{text}" if field.is_number else f"{text}{blanks}")
        return (" " * _GAP).join(parts).rstrip()

    def _block(self, row: int, above: int) -> tuple[list[str], tuple[str, ...]]:
        """The block of a row with so many lines above it, and the names of what is left out of it."""
        fields = [field for field in self.in_block if field.cells[row]]
        pieces = {field: self._piece(field, row, is_first=not place) for place, field in enumerate(fields)}
        lines = self._flowed([pieces[field] for field in fields])
        if self.most is None or above + len(lines) <= self.most:
            return lines, ()
        out = [field for field in fields if not field.is_kept]
        for field in tuple(out):
            out.remove(field)
            if above + len(self._without(fields, pieces, out)) > self.most:
                out.append(field)
        return self._without(fields, pieces, out), tuple(field.name for field in out)

    def _without(self, fields: Sequence[Field], pieces: dict[Field, _Piece], out: Sequence[Field]) -> list[str]:
        """The lines of a block without some of its fields, which it names."""
        said = [pieces[field] for field in fields if field not in out]
        if out:
            said.append(self._set("left out", ", ".join(field.label for field in out), is_whole=False))
        return self._flowed(said)

    def _flowed(self, pieces: Sequence[_Piece]) -> list[str]:
        """The pieces in lines: short ones beside one another, then sentences."""
        lines: list[str] = []
        left = 0
        for piece in sorted(pieces, key=lambda one: not one.is_short):
            if lines and piece.wide + _GAP <= left:
                lines[-1] += f"{' ' * _GAP}{piece.text}"
                left -= piece.wide + _GAP
            else:
                lines += piece.lines
                left = self.room - display_width(lines[-1]) if len(piece.lines) == 1 else 0
        return lines

    def _piece(self, field: Field, row: int, *, is_first: bool) -> _Piece:
        cell = field.cells[row]
        is_short = field.is_whole or display_width(f"{field.label}: {cell}") + _INDENT <= self.room
        shown = painted(cell, field.styles[row]) if self.is_coloured and is_short else cell
        return self._set(field.label, shown, is_whole=is_short, is_first=is_first)

    def _set(self, label: str, text: str, *, is_whole: bool, is_first: bool = False) -> _Piece:
        """A piece of a block; a row that is a block alone begins without blanks."""
        indent = " " * (_INDENT if self.on_line else 0 if is_first else _GAP)
        said = f"{label}: {text}"
        lines = wrapped(tied(text) if is_whole else text, self.room, f"{indent}{label}: ", f"{indent}  ")
        return _Piece(said, display_width(said), tuple(lines), is_whole or len(lines) == 1)

    def left_out_words(self, first: Sequence[Field]) -> str:
        """What is left out, of how many rows, and how it is shown; empty for nothing."""
        if not self.left_out:
            return ""
        counts = ", ".join(f"{name} ({counted(rows, 'row')})" for name, rows in self.left_out.items())
        example = f"--columns {first[0].name},{next(iter(self.left_out))}"
        return f"left out of rows of more than {self.most} lines: {counts}; the option {example} shows it"


def _column_width(field: Field) -> int:
    """How wide a column has to be: for its cells, and for the words of its head."""
    words = display_width(max(field.label.split(), key=display_width, default=""))
    return max(words, *map(display_width, set(field.cells)))


def _widened(taken: Sequence[tuple[Field, int]], left: int) -> Iterator[tuple[Field, int]]:
    """The columns with what is left of the line given to heads that would stand in several lines."""
    for field, wide in taken:
        more = min(max(display_width(field.label) - wide, 0), left)
        left -= more
        yield field, wide + more
