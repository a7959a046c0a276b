"""What a written dose is stated per, kind by kind; each meaning is worked by hand from the text.

A meaning is written as in ``test_dose_text``: plain digits and the unit's symbol, several parted by ``; ``.
"""

from __future__ import annotations

import pytest

from dosecal.load.doses.dose_amounts import parse_any_dose, parse_dose
from dosecal.load.doses.dose_text import Status, dose_json, read_dose
from dosecal.load.doses.dose_units import UNITS_THERE
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import Unit
from tests.load.doses.test_dose_text import readings_of

OFFERED = (
    # per kg
    ("1 mg/kgBW", "1 mg/kg"),
    ("1 million cells/kilo", "1000000 cells/kg"),
    ("2 million BMSC for kilogram of weight", "2000000 cells/kg"),
    ("2 mgkg-1", "2 mg/kg"),
    ("5 mg·kg⁻¹", "5 mg/kg"),
    ("5 mg/1 kg", "5 mg/kg"),
    ("5 mg/[kg]", "5 mg/kg"),
    ("5 mg each kg", "5 mg/kg"),
    ("5 mg-kg", "5 mg/kg"),
    ("5 mg times body weight in kg", "5 mg/kg"),
    ("5 mg/BW", "5 mg/kg"),
    ("6 mL/kg IBW", "6 mL/kg"),
    # per m²
    ("27 mg/sqm", "27 mg/m²"),
    ("25 mg/m(2)", "25 mg/m²"),
    ("1.6 mg / m 2 on Day 1", "1.6 mg/m²"),
    ("5 mg/㎡", "5 mg/m²"),
    ("20 mg m-2", "20 mg/m²"),
    ("500mg/mday 1", "500 mg/m²"),
    ("180 mg/m IV over 30 minutes", "180 mg/m²"),
    ("5 mg/BSA", "5 mg/m²"),
    ("5 mg sqm", "5 mg/m²"),
    # a rate, a period, a part of the body, a number of something: shown as they are written
    ("140mcg/kg/min", "140 mcg/kg/min"),
    ("12 mL/min/kg", "12 mL/kg/min"),
    ("5 mg/(kg·min)", "5 mg/kg/min"),
    ("5 µg·kg⁻¹·min⁻¹", "5 mcg/kg/min"),
    ("1ug kg-1 hr -1", "1 mcg/kg/h"),
    ("40mU/min/m2", "40 mU/m²/min"),
    ("0.5 units/kg/hour", "0.5 units/kg/h"),
    ("1 million cells per 10 kg", "1000000 cells/10 kg"),
    ("30 mg/70 kg", "30 mg/70 kg"),
    ("2 x 10^8 vp per eye", "200000000 viral particles/eye"),
    ("5 mg each eye", "5 mg/eye"),
    ("5 mg/kq", "5 mg/kq"),
    # a unit outside the set
    ("1E12 vg/kg", "1000000000000 vg/kg"),
    ("10^7 PFU", "10000000 PFU"),
    ("10 ng/kg/min", "10 ng/kg/min"),
    ("5 blorps/kg", "5 blorps/kg"),
    # what stands before the number, and after a bracket
    ("per kg: 10 mg", "10 mg/kg"),
    ("5 mg (1 mL) per kg", "5 mg/kg"),
    ("10 mg in 1 mL per kg", "10 mg/kg"),
    ("1.5 x 10^11 vg in 0.3 mL per eye", "150000000000 vg/eye"),
    ("3x10^6cellsperkg", "3000000 cells/kg"),
    ("25 million cells per injection site", "25000000 cells/injection site"),
    ("10 mL/kg (2 g/kg)", "2 g/kg"),
    ("Low dose: 1x10^6; High dose: 1x10^7 cells/kg", "1000000 cells/kg; 10000000 cells/kg"),
    ("2.0 × 10^6 (range 1-3 × 10^6) CAR-T cells/kg", "2000000 cells/kg; 1000000 cells/kg; 3000000 cells/kg"),
    # each end of a range
    ("1 mg - 2 mg/kg", "1 mg/kg; 2 mg/kg"),
    ("1 mg/kg - 2 mg", "1 mg/kg; 2 mg/kg"),
)


@pytest.mark.parametrize(("text", "meaning"), OFFERED)
def test_dose_is_offered_with_what_it_is_stated_per(text: str, meaning: str) -> None:
    assert read_dose(text).status is Status.AMBIGUOUS
    assert readings_of(text) == meaning


