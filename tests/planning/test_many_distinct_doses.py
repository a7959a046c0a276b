"""Cohorts with so many distinct numbers, or so many conditions, that all of them in one key would not fit 64 bits."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, run_well
from tests.planning.planned import schedule_of

if TYPE_CHECKING:
    from pathlib import Path

MEASURES = """\
study: T
version: "1"
title: t
source: s
day_numbering: no day 0
anchors: {start: {label: s}}
arms: {a: {label: A}}
products: {p: {label: p}}
regimens:
  by_weight: {product: p, dose: 2 mg/kg, visits: [D1]}
  by_area: {product: p, dose: 1 mg/m², body_surface: Mosteller, visits: [D1]}
  by_record: {product: p, dose: 1 mg/m², body_surface: none stated, visits: [D1]}
  by_rate: {product: p, dose: AUC 1 by Calvert, gfr: {from: measured, cap: none stated}, visits: [D1]}
  by_creatinine:
    {product: p, dose: AUC 1 by Calvert, gfr: {from: estimated, weight: actual, cap: none stated}, visits: [D1]}
visits: {D1: {}}
"""
COUNT = 8_191
"""With nothing before the first, 2¹³ values a column: five such columns take 65 bits by themselves."""


def thousandths(number: int, places: int = 3) -> str:
    """A whole number of thousandths, or of smaller parts, as a decimal."""
    return f"{number // 10**places}.{number % 10**places:0{places}d}"


def test_each_of_thousands_of_bodies_gets_its_own_dose() -> None:
    # every measure of every subject is another; all are women of 30 years
    head = "subject_id,arm,start,weight_kg,height_cm,gfr_ml_min,creatinine_mg_dl,body_surface_m2,sex,birth_date\n"
    rows = "".join(
        f"{k},a,2026-03-02,{thousandths(30_000 + k)},{thousandths(150_000 + k)},{thousandths(20_000 + k)},"
        f"{thousandths(300 + k)},{thousandths(1_000 + k, 4)},F,1996-03-02\n"
        for k in range(COUNT)
    )
    doses = schedule_of(MEASURES, head + rows).doses
    found = {
        (int(subject), int(regimen)): doses.calculations[worked].ordered.value
        for subject, regimen, worked in zip(doses.subject, doses.regimen, doses.worked, strict=True)
    }
    for k in range(COUNT):
        weight, creatinine = Fraction(30_000 + k, 1000), Fraction(300 + k, 1000)
        assert found[k, 0] == 2 * weight
        assert found[k, 2] == Fraction(1_000 + k, 10_000)
        assert found[k, 3] == Fraction(20_000 + k, 1000) + 25
        clearance = Fraction("0.85") * 110 * weight / (72 * creatinine)
        assert abs(found[k, 4] - clearance - 25) < Fraction(1, 10**11)
    surface = found[COUNT - 1, 1]  # √(158.19 × 38.19 ÷ 3600)
    assert abs(surface**2 - Fraction("158.19") * Fraction("38.19") / 3600) < Fraction(1, 10**10)


def many_conditions(count: int) -> str:
    """A protocol with so many facts, and an assessment, a visit and a dose that depend on each of them."""
    facts = "".join(f"  f{k}: {{label: f{k}, values: [y, n]}}\n" for k in range(count))
    assessments = "".join(f"  a{k}: {{label: a{k}, visits: [D1], if: f{k} is y}}\n" for k in range(count))
    products = "".join(f"  p{k}: {{label: p{k}}}\n" for k in range(count))
    regimens = "".join(f"  r{k}: {{product: p{k}, dose: 1 mg, visits: [D1], if: f{k} is y}}\n" for k in range(count))
    return (
        'study: T\nversion: "1"\ntitle: t\nsource: s\nday_numbering: no day 0\nanchors: {start: {label: s}}\n'
        f"arms: {{a: {{label: A}}}}\nfacts:\n{facts}products:\n{products}regimens:\n{regimens}"
        f"visits: {{D1: {{}}}}\nassessments:\n{assessments}"
    )


@pytest.mark.parametrize("count", [40, 41, 64, 100])
def test_each_subject_has_its_own_assessments_and_doses_whatever_the_number_of_conditions(
    count: int, tmp_path: Path
) -> None:
    (tmp_path / "protocol.yaml").write_text(many_conditions(count))
    facts = [f"f{k}" for k in range(count)]
    # the first has nothing, each of the others one thing alone; of the last but one nothing is known, and the answers
    # of the last are the digits of 2⁶⁴ to the base 3: packed into one number of 64 bits, they are those of the first
    digits = [2**64 // 3**place % 3 for place in range(count - 1, -1, -1)]
    last = [("n", "", "y")[digit] for digit in digits]
    alone = [["y" if k == own else "n" for k in range(count)] for own in range(count)]
    answers = [["n"] * count, *alone, [""] * count, last]
    rows = "".join(f"{place},a,2026-03-02,{','.join(one)}\n" for place, one in enumerate(answers))
    (tmp_path / "subjects.csv").write_text(f"subject_id,arm,start,{','.join(facts)}\n{rows}")
    visits = csv_rows_of(run_well("visits", tmp_path / "protocol.yaml", tmp_path / "subjects.csv").stdout)
    assert [row["assessments"] for row in visits[:-2]] == ["", *(f"a{k}" for k in range(count))]
    assert [row["doses"] for row in visits[:-2]] == ["", *(f"r{k}" for k in range(count))]
    assert visits[-2]["assessments"].split("; ") == [f"a{k}" for k in range(count)]
    assert [f"only if f{k} is y: not known" in visits[-2]["notes"] for k in range(count)] == [True] * count
    assert not any("not known" in row["notes"] for row in visits[:-2])
    assert visits[-1]["assessments"].split("; ") == [f"a{k}" for k, answer in enumerate(last) if answer != "n"]
    assert visits[-1]["doses"].split("; ") == [f"r{k}" for k, answer in enumerate(last) if answer != "n"]
    noted = [f"only if f{k} is y: not known" in visits[-1]["notes"] for k in range(count)]
    assert noted == [not answer for answer in last]
