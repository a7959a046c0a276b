"""``--site`` and ``starts`` on the command line: what they print, warn of and refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, json_of, run, run_well
from tests.example_protocols import protocol_text

if TYPE_CHECKING:
    from pathlib import Path

SITES = """\
sites:
  CDMX-01: {country: MX, weekend: [Saturday, Sunday]}
  BJ-01: {country: CN, weekend: [Saturday, Sunday]}
"""
VISITS = "D1: {}\nD8: {window: ±2 days, closed_day: nearest}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a protocol, a site file and two subjects.

    D1 of 2026-01-26 is a Monday, and D8 of it the first Monday of February, a holiday in Mexico and not in China.
    """
    text = protocol_text(regimen="dose: 10 mg", visits=VISITS)
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "sites.yaml").write_text(SITES, encoding="utf-8")
    subjects = "subject_id,arm,start,site\n1,active,2026-01-26,CDMX-01\n2,active,2026-01-24,BJ-01\n"
    (tmp_path / "s.csv").write_text(subjects, encoding="utf-8")
    return tmp_path


def test_visits_are_planned_on_open_days_of_each_subjects_site(folder: Path) -> None:
    result = run_well("visits", folder / "p.yaml", folder / "s.csv", "--sites", folder / "sites.yaml")
    columns = ("subject_id", "visit", "target_date", "planned_date", "closed_day")
    rows = [tuple(row[column] for column in columns) for row in csv_rows_of(result.stdout)]
    assert rows == [
        ("1", "D1", "2026-01-26", "2026-01-26", ""),
        ("1", "D8", "2026-02-02", "2026-02-03", "closed: Constitution Day (MX)"),
        ("2", "D1", "2026-01-24", "2026-01-24", "closed: Saturday"),
        ("2", "D8", "2026-01-31", "2026-01-30", "closed: Saturday"),
    ]
    assert "doses: 1 on closed days; a dose is never moved: see the column closed_day [W005]" in result.stderr


def test_without_a_site_file_nothing_is_said_of_closed_days(folder: Path) -> None:
    result = run_well("visits", folder / "p.yaml", folder / "s.csv")
    assert {row["closed_day"] for row in csv_rows_of(result.stdout)} == {""}
    assert all(row["planned_date"] == row["target_date"] for row in csv_rows_of(result.stdout))
    assert "closed" not in result.stdout.partition("\n")[2]


def test_dose_on_a_closed_day_stays_and_says_so(folder: Path) -> None:
    result = run_well("doses", folder / "p.yaml", folder / "s.csv", "--sites", folder / "sites.yaml")
    first, second = csv_rows_of(result.stdout)
    assert (first["planned_date"], first["weekday"], first["closed_day"]) == ("2026-01-26", "Monday", "")
    assert (second["planned_date"], second["weekday"]) == ("2026-01-24", "Saturday")
    assert second["closed_day"] == "closed: Saturday"
    assert second["notes"].startswith("closed day: a dose is not moved")


@pytest.mark.parametrize(
    ("visit", "note"),
    [
        ("D8: {window: ±2 days, closed_day: nearest}", "closed day: planned 1 day later"),
        ("D8: {window: -7 to +0 days, closed_day: previous}", "closed day: planned 3 days earlier"),
        ("D8: {window: ±2 days, closed_day: keep}", "closed day: the protocol keeps the target"),
        ("D8: {window: ±2 days}", "closed day: what to do is not stated, the target stays"),
        ("D8: {closed_day: next}", "closed day: no window is stated to move in, the target stays"),
        ("D8: {window: -2 days, closed_day: nearest}", "closed day: no open day inside the window, the target stays"),
        (
            "D8: {window: -5 days, closed_day: next}",
            "closed day: no open day after it inside the window, the target stays",
        ),
        (
            "D8: {window: +5 days, closed_day: previous}",
            "closed day: no open day before it inside the window, the target stays",
        ),
        ("D8: {window: D6 to D8}", "every day of the window is closed"),
    ],
)
def test_note_says_what_became_of_a_closed_day(visit: str, note: str, folder: Path) -> None:
    """The visit's Monday, 2026-02-02, is Constitution Day in Mexico; the days before it are a weekend."""
    if "D6 to D8" in visit:
        visit = visit.replace("D8:", "held:")
    (folder / "p.yaml").write_text(protocol_text(visits=visit), encoding="utf-8")
    (folder / "s.csv").write_text("subject_id,arm,start,site\n1,control,2026-01-26,CDMX-01\n", encoding="utf-8")
    result = run_well("visits", folder / "p.yaml", folder / "s.csv", "--sites", folder / "sites.yaml")
    (row,) = csv_rows_of(result.stdout)
    assert note in row["notes"].split("; ")


