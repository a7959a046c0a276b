"""The visits and doses of a Schedule as tables.

Conventions: columns and their order are a contract with those who load the files; a date that is not known, a window
that is not stated and a dose that is to be determined are empty cells with a note beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.distinct import distinct_rows
from dosecal.model.messages import NOTHING, Msg, joined
from dosecal.model.quantity import column_digits
from dosecal.model.struct import replace
from dosecal.model.worked_dose import WeightFlag, WeightState
from dosecal.report.messages import visit_words, words
from dosecal.report.messages.doubt_words import doubt_words
from dosecal.report.messages.notes import JOINT, About
from dosecal.report.messages.rate_words import rate_not_known
from dosecal.report.messages.weight_words import WeightFacts, flag_words
from dosecal.report.tables.closed_days import closed_day_column, closed_day_notes
from dosecal.report.tables.columns import DateCodes, coded, constant, decimals, paired
from dosecal.report.tables.conditional import condition_notes, things_at_rows
from dosecal.report.tables.date_columns import (
    booking_notes,
    date_columns,
    dose_booking_notes,
    dose_date_notes,
    visit_date_notes,
)
from dosecal.report.tables.dose_follow_up import dose_condition_notes, dose_day_notes, dose_record_notes, overlap_notes
from dosecal.report.tables.follow_up import booked_columns, follow_up_columns, follow_up_notes, wider_columns
from dosecal.report.tables.noted import as_texts, in_turn, noted
from dosecal.report.tables.prepared_columns import preparation_columns, preparation_notes
from dosecal.report.tables.table import Column, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dosecal.model.cohort import Dates, Indices
    from dosecal.model.protocol import Protocol, Visit
    from dosecal.model.schedule import PlannedDoses, Schedule
    from dosecal.model.worked_dose import WorkedDose
    from dosecal.report.tables.noted import Notes, Texts
    from dosecal.report.tables.table import Codes


def visits_table(schedule: Schedule) -> Table:
    """One row a subject and visit: subjects in input order, visits by target date, then in file order."""
    protocol, cohort, visits = schedule.protocol, schedule.cohort, schedule.visits
    arms = len(protocol.arms)
    at = visits.visit.astype(np.int64) * arms + cohort.arm[visits.subject]
    target, end = DateCodes(visits.target), DateCodes(visits.window_end)
    columns = (
        *_study(protocol),
        *_subjects(schedule, visits.subject),
        *_visit_columns(protocol, at),
        DateCodes(visits.anchor_date).dates("anchor_date"),
        target.dates("target_date"),
        target.weekdays("weekday"),
        DateCodes(visits.window_start).dates("window_start"),
        end.dates("window_end"),
        target.dates("planned_date")
        if visits.planned is visits.target
        else DateCodes(visits.planned).dates("planned_date"),
        closed_day_column(schedule.closed_visits),
        *follow_up_columns(schedule.adherence),
        _listed("doses", *things_at_rows(schedule, protocol.regimens, at)),
        _listed("assessments", *things_at_rows(schedule, protocol.assessments, at)),
        coded("notes", *as_texts(visit_notes_of(schedule, at))),
        *date_columns(schedule),
        *booked_columns(schedule),
        *wider_columns(schedule),
    )
    return Table("visits", len(visits), columns)


def assessments_table(schedule: Schedule) -> Table:
    """One row a subject, visit and assessment, in the order of the visits table and of the protocol file.

    A visit without any assessment keeps one row with an empty one, so that no visit is lost.
    """
    visits = visits_table(schedule)
    protocol, rows = schedule.protocol, schedule.visits
    at = rows.visit.astype(np.int64) * len(protocol.arms) + schedule.cohort.arm[rows.subject]
    lists, code = things_at_rows(schedule, protocol.assessments, at)
    repeat = np.array([max(len(ids), 1) for ids in lists] or [1], dtype=np.int64)[code]
    source = np.repeat(np.arange(len(rows)), repeat)
    ids = ["", *(assessment.id for assessment in protocol.assessments)]
    places = {name: place for place, name in enumerate(ids)}
    starts = np.cumsum(repeat) - repeat
    codes = np.empty(len(source), dtype=np.int64)
    for place, names in enumerate(lists):
        piece = np.array([places[name] for name in names or ("",)], dtype=np.int64)
        codes[starts[np.flatnonzero(code == place)][:, None] + np.arange(len(piece))] = piece
    return _with_assessments(visits, source, coded("assessment", ids, codes))


def _with_assessments(visits: Table, source: Codes, assessment: Column) -> Table:
    taken: dict[int, Codes] = {}

    def codes_of(column: Column) -> Codes | None:
        if column.codes is None:
            return None
        return taken.setdefault(id(column.codes), column.codes[source])

    columns = tuple(assessment if c.name == "assessments" else replace(c, codes=codes_of(c)) for c in visits.columns)
    return Table("assessments", len(source), columns)


def doses_table(schedule: Schedule) -> Table:
    """One row a subject and planned dose: subjects in input order, doses by date."""
    protocol, doses = schedule.protocol, schedule.doses
    visits = doses.visit.astype(np.int64)
    regimens = doses.regimen.astype(np.int64)
    planned = DateCodes(doses.planned)
    columns = (
        *_study(protocol),
        *_subjects(schedule, doses.subject),
        coded("regimen", [r.id for r in protocol.regimens] or [""], regimens),
        _whole_numbers("dose_number", doses.number),
        coded("visit", [v.id for v in protocol.visits], visits),
        coded("study_day", [visit_words.study_day_words(protocol, v) for v in protocol.visits], visits),
        planned.dates("planned_date"),
        coded("dose_rule", [words.dose_rule_words(r) for r in protocol.regimens] or [""], regimens),
        *_weights(schedule),
        *_amounts(doses),
        coded("product", [r.product for r in protocol.regimens] or [""], regimens),
        *preparation_columns(schedule.prepared),
        _dose_notes(schedule),
        _dose_levels(schedule),
        planned.weekdays("weekday"),
        closed_day_column(schedule.closed_doses),
        *(() if schedule.record is None else (DateCodes(doses.day).dates("dose_date"),)),
    )
    return Table("doses", len(doses), columns)


def _dose_levels(schedule: Schedule) -> Column:
    """The level that each dose is of; empty for none."""
    doses, names = schedule.doses, [""]
    if not any(regimen.levels for regimen in schedule.protocol.regimens):
        return constant("dose_level")
    starts = []
    for regimen in schedule.protocol.regimens:
        starts.append(len(names))
        names += [level.id for level in regimen.levels]
    of_regimen = np.array(starts, dtype=np.int64)[doses.regimen]
    return coded("dose_level", names, np.where(doses.level >= 0, of_regimen + doses.level, 0))


def _study(protocol: Protocol) -> tuple[Column, ...]:
    return (
        constant("study", protocol.study),
        constant("protocol_version", protocol.version),
        constant("protocol_sha256", protocol.digest),
    )


def _subjects(schedule: Schedule, subject: Indices) -> tuple[Column, ...]:
    cohort, codes = schedule.cohort, subject.astype(np.int64)
    arm_ids = [arm.id for arm in schedule.protocol.arms]
    return (
        coded("subject_id", cohort.ids, codes),
        coded("site", cohort.sites, codes),
        coded("arm", [arm_ids[arm] for arm in cohort.arm.tolist()], codes),
    )


def _visit_columns(protocol: Protocol, at: Codes) -> tuple[Column, ...]:
    def column(name: str, say: Callable[[Visit], str], kind: Kind = Kind.TEXT) -> Column:
        return _by_visit_and_arm(name, protocol, at, lambda visit, _: say(visit), kind)

    return (
        column("visit", lambda v: v.id),
        column("visit_label", lambda v: v.label),
        column("epoch", lambda v: v.epoch),
        column("study_day", lambda v: visit_words.study_day_words(protocol, v)),
        column("offset_days", lambda v: "" if v.offset is None else str(v.offset), Kind.WHOLE),
        column("anchor", lambda v: v.reference),
    )


def _by_visit_and_arm(
    name: str, protocol: Protocol, at: Codes, say: Callable[[Visit, str], str], kind: Kind = Kind.TEXT
) -> Column:
    """A column whose text depends on the visit and the arm: ``at`` is visit times arms, plus arm."""
    return Column(name, kind, tuple(say(visit, arm.id) for visit in protocol.visits for arm in protocol.arms), at)


def _listed(name: str, lists: list[tuple[str, ...]], codes: Codes) -> Column:
    return coded(name, [JOINT.join(ids) for ids in lists], codes)


def _whole_numbers(name: str, numbers: Indices) -> Column:
    most = int(np.max(numbers)) if len(numbers) else 0
    return coded(name, [str(number) for number in range(most + 1)], numbers.astype(np.int64), Kind.WHOLE)


def visit_notes_of(schedule: Schedule, at: Codes) -> Notes:
    """What is said beside each visit; ``at`` is visit times arms, plus arm."""
    protocol = schedule.protocol
    arms = [arm.id for arm in protocol.arms]
    notes: Notes = [visit_words.visit_notes(visit, protocol, arm) for visit in protocol.visits for arm in arms], at
    ages, bookings = _age_notes(schedule), booking_notes(schedule)
    after = (
        None if ages is None else noted(ages[0], ages[1][schedule.visits.subject], About.ALL_ROWS),
        visit_date_notes(schedule),
        condition_notes(schedule, at),
    )
    before = (
        None if schedule.adherence is None else follow_up_notes(schedule.adherence),
        None if schedule.closed_visits is None else closed_day_notes(schedule.closed_visits),
        None if bookings is None else noted(*bookings),
    )
    for more in after:
        notes = notes if more is None else in_turn(notes, more)
    for more in before:
        notes = notes if more is None else in_turn(more, notes)
    return notes


def _age_notes(schedule: Schedule) -> Texts | None:
    """A note for each subject whose age is outside the protocol's range; None where there is none."""
    rows = np.flatnonzero(schedule.age_is_outside)
    if not len(rows):
        return None
    start = schedule.cohort.anchors[:, 0]
    said: dict[Msg, int] = {NOTHING: 0}
    codes = np.zeros(len(schedule.cohort), dtype=np.int64)
    for row in rows.tolist():
        text = visit_words.age_words(int(schedule.age[row]), str(start[row]), schedule.protocol)
        codes[row] = said.setdefault(text, len(said))
    return list(said), codes


