"""The check sheet has the inputs and no result, and a comparison says which entries agree and nothing more."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosecal.model.check_entries import WrittenValue
from dosecal.model.messages import NOTHING, unsaid
from dosecal.model.quantity import is_terminating, plain_digits
from dosecal.model.spoken import grouped_digits
from dosecal.planning.resolve import plan_schedule
from dosecal.render.as_html import sheets_html
from dosecal.render.check_yaml import check_sheets_yaml
from dosecal.render.sheet_json import sheets_json
from dosecal.render.sheet_text import sheets_text
from dosecal.report.sheets.check_sheet import (
    CheckItem,
    Outcome,
    Verified,
    asked_sheet,
    check_items,
    check_sheet,
    compare_entries,
)
from dosecal.report.sheets.preparation_sheet import preparation_sheet
from dosecal.report.sheets.sheet import Fact, NumberedStep, Sheet
from dosecal.report.sheets.sheet_sections import DoseToPrepare, marks_of
from dosecal.report.subjects.subject_views import SubjectViews
from tests.example_protocols import protocol_of, protocol_text
from tests.planning.planned import cohort_of
from tests.report.given_doses import HEAD, STAMP, given_from_lots, given_of

ROW = "007,active,2026-03-02,{kilograms},2026-03-01,measured,{height},M,1980-01-01,S9"
PER_AREA = "dose: 75 mg/m²\nbody_surface: Mosteller\nrounding: {dose: {to: 5 mg, ties: up}}\nat_most: 190 mg"
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
RENDERERS = (sheets_text, sheets_html, sheets_json, check_sheets_yaml)


def dose_of(regimen: str, kilograms: str = "70.25", height: str = "") -> DoseToPrepare:
    return given_of(protocol_text(regimen=regimen), ROW.format(kilograms=kilograms, height=height))[0]


def values_of(dose: DoseToPrepare) -> dict[str, Fraction]:
    """What the program found, by the ids of the items; a dose that is worked out has one value for each."""
    return {item.id: item.value for item in check_items(dose) if item.value is not None}


def visible(text: str) -> str:
    """A text without what a page hides: its style, and its tags with their attributes."""
    return re.sub(r"<style>.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL)


def numbers_in(text: str) -> set[str]:
    """Every number of a text, in plain digits."""
    return {found.replace(",", "").rstrip(".") for found in NUMBER.findall(text)}


def results_of(sheet: Sheet) -> set[str]:
    """The numbers of a worksheet that were computed: the results of its steps, and what is prepared."""
    texts = [line.outcome for section in sheet.sections for line in section.lines if isinstance(line, NumberedStep)]
    texts += [
        line.text
        for section in sheet.sections
        if section.id in {"rounding", "give"}
        for line in section.lines
        if isinstance(line, Fact)
    ]
    return {number for text in texts for number in numbers_in(text)}


def inputs_of(sheet: Sheet) -> set[str]:
    """The numbers of a worksheet that were given: rule, weight, body, labels, marks."""
    known = [
        text for section in sheet.sections if section.id in {"subject", "weight"} for text in _texts(section.lines)
    ]
    known += [line.text for line in _section(sheet, "order") if isinstance(line, Fact) and line.id != "ordered_dose"]
    return {number for text in known for number in numbers_in(text)}


def _texts(lines: object) -> list[str]:
    return [line.text for line in lines if isinstance(line, Fact)]  # type: ignore[attr-defined]


def _section(sheet: Sheet, name: str) -> tuple[object, ...]:
    return next(section.lines for section in sheet.sections if section.id == name)


@pytest.mark.parametrize("render", RENDERERS)
def test_no_result_stands_on_the_check_sheet_of_a_dose_from_lots(render: object) -> None:
    # every value that the steps find on the way and in the end, worked by hand in the tests of the worksheet
    dose = given_from_lots("007")[0]
    text = visible(render([check_sheet(dose)]))  # type: ignore[operator]
    found = numbers_in(text)
    for result in (
        *("70250000", "70.25 million", "64000000", "6250000", "0.5556", "0.56", "8.56", "70300000", "6300000"),
        *("38700000", "3.44", "91.44", "703000", "29750000", "1.4235", "8.5765", "0.0134", "11250000", "32000000"),
    ):
        assert result not in found
        assert result not in text
    assert "A1" not in text.replace("A1,", "")
    assert "3 vials" not in text


@settings(max_examples=25)
@given(kilograms=st.integers(3001, 14999), height=st.integers(1201, 2099))
def test_no_computed_number_of_the_worksheet_occurs_in_the_check_sheet(kilograms: int, height: int) -> None:
    # two odd decimals, so that no result can be an input by chance
    weight, centimetres = plain_digits(Fraction(kilograms, 100)), plain_digits(Fraction(height, 10))
    dose = dose_of(PER_AREA, weight, centimetres)
    worksheet = preparation_sheet(dose)
    computed = {plain_digits(value) for value in values_of(dose).values() if is_terminating(value)}
    computed |= {number for number in results_of(worksheet) if number not in inputs_of(worksheet)}
    rule = {"75", "5", "190", "25", "3600", "2", "1", "0.01", "0.1", "0"}
    for render in RENDERERS:
        assert not (computed - rule) & (numbers_in(visible(render([check_sheet(dose)]))) - inputs_of(worksheet))


def test_check_sheet_has_the_inputs() -> None:
    text = sheets_text([check_sheet(dose_of(PER_AREA, "80", "180"))])
    for said in ("75 mg per m² of body surface (Mosteller)", "80 kg", "180 cm", "at most 190 mg", "to 5 mg, ties up"):
        assert said in text


@pytest.mark.parametrize(
    ("regimen", "kilograms", "height", "expected"),
    [
        # √(180 × 80 ÷ 3600) = 2 m²; 75 × 2 = 150 mg
        (
            PER_AREA,
            "80",
            "180",
            {"body_surface": "2", "calculated_dose": "150", "limited_dose": "150", "ordered_dose": "150"},
        ),
        # 50 + 0.91 × (175 − 152.4) = 70.566 kg; × 10 mg
        (
            "dose: 10 mg/kg\nweight: {which: predicted, each_dose: weigh again}",
            "90",
            "175",
            {"predicted_weight": "70.566", "calculated_dose": "705.66", "ordered_dose": "705.66"},
        ),
        # 50 + 2.3 × (177.8 ÷ 2.54 − 60) = 73; 73 + 0.4 × 30 = 85; × 10
        (
            "dose: 10 mg/kg\nweight: {which: adjusted 40 %, ideal: Devine, each_dose: weigh again}",
            "103",
            "177.8",
            {"ideal_weight": "73", "adjusted_weight": "85", "calculated_dose": "850", "ordered_dose": "850"},
        ),
        (
            "dose: 1 million cells/kg\nsplit: {D1: 40 %, D8: 60 %}",
            "70.25",
            "",
            {"calculated_dose": "70250000", "whole_dose": "70250000", "ordered_dose": "28100000"},
        ),
    ],
)
def test_every_value_on_the_way_is_asked_for(
    regimen: str, kilograms: str, height: str, expected: dict[str, str]
) -> None:
    row = ROW.format(kilograms=kilograms, height=height)
    dose = given_of(protocol_text(regimen=regimen, visits="D1: {}\nD8: {}"), row)[0]
    assert {name: grouped_digits(value).replace(",", "") for name, value in values_of(dose).items()} == expected


def test_volumes_containers_and_rate_are_asked_for_where_they_are_worked_out() -> None:
    # 8 + 0.56 mL from two lots, three vials, 100 mL in 60 min
    items = {item.id: (item.unit, item.value) for item in check_items(given_from_lots("007")[0])}
    assert {name: items[name] for name in ("volume_1", "volume_2", "volume", "containers", "total_volume", "rate")} == {
        "volume_1": ("mL", Fraction(8)),
        "volume_2": ("mL", Fraction("0.56")),
        "volume": ("mL", Fraction("8.56")),
        "containers": ("vials", Fraction(3)),
        "total_volume": ("mL", Fraction(100)),
        "rate": ("mL/h", Fraction(100)),
    }


def item_of(value: str) -> CheckItem:
    return CheckItem("ordered_dose", unsaid("ordered dose"), unsaid("mg"), NOTHING, Fraction(value))


@pytest.mark.parametrize(
    ("value", "written", "step", "outcome"),
    [
        ("12.5", "12.5", "0.1", Outcome.AGREES),
        ("12.5", "12.6", "0.1", Outcome.DIFFERS),
        # eight digits are to be written out: a rounded entry is another number
        ("136.28404", "136.28", "0.01", Outcome.DIFFERS),
        ("136.28404", "136.28404", "0.00001", Outcome.AGREES),
        # more are compared as far as they were written, a tie going up
        ("136.284044871", "136.28", "0.01", Outcome.AGREES),
        ("136.284044871", "136.29", "0.01", Outcome.DIFFERS),
        ("140/17", "8.235", "0.001", Outcome.AGREES),  # 8.2352941…
        ("140/17", "8.236", "0.001", Outcome.DIFFERS),
        ("0.123456785", "0.12345679", "0.00000001", Outcome.AGREES),
        ("70250000", "70250000", "10000", Outcome.AGREES),  # "70.25 million"
    ],
)
def test_entry_agrees_with_the_value_or_with_a_long_one_as_far_as_it_is_written(
    value: str, written: str, step: str, outcome: Outcome
) -> None:
    assert item_of(value).outcome(WrittenValue(Fraction(written), Fraction(step))) is outcome


def test_entry_that_is_left_empty_is_missing() -> None:
    assert item_of("12.5").outcome(None) is Outcome.MISSING


def test_file_of_entries_is_asked_for_by_dose_and_unit_and_without_values() -> None:
    doses = given_from_lots("006")
    asked = asked_sheet(doses)
    assert (asked.study, asked.version, asked.subject) == ("MSC-LOTS", "1.0", "006")
    assert [(dose.visit, dose.regimen, dose.number) for dose in asked.doses] == [
        *(("D1", "infusion", 1), ("D8", "infusion", 2)),
    ]
    first = {one.id: (one.unit, one.is_exact) for one in asked.doses[0].values}
    assert first["ordered_dose"] == ("viable cells", True)


def test_comparison_holds_only_where_all_agree_and_somebody_stands_for_it() -> None:
    dose = dose_of("dose: 2 mg/kg", "70")
    right = {name: WrittenValue(Fraction(140), Fraction(1)) for name in ("calculated_dose", "ordered_dose")}
    compared = tuple(compare_entries(dose, right))
    assert [one.outcome for one in compared] == [Outcome.AGREES, Outcome.AGREES]
    assert Verified(marks_of(dose), "AB", compared).agrees
    assert not Verified(marks_of(dose), "", compared).agrees
    missing = tuple(compare_entries(dose, {"ordered_dose": right["ordered_dose"]}))
    assert [one.outcome for one in missing] == [Outcome.MISSING, Outcome.AGREES]
    assert not Verified(marks_of(dose), "AB", missing).agrees


def test_recorded_body_surface_is_an_input_and_not_asked_for() -> None:
    text = protocol_text(regimen="dose: 75 mg/m²\nbody_surface: none stated")
    head = "subject_id,arm,start,body_surface_m2\n"
    (one,) = given_of(text, "007,active,2026-03-02,1.82", head=head)
    assert [item.id for item in check_items(one)] == ["calculated_dose", "ordered_dose"]
    for sheet in (check_sheet(one), preparation_sheet(one)):
        said = {line.id: line.text for line in _section(sheet, "weight") if isinstance(line, Fact)}
        assert said == {"weight": "weight is not used", "surface": "1.82 m², as recorded"}


def test_weight_that_limits_alone_take_is_on_both_sheets() -> None:
    text = protocol_text(regimen="dose: 30 mg").replace(
        "{label: study drug}", "{label: study drug, concentration: 1 mg/mL, limits: {volume: at most 1 mL/kg}}"
    )
    schedule = plan_schedule(
        protocol_of(text), cohort_of(protocol_of(text), HEAD + ROW.format(kilograms="60", height="") + "\n")
    )
    dose = SubjectViews(schedule).of(0).doses[0]
    assert dose.worked is not None
    one = DoseToPrepare(dose, dose.worked, schedule.prepared.preparations[0], None, *STAMP)
    for sheet in (check_sheet(one), preparation_sheet(one)):
        said = {line.id: line.text for line in _section(sheet, "weight") if isinstance(line, Fact)}
        assert said == {"weight": "flat dose: weight is not used", "limit_weight": "60 kg"}
