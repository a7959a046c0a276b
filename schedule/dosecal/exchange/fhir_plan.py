"""A protocol's visits as a FHIR R4 PlanDefinition, in the manner of the Vulcan Schedule of Activities.

Conventions: one action a visit and one for each anchor; a visit's action is related to the anchor's or to that of the
visit that it follows. The acceptable range is in absolute offsets, both ends inside: 7 days with a window of 1 day
early and 2 days late is 6 to 9 days. The other dialect, in which the range is two distances from the offset, is not
written.

Reference:
    HL7 Vulcan Schedule of Activities, version 1.0.0: AcceptableOffsetRangeSoa, which "along with offsetDuration,
    indicates an acceptable range of dates".
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from dosecal.exchange.calendar_files import uid_of
from dosecal.exchange.day_counts import details_left_out
from dosecal.exchange.findings import finding, named, refuse, visits_named
from dosecal.exchange.labels import distinct_labels
from dosecal.exchange.preset import Exported, ExportFile, Preset
from dosecal.exchange.relations import anchors_of, relation_findings, relations_of

if TYPE_CHECKING:
    from dosecal.exchange.preset import ExportInput
    from dosecal.exchange.relations import Relation
    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Protocol

    Thing = dict[str, Any]

RANGE = "http://hl7.org/fhir/uv/vulcan-schedule/StructureDefinition/AcceptableOffsetRangeSoa"
_UNITS = {"d": "day", "mo": "month", "h": "hour"}


def make_plan_definition(given: ExportInput) -> Exported:
    """The plan definition.

    Raises:
        OutputError: If no visit has a target, or two actions would have one id.
    """
    protocol = given.protocol
    relations = relations_of(protocol)
    if not relations:
        raise refuse(protocol, "X101", "", "expected at least one visit with a target, got none")
    _refuse_alike(relations, protocol)
    labels = distinct_labels(protocol)
    resource = {
        "resourceType": "PlanDefinition",
        "id": uid_of(protocol.study, "", "plan definition"),
        "version": protocol.version,
        "title": f"Visits of {protocol.study}",
        "status": "draft",
        **({} if given.told_day is None else {"date": given.told_day.isoformat()}),
        "description": f"Made by dosecal {given.program_version} from the protocol file {protocol.digest}",
        "action": [
            *(
                {"id": _action_id(one.id, is_anchor=True), "title": one.label}
                for one in anchors_of(relations, protocol)
            ),
            *(_action(relation, labels[relation.visit.id]) for relation in relations),
        ],
    }
    content = json.dumps(resource, ensure_ascii=False, indent=2).encode() + b"\n"
    visits = [relation.visit for relation in relations]
    found = (*relation_findings(relations, protocol), *_unlike_units(relations, protocol))
    return Exported((ExportFile("plan-definition.json", content),), (*found, *details_left_out(visits, protocol)))


def _refuse_alike(relations: tuple[Relation, ...], protocol: Protocol) -> None:
    ids = {one.visit.id: _action_id(one.visit.id, is_anchor=False) for one in relations}
    counts = Counter(ids.values())
    alike = [visit for visit, action in ids.items() if counts[action] > 1]
    if alike:
        message = f"expected visits whose names differ in letters, digits or points, got {named(alike)}"
        raise refuse(protocol, "X130", "visits", message, "give one of them another id")


def _action_id(name: str, *, is_anchor: bool) -> str:
    """An id of the element, which may have letters, digits, hyphens and points alone."""
    return f"{'anchor' if is_anchor else 'visit'}-{name.replace('_', '-')}"


def _action(relation: Relation, label: str) -> Thing:
    related: Thing = {
        "actionId": _action_id(relation.reference, is_anchor=relation.is_anchor),
        "relationship": "before" if relation.is_before else "after",
        "offsetDuration": _quantity(abs(relation.count), "mo" if relation.is_months else "d"),
    }
    ends = _range(relation)
    if ends is not None:
        low, high = (_quantity(end, "d") for end in ends)
        related = {"extension": [{"url": RANGE, "valueRange": {"low": low, "high": high}}], **related}
    visit = relation.visit
    return {"id": _action_id(visit.id, is_anchor=False), "title": label, "relatedAction": [related]}


def _range(relation: Relation) -> tuple[int, int] | None:
    """The least and the greatest offset in the direction of the relation; None where no range can be written."""
    window = relation.visit.window
    if window is None or window.hours is not None or relation.is_months:
        return None
    first, last = relation.count + window.first, relation.count + window.last
    return (-last, -first) if relation.is_before else (first, last)


def _unlike_units(relations: tuple[Relation, ...], protocol: Protocol) -> tuple[Problem, ...]:
    """That a range can't be written, since it would be in another unit than the offset."""
    visits = [one.visit for one in relations if one.visit.window is not None and _range(one) is None]
    if not visits:
        return ()
    message = f"{visits_named(visits)}: the window is left out, since it is in another unit than the offset"
    return (finding(protocol, "W111", "", message),)


def _quantity(count: int, unit: str) -> Thing:
    word = _UNITS[unit] if abs(count) == 1 else f"{_UNITS[unit]}s"
    return {"value": count, "unit": word, "system": "http://unitsofmeasure.org", "code": unit}


PRESETS = (
    Preset(
        "fhir-plan",
        "FHIR R4: a plan definition with the timing of the Vulcan Schedule of Activities",
        needs_subjects=False,
        make=make_plan_definition,
    ),
)
