"""A LabKey visit map, read back by its schema's rules."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from tests.example_protocols import MONTH_END, protocol_text
from tests.exchange.exported import export

if TYPE_CHECKING:
    from pathlib import Path

    from tests.exchange.exported import Export

FILE = "visit_map.xml"
SPACE = "{http://labkey.org/study/xml}"


def visits_of(exported: Export) -> dict[str, tuple[str, str, str]]:
    """The first and last sequence number and the protocol's day of each visit, by its label."""
    root = ET.fromstring(exported.files[FILE])  # noqa: S314 - our own file
    assert root.tag == f"{SPACE}visitMap"
    for visit in root:
        assert visit.tag == f"{SPACE}visit"
        assert set(visit.attrib) <= {"label", "sequenceNum", "maxSequenceNum", "protocolDay", "sequenceNumHandling"}
        assert visit.attrib["sequenceNumHandling"] == "normal"
    return {
        one.attrib["label"]: (one.attrib["sequenceNum"], one.get("maxSequenceNum", ""), one.get("protocolDay", ""))
        for one in root
    }


def test_first_trial_is_days_after_the_first_infusion(tmp_path: Path) -> None:
    visits = visits_of(export(tmp_path, "NCT04611256", "labkey"))
    assert visits["Baseline"] == ("0.0", "", "0.0")
    assert visits["Day 1"] == ("0.01", "", "0.0")  # the same day, told apart
    assert visits["Day 25"] == ("24.0", "", "24.0")
    assert len(visits) == 10


def test_second_trial_tells_which_visits_are_of_one_arm(tmp_path: Path) -> None:
    exported = export(tmp_path, "NCT04252118", "labkey")
    assert visits_of(exported)["Day 180"] == ("180.0", "", "180.0")
    assert exported.lines_with("W112") == ["D0: for some arms alone, for which the target has no place"]
    assert exported.lines_with("W114") == ["baseline and D0: on the day of another visit, told apart by hundredths"]


def test_windows_are_ranges(tmp_path: Path, protocols: Path) -> None:
    visits = visits_of(export(tmp_path, protocols / "examples/genepredict-ps.yaml", "labkey"))
    assert list(visits.values()) == [
        ("0.0", "", "0.0"),
        ("26.0", "33.0", "28.0"),
        ("61.0", "68.0", "63.0"),
        ("82.0", "89.0", "84.0"),
    ]


def test_visits_come_by_their_numbers(tmp_path: Path) -> None:
    visits = visits_of(
        export(tmp_path, protocol_text(visits="D8: {}\nscreen: {window: D-14 to D-1}\nD1: {}"), "labkey")
    )
    assert visits == {
        "screen": ("-14.0", "-1.0", ""),
        "Day 1": ("0.0", "", "0.0"),
        "Day 8": ("7.0", "", "7.0"),
    }


def test_overlaps_are_refused_as_they_are_there(tmp_path: Path, protocols: Path) -> None:
    chemotherapy = protocols / "examples/es-sclc-chemotherapy.yaml"
    refused = export(tmp_path, chemotherapy, "labkey")  # screening reaches to the day of C1D1
    assert (refused.exit_code, refused.files) == (1, {})
    assert "got screening (-7.0 to 0.0) and C1D1 (0.0 to 0.0)" in refused.said
    assert "[X131]" in refused.said


def test_targets_alone_are_taken_where_that_is_asked(tmp_path: Path, protocols: Path) -> None:
    exported = export(tmp_path, protocols / "examples/es-sclc-chemotherapy.yaml", "labkey", "windows=none")
    numbers = [first for first, _, _ in visits_of(exported).values()]
    assert numbers == ["0.0", "21.0", "42.0", "63.0", "84.0", "105.0", "126.0", "195.0", "285.0", "375.0"]
    assert exported.lines_with("W110") == ["screening: left out, since it has a window and no target"]
    assert "F1D1, F2D1 and F3D1: its window is left out, as was asked" in exported.lines_with("W111")[1]


def test_calendar_months_are_left_out(tmp_path: Path) -> None:
    exported = export(tmp_path, protocol_text(visits="D1: {}\nlater: {months: 6}", more=MONTH_END), "labkey")
    assert list(visits_of(exported)) == ["Day 1"]
    assert exported.lines_with("W110") == [
        "later: left out, since it is counted in calendar months, which are no number of days"
    ]
    refused = export(tmp_path, protocol_text(visits="later: {months: 6}", more=MONTH_END), "labkey", "--force")
    assert (refused.exit_code, "[X101]" in refused.said) == (1, True)


def test_labels_that_are_shared_have_the_id(tmp_path: Path) -> None:
    text = protocol_text(visits="a: {days: 1, label: A visit & <more>}\nb: {days: 2, label: a visit & <more>}")
    exported = export(tmp_path, text, "labkey")
    assert list(visits_of(exported)) == ["A visit & <more> (a)", "a visit & <more> (b)"]
    (line,) = exported.lines_with("W113")
    assert line.startswith("a and b: the label is that of another visit too")


def test_option_that_cannot_be_is_refused(tmp_path: Path) -> None:
    assert "[X102]" in export(tmp_path, "NCT04611256", "labkey", "windows=some").said
