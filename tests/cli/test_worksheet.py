"""``dosecal worksheet`` as its users meet it: sheets, check sheets, comparisons, refusals, files."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.command_line import json_of, run, run_well
from tests.example_protocols import protocol_text

FOLDER = Path(__file__).parents[1] / "golden" / "worksheets"
HEAD = "subject_id,arm,start,weight_kg,weight_date,weight_method,height_cm\n"
PER_AREA = "dose: 75 mg/m²\nbody_surface: Mosteller\nrounding: {dose: {to: 5 mg, ties: up}}\nvisits: [D1, D8]"
WITH_LOTS = (FOLDER / "msc-lots.yaml", FOLDER / "msc-lots-subjects.csv", "--weights", FOLDER / "msc-lots-weights.csv")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A protocol whose dose is per m², and its subjects: one treated, one control, one without a height."""
    protocol, subjects = tmp_path / "protocol.yaml", tmp_path / "subjects.csv"
    protocol.write_text(protocol_text(regimen=PER_AREA, visits="D1: {}\nD8: {}\nD15: {}"), encoding="utf-8")
    rows = "007,active,2026-03-02,70,2026-03-01,measured,170\n008,control,2026-03-02,70,,,170\n"
    subjects.write_text(HEAD + rows + "009,active,2026-03-02,70,2026-03-01,measured,\n", encoding="utf-8")
    return protocol, subjects


def entries(text: str, found: dict[str, str], *, checked_by: str = "AB") -> str:
    """A check sheet's file with these entries filled in."""
    lines = [f"checked_by: {checked_by}" if line == "checked_by:" else line for line in text.splitlines()]
    for name, value in found.items():
        lines = [line.replace(f"      {name}:", f"      {name}: {value}") for line in lines]
    return "\n".join(lines) + "\n"


def filled_in(files: tuple[Path, Path], found: dict[str, str], *, checked_by: str = "AB") -> Path:
    """The check sheet of the first dose of subject 007, filled in."""
    options = ("--subject", "007", "--visit", "D1", "--check-sheet", "--format", "yaml")
    path = files[0].parent / "check.yaml"
    path.write_text(entries(run_well("worksheet", *files, *options).stdout, found, checked_by=checked_by), "utf-8")
    return path


# √(170 × 70 ÷ 3600) = 1.81811868…; × 75 = 136.3589…; to 5 mg: 135
RIGHT = {"body_surface": "1.8181 m²", "calculated_dose": "136.36 mg", "ordered_dose": "135 mg"}


def verify(files: tuple[Path, Path], path: Path, *options: str) -> tuple[int, str, str]:
    result = run("worksheet", *files, "--subject", "007", "--visit", "D1", "--verify", path, *options)
    return result.exit_code, result.stdout, result.stderr


def test_sheet_of_one_visit_is_printed(files: tuple[Path, Path]) -> None:
    text = run_well("worksheet", *files, "--subject", "007", "--visit", "D8").stdout
    assert text.startswith("PREPARATION WORKSHEET\nTEST-1  version 1.0  file ")
    assert "  dose          2 of 2" in text
    assert "√(170 cm × 70 kg ÷ 3,600)" in text
    assert "ordered dose  135 mg" in text
    assert text.count("PREPARATION WORKSHEET") == 1


def test_without_a_visit_every_dose_has_a_sheet(files: tuple[Path, Path]) -> None:
    text = run_well("worksheet", *files, "--subject", "007").stdout
    assert [f"dose          {k} of 2" in text for k in (1, 2)] == [True, True]
    assert text.count("\f") == 1


def test_subjects_come_from_standard_input_too(files: tuple[Path, Path]) -> None:
    subjects = files[1].read_text(encoding="utf-8")
    text = run_well("worksheet", files[0], "-", "--subject", "007", "--visit", "D1", stdin=subjects).stdout
    assert text == run_well("worksheet", *files, "--subject", "007", "--visit", "D1").stdout


def test_json_has_exact_values(files: tuple[Path, Path]) -> None:
    whole = json_of(run_well("worksheet", *files, "--subject", "007", "--visit", "D1", "--format", "json"))
    (sheet,) = whole["sheets"]
    (order,) = (section for section in sheet["sections"] if section["id"] == "order")
    assert (order["lines"][0]["value"], order["lines"][0]["unit"]) == ("135", "mg")