def test_tie_that_the_protocol_does_not_settle_is_left_to_a_person(folder: Path) -> None:
    # Friday 2026-05-01 is a holiday in Mexico; with Saturday open, Thursday and Saturday are equally near
    (folder / "p.yaml").write_text(protocol_text(visits="D1: {window: ±2 days, closed_day: nearest}"), encoding="utf-8")
    (folder / "s.csv").write_text("subject_id,arm,start,site\n1,control,2026-05-01,A\n", encoding="utf-8")
    (folder / "sites.yaml").write_text("sites: {A: {country: MX, weekend: [Sunday]}}", encoding="utf-8")
    result = run_well("visits", folder / "p.yaml", folder / "s.csv", "--sites", folder / "sites.yaml")
    (row,) = csv_rows_of(result.stdout)
    assert row["planned_date"] == "2026-05-01"
    assert "two open days are equally near and which is not stated, the target stays" in row["notes"]
    assert "visits: 1 without an open day that the protocol allows: see the notes [W006]" in result.stderr


def test_subject_of_a_site_that_the_file_lacks_is_a_problem(folder: Path) -> None:
    subjects = "subject_id,arm,start,site\n1,active,2026-01-26,CDMX-1\n2,active,2026-01-26,\n"
    (folder / "s.csv").write_text(subjects, encoding="utf-8")
    result = run("visits", folder / "p.yaml", folder / "s.csv", "--sites", folder / "sites.yaml")
    assert result.exit_code == 1
    problem = "site: expected one of the sites of the site file (CDMX-01, BJ-01), got"
    assert [line.split(": ", 1)[1] for line in result.stderr.splitlines()[:2]] == [
        f'{problem} "CDMX-1" [C160]',
        f"{problem} nothing [C160]",
    ]


def test_table_without_sites_is_refused_once(folder: Path) -> None:
    (folder / "s.csv").write_text("subject_id,arm,start\n1,active,2026-01-26\n", encoding="utf-8")
    result = run("visits", folder / "p.yaml", folder / "s.csv", "--sites", folder / "sites.yaml")
    assert result.exit_code == 1
    assert result.stderr.count("[C004]") == 1


def test_exchanged_days_that_are_not_decided_are_warned_of(folder: Path) -> None:
    (folder / "s.csv").write_text("subject_id,arm,start,site\n1,active,2049-03-01,BJ-01\n", encoding="utf-8")
    result = run_well("visits", folder / "p.yaml", folder / "s.csv", "--sites", folder / "sites.yaml")
    assert "sites.BJ-01: the weekend days that CN works in exchange for holidays are not decided yet" in result.stderr
    assert "2049" in result.stderr


def test_site_file_that_is_not_there_is_named(folder: Path) -> None:
    result = run("visits", folder / "p.yaml", folder / "s.csv", "--sites", folder / "none.yaml")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.endswith("none.yaml: expected a site file, got none: there is no such file [S001]\n")


def test_output_over_the_site_file_is_refused(folder: Path) -> None:
    files = (folder / "p.yaml", folder / "s.csv", "--sites", folder / "sites.yaml", "-o", folder / "sites.yaml")
    result = run("visits", *files, "--force")
    assert (result.exit_code, "[O005]" in result.stderr) == (1, True)


def starts(folder: Path, *more: str) -> tuple[str | Path, ...]:
    """The arguments of ``starts`` for the folder's protocol at its Mexican site."""
    return ("starts", folder / "p.yaml", "--sites", folder / "sites.yaml", "--site", "CDMX-01", *more)


def test_starts_stand_best_first_with_what_they_break(folder: Path) -> None:
    result = run_well(*starts(folder, "--from", "2026-01-24", "--to", "2026-01-27", "--format", "csv"))
    columns = ("start_date", "weekday", "verdict", "doses_on_closed_days", "visits_off_target", "breaks", "moves")
    rows = [tuple(row[column] for column in columns) for row in csv_rows_of(result.stdout)]
    assert rows == [
        ("2026-01-27", "Tuesday", "fits", "0", "0", "", ""),
        (
            *("2026-01-26", "Monday", "fits inside windows", "0", "1", ""),
            "D8 from Mon 2026-02-02 to Tue 2026-02-03: closed: Constitution Day (MX)",
        ),
        (
            *("2026-01-24", "Saturday", "breaks", "1", "1"),
            (
                "dose at D1 (active) on Sat 2026-01-24: closed: Saturday; "
                "D1 (control) on Sat 2026-01-24: closed: Saturday, no window is stated to move in"
            ),
            "D8 from Sat 2026-01-31 to Fri 2026-01-30: closed: Saturday",
        ),
        (
            *("2026-01-25", "Sunday", "breaks", "1", "1"),
            (
                "dose at D1 (active) on Sun 2026-01-25: closed: Sunday; "
                "D1 (control) on Sun 2026-01-25: closed: Sunday, no window is stated to move in"
            ),
            "D8 from Sun 2026-02-01 to Fri 2026-01-30: closed: Sunday",
        ),
    ]
    assert result.stderr == "4 start dates; 2 keep every dose and visit\n"


