"""What an ending closes: which visits are still held after the end of treatment, and after a subject left the study.

Conventions: a visit that is open and whose day is on or after an ending that it does not survive is cancelled, the day
of the ending included. Its day is its target, or else the first day of its window; one without a known day is closed
too. What is on record as done, missed or cancelled stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.conditions import Ending
from dosecal.model.timing import EventKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.actuals import Actuals
    from dosecal.model.cohort import Dates, Indices
    from dosecal.model.protocol import Protocol, Visit

NOT_A_DAY = np.datetime64("NaT", "D")


def survives(protocol: Protocol, visit: Visit, ending: Ending) -> bool:
    """Whether a visit is still held after an ending.

    A visit that is counted from an ending survives it. The end of treatment closes no visit where the protocol does not
    say which survive; leaving the study closes all that the protocol does not name.

    Args:
        protocol: The protocol.
        visit: One of its visits.
        ending: The ending.
    """
    counted_from = next((anchor.event for anchor in protocol.anchors if anchor.id == visit.anchor), None)
    kind = counted_from.kind if counted_from is not None else None
    if kind is EventKind.OFF_STUDY or (kind is EventKind.OFF_TREATMENT and ending is Ending.OFF_TREATMENT):
        return True
    if ending is Ending.OFF_STUDY:
        return visit.id in protocol.after_off_study
    return protocol.after_off_treatment is None or visit.id in protocol.after_off_treatment


def closing(protocol: Protocol) -> NDArray[np.bool_]:
    """(2, visits) Whether the end of treatment, and leaving the study, close each visit."""
    endings = (Ending.OFF_TREATMENT, Ending.OFF_STUDY)
    return np.array([[not survives(protocol, one, ending) for one in protocol.visits] for ending in endings])


def closed_from(closes: NDArray[np.bool_], actuals: Actuals, visit: Indices | int, subject: Indices | slice) -> Dates:
    """(n,) The day from which an ending closes each visit: the earlier one that it does not survive; NaT for none.

    Args:
        closes: What ``closing`` says of the protocol.
        actuals: What happened.
        visit: (n,) The places of the visits, or one for all.
        subject: (n,) The places of the subjects.
    """
    off_treatment = np.where(closes[0][visit], actuals.off_treatment[subject], NOT_A_DAY)
    off_study = np.where(closes[1][visit], actuals.off_study[subject], NOT_A_DAY)
    earlier: Dates = np.fmin(off_treatment, off_study)
    return earlier


def is_closed(closed: Dates, day: Dates) -> NDArray[np.bool_]:
    """(n,) Whether an ending closes each visit, if it is open.

    Args:
        closed: (n,) The day from which an ending closes it; NaT for none.
        day: (n,) Its day; NaT where it is not known.
    """
    closes: NDArray[np.bool_] = closed <= np.where(np.isnat(day), closed, day)
    return closes
