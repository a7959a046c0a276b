"""The steps from an ordered dose to what is drawn, opened, diluted, infused and limited.

Conventions: each step has the rule with the numbers put in, and its result. Rates are in mL per hour alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.messages import COMMA, NOTHING, Msg, joined, plural, unsaid
from dosecal.model.preparation import MOST_OFF_PERCENT
from dosecal.model.quantity import Amount, has_end
from dosecal.model.spoken import (
    COUNTED,
    exact_words,
    factor_words,
    grouped_digits,
    number_words,
    of_unit,
    per,
    signed_percent,
)
from dosecal.report.messages.limit_words import limit_name, marked_words
from dosecal.report.messages.rate_words import rate_steps
from dosecal.report.messages.workings import (
    PLUS,
    TIMES,
    Step,
    container_noun,
    container_of,
    containers_words,
    flat_words,
    given,
    ml_words,
    outcome,
    short_words,
)

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.preparation import Chain, Diluted, Preparation, PreparedLine, Syringe

MEASURED_TO = Msg("none stated: measured to 0.01 mL below 1 mL and to 0.1 mL from 1 mL on, ties up")
"""How a volume is measured where the protocol says nothing of it."""


def preparation_steps(preparation: Preparation, *, with_limits: bool = True) -> tuple[Step, ...]:
    """Every step of a preparation, in the order in which it is done; with its limits where they are not said apart."""
    steps = [step for line in preparation.lines for step in _line_steps(line, preparation)]
    if len(preparation.lines) > 1:
        steps += _sum_steps(preparation)
    needless = containers_note(preparation)
    if needless:
        steps.append(given(Msg("note on containers"), needless))
    if preparation.lines:
        steps += _delivery_steps(preparation)
    if preparation.diluted is not None:
        steps += _dilution_steps(preparation.diluted, preparation)
    steps += rate_steps(preparation)
    if preparation.syringe is not None:
        steps.append(given(Msg("syringe"), syringe_words(preparation.syringe)))
    if preparation.product.use_within_words:
        steps.append(given(Msg("use within"), preparation.product.use_within_words))
    if with_limits:
        for check in preparation.limits:
            steps.append(given(Msg("limit of {limit}", limit=limit_name(check.of)), marked_words(check)))
    if preparation.short is not None:
        short = Msg("{amount} by the lots at hand", amount=flat_words(preparation.short))
        steps.append(given(Msg("not covered"), short))
    steps += [given(Msg("to be determined"), Msg("it needs {what}", what=reason)) for reason in preparation.open]
    return tuple(steps)


def of_lot(name: Msg, lot: str) -> Msg:
    """The name of a step that there is for each lot."""
    return Msg("{name}, lot {lot}", name=name, lot=lot) if lot else name


def _chain_step(name: Msg, chain: Chain) -> Step:
    """How a count becomes what can be dosed."""
    start = per(of_unit(number_words(chain.start.value), chain.start.unit.spoken), chain.per)
    factors = [Msg("{p} % ({part})", p=number_words(factor.percent), part=factor.name) for factor in chain.factors]
    is_converted = chain.start.unit.substance not in {chain.usable.unit.substance, "cells"}
    working = joined((start, *factors), TIMES) if factors or is_converted else NOTHING
    return Step(name, working, per(flat_words(chain.usable), chain.per))


def _line_steps(line: PreparedLine, preparation: Preparation) -> list[Step]:
    steps = []
    if line.per_ml is not None:
        steps.append(_chain_step(of_lot(Msg("strength"), line.lot), line.per_ml))
    if line.overfill_ml is not None and line.label_ml is not None:
        steps.append(_overfill_step(line, line.label_ml, line.overfill_ml, preparation))
    if line.per_container is not None:
        steps.append(_chain_step(of_lot(Msg("content"), line.lot), line.per_container))
    steps += _addition_steps(line, preparation)
    if line.exact_ml is not None and line.rounded_ml is not None:
        working = Msg("{a} ÷ {b}", a=_dose_part(line.part), b=_per_ml_words(line))
        steps.append(Step(of_lot(Msg("exact volume"), line.lot), working, exact_words(line.exact_ml, "mL")))
        drawn = NOTHING if line.drawn_ml is None else ml_words(line.drawn_ml)
        steps.append(Step(of_lot(Msg("measured volume"), line.lot), rounding_words(preparation), drawn))
    if line.count is not None and line.per_container is not None:
        steps.append(_containers_step(line, line.count, line.per_container))
    return steps


def _dose_part(part: Amount) -> Msg:
    """What a volume is worked out from: exactly, but for a part of a cell."""
    if part.unit.substance in COUNTED:
        return short_words(part)
    return of_unit(factor_words(part.value), part.unit.spoken)


def _overfill_step(line: PreparedLine, label: Fraction, over: Fraction, preparation: Preparation) -> Step:
    """What a container holds with its overfill, and whether that counts as content."""
    container = preparation.product.container
    noun = container_noun(container_of(preparation.product))
    working = Msg("{label} + {over} overfill", label=ml_words(label), over=ml_words(over))
    said = Msg("{volume} in a {container}", volume=ml_words(label + over), container=noun)
    if container is not None and container.overfill_is_usable:
        said = Msg("{volume}, of which all may be given as content", volume=said)
    else:
        said = Msg("{volume}, of which {a} may be given as content", volume=said, a=ml_words(label))
    return Step(of_lot(Msg("overfill"), line.lot), working, said)


def _addition_steps(line: PreparedLine, preparation: Preparation) -> list[Step]:
    """The strength after something was added to each container; none where nothing is."""
    diluted = preparation.diluted
    if diluted is None or diluted.added_to_each_ml is None or not line.room_ml or line.per_ml is None:
        return []
    working = Msg(
        "{strength} × {held} ÷ ({held} + {added})",
        strength=per(short_words(line.per_ml.usable), "mL"),
        held=ml_words(line.room_ml - diluted.added_to_each_ml),
        added=ml_words(diluted.added_to_each_ml),
    )
    strength = NOTHING
    if line.exact_ml:
        strength = per(short_words(Amount(line.part.value / line.exact_ml, line.part.unit)), "mL")
    return [Step(of_lot(Msg("strength after addition"), line.lot), working, strength)]


def _per_ml_words(line: PreparedLine) -> Msg:
    """What a mL gives as it is drawn; as a container's content and volume where its digits have no end."""
    if not line.exact_ml:
        return NOTHING
    per_ml = line.part.value / line.exact_ml
    if not has_end(per_ml) and line.per_container is not None:
        held = line.per_container.usable
        return Msg("({a} ÷ {b})", a=short_words(held), b=ml_words(held.value / per_ml))
    return per(short_words(Amount(per_ml, line.part.unit)), "mL")


