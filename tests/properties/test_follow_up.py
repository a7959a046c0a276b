"""Invariants of what happened and what it moves, over random protocols, records and days."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dosecal.load.tables.actuals_file import read_actuals
from dosecal.load.tables.cohort_file import read_table
from dosecal.load.tables.subjects import SubjectReader
from dosecal.model.adherence import VisitStatus
from dosecal.model.problems import PlanError
from dosecal.planning.dates.cascade import Cascade, reschedule
from dosecal.planning.record.follow_up import follow_up
from dosecal.planning.record.record import join_record
from dosecal.planning.resolve import plan_schedule
from dosecal.report.tables.moves import booked_table
from tests.example_protocols import protocol_of, protocol_text

if TYPE_CHECKING:
    from dosecal.model.schedule import Schedule

START = date(2026, 3, 2)
HEADER = ("subject_id", "visit", "date", "status")
Rows = list[tuple[str, ...]]
STATUSES = ("done", "missed", "cancelled", "planned")


@dataclass(frozen=True)
class Case:
    """A protocol of some visits, what is on record of one subject, and the day of judgement.

    Attributes:
        visits: Days after the start and the window's days on both sides, -1 for none stated; or, for a visit that
            follows the one before, days after it and True.
        rows: The place of a visit, its status, and days after the start.
        ending: Days after the start at which the subject left the study; -1 for never.
        as_of: Days after the start.
    """

    visits: tuple[tuple[int, int, bool], ...]
    rows: tuple[tuple[int, str, int], ...]
    ending: int
    as_of: int

    @property
    def text(self) -> str:
        """The protocol."""
        lines = []
        for place, (day, window, follows) in enumerate(self.visits):
            width = "" if window < 0 else f", window: ±{window} days"
            if follows and place:
                lines.append(f"v{place}: {{days: {day}, after: v{place - 1}, counted_from: actual{width}}}")
            else:
                lines.append(f"v{place}: {{days: {day}{width}}}")
        return protocol_text(visits="\n".join(lines))

    @property
    def record_rows(self) -> Rows:
        """The rows of the actuals file."""
        rows: Rows = [
            ("1", f"v{place}", str(START + timedelta(days=day)), status)
            for place, status, day in self.rows
            if place < len(self.visits)
        ]
        if self.ending >= 0:
            rows.append(("1", "off_study", str(START + timedelta(days=self.ending)), "done"))
        return rows


CASES = st.builds(
    Case,
    visits=st.lists(st.tuples(st.integers(0, 40), st.integers(-1, 4), st.booleans()), min_size=1, max_size=6).map(
        tuple
    ),
    rows=st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(STATUSES), st.integers(0, 60)),
        max_size=5,
        unique_by=lambda row: row[0],
    ).map(tuple),
    ending=st.integers(-1, 60),
    as_of=st.integers(-5, 80),
)


def followed(case: Case, rows: Rows, header: tuple[str, ...] = HEADER) -> Schedule:
    """The followed schedule of the one subject, by these rows of the actuals file."""
    protocol = protocol_of(case.text)
    subjects = read_table(io.BytesIO(f"subject_id,arm,start\n1,control,{START}\n".encode()), "s.csv")
    ((cohort, _),) = SubjectReader(protocol).read(subjects)
    text = "\n".join(",".join(row) for row in (header, *rows)) + "\n"
    record = read_actuals(read_table(io.BytesIO(text.encode()), "a.csv"))
    as_of = np.datetime64(START + timedelta(days=case.as_of), "D")
    joined, problems = join_record(record, protocol, cohort, as_of)
    assert problems == ()
    return follow_up(plan_schedule(protocol, cohort, joined.actuals), joined, as_of)


def said(schedule: Schedule) -> dict[str, tuple[str, str, str]]:
    """The status, planned and booked date of each visit."""
    assert schedule.adherence is not None
    assert schedule.record is not None
    visits, booked = schedule.visits, schedule.record.actuals.booked[0]
    return {
        schedule.protocol.visits[place].id: (VisitStatus(status).words, str(planned), str(booked[place]))
        for place, status, planned in zip(
            visits.visit.tolist(), schedule.adherence.status.tolist(), visits.planned, strict=True
        )
    }


@given(CASES)
def test_every_visit_has_exactly_one_status_that_its_dates_allow(case: Case) -> None:
    schedule = followed(case, case.record_rows)
    assert schedule.adherence is not None
    assert schedule.record is not None
    as_of = schedule.adherence.as_of
    visits, actuals = schedule.visits, schedule.record.actuals
    assert len(schedule.adherence.status) == len(visits) == len(case.visits)
    for row, status in enumerate(map(VisitStatus, schedule.adherence.status.tolist())):
        held = actuals.date[0, visits.visit[row]]
        is_held = status in {VisitStatus.DONE, VisitStatus.DONE_EARLY, VisitStatus.DONE_LATE}
        assert is_held == (not np.isnat(held) and bool(held <= as_of))
        if status is VisitStatus.DUE:
            assert not visits.window_end[row] < as_of
        if status is VisitStatus.OVERDUE:
            assert visits.window_end[row] < as_of
        if status is VisitStatus.DONE_EARLY:
            assert held < visits.window_start[row]
        if status is VisitStatus.DONE_LATE:
            assert held > visits.window_end[row]


@given(CASES, st.randoms(use_true_random=False))
def test_order_of_the_file_does_not_matter(case: Case, random: object) -> None:
    shuffled = list(case.record_rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert said(followed(case, case.record_rows)) == said(followed(case, shuffled))


def applied(
    case: Case, rows: Rows, header: tuple[str, ...], to: tuple[str, int], how: Cascade
) -> tuple[Rows, tuple[str, ...]] | None:
    """The rows and the header of the actuals file after a visit was moved; None where it can't be."""
    schedule = followed(case, rows, header)
    try:
        moves = reschedule(schedule, *to, how)
    except PlanError:
        return None
    table = booked_table(header, rows, schedule, moves, "")
    cells = [column.cells(table.rows) for column in table.columns]
    return list(zip(*cells, strict=True)), table.header


