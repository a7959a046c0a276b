"""Cells counted in a counting chamber, and what follows from the counts, exactly.

Conventions: a chamber's square holds a volume in mL; the large square of a Neubauer chamber holds 0.0001 mL. A dilution
is a factor of 1 or more: 2 is one volume of sample and one of stain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from fractions import Fraction


class ChamberCount(Struct, frozen=True):
    """What was counted.

    Attributes:
        viable: The viable cells, 0 or more; None where all cells alone were counted.
        total: All cells, 0 or more and no fewer than the viable ones; None where the viable ones alone were counted.
        squares: How many squares were counted, above 0.
        dilution: The factor by which the sample was diluted, 1 or more.
        square_ml: The volume of a square in mL, above 0.
    """

    viable: Fraction | None
    total: Fraction | None
    squares: Fraction
    dilution: Fraction
    square_ml: Fraction

    def __post_init__(self) -> None:
        """Hold what a count can be.

        Raises:
            ValueError: If nothing was counted, or more viable cells than cells.
        """
        if self.viable is None and self.total is None:
            message = "a count is of viable cells, of all cells, or of both"
            raise ValueError(message)
        if self.viable is not None and self.total is not None and self.viable > self.total:
            message = "no more cells are viable than there are"
            raise ValueError(message)

    def per_ml(self, counted: Fraction) -> Fraction:
        """Cells in a mL of the undiluted sample, from a number of counted cells."""
        return counted / self.squares * self.dilution / self.square_ml

    @property
    def total_per_ml(self) -> Fraction | None:
        """All cells in a mL; None where they were not counted."""
        return None if self.total is None else self.per_ml(self.total)

    @property
    def viable_per_ml(self) -> Fraction | None:
        """Viable cells in a mL; None where they were not counted."""
        return None if self.viable is None else self.per_ml(self.viable)

    @property
    def viability_percent(self) -> Fraction | None:
        """Viable cells in percent of all; None where not both were counted, or no cell was."""
        if self.viable is None or not self.total:
            return None
        return 100 * self.viable / self.total

    @property
    def dead(self) -> Fraction | None:
        """The cells that were counted and are not viable; None where not both were counted."""
        return None if self.viable is None or self.total is None else self.total - self.viable

    def volume_for(self, wanted: Fraction) -> Fraction | None:
        """The mL of sample that hold so many cells, viable ones where they were counted; None where there are none."""
        per_ml = self.viable_per_ml if self.viable is not None else self.total_per_ml
        return wanted / per_ml if per_ml else None
