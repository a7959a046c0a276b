"""Arms, events and mapping of a REDCap project, read back as REDCap reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.example_protocols import DAY_0, MONTH_END, protocol_text
from tests.exchange.exported import export

if TYPE_CHECKING:
    from pathlib import Path

    from tests.exchange.exported import Export

FILES = [
    "redcap-arms.csv",
    "redcap-events-without-scheduling.csv",
    "redcap-events.csv",
    "redcap-mapping.csv",
    "redcap-predicted-names.csv",
]

BY_HAND = " (add it in the target by hand)"


def events_of(exported: Export, arm: str = "1") -> dict[str, tuple[int, int, int]]:
    """The day and the days early and late of an arm's events, by name, in the order of the file."""
    return {
        row["event_name"]: (int(row["day_offset"]), int(row["offset_min"]), int(row["offset_max"]))
        for row in exported.rows("redcap-events.csv")
        if row["arm_num"] == arm
    }


def test_files_have_the_columns_of_redcap(tmp_path: Path) -> None:
    exported = export(tmp_path, "NCT04611256", "redcap")
    assert (exported.exit_code, list(exported.files)) == (0, FILES)
    assert exported.header("redcap-arms.csv") == "arm_num,name"
    assert exported.header("redcap-events.csv") == (
        "event_name,arm_num,day_offset,offset_min,offset_max,unique_event_name,custom_event_label"
    )
    assert exported.header("redcap-events-without-scheduling.csv") == (
        "event_name,arm_num,unique_event_name,custom_event_label"
    )
    assert exported.header("redcap-mapping.csv") == "arm_num,unique_event_name,form"


def test_first_trial_has_its_days_in_both_arms(tmp_path: Path) -> None:
    exported = export(tmp_path, "NCT04611256", "redcap")
    days = {"Baseline": 0, "Day 1": 0, "Day 2": 1, "Day 3": 2, "Day 5": 4, "Day 7": 6}
    days |= {"Day 10": 9, "Day 15": 14, "Day 20": 19, "Day 25": 24}  # no day 0: D25 is 24 days after D1
    assert events_of(exported) == events_of(exported, "2") == {name: (day, 0, 0) for name, day in days.items()}
    assert exported.rows("redcap-arms.csv") == [
        {"arm_num": "1", "name": "MSC transfusion"},
        {"arm_num": "2", "name": "Control"},
    ]
    assert {row["unique_event_name"] for row in exported.rows("redcap-events.csv")} == {""}


def test_second_trial_has_day_0_in_the_treated_arm_alone(tmp_path: Path) -> None:
    exported = export(tmp_path, "NCT04252118", "redcap-events")
    days = {"Baseline": 0, "Day 0": 0, "Day 3": 3, "Day 6": 6, "Day 10": 10, "Day 14": 14, "Day 21": 21, "Day 28": 28}
    treated = {name: (day, 0, 0) for name, day in (days | {"Day 90": 90, "Day 180": 180}).items()}
    assert events_of(exported) == treated
    assert events_of(exported, "2") == {name: days for name, days in treated.items() if name != "Day 0"}


def test_mapping_has_an_instrument_for_each_assessment_of_the_arm(tmp_path: Path) -> None:
    exported = export(tmp_path, "NCT04252118", "redcap-mapping")
    day_90 = {row["form"] for row in exported.rows("redcap-mapping.csv") if row["unique_event_name"] == "day_90_arm_1"}
    five = {"nucleic_acid_test", "cd4_cd8_count", "alanine_aminotransferase", "c_reactive_protein", "creatine_kinase"}
    assert day_90 == {"adverse_events", *five}
    control = {row["form"] for row in exported.rows("redcap-mapping.csv") if row["unique_event_name"] == "day_90_arm_2"}
    assert control == five  # side effects are listed for the treated group alone
    (replaces,) = exported.lines_with("W116")
    assert "the upload of a mapping replaces the whole mapping" in replaces
    (bare,) = exported.lines_with("W110")
    assert bare == "D0: left out of the mapping, since no assessment is done there"


def test_instrument_of_the_dates_is_designated_to_each_event(tmp_path: Path) -> None:
    exported = export(tmp_path, "NCT04252118", "redcap-mapping", "form=visit_dates")
    rows = [row for row in exported.rows("redcap-mapping.csv") if row["form"] == "visit_dates"]
    assert len(rows) == 10 + 9
    assert exported.lines_with("W110") == []


