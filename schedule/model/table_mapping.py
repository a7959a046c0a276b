"""Which columns somebody else's table has, and what stands in each.

Conventions: a mapping that is built is right: its sources are columns of ours, its date patterns can be written.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column of the table that is written.

    Attributes:
        name: Its name in the header.
        source: The column of ours that it takes its texts from; empty for a constant.
        constant: The text of every row; empty for a column of ours.
        dates: The pattern of its dates, such as ``DD/MM/YYYY``; empty where its texts are written as they are.
    """

    name: str
    source: str = ""
    constant: str = ""
    dates: str = ""


@dataclass(frozen=True, slots=True)
class TableMapping:
    """A table in somebody else's columns.

    Attributes:
        table: Which of ours it is made from: ``visits`` or ``doses``.
        columns: Its columns, at least one.
        delimiter: What stands between cells.
        encoding: The encoding of the file, as Python names it.
        line_end: What ends a row.
        blank: What stands in a cell of which nothing is known.
    """

    table: str
    columns: tuple[MappedColumn, ...]
    delimiter: str = ","
    encoding: str = "utf-8"
    line_end: str = "\n"
    blank: str = ""
