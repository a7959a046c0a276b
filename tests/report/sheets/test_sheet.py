"""The shape of a sheet."""

from __future__ import annotations

import pytest

from dosecal.model.messages import unsaid
from dosecal.report.sheets.sheet import Grid, NumberedStep, Section


def test_row_of_a_table_has_a_text_for_each_head() -> None:
    with pytest.raises(ValueError, match="a row has a text for each head"):
        Grid("g", (unsaid("a"), unsaid("b")), ((unsaid("1"),),))


def test_section_has_lines() -> None:
    with pytest.raises(ValueError, match="a section has lines"):
        Section("s", unsaid("S"), ())


@pytest.mark.parametrize(
    ("working", "result", "outcome"),
    [
        ("2 × 3", "6 mg", "= 6 mg"),
        ("2 ÷ 3", "≈ 0.6667 mg", "≈ 0.6667 mg"),
        ("", "6 mg", "6 mg"),
    ],
)
def test_result_follows_its_working_by_one_sign(working: str, result: str, outcome: str) -> None:
    assert NumberedStep(1, unsaid("dose"), unsaid(working), unsaid(result)).outcome == outcome
