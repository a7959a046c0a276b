"""What a plan needs as a table, in words, and as JSON.

Conventions: plain digits in the table and in JSON; an empty cell is not known, or no lots are given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.counts import counted
from dosecal.report.tables.columns import coded, constant, decimals
from dosecal.report.tables.table import Column, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from dosecal.model.demand import Cover, Demand, Need


def need_notes(need: Need) -> str:
    """What a row leaves empty or short, and why; empty where there is nothing to say."""
    said = []
    uncovered = 0 if need.covered is None else need.doses - need.to_be_determined - need.covered
    if uncovered:
        said.append(f"not covered by the lots at hand: {uncovered:,} of {counted(need.doses, 'dose')}")
    if need.to_be_determined:
        said.append(f"{counted(need.to_be_determined, 'dose')} to be determined")
    if need.containers is None and need.doses > need.to_be_determined:
        whose = "the protocol states no content of one"
        said.append(f"containers not known: {whose if need.covered is None else f'{whose}, and no lot is promised'}")
    return "; ".join(said)


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


_CELLS: tuple[tuple[str, Kind, Callable[[Need], str | Fraction | None]], ...] = (
    ("period_start", Kind.DATE, lambda one: one.start.isoformat()),
    ("site", Kind.TEXT, lambda one: one.site),
    ("product", Kind.TEXT, lambda one: one.product),
    ("doses", Kind.WHOLE, lambda one: str(one.doses)),
    ("to_be_determined", Kind.WHOLE, lambda one: str(one.to_be_determined)),
    ("amount", Kind.DECIMAL, lambda one: one.amount),
    ("unit", Kind.TEXT, lambda one: one.unit.symbol),
    ("containers", Kind.WHOLE, lambda one: _text(one.containers)),
    ("thaws", Kind.WHOLE, lambda one: _text(one.thaws)),
    ("covered_doses", Kind.WHOLE, lambda one: _text(one.covered)),
    ("missing", Kind.DECIMAL, lambda one: one.missing),
    ("containers_at_hand", Kind.WHOLE, lambda one: _text(one.at_hand)),
    ("expired", Kind.WHOLE, lambda one: _text(one.expired)),
    ("notes", Kind.TEXT, need_notes),
)


def demand_table(demand: Demand) -> Table:
    """One row a period, site and product."""
    needs = demand.needs
    columns: list[Column] = [
        constant("study", demand.protocols[0].study),
        constant("protocol_version", demand.versions),
        constant("protocol_sha256", demand.digests),
    ]
    for name, kind, say in _CELLS:
        cells = [say(one) for one in needs]
        places = {cell: place for place, cell in enumerate(dict.fromkeys(cells))}
        codes = np.array([places[cell] for cell in cells], dtype=np.int64)
        if kind is Kind.DECIMAL:
            numbers = [None if isinstance(cell, str) else cell for cell in places]
            columns.append(decimals(name, numbers or [None], codes))
        else:
            columns.append(coded(name, [str(cell) for cell in places] or [""], codes, kind))
    return Table("demand", len(needs), tuple(columns))


def cover_words(cover: Cover) -> str:
    """How far the containers at hand reach."""
    where = f"{cover.product} at site {cover.site}" if cover.site else cover.product
    if cover.runs_out is None:
        said = "the lots at hand cover every dose"
    else:
        doses = counted(cover.not_covered, "dose is", "doses are")
        said = f"the lots at hand run out on {cover.runs_out.isoformat()}: {doses} not covered"
    if not cover.unused:
        return f"{where}: {said}"
    noun = counted(cover.unused, "container is", "containers are")
    until = f", the first until {cover.first_expiry.isoformat()}" if cover.first_expiry is not None else ""
    return f"{where}: {said}; {noun} left over{until}"


def demand_words(demand: Demand) -> tuple[str, ...]:
    """What is to be said beside the table."""
    said = [cover_words(one) for one in demand.cover]
    if demand.never_given:
        noun = counted(demand.never_given, "dose is", "doses are")
        said.append(f"{noun} left out: the visit was missed or is cancelled")
    if demand.undated:
        noun = counted(demand.undated, "dose has", "doses have")
        said.append(f"{noun} no date yet, and no period")
    open_doses = sum(one.to_be_determined for one in demand.needs)
    if open_doses:
        noun = counted(open_doses, "dose is", "doses are")
        said.append(f"{noun} to be determined, and not in the amounts")
    return tuple(said)


def _row_json(table: Table, row: dict[str, str]) -> dict[str, str]:
    """A row with the fraction of a number whose digits have no end beside it."""
    said: dict[str, str] = {}
    for column in table.columns[3:]:
        said[column.name] = row[column.name]
        fraction = dict(column.fractions).get(row[column.name])
        if fraction is not None:
            said[f"{column.name}_fraction"] = fraction
    return said


def demand_json(demand: Demand) -> dict[str, object]:
    """The demand for a program."""
    table = demand_table(demand)
    names = table.header[3:]
    cells = list(zip(*(column.cells(table.rows) for column in table.columns[3:]), strict=True))
    return {
        "study": demand.protocols[0].study,
        "protocol_version": demand.versions,
        "protocol_sha256": demand.digests,
        "unblinded": any(one.is_blinded for one in demand.protocols),
        "by": demand.by,
        "rows": [_row_json(table, dict(zip(names, row, strict=True))) for row in cells],
        "cover": [
            {
                "site": one.site,
                "product": one.product,
                "runs_out": None if one.runs_out is None else one.runs_out.isoformat(),
                "not_covered": one.not_covered,
                "unused": one.unused,
                "first_expiry": None if one.first_expiry is None else one.first_expiry.isoformat(),
            }
            for one in demand.cover
        ],
        "undated": demand.undated,
        "never_given": demand.never_given,
        "notes": list(demand_words(demand)),
    }
