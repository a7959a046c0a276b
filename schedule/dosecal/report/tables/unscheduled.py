"""Visits without a name as a table: which planned visit each could have been."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.counts import counted
from dosecal.model.findings import Fit
from dosecal.model.messages import COMMA, NOTHING, Msg, msgid
from dosecal.report.messages.notes import JOINT
from dosecal.report.tables.columns import constant, listed
from dosecal.report.tables.table import Kind, Table

if TYPE_CHECKING:
    from dosecal.model.findings import Matches
    from dosecal.model.schedule import Schedule

_FIT_WORDS = {
    Fit.ONE_WINDOW: Msg("one window"),
    Fit.SEVERAL_WINDOWS: Msg("ambiguous"),
    Fit.GAP: Msg("gap"),
    Fit.SOON_BEFORE_NEXT: Msg("early for the next"),
    Fit.BEFORE_ALL: Msg("before all"),
    Fit.AFTER_ALL: Msg("after all"),
    Fit.NO_VISITS: Msg("no visits"),
}


def unscheduled_table(schedule: Schedule, matches: Matches) -> Table:
    """One row a visit without a name, in the order of the record.

    Args:
        schedule: The schedule, followed up.
        matches: Where its visits without a name lie among its windows.
    """
    record = schedule.record
    subjects = [] if record is None else record.unscheduled_subject.tolist()
    rows = [] if record is None else record.unscheduled_row.tolist()
    cohort, protocol = schedule.cohort, schedule.protocol
    dates = [] if record is None else [str(record.record.date[row]) for row in rows]
    notes = [] if record is None else [record.record.texts[record.record.note[row]] for row in rows]
    fits = [Fit(fit) for fit in matches.fit.tolist()]
    first, second = (_ids(schedule, places.tolist()) for places in (matches.first, matches.second))
    counts, early = matches.windows.tolist(), matches.days_early.tolist()
    found = [
        _finding(*one, has_window=has_window)
        for *one, has_window in zip(fits, first, second, counts, early, _has_windows(schedule, matches), strict=True)
    ]
    missed = _ids(schedule, matches.missed.tolist())
    notes = [
        JOINT.join(said for said in (note, _missed(visit)) if said) for note, visit in zip(notes, missed, strict=True)
    ]
    columns = (
        constant("study", protocol.study),
        constant("protocol_version", protocol.version),
        constant("protocol_sha256", protocol.digest),
        listed("subject_id", [cohort.ids[subject] for subject in subjects]),
        listed("site", [cohort.sites[subject] for subject in subjects]),
        listed("arm", [protocol.arms[int(cohort.arm[subject])].id for subject in subjects]),
        listed("date", dates, Kind.DATE),
        listed("fit", [_FIT_WORDS[fit] for fit in fits]),
        listed(
            "visit",
            [two if fit is Fit.SOON_BEFORE_NEXT else one for fit, one, two in zip(fits, first, second, strict=True)],
        ),
        listed(
            "next_visit", ["" if fit is Fit.SOON_BEFORE_NEXT else two for fit, two in zip(fits, second, strict=True)]
        ),
        listed("finding", found),
        listed("notes", notes),
    )
    return Table("unscheduled", len(rows), columns)


def _ids(schedule: Schedule, rows: list[int]) -> list[str]:
    visits = schedule.protocol.visits
    return [visits[int(schedule.visits.visit[row])].id if row >= 0 else "" for row in rows]


def _has_windows(schedule: Schedule, matches: Matches) -> list[bool]:
    """Whether a window is stated for the first visit of each match."""
    visits = schedule.protocol.visits
    return [row >= 0 and visits[int(schedule.visits.visit[row])].window is not None for row in matches.first.tolist()]


def _missed(visit: str) -> Msg:
    return Msg("{visit} is on record as missed, and this day fits it", visit=visit) if visit else NOTHING


def _finding(fit: Fit, first: str, second: str, windows: int, early: int, *, has_window: bool) -> Msg:
    visits = Msg(COMMA, first=first, rest=second)
    if windows > 2:  # noqa: PLR2004 - two are named
        visits = Msg("{visits} and {n} more", visits=visits, n=str(windows - 2))
    template = (_FINDINGS if has_window else {**_FINDINGS, **_WITHOUT_WINDOW})[fit]
    days = counted(early, "day")
    return Msg(template, first=first, second=second, visits=visits, n=str(windows), days=days)


_FINDINGS = {
    Fit.ONE_WINDOW: msgid("fits the window of {first}: name it in the file if it was that visit"),
    Fit.SEVERAL_WINDOWS: msgid("fits {n} windows: {visits}; name the one that it was"),
    Fit.GAP: msgid("gap between {first} and {second}: unscheduled, after {first}"),
    Fit.SOON_BEFORE_NEXT: msgid("counts for {second}, {days} before its window"),
    Fit.BEFORE_ALL: msgid("before the first visit, {second}"),
    Fit.AFTER_ALL: msgid("after {first}, and before no further visit"),
    Fit.NO_VISITS: msgid("no visit of the subject has a date"),
}
_WITHOUT_WINDOW = {
    Fit.ONE_WINDOW: msgid("is the target of {first}: name it in the file if it was that visit"),
    Fit.SEVERAL_WINDOWS: msgid("fits {n} visits: {visits}; name the one that it was"),
}
"""The same where the first visit has no window."""
