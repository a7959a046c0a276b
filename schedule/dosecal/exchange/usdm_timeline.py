"""A protocol's visits as the schedule timelines of a USDM study design, with its encounters.

Conventions: lengths of time are ISO 8601 durations without a sign; ``After`` and ``Before`` have the direction. A
window is two such distances, the earlier end first. Each anchor that visits are counted from has a timeline of its own,
in which it is an instance with a timing of the type ``Fixed Reference`` that is relative to itself; the first one's is
the main timeline. A visit's timing is counted from the anchor's or the followed visit's instance, so that offsets
follow the chain. Instances come by their planned day; a calendar month counts as 30 days there, for the order alone.

Reference:
    CDISC USDM version 4, Timing, ScheduleTimeline, ScheduledActivityInstance, Encounter; its example, CDISC Pilot.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from dosecal.exchange.day_counts import day_counts
from dosecal.exchange.relations import anchors_of
from dosecal.exchange.usdm_terms import (
    AFTER,
    BEFORE,
    FIXED,
    HOME,
    START_TO_START,
    VISIT,
    code,
    contact_term,
    in_turn,
    notes,
    thing,
)
from dosecal.model.struct import Struct, replace
from dosecal.model.timing import EventKind
from dosecal.report.messages.visit_words import window_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dosecal.exchange.relations import Relation
    from dosecal.exchange.usdm_terms import Term, Thing
    from dosecal.model.protocol import Anchor, Protocol, Visit

_MONTH_DAYS = 30
"""A month's days where visits are put in order."""


class Line(Struct, frozen=True):
    """The visits that are counted from an anchor, along the chain.

    Attributes:
        anchor: The anchor.
        days: Each visit's planned days from it, by the visit's relation, in the order of the days.
    """

    anchor: Anchor
    days: tuple[tuple[Relation, int], ...]


def counted_from_doses(relations: tuple[Relation, ...], protocol: Protocol) -> tuple[Relation, ...]:
    """The relations, where those that count from a regimen's first or last dose count from the visit of that dose.

    It is the visit at which that dose is planned; an event whose doses have no planned days stays as it is.
    """
    return tuple(_counted_from_dose(one, protocol) if one.is_anchor else one for one in relations)


def _counted_from_dose(relation: Relation, protocol: Protocol) -> Relation:
    event = protocol.anchors[protocol.anchor_index(relation.reference)].event
    if event is None or event.kind not in {EventKind.FIRST_DOSE, EventKind.LAST_DOSE}:
        return relation
    (regimen,) = (one for one in protocol.regimens if one.id == event.of)
    days = {one.visit.id: one.target for arm in regimen.arms for one in day_counts(protocol, arm)}
    dosed = [(day, visit) for visit in regimen.visits if (day := days.get(visit)) is not None]
    if len(dosed) < len(regimen.visits):
        return relation
    pick = min if event.kind is EventKind.FIRST_DOSE else max
    return replace(relation, reference=pick(dosed)[1], is_anchor=False)


def lines_of(relations: tuple[Relation, ...], protocol: Protocol) -> tuple[Line, ...]:
    """The visits of each anchor, in the order of the file's anchors."""
    by_id = {one.visit.id: one for one in relations}

    def days(one: Relation) -> tuple[str, int]:
        """The anchor of a visit and the days from it."""
        length = one.count * (_MONTH_DAYS if one.is_months else 1)
        root, before = (one.reference, 0) if one.is_anchor else days(by_id[one.reference])
        return root, before + length

    found = [(one, *days(one)) for one in relations]
    return tuple(
        Line(anchor, tuple(sorted(((one, day) for one, root, day in found if root == anchor.id), key=lambda it: it[1])))
        for anchor in anchors_of(relations, protocol)
    )


def timelines(
    lines: tuple[Line, ...], protocol: Protocol, epochs: Mapping[str, str], done: Mapping[str, list[str]]
) -> list[Thing]:
    """The timeline of each anchor; the first is the main one.

    Args:
        lines: The anchors and their visits.
        protocol: The protocol.
        epochs: The id of each epoch's thing.
        done: The ids of what is done at each visit.
    """
    return [_timeline(line, protocol, epochs, done, is_main=line is lines[0]) for line in lines]


def _timeline(
    line: Line, protocol: Protocol, epochs: Mapping[str, str], done: Mapping[str, list[str]], *, is_main: bool
) -> Thing:
    anchor = line.anchor
    visits = [(_visit_instance(one.visit, epochs, done), day) for one, day in line.days]
    before = [instance for instance, day in visits if day < 0]
    instances = [
        *before,
        _instance(_anchor_name(anchor), anchor.id, anchor.label),
        *(v for v, day in visits if day >= 0),
    ]
    for this, following in pairwise(instances):
        this["defaultConditionId"] = following["id"]
    instances[-1]["timelineExitId"] = f"ScheduleTimelineExit_{anchor.id}"
    return thing(
        "ScheduleTimeline",
        anchor.id,
        name=f"visits from {anchor.id}",
        label=f"Visits of {protocol.study}, counted from: {anchor.label}",
        mainTimeline=is_main,
        entryCondition=f"Subject of {protocol.study}" if is_main else anchor.label,
        entryId=instances[0]["id"],
        exits=[thing("ScheduleTimelineExit", anchor.id)],
        timings=[_anchor_timing(anchor), *(_timing(one, protocol) for one, _ in line.days)],
        instances=instances,
    )


