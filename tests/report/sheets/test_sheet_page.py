"""Sheets as records of pages: what lies beside what, and what stands around."""

from __future__ import annotations

from typing import Any

import pytest

from dosecal.model.messages import NOTHING, unsaid
from dosecal.report.messages.language import Language, Wording
from dosecal.report.sheets.sheet import Blank, Fact, Grid, Line, Section, Sheet
from dosecal.report.sheets.sheet_page import foot_lines, letters_of, sheet_page, unbroken
from tests.render.sheets import MARKS, SHEET

ENGLISH = Wording(Language.ENGLISH)
LONG = "x" * 39


def groups_of(section_id: str, *lines: Line) -> list[list[dict[str, object]]]:
    """The groups of a page with one section of these lines."""
    sheet = Sheet(unsaid("check sheet"), MARKS, (Section(section_id, unsaid("One"), lines),), unsaid("To be checked."))
    sections: Any = sheet_page(sheet, ENGLISH)["sections"]
    groups: list[list[dict[str, object]]] = sections[0]["groups"]
    return groups


def test_foot_has_every_mark_with_the_day_in_words() -> None:
    assert foot_lines(MARKS, ENGLISH) == [
        "subject 007 · visit D1 · dose 1 of 2",
        "ONC-101 · version 1.0 · file 0123456789ab · made by dosecal 9.9.9, as of 25 November 2026",
    ]
    assert foot_lines(MARKS, Wording(Language.CHINESE))[0] == "受试者 007 · 访视 D1 · 第1剂，共2剂"


def test_every_text_of_the_sheet_stands_in_the_record() -> None:
    said = repr(sheet_page(SHEET, ENGLISH)).replace("\\xa0", " ")
    for text in ("12.5 mg ÷ 3 mg per mL", "≈ 4.1667 mL", "at most 20 mg", "NOT KEPT: the volume.", "A sentence."):
        assert text in said
    assert "'kind': 'warning', 'text': 'NOT KEPT: the volume.'" in said
    assert "'kind': 'note', 'text': 'A sentence.'" in said


def test_short_lines_lie_beside_each_other_and_long_ones_alone() -> None:
    (lines,) = groups_of(
        "weight",
        Fact("a", unsaid("a"), unsaid("1")),
        Fact("b", unsaid("b"), unsaid("2")),
        Fact("c", unsaid("c"), unsaid(LONG)),
        Fact("d", unsaid("d"), unsaid("4")),
    )
    assert [(line["id"], line["wide"], line["right"]) for line in lines] == [
        ("a", False, False),
        ("b", False, True),
        ("c", True, False),
        ("d", True, False),  # nothing short comes after it
    ]


def test_short_line_before_a_long_one_has_its_row_alone() -> None:
    (lines,) = groups_of("weight", Fact("a", unsaid("a"), unsaid("1")), Fact("b", unsaid("b"), unsaid(LONG)))
    assert [line["wide"] for line in lines] == [True, True]


def test_places_for_results_have_their_rows_alone() -> None:
    (lines,) = groups_of("results", Blank("a", unsaid("a"), unsaid("mL")), Blank("b", unsaid("b"), unsaid("mL")))
    assert [line["wide"] for line in lines] == [True, True]


def test_chinese_characters_are_two_letters_wide() -> None:
    assert letters_of("医嘱 mg") == 7


@pytest.mark.parametrize(("text", "width"), [("x", 11), ("x" * 20, 20), ("x" * 90, 40)])
def test_columns_are_as_wide_as_their_longest_text_within_limits(text: str, width: int) -> None:
    ((grid,),) = groups_of("limits", Grid("g", (unsaid("head"), unsaid("x")), ((unsaid(text), unsaid("y")),)))
    assert grid["widths"] == [width, 11]


def test_a_column_to_write_in_is_wide_enough_for_it() -> None:
    ((grid,),) = groups_of(
        "limits",
        Grid("g", (unsaid("limit"), unsaid("found")), ((unsaid("cap"), NOTHING), (unsaid("floor"), unsaid("5 mg")))),
    )
    assert grid["widths"] == [11, 26]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("7.025 × 10⁷", "7.025_×_10⁷"),
        ("8 mL × 2 mg per mL", "8_mL × 2_mg per mL"),
        ("8 mL ≈ 4 %", "8_mL ≈_4_%"),
        ("1,000,000 células", "1,000,000_células"),
    ],
)
def test_no_line_ends_between_a_number_and_its_unit(text: str, said: str) -> None:
    assert unbroken(text).replace("\u00a0", "_") == said
