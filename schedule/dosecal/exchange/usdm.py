"""A protocol as a USDM version 4 study: its design, its schedule, and what is given.

Conventions: the study is whole, so that a reader of USDM loads it. What USDM asks for and a protocol file doesn't state
is written as "none stated", and said; so is what USDM has no place for. No day stands in it unless it is told.

Reference:
    CDISC USDM version 4, and its example study, CDISC Pilot.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.exchange.calendar_files import uid_of
from dosecal.exchange.day_counts import day_counts
from dosecal.exchange.findings import finding, named, refuse, visits_named
from dosecal.exchange.parts import file_names
from dosecal.exchange.preset import Exported, ExportFile, Preset
from dosecal.exchange.relations import relations_of
from dosecal.exchange.sdtm import parts_of_epochs
from dosecal.exchange.usdm_doses import intervention_id, interventions, products
from dosecal.exchange.usdm_terms import (
    ARM,
    IN_STUDY,
    INTERVENTIONAL,
    NONE_STATED,
    OFFICIAL_TITLE,
    OPEN_LABEL,
    REGISTRY,
    SINGLE_GROUP,
    YEAR,
    alias,
    code,
    epoch_term,
    in_turn,
    notes,
    quantity,
    thing,
    usdm_json,
)
from dosecal.exchange.usdm_timeline import counted_from_doses, encounters, instance_id, lines_of, timelines
from dosecal.model.regex import regex
from dosecal.model.timing import EventKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dosecal.exchange.preset import ExportInput
    from dosecal.exchange.relations import Relation
    from dosecal.exchange.usdm_terms import Thing
    from dosecal.exchange.usdm_timeline import Line
    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Assessment, Protocol, Visit
    from dosecal.model.regimen import Regimen

_REGISTERED = regex(r"NCT[0-9]{8}")
_BARE = "visit"


def make_study(given: ExportInput) -> Exported:
    """The study.

    Raises:
        OutputError: If no visit has a day or a window.
    """
    protocol = given.protocol
    relations = counted_from_doses(relations_of(protocol, with_ranges=True), protocol)
    if not relations:
        raise refuse(protocol, "X101", "", "expected at least one visit with a target or a window, got none")
    content = {
        "study": {
            "id": uid_of(protocol.study, "", "usdm study"),
            "extensionAttributes": [],
            "name": protocol.study,
            "label": protocol.title,
            "versions": [_version(given, lines_of(relations, protocol))],
            "documentedBy": [],
            "instanceType": "Study",
        },
        "usdmVersion": "4.0.0",
        "systemName": "dosecal",
        "systemVersion": given.program_version,
    }
    return Exported((ExportFile("usdm.json", usdm_json(content)),), tuple(_findings(relations, protocol)))


def _version(given: ExportInput, lines: tuple[Line, ...]) -> Thing:
    protocol = given.protocol
    owner = "StudyVersion_1"
    is_registered = _REGISTERED.fullmatch(protocol.study) is not None
    registry = ("CT.GOV", "ClinicalTrials.gov", REGISTRY) if is_registered else ("none stated", "", NONE_STATED)
    counts = (one for arm in protocol.arms for one in day_counts(protocol, arm.id))
    days = {one.visit.id: one.target for one in counts if one.target is not None}
    told = "" if given.told_day is None else f", as of {given.told_day.isoformat()}"
    made = f"Made by dosecal {given.program_version} from the protocol file {protocol.digest}{told}"
    name, label, kind = registry
    return thing(
        "StudyVersion",
        "1",
        versionIdentifier=protocol.version,
        rationale=NONE_STATED.decode,
        studyIdentifiers=[thing("StudyIdentifier", "1", text=protocol.study, scopeId="Organization_1")],
        titles=[thing("StudyTitle", "1", text=protocol.title, type=code("StudyTitle_1", "type", OFFICIAL_TITLE))],
        organizations=[
            thing(
                "Organization",
                "1",
                name=name,
                label=label,
                type=code("Organization_1", "type", kind),
                identifierScheme=NONE_STATED.decode,
                identifier=name,
            )
        ],
        studyDesigns=[_design(protocol, lines)],
        studyInterventions=interventions(protocol, days),
        administrableProducts=products(protocol),
        conditions=list(_conditions(protocol, _done(protocol))),
        notes=notes(owner, made, f"Source: {protocol.source_words}", *protocol.queries),
    )


def _design(protocol: Protocol, lines: tuple[Line, ...]) -> Thing:
    owner = "InterventionalStudyDesign_1"
    visits = [one.visit for line in lines for one, _ in line.days]
    epochs = _epoch_names(visits)
    done = _done(protocol)
    cells, elements = _cells(protocol, epochs)
    is_single = len(protocol.arms) == 1
    return thing(
        "InterventionalStudyDesign",
        "1",
        name=f"design of {protocol.study}",
        label=protocol.title,
        studyType=code(owner, "studyType", INTERVENTIONAL) if protocol.regimens else None,
        model=code(owner, "model", SINGLE_GROUP if is_single else NONE_STATED),
        blindingSchema=alias(owner, "blindingSchema", OPEN_LABEL) if protocol.is_open_label else None,
        rationale=NONE_STATED.decode,
        arms=[_arm(arm.id, arm.label) for arm in protocol.arms],
        epochs=in_turn([_epoch(epoch, name) for epoch, name in epochs.items()]),
        studyCells=cells,
        elements=elements,
        population=_population(protocol),
        eligibilityCriteria=[],
        objectives=[],
        studyInterventionIds=[intervention_id(regimen) for regimen in protocol.regimens],
        encounters=encounters(lines, protocol),
        activities=in_turn(list(_activities(protocol, done))),
        scheduleTimelines=timelines(lines, protocol, {epoch: _epoch_id(name) for epoch, name in epochs.items()}, done),
        notes=[],
    )


def _arm(name: str, label: str) -> Thing:
    owner = f"StudyArm_{name}"
    return thing(
        "StudyArm",
        name,
        name=name,
        label=label,
        type=code(owner, "type", ARM),
        dataOriginDescription="Subjects of the study",
        dataOriginType=code(owner, "dataOriginType", IN_STUDY),
        populationIds=[],
        notes=[],
    )


def _epoch_names(visits: list[Visit]) -> dict[str, str]:
    """The name of each epoch that is stated, in the order of the visits."""
    epochs = tuple(dict.fromkeys(visit.epoch for visit in visits if visit.epoch))
    return dict(zip(epochs, file_names(epochs), strict=True))


def _epoch_id(name: str) -> str:
    return f"StudyEpoch_{name}"


def _epoch(epoch: str, name: str) -> Thing:
    owner = _epoch_id(name)
    return thing("StudyEpoch", name, name=epoch, label=epoch, type=code(owner, "type", epoch_term(epoch)), notes=[])


def _cells(protocol: Protocol, epochs: Mapping[str, str]) -> tuple[list[Thing], list[Thing]]:
    """The cells, each with its element; an epoch without a dose is one element for all arms."""
    cells, elements = [], []
    for epoch, arm in parts_of_epochs(protocol):
        if not epoch:
            continue
        name = "_".join(part for part in (epochs[epoch], arm) if part)
        arms = [one for one in protocol.arms if arm in {"", one.id}]
        held = {visit.id for visit in protocol.visits if visit.epoch == epoch}
        given = [
            intervention_id(one)
            for one in protocol.regimens
            if held.intersection(one.visits) and any(each.id in one.arms for each in arms)
        ]
        label = f"{epoch}, {arms[0].label}" if arm else epoch
        elements.append(thing("StudyElement", name, name=name, label=label, studyInterventionIds=given, notes=[]))
        cells += [
            thing(
                "StudyCell",
                f"{name}_{one.id}",
                armId=f"StudyArm_{one.id}",
                epochId=_epoch_id(epochs[epoch]),
                elementIds=[f"StudyElement_{name}"],
            )
            for one in arms
        ]
    return cells, elements


def _population(protocol: Protocol) -> Thing:
    ages, age = protocol.ages, None
    if ages is not None and ages.lowest is not None and ages.highest is not None and ages.lowest < ages.highest:
        ends = [
            quantity("StudyDesignPopulation_1", f"{end}Age", Fraction(years), YEAR)
            for end, years in (("minimum", ages.lowest), ("maximum", ages.highest))
        ]
        age = thing("Range", "StudyDesignPopulation_1", minValue=ends[0], maxValue=ends[1], isApproximate=False)
    return thing(
        "StudyDesignPopulation",
        "1",
        name=f"population of {protocol.study}",
        description="Ages: none stated" if ages is None else f"Ages: {ages.words}",
        includesHealthySubjects=False,
        plannedAge=age,
        criterionIds=[],
        cohorts=[],
        notes=[],
    )


def _done(protocol: Protocol) -> dict[str, list[str]]:
    """The ids of the activities at each visit, at least one."""
    things = (
        *((f"Activity_dose_{one.id}", one.visits) for one in protocol.regimens),
        *((f"Activity_{one.id}", one.visits) for one in protocol.assessments),
    )
    done = {visit.id: [name for name, visits in things if visit.id in visits] for visit in protocol.visits}
    return {visit: names or [f"Activity_{_BARE}"] for visit, names in done.items()}


def _activities(protocol: Protocol, done: Mapping[str, list[str]]) -> Iterator[Thing]:
    for regimen in protocol.regimens:
        name = f"dose_{regimen.id}"
        procedure = thing(
            "Procedure",
            name,
            name=f"dose of {regimen.id}",
            label=regimen.label,
            procedureType="administration",
            code=code(f"Procedure_{name}", "code", NONE_STATED),
            studyInterventionId=intervention_id(regimen),
            notes=[],
        )
        yield _activity(name, f"dose of {regimen.id}", regimen.label, [procedure])
    for assessment in protocol.assessments:
        yield _activity(assessment.id, assessment.id, assessment.label, [])
    if [f"Activity_{_BARE}"] in done.values():
        yield _activity(_BARE, "visit", "Visit: what is done at it is not stated", [])


def _activity(name: str, words: str, label: str, procedures: list[Thing]) -> Thing:
    more = {"childIds": [], "definedProcedures": procedures, "biomedicalConceptIds": [], "notes": []}
    return thing("Activity", name, name=words, label=label, **more)


def _conditions(protocol: Protocol, done: Mapping[str, list[str]]) -> Iterator[Thing]:
    """Under which visits, doses and assessments are held or done, in the protocol's words."""
    things: tuple[tuple[str, Visit | Regimen | Assessment, tuple[str, ...], list[str]], ...] = (
        *((f"visit_{one.id}", one, (one.id,), done[one.id]) for one in protocol.visits),
        *((f"dose_{one.id}", one, one.visits, [f"Activity_dose_{one.id}"]) for one in protocol.regimens),
        *((one.id, one, one.visits, [f"Activity_{one.id}"]) for one in protocol.assessments),
    )
    for name, one, visits, activities in things:
        arms = [arm.label for arm in protocol.arms if arm.id in one.arms]
        some = f"for the arms: {named(arms)}" if len(arms) < len(protocol.arms) else ""
        texts = [text for text in (some, one.condition.words if one.condition is not None else "") if text]
        if texts:
            where = [instance_id(visit) for visit in visits]
            text = "; if ".join(texts)
            yield thing(
                "Condition",
                name,
                name=name,
                label=one.label,
                text=text,
                contextIds=where,
                appliesToIds=activities,
                notes=[],
            )


