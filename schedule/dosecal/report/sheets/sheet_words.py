"""Words that sheets alone print: dates with their names, how a weight stands to the one before.

Conventions: a date names its month and its day of the week, since ``05/10/26`` is three days to three readers.

Reference:
    ISMP List of Error-Prone Abbreviations, Symbols, and Dose Designations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.counts import counted
from dosecal.model.spoken import grouped_digits
from dosecal.report.messages.weight_words import signed_percent, threshold_words
from dosecal.report.messages.words import NONE_STATED

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from dosecal.model.regimen import WeightRule
    from dosecal.report.sheets.planned_dose import PlannedDose, WeightUsed

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NOT_GIVEN = "not given"
NO_CAP = "no cap stated by the protocol"
MINUS = "−"


def date_words(day: date | None) -> str:
    """A date with the names of its weekday and month: ``Tuesday 4 August 2020``."""
    if day is None:
        return "not known yet"
    return f"{_WEEKDAYS[day.weekday()]} {day_words(day)}"


def day_words(day: date) -> str:
    """A date with the name of its month: ``4 August 2020``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def signed_words(value: Fraction) -> str:
    """A value that has a last digit, with its sign: ``+1.2``, ``−0.5``, ``0``."""
    if not value:
        return "0"
    return f"{'+' if value > 0 else MINUS}{grouped_digits(abs(value))}"


def weight_age_words(dose: PlannedDose) -> str:
    """How old the weight is on the day of the dose."""
    age = dose.weight_age_days
    if age is None:
        return "not known: the weight has no date" if dose.day else "not known yet"
    return "weighed on the day of the dose" if age == 0 else f"{counted(age, 'day')} on the day of the dose"


def weight_change_words(now: WeightUsed, before: WeightUsed) -> str:
    """The signed change from one weight to another, in kilograms and in percent of the first."""
    if now == before:
        return f"none: the weight of the dose before is used again ({grouped_digits(before.kilograms)} kg)"
    change = now.kilograms - before.kilograms
    percent = signed_percent(100 * change / before.kilograms, 2)
    when = f", {date_words(before.day)}" if before.day else ""
    from_words = f"from {grouped_digits(before.kilograms)} kg (dose before{when})"
    return f"{signed_words(change)} kg, {percent} {from_words}"


def weight_rule_words(rule: WeightRule | None) -> str:
    """The protocol's rule of the weight."""
    if rule is None:
        return NONE_STATED
    parts = [rule.which_words]
    if rule.measured_only:
        parts.append("measured only")
    if rule.not_older_than is not None:
        parts.append(f"not older than {counted(rule.not_older_than, 'day')}")
    parts.append(f"each dose: {rule.each_dose.value}")
    if rule.ask is not None:
        parts.append(f"a change {threshold_words(rule.ask)} asks for review")
    if rule.recalculate is not None:
        parts.append(f"a change {threshold_words(rule.recalculate)} recalculates")
    if rule.plausible is not None:
        low, high = (grouped_digits(limit) for limit in rule.plausible)
        parts.append(f"plausible from {low} to {high} kg")
    return "; ".join(parts)
