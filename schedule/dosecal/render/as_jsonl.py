"""Tables to JSON Lines: one object a row, keys in the order of the columns.

Conventions: whole numbers are JSON numbers; decimals are strings with their exact digits, since most readers of JSON
numbers make floats of them; dates are ISO strings; an empty cell is null. A decimal whose digits have no end has its
fraction beside it, under its name with ``_fraction`` after it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dosecal.render.rows import encode_rows
from dosecal.report.tables.table import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.report.tables.table import Column, Table


def jsonl_rows(table: Table) -> Iterator[bytes]:
    """The rows, in blocks."""
    yield from encode_rows(table, _members, "{", ", ", "}\n")


def _members(column: Column) -> list[str]:
    name, fractions = json.dumps(column.name), dict(column.fractions)
    said = [f"{name}: {_value(column, text)}" for text in column.texts]
    if not fractions:
        return said
    beside = json.dumps(f"{column.name}_fraction")
    return [
        f'{one}, {beside}: "{fractions[text]}"' if text in fractions else one
        for one, text in zip(said, column.texts, strict=True)
    ]


def _value(column: Column, text: str) -> str:
    if not text:
        return "null"
    return text if column.kind is Kind.WHOLE else json.dumps(text, ensure_ascii=False)
