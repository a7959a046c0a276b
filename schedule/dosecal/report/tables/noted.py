"""Notes of rows as columns: distinct lists of notes, and a code for each row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.distinct import distinct_rows
from dosecal.report.messages.notes import JOINT, About, Note

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from dosecal.model.messages import Msg

    Notes = tuple[Sequence[tuple[Note, ...]], NDArray[np.int64]]
    """Distinct lists of notes, and the place of each row's list."""

    Texts = tuple[Sequence[Msg], NDArray[np.int64]]
    """Distinct messages, of which an empty one says nothing, and the place of each row's."""


def noted(texts: Sequence[Msg], codes: NDArray[np.int64], about: About = About.ROW) -> Notes:
    """Notes of distinct texts, of which each is one note, and an empty one none."""
    return [(Note(text, about),) if text else () for text in texts], codes


def in_turn(first: Notes, second: Notes) -> Notes:
    """The notes of both, those of the first before those of the second."""
    first_row, codes = distinct_rows(first[1], second[1])
    pairs = zip(first[1][first_row].tolist(), second[1][first_row].tolist(), strict=True)
    return [(*first[0][one], *second[0][other]) for one, other in pairs], codes


def as_texts(notes: Notes) -> tuple[list[str], NDArray[np.int64]]:
    """The notes as one English text a row, in its distinct texts and codes."""
    return [JOINT.join(note.text for note in one) for one in notes[0]], notes[1]


def texts_of(notes: Notes, row: int) -> tuple[Msg, ...]:
    """The notes of one row."""
    return tuple(note.text for note in notes[0][int(notes[1][row])])
