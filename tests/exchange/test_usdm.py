"""A USDM study, read back by the rules of its timings: offsets follow the chain to the fixed reference."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.command_line import run_well
from tests.example_protocols import DAY_0, MONTH_END, protocol_text
from tests.exchange.exported import export

if TYPE_CHECKING:
    from pathlib import Path

    from tests.exchange.exported import Export

FILE = "usdm.json"
VISIT, ANCHOR = "ScheduledActivityInstance_visit_", "ScheduledActivityInstance_anchor_"


def version_of(exported: Export) -> dict[str, Any]:
    """The one version of the study."""
    (version,) = json.loads(exported.files[FILE])["study"]["versions"]
    return dict(version)


def design_of(exported: Export) -> dict[str, Any]:
    """The one design of the study."""
    (design,) = version_of(exported)["studyDesigns"]
    return dict(design)


def timings_of(exported: Export) -> dict[str, dict[str, Any]]:
    """The timings of all timelines by the instance that they are from."""
    timelines = design_of(exported)["scheduleTimelines"]
    return {one["relativeFromScheduledInstanceId"]: one for timeline in timelines for one in timeline["timings"]}


def administrations_of(exported: Export) -> dict[str, tuple[Any, str, str, str]]:
    """Each administration by its name: its number, its unit, its route and its frequency."""

    def decode(alias: dict[str, Any] | None) -> str:
        return "" if alias is None else str(alias["standardCode"]["decode"])

    return {
        one["name"]: (
            one["dose"] and one["dose"]["value"],
            one["dose"] and decode(one["dose"]["unit"]),
            decode(one["route"]),
            decode(one["frequency"]),
        )
        for intervention in version_of(exported)["studyInterventions"]
        for one in intervention["administrations"]
    }


def things_of(content: object) -> list[dict[str, Any]]:
    """Every thing of a file that has an id."""
    if isinstance(content, list):
        return [found for one in content for found in things_of(one)]
    if not isinstance(content, dict):
        return []
    return [*([content] if "id" in content else []), *(found for one in content.values() for found in things_of(one))]


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
    some = "D0: for some arms alone, written as a text, which no reader works out"
    assert exported.lines_with("W112") == [some]
    (visit, *_) = version_of(exported)["conditions"]
    assert (visit["text"], visit["contextIds"]) == ("for the arms: MSCs Treatment Group", [f"{VISIT}D0"])


def test_offsets_follow_the_chain(tmp_path: Path, protocols: Path) -> None:
    exported = export(tmp_path, protocols / "examples/es-sclc-chemotherapy.yaml", "usdm", "--unblinded")
    days = days_of(exported)
    assert [days[f"C{cycle}D1"] for cycle in range(1, 7)] == [0, 21, 42, 63, 84, 105]
    assert (days["end_of_treatment"], days["F1D1"], days["F3D1"]) == (126, 195, 375)
    timing = timings_of(exported)[f"{VISIT}C3D1"]
    assert (timing["value"], timing["relativeToScheduledInstanceId"]) == ("P21D", f"{VISIT}C2D1")
    screening = timings_of(exported)[f"{VISIT}screening"]  # D-7 to D0, without a target
    assert (screening["value"], screening["windowLower"], screening["windowUpper"]) == ("P0D", "P7D", "P0D")


def test_visit_that_is_an_anchor_is_followed(tmp_path: Path, protocols: Path) -> None:
    exported = export(tmp_path, protocols / "examples/inm004-phase-1.yaml", "usdm", "--unblinded")
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
    anchor = timings[f"{ANCHOR}start"]
    assert anchor["relativeToScheduledInstanceId"] == f"{ANCHOR}start"  # as CDISC's own example study has it
    assert anchor["type"] == {
        "id": "Code_Timing_anchor_start_type",
        "extensionAttributes": [],
        "code": "C201358",
        "codeSystem": "http://www.cdisc.org",
        "codeSystemVersion": "2024-09-27",
        "decode": "Fixed Reference",
        "instanceType": "Code",
    }


def test_every_reference_is_to_something_there(tmp_path: Path, protocols: Path) -> None:
    exported = export(tmp_path, protocols / "examples/es-sclc-chemotherapy.yaml", "usdm", "--unblinded")
    design = design_of(exported)
    (timeline,) = design["scheduleTimelines"]
    instances = {one["id"]: one for one in timeline["instances"]}
    kinds = {kind: {one["id"] for one in design[kind]} for kind in ("encounters", "activities", "epochs", "elements")}
    assert [(one["name"], one["type"]["decode"]) for one in design["epochs"]] == [
        ("screening", "Screening Epoch"),
        ("treatment", "Treatment Epoch"),
        ("follow-up", "Follow-Up Epoch"),
    ]
    for timing in timeline["timings"]:
        assert {timing["relativeFromScheduledInstanceId"], timing["relativeToScheduledInstanceId"]} <= set(instances)
    for one in instances.values():
        assert {one["encounterId"]} - {None} <= kinds["encounters"]
        assert {one["epochId"]} - {None} <= kinds["epochs"]
        assert set(one["activityIds"]) <= kinds["activities"]
    for cell in design["studyCells"]:
        assert cell["epochId"] in kinds["epochs"]
        assert set(cell["elementIds"]) <= kinds["elements"]
    seen, here = [], timeline["entryId"]
    while here is not None:
        seen.append(here)
        here = instances[here]["defaultConditionId"]
    assert seen == list(instances)
    assert instances[seen[-1]]["timelineExitId"] == timeline["exits"][0]["id"]


def test_ids_are_unique_and_stay_when_something_comes_between(tmp_path: Path) -> None:
    regimen = "dose: 10 mg\nvisits: [D1, D8]"
    first = export(tmp_path, protocol_text(visits="D1: {epoch: one}\nD8: {epoch: two}", regimen=regimen), "usdm")
    ids = [one["id"] for one in things_of(json.loads(first.files[FILE]))]
    assert len(ids) == len(set(ids))
    visits = "D1: {epoch: one}\nD3: {epoch: between}\nD8: {epoch: two}"
    second = export(tmp_path, protocol_text(visits=visits, regimen=regimen), "usdm", "--force")
    more = [one["id"] for one in things_of(json.loads(second.files[FILE]))]
    assert len(more) == len(set(more))
    assert set(ids) <= set(more)


def test_visit_with_infusions_alone_is_there_with_its_dose(tmp_path: Path) -> None:
    regimen = "dose: 0.15 mg/kg\nroute: IV\nvisits: [D1, D8, D15]\nrate: {over: 30 min}\nat_most: 12 mg"
    exported = export(tmp_path, protocol_text(visits="D1: {}\nD8: {}\nD15: {}\nD29: {}", regimen=regimen), "usdm")
    design = design_of(exported)
    (timeline,) = design["scheduleTimelines"]
    done = {one["name"]: one["activityIds"] for one in timeline["instances"]}
    dose = ["Activity_dose_infusion"]
    assert done == {"start": [], "D1": dose, "D8": dose, "D15": dose, "D29": ["Activity_visit"]}
    (intervention,) = version_of(exported)["studyInterventions"]
    assert intervention["description"] == "0.15 mg per kg, at most 12 mg"
    weekly = (0.15, "Milligram per Kilogram", "Intravenous Route of Administration", "Weekly")
    assert administrations_of(exported) == {"infusion: dose": weekly}
    assert '"value": 0.15,' in exported.files[FILE].decode()  # the digits as they are stated
    (administration,) = intervention["administrations"]
    assert administration["duration"]["text"] == "over 30 min"
    assert administration["administrableProductId"] == version_of(exported)["administrableProducts"][0]["id"]
    activity = next(one for one in design["activities"] if one["id"] == dose[0])
    assert activity["definedProcedures"][0]["studyInterventionId"] == intervention["id"]


@pytest.mark.parametrize(
    ("regimen", "expected"),
    [
        ("dose: 70 mg\nroute: intramuscular injection", {"dose": (70, "Milligram", "Intramuscular", "Once")}),
        (
            "dose: 1 million cells/kg\nroute: i.v. infusion",
            {"dose": (1_000_000, "cells per kg", "Intravenous", "Once")},
        ),
        (
            "dose: 2 mcg/kg\nweight: {which: ideal, ideal: Devine, each_dose: none stated}",
            {"dose": (2, "mcg per kg of ideal weight", "", "Once")},
        ),
        (
            "dose: 100 million cells\nsplit: {D1: 10 %, D2: 90 %}",
            {
                "dose, part at D1": (10_000_000, "cells", "", "Once"),
                "dose, part at D2": (90_000_000, "cells", "", "Once"),
            },
        ),
        (
            "level: each subject's\nlevels: {1: 1 mg, 2: 3 mg}",
            {"level 1": (1, "Milligram", "", "Once"), "level 2": (3, "Milligram", "", "Once")},
        ),
        (
            "dose: [{weight: under 10 kg, give: 2 mg/kg}, {weight: 10 kg and over, give: 20 mg}]",
            {"band 1": (2, "Milligram per Kilogram", "", "Once"), "band 2": (20, "Milligram", "", "Once")},
        ),
        (
            "dose: {first: 20 mg, then: 10 mg}\nvisits: [D1, D2, D3]",
            {
                "first dose": (20, "Milligram", "", "Once"),
                "further doses": (10, "Milligram", "", "each dose after the first"),
            },
        ),
        ("dose: 1 mg\nvisits: [D1, D3]", {"dose": (1, "Milligram", "", "at D1 and D3")}),
        ("dose: 9 mcg/kg\ndose_is: per day\nfor: 4 days", {"dose": (36, "Microgram per Kilogram", "", "Once")}),
        ("dose: {from: 1 mg, to: 5 mg, aim: none stated}", {"dose": (None, None, "", "")}),
    ],
)
def test_each_stated_dose_is_an_administration(
    regimen: str, expected: dict[str, tuple[Any, str, str, str]], tmp_path: Path
) -> None:
    text = protocol_text(visits="D1: {}\nD2: {}\nD3: {}", regimen=regimen)
    found = administrations_of(export(tmp_path, text, "usdm"))
    plain = {
        name.removeprefix("infusion: "): (dose, unit, route.removesuffix(" Route of Administration"), often)
        for name, (dose, unit, route, often) in found.items()
    }
    assert plain == expected


def test_open_label_is_said_by_its_term(tmp_path: Path) -> None:
    told = design_of(export(tmp_path, protocol_text(), "usdm"))
    assert told["blindingSchema"]["standardCode"]["code"] == "C49659"
    unsaid = protocol_text().replace("blinding: open label\n", "")
    assert design_of(export(tmp_path, unsaid, "usdm", "--force", "--unblinded"))["blindingSchema"] is None


def test_window_alone_is_written_from_its_nearest_day(tmp_path: Path) -> None:
    visits = "screen: {window: D-7 to D-2}\nD1: {}\nnext: {days: 7, after: screen, counted_from: actual}"
    exported = export(tmp_path, protocol_text(visits=visits), "usdm")
    timing = timings_of(exported)[f"{VISIT}screen"]
    assert (timing["type"]["decode"], timing["value"]) == ("Before", "P2D")
    assert (timing["windowLower"], timing["windowUpper"], timing["windowLabel"]) == ("P5D", "P0D", "D-7 to D-2")
    assert "screen: no target is stated; the day is the nearest of its window" in exported.lines_with("W111")
    assert days_of(exported) == {"screen": -2, "D1": 0, "next": 5}


def test_what_an_event_starts_has_a_timeline_of_its_own(tmp_path: Path) -> None:
    visits = "D1: {}\nD8: {}\nfollow_up: {days: 28, after: off_treatment}"
    exported = export(tmp_path, protocol_text(visits=visits, more="after_off_treatment: [follow_up]\n"), "usdm")
    main, after = design_of(exported)["scheduleTimelines"]
    assert (main["mainTimeline"], after["mainTimeline"], after["entryCondition"]) == (True, False, "end of treatment")
    assert [one["name"] for one in main["instances"]] == ["start", "D1", "D8"]
    assert [one["name"] for one in after["instances"]] == ["off_treatment", "follow_up"]
    assert days_of(exported)["follow_up"] == 28
    assert "follow_up: in another timeline, since counted from an event" in exported.lines_with("W112")


@pytest.mark.parametrize(("event", "day", "dose"), [("first", 28, "D1"), ("last", 42, "D15")])
def test_what_a_dose_starts_is_counted_from_the_visit_at_which_it_is_planned(
    event: str, day: int, dose: str, tmp_path: Path
) -> None:
    text = protocol_text(
        visits="D1: {}\nD8: {}\nD15: {}\nfollow_up: {days: 28, anchor: dosed}",
        regimen="dose: 1 mg\nvisits: [D1, D8, D15]",
    ).replace("arms:", f"  dosed: {{is: {event} dose of infusion, label: dosed}}\narms:", 1)
    exported = export(tmp_path, text.replace("follow_up: {", "follow_up: {arms: [active], "), "usdm")
    assert len(design_of(exported)["scheduleTimelines"]) == 1
    assert days_of(exported)["follow_up"] == day  # 28 days after day 1 or day 15
    assert timings_of(exported)[f"{VISIT}follow_up"]["relativeToScheduledInstanceId"] == f"{VISIT}{dose}"
    (said,) = [line for line in exported.lines_with("W112") if line.startswith("follow_up: counted")]
    assert said == "follow_up: counted from the visit at which the first or last dose is planned, wherever it is given"


def test_what_usdm_has_no_place_for_is_said(tmp_path: Path, protocols: Path) -> None:
    exported = export(tmp_path, protocols / "examples/topaz-1.yaml", "usdm", "--horizon", "3 cycles", "--unblinded")
    until = "cycles M go on until disease progression; 3 of them are written"
    assert exported.lines_with("W112") == [until]
    (asked,) = exported.lines_with("W116")
    assert asked.startswith("sponsor, rationale, objectives, criteria of eligibility and intervention model: asked for")
    visits = "D1: {wider: ±5 days, window: ±3 days}\nD8: {at_least: 5 days after D1, if: sex is F}"
    said = export(tmp_path, protocol_text(visits=visits), "usdm", "--force")
    text = "written as a text, which no reader works out"
    assert said.lines_with("W112") == [
        f"D8: a condition, {text}",
        f"D1: a second, wider window, {text}",
        f"D8: a least time after another visit, {text}",
    ]
    first, second = design_of(said)["encounters"]
    assert first["notes"][0]["text"] == "A second, wider window: ±5 days"
    assert second["transitionStartRule"]["text"] == "at least 5 days after D1"
    assert [one["text"] for one in version_of(said)["conditions"]] == ["sex is F"]


@pytest.mark.parametrize("target", ["usdm", "fhir-plan"])
def test_no_day_is_written_unless_it_is_told(target: str, tmp_path: Path) -> None:
    (tmp_path / "protocol.yaml").write_text(protocol_text(), encoding="utf-8")
    bare = run_well("export", tmp_path / "protocol.yaml", "--to", target).stdout
    told = run_well("export", tmp_path / "protocol.yaml", "--to", target, "--as-of", "2026-03-01").stdout
    assert re.findall(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", bare.replace("2024-09-27", "")) == []  # a code system's version
    assert "2026-03-01" in told
