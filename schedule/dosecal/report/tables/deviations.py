"""The deviations from a protocol as a table: rule, what was planned, what happened, and by how much.

Conventions: one row a deviation; ``days_out`` and, where times of day were compared, ``minutes_out`` are signed,
negative for too early; a percent is of the ordered dose.
Amounts are plain exact digits with their unit.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.conditions import Truth
from dosecal.model.findings import DeviationKind
from dosecal.model.messages import NOTHING, Msg, joined, msgid, unsaid
from dosecal.model.quantity import COLUMN_PLACES, Amount, column_digits, has_fraction, plain_digits
from dosecal.model.spoken import number_digits, of_unit, signed_percent
from dosecal.model.struct import Struct, replace
from dosecal.report.messages import visit_words, words
from dosecal.report.messages.words import NONE_STATED
from dosecal.report.tables.columns import constant, decimals, listed
from dosecal.report.tables.table import Kind, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from dosecal.model.cohort import Dates
    from dosecal.model.findings import Deviations, DoseComparison, GivenDoses
    from dosecal.model.regimen import Regimen
    from dosecal.model.schedule import Schedule

NOT_HELD = Msg("not held")
MOST_PLACES = 6
"""In a note, a percent without a finite decimal form is rounded to so many places."""


class _Said(Struct, frozen=True):
    """What the table says of one deviation."""

    rule: Msg
    planned: Msg
    actual: Msg
    days_out: str = ""
    percent: Fraction | None = None
    notes: tuple[Msg, ...] = ()
    wider_days_out: str = ""
    minutes_out: str = ""


def deviations_table(schedule: Schedule, deviations: Deviations, given: GivenDoses) -> Table:
    """One row a deviation: subjects in input order, each one's in the order of the plan.

    Args:
        schedule: The schedule, followed up.
        deviations: Its deviations.
        given: Its doses on record, compared.
    """
    protocol, cohort, visits = schedule.protocol, schedule.cohort, schedule.visits
    subjects = visits.subject[deviations.visit_row].tolist()
    places = visits.visit[deviations.visit_row].tolist()
    kinds = [DeviationKind(kind) for kind in deviations.kind.tolist()]
    said = [_said(schedule, deviations, given, row, kind) for row, kind in enumerate(kinds)]
    columns = (
        constant("study", protocol.study),
        constant("protocol_version", protocol.version),
        constant("protocol_sha256", protocol.digest),
        listed("subject_id", [cohort.ids[subject] for subject in subjects]),
        listed("site", [cohort.sites[subject] for subject in subjects]),
        listed("arm", [protocol.arms[int(cohort.arm[subject])].id for subject in subjects]),
        listed("visit", [protocol.visits[place].id for place in places]),
        listed("deviation", [kind.words for kind in kinds]),
        listed("rule", [one.rule for one in said]),
        listed("planned", [one.planned for one in said]),
        listed("actual", [one.actual for one in said]),
        listed("days_out", [one.days_out for one in said], Kind.WHOLE),
        decimals("deviation_percent", [None, *(one.percent for one in said)], np.arange(1, len(said) + 1)),
        listed("notes", [joined(one.notes) for one in said]),
        listed("wider_days_out", [one.wider_days_out for one in said], Kind.WHOLE),
        listed("minutes_out", [one.minutes_out for one in said], Kind.WHOLE),
    )
    return Table("deviations", len(deviations), columns)


def _said(schedule: Schedule, deviations: Deviations, given: GivenDoses, row: int, kind: DeviationKind) -> _Said:
    visit_row = int(deviations.visit_row[row])
    if kind in _OF_A_DOSE:
        return _dose_said(schedule, given, int(deviations.given[row]))
    days = int(deviations.days_out[row])
    if kind in _OF_A_GAP:
        return _gap_said(schedule, visit_row, kind, days)
    say: dict[DeviationKind, Callable[[Schedule, int], tuple[Msg, Msg]]] = {
        DeviationKind.MAYBE_MISSED: _unknown_rule,
        DeviationKind.AFTER_ENDING: _ending_rule,
        DeviationKind.NOT_FOR_SUBJECT: _condition_rule,
    }
    rule, planned = say.get(kind, _window_rule)(schedule, visit_row)
    actual = NOTHING if schedule.adherence is None else _iso(schedule.adherence.actual, visit_row)
    wider = _wider_days_out(schedule, visit_row, kind)
    return _Said(rule, planned, actual, str(days) if days else "", None, _visit_notes(schedule, visit_row), wider)


_OF_A_GAP = (DeviationKind.TOO_SOON, DeviationKind.MAYBE_TOO_SOON)
_OF_A_DOSE = (
    DeviationKind.OUT_OF_TOLERANCE,
    DeviationKind.OTHER_DOSE,
    DeviationKind.OTHER_UNIT,
    DeviationKind.OUT_OF_RANGE,
)
_OF_TWO_WINDOWS = (
    DeviationKind.EARLY_IN_WIDER,
    DeviationKind.LATE_IN_WIDER,
    DeviationKind.EARLY_FOR_BOTH,
    DeviationKind.LATE_FOR_BOTH,
)


def _wider_days_out(schedule: Schedule, row: int, kind: DeviationKind) -> str:
    """Days from the wider window to the actual date, 0 inside it; empty for deviations from no wider window."""
    if schedule.adherence is None or kind not in _OF_TWO_WINDOWS:
        return ""
    return str(int(schedule.adherence.wider_days_out[row]))


def _iso(dates: Dates, row: int) -> Msg:
    return NOTHING if np.isnat(dates[row]) else unsaid(str(dates[row]))


def _span(start: Msg, end: Msg) -> Msg:
    return start if start == end else Msg("{low} to {high}", low=start, high=end)


def _window_rule(schedule: Schedule, row: int) -> tuple[Msg, Msg]:
    visits = schedule.visits
    visit = schedule.protocol.visits[int(visits.visit[row])]
    if visit.window is None:
        return Msg("window: {window}", window=NONE_STATED), _iso(visits.target, row)
    span = _span(_iso(visits.window_start, row), _iso(visits.window_end, row))
    rule = Msg("window {window}: {days}", window=visit_words.window_words(schedule.protocol, visit), days=span)
    if visit.wider is not None:
        wider = _span(_iso(visits.wider_start, row), _iso(visits.wider_end, row))
        rule = joined((rule, Msg("wider window {window}: {days}", window=visit.wider.words, days=wider)))
    return rule, _iso(visits.target, row)


def _gap_said(schedule: Schedule, row: int, kind: DeviationKind, days: int) -> _Said:
    """A visit that was held too soon after others, by dates or by the clock, or of which that is not known."""
    visits, record = schedule.visits, schedule.record
    visit = schedule.protocol.visits[int(visits.visit[row])]
    if visits.gaps is None or record is None or schedule.adherence is None:
        message = "gaps are judged where the protocol asks for them and something is on record"
        raise ValueError(message)
    rule, notes = joined(visit_words.gap_sentences(visit)), _visit_notes(schedule, row)
    start = record.actuals.start[visits.subject[row], visits.visit[row]]
    by_clock = any(gap.hours for gap in visit.gaps)
    actual = _iso(schedule.adherence.actual, row)
    actual = unsaid(visit_words.moment_words(start)) if by_clock and not np.isnat(start) else actual
    if kind is DeviationKind.MAYBE_TOO_SOON:
        waits = Msg("a time is not on record")
        if not visits.gaps.is_known[row]:
            waits = Msg("what the gap runs from is not on record")
        planned = Msg("for certain from {moment} on", moment=visit_words.moment_words(visits.gaps.latest[row]))
        return _Said(rule, planned, actual, notes=(waits, *notes))
    over = visits.gaps.sure[row]
    minutes = int((start - over).astype(np.int64)) if by_clock and not np.isnat(start) else 0
    soon = (Msg("too soon by {time}", time=_hours_words(-minutes)),) if minutes else ()
    planned = Msg("from {moment} on", moment=visit_words.moment_words(over))
    said = _Said(rule, planned, actual, str(days) if days else "", notes=(*soon, *notes))
    return replace(said, minutes_out=str(minutes) if minutes else "")


def _hours_words(minutes: int) -> Msg:
    """So many minutes in hours, where two decimals say them exactly, or else in hours and minutes."""
    hours, rest = divmod(minutes, 60)
    if rest * 100 % 60:
        if hours:
            return Msg("{hours} h {minutes} min", hours=str(hours), minutes=str(rest))
        return of_unit(str(rest), "min")
    return of_unit(plain_digits(Fraction(minutes, 60)), "h")


def _unknown_rule(schedule: Schedule, row: int) -> tuple[Msg, Msg]:
    visits = schedule.visits
    condition = schedule.protocol.visits[int(visits.visit[row])].condition
    rule = NOTHING if condition is None else visit_words.condition_words("", condition, Truth.NOT_KNOWN)
    return rule, _iso(visits.target, row)


def _ending_rule(schedule: Schedule, row: int) -> tuple[Msg, Msg]:
    record = schedule.record
    if record is None:
        return NOTHING, NOTHING
    subject = int(schedule.visits.subject[row])
    endings = (
        (msgid("off treatment on {day}"), record.actuals.off_treatment),
        (msgid("off study on {day}"), record.actuals.off_study),
    )
    said = [Msg(template, day=_iso(dates, subject)) for template, dates in endings if not np.isnat(dates[subject])]
    return joined(said), NOT_HELD


def _condition_rule(schedule: Schedule, row: int) -> tuple[Msg, Msg]:
    condition = schedule.protocol.visits[int(schedule.visits.visit[row])].condition
    return NOTHING if condition is None else Msg("only if {condition}", condition=condition.words), NOT_HELD


def _visit_notes(schedule: Schedule, row: int) -> tuple[Msg, ...]:
    visits, record = schedule.visits, schedule.record
    at = -1 if record is None else int(record.row[visits.subject[row], visits.visit[row]])
    return _record_notes(schedule, at)


def _dose_said(schedule: Schedule, given: GivenDoses, place: int) -> _Said:
    comparison = given.comparisons[int(given.comparison[place])]
    regimen = schedule.protocol.regimens[int(given.regimen[place])]
    planned = _planned(comparison)
    notes = _record_notes(schedule, int(given.record_row[place]))
    percent = None
    if comparison.is_comparable:
        percent = comparison.deviation_percent
        notes = (*notes, *_of_given(comparison, regimen))
        if has_fraction(percent):
            notes = (*notes, Msg("rounded half up to {n} decimals", n=str(COLUMN_PLACES)))
    elif comparison.is_allowed is None:
        notes = (*notes, Msg("nothing is compared: no ordered dose in the same unit"))
    notes = (*notes, *_of_range(comparison))
    tolerance = NONE_STATED if regimen.tolerance is None else regimen.tolerance.words
    dose = Msg("{what}: {reason}", what=regimen.id, reason=words.dose_rule_words(regimen))
    rule = joined((dose, Msg("tolerance: {tolerance}", tolerance=tolerance)))
    return _Said(rule, planned, _amount(comparison.given), "", percent, notes)


def _planned(comparison: DoseComparison) -> Msg:
    """The ordered dose, or the range where the protocol aims at none of its doses."""
    if comparison.ordered is not None:
        return _amount(comparison.ordered)
    if comparison.allowed is None:
        return Msg("to be determined")
    low, high = comparison.allowed
    return Msg("{low} to {high}", low=column_digits(low.value), high=_amount(high))


def _of_range(comparison: DoseComparison) -> tuple[Msg, ...]:
    """How the given dose lies in the range, where the protocol states one."""
    if comparison.allowed is None or comparison.is_allowed is None:
        return ()
    low, high = comparison.allowed
    if comparison.is_allowed:
        allowed = words.plain_amount_words(high, number_digits(low.value, low.unit))
        return (Msg("inside the allowed {range}", range=allowed),)
    end, template = high, msgid("{off} over the greatest allowed dose, {end}")
    if comparison.given.value < low.value:
        end, template = low, msgid("{off} under the least allowed dose, {end}")
    off = words.plain_amount_words(Amount(abs(comparison.given.value - end.value), end.unit))
    return (Msg(template, off=off, end=words.plain_amount_words(end)),)


def _of_given(comparison: DoseComparison, regimen: Regimen) -> tuple[Msg, ...]:
    """The deviation in percent of the given dose, where the protocol's tolerance is of that; else nothing."""
    tolerance, percent = regimen.tolerance, comparison.percent_of_given
    if tolerance is None or tolerance.percent is None or tolerance.is_of_ordered or percent is None:
        return ()
    return (Msg("of the given dose: {percent}", percent=signed_percent(percent, MOST_PLACES)),)


def _record_notes(schedule: Schedule, row: int) -> tuple[Msg, ...]:
    if schedule.record is None or row < 0:
        return ()
    note = schedule.record.record.texts[schedule.record.record.note[row]]
    return (unsaid(note),) if note else ()


def _amount(amount: Amount) -> Msg:
    return unsaid(f"{column_digits(amount.value)} {amount.unit.symbol}")
