"""What dose texts mean, kind by kind; each value is worked by hand from the text.

A meaning is written as plain digits and the unit's symbol, ``-`` for no unit; several are parted by ``; ``.
"""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from dosecal.load.doses.dose_text import Status, dose_json, read_dose
from dosecal.model.quantity import Amount, Unit, plain_digits


def readings_of(text: str) -> str:
    """The readings of a text, written as the tables write them."""
    return "; ".join(
        f"{plain_digits(one.value)} {one.unit.symbol if one.unit else '-'}" for one in read_dose(text).readings
    )


READ = (
    # words and digits
    ("1 million cells/kg", "1000000 cells/kg"),
    ("1,000,000 cells/kg", "1000000 cells/kg"),
    ("1000000 cells/kg", "1000000 cells/kg"),
    ("250,000 cells/kg", "250000 cells/kg"),
    ("1,234.5 mg", "1234.5 mg"),
    ("10 million", "10000000 -"),
    ("10 millions cells", "10000000 cells"),
    ("2.5 million hMSC", "2500000 cells"),
    ("five million cells", "5000000 cells"),
    ("twenty-five million cells", "25000000 cells"),
    ("5 thousand million cells", "5000000000 cells"),
    ("300 thousand cells", "300000 cells"),
    # powers of ten
    ("1e6 cells/kg", "1000000 cells/kg"),
    ("1E6", "1000000 -"),
    ("1.0E+6 MSC/kg", "1000000 cells/kg"),
    ("2.5E6 cells/kg", "2500000 cells/kg"),
    ("1e06 cells", "1000000 cells"),
    ("1e-3 mg", "0.001 mg"),
    ("1×10^6 cells/kg", "1000000 cells/kg"),
    ("1 x 10^6", "1000000 -"),
    ("1*10^8 cells", "100000000 cells"),
    ("1x10**6 cells", "1000000 cells"),
    ("1 × 10⁶ cells/kg", "1000000 cells/kg"),
    ("5 × 10⁻² mg", "0.05 mg"),
    ("10^6 cells", "1000000 cells"),
    ("10⁶", "1000000 -"),
    ("10x10^6 cells", "10000000 cells"),
    ("100x10\\^6 cells/infusion", "100000000 cells"),
    ("50\\*10\\^6 cells", "50000000 cells"),
    ("1 x 10^{6} cells/kg", "1000000 cells/kg"),
    ("1 x 10<sup>6</sup> cells/kg", "1000000 cells/kg"),
    ("5·10^6 cells/kg", "5000000 cells/kg"),
    # units
    ("0.2 mg/kg", "0.2 mg/kg"),
    ("0.5mg", "0.5 mg"),
    ("30 mg/m²", "30 mg/m²"),
    ("30 mg/m2", "30 mg/m²"),
    ("75 mg/m^2", "75 mg/m²"),
    ("75 mg per square metre", "75 mg/m²"),
    ("5,000 units", "5000 units"),
    ("400 mcg/kg", "400 mcg/kg"),
    ("5 µg/kg", "5 mcg/kg"),
    ("5 \N{GREEK SMALL LETTER MU}g", "5 mcg"),
    ("2 g", "2 g"),
    ("5 mL/kg", "5 mL/kg"),
    ("3.0X10^10vp", "30000000000 viral particles"),
    ("Middle dose (1E11vp)", "100000000000 viral particles"),
    ("2 × 10^8 nanovesicles", "200000000 vesicles"),
    ("1×10⁶ cells kg⁻¹", "1000000 cells/kg"),
    ("1.5×10⁶ viable T cells/kg", "1500000 viable cells/kg"),
    ("2 million CAR-positive viable T cells/kg of body weight", "2000000 viable cells/kg"),
    ("8 million amniotic epithelial cells (hAECs) per kg bodyweight", "8000000 cells/kg"),
    ("3 million umbilical cord-derived mesenchymal stromal cells (UC-MSCs) per kg", "3000000 cells/kg"),
    ("2 million of mesenchymal stem cells per kg of body weight", "2000000 cells/kg"),
    ("1 million cells/kg of actual body weight", "1000000 cells/kg"),
    ("MSC 2 million/kg", "2000000 cells/kg"),
    ("1\N{NO-BREAK SPACE}million\N{THIN SPACE}cells/kg", "1000000 cells/kg"),
    # a target AUC, as a protocol file writes it
    ("AUC 5 by Calvert", "5 AUC"),
    ("AUC 4.5 by Calvert", "4.5 AUC"),
    # restated
    ("2x10^7 cells (20 million cells)", "20000000 cells"),
    ("2x106 cells (2 million cells)", "2000000 cells"),
    ("20 million (2x107 cells)", "20000000 cells"),
    ("70,250,000 cells (70.25 million; 7.025 × 10⁷)", "70250000 cells"),
    ("1,000,000 cells per kg (1 million; 1 × 10⁶)", "1000000 cells/kg"),
    # what stands around a dose
    ("1*10^8 cells are administered once a week, total four times", "100000000 cells"),
    ("4x10^8 cells, on day 2", "400000000 cells"),
    ("70 million mesenchymal stem cell day 0, 3 6", "70000000 cells"),
    ("4 million cells / kg administered at days 1, 8 and 15", "4000000 cells/kg"),
    ("2 x 10^9 cells/m^2 on two consecutive days", "2000000000 cells/m²"),
    ("Fludarabine 30 mg/m² IV qDay for 3 days", "30 mg/m²"),
    ("dose of 0.2 mg/kg each in a total of 15ml on day 1 and day 3", "0.2 mg/kg"),
    ("40 million cells are injected intravenously at one time", "40000000 cells"),
    ("4 doses of 2 million cells/kg", "2000000 cells/kg"),
    ("Single dose of 1 × 10^6 cells per kg, IV", "1000000 cells/kg"),
    ("3 infusions of 100 million MSCs", "100000000 cells"),
    ("1×10^6 cells /kg / dose, every 2 weeks, 3 doses", "1000000 cells/kg"),
    ("1x10^6 cells/kg x 3 doses", "1000000 cells/kg"),
    ("1 million cells/kg (n=4)", "1000000 cells/kg"),
    ("1 million cells/kg over 30 minutes", "1000000 cells/kg"),
    ("1 million cells/kg at least 48 hours apart", "1000000 cells/kg"),
    ("2 million cells/kg between 28 and 32 days after HSCT", "2000000 cells/kg"),
    ("1×10^6 cells/kg in 100 ml 0.9% saline", "1000000 cells/kg"),
    ("1 million cells/kg at 5 million cells/mL", "1000000 cells/kg"),
    ("70% viable cells, 2 million cells/kg", "2000000 cells/kg"),
    ("100×10^6 (±10%) cells", "100000000 cells"),
    ("100 mg twice daily", "100 mg"),
    ("75 mg/m² IV q3w", "75 mg/m²"),
    ("Dose level 1: 1x10^6 cells/kg", "1000000 cells/kg"),
    ("2×10^6 cells/kg. Given on day 1.", "2000000 cells/kg"),
    # caps
    ("2 million cells/kg (maximum of 20 million cells)", "2000000 cells/kg"),
    ("1.8 mg/kg not to exceed 180 mg", "1.8 mg/kg"),
    ("5 x 10^6 cells/kg up to a maximum of 5 x 10^8 cells", "5000000 cells/kg"),
)


