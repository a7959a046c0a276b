"""What a plan needs as a table, in words, and as JSON.

Conventions: plain digits in the table and in JSON; an empty cell is not known, or no lots are given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.counts import counted
from dosecal.model.messages import COMMA, NOTHING, Msg, joined, msgid, plural, unsaid
from dosecal.report.tables.columns import coded, constant, decimals
from dosecal.report.tables.table import Column, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from dosecal.model.demand import Cover, Demand, Need


def need_notes(need: Need) -> Msg:
    """What a row leaves empty or short, and why; empty where there is nothing to say."""
    said = []
    uncovered = 0 if need.covered is None else need.doses - need.to_be_determined - need.covered
    if uncovered:
        doses = counted(need.doses, "dose")
        said.append(Msg("not covered by the lots at hand: {n} of {doses}", n=f"{uncovered:,}", doses=doses))
    if need.to_be_determined:
        said.append(Msg("{doses} to be determined", doses=counted(need.to_be_determined, "dose")))
    if need.containers is None and need.doses > need.to_be_determined:
        why = [Msg("the protocol states no content of one")]
        why += [] if need.covered is None else [Msg("and no lot is promised")]
        said.append(Msg("containers not known: {why}", why=joined(why, COMMA)))
    return joined(said)


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


def cover_words(cover: Cover) -> Msg:
    """How far the containers at hand reach."""
    where = unsaid(cover.product)
    if cover.site:
        where = Msg("{product} at site {site}", product=cover.product, site=cover.site)
    said = [_reach_words(cover)]
    if cover.unused:
        left = plural("{n} container is left over", "{n} containers are left over", cover.unused)
        until = NOTHING
        if cover.first_expiry is not None:
            until = Msg("the first until {day}", day=cover.first_expiry.isoformat())
        said.append(joined((left, until), COMMA))
    return Msg("{what}: {reason}", what=where, reason=joined(said))


def _reach_words(cover: Cover) -> Msg:
    if cover.runs_out is None:
        return Msg("the lots at hand cover every dose")
    return plural(
        "the lots at hand run out on {day}: {n} dose is not covered",
        "the lots at hand run out on {day}: {n} doses are not covered",
        cover.not_covered,
        day=cover.runs_out.isoformat(),
    )


def demand_words(demand: Demand) -> tuple[Msg, ...]:
    """What is to be said beside the table."""
    said = [cover_words(one) for one in demand.cover]
    if demand.never_given:
        one = msgid("{n} dose is left out: the visit was missed or is cancelled")
        many = msgid("{n} doses are left out: the visit was missed or is cancelled")
        said.append(plural(one, many, demand.never_given))
    if demand.undated:
        one, many = msgid("{n} dose has no date yet, and no period"), msgid("{n} doses have no date yet, and no period")
        said.append(plural(one, many, demand.undated))
    open_doses = sum(one.to_be_determined for one in demand.needs)
    if open_doses:
        one = msgid("{n} dose is to be determined, and not in the amounts")
        many = msgid("{n} doses are to be determined, and not in the amounts")
        said.append(plural(one, many, open_doses))
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