def _weights(schedule: Schedule) -> tuple[Column, ...]:
    doses, weights = schedule.doses, schedule.cohort.weights
    used = doses.weight >= 0
    codes = np.zeros(len(doses), dtype=np.int64)
    codes[used] = weights.value[doses.weight[used]] + 1
    dates: Dates = np.full(len(doses), np.datetime64("NaT", "D"))
    dates[used] = weights.date[doses.weight[used]]
    texts = ["", *(column_digits(kilograms) for kilograms in weights.kilograms)]
    return coded("weight_kg", texts, codes, Kind.DECIMAL), DateCodes(dates).dates("weight_date")


def _amounts(doses: PlannedDoses) -> tuple[Column, ...]:
    codes = doses.worked.astype(np.int64) + 1

    def column(name: str, say: Callable[[WorkedDose], str]) -> Column:
        return coded(name, ["", *(say(one) for one in doses.calculations)], codes)

    return (
        decimals("calculated_dose", [None, *(one.calculated.value for one in doses.calculations)], codes),
        decimals("ordered_dose", [None, *(one.ordered.value for one in doses.calculations)], codes),
        column("unit", lambda one: one.ordered.unit.symbol),
        column("limited_by", lambda one: one.limited_by.value),
    )


def _dose_notes(schedule: Schedule) -> Column:
    protocol, doses = schedule.protocol, schedule.doses
    regimens = [joined((words.weight_words(r), words.unstated_words(r))) for r in protocol.regimens]
    said = [
        *_calculated_notes(doses),
        _weight_flags(schedule),
        preparation_notes(schedule.prepared),
        _unknown_rates(schedule),
        ((NOTHING, Msg("the weight has no date")), _is_undated(schedule).astype(np.int64)),
        _horizons(schedule),
        dose_date_notes(schedule),
        overlap_notes(schedule),
        dose_condition_notes(schedule),
        dose_day_notes(schedule),
        dose_record_notes(schedule),
        (regimens or [NOTHING], doses.regimen.astype(np.int64)),
        _dose_age_notes(schedule),
    ]
    notes: tuple[Sequence[str], Codes] = ([""], np.zeros(len(doses), dtype=np.int64))
    for one in said:
        notes = notes if one is None else paired(notes, one, JOINT)
    if schedule.closed_doses is not None:
        notes = paired(as_texts(closed_day_notes(schedule.closed_doses)), notes, JOINT)
    bookings = dose_booking_notes(schedule)
    notes = notes if bookings is None else paired(bookings, notes, JOINT)
    return coded("notes", *notes)


