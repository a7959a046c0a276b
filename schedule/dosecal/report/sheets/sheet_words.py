"""Words that sheets alone print: dates with their names, how a weight stands to the one before.

Conventions: a date names its month and its day of the week, since ``05/10/26`` is three days to three readers.

Reference:
    ISMP List of Error-Prone Abbreviations, Symbols, and Dose Designations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.counts import counted
from dosecal.model.messages import NOTHING, Msg, joined, msgid
from dosecal.model.regimen import EachDose
from dosecal.model.spoken import grouped_digits, of_unit, signed_percent
from dosecal.report.messages.weight_words import threshold_words
from dosecal.report.messages.words import NONE_STATED

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from dosecal.model.regimen import WeightRule
    from dosecal.report.subjects.subject_view import RecordedWeight, SubjectDose

NOT_GIVEN = Msg("not given")
NO_CAP = Msg("no cap stated by the protocol")
MINUS = "−"
_EACH_DOSE = {
    EachDose.WEIGH_AGAIN: msgid("each dose: weigh again"),
    EachDose.FIRST_WEIGHT: msgid("each dose: use the first weight"),
    EachDose.NOT_STATED: msgid("each dose: none stated"),
}


def date_words(day: date | None) -> Msg:
    """A date with the names of its weekday and month: ``Tuesday 4 August 2020``."""
    return Msg("not known yet") if day is None else Msg("{day}", day=day)


def day_words(day: date) -> Msg:
    """A date with the name of its month: ``4 August 2020``."""
    return Msg("{plain_day}", plain_day=day)


def signed_words(value: Fraction) -> str:
    """A value that has a last digit, with its sign: ``+1.2``, ``−0.5``, ``0``."""
    if not value:
        return "0"
    return f"{'+' if value > 0 else MINUS}{grouped_digits(abs(value))}"


def weight_age_words(dose: SubjectDose) -> Msg:
    """How old the weight is on the day of the dose."""
    age = dose.weight_age_days
    if age is None:
        return Msg("not known: the weight has no date") if dose.day else Msg("not known yet")
    return (
        Msg("{time} on the day of the dose", time=counted(age, "day")) if age else Msg("weighed on the day of the dose")
    )


def weight_change_words(now: RecordedWeight, before: RecordedWeight) -> Msg:
    """The signed change from one weight to another, in kilograms and in percent of the first."""
    weight = of_unit(grouped_digits(before.kilograms), "kg")
    if now == before:
        return Msg("none: the weight of the dose before is used again ({a})", a=weight)
    change = now.kilograms - before.kilograms
    percent, kilograms = signed_percent(100 * change / before.kilograms, 2), of_unit(signed_words(change), "kg")
    if before.day is None:
        return Msg("{change}, {percent} from {before} (dose before)", change=kilograms, percent=percent, before=weight)
    return Msg(
        "{change}, {percent} from {before} (dose before, {day})",
        change=kilograms,
        percent=percent,
        before=weight,
        day=before.day,
    )


def weight_rule_words(rule: WeightRule | None) -> Msg:
    """The protocol's rule of the weight."""
    if rule is None:
        return NONE_STATED
    parts = [rule.which.words, Msg("measured only") if rule.measured_only else NOTHING]
    if rule.not_older_than is not None:
        parts.append(Msg("not older than {time}", time=counted(rule.not_older_than, "day")))
    parts.append(Msg(_EACH_DOSE[rule.each_dose]))
    if rule.ask is not None:
        parts.append(Msg("a change {limit} asks for review", limit=threshold_words(rule.ask)))
    if rule.recalculate is not None:
        parts.append(Msg("a change {limit} recalculates", limit=threshold_words(rule.recalculate)))
    if rule.plausible is not None:
        low, high = (grouped_digits(limit) for limit in rule.plausible)
        parts.append(Msg("plausible from {low} to {high} kg", low=low, high=high))
    return joined(parts)
