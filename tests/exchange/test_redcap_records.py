"""Records of a REDCap project, read back as REDCap reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.example_protocols import MONTH_END, protocol_text
from tests.exchange.exported import export

if TYPE_CHECKING:
    from pathlib import Path

FILE = "redcap-records.csv"
SUBJECTS = "subject_id,arm,start\n007,active,2026-01-30\n008,control,2026-02-01\n"


def test_header_is_that_of_a_longitudinal_import(tmp_path: Path) -> None:
    exported = export(tmp_path, protocol_text(), "redcap-records", subjects=SUBJECTS)
    assert exported.header(FILE) == (
        "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,"
        "visit_target,visit_window_start,visit_window_end,visit_planned"
    )


def test_first_trial_has_a_row_for_each_subject_and_visit(tmp_path: Path, protocols: Path) -> None:
    subjects = protocols / "examples/NCT04611256-subjects.csv"
    exported = export(tmp_path, "NCT04611256", "redcap-records", subjects=subjects)
    rows = exported.rows(FILE)
    assert (exported.exit_code, len(rows)) == (0, 20 * 10)
    # subject 001: MSC, arm 1, first infusion on 4 August 2020
    dates = {row["redcap_event_name"]: row["visit_target"] for row in rows if row["record_id"] == "001"}
    assert dates == {
        "baseline_arm_1": "2020-08-04",
        "day_1_arm_1": "2020-08-04",
        "day_2_arm_1": "2020-08-05",
        "day_3_arm_1": "2020-08-06",
        "day_5_arm_1": "2020-08-08",
        "day_7_arm_1": "2020-08-10",
        "day_10_arm_1": "2020-08-13",
        "day_15_arm_1": "2020-08-18",
        "day_20_arm_1": "2020-08-23",
        "day_25_arm_1": "2020-08-28",
    }
    assert {row["redcap_event_name"][-6:] for row in rows if row["record_id"] == "002"} == {"_arm_2"}  # control
    assert {row["visit_window_start"] + row["visit_window_end"] for row in rows} == {""}  # none stated, never ±0


def test_second_trial_has_half_a_year_in_days(tmp_path: Path, protocols: Path) -> None:
    subjects = protocols / "examples/NCT04252118-subjects.csv"
    rows = export(tmp_path, "NCT04252118", "redcap-records", subjects=subjects).rows(FILE)
    dates = {(row["record_id"], row["redcap_event_name"]): row["visit_planned"] for row in rows}
    assert dates["001", "day_90_arm_1"] == "2020-04-26"  # 27 January 2020 and 90 days, through a 29 February
    assert dates["001", "day_180_arm_1"] == "2020-07-25"
    assert dates["002", "day_180_arm_2"] == "2020-07-30"  # 1 February 2020 and 180 days
    assert ("002", "day_0_arm_2") not in dates  # the infusion is the treated arm's


def test_window_and_months_are_dates(tmp_path: Path) -> None:
    visits = "D8: {window: -1 to +2 days}\nmonth_1: {months: 1, window: ±3 days}\nscreen: {window: D-7 to D-1}"
    exported = export(tmp_path, protocol_text(visits=visits, more=MONTH_END), "redcap-records", subjects=SUBJECTS)
    rows = {row["redcap_event_name"]: row for row in exported.rows(FILE) if row["record_id"] == "007"}
    date_fields = ("visit_target", "visit_window_start", "visit_window_end", "visit_planned")
    assert [rows["day_8_arm_1"][name] for name in date_fields] == [
        "2026-02-06",
        "2026-02-05",
        "2026-02-08",
        "2026-02-06",
    ]
    month = [rows["month_1_arm_1"][name] for name in date_fields]
    assert month == ["2026-02-28", "2026-02-25", "2026-03-03", "2026-02-28"]  # the last day of a shorter month
    assert [rows["screen_arm_1"][name] for name in date_fields] == ["", "2026-01-23", "2026-01-29", ""]


def test_visit_without_a_date_is_left_out_and_said(tmp_path: Path) -> None:
    text = protocol_text(visits="D1: {}\nend: {days: 1, anchor: stop}").replace(
        "  start: {label: first infusion}\n",
        "  start: {label: first infusion}\n  stop: {label: stop, date: may be empty}\n",
    )
    subjects = "subject_id,arm,start,stop\n007,active,2026-01-30,\n008,active,2026-01-30,2026-02-03\n"
    exported = export(tmp_path, text, "redcap-records", subjects=subjects)
    assert [row["redcap_event_name"] for row in exported.rows(FILE)] == ["day_1_arm_1", "day_1_arm_1", "end_arm_1"]
    assert exported.lines_with("W115") == ["1 visit is left out, without any date: end of 007"]


def test_fields_are_named_as_asked(tmp_path: Path) -> None:
    exported = export(
        tmp_path,
        protocol_text(),
        "redcap-records",
        "record-id=study_id",
        "prefix=planned_by_the_protocol_",
        subjects=SUBJECTS,
    )
    assert exported.header(FILE).startswith("study_id,redcap_event_name,")
    long = [line.split(":")[0].removeprefix("planned_by_the_protocol_") for line in exported.lines_with("W116")]
    assert long == ["target", "window_start", "window_end", "planned"]  # each has more than 26 characters


@pytest.mark.parametrize("setting", ["prefix=Visit_", "prefix=1_", "prefix=visit-", "record-id=record id"])
def test_field_that_redcap_would_not_have_is_refused(setting: str, tmp_path: Path) -> None:
    refused = export(tmp_path, protocol_text(), "redcap-records", setting, subjects=SUBJECTS)
    assert (refused.exit_code, refused.files, "[X102]" in refused.said) == (1, {}, True)


def test_events_that_redcap_would_name_by_itself_are_refused(tmp_path: Path) -> None:
    text = protocol_text(visits="a.b: {days: 1}\na_b: {days: 2}")
    refused = export(tmp_path, text, "redcap-records", subjects=SUBJECTS)
    assert (refused.exit_code, refused.files) == (1, {})
    assert "a.b: expected an event whose name in REDCap is known, got" in refused.said
    assert "[X130]" in refused.said


def test_id_that_a_spreadsheet_would_run_is_guarded_and_said(tmp_path: Path) -> None:
    exported = export(
        tmp_path, protocol_text(), "redcap-records", subjects="subject_id,arm,start\n-7,active,2026-01-30\n"
    )
    assert exported.rows(FILE)[0]["record_id"] == "'-7"
    (line,) = exported.lines_with("W003")
    assert line.startswith("-7: a spreadsheet would run it as a formula")


def test_subjects_without_dates_have_no_file(tmp_path: Path) -> None:
    text = protocol_text(visits="end: {days: 1, anchor: stop}").replace(
        "  start: {label: first infusion}\n",
        "  start: {label: first infusion}\n  stop: {label: stop, date: may be empty}\n",
    )
    refused = export(tmp_path, text, "redcap-records", subjects="subject_id,arm,start,stop\n1,active,2026-01-30,\n")
    assert (refused.exit_code, "[X101]" in refused.said) == (1, True)


VERSION = 'version: "1.0"'


def test_subjects_of_two_versions_have_the_events_of_their_own(tmp_path: Path) -> None:
    first = protocol_text(visits="D1: {}\nD8: {}")
    second = protocol_text(visits="D1: {}\nD10: {}").replace(VERSION, 'version: "2.0"')
    (tmp_path / "second.yaml").write_text(second, encoding="utf-8")
    subjects = "subject_id,arm,start,protocol_version\n1,active,2026-01-01,1.0\n2,control,2026-01-01,2.0\n"
    exported = export(tmp_path, first, "redcap-records", "--also", tmp_path / "second.yaml", subjects=subjects)
    dates = [(row["record_id"], row["redcap_event_name"], row["visit_target"]) for row in exported.rows(FILE)]
    assert dates == [
        ("1", "day_1_arm_1", "2026-01-01"),
        ("1", "day_8_arm_1", "2026-01-08"),
        ("2", "day_1_arm_2", "2026-01-01"),
        ("2", "day_10_arm_2", "2026-01-10"),
    ]
    (line,) = exported.lines_with("W113")
    assert line.startswith("D10: no event of the version that was named first has this name")


def test_arm_that_the_first_version_lacks_is_refused(tmp_path: Path) -> None:
    second = protocol_text().replace(VERSION, 'version: "2.0"').replace("  control:", "  third:")
    (tmp_path / "second.yaml").write_text(second, encoding="utf-8")
    subjects = "subject_id,arm,start,protocol_version\n1,active,2026-01-01,1.0\n2,third,2026-01-01,2.0\n"
    refused = export(tmp_path, protocol_text(), "redcap-records", "--also", tmp_path / "second.yaml", subjects=subjects)
    assert (refused.exit_code, refused.files, "[X130]" in refused.said) == (1, {}, True)
