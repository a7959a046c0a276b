"""Tables to CSV: UTF-8, LF, a header, quotes only where they are needed, formulas guarded.

Conventions: a text cell that begins with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return gets an apostrophe
before it, since a spreadsheet would run it; numbers are left alone.

Reference:
    RFC 4180 for quotes; OWASP, CSV Injection, for the guard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.render.rows import encode_rows
from dosecal.report.tables.formulas import FORMULA_STARTS, GUARD, is_formula
from dosecal.report.tables.table import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.report.tables.table import Column, Table

_NEEDS_QUOTES = frozenset(',"\r\n')
BYTE_ORDER_MARK = "\ufeff".encode()


def csv_header(table: Table) -> bytes:
    """The header row."""
    return (",".join(quoted_cell(name) for name in table.header) + "\n").encode()


def csv_rows(table: Table) -> Iterator[bytes]:
    """The rows, in blocks."""
    yield from encode_rows(table, _texts, "", ",", "\n")


def count_guarded(table: Table) -> int:
    """How many distinct texts of the table are guarded."""
    texts = (column.texts for column in table.columns if column.kind is Kind.TEXT)
    return sum(sum(map(is_formula, some)) for some in texts if _may_hold_formula(some))


def _may_hold_formula(texts: tuple[str, ...]) -> bool:
    together = "\n" + "\n".join(texts)
    return any(f"\n{sign}" in together for sign in FORMULA_STARTS)


def quoted_cell(text: str) -> str:
    """The text in double quotes where it holds a comma, a quote or a line break; else as it is."""
    if _NEEDS_QUOTES.isdisjoint(text):
        return text
    return '"' + text.replace('"', '""') + '"'


def _texts(column: Column) -> list[str]:
    """The texts of a column as they stand in CSV; one look at all of them together spares most columns the second."""
    is_text = column.kind is Kind.TEXT
    together = "\n".join(column.texts)
    needs_quotes = any(sign in together for sign in '",\r') or together.count("\n") != len(column.texts) - 1
    if not needs_quotes and not (is_text and _may_hold_formula(column.texts)):
        return list(column.texts)
    return [quoted_cell(f"{GUARD}{text}" if is_text and is_formula(text) else text) for text in column.texts]
