"""Tables to CSV: UTF-8, LF, a header, quotes only where they are needed, formulas guarded.

Conventions: a text cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return gets an apostrophe
before it, since a spreadsheet would run it; numbers are left alone.

Reference:
    RFC 4180 for quotes; OWASP, CSV Injection, for the guard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule.render.rows import encode_rows
from schedule.report.tables import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schedule.report.tables import Column, Table

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NEEDS_QUOTES = frozenset(',"\r\n')
BYTE_ORDER_MARK = "\ufeff".encode()


def csv_header(table: Table) -> bytes:
    """The header row."""
    return (",".join(quoted_cell(name) for name in table.header) + "\n").encode()


def csv_rows(table: Table) -> Iterator[bytes]:
    """The rows, in blocks."""
    yield from encode_rows(table, _cell, "", ",", "\n")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might run the text."""
    return text.startswith(_FORMULA_STARTS)


def count_guarded(table: Table) -> int:
    """How many distinct texts of the table are guarded."""
    return sum(is_formula(text) for column in table.columns if column.kind is Kind.TEXT for text in column.texts)


def quoted_cell(text: str) -> str:
    """The text in double quotes where it holds a comma, a quote or a line break; else as it is."""
    if _NEEDS_QUOTES.isdisjoint(text):
        return text
    return '"' + text.replace('"', '""') + '"'


def _cell(column: Column, text: str) -> str:
    guard = "'" if column.kind is Kind.TEXT and is_formula(text) else ""
    return quoted_cell(guard + text)
