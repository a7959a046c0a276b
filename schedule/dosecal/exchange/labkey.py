"""A protocol's visits as a LabKey visit map.

Conventions: a visit's sequence numbers are days from the first anchor, 0 the anchor itself, from the first to the last
allowed day; ``protocolDay`` is the target. Visits of one day and no window are told apart by hundredths, in file order.
Ranges that overlap are refused here as they are there.

Reference:
    LabKey documentation, "Import Visit Map", and its sample, for the elements, the attributes and the refusal.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from dosecal.exchange.day_counts import DayCount, day_counts, details_left_out, events_by_plan
from dosecal.exchange.findings import chosen, finding, refuse, visits_named
from dosecal.exchange.labels import distinct_labels, label_findings
from dosecal.exchange.preset import Exported, ExportFile, Preset

if TYPE_CHECKING:
    from dosecal.exchange.preset import ExportInput
    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Protocol

_NAMESPACE = "http://labkey.org/study/xml"
_HUNDREDTHS = 100


def make_visit_map(given: ExportInput) -> Exported:
    """The visit map.

    Raises:
        OutputError: If visits overlap, or no visit has a day.
    """
    protocol = given.protocol
    with_windows = chosen(given, "windows", ("ranges", "none")) == "ranges"
    counts = _counts(protocol)
    ranges = _ranges([one for one in counts if _range_of(one, with_windows=with_windows)], with_windows=with_windows)
    if not ranges:
        raise refuse(protocol, "X101", "", "expected at least one visit with a day from the first anchor, got none")
    _refuse_overlaps(ranges, protocol)
    labels = distinct_labels(protocol)
    root = ET.Element("visitMap", {"xmlns": _NAMESPACE})
    for count, first, last in ranges:
        ET.SubElement(root, "visit", _attributes(count, labels[count.visit.id], first, last))
    ET.indent(root)
    content = ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
    taken = {count.visit.id for count, _, _ in ranges}
    findings = (*label_findings(protocol), *_findings(counts, taken, protocol, with_windows=with_windows))
    return Exported((ExportFile("visit_map.xml", content),), findings)


def _counts(protocol: Protocol) -> tuple[DayCount, ...]:
    """The day counts of all visits, in file order; a visit of several arms has one, since an arm changes no day."""
    found = {one.visit.id: one for arm in protocol.arms for one in day_counts(protocol, arm.id)}
    return tuple(found[visit.id] for visit in protocol.visits if visit.id in found)


def _range_of(count: DayCount, *, with_windows: bool) -> tuple[int, int] | None:
    """The first and the last day of a visit; None where it has neither a window nor a target to be put in."""
    if with_windows and count.window is not None:
        return count.window
    return None if count.target is None else (count.target, count.target)


def _ranges(counts: list[DayCount], *, with_windows: bool) -> list[tuple[DayCount, int, int]]:
    """The sequence numbers of each visit in hundredths, by the first one; visits of one day follow each other."""
    found: list[tuple[DayCount, int, int]] = []
    on_day: dict[int, int] = {}
    for count in counts:
        first, last = _range_of(count, with_windows=with_windows) or (0, 0)
        step = 0
        if first == last:
            step = on_day.get(first, 0)
            on_day[first] = step + 1
        found.append((count, first * _HUNDREDTHS + step, last * _HUNDREDTHS + step))
    return sorted(found, key=lambda one: (one[1], one[2]))


def _refuse_overlaps(ranges: list[tuple[DayCount, int, int]], protocol: Protocol) -> None:
    pairs = [
        f"{_said(one, first, last)} and {_said(other, start, end)}"
        for (one, first, last), (other, start, end) in pairwise(ranges)
        if start <= last
    ]
    if pairs:
        message = f"expected visits whose windows don't overlap, as LabKey wants them, got {'; '.join(pairs)}"
        raise refuse(protocol, "X131", "visits", message, 'take "windows=none" for the targets alone')


def _said(count: DayCount, first: int, last: int) -> str:
    return f"{count.visit.id} ({_number(first)} to {_number(last)})"


def _attributes(count: DayCount, label: str, first: int, last: int) -> dict[str, str]:
    attributes = {"label": label, "sequenceNum": _number(first)}
    if last > first:
        attributes["maxSequenceNum"] = _number(last)
    if count.target is not None:
        attributes["protocolDay"] = _number(count.target * _HUNDREDTHS)
    return attributes | {"sequenceNumHandling": "normal"}


def _number(hundredths: int) -> str:
    """The number with a digit after the point at least, as LabKey's own files have it: ``14.0``, ``-0.99``."""
    whole, rest = divmod(abs(hundredths), _HUNDREDTHS)
    digits = f"{rest:02d}".rstrip("0") or "0"
    return f"{'-' if hundredths < 0 else ''}{whole}.{digits}"


def _findings(
    counts: tuple[DayCount, ...], taken: set[str], protocol: Protocol, *, with_windows: bool
) -> tuple[Problem, ...]:
    there = [one for one in counts if one.visit.id in taken]
    reasons: dict[str, list[DayCount]] = {}
    for one in counts:
        if one.visit.id not in taken:
            reasons.setdefault(one.why, []).append(one)
    found = [
        finding(protocol, "W110", "", f"{visits_named(c.visit for c in left)}: left out, since {why}")
        for why, left in reasons.items()
    ]
    several = len(protocol.arms)
    days = [one.target for one in there]
    said = (
        ([c for c in there if c.window is None], "no window is stated; in the map it is the day alone"),
        ([c for c in there if c.visit.window is not None and not with_windows], "its window is left out, as was asked"),
        ([c for c in there if c.visit.window and c.visit.window.hours], "the window is in hours; its whole days stand"),
        ([c for c in there if c.target is None], "it has a window and no target, so it has no protocolDay"),
    )
    found += [
        finding(protocol, "W111", "", f"{visits_named(c.visit for c in each)}: {why}") for each, why in said if each
    ]
    same = [c for c in there if c.target is not None and c.window is None and days.count(c.target) > 1]
    if same:
        message = f"{visits_named(c.visit for c in same)}: on the day of another visit, told apart by hundredths"
        found.append(finding(protocol, "W114", "", message))
    some = [c for c in there if len(c.visit.arms) < several]
    if some:
        message = f"{visits_named(c.visit for c in some)}: for some arms alone, for which the target has no place"
        found.append(finding(protocol, "W112", "", message))
    visits = [one.visit for one in there]
    return (*found, *events_by_plan(visits, protocol), *details_left_out(visits, protocol))


PRESETS = (
    Preset(
        "labkey",
        "a LabKey visit map",
        needs_subjects=False,
        make=make_visit_map,
        options=(("windows", "ranges (the windows, unless told otherwise) or none (the targets alone)"),),
    ),
)
