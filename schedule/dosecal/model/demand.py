"""What a plan needs over time, and what the containers at hand cover of it.

Conventions: a period is a day or a week from Monday to Sunday, named by its first day; amounts are exact and flat; a
site's own containers and those without a site count for it, so that shared ones are at hand for several sites.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from dosecal.model.protocol import Protocol
    from dosecal.model.quantity import Unit


class Need(Struct, frozen=True):
    """What one site needs of one product in one period.

    Attributes:
        start: The first day of the period.
        site: The site; empty for not given.
        product: The id of the product.
        unit: The flat unit of the amount.
        doses: The planned doses.
        to_be_determined: Those of them whose amount is not known, so that it is not in ``amount``.
        amount: The ordered doses in all, in ``unit``.
        containers: The containers that are opened for them; None where that is not known for one of them.
        thaws: The doses for which a container is opened, each a thaw of its own; None likewise.
        covered: The doses that the containers at hand cover; None where no lots are given.
        missing: How much is missing for the others, in ``unit``; None likewise.
        at_hand: The containers that can still be used after the period; None likewise.
        expired: The containers whose last day lies in the period and that no dose got; None likewise.
    """

    start: date
    site: str
    product: str
    unit: Unit
    doses: int
    to_be_determined: int
    amount: Fraction
    containers: int | None
    thaws: int | None
    covered: int | None
    missing: Fraction | None
    at_hand: int | None
    expired: int | None


class Cover(Struct, frozen=True):
    """How far the containers at hand reach at one site for one product.

    Attributes:
        site: The site; empty for not given.
        product: The id of the product.
        runs_out: The day of the first dose that is not covered; None where all are.
        not_covered: How many doses are not covered.
        unused: How many containers no dose gets.
        first_expiry: The earliest last day among these; None where none of them has one.
    """

    site: str
    product: str
    runs_out: date | None
    not_covered: int
    unused: int
    first_expiry: date | None


class Demand(Struct, frozen=True):
    """What a plan needs.

    Attributes:
        protocols: The versions of the protocol by which somebody is planned; at least one.
        by: ``day`` or ``week``.
        needs: By period, then site, then the order of the products; periods without a dose are left out.
        cover: For each site and product that is needed; empty where no lots are given.
        undated: The doses whose date is not known yet; they are in no period.
        never_given: The doses of visits that were missed or are cancelled; they need nothing, and are in no period.
        has_lots: Whether lots are given.
    """

    protocols: tuple[Protocol, ...]
    by: str
    needs: tuple[Need, ...]
    cover: tuple[Cover, ...]
    undated: int
    never_given: int
    has_lots: bool

    @property
    def versions(self) -> str:
        """The names of the versions."""
        return "; ".join(one.version for one in self.protocols)

    @property
    def digests(self) -> str:
        """The first digits of each version's SHA-256."""
        return "; ".join(one.digest for one in self.protocols)
