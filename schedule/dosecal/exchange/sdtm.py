"""A protocol as the trial design datasets of SDTM: trial arms (TA), trial elements (TE), trial visits (TV).

Conventions: study days have no day 0, whatever the protocol prints: the anchor is day 1, the day before it day -1.
Visits are numbered by their day, then by file order, and a visit has one number in all arms. A start rule says in words
what the day and the window are. Elements are the epochs that the protocol states: where several arms are dosed, an
epoch in which any of them is dosed is an element of its own for each arm, and one without a dose is one for all.

Reference:
    CDISC SDTM Implementation Guide, Trial Design Model datasets, and "--DY".
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from dosecal.exchange.csv_files import csv_file
from dosecal.exchange.day_counts import DayCount, day_counts
from dosecal.exchange.findings import finding, guarded_texts, named, refuse, visits_named
from dosecal.exchange.labels import distinct_labels, label_findings
from dosecal.exchange.preset import Exported, Preset
from dosecal.exchange.relations import relations_of
from dosecal.model.days import DayNumbering
from dosecal.model.regex import regex
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from dosecal.exchange.csv_files import Cell
    from dosecal.exchange.preset import ExportFile, ExportInput
    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Arm, Protocol, Visit

_TV = ("STUDYID", "DOMAIN", "VISITNUM", "VISIT", "VISITDY", "ARMCD", "ARM", "TVSTRL", "TVENRL")
_TA = ("STUDYID", "DOMAIN", "ARMCD", "ARM", "TAETORD", "ETCD", "ELEMENT", "TABRANCH", "TATRANS", "EPOCH")
_TE = ("STUDYID", "DOMAIN", "ETCD", "ELEMENT", "TESTRL", "TEENRL", "TEDUR")
_ARM_CODE, _ELEMENT_CODE, _TEXT = 20, 8, 200
"""How many characters ARMCD, ETCD and a text have at most."""
_SIGNS = regex(r"[^A-Z0-9]+", re.ASCII)


class _Element(Struct, frozen=True):
    """An element of the trial.

    Attributes:
        epoch: Its epoch.
        arm: The id of the arm that it is of; empty for all.
        code: Its code.
        name: Its description.
    """

    epoch: str
    arm: str
    code: str
    name: str


def make_trial_design(given: ExportInput) -> Exported:
    """The datasets; those of elements only where the protocol states epochs.

    Raises:
        OutputError: If there is no visit, or an arm's id is longer than its code may be.
    """
    protocol = given.protocol
    long = [arm.id for arm in protocol.arms if len(arm.id) > _ARM_CODE]
    if long:
        message = f"expected ids of arms of at most {_ARM_CODE} characters for ARMCD, got {', '.join(long)}"
        raise refuse(protocol, "X130", "arms", message)
    counts = _counts(protocol)
    files = [csv_file("tv.csv", _TV, _visit_rows(protocol, counts))]
    findings = [*label_findings(protocol), *_findings(protocol, counts)]
    if all(visit.epoch for visit in protocol.visits):
        elements = _elements(protocol)
        files += [
            csv_file("ta.csv", _TA, _arm_rows(protocol, elements)),
            csv_file("te.csv", _TE, _element_rows(protocol, elements, counts)),
        ]
    else:
        bare = visits_named(visit for visit in protocol.visits if not visit.epoch)
        message = f"no TA and no TE, whose elements are the epochs, since none is stated for {bare}"
        findings.append(finding(protocol, "W116", "", message))
    return Exported(tuple(files), (*findings, *_long_texts(files, protocol), *guarded_texts(files, protocol)))


def _long_texts(files: list[ExportFile], protocol: Protocol) -> tuple[Problem, ...]:
    """That cells hold more characters than a transport file's."""
    long = []
    for file in files:
        header, *rows = csv.reader(io.StringIO(file.content.decode(), newline=""))
        columns = [name for k, name in enumerate(header) if any(len(row[k]) > _TEXT for row in rows)]
        long += [f"{name} in {file.name}" for name in columns]
    if not long:
        return ()
    message = f"{named(long)}: longer than the {_TEXT} characters of a transport file; shorten it by hand"
    return (finding(protocol, "W116", "", message),)


def _counts(protocol: Protocol) -> dict[str, DayCount]:
    """The day counts of all visits, by id; an arm changes no day."""
    return {one.visit.id: one for arm in protocol.arms for one in day_counts(protocol, arm.id)}


def _in_order(protocol: Protocol, counts: dict[str, DayCount]) -> list[Visit]:
    """The visits by their first known day, those without one where the file has them."""
    order: list[tuple[int, int, Visit]] = []
    day = -(10**6)
    for place, visit in enumerate(protocol.visits):
        count = counts[visit.id]
        known = count.target if count.target is not None else count.window[0] if count.window else None
        day = day if known is None else known
        order.append((day, place, visit))
    return [visit for _, _, visit in sorted(order, key=lambda one: one[:2])]


