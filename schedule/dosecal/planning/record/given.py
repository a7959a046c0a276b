"""What was given, held against what was ordered.

Conventions: exact; a deviation is signed, given minus ordered; a tolerance is of the base that the protocol names, and
its limit is inside or outside as the protocol says. A range is the ordered dose's own, for a part its part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.problems import RefusedError
from dosecal.model.worked_dose import GivenDose

if TYPE_CHECKING:
    from dosecal.model.quantity import Amount
    from dosecal.model.regimen import Tolerance
    from dosecal.model.worked_dose import OpenOrder, WorkedDose


def hold_against(worked: WorkedDose, given: Amount) -> GivenDose:
    """How a given dose compares with the ordered one.

    Args:
        worked: The ordered dose.
        given: What was given, flat.

    Raises:
        RefusedError: If it is in another unit than the ordered dose, or nothing.
    """
    if given.unit != worked.ordered.unit or not given.value:
        raise RefusedError(f"an amount above 0 in {worked.ordered.unit.spoken}, as the dose is ordered")
    difference = given.value - worked.ordered.value
    tolerance = worked.regimen.tolerance
    return GivenDose(
        given=given,
        of_ordered=100 * difference / worked.ordered.value,
        of_given=100 * difference / given.value,
        is_tolerated=None if tolerance is None else is_tolerated(worked.ordered, given, tolerance),
        is_in_range=is_within(worked.own_range, given),
    )


def hold_against_range(order: OpenOrder, given: Amount) -> GivenDose:
    """How a given dose lies in the range of a protocol that aims at none of its doses.

    Args:
        order: What is allowed.
        given: What was given, flat.

    Raises:
        RefusedError: If it is in another unit than the range, or nothing.
    """
    unit = order.range[0].unit
    if given.unit != unit or not given.value:
        raise RefusedError(f"an amount above 0 in {unit.spoken}, as the range is")
    return GivenDose(given, None, None, None, is_within(order.range, given))


def is_tolerated(ordered: Amount, given: Amount, tolerance: Tolerance) -> bool:
    """Whether a given dose is within the protocol's tolerance of the ordered one.

    Args:
        ordered: What was ordered, flat.
        given: What was given, in the same unit.
        tolerance: The tolerance.
    """
    size, limit = abs(given.value - ordered.value), tolerance.amount
    base = ordered.value if tolerance.is_of_ordered else given.value
    allowed = limit.value if limit is not None else base * (tolerance.percent or 0) / 100
    return size < allowed or (tolerance.limit_is_inside and size == allowed)


def is_within(ends: tuple[Amount, Amount] | None, given: Amount) -> bool | None:
    """Whether a given dose lies within a range, both ends inside; None for no range."""
    return None if ends is None else ends[0].value <= given.value <= ends[1].value
