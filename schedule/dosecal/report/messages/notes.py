"""Notes beside a row, each one thing that is said: told apart by what they are about, and joined at the end alone."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from dosecal.model.messages import Msg

JOINT = "; "
"""What stands between two texts in a cell of a table."""


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

    text: Msg
    about: About = About.ROW