def encounters(lines: tuple[Line, ...], protocol: Protocol) -> list[Thing]:
    """The encounters, in the order of the timelines."""
    return in_turn([_encounter(one.visit, protocol) for line in lines for one, _ in line.days])


def instance_id(visit: str) -> str:
    """The id of a visit's instance."""
    return f"ScheduledActivityInstance_visit_{visit}"


def encounter_id(visit: str) -> str:
    """The id of a visit's encounter."""
    return f"Encounter_{visit}"


def _anchor_name(anchor: Anchor) -> str:
    return f"anchor_{anchor.id}"


def _visit_instance(visit: Visit, epochs: Mapping[str, str], done: Mapping[str, list[str]]) -> Thing:
    instance = _instance(f"visit_{visit.id}", visit.id, visit.label)
    return {
        **instance,
        "epochId": epochs.get(visit.epoch),
        "encounterId": encounter_id(visit.id),
        "activityIds": done[visit.id],
    }


def _instance(name: str, words: str, label: str) -> Thing:
    return thing(
        "ScheduledActivityInstance",
        name,
        name=words,
        label=label,
        defaultConditionId=None,
        epochId=None,
        timelineId=None,
        timelineExitId=None,
        encounterId=None,
        activityIds=[],
    )


def _anchor_timing(anchor: Anchor) -> Thing:
    name = _anchor_name(anchor)
    instance = f"ScheduledActivityInstance_{name}"
    return _bare_timing(name, FIXED, "P0D", anchor.label, (instance, instance))


def _timing(relation: Relation, protocol: Protocol) -> Thing:
    visit = relation.visit
    to = instance_id(relation.reference)
    if relation.is_anchor:
        to = f"ScheduledActivityInstance_anchor_{relation.reference}"
    value = _duration(relation.count, "M" if relation.is_months else "D")
    kind = BEFORE if relation.is_before else AFTER
    timing = _bare_timing(f"visit_{visit.id}", kind, value, relation.words, (instance_id(visit.id), to))
    if visit.window is not None and relation.window is not None:
        hours = visit.window.hours if visit.has_target else None
        ends, unit = (relation.window, "D") if hours is None else (hours, "H")
        lower, upper = (_duration(end, unit) for end in ends)
        timing |= {"windowLower": lower, "windowUpper": upper, "windowLabel": window_words(protocol, visit)}
    return timing


def _bare_timing(name: str, kind: Term, value: str, label: str, ends: tuple[str, str]) -> Thing:
    owner = f"Timing_{name}"
    return thing(
        "Timing",
        name,
        name=name,
        type=code(owner, "type", kind),
        value=value,
        valueLabel=label,
        relativeToFrom=code(owner, "relativeToFrom", START_TO_START),
        relativeFromScheduledInstanceId=ends[0],
        relativeToScheduledInstanceId=ends[1],
        windowLower=None,
        windowUpper=None,
        windowLabel=None,
    )


def _duration(count: int, unit: str) -> str:
    """The length of time without a sign, such as ``P7D``, ``PT36H``, ``P6M``."""
    return f"PT{abs(count)}H" if unit == "H" else f"P{abs(count)}{unit}"


def _encounter(visit: Visit, protocol: Protocol) -> Thing:
    owner = encounter_id(visit.id)
    contact = contact_term(visit.contact)
    is_home = visit.contact.casefold() == "home visit"
    arms = [arm.label for arm in protocol.arms if arm.id in visit.arms]
    wider = "" if visit.wider is None else f"A second, wider window: {visit.wider.words}"
    rule = " and ".join(f"at least {gap.words}" for gap in visit.gaps)
    said = (
        f"For some arms alone: {', '.join(arms)}" if len(arms) < len(protocol.arms) else "",
        f"Contact: {visit.contact}" if visit.contact and contact is None else "",
        wider,
    )
    return thing(
        "Encounter",
        visit.id,
        name=visit.id,
        label=visit.label,
        type=code(owner, "type", VISIT),
        scheduledAtId=f"Timing_visit_{visit.id}",
        environmentalSettings=[code(owner, "setting", HOME)] if is_home else [],
        contactModes=[code(owner, "contact", contact)] if contact is not None else [],
        transitionStartRule=thing("TransitionRule", owner, name=f"start of {visit.id}", text=rule) if rule else None,
        transitionEndRule=None,
        notes=notes(owner, *said),
    )
