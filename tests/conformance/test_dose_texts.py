"""Dose expressions as registry records, reviews and labels print them, in three languages, against what was meant."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from dosecal.load.doses.dose_text import Status, dose_json, read_dose

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "cases" / "dose_texts.json").read_text(encoding="utf-8"), parse_float=Fraction
)["cases"]
CERTAIN = {Status.READ, Status.SEVERAL}

# The record meant 500,000 and a review printed "5.0 × 106": no reader of the text alone can know.
PRINTED_WRONG = "5.0 × 106 cells/kg at, days 1, 3, 5, and 7"

# Percentages say how a dose is split; the text states no dose. The other one states no unit.
NO_DOSE = ("three-day split-dose regimen", "loading dose of 540,0000")

OF_RECORD = {"vp": "viral particles", "nanovesicles": "vesicles"}

# "6 x 10E+6 CD34" does not say "per kg", which its record says elsewhere; "10 millions" none of its "per cm".
SAID_ELSEWHERE = {"NCT02288741", "NCT02307435"}


def is_flagged(case: dict[str, Any]) -> bool:
    return PRINTED_WRONG in case["dose_text"] or case["dose_text"].startswith(NO_DOSE)


MEANT = [case for case in CASES if not is_flagged(case)]
FLAGGED = [case for case in CASES if is_flagged(case)]


def values_meant(case: dict[str, Any]) -> list[Fraction]:
    meant = case["intended_value"]
    return [Fraction(value) for value in (meant if isinstance(meant, list) else [meant])]


def unit_meant(case: dict[str, Any]) -> tuple[str, str]:
    """The substance and what it is stated per, in the words of the reader; the records write "m2" and remarks."""
    substance, _, per = case["unit"].partition(" (")[0].replace("m2", "m²").partition("/")
    return OF_RECORD.get(substance, substance), per.partition(" ")[0]


def test_all_published_cases_are_here() -> None:
    assert (len(MEANT), len(FLAGGED)) == (140, 3)


@pytest.mark.parametrize("case", MEANT, ids=lambda case: case["dose_text"])
def test_value_that_was_meant_is_read_or_offered_first(case: dict[str, Any]) -> None:
    reading = read_dose(case["dose_text"])
    meant = values_meant(case)
    values = [one.value for one in reading.readings]
    assert reading.status is not Status.UNREADABLE
    assert values[: len(meant)] == meant
    if reading.status in CERTAIN:
        assert len(values) == len(meant)


@pytest.mark.parametrize("case", MEANT, ids=lambda case: case["dose_text"])
def test_unit_that_was_meant_is_the_unit_of_each_first_reading(case: dict[str, Any]) -> None:
    if case["nct"] in SAID_ELSEWHERE:
        return
    substance, per = unit_meant(case)
    for one in dose_json(read_dose(case["dose_text"]))["readings"][: len(values_meant(case))]:
        if one["unit"] is None:
            assert not per
            assert substance not in case["dose_text"]
            continue
        assert (one["basis"] or "") == per
        assert one["unit"].split("/")[0] in {substance, f"viable {substance}"}


@pytest.mark.parametrize("case", FLAGGED, ids=lambda case: case["dose_text"])
def test_text_that_does_not_say_what_was_meant_is_not_read(case: dict[str, Any]) -> None:
    assert read_dose(case["dose_text"]).status in {Status.AMBIGUOUS, Status.UNREADABLE}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["dose_text"])
def test_certain_reading_is_never_another_than_was_meant(case: dict[str, Any]) -> None:
    reading = read_dose(case["dose_text"])
    if reading.status in CERTAIN:
        assert [one.value for one in reading.readings] == values_meant(case)


def test_only_texts_without_a_trap_of_notation_are_certain() -> None:
    traps = (
        "10E",
        "superscript_lost",
        "lost superscript",
        "lost dash",
        "DECIMAL_COMMA",
        "decimal comma",
        "exponent_after_space",
        "paren_exponent",
        "lower_bound",
        "approx",
        "bound",
        "per day",
        "rate",
        "IU",
    )
    assert [
        case["dose_text"]
        for case in CASES
        if any(trap in case.get("trap", "") for trap in traps) and read_dose(case["dose_text"]).status in CERTAIN
    ] == []


def test_only_english_texts_are_certain() -> None:
    others = [case["dose_text"] for case in CASES if case.get("lang", "en") != "en"]
    assert len(others) == 17
    assert [text for text in others if read_dose(text).status in CERTAIN] == []
