"""What a participant's page says of days that may still move, of days of samples, and of visits without an end."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.command_line import run_well

if TYPE_CHECKING:
    from collections.abc import Sequence

EXAMPLES = Path(__file__).resolve().parents[3] / "protocols" / "examples"
HEAD = """\
study: T
version: "1"
title: t
source: s
day_numbering: no day 0
anchors: {start: {label: s}}
arms: {a: {label: A}}
products: {p: {label: p}}
"""


def rows_of(page: Path) -> list[tuple[str, str, str]]:
    """The rows of a page of HTML: when, what it is called, and what happens."""
    html = page.read_text(encoding="utf-8").replace("\N{NO-BREAK SPACE}", " ")
    rows = re.findall(r"<tr><td class=\"number\">.*?</td><td>(.*?)</td><td><b>(.*?)</b>(.*?)</td>", html)
    shown = [tuple(re.sub(r"<[^>]*>", " ", cell).strip() for cell in row) for row in rows]
    return [(" ".join(when.split()), label, what) for when, label, what in shown]


def page_of(folder: Path, rest: str, *options: str, actuals: Sequence[str] = ()) -> Path:
    """The page of one subject, who starts on Monday 2 March 2026, by a protocol with these cycles and visits."""
    (folder / "p.yaml").write_text(HEAD + rest, encoding="utf-8")
    (folder / "s.csv").write_text("subject_id,arm,start\n001,a,2026-03-02\n", encoding="utf-8")
    lines = "\n".join(("subject_id,visit,date,status", *actuals, ""))
    (folder / "a.csv").write_text(lines, encoding="utf-8")
    record = ("--actuals", str(folder / "a.csv")) if actuals else ()
    as_of = "2026-03-20" if actuals else "2026-03-01"
    run_well("print", folder / "p.yaml", folder / "s.csv", *options, *record, "--as-of", as_of, "--force",
             "-o", folder / "page.html")  # fmt: skip
    return folder / "page.html"


def test_each_day_on_which_the_participant_must_come_is_a_row(tmp_path: Path) -> None:
    run_well("print", "examples/inm004-phase-1", EXAMPLES / "inm004-phase-1-subjects.csv", "--as-of", "2026-03-01",
             "-o", tmp_path / "page.html")  # fmt: skip
    # the third infusion is on 4 March: 24 h later is the discharge, 48, 72, 96 and 120 h are 6 to 9 March, and 30 days
    # later is 3 April; all but the first infusion follow a visit that has not happened yet
    assert rows_of(tmp_path / "page.html") == [
        ("any day from Mon 16 Feb 2026 to Sun 1 Mar 2026", "Screening", ""),
        ("Monday 2 March 2026", "Study visit", "Blood tests"),
        ("about Tuesday 3 March 2026", "Study visit", "Blood tests"),
        ("about Wednesday 4 March 2026", "Study visit", "Blood tests"),
        ("about Thursday 5 March 2026", "Discharge", "Blood tests"),
        ("about Friday 6 March 2026", "Blood tests", ""),
        ("about Saturday 7 March 2026", "Blood tests", ""),
        ("about Sunday 8 March 2026", "Blood tests", ""),
        ("about Monday 9 March 2026", "Blood tests", ""),
        ("about Friday 3 April 2026", "Day 30", "Blood tests"),
    ]


@pytest.mark.parametrize(
    ("timepoint", "when"),
    [
        ("+48 h", ["Wednesday 4 March 2026"]),
        ("-24 h", ["Sunday 1 March 2026"]),
        ("+12 h", []),  # the same day, or the night after it
        ("+36 h", ["on one day from Tue 3 Mar 2026 to Wed 4 Mar 2026: the study team tells you which"]),
        ("+72 h ± 24 h", ["on one day from Wed 4 Mar 2026 to Fri 6 Mar 2026: the study team tells you which"]),
        ("+72 h ± 2 h", ["Thursday 5 March 2026"]),
    ],
)
def test_times_from_a_dose_fall_on_the_days_that_they_can_fall_on(
    timepoint: str, when: list[str], tmp_path: Path
) -> None:
    page = page_of(tmp_path, f'visits: {{D1: {{timepoints: ["{timepoint}"]}}}}\n')
    assert [row for row in rows_of(page) if row[1] != "Day 1"] == [(one, "Tests at set times", "") for one in when]


def test_samples_of_a_visit_that_was_not_held_are_no_rows(tmp_path: Path) -> None:
    page = page_of(tmp_path, "visits: {D1: {timepoints: [+48 h]}}\n", actuals=["001,D1,,missed"])
    assert [row[1] for row in rows_of(page)] == ["Day 1"]


CYCLES = "visits:\n  C*D1: {}\n"


def cycles(length: str) -> str:
    """Cycles of a length that go on until progression."""
    return (
        f"cycles: {{C: {{label: cycles, anchor: start, length: {length}, count: until progression, "
        "counted_from: actual}}\n"
    )


def test_date_that_follows_a_visit_to_come_is_about_that_day_until_the_visit_was_held_or_a_day_is_booked(
    tmp_path: Path,
) -> None:
    page = page_of(tmp_path, cycles("3 weeks") + CYCLES, "--horizon", "3 cycles")
    assert [row[0] for row in rows_of(page)] == [
        *("Monday 2 March 2026", "about Monday 23 March 2026", "about Monday 13 April 2026")
    ]
    held = ["001,C1D1,2026-03-03,done", "001,C3D1,2026-04-14,planned"]
    page = page_of(tmp_path, cycles("3 weeks") + CYCLES, "--horizon", "3 cycles", actuals=held)
    # 21 days after 3 March; the third one is booked, as an appointment is
    assert [row[0] for row in rows_of(page)][1:] == ["Tuesday 24 March 2026", "Tuesday 14 April 2026"]


def test_window_about_a_date_that_may_move_is_probable(tmp_path: Path) -> None:
    visits = "visits:\n  D1: {}\n  later: {days: 7, after: D1, counted_from: actual, window: ±1 days}\n"
    assert rows_of(page_of(tmp_path, visits))[1][0] == (
        "about Monday 9 March 2026 probably any day from Sun 8 Mar 2026 to Tue 10 Mar 2026"
    )


@pytest.mark.parametrize(
    ("length", "visits", "said"),
    [
        ("28 days", "  C*D1: {}\n", "After that you come every 4 weeks."),
        ("1 week", "  C*D1: {}\n", "After that you come every week."),
        ("10 days", "  C*D1: {}\n", "After that you come every 10 days."),
        ("28 days", "  C*D1: {}\n  C*D8: {}\n", "After that your visits go on in the same way."),
    ],
)
def test_visits_without_a_fixed_end_are_said_to_go_on(length: str, visits: str, said: str, tmp_path: Path) -> None:
    page = page_of(tmp_path, f"{cycles(length)}visits:\n{visits}", "--horizon", "2 cycles").read_text(encoding="utf-8")
    assert f"{said} There is no fixed last visit" in page


def test_visits_that_an_ending_cancelled_are_not_said_to_go_on(tmp_path: Path) -> None:
    page = page_of(tmp_path, cycles("3 weeks") + CYCLES, "--horizon", "2 cycles",
                   actuals=["001,C1D1,2026-03-02,done", "001,off_study,2026-03-10,done"])  # fmt: skip
    assert "no fixed last visit" not in page.read_text(encoding="utf-8")


def test_months_have_one_number_a_day_and_nothing_else(tmp_path: Path) -> None:
    visits = "  D1: {window: ±2 days}\n  also: {days: 0, after: D1, counted_from: planned}\n  D40: {}\n"
    html = page_of(tmp_path, f"visits:\n{visits}").read_text(encoding="utf-8")
    cells = re.findall(r"<td>(?:<span class=\"day (\w+)\">)?(\d*)(?:</span>)?</td>", html)
    # February, March and April 2026
    assert len([cell for cell in cells if cell != ("", "")]) == 28 + 31 + 30
    assert len(re.findall(r"<table><caption>", html)) == 3
    # two visits on 2 March with two days before and after it; 10 April is 39 days later
    assert [cell for cell in cells if cell[0]] == [
        *(("possible", "28"), ("possible", "1"), ("visit", "2"), ("possible", "3"), ("possible", "4")),
        ("visit", "10"),
    ]