def _calculated_notes(doses: PlannedDoses) -> list[Texts]:
    """What is to be said of how each dose came about, or why there is none."""
    worked, open_range = doses.worked.astype(np.int64) + 1, doses.open_range.astype(np.int64) + 1

    def of_calculation(say: Callable[[WorkedDose], Msg]) -> Texts:
        return [NOTHING, *(say(one) for one in doses.calculations)], worked

    return [
        ([words.WEIGHT_STATES[state] for state in WeightState], doses.weight_state.astype(np.int64)),
        of_calculation(lambda one: doubt_words(one.doubts)),
        of_calculation(words.limit_words),
        ([NOTHING, *(words.open_range_words(one.range) for one in doses.open_ranges)], open_range),
        ([NOTHING, *(doubt_words(one.doubts) for one in doses.open_ranges)], open_range),
        of_calculation(words.measure_words),
        of_calculation(words.part_words),
        of_calculation(words.range_words),
    ]


def _unknown_rates(schedule: Schedule) -> Texts:
    """That the rate of a dose is not known in mL per hour, where its product says nothing that could be prepared."""
    protocol, doses = schedule.protocol, schedule.doses
    rates = [one.rate for one in protocol.regimens]
    texts = [NOTHING if one is None else rate_not_known(one) for one in rates]
    is_bare = (doses.worked >= 0) & (schedule.prepared.place < 0)
    return [NOTHING, *texts], np.where(is_bare, doses.regimen.astype(np.int64) + 1, 0)


