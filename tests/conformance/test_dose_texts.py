"""Dose expressions as registry records and reviews print them, against the value that was meant."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from dosecal.load.dose_text import Status, read_dose

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "cases" / "dose_texts.json").read_text(encoding="utf-8"), parse_float=Fraction
)["cases"]

# The record meant 500,000 and a review printed "5.0 × 106": no reader of the text alone can know.
PRINTED_WRONG = "5.0 × 106 cells/kg at, days 1, 3, 5, and 7"

# Percentages say how a dose is split; the text states no dose.
NO_DOSE = "three-day split-dose regimen"

OF_RECORD = {"cells/m2": "cells/m²", "vp": "viral particles", "nanovesicles": "vesicles", "mg/m2": "mg/m²"}


def is_flagged(case: dict[str, Any]) -> bool:
    return PRINTED_WRONG in case["dose_text"] or case["dose_text"].startswith(NO_DOSE)


MEANT = [case for case in CASES if not is_flagged(case)]
FLAGGED = [case for case in CASES if is_flagged(case)]


def values_meant(case: dict[str, Any]) -> list[Fraction]:
    meant = case["intended_value"]
    return [Fraction(value) for value in (meant if isinstance(meant, list) else [meant])]


def test_all_published_cases_are_here() -> None:
    assert (len(MEANT), len(FLAGGED)) == (74, 2)


@pytest.mark.parametrize("case", MEANT, ids=lambda case: case["dose_text"])
def test_value_that_was_meant_is_read_or_offered_first(case: dict[str, Any]) -> None:
    reading = read_dose(case["dose_text"])
    meant = values_meant(case)
    values = [one.value for one in reading.readings]
    assert reading.status is not Status.UNREADABLE
    assert values[: len(meant)] == meant
    if reading.status in {Status.READ, Status.SEVERAL}:
        assert len(values) == len(meant)


@pytest.mark.parametrize("case", MEANT, ids=lambda case: case["dose_text"])
def test_divisor_that_was_meant_is_the_divisor_of_the_reading(case: dict[str, Any]) -> None:
    # "6 x 10E+6 CD34" does not say "per kg", which its record says elsewhere; "10 millions" none of its "per cm".
    unit = read_dose(case["dose_text"]).readings[0].unit
    meant = OF_RECORD.get(case["unit"], case["unit"])
    if unit is None or case["nct"] in {"NCT02288741", "NCT02307435"}:
        return
    per = next((divisor for divisor in ("kg", "m²") if f"/{divisor}" in meant), "")
    assert unit.per == per
    assert meant.split("/")[0] in unit.substance


@pytest.mark.parametrize("case", FLAGGED, ids=lambda case: case["dose_text"])
def test_text_that_does_not_say_what_was_meant_is_not_read(case: dict[str, Any]) -> None:
    assert read_dose(case["dose_text"]).status in {Status.AMBIGUOUS, Status.UNREADABLE}


def test_only_texts_without_a_trap_of_notation_are_certain() -> None:
    traps = (
        "10E",
        "superscript_lost",
        "DECIMAL_COMMA",
        "exponent_after_space",
        "paren_exponent",
        "lower_bound",
        "approx",
    )
    certain = {Status.READ, Status.SEVERAL}
    assert [
        case["dose_text"]
        for case in CASES
        if any(trap in case.get("trap", "") for trap in traps) and read_dose(case["dose_text"]).status in certain
    ] == []
