"""Syringes: how far an expelled volume may be off, and the smallest that holds a volume.

Conventions: volumes in mL, exactly; the tolerance is what the standard allows the syringe, beside any error of reading.

Reference:
    ISO 7886-1, table 1 (tolerance on graduated capacity), as it is worked in P. Phillips, "Syringe accuracy (TOGC)
    estimates for ISO 7886-1", Surgical Materials Testing Laboratory, 2016: less than half of the nominal capacity
    expelled, 1.5 % of the nominal capacity and 2 % (under 5 mL nominal) or 1 % (from 5 mL on) of the expelled volume;
    from half on, 5 % or 4 % of the expelled volume.
"""

from __future__ import annotations

from fractions import Fraction

from dosecal.model.messages import Msg
from dosecal.model.preparation import Syringe
from dosecal.model.quantity import has_end
from dosecal.model.spoken import grouped_digits, of_unit

NOMINAL_ML = tuple(Fraction(one) for one in (1, 2, 3, 5, 10, 20, 30, 50, 60))
"""The nominal capacities that are suggested."""

_LARGE_ML = 5
_OF_NOMINAL = Fraction(15, 1000)
_SMALL = (Fraction(2, 100), Fraction(5, 100))
_LARGE = (Fraction(1, 100), Fraction(4, 100))


def syringe_for(volume_ml: Fraction, nominal_ml: Fraction | None = None) -> Syringe | None:
    """The smallest syringe that holds a volume, or the one that is named, with its tolerance.

    Args:
        volume_ml: The volume to be expelled, above 0.
        nominal_ml: The nominal capacity of the syringe that is taken; None for the smallest that holds the volume.

    Returns:
        The syringe; None where none holds the volume.
    """
    if volume_ml <= 0:
        return None
    sizes = NOMINAL_ML if nominal_ml is None else (nominal_ml,)
    nominal = next((size for size in sizes if size >= volume_ml), None)
    if nominal is None:
        return None
    below_half, from_half = _SMALL if nominal < _LARGE_ML else _LARGE
    if 2 * volume_ml < nominal:
        tolerance = _OF_NOMINAL * nominal + below_half * volume_ml
        rule = Msg("{a} + {b}", a=_share(_OF_NOMINAL, nominal), b=_share(below_half, volume_ml))
    else:
        tolerance = from_half * volume_ml
        rule = _share(from_half, volume_ml)
    return Syringe(nominal, tolerance, 100 * tolerance / volume_ml, rule)


def _share(part: Fraction, volume_ml: Fraction) -> Msg:
    percent = grouped_digits(100 * part)
    if not has_end(volume_ml):
        return Msg("{p} % of the volume", p=percent)
    return Msg("{p} % of {a}", p=percent, a=of_unit(grouped_digits(volume_ml), "mL"))