def _is_undated(schedule: Schedule) -> NDArray[np.bool_]:
    """(n,) Whether a dose takes a weight that has no date."""
    return (schedule.doses.weight >= 0) & np.isnat(_weight_dates(schedule))


def _horizons(schedule: Schedule) -> Texts:
    """How far cycles without an end are planned, on each dose of theirs."""
    protocol = schedule.protocol
    return [visit_words.horizon_words(one, protocol) for one in protocol.visits], schedule.doses.visit.astype(np.int64)


def _dose_age_notes(schedule: Schedule) -> Texts | None:
    ages = _age_notes(schedule)
    return None if ages is None else (ages[0], ages[1][schedule.doses.subject])


def _weight_flags(schedule: Schedule) -> Texts:
    """What is to be said of each dose's weight, once for each distinct case."""
    doses, weights = schedule.doses, schedule.cohort.weights
    flagged = np.flatnonzero(doses.weight_flags)
    codes = np.zeros(len(doses), dtype=np.int64)
    if not len(flagged):
        return [NOTHING], codes
    used = doses.weight[flagged]
    earlier = np.where(used > 0, used - 1, -1)
    is_own = (earlier >= 0) & (weights.subject[earlier] == weights.subject[used])
    places = (used, doses.weight_before[flagged], doses.weight_found[flagged], np.where(is_own, earlier, -1))
    values = [np.where(place >= 0, weights.value[place], -1) for place in places]
    rows = np.stack([doses.regimen[flagged], doses.weight_flags[flagged], *values], axis=1)
    first, of_row = distinct_rows(*rows.T)
    texts = [NOTHING]
    for regimen, flags, *kilograms in rows[first].tolist():
        facts = WeightFacts(WeightFlag(flags), *(weights.kilograms[one] if one >= 0 else None for one in kilograms))
        texts.append(flag_words(facts, schedule.protocol.regimens[regimen].weight))
    codes[flagged] = of_row + 1
    return texts, codes


def _weight_dates(schedule: Schedule) -> Dates:
    doses, weights = schedule.doses, schedule.cohort.weights
    if not len(weights.date):
        return np.full(len(doses), np.datetime64("NaT", "D"))
    return weights.date[np.maximum(doses.weight, 0)]
