"""A USDM timeline, read back by the rules of its timings: offsets follow the chain to the fixed reference."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.example_protocols import DAY_0, MONTH_END, protocol_text
from tests.exchange.exported import export

if TYPE_CHECKING:
    from pathlib import Path

    from tests.exchange.exported import Export

FILE = "usdm-timeline.json"
VISIT, ANCHOR = "ScheduledActivityInstance_visit_", "ScheduledActivityInstance_anchor_"


def timings_of(exported: Export) -> dict[str, dict[str, Any]]:
    """The timings by the instance that they are from."""
    (timeline,) = json.loads(exported.files[FILE])["scheduleTimelines"]
    return {timing["relativeFromScheduledInstanceId"]: timing for timing in timeline["timings"]}


def days_of(exported: Export) -> dict[str, int]:
    """The days of the visits after the fixed reference, along the chain; none for calendar months."""
    timings = timings_of(exported)

    def day(instance: str) -> int:
        timing = timings[instance]
        if timing["type"]["decode"] == "Fixed Reference":
            return 0  # the value of an anchor is ignored
        match = re.fullmatch(r"P(\d+)D", timing["value"])
        assert match is not None
        sign = {"After": 1, "Before": -1}[timing["type"]["decode"]]
        return day(timing["relativeToScheduledInstanceId"]) + sign * int(match[1])

    return {one.removeprefix(VISIT): day(one) for one in timings if one.startswith(VISIT)}


def test_trials_have_their_days(tmp_path: Path) -> None:
    first = days_of(export(tmp_path, "NCT04611256", "usdm"))
    days = {"baseline": 0, "D1": 0, "D2": 1, "D3": 2, "D5": 4, "D7": 6, "D10": 9, "D15": 14, "D20": 19, "D25": 24}
    assert first == days
    exported = export(tmp_path, "NCT04252118", "usdm", "--force")
    second = days_of(exported)
    assert (second["D0"], second["D90"], second["D180"]) == (0, 90, 180)
    assert exported.lines_with("W112") == ["D0: for some arms alone, for which the target has no place"]


def test_offsets_follow_the_chain(tmp_path: Path, protocols: Path) -> None:
    exported = export(tmp_path, protocols / "examples/es-sclc-chemotherapy.yaml", "usdm")
    days = days_of(exported)
    assert [days[f"C{cycle}D1"] for cycle in range(1, 7)] == [0, 21, 42, 63, 84, 105]
    assert (days["end_of_treatment"], days["F1D1"], days["F3D1"]) == (126, 195, 375)
    timing = timings_of(exported)[f"{VISIT}C3D1"]
    assert (timing["value"], timing["relativeToScheduledInstanceId"]) == ("P21D", f"{VISIT}C2D1")
    assert [line.split(":")[0] for line in exported.lines_with("W110")] == ["screening"]


def test_visit_that_is_an_anchor_is_followed(tmp_path: Path, protocols: Path) -> None:
    exported = export(tmp_path, protocols / "examples/inm004-phase-1.yaml", "usdm")
    assert timings_of(exported)[f"{VISIT}day_30"]["relativeToScheduledInstanceId"] == f"{VISIT}D3"
    assert days_of(exported)["day_30"] == 32


@pytest.mark.parametrize(
    ("window", "lower", "upper"),
    [
        ("-1 to +2 days", "P1D", "P2D"),
        ("±3 days", "P3D", "P3D"),
        ("+14 days", "P0D", "P14D"),
        ("-2 days", "P2D", "P0D"),
        ("±36 hours", "PT36H", "PT36H"),
        ("none stated", None, None),
    ],
)
def test_window_is_two_distances(window: str, lower: str | None, upper: str | None, tmp_path: Path) -> None:
    exported = export(tmp_path, protocol_text(visits=f"D8: {{window: {window}}}"), "usdm")
    timing = timings_of(exported)[f"{VISIT}D8"]
    assert (timing["value"], timing["windowLower"], timing["windowUpper"]) == ("P7D", lower, upper)
    assert bool(exported.lines_with("W111")) == (lower is None)


def test_visit_before_the_anchor_has_no_sign(tmp_path: Path) -> None:
    visits = "screen: {days: -14, window: -3 to +1 days}\nD0: {}\nhalf_a_year: {months: 6}"
    timings = timings_of(export(tmp_path, protocol_text(visits=visits, numbering=DAY_0, more=MONTH_END), "usdm"))
    before = timings[f"{VISIT}screen"]
    assert (before["type"]["decode"], before["value"], before["valueLabel"]) == (
        "Before",
        "P14D",
        "14 days before start",
    )
    assert (before["windowLower"], before["windowUpper"]) == ("P3D", "P1D")  # chronological: 3 days earlier, 1 later
    assert timings[f"{VISIT}D0"]["valueLabel"] == "on the day of start"
    assert timings[f"{VISIT}half_a_year"]["value"] == "P6M"
    assert timings[f"{ANCHOR}start"]["type"] == {
        "id": "Code_C201358",
        "code": "C201358",
        "codeSystem": "http://www.cdisc.org",
        "codeSystemVersion": "2024-09-27",
        "decode": "Fixed Reference",
        "instanceType": "Code",
    }


def test_every_reference_is_to_something_there(tmp_path: Path, protocols: Path) -> None:
    content = json.loads(export(tmp_path, protocols / "examples/es-sclc-chemotherapy.yaml", "usdm").files[FILE])
    (timeline,) = content["scheduleTimelines"]
    instances = {one["id"]: one for one in timeline["instances"]}
    encounters = {one["id"] for one in content["encounters"]}
    activities = {one["id"] for one in content["activities"]}
    epochs = {one["id"] for one in content["epochs"]}
    assert [one["name"] for one in content["epochs"]] == ["treatment", "follow-up"]
    for timing in timeline["timings"]:
        ends = {timing["relativeFromScheduledInstanceId"], timing["relativeToScheduledInstanceId"]}
        assert ends - {None} <= set(instances)
    for one in instances.values():
        assert {one["encounterId"]} - {None} <= encounters
        assert {one["epochId"]} - {None} <= epochs
        assert set(one["activityIds"]) <= activities
    seen, here = [], timeline["entryId"]
    while here is not None:
        seen.append(here)
        here = instances[here]["defaultConditionId"]
    assert seen == list(instances)
    assert instances[seen[-1]]["timelineExitId"] == timeline["exits"][0]["id"]


def test_window_alone_is_left_out_with_what_follows_it(tmp_path: Path) -> None:
    visits = "screen: {window: D-7 to D-1}\nD1: {}\nnext: {days: 7, after: screen, counted_from: actual}"
    exported = export(tmp_path, protocol_text(visits=visits), "usdm")
    assert days_of(exported) == {"D1": 0}
    assert [line.split(":")[0] for line in exported.lines_with("W110")] == ["screen", "next"]
    refused = export(tmp_path, protocol_text(visits="screen: {window: D-7 to D-1}"), "usdm", "--force")
    assert (refused.exit_code, "[X101]" in refused.said) == (1, True)