PER_PERIOD = (
    ("9mcg/kg/d of Denileukin for five days", "9 mcg/kg", "day"),
    ("30 mg/m2/day", "30 mg/m²", "day"),
    ("1200 mg/m2/24h", "1200 mg/m²", "day"),
    ("10 mg·kg-1·d-1", "10 mg/kg", "day"),
    ("100 IU/kg/daily", "100 units/kg", "day"),
    ("1.5 mcg/kg/week", "1.5 mcg/kg", "week"),
    ("daily dose of 100 mg", "100 mg", "day"),
    ("100 mg/cycle", "100 mg", "cycle"),
)


@pytest.mark.parametrize(("text", "meaning", "period"), PER_PERIOD)
def test_dose_of_a_period_is_offered_with_the_period(text: str, meaning: str, period: str) -> None:
    reading = read_dose(text)
    assert reading.status is Status.AMBIGUOUS
    assert readings_of(text) == meaning
    assert reading.readings[0].period == period
    assert reading.readings[0].words.endswith(f", per {period}")


NOTHING = (
    "100 mg by body weight",
    "weight-based dose of 5 mg",
    "5 mg x body weight",
    "5 mg per recipient weight",
    "5 mg·foo",
    "5 mg/ (foo)",
    "100 mg in 5 mL/kg of saline",
    "5 million cellskg",
    "Weight (kg) 70, dose 5 mg",
)


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_is_offered_where_a_basis_belongs_to_no_dose(text: str) -> None:
    reading = read_dose(text)
    assert reading.status is Status.UNREADABLE
    assert "belongs to" in reading.note


CERTAIN = (
    ("1 mg/kg based on actual body weight", "1 mg/kg"),
    ("2 million cells/kg by weight", "2000000 cells/kg"),
    ("10 mg/kg in 100 mL at 5 mg/mL", "10 mg/kg"),
)


@pytest.mark.parametrize(("text", "meaning"), CERTAIN)
def test_words_about_weight_are_no_second_basis(text: str, meaning: str) -> None:
    assert read_dose(text).status is Status.READ
    assert readings_of(text) == meaning


NAMES = (
    ("3 x 106 IU IL-2/m2/day", "3000000 units/m²; 318 units/m²"),
    ("IL-2 1 million units/m2", "1000000 units/m²"),
    ("0.4–5 × 106 ARI-0001 cells/kg", "400000 cells/kg; 5000000 cells/kg; 42.4 cells/kg; 530 cells/kg"),
    ("5-FU 400 mg/m2 bolus", "400 mg/m²"),
    ("Interferon alfa-2b 3 MU", "3000000 units"),
    ("BoNT/A 100 units", "100 units"),
    ("5 x 10^6 CD34+/CD38- cells/kg", "5000000 cells/kg"),
    ("BMI 25 kg/m2, 5 mg", "5 mg"),
    ("40 mg LMWH (low molecular weight heparin)", "40 mg"),
)


@pytest.mark.parametrize(("text", "meaning"), NAMES)
def test_digits_and_strokes_of_names_make_no_dose(text: str, meaning: str) -> None:
    assert read_dose(text).status is Status.AMBIGUOUS
    assert readings_of(text) == meaning


@pytest.mark.parametrize("text", ['6"orMSC', "IL-2", "COVID-19 cells", "PD-1/PD-L1", "6 or MSC"])
def test_number_without_a_unit_of_its_own_is_unreadable(text: str) -> None:
    assert read_dose(text).status is Status.UNREADABLE


@pytest.mark.parametrize(
    "text", ["19 CAR T cells", "2-T cells", "34-positive cells", "3 T cells in the blood", "7 MSC"]
)
def test_a_few_cells_are_certain_only_where_nothing_else_is_said(text: str) -> None:
    assert read_dose(text).status is Status.AMBIGUOUS
    assert "may belong to a name" in read_dose(text).note
    assert read_dose("7 cells").status is Status.READ