def test_starts_of_one_arm_look_at_that_arm_alone(folder: Path) -> None:
    span = ("--from", "2026-01-24", "--to", "2026-01-24", "--format", "csv")
    (row,) = csv_rows_of(run_well(*starts(folder, *span, "--arm", "active")).stdout)
    assert (row["arm"], row["breaks"]) == ("active", "dose at D1 on Sat 2026-01-24: closed: Saturday")


def test_starts_as_json_name_visits_dates_and_holidays(folder: Path) -> None:
    span = ("--from", "2026-01-26", "--to", "2026-02-01", "--format", "json", "--best", "5")
    whole = json_of(run_well(*starts(folder, *span)))
    assert (whole["study"], whole["site"], whole["arms"]) == ("TEST-1", "CDMX-01", ["active", "control"])
    assert len(whole["starts"]) == 5
    monday = next(one for one in whole["starts"] if one["start_date"] == "2026-01-26")
    assert monday["verdict"] == "fits inside windows"
    assert monday["breaks"] == []
    assert monday["moves"] == [
        {
            "visit": "D8",
            "dose": False,
            "arms": ["active", "control"],
            "date": "2026-02-02",
            "open_date": "2026-02-03",
            "closed_day": "closed: Constitution Day (MX)",
            "words": "D8 from Mon 2026-02-02 to Tue 2026-02-03: closed: Constitution Day (MX)",
        }
    ]


def test_starts_as_a_table_say_once_what_is_the_same(folder: Path) -> None:
    result = run_well(*starts(folder, "--from", "2026-01-26", "--to", "2026-01-27"))
    assert "fits inside windows" in result.stdout
    assert "site CDMX-01" in result.stdout.partition("in every row: ")[2]


def test_starts_are_written_to_a_file_and_never_over_one(folder: Path) -> None:
    span = ("--from", "2026-01-26", "--to", "2026-01-27", "--format", "csv", "-o", str(folder / "out.csv"))
    assert run_well(*starts(folder, *span)).stdout == ""
    assert (folder / "out.csv").read_text(encoding="utf-8").startswith("study,protocol_version,")
    assert "[O001]" in run(*starts(folder, *span)).stderr


@pytest.mark.parametrize(
    ("more", "exit_code", "said"),
    [
        (("--from", "2026-02-01", "--to", "2026-01-01"), 2, "the last start date is before the first"),
        (("--from", "2026-01-01", "--to", "2046-01-01"), 2, "at most 3,700 start dates at once"),
        (("--from", "1/2/26", "--to", "2046-01-01"), 1, '--from: expected a date such as "2026-03-09", got "1/2/26"'),
        (("--from", "2026-01-01", "--to", "2026-01-02", "--arm", "other"), 1, "[L004]"),
    ],
)
def test_starts_refuse_what_can_not_be_asked(more: tuple[str, ...], exit_code: int, said: str, folder: Path) -> None:
    result = run(*starts(folder, *more))
    assert (result.exit_code, said in result.stderr) == (exit_code, True)


@pytest.mark.parametrize(("more", "found"), [((), "got none"), (("--site", "MX-9"), 'got "MX-9"')])
def test_starts_need_the_name_of_one_of_several_sites(more: tuple[str, ...], found: str, folder: Path) -> None:
    span = ("--from", "2026-01-01", "--to", "2026-01-02")
    result = run("starts", folder / "p.yaml", "--sites", folder / "sites.yaml", *span, *more)
    assert result.exit_code == 1
    assert f"(CDMX-01, BJ-01), {found} [S108]" in result.stderr


def test_starts_say_which_visits_a_start_does_not_date(folder: Path) -> None:
    text = protocol_text(visits="D1: {}\nlater: {days: 7, anchor: discharge}")
    text = text.replace("arms:\n", "  discharge: {date: may be empty}\narms:\n", 1)
    (folder / "p.yaml").write_text(text, encoding="utf-8")
    result = run_well(*starts(folder, "--from", "2026-01-05", "--to", "2026-01-05"))
    assert "not judged, since a start alone doesn't date them: later\n" in result.stderr