@pytest.mark.parametrize(("text", "meaning"), READ)
def test_text_with_one_reading_is_read(text: str, meaning: str) -> None:
    assert read_dose(text).status is Status.READ
    assert readings_of(text) == meaning


SEVERAL = (
    (
        "doses of 3, 5, or 10 million cells per kg body weight IV",
        "3000000 cells/kg; 5000000 cells/kg; 10000000 cells/kg",
    ),
    ("200, 100 and 50 million cells/dose", "200000000 cells; 100000000 cells; 50000000 cells"),
    ("20, 40, 80 million cells", "20000000 cells; 40000000 cells; 80000000 cells"),
    ("0.5 -1 million/ kg of MSC", "500000 cells/kg; 1000000 cells/kg"),
    ("1-3x10^7 cells/m^2", "10000000 cells/m²; 30000000 cells/m²"),
    ("1.5–2.0 × 10^6 cells/kg", "1500000 cells/kg; 2000000 cells/kg"),
    ("0.5 to 1 x 10^9 total cells", "500000000 cells; 1000000000 cells"),
    ("10/20/40 million cells", "10000000 cells; 20000000 cells; 40000000 cells"),
    ("10 million (M), 20M and 40M cells", "10000000 cells; 20000000 cells; 40000000 cells"),
    (
        "250,000 cells/kg, 1 million cells/kg or 4 million cells/kg",
        "250000 cells/kg; 1000000 cells/kg; 4000000 cells/kg",
    ),
    ("1x10^6, 3x10^6 and 1x10^7 CAR-T cells/kg", "1000000 cells/kg; 3000000 cells/kg; 10000000 cells/kg"),
    ("1 x 10^5 - 2 x 10^6 cells", "100000 cells; 2000000 cells"),
    ("1e6/kg - 5e6/kg MSC", "1000000 cells/kg; 5000000 cells/kg"),
    ("10⁵ - 10⁶ cells/kg", "100000 cells/kg; 1000000 cells/kg"),
    ("500,000 to 1 million cells", "500000 cells; 1000000 cells"),
    ("between 1 and 5 million cells/kg", "1000000 cells/kg; 5000000 cells/kg"),
    ("2-5 mg/kg", "2 mg/kg; 5 mg/kg"),
    ("3 (low), 5 (medium) or 10 (high) million cells", "3000000 cells; 5000000 cells; 10000000 cells"),
    ("1 million cells/kg (cohort 1) or 5 million cells/kg (cohort 2)", "1000000 cells/kg; 5000000 cells/kg"),
    ("1-3 x 10^6 (1 to 3 million) cells/kg", "1000000 cells/kg; 3000000 cells/kg"),
)


