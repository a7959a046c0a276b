"""A work list on a terminal: overdue first, labels, a line a visit, amounts whole."""

from __future__ import annotations

import re
import sys
from datetime import date
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from dosecal.model.adherence import VisitStatus
from dosecal.model.messages import NOTHING, unsaid
from dosecal.model.struct import replace
from dosecal.render.as_terminal import Look
from dosecal.render.worklist_text import sparkline, worklist_terminal
from dosecal.report.worklists.work_list import DayLoad, InfusionRow, WorkList, WorkRow

if TYPE_CHECKING:
    import pytest

WORK = WorkList(
    date(2026, 3, 2), 3, (), (), (DayLoad(date(2026, 3, 3), "01", 2, 0, 0), DayLoad(date(2026, 3, 3), "02", 2, 1, 0))
)


def visit(subject: str, label: str, status: VisitStatus, what: str, *doses: str) -> WorkRow:
    """A visit with a window of three days around 9 March 2026."""
    return WorkRow(
        study="T",
        version="1",
        digest="0123456789ab",
        subject=subject,
        site="01",
        visit=label.replace(" ", "_"),
        label=label,
        status=status,
        what=unsaid(what),
        day=date(2026, 3, 9),
        window_start=date(2026, 3, 8),
        window_end=date(2026, 3, 10),
        days_left=1,
        doses=doses,
        assessments=("ct", "lab"),
        notes=NOTHING,
    )


def infusion(subject: str, dose: str, unit: str) -> InfusionRow:
    day = date(2026, 3, 9)
    return InfusionRow(
        "T", "1", "0123456789ab", subject, "01", "Day_8", day, "msc_dose", "msc", dose, "", unit, NOTHING
    )


LABELS = {
    ("T", "1", "visit", "Day_8"): "Day 8",
    ("T", "1", "dose", "msc_dose"): "cell infusion",
    ("T", "1", "product", "msc"): "mesenchymal stem cells",
    ("T", "1", "assessment", "ct"): "Chest CT",
    ("T", "1", "assessment", "lab"): "Blood chemistry",
}
BUSY = replace(
    WORK,
    work=(
        visit("007", "Day 1", VisitStatus.OVERDUE, "overdue by 5 days"),
        visit("008", "Day 8", VisitStatus.DUE, "closes in 1 day", "msc_dose"),
        visit("009", "Day 8", VisitStatus.NOT_YET_DUE, "opens in 5 days"),
    ),
    infusions=(infusion("008", "100000000", "viable cells"), infusion("009", "2.055", "mg")),
    labels=LABELS,
)


def test_overdue_visits_come_first_then_due_ones_then_those_to_come_each_with_its_count() -> None:
    lines = worklist_terminal(BUSY, "headline", "made by", 120).splitlines()
    titles = [
        line for line in lines if re.match(r"(?:Overdue|Due|Not yet due|Infusions|Assessments|Work a day)\b", line)
    ]
    assert titles == [
        *("Overdue: 1 visit", "Due: 1 visit", "Not yet due: 1 visit", "Infusions: 2", "Assessments", "Work a day"),
    ]


def test_visit_is_one_line_with_its_label_window_status_and_days() -> None:
    lines = worklist_terminal(BUSY, "headline", "made by", 100).splitlines()
    assert "007      Day 1  2026-03-08 to 2026-03-10  overdue by 5 days  2026-03-09  01" in lines
    assert "008      Day 8  2026-03-08 to 2026-03-10  closes in 1 day  2026-03-09  01    cell infusion" in lines


def test_visit_is_a_block_where_a_line_has_no_room() -> None:
    text = worklist_terminal(BUSY, "headline", "made by", 40)
    assert (
        "008      Day 8  2026-03-08 to 2026-03-10\n    status: closes in 1 day\n    date: 2026-03-09  site: 01\n"
        "    doses: cell infusion\n"
    ) in text


def test_what_is_done_is_named_once_for_all_that_have_it() -> None:
    text = worklist_terminal(BUSY, "headline", "made by", 80)
    assert "\nAssessments\nDay 1, Day 8: Chest CT; Blood chemistry\n" in text


def test_subjects_are_named_where_a_visit_is_not_the_same_for_all() -> None:
    rows = (BUSY.work[1], replace(BUSY.work[2], assessments=("lab",)))
    text = worklist_terminal(replace(BUSY, work=rows), "headline", "made by", 80)
    assert "Day 8 of 008: Chest CT; Blood chemistry\nDay 8 of 009: Blood chemistry\n" in text


@given(width=st.integers(40, 200))
def test_amount_of_an_infusion_stands_whole_beside_its_unit_at_every_width(width: int) -> None:
    text = worklist_terminal(BUSY, "headline", "made by", width)
    for amount in ("100,000,000 viable cells", "2.055 mg", "mesenchymal stem cells", "2026-03-08 to 2026-03-10"):
        assert amount in text
    assert all(len(line) <= width for line in text.splitlines())


def test_nothing_to_do_is_said() -> None:
    text = worklist_terminal(WORK, "headline", "made by", 80)
    assert "\nVisits\nnone is due, overdue or coming\n\nInfusions: none\n" in text


def test_overdue_is_red_where_there_are_colours_and_says_so_in_words() -> None:
    text = worklist_terminal(BUSY, "headline", "made by", 120, Look(is_coloured=True))
    assert "\x1b[1;31moverdue by 5 days\x1b[0m" in text
    assert "\x1b[1mOverdue: 1 visit\x1b[0m" in text


def test_bars_stand_between_the_first_and_the_last_day_with_the_most_visits() -> None:
    assert sparkline(WORK, 80) == ["", "Visits a day, 2026-03-02 ▁█▁ 2026-03-04 (at most 4)"]


def test_bars_of_a_long_period_stand_in_lines_that_fit() -> None:
    lines = sparkline(replace(WORK, days=100), 40)
    assert max(map(len, lines)) <= 40
    assert sum(line.count("▁") + line.count("█") for line in lines) == 100


def test_days_of_several_sites_are_added() -> None:
    assert WORK.load_by_day == ((date(2026, 3, 2), 0, 0), (date(2026, 3, 3), 4, 1), (date(2026, 3, 4), 0, 0))


def test_bars_are_left_out_without_a_terminal_and_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "█" in worklist_terminal(WORK, "headline", "made by", 100)
    assert "█" not in worklist_terminal(WORK, "headline", "made by", None)
    monkeypatch.setitem(sys.modules, "sparklines", None)
    assert sparkline(WORK, 80) == []
