"""How the columns of a table stand on a terminal: their order, their heads, and which of them are one cell.

Conventions: a number has its unit in its own cell, from the column ``unit`` or from the ending of its name. What tells
a row, its date and its amount come first; the others follow by how much they matter to the reader of that table, and
columns that are not named here come last, in their own order. A cell that is no sentence is whole: no line breaks in
it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from dosecal.model.regex import regex
from dosecal.model.struct import Struct
from dosecal.render.whole_text import BOLD, GREEN, RED, YELLOW, visible
from dosecal.report.messages.words import digits_as_read
from dosecal.report.tables.table import Kind, Tone

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from dosecal.report.tables.table import Column, Table

UNIT = "unit"


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _by_table(texts: dict[str, str]) -> dict[str, tuple[str, ...]]:
    return {table: _names(text) for table, text in texts.items()}


_FIRST = _by_table(
    {
        "visits": "subject_id visit planned_date",
        "assessments": "subject_id visit planned_date assessment",
        "doses": "subject_id visit planned_date ordered_dose",
        "balances": "lot container left",
        "deviations": "subject_id visit deviation",
        "unscheduled": "subject_id date",
        "moves": "subject_id visit to_date",
        "demand": "period_start site product amount",
        "starts": "start_date verdict",
        "timepoints": "timepoint date time",
        "work": "subject_id visit_name window",
        "infusions": "date subject_id visit_name ordered_dose",
        "load": "date",
    }
)
"""What tells a row, with its date and amount: these stand on one line, or the table is set as blocks."""

_THEN = _by_table(
    {
        "visits": "status target_date window_start window_end weekday actual_date booked_date deviation_days days_out "
        "window_met not_before wider_start wider_end wider_days_out visit_label study_day closed_day doses notes "
        "assessments",
        "assessments": "status target_date window_start window_end weekday actual_date deviation_days study_day notes",
        "doses": "dose_date volume_ml containers product dose_number weight_kg weight_date limited_by dose_level "
        "calculated_dose closed_day notes dose_rule regimen weekday study_day",
        "deviations": "planned actual days_out deviation_percent wider_days_out rule notes",
        "unscheduled": "fit visit next_visit finding notes",
        "moves": "from_date days window_start window_end days_out weekday first_planned why closed_day notes",
        "demand": "doses containers missing covered_doses thaws containers_at_hand expired to_be_determined notes",
        "starts": "weekday doses_on_closed_days visits_without_open_day visits_off_target days_off_target breaks moves",
        "timepoints": "earliest latest elapsed utc_offset counted_from notes",
        "work": "status date site doses notes",
        "infusions": "product_name site weekday notes regimen",
        "load": "weekday site visits infusions assessments",
    }
)
"""The other columns, the more important first."""

_LABELS = {
    "subject_id": "subject",
    "deviation_percent": "off the order by",
    "protocol_version": "version",
    "to_be_determined": "doses to be determined",
    "covered_doses": "doses covered",
    "window_start": "window from",
    "window_end": "window to",
    "wider_start": "wider window from",
    "wider_end": "wider window to",
    "visit_name": "visit",
    "product_name": "product",
}
"""What a column is called where that is not its name."""

_UNITS = {
    "_ml": "mL",
    "_kg": "kg",
    "_mg": "mg",
    "_mcg": "mcg",
    "_cm": "cm",
    "_m2": "m²",
    "_percent": "%",
    "_ml_h": "mL/h",
    "_ml_min": "mL/min",
    "_mg_dl": "mg/dL",
}
"""The units that a column has in its name."""

_UNITLESS = ("factor", "ratio", "auc", "index")
"""How the names of numbers end that have no unit."""


_WHOLE = _names(
    "subject_id site arm visit next_visit regimen product containers dose_level planned actual fit verdict date time "
    "earliest latest utc_offset elapsed window weekday study_day limited_by assessment"
)
"""Columns of texts that are ids, dates, amounts or words of a closed set, and no sentences."""

_KEPT = _names(
    "product product_name containers dose_level status fit verdict planned actual date time earliest latest window"
)
"""Columns of texts that no row goes without."""

_IN_WORDS = _names("planned actual")
"""Columns of texts that may be an amount in plain digits."""

_ONCE = _names(
    "study protocol_version protocol_sha256 anchor site arm epoch regimen dose_rule notes expired to_be_determined"
)
"""What is said once below a table where it is the same in every row."""

_MARKS = _names("study protocol_version protocol_sha256")

_SAME_AS = {"target_date": "planned_date", "dose_date": "planned_date", "calculated_dose": "ordered_dose"}
"""What is said once to be another column, where it is that in every row."""

_COLOURS = {Tone.WRONG: RED, Tone.SOON: YELLOW, Tone.WELL: GREEN}


class Field(Struct, frozen=True, eq=False):
    """A column as it is shown.

    Attributes:
        name: The column's name.
        label: What it is called on a terminal.
        cells: The text of each row, as a person reads it, with its unit.
        is_whole: Whether no line may break in it.
        is_number: Whether it is a number or an amount.
        is_kept: Whether it is shown whatever room there is: an amount, a number, a date, or what tells a row.
        styles: The weight or colour of each cell; empty for none.
    """

    name: str
    label: str
    cells: tuple[str, ...]
    is_whole: bool
    is_number: bool
    is_kept: bool
    styles: tuple[str, ...]


class Shown(Struct, frozen=True):
    """What a terminal shows of a table.

    Attributes:
        first: What tells a row, with its date and amount.
        others: The rest, the more important first.
        once: What is the same in every row: the names, and the text.
        same: The columns that are another one in every row, each with that one.
        empty: The names of the columns that are empty in every row.
    """

    first: tuple[Field, ...]
    others: tuple[Field, ...]
    once: tuple[tuple[str, str], ...] = ()
    same: tuple[tuple[str, str], ...] = ()
    empty: tuple[str, ...] = ()


def shown(table: Table) -> Shown:
    """All of a table with at least one row."""
    units = _unit_columns(table)
    taken = {unit for unit in units.values() if unit is not None}
    fields: dict[str, Field] = {}
    once, empty = [], []
    for column in table.columns:
        field = _field(table, column, units)
        if not any(field.cells):
            empty.append(column.name)
        elif column.name in taken:
            continue
        elif _is_said_once(column, field, table.rows):
            once.append((column.name, field.cells[0]))
        else:
            fields[column.name] = field
    same = [pair for pair in _SAME_AS.items() if _is_same(fields, *pair)]
    for name, _ in same:
        del fields[name]
    first = [fields.pop(name) for name in _first_names(table, fields) if name in fields]
    named = [name for name in _THEN.get(table.name, ()) if name in fields]
    others = [fields[name] for name in (*named, *(name for name in fields if name not in named))]
    return Shown(tuple(first), tuple(others), tuple(once), tuple(same), tuple(empty))


def chosen(table: Table, names: Sequence[str]) -> Shown:
    """The named columns of a table with at least one row, in their order.

    Raises:
        KeyError: If the table has no such column.
    """
    units, columns = _unit_columns(table), {column.name: column for column in table.columns}
    fields = [_field(table, columns[name], units) for name in dict.fromkeys(names)]
    return Shown((fields[0],), tuple(fields[1:]))


def _is_same(fields: dict[str, Field], one: str, other: str) -> bool:
    return one in fields and other in fields and fields[one].cells == fields[other].cells


def _first_names(table: Table, fields: dict[str, Field]) -> Sequence[str]:
    """What tells a row; of a table that declares nothing its first column, date and amount."""
    declared = _FIRST.get(table.name, ())
    if any(name in fields for name in declared):
        return declared
    kinds = {column.name: column.kind for column in table.columns}
    of_kind = (next((name for name in fields if kinds[name] is kind), "") for kind in (Kind.DATE, Kind.DECIMAL))
    return list(dict.fromkeys((*list(fields)[:1], *of_kind)))


def _unit_columns(table: Table) -> dict[str, str | None]:
    """The columns of amounts, each with the column of its unit; None for a unit that its name says."""
    found: dict[str, str | None] = {}
    for column in table.columns:
        if column.kind is not Kind.DECIMAL:
            continue
        if any(column.name.endswith(ending) for ending in _UNITS):
            found[column.name] = None
        elif UNIT in table.header and not column.name.endswith(_UNITLESS):
            found[column.name] = UNIT
    return found


def _is_said_once(column: Column, field: Field, rows: int) -> bool:
    """Whether a column is said below the table: never an amount, a date, or whose it is."""
    is_one = column.codes is None and column.kind is Kind.TEXT and column.name != "subject_id"
    may_be = is_one or (column.name in (_ONCE if rows > 1 else _MARKS))
    return may_be and len(set(field.cells)) == 1


def _field(table: Table, column: Column, units: dict[str, str | None]) -> Field:
    is_number = column.kind in {Kind.DECIMAL, Kind.WHOLE}
    first = _FIRST.get(table.name, ())
    texts = column.cells(table.rows)
    if column.name in units:
        unit = units[column.name]
        symbols = _unit_cells(table) if unit is not None else [_unit_of_name(column.name)] * table.rows
        cells, styles = [_amount(*pair) for pair in zip(texts, symbols, strict=True)], [BOLD] * table.rows
    else:
        say = digits_as_read if is_number else _in_words if column.name in _IN_WORDS else visible
        as_read = {text: say(text) for text in set(texts)}
        tones = {text: _COLOURS[tone] for text, tone in column.tones}
        cells, styles = [as_read[text] for text in texts], [tones.get(text, "") for text in texts]
    return Field(
        column.name,
        _label(column.name),
        tuple(cells),
        is_whole=column.kind is not Kind.TEXT or column.name in _WHOLE,
        is_number=is_number,
        is_kept=column.kind is not Kind.TEXT or column.name in first or column.name in _KEPT,
        styles=tuple(styles),
    )


def _unit_cells(table: Table) -> list[str]:
    return next(column.cells(table.rows) for column in table.columns if column.name == UNIT)


def _amount(digits: str, unit: str) -> str:
    return f"{digits_as_read(digits, unit)} {visible(unit)}".strip() if digits else ""


def _unit_of_name(name: str) -> str:
    return _UNITS[max((ending for ending in _UNITS if name.endswith(ending)), key=len)]


def _label(name: str) -> str:
    if name in _LABELS:
        return _LABELS[name]
    ending = max((one for one in _UNITS if name.endswith(one)), key=len, default="")
    return visible(name.removesuffix(ending).replace("_", " ").strip())


def _in_words(text: str) -> str:
    """A text with separators in its number, if it is an amount in plain digits."""
    found = _plain_amount().fullmatch(text)
    return visible(text) if found is None else f"{digits_as_read(found[1], found[2])} {found[2]}"


@cache
def _plain_amount() -> re.Pattern[str]:
    return regex(r"(-?\d+(?:\.\d+)?) ([^\W\d_][^\d\0-\x1f]*)")
