"""One composition: whichever way a dose or a day is asked for, every input counts, and the answer is the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import csv_rows_of, run, run_well
from tests.example_protocols import protocol_text

WEIGHED_AGAIN = """\
dose: 1 million cells/kg
weight: {which: actual, each_dose: weigh again}
visits: [D1, D8]"""
FOLLOWING = "D1: {}\nD8: {days: 7, after: D1, counted_from: actual, window: ±2 days}"
# D1 was to be on 2 March and was held on 5 March; D8 is 7 days later, on 12 March, when 80 kg is the newest weight
LATE = {
    "p.yaml": protocol_text(regimen=WEIGHED_AGAIN, visits=FOLLOWING),
    "s.csv": "subject_id,arm,start,weight_kg,weight_date\n001,active,2026-03-02,71,2026-03-02\n",
    "w.csv": "subject_id,date,weight_kg,method\n001,2026-03-10,80,measured\n",
    "a.csv": "subject_id,visit,date,status,dose,unit,note\n001,D1,2026-03-05,done,,,\n",
}
ALL_INPUTS = ("p.yaml", "s.csv", "--weights", "w.csv", "--actuals", "a.csv", "--as-of", "2026-03-11")


@pytest.fixture
def late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A subject whose first infusion was held three days late, and who weighs more by the second."""
    for name, text in LATE.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_doses_and_worksheet_order_one_dose_on_one_day(late: Path) -> None:  # noqa: ARG001 - the folder
    row = csv_rows_of(run_well("doses", *ALL_INPUTS).stdout)[1]
    assert (row["planned_date"], row["weight_kg"], row["ordered_dose"]) == ("2026-03-12", "80", "80000000")
    sheet = run_well("worksheet", *ALL_INPUTS, "--subject", "001", "--visit", "D8").stdout
    assert "80,000,000 cells" in sheet
    assert "Thursday 12 March 2026" in sheet
    assert "71,000,000" not in sheet


def test_printed_worksheet_is_the_one_on_the_terminal(late: Path) -> None:
    run_well("print", *ALL_INPUTS, "--what", "worksheet", "--subject", "001", "--visit", "D8", "-o", "w.html")
    page = (late / "w.html").read_text(encoding="utf-8")
    assert "80,000,000" in page
    assert "71,000,000" not in page


def test_second_person_who_counts_with_all_inputs_agrees(late: Path) -> None:
    asked = (*ALL_INPUTS, "--subject", "001", "--visit", "D8")
    blank = run_well("worksheet", *asked, "--check-sheet", "--format", "yaml").stdout
    filled = blank.replace("checked_by:", "checked_by: AB").replace("ordered_dose:", "ordered_dose: 80 million cells")
    filled = filled.replace("calculated_dose:", "calculated_dose: 80 million cells")
    (late / "check.yaml").write_text(filled, encoding="utf-8")
    assert run("worksheet", *asked, "--verify", "check.yaml").exit_code == 0


def test_work_list_and_preview_plan_the_same_day(late: Path) -> None:  # noqa: ARG001 - the folder
    work = csv_rows_of(run_well("today", *ALL_INPUTS, "--format", "csv").stdout)
    assert [(row["visit"], row["date"]) for row in work] == [("D8", "2026-03-12")]
    asked = ("--subject", "001", "--visit", "D8", "--to", "2026-03-13", "--format", "csv")
    moves = csv_rows_of(run_well("reschedule", *ALL_INPUTS, *asked).stdout)
    assert [(row["visit"], row["from_date"]) for row in moves] == [("D8", "2026-03-12")]


def test_demand_counts_the_dose_that_is_ordered(late: Path) -> None:  # noqa: ARG001 - the folder
    whole = json.loads(run_well("demand", *ALL_INPUTS, "--by", "day", "--format", "json").stdout)
    text = json.dumps(whole)
    assert "80000000" in text
    assert "2026-03-12" in text


def _lines(name: str, text: str) -> None:
    Path(name).write_text(text, encoding="utf-8")


def test_booked_dose_takes_the_weight_of_the_day_for_which_it_is_booked(late: Path) -> None:  # noqa: ARG001 - the folder
    # D1 was held on 2 March, D8 is planned for the 9th and booked for the 10th, the day of the second weight
    _lines("a.csv", "subject_id,visit,date,status\n001,D1,2026-03-02,done\n001,D8,2026-03-10,planned\n")
    row = csv_rows_of(run_well("doses", *ALL_INPUTS).stdout)[1]
    assert (row["planned_date"], row["weight_kg"], row["ordered_dose"]) == ("2026-03-09", "80", "80000000")
    assert "the visit is booked for 2026-03-10" in row["notes"]
    sheet = run_well("worksheet", *ALL_INPUTS, "--subject", "001", "--visit", "D8").stdout
    assert "80,000,000 cells" in sheet
    assert "booked for Tuesday 10 March 2026" in " ".join(sheet.split())
    days = json.loads(run_well("today", *ALL_INPUTS, "--format", "json").stdout)
    assert "80000000" in json.dumps(days)
    forecast = run_well("demand", *ALL_INPUTS, "--by", "day", "--format", "csv").stdout
    assert "2026-03-10" in forecast
    assert "2026-03-09" not in forecast


