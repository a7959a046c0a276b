"""What happened beside what was planned, through the command line. 2 March 2026 is a Monday."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, run, run_well
from tests.followed import files, followed, statuses

if TYPE_CHECKING:
    from pathlib import Path

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
            "expected a visit of arm control (D1, D8, D15, call), off_treatment or off_study",
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
        ("71,mg", "1.428571", "rounded to 6 places"),
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


def moved(arguments: tuple[object, ...], visit: str, to: str, *options: str) -> list[dict[str, str]]:
    asked = ("--subject", "1", "--visit", visit, "--to", to, *options)
    return followed("reschedule", arguments, "2026-03-08", *asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cascade", "expected"),
    [
        (
            "none",
            [("D8", "2026-03-12", "asked for", "2")],
        ),
        (
            "later",
            [
                ("D8", "2026-03-12", "asked for", "2"),
                ("D15", "2026-03-19", "later than the moved visit", "0"),
                ("call", "2026-03-26", "later than the moved visit", "0"),
            ],
        ),
        (
            "chained",
            [("D8", "2026-03-12", "asked for", "2")],
        ),
    ],
)
def test_preview_says_what_moves_why_and_what_is_out_of_its_window(
    cascade: str, expected: list[tuple[str, ...]], tmp_path: Path
) -> None:
    rows = moved(files(tmp_path, visits=VISITS), "D8", "2026-03-12", "--cascade", cascade)
    assert columns(rows, "visit", "to_date", "why", "days_out") == expected


@pytest.mark.parametrize(
    ("cascade", "why"),
    [("none", "expected with the visit that it is counted from"), ("chained", "counted from the moved visit")],
)
def test_visit_that_is_counted_from_the_moved_one_follows_it(cascade: str, why: str, tmp_path: Path) -> None:
    rows = moved(files(tmp_path, visits=VISITS), "D15", "2026-03-18", "--cascade", cascade)
    assert columns(rows, "visit", "from_date", "to_date", "why") == [
        ("D15", "2026-03-16", "2026-03-18", "asked for"),
        ("call", "2026-03-23", "2026-03-25", why),
    ]


def test_booked_visit_stays_and_is_out_of_its_window_when_the_one_before_moves(tmp_path: Path) -> None:
    visits = "D1: {}\nD15: {}\ncall: {days: 7, after: D15, counted_from: actual, window: ±1 day}"
    rows = moved(files(tmp_path, visits=visits, actuals=["1,call,2026-03-23,planned"]), "D15", "2026-03-18")
    assert columns(rows, "visit", "to_date", "why", "days_out") == [
        ("D15", "2026-03-18", "asked for", "0"),
        ("call", "2026-03-23", "stays", "-1"),
    ]


def test_nothing_is_written_without_apply(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=VISITS)
    before = sorted(path.name for path in tmp_path.iterdir())
    moved(arguments, "D8", "2026-03-12", "--cascade", "later")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_bookings_keep_the_other_rows_the_first_date_and_the_reason(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=VISITS, actuals=["1,D1,2026-03-02,done", "1,,2026-03-05,done,,,fever"])
    written = tmp_path / "booked.csv"
    options = ("--cascade", "later", "--reason", "away", "--apply", "-o", str(written))
    moved(arguments, "D8", "2026-03-12", *options)
    assert written.read_text(encoding="utf-8").splitlines() == [
        "subject_id,visit,date,status,dose,unit,note,planned_first,reason",
        "1,D1,2026-03-02,done,,,,,",
        "1,,2026-03-05,done,,,fever,,",
        "1,D8,2026-03-12,planned,,,,2026-03-09,away",
        "1,D15,2026-03-19,planned,,,,2026-03-16,later than the moved visit (D8): away",
        "1,call,2026-03-26,planned,,,,2026-03-23,later than the moved visit (D8): away",
    ]


def test_second_move_keeps_the_first_planned_date_and_moving_back_removes_the_booking(tmp_path: Path) -> None:
    protocol, subjects, option, actuals = files(tmp_path, visits=VISITS)
    for day, kept in (("2026-03-12", "2026-03-09"), ("2026-03-13", "2026-03-09"), ("2026-03-09", None)):
        moved((protocol, subjects, option, actuals), "D8", day, "--apply", "--force", "-o", str(actuals))
        rows = csv_rows_of(actuals.read_text(encoding="utf-8"))
        assert [row["planned_first"] for row in rows] == ([] if kept is None else [kept])


def test_actuals_file_is_not_replaced_without_force(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=VISITS)
    before = arguments[3].read_text(encoding="utf-8")
    options = ("--subject", "1", "--visit", "D8", "--to", "2026-03-12", "--apply", "-o", arguments[3])
    result = run("reschedule", *arguments, *options)
    assert (result.exit_code, result.stderr.strip()[-6:]) == (1, "[O005]")
    assert arguments[3].read_text(encoding="utf-8") == before


@pytest.mark.parametrize("options", [("--apply",), ("-o", "booked.csv")])
def test_apply_and_output_belong_together(options: tuple[str, ...], tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=VISITS)
    result = run("reschedule", *arguments, "--subject", "1", "--visit", "D8", "--to", "2026-03-12", *options)
    assert result.exit_code == 2


@pytest.mark.parametrize(("subject", "visit", "code"), [("1", "D1", "L062"), ("1", "D9", "L005"), ("01", "D8", "L063")])
def test_visit_that_can_t_be_moved_is_refused(subject: str, visit: str, code: str, tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=VISITS, actuals=["1,D1,2026-03-02,done"])
    options = ("--subject", subject, "--visit", visit, "--to", "2026-03-12", "--as-of", "2026-03-08")
    result = run("reschedule", *arguments, *options)
    assert (result.exit_code, result.stdout, result.stderr.strip()[-6:]) == (1, "", f"[{code}]")


def test_move_of_a_dose_is_warned_of(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=VISITS, regimen=DOSED, subjects=TREATED, columns=",weight_kg")
    options = ("--subject", "1", "--visit", "D8", "--to", "2026-03-10", "--as-of", "2026-03-08")
    result = run_well("reschedule", *arguments, *options)
    assert "a dose is given at D8: look at product, weight and expiry again [W008]" in result.stderr


SITES = "sites:\n  here: {country: none stated, weekend: [Saturday, Sunday]}\n"
AT_SITE = {"subjects": "1,control,2026-03-02,here", "columns": ",site"}
CHAIN = """\
D1: {}
D15: {window: ±3 days, closed_day: nearest}
call: {days: 7, after: D15, counted_from: actual, window: ±2 days, closed_day: next}
review: {days: 7, after: call, counted_from: actual, window: ±1 day, closed_day: nearest}
"""


def moved_at_site(folder: Path, visit: str, to: str, *options: str, **more: str) -> list[dict[str, str]]:
    (folder / "sites.yaml").write_text(SITES, encoding="utf-8")
    return moved(files(folder, **AT_SITE, **more), visit, to, "--site", str(folder / "sites.yaml"), *options)


def test_closed_day_is_said_of_the_new_date(tmp_path: Path) -> None:
    (row,) = moved_at_site(tmp_path, "D8", "2026-03-08", visits=VISITS)
    assert (row["weekday"], row["closed_day"]) == ("Sunday", "closed: Sunday")
    assert row["notes"] == "booked for a closed day: Sunday"


def test_asked_day_stays_on_a_closed_day_and_the_rule_of_the_protocol_is_told(tmp_path: Path) -> None:
    rows = moved_at_site(tmp_path, "D15", "2026-03-14", visits=CHAIN)
    # Saturday 14 March; the nearest open day of D15's window, 13 to 19 March, is Friday 13 March
    notes = "booked for a closed day: Saturday; the protocol's rule would take Friday 2026-03-13"
    assert columns(rows[:1], "visit", "to_date", "closed_day", "notes") == [
        ("D15", "2026-03-14", "closed: Saturday", notes)
    ]


@pytest.mark.parametrize("cascade", ["none", "chained"])
def test_days_that_the_protocol_gives_are_open_days_as_far_as_it_allows(cascade: str, tmp_path: Path) -> None:
    rows = moved_at_site(tmp_path, "D15", "2026-03-14", "--cascade", cascade, visits=CHAIN)
    # the call is wanted on Saturday 21 March, and planned on Monday 23 March as before; the review is wanted seven days
    # after the call's target, on Saturday 28 March, and its window ends on Sunday 29 March: Friday 27 March it is
    assert columns(rows, "visit", "from_date", "to_date", "closed_day") == [
        ("D15", "2026-03-16", "2026-03-14", "closed: Saturday"),
        ("review", "2026-03-30", "2026-03-27", "closed: Saturday"),
    ]
    assert rows[1]["notes"] == "closed day: planned 1 day earlier"


def test_chained_visit_is_booked_for_an_open_day_and_the_next_counts_from_that(tmp_path: Path) -> None:
    rows = moved_at_site(tmp_path, "D15", "2026-03-15", "--cascade", "chained", visits=CHAIN)
    # Sunday 15 March: the call on Sunday 22 March goes to Monday 23 March, as it was planned; nothing else moves
    assert columns(rows, "visit", "to_date") == [("D15", "2026-03-15")]
    rows = moved_at_site(
        tmp_path, "D15", "2026-03-19", "--cascade", "chained", visits=CHAIN.replace("days: 7", "days: 9")
    )
    # Thursday 19 March: the call nine days later on Saturday 28 March goes to Monday 30 March, and the review nine days
    # after that day is on Wednesday 8 April
    assert columns(rows, "visit", "to_date", "closed_day", "notes") == [
        ("D15", "2026-03-19", "", ""),
        ("call", "2026-03-30", "closed: Saturday", "closed day: planned 2 days later"),
        ("review", "2026-04-08", "", ""),
    ]


def test_later_visits_move_by_as_many_days_also_onto_closed_ones(tmp_path: Path) -> None:
    visits = "D1: {}\nD8: {window: ±2 days}\nD15: {window: ±3 days, closed_day: next}"
    rows = moved_at_site(tmp_path, "D8", "2026-03-07", "--cascade", "later", visits=visits)
    # two days earlier: D15 from Monday 16 March to Saturday 14 March
    assert columns(rows, "visit", "to_date", "notes") == [
        ("D8", "2026-03-07", "that day is past; booked for a closed day: Saturday"),
        (
            *("D15", "2026-03-14"),
            "booked for a closed day: Saturday; the protocol's rule would take Monday 2026-03-16",
        ),
    ]


def test_dose_is_expected_on_its_closed_day(tmp_path: Path) -> None:
    visits = "D1: {}\nD8: {}\nD15: {days: 6, after: D8, counted_from: actual, window: ±3 days, closed_day: next}"
    more = {"regimen": "dose: 30 mg\nvisits: [D1, D15]", "visits": visits}
    subjects = {"subjects": "1,active,2026-03-02,here", "columns": ",site"}
    (tmp_path / "sites.yaml").write_text(SITES, encoding="utf-8")
    rows = moved(files(tmp_path, **subjects, **more), "D8", "2026-03-10", "--site", str(tmp_path / "sites.yaml"))
    # Monday 16 March, and no other day than the protocol gives: Sunday 15 March was it before
    assert columns(rows, "visit", "from_date", "to_date") == [
        ("D8", "2026-03-09", "2026-03-10"),
        ("D15", "2026-03-15", "2026-03-16"),
    ]
    rows = moved(files(tmp_path, **subjects, **more), "D8", "2026-03-08", "--site", str(tmp_path / "sites.yaml"))
    assert rows[1]["to_date"] == "2026-03-14"
    assert rows[1]["notes"].endswith("closed day: a dose is not moved")


@pytest.mark.parametrize(
    ("name", "begins"),
    [("a.csv", b"subject_id,"), ("a.jsonl", b'{"subject_id": "1"'), ("a.parquet", b"PAR1"), ("a.txt", b"subject_id,")],
)
def test_bookings_are_written_as_the_name_of_the_file_ends(name: str, begins: bytes, tmp_path: Path) -> None:
    moved(files(tmp_path, visits=VISITS), "D8", "2026-03-12", "--apply", "-o", str(tmp_path / name))
    assert (tmp_path / name).read_bytes().startswith(begins)


@pytest.mark.parametrize(("form", "holds"), [("csv", "visit,from_date"), ("jsonl", '"visit": "D8"'), ("table", "D8")])
def test_preview_has_the_formats_of_the_other_tables(form: str, holds: str, tmp_path: Path) -> None:
    options = ("--subject", "1", "--visit", "D8", "--to", "2026-03-12", "--as-of", "2026-03-08", "--format", form)
    assert holds in run_well("reschedule", *files(tmp_path, visits=VISITS), *options).stdout


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
        ("±12 % of the given dose", "80", "14.285714", "of the given dose: 12.5 %; rounded to 6 places"),
        # 56 mg are 20 % less than 70 mg, and 70 mg 25 % more than 56 mg
        ("±20 % of the given dose", "56", "-20", "of the given dose: -25 %"),
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
    assert result.stdout.splitlines() == [f"{header},deviation_percent,notes,wider_days_out"]


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


def test_later_visits_are_not_moved_with_one_whose_day_is_not_known(tmp_path: Path) -> None:
    visits = "D1: {}\nearly_end: {days: 0, after: off_treatment}"
    arguments = files(tmp_path, visits=visits)
    options = ("--subject", "1", "--visit", "early_end", "--to", "2026-03-12", "--as-of", "2026-03-08")
    result = run("reschedule", *arguments, *options, "--cascade", "later")
    assert (result.exit_code, result.stderr.strip()[-6:]) == (1, "[L062]")
    (row,) = moved(arguments, "early_end", "2026-03-12")
    assert (row["from_date"], row["to_date"], row["first_planned"]) == ("", "2026-03-12", "")


def test_visit_that_is_booked_for_that_day_already_moves_nothing(tmp_path: Path) -> None:
    assert moved(files(tmp_path, visits=VISITS), "D8", "2026-03-09") == []


def test_bookings_begin_an_actuals_file_where_there_is_none(tmp_path: Path) -> None:
    protocol, subjects, *_ = files(tmp_path, visits=VISITS)
    written = tmp_path / "booked.parquet"
    options = (
        "--subject",
        "1",
        "--visit",
        "D8",
        "--to",
        "2026-03-12",
        "--as-of",
        "2026-03-08",
        "--apply",
        "-o",
        written,
    )
    run_well("reschedule", protocol, subjects, *options)
    row = followed("visits", (protocol, subjects, "--actuals", written), "2026-03-08")[1]
    assert row["booked_date"] == "2026-03-12"


@pytest.mark.parametrize(
    ("row", "code"), [("1,control,02/03/2026,here", "C104"), ("1,control,2026-03-02,there", "C160")]
)
def test_subject_that_can_t_be_read_or_has_another_site_is_refused(row: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "sites.yaml").write_text(
        "sites:\n  here: {country: none stated, weekend: [Sunday]}\n", encoding="utf-8"
    )
    arguments = files(tmp_path, visits=VISITS, subjects=row, columns=",site")
    options = ("--subject", "1", "--visit", "D8", "--to", "2026-03-12", "--site", tmp_path / "sites.yaml")
    result = run("reschedule", *arguments, *options, "--as-of", "2026-03-08")
    assert (result.exit_code, f"[{code}]" in result.stderr) == (1, True)


def test_row_of_another_protocol_s_visit_stops_a_rescheduling(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=VISITS, actuals=["1,D4,2026-03-05,done"])
    options = ("--subject", "1", "--visit", "D8", "--to", "2026-03-12", "--as-of", "2026-03-08")
    result = run("reschedule", *arguments, *options)
    assert (result.exit_code, "[C315]" in result.stderr) == (1, True)


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


def test_visit_that_is_on_record_as_held_later_is_not_moved(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=VISITS, actuals=["1,D8,2026-03-12,done"])
    options = ("--subject", "1", "--visit", "D8", "--to", "2026-03-13", "--as-of", "2026-03-08")
    result = run("reschedule", *arguments, *options)
    assert (result.exit_code, "got one that is on record as held on a later day" in result.stderr) == (1, True)


def test_visit_that_is_moved_to_a_past_day_says_so(tmp_path: Path) -> None:
    rows = moved(files(tmp_path, visits=VISITS), "D15", "2026-03-07", "--cascade", "none")
    assert rows[0]["notes"].split("; ")[:2] == ["7 days before the window", "that day is past"]


def test_moving_back_to_the_open_day_on_which_a_visit_was_planned_takes_the_booking_out(tmp_path: Path) -> None:
    visits = "D1: {}\nD14: {window: ±3 days, closed_day: next}"
    (tmp_path / "sites.yaml").write_text(SITES, encoding="utf-8")
    arguments = files(tmp_path, visits=visits, **AT_SITE)
    options = ("--site", str(tmp_path / "sites.yaml"), "--apply", "--force", "-o", str(arguments[3]))
    # D14 is Sunday 15 March, planned on Monday 16 March
    for day, kept in (("2026-03-18", ["2026-03-16"]), ("2026-03-16", [])):
        (row,) = moved(arguments, "D14", day, *options)
        assert row["first_planned"] == "2026-03-16"
        rows = csv_rows_of(arguments[3].read_text(encoding="utf-8"))
        assert [row["planned_first"] for row in rows] == kept
