"""Which containers a dose gets: first expired, first out, over a whole cohort, and none of them twice.

Conventions: doses are served by date, then in the order of the subjects; a site takes its own containers and those
without a site. A container that is for a subject goes to that one alone, and a product that is for one subject has no
other containers. A container may be used up to its last day, inclusive; one without a day comes after those that have
one, in the order of the file. A dose gets all that it needs or nothing. What can't be used at all is said, with
the reason.
"""

from __future__ import annotations

import heapq
from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.preparation import NotKnownError
from dosecal.model.spoken import grouped_digits
from dosecal.model.struct import Struct, field
from dosecal.planning.product.stock import chain_of, stock_of_container

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dosecal.model.preparation import LotContainer
    from dosecal.model.product import Product
    from dosecal.planning.product.accounts import Accounts

_NEVER = "9999-12-31"


class Want(Struct, frozen=True):
    """A dose that needs containers.

    Attributes:
        row: Its place, by which the answer is found.
        day: Its planned date, as ISO text.
        site: The subject's site; empty for not given.
        product: The product.
        substance: What it is dosed in.
        need: How much of that.
        subject: The subject; empty for one that is not known, who gets no container that is for somebody.
        visit: The id of the visit; empty where it is not known.
        is_held: Whether the visit was held, so that nothing is promised to it any more.
    """

    row: int
    day: str
    site: str
    product: Product
    substance: str
    need: Fraction
    subject: str = ""
    visit: str = ""
    is_held: bool = False


class Unusable(Struct, frozen=True):
    """A container that no dose can get.

    Attributes:
        container: The container.
        reason: Why, in words.
    """

    container: LotContainer
    reason: str


class Allocation(Struct, frozen=True):
    """What each dose gets.

    Attributes:
        promised: The containers of each covered dose, by row, in the order of use.
        short: How much is missing for each dose that is not covered, by row, in the unit of the dose.
        expired: The containers that were still there when they could no longer be used, with the day that they were
            passed over for, as ISO text.
        unusable: The containers that no dose could get.
        unrecorded: The doses that were given, and of which the record of the containers says nothing, by row.
    """

    promised: dict[int, tuple[LotContainer, ...]]
    short: dict[int, Fraction]
    expired: dict[LotContainer, str]
    unusable: tuple[Unusable, ...]
    unrecorded: frozenset[int] = frozenset()


class _Shelf(Struct):
    """The containers of one product that one kind of dose can use, for one site and one subject, as they expire.

    Attributes:
        containers: Each with its place in the order of expiry of all, and what it gives.
        first: The place of the first that is still there.
        left: What is left at the most; what another kind of dose took is found when it is passed.
    """

    containers: list[tuple[int, LotContainer, Fraction]] = field(default_factory=list)
    first: int = 0
    left: Fraction = Fraction(0)


_Shelves = dict[tuple[str, str], _Shelf]
"""Shelves by site and subject, each of which may be empty, for all."""


