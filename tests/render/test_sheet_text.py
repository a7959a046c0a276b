"""Sheets as plain text."""

from __future__ import annotations

import re

import pytest

from dosecal.model.messages import unsaid
from dosecal.model.struct import replace
from dosecal.render.sheet_text import PAGE_BREAK, WIDTH, sheets_text
from dosecal.report.sheets.sheet import Fact, Grid, NumberedStep, Signature
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
        [
            sheet_with(
                Fact("a", unsaid("a name"), unsaid("word " * 40)),
                Fact("b", unsaid("a name that has very many words"), unsaid("x")),
            )
        ]
    )
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "  a name" in text
    assert "  a name that has very many words\n" in text


def test_working_that_is_too_long_for_a_line_has_its_result_below() -> None:
    step = NumberedStep(
        1, unsaid("calculated dose"), unsaid("2 mg per kg × " + "6.25 kg × " * 6 + "1"), unsaid("12.5 mg")
    )
    section = replace(SHEET.sections[1], lines=(step,))
    lines = sheets_text([replace(SHEET, sections=(section,))]).splitlines()
    assert "                       = 12.5 mg" in lines


def test_table_that_is_too_wide_stands_upright() -> None:
    grid = Grid(
        "g",
        (unsaid("limit"), unsaid("allowed"), unsaid("found")),
        ((unsaid("cap"), unsaid("at most " + "9" * 40), unsaid("8" * 40)),),
    )
    lines = sheets_text([sheet_with(grid)]).splitlines()
    assert "  limit: cap" in lines
    assert "    allowed  at most " + "9" * 40 in lines
    assert "    found    " + "8" * 40 in lines


def test_marks_stand_above() -> None:
    assert sheets_text([SHEET]).splitlines()[1] == f"{MARKS.study}  version 1.0  file {MARKS.protocol_sha256}"


@pytest.mark.parametrize("width", [40, 60, 100])
def test_sheet_fits_a_terminal_with_every_number_beside_its_unit(width: int) -> None:
    text = sheets_text([SHEET], width)
    assert all(len(line) <= width for line in text.splitlines())
    for whole in ("12.5 mg", "2 mg per kg", "× 6.25 kg", "≈ 4.1667 mL", "÷ 3 mg per mL", f"{'_' * 24} mL"):
        assert whole in text
    assert "-" * width in text


def test_places_to_sign_stand_whole_on_a_narrow_terminal() -> None:
    section = replace(SHEET.sections[1], lines=(Signature("sign", unsaid("a role with many words")),))
    text = sheets_text([replace(SHEET, sections=(section,))], 40)
    assert all(len(line) <= 40 for line in text.splitlines())
    for place in (f"name {'_' * 20}", f"signature {'_' * 15}", f"date {'_' * 20}", f"time      {'_' * 15}"):
        assert any(line.endswith(place) for line in text.splitlines())


def test_order_and_warnings_have_weight_where_there_are_colours_and_say_the_same_without() -> None:
    coloured = sheets_text([SHEET], is_coloured=True)
    assert "\x1b[1;31m  ! NOT KEPT: the volume.\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == EXPECTED


def test_control_characters_of_a_text_are_written_out() -> None:
    text = sheets_text([sheet_with(Fact("a", unsaid("a name"), unsaid("\x1b[31mx")))])
    assert "\x1b" not in text
    assert "\\u001b[31mx" in text