@pytest.mark.parametrize(("text", "meaning"), SEVERAL)
def test_range_or_list_of_certain_values_is_several(text: str, meaning: str) -> None:
    assert read_dose(text).status is Status.SEVERAL
    assert readings_of(text) == meaning


TWO_WAYS = (
    # "10E6" for 10^6, against ten million
    ("1*10E6", "1000000 -; 10000000 -", 10),
    ("10E6", "1000000 -; 10000000 -", 10),
    ("10e6 cells/kg", "1000000 cells/kg; 10000000 cells/kg", 10),
    ("6 x 10E+6 CD34", "6000000 cells; 60000000 cells", 10),
    ("100×10e6 (±10%) cells", "100000000 cells; 1000000000 cells", 10),
    ("10x10E6 cells", "10000000 cells; 100000000 cells", 10),
    ("1X10e6 MSC/kg", "1000000 cells/kg; 10000000 cells/kg", 10),
    ("1.5 10E6 cells", "1500000 cells; 15000000 cells", 10),
    ("3x10E6 to 1X10E7 cells", "3000000 cells; 10000000 cells; 30000000 cells; 100000000 cells", 10),
    # lost superscripts: the likelier is the power, the other the product
    ("2 x 106 cells/kg", "2000000 cells/kg; 212 cells/kg", Fraction(2_000_000, 212)),
    ("30*106 cells", "30000000 cells; 3180 cells", Fraction(30_000_000, 3180)),
    ("5∗105/kg ADSCs", "500000 cells/kg; 525 cells/kg", Fraction(500_000, 525)),
    ("5 x 1010 cells", "50000000000 cells; 5050 cells", Fraction(50_000_000_000, 5050)),
    ("1 x 1012 vp", "1000000000000 viral particles; 1012 viral particles", Fraction(10**12, 1012)),
    ("1 x 10 9 cells", "1000000000 cells; 10 cells", 10**8),
    ("500x 10 6 bone marrow cells", "500000000 cells; 5000 cells", 10**5),
    ("106 cells/kg", "1000000 cells/kg; 106 cells/kg", Fraction(10**6, 106)),
    ("5.106 cells/kg", "5000000 cells/kg; 5.106 cells/kg", Fraction(5_000_000_000, 5106)),
    ("2-5 x 105 cells/kg", "200000 cells/kg; 500000 cells/kg; 210 cells/kg; 525 cells/kg", Fraction(200_000, 210)),
    ("2X108-9 cells", "200000000 cells; 2000000000 cells; 216 cells; 9 cells", Fraction(2 * 10**9, 9)),
    ("10 10^6 cells", "10000000 cells; 1000000 cells", 10),
    # exponents in brackets and after a second sign
    ("1 x 10(6) cells", "1000000 cells; 60 cells", Fraction(10**6, 60)),
    ("10 (6) cells", "1000000 cells; 60 cells", Fraction(10**6, 60)),
    ("10*6 cells/kg", "1000000 cells/kg; 60 cells/kg", Fraction(10**6, 60)),
    ("1x10-6 cells/kg", "1000000 cells/kg; 0.000001 cells/kg", 10**12),
    # commas and points
    ("1,5 million cells", "1500000 cells; 15000000 cells", 10),
    ("2,5 x 10^6 cells/kg", "2500000 cells/kg; 25000000 cells/kg", 10),
    ("1.000 cells", "1 cells; 1000 cells", 1000),
    ("1.500 mg", "1.5 mg; 1500 mg", 1000),
    ("1,234 cells", "1234 cells; 1.234 cells", 1000),
    ("2,500 units", "2500 units; 2.5 units", 1000),
    ("1,000 x 10^6 cells", "1000000 cells; 1000000000 cells", 1000),
    ("0. 5 million cells", "500000 cells; 5000000 cells", 10),
    # factors
    ("20M cells", "20000000 cells; 20000 cells", 1000),
    ("5 billion cells", "5000000000 cells; 5000000000000 cells", 1000),
    ("10 mil cells", "10000000 cells; 10000 cells", 1000),
    # products and repeated amounts
    ("2 x 100 million cells", "100000000 cells; 200000000 cells", 2),
    ("5 x 1E6 cells", "5000000 cells; 1000000 cells", 5),
    ("160 million cells each (320 million cells total)", "160000000 cells; 320000000 cells", 2),
    ("2x106 cells (3 million cells)", "2000000 cells; 3000000 cells; 212 cells", Fraction(3_000_000, 212)),
    ("4 million cells on day 1 and 7 million cells on day 8", "4000000 cells; 7000000 cells", Fraction(7, 4)),
    ("1 million up to 3 million cells", "1000000 cells; 3000000 cells", None),
    ("100 and 50 million cells", "100000000 cells; 50000000 cells; 100 cells; 50000000 cells", 10**6),
)


