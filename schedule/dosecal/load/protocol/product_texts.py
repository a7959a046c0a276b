"""Texts of a product and of the rate at which it runs: strengths, volumes, lengths of time, limits.

Conventions: every number is exact; a text that has no certain reading is refused with an example. Times are minutes.
"""

from __future__ import annotations

import re
from fractions import Fraction

from dosecal.load.doses.dose_amounts import parse_dose
from dosecal.load.protocol.dose_rule_texts import parse_percent
from dosecal.model.messages import Msg, plural, written
from dosecal.model.problems import RefusedError
from dosecal.model.product import Bound, Dmso, DoseSpeed, Percent, Speed, Strength
from dosecal.model.quantity import Amount, read_grouped_number
from dosecal.model.regex import regex
from dosecal.model.spoken import grouped_digits, of_unit
from dosecal.model.struct import Struct

_NUMBER = r"([0-9][0-9.,]*)"
_ML = regex(rf"{_NUMBER} mL", re.ASCII)
_PER_ML = regex(r"(.+?)(?:/| per )mL")
_MANTISSA = regex(r"[0-9][0-9,]*(\.[0-9]+)?", re.ASCII)
_DMSO = regex(r"(.+%) (v/v|w/v)")
_ENDOTOXIN = regex(rf"{_NUMBER} EU/mL", re.ASCII)
_TIME = regex(rf"{_NUMBER} (min|h|days?)", re.ASCII)
_TIMES = regex(rf"{_NUMBER} to {_NUMBER} (min|h|days?)", re.ASCII)
_SPEED = regex(rf"{_NUMBER} mL(/kg)?/(min|h)", re.ASCII)
_DOSE_SPEED = regex(r"(.+)/(min|h)")
_LIMIT = regex(rf"at most {_NUMBER} (mL|g|EU)(/kg)?(?:(?: per |/)(day|dose|h))?", re.ASCII)
_OVERFILL = regex(rf"{_NUMBER} mL( usable)?", re.ASCII)
_MINUTES = {"min": 1, "h": 60, "day": 24 * 60, "days": 24 * 60}

ML_EXPECTED = 'a volume such as "3.8 mL"'
OVERFILL_EXPECTED = 'an overfill such as "0.2 mL", or "0.2 mL usable" where it may be given'
VOLUME_LIMIT_EXPECTED = 'a limit such as "at most 10 mL/kg" (of one dose) or "at most 20 mL/kg per day"'
DMSO_LIMIT_EXPECTED = 'a limit such as "at most 1 g/kg per day" or "at most 0.5 g/kg per dose"'
ENDOTOXIN_LIMIT_EXPECTED = 'a limit such as "at most 5 EU/kg" (of one dose) or "at most 5 EU/kg/h"'
STRENGTH_EXPECTED = 'a strength such as "10 million cells/mL" or "50 mg/mL"'
DMSO_EXPECTED = 'a percentage with its basis such as "10 % v/v" or "10 % w/v"'
ENDOTOXIN_EXPECTED = 'endotoxin such as "2 EU/mL"'
TIME_EXPECTED = 'a time such as "90 min", "4 h" or "2 days"'
TIMES_EXPECTED = 'a time such as "4 h", or a range such as "60 to 80 min"'
WITHIN_EXPECTED = 'a time after thaw such as "3 h of thaw"'
SPEED_EXPECTED = 'a rate such as "4 mL/min", "240 mL/h" or "2 mL/kg/h"'
DOSE_SPEED_EXPECTED = 'a rate of the dose such as "5 mcg/kg/min" or "1,000 units/h"'


def _number(text: str, expected: str) -> Fraction:
    """A number above 0.

    Raises:
        RefusedError: If the text is no such number.
    """
    try:
        value = read_grouped_number(text)
    except RefusedError as refusal:
        raise RefusedError(expected, refusal.hint) from None
    if not value:
        raise RefusedError(f"{expected}, above 0")
    return value


def parse_ml(text: str) -> Fraction:
    """A volume in mL, above 0.

    Raises:
        RefusedError: If the text is not such a volume.
    """
    match = _ML.fullmatch(text)
    if match is None:
        raise RefusedError(ML_EXPECTED)
    return _number(match[1], ML_EXPECTED)


class Overfill(Struct, frozen=True):
    """What a container holds beyond the volume on its label.

    Attributes:
        ml: The volume, above 0.
        is_usable: Whether it may be given, so that it counts as content.
    """

    ml: Fraction
    is_usable: bool


def parse_overfill(text: str) -> Overfill:
    """An overfill, and whether the protocol lets it be given.

    Raises:
        RefusedError: If the text is not such an overfill.
    """
    match = _OVERFILL.fullmatch(text)
    if match is None:
        raise RefusedError(OVERFILL_EXPECTED)
    return Overfill(_number(match[1], OVERFILL_EXPECTED), match[2] is not None)


