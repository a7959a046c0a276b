"""The work list of the coming days, through the command line. 2 March 2026 is a Monday."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, json_of, run, run_well
from tests.followed import files, followed

if TYPE_CHECKING:
    from pathlib import Path

    Arguments = tuple[Path | str, ...]

VISITS = "D1: {window: +2 days}\nD8: {window: ±1 day}\nD15: {window: -2 to +3 days}\nD60: {}"
DOSED = "dose: 1 mg/kg\nvisits: [D1, D8]"
SUBJECTS = "1,active,2026-03-02,70,01\n2,control,2026-03-02,,02\n3,control,2026-03-09,,01"
COLUMNS = ",weight_kg,site"


def trial(folder: Path, *actuals: str) -> tuple[Path, Path, str, Path]:
    return files(folder, visits=VISITS, regimen=DOSED, subjects=SUBJECTS, columns=COLUMNS, actuals=actuals)


def test_overdue_visits_come_first_then_those_that_close_soonest_then_those_to_come_by_day_and_site(
    tmp_path: Path,
) -> None:
    rows = followed("today", trial(tmp_path, "1,D1,2026-03-02,done"), "2026-03-10")
    assert [(row["subject_id"], row["visit"], row["status"], row["what"], row["days_left"]) for row in rows] == [
        ("2", "D1", "overdue", "overdue by 6 days", "-6"),
        ("1", "D8", "due", "closes today", "0"),
        ("2", "D8", "due", "closes today", "0"),
        ("3", "D1", "due", "closes in 1 day", "1"),
        ("1", "D15", "not yet due", "opens in 4 days", "9"),
        ("3", "D8", "not yet due", "opens in 5 days", "7"),
        ("2", "D15", "not yet due", "opens in 4 days", "9"),
        ("3", "D15", "not yet due", "opens in 11 days", "16"),
    ]


@pytest.mark.parametrize(("days", "visits"), [("4", {"D1", "D8"}), ("5", {"D1", "D8", "D15"})])
def test_period_has_so_many_days_from_today_on(days: str, visits: set[str], tmp_path: Path) -> None:
    rows = followed("today", trial(tmp_path), "2026-03-10", "--days", days, "--site", "02")
    assert {row["visit"] for row in rows} == visits  # D15's window opens on 14 March, the fifth day


def test_one_site_s_work_is_listed_alone(tmp_path: Path) -> None:
    rows = followed("today", trial(tmp_path), "2026-03-10", "--site", "01")
    assert {row["subject_id"] for row in rows} == {"1", "3"}


CLOSED = "sites:\n  '01': {country: none stated, weekend: [Saturday, Sunday], closed: {2026-03-09: Fair}}\n"


def test_closed_day_is_named_beside_the_infusion_and_the_visit(tmp_path: Path) -> None:
    (tmp_path / "sites.yaml").write_text(CLOSED, encoding="utf-8")
    subjects = "1,active,2026-03-02,70,01\n2,active,2026-03-03,70,01"
    booked = ["1,D1,2026-03-02,done", "2,D1,2026-03-03,done", "2,D8,2026-03-15,planned"]
    arguments = files(tmp_path, visits=VISITS, regimen=DOSED, subjects=subjects, columns=COLUMNS, actuals=booked)
    options = ("--as-of", "2026-03-08", "--format", "json", "--sites", tmp_path / "sites.yaml", "--days", "10")
    listed = json_of(run_well("today", *arguments, *options))
    # D8 of subject 1 is Monday 9 March; that of subject 2 is booked for Sunday 15 March
    assert [(one["subject_id"], one["date"], one["notes"]) for one in listed["infusions"]] == [
        ("1", "2026-03-09", "closed: Fair"),
        ("2", "2026-03-15", "closed: Sunday"),
    ]
    notes = {(one["subject_id"], one["visit"]): one["notes"] for one in listed["work"]}
    assert (notes["1", "D8"], notes["2", "D8"], notes["1", "D15"]) == ("closed: Fair", "closed: Sunday", "")


def test_visit_on_an_open_day_in_place_of_a_closed_one_has_no_closed_day(tmp_path: Path) -> None:
    (tmp_path / "sites.yaml").write_text(CLOSED, encoding="utf-8")
    visits = "D1: {}\nD8: {window: ±2 days, closed_day: next}\nD15: {window: ±2 days}"
    arguments = files(tmp_path, visits=visits, subjects="1,control,2026-03-02,01", columns=",site")
    rows = followed("today", arguments, "2026-03-08", "--days", "3", "--sites", str(tmp_path / "sites.yaml"))
    assert [(row["visit"], row["status"], row["date"], row["notes"]) for row in rows] == [
        ("D8", "due", "2026-03-10", ""),
        ("D1", "past its day", "2026-03-02", ""),
    ]


def test_site_of_nobody_is_refused(tmp_path: Path) -> None:
    result = run("today", *trial(tmp_path), "--site", "1", "--as-of", "2026-03-10")
    assert (result.exit_code, result.stderr.strip()[-6:]) == (1, "[L064]")
    assert 'expected a site of the subjects (01, 02), got "1"' in result.stderr


def test_infusions_name_the_product_and_the_ordered_dose(tmp_path: Path) -> None:
    whole = json_of(run_well("today", *trial(tmp_path), "--as-of", "2026-03-09", "--format", "json"))
    found = [(one["subject_id"], one["date"], one["product"], one["dose"], one["unit"]) for one in whole["infusions"]]
    assert found == [("1", "2026-03-02", "drug", "70", "mg"), ("1", "2026-03-09", "drug", "70", "mg")]


def test_load_counts_the_visits_and_infusions_of_each_day_by_site(tmp_path: Path) -> None:
    arguments = trial(tmp_path, "1,D1,2026-03-02,done", "2,D1,2026-03-02,done", "2,D8,2026-03-10,planned")
    whole = json_of(run_well("today", *arguments, "--as-of", "2026-03-08", "--days", "7", "--format", "json"))
    assert [(one["date"], one["site"], one["visits"], one["infusions"]) for one in whole["load"]] == [
        ("2026-03-09", "01", 2, 1),
        ("2026-03-10", "02", 1, 0),
    ]


def test_table_has_three_parts_and_says_what_made_it(tmp_path: Path) -> None:
    text = run_well("today", *trial(tmp_path), "--as-of", "2026-03-09").stdout
    titles = [line for line in text.splitlines() if line and not line.startswith((" ", "-")) and line[0].isupper()]
    assert titles[1:] == [
        *("Overdue: 2 visits", "Due: 3 visits", "Not yet due: 4 visits", "Infusions: 2", "Work a day"),
    ]
    assert text.startswith("TEST-1 version 1.0, file ")
    assert text.rstrip().endswith("as of 2026-03-09")


def test_day_without_work_says_so(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits="D1: {}", actuals=["1,D1,2026-03-02,done"])
    text = run_well("today", *arguments, "--as-of", "2026-03-09").stdout
    assert "none is due, overdue or coming" in text


def test_subjects_of_two_versions_have_each_the_visits_of_its_own(tmp_path: Path) -> None:
    protocol, *_ = files(tmp_path, visits="D1: {}\nD8: {}")
    second = tmp_path / "second.yaml"
    text = protocol.read_text(encoding="utf-8").replace('version: "1.0"', 'version: "2.0"')
    second.write_text(text.replace("D8", "D9"), encoding="utf-8")
    rows = "1,control,2026-03-02,1.0\n2,control,2026-03-02,2.0\n"
    (tmp_path / "subjects.csv").write_text(f"subject_id,arm,start,protocol_version\n{rows}", encoding="utf-8")
    found = csv_rows_of(
        run_well(
            "today", protocol, second, tmp_path / "subjects.csv", "--as-of", "2026-03-08", "--format", "csv"
        ).stdout
    )
    assert [(row["subject_id"], row["visit"], row["protocol_version"]) for row in found] == [
        ("1", "D1", "1.0"),
        ("2", "D1", "2.0"),
        ("1", "D8", "1.0"),
        ("2", "D9", "2.0"),
    ]


def two_versions(
    folder: Path, subjects: str, *, effective: tuple[str, str] = ("2026-01-05", "2026-03-12")
) -> Arguments:
    """The versions 1.0 and 2.0 of one study, by their dates of effect, and subjects as of 8 March 2026."""
    first, *_ = files(folder, visits="D1: {}\nD8: {}")
    text = first.read_text(encoding="utf-8")
    second = folder / "second.yaml"
    dated = [f"effective: {day}\n" if day else "" for day in effective]
    second.write_text(text.replace('"1.0"', '"2.0"').replace("D8", "D9") + dated[1], encoding="utf-8")
    first.write_text(text + dated[0], encoding="utf-8")
    (folder / "subjects.csv").write_text(subjects, encoding="utf-8")
    return first, second, folder / "subjects.csv", "--as-of", "2026-03-08", "--format", "csv", "--days", "60"


@pytest.mark.parametrize(
    ("start", "visit"),
    # 12 March is the first day of version 2.0, which has D9 in the place of D8
    [("2026-01-05", "D8"), ("2026-03-11", "D8"), ("2026-03-12", "D9"), ("2026-03-30", "D9")],
)
def test_version_in_effect_on_the_first_day_holds_where_none_is_named(start: str, visit: str, tmp_path: Path) -> None:
    arguments = two_versions(tmp_path, f"subject_id,arm,start\n1,control,{start}\n")
    assert visit in {row["visit"] for row in csv_rows_of(run_well("today", *arguments).stdout)}


def test_named_version_holds_whatever_is_in_effect(tmp_path: Path) -> None:
    rows = "1,control,2026-03-16,1.0\n2,control,2026-03-02,2.0\n"
    arguments = two_versions(tmp_path, f"subject_id,arm,start,protocol_version\n{rows}")
    found = csv_rows_of(run_well("today", *arguments).stdout)
    assert {(row["subject_id"], row["visit"]) for row in found} == {("1", "D1"), ("1", "D8"), ("2", "D1"), ("2", "D9")}


@pytest.mark.parametrize(
    ("start", "version", "effective", "said"),
    [
        (
            "2026-03-02",
            "3.0",
            ("2026-01-05", "2026-03-12"),
            "expected a version of the protocol (1.0, 2.0), or nothing",
        ),
        ("2026-01-04", "", ("2026-01-05", "2026-03-12"), "since none is in effect on 2026-01-04"),
        ("2026-03-02", "", ("", "2026-03-12"), "(1.0: no date of effect is stated)"),
    ],
)
def test_subject_of_no_certain_version_is_a_problem(
    start: str, version: str, effective: tuple[str, str], said: str, tmp_path: Path
) -> None:
    subjects = f"subject_id,arm,start,protocol_version\n1,control,{start},{version}\n"
    result = run("today", *two_versions(tmp_path, subjects, effective=effective))
    assert (result.exit_code, result.stderr.strip()[-6:]) == (1, "[L082]")
    assert said in result.stderr
    assert ": protocol_version: expected" in result.stderr


@pytest.mark.parametrize(
    ("study", "version", "code"), [("TEST-1", "", ""), ("", "3.0", ""), ("", "", "C320"), ("TEST-9", "", "C320")]
)
def test_subject_belongs_to_a_study_that_it_names_or_whose_version_it_has(
    study: str, version: str, code: str, tmp_path: Path
) -> None:
    first, *_ = files(tmp_path, visits="D1: {}")
    other = tmp_path / "other.yaml"
    text = first.read_text(encoding="utf-8").replace("TEST-1", "TEST-2").replace('"1.0"', '"3.0"')
    other.write_text(text, encoding="utf-8")
    row = f"1,control,2026-03-02,{study},{version}"
    (tmp_path / "subjects.csv").write_text(f"subject_id,arm,start,study,protocol_version\n{row}\n", encoding="utf-8")
    result = run("today", first, other, tmp_path / "subjects.csv", "--as-of", "2026-03-08")
    assert (result.exit_code, f"[{code}]" in result.stderr) == (int(bool(code)), bool(code))


def test_version_is_named_once(tmp_path: Path) -> None:
    protocol, subjects, *_ = trial(tmp_path)
    result = run("today", protocol, protocol, subjects, "--as-of", "2026-03-08")
    assert (result.exit_code, "[L081]" in result.stderr) == (1, True)


@pytest.mark.parametrize(("name", "begins"), [("load.png", b"\x89PNG"), ("load.svg", b"<?xml")])
def test_plot_is_a_picture_and_the_same_twice(name: str, begins: bytes, tmp_path: Path) -> None:
    arguments = trial(tmp_path)
    pictures = []
    for _ in range(2):
        run_well("today", *arguments, "--as-of", "2026-03-09", "--plot", tmp_path / name, "--force")
        pictures.append((tmp_path / name).read_bytes())
    assert pictures[0].startswith(begins)
    assert pictures[0] == pictures[1]


def test_plot_says_its_title_axis_and_making_in_words(tmp_path: Path) -> None:
    run_well("today", *trial(tmp_path), "--as-of", "2026-03-09", "--plot", tmp_path / "load.svg")
    picture = (tmp_path / "load.svg").read_text(encoding="utf-8")
    for words in ("Visits a day: TEST-1 version 1.0", "infusions among them", "Mon 09 Mar", "as of 2026-03-09"):
        assert words in picture


def test_plot_of_another_kind_is_refused(tmp_path: Path) -> None:
    result = run("today", *trial(tmp_path), "--as-of", "2026-03-09", "--plot", tmp_path / "load.pdf")
    assert (result.exit_code, result.stderr.strip()[-6:]) == (1, "[O007]")


def test_plot_without_its_library_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    result = run("today", *trial(tmp_path), "--as-of", "2026-03-09", "--plot", tmp_path / "load.png")
    assert (result.exit_code, "[O006]" in result.stderr) == (1, True)


def test_subjects_alone_are_wrong_usage(tmp_path: Path) -> None:
    _, subjects, *_ = trial(tmp_path)
    assert run("today", subjects).exit_code == 2


def test_inputs_are_not_written_over(tmp_path: Path) -> None:
    arguments = trial(tmp_path)
    result = run("today", *arguments, "-o", arguments[3], "--force")
    assert (result.exit_code, result.stderr.strip()[-6:]) == (1, "[O005]")


def test_visits_without_a_name_change_no_work(tmp_path: Path) -> None:
    with_it = followed("today", trial(tmp_path, "1,,2026-03-06,done"), "2026-03-10")
    assert with_it == followed("today", trial(tmp_path), "2026-03-10")


def test_further_weights_and_renamed_columns_are_taken(tmp_path: Path) -> None:
    protocol, subjects, option, actuals = trial(tmp_path)
    text = subjects.read_text(encoding="utf-8").replace("subject_id", "patient")
    subjects.write_text(text, encoding="utf-8")
    (tmp_path / "map.yaml").write_text("subject_id: patient\n", encoding="utf-8")
    weights = "subject_id,date,weight_kg,method\n1,2026-03-08,72,measured\n"
    (tmp_path / "weights.csv").write_text(weights, encoding="utf-8")
    options = ("--map", tmp_path / "map.yaml", "--weights", tmp_path / "weights.csv", "--format", "json")
    whole = json_of(run_well("today", protocol, subjects, option, actuals, "--as-of", "2026-03-09", *options))
    assert [(one["visit"], one["dose"]) for one in whole["infusions"]] == [("D1", "70"), ("D8", "72")]


def test_visits_are_planned_on_open_days(tmp_path: Path) -> None:
    site = "{country: none stated, weekend: [Saturday, Sunday]}"
    (tmp_path / "sites.yaml").write_text(f"sites:\n  '01': {site}\n", encoding="utf-8")
    visits = "D1: {}\nD14: {window: ±2 days, closed_day: next}"
    arguments = files(tmp_path, visits=visits, subjects="1,control,2026-03-02,01", columns=",site")
    rows = followed("today", arguments, "2026-03-09", "--sites", str(tmp_path / "sites.yaml"))
    assert [(row["visit"], row["date"]) for row in rows][-1] == ("D14", "2026-03-16")  # the 15th is a Sunday


def test_problems_of_all_inputs_are_told_together(tmp_path: Path) -> None:
    arguments = files(
        tmp_path,
        visits="D1: {}",
        subjects="1,control,2026-03-02\n2,control,x",
        actuals=["1,D4,2026-03-05,done", "9,D1,2026-03-02,done"],
    )
    result = run("today", *arguments, "--as-of", "2026-03-09")
    assert [line[-5:-1] for line in result.stderr.splitlines()] == ["C104", "C315", "C317"]


@pytest.mark.parametrize(
    ("as_of", "what"),
    [
        # D8 is 9 March: its window ends on 10 March, the wider one on 13 March
        ("2026-03-10", "closes today"),
        ("2026-03-11", "overdue by 1 day; the wider window closes in 2 days"),
        ("2026-03-13", "overdue by 3 days; the wider window closes today"),
        ("2026-03-14", "overdue by 4 days; the wider window closed 1 day ago"),
    ],
)
def test_overdue_visit_says_when_its_wider_window_closes(as_of: str, what: str, tmp_path: Path) -> None:
    visits = "D1: {}\nD8: {window: ±1 day, wider: ±4 days}"
    arguments = files(tmp_path, visits=visits, actuals=["1,D1,2026-03-02,done"])
    assert [row["what"] for row in followed("today", arguments, as_of)] == [what]


@pytest.mark.parametrize(
    ("as_of", "actuals", "what"),
    [
        ("2026-03-09", (), "planned today, no window is stated"),
        ("2026-03-12", (), "planned 3 days ago"),
        ("2026-03-12", ("1,D8,2026-03-16,planned",), "planned in 4 days"),
    ],
)
def test_visit_without_a_window_says_for_when_it_was_planned(
    as_of: str, actuals: tuple[str, ...], what: str, tmp_path: Path
) -> None:
    arguments = files(tmp_path, visits="D1: {}\nD8: {}", actuals=["1,D1,2026-03-02,done", *actuals])
    assert [row["what"] for row in followed("today", arguments, as_of)] == [what]


def test_visits_of_one_day_stand_in_the_order_of_the_plan(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits="screen: {day: D1}\nD1: {}\nbefore_noon: {day: D1}")
    assert [row["visit"] for row in followed("today", arguments, "2026-03-02")] == ["screen", "D1", "before_noon"]
