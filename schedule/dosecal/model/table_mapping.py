"""Which columns somebody else's table has, and what stands in each.

Conventions: a mapping that is built is right: its sources are columns of ours, and its date patterns can be written.
"""

from __future__ import annotations

import re
from datetime import date

from dosecal.model.struct import Struct

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PARTED = 5
"""The parts of a pattern with something between each two of year, month and day."""


class KnownColumns(Struct, frozen=True):
    """The columns of one of our tables.

    Attributes:
        names: Every column, in order.
        dates: Those that hold dates.
        numbers: Those that hold numbers.
    """

    names: tuple[str, ...]
    dates: frozenset[str]
    numbers: frozenset[str]


class DatePattern(Struct, frozen=True):
    """How a date is written.

    Attributes:
        parts: ``YYYY``, ``MM`` or ``MMM``, and ``DD``, each once, with what stands between them.
    """

    parts: tuple[str, ...]

    def text(self, iso: str) -> str:
        """A date in the pattern.

        Args:
            iso: The date as our tables have it, such as ``2026-03-09``.
        """
        day = date.fromisoformat(iso)
        known = {"YYYY": f"{day.year:04}", "MM": f"{day.month:02}", "DD": f"{day.day:02}"}
        known["MMM"] = MONTHS[day.month - 1]
        return "".join(known.get(part, part) for part in self.parts)

    def iso(self, text: str) -> str | None:
        """The ISO text of a date in the pattern; None for another text. Whether the day exists is not looked at.

        A day and a month of one digit are read where something stands between the parts; a month's name in any case.
        """
        digits = "[0-9]{1,2}" if len(self.parts) == _PARTED else "[0-9]{2}"
        pieces = {"YYYY": "([0-9]{4})", "MM": f"({digits})", "MMM": "([A-Za-z]{3})", "DD": f"({digits})"}
        match = re.fullmatch("".join(pieces.get(part) or re.escape(part) for part in self.parts), text)
        if match is None:
            return None
        found = dict(zip((part for part in self.parts if part in pieces), match.groups(), strict=True))
        month = found.get("MM", "")
        if "MMM" in found:
            name = found["MMM"].capitalize()
            month = str(MONTHS.index(name) + 1) if name in MONTHS else ""
        return f"{found['YYYY']}-{month:0>2}-{found['DD']:0>2}" if month else None

    @property
    def words(self) -> str:
        """The pattern as an option has it, such as ``dd/mm/yyyy``."""
        return "".join(self.parts).lower()


class MappedColumn(Struct, frozen=True):
    """A column of the table that is written.

    Attributes:
        name: Its name in the header.
        source: The column of ours that it takes its texts from; empty for a constant.
        constant: The text of every row; empty for a column of ours.
        dates: How its dates are written; None where its texts are written as they are.
        is_number: Whether it holds numbers.
    """

    name: str
    source: str = ""
    constant: str = ""
    dates: DatePattern | None = None
    is_number: bool = False


class TableMapping(Struct, frozen=True):
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
