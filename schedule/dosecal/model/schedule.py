"""What is planned, as columns: one row a subject and visit, one row a subject and dose.

Conventions: rows stand in the order of the subjects, then by target date, then by the order of the protocol file; dates
are ``datetime64[D]`` and NaT means not known or not stated. Rows refer to subjects, visits and regimens by their place.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from dosecal.model.struct import Struct

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dosecal.model.adherence import Adherence
    from dosecal.model.cohort import Cohort, Dates, Indices
    from dosecal.model.preparation import PreparedDoses
    from dosecal.model.protocol import Protocol
    from dosecal.model.record import CohortRecord
    from dosecal.model.site import ClosedDays
    from dosecal.model.worked_dose import OpenOrder, WorkedDose

    Moments = NDArray[np.datetime64]


class DateState(IntEnum):
    """How far the date of a visit is known; the order is that of the sentences that say so."""

    KNOWN = 0
    PROVISIONAL = 1
    """It follows the planned date of a visit that has not happened yet."""
    ANCHOR_UNKNOWN = 2
    """The anchor's date is not known yet."""
    FOLLOWED_UNKNOWN = 3
    """The visit that it follows has no date yet, or was cancelled."""
    NO_DAY_LEFT = 4
    """No day lies in the window and late enough after another visit; the target stands, and nothing is planned."""


class GapEnds(Struct, frozen=True):
    """When the least times after other visits are over, as ``datetime64[m]``; NaT where there is no such time.

    Days and months count dates, and are over as their last date begins. Hours run from a recorded time; where it is not
    on record, they run from some time of its day, so that their end lies between two moments.

    Attributes:
        earliest: (n,) Before this moment it is certainly too soon, if all happens as it is expected.
        latest: (n,) From this moment on it is certainly late enough, likewise.
        sure: (n,) Before this moment it is certainly too soon, by what is on record alone.
        is_known: (n,) Whether all that the gaps run from is on record; true where there is no gap.
    """

    earliest: Moments
    latest: Moments
    sure: Moments
    is_known: NDArray[np.bool_]


class PlannedVisits(Struct, frozen=True):
    """Visits by protocol.

    Attributes:
        subject: (n,) The place of the subject in the cohort.
        visit: (n,) The place of the visit in the protocol.
        anchor_date: (n,) The date that the visit is counted from, of its anchor or of the visit that it follows; NaT
            where it is not known yet.
        target: (n,) The date that the protocol aims at; NaT where there is none, or where the anchor is not known.
        window_start: (n,) The first allowed date; NaT where no window is stated.
        window_end: (n,) The last allowed date, inside the window; NaT likewise.
        planned: (n,) The date on which the visit is planned: the target, or the first day that is late enough after
            another visit; NaT where there is no target, or no such day in the window.
        wider_start: (n,) The first date of the second, wider window; NaT where none is stated.
        wider_end: (n,) The last date of the wider window, inside it; NaT likewise.
        not_before: (n,) The first date that is late enough after other visits; NaT where the protocol asks for no gap,
            or where the other visit's date is not known.
        state: (n,) A ``DateState``.
        gaps: When the gaps are over, row for row; None where the protocol asks for none.
    """

    subject: Indices
    visit: Indices
    anchor_date: Dates
    target: Dates
    window_start: Dates
    window_end: Dates
    planned: Dates
    wider_start: Dates
    wider_end: Dates
    not_before: Dates
    state: NDArray[np.int8]
    gaps: GapEnds | None = None

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.subject)


class PlannedDoses(Struct, frozen=True):
    """Doses by protocol.

    Attributes:
        subject: (n,) The place of the subject in the cohort.
        regimen: (n,) The place of the regimen in the protocol.
        visit: (n,) The place of the visit in the protocol.
        number: (n,) Which dose of its regimen it is, by date, from 1, among those that no condition takes from the
            subject.
        planned: (n,) The date on which it is planned; NaT where the anchor is not known.
        day: (n,) The day of the dose, by which its weight, level, age and lots are chosen: the day on which its visit
            was held, or for which it is booked; else ``planned``.
        weight: (n,) The place of the weight in the cohort's weights; -1 where none is used.
        weight_state: (n,) A ``WeightState``.
        weight_flags: (n,) What is to be said of the weight, as ``WeightFlag`` bits.
        weight_before: (n,) The place in the cohort's weights of the dosing weight of the dose before, where a change
            from it is to be said; -1 for none.
        weight_found: (n,) The place of the newest weight that the dose could have taken; that of ``weight`` unless the
            dosing weight was kept; -1 for none.
        level: (n,) The place of the subject's level in the regimen's levels; -1 for none.
        worked: (n,) The place of the calculation in ``calculations``; -1 where the dose is to be determined.
        calculations: The distinct calculations.
        open_range: (n,) The place of the allowed doses in ``open_ranges`` where the protocol aims at none of them, and
            there is no calculation; -1 elsewhere.
        open_ranges: What is allowed where none is aimed at, each once or more.
    """

    subject: Indices
    regimen: Indices
    visit: Indices
    number: Indices
    planned: Dates
    day: Dates
    weight: Indices
    weight_state: NDArray[np.int8]
    weight_flags: NDArray[np.int16]
    weight_before: Indices
    weight_found: Indices
    level: Indices
    worked: Indices
    calculations: tuple[WorkedDose, ...]
    open_range: Indices
    open_ranges: tuple[OpenOrder, ...]

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.subject)


class Schedule(Struct, frozen=True):
    """A protocol planned for a cohort.

    Attributes:
        protocol: The protocol.
        cohort: The subjects.
        visits: Their visits.
        doses: Their doses.
        prepared: The preparations of the doses.
        age: (subjects,) The age on the first anchor, in completed years; -1 where it is not known.
        age_is_outside: (subjects,) Whether that age is outside the protocol's range.
        closed_visits: What closed days did to the visits, row for row; None where no sites are known.
        closed_doses: What closed days say of the doses, none of which moves; None likewise.
        truths: (subjects, conditions) Whether each condition of the protocol holds for each subject, as ``Truth``; None
            where the protocol has no condition, or where they have not been judged.
        has_dose: (subjects, regimens, visits) Whether no condition takes a dose from a subject; None where none does.
        record: What is on record of the subjects; None where nothing was given.
        adherence: What became of the visits, row for row; None where there is no record.
    """

    protocol: Protocol
    cohort: Cohort
    visits: PlannedVisits
    doses: PlannedDoses
    prepared: PreparedDoses
    age: Indices
    age_is_outside: NDArray[np.bool_]
    closed_visits: ClosedDays | None = None
    closed_doses: ClosedDays | None = None
    truths: NDArray[np.int8] | None = None
    has_dose: NDArray[np.bool_] | None = None
    record: CohortRecord | None = None
    adherence: Adherence | None = None
