"""Tables to lines of bytes: the one way in which CSV and JSON Lines are written.

Conventions: each distinct text is encoded once; neighbouring columns that share their codes are joined before they are
spread over the rows, so that a long table is mostly a copying of finished pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from schedule.report.tables import Codes, Column, Table

    EncodeCell = Callable[[Column, str], str]

ROWS_AT_ONCE = 100_000
"""How many rows are joined at once, so that memory stays small."""


@dataclass(slots=True)
class _Piece:
    """Neighbouring columns as one: a text for each code."""

    texts: list[str]
    codes: Codes | None


def encode_rows(table: Table, encode_cell: EncodeCell, start: str, joint: str, end: str) -> list[bytes]:
    """The rows of a table, as blocks of bytes in UTF-8.

    Args:
        table: The table.
        encode_cell: A cell's text as it stands in the file, from its column and its text.
        start: What begins a row.
        joint: What stands between cells.
        end: What ends a row.
    """
    if not table.rows:
        return []
    pieces = _joined_pieces(table, encode_cell, start, joint, end)
    spread = [(np.array([text.encode() for text in piece.texts], dtype=object), piece.codes) for piece in pieces]
    blocks = []
    for first in range(0, table.rows, ROWS_AT_ONCE):
        rows = min(ROWS_AT_ONCE, table.rows - first)
        cells: NDArray[np.object_] = np.empty((rows, len(spread)), dtype=object)
        for index, (texts, codes) in enumerate(spread):
            cells[:, index] = texts[0] if codes is None else texts[codes[first : first + rows]]
        blocks.append(b"".join(cells.ravel().tolist()))
    return blocks


def _joined_pieces(table: Table, encode_cell: EncodeCell, start: str, joint: str, end: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    for index, column in enumerate(table.columns):
        before = joint if index else start
        after = end if index == len(table.columns) - 1 else ""
        texts = [f"{before}{encode_cell(column, text)}{after}" for text in column.texts]
        codes = column.codes if len(texts) > 1 else None
        _append(pieces, _Piece(texts, codes))
    return pieces


def _append(pieces: list[_Piece], new: _Piece) -> None:
    """Add a piece, joined with the one before where the two go together."""
    if pieces:
        last = pieces[-1]
        if new.codes is None:
            last.texts = [text + new.texts[0] for text in last.texts]
            return
        if last.codes is None:
            pieces[-1] = _Piece([last.texts[0] + text for text in new.texts], new.codes)
            return
        if last.codes is new.codes and len(last.texts) == len(new.texts):
            last.texts = [a + b for a, b in zip(last.texts, new.texts, strict=True)]
            return
    pieces.append(new)
