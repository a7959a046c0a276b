"""Days inside a least time after another visit are said to be too early wherever they are listed.

2 March 2026 is a Monday. D15 was held on 16 March, and 13 days later is 29 March.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, json_of, run, run_well
from tests.followed import files, followed, statuses

if TYPE_CHECKING:
    from pathlib import Path

GAPS = """\
D1: {}
D15: {window: ±3 days}
D29: {days: 14, after: D15, counted_from: actual, window: ±7 days, at_least: 13 days after D15}
"""
DONE = ("1,D1,2026-03-02,done", "1,D15,2026-03-16,done")
SAID = "too early: not before 2026-03-29, at least 13 days after D15"
MOVE = ("--subject", "1", "--visit", "D29")


def dosed(folder: Path, *actuals: str) -> tuple[Path, Path, str, Path]:
    regimen = "dose: 10 mg\nvisits: [D1, D15, D29]"
    return files(folder, visits=GAPS, regimen=regimen, subjects="1,active,2026-03-02", actuals=(*DONE, *actuals))


@pytest.mark.parametrize(
    ("to", "notes"), [("2026-03-24", SAID), ("2026-03-28", SAID), ("2026-03-29", ""), ("2026-04-06", "")]
)
def test_preview_says_that_a_day_is_too_early_and_from_when_on_it_is_not(to: str, notes: str, tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=GAPS, actuals=DONE)
    result = run_well("reschedule", *arguments, *MOVE, "--to", to, "--as-of", "2026-03-20", "--format", "csv")
    (row,) = csv_rows_of(result.stdout)
    assert (row["notes"], row["days_out"], row["not_before"]) == (notes, "0", "2026-03-29")
    warning = f"subjects.csv: subject 1: D29 on {to} is {SAID} [W060]"
    assert (warning in result.stderr, "; 1 too early; " in result.stderr) == (bool(notes), bool(notes))


def test_day_that_is_too_early_is_booked_only_by_who_insists(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=GAPS, actuals=DONE)
    written = tmp_path / "booked.csv"
    options = (*MOVE, "--to", "2026-03-24", "--as-of", "2026-03-20", "--apply", "-o", written)
    refused = run("reschedule", *arguments, *options)
    assert (refused.exit_code, refused.stdout, written.exists()) == (1, "", False)
    assert "--to: expected a day that is late enough after other visits, got another: " in refused.stderr
    assert refused.stderr.strip().endswith("(--insist books it all the same) [L069]")
    insisted = run_well("reschedule", *arguments, *options, "--insist")
    assert "[W060]" in insisted.stderr
    assert "1,D29,2026-03-24,planned" in written.read_text(encoding="utf-8")


def test_booking_that_is_too_early_is_marked_in_every_table(tmp_path: Path) -> None:
    arguments = dosed(tmp_path, "1,D29,2026-03-24,planned")
    for command in ("visits", "doses"):
        (row,) = (one for one in followed(command, arguments, "2026-03-24") if one["visit"] == "D29")
        assert row["notes"].startswith(f"booked {SAID}; ")
    result = run_well("visits", *arguments, "--as-of", "2026-03-24")
    assert f"{tmp_path}/actuals.csv:4: date: subject 1: D29 on 2026-03-24 is booked {SAID} [W060]" in result.stderr


def test_booking_that_is_late_enough_is_marked_nowhere(tmp_path: Path) -> None:
    arguments = dosed(tmp_path, "1,D29,2026-03-29,planned")
    for command in ("visits", "doses", "deviations", "today"):
        result = run_well(command, *arguments, "--as-of", "2026-03-29", "--format", "csv")
        assert "too early" not in result.stdout + result.stderr


def test_work_list_says_that_a_visit_and_its_infusion_are_booked_too_early(tmp_path: Path) -> None:
    arguments = dosed(tmp_path, "1,D29,2026-03-24,planned")
    listed = json_of(run_well("today", *arguments, "--as-of", "2026-03-24", "--format", "json"))
    (visit,), (infusion,) = listed["work"], listed["infusions"]
    assert (visit["date"], visit["status"]) == ("2026-03-24", "not yet due")
    assert visit["what"] == f"booked {SAID}; opens in 5 days"
    assert (infusion["date"], infusion["notes"]) == ("2026-03-24", f"booked {SAID}")


def test_visit_is_due_from_the_first_day_that_is_late_enough_on(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=GAPS, actuals=DONE)
    days = ("2026-03-23", "2026-03-28", "2026-03-29", "2026-04-06", "2026-04-07")
    found = [statuses(arguments, day)["D29"] for day in days]
    assert found == ["not yet due", "not yet due", "due", "due", "overdue"]


def test_coordinators_page_marks_a_booking_that_is_too_early(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=GAPS, actuals=(*DONE, "1,D29,2026-03-24,planned"))
    page = tmp_path / "page.html"
    result = run_well("print", *arguments, "--what", "coordinator", "--as-of", "2026-03-24", "-o", page)
    assert "[W060]" in result.stderr
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.read_text(encoding="utf-8")))
    assert f"booked {SAID}" in said


@pytest.mark.parametrize("lang", ["es-MX", "zh-CN"])
def test_coordinators_page_says_it_in_its_language(lang: str, tmp_path: Path) -> None:
    visits = GAPS.replace("at_least: 13 days after D15", "at_least: [13 days after D15, 2 weeks after start]")
    arguments = files(tmp_path, visits=visits, actuals=(*DONE, "1,D29,2026-03-24,planned"))
    page, wordings = tmp_path / "page.html", tmp_path / "words.yaml"
    labels = {"Control": "C", "Day 1": "1", "Day 15": "15", "Day 29": "29", "D29": "D29", "Active": "A"}
    lines = "".join(f"  {english}: {said}\n" for english, said in labels.items())
    wordings.write_text(f"{lang}:\n{lines}", encoding="utf-8")
    options = ("--what", "coordinator", "--lang", lang, "--words", wordings, "--as-of", "2026-03-24", "-o", page)
    run_well("print", *arguments, *options)
    expected = {"es-MX": "cita demasiado temprana: no antes del 2026-03-29", "zh-CN": "预约过早：不得早于2026-03-29"}
    assert expected[lang] in page.read_text(encoding="utf-8")


def test_calendar_file_marks_a_booking_that_is_too_early(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=GAPS, actuals=(*DONE, "1,D29,2026-03-24,planned"))
    run_well("export", *arguments, "--to", "ics", "--as-of", "2026-03-24", "-o", tmp_path / "out.ics")
    text = (tmp_path / "out.ics").read_text(encoding="utf-8").replace("\n ", "")
    assert text.count("Booked too early: not before 2026-03-29") == 1


def test_visit_that_a_move_makes_too_early_is_shown_although_it_stays(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=GAPS, actuals=(DONE[0], "1,D29,2026-03-30,planned"))
    options = ("--subject", "1", "--visit", "D15", "--to", "2026-03-18")
    rows = followed("reschedule", arguments, "2026-03-10", *options)
    # 13 days after 18 March is 31 March
    assert [(row["visit"], row["why"], row["days_out"]) for row in rows] == [
        ("D15", "asked for", "0"),
        ("D29", "stays", "0"),
    ]
    assert rows[1]["notes"] == "too early: not before 2026-03-31, at least 13 days after D15"


def test_booking_of_another_visit_is_not_refused_for_one_that_stays_too_early(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=GAPS, actuals=(DONE[0], "1,D29,2026-03-30,planned"))
    options = ("--subject", "1", "--visit", "D15", "--to", "2026-03-18", "--apply", "-o", tmp_path / "b.csv")
    assert "[W060]" in run_well("reschedule", *arguments, *options, "--as-of", "2026-03-10").stderr


def test_visits_that_move_with_the_asked_one_are_held_against_their_gaps_too(tmp_path: Path) -> None:
    visits = "D1: {}\nD8: {}\nD15: {window: ±7 days, at_least: 12 days after D1}"
    arguments = files(tmp_path, visits=visits, actuals=["1,D1,2026-03-02,done"])
    options = ("--subject", "1", "--visit", "D8", "--to", "2026-03-06", "--cascade", "later")
    rows = followed("reschedule", arguments, "2026-03-03", *options)
    # three days earlier D15 is on 13 March, and 12 days after 2 March is 14 March
    assert [(row["visit"], row["to_date"], row["notes"]) for row in rows] == [
        ("D8", "2026-03-06", "window: none stated"),
        ("D15", "2026-03-13", "too early: not before 2026-03-14, at least 12 days after D1"),
    ]


def test_visit_that_a_move_leaves_no_day_is_shown_without_one(tmp_path: Path) -> None:
    visits = "D1: {}\nD8: {window: ±7 days}\nD15: {window: ±2 days, at_least: 5 days after D8}"
    arguments = files(tmp_path, visits=visits, actuals=["1,D1,2026-03-02,done"])
    result = run_well(
        *("reschedule", *arguments, "--subject", "1", "--visit", "D8", "--to", "2026-03-16"),
        *("--as-of", "2026-03-03", "--format", "csv"),
    )
    # 5 days after 16 March is 21 March, and the window of D15 ends on 18 March
    moved, lost = csv_rows_of(result.stdout)
    assert (moved["visit"], lost["visit"]) == ("D8", "D15")
    assert (lost["from_date"], lost["to_date"], lost["days"]) == ("2026-03-16", "", "")
    assert (lost["why"], lost["notes"]) == (
        "no day is left for it",
        "no day is inside the window and at least 5 days after D8",
    )
    assert "1 visit moves; 0 visits out of the window without moving; 1 too early; nothing" in result.stderr


def test_booking_on_the_day_on_which_a_gap_in_hours_ends_is_perhaps_too_early(tmp_path: Path) -> None:
    gap = "at least 20 hours after end of D1"
    visits = f"D1: {{}}\nD2: {{window: ±1 day, {gap.replace('at least', 'at_least:')}}}"
    times = ("1,D1,2026-03-02,done,,,,2026-03-02 09:00,2026-03-02 10:30",)
    arguments = files(tmp_path, visits=visits, actuals=())
    header = "subject_id,visit,date,status,dose,unit,note,dose_start,dose_end"
    for day, said in (
        ("2026-03-02", f"booked too early: not before 2026-03-03 06:30, {gap}"),
        (
            "2026-03-03",
            f"booked perhaps too early: late enough for certain from 2026-03-03 06:30 on, {gap}",
        ),
        ("2026-03-04", ""),
    ):
        rows = "\n".join((header, *times, f"1,D2,{day},planned,,,,,"))
        arguments[3].write_text(f"{rows}\n", encoding="utf-8")
        row = followed("visits", arguments, "2026-03-02")[1]
        assert row["notes"].partition("; ")[0] == (said or gap)
        apply = ("--subject", "1", "--visit", "D2", "--to", "2026-03-03", "--apply", "-o", tmp_path / f"{day}.csv")
        assert run("reschedule", *arguments, *apply, "--as-of", "2026-03-02").exit_code == 0
