"""Rows of a table as columns of texts.

Conventions: a chunk gives a column's texts, or its distinct texts and which of them each row has; most columns of a
cohort (arms, sites, dates) have few distinct texts, and those alone are read. Places are one-based lines and columns.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Protocol

import numpy as np

from dosecal.model.problems import Problem, Source
from dosecal.model.struct import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import NDArray

    Places = NDArray[np.int64]
    CellPlace = Callable[[int, int], Source]

_COMMA, _LINE_FEED = 44, 10
_KEY_BYTES = 8
NO_CERTAIN_TEXT = "C009"
"""The code of a cell without a certain text; its place is that of its column."""
MOST_PACKED = 2 * _KEY_BYTES
"""Texts of up to so many bytes are told apart as two whole numbers."""
MOST_MARKED = 8
"""Pairs are found by marking where there is room for so many of them a row; beyond, by sorting."""
MOST_WASTE = 4
"""How much more room than their texts the rows of a block may take, all as wide as the longest."""
MOST_MATRIX = 64
"""Texts of up to so many bytes are taken out of the block all at once."""


class TextChunk(Protocol):
    """Some rows of a table."""

    @property
    def lines(self) -> list[int]:
        """(n,) The line of each row in the input."""
        ...

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with rows that are left out, and with cells that have no certain text."""
        ...

    @property
    def numbers(self) -> Sequence[bytes]:
        """For each column, (n,) flags of the cells that held a number or a date; empty where all held texts."""
        ...

    @property
    def left_out(self) -> Sequence[Sequence[str]]:
        """The cells of rows that are left out, as far as they could be told apart."""
        ...

    def texts(self, column: int) -> tuple[str, ...]:
        """(n,) The texts of a column, counted from 0."""
        ...

    def distinct(self, column: int) -> tuple[list[str], Places]:
        """The distinct texts of a column, in no special order, and (n,) the place of each row's among them."""
        ...

    def place(self, row: int, column: int) -> Source:
        """Where a cell begins."""
        ...


class ListedChunk(Struct, frozen=True):
    """Rows whose texts are already apart.

    Attributes:
        lines: (n,) The line of each row in the input.
        columns: (n,) texts for each column of the header, in its order.
        cell_place: Gives the place of a cell from its row in the chunk and its column, from 0.
        problems: What is wrong with rows that are left out.
        numbers: For each column, (n,) flags of the cells that held a number or a date; empty where all held texts.
        left_out: The cells of rows that are left out, as far as they could be told apart.
    """

    lines: list[int]
    columns: list[tuple[str, ...]]
    cell_place: CellPlace
    problems: list[Problem] = field(default_factory=list)
    numbers: Sequence[bytes] = ()
    left_out: Sequence[Sequence[str]] = ()

    def texts(self, column: int) -> tuple[str, ...]:
        """(n,) The texts of a column, counted from 0."""
        return self.columns[column]

    def distinct(self, column: int) -> tuple[list[str], Places]:
        """The distinct texts of a column and (n,) the place of each row's among them."""
        cells = self.columns[column]
        places = {text: place for place, text in enumerate(set(cells))}
        return list(places), np.fromiter(map(places.__getitem__, cells), dtype=np.int64, count=len(cells))

    def place(self, row: int, column: int) -> Source:
        """Where a cell begins."""
        return self.cell_place(row, column)


