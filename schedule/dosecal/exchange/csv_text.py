"""CSV for other systems: rows of texts to bytes, quoted and guarded.

Conventions: a cell is quoted where it holds the delimiter, a quote or a line break, or where all cells are asked to be.
A text that a spreadsheet would run gets an apostrophe before it, and is counted.

Reference:
    RFC 4180 for quotes; OWASP, CSV Injection, for the guard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.problems import Problem, Source
from dosecal.report.tables.formulas import GUARD, guarded_words, is_formula

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class CsvText:
    """Makes the text of a CSV file, row by row.

    Attributes:
        guarded: How many texts got an apostrophe.
    """

    def __init__(self, *, delimiter: str = ",", line_end: str = "\n", quotes_all: bool = False) -> None:
        """Begin with nothing."""
        self.guarded = 0
        self._delimiter, self._line_end, self._quotes_all = delimiter, line_end, quotes_all
        self._special = frozenset((delimiter, '"', "\r", "\n"))
        self._lines: list[str] = []

    def add(self, cells: Sequence[str]) -> None:
        """Add a row of texts as they are."""
        quoted = self._delimiter.join(map(self._quoted, cells))
        self._lines.append((quoted or '""') + self._line_end)  # an empty line would be no row

    def guard(self, text: str) -> str:
        """The text so that no spreadsheet runs it."""
        if not is_formula(text):
            return text
        self.guarded += 1
        return GUARD + text

    def text(self) -> str:
        """Everything that was added."""
        return "".join(self._lines)

    def findings(self, file: str) -> Iterable[Problem]:
        """That texts were guarded, where some were.

        Args:
            file: The name of the file.
        """
        if self.guarded:
            yield Problem(Source(file), "W003", "", guarded_words(self.guarded))

    def _quoted(self, text: str) -> str:
        if not self._quotes_all and self._special.isdisjoint(text):
            return text
        return '"' + text.replace('"', '""') + '"'
