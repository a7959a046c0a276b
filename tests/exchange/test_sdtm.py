"""Trial design datasets, read back by the rules of SDTM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.example_protocols import DAY_0, MONTH_END, protocol_text
from tests.exchange.exported import export

if TYPE_CHECKING:
    from pathlib import Path

    from tests.exchange.exported import Export

EPOCHS = """\
screen: {window: D-7 to D-1, epoch: screening}
D1: {epoch: treatment}
D8: {window: -1 to +2 days, epoch: treatment}
later: {months: 6, epoch: follow-up}"""


def days_of(exported: Export, arm: str = "") -> dict[str, str]:
    """VISITDY of an arm's visits, by VISIT."""
    return {row["VISIT"]: row["VISITDY"] for row in exported.rows("tv.csv") if row["ARMCD"] == arm}


def test_columns_are_those_of_the_domains(tmp_path: Path) -> None:
    exported = export(tmp_path, protocol_text(more=MONTH_END, visits=EPOCHS), "sdtm")
    assert exported.header("tv.csv") == "STUDYID,DOMAIN,VISITNUM,VISIT,VISITDY,ARMCD,ARM,TVSTRL,TVENRL"
    assert exported.header("ta.csv") == "STUDYID,DOMAIN,ARMCD,ARM,TAETORD,ETCD,ELEMENT,TABRANCH,TATRANS,EPOCH"
    assert exported.header("te.csv") == "STUDYID,DOMAIN,ETCD,ELEMENT,TESTRL,TEENRL,TEDUR"
    for name, domain in (("tv.csv", "TV"), ("ta.csv", "TA"), ("te.csv", "TE")):
        assert {(row["STUDYID"], row["DOMAIN"]) for row in exported.rows(name)} == {("TEST-1", domain)}


def test_first_trial_has_the_days_that_it_prints(tmp_path: Path) -> None:
    exported = export(tmp_path, "NCT04611256", "sdtm")
    days = days_of(exported)
    assert days == {"Baseline": "1"} | {f"Day {day}": str(day) for day in (1, 2, 3, 5, 7, 10, 15, 20, 25)}
    assert list(exported.files) == ["tv.csv"]  # the record states no epochs
    (line,) = exported.lines_with("W116")
    assert line.startswith("no TA and no TE")


def test_second_trial_has_a_day_more_since_there_is_no_day_0(tmp_path: Path) -> None:
    exported = export(tmp_path, "NCT04252118", "sdtm")
    assert days_of(exported, "msc")["Day 0"] == "1"
    assert days_of(exported, "control")["Day 180"] == "181"
    assert "Day 0" not in days_of(exported, "control")
    numbers = {(row["VISIT"], row["VISITNUM"]) for row in exported.rows("tv.csv")}
    assert len(numbers) == 10  # a visit has one number in both arms
    assert any(line.startswith("VISITDY: the protocol has a day 0") for line in exported.lines_with("W116"))


def test_no_visit_is_on_day_0(tmp_path: Path) -> None:
    exported = export(tmp_path, protocol_text(visits="D-1: {}\nD0: {}\nD1: {}", numbering=DAY_0), "sdtm")
    assert list(days_of(exported).values()) == ["-1", "1", "2"]


def test_chained_cycles_have_the_days_of_the_plan(tmp_path: Path, protocols: Path) -> None:
    exported = export(tmp_path, protocols / "examples/es-sclc-chemotherapy.yaml", "sdtm", "--unblinded")
    assert list(days_of(exported).values()) == [
        *("", "1", "22", "43", "64", "85", "106", "127", "196", "286", "376"),
    ]
    rules = {row["VISITNUM"]: row["TVSTRL"] for row in exported.rows("tv.csv")}
    assert rules["1"] == "From day -7 to day 1, where day 1 is: first day of cycle 1"
    assert rules["3"] == "21 days after C1D1, window ±7 days"


def test_rules_are_in_words(tmp_path: Path) -> None:
    exported = export(tmp_path, protocol_text(more=MONTH_END, visits=EPOCHS), "sdtm")
    assert [(row["VISITNUM"], row["VISITDY"], row["TVSTRL"]) for row in exported.rows("tv.csv")] == [
        ("1", "", "From day -7 to day -1, where day 1 is: first infusion"),
        ("2", "1", "On the day of first infusion, window none stated"),
        ("3", "8", "7 days after first infusion, window -1 to +2 days"),
        ("4", "", "6 months after first infusion, window none stated"),
    ]
    assert {row["TVENRL"] for row in exported.rows("tv.csv")} == {"At the end of the day on which it starts"}
    assert [line.split(":")[0] for line in exported.lines_with("W111")] == ["screen", "later"]


def test_epoch_with_a_dose_is_an_element_of_each_arm(tmp_path: Path) -> None:
    exported = export(tmp_path, protocol_text(regimen="dose: 1 mg", visits=EPOCHS, more=MONTH_END), "sdtm")
    paths = [(row["ARMCD"], row["TAETORD"], row["ETCD"], row["EPOCH"]) for row in exported.rows("ta.csv")]
    assert paths == [
        ("active", "1", "SCREENI1", "SCREENING"),
        ("active", "2", "TREATME2", "TREATMENT"),
        ("active", "3", "FOLLOWU4", "FOLLOW-UP"),
        ("control", "1", "SCREENI1", "SCREENING"),
        ("control", "2", "TREATME3", "TREATMENT"),
        ("control", "3", "FOLLOWU4", "FOLLOW-UP"),
    ]
    elements = {row["ETCD"]: row for row in exported.rows("te.csv")}
    assert [row["ELEMENT"] for row in elements.values()] == [
        *("screening", "treatment, Active", "treatment, Control", "follow-up"),
    ]
    assert all(len(code) <= 8 for code in elements)
    assert elements["TREATME2"]["TESTRL"] == "Start of the visit D1: On the day of first infusion, window none stated"
    assert elements["TREATME2"]["TEENRL"] == "End of the visit D8: 7 days after first infusion, window -1 to +2 days"


def test_arms_are_apart_throughout_where_no_dose_is_modelled(tmp_path: Path, protocols: Path) -> None:
    exported = export(tmp_path, protocols / "examples/lzzt.yaml", "sdtm", "--unblinded")
    assert len({row["ETCD"] for row in exported.rows("ta.csv")}) == 3 * 3


def test_timepoints_leave_the_end_open(tmp_path: Path, protocols: Path) -> None:
    exported = export(tmp_path, protocols / "examples/inm004-phase-1.yaml", "sdtm", "--unblinded")
    ends = {row["VISIT"]: row["TVENRL"] for row in exported.rows("tv.csv")}
    assert (ends["First infusion"], ends["Day 30"]) == ("", "At the end of the day on which it starts")
    (line,) = exported.lines_with("W112")
    assert line.startswith("D1, D2 and D3: timepoints may go on after the day")


def test_text_that_is_longer_than_a_transport_file_takes_is_named(tmp_path: Path) -> None:
    label = "first infusion of the study drug, " + "x" * 160
    text = protocol_text().replace("{label: first infusion}", f'{{label: "{label}"}}')
    exported = export(tmp_path, text, "sdtm")
    assert label in exported.rows("tv.csv")[0]["TVSTRL"]  # never cut
    assert any(line.startswith("TVSTRL in tv.csv: longer than the 200") for line in exported.lines_with("W116"))


def test_arm_that_is_no_code_is_refused(tmp_path: Path) -> None:
    text = protocol_text().replace("  control:", "  control_without_any_dose:")
    refused = export(tmp_path, text, "sdtm")
    assert (refused.exit_code, "[X130]" in refused.said) == (1, True)