def test_lot_that_expires_before_the_booked_day_is_not_given(late: Path) -> None:  # noqa: ARG001 - the folder
    _lines("a.csv", "subject_id,visit,date,status\n001,D1,2026-03-02,done\n001,D8,2026-03-10,planned\n")
    lots = "product,lot,container,content,unit,volume_ml,expires\n"
    lots += "".join(f"drug,L{day},1,100000000,cells,10,2026-03-{day}\n" for day in ("02", "09", "10"))
    _lines("l.csv", lots)
    rows = csv_rows_of(run_well("doses", *ALL_INPUTS, "--lots", "l.csv").stdout)
    assert [row["containers"] for row in rows] == ["L02:1", "L10:1"]


def test_given_dose_is_held_against_the_weight_of_the_day_on_which_it_was_given(late: Path) -> None:  # noqa: ARG001
    # 80 kg on 4 March, given on 5 March: 80 million cells are what was ordered
    _lines("w.csv", "subject_id,date,weight_kg,method\n001,2026-03-04,80,measured\n")
    _lines("a.csv", "subject_id,visit,date,status,dose,unit\n001,D1,2026-03-05,done,80000000,cells\n")
    assert "dose" not in {
        row["deviation"].split(" ")[0] for row in csv_rows_of(run_well("deviations", *ALL_INPUTS).stdout)
    }


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("001,D8,2026-03-10,done", "the visit was held on 2026-03-10"),
        ("001,D8,,missed", "the visit was missed"),
        ("001,D8,,cancelled", "the visit is cancelled"),
        ("001,off_treatment,2026-03-06,done", "the visit is cancelled"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "es-MX", "zh-CN"])
def test_sheet_says_what_became_of_the_visit(late: Path, row: str, said: str, lang: str) -> None:
    protocol = (late / "p.yaml").read_text(encoding="utf-8") + "after_off_treatment: none\n"
    _lines("p.yaml", protocol)
    _lines("a.csv", f"subject_id,visit,date,status\n001,D1,2026-03-02,done\n{row}\n")
    asked = (*ALL_INPUTS, "--subject", "001", "--visit", "D8")
    for sheet in ((), ("--check-sheet",), ("--check-sheet", "--format", "yaml")):
        assert f"! {said}" in run_well("worksheet", *asked, *sheet).stdout
    printed = run_well("print", *asked, "--what", "worksheet", "--lang", lang, "-o", "w.html")
    assert ("O020" in printed.stderr, said in (late / "w.html").read_text(encoding="utf-8")) == (False, lang == "en")


VERSIONED = {
    "old.yaml": protocol_text(regimen="dose: 1 mg/kg\nvisits: [D1, D8]", visits="D1: {}\nD8: {window: ±1 day}"),
    "s.csv": (
        "subject_id,arm,start,weight_kg,protocol_version\n1,active,2026-03-02,70,1.0\n2,active,2026-03-02,70,2.0\n"
    ),
    "a.csv": "subject_id,visit,date,status,dose,unit,note\n1,D1,2026-03-02,done,,,\n2,D1,2026-03-02,done,,,\n",
}
VERSIONED["new.yaml"] = VERSIONED["old.yaml"].replace('version: "1.0"', 'version: "2.0"\namends: "1.0"')


@pytest.mark.parametrize(
    "command",
    [
        ("visits",),
        ("doses",),
        ("deviations",),
        ("unscheduled",),
        ("today",),
        ("demand",),
        ("reschedule", "--subject", "2", "--visit", "D8", "--to", "2026-03-10"),
        ("worksheet", "--subject", "2", "--visit", "D8"),
    ],
    ids=lambda command: command[0],
)
def test_every_command_plans_each_subject_by_its_own_version(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in VERSIONED.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    name, *options = command
    files = ("old.yaml", "s.csv", "--also", "new.yaml", "--actuals", "a.csv", "--as-of", "2026-03-05")
    result = run(name, *files, *options)
    assert (result.exit_code, "C108" in result.stderr) == (0, False), result.stderr


@pytest.mark.parametrize(
    "command",
    ["visits", "doses", "deviations", "unscheduled", "reschedule", "today", "demand", "worksheet", "print", "export"],
)
def test_every_command_of_subjects_takes_every_input(command: str) -> None:
    said = run_well(command, "--help").stdout
    options = (
        *("also", "weights", "levels", "lots", "sites", "actuals", "map", "horizon", "as-of", "skip-bad"),
        *("separator", "encoding", "dates", "decimal", "unblinded"),
    )
    assert [one for one in options if f"--{one} " not in said and f"--{one}\n" not in said] == []


def test_one_subject_is_planned_though_the_row_of_another_is_bad(late: Path) -> None:
    (late / "s.csv").write_text(LATE["s.csv"] + "002,active,2026-03-32,71,\n", encoding="utf-8")
    result = run("worksheet", *ALL_INPUTS, "--subject", "001", "--visit", "D8")
    assert (result.exit_code, "80,000,000 cells" in result.stdout) == (0, True)
    assert "problems in the rows of other subjects are passed over: 1" in result.stderr
    assert run("worksheet", *ALL_INPUTS, "--subject", "002").exit_code == 1


def test_row_of_another_study_is_planned_by_nobody(late: Path) -> None:
    rows = "subject_id,study,arm,start,weight_kg\n001,TEST-1,active,2026-03-02,70\n002,TEST-2,active,2026-03-02,70\n"
    (late / "s.csv").write_text(rows, encoding="utf-8")
    result = run("visits", "p.yaml", "s.csv")
    assert (result.exit_code, result.stdout) == (1, "")
    assert 's.csv:3:5: study: expected the study of one of the protocols (TEST-1), got "TEST-2"' in result.stderr
