"""Cells that come with a type of their own (from frames, Parquet and XLSX) to texts.

Conventions: a missing value (None, NaN, NaT, NA) is an empty text. A float is taken by its shortest decimal text, which
is what was typed, and refused where that needs more than 15 digits: then it was computed, not typed. A date with a time
of day other than midnight is refused. Nothing is rounded.
"""

from __future__ import annotations

import math
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dosecal.load.tables.table_reading import STRICT, told_number
from dosecal.model.problems import Problem, RefusedError, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dosecal.load.tables.table_reading import TableReading

MOST_FLOAT_DIGITS = 15
MOST_PLACES = 30
"""A whole number or a decimal with more digits or places than this is refused: nobody typed it."""

_FROM_FILE = "read the file with every column as text"
_MISSING = frozenset({"NoneType", "NAType", "NaTType"})


def text_of_cell(cell: object) -> str:
    """The text of a cell.

    Raises:
        RefusedError: If the cell has no certain text.
    """
    if type(cell).__name__ in _MISSING:
        return ""
    value = _plain(cell)
    if value is None:  # a moment of numpy that is not known
        return ""
    for kind, text_of in _TEXTS:
        if isinstance(value, kind):
            return text_of(value)
    raise RefusedError("a text, a number or a date", f"this is of the type {type(cell).__name__}")


def _plain(cell: object) -> object:
    """The Python value in a scalar of numpy; anything else as it is."""
    if getattr(cell, "shape", None) != () or not hasattr(cell, "item"):
        return cell
    value = cell.item()
    if isinstance(value, float):
        return float(str(cell))  # 70.1 of 32 bits is 70.1 to its writer, and 70.0999984741211 in 64 bits
    # a moment finer than Python's own comes as a count of nanoseconds, which is no number of anything
    return cell if type(cell).__name__ == "datetime64" and isinstance(value, int) else value


def _whole_characters(cell: str) -> str:
    if not cell.isascii() and any("\ud800" <= character <= "\udfff" for character in cell):
        raise RefusedError("a text, a number or a date", "this text has half a character, so it was read wrongly")
    return str(cell)


def _refuse_truth(_: object) -> str:
    raise RefusedError("a text, a number or a date", "this is a truth value")


def _date_text(cell: date) -> str:
    if isinstance(cell, datetime):
        has_time = cell.time() != time() or bool(getattr(cell, "nanosecond", 0))
        if cell.tzinfo is not None or has_time:
            raise RefusedError('a date such as "2026-03-09"', "this has a time of day or a zone")
        cell = cell.date()
    return cell.isoformat()


def _whole_text(cell: int) -> str:
    if abs(cell) >= 10**MOST_PLACES:
        raise RefusedError("a number as it was typed", f"this has more than {MOST_PLACES} digits; {_FROM_FILE}")
    return str(int(cell))


def _decimal_text(cell: Decimal) -> str:
    if cell.is_nan():
        return ""
    if not cell.is_finite() or abs(cell.adjusted()) > MOST_PLACES:
        raise RefusedError("a number as it was typed", f"this is too large or too small; {_FROM_FILE}")
    text = format(cell, "f")
    if len(text) > MOST_PLACES and "." in text:
        text = text.rstrip("0").removesuffix(".")  # a column of decimals has one scale for all its numbers
    if sum(map(str.isdigit, text)) > MOST_PLACES:
        raise RefusedError("a number as it was typed", f"this is too long; {_FROM_FILE}")
    return text


def _float_text(cell: float) -> str:
    if math.isnan(cell):
        return ""
    text = repr(float(cell))
    digits = text.replace(".", "").lstrip("-0")
    if not digits.isdigit() and digits:
        raise RefusedError("a text, a number or a date", f"this is the number {text}; {_FROM_FILE}")
    if len(digits.removesuffix("0") if text.endswith(".0") else digits) > MOST_FLOAT_DIGITS:
        raise RefusedError("a number as it was typed", f"{text} was computed; {_FROM_FILE}")
    return text.removesuffix(".0")


_TEXTS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (str, _whole_characters),
    (bool, _refuse_truth),
    (date, _date_text),
    (int, _whole_text),
    (Decimal, _decimal_text),
    (float, _float_text),
)
"""How each type is read; the first that fits is taken, since a truth value is a whole number to Python."""


def text_columns(
    columns: Iterable[tuple[str, Iterable[object]]], file: str, first_line: int, reading: TableReading = STRICT
) -> tuple[list[list[str]], list[Problem]]:
    """The texts of typed columns, and a problem for each cell without a certain text (which is left empty).

    Args:
        columns: Names and cells.
        file: The name for problems.
        first_line: The line of the first cell.
        reading: How the texts beside the numbers are written, whose decimal mark these have, too.
    """
    texts: list[list[str]] = []
    problems: list[Problem] = []
    for index, (name, cells) in enumerate(columns):
        column: list[str] = []
        for row, cell in enumerate(cells):
            try:
                text = text_of_cell(cell)
                column.append(text if isinstance(cell, str) else told_number(text, reading))
            except RefusedError as refusal:
                column.append("")
                source = Source(file, first_line + row, index + 1)
                message = f"expected {refusal.expected}, got something else"
                problems.append(Problem(source, "C009", name, message, refusal.hint))
        texts.append(column)
    return texts, problems
