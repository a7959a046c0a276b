"""Which weight: the latest one on or before the dose that the protocol's rule allows.

Conventions: a weight dated on the day of a dose counts for it; a weight without a date is taken only where no dated one
is on or before the dose; the greatest age is inclusive. What the rule refuses is said and never replaced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.worked_dose import WeightState

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.cohort import Dates, Indices, Weights
    from dosecal.model.regimen import WeightRule

_DAY_BITS = 20
_EARLIEST = np.int64(-(1 << 19))
_MEASURED = 0


def choose_weights(
    weights: Weights, subject: Indices, day: Dates, rule: WeightRule | None
) -> tuple[Indices, NDArray[np.int8]]:
    """The weight of each dose.

    Args:
        weights: The cohort's weights, sorted by subject and date.
        subject: (n,) The subject of each dose.
        day: (n,) The day that the weight is looked for on or before; NaT where it is not known.
        rule: The protocol's rule; None where it states none, and the latest weight is taken.

    Returns:
        (n,) The place of the weight, -1 where none can be used, and (n,) what came of looking.
    """
    measured_only = rule is not None and rule.measured_only
    kept = np.flatnonzero(weights.method == _MEASURED) if measured_only else np.arange(len(weights.subject))
    place = latest_on_or_before(weights.subject, weights.date, kept, subject, day)
    found = place >= 0
    state = np.where(found, WeightState.USED, WeightState.MISSING).astype(np.int8)
    if measured_only:
        any_place = latest_on_or_before(weights.subject, weights.date, np.arange(len(weights.subject)), subject, day)
        state[~found & (any_place >= 0)] = WeightState.NOT_MEASURED
    if rule is not None and rule.not_older_than is not None:
        date = np.full(len(place), np.datetime64("NaT", "D"))
        date[found] = weights.date[place[found]]
        state[found & np.isnat(date)] = WeightState.DATE_UNKNOWN
        state[found & (day - date > np.timedelta64(rule.not_older_than, "D"))] = WeightState.TOO_OLD
    state[np.isnat(day)] = WeightState.DOSE_DATE_UNKNOWN
    return np.where(state == WeightState.USED, place, -1).astype(np.int32), state


def latest_on_or_before(
    owner: Indices, date: Dates, kept: NDArray[np.intp], subject: Indices, day: Dates
) -> NDArray[np.int64]:
    """(n,) The place of the subject's latest kept row on or before the day; -1 for none.

    Args:
        owner: (m,) The subject of each row, ascending.
        date: (m,) The day of each row, ascending for a subject; NaT counts as before all others.
        kept: The places of the rows that are looked at.
        subject: (n,) The subjects.
        day: (n,) The days.
    """
    if not len(kept):
        return np.full(len(subject), -1, dtype=np.int64)
    keys = _key(owner[kept], _days(date[kept]))
    wanted = _key(subject, _days(day))
    at = np.searchsorted(keys, wanted, side="right") - 1
    is_own = (at >= 0) & (owner[kept][at] == subject)
    return np.where(is_own, kept[at], -1)


def _days(dates: Dates) -> NDArray[np.int64]:
    return np.where(np.isnat(dates), _EARLIEST, dates.astype(np.int64))


def _key(subject: Indices, days: NDArray[np.int64]) -> NDArray[np.int64]:
    """A subject and a day as one number; a day beyond what the bits hold counts as the last of them."""
    in_reach = np.clip(days - _EARLIEST, 0, (1 << _DAY_BITS) - 1)
    key: NDArray[np.int64] = (subject.astype(np.int64) << _DAY_BITS) + in_reach
    return key