def rounding_words(preparation: Preparation) -> Msg:
    """The rule by which the volume is rounded."""
    rule = preparation.volume_rounding
    if rule is not None:
        said = Msg("to {a}, {how}", a=of_unit(grouped_digits(rule.increment.value), "mL"), how=rule.words)
    else:
        is_stated = preparation.volume_rounding_is_stated
        said = Msg("no rounding, by the protocol") if is_stated else MEASURED_TO
    return joined((said, turn_words(preparation.turned, preparation)))


def turn_words(turned: str, preparation: Preparation) -> Msg:
    """That a volume was measured the other way, and why; empty where it was not."""
    what = joined(map(limit_name, preparation.turned_for), COMMA)
    if turned == "down":
        return Msg("here down, to keep the {what}", what=what)
    return Msg("here up, to keep the {what}", what=what) if turned else NOTHING


def _containers_step(line: PreparedLine, count: int, held: Chain) -> Step:
    working = Msg("{a} ÷ {b}", a=short_words(line.part), b=short_words(held.usable))
    said = containers_words(count, held.per)
    if line.containers:
        said = Msg("{containers}: {ids}", containers=said, ids=", ".join(line.containers))
    if line.part.value != count * held.usable.value:
        exact = number_words(line.part.value / held.usable.value)
        working = Msg("{a} {n}, rounded up", a=working, n=outcome(working, exact))
    return Step(of_lot(Msg("containers"), line.lot), working, said)


