"""FHIR bundles, read back by models of the specification."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fhir.resources.bundle import Bundle as BundleR5
from fhir.resources.R4B.bundle import Bundle as BundleR4

from tests.example_protocols import protocol_text
from tests.exchange.exported import export

if TYPE_CHECKING:
    from tests.exchange.exported import Export

SUBJECTS = "subject_id,arm,start\n007,active,2026-01-30\n"
UTC = "time-zone=UTC"
EXAMPLES = Path(__file__).resolve().parents[2] / "protocols" / "examples"


def resources_of(exported: Export, name: str = "fhir.json") -> list[dict[str, Any]]:
    """The resources of a bundle, which the specification's model takes."""
    bundle = json.loads(exported.files[name])
    (BundleR5 if name == "fhir-r5.json" else BundleR4).model_validate(bundle)
    assert [entry["request"]["method"] for entry in bundle["entry"]] == ["PUT"] * len(bundle["entry"])
    for entry in bundle["entry"]:
        resource = entry["resource"]
        assert entry["request"]["url"] == f"{resource['resourceType']}/{resource['id']}"
        assert entry["fullUrl"] == f"urn:uuid:{resource['id']}"
    return [entry["resource"] for entry in bundle["entry"]]


def of_kind(resources: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """The resources of one kind."""
    return [one for one in resources if one["resourceType"] == kind]


def value_of(actor: dict[str, Any]) -> str:
    """The identifier of a patient who is referred to by it alone."""
    assert (actor["type"], set(actor)) == ("Patient", {"type", "identifier"})
    return str(actor["identifier"]["value"])


@pytest.mark.parametrize("target", ["fhir", "fhir-r5"])
@pytest.mark.parametrize(
    ("study", "visits", "last"),
    [
        ("NCT04611256", 20 * 10, ("Day 25", "2020-08-28")),
        ("NCT04252118", 10 * 10 + 10 * 9, ("Day 180", "2020-07-25")),
    ],
)
def test_trials_have_an_appointment_a_visit_and_a_plan_a_subject(
    target: str, study: str, visits: int, last: tuple[str, str], tmp_path: Path
) -> None:
    exported = export(tmp_path, study, target, UTC, subjects=EXAMPLES / f"{study}-subjects.csv")
    resources = resources_of(exported, f"{target}.json")
    appointments, plans = of_kind(resources, "Appointment"), of_kind(resources, "CarePlan")
    assert (len(appointments), len(plans), len(resources)) == (visits, 20, visits + 20)
    assert {one["status"] for one in appointments} == {"proposed"}
    mine = [one for one in appointments if value_of(one["participant"][0]["actor"]) == "001"]
    day, target_date = last
    (visit,) = (one for one in mine if f": {day};" in one["description"])
    assert (visit["start"], visit["end"]) == (f"{target_date}T00:00:00Z", f"{target_date}T23:59:59Z")
    assert all("requestedPeriod" not in one for one in appointments)  # no window is stated, and ±0 would be one
    key = "reference" if target == "fhir" else "plannedActivityReference"
    (plan,) = (one for one in plans if value_of(one["subject"]) == "001")
    assert [one[key]["reference"] for one in plan["activity"]] == [f"urn:uuid:{one['id']}" for one in mine]
    assert plan["period"]["end"] == target_date


def test_window_is_the_requested_period_with_both_ends(tmp_path: Path) -> None:
    visits = "D8: {window: -1 to +2 days}\nscreen: {window: D-7 to D-1}"
    first, second, plan = resources_of(export(tmp_path, protocol_text(visits=visits), "fhir", UTC, subjects=SUBJECTS))
    # a window without a target has no start and no end, which a proposed appointment may lack
    assert first["requestedPeriod"] == [{"start": "2026-01-23", "end": "2026-01-29"}]
    assert {"start", "end"} & set(first) == set()
    assert second["requestedPeriod"] == [{"start": "2026-02-05", "end": "2026-02-08"}]
    assert (second["start"], second["end"]) == ("2026-02-06T00:00:00Z", "2026-02-06T23:59:59Z")
    assert plan["period"] == {"start": "2026-01-23", "end": "2026-02-08"}
    assert plan["created"] == "2026-03-01"


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        ("America/Mexico_City", "2026-01-30T00:00:00-06:00", "2026-01-30T23:59:59-06:00"),
        ("Asia/Shanghai", "2026-01-30T00:00:00+08:00", "2026-01-30T23:59:59+08:00"),
    ],
)
def test_day_is_that_of_the_time_zone(zone: str, start: str, end: str, tmp_path: Path) -> None:
    exported = export(tmp_path, protocol_text(), "fhir", f"time-zone={zone}", subjects=SUBJECTS)
    visit = resources_of(exported)[0]
    assert (visit["start"], visit["end"]) == (start, end)
    assert exported.lines_with("W116") == []


