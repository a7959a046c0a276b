"""Which containers a dose gets: first expired, first out, over a whole cohort, and none of them twice.

Conventions: doses are served by date, then in the order of the subjects; a site takes its own containers and those
without a site. A container may be used up to its last day, inclusive; one without a day comes after those that have
one, in the order of the file. A dose gets all that it needs or nothing. What can't be used at all is said, with
the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.spoken import grouped_digits
from dosecal.planning.stock import StrengthUnknownError, chain_of, stock_of_container

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dosecal.model.preparation import LotContainer
    from dosecal.model.product import Product

_NEVER = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Want:
    """A dose that needs containers.

    Attributes:
        row: Its place, by which the answer is found.
        day: Its planned date, as ISO text.
        site: The subject's site; empty for not given.
        product: The product.
        substance: What it is dosed in.
        need: How much of that.
    """

    row: int
    day: str
    site: str
    product: Product
    substance: str
    need: Fraction


@dataclass(frozen=True, slots=True)
class Unusable:
    """A container that no dose can get.

    Attributes:
        container: The container.
        reason: Why, in words.
    """

    container: LotContainer
    reason: str


@dataclass(frozen=True, slots=True)
class Allocation:
    """What each dose gets.

    Attributes:
        promised: The containers of each covered dose, by row, in the order of use.
        short: How much is missing for each dose that is not covered, by row, in the unit of the dose.
        expired: The containers that were still there when they could no longer be used, with the day that they were
            passed over for, as ISO text.
        unusable: The containers that no dose could get.
    """

    promised: dict[int, tuple[LotContainer, ...]]
    short: dict[int, Fraction]
    expired: dict[LotContainer, str]
    unusable: tuple[Unusable, ...]


@dataclass(slots=True)
class _Shelf:
    """The containers of one product that one kind of dose can use, in the order in which they expire.

    Attributes:
        containers: Each with what it gives.
        first: The place of the first that is still there.
        left: What is left at each site at the most; what another kind of dose took is found when it is passed.
    """

    containers: list[tuple[LotContainer, Fraction]]
    first: int = 0
    left: dict[str, Fraction] = field(default_factory=dict)


class _Stock:
    """All containers, and which of them are gone."""

    def __init__(self, containers: tuple[LotContainer, ...]) -> None:
        self.in_order = sorted(containers, key=lambda one: one.expires or _NEVER)
        self.gone: set[LotContainer] = set()
        self.expired: dict[LotContainer, str] = {}
        self.unusable: dict[LotContainer, str] = {}
        self._shelves: dict[tuple[str, str], _Shelf] = {}

    def shelf(self, product: Product, substance: str) -> _Shelf:
        """The shelf of a product for doses in a substance."""
        key = (product.id, substance)
        if key not in self._shelves:
            self._shelves[key] = self._filled(product, substance)
        return self._shelves[key]

    def _filled(self, product: Product, substance: str) -> _Shelf:
        shelf = _Shelf([])
        for one in self.in_order:
            if one.product != product.id:
                continue
            usable = usable_content(one, product, substance)
            if isinstance(usable, str):
                self.unusable[one] = usable
                continue
            shelf.containers.append((one, usable))
            shelf.left[one.site] = shelf.left.get(one.site, Fraction(0)) + usable
        return shelf

    def take(self, want: Want) -> tuple[LotContainer, ...] | Fraction:
        """The containers of a dose, which are then gone; or how much is missing, and nothing is taken."""
        shelf = self.shelf(want.product, want.substance)
        sites = {"", want.site}
        at_most = sum((shelf.left.get(site, Fraction(0)) for site in sites), Fraction(0))
        found: list[tuple[LotContainer, Fraction]] = []
        need = want.need
        if at_most >= need:
            for one, usable in self._there(shelf, want.day):
                if one.site in sites and need > 0:
                    found.append((one, usable))
                    need -= usable
                if need <= 0:
                    break
        else:
            need -= at_most
        if need > 0:
            return need
        for one, usable in found:
            self.gone.add(one)
            shelf.left[one.site] -= usable
        return tuple(one for one, _ in found)

    def _there(self, shelf: _Shelf, day: str) -> Iterable[tuple[LotContainer, Fraction]]:
        """The containers that are there on a day; those that expired before it are taken off the shelf."""
        for place in range(shelf.first, len(shelf.containers)):
            one, usable = shelf.containers[place]
            if one not in self.gone and one.expires and one.expires < day:
                self.gone.add(one)
                self.expired[one] = day
                shelf.left[one.site] -= usable
            if one in self.gone:
                if place == shelf.first:
                    shelf.first += 1
                continue
            yield one, usable


def usable_content(one: LotContainer, product: Product, substance: str) -> Fraction | str:
    """What a container gives of what is dosed; or, as words, why it can't be used."""
    rule = product.viability
    if rule is not None and rule.at_least is not None and one.viability is not None:
        found = one.viability.percent
        if found < rule.at_least:
            return f"its viability of {grouped_digits(found)} % is below the least of {grouped_digits(rule.at_least)} %"
    stock = stock_of_container(one, product)
    if substance == "mL":
        return "its volume is not given" if stock.volume_ml is None else stock.volume_ml
    try:
        return chain_of(stock.called, stock.content or one.content, stock, product, substance).usable.value
    except StrengthUnknownError as unknown:
        return f"it needs {unknown.expected}"


def allocate(wants: Iterable[Want], containers: tuple[LotContainer, ...]) -> Allocation:
    """The containers of each dose.

    Args:
        wants: The doses, in the order in which they are served: by date, then as the subjects stand.
        containers: The containers at hand, each once.

    Returns:
        What each gets; no container is promised to two doses.
    """
    stock = _Stock(containers)
    promised: dict[int, tuple[LotContainer, ...]] = {}
    short: dict[int, Fraction] = {}
    for want in wants:
        taken = stock.take(want)
        if isinstance(taken, Fraction):
            short[want.row] = taken
        else:
            promised[want.row] = taken
    unusable = tuple(Unusable(one, reason) for one, reason in stock.unusable.items())
    return Allocation(promised, short, stock.expired, unusable)