class WrittenStrength(Struct, frozen=True):
    """A strength and how finely it was written.

    Attributes:
        strength: The strength.
        last_place: The value of its last written digit; a strength that was rounded to it is off by half at most.
    """

    strength: Strength
    last_place: Fraction


def parse_flat(text: str, expected: str) -> Amount:
    """A flat amount above 0.

    Raises:
        RefusedError: If the text is not such an amount.
    """
    try:
        amount = parse_dose(text)
    except RefusedError as refusal:
        raise RefusedError(expected, refusal.hint) from None
    if amount.unit.per or not amount.value:
        raise RefusedError(expected, "an amount above 0, per nothing")
    return amount


def parse_content(text: str) -> Amount:
    """What a container holds: a flat amount above 0.

    Raises:
        RefusedError: If the text is not such an amount.
    """
    return parse_flat(text, 'a content such as "25 million viable cells" or "500 mg"')


def parse_strength(text: str) -> WrittenStrength:
    """An amount in a mL.

    Raises:
        RefusedError: If the text is not such a strength.
    """
    match = _PER_ML.fullmatch(text)
    if match is None:
        raise RefusedError(STRENGTH_EXPECTED)
    amount = parse_flat(match[1], STRENGTH_EXPECTED)
    mantissa = _MANTISSA.match(match[1])
    written = Fraction(mantissa[0].replace(",", "")) if mantissa else amount.value
    places = len(mantissa[1] or ".") - 1 if mantissa else 0
    return WrittenStrength(Strength(amount, text), amount.value / written / 10**places)


def parse_dmso(text: str) -> Dmso:
    """A percentage of dimethyl sulfoxide with what it is of.

    Raises:
        RefusedError: If the text is not one, or does not say v/v or w/v.
    """
    match = _DMSO.fullmatch(text)
    if match is None:
        raise RefusedError(DMSO_EXPECTED, "10 % v/v is 0.11 g in a mL, 10 % w/v is 0.1 g: say which")
    return Dmso(Percent(Msg("DMSO"), parse_percent(match[1])), match[2])


def parse_endotoxin(text: str) -> Fraction:
    """Endotoxin units in a mL, above 0.

    Raises:
        RefusedError: If the text is not such a number.
    """
    match = _ENDOTOXIN.fullmatch(text)
    if match is None:
        raise RefusedError(ENDOTOXIN_EXPECTED)
    return _number(match[1], ENDOTOXIN_EXPECTED)