class PlainChunk(Struct, frozen=True):
    """Rows of CSV without quotes, cut where the commas and the line feeds are.

    Attributes:
        file: The name of the input.
        lines: (n,) The line of each row in the input.
        content: The rows in UTF-8, each ended by a line feed, without carriage returns and zero bytes.
        starts: (n, columns) Where each cell begins in the content.
        ends: (n, columns) Where the comma or line feed after it stands.
        padded: The content with zeros after it, so that a piece can be taken from any place in it.
        problems: None; such rows are all as wide as the header.
        numbers: None; all cells of CSV are texts.
        left_out: None.
    """

    file: str
    lines: list[int]
    content: bytes
    starts: Places
    ends: Places
    padded: NDArray[np.uint8]
    problems: list[Problem] = field(default_factory=list)
    numbers: Sequence[bytes] = ()
    left_out: Sequence[Sequence[str]] = ()

    @classmethod
    def of(cls, content: bytes, file: str, first_line: int, width: int, separator: int = _COMMA) -> PlainChunk | None:
        """The rows of a block, or None unless every line of it has as many cells as the header, none of them huge."""
        characters = np.frombuffer(content, dtype=np.uint8)
        cuts = np.flatnonzero((characters == separator) | (characters == _LINE_FEED))
        if not len(cuts) or len(cuts) % width:
            return None
        ends = cuts.reshape(-1, width)
        at_ends = characters[ends]
        if (at_ends[:, -1] != _LINE_FEED).any() or (at_ends[:, :-1] != separator).any():
            return None
        starts = np.empty_like(ends)
        starts[:, 1:] = ends[:, :-1] + 1
        starts[0, 0] = 0
        starts[1:, 0] = ends[:-1, -1] + 1
        if np.max(ends - starts) > csv.field_size_limit():
            return None
        padded = np.frombuffer(content + bytes(MOST_MATRIX + 1), dtype=np.uint8)
        return cls(file, list(range(first_line, first_line + len(ends))), content, starts, ends, padded)

    def has_empty_row(self) -> bool:
        """Whether a row has no text in any cell."""
        columns = self.ends.shape[1]
        return bool((self.ends[:, -1] - self.starts[:, 0] == columns - 1).any())

    def is_empty_from(self, column: int) -> bool:
        """Whether no cell from a column on, counted from 0, holds anything."""
        return bool((self.starts[:, column:] == self.ends[:, column:]).all())

    def texts(self, column: int) -> tuple[str, ...]:
        """(n,) The texts of a column, counted from 0."""
        widest = self._widest(column)
        if widest <= MOST_MATRIX and self.content.isascii() and self._is_even(column, widest):
            return tuple(self._matrix(column, max(widest, 1)).view(f"S{max(widest, 1)}").ravel().astype("U").tolist())
        bounds = zip(self.starts[:, column].tolist(), self.ends[:, column].tolist(), strict=True)
        return tuple(self.content[start:end].decode() for start, end in bounds)

    def distinct(self, column: int) -> tuple[list[str], Places]:
        """The distinct texts of a column and (n,) the place of each row's among them."""
        if self._widest(column) > MOST_PACKED:
            cells = self.texts(column)
            places = {text: place for place, text in enumerate(set(cells))}
            return list(places), np.fromiter(map(places.__getitem__, cells), dtype=np.int64, count=len(cells))
        keys = self._matrix(column, MOST_PACKED).view(np.uint64)
        first, codes = _distinct_pairs(keys[:, 0], keys[:, 1])
        bounds = zip(self.starts[first, column].tolist(), self.ends[first, column].tolist(), strict=True)
        return [self.content[start:end].decode() for start, end in bounds], codes

    def place(self, row: int, column: int) -> Source:
        """Where a cell begins."""
        before = self.content[int(self.starts[row, 0]) : int(self.starts[row, column])]
        return Source(self.file, self.lines[row], len(before.decode()) + 1)

    def _is_even(self, column: int, widest: int) -> bool:
        """Whether the texts of a column take not much less room than so many of the longest."""
        room = int((self.ends[:, column] - self.starts[:, column]).sum()) + len(self.lines)
        return widest * len(self.lines) <= MOST_WASTE * room

    def _widest(self, column: int) -> int:
        return int(np.max(self.ends[:, column] - self.starts[:, column]))

    def _matrix(self, column: int, width: int) -> NDArray[np.uint8]:
        """(n, width) The bytes of a column's texts, with zeros after them; none of the texts holds a zero."""
        starts = self.starts[:, column]
        # a view in which every byte begins a piece of the wanted width: its pieces are taken at one stroke
        pieces: NDArray[np.void] = np.ndarray(
            (len(self.padded) - width,), dtype=f"V{width}", buffer=self.padded, strides=(1,)
        )
        matrix: NDArray[np.uint8] = pieces[starts].view(np.uint8).reshape(-1, width)
        matrix[np.arange(width) >= (self.ends[:, column] - starts)[:, None]] = 0
        return matrix


def column_index(letters: str) -> int:
    """The place of a column from 0: 0 for A, 26 for AA."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def cell_name(row: int, column: int) -> str:
    """The name of a cell as a sheet shows it, such as ``C7``; the row from 1, the column from 0."""
    letters, left = "", column + 1
    while left:
        left, letter = divmod(left - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"


def cell_problems(chunk: TextChunk, columns: Collection[int]) -> list[Problem]:
    """The problems of a chunk, but for cells of columns that nobody reads.

    Args:
        chunk: The chunk.
        columns: The places of the columns that are read.
    """
    return [one for one in chunk.problems if one.code != NO_CERTAIN_TEXT or one.source.column - 1 in columns]


def _distinct_pairs(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> tuple[Places, Places]:
    """A row of each distinct pair, and (n,) the place of each row's pair among them."""
    values, one = np.unique(first, return_inverse=True)
    others, two = np.unique(second, return_inverse=True)
    if len(others) == 1:
        rows = np.empty(len(values), dtype=np.int64)
        rows[one] = np.arange(len(first))
        return rows, one
    key = one * len(others) + two  # both are counts of rows of one block, whose product is far from 2⁶³
    if len(values) * len(others) > MOST_MARKED * len(first):
        _, rows, codes = np.unique(key, return_index=True, return_inverse=True)
        return rows, codes
    used = np.zeros(len(values) * len(others), dtype=bool)
    used[key] = True
    codes = (np.cumsum(used) - 1)[key]
    rows = np.empty(int(used.sum()), dtype=np.int64)
    rows[codes] = np.arange(len(first))
    return rows, codes
