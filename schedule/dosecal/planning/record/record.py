"""Joins what is on record to a cohort: rows of a file become columns over subjects and the protocol's visits.

Conventions: a row that is later than the day of judgement is not counted, since on that day it had not happened; a
booking, and a visit that is on record as missed or cancelled, is counted whenever it is dated. A row that names a visit
or a regimen that its subject doesn't have is a problem.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.actuals import Actuals, ActualStatus
from dosecal.model.conditions import Ending
from dosecal.model.problems import Problem, expected_got
from dosecal.model.record import CohortRecord, Outcome
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.cohort import Cohort, Dates, Indices
    from dosecal.model.protocol import Protocol
    from dosecal.model.record import Record

_UNNAMED, _UNKNOWN = -1, -2
_MOST_SHOWN = 12
"""How many ids of visits a problem names."""

_STATUS = {
    Outcome.DONE: ActualStatus.DONE,
    Outcome.MISSED: ActualStatus.MISSED,
    Outcome.CANCELLED: ActualStatus.CANCELLED,
    Outcome.PLANNED: ActualStatus.NONE,
}


class _Rows(Struct, frozen=True):
    """The counted rows of a cohort's subjects: places in the record, the cohort and the protocol.

    A visit is -1 for one without a name, -2 for one that the protocol lacks, and below that an ending.
    """

    row: Indices
    subject: Indices
    visit: Indices

    def where(self, chosen: NDArray[np.bool_]) -> _Rows:
        """Some of the rows."""
        return _Rows(self.row[chosen], self.subject[chosen], self.visit[chosen])


def join_record(
    record: Record,
    protocol: Protocol,
    cohort: Cohort,
    as_of: np.datetime64 | None = None,
    *,
    is_hidden: bool = False,
) -> tuple[CohortRecord, tuple[Problem, ...]]:
    """What is on record of a cohort, and a problem for each row that fits none of its subject's visits.

    Args:
        record: The record, of these subjects and perhaps of others, whose rows are passed over.
        protocol: The protocol.
        cohort: The subjects.
        as_of: The day of judgement; None to count every row.
        is_hidden: Whether the reader may not know the arms of a blinded trial: then a dose that a like arm has is not
            refused, since that would tell the arm.
    """
    rows = _rows_of(record, protocol, cohort)
    counted = rows
    if as_of is not None:
        is_later = (record.date[rows.row] > as_of) & (record.outcome[rows.row] == Outcome.DONE)
        counted = rows.where(~is_later)
    has_visit = _has_visit(protocol)
    fits = (rows.visit >= 0) & has_visit[cohort.arm[rows.subject], np.maximum(rows.visit, 0)]
    problems = [
        *_unknown_visits(record, protocol, cohort, rows.where((rows.visit == _UNKNOWN) | ((rows.visit >= 0) & ~fits))),
        *_wrong_doses(record, protocol, cohort, rows.where(fits), is_hidden=is_hidden),
    ]
    joined = _joined(record, protocol, cohort, counted)
    return CohortRecord(record, *joined, as_of), tuple(problems)


def _rows_of(record: Record, protocol: Protocol, cohort: Cohort) -> _Rows:
    to_cohort = np.full(len(record.ids) + 1, -1, dtype=np.int32)
    places = np.array([record.place(one) for one in cohort.ids], dtype=np.int64)
    to_cohort[places] = np.arange(len(cohort), dtype=np.int32)
    to_cohort[-1] = -1  # where the subjects of whom nothing is on record were put
    subject = to_cohort[record.subject]
    row = np.flatnonzero(subject >= 0).astype(np.int32)
    known = {visit.id: place for place, visit in enumerate(protocol.visits)}
    known |= {ending.value: _UNKNOWN - 1 - place for place, ending in enumerate(Ending)} | {"": _UNNAMED}
    visit_of = np.array([known.get(text, _UNKNOWN) for text in record.visits], dtype=np.int32)
    return _Rows(row, subject[row], visit_of[record.visit[row]])


def _has_visit(protocol: Protocol) -> NDArray[np.bool_]:
    """(arms, visits) Whether an arm has a visit."""
    return np.array([[arm.id in visit.arms for visit in protocol.visits] for arm in protocol.arms], dtype=np.bool_)


def _unknown_visits(record: Record, protocol: Protocol, cohort: Cohort, rows: _Rows) -> list[Problem]:
    problems = []
    for row, subject in zip(rows.row.tolist(), rows.subject.tolist(), strict=True):
        arm = protocol.arms[int(cohort.arm[subject])].id
        ids = [visit.id for visit in protocol.visits if arm in visit.arms]
        shown = ", ".join(ids) if len(ids) <= _MOST_SHOWN else f"{', '.join(ids[:_MOST_SHOWN])}, …"
        endings = " or ".join(ending.value for ending in Ending)
        message = expected_got(f"a visit of the subject's arm ({shown}), {endings}", record.visits[record.visit[row]])
        hint = "leave the visit empty for an unscheduled one"
        if _is_beyond(protocol, record.visits[record.visit[row]]):
            hint = "it lies beyond the cycles that were planned: ask for more with --horizon"
        problems.append(Problem(record.source(row), "C315", "visit", message, hint))
    return problems


def _is_beyond(protocol: Protocol, visit: str) -> bool:
    """Whether a name is that of a day in cycles that go on, after the last planned one."""
    for cycles in protocol.cycles:
        match = re.fullmatch(rf"{cycles.id}([1-9][0-9]*)D[1-9][0-9]*", visit, re.ASCII)
        if match is not None and cycles.count is None and int(match[1]) > cycles.planned:
            return True
    return False


def _may_be(protocol: Protocol, visit: int, arm: int, named: str, *, is_hidden: bool) -> bool:
    """Whether a dose at a visit, of a regimen that is named or not, is the arm's, or a like arm's."""
    own = protocol.arms[arm].id
    hides_all = is_hidden and not protocol.says_blinding
    arms = [one.id for one in protocol.arms] if hides_all else protocol.like_arm(own) if is_hidden else [own]
    regimens = [protocol.regimens_at(protocol.visits[visit].id, one) for one in arms]
    return any(named in {regimen.id for regimen in given} if named else len(given) == 1 for given in regimens)


def _wrong_doses(record: Record, protocol: Protocol, cohort: Cohort, rows: _Rows, *, is_hidden: bool) -> list[Problem]:
    """A problem for each row whose dose or regimen belongs to no rule of dosing at its visit."""
    names_dose = (record.amount[rows.row] >= 0) | (record.regimen[rows.row] > 0)
    wrong = rows.where(names_dose)
    problems = []
    answers: dict[tuple[int, int, int], bool] = {}
    arms, regimens = cohort.arm[wrong.subject].tolist(), record.regimen[wrong.row].tolist()
    columns = zip(wrong.row.tolist(), wrong.visit.tolist(), arms, regimens, strict=True)
    for row, visit, arm, regimen in columns:
        key = (visit, arm, regimen)
        if key not in answers:
            answers[key] = _may_be(protocol, visit, arm, record.regimens[regimen], is_hidden=is_hidden)
        if not answers[key]:
            expected = [one.id for one in protocol.regimens_at(protocol.visits[visit].id, protocol.arms[arm].id)]
            which = "they are hidden" if protocol.is_blinded else ", ".join(expected) or "none is given there"
            what = f"one of the regimens of {protocol.visits[visit].id} ({which})"
            message = expected_got(what, record.regimens[regimen])
            problems.append(Problem(record.source(row), "C316", "regimen", message))
    return problems


def _joined(
    record: Record, protocol: Protocol, cohort: Cohort, rows: _Rows
) -> tuple[Actuals, Indices, Indices, Indices, Indices, Indices, Indices, Indices]:
    """The columns of a ``CohortRecord`` from its actuals to the regimens of given doses."""
    shape = (len(cohort), len(protocol.visits))
    named = rows.where(rows.visit >= 0)
    row = np.full(shape, -1, dtype=np.int32)
    row[named.subject[::-1], named.visit[::-1]] = named.row[::-1]  # the first of several is written last
    unnamed = rows.where(rows.visit == _UNNAMED)
    given = named.where(record.amount[named.row] >= 0)
    actuals = _actuals(record, rows, row)
    regimen = _given_regimens(record, protocol, cohort, given)
    return actuals, row, unnamed.row, unnamed.subject, given.row, given.subject, given.visit, regimen


def _actuals(record: Record, rows: _Rows, row: Indices) -> Actuals:
    no_day = np.datetime64("NaT", "D")
    has_row = row >= 0
    outcome = np.where(has_row, record.outcome[row] if len(record) else 0, -1).astype(np.int8)
    status = np.zeros(row.shape, dtype=np.int8)
    for one, becomes in _STATUS.items():
        status[outcome == one] = becomes
    day = record.date[row] if len(record) else np.full(row.shape, no_day)
    start, end = _dose_times(record, row, outcome == Outcome.DONE)
    return Actuals(
        date=np.where(outcome == Outcome.DONE, day, no_day),
        status=status,
        booked=np.where(outcome == Outcome.PLANNED, day, no_day),
        start=start,
        end=end,
        off_treatment=_ended(record, rows, Ending.OFF_TREATMENT, row.shape[0]),
        off_study=_ended(record, rows, Ending.OFF_STUDY, row.shape[0]),
    )


def _dose_times(
    record: Record, row: Indices, is_done: NDArray[np.bool_]
) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    no_time = np.datetime64("NaT", "m")
    if not len(record) or np.isnat(record.start).all():
        never = np.broadcast_to(no_time, row.shape)
        return never, never
    return np.where(is_done, record.start[row], no_time), np.where(is_done, record.end[row], no_time)


def _ended(record: Record, rows: _Rows, ending: Ending, subjects: int) -> Dates:
    dates = np.full(subjects, np.datetime64("NaT", "D"))
    of_ending = rows.where(rows.visit == _UNKNOWN - 1 - list(Ending).index(ending))
    dates[of_ending.subject] = record.date[of_ending.row]
    return dates


def _given_regimens(record: Record, protocol: Protocol, cohort: Cohort, given: _Rows) -> Indices:
    """(g,) The place of each given dose's regimen: the one that is named, or the only one of the visit; -1 else."""
    place = {regimen.id: index for index, regimen in enumerate(protocol.regimens)}
    named = np.array([place.get(text, -1) for text in record.regimens], dtype=np.int32)[record.regimen[given.row]]
    only = np.full((len(protocol.visits), len(protocol.arms)), -1, dtype=np.int32)
    for index, visit in enumerate(protocol.visits):
        for arm, one in enumerate(protocol.arms):
            regimens = protocol.regimens_at(visit.id, one.id)
            if len(regimens) == 1:
                only[index, arm] = place[regimens[0].id]
    found: Indices = np.where(record.regimen[given.row] > 0, named, only[given.visit, cohort.arm[given.subject]])
    return found