def test_file_is_written_whole_for_its_owner_and_not_over_another(files: tuple[Path, Path]) -> None:
    page = files[0].parent / "sheet.html"
    arguments = ("worksheet", *files, "--subject", "007", "--format", "html", "-o", page)
    run_well(*arguments)
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    again = run(*arguments)
    assert (again.exit_code, "[O001]" in again.stderr) == (1, True)
    run_well(*arguments, "--force")


def test_entries_that_agree_end_with_0(files: tuple[Path, Path]) -> None:
    code, text, _ = verify(files, filled_in(files, RIGHT))
    assert code == 0
    assert text.splitlines()[2:] == [
        "subject 007",
        "checked by AB",
        "",
        "D1, dose 1 of infusion",
        "  body surface     agrees",
        "  calculated dose  agrees",
        "  ordered dose     agrees",
    ]


def test_entries_that_differ_or_are_missing_end_with_1_and_no_value_is_said(files: tuple[Path, Path]) -> None:
    found = {"body_surface": "1.9181 m²", "calculated_dose": "136.36 mg"}
    code, text, said = verify(files, filled_in(files, found))
    assert code == 1
    assert text.splitlines()[-3:] == [
        "  body surface     differs",
        "  calculated dose  agrees",
        "  ordered dose     missing",
    ]
    for value in ("1.81", "1.91", "136", "135"):
        assert value not in text + said


def test_entries_for_which_nobody_stands_end_with_1(files: tuple[Path, Path]) -> None:
    code, text, _ = verify(files, filled_in(files, RIGHT, checked_by=""))
    assert code == 1
    assert "checked by nobody named: missing" in text


def test_comparison_as_json(files: tuple[Path, Path]) -> None:
    path = filled_in(files, RIGHT | {"ordered_dose": "140 mg"})
    result = run("worksheet", *files, "--subject", "007", "--visit", "D1", "--verify", path, "--format", "json")
    whole = json_of(result)
    assert (result.exit_code, whole["agrees"], whole["checked_by"]) == (1, False, "AB")
    assert [(one["id"], one["outcome"]) for one in whole["entries"]] == [
        ("body_surface", "agrees"),
        ("calculated_dose", "agrees"),
        ("ordered_dose", "differs"),
    ]
    assert "135" not in result.stdout


def test_refused_entry_is_a_problem_with_its_place(files: tuple[Path, Path]) -> None:
    code, text, said = verify(files, filled_in(files, RIGHT | {"ordered_dose": "0.135 g"}))
    assert (code, text) == (1, "")
    assert 'doses.1.entries.ordered_dose: expected a number with its unit such as "12.5 mg", got "0.135 g"' in said
    assert said.rstrip().endswith("[C143]")