def _sum_steps(preparation: Preparation) -> list[Step]:
    steps = []
    if preparation.drawn_ml is not None:
        working = joined((ml_words(line.drawn_ml) for line in preparation.lines if line.drawn_ml is not None), PLUS)
        steps.append(Step(Msg("measured volume in all"), working, ml_words(preparation.drawn_ml)))
    if preparation.containers is not None:
        steps.append(Step(Msg("containers in all"), NOTHING, unsaid(f"{preparation.containers:,}")))
    return steps


def _delivery_steps(preparation: Preparation) -> list[Step]:
    steps = []
    if preparation.drawn_ml is not None:
        parts = [
            joined((ml_words(line.drawn_ml), _per_ml_words(line)), TIMES)
            for line in preparation.lines
            if line.drawn_ml is not None and line.exact_ml
        ]
        steps.append(Step(Msg("delivered dose"), joined(parts, PLUS), flat_words(preparation.delivered)))
        steps.append(given(Msg("delivered deviation"), _deviation_words(preparation)))
    if preparation.leftover is not None:
        volume = NOTHING if preparation.leftover_ml is None else ml_words(preparation.leftover_ml)
        steps.append(given(Msg("left over"), joined((flat_words(preparation.leftover), volume), COMMA)))
    return steps


def _deviation_words(preparation: Preparation) -> Msg:
    said = of_ordered(preparation)
    if not preparation.is_far_off:
        return said
    return Msg(
        "{deviation}: WARNING, more than {most} %, and no tolerance is stated",
        deviation=said,
        most=str(MOST_OFF_PERCENT),
    )


def of_ordered(preparation: Preparation) -> Msg:
    """How far the delivered dose is from the ordered one."""
    return Msg("{percent} of the ordered dose", percent=signed_percent(preparation.deviation_percent, 2))


def _dilution_steps(diluted: Diluted, preparation: Preparation) -> list[Step]:
    steps = []
    if diluted.added_to_each_ml is not None:
        each = of_unit(grouped_digits(diluted.added_to_each_ml), "mL")
        steps.append(Step(Msg("dilution"), diluted.words, Msg("{a} each", a=each)))
    elif diluted.diluent_ml is not None:
        how = joined((diluted.words, turn_words(preparation.turned_diluent, preparation)))
        steps.append(Step(Msg("diluent"), how, ml_words(diluted.diluent_ml)))
    steps.append(Step(Msg("volume to infuse"), NOTHING, ml_words(diluted.total_ml)))
    working = Msg("{a} ÷ {b}", a=short_words(preparation.delivered), b=ml_words(diluted.total_ml))
    steps.append(Step(Msg("concentration"), working, per(flat_words(diluted.concentration), "mL")))
    return steps


def syringe_words(syringe: Syringe) -> Msg:
    """The size of a syringe, and by how much it may be off."""
    return Msg(
        "{size}; it may be off by {by} ({p} %) after ISO 7886-1: {rule}",
        size=ml_words(syringe.nominal_ml),
        by=of_unit(number_words(syringe.tolerance_ml, sign="±"), "mL"),
        p=number_words(syringe.percent, 2),
        rule=syringe.rule,
    )


def containers_note(preparation: Preparation) -> Msg:
    """Why more containers are listed than the measured volume fills; empty where that is not so."""
    return joined(_containers_note(line) for line in preparation.lines)


def _containers_note(line: PreparedLine) -> Msg:
    if line.drawn_ml is None or not line.exact_ml or line.per_container is None or not line.count:
        return NOTHING
    content_ml = line.per_container.usable.value * line.exact_ml / line.part.value
    enough, called = max(-(-line.drawn_ml // content_ml), 1), line.per_container.per
    if enough >= line.count:
        return NOTHING
    holds = containers_words(enough, called)
    said = plural(
        "{more} although {enough} holds the measured {volume}: {why}",
        "{more} although {enough} hold the measured {volume}: {why}",
        enough,
        more=containers_words(line.count, called),
        enough=holds,
        volume=ml_words(line.drawn_ml),
        why=plural(
            "the exact volume, {volume}, is more than {count} holds",
            "the exact volume, {volume}, is more than {count} hold",
            enough,
            volume=ml_words(line.exact_ml),
            count=holds,
        ),
    )
    return Msg("lot {lot}: {what}", lot=line.lot, what=said) if line.lot else said
