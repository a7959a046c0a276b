"""A protocol's visits as the schedule timeline of a USDM version 4 study design.

Conventions: lengths of time are ISO 8601 durations without a sign; ``After`` and ``Before`` have the direction. A
window is two such distances, the earlier end first. Each anchor is an instance of its own with a timing of the type
``Fixed Reference``; a visit's timing is counted from the anchor's or the followed visit's instance, so that offsets
follow the chain. What is written is the schedule's part of a study design, not a whole study.

Reference:
    CDISC USDM version 4, Timing, ScheduleTimeline, ScheduledActivityInstance, Encounter; codelists C201264 and C201265.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dosecal.exchange.day_counts import details_left_out
from dosecal.exchange.findings import refuse
from dosecal.exchange.preset import Exported, ExportFile, Preset
from dosecal.exchange.relations import anchors_of, relation_findings, relations_of

if TYPE_CHECKING:
    from dosecal.exchange.preset import ExportInput
    from dosecal.exchange.relations import Relation
    from dosecal.model.protocol import Anchor, Protocol, Visit

    Thing = dict[str, Any]

_TYPES = {"After": "C201356", "Before": "C201357", "Fixed Reference": "C201358"}
_START_TO_START = ("C201355", "Start to Start")


def make_timeline(given: ExportInput) -> Exported:
    """The timeline, its encounters, its activities and its epochs.

    Raises:
        OutputError: If no visit has a target.
    """
    protocol = given.protocol
    relations = relations_of(protocol)
    if not relations:
        raise refuse(protocol, "X101", "", "expected at least one visit with a target, got none")
    visits = [relation.visit for relation in relations]
    anchors = anchors_of(relations, protocol)
    content = {
        "usdmVersion": "4.0",
        "systemName": "dosecal",
        "systemVersion": given.program_version,
        "study": {"name": protocol.study, "version": protocol.version, "protocolFile": protocol.digest},
        "asOf": given.as_of.isoformat(),
        "scheduleTimelines": [_timeline(protocol, relations, anchors)],
        "encounters": _encounters(visits),
        "activities": [
            {"id": f"Activity_{one.id}", "name": one.id, "label": one.label, "instanceType": "Activity"}
            for one in protocol.assessments
        ],
        "epochs": [
            {"id": f"StudyEpoch_{number}", "name": epoch, "instanceType": "StudyEpoch"}
            for epoch, number in _epochs(visits).items()
        ],
    }
    text = json.dumps(content, ensure_ascii=False, indent=2)
    findings = (*relation_findings(relations, protocol), *details_left_out(visits, protocol))
    return Exported((ExportFile("usdm-timeline.json", text.encode() + b"\n"),), findings)


def _timeline(protocol: Protocol, relations: tuple[Relation, ...], anchors: tuple[Anchor, ...]) -> Thing:
    instances = [_anchor_instance(anchor) for anchor in anchors]
    instances += [_visit_instance(relation.visit, protocol, relations) for relation in relations]
    for this, following in pairwise(instances):
        this["defaultConditionId"] = following["id"]
    instances[-1]["timelineExitId"] = "ScheduleTimelineExit_1"
    return {
        "id": "ScheduleTimeline_1",
        "name": "visits",
        "label": f"Visits of {protocol.study}",
        "mainTimeline": True,
        "entryCondition": f"Subject of {protocol.study}",
        "entryId": instances[0]["id"],
        "exits": [{"id": "ScheduleTimelineExit_1", "instanceType": "ScheduleTimelineExit"}],
        "timings": [*(_anchor_timing(anchor) for anchor in anchors), *(_timing(relation) for relation in relations)],
        "instances": instances,
        "instanceType": "ScheduleTimeline",
    }


def _anchor_instance(anchor: Anchor) -> Thing:
    return _instance(_instance_id(anchor.id, is_anchor=True), anchor.id, anchor.label)


def _visit_instance(visit: Visit, protocol: Protocol, relations: tuple[Relation, ...]) -> Thing:
    epochs = _epochs([relation.visit for relation in relations])
    instance = _instance(_instance_id(visit.id, is_anchor=False), visit.id, visit.label)
    instance["epochId"] = f"StudyEpoch_{epochs[visit.epoch]}" if visit.epoch else None
    instance["encounterId"] = f"Encounter_{visit.id}"
    instance["activityIds"] = [f"Activity_{one.id}" for one in protocol.assessments if visit.id in one.visits]
    return instance


def _instance(instance_id: str, name: str, label: str) -> Thing:
    return {
        "id": instance_id,
        "name": name,
        "label": label,
        "defaultConditionId": None,
        "epochId": None,
        "timelineId": None,
        "timelineExitId": None,
        "encounterId": None,
        "activityIds": [],
        "instanceType": "ScheduledActivityInstance",
    }


def _instance_id(name: str, *, is_anchor: bool) -> str:
    return f"ScheduledActivityInstance_{'anchor' if is_anchor else 'visit'}_{name}"


def _anchor_timing(anchor: Anchor) -> Thing:
    """The timing of an anchor, whose own value says nothing."""
    timing = _bare_timing(f"anchor_{anchor.id}", "Fixed Reference", "P0D", anchor.label)
    timing["relativeFromScheduledInstanceId"] = _instance_id(anchor.id, is_anchor=True)
    return timing


def _timing(relation: Relation) -> Thing:
    visit = relation.visit
    value = _duration(relation.count, "M" if relation.is_months else "D")
    timing = _bare_timing(f"visit_{visit.id}", "Before" if relation.is_before else "After", value, relation.words)
    timing["relativeFromScheduledInstanceId"] = _instance_id(visit.id, is_anchor=False)
    timing["relativeToScheduledInstanceId"] = _instance_id(relation.reference, is_anchor=relation.is_anchor)
    if visit.window is not None:
        first, last = visit.window.hours or (visit.window.first, visit.window.last)
        unit = "D" if visit.window.hours is None else "H"
        timing["windowLower"] = _duration(min(first, 0), unit)
        timing["windowUpper"] = _duration(max(last, 0), unit)
        timing["windowLabel"] = visit.window.words
    return timing


def _bare_timing(name: str, kind: str, value: str, label: str) -> Thing:
    return {
        "id": f"Timing_{name}",
        "name": name,
        "type": _code(_TYPES[kind], kind),
        "value": value,
        "valueLabel": label,
        "relativeToFrom": _code(*_START_TO_START),
        "relativeFromScheduledInstanceId": None,
        "relativeToScheduledInstanceId": None,
        "windowLower": None,
        "windowUpper": None,
        "windowLabel": None,
        "instanceType": "Timing",
    }


def _code(code: str, decode: str) -> Thing:
    return {
        "id": f"Code_{code}",
        "code": code,
        "codeSystem": "http://www.cdisc.org",
        "codeSystemVersion": "2024-09-27",
        "decode": decode,
        "instanceType": "Code",
    }


def _duration(count: int, unit: str) -> str:
    """The length of time without a sign, such as ``P7D``, ``PT36H``, ``P6M``."""
    return f"PT{abs(count)}H" if unit == "H" else f"P{abs(count)}{unit}"


def _encounters(visits: list[Visit]) -> list[Thing]:
    ids = [f"Encounter_{visit.id}" for visit in visits]
    before, after = [None, *ids[:-1]], [*ids[1:], None]
    return [
        {
            "id": encounter,
            "name": visit.id,
            "label": visit.label,
            "previousId": previous,
            "nextId": following,
            "scheduledAtId": f"Timing_visit_{visit.id}",
            "instanceType": "Encounter",
        }
        for visit, encounter, previous, following in zip(visits, ids, before, after, strict=True)
    ]


def _epochs(visits: list[Visit]) -> dict[str, int]:
    """The numbers of the stated epochs, from 1, in the order of the visits."""
    return {epoch: k for k, epoch in enumerate(dict.fromkeys(v.epoch for v in visits if v.epoch), start=1)}


PRESETS = (
    Preset("usdm", "USDM version 4: the schedule timeline with its timings", needs_subjects=False, make=make_timeline),
)