def parse_minutes(text: str) -> Fraction:
    """A length of time in minutes, above 0; a day is 24 h.

    Raises:
        RefusedError: If the text is not such a length.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        raise RefusedError(TIME_EXPECTED)
    return _number(match[1], TIME_EXPECTED) * _MINUTES[match[2]]


def _time_words(text: str) -> Msg:
    """A length of time that could be read, in words."""
    number, _, unit = text.partition(" ")
    if unit in {"min", "h"}:
        return of_unit(number, unit)
    return written(text, plural("{n} day", "{n} days", 1 if unit == "day" else 2, n=number))


def parse_use_within(text: str) -> tuple[int, Msg]:
    """Whole minutes after thaw, and the same in words.

    Raises:
        RefusedError: If the text is not such a length.
    """
    length, of, what = text.partition(" of ")
    if not of or what != "thaw":
        raise RefusedError(WITHIN_EXPECTED)
    minutes = parse_minutes(length)
    if minutes.denominator != 1:
        raise RefusedError(WITHIN_EXPECTED, "whole minutes")
    return int(minutes), _time_words(length)


class Duration(Struct, frozen=True):
    """How long an infusion takes, in minutes, both ends inside; equal ends for one duration."""

    shortest: Fraction
    longest: Fraction
    words: Msg


def parse_duration(text: str) -> Duration:
    """One length of time, or a range of two.

    Raises:
        RefusedError: If the text is neither.
    """
    match = _TIMES.fullmatch(text)
    if match is None:
        try:
            minutes = parse_minutes(text)
        except RefusedError as refusal:
            raise RefusedError(TIMES_EXPECTED, refusal.hint) from None
        return Duration(minutes, minutes, _time_words(text))
    shortest, longest = (_number(match[place], TIMES_EXPECTED) * _MINUTES[match[3]] for place in (1, 2))
    if shortest >= longest:
        raise RefusedError(TIMES_EXPECTED, "the shorter time comes first")
    return Duration(shortest, longest, Msg("{low} to {high}", low=match[1], high=_time_words(f"{match[2]} {match[3]}")))


def parse_speed(text: str) -> Speed:
    """A rate of flow.

    Raises:
        RefusedError: If the text is not such a rate; one per 24 h is refused, since it has been taken for one per h.
    """
    match = _SPEED.fullmatch(text)
    if match is None:
        hint = "mL per 24 h beside mL per h has cost lives: write mL/h" if "24" in text else ""
        raise RefusedError(SPEED_EXPECTED, hint)
    number, is_per_kg = _number(match[1], SPEED_EXPECTED), match[2] is not None
    per_hour = number * 60 / _MINUTES[match[3]]
    unit = "mL/h" if not is_per_kg and match[3] == "h" else f"mL{' per kg' if is_per_kg else ''} per {match[3]}"
    return Speed(per_hour, is_per_kg, of_unit(grouped_digits(number), unit))


def read_pump(text: str) -> tuple[Fraction, bool]:
    """What a pump is set to: a rate in mL per hour, or a duration in minutes and True.

    Raises:
        RefusedError: If the text is neither, or a rate per kg.
    """
    expected = 'a rate such as "28.8 mL/h", or a time such as "46 h"'
    if _TIME.fullmatch(text) is not None:
        return parse_minutes(text), True
    try:
        speed = parse_speed(text)
    except RefusedError as refusal:
        raise RefusedError(expected, refusal.hint) from None
    if speed.is_per_kg:
        raise RefusedError(expected)
    return speed.ml_per_hour, False


def read_syringe(text: str) -> Fraction:
    """The nominal capacity of a syringe in mL, above 0.

    Raises:
        RefusedError: If the text is not such a capacity.
    """
    return _number(text, 'the capacity of a syringe in mL such as "10"')


def parse_dose_speed(text: str) -> DoseSpeed:
    """How much of a dose runs in a time, flat or per kg.

    Raises:
        RefusedError: If the text is not such a rate.
    """
    match = _DOSE_SPEED.fullmatch(text)
    if match is None:
        raise RefusedError(DOSE_SPEED_EXPECTED)
    try:
        amount = parse_dose(match[1])
    except RefusedError as refusal:
        raise RefusedError(DOSE_SPEED_EXPECTED, refusal.hint) from None
    if amount.unit.per not in {"", "kg"} or not amount.value:
        raise RefusedError(DOSE_SPEED_EXPECTED, "above 0, flat or per kg")
    words = of_unit(grouped_digits(amount.value), f"{amount.unit.spoken} per {match[2]}")
    return DoseSpeed(Amount(amount.value * 60 / _MINUTES[match[2]], amount.unit), words)


_LIMITS = {
    "volume": ("mL", {"": "", "dose": "", "day": "day"}, VOLUME_LIMIT_EXPECTED),
    "DMSO": ("g", {"dose": "", "day": "day"}, DMSO_LIMIT_EXPECTED),
    "endotoxin": ("EU", {"": "", "dose": "", "day": "day", "h": "h"}, ENDOTOXIN_LIMIT_EXPECTED),
}
"""The unit of each limit and what it can be of; a limit of volume or endotoxin that says nothing is of one dose."""


def _parse_limit(text: str, of: str) -> Bound:
    unit, endings, expected = _LIMITS[of]
    match = _LIMIT.fullmatch(text)
    if match is None or match[2] != unit or (match[4] or "") not in endings:
        hint = "say whether it is of a day or of one dose" if match is not None and not match[4] else ""
        raise RefusedError(expected, hint)
    is_per_kg, per = match[3] is not None, endings[match[4] or ""]
    said = f"{unit}{' per kg' if is_per_kg else ''}{f' per {per}' if per else ''}"
    return Bound(of, is_most=True, value=_number(match[1], expected), unit=said, is_per_kg=is_per_kg, per=per)


def parse_volume_limit(text: str) -> Bound:
    """The most volume of one dose or of a day, as it is infused.

    Raises:
        RefusedError: If the text is not such a limit.
    """
    return _parse_limit(text, "volume")


def parse_dmso_limit(text: str) -> Bound:
    """The most dimethyl sulfoxide of a day or of one dose.

    Raises:
        RefusedError: If the text is not such a limit.
    """
    return _parse_limit(text, "DMSO")


def parse_endotoxin_limit(text: str) -> Bound:
    """The most endotoxin of one dose, of a day, or of an hour of the infusion.

    Raises:
        RefusedError: If the text is not such a limit.
    """
    return _parse_limit(text, "endotoxin")


def parse_container_limit(text: str) -> Bound:
    """The most that one container for infusion may hold: a flat amount.

    Raises:
        RefusedError: If the text is not such a limit.
    """
    expected = 'a limit such as "at most 1,000,000 units"'
    if not text.startswith("at most "):
        raise RefusedError(expected)
    amount = parse_flat(text.removeprefix("at most "), expected)
    return Bound("container", is_most=True, value=amount.value, unit=amount.unit.substance)
