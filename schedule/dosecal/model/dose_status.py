"""What became of the visits of planned doses, dose by dose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.adherence import VisitStatus

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.adherence import Statuses
    from dosecal.model.schedule import Schedule


def status_of_doses(schedule: Schedule) -> Statuses | None:
    """(doses,) The ``VisitStatus`` of each dose's visit; None where there is no record."""
    if schedule.adherence is None:
        return None
    visits, doses = schedule.visits, schedule.doses
    status = np.full((len(schedule.cohort), len(schedule.protocol.visits)), VisitStatus.NOT_YET_DUE, dtype=np.int8)
    status[visits.subject, visits.visit] = schedule.adherence.status
    found: Statuses = status[doses.subject, doses.visit]
    return found


def was_held(schedule: Schedule) -> NDArray[np.bool_]:
    """(doses,) Whether the visit of a dose was held."""
    status = status_of_doses(schedule)
    if status is None:
        return np.zeros(len(schedule.doses), dtype=np.bool_)
    return np.isin(status, (VisitStatus.DONE, VisitStatus.DONE_EARLY, VisitStatus.DONE_LATE))


def is_never_given(schedule: Schedule) -> NDArray[np.bool_]:
    """(doses,) Whether a dose will never be given, since its visit was missed or is cancelled."""
    status = status_of_doses(schedule)
    if status is None:
        return np.zeros(len(schedule.doses), dtype=np.bool_)
    return np.isin(status, (VisitStatus.MISSED, VisitStatus.CANCELLED))