@pytest.mark.parametrize(("text", "meaning", "ratio"), TWO_WAYS)
def test_text_with_two_readings_offers_the_likelier_first(
    text: str, meaning: str, ratio: Fraction | int | None
) -> None:
    reading = read_dose(text)
    assert reading.status is Status.AMBIGUOUS
    assert readings_of(text) == meaning
    assert reading.ratio == ratio


DOUBTED = (
    # bounds and approximations
    (">5x10^9 cells", "5000000000 cells"),
    ("≥ 2×10^6 CD34+ cells/kg", "2000000 cells/kg"),
    ("at least 2 million cells/kg", "2000000 cells/kg"),
    ("up to 3 million cells", "3000000 cells"),
    ("~5 million cells", "5000000 cells"),
    ("approximately 5 million cells/kg", "5000000 cells/kg"),
    ("1 million cells/kg at most", "1000000 cells/kg"),
    ("1 million cells/kg or higher", "1000000 cells/kg"),
    # unit and divisor
    ("1 million MSCc/BW", "1000000 cells/kg"),
    ("1X10^6/kg", "1000000 cells/kg"),
    ("1-3x10^7 /m^2", "10000000 cells/m²; 30000000 cells/m²"),
    ("5 U", "5 units"),
    ("5 IU/kg", "5 units/kg"),
    ("5 cc", "5 mL"),
    ("5 mgs", "5 mg"),
    ("5 gm", "5 g"),
    ("5 MG", "5 mg"),
    ("5 ug", "5 mcg"),
    ("1 x 10^14 vg/kg", "100000000000000 vg/kg"),
    ("1×10^6 cells kg-1", "1000000 cells/kg"),
    ("1 million cells per 10 kg", "1000000 cells/10 kg"),
    ("1 million cells/kg/day", "1000000 cells/kg"),
    ("daily dose of 100 mg", "100 mg"),
    ("5 x 10^6 cells per knee", "5000000 cells/knee"),
    ("10 million cells/cm", "10000000 cells/cm"),
    ("25 million cells/vial", "25000000 cells/vial"),
    ("5 Gy", "5 Gy"),
    ("1 million cells/kg of estimated fetal weight", "1000000 cells/kg"),
    ("2 million non-viable cells", "2000000 cells"),
    # numbers
    ("1.000.000 cells", "1000000 cells"),
    ("1,00,000 cells", "100000 cells"),
    ("0,5 mg", "0.5 mg"),
    ("1 000 000 cells", "1000000 cells"),
    ("1'000'000 cells", "1000000 cells"),
    ("05 mg", "5 mg"),
    ("5.10^6 cells/kg", "5000000 cells/kg"),
    ("1. 0E+6 MSC/kg", "1000000 cells/kg"),
    ("1 e6 cells", "1000000 cells"),
    ("1e 6 cells", "1000000 cells"),
    ("2.5 (x10^6 cells/kg)", "2500000 cells/kg"),
    ("2 million million cells", "2000000000000 cells"),
    ("5 mio cells", "5000000 cells"),
    ("2 lakh cells", "200000 cells"),
    ("5K cells", "5000 cells"),
    ("half a million cells", "500000 cells"),
    ("1 ± 0.2 × 10^6 cells/kg", "1000000 cells/kg"),
    ("1, 5 million cells", "1000000 cells; 5000000 cells"),
    ("1/2 million cells", "1000000 cells; 2000000 cells"),
    ("3,5,10 million cells", "3000000 cells; 5000000 cells; 10000000 cells"),
    ("2 x 10^6 - 1 x 10^5 cells", "2000000 cells; 100000 cells"),
    ("dose 1 - 3x10^6 cells/kg", "1000000 cells/kg; 3000000 cells/kg"),
    ("1, 3, 10^6 cells", "1000000 cells; 3000000 cells"),
    ("10E6 cells (10 million cells)", "10000000 cells"),
    ("Cells/kg: 2 million", "2000000 cells/kg"),
    ("Dose (mg/kg): 5", "5 mg/kg"),
    ("2 million cells/kg (max", "2000000 cells/kg"),
    ("2 million cells -", "2000000 cells"),
    ("10 CD34+", "10 cells"),
    # meaning
    ("10% of 1 million cells/kg", "1000000 cells/kg"),
    ("a third of 1 million cells", "1000000 cells"),
    ("1 million cells/kg - 10%", "1000000 cells/kg"),
    ("Total dose 3x10^8 cells", "300000000 cells"),
    ("2 million cells in 4 doses", "2000000 cells"),
    ("2.5×10^8 cells (patients >50 kg)", "250000000 cells"),
    ("1 million cells/kg?", "1000000 cells/kg"),
    ("1 million cells plus 5 mg", "1000000 cells; 5 mg"),
    ("COVID-19 5 million cells", "5000000 cells"),
    ("2 million cells/kg ×4", "2000000 cells/kg"),
    ("30 mg/m² and 1 million cells/kg", "30 mg/m²; 1000000 cells/kg"),
    ("1x10^60 cells/kg (1 million cells/kg)", "1000000 cells/kg"),
)


