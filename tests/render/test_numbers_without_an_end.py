"""Numbers whose digits have no end, in every renderer, language and width: after "≈", with four figures, cells whole.

The doses are worked by hand beside each case. What a program reads has the digits of a table and the fraction.
"""

from __future__ import annotations

import json
import re
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from dosecal.model.quantity import column_digits
from dosecal.render.as_html import sheets_html
from dosecal.render.sheet_text import sheets_text
from dosecal.report.messages.language import Language, Wording
from dosecal.report.sheets.check_sheet import check_sheet
from dosecal.report.sheets.preparation_sheet import preparation_sheet
from dosecal.report.sheets.sheet_page import said_sheet
from tests.command_line import csv_rows_of, json_of, run_well
from tests.example_products import product_text
from tests.report.given_doses import given_of
from tests.report.sheets.test_check_sheet import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dosecal.report.sheets.sheet import Sheet

HEAD = "subject_id,arm,start,weight_kg,weight_date,weight_method,height_cm,sex,birth_date,creatinine_mg_dl\n"
ROW = "007,active,2026-03-02,60,2026-03-01,measured,170,F,1951-02-03,0.6"
UNROUNDED = "rounding: {dose: none, volume: none}"
AUC = "gfr: {from: estimated, weight: actual, cap: none stated}"
BANDS = "dose: [{weight: up to 10 kg, give: 1 mg/kg}, {weight: over 10 kg, give: 30 mg/m²}]"
CELLS = "counts: viable cells\ncontainer: {called: vial, content: 25 million cells, volume: 3.8 mL}"

CASES = {
    # 0.85 × (140 − 75) × 60 ÷ (72 × 0.6) = 5525/72 mL/min; 5 × (5525/72 + 25) = 36625/72 = 508.68… mg
    "auc": ("concentration: 10 mg/mL", f"dose: AUC 5 by Calvert\n{AUC}\n{UNROUNDED}", "36625/72"),
    # √(170 × 60 ÷ 3600) = √(17 ÷ 6) = 1.68325… m²; × 75 = 126.243… mg, which is no fraction
    "surface": ("concentration: 7 mg/mL", f"dose: 75 mg/m²\nbody_surface: Mosteller\n{UNROUNDED}", ""),
    "rounded": (
        "concentration: 7 mg/mL",
        "dose: 75 mg/m²\nbody_surface: Mosteller\nrounding: {dose: {to: 0.1 mg, \
ties: up}}\nrate: {over: 70 min}",
        "",
    ),
    # 45.5 + 2.3 × (170 ÷ 2.54 − 60) = 45.5 + 2.3 × 880/127 = 15605/254 kg; × 10 = 78025/127 = 614.37… mg
    "ideal": (
        "concentration: 30 mg/mL\ndilution: {total: 70 mL}\nlimits: {volume: at most 10 mL/kg}",
        f"dose: 10 mg/kg\nweight: {{which: ideal, ideal: Devine, each_dose: none stated}}\n{UNROUNDED}",
        "78025/127",
    ),
    # 9270 × 60 ÷ (8780 + 244 × 60 ÷ 1.7²) = 9270 × 60 × 2.89 ÷ (8780 × 2.89 + 14640) = 1607418 ÷ 40014.2
    "lean": (
        "concentration: 30 mg/mL",
        f"dose: 10 mg/kg\nweight: {{which: lean, lean: Janmahasatian, each_dose: none stated}}\n{UNROUNDED}",
        "80370900/200071",
    ),
    # 60 kg × 1.5 million = 90 million cells, from 25 million in 3.8 mL: 13.68 mL
    "vials": (CELLS, "dose: 1.5 million viable cells/kg\nrate: {over: 70 min}", None),
    # 15 mcg × √(17 ÷ 6) × 7 = 176.741… mcg
    "days": (
        "concentration: 10 mg/mL",
        "dose: 15 mcg/m²\nbody_surface: Mosteller\ndose_is: per day\nfor: 7 days\nrounding: none",
        "",
    ),
    # 5 mg × √(17 ÷ 6) = 8.41625… mg, allowed from 6.733 to 10.0995 mg
    "range": (
        "concentration: 10 mg/mL",
        f"dose: {{from: 4 mg/m², to: 6 mg/m², aim: 5 mg/m²}}\nbody_surface: Mosteller\n{UNROUNDED}",
        "",
    ),
    # 30 mg × √(17 ÷ 6) = 50.4975… mg
    "bands": (
        "concentration: 10 mg/mL",
        f"{BANDS}\nbody_surface: Mosteller\n{UNROUNDED}",
        "",
    ),
    # 10 million × √(17 ÷ 6) = 16832508.2… viable cells
    "cells": (CELLS, f"dose: 10 million viable cells/m²\nbody_surface: Mosteller\n{UNROUNDED}", ""),
}
"""For each case its product, its regimen, and its dose as a fraction: empty for a root, None for a whole dose."""
WIDTHS = (*range(40, 201, 20), None)

