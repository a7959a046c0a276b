"""Notes beside a row, each one thing that is said: told apart by what they are about, and joined at the end alone."""

from __future__ import annotations

from enum import Enum, auto

from dosecal.model.struct import Struct

JOINT = "; "
"""What stands between two notes in a cell."""


class About(Enum):
    """What a note is about."""

    ROW = auto()
    NO_WINDOW = auto()
    """That no window is stated: a page that has a column of windows says it there."""
    ALL_ROWS = auto()
    """The subject, or a cycle: the same on row after row, so that a page says it once."""


class Note(Struct, frozen=True):
    """One thing that is said beside a row.

    Attributes:
        text: The words.
        about: What it is about.
    """

    text: str
    about: About = About.ROW
