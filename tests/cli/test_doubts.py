"""Warnings that ask for a look at what is on record, by subject and visit. 2 March 2026 is a Monday."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import run_well
from tests.followed import files

if TYPE_CHECKING:
    from pathlib import Path

VISITS = "D1: {}\nD8: {}\nD15: {}"
COMMANDS = ("visits", "deviations", "today")


def told(
    folder: Path, code: str, *actuals: str, command: str = "visits", as_of: str = "2026-04-30", **more: str
) -> list[str]:
    """What the warnings of one code say, with the line of the actuals file."""
    arguments = files(folder, **{"visits": VISITS, **more}, actuals=actuals)
    stderr = run_well(command, *arguments, "--as-of", as_of, "--format", "csv").stderr
    start = f"warning: {folder}/"
    return [
        line.removeprefix(start).removesuffix(f" [{code}]")
        for line in stderr.splitlines()
        if line.endswith(f"[{code}]")
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_anchor_whose_own_visit_was_held_on_another_day_is_asked_about(command: str, tmp_path: Path) -> None:
    rows = ("1,D1,2026-03-05,done", "1,D8,2026-03-12,done")
    (line,) = told(tmp_path, "W061", *rows, command=command)
    assert line == (
        "actuals.csv:2: date: subject 1: D1 was held on 2026-03-05, and start, the day that it stands for, "
        "is 2026-03-02: is that the date from which visits are counted?"
    )


@pytest.mark.parametrize(
    ("visits", "rows", "warned"),
    [
        ("D1: {}", ("1,D1,2026-03-02,done",), ""),
        ("D1: {}", ("1,D1,2026-03-05,missed",), ""),
        ("D1: {}", ("1,D1,2026-03-05,planned",), ""),
        ("D1: {window: ±3 days}", ("1,D1,2026-03-03,done",), "warned"),
        # the baseline may be held before the day of the anchor, which D1 stands for
        (
            "baseline: {days: 0, window: -7 to +0 days}\nD1: {}",
            ("1,baseline,2026-02-27,done", "1,D1,2026-03-02,done"),
            False,
        ),
        ("baseline: {days: 0, window: -7 to +0 days}\nD1: {}", ("1,D1,2026-03-03,done",), "warned"),
        ("D1: {window: -3 to +0 days}\nD8: {}", ("1,D8,2026-03-10,done",), ""),
    ],
)
def test_only_the_visit_that_stands_for_an_anchor_is_held_against_it(
    visits: str,
    rows: tuple[str, ...],
    warned: str,
    tmp_path: Path,
) -> None:
    assert bool(told(tmp_path, "W061", *rows, visits=visits)) is bool(warned)


def test_dosed_visit_stands_for_the_anchor_before_others_of_its_day(tmp_path: Path) -> None:
    more = {
        "visits": "baseline: {days: 0}\nD1: {window: ±1 day}",
        "regimen": "dose: 5 mg\nvisits: [D1]",
        "subjects": "1,active,2026-03-02",
    }
    assert told(tmp_path, "W061", "1,baseline,2026-03-01,done", "1,D1,2026-03-02,done", **more) == []
    assert len(told(tmp_path, "W061", "1,baseline,2026-03-02,done", "1,D1,2026-03-03,done", **more)) == 1


def test_arm_s_own_visit_stands_for_its_anchor(tmp_path: Path) -> None:
    more = {"visits": "D1: {arms: [active]}\nday_1: {days: 0, arms: [control]}"}
    (line,) = told(tmp_path, "W061", "1,day_1,2026-03-04,done", **more)
    assert "subject 1: day_1 was held on 2026-03-04" in line


@pytest.mark.parametrize("command", COMMANDS)
def test_visit_in_another_year_is_asked_about(command: str, tmp_path: Path) -> None:
    rows = ("1,D1,2026-03-02,done", "1,D8,1926-03-09,done")
    # 36,525 days: a hundred years with 25 leap days
    (line,) = told(tmp_path, "W062", *rows, command=command)
    assert line == (
        "actuals.csv:3: date: subject 1: D8 was held on 1926-03-09, 36,525 days before the days that the protocol "
        "allows: is the year right?"
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1,D8,2025-03-09,done", "D8 was held on 2025-03-09, 365 days before"),
        ("1,D8,2027-03-09,planned", "D8 is booked on 2027-03-09, 365 days after"),
        ("1,D8,2025-09-07,done", ""),  # 183 days
        ("1,D8,2025-09-06,done", "D8 was held on 2025-09-06, 184 days before"),
        ("1,off_study,2025-03-20,done", "off_study on 2025-03-20, 347 days before start"),
        ("1,off_treatment,2025-03-20,done", "off_treatment on 2025-03-20, 347 days before start"),
        ("1,,2025-03-20,done", "a visit without a name on 2025-03-20, 347 days before start"),
        ("1,,2026-02-20,done", ""),
    ],
)
def test_date_half_a_year_from_what_is_allowed_is_asked_about(row: str, said: str, tmp_path: Path) -> None:
    lines = told(tmp_path, "W062", "1,D1,2026-03-02,done", row, as_of="2027-04-01")
    assert [line.startswith(f"actuals.csv:3: date: subject 1: {said}") for line in lines] == [True] * bool(said)


@pytest.mark.parametrize(("start", "warned"), [("1926-03-02", "warned"), ("2040-03-02", "warned"), ("2010-03-02", "")])
def test_anchor_many_years_from_the_day_of_judgement_is_asked_about(
    start: str,
    warned: str,
    tmp_path: Path,
) -> None:
    lines = told(tmp_path, "W062", subjects=f"1,control,{start}")
    expected = f"subjects.csv:2: start: subject 1: start is {start}, far from 2026-04-30: is the year right?"
    assert lines == ([expected] if warned else [])


@pytest.mark.parametrize("command", COMMANDS)
def test_visits_out_of_their_order_are_asked_about(command: str, tmp_path: Path) -> None:
    rows = ("1,D1,2026-03-02,done", "1,D8,2026-03-12,done", "1,D15,2026-03-10,done")
    (line,) = told(tmp_path, "W063", *rows, command=command)
    assert line == (
        "actuals.csv:4: date: subject 1: D15 was held on 2026-03-10, before D8 on 2026-03-12, which comes first: "
        "are both right?"
    )


@pytest.mark.parametrize(
    "rows",
    [
        ("1,D1,2026-03-02,done", "1,D8,2026-03-12,done", "1,D15,2026-03-12,done"),  # one day is no order
        ("1,D1,2026-03-02,done", "2,D15,2026-03-10,done", "2,D1,2026-03-09,done", "1,D15,2026-03-16,done"),
        ("1,D15,2026-03-16,done", "1,D1,2026-03-02,done"),  # the order of the rows doesn't matter
    ],
)
def test_visits_in_their_order_are_not_asked_about(rows: tuple[str, ...], tmp_path: Path) -> None:
    subjects = "1,control,2026-03-02\n2,control,2026-03-09"
    assert told(tmp_path, "W063", *rows, subjects=subjects, visits="D1: {}\nD8: {}\nD15: {}\nD15b: {days: 14}") == []


def test_visits_of_one_target_have_no_order(tmp_path: Path) -> None:
    visits = "D1: {}\na: {days: 7}\nb: {days: 7}"
    assert told(tmp_path, "W063", "1,a,2026-03-10,done", "1,b,2026-03-09,done", visits=visits) == []


def test_first_ten_of_a_kind_are_named_and_the_others_counted(tmp_path: Path) -> None:
    subjects = "\n".join(f"{one},control,2026-03-02" for one in range(1, 14))
    rows = [f"{one},D1,2026-03-03,done" for one in range(1, 14)]
    lines = told(tmp_path, "W061", *rows, subjects=subjects)
    assert len(lines) == 11
    assert lines[-1] == "actuals.csv: date: 3 more of this kind"


LONG = {"visits": "D1: {}\nD8: {window: ±1 day}\nD15: {window: ±1 day}"}


@pytest.mark.parametrize("command", ["visits", "today"])
def test_one_line_says_of_how_many_silent_subjects_no_ending_is_on_record(command: str, tmp_path: Path) -> None:
    subjects = {"subjects": "\n".join(f"{one},control,2026-03-02" for one in (1, 2, 3))}
    rows = ("1,D1,2026-03-02,done", "2,D1,2026-03-02,done", "3,D1,2026-03-02,done", "3,off_study,2026-03-05,done")
    (line,) = told(tmp_path, "W064", *rows, command=command, as_of="2026-09-01", **LONG, **subjects)
    assert line == (
        "actuals.csv: visit: no ending is on record for 2 subjects with visits overdue and none held for more than 60 "
        "days: a row off_treatment or off_study says that a subject has left"
    )


@pytest.mark.parametrize(
    ("rows", "as_of", "warned"),
    [
        # the window of D8 ends on 10 March, and 60 days later is 9 May
        (("1,D1,2026-03-02,done",), "2026-05-09", ""),
        (("1,D1,2026-03-02,done",), "2026-05-10", "warned"),
        (("1,D1,2026-03-02,done", "1,,2026-04-20,done"), "2026-05-10", ""),  # seen since
        (("1,D1,2026-03-02,done", "1,off_treatment,2026-03-05,done"), "2026-09-01", ""),
        (("1,D1,2026-03-02,done", "1,D8,2026-03-09,done", "1,D15,2026-03-16,done"), "2026-09-01", ""),
        ((), "2026-09-01", ""),  # nothing is on record of anybody
    ],
)
def test_subject_is_silent_after_sixty_days_without_a_visit(
    rows: tuple[str, ...],
    as_of: str,
    warned: str,
    tmp_path: Path,
) -> None:
    assert bool(told(tmp_path, "W064", *rows, as_of=as_of, **LONG)) is bool(warned)


def test_dose_at_a_visit_without_a_name_is_said(tmp_path: Path) -> None:
    (line,) = told(tmp_path, "W065", "1,D1,2026-03-02,done", "1,,2026-03-05,done,420,mg")
    assert line.startswith("actuals.csv:3: visit: subject 1: a dose at a visit without a name")
    assert told(tmp_path, "W065", "1,D1,2026-03-02,done", "1,,2026-03-05,done,,") == []
