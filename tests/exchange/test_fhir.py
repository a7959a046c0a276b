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
    addresses = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(addresses)) == len(addresses)
    for entry in bundle["entry"]:
        resource, request = entry["resource"], entry["request"]
        if resource["resourceType"] == "Patient":
            assert (request["method"], request["url"], set(resource)) == (
                "POST",
                "Patient",
                {"resourceType", "identifier"},
            )
            continue
        assert (request["method"], request["url"]) == ("PUT", f"{resource['resourceType']}/{resource['id']}")
        assert entry["fullUrl"] == f"urn:uuid:{resource['id']}"
        for reference in references_of(resource):
            assert reference in addresses
    return [entry["resource"] for entry in bundle["entry"]]


def references_of(content: Any) -> list[str]:
    """What a resource refers to, by address."""
    if isinstance(content, list):
        return [one for part in content for one in references_of(part)]
    if not isinstance(content, dict):
        return []
    found = [content["reference"]] if isinstance(content.get("reference"), str) else []
    return [*found, *(one for part in content.values() for one in references_of(part))]


def of_kind(resources: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """The resources of one kind."""
    return [one for one in resources if one["resourceType"] == kind]


def value_of(actor: dict[str, Any]) -> str:
    """The identifier of a patient who is referred to."""
    assert (actor["type"], set(actor)) == ("Patient", {"reference", "type", "identifier"})
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
    assert (len(appointments), len(plans), len(resources)) == (visits, 20, visits + 40)
    assert len(of_kind(resources, "Patient")) == 20
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
    _, first, second, plan = resources_of(
        export(tmp_path, protocol_text(visits=visits), "fhir", UTC, subjects=SUBJECTS)
    )
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
    visit = resources_of(exported)[1]
    assert (visit["start"], visit["end"]) == (start, end)
    assert not any(line.startswith("time-zone:") for line in exported.lines_with("W116"))


def test_utc_is_said_where_no_time_zone_is_told(tmp_path: Path) -> None:
    line, _ = export(tmp_path, protocol_text(), "fhir", subjects=SUBJECTS).lines_with("W116")
    assert line.startswith("time-zone: start and end are instants, written in UTC")


def test_ids_are_the_same_at_every_export_and_hold_no_subject(tmp_path: Path) -> None:
    first = export(tmp_path, protocol_text(visits="D1: {}\nD8: {}"), "fhir", UTC, subjects=SUBJECTS)
    again = export(tmp_path, protocol_text(visits="D1: {}\nD8: {}"), "fhir", UTC, "--force", subjects=SUBJECTS)
    assert first.files == again.files
    moved = export(
        tmp_path, protocol_text(visits="D8: {}"), "fhir", UTC, "--force", subjects=SUBJECTS.replace("-30", "-31")
    )
    ids = [one["id"] for one in resources_of(first)[1:]]
    assert [one["id"] for one in resources_of(moved)[1:]] == ids[1:]  # another date, another file: the same visit
    others = export(tmp_path, protocol_text(), "fhir", UTC, "--force", subjects=SUBJECTS.replace("007", "008"))
    assert {one["id"] for one in resources_of(others)[1:]} & set(ids) == set()
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
    assert resources_of(kept)[1]["description"].startswith("TEST-1: D1;")
    told = ("doses=yes", "arms=yes", "assessments=yes")
    asked = export(tmp_path, text, "fhir", UTC, *told, "--force", subjects=SUBJECTS)
    said = resources_of(asked)[1]["description"]
    assert said == (
        "TEST-1: First study drug; study day D1; target 2026-01-30; window none stated; Arm: Active; "
        "Assessments: Full blood count; Dose: infusion, 1,500 mg"
    )


def test_assessment_whose_label_tells_is_left_out_and_that_is_said(tmp_path: Path) -> None:
    more = "assessments:\n  ecg: {label: ECG, visits: [D1]}\n  levels: {label: Levels of study drug, visits: [D1]}\n"
    text = protocol_text(regimen="dose: 1500 mg", visits="D1: {label: First infusion}", more=more)
    kept = export(tmp_path, text, "fhir", UTC, "assessments=yes", subjects=SUBJECTS)
    assert resources_of(kept)[1]["description"].endswith("Assessments: ECG, further procedures")
    said = "labels that name a product, a dose or an arm are left out: D1 as D1, levels as further procedures [W102]"
    assert said in kept.said


def test_patient_is_the_one_that_the_server_has_with_the_identifier(tmp_path: Path) -> None:
    system = "subject-system=urn:oid:1.2.3"
    exported = export(tmp_path, protocol_text(), "fhir-r5", UTC, system, subjects=SUBJECTS)
    patient, visit, plan = resources_of(exported, "fhir-r5.json")
    identifier = {"system": "urn:oid:1.2.3", "value": "007"}
    assert patient == {"resourceType": "Patient", "identifier": [identifier]}
    entry = json.loads(exported.files["fhir-r5.json"])["entry"][0]
    # made only where there is none; "|" parts system and value, and is written as the address of a search wants it
    assert entry["request"]["ifNoneExist"] == "identifier=urn%3Aoid%3A1.2.3%7C007"
    reference = {"reference": entry["fullUrl"], "type": "Patient", "identifier": identifier}
    assert visit["participant"] == [{"actor": reference, "status": "needs-action"}]
    assert (visit["subject"], plan["subject"]) == (reference, reference)
    assert exported.lines_with("W116") == []


def test_subjects_of_two_studies_are_two_patients_where_no_system_is_told(tmp_path: Path) -> None:
    found = []
    for name in ("TEST-1", "TEST-2"):
        exported = export(tmp_path, protocol_text().replace("TEST-1", name), "fhir", UTC, "--force", subjects=SUBJECTS)
        found.append(json.loads(exported.files["fhir.json"])["entry"][0]["request"]["ifNoneExist"])
        assert [line.split(":")[0] for line in exported.lines_with("W116")] == ["subject-system"]
    assert found[0] != found[1]


def test_signs_of_a_search_in_an_id_are_no_signs_of_the_search(tmp_path: Path) -> None:
    subjects = 'subject_id,arm,start\n"A,1|x",active,2026-01-30\n'
    exported = export(tmp_path, protocol_text(), "fhir", UTC, "subject-system=urn:s", subjects=subjects)
    request = json.loads(exported.files["fhir.json"])["entry"][0]["request"]
    assert request["ifNoneExist"] == "identifier=urn%3As%7CA%5C%2C1%5C%7Cx"  # A\\,1\\|x


STANDS = "D1: {}\nD8: {window: ±1 day}\nD15: {}\nD22: {}\nD29: {}\nscreen: {window: D-7 to D-1}"
ACTUALS = (
    "subject_id,visit,date,status,dose,unit,note\n"
    "007,D1,2026-01-31,done,,,\n007,D8,,missed,,,\n007,D15,2026-02-14,planned,,,\n007,D22,,cancelled,,,\n"
    "007,screen,,missed,,,\n"
)


def with_actuals(
    folder: Path, *more: str | Path, actuals: str = ACTUALS, visits: str = STANDS, as_of: str = "2026-03-01"
) -> Export:
    (folder / "actuals.csv").write_text(actuals, encoding="utf-8")
    told = (UTC, "subject-system=urn:oid:1.2.3", "--force", "--actuals", folder / "actuals.csv", *more)
    return export(folder, protocol_text(visits=visits), "fhir", *told, subjects=SUBJECTS, as_of=as_of)


def visits_of(exported: Export) -> dict[str, dict[str, Any]]:
    """The appointments by the visit's label."""
    found = of_kind(resources_of(exported), "Appointment")
    return {one["description"].removeprefix("no longer planned: ").split(";")[0].split(": ")[1]: one for one in found}


def test_appointment_says_where_its_visit_stands(tmp_path: Path) -> None:
    exported = with_actuals(tmp_path)
    visits = visits_of(exported)
    said = {
        name: (one["status"], one.get("start", "")[:10], one.get("end", "")[:10], one["participant"][0]["status"])
        for name, one in visits.items()
    }
    assert said == {
        "Day 1": ("fulfilled", "2026-01-31", "2026-01-31", "accepted"),  # held a day late
        "Day 8": ("noshow", "2026-02-06", "2026-02-06", "needs-action"),
        "Day 15": ("booked", "2026-02-14", "2026-02-14", "accepted"),
        "Day 22": ("cancelled", "2026-02-20", "2026-02-20", "needs-action"),
        "Day 29": ("proposed", "2026-02-27", "2026-02-27", "needs-action"),
        # an appointment that is no proposal has a start and an end: those of the window, which is all there is
        "screen": ("noshow", "2026-01-23", "2026-01-29", "needs-action"),
    }
    assert visits["Day 1"]["description"].endswith("held on 2026-01-31")
    assert visits["Day 15"]["description"].endswith("booked for 2026-02-14")
    assert visits["Day 22"]["description"].endswith("cancelled")
    (plan,) = of_kind(resources_of(exported), "CarePlan")
    assert (plan["status"], len(plan["activity"])) == ("active", 6)
    assert exported.lines_with("W115") == []


def test_appointment_stands_on_the_planned_day_as_in_every_calendar(tmp_path: Path) -> None:
    sites = "sites:\n  S1: {country: none stated, weekend: [Saturday, Sunday]}\n"
    (tmp_path / "sites.yaml").write_text(sites, encoding="utf-8")
    # D9 is Saturday 7 February 2026: the nearest open day is the Friday before
    visits = "D9: {window: ±3 days, closed_day: nearest}"
    subjects = "subject_id,arm,start,site\n007,active,2026-01-30,S1\n"
    told = (UTC, "subject-system=urn:oid:1.2.3", "--sites", tmp_path / "sites.yaml")
    exported = export(tmp_path, protocol_text(visits=visits), "fhir", *told, subjects=subjects)
    (visit,) = visits_of(exported).values()
    assert (visit["start"][:10], visit["end"][:10]) == ("2026-02-06", "2026-02-06")
    assert "target 2026-02-07" in visit["description"]


def blocks_of(exported: Export, name: str = "fhir.json") -> dict[str, str]:
    """The bytes of each resource with an id, by its address."""
    entries = json.loads(exported.files[name])["entry"]
    return {one["request"]["url"]: json.dumps(one) for one in entries if "id" in one["resource"]}


def next_one(folder: Path, before: Export, *more: str | Path, **texts: str) -> Export:
    (folder / "before.json").write_bytes(before.files["fhir.json"])
    return with_actuals(folder, "--previous", folder / "before.json", *more, **texts)


def test_resources_that_did_not_change_keep_their_bytes(tmp_path: Path) -> None:
    before = with_actuals(tmp_path)
    same = next_one(tmp_path, before, as_of="2026-05-05")
    assert same.files == before.files
    assert "0 new, 0 changed, 0 gone and cancelled now [W106]" in same.said
    later = next_one(tmp_path, before, as_of="2026-05-05", actuals=f"{ACTUALS}007,D29,2026-02-27,done,,,\n")
    changed = {address for address, text in blocks_of(later).items() if text != blocks_of(before)[address]}
    assert changed == {f"Appointment/{visits_of(before)[day]['id']}" for day in ("Day 15", "Day 29")}
    assert visits_of(later)["Day 29"]["status"] == "fulfilled"
    assert visits_of(later)["Day 15"]["status"] == "noshow"  # booked, not held, and a later visit was held
    assert "0 new, 2 changed, 0 gone and cancelled now [W106]" in later.said


def test_what_is_gone_is_cancelled_and_what_took_place_is_an_error(tmp_path: Path) -> None:
    before = with_actuals(tmp_path)
    rows = "".join(f"{line}\n" for line in ACTUALS.splitlines() if "D8" not in line)
    shorter = STANDS.replace("D8: {window: ±1 day}\n", "").replace("D29: {}\n", "")
    gone = next_one(tmp_path, before, visits=shorter, actuals=rows)
    visits = visits_of(gone)
    assert (visits["Day 29"]["status"], visits["Day 8"]["status"]) == ("cancelled", "entered-in-error")
    assert visits["Day 29"]["description"].startswith("no longer planned: ")
    assert "0 new, 1 changed, 2 gone and cancelled now [W106]" in gone.said  # the plan holds two appointments less
    still = next_one(tmp_path, gone, visits=shorter, actuals=rows)
    assert still.files == gone.files
    back = next_one(tmp_path, still)
    assert visits_of(back)["Day 29"]["status"] == "proposed"


def test_subject_that_is_gone_has_a_revoked_plan_and_a_patient_to_refer_to(tmp_path: Path) -> None:
    two = "subject_id,arm,start,site\n007,active,2026-01-30,A\n008,active,2026-01-31,B\n"
    told = (UTC, "subject-system=urn:s", "--force")
    before = export(tmp_path, protocol_text(), "fhir", *told, subjects=two)
    (tmp_path / "before.json").write_bytes(before.files["fhir.json"])
    more = ("--previous", tmp_path / "before.json")
    after = export(tmp_path, protocol_text(), "fhir", *told, *more, subjects=two.rpartition("008")[0])
    said = [(one["resourceType"], one.get("status")) for one in resources_of(after)]
    here = [("Patient", None), ("Appointment", "proposed"), ("CarePlan", "draft")]
    assert said == [*here, ("Patient", None), ("Appointment", "cancelled"), ("CarePlan", "revoked")]


def test_subject_that_moved_to_another_site_is_cancelled_nowhere(tmp_path: Path) -> None:
    two = "subject_id,arm,start,site\n007,active,2026-01-30,A\n008,active,2026-01-31,B\n"
    told = (UTC, "subject-system=urn:s", "--per", "site", "--force")
    before = export(tmp_path, protocol_text(), "fhir", *told, subjects=two)
    assert sorted(before.files) == ["A-fhir.json", "B-fhir.json"]
    (tmp_path / "before").mkdir()
    for name, content in before.files.items():
        (tmp_path / "before" / name).write_bytes(content)
        (tmp_path / "out" / name).unlink()
    moved = two.replace(",B", ",A")
    after = export(tmp_path, protocol_text(), "fhir", *told, "--previous", tmp_path / "before", subjects=moved)
    assert sorted(after.files) == ["A-fhir.json"]
    visits = of_kind(resources_of(after, "A-fhir.json"), "Appointment")
    assert [one["status"] for one in visits] == ["proposed", "proposed"]
    gone = export(
        *(tmp_path, protocol_text(), "fhir", *told, "--previous", tmp_path / "before"),
        subjects=two.rpartition("008")[0],
    )
    assert [one["status"] for one in of_kind(resources_of(gone, "B-fhir.json"), "Appointment")] == ["cancelled"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "X103"),
        (b"{", "X103"),
        (b"\xff", "X103"),
        (b"[" * 100_000, "X103"),
        (b'{"resourceType": "Bundle", "entry": []}', "X103"),
        (b'{"resourceType": "Bundle", "identifier": {"value": "s"}, "entry": [{"resource": {}}]}', "X103"),
        (b'{"resourceType": "Bundle", "identifier": {"value": "s"}, "entry": []}', "X105"),
    ],
)
def test_bundle_of_something_else_is_not_gone_on_from(content: bytes, code: str, tmp_path: Path) -> None:
    (tmp_path / "before.json").write_bytes(content)
    refused = export(tmp_path, protocol_text(), "fhir", "--previous", tmp_path / "before.json", subjects=SUBJECTS)
    assert (refused.exit_code, refused.files) == (1, {})
    assert refused.said.startswith("before.json:1")
    assert refused.said.rstrip().endswith(f"[{code}]")


def test_bundle_of_another_release_is_not_gone_on_from(tmp_path: Path) -> None:
    before = export(tmp_path, protocol_text(), "fhir-r5", UTC, subjects=SUBJECTS)
    (tmp_path / "before.json").write_bytes(before.files["fhir-r5.json"])
    more = ("--previous", tmp_path / "before.json", "--force")
    assert "[X105]" in export(tmp_path, protocol_text(), "fhir", UTC, *more, subjects=SUBJECTS).said


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