def test_chained_visits_have_the_days_of_the_plan(tmp_path: Path, protocols: Path) -> None:
    exported = export(tmp_path, protocols / "examples/hepatitis-e-vaccine.yaml", "redcap-events", "--unblinded")
    events = events_of(exported)
    assert events["Visit 10: second vaccination"] == (30, 2, 2)
    assert events["Visits 11 to 17: home visits"] == (31, 0, 6)  # 1 day after dose 2
    assert events["Visit 18: third vaccination"] == (180, 2, 2)
    assert events["Visits 19 to 25: home visits"] == (181, 0, 6)
    assert events["Visit 26: blood sample"] == (210, 2, 2)
    assert [events[f"A1D{day}"] for day in range(1, 8)] == [(day, 0, 0) for day in range(1, 8)]
    (left_out,) = exported.lines_with("W110")
    assert (
        left_out == f"visit_27: left out, since it is counted in calendar months, which are no number of days{BY_HAND}"
    )
    (moving,) = exported.lines_with("W112")
    assert moving.startswith(
        "dose_2, after_dose_2, dose_3, after_dose_3 and last_blood: counted from a date that happens"
    )


def test_cycles_are_counted_from_the_first_day_of_the_first(tmp_path: Path, protocols: Path) -> None:
    exported = export(tmp_path, protocols / "examples/es-sclc-chemotherapy.yaml", "redcap-events", "--unblinded")
    assert list(events_of(exported).values()) == [
        *((0, 0, 0), (21, 7, 7), (42, 7, 7), (63, 7, 7), (84, 7, 7), (105, 7, 7), (126, 7, 7)),
        *((195, 21, 21), (285, 21, 21), (375, 21, 21)),
    ]
    assert [line.split(" (")[0] for line in exported.lines_with("W110")] == [
        "screening: left out, since it has a window and no target"
    ]


def test_crossover_has_its_unequal_windows(tmp_path: Path, protocols: Path) -> None:
    exported = export(tmp_path, protocols / "examples/genepredict-ps.yaml", "redcap-events", "--unblinded")
    assert list(events_of(exported, "2").values()) == [(0, 0, 0), (28, 2, 5), (63, 2, 5), (84, 2, 5)]
    assert exported.lines_with("W112") == [
        "week_9: a least time after another visit, for which the target has no place"
    ]


def test_visit_after_an_event_has_the_day_of_its_visit(tmp_path: Path, protocols: Path) -> None:
    exported = export(tmp_path, protocols / "examples/inm004-phase-1.yaml", "redcap-events", "--unblinded")
    assert [day for day, _, _ in events_of(exported).values()] == [0, 1, 2, 3, 32]
    assert [line for line in exported.lines_with("W112") if "timepoints" in line] == [
        "D1, D2 and D3: timepoints, for which the target has no place"
    ]


def test_cycles_without_an_end_want_a_horizon(tmp_path: Path, protocols: Path) -> None:
    topaz = protocols / "examples/topaz-1.yaml"
    refused = export(tmp_path, topaz, "redcap-events")
    assert (refused.exit_code, "[L060]" in refused.said) == (1, True)
    events = events_of(export(tmp_path, topaz, "redcap-events", "--unblinded", "--horizon", "2 cycles"))
    assert [events[visit][0] for visit in ("Cycle 8 day 1", "M1D1", "M2D1")] == [147, 168, 196]


def test_another_anchor_is_left_out(tmp_path: Path) -> None:
    text = protocol_text(
        visits="D1: {}\nvisit: {days: 3, anchor: discharge}\nlater: {days: 1, after: visit, counted_from: planned}"
    )
    start = "  start: {label: first infusion}\n"
    text = text.replace(start, f"{start}  discharge: {{label: discharge}}\n")
    exported = export(tmp_path, text, "redcap-events")
    assert list(events_of(exported)) == ["Day 1"]
    reason = "it is counted from the anchor discharge, and the target counts from one anchor"
    assert exported.lines_with("W110") == [
        f"visit: left out, since {reason}{BY_HAND}",
        f"later: left out, since visit, which it follows, has no day{BY_HAND}",
    ]


def test_last_dose_as_an_anchor_has_the_day_of_its_visit(tmp_path: Path) -> None:
    text = protocol_text(
        regimen="dose: 1 mg\nvisits: [D1, D8]",
        visits="end: {days: 30, anchor: last_dose, arms: [active]}\nD1: {}\nD8: {}\n"
        "gone: {days: 1, after: off_treatment}",
    ).replace(
        "  start: {label: first infusion}\n",
        "  start: {label: first infusion}\n  last_dose: {is: last dose of infusion}\n",
    )
    exported = export(tmp_path, text, "redcap-events")
    assert events_of(exported)["end"] == (37, 0, 0)
    assert [line.split(":")[0] for line in exported.lines_with("W110")] == ["gone"]


@pytest.mark.parametrize(
    ("window", "early", "late"),
    [("±3 days", 3, 3), ("-1 to +2 days", 1, 2), ("+14 days", 0, 14), ("-2 days", 2, 0), ("±36 hours", 1, 1)],
)
def test_window_is_days_early_and_late(window: str, early: int, late: int, tmp_path: Path) -> None:
    exported = export(tmp_path, protocol_text(visits=f"D8: {{window: {window}}}"), "redcap-events")
    assert events_of(exported) == {"Day 8": (7, early, late)}
    hours = ["D8: the window is in hours; the whole days in it stand in the file"] if "hours" in window else []
    assert exported.lines_with("W111") == hours