NUMBER = r"[0-9][0-9,]*(?:\.[0-9]+)?"
COUNTED = r"(?:viable cells|total cells|cells|células|个)"
FAULTS = {
    "more digits than a person reads": re.compile(r"\.[0-9]{7,}"),
    "more than four figures": re.compile(
        r"≈ [±+−]?(?:0\.0*[1-9][0-9]{4,}|(?=[0-9,]*\.)(?!0\.)[0-9](?:[,.]?[0-9]){4,})(?![0-9]* ?%)"
    ),
    "a part of a cell": re.compile(rf"[1-9][0-9,]*\.[0-9]+ ?{COUNTED}(?! por kg| per kg| per m²| por m²)"),
    "two signs": re.compile(r"[=±] ?≈|≈ ?="),
}


def faults_of(text: str) -> list[str]:
    flat = " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())
    return [
        f"{name}: {flat[max(found.start() - 30, 0) : found.end() + 30]}"
        for name, pattern in FAULTS.items()
        for found in pattern.finditer(flat)
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("508.680555555555 mg", "more digits than a person reads"),
        ("≈ 508.68 mg", "more than four figures"),
        ("≈ 0.012345 mg", "more than four figures"),
        ("46,710,526.5 viable cells", "a part of a cell"),
        ("46,710,526.5个活细胞", "a part of a cell"),
        ("5 ÷ 3 = ≈ 1.667", "two signs"),
    ],
)
def test_each_fault_is_found(text: str, fault: str) -> None:
    assert [found.split(":")[0] for found in faults_of(text)] == [fault]


@pytest.mark.parametrize("text", ["≈ 508.7 mg", "≈ 46,710,526 cells", "≈ 0.01235 mg", "36,625/72", "≈ ±1.818 mL"])
def test_what_is_written_well_has_no_fault(text: str) -> None:
    assert faults_of(text) == []


@cache
def sheets_of(case: str) -> tuple[Sheet, ...]:
    product, regimen, _ = CASES[case]
    (dose,) = given_of(product_text(product, regimen), ROW, head=HEAD)
    return preparation_sheet(dose), check_sheet(dose)


@cache
def sheets_in(case: str, language: Language) -> tuple[Sheet, ...]:
    return tuple(said_sheet(sheet, Wording(language)) for sheet in sheets_of(case))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("case", CASES)
def test_sheets_in_every_language_at_every_width(case: str, language: Language) -> None:
    sheets = sheets_in(case, language)
    for width in WIDTHS:
        assert faults_of(sheets_text(sheets, width)) == []
    assert faults_of(visible(sheets_html(sheets))) == []


