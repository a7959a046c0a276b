"""Which dose level: the latest one that holds on the day of the dose.

Conventions: a level holds from its day on, itself inside, until the next one; one without a day holds from the
beginning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.planning.doses.weights import latest_on_or_before

if TYPE_CHECKING:
    from dosecal.model.cohort import Dates, Indices, Levels
    from dosecal.model.regimen import Regimen

LAST_DAY = np.datetime64(524_287, "D")
"""A day after every day that is read."""


def choose_levels(levels: Levels, subject: Indices, day: Dates, regimen: Regimen, place: int) -> Indices:
    """The level of each dose of a regimen.

    Args:
        levels: The cohort's levels, sorted by subject and day.
        subject: (n,) The subject of each dose.
        day: (n,) The day of each dose; NaT where it is not known, and then the subject's last level is taken.
        regimen: The regimen.
        place: The place of the regimen in the protocol.

    Returns:
        (n,) The place of the level in the regimen's levels; -1 where the subject has none.
    """
    of_name = np.full(len(levels.names) + 1, -1, dtype=np.int32)
    for index, level in enumerate(regimen.levels):
        if level.id in levels.names:
            of_name[levels.names.index(level.id)] = index
    is_ours = ((levels.regimen == place) | (levels.regimen == -1)) & (of_name[levels.name] >= 0)
    kept = np.flatnonzero(is_ours)
    at = latest_on_or_before(levels.subject, levels.date, kept, subject, np.where(np.isnat(day), LAST_DAY, day))
    return np.where(at >= 0, of_name[levels.name[np.maximum(at, 0)]] if len(levels.name) else -1, -1).astype(np.int32)