@pytest.mark.parametrize(("text", "meaning"), DOUBTED)
def test_doubt_offers_the_value_and_keeps_it_from_being_read(text: str, meaning: str) -> None:
    assert read_dose(text).status is Status.AMBIGUOUS
    assert readings_of(text) == meaning
    assert read_dose(text).note


REFUSED = (
    ("", "nothing to read"),
    (" \t\n", "nothing to read"),
    ("nan", "not understood"),
    ("inf", "not understood"),
    ("1_000 mg", "underscore"),
    (".5 mg", "write 0.5"),
    ("5. mg", "runs into"),
    ("7\N{FULLWIDTH DIGIT ZERO} mg", "digits 0 to 9"),
    ("\N{ARABIC-INDIC DIGIT FIVE} mg", "digits 0 to 9"),
    ("\N{VULGAR FRACTION ONE HALF} mg", "digits 0 to 9"),
    ("1 \N{CYRILLIC SMALL LETTER HA} 10^6 cells", "CYRILLIC"),
    ("1 million\N{ZERO WIDTH SPACE} cells", "ZERO WIDTH SPACE"),
    ("-1 million cells", "minus"),
    ("\N{MINUS SIGN}1 million cells", "minus"),
    ("0 mg", "above 0"),
    ("5 0 mg", "above 0"),
    ("1e100 cells", "runs into"),
    ("1x10^60 cells", "beyond 18"),
    ("10^6.5 cells", "exponent"),
    ("1 million cells/kg²", "exponent"),
    ("1 million cells/mL", "concentration"),
    ("1 million cells/10 mL", "concentration"),
    ("2 million cells/lb", "pounds"),
    ("10 (ten) million cells", "apart from its number"),
    ("1O million cells", "apart from its number"),
    ("three-day split-dose regimen (day0,30%; day1, 30%; day2, 40%)", "percentages"),
    ("mg", "no number"),
    ("1" * 31 + " mg", "more than 30"),
    ("9" * 10_000_000, "longer than 500"),
)


@pytest.mark.parametrize(("text", "why"), REFUSED, ids=[text[:40] for text, _ in REFUSED])
def test_text_without_a_reading_says_why(text: str, why: str) -> None:
    reading = read_dose(text)
    assert reading.status is Status.UNREADABLE
    assert reading.readings == ()
    assert why in reading.note


