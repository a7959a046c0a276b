"""The line of bars of a work list."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

from dosecal.render.worklist_text import sparkline, worklist_terminal
from dosecal.report.worklist import DayLoad, WorkList

if TYPE_CHECKING:
    import pytest

WORK = WorkList(
    date(2026, 3, 2), 3, (), (), (DayLoad(date(2026, 3, 3), "01", 2, 0, 0), DayLoad(date(2026, 3, 3), "02", 2, 1, 0))
)


def test_bars_stand_between_the_first_and_the_last_day_with_the_most_visits() -> None:
    assert sparkline(WORK) == "\nVisits a day, 2026-03-02 ▁█▁ 2026-03-04 (at most 4)\n"


def test_days_of_several_sites_are_added() -> None:
    assert WORK.load_by_day == ((date(2026, 3, 2), 0, 0), (date(2026, 3, 3), 4, 1), (date(2026, 3, 4), 0, 0))


def test_bars_are_left_out_without_a_terminal_and_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "█" in worklist_terminal(WORK, "headline", "made by", 100)
    assert "█" not in worklist_terminal(WORK, "headline", "made by", None)
    monkeypatch.setitem(sys.modules, "sparklines", None)
    assert sparkline(WORK) == ""