def _visit_rows(protocol: Protocol, counts: dict[str, DayCount]) -> list[tuple[Cell, ...]]:
    labels = distinct_labels(protocol)
    rows: list[tuple[Cell, ...]] = []
    by_arm = any(len(visit.arms) < len(protocol.arms) for visit in protocol.visits)
    for number, visit in enumerate(_in_order(protocol, counts), start=1):
        target = counts[visit.id].target
        day = "" if target is None else DayNumbering.NO_DAY_0.study_day(target)
        head = (protocol.study, "TV", number, labels[visit.id], day)
        rules = (_start_rule(visit, protocol), "" if visit.timepoints else "At the end of the day on which it starts")
        arms = [(arm.id, arm.label) for arm in protocol.arms if arm.id in visit.arms] if by_arm else [("", "")]
        rows += [(*head, *arm, *rules) for arm in arms]
    return rows


def _start_rule(visit: Visit, protocol: Protocol) -> str:
    """When a visit starts, in words, with its window."""
    relation = next((one for one in relations_of(protocol) if one.visit.id == visit.id), None)
    anchors = {anchor.id: anchor.label for anchor in protocol.anchors}
    if relation is None:
        window = visit.window
        reference = anchors.get(visit.anchor, visit.after)
        ends = "" if window is None else f"From day {_day(window.first)} to day {_day(window.last)}"
        return f"{ends}, where day 1 is: {reference}"
    reference = anchors[relation.reference] if relation.is_anchor else relation.reference
    words = relation.words_from(reference)
    window_words = "none stated" if visit.window is None else visit.window.words
    return f"{words[:1].upper()}{words[1:]}, window {window_words}"


def _day(offset: int) -> int:
    return DayNumbering.NO_DAY_0.study_day(offset)


def _elements(protocol: Protocol) -> tuple[_Element, ...]:
    """The elements, in the order of the epochs; codes are cut from the names and numbered."""
    parts = parts_of_epochs(protocol)
    labels = {arm.id: arm.label for arm in protocol.arms}
    return tuple(
        _Element(epoch, arm, _element_code(epoch, number), f"{epoch}, {labels[arm]}" if arm else epoch)
        for number, (epoch, arm) in enumerate(parts, start=1)
    )


def parts_of_epochs(protocol: Protocol) -> tuple[tuple[str, str], ...]:
    """Each epoch with the id of each arm for which it is an element of its own; an empty id where it is one for all."""
    epochs = tuple(dict.fromkeys(visit.epoch for visit in protocol.visits))
    dosed = {visit.epoch for visit in protocol.visits for one in protocol.regimens if visit.id in one.visits}
    return tuple(
        (epoch, arm)
        for epoch in epochs
        for arm in _arms_of(epoch, protocol, is_parted=not protocol.regimens or epoch in dosed)
    )


def _arms_of(epoch: str, protocol: Protocol, *, is_parted: bool) -> tuple[str, ...]:
    if not is_parted or len(protocol.arms) == 1:
        return ("",)
    return tuple(arm.id for arm in protocol.arms if _visits_in(epoch, arm, protocol))


def _element_code(epoch: str, number: int) -> str:
    digits = str(number)
    return f"{_SIGNS.sub('', epoch.upper())[: _ELEMENT_CODE - len(digits)]}{digits}"


def _visits_in(epoch: str, arm: Arm, protocol: Protocol) -> list[Visit]:
    return [visit for visit in protocol.visits if visit.epoch == epoch and arm.id in visit.arms]


def _arm_rows(protocol: Protocol, elements: tuple[_Element, ...]) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    for arm in protocol.arms:
        path = [one for one in elements if one.arm in {"", arm.id} and _visits_in(one.epoch, arm, protocol)]
        rows += [
            (protocol.study, "TA", arm.id, arm.label, place, one.code, one.name, "", "", one.epoch.upper())
            for place, one in enumerate(path, start=1)
        ]
    return rows


def _element_rows(
    protocol: Protocol, elements: tuple[_Element, ...], counts: dict[str, DayCount]
) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    order = [visit.id for visit in _in_order(protocol, counts)]
    for one in elements:
        visits = [v for v in protocol.visits if v.epoch == one.epoch and (not one.arm or one.arm in v.arms)]
        first, last = (pick(visits, key=lambda visit: order.index(visit.id)) for pick in (min, max))
        start = f"Start of the visit {first.id}: {_start_rule(first, protocol)}"
        end = f"End of the visit {last.id}: {_start_rule(last, protocol)}"
        rows.append((protocol.study, "TE", one.code, one.name, start, end, ""))
    return rows


def _findings(protocol: Protocol, counts: dict[str, DayCount]) -> list[Problem]:
    undated: dict[str, list[Visit]] = {}
    for count in counts.values():
        if count.target is None:
            undated.setdefault(count.why, []).append(count.visit)
    found = [
        finding(protocol, "W111", "", f"{visits_named(visits)}: no VISITDY, since {why}; the rule stands in words")
        for why, visits in undated.items()
    ]
    timed = [visit for visit in protocol.visits if visit.timepoints]
    if timed:
        message = f"{visits_named(timed)}: timepoints may go on after the day, so there is no TVENRL"
        found.append(finding(protocol, "W112", "", message))
    if protocol.numbering is DayNumbering.DAY_0:
        message = "the protocol has a day 0 and SDTM has none: VISITDY is a day more than the protocol's from day 0 on"
        found.append(finding(protocol, "W116", "VISITDY", message))
    return found


PRESETS = (
    Preset(
        "sdtm",
        "SDTM trial design: TV, and TA and TE where epochs are stated",
        needs_subjects=False,
        make=make_trial_design,
        carries_arms=True,
    ),
)
