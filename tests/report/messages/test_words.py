"""What tables and pages say, in words."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from dosecal.model.quantity import Amount, Unit
from dosecal.model.spoken import amount_words, grouped_digits, power_words, signed_percent
from dosecal.model.worked_dose import WeightState
from dosecal.planning.doses.doses import work_out_dose
from dosecal.report.messages import visit_words, words
from dosecal.report.messages.notes import JOINT
from tests.example_protocols import DAY_0, protocol_of, protocol_text

if TYPE_CHECKING:
    from dosecal.model.protocol import Protocol, Visit
    from dosecal.model.regimen import Regimen


def notes_of(visit: Visit, protocol: Protocol, arm: str) -> str:
    return JOINT.join(note.text for note in visit_words.visit_notes(visit, protocol, arm))


# The first four are those of the ISMP list: no trailing zero, a leading one, separators from 1,000 on.
@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        ("1.0", "mg", "1 mg"),
        ("0.5", "mg", "0.5 mg"),
        ("100000", "units", "100,000 units"),
        ("1000000", "units", "1,000,000 units"),
        ("1234.5", "mg", "1,234.5 mg"),
        ("999", "mcg", "999 mcg"),
        ("1000", "mL", "1,000 mL"),
        ("999999", "cells", "999,999 cells"),
        ("1000000", "cells", "1,000,000 cells (1 million; 1 × 10⁶)"),
        ("70250000", "cells", "70,250,000 cells (70.25 million; 7.025 × 10⁷)"),
        ("30000000", "viable cells", "30,000,000 viable cells (30 million; 3 × 10⁷)"),
        ("70123456.7891", "cells", "≈ 70,123,457 cells (≈ 70.12 million; ≈ 7.012 × 10⁷)"),
        ("9000000000", "cells", "9,000,000,000 cells (9,000 million; 9 × 10⁹)"),
        ("50000000000", "viral particles", "50,000,000,000 viral particles (50,000 million; 5 × 10¹⁰)"),
    ],
)
def test_amount_is_printed_so_that_nobody_counts_zeros(value: str, unit: str, said: str) -> None:
    assert words.amount_in_words(Amount(Fraction(value), Unit(unit))) == said


def test_per_kg_is_a_word_and_never_a_stroke() -> None:
    amount = Amount(Fraction(1_000_000), Unit("cells", "kg"))
    assert words.plain_amount_words(amount) == "1,000,000 cells per kg"
    assert words.amount_in_words(amount) == "1,000,000 cells per kg (1 million; 1 × 10⁶)"


def test_amount_without_a_unit_has_nothing_in_its_place() -> None:
    assert amount_words(Fraction(30_000_000), None) == "30,000,000 (30 million; 3 × 10⁷)"


@pytest.mark.parametrize(
    ("value", "said"), [("0", "0"), ("0.25", "0.25"), ("999.5", "999.5"), ("12345.678", "12,345.678")]
)
def test_digits_are_grouped_by_three_from_1000_on(value: str, said: str) -> None:
    assert grouped_digits(Fraction(value)) == said


@pytest.mark.parametrize(("value", "said"), [("1", "1 × 10⁰"), ("212", "2.12 × 10²"), ("10000000000", "1 × 10¹⁰")])
def test_power_of_ten_has_its_factor(value: str, said: str) -> None:
    assert power_words(Fraction(value)) == said


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        ("1/3", "mg", "≈ 0.3333 mg"),
        ("70/9", "mg", "≈ 7.778 mg"),
        ("36625/72", "mg", "≈ 508.7 mg"),
        ("2000000/3", "mg", "≈ 666,667 mg"),  # all whole digits, though they are more than four
        ("29999/3", "mg", "≈ 10,000 mg"),
        ("1/70000", "mg", "≈ 0.00001429 mg"),
        ("140000000/3", "cells", "≈ 46,666,667 cells"),
        ("5/2", "cells", "≈ 3 cells"),
        ("1/3", "cells", "≈ 0.3333 cells"),
        ("0.123456789012", "mg", "0.123456789012 mg"),  # it ends, and nothing of it is cut off
    ],
)
def test_value_that_digits_cannot_say_has_four_figures_after_the_sign_of_rounding(
    value: str, unit: str, said: str
) -> None:
    assert words.plain_amount_words(Amount(Fraction(value), Unit(unit))) == said


def test_stated_dose_per_kg_is_no_number_of_cells_and_is_not_rounded() -> None:
    assert words.plain_amount_words(Amount(Fraction("2.5"), Unit("cells", "kg"))) == "2.5 cells per kg"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("0", "0 %"),
        ("1.754385", "≈ +1.75 %"),
        ("-5.9075", "≈ −5.91 %"),
        ("0.005", "≈ +0.01 %"),
        ("0.004", "+0.004 %"),
        ("-0.004", "−0.004 %"),
        ("1200", "+1,200 %"),
    ],
)
def test_percent_has_its_sign_and_two_places_and_is_never_rounded_to_nothing(value: str, said: str) -> None:
    assert signed_percent(Fraction(value), 2) == said


def regimen_of(lines: str) -> Regimen:
    return protocol_of(protocol_text(regimen=lines)).regimens[0]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("dose: 1 million cells/kg", "1,000,000 cells per kg"),
        ("dose: 2 mg/kg\nat_most: 200 mg", "2 mg per kg, at most 200 mg"),
        ("dose: 2 mg/kg\nat_least: 50 mg", "2 mg per kg, at least 50 mg"),
        ("dose: 2 mg/kg\nat_most: 200 mg\nat_least: 50 mg", "2 mg per kg, at most 200 mg, at least 50 mg"),
        ("dose: 1000 mg", "1,000 mg"),
    ],
)
def test_rule_is_said_with_its_limits(lines: str, said: str) -> None:
    assert words.dose_rule_words(regimen_of(lines)) == said


def test_flat_dose_says_that_weight_is_not_used() -> None:
    assert words.weight_words(regimen_of("dose: 30 mg")) == "flat dose: weight is not used"
    assert words.weight_words(regimen_of("dose: 30 mg/kg")) == ""


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("dose: 30 mg", "none stated: rounding, concentration, infusion rate"),
        ("dose: 30 mg\nrounding: none", "none stated: concentration, infusion rate"),
        ("dose: 1 mg/kg", "none stated: weight rule, cap, rounding, concentration, infusion rate"),
        ("dose: 1 mg/kg\nat_most: 90 mg\nrounding: none", "none stated: weight rule, concentration, infusion rate"),
        ("dose: 5 million cells", "none stated: viable or total cells, rounding, concentration, infusion rate"),
    ],
)
def test_what_is_left_open_is_named(lines: str, said: str) -> None:
    assert words.unstated_words(regimen_of(lines)) == said


def test_limit_is_said_with_the_dose_before_it() -> None:
    regimen = regimen_of("dose: 2 mg/kg\nat_most: 200 mg\nat_least: 50 mg")
    said = {kg: words.limit_words(work_out_dose(regimen, Fraction(kg))) for kg in (20, 50, 600)}
    assert said == {20: "floor applied: 40 mg calculated", 50: "", 600: "cap applied: 1,200 mg calculated"}


VISITS = """\
D1: {}
D8: {window: ±3 days}
pre: {day: D1, before: infusion}
screening: {window: D-28 to D-1}"""


@pytest.fixture
def protocol() -> Protocol:
    return protocol_of(protocol_text(regimen="dose: 30 mg\nlabel: study infusion", visits=VISITS))


def test_window_is_said_or_said_to_be_none(protocol: Protocol) -> None:
    assert visit_words.window_words(protocol, protocol.visit("D1")) == "none stated"
    assert visit_words.window_words(protocol, protocol.visit("D8")) == "±3 days"
    assert visit_words.window_words(protocol, protocol.visit("screening")) == "D-28 to D-1"


def test_study_day_is_the_label_or_both_ends_of_the_range(protocol: Protocol) -> None:
    assert visit_words.study_day_words(protocol, protocol.visit("D8")) == "D8"
    assert visit_words.study_day_words(protocol, protocol.visit("screening")) == "D-28 to D-1"
    day_0 = protocol_of(protocol_text(visits="D0: {}\nlater: {weeks: 1}", numbering=DAY_0))
    assert visit_words.study_day_words(day_0, day_0.visit("later")) == "D7"


def test_visit_notes_say_what_the_dates_do_not(protocol: Protocol) -> None:
    said = {visit.id: notes_of(visit, protocol, "active") for visit in protocol.visits}
    assert said == {
        "D1": "window: none stated",
        "D8": "",
        "pre": "before the study infusion; window: none stated",
        "screening": "no target date, a window alone",
    }


def test_visit_of_an_arm_without_the_infusion_does_not_precede_it(protocol: Protocol) -> None:
    assert notes_of(protocol.visit("pre"), protocol, "control") == "window: none stated"


def test_every_state_of_a_weight_has_its_words() -> None:
    assert set(words.WEIGHT_STATES) == set(WeightState)
