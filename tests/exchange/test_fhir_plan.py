"""A FHIR plan definition with the timing of the Vulcan Schedule of Activities, read back by a model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from fhir.resources.R4B.plandefinition import PlanDefinition

from tests.example_protocols import MONTH_END, protocol_text
from tests.exchange.exported import export

if TYPE_CHECKING:
    from pathlib import Path

    from tests.exchange.exported import Export

FILE = "plan-definition.json"


def related_of(exported: Export) -> dict[str, tuple[str, str, str]]:
    """What each action is related to, the offset, and the acceptable range, by its id."""
    resource = json.loads(exported.files[FILE])
    PlanDefinition.model_validate(resource)
    found = {}
    for action in resource["action"]:
        if "relatedAction" not in action:
            assert action["id"].startswith("anchor-")
            continue
        (related,) = action["relatedAction"]
        offset = related["offsetDuration"]
        length = f"{related['relationship']} {offset['value']} {offset['code']}"
        found[action["id"].removeprefix("visit-")] = (related["actionId"], length, _range(related))
    return found


def _range(related: dict[str, Any]) -> str:
    for extension in related.get("extension", ()):
        assert extension["url"].endswith("/AcceptableOffsetRangeSoa")
        low, high = (extension["valueRange"][end] for end in ("low", "high"))
        return f"{low['value']} to {high['value']} {high['code']}"
    return ""


def test_trials_are_counted_from_the_first_infusion(tmp_path: Path) -> None:
    first = related_of(export(tmp_path, "NCT04611256", "fhir-plan"))
    assert first["D25"] == ("anchor-start", "after 24 d", "")
    assert len(first) == 10
    second = related_of(export(tmp_path, "NCT04252118", "fhir-plan", "--force"))
    assert second["D180"] == ("anchor-start", "after 180 d", "")


def test_cycles_are_counted_from_each_other_in_absolute_offsets(tmp_path: Path, protocols: Path) -> None:
    related = related_of(export(tmp_path, protocols / "examples/es-sclc-chemotherapy.yaml", "fhir-plan"))
    assert related["C2D1"] == ("visit-C1D1", "after 21 d", "14 to 28 d")
    assert related["F1D1"] == ("anchor-start", "after 195 d", "174 to 216 d")
    assert "screening" not in related


@pytest.mark.parametrize(
    ("visit", "length", "offsets"),
    [
        ("{days: 7, window: -1 to +2 days}", "after 7 d", "6 to 9 d"),
        ("{days: -14, window: -3 to +1 days}", "before 14 d", "13 to 17 d"),  # 17 to 13 days before
        ("{days: 2, window: ±3 days}", "after 2 d", "-1 to 5 d"),
        ("{months: 6, window: ±14 days}", "after 6 mo", ""),
        ("{days: 7, window: ±4 hours}", "after 7 d", ""),
    ],
)
def test_range_is_the_window_as_offsets(visit: str, length: str, offsets: str, tmp_path: Path) -> None:
    exported = export(tmp_path, protocol_text(visits=f"v: {visit}", more=MONTH_END), "fhir-plan")
    assert related_of(exported)["v"] == ("anchor-start", length, offsets)
    assert bool(exported.lines_with("W111")) == (not offsets)


def test_actions_of_one_id_are_refused(tmp_path: Path) -> None:
    refused = export(tmp_path, protocol_text(visits="a-b: {days: 1}\na_b: {days: 2}"), "fhir-plan")
    assert (refused.exit_code, refused.files, "[X130]" in refused.said) == (1, {}, True)


def test_protocol_without_a_target_is_refused(tmp_path: Path) -> None:
    refused = export(tmp_path, protocol_text(visits="screen: {window: D-7 to D-1}"), "fhir-plan")
    assert (refused.exit_code, "[X101]" in refused.said) == (1, True)
