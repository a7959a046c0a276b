"""The record held against the protocol: which visits and doses deviate from it, and by how much.

Conventions: the schedule has been followed up. Where the protocol states no window, no date deviates from it. A dose is
compared exactly, in percent of the ordered dose; doses of different units are never compared. Where the protocol states
a tolerance, a dose within it is no deviation; where it states none, every difference is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.adherence import VisitStatus, WindowMet
from dosecal.model.conditions import Truth
from dosecal.model.distinct import distinct_rows, places_of
from dosecal.model.findings import DeviationKind, Deviations, DoseComparison, GivenDoses
from dosecal.model.struct import replace
from dosecal.planning.dates.gaps import is_late_enough, some_time_of
from dosecal.planning.record.follow_up import has_condition, visit_facts
from dosecal.planning.record.given import is_tolerated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dosecal.model.adherence import Adherence
    from dosecal.model.quantity import Amount
    from dosecal.model.record import CohortRecord
    from dosecal.model.schedule import Schedule
    from dosecal.model.worked_dose import OpenOrder, WorkedDose


def compare_doses(schedule: Schedule, record: CohortRecord) -> GivenDoses:
    """Each dose on record beside the planned one of its subject, visit and regimen.

    Args:
        schedule: The schedule.
        record: What is on record of its cohort.
    """
    doses = schedule.doses
    dose_row = places_of(
        (record.given_subject, record.given_visit, record.given_regimen), (doses.subject, doses.visit, doses.regimen)
    )
    ordered = np.append(doses.worked, np.int32(-1))[dose_row]  # of a dose that is not planned: none
    allowed = np.append(doses.open_range, np.int32(-1))[dose_row]
    given = record.record.amount[record.given_row]
    first, of_row = distinct_rows(given, ordered, allowed)
    comparisons = tuple(
        _compared(
            record.record.amounts[given[row]],
            doses.calculations[ordered[row]] if ordered[row] >= 0 else None,
            doses.open_ranges[allowed[row]] if allowed[row] >= 0 else None,
        )
        for row in first.tolist()
    )
    return GivenDoses(
        record_row=record.given_row,
        subject=record.given_subject,
        visit=record.given_visit,
        regimen=record.given_regimen,
        dose_row=dose_row.astype(np.int32),
        comparison=of_row.astype(np.int32),
        comparisons=comparisons,
    )


def _compared(given: Amount, worked: WorkedDose | None, order: OpenOrder | None) -> DoseComparison:
    """A given dose beside what was ordered, or beside what is allowed where the protocol aims at no dose.

    It is judged by the protocol's tolerance where one is stated, and by its range.
    """
    if worked is None:
        return DoseComparison(given, None, allowed=None if order is None else order.range)
    compared = DoseComparison(given, worked.ordered, allowed=worked.own_range)
    tolerance = worked.regimen.tolerance
    if tolerance is None or not compared.is_comparable:
        return compared
    return replace(compared, is_tolerated=is_tolerated(worked.ordered, given, tolerance))


def find_deviations(schedule: Schedule, given: GivenDoses) -> Deviations:
    """Every deviation of the visits and doses on record from the protocol.

    Args:
        schedule: The schedule, followed up.
        given: Its doses on record, compared.

    Raises:
        ValueError: If the schedule was not followed up.
    """
    record, adherence = schedule.record, schedule.adherence
    if record is None or adherence is None:
        message = "a schedule is followed up before deviations are looked for"
        raise ValueError(message)
    found = [*_visit_deviations(schedule, record, adherence), *_dose_deviations(schedule, given)]
    kind, row, of_given, days = (
        np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64) for parts in zip(*found, strict=True)
    )
    order = np.lexsort((kind, row))
    return Deviations(
        kind[order].astype(np.int8),
        row[order].astype(np.int32),
        of_given[order].astype(np.int32),
        days[order].astype(np.int32),
    )


_Found = tuple["NDArray[np.int64]", "NDArray[np.int64]", "NDArray[np.int64]", "NDArray[np.int64]"]


_EARLY = {
    WindowMet.OUTSIDE: DeviationKind.EARLY,
    WindowMet.WIDER: DeviationKind.EARLY_IN_WIDER,
    WindowMet.OUTSIDE_BOTH: DeviationKind.EARLY_FOR_BOTH,
}
_LATE = {
    WindowMet.OUTSIDE: DeviationKind.LATE,
    WindowMet.WIDER: DeviationKind.LATE_IN_WIDER,
    WindowMet.OUTSIDE_BOTH: DeviationKind.LATE_FOR_BOTH,
}


def _visit_deviations(schedule: Schedule, record: CohortRecord, adherence: Adherence) -> list[_Found]:
    visits, facts = schedule.visits, visit_facts(schedule, record)
    done, missed = facts.is_done, adherence.status == VisitStatus.MISSED
    after = done & (adherence.actual > facts.closed_from)
    is_false = has_condition(schedule, Truth.FALSE)
    none = np.zeros(len(visits), dtype=np.int64)
    after_days = adherence.actual.view(np.int64) - facts.closed_from.view(np.int64)
    is_out = (
        (adherence.status == VisitStatus.DONE_EARLY, _EARLY),
        (adherence.status == VisitStatus.DONE_LATE, _LATE),
    )
    return [
        *(
            _found(kind, is_so & (adherence.window_met == met), adherence.days_out)
            for is_so, kinds in is_out
            for met, kind in kinds.items()
        ),
        _found(DeviationKind.MISSED, missed & ~is_false, none),
        _found(DeviationKind.MAYBE_MISSED, adherence.status == VisitStatus.NOT_KNOWN_WHETHER_DUE, none),
        *_gap_deviations(schedule, record, adherence),
        _found(DeviationKind.AFTER_ENDING, after, after_days),
        _found(DeviationKind.NOT_FOR_SUBJECT, done & is_false, none),
    ]


def _gap_deviations(schedule: Schedule, record: CohortRecord, adherence: Adherence) -> list[_Found]:
    """Visits that were held too soon after others, and those of which that is not known."""
    visits = schedule.visits
    if visits.gaps is None:
        return []
    start = record.actuals.start[visits.subject, visits.visit]
    truth = is_late_enough(visits.gaps, *some_time_of(adherence.actual, start), by_record=True)
    days = adherence.actual.view(np.int64) - visits.gaps.sure.astype("datetime64[D]").view(np.int64)
    return [
        _found(DeviationKind.TOO_SOON, truth == Truth.FALSE, days),
        _found(DeviationKind.MAYBE_TOO_SOON, truth == Truth.NOT_KNOWN, np.zeros(len(visits), dtype=np.int64)),
    ]


def _found(kind: DeviationKind, is_so: NDArray[np.bool_], days: NDArray[np.int64]) -> _Found:
    rows = np.flatnonzero(is_so)
    return np.full(len(rows), kind, dtype=np.int64), rows, np.full(len(rows), -1, dtype=np.int64), days[rows]


def _dose_deviations(schedule: Schedule, given: GivenDoses) -> list[_Found]:
    compared = [one for one in given.comparisons if one.is_comparable]
    others = [one for one in compared if one.is_tolerated is None and one.deviation_percent]
    differs = _are(given, [one for one in others if one.is_allowed is not False])  # that says more, and is said once
    outside = _are(given, [one for one in compared if one.is_tolerated is False])
    out_of_range = _are(given, [one for one in given.comparisons if one.is_allowed is False])
    compares_nothing = [one for one in given.comparisons if not one.is_comparable and one.is_allowed is None]
    incomparable = _are(given, compares_nothing)
    visits = schedule.visits
    row = places_of((given.subject, given.visit), (visits.subject, visits.visit))
    found = []
    kinds = (
        (DeviationKind.OUT_OF_TOLERANCE, outside),
        (DeviationKind.OTHER_DOSE, differs),
        (DeviationKind.OTHER_UNIT, incomparable),
        (DeviationKind.OUT_OF_RANGE, out_of_range),
    )
    for kind, is_so in kinds:
        places = np.flatnonzero(is_so[given.comparison] & (row >= 0))
        none = np.zeros(len(places), dtype=np.int64)
        found.append((np.full(len(places), kind, dtype=np.int64), row[places], places, none))
    return found


def _are(given: GivenDoses, chosen: Sequence[DoseComparison]) -> NDArray[np.bool_]:
    """(comparisons,) Whether each comparison is one of those chosen; and one more, so that none is empty."""
    wanted = {id(one) for one in chosen}
    return np.array([*(id(one) in wanted for one in given.comparisons), False], dtype=np.bool_)
