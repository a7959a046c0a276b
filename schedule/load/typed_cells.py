"""Cells that come with a type of their own (from frames, Parquet and XLSX) to texts.

Conventions: a missing value (None, NaN, NaT, NA) is an empty text. A float is taken by its shortest decimal text, which
is what was typed, and refused where that needs more than 15 digits: then it was computed, not typed. A date with a time
of day other than midnight is refused. Nothing is rounded.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from schedule.model.problems import Problem, RefusedError, Source

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_FLOAT_DIGITS = 15
_FROM_FILE = "read the file with every column as text"


def text_of_cell(cell: object) -> str:
    """The text of a cell.

    Raises:
        RefusedError: If the cell has no certain text.
    """
    if isinstance(cell, str):
        return cell
    if cell is None or cell != cell:  # noqa: PLR0124 - NaN and NaT differ from themselves
        return ""
    if type(cell).__name__ in {"NAType", "NaTType"}:
        return ""
    if isinstance(cell, bool) or type(cell).__name__ == "bool_":
        raise RefusedError("a text, a number or a date", "this is a truth value")
    if isinstance(cell, (date, datetime)):
        return _date_text(cell)
    item = getattr(cell, "item", None)
    if item is not None and not isinstance(cell, (int, Decimal)):
        cell = item()
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return _float_text(cell)


def _date_text(cell: date) -> str:
    if isinstance(cell, datetime):
        if cell.tzinfo is not None or cell.time() != datetime.min.time():
            raise RefusedError('a date such as "2026-03-09"', "this has a time of day or a zone")
        cell = cell.date()
    return cell.isoformat()


def _float_text(cell: object) -> str:
    text = repr(cell)
    digits = text.replace(".", "").lstrip("-0")
    if not digits.isdigit() and digits:
        raise RefusedError("a text, a number or a date", f"this is {type(cell).__name__} {text}; {_FROM_FILE}")
    if len(digits) > MOST_FLOAT_DIGITS:
        raise RefusedError("a number as it was typed", f"{text} was computed; {_FROM_FILE}")
    return text.removesuffix(".0")


def text_columns(
    columns: Iterable[tuple[str, Iterable[object]]], file: str, first_line: int
) -> tuple[list[list[str]], list[Problem]]:
    """The texts of typed columns, and a problem for each cell without a certain text (which is left empty).

    Args:
        columns: Names and cells.
        file: The name for problems.
        first_line: The line of the first cell.
    """
    texts: list[list[str]] = []
    problems: list[Problem] = []
    for index, (name, cells) in enumerate(columns):
        column: list[str] = []
        for row, cell in enumerate(cells):
            try:
                column.append(text_of_cell(cell))
            except RefusedError as refusal:
                column.append("")
                source = Source(file, first_line + row, index + 1)
                message = f"expected {refusal.expected}, got something else"
                problems.append(Problem(source, "C009", name, message, refusal.hint))
        texts.append(column)
    return texts, problems
