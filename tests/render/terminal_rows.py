"""What stands on a terminal of a table: which table a command prints, its rows, and its numbers as people read them."""

from __future__ import annotations

import csv
import io
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING
from unittest.mock import patch

from dosecal.render.as_csv import csv_header, csv_rows
from tests.command_line import run_well

if TYPE_CHECKING:
    from pathlib import Path

    from dosecal.report.tables.table import Table

LONGEST = len(".123456789012")
SUFFIXES = {"volume_ml": "mL", "weight_kg": "kg", "deviation_percent": "%"}


def printed_table(*arguments: str | Path) -> Table:
    """The table that a command prints."""
    seen: list[Table] = []

    def kept(table: Table, *_: object) -> str:
        seen.append(table)
        return ""

    with patch("dosecal.render.sinks.table_terminal", kept):
        run_well(*arguments, "--format", "table")
    (table,) = seen
    return table


def rows_of(table: Table) -> list[dict[str, str]]:
    text = (csv_header(table) + b"".join(csv_rows(table))).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def as_read(digits: str) -> str:
    """Digits with separators; of those that have no end the whole ones, or four figures."""
    sign, whole, rest = re.fullmatch(r"(-?)(\d+)((?:\.\d+)?)", digits).groups()  # type: ignore[union-attr]
    if len(rest) <= LONGEST:
        return f"{sign}{int(whole):,}{rest}"
    decimals = max(0, 4 - len(whole.lstrip("0")))
    near = Decimal(f"{whole}{rest}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"≈ {sign}{near:,f}".rstrip("0").rstrip(".") if decimals else f"≈ {sign}{near:,f}"


def amounts_of(row: dict[str, str]) -> list[str]:
    """What stands in a row of CSV as numbers with units, as people read it."""
    with_unit = [
        (row[name], row["unit"]) for name in ("ordered_dose", "calculated_dose", "amount", "missing") if row.get(name)
    ]
    in_name = [(row[name], unit) for name, unit in SUFFIXES.items() if row.get(name)]
    return [f"{as_read(digits)} {unit}" for digits, unit in (*with_unit, *in_name)]


def parts_of(text: str) -> list[str]:
    """The rows of a table's text, each with its block, and the lines below."""
    lines = text.splitlines()
    heads = next((place for place, line in enumerate(lines) if set(line) == {"-", " "}), -1)
    starts = [place for place, line in enumerate(lines) if place > heads and not line.startswith(" ")]
    return ["\n".join(lines[a:b]) for a, b in zip(starts, [*starts[1:], len(lines)], strict=True)]
