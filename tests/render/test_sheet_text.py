"""Sheets as plain text."""

from __future__ import annotations

from dataclasses import replace

from dosecal.render.sheet_text import PAGE_BREAK, WIDTH, sheets_text
from dosecal.report.sheet import Fact, Grid, NumberedStep
from tests.render.sheets import MARKS, SHEET, sheet_with

EXPECTED = """\
PREPARATION WORKSHEET
ONC-101  version 1.0  file 0123456789ab
A trial
made by dosecal 9.9.9, as of 2026-11-25

ORDER
--------------------------------------------------------------------------------
  ordered dose  12.5 mg

CALCULATION
--------------------------------------------------------------------------------
   1  calculated dose  2 mg per kg × 6.25 kg = 12.5 mg
   2  exact volume     12.5 mg ÷ 3 mg per mL ≈ 4.1667 mL
   3  rounding         none stated: not rounded

LIMITS
--------------------------------------------------------------------------------
  limit  allowed
  cap    at most 20 mg
  floor  ________
  ! NOT KEPT: the volume.
  A sentence.

RESULTS
--------------------------------------------------------------------------------
  volume  ________________________ mL  (as drawn)

SIGNATURES
--------------------------------------------------------------------------------
  prepared by  name ____________________  signature _______________
               date ____________________  time      _______________


================================================================================
To be checked.
"""


def test_every_kind_of_line_has_its_form() -> None:
    assert sheets_text([SHEET]) == EXPECTED


def test_each_further_sheet_begins_on_a_page_of_its_own() -> None:
    assert sheets_text([SHEET, SHEET]) == EXPECTED + PAGE_BREAK + EXPECTED


def test_long_texts_are_wrapped_beside_their_name() -> None:
    text = sheets_text(
        [sheet_with(Fact("a", "a name", "word " * 40), Fact("b", "a name that has very many words", "x"))]
    )
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "  a name" in text
    assert "  a name that has very many words\n" in text


def test_working_that_is_too_long_for_a_line_has_its_result_below() -> None:
    step = NumberedStep(1, "calculated dose", "2 mg per kg × " + "6.25 kg × " * 6 + "1", "12.5 mg")
    section = replace(SHEET.sections[1], lines=(step,))
    lines = sheets_text([replace(SHEET, sections=(section,))]).splitlines()
    assert "                       = 12.5 mg" in lines


def test_table_that_is_too_wide_stands_upright() -> None:
    grid = Grid("g", ("limit", "allowed", "found"), (("cap", "at most " + "9" * 40, "8" * 40),))
    lines = sheets_text([sheet_with(grid)]).splitlines()
    assert "  limit: cap" in lines
    assert "    allowed  at most " + "9" * 40 in lines
    assert "    found    " + "8" * 40 in lines


def test_marks_stand_above() -> None:
    assert sheets_text([SHEET]).splitlines()[1] == f"{MARKS.study}  version 1.0  file {MARKS.protocol_sha256}"
