"""What surrounds a written dose never changes it silently, in any language, and no basis is ever lost."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dosecal.load.doses.dose_amounts import parse_dose
from dosecal.load.doses.dose_text import DoseReading, Status, read_dose
from dosecal.load.doses.dose_units import dose_line
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import Amount, Unit, plain_digits
from tests.properties.test_dose_text import clean_amounts, clean_texts, is_a_lost_power

CERTAIN = {Status.READ, Status.SEVERAL}

SURROUNDINGS = (
    "{} IV over 30 minutes",
    "{} in 100 mL saline",
    "{} every 2 weeks",
    "{} for 5 days",
    "{} on days 1, 8 and 15",
    "{}, days -4, -3 and -2",
    "Cycle 1 day 1: {}",
    "xyzumab {} twice daily",
    "IL-2 {} d1-5",
    "5-FU {} via a 25 G needle",
    "CD-19 product: {} (n=12)",
    "three doses of {}",
    "{} x 4",
    "{} x 4 doses",
    "dosis de {} por vía intravenosa",
    "{} cada 12 horas",
    "{} cada 8-12 horas durante 5 días",
    "el día 1: {} en 100 mL de suero",
    "3 dosis de {} al día",
    "una infusión de {} los días 1 y 8",
    "静脉输注{}",
    "{}，每2周一次",
    "{}，连用5天",
    "第1、8、15天静脉滴注{}",
    "单次给药{}，共4次",
    "紫杉醇{}，溶于100ml生理盐水",
    "一次{}，一日3次",
    "使用25G针头注射{}",
)

BASES = (
    *(
        "/kg",
        " per kg",
        "/kgBW",
        "/kilo",
        "/Kg",
        " per kilogram of body weight",
        " for each kilogram",
        "·kg⁻¹",
        " kg-1",
    ),
    *("/m2", "/m²", "/sqm", "/m(2)", "/m 2", "/㎡", "/m", " per square meter", " sqm", " m-2", "/BSA"),
    *("/min", "/h", " per hour", "/kg/min", "/(kg·h)", " per knee", "/eye", "/cm", " each eye", " every joint"),
    *("/70 kg", " per 10 kg", "/1.73 m2", " per unit of weight", " by body weight", " x body weight", "/foo", "·foo"),
    *("/kq", " per foo", "/公斤", "/千克体重", "/平方米", "/只眼", " por kg", " por kilo", " por metro cuadrado"),
    *(" por rodilla", "/kg de peso", " kg", " per kg or m²"),
)
LEADING = (
    "per kg: {}",
    "per kg {}",
    "per knee: {}",
    "by body weight {}",
    "每公斤体重{}",
    "每平方米{}",
    "按体重{}",
    "por kg: {}",
)

FLAT = clean_texts().filter(lambda case: not case[2].per and case[2].substance != "viable cells")


def first_of(reading: DoseReading) -> tuple[Fraction, str] | None:
    """The value and unit of what is offered first; None where nothing is."""
    if not reading.readings:
        return None
    first = reading.readings[0]
    return first.value, first.unit.symbol if first.unit else ""


@given(clean_texts(), st.sampled_from(SURROUNDINGS))
def test_surroundings_never_change_the_dose_that_is_offered(case: tuple[str, Fraction, Unit], around: str) -> None:
    text, value, unit = case
    reading = read_dose(around.format(text))
    assert first_of(reading) == (value, unit.symbol), reading.note
    assert reading.status not in CERTAIN or len(reading.readings) == 1


@given(clean_texts(), st.sampled_from(SURROUNDINGS), st.sampled_from(SURROUNDINGS))
def test_surroundings_of_surroundings_make_no_other_dose_certain(
    case: tuple[str, Fraction, Unit], inner: str, outer: str
) -> None:
    text, value, unit = case
    reading = read_dose(outer.format(inner.format(text)))
    assert reading.status not in CERTAIN or first_of(reading) == (value, unit.symbol)


@given(FLAT, st.sampled_from(BASES))
def test_dose_with_a_basis_is_never_offered_without_one(case: tuple[str, Fraction, Unit], basis: str) -> None:
    text, value, unit = case
    assume("(" not in text)
    reading = read_dose(f"{text}{basis}")
    assert all(one.unit is not None and one.unit.per for one in reading.readings), reading
    for one in reading.readings[:1]:
        assert one.unit is not None
        assert (one.value, one.unit.substance) == (value, unit.substance)


@given(FLAT, st.sampled_from(LEADING))
def test_basis_before_a_dose_belongs_to_it(case: tuple[str, Fraction, Unit], around: str) -> None:
    text, _, _ = case
    assume("(" not in text)
    reading = read_dose(around.format(text))
    assert reading.status not in CERTAIN
    assert all(one.unit is not None and one.unit.per for one in reading.readings), reading


@given(FLAT, st.sampled_from(BASES), st.sampled_from(SURROUNDINGS))
def test_basis_is_never_lost_in_surroundings(case: tuple[str, Fraction, Unit], basis: str, around: str) -> None:
    text, value, _ = case
    assume("(" not in text)
    reading = read_dose(around.format(f"{text}{basis}"))
    flat = [one for one in reading.readings if one.unit is None or not one.unit.per]
    assert not [one for one in flat if one.value == value], reading


@given(FLAT, st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=8))
def test_word_after_a_stroke_is_a_basis_unless_it_is_one_administration(
    case: tuple[str, Fraction, Unit], word: str
) -> None:
    text, _, _ = case
    known = ("day", "dose", "week", "wks", "month", "mos", "year", "yrs", "cycle", "course", "jour", "diem", "time")
    assume("(" not in text and not word.startswith(known))
    assume(word not in {"infusion", "patient", "subject", "person", "bolus", "oral", "orally", "daily", "weekly"})
    reading = read_dose(f"{text}/{word}")
    assert reading.status not in CERTAIN
    assert all(one.unit is not None and one.unit.per for one in reading.readings), reading


@pytest.mark.parametrize(
    "mark", ["IL-2", "COVID-19", "ARI-0001", "MK-3475", "KTE-C19", "5-FU", "6-MP", "4-1BB", "alpha-2b"]
)
@given(clean_texts())
def test_digits_of_a_name_are_no_dose(mark: str, case: tuple[str, Fraction, Unit]) -> None:
    text, value, unit = case
    assert first_of(read_dose(f"{mark} {text}")) == (value, unit.symbol)
    assert read_dose(f"{mark} cells").status not in CERTAIN


@given(st.integers(1, 9_999), st.sampled_from([("万", 4), ("十万", 5), ("百万", 6), ("千万", 7), ("亿", 8)]))
def test_chinese_factors_are_powers_of_ten(number: int, factor: tuple[str, int]) -> None:
    word, exponent = factor
    value = Fraction(number * 10**exponent)
    assume(not is_a_lost_power(Fraction(number)))
    assert first_of(read_dose(f"{number}{word}单位")) == (value, "units")
    assert first_of(read_dose(f"每公斤体重{number}{word}个细胞")) == (value, "cells/kg")
    assert first_of(read_dose(f"{number}{word}个细胞/kg")) == (value, "cells/kg")


@given(st.integers(1, 99), st.sampled_from(["células", "UI", "unidades", "partículas virales"]))
def test_spanish_millions_are_millions(number: int, noun: str) -> None:
    unit = {"células": "cells", "partículas virales": "viral particles"}.get(noun, "units")
    for text in (f"{number} millones de {noun}", f"{number}millones de {noun}", f"{number} millones {noun}"):
        assert first_of(read_dose(text)) == (Fraction(number * 10**6), unit)
    assert first_of(read_dose(f"{number}.000 {noun}")) == (Fraction(number * 1000), unit)


@given(clean_amounts())
def test_full_width_digits_and_signs_are_offered_as_plain_ones(case: tuple[Fraction, Unit]) -> None:
    value, unit = case
    assume(not is_a_lost_power(value))
    plain = f"{plain_digits(value)}{unit.symbol}"
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in plain)
    reading = read_dose(wide)
    assert reading.status is Status.AMBIGUOUS
    assert first_of(reading) == (value, unit.symbol)


@given(clean_amounts(), st.sampled_from(["/sqm", "/kgBW", "/m(2)", "·kg⁻¹", " por kg", "/公斤", "/kilo"]))
def test_line_to_write_is_named_and_is_taken(case: tuple[Fraction, Unit], basis: str) -> None:
    value, unit = case
    assume(not is_a_lost_power(value) and not unit.per and unit.substance != "viable cells")
    per = "m²" if "m" in basis else "kg"
    meant = Amount(value, Unit(unit.substance, per))
    line = dose_line(meant.value, meant.unit)
    assert parse_dose(line) == meant
    with pytest.raises(RefusedError) as refused:
        parse_dose(f"{plain_digits(value)} {unit.symbol}{basis}")
    assert f'write "{line}"' in refused.value.hint
