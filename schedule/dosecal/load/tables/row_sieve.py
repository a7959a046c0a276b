"""Which rows of a table fit its header; the others are problems, and empty rows at the end are nothing."""

from __future__ import annotations

from dosecal.model.problems import Problem, Source, quoted
from dosecal.model.struct import Struct, field


class RowSieve(Struct):
    """Lets through the rows that fit the header, and keeps a problem for each other one.

    Attributes:
        file: The name for problems.
        named: How many columns have names.
        width: How many cells the header has, with those at its end that have no name.
        empty: The first and the last line of the empty rows that came last, which may be the end of the table.
        problems: Those of the rows that are being looked at.
        left_out: The cells of those that don't fit.
    """

    file: str
    named: int
    width: int
    empty: tuple[int, int] | None = None
    problems: list[Problem] = field(default_factory=list)
    left_out: list[list[str]] = field(default_factory=list)

    def fitting(
        self, rows: list[list[str]], starts: list[int], last_line: int
    ) -> tuple[list[list[str]], list[int], list[Problem]]:
        """The rows that fit with their lines, and the problems of the others.

        Args:
            rows: The rows; a row without any cell is an empty line, and is passed over.
            starts: The line on which each begins.
            last_line: The last line of the last row.
        """
        self.problems, self.left_out = [], []
        if self.empty is None and {len(row) for row in rows} == {self.named} and all(map(any, rows)):
            return rows, starts, []
        even: list[tuple[list[str], int]] = []
        for place, (row, start) in enumerate(zip(rows, starts, strict=True)):
            if not any(row):
                if row:
                    self.pass_over(start)
                continue
            self.end_empty_rows()
            end = (starts[place + 1] if place + 1 < len(starts) else last_line + 1) - 1
            if len(row) == self.named or (len(row) == self.width and not any(row[self.named :])):
                even.append((row[: self.named], start))
            else:
                self._refuse(row, start, end)
        return [row for row, _ in even], [start for _, start in even], self.problems

    def pass_over(self, line: int) -> None:
        """Pass over an empty row, unless another one comes after it."""
        self.empty = (self.empty[0] if self.empty else line, line)

    def end_empty_rows(self) -> None:
        """A row comes after empty ones: they are in the midst of the table."""
        if self.empty is None:
            return
        self.problems.append(empty_rows_between(self.file, *self.empty))
        self.empty = None

    def _refuse(self, row: list[str], start: int, end: int) -> None:
        self.left_out.append(row)
        if len(row) == self.width:
            column, text = next((at, text) for at, text in enumerate(row) if at >= self.named and text)
            message = f"expected a name for column {column + 1}, which holds something, got none: {quoted(text)}"
            self.problems.append(Problem(Source(self.file, start, 1), "C012", "header", message))
            return
        lines = f" in lines {start} to {end}" if end > start and any("\n" in cell for cell in row) else ""
        message = f"expected {self.named} cells as in the header, got {len(row)}{lines}"
        self.problems.append(Problem(Source(self.file, start, 1), "C006", "", message))


def empty_rows_between(file: str, first: int, last: int) -> Problem:
    """That rows between others hold nothing.

    Args:
        file: The name for problems.
        first: The line of the first of them.
        last: The line of the last of them.
    """
    found = "an empty row" if first == last else f"empty rows up to line {last}"
    message = f"expected empty rows at the end alone, got {found} between others"
    hint = "delete them, or fill them in: what stood there can't be known"
    return Problem(Source(file, first, 1), "C013", "", message, hint)