BESIDE = (
    ("Mestinon (60 mg x 4)", "60 mg", "x 4"),
    ("1,2 g/m2 iv x 5 days", "1.2 g/m²; 12 g/m²", "x 5 days"),
    ("200 mg/m2 on Days -3 through -1", "200 mg/m²", "Days -3 through -1"),
    ("2 mg/kg via a 25 G needle", "2 mg/kg", "25 G"),
    ("2 mg with a 30-gauge needle", "2 mg", "30-gauge needle"),
    ("85 mg/m² D1, D8", "85 mg/m²", "D1, D8"),
    ("30,000 units/kg daily IV", "30000 units/kg", "daily"),
    ("15 mg/kg every 8-12 hours", "15 mg/kg", "every 8-12 hours"),
    ("25 mg/12h", "25 mg", "/12h"),
    ("1 ml containing 2 million cells", "2000000 cells", "1 mL is a volume"),
    ("2X10^14 vg/kg in 10mL/kg", "200000000000000 vg/kg", "10 mL/kg is a volume"),
    ("300 mg/m², at most 500 mg", "300 mg/m²", "a cap is stated: at most 500 mg"),
)


@pytest.mark.parametrize(("text", "meaning", "beside"), BESIDE)
def test_what_stands_beside_a_dose_is_named_and_is_no_dose(text: str, meaning: str, beside: str) -> None:
    reading = read_dose(text)
    assert readings_of(text) == meaning
    assert beside in reading.note
    assert beside.startswith("/") or beside in reading.beside


TARGETS = (
    ("AUC5 6 for carboplatin", "5 AUC; 6 AUC"),
    ("carboplatin (AUC=5,day 1,intravenously)", "5 AUC"),
    ("AUC 5-6 day 1", "5 AUC; 6 AUC"),
    ("AUC of 4.5 mg/mL x min", "4.5 AUC"),
    ("area under the curve (AUC) 6", "6 AUC"),
    ("the AUC 6 dose", "6 AUC"),
    ("AUC 5 every 3 weeks", "5 AUC"),
)


@pytest.mark.parametrize(("text", "meaning"), TARGETS)
def test_target_auc_is_offered_and_only_the_files_own_spelling_is_certain(text: str, meaning: str) -> None:
    assert read_dose(text).status is Status.AMBIGUOUS
    assert readings_of(text) == meaning


def test_target_auc_is_taken_where_a_file_takes_one_and_nowhere_else() -> None:
    assert read_dose("AUC 5 by Calvert").readings[0].words == "AUC 5"
    assert dose_json(read_dose("AUC 5 by Calvert"))["unit"] == "AUC"
    assert parse_any_dose("AUC 5 by Calvert").unit == Unit("mg", "mL/min")
    with pytest.raises(RefusedError, match="by AUC with its formula"):
        parse_any_dose("AUC 5")
    with pytest.raises(RefusedError, match="dose") as refused:
        parse_dose("AUC 5 by Calvert")
    assert refused.value.hint == "a target AUC can't stand here"


NOT_IN_FILES = (
    ("27 mg/sqm", 'write "27 mg/m²"'),
    ("1 mg/kgBW", 'write "1 mg/kg"'),
    ("1×10⁶ células/kg", 'write "1 million cells/kg"'),
    ("50万单位/kg", 'write "500000 units/kg"'),
    ("15 mcg/m²/day", 'write "15 mcg/m²" with "dose_is: per day"'),
    ("1×10^12 vg/kg", UNITS_THERE),
    ("5 mg/knee", UNITS_THERE),
    ("100", UNITS_THERE),
    ("100 blorps", UNITS_THERE),
    ("none stated", "the text says that no dose is stated"),
    ("100 mg daily", "write the dose alone, the rest under its own key: daily"),
)


@pytest.mark.parametrize(("text", "hint"), NOT_IN_FILES)
def test_protocol_file_refuses_what_is_only_understood_and_says_what_to_write(text: str, hint: str) -> None:
    with pytest.raises(RefusedError) as refused:
        parse_any_dose(text)
    assert hint in refused.value.hint


def test_json_names_value_unit_basis_and_period() -> None:
    shown = dose_json(read_dose("9 mcg/kg/d for 5 days"))
    assert (shown["value"], shown["unit"], shown["beside"]) == (None, "mcg/kg", ["5 days"])
    assert [(one["value"], one["unit"], one["basis"], one["period"]) for one in shown["readings"]] == [
        ("9", "mcg/kg", "kg", "day")
    ]
    assert dose_json(read_dose("140 mcg/kg/min"))["readings"][0]["basis"] == "kg/min"


def test_substance_that_is_not_understood_is_shown_as_such() -> None:
    (one,) = dose_json(read_dose("1 x 10^6 of these things/kg"))["readings"]
    assert (one["unit"], one["basis"], one["words"]) == ("?/kg", "kg", "1,000,000 ? per kg")