def test_utc_is_said_where_no_time_zone_is_told(tmp_path: Path) -> None:
    (line,) = export(tmp_path, protocol_text(), "fhir", subjects=SUBJECTS).lines_with("W116")
    assert line.startswith("time-zone: start and end are instants, written in UTC")


def test_ids_are_the_same_at_every_export_and_hold_no_subject(tmp_path: Path) -> None:
    first = export(tmp_path, protocol_text(visits="D1: {}\nD8: {}"), "fhir", UTC, subjects=SUBJECTS)
    again = export(tmp_path, protocol_text(visits="D1: {}\nD8: {}"), "fhir", UTC, "--force", subjects=SUBJECTS)
    assert first.files == again.files
    moved = export(
        tmp_path, protocol_text(visits="D8: {}"), "fhir", UTC, "--force", subjects=SUBJECTS.replace("-30", "-31")
    )
    ids = [one["id"] for one in resources_of(first)]
    assert [one["id"] for one in resources_of(moved)] == ids[1:]  # another date, another file: the same visit
    others = export(tmp_path, protocol_text(), "fhir", UTC, "--force", subjects=SUBJECTS.replace("007", "008"))
    assert {one["id"] for one in resources_of(others)} & set(ids) == set()
    assert not any("007" in one for one in ids)


def test_nothing_of_doses_arms_and_assessments_is_said_unasked(tmp_path: Path) -> None:
    text = protocol_text(
        regimen="dose: 1500 mg",
        visits="D1: {label: First study drug}",
        more="assessments:\n  blood: {label: Full blood count, visits: [D1]}\n",
    )
    kept = export(tmp_path, text, "fhir", UTC, subjects=SUBJECTS)
    content = kept.files["fhir.json"].decode()
    assert [word for word in ("Active", "active", "drug", "mg", "blood", "infusion") if word in content] == []
    assert resources_of(kept)[0]["description"].startswith("TEST-1: D1;")
    told = ("doses=yes", "arms=yes", "assessments=yes")
    asked = export(tmp_path, text, "fhir", UTC, *told, "--force", subjects=SUBJECTS)
    said = resources_of(asked)[0]["description"]
    assert said == (
        "TEST-1: First study drug; study day D1; target 2026-01-30; window none stated; Arm: Active; "
        "Assessments: Full blood count; Dose: infusion, 1,500 mg"
    )


def test_subject_has_the_system_of_identifiers_that_is_told(tmp_path: Path) -> None:
    exported = export(tmp_path, protocol_text(), "fhir-r5", UTC, "subject-system=urn:oid:1.2.3", subjects=SUBJECTS)
    visit = resources_of(exported, "fhir-r5.json")[0]
    assert visit["subject"] == {"type": "Patient", "identifier": {"system": "urn:oid:1.2.3", "value": "007"}}


def test_held_and_cancelled_visits_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "actuals.csv").write_text(
        "subject_id,visit,date,status,dose,unit,note\n007,D1,2026-01-30,done,,,\n007,D8,2026-02-09,planned,,,\n",
        encoding="utf-8",
    )
    exported = export(
        *(tmp_path, protocol_text(visits="D1: {}\nD8: {}"), "fhir", UTC, "--actuals", tmp_path / "actuals.csv"),
        subjects=SUBJECTS,
    )
    visit, _ = resources_of(exported)
    assert visit["description"].endswith("booked for 2026-02-09")
    assert exported.lines_with("W115") == ["1 visit is left out, held, missed or cancelled: D1 of 007"]


def test_cyclic_example_has_chained_dates(tmp_path: Path, protocols: Path) -> None:
    protocol = protocols / "examples/es-sclc-chemotherapy.yaml"
    exported = export(tmp_path, protocol, "fhir", UTC, subjects="subject_id,arm,start\n1,medicine,2026-01-05\n")
    periods = {
        one["description"].split(";")[0].split(": ")[1]: one["requestedPeriod"][0]
        for one in of_kind(resources_of(exported), "Appointment")
        if "requestedPeriod" in one
    }
    assert periods["Screening and baseline"] == {"start": "2025-12-29", "end": "2026-01-05"}
    assert periods["Cycle 3 day 1 (C3D1)"] == {
        "start": "2026-02-09",
        "end": "2026-02-23",
    }  # 16 February and 7 days around
    assert periods["Cycle 6 day 1"] == {"start": "2026-04-13", "end": "2026-04-27"}  # 20 April and 7 days around


@pytest.mark.parametrize("setting", ["time-zone=Mexico", "time-zone=", "time-zone=../etc", "doses=perhaps"])
def test_option_that_cannot_be_is_refused(setting: str, tmp_path: Path) -> None:
    refused = export(tmp_path, protocol_text(), "fhir", setting, subjects=SUBJECTS)
    assert (refused.exit_code, refused.files, "[X102]" in refused.said) == (1, {}, True)
