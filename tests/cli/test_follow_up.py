"""What happened beside what was planned, through the command line. 2 March 2026 is a Monday."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, run, run_well
from tests.followed import files, followed, statuses

if TYPE_CHECKING:
    from pathlib import Path

GAP_CASES = "D1: {}\nD8: {window: ±2 days}\nD15: {window: ±2 days}\nD29: {}"
VISITS = "D1: {}\nD8: {window: ±1 day}\nD15: {window: -2 to +3 days}\ncall: {days: 7, after: D15, counted_from: actual}"
DOSED = "dose: 1 mg/kg\nvisits: [D1, D8]"
TREATED = "1,active,2026-03-02,70"


def columns(rows: list[dict[str, str]], *names: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def test_actual_date_status_and_deviation_stand_beside_the_plan(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=VISITS, actuals=["1,D1,2026-03-02,done", "1,D8,2026-03-11,done"])
    rows = followed("visits", arguments, "2026-03-16")
    assert columns(rows, "visit", "target_date", "actual_date", "status", "deviation_days") == [
        ("D1", "2026-03-02", "2026-03-02", "done", "0"),
        ("D8", "2026-03-09", "2026-03-11", "done late", "2"),
        ("D15", "2026-03-16", "", "due", ""),
        ("call", "2026-03-23", "", "not yet due", ""),
    ]
    assert rows[1]["notes"] == "1 day after the window"


def test_visits_without_an_actuals_file_have_no_status(tmp_path: Path) -> None:
    protocol, subjects, *_ = files(tmp_path, visits=VISITS)
    rows = csv_rows_of(run_well("visits", protocol, subjects).stdout)
    assert {row["status"] for row in rows} == {""}
    assert "booked_date" not in rows[0]


def test_late_visit_moves_the_one_that_is_counted_from_its_actual_date(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=VISITS, actuals=["1,D15,2026-03-18,done"])
    rows = {row["visit"]: row for row in followed("visits", arguments, "2026-03-20")}
    assert rows["call"]["target_date"] == "2026-03-25"


def test_rows_later_than_the_day_of_judgement_are_not_counted_and_that_is_said(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=VISITS, actuals=["1,D1,2026-03-02,done", "1,D8,2026-03-09,done"])
    assert statuses(arguments, "2026-03-08") == {"D1": "done", "D8": "due", "D15": "not yet due", "call": "not yet due"}
    result = run_well("visits", *arguments, "--as-of", "2026-03-08")
    assert "1 row is later than 2026-03-08, and is not counted [W007]" in result.stderr


def test_status_is_judged_today_where_no_day_is_given(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits="D1: {window: ±1 day}", subjects="1,control,1999-03-02")
    assert {row["status"] for row in csv_rows_of(run_well("visits", *arguments).stdout)} == {"overdue"}


@pytest.mark.parametrize(
    ("row", "code", "said"),
    [
        (
            "1,D4,2026-03-05,done",
            "C315",
            "expected a visit of the subject's arm (D1, D8, D15, call), off_treatment or off_study",
        ),
        ("1,D1,2026-03-02,done,70,mg", "C316", "expected one of the regimens of D1 (none is given there)"),
        ("2,D1,2026-03-02,done", "C317", 'expected a subject of the subjects\' table, got "2"'),
    ],
)
def test_row_that_fits_no_visit_of_its_subject_is_a_problem(row: str, code: str, said: str, tmp_path: Path) -> None:
    result = run("visits", *files(tmp_path, visits=VISITS, actuals=[row]), "--as-of", "2026-03-20")
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = [line for line in result.stderr.splitlines() if line.endswith(f"[{code}]")]
    assert line.startswith(f"{tmp_path}/actuals.csv:2: ")
    assert said in line


def test_booked_visit_keeps_its_window_and_shows_its_day(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=VISITS, actuals=["1,D8,2026-03-12,planned"])
    row = followed("visits", arguments, "2026-03-12")[1]
    assert (row["booked_date"], row["planned_date"], row["window_end"]) == ("2026-03-12", "2026-03-09", "2026-03-10")
    assert row["status"] == "overdue"


ENDING = (
    "D1: {}\nD8: {}\nD15: {}\nmonth_6: {days: 180, epoch: follow-up}\n"
    "early_end: {days: 0, after: off_treatment, window: +14 days, if: off treatment before D15}"
)


def test_visits_that_do_not_survive_the_end_of_treatment_are_cancelled(tmp_path: Path) -> None:
    arguments = files(
        tmp_path,
        visits=ENDING,
        actuals=["1,D1,2026-03-02,done", "1,off_treatment,2026-03-05,done"],
        more="after_off_treatment: [follow-up]\n",
    )
    found = statuses(arguments, "2026-03-10")
    assert found == {
        "D1": "done",
        "early_end": "due",
        "D8": "cancelled",
        "D15": "cancelled",
        "month_6": "not yet due",
    }


@pytest.mark.parametrize("window", ["", ", window: ±3 days"])
def test_visit_counted_from_one_that_an_ending_cancelled_is_never_overdue(window: str, tmp_path: Path) -> None:
    visits = f"D1: {{}}\nD29: {{}}\nfu: {{days: 28, after: D29, counted_from: actual{window}}}"
    ending = ["1,D1,2026-03-02,done", "1,off_treatment,2026-03-20,done"]
    arguments = files(tmp_path, visits=visits, actuals=ending, more="after_off_treatment: [fu]\n")
    rows = followed("visits", arguments, "2026-12-31")
    names = ("visit", "target_date", "window_start", "planned_date", "status")
    by_ending = columns(rows, *names)
    assert by_ending[1:] == [("D29", "2026-03-30", "", "2026-03-30", "cancelled"), ("fu", "", "", "", "not yet due")]
    assert rows[2]["notes"].endswith("to be determined: D29 has no date, or was cancelled")
    row = ["1,D1,2026-03-02,done", "1,D29,,cancelled"]
    by_row = files(tmp_path, visits=visits, actuals=row, more="after_off_treatment: [fu]\n")
    assert columns(followed("visits", by_row, "2026-12-31"), *names) == by_ending


def test_visit_counted_from_one_that_the_subject_does_not_have_is_to_be_determined(tmp_path: Path) -> None:
    arguments = files(
        tmp_path,
        visits="D1: {}\nscan: {days: 7, if: sex is F}\ncall: {days: 7, after: scan, counted_from: actual}",
        subjects="1,control,2026-03-02,F\n2,control,2026-03-02,M\n3,control,2026-03-02,",
        columns=",sex",
    )
    rows = followed("visits", arguments, "2026-03-03")
    assert [(row["subject_id"], row["target_date"]) for row in rows if row["visit"] == "call"] == [
        ("1", "2026-03-16"),
        ("2", ""),
        ("3", "2026-03-16"),
    ]
    without_record = csv_rows_of(run_well("visits", *arguments[:2]).stdout)
    assert [row["target_date"] for row in without_record if row["visit"] == "call"] == ["2026-03-16", "", "2026-03-16"]


def test_end_of_treatment_closes_nothing_where_the_protocol_does_not_say(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=ENDING, actuals=["1,off_treatment,2026-03-05,done"])
    assert statuses(arguments, "2026-03-10")["D15"] == "not yet due"


def test_early_termination_visit_is_nobody_s_who_stayed_until_then(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=ENDING, actuals=["1,off_treatment,2026-03-20,done"])
    assert "early_end" not in statuses(arguments, "2026-03-25")


def test_condition_on_facts_takes_visits_and_assessments_from_those_for_whom_it_is_false(tmp_path: Path) -> None:
    more = (
        "assessments:\n  test: {label: Pregnancy test, visits: [D8], if: sex is F and age is under 50}\n"
        "facts:\n  stage: {values: [I, II]}\n"
    )
    subjects = "1,control,2026-03-02,F,1977-03-02,II\n2,control,2026-03-02,F,1976-03-02,I\n3,control,2026-03-02,,,"
    protocol, table, *_ = files(
        tmp_path,
        visits="D1: {}\nD8: {}\nD9: {if: stage is II}",
        subjects=subjects,
        columns=",sex,birth_date,stage",
        more=more,
    )
    rows = csv_rows_of(run_well("visits", protocol, table).stdout)
    assert columns(rows, "subject_id", "visit", "assessments") == [
        ("1", "D1", ""),
        ("1", "D8", "test"),
        ("1", "D9", ""),
        ("2", "D1", ""),
        ("2", "D8", ""),
        ("3", "D1", ""),
        ("3", "D8", "test"),
        ("3", "D9", ""),
    ]
    notes = [row["notes"] for row in rows if row["subject_id"] == "3"]
    assert "test only if sex is F and age is under 50: not known" in notes[1]
    assert "only if stage is II: not known" in notes[2]


def test_long_table_leaves_out_what_is_not_done_and_keeps_the_visit(tmp_path: Path) -> None:
    more = "assessments:\n  ct: {label: CT, visits: [D1]}\n  test: {label: Test, visits: [D1, D8], if: sex is F}\n"
    subjects = "1,control,2026-03-02,F\n2,control,2026-03-02,M"
    protocol, table, *_ = files(tmp_path, visits="D1: {}\nD8: {}", subjects=subjects, columns=",sex", more=more)
    rows = csv_rows_of(run_well("visits", protocol, table, "--long").stdout)
    assert columns(rows, "subject_id", "visit", "assessment") == [
        ("1", "D1", "ct"),
        ("1", "D1", "test"),
        ("1", "D8", "test"),
        ("2", "D1", "ct"),
        ("2", "D8", ""),
    ]


@pytest.mark.parametrize(("stage", "code"), [("III", "C319"), ("", "")])
def test_declared_fact_has_one_of_its_values_or_none(stage: str, code: str, tmp_path: Path) -> None:
    protocol, table, *_ = files(
        tmp_path,
        visits="D1: {}\nD9: {if: stage is II}",
        subjects=f"1,control,2026-03-02,{stage}",
        columns=",stage",
        more="facts:\n  stage: {values: [I, II]}\n",
    )
    result = run("visits", protocol, table)
    assert (result.exit_code, f"[{code}]" in result.stderr) == (int(bool(code)), bool(code))


@pytest.mark.parametrize(("ecog", "code"), [("one", "C318"), ("1", ""), ("", "")])
def test_declared_number_is_plain_digits_or_nothing(ecog: str, code: str, tmp_path: Path) -> None:
    protocol, table, *_ = files(
        tmp_path,
        visits="D1: {}\nD9: {if: ecog is at most 1}",
        subjects=f"1,control,2026-03-02,{ecog}",
        columns=",ecog",
        more="facts:\n  ecog: {is: a number}\n",
    )
    result = run("visits", protocol, table)
    assert (result.exit_code, f"[{code}]" in result.stderr) == (int(bool(code)), bool(code))


def test_condition_on_a_regimen_takes_its_doses_too(tmp_path: Path) -> None:
    protocol, table, *_ = files(
        tmp_path,
        visits="D1: {}",
        regimen="dose: 30 mg\nif: sex is F",
        subjects="1,active,2026-03-02,F\n2,active,2026-03-02,M",
        columns=",sex",
    )
    assert [row["subject_id"] for row in csv_rows_of(run_well("doses", protocol, table).stdout)] == ["1"]
    assert [row["doses"] for row in csv_rows_of(run_well("visits", protocol, table).stdout)] == ["infusion", ""]


def test_deviations_name_rule_plan_fact_and_days_out(tmp_path: Path) -> None:
    actuals = ["1,D1,2026-03-02,done,70,mg", "1,D8,2026-03-12,done,66.5,mg,spilled", "1,D15,,missed"]
    arguments = files(tmp_path, visits=VISITS, regimen=DOSED, subjects=TREATED, columns=",weight_kg", actuals=actuals)
    rows = followed("deviations", arguments, "2026-03-20")
    names = ("visit", "deviation", "rule", "planned", "actual", "days_out", "deviation_percent", "notes")
    assert columns(rows, *names) == [
        (
            *("D8", "visit after its window", "window ±1 day: 2026-03-08 to 2026-03-10"),
            *("2026-03-09", "2026-03-12", "2", "", "spilled"),
        ),
        (
            *("D8", "dose differs from the ordered one", "infusion: 1 mg per kg; tolerance: none stated"),
            *("70 mg", "66.5 mg", "", "-5", "spilled"),
        ),
        (
            *("D15", "visit missed", "window -2 to +3 days: 2026-03-14 to 2026-03-19"),
            *("2026-03-16", "", "", "", ""),
        ),
    ]


@pytest.mark.parametrize(
    ("given", "percent", "note"),
    [
        ("70,mg", None, ""),
        ("70.7,mg", "1", ""),
        ("72.1,mg", "3", ""),
        ("71,mg", "1.428571428571428571", "rounded half up to 18 decimals"),
        ("70,mcg", "", "nothing is compared: no ordered dose in the same unit"),
    ],
)
def test_given_dose_deviates_in_percent_of_the_ordered_one(
    given: str, percent: str | None, note: str, tmp_path: Path
) -> None:
    actuals = [f"1,D1,2026-03-02,done,{given}"]
    arguments = files(tmp_path, visits=VISITS, regimen=DOSED, subjects=TREATED, columns=",weight_kg", actuals=actuals)
    rows = followed("deviations", arguments, "2026-03-03")
    assert columns(rows, "deviation_percent", "notes") == ([] if percent is None else [(percent, note)])


def test_visit_too_soon_after_another_and_after_the_end_are_deviations(tmp_path: Path) -> None:
    visits = "D1: {}\nD29: {window: -7 to +7 days, at_least: 21 days after D1}"
    actuals = ["1,D1,2026-03-09,done", "1,D29,2026-03-27,done", "1,off_study,2026-03-20,done"]
    rows = followed("deviations", files(tmp_path, visits=visits, actuals=actuals), "2026-03-31")
    assert columns(rows, "visit", "deviation", "days_out") == [
        ("D29", "visit too soon after another", "-3"),
        ("D29", "visit after the subject left", "7"),
    ]


@pytest.mark.parametrize(
    ("rows", "date", "finding"),
    [
        # D8 was held: it ends the gap before it and begins the one after it, also inside its own window
        (["1,D8,2026-03-10,done"], "2026-03-08", "gap between D1 and D8: unscheduled, after D1"),
        (["1,D8,2026-03-08,done"], "2026-03-10", "gap between D8 and D15: unscheduled, after D8"),
        (["1,D8,2026-03-10,done"], "2026-03-05", "gap between D1 and D8: unscheduled, after D1"),
        (["1,D8,,missed"], "2026-03-12", "gap between D8 and D15: unscheduled, after D8"),
        # cancelled visits are set aside, by a row or by an ending
        (["1,D8,,cancelled"], "2026-03-09", "gap between D1 and D15: unscheduled, after D1"),
        (["1,D15,,cancelled"], "2026-03-16", "gap between D8 and D29: unscheduled, after D8"),
        (["1,off_study,2026-03-12,done"], "2026-03-16", "after D8, and before no further visit"),
        # a visit that is booked can have been the one without a name
        (["1,D8,2026-03-10,planned"], "2026-03-09", "fits the window of D8: name it in the file if it was that visit"),
        ([], "2026-02-20", "before the first visit, D1"),
    ],
)
def test_visits_around_an_unscheduled_one_are_those_of_the_plan(
    rows: list[str], date: str, finding: str, tmp_path: Path
) -> None:
    held = [] if not rows else ["1,D1,2026-03-02,done"]
    arguments = files(tmp_path, visits=GAP_CASES, actuals=[*held, *rows, f"1,,{date},done"])
    (row,) = followed("unscheduled", arguments, "2026-03-31")
    assert row["finding"] == finding


SICK = {"visits": "D1: {}\nD5: {if: sick is yes}\nD9: {}", "more": "facts:\n  sick: {values: [yes, no]}\n"}


@pytest.mark.parametrize(
    ("sick", "status", "deviation"),
    [
        ("yes", "missed", ["visit missed"]),
        ("", "not known whether due", ["not known whether the visit was due"]),
        ("no", None, []),
    ],
)
def test_visit_whose_condition_is_not_known_is_not_known_to_have_been_due(
    sick: str, status: str | None, deviation: list[str], tmp_path: Path
) -> None:
    subjects = {"subjects": f"1,control,2026-03-02,{sick}", "columns": ",sick"}
    arguments = files(tmp_path, **SICK, **subjects, actuals=["1,D1,2026-03-02,done", "1,D9,2026-03-10,done"])
    assert statuses(arguments, "2026-03-20").get("D5") == status
    rows = followed("deviations", arguments, "2026-03-20")
    assert [row["deviation"] for row in rows] == deviation
    if not sick:
        assert (rows[0]["visit"], rows[0]["rule"]) == ("D5", "only if sick is yes: not known")


def test_visit_whose_condition_is_not_known_is_due_while_it_can_be_held_and_leaves_the_work_list_then(
    tmp_path: Path,
) -> None:
    visits = SICK["visits"].replace("if: sick", "window: ±1 day, if: sick")
    subjects = {"subjects": "1,control,2026-03-02,", "columns": ",sick"}
    arguments = files(tmp_path, visits=visits, more=SICK["more"], **subjects, actuals=["1,D1,2026-03-02,done"])
    for day, status, listed in (("2026-03-07", "due", True), ("2026-03-08", "not known whether due", False)):
        assert statuses(arguments, day)["D5"] == status
        assert ("D5" in {row["visit"] for row in followed("today", arguments, day)}) is listed


def test_visit_on_record_as_missed_whose_condition_is_false_is_no_deviation(tmp_path: Path) -> None:
    subjects = {"subjects": "1,control,2026-03-02,no", "columns": ",sick"}
    actuals = ["1,D1,2026-03-02,done", "1,D5,,missed", "1,D9,2026-03-10,done"]
    assert followed("deviations", files(tmp_path, **SICK, **subjects, actuals=actuals), "2026-03-20") == []


def test_visit_that_was_held_although_its_condition_is_false_is_a_deviation(tmp_path: Path) -> None:
    arguments = files(
        tmp_path,
        visits="D1: {}\nD8: {if: site is either 03 or 04 and arm is control}",
        subjects="1,control,2026-03-02,01\n2,control,2026-03-02,04",
        columns=",site",
        actuals=["1,D8,2026-03-09,done", "2,D8,2026-03-09,done"],
    )
    rows = followed("deviations", arguments, "2026-03-10")
    assert columns(rows, "subject_id", "visit", "deviation", "rule", "planned", "actual") == [
        ("1", "D1", "visit missed", "window: none stated", "2026-03-02", ""),
        (
            *("1", "D8", "visit that the subject should not have"),
            *("only if site is either 03 or 04 and arm is control", "not held", "2026-03-09"),
        ),
        ("2", "D1", "visit missed", "window: none stated", "2026-03-02", ""),
    ]
    shown = {(row["subject_id"], row["visit"]): row["notes"] for row in followed("visits", arguments, "2026-03-10")}
    assert "false, and the visit was held" in shown["1", "D8"]


WIDER = "D1: {}\nD8: {window: ±1 day, wider: ±4 days}\nD15: {window: ±1 day}"


BOTH_WINDOWS = "window ±1 day: 2026-03-08 to 2026-03-10; wider window ±4 days: 2026-03-05 to 2026-03-13"


@pytest.mark.parametrize(
    ("held", "met", "days", "note", "deviation"),
    [
        # D8 is Monday 9 March
        ("2026-03-10", "inside the window", ("0", "0"), "", ""),
        (
            *("2026-03-12", "inside the wider window", ("2", "0"), "2 days after the window, inside the wider window"),
            "visit after its window, inside the wider one",
        ),
        (
            *("2026-03-13", "inside the wider window", ("3", "0"), "3 days after the window, inside the wider window"),
            "visit after its window, inside the wider one",
        ),
        (
            *(
                "2026-03-14",
                "outside both windows",
                ("4", "1"),
                "4 days after the window, 1 day after the wider window",
            ),
            "visit after both its windows",
        ),
        (
            *(
                "2026-03-05",
                "inside the wider window",
                ("-3", "0"),
                "3 days before the window, inside the wider window",
            ),
            "visit before its window, inside the wider one",
        ),
        (
            *("2026-03-03", "outside both windows", ("-5", "-2")),
            "5 days before the window, 2 days before the wider window",
            "visit before both its windows",
        ),
    ],
)
def test_visit_is_inside_its_window_inside_the_wider_one_or_outside_both(
    held: str, met: str, days: tuple[str, str], note: str, deviation: str, tmp_path: Path
) -> None:
    arguments = files(tmp_path, visits=WIDER, actuals=["1,D1,2026-03-02,done", f"1,D8,{held},done"])
    rows = followed("visits", arguments, "2026-03-16")
    told = ("window_met", "days_out", "wider_days_out", "notes")
    assert columns(rows, *told)[1:] == [(met, *days, note), ("", "", "", "")]
    expected = [(deviation, BOTH_WINDOWS, *days)] if deviation else []
    found = columns(followed("deviations", arguments, "2026-03-16"), "deviation", "rule", "days_out", "wider_days_out")
    assert found == expected


def test_visit_without_a_wider_window_is_outside_its_only_one(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=WIDER, actuals=["1,D8,2026-03-09,done", "1,D15,2026-03-18,done"])
    rows = followed("visits", arguments, "2026-03-20")
    assert columns(rows, "window_met", "days_out", "wider_days_out")[1:] == [
        ("inside the window", "0", "0"),
        ("outside the window", "1", ""),
    ]
    row = followed("deviations", arguments, "2026-03-20")[-1]
    assert (row["deviation"], row["wider_days_out"]) == ("visit after its window", "")


def test_visits_without_any_wider_window_have_no_column_for_it(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=VISITS, actuals=["1,D8,2026-03-12,done"])
    assert not {"window_met", "wider_days_out"} & followed("visits", arguments, "2026-03-20")[0].keys()


@pytest.mark.parametrize(
    ("tolerance", "given", "percent", "note"),
    [
        # 70 mg are ordered: 10 % of them are 7 mg
        ("±10 % of the ordered dose", "77", None, ""),
        ("±10 % of the ordered dose", "63", None, ""),
        ("±10 % of the ordered dose", "77.7", "11", ""),
        ("±10 % of the ordered dose", "62.3", "-11", ""),
        ("less than ±10 % of the ordered dose", "77", "10", ""),
        ("less than ±10 % of the ordered dose", "76.3", None, ""),
        # 70 mg are 12.5 % less than 80 mg, and 80 mg 14.285714… % more than 70 mg
        ("±12.5 % of the given dose", "80", None, ""),
        (
            *("±12 % of the given dose", "80", "14.285714285714285714"),
            "of the given dose: +12.5 %; rounded half up to 18 decimals",
        ),
        # 56 mg are 20 % less than 70 mg, and 70 mg 25 % more than 56 mg
        ("±20 % of the given dose", "56", "-20", "of the given dose: −25 %"),
        ("±20 % of the ordered dose", "56", None, ""),
        ("±3 mg", "73", None, ""),
        ("±3 mg", "73.5", "5", ""),
        ("±10 % of the ordered dose", "0", "-100", ""),
    ],
)
def test_dose_within_the_tolerance_of_the_protocol_is_no_deviation(
    tolerance: str, given: str, percent: str | None, note: str, tmp_path: Path
) -> None:
    actuals = [f"1,D1,2026-03-02,done,{given},mg"]
    regimen = f"{DOSED}\ntolerance: {tolerance}"
    arguments = files(tmp_path, visits=VISITS, regimen=regimen, subjects=TREATED, columns=",weight_kg", actuals=actuals)
    rows = followed("deviations", arguments, "2026-03-03")
    said = ("dose outside its tolerance", f"infusion: 1 mg per kg; tolerance: {tolerance}", percent, note)
    assert columns(rows, "deviation", "rule", "deviation_percent", "notes") == ([] if percent is None else [said])


def test_protocol_without_deviations_gives_a_header_alone(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits="D1: {}", actuals=["1,D1,2026-03-02,done"])
    result = run_well("deviations", *arguments, "--as-of", "2026-03-20")
    header = "study,protocol_version,protocol_sha256,subject_id,site,arm,visit,deviation,rule,planned,actual,days_out"
    assert result.stdout.splitlines() == [f"{header},deviation_percent,notes,wider_days_out,minutes_out"]


@pytest.mark.parametrize("text", ["7 days", "up to 7 before its window", "up to a week before its window"])
def test_rule_for_a_visit_without_a_name_is_refused_in_other_words(text: str, tmp_path: Path) -> None:
    protocol, *_ = files(tmp_path, visits="D1: {}", more=f"match_next: {text}\n")
    result = run("check", protocol)
    assert (result.exit_code, "[P104]" in result.stdout) == (1, True)
    assert 'a rule such as "up to 7 days before its window"' in result.stdout


def test_date_in_two_windows_is_an_ambiguity_that_names_both(tmp_path: Path) -> None:
    visits = "D1: {}\nD8: {window: ±2 days}\nD10: {window: ±2 days}"
    arguments = files(tmp_path, visits=visits, actuals=["1,D1,2026-03-02,done", "1,,2026-03-10,done"])
    (row,) = followed("unscheduled", arguments, "2026-03-20")
    assert (row["fit"], row["visit"], row["next_visit"]) == ("ambiguous", "D8", "D10")
    assert row["finding"] == "fits 2 windows: D8, D10; name the one that it was"


def test_bad_rows_of_the_record_take_their_subject_out_where_bad_rows_are_skipped(tmp_path: Path) -> None:
    subjects = "1,control,2026-03-02\n2,control,2026-03-02"
    arguments = files(tmp_path, visits="D1: {}", subjects=subjects, actuals=["1,D4,2026-03-05,done"])
    result = run("visits", *arguments, "--as-of", "2026-03-08", "--skip-bad")
    assert result.exit_code == 1
    assert [row["subject_id"] for row in csv_rows_of(result.stdout)] == ["2"]


def test_visit_without_a_name_on_the_target_of_a_visit_without_a_window_is_told(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits="D1: {}\nD3: {}\nD8: {}", actuals=["1,,2026-03-04,done", "1,D8,,missed"])
    (row,) = followed("unscheduled", arguments, "2026-03-20")
    told = "is the target of D3: name it in the file if it was that visit"
    assert (row["fit"], row["visit"], row["finding"]) == ("one window", "D3", told)


def test_visit_without_a_name_in_the_window_of_one_that_was_missed_says_so(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=VISITS, actuals=["1,,2026-03-10,done,,,fever", "1,D8,,missed"])
    (row,) = followed("unscheduled", arguments, "2026-03-20")
    assert (row["fit"], row["visit"], row["next_visit"]) == ("gap", "D1", "D15")
    assert row["notes"] == "fever; D8 is on record as missed, and this day fits it"