WORDS = (
    ("1 million cells/kg", "1,000,000 cells per kg (1 million; 1 × 10⁶)"),
    ("70,250,000 cells", "70,250,000 cells (70.25 million; 7.025 × 10⁷)"),
    ("3 x 10^10 vp", "30,000,000,000 viral particles (30,000 million; 3 × 10¹⁰)"),
    ("250,000 cells/kg", "250,000 cells per kg"),
    ("10 million", "10,000,000 (10 million; 1 × 10⁷)"),
    ("5 million units", "5,000,000 units"),
    ("0.5 mg", "0.5 mg"),
    ("1.50 mg", "1.5 mg"),
    ("75 mg/m2", "75 mg per m²"),
    ("12,345.5 mcg/kg", "12,345.5 mcg per kg"),
)


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_words_say_the_amount_as_a_page_prints_it(text: str, words: str) -> None:
    assert read_dose(text).readings[0].words == words


def test_amount_of_a_read_text_is_exact() -> None:
    assert read_dose("1.8 mg/kg").amount == Amount(Fraction(18, 10), Unit("mg", "kg"))


@pytest.mark.parametrize("text", ["10 million", "1*10E6 cells", "2-5 mg", "mg"])
def test_text_without_a_certain_amount_and_unit_has_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="no certain amount"):
        _ = read_dose(text).amount


@pytest.mark.parametrize("text", ["1*10E6 cells", "2-5 mg", "mg"])
def test_only_a_read_text_has_a_value_and_a_unit(text: str) -> None:
    assert read_dose(text).value is None
    assert read_dose(text).unit is None


def test_cap_is_named_and_is_not_the_dose() -> None:
    reading = read_dose("2 million cells/kg (maximum of 20 million cells)")
    assert "at most 20,000,000 cells (20 million; 2 × 10⁷)" in reading.note
    assert reading.beside == ("a cap is stated: at most 20,000,000 cells (20 million; 2 × 10⁷)",)


def test_uncertain_cap_makes_the_text_ambiguous() -> None:
    reading = read_dose("2 million cells/kg not exceeding 1 x 108 cells")
    assert reading.status is Status.AMBIGUOUS
    assert readings_of(reading.text) == "2000000 cells/kg"


def test_what_stands_beside_the_dose_is_named() -> None:
    assert read_dose("4 million cells / kg at days 1, 8 and 15").beside == ("days 1, 8 and 15",)
    assert read_dose("4 million cells/kg/dose").beside == ()


def test_note_says_how_far_the_readings_differ() -> None:
    assert "the readings differ 10-fold" in read_dose("1*10E6 cells").note
    assert "the readings differ 1.02-fold" in read_dose("102 cells").note


def test_clean_text_has_an_empty_note() -> None:
    assert read_dose("1 million cells/kg").note == ""


def test_json_of_a_read_text() -> None:
    assert dose_json(read_dose("0.5 mg")) == {
        "text": "0.5 mg",
        "status": "read",
        "value": "0.5",
        "unit": "mg",
        "readings": [
            {
                "value": "0.5",
                "unit": "mg",
                "basis": None,
                "period": None,
                "words": "0.5 mg",
                "why": "as it is written",
            }
        ],
        "note": "",
        "beside": [],
    }


def test_json_of_an_ambiguous_text_shares_the_unit_and_gives_no_value() -> None:
    shown = dose_json(read_dose("1*10E6 cells/kg"))
    assert (shown["status"], shown["value"], shown["unit"]) == ("ambiguous", None, "cells/kg")
    assert [one["value"] for one in shown["readings"]] == ["1000000", "10000000"]
    assert [one["words"] for one in shown["readings"]] == [
        "1,000,000 cells per kg (1 million; 1 × 10⁶)",
        "10,000,000 cells per kg (10 million; 1 × 10⁷)",
    ]


def test_json_of_readings_in_two_units_has_no_common_unit() -> None:
    assert dose_json(read_dose("30 mg/m² and 1 million cells/kg"))["unit"] is None


def test_json_of_an_unreadable_text_is_empty() -> None:
    shown = dose_json(read_dose("nan"))
    assert (shown["value"], shown["unit"], shown["readings"]) == (None, None, [])
    assert json.loads(json.dumps(shown)) == shown


def test_volume_of_a_stated_concentration_is_not_certain() -> None:
    reading = read_dose("15 mL of 1 x 10^7 cells/mL")
    assert reading.status is Status.AMBIGUOUS
    assert "concentration" in reading.note
