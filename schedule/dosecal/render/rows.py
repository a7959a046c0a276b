"""Tables to lines of bytes: the one way in which CSV and JSON Lines are written.

Conventions: each distinct text is encoded once. Neighbouring columns that share their codes are joined before they are
spread over the rows. Where the first columns stay the same for a run of rows (a subject), and many runs go on alike
(the same arm from the same date), the rest of such a run is made once and repeated behind each subject: a long table is
mostly a copying of finished pieces. That runs are alike is found from the codes themselves and never assumed.
"""

from __future__ import annotations

from itertools import islice, pairwise, repeat
from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from dosecal.report.tables.table import Codes, Column, Table

    EncodeTexts = Callable[[Column], list[str]]

BLOCK_BYTES = 1 << 20
"""About how many bytes are handed on at once: enough to be fast, few enough that their memory is used again."""

_MIXERS = np.random.default_rng(20200127).integers(1, 1 << 62, size=4096, dtype=np.int64) | 1
"""Odd factors by which a run's rows are told apart at a glance; what looks alike is then compared in full."""


class _Piece(Struct):
    """Neighbouring columns as one: a text for each code; None for one text in all rows."""

    texts: list[str]
    codes: Codes | None


def encode_rows(table: Table, encode_texts: EncodeTexts, start: str, joint: str, end: str) -> Iterator[bytes]:
    """The rows of a table, as blocks of bytes in UTF-8.

    Args:
        table: The table.
        encode_texts: The texts of a column as they stand in the file.
        start: What begins a row.
        joint: What stands between cells.
        end: What ends a row.
    """
    if not table.rows:
        return
    pieces = _joined_pieces(table, encode_texts, start, joint, end)
    first, rest = pieces[0], pieces[1:]
    runs = _Runs.of(first.codes, [piece.codes for piece in rest]) if rest else None
    if runs is None or first.codes is None:
        yield from _in_blocks(_plain_rows(pieces, np.arange(table.rows)))
        return
    heads = [text.encode() for text in first.texts]
    tails = _tails(rest, runs)
    run_heads = map(heads.__getitem__, first.codes[runs.starts].tolist())
    run_tails = map(tails.__getitem__, runs.kind.tolist())
    parts = map(bytes.join, run_heads, run_tails)
    average = sum(map(len, tails[0])) + len(heads[0]) * len(tails[0])
    while block := b"".join(islice(parts, max(BLOCK_BYTES // average, 1))):
        yield block


def _tails(rest: list[_Piece], runs: _Runs) -> list[list[bytes]]:
    """For each kind of run, what follows the head in each of its rows, after an empty first piece to join from."""
    lengths = runs.lengths[runs.examples]
    ends = np.cumsum(lengths)
    rows = np.repeat(runs.starts[runs.examples] - (ends - lengths), lengths) + np.arange(int(ends[-1]))
    texts = _plain_rows(rest, rows)
    bounds = [0, *ends.tolist()]
    return [[b"", *texts[a:b]] for a, b in pairwise(bounds)]


def _plain_rows(pieces: list[_Piece], rows: Codes) -> list[bytes]:
    """Each of the rows by itself."""
    cells: NDArray[np.object_] = np.empty((len(rows), len(pieces)), dtype=object)
    for index, piece in enumerate(pieces):
        texts = np.array([*(text.encode() for text in piece.texts), None], dtype=object)[:-1]
        cells[:, index] = texts[0] if piece.codes is None else texts[piece.codes[rows]]
    return list(map(b"".join, cells.tolist()))


def _in_blocks(parts: list[bytes]) -> Iterator[bytes]:
    """The parts joined to blocks of about the same size."""
    if not parts:
        return
    average = max(sum(map(len, parts[:1000])) // len(parts[:1000]), 1)
    step = max(BLOCK_BYTES // average, 1)
    for first in range(0, len(parts), step):
        yield b"".join(parts[first : first + step])


class _Runs(Struct, frozen=True):
    """Runs of rows with the same head, and which of them go on alike.

    Attributes:
        starts: (runs,) The first row of each.
        lengths: (runs,) How many rows each has.
        kind: (runs,) Which kind each is; runs of a kind have the same codes in every row.
        examples: (kinds,) A run of each kind.
    """

    starts: Codes
    lengths: Codes
    kind: Codes
    examples: Codes

    @classmethod
    def of(cls, head: Codes | None, rest: list[Codes | None]) -> _Runs | None:
        """The runs of a table, or None where telling them apart would not pay."""
        if head is None or not len(head):
            return None
        starts = np.concatenate(([0], np.flatnonzero(head[1:] != head[:-1]) + 1))
        lengths = np.diff(starts, append=len(head))
        key = _row_keys(rest, len(head))
        if key is None or np.max(lengths) > len(_MIXERS):
            return None
        place = np.arange(len(head)) - np.repeat(starts, lengths)
        look = np.add.reduceat(_spread(key) * _MIXERS[place], starts) * 31 + lengths
        _, examples, kind = np.unique(look, return_index=True, return_inverse=True)
        if 2 * len(examples) > len(starts) or not _are_alike(key, place, starts, lengths, examples[kind]):
            return None
        return cls(starts, lengths, kind, examples)


def _are_alike(key: Codes, place: Codes, starts: Codes, lengths: Codes, example: Codes) -> bool:
    """Whether each run has the length and, row for row, the codes of its example."""
    if not np.array_equal(lengths, lengths[example]):
        return False
    return np.array_equal(key, key[np.repeat(starts[example], lengths) + place])


def _row_keys(columns: list[Codes | None], rows: int) -> Codes | None:
    """A number for each row that is equal where all codes are; None where the numbers would be too large."""
    key = np.zeros(rows, dtype=np.int64)
    room = 1
    seen: set[int] = set()
    for codes in columns:
        if codes is None or id(codes) in seen:
            continue
        seen.add(id(codes))
        size = int(np.max(codes)) + 1
        room *= size
        if room >= 1 << 62:
            return None
        key *= size
        key += codes
    return key


def _spread(key: Codes) -> Codes:
    """The keys with their bits mixed, so that sums of them differ."""
    mixed: Codes = (key ^ (key >> 15)) * np.int64(0x2C1B3C6D1B873593)
    return mixed ^ (mixed >> 29)


def _joined_pieces(table: Table, encode_texts: EncodeTexts, start: str, joint: str, end: str) -> list[_Piece]:
    """The table as pieces, each with the joint before it and the first and last with what begins and ends a row."""
    groups: list[tuple[Codes | None, list[list[str]]]] = []
    for column in table.columns:
        texts = encode_texts(column)
        codes = column.codes if len(texts) > 1 else None
        if not groups or not _go_together(groups[-1], codes, len(texts)):
            groups.append((codes, [texts]))
        else:
            last_codes, together = groups[-1]
            together.append(texts)
            groups[-1] = (codes if last_codes is None else last_codes, together)
    pieces = [_Piece(_side_by_side(together, joint, is_first=k == 0), c) for k, (c, together) in enumerate(groups)]
    if start:
        pieces[0].texts = [start + text for text in pieces[0].texts]
    pieces[-1].texts = [text + end for text in pieces[-1].texts]
    return pieces


def _go_together(group: tuple[Codes | None, list[list[str]]], codes: Codes | None, texts: int) -> bool:
    """Whether a column can join a group: one of the two has one text for all rows, or they share their codes."""
    last_codes, together = group
    if codes is None or last_codes is None:
        return True
    return last_codes is codes and max(map(len, together)) == texts


def _side_by_side(columns: list[list[str]], joint: str, *, is_first: bool) -> list[str]:
    """The texts of columns next to each other; a column with one text has it beside all the others'."""
    longest = max(map(len, columns))
    spread = [texts if len(texts) == longest else repeat(texts[0], longest) for texts in columns]
    before = [] if is_first else [repeat("", longest)]
    return list(map(joint.join, zip(*before, *spread, strict=True)))