def _findings(relations: tuple[Relation, ...], protocol: Protocol) -> Iterator[Problem]:
    """What a reader of the file has to know of it."""
    visits = [one.visit for one in relations]
    by_dose = [one.visit for one in relations if not one.is_anchor and _is_counted_from_dose(one.visit, protocol)]
    event_based = {one.reference for one in relations if one.is_anchor} - {protocol.anchors[0].id}
    text = "written as a text, which no reader works out"
    said = (
        ("W111", [v for v in visits if not v.has_target], "no target is stated; the day is the nearest of its window"),
        ("W111", [v for v in visits if v.window is None], "no window is stated, and none is written"),
        (
            "W111",
            [v for v in visits if v.months is not None],
            "in calendar months, which some readers take for 30 days",
        ),
        ("W112", [v for v in visits if len(v.arms) < len(protocol.arms)], f"for some arms alone, {text}"),
        ("W112", [v for v in visits if v.condition is not None], f"a condition, {text}"),
        ("W112", [v for v in visits if v.wider is not None], f"a second, wider window, {text}"),
        ("W112", [v for v in visits if v.gaps], f"a least time after another visit, {text}"),
        ("W112", [v for v in visits if v.timepoints], "timepoints, which are not written"),
        ("W112", [v for v in visits if v.reference in event_based], "in another timeline, since counted from an event"),
        ("W112", by_dose, "counted from the visit at which the first or last dose is planned, wherever it is given"),
    )
    for code_, found, message in said:
        if found:
            yield finding(protocol, code_, "", f"{visits_named(found)}: {message}")
    for cycles in protocol.cycles:
        if cycles.count is None:
            message = f"cycles {cycles.id} go on until {cycles.until}; {cycles.planned} of them are written"
            yield finding(protocol, "W112", "", message)
    yield from _asked_for(protocol)


def _is_counted_from_dose(visit: Visit, protocol: Protocol) -> bool:
    event = None if visit.after else protocol.anchors[protocol.anchor_index(visit.anchor)].event
    return event is not None and event.kind is not EventKind.VISIT


def _asked_for(protocol: Protocol) -> Iterator[Problem]:
    """What USDM asks for and the protocol file has no place for."""
    asked = ["sponsor", "rationale", "objectives", "criteria of eligibility"]
    asked += ["intervention model"] if len(protocol.arms) > 1 else []
    asked += ["role and type of interventions", "dose form and designation of products"] if protocol.regimens else []
    message = f'{named(asked)}: asked for there, and written as "none stated" or left out'
    yield finding(protocol, "W116", "", message, "healthy subjects are written as not included")


PRESETS = (
    Preset(
        "usdm",
        "USDM version 4: a study with its design, schedule and doses",
        needs_subjects=False,
        make=make_study,
        carries_arms=True,
    ),
)