def test_no_stated_window_is_said(tmp_path: Path) -> None:
    exported = export(tmp_path, protocol_text(visits="D1: {}\nD8: {window: ±1 day}"), "redcap-events")
    (line,) = exported.lines_with("W111")
    assert line.startswith("D1: no window is stated")


def test_events_of_one_day_come_in_the_order_of_their_names_there(tmp_path: Path) -> None:
    visits = "screen: {days: 0, label: Screening}\nconsent: {days: 0, label: Consent}\nD2: {}"
    exported = export(tmp_path, protocol_text(visits=visits), "redcap-events")
    assert exported.lines_with("W114") == [
        "screen and consent are all on day 0; REDCap sorts them by name, as consent and screen"
    ]


def test_day_before_the_anchor_is_negative_and_said(tmp_path: Path) -> None:
    exported = export(tmp_path, protocol_text(visits="D-5: {}\nD0: {}", numbering=DAY_0), "redcap-events")
    assert events_of(exported) == {"Day minus 5": (-5, 0, 0), "Day 0": (0, 0, 0)}
    (line,) = exported.lines_with("W116")
    assert line.startswith("D-5: before the anchor, with a negative day_offset")
    (line,) = exported.lines_with("W113")
    assert line.startswith("D-5: minus is written as a word")


def test_protocol_without_assessments_has_no_mapping(tmp_path: Path) -> None:
    exported = export(tmp_path, protocol_text(), "redcap")
    assert list(exported.files) == [name for name in FILES if name != "redcap-mapping.csv"]
    refused = export(tmp_path, protocol_text(), "redcap-mapping")
    assert (refused.exit_code, "expected at least one event with an instrument, got none [X101]" in refused.said) == (
        1,
        True,
    )


def test_protocol_without_a_day_has_no_events(tmp_path: Path) -> None:
    text = protocol_text(visits="later: {months: 6}", more=MONTH_END)
    refused = export(tmp_path, text, "redcap-events")
    assert (refused.exit_code, "[X101]" in refused.said) == (1, True)
    classic = export(tmp_path, text, "redcap-events-classic")
    assert [row["event_name"] for row in classic.rows("redcap-events-without-scheduling.csv")] == ["later", "later"]


def test_names_that_are_not_certain_are_told(tmp_path: Path) -> None:
    exported = export(tmp_path, protocol_text(visits="D1: {label: Día 1}"), "redcap", "event-names=label")
    row = exported.rows("redcap-predicted-names.csv")[0]
    assert (row["event_name"], row["certain"], row["why_not_certain"]) == (
        "Día 1",
        "no",
        "it has letters outside ASCII",
    )
    (line,) = exported.lines_with("W113")
    assert line.startswith("D1: REDCap's own name of the event is not certain: it has letters outside ASCII (download")


def test_event_without_a_known_name_is_left_out_of_the_mapping(tmp_path: Path) -> None:
    text = protocol_text(
        visits="a.b: {days: 1}\na_b: {days: 2}\nc: {days: 3}",
        more="assessments:\n  blood: {label: Blood, visits: [a.b, a_b, c]}\n",
    )
    exported = export(tmp_path, text, "redcap-mapping")
    assert [row["unique_event_name"] for row in exported.rows("redcap-mapping.csv")] == ["c_arm_1", "c_arm_2"]
    assert exported.lines_with("W110") == [
        "a.b and a_b: left out of the mapping, since its name in REDCap is not known"
    ]


@pytest.mark.parametrize("setting", ["form=1st", "form=día", "event-names=both", f"form={'x' * 101}"])
def test_option_that_cannot_be_is_refused(setting: str, tmp_path: Path) -> None:
    refused = export(tmp_path, "NCT04611256", "redcap", setting)
    assert (refused.exit_code, refused.files, "[X102]" in refused.said) == (1, {}, True)


def test_label_that_a_spreadsheet_would_run_is_guarded_and_said(tmp_path: Path) -> None:
    text = protocol_text().replace("{label: Active}", '{label: "=1+1"}')
    exported = export(tmp_path, text, "redcap-arms")
    assert [row["name"] for row in exported.rows("redcap-arms.csv")] == ["'=1+1", "Control"]
    (line,) = exported.lines_with("W003")
    assert line.startswith("=1+1: a spreadsheet would run it as a formula")


def test_further_version_is_not_passed_over(tmp_path: Path) -> None:
    refused = export(tmp_path, "NCT04611256", "redcap", "--also", "NCT04611256")
    assert (refused.exit_code, refused.files) == (2, {})
    assert "is made from one version alone" in " ".join(refused.said.split())
