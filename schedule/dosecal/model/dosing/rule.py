"""What a stated dose is multiplied with: the type of all rules, and the flat dose.

Conventions: a rule says what must be known of a body by the names of the subjects' table. Whether it takes the weight
on the scale is said apart, since that is looked for on the day of the dose. Its steps are worked out once, and kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from dosecal.model.dosing.body import BodyUnknownError, Inputs, Measure
from dosecal.model.messages import NOTHING, Msg
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

    from dosecal.model.quantity import Amount

    Say = Callable[[Amount], Msg]


class DoseRule(Struct, frozen=True):
    """What a stated dose is multiplied with: nothing, for a flat dose.

    Attributes:
        per: What the dose is stated per; empty for a flat one.
        without_scale: What is said of the weight on the scale where it is not taken.
    """

    per: ClassVar[str] = ""
    without_scale: ClassVar[Msg] = Msg("flat dose: weight is not used")

    @property
    def needs(self) -> tuple[str, ...]:
        """What must be known of a body beside its weight, by the names of the subjects' table."""
        return ()

    @property
    def takes_scale(self) -> bool:
        """Whether it depends on the weight on the scale, by itself or through a measure of it."""
        return False

    @property
    def how(self) -> Msg:
        """The name of its formula; empty where it names none."""
        return NOTHING

    def words(self, dose: Amount, say: Say) -> Msg:
        """A stated dose with what it is per.

        Args:
            dose: The dose.
            say: Says an amount.
        """
        return say(dose)

    def factor_words(self, dose: Amount, say: Say) -> Msg:
        """A stated dose as the first factor of a working; the arguments are those of ``words``."""
        return say(dose)

    def measure(self, inputs: Inputs) -> Measure | None:
        """What a dose is multiplied with in place of the weight on the scale, with its steps; None where it is that.

        Raises:
            BodyUnknownError: If the formula needs what is not known.
            RefusedError: If the formula was not made for the body.
        """
        missing = [need for need in self.needs if inputs.body.lacks(need)]
        if missing:
            raise BodyUnknownError(*missing)
        return self._measure(inputs)

    def _measure(self, inputs: Inputs) -> Measure | None:  # noqa: ARG002 - other rules look at it
        return None

    def measure_words(self, measure: Measure) -> Msg:
        """What a dose was multiplied with, as it stands beside it."""
        return measure.result.remark


class Flat(DoseRule, frozen=True):
    """A dose that is the same for every body."""


FLAT = Flat()