@settings(max_examples=60)
@given(CASES, st.integers(0, 5), st.integers(-10, 10), st.sampled_from(list(Cascade)))
def test_moving_by_n_days_and_back_restores_every_date(case: Case, place: int, by: int, how: Cascade) -> None:
    # bookings of other visits are left out: one that was asked for by hand is not undone by a cascade
    rows = [row for row in case.record_rows if row[3] != "planned"]
    before = said(followed(case, rows))
    visit = f"v{place % len(case.visits)}"
    planned = before[visit][1]
    if planned == "NaT":
        return
    day = (date.fromisoformat(planned) - date(1970, 1, 1)).days
    there = applied(case, rows, HEADER, (visit, day + by), how)
    if there is None:
        return
    back = applied(case, *there, (visit, day), how)
    assert back is not None
    assert said(followed(case, *back)) == before


@settings(max_examples=60)
@given(CASES, st.integers(0, 5), st.integers(-10, 10), st.sampled_from(list(Cascade)))
def test_visits_that_are_closed_never_move(case: Case, place: int, by: int, how: Cascade) -> None:
    rows = case.record_rows
    schedule = followed(case, rows)
    assert schedule.adherence is not None
    closed = {
        int(visit)
        for visit, status in zip(schedule.visits.visit, schedule.adherence.status.tolist(), strict=True)
        if not VisitStatus(status).is_open
    }
    visit = f"v{place % len(case.visits)}"
    try:
        moves = reschedule(schedule, visit, (START - date(1970, 1, 1)).days + 20 + by, how)
    except PlanError:
        return
    assert {move.visit for move in moves}.isdisjoint(closed)
    table = booked_table(HEADER, rows, schedule, moves, "")
    cells = list(zip(*(column.cells(table.rows) for column in table.columns), strict=True))
    kept = [row[: len(HEADER)] for row in cells]
    assert all(row in kept for row in rows if row[3] != "planned")


@given(CASES, st.integers(1, 30))
def test_record_after_the_day_of_judgement_changes_no_status(case: Case, later: int) -> None:
    as_of = START + timedelta(days=case.as_of)
    future = replace(case, rows=(), ending=-1)
    row = ("1", "v0", str(as_of + timedelta(days=later)), "done")
    assert said(followed(future, [])) == said(followed(future, [row]))
