"""Visits that are moved: what moves with them and why, what is out of its window then, and what is booked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, run, run_well
from tests.followed import files, followed

if TYPE_CHECKING:
    from pathlib import Path

VISITS = "D1: {}\nD8: {window: ±1 day}\nD15: {window: -2 to +3 days}\ncall: {days: 7, after: D15, counted_from: actual}"
DOSED = "dose: 1 mg/kg\nvisits: [D1, D8]"
TREATED = "1,active,2026-03-02,70"


def columns(rows: list[dict[str, str]], *names: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


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


def test_second_move_without_a_reason_keeps_the_first_one(tmp_path: Path) -> None:
    protocol, subjects, option, actuals = files(tmp_path, visits=VISITS)
    for day, reason, kept in (("2026-03-12", ("--reason", "away"), "away"), ("2026-03-13", (), "away")):
        moved((protocol, subjects, option, actuals), "D8", day, *reason, "--apply", "--force", "-o", str(actuals))
        (row,) = csv_rows_of(actuals.read_text(encoding="utf-8"))
        assert (row["date"], row["reason"]) == (day, kept)


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


@pytest.mark.parametrize(("subject", "visit", "code"), [("1", "D1", "L062"), ("1", "D9", "L005"), ("01", "D8", "L040")])
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
    return moved(files(folder, **AT_SITE, **more), visit, to, "--sites", str(folder / "sites.yaml"), *options)


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
    rows = moved(files(tmp_path, **subjects, **more), "D8", "2026-03-10", "--sites", str(tmp_path / "sites.yaml"))
    # Monday 16 March, and no other day than the protocol gives: Sunday 15 March was it before
    assert columns(rows, "visit", "from_date", "to_date") == [
        ("D8", "2026-03-09", "2026-03-10"),
        ("D15", "2026-03-15", "2026-03-16"),
    ]
    rows = moved(files(tmp_path, **subjects, **more), "D8", "2026-03-08", "--sites", str(tmp_path / "sites.yaml"))
    assert rows[1]["to_date"] == "2026-03-14"
    assert rows[1]["notes"].endswith("closed day: a dose is not moved")


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.csv", b"subject_id,"),
        ("a.jsonl", b'{"subject_id": "1"'),
        ("a.parquet", b"PAR1"),
        ("a.txt", b"subject_id,"),
        ("a.xlsx", b"PK"),
    ],
)
def test_bookings_are_written_as_the_name_of_the_file_ends(name: str, begins: bytes, tmp_path: Path) -> None:
    moved(files(tmp_path, visits=VISITS), "D8", "2026-03-12", "--apply", "-o", str(tmp_path / name))
    assert (tmp_path / name).read_bytes().startswith(begins)


@pytest.mark.parametrize(("form", "holds"), [("csv", "visit,from_date"), ("jsonl", '"visit": "D8"'), ("table", "D8")])
def test_preview_has_the_formats_of_the_other_tables(form: str, holds: str, tmp_path: Path) -> None:
    options = ("--subject", "1", "--visit", "D8", "--to", "2026-03-12", "--as-of", "2026-03-08", "--format", form)
    assert holds in run_well("reschedule", *files(tmp_path, visits=VISITS), *options).stdout


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
    options = ("--subject", "1", "--visit", "D8", "--to", "2026-03-12", "--sites", tmp_path / "sites.yaml")
    result = run("reschedule", *arguments, *options, "--as-of", "2026-03-08")
    assert (result.exit_code, f"[{code}]" in result.stderr) == (1, True)


def test_row_of_another_protocol_s_visit_stops_a_rescheduling(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits=VISITS, actuals=["1,D4,2026-03-05,done"])
    options = ("--subject", "1", "--visit", "D8", "--to", "2026-03-12", "--as-of", "2026-03-08")
    result = run("reschedule", *arguments, *options)
    assert (result.exit_code, "[C315]" in result.stderr) == (1, True)


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
    options = ("--sites", str(tmp_path / "sites.yaml"), "--apply", "--force", "-o", str(arguments[3]))
    # D14 is Sunday 15 March, planned on Monday 16 March
    for day, kept in (("2026-03-18", ["2026-03-16"]), ("2026-03-16", [])):
        (row,) = moved(arguments, "D14", day, *options)
        assert row["first_planned"] == "2026-03-16"
        rows = csv_rows_of(arguments[3].read_text(encoding="utf-8"))
        assert [row["planned_first"] for row in rows] == kept
