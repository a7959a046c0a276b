"""What is to be said of the weight of a dose, in words.

Conventions: a change is signed, in percent of the weight it is from, rounded half up to a tenth for reading; the rule
that it meets was compared exactly. No sentence proposes another weight: it asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.spoken import grouped_digits, number_words, to_figures
from dosecal.model.struct import Struct
from dosecal.model.worked_dose import WeightFlag
from dosecal.report.messages.notes import JOINT

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


def flag_words(facts: WeightFacts, rule: WeightRule | None) -> str:
    """The flags of a dose's weight, joined; empty for none."""
    return JOINT.join(flag_sentences(facts, rule))


def flag_sentences(facts: WeightFacts, rule: WeightRule | None) -> tuple[str, ...]:
    """The flags of a dose's weight, a sentence each, in a fixed order."""
    flags = facts.flags
    said = []
    if flags & WeightFlag.STATED:
        said.append("the weight was stated, not measured")
    if flags & WeightFlag.ESTIMATED:
        said.append("the weight was estimated, not measured")
    if rule is not None:
        said += _changes(facts, rule)
    if flags & WeightFlag.NOT_WEIGHED_AGAIN:
        said.append("no newer weight than for the dose before: the protocol asks to weigh again")
    if rule is not None and rule.plausible is not None and flags & WeightFlag.IMPLAUSIBLE:
        low, high = (grouped_digits(limit) for limit in rule.plausible)
        said.append(f"the weight is outside the plausible {low} to {high} kg: check it")
    ratio = _ratio(facts)
    if flags & WeightFlag.POUNDS:
        said.append(f"the weight is {ratio} times the one before: pounds?")
    if flags & WeightFlag.DECIMAL:
        said.append(f"the weight is {ratio} times the one before: decimal point?")
    return tuple(said)


def _changes(facts: WeightFacts, rule: WeightRule) -> list[str]:
    newest = facts.found
    if (
        facts.before is None
        or newest is None
        or not facts.flags & (WeightFlag.ASK | WeightFlag.RECALCULATED | WeightFlag.KEPT)
    ):
        return []
    change = f"{signed_percent(100 * (newest - facts.before) / facts.before)} since the dosing weight"
    change = f"{change} of {grouped_digits(facts.before)} kg"
    said = []
    if facts.flags & WeightFlag.RECALCULATED and rule.recalculate is not None:
        said.append(f"weight changed by {change}, {threshold_words(rule.recalculate)}: recalculated")
    if facts.flags & WeightFlag.KEPT and rule.recalculate is not None:
        limit = threshold_words(rule.recalculate)
        said.append(f"newest weight {grouped_digits(newest)} kg, {change}, not {limit}: dosing weight kept")
    if facts.flags & WeightFlag.ASK and rule.ask is not None:
        said.append(f"weight changed by {change}, {threshold_words(rule.ask)}: ask for review")
    return said


def threshold_words(threshold: Threshold) -> str:
    """From which change on: ``at or above 10 %`` or ``above 10 %``."""
    return f"{'at or above' if threshold.is_inside else 'above'} {grouped_digits(threshold.percent)} %"


def _ratio(facts: WeightFacts) -> str:
    if facts.earlier is None or facts.used is None:
        return ""
    return number_words(facts.used / facts.earlier, 2)


def signed_percent(value: Fraction, places: int = 1) -> str:
    """A percentage with its sign, rounded half up for reading: ``+6.2 %``, ``≈ −4.8 %``; ``0 %`` is exactly that."""
    if not value:
        return "0 %"
    rounded = to_figures(abs(value), places)
    sign = "" if rounded == abs(value) else "≈ "
    return f"{sign}{'−' if value < 0 else '+'}{grouped_digits(rounded)} %"