def test_entries_for_another_weight_differ_and_for_another_protocol_are_refused(files: tuple[Path, Path]) -> None:
    path = filled_in(files, RIGHT)
    files[1].write_text(files[1].read_text(encoding="utf-8").replace(",70,2026", ",90,2026"), encoding="utf-8")
    assert "ordered dose     differs" in verify(files, path)[1]
    files[0].write_text(files[0].read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    code, _, said = verify(files, path)
    assert code == 1
    assert "[C141]" in said


def test_entries_that_are_not_there_are_refused(files: tuple[Path, Path]) -> None:
    code, _, said = verify(files, files[0].parent / "none.yaml")
    assert code == 1
    assert "expected a filled-in check sheet, got none" in said


def test_entries_of_a_dose_from_lots_agree(tmp_path: Path) -> None:
    options = (*WITH_LOTS, "--lots", FOLDER / "msc-lots-lots.csv", "--subject", "007", "--visit", "D1")
    text = run_well("worksheet", *options, "--check-sheet", "--format", "yaml").stdout
    found = {
        "calculated_dose": "70.25 million viable cells",
        "limited_dose": "70,250,000 viable cells",
        "ordered_dose": "7.025 × 10⁷ viable cells",
        "volume_1": "8 mL",
        "volume_2": "0.56 mL",
        "volume": "8.56 mL",
        "containers": "3 vials",
        "total_volume": "100 mL",
        "rate": "100 mL/h",
    }
    path = tmp_path / "check.yaml"
    path.write_text(entries(text, found), encoding="utf-8")
    said = run_well("worksheet", *options, "--verify", path).stdout
    assert said.count("  agrees") == len(found)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--subject", "999"), "L040"),
        (("--subject", "7"), "L040"),
        (("--subject", "008"), "L006"),
        (("--subject", "007", "--visit", "D15"), "L006"),
        (("--subject", "007", "--visit", "D99"), "L005"),
        (("--subject", "009"), "L041"),
        (("--subject", "009", "--visit", "D8"), "L041"),
    ],
)
def test_what_is_not_there_is_refused(arguments: tuple[str, ...], code: str, files: tuple[Path, Path]) -> None:
    result = run("worksheet", *files, *arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"[{code}]" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--check-sheet", "--verify", "check.yaml"),
        ("--format", "yaml"),
        ("--verify", "check.yaml", "--format", "html"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(arguments: tuple[str, ...], files: tuple[Path, Path]) -> None:
    result = run("worksheet", *files, "--subject", "007", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")


def test_bad_row_of_another_subject_is_a_warning_and_ones_own_is_refused(files: tuple[Path, Path]) -> None:
    with files[1].open("a", encoding="utf-8") as rows:
        rows.write("010,active,2026-03-02,seventy,2026-03-01,measured,170\n")
    well = run_well("worksheet", *files, "--subject", "007", "--visit", "D1")
    assert "problems in the rows of other subjects are passed over: 1 (dosecal doses names them) [W040]" in well.stderr
    own = run("worksheet", *files, "--subject", "010")
    assert (own.exit_code, own.stdout) == (1, "")
    assert "subjects.csv:5:23: weight_kg: expected a weight in kilograms" in own.stderr


def test_subject_that_stands_twice_is_refused(files: tuple[Path, Path]) -> None:
    with files[1].open("a", encoding="utf-8") as rows:
        rows.write("007,active,2026-03-02,80,2026-03-01,measured,170\n")
    result = run("worksheet", *files, "--subject", "007")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "[C102]" in result.stderr


def test_with_lots_a_bad_row_of_anybody_is_refused(tmp_path: Path) -> None:
    # which containers this dose gets depends on every other dose
    subjects = tmp_path / "subjects.csv"
    text = (FOLDER / "msc-lots-subjects.csv").read_text(encoding="utf-8")
    subjects.write_text(text + "008,cells,2026-06-01,x,2026-05-31,measured,S1\n", encoding="utf-8")
    lots = FOLDER / "msc-lots-lots.csv"
    result = run("worksheet", FOLDER / "msc-lots.yaml", subjects, "--lots", lots, "--subject", "007")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "[C105]" in result.stderr


def test_dose_to_be_determined_is_named_beside_the_sheets_of_the_others() -> None:
    # the second weight is too old on day 8 without the weights' file: 31 May is eight days before 8 June
    result = run_well("worksheet", *WITH_LOTS[:2], "--subject", "007")
    assert result.stdout.count("PREPARATION WORKSHEET") == 1
    assert "warning: " in result.stderr
    assert "dose 2 of infusion at D8 to be worked out, got to be determined: the weight is too old" in result.stderr


def test_columns_may_have_other_names(files: tuple[Path, Path]) -> None:
    plain = run_well("worksheet", *files, "--subject", "007").stdout
    text = files[1].read_text(encoding="utf-8").replace("subject_id", "Patient No")
    files[1].write_text(text, encoding="utf-8")
    names = files[0].parent / "names.yaml"
    names.write_text("subject_id: Patient No\n", encoding="utf-8")
    renamed = run_well("worksheet", *files, "--subject", "007", "--map", names).stdout
    assert renamed == plain


def test_dose_level_is_that_of_the_levels_file(tmp_path: Path) -> None:
    protocol, subjects, levels = (tmp_path / name for name in ("protocol.yaml", "subjects.csv", "levels.csv"))
    regimen = 'levels: {"1": 1 million cells/kg, "2": 3 million cells/kg}\nlevel: each subject\'s'
    protocol.write_text(protocol_text(regimen=regimen), encoding="utf-8")
    subjects.write_text(HEAD + "a,active,2026-03-02,70,2026-03-01,measured,\n", encoding="utf-8")
    levels.write_text("subject_id,date,level\na,2026-03-01,2\n", encoding="utf-8")
    text = run_well("worksheet", protocol, subjects, "--levels", levels, "--subject", "a").stdout
    assert "ordered dose  210,000,000 cells (210 million; 2.1 × 10⁸)" in text


TIMED = (*WITH_LOTS, "--lots", FOLDER / "msc-lots-lots.csv", "--subject", "007", "--visit", "D1", "--zone", "UTC")


def times_on(*options: str) -> str:
    """What a sheet of the dose of 1 June says in its section of what is given."""
    text = run_well("worksheet", *TIMED, *options).stdout
    return " ".join(text.split("TO PREPARE AND GIVE")[1].split("LEFT OPEN")[0].split())


def test_planned_end_is_held_against_the_expiry() -> None:
    # used within 3 h of thaw; 100 mL over 60 min
    said = times_on("--thawed", "2026-06-01 09:00", "--start", "2026-06-01 10:15")
    assert "expires at Monday 1 June 2026, 12:00 UTC (UTC+00:00)" in said
    assert "planned end Monday 1 June 2026, 11:15 UTC (UTC+00:00)" in said
    assert "ends before expiry yes, 45 min before" in said
    assert "NOT KEPT" not in said
    said = times_on("--thawed", "2026-06-01 09:00", "--start", "2026-06-01 11:30")
    assert "ends before expiry NO: it ends 30 min after ! NOT KEPT: the infusion does not end before" in said


def test_time_of_thaw_alone_gives_the_expiry_and_judges_nothing() -> None:
    said = times_on("--thawed", "2026-06-01 09:00")
    assert "expires at Monday 1 June 2026, 12:00 UTC" in said
    assert "ends before expiry" not in said


def test_before_the_thaw_its_times_are_blank_with_the_rule_between_them() -> None:
    said = times_on("--start", "2026-06-01 11:00")
    assert "thawed at ________________________ (date and time, with the zone)" in said
    assert "expires at ________________________ (thawed at + 3 h)" in said
    assert "thaw not before Monday 1 June 2026, 09:00 UTC" in said


def test_start_on_another_day_than_planned_is_a_warning() -> None:
    said = times_on("--thawed", "2026-06-02 09:00", "--start", "2026-06-02 10:15")
    assert "! It begins on Tuesday 2 June 2026, and is planned for Monday 1 June 2026" in said


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--thawed", "2026-06-01 09:00", "--start", "2026-06-01 08:59"), "L028"),
        (("--start", "2026-06-01 10:00", "--end", "2026-06-01 10:00"), "L029"),
        (("--start", "10:00"), "L021"),
    ],
)
def test_times_that_contradict_are_refused(options: tuple[str, ...], code: str) -> None:
    result = run("worksheet", *TIMED, *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"[{code}]" in result.stderr


def test_times_of_several_doses_or_of_no_thawed_product_are_refused(files: tuple[Path, Path]) -> None:
    times = ("--thawed", "2026-06-01 09:00", "--zone", "UTC")
    weights = (*WITH_LOTS, "--lots", FOLDER / "msc-lots-lots.csv", "--subject", "007")
    several = run("worksheet", *weights, *times).stderr
    assert "got 2 of them (the times are those of one dose: name its visit with --visit) [L027]" in several
    assert "[L026]" in run("worksheet", *files, "--subject", "007", *times).stderr


@pytest.mark.parametrize(
    "options", [("--zone", "UTC"), ("--thawed", "2026-06-01 09:00"), ("--zone", "UTC", "--end", "x")]
)
def test_times_and_their_zone_come_together(options: tuple[str, ...], files: tuple[Path, Path]) -> None:
    assert run("worksheet", *files, "--subject", "007", *options).exit_code == 2
