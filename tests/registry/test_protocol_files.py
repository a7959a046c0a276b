"""The shipped protocol files say what the registry records say, and no more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from dosecal.app.composition.protocols import load_protocol
from dosecal.model.days import DayNumbering
from tests.registry.facts import TRIALS, Trial

if TYPE_CHECKING:
    from dosecal.model.protocol import Protocol

HERE = Path(__file__).parent
PROTOCOLS = HERE.parent.parent / "protocols"


def with_single_blanks(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def record_of(study: str) -> str:
    """The text of a record, with single blanks."""
    return with_single_blanks((HERE / f"{study}.txt").read_text(encoding="utf-8"))


def quotes_in(study: str) -> list[str]:
    """Every ``quote:`` of a protocol file."""

    def found(node: object) -> list[str]:
        if isinstance(node, dict):
            own = [node["quote"]] if "quote" in node else []
            return own + [quote for child in node.values() for quote in found(child)]
        return []

    return found(yaml.safe_load((PROTOCOLS / f"{study}.yaml").read_text(encoding="utf-8")))


def is_said(fragment: str, record: str) -> bool:
    """Whether the record has the fragment; a title and its description may be joined by a colon or a semicolon."""
    fragment = with_single_blanks(fragment)
    if fragment in record:
        return True
    return any(
        fragment[: joint.start()] in record and is_said(fragment[joint.end() :], record)
        for joint in re.finditer(r"[:;] ", fragment)
    )


@pytest.fixture(params=TRIALS, ids=lambda trial: trial.study)
def trial(request: pytest.FixtureRequest) -> Trial:
    """Each of the two trials."""
    assert isinstance(request.param, Trial)
    return request.param


@pytest.fixture
def protocol(trial: Trial) -> Protocol:
    """The shipped protocol of the trial."""
    return load_protocol(trial.study)


def test_file_names_the_study_and_its_last_update(trial: Trial, protocol: Protocol) -> None:
    assert (protocol.study, protocol.version) == (trial.study, trial.version)
    assert trial.study in protocol.source_words
    assert trial.version in protocol.source_words


def test_numbering_of_days_is_that_of_the_record(trial: Trial, protocol: Protocol) -> None:
    assert protocol.numbering is {0: DayNumbering.DAY_0, 1: DayNumbering.NO_DAY_0}[trial.first_day]


def test_arms_and_anchor_are_those_of_the_record(protocol: Protocol) -> None:
    assert [arm.id for arm in protocol.arms] == ["msc", "control"]
    assert [anchor.id for anchor in protocol.anchors] == ["start"]


def test_visits_fall_on_the_days_of_the_record(trial: Trial, protocol: Protocol) -> None:
    stated = {name: (day - trial.first_day, arms) for name, (day, arms) in trial.visits.items()}
    assert {visit.id: (visit.offset, visit.arms) for visit in protocol.visits} == stated


def test_record_states_no_window(protocol: Protocol) -> None:
    assert {visit.window for visit in protocol.visits} == {None}


def test_baseline_precedes_the_infusion(protocol: Protocol) -> None:
    assert [visit.id for visit in protocol.visits if visit.before] == ["baseline"]
    assert protocol.visit("baseline").before == "infusion"


def test_dose_is_that_of_the_record(trial: Trial, protocol: Protocol) -> None:
    (regimen,) = protocol.regimens
    assert regimen.dose.value == trial.dose
    assert regimen.dose.unit.symbol == ("cells/kg" if trial.is_per_kg else "cells")
    assert (regimen.arms, regimen.visits) == (("msc",), trial.dose_visits)
    assert regimen.product == trial.product
    assert regimen.route == "intravenous infusion"


def test_record_states_no_cap_floor_rounding_or_weight_rule(protocol: Protocol) -> None:
    (regimen,) = protocol.regimens
    assert (regimen.at_most, regimen.at_least, regimen.rounding, regimen.weight) == (None, None, None, None)
    assert [(product.counts, product.strength) for product in protocol.products] == [("", None)]


def test_what_the_record_leaves_open_is_named(trial: Trial, protocol: Protocol) -> None:
    (regimen,) = protocol.regimens
    per_kg_alone = ["weight rule", "cap"] if trial.is_per_kg else []
    assert list(regimen.unstated) == [
        "viable or total cells",
        *per_kg_alone,
        "rounding",
        "concentration",
        "infusion rate",
    ]


def test_assessments_have_the_days_and_arms_of_the_record(trial: Trial, protocol: Protocol) -> None:
    assert {one.id: (one.arms, one.visits) for one in protocol.assessments} == trial.assessments


def test_eligible_ages_are_those_of_the_record(trial: Trial, protocol: Protocol) -> None:
    assert protocol.ages is not None
    assert (protocol.ages.lowest, protocol.ages.highest) == trial.ages
    assert f"{trial.ages[0]} Years to {trial.ages[1]} Years" in record_of(trial.study)


def test_every_quote_stands_in_the_record(trial: Trial) -> None:
    record, quotes = record_of(trial.study), quotes_in(trial.study)
    assert len(quotes) == len(trial.assessments) + 2  # each assessment, the dose, the ages
    fragments = [part for quote in quotes for part in quote.split("…")]
    assert [part for part in fragments if not is_said(part, record)] == []


def test_fragment_that_the_record_lacks_is_found_out() -> None:
    record = record_of("NCT04252118")
    assert is_said("Day 0, Day 3, Day 6", record)
    assert not is_said("Day 0, Day 3, Day 7", record)
    assert not is_said("Day 0, Day 3, Day 7: Chest", record)


TIME_FRAMES = {
    "chest_imaging": "Size of lesion area by chest radiograph or CT",
    "adverse_events": "Side effects in the MSCs treatment group",
    "clinical_symptoms": "Improvement of Clinical symptoms including duration of fever and respiratory",
    "nucleic_acid_test": "Time of nucleic acid turning negative",
    "mortality": "Rate of mortality within 28-days",
    "cd4_cd8_count": "CD4+ and CD8+ T celll count",
    "alanine_aminotransferase": "Alanine aminotransferase",
    "c_reactive_protein": "C-reactive protein",
    "creatine_kinase": "Creatine kinase",
}


@pytest.mark.parametrize(("assessment", "title"), TIME_FRAMES.items())
def test_time_frame_of_the_second_record_is_the_visits(assessment: str, title: str) -> None:
    found = re.search(rf"- {re.escape(title)} \[ Time Frame: ([^\]]*) \]", record_of("NCT04252118"))
    assert found is not None
    visits = ["baseline"] if "Baseline" in found[1] else []
    visits += [f"D{day}" for day in re.findall(r"Day ([0-9]+)", found[1])]
    assert load_protocol("NCT04252118").assessments[list(TIME_FRAMES).index(assessment)].visits == tuple(visits)


@pytest.mark.parametrize("title", ["C reactive protein at 25 days", "Immune cells", "cytokines", "Immunoglobulins"])
def test_blood_days_of_the_first_record_are_the_visits(title: str) -> None:
    found = re.search(
        rf"Change Form Baseline[^\[]*{title}[^\[]*\[[^\]]*\]Blood samples will be taken on days ([0-9, ]+)",
        record_of("NCT04611256"),
    )
    assert found is not None
    days = [f"D{day.strip()}" for day in found[1].split(",")]
    blood = ("c_reactive_protein", "immune_cells", "cytokines", "immunoglobulins")
    protocol = load_protocol("NCT04611256")
    assert [list(one.visits) for one in protocol.assessments if one.id in blood] == [days] * 4