class _Stock:
    """All containers, and which of them are gone."""

    def __init__(self, containers: tuple[LotContainer, ...]) -> None:
        self.in_order = sorted(containers, key=lambda one: one.expires or _NEVER)
        self.gone: set[LotContainer] = set()
        self.expired: dict[LotContainer, str] = {}
        self.unusable: dict[LotContainer, str] = {}
        self._shelves: dict[tuple[str, str], _Shelves] = {}

    def shelves(self, product: Product, substance: str) -> _Shelves:
        """The shelves of a product for doses in a substance."""
        key = (product.id, substance)
        if key not in self._shelves:
            self._shelves[key] = self._filled(product, substance)
        return self._shelves[key]

    def _filled(self, product: Product, substance: str) -> _Shelves:
        shelves: _Shelves = {}
        for place, one in enumerate(self.in_order):
            if one.product != product.id:
                continue
            usable = usable_content(one, product, substance)
            if isinstance(usable, str):
                self.unusable[one] = usable
                continue
            shelf = shelves.setdefault((one.site, one.for_subject), _Shelf())
            shelf.containers.append((place, one, usable))
            shelf.left += usable
        return shelves

    def take(self, want: Want) -> tuple[LotContainer, ...] | Fraction:
        """The containers of a dose, which are then gone; or how much is missing, and nothing is taken."""
        shelves = self.shelves(want.product, want.substance)
        keys = {(site, subject) for site in ("", want.site) for subject in ("", want.subject)}
        own = [shelves[key] for key in sorted(keys) if key in shelves]
        for shelf in own:
            self._take_off_expired(shelf, want.day)
        at_most = sum((shelf.left for shelf in own), Fraction(0))
        if at_most < want.need:
            return want.need - at_most
        found: list[tuple[LotContainer, Fraction]] = []
        need = want.need
        for _, one, usable in heapq.merge(*map(self._there, own)):
            if need <= 0:
                break
            found.append((one, usable))
            need -= usable
        if need > 0:
            return need
        for one, usable in found:
            self.gone.add(one)
            shelves[one.site, one.for_subject].left -= usable
        return tuple(one for one, _ in found)

    def _take_off_expired(self, shelf: _Shelf, day: str) -> None:
        """Take what expired before a day off a shelf, where it stands first."""
        while shelf.first < len(shelf.containers):
            _, one, usable = shelf.containers[shelf.first]
            if one not in self.gone:
                if not one.expires or one.expires >= day:
                    return
                self.gone.add(one)
                self.expired[one] = day
                shelf.left -= usable
            shelf.first += 1

    def _there(self, shelf: _Shelf) -> Iterator[tuple[int, LotContainer, Fraction]]:
        """The containers of a shelf that are there."""
        for at in range(shelf.first, len(shelf.containers)):
            if shelf.containers[at][1] not in self.gone:
                yield shelf.containers[at]

    def pass_over_others(self, subjects: set[str]) -> None:
        """Say of the containers that are for a subject who has no dose that nobody can get them."""
        for one in self.in_order:
            if one.for_subject and one.for_subject not in subjects:
                self.unusable.setdefault(one, f'it is for "{one.for_subject}" alone, who has no dose here')


def usable_content(one: LotContainer, product: Product, substance: str) -> Fraction | str:
    """What a container gives of what is dosed; or, as words, why it can't be used."""
    if product.is_for_one_subject and not one.for_subject:
        return "the product is for one subject, and it does not say for whom (for_subject)"
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
    except NotKnownError as unknown:
        return f"it needs {unknown.expected}"


def allocate(
    wants: Iterable[Want], containers: tuple[LotContainer, ...], accounts: Accounts | None = None
) -> Allocation:
    """The containers of each dose.

    Args:
        wants: The doses, in the order in which they are served: by date, then as the subjects stand.
        containers: The containers, each once.
        accounts: What became of them, as far as that is on record: a dose keeps those that were used or set aside for
            it, none that is not at hand is promised, and a dose that was given gets no other; None for no record.

    Returns:
        What each gets; no container is promised to two doses.
    """
    stock = _Stock(containers if accounts is None else tuple(one for one in containers if accounts.is_at_hand(one)))
    own = {} if accounts is None else dict(accounts.of_doses)
    promised: dict[int, tuple[LotContainer, ...]] = {}
    short: dict[int, Fraction] = {}
    subjects: set[str] = set()
    unrecorded: set[int] = set()
    for want in wants:
        subjects.add(want.subject)
        kept = own.pop((want.subject, want.visit, want.product.id), ())
        if kept or (want.is_held and accounts is not None and accounts.is_kept):
            if kept:
                promised[want.row] = kept
            else:
                unrecorded.add(want.row)
            continue
        taken = stock.take(want)
        if isinstance(taken, Fraction):
            short[want.row] = taken
        else:
            promised[want.row] = taken
    stock.pass_over_others(subjects)
    unusable = tuple(Unusable(one, reason) for one, reason in stock.unusable.items())
    return Allocation(promised, short, stock.expired, unusable, frozenset(unrecorded))
