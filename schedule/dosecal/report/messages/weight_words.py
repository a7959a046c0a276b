"""What is to be said of the weight of a dose, in words.

Conventions: a change is signed, in percent of the weight it is from, rounded half up to a tenth for reading; the rule
that it meets was compared exactly. No sentence proposes another weight: it asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.messages import Msg, joined, msgid
from dosecal.model.spoken import grouped_digits, number_words, of_unit, signed_percent
from dosecal.model.struct import Struct
from dosecal.model.worked_dose import WeightFlag

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.regimen import Threshold, WeightRule


class WeightFacts(Struct, frozen=True):
    """The weights that the flags of one dose are about, in kilograms.

    Attributes:
        flags: The flags.
        used: The dosing weight; None where none is used.
        before: The dosing weight of the dose before, where a change from it is to be said; None for none.
        found: The newest weight that the dose could have taken; None for none.
        earlier: The subject's weight on record before the dosing weight; None for none.
    """

    flags: WeightFlag
    used: Fraction | None
    before: Fraction | None
    found: Fraction | None
    earlier: Fraction | None


def flag_words(facts: WeightFacts, rule: WeightRule | None) -> Msg:
    """The flags of a dose's weight, joined; empty for none."""
    return joined(flag_sentences(facts, rule))


def flag_sentences(facts: WeightFacts, rule: WeightRule | None) -> tuple[Msg, ...]:
    """The flags of a dose's weight, a sentence each, in a fixed order."""
    flags = facts.flags
    said: list[Msg] = []
    if flags & WeightFlag.STATED:
        said.append(Msg("the weight was stated, not measured"))
    if flags & WeightFlag.ESTIMATED:
        said.append(Msg("the weight was estimated, not measured"))
    if rule is not None:
        said += _changes(facts, rule)
    if flags & WeightFlag.NOT_WEIGHED_AGAIN:
        said.append(Msg("no newer weight than for the dose before: the protocol asks to weigh again"))
    if rule is not None and rule.plausible is not None and flags & WeightFlag.IMPLAUSIBLE:
        low, high = (grouped_digits(limit) for limit in rule.plausible)
        said.append(Msg("the weight is outside the plausible {low} to {high} kg: check it", low=low, high=high))
    if flags & WeightFlag.POUNDS:
        said.append(Msg("the weight is {n} times the one before: pounds?", n=_ratio(facts)))
    if flags & WeightFlag.DECIMAL:
        said.append(Msg("the weight is {n} times the one before: decimal point?", n=_ratio(facts)))
    return tuple(said)


def _changes(facts: WeightFacts, rule: WeightRule) -> list[Msg]:
    newest, flags, said = facts.found, facts.flags, []
    if facts.before is None or newest is None:
        return []
    change = signed_percent(100 * (newest - facts.before) / facts.before)
    before = of_unit(grouped_digits(facts.before), "kg")
    if flags & WeightFlag.RECALCULATED and rule.recalculate is not None:
        template = msgid("weight changed by {p} since the dosing weight of {before}, {limit}: recalculated")
        said.append(Msg(template, p=change, before=before, limit=threshold_words(rule.recalculate)))
    if flags & WeightFlag.KEPT and rule.recalculate is not None:
        template = msgid(
            "newest weight {new}, {p} since the dosing weight of {before}, not {limit}: dosing weight kept"
        )
        new, limit = of_unit(grouped_digits(newest), "kg"), threshold_words(rule.recalculate)
        said.append(Msg(template, new=new, p=change, before=before, limit=limit))
    if flags & WeightFlag.ASK and rule.ask is not None:
        template = msgid("weight changed by {p} since the dosing weight of {before}, {limit}: ask for review")
        said.append(Msg(template, p=change, before=before, limit=threshold_words(rule.ask)))
    return said


def threshold_words(threshold: Threshold) -> Msg:
    """From which change on: ``at or above 10 %`` or ``above 10 %``."""
    percent = grouped_digits(threshold.percent)
    return Msg("at or above {p} %", p=percent) if threshold.is_inside else Msg("above {p} %", p=percent)


def _ratio(facts: WeightFacts) -> str:
    if facts.earlier is None or facts.used is None:
        return ""
    return number_words(facts.used / facts.earlier, 2)