def test_starts_of_cycles_without_an_end_need_a_horizon(folder: Path) -> None:
    cycles = "cycles:\n  C: {length: 21 days, count: until progression, counted_from: planned}\n"
    (folder / "p.yaml").write_text(protocol_text(visits="C*D1: {window: ±1 day}", more=cycles), encoding="utf-8")
    span = ("--from", "2026-01-05", "--to", "2026-01-05", "--format", "csv")
    assert run(*starts(folder, *span)).exit_code == 1
    # six cycles from Monday 5 January 2026: 26 January, 16 February, 9 and 30 March, 20 April, all of them open Mondays
    result = run_well(*starts(folder, *span, "--horizon", "6 cycles"))
    (row,) = csv_rows_of(result.stdout)
    assert row["verdict"] == "fits"


@pytest.mark.parametrize(
    ("policy", "gap", "planned"),
    [
        # the target is Saturday 2026-05-16, seven days after the first visit
        ("nearest", "6 days", "2026-05-15"),
        ("nearest", "7 days", "2026-05-18"),
        ("previous", "6 days", "2026-05-15"),
        ("previous", "7 days", "2026-05-16"),
    ],
)
def test_closed_day_moves_no_visit_too_near_to_another(policy: str, gap: str, planned: str, folder: Path) -> None:
    visits = (
        f"first: {{days: 0}}\nnext: {{days: 7, window: ±3 days, closed_day: {policy}, at_least: {gap} after first}}"
    )
    (folder / "p.yaml").write_text(protocol_text(visits=visits), encoding="utf-8")
    (folder / "s.csv").write_text("subject_id,arm,start,site\n1,control,2026-05-09,CDMX-01\n", encoding="utf-8")
    result = run_well("visits", folder / "p.yaml", folder / "s.csv", "--sites", folder / "sites.yaml")
    assert csv_rows_of(result.stdout)[1]["planned_date"] == planned


def test_start_that_leaves_no_day_after_a_gap_is_broken(folder: Path) -> None:
    visits = "first: {days: 0}\nnext: {days: 7, window: ±1 day, at_least: 10 days after first}"
    (folder / "p.yaml").write_text(protocol_text(visits=visits), encoding="utf-8")
    span = ("--from", "2026-05-11", "--to", "2026-05-11", "--format", "csv")
    (row,) = csv_rows_of(run_well(*starts(folder, *span)).stdout)
    assert (row["verdict"], row["visits_without_open_day"]) == ("breaks", "1")
    assert row["breaks"] == "next: no day inside the window is late enough after another visit"


def test_starts_warn_of_years_that_are_not_decided(folder: Path) -> None:
    arguments = ("starts", folder / "p.yaml", "--sites", folder / "sites.yaml", "--site", "BJ-01")
    result = run_well(*arguments, "--from", "2049-03-01", "--to", "2049-03-02")
    assert "[W014]" in result.stderr


def test_booking_on_a_closed_day_is_said(folder: Path) -> None:
    # Friday 2026-01-30 is open; Saturday the 31st is not
    actuals = "subject_id,visit,date,status\n1,D8,2026-01-31,planned\n2,D8,2026-01-30,planned\n"
    (folder / "actuals.csv").write_text(actuals, encoding="utf-8")
    files = ("--sites", folder / "sites.yaml", "--actuals", folder / "actuals.csv", "--as-of", "2026-01-20")
    result = run_well("visits", folder / "p.yaml", folder / "s.csv", *files)
    notes = {(row["subject_id"], row["visit"]): row["notes"].split("; ") for row in csv_rows_of(result.stdout)}
    assert "booked for a closed day: Saturday" in notes["1", "D8"]
    assert not any("booked for" in note for note in notes["2", "D8"])


@pytest.mark.parametrize(("site", "is_warned"), [("BJ-01", True), ("CDMX-01", False)])
def test_sites_without_a_subject_are_not_warned_of(site: str, is_warned: bool, folder: Path) -> None:  # noqa: FBT001
    (folder / "s.csv").write_text(f"subject_id,arm,start,site\n1,active,2030-01-28,{site}\n", encoding="utf-8")
    result = run_well("visits", folder / "p.yaml", folder / "s.csv", "--sites", folder / "sites.yaml")
    assert ("[W014]" in result.stderr) is is_warned
