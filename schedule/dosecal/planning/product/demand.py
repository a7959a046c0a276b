"""From planned doses to what each site needs in each period, and how far the containers at hand reach.

Conventions: as in ``dosecal.model.demand``; the doses of distinct calculations are counted and multiplied, so that a
national cohort costs no more than its distinct doses.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.demand import Cover, Demand, Need
from dosecal.model.dose_status import is_never_given
from dosecal.model.struct import Struct, replace
from dosecal.planning.product.prepared import prepare_from_lots

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from dosecal.model.preparation import LotContainer
    from dosecal.model.quantity import Unit
    from dosecal.model.regimen import Regimen
    from dosecal.model.schedule import Schedule
    from dosecal.planning.product.accounts import Accounts
    from dosecal.planning.product.allocation import Allocation

    Ints = NDArray[np.int64]

_WEEK = 7
_MONDAY = 3
"""Days are counted from 1970-01-01, a Thursday: three days after a Monday."""


class _Rows(Struct, frozen=True):
    """Every planned dose of a cohort.

    Attributes:
        day: (n,) Days since 1970; meaningless where ``is_dated`` is false.
        is_dated: (n,) Whether the date is known.
        is_needed: (n,) Whether it may still be given, or was: its visit is neither missed nor cancelled.
        site: (n,) The place of the site.
        product: (n,) The place of the product among all versions' products.
        unit: (n,) The place of the flat unit of its dose.
        amount: (n,) The place of the ordered amount; 0 where it is to be determined.
        amounts: The distinct ordered amounts, after a nothing.
        count: (n,) The place of the number of containers: those of the lots, or as the protocol states them; 0 where
            that is not known.
        counts: The numbers of containers, after a nothing; whole numbers of any size.
        sites: The distinct sites, sorted.
        products: The ids of the products of all versions, those of the first version first.
        units: The distinct units.
    """

    day: Ints
    is_dated: NDArray[np.bool_]
    is_needed: NDArray[np.bool_]
    site: Ints
    product: Ints
    unit: Ints
    amount: Ints
    amounts: tuple[Fraction, ...]
    count: Ints
    counts: tuple[int, ...]
    sites: tuple[str, ...]
    products: tuple[str, ...]
    units: tuple[Unit, ...]


def _gathered(schedules: Sequence[Schedule]) -> _Rows:
    sites = sorted({site for one in schedules for site in one.cohort.sites})
    place = {site: index for index, site in enumerate(sites)}
    products = tuple(dict.fromkeys(one.id for schedule in schedules for one in schedule.protocol.products))
    units = tuple(dict.fromkeys(_unit(one) for schedule in schedules for one in schedule.protocol.regimens))
    amounts: list[Fraction] = [Fraction(0)]
    counts = [0]
    pieces: list[tuple[NDArray[np.generic], ...]] = []
    for one in schedules:
        doses, prepared = one.doses, one.prepared
        of_subject = np.array([place[site] for site in one.cohort.sites], dtype=np.int64)
        start = len(amounts) - 1
        amounts += [worked.ordered.value for worked in doses.calculations]
        known = [one.containers is not None and bool(one.lines) for one in prepared.preparations]
        of_preparation = np.where(known, np.arange(len(known)) + len(counts), 0).astype(np.int64)
        counts += [one.containers or 0 for one in prepared.preparations]
        count = np.append(of_preparation, 0)[prepared.place]
        amount = np.where(doses.worked >= 0, doses.worked.astype(np.int64) + start + 1, 0)
        dated = ~np.isnat(doses.day)
        day = doses.day.astype(np.int64)
        regimens = one.protocol.regimens
        product = np.array([products.index(own.product) for own in regimens], dtype=np.int64)[doses.regimen]
        unit = np.array([units.index(_unit(own)) for own in regimens], dtype=np.int64)[doses.regimen]
        pieces.append((day, dated, ~is_never_given(one), of_subject[doses.subject], product, unit, amount, count))
    day, dated, needed, site, product, unit, amount, count = (
        np.concatenate(parts) for parts in zip(*pieces, strict=True)
    )
    return _Rows(
        *(day, dated, needed, site, product, unit, amount, tuple(amounts), count, tuple(counts)),
        *(tuple(sites), products, units),
    )


def _unit(regimen: Regimen) -> Unit:
    return regimen.dose.unit.flat


def plan_demand(
    schedules: Sequence[Schedule],
    by: str,
    containers: tuple[LotContainer, ...] | None = None,
    accounts: Accounts | None = None,
) -> tuple[Demand, Allocation | None]:
    """What the doses of a cohort need.

    Args:
        schedules: The cohort's schedules, at least one; of one study, each by its own version.
        by: ``day`` or ``week``.
        containers: The containers; None where no lots are given.
        accounts: What became of them; None for nothing on record.

    Returns:
        The demand, and what was promised where lots are given.
    """
    allocation = None
    rows = _gathered(schedules)
    if containers is not None:
        schedules, allocation = prepare_from_lots(schedules, containers, accounts)
        containers = tuple(one for one in containers if accounts is None or accounts.is_at_hand(one))
        of_lots = _gathered(schedules)
        count = np.where(of_lots.count > 0, of_lots.count + len(rows.counts), rows.count)
        rows = replace(rows, count=count, counts=(*rows.counts, *of_lots.counts))
    period = rows.day if by == "day" else rows.day - (rows.day + _MONDAY) % _WEEK
    stock = None if allocation is None else _Stock(containers or (), allocation, rows)
    groups = _groups(rows, period)
    length = 1 if by == "day" else _WEEK
    needs = tuple(_need(rows, group, length, stock) for group in groups)
    cover = () if stock is None else _cover(rows, needs, stock)
    undated = int(np.count_nonzero(~rows.is_dated & rows.is_needed))
    never_given = int(np.count_nonzero(~rows.is_needed))
    protocols = tuple({one.protocol.sha256: one.protocol for one in schedules}.values())
    return Demand(protocols, by, needs, cover, undated, never_given, containers is not None), allocation


class _Group(Struct, frozen=True):
    """The rows of one period, site, product and unit: versions may dose one product in two units."""

    start: int
    site: int
    product: int
    unit: int
    rows: Ints


def _groups(rows: _Rows, period: Ints) -> list[_Group]:
    dated = np.flatnonzero(rows.is_dated & rows.is_needed)
    order = dated[np.lexsort((rows.unit[dated], rows.product[dated], rows.site[dated], period[dated]))]
    if not len(order):
        return []
    keys = np.stack((period[order], rows.site[order], rows.product[order], rows.unit[order]))
    is_new = np.any(keys[:, 1:] != keys[:, :-1], axis=0)
    starts = [0, *(np.flatnonzero(is_new) + 1).tolist(), len(order)]
    groups = []
    for first, end in pairwise(starts):
        start, site, product, unit = keys[:, first].tolist()
        groups.append(_Group(start, site, product, unit, order[first:end]))
    return groups


class _Stock:
    """When each container is gone, by promise or by expiry, and which rows are short."""

    def __init__(self, containers: tuple[LotContainer, ...], allocation: Allocation, rows: _Rows) -> None:
        self.allocation = allocation
        unusable = {one.container for one in allocation.unusable}
        promised = {one: int(rows.day[row]) for row, of_row in allocation.promised.items() for one in of_row}
        self.containers: list[tuple[LotContainer, int | None, int | None]] = [
            (one, promised.get(one), _day(one.expires) if one.expires else None)
            for one in containers
            if one not in unusable
        ]
        self._gone: dict[tuple[str, str], tuple[Ints, Ints]] = {}

    def days(self, site: str, product: str) -> tuple[Ints, Ints]:
        """Sorted days after which each container of a site is gone, and last days of those that no dose gets."""
        key = (site, product)
        if key not in self._gone:
            own = [
                triple for triple in self.containers if triple[0].product == product and triple[0].site in {"", site}
            ]
            gone = [min(_ends(promised, expires), default=_NEVER) for _, promised, expires in own]
            unused = [expires for _, promised, expires in own if promised is None and expires is not None]
            self._gone[key] = (np.sort(np.array(gone, dtype=np.int64)), np.sort(np.array(unused, dtype=np.int64)))
        return self._gone[key]


_NEVER = np.iinfo(np.int64).max


def _ends(promised: int | None, expires: int | None) -> list[int]:
    """The days after which a container is gone: its last, or that of its dose."""
    return [one for one in (promised, expires) if one is not None]


def _day(text: str) -> int:
    return int(np.datetime64(text, "D").astype(np.int64))


def _date(day: int) -> date:
    one: date = np.datetime64(day, "D").item()
    return one


def _need(rows: _Rows, group: _Group, length: int, stock: _Stock | None) -> Need:
    product = rows.products[group.product]
    amounts, counts = np.unique(rows.amount[group.rows], return_counts=True)
    total = sum((rows.amounts[a] * n for a, n in zip(amounts.tolist(), counts.tolist(), strict=True)), Fraction(0))
    is_known = bool(np.all(rows.count[group.rows] > 0))
    places, times = np.unique(rows.count[group.rows], return_counts=True)
    containers = [(rows.counts[c], n) for c, n in zip(places.tolist(), times.tolist(), strict=True)]
    covered = missing = at_hand = expired = None
    if stock is not None:
        short = [stock.allocation.short.get(row) for row in group.rows.tolist()]
        missing = sum((one for one in short if one is not None), Fraction(0))
        covered = sum(row in stock.allocation.promised for row in group.rows.tolist())
        gone, unused = stock.days(rows.sites[group.site], product)
        end = group.start + length - 1
        at_hand = len(gone) - int(np.searchsorted(gone, end, side="right"))
        first, last = np.searchsorted(unused, group.start), np.searchsorted(unused, end, side="right")
        expired = int(last - first)
    return Need(
        start=_date(group.start),
        site=rows.sites[group.site],
        product=product,
        unit=rows.units[group.unit],
        doses=len(group.rows),
        to_be_determined=int(np.count_nonzero(rows.amount[group.rows] == 0)),
        amount=total,
        containers=sum(count * n for count, n in containers) if is_known else None,
        thaws=sum(n for count, n in containers if count) if is_known else None,
        covered=covered,
        missing=missing,
        at_hand=at_hand,
        expired=expired,
    )


def _cover(rows: _Rows, needs: tuple[Need, ...], stock: _Stock) -> tuple[Cover, ...]:
    cover = []
    short: dict[tuple[str, str], list[int]] = {}
    for row in stock.allocation.short:
        key = (rows.sites[int(rows.site[row])], rows.products[int(rows.product[row])])
        short.setdefault(key, []).append(int(rows.day[row]))
    for site, product in dict.fromkeys((one.site, one.product) for one in needs):
        days = short.get((site, product), [])
        own = [
            expires
            for one, promised, expires in stock.containers
            if promised is None and one.product == product and one.site in {"", site}
        ]
        dated = [one for one in own if one is not None]
        cover.append(
            Cover(
                site=site,
                product=product,
                runs_out=_date(min(days)) if days else None,
                not_covered=len(days),
                unused=len(own),
                first_expiry=_date(min(dated)) if dated else None,
            )
        )
    return tuple(cover)
