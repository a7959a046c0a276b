"""The rate of an infusion: its keys in a protocol file, and the texts of rates, times and volumes.

Conventions: every number is exact; a text that has no certain reading is refused with an example. Times are minutes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dosecal.load.doses.dose_amounts import parse_dose
from dosecal.load.protocol.grammar import Field, Record, Text, as_own, or_none_stated, positive
from dosecal.model.messages import COMMA, NOTHING, Msg, joined, plural, written
from dosecal.model.problems import RefusedError
from dosecal.model.product import DoseSpeed, RateRule, Speed
from dosecal.model.quantity import Amount
from dosecal.model.regex import regex
from dosecal.model.spoken import grouped_digits, of_unit
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from fractions import Fraction

NUMBER = r"([0-9][0-9.,]*)"
_MINUTES = {"min": 1, "h": 60, "day": 24 * 60, "days": 24 * 60}


class Duration(Struct, frozen=True):
    """How long an infusion takes, in minutes, both ends inside; equal ends for one duration."""

    shortest: Fraction
    longest: Fraction
    words: Msg


def time_words(text: str) -> Msg:
    """A length of time that could be read, in words."""
    number, _, unit = text.partition(" ")
    if unit in {"min", "h"}:
        return of_unit(number, unit)
    return written(text, plural("{n} day", "{n} days", 1 if unit == "day" else 2, n=number))


def _duration(text: str) -> Duration:
    match = _TIMES.fullmatch(text)
    if match is None:
        minutes = as_own(TIME.parsed, text)
        return Duration(minutes, minutes, time_words(text))
    shortest, longest = (positive(match[place]) * _MINUTES[match[3]] for place in (1, 2))
    if shortest >= longest:
        raise RefusedError("", "the shorter time comes first")
    words = Msg("{low} to {high}", low=match[1], high=time_words(f"{match[2]} {match[3]}"))
    return Duration(shortest, longest, words)


def _speed(text: str) -> Speed:
    """A rate of flow; one per 24 h is refused, since it has been taken for one per h."""
    match = _SPEED.fullmatch(text)
    if match is None:
        raise RefusedError("", "mL per 24 h beside mL per h has cost lives: write mL/h" if "24" in text else "")
    number, is_per_kg = positive(match[1]), match[2] is not None
    per_hour = number * 60 / _MINUTES[match[3]]
    unit = "mL/h" if not is_per_kg and match[3] == "h" else f"mL{' per kg' if is_per_kg else ''} per {match[3]}"
    return Speed(per_hour, is_per_kg, of_unit(grouped_digits(number), unit))


def _dose_speed(dose: str, time: str) -> DoseSpeed:
    amount: Amount = as_own(parse_dose, dose)
    if amount.unit.per not in {"", "kg"} or not amount.value:
        raise RefusedError("", "above 0, flat or per kg")
    words = of_unit(grouped_digits(amount.value), f"{amount.unit.spoken} per {time}")
    return DoseSpeed(Amount(amount.value * 60 / _MINUTES[time], amount.unit), words)


_TIMES = regex(rf"{NUMBER} to {NUMBER} (min|h|days?)", re.ASCII)
_SPEED = regex(rf"{NUMBER} mL(/kg)?/(min|h)", re.ASCII)
TIME = Text(
    'a time such as "90 min", "4 h" or "2 days"',
    lambda number, unit: positive(number) * _MINUTES[unit],
    shape=regex(rf"{NUMBER} (min|h|days?)", re.ASCII),
)
SPEED = Text('a rate such as "4 mL/min", "240 mL/h" or "2 mL/kg/h"', _speed)


def read_pump(text: str) -> tuple[Fraction, bool]:
    """What a pump is set to: a rate in mL per hour, or a duration in minutes and True.

    Raises:
        RefusedError: If the text is neither, or a rate per kg.
    """
    if TIME.shape is not None and TIME.shape.fullmatch(text):
        return TIME.parsed(text), True
    expected = 'a rate such as "28.8 mL/h", or a time such as "46 h"'
    try:
        speed: Speed = SPEED.parsed(text)
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
    capacity: Fraction = Text('the capacity of a syringe in mL such as "10"', positive).parsed(text)
    return capacity


def _rate(
    at_most: Speed | None = None,
    at_least: Speed | None = None,
    over: Duration | None = None,
    aim: Fraction | None = None,
    give: DoseSpeed | None = None,
) -> RateRule:
    """The rule, with its words in the order in which they are said."""
    words = (
        NOTHING if give is None else Msg("give {a}", a=give.words),
        NOTHING if over is None else Msg("over {a}", a=over.words),
        NOTHING if aim is None else Msg("aim {a}", a=of_unit(grouped_digits(aim), "min")),
        NOTHING if at_least is None else Msg("at least {a}", a=at_least.words),
        NOTHING if at_most is None else Msg("at most {a}", a=at_most.words),
    )
    return RateRule(
        at_most=at_most,
        at_least=at_least,
        shortest=None if over is None else over.shortest,
        longest=None if over is None else over.longest,
        aim=over.shortest if aim is None and over is not None and over.shortest == over.longest else aim,
        give=give,
        words=joined(words, COMMA),
    )


RATE = or_none_stated(
    Record(
        {
            "at_most": Field(SPEED, "the greatest rate", ", itself allowed, flat or per kg"),
            "at_least": Field(SPEED, "the least rate", ", likewise"),
            "over": Field(
                Text('a time such as "4 h", or a range such as "60 to 80 min"', _duration),
                "how long the infusion takes",
                ", or the shortest and the longest time",
            ),
            "aim": Field(TIME, "the duration that is aimed at within a range"),
            "give": Field(
                Text(
                    'a rate of the dose such as "5 mcg/kg/min" or "1,000 units/h"',
                    _dose_speed,
                    shape=regex(r"(.+)/(min|h)"),
                ),
                "how much of the dose runs in a time",
                ", flat or per kg; not beside `over`",
            ),
        },
        'a rate such as "{at_most: 4 mL/min}", "{over: 60 to 80 min}" or "{give: 5 mcg/kg/min}"',
        _rate,
    )
)