SHOWN = {
    "auc": "≈ 508.7 mg",
    "surface": "≈ 126.2 mg",
    "rounded": "126.2 mg",
    "ideal": "≈ 614.4 mg",
    "lean": "≈ 401.7 mg",
    "vials": "90,000,000 viable cells",
    "days": "≈ 176.7 mcg",
    "range": "≈ 8.416 mg",
    "bands": "≈ 50.5 mg",
    "cells": "≈ 16,832,508 viable cells",
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("case", CASES)
def test_dose_stands_whole_with_its_unit_and_sign_on_one_line(case: str, width: int | None) -> None:
    assert SHOWN[case] in sheets_text(sheets_of(case), width)


@pytest.mark.parametrize("case", CASES)
def test_dose_without_an_end_is_no_order_and_leaves_a_line_for_it(case: str) -> None:
    text = sheets_text(sheets_of(case)[:1], 200)
    order = re.search(r"^  ordered dose +(.*)$", text, re.MULTILINE)
    assert order is not None
    is_endless = SHOWN[case].startswith("≈")
    assert order[1].startswith("____" if is_endless else SHOWN[case])
    assert ("  dose by the rule  " in text) == is_endless


def files_of(case: str, folder: Path) -> tuple[Path, Path]:
    protocol, subjects = folder / "protocol.yaml", folder / "subjects.csv"
    protocol.write_text(product_text(*CASES[case][:2]), encoding="utf-8")
    subjects.write_text(HEAD + ROW + "\n", encoding="utf-8")
    return protocol, subjects


BODY = ("--weight", "60", "--height", "170", "--sex", "F", "--age", "75", "--creatinine", "0.6")


def body_of(case: str) -> tuple[str, ...]:
    """The options of ``dose`` that a case takes."""
    taken = {"auc": (0, 4, 6, 8), "ideal": (2, 4, 6), "vials": (0,), "lean": (0, 2, 4, 6)}.get(case, (0, 2))
    return tuple(part for place in taken for part in BODY[place : place + 2])


@pytest.mark.parametrize("case", CASES)
def test_commands_print_no_number_without_an_end(case: str, tmp_path: Path) -> None:
    protocol, subjects = files_of(case, tmp_path)
    given = ("--given", "500 mg") if SHOWN[case].endswith(" mg") else ()
    texts = [run_well("dose", protocol, "--arm", "active", *body_of(case), *given).stdout]
    texts += [run_well("doses", protocol, subjects, "--format", "table").stdout]
    texts += [run_well("demand", protocol, subjects, "--format", "table").stdout]
    texts += [run_well("today", protocol, subjects, "--as-of", "2026-03-02").stdout]
    texts += [run_well("worksheet", protocol, subjects, "--subject", "007").stdout]
    for text in texts:
        assert faults_of(text) == []
        assert SHOWN[case] in text


def numbers_of(found: Any) -> Iterator[tuple[str, str, str]]:
    """Each number with more than twelve decimals in JSON: its key, its digits, and its fraction."""
    pairs = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, value in pairs:
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]+\.[0-9]{13,}", value):
            beside = found.get("fraction", found.get(f"{key}_fraction", "")) if isinstance(found, dict) else ""
            yield str(key), value, str(beside)
        yield from numbers_of(value)


ROOTS = {"surface", "cells", "rounded", "days", "range", "bands"}


@pytest.mark.parametrize("case", CASES)
def test_program_reads_the_digits_of_a_table_and_the_fraction_beside_them(case: str, tmp_path: Path) -> None:
    protocol, subjects = files_of(case, tmp_path)
    whole = json_of(run_well("dose", protocol, "--arm", "active", *body_of(case), "--json"))
    sheet = json_of(run_well("worksheet", protocol, subjects, "--subject", "007", "--format", "json"))
    for key, digits, fraction in (*numbers_of(whole), *numbers_of(sheet)):
        assert fraction or case in ROOTS, key
        assert not fraction or column_digits(Fraction(fraction)) == digits
    (row,) = csv_rows_of(run_well("doses", protocol, subjects).stdout)
    (dose,) = whole["doses"]
    assert dose["ordered_dose"] == row["ordered_dose"]
    expected = CASES[case][2]
    assert dose.get("ordered_dose_fraction", "") == (expected or "")
    if expected:
        assert row["ordered_dose"] == column_digits(Fraction(expected))


def test_root_is_right_to_the_last_place_of_a_table(tmp_path: Path) -> None:
    (row,) = csv_rows_of(run_well("doses", *files_of("surface", tmp_path)).stdout)
    # (75 × √(17 ÷ 6))² = 5625 × 17 ÷ 6 = 15937.5
    half, ordered = Fraction(1, 2 * 10**18), Fraction(row["ordered_dose"])
    assert (ordered - half) ** 2 <= Fraction("15937.5") <= (ordered + half) ** 2


@pytest.mark.parametrize("language", ["en", "es-MX", "zh-CN"])
def test_paper_in_every_language(language: str, tmp_path: Path) -> None:
    target = tmp_path / "sheets.pdf"
    run_well("print", *files_of("auc", tmp_path), "--what", "worksheet", "--lang", language, "-o", target)
    with PdfReader(target) as document:
        text = "\n".join(page.extract_text() for page in document.pages).replace("\N{NO-BREAK SPACE}", " ")
    assert "≈ 508.7 mg" in text
    assert "36,625/72 mg" in text
    assert faults_of(text) == []


@pytest.mark.parametrize("case", ["auc", "ideal", "surface"])
def test_json_lines_and_work_lists_have_the_fraction_beside_the_digits(case: str, tmp_path: Path) -> None:
    protocol, subjects = files_of(case, tmp_path)
    expected = CASES[case][2]
    row = json.loads(run_well("doses", protocol, subjects, "--format", "jsonl").stdout)
    (need,) = json_of(run_well("demand", protocol, subjects, "--format", "json"))["rows"]
    work = json_of(run_well("today", protocol, subjects, "--as-of", "2026-03-02", "--format", "json"))
    (infusion,) = work["infusions"]
    found = [row.get("ordered_dose_fraction"), need.get("amount_fraction"), infusion.get("dose_fraction")]
    assert found == [expected or None] * 3
    assert row["ordered_dose"] == need["amount"] == infusion["dose"]


def test_deviation_in_percent_has_its_fraction_in_json_lines(tmp_path: Path) -> None:
    protocol, subjects = files_of("auc", tmp_path)
    protocol.write_text(protocol.read_text().replace("dose: AUC", "tolerance: ±1 % of the ordered dose\n    dose: AUC"))
    actuals = tmp_path / "actuals.csv"
    actuals.write_text("subject_id,visit,date,status,dose,unit\n007,D1,2026-03-02,done,500,mg\n")
    arguments = ("deviations", protocol, subjects, "--actuals", actuals, "--as-of", "2026-03-03")
    row = json.loads(run_well(*arguments, "--format", "jsonl").stdout.splitlines()[0])
    # 100 × (500 − 36625/72) ÷ (36625/72) = −62500 ÷ 36625 = −500 ÷ 293
    assert row["deviation_percent_fraction"] == "-500/293"
    assert row["deviation_percent"] == "-1.706484641638225256"
    text = run_well(*arguments, "--format", "table").stdout
    assert "≈ -1.706 %" in text
    assert "≈ 508.7 mg" in text
    assert faults_of(text) == []


OPEN = "dose: {from: 4 mg/m², to: 6 mg/m², aim: none stated}\nbody_surface: Mosteller"


def test_ends_of_a_range_without_an_aim_are_rounded_for_reading_and_exact_for_programs(tmp_path: Path) -> None:
    protocol, subjects = tmp_path / "protocol.yaml", tmp_path / "subjects.csv"
    protocol.write_text(product_text("concentration: 10 mg/mL", OPEN), encoding="utf-8")
    subjects.write_text(HEAD + ROW + "\n", encoding="utf-8")
    sheet = run_well("worksheet", protocol, subjects, "--subject", "007").stdout
    assert "allowed range  ≈ 6.733 mg to ≈ 10.1 mg" in sheet
    dose = run_well("dose", protocol, "--arm", "active", *BODY[:4])
    assert faults_of(sheet) + faults_of(dose.stdout) == []
    (found,) = json_of(run_well("dose", protocol, "--arm", "active", *BODY[:4], "--json"))["doses"]
    assert [round(Fraction(end) ** 2, 12) for end in found["range"]] == [round(Fraction(16 * 17, 6), 12), 102]
