"""The steps from an ordered dose to what is drawn, opened, diluted, infused and limited, in words and as JSON.

Conventions: each step has the rule with the numbers put in, and its result. A number whose digits have no end is shown
with a few digits after "≈", with the exact fraction beside it once, as in JSON. Rates are in mL per hour alone.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from dosecal.model.counts import counted
from dosecal.model.preparation import MOST_OFF_PERCENT, Verdict
from dosecal.model.quantity import Amount, Unit, column_digits, exact_fraction, has_end, has_fraction, round_half_up
from dosecal.model.spoken import (
    COUNTED,
    FEW_PLACES,
    amount_words,
    grouped_digits,
    number_digits,
    number_words,
)
from dosecal.report.messages.weight_words import signed_percent

if TYPE_CHECKING:
    from dosecal.model.preparation import (
        Chain,
        Diluted,
        LimitCheck,
        Preparation,
        PreparedLine,
        PumpCheck,
        Syringe,
        WorkedRate,
    )

MEASURED_TO = "none stated: measured to 0.01 mL below 1 mL and to 0.1 mL from 1 mL on, ties up"
_HOUR = 60
FAR_OFF = f"more than {MOST_OFF_PERCENT} %, and no tolerance is stated"
RATE_UNKNOWN = "rate not known in mL/h: no concentration"


class ProductStep(NamedTuple):
    """One step: what is found, the rule with the numbers put in (may be empty), and what comes out."""

    name: str
    working: str
    result: str


def exact_words(value: Fraction, unit: str) -> str:
    """A number with its unit and, where its digits have no end, the fraction that it is."""
    said = f"{number_digits(value, Unit(unit) if unit in COUNTED else None)} {unit}"
    return f"{said} {exactly_words(value, unit)}" if has_fraction(value) else said


def exactly_words(value: Fraction, unit: str) -> str:
    """What a number is that was rounded for reading: ``(exactly 36,625/72 mg)``."""
    return f"(exactly {factor_words(value)} {unit})"


def factor_words(value: Fraction) -> str:
    """A number that a working goes on from: as a fraction where its digits have no end, such as ``36,625/72``."""
    return f"{value.numerator:,}/{value.denominator:,}" if has_fraction(value) else number_digits(value)


def flat_words(amount: Amount) -> str:
    """A derived amount as a person reads it; cells are whole."""
    is_plain = amount.unit.substance in COUNTED or 10**FEW_PLACES % amount.value.denominator == 0
    return amount_words(amount.value, amount.unit) if is_plain else f"{number_words(amount.value)} {amount.unit.spoken}"


def short_words(amount: Amount) -> str:
    """An amount with its digits alone, for the middle of a working."""
    is_counted = amount.unit.substance in COUNTED
    digits = number_digits(amount.value, amount.unit) if is_counted else number_words(amount.value)
    return f"{digits} {amount.unit.spoken}"


def minutes_words(minutes: Fraction) -> str:
    """A duration: minutes up to 2 h, hours beyond."""
    if minutes < 2 * _HOUR:
        return f"{number_words(minutes, 1)} min"
    return f"{number_words(minutes / _HOUR, 2)} h"


def preparation_steps(preparation: Preparation, *, with_limits: bool = True) -> tuple[ProductStep, ...]:
    """Every step of a preparation, in the order in which it is done; with its limits where they are not said apart."""
    steps: list[ProductStep] = []
    for line in preparation.lines:
        steps += _line_steps(line, preparation)
    if len(preparation.lines) > 1:
        steps += _sum_steps(preparation)
    needless = containers_note(preparation)
    if needless:
        steps.append(ProductStep("note on containers", "", needless))
    if preparation.lines:
        steps += _delivery_steps(preparation)
    if preparation.diluted is not None:
        steps += _dilution_steps(preparation.diluted, preparation)
    steps += rate_steps(preparation)
    if preparation.syringe is not None:
        steps.append(_syringe_step(preparation.syringe))
    if preparation.product.use_within_words:
        steps.append(ProductStep("use within", "", preparation.product.use_within_words))
    if with_limits:
        steps += [ProductStep(f"limit of {check.of}", "", _marked_words(check)) for check in preparation.limits]
    if preparation.short is not None:
        steps.append(ProductStep("not covered", "", f"{flat_words(preparation.short)} by the lots at hand"))
    steps += [ProductStep("to be determined", "", f"it needs {reason}") for reason in preparation.open]
    return tuple(steps)


def _named(name: str, line: PreparedLine) -> str:
    return f"{name}, lot {line.lot}" if line.lot else name


def chain_words(chain: Chain) -> tuple[str, str]:
    """How a count becomes what can be dosed: the working, and the result."""
    parts = [f"{number_words(chain.start.value)} {chain.start.unit.spoken} per {chain.per}"]
    parts += [f"{number_words(factor.percent)} % ({factor.name})" for factor in chain.factors]
    is_converted = chain.start.unit.substance not in {chain.usable.unit.substance, "cells"}
    working = " × ".join(parts) if chain.factors or is_converted else ""
    return working, f"{flat_words(chain.usable)} per {chain.per}"


def _line_steps(line: PreparedLine, preparation: Preparation) -> list[ProductStep]:
    steps = []
    if line.per_ml is not None:
        steps.append(ProductStep(_named("strength", line), *chain_words(line.per_ml)))
    if line.overfill_ml is not None and line.label_ml is not None:
        steps.append(_overfill_step(line, preparation))
    if line.per_container is not None:
        steps.append(ProductStep(_named("content", line), *chain_words(line.per_container)))
    added = _addition_step(line, preparation)
    if added is not None:
        steps.append(added)
    if line.exact_ml is not None and line.rounded_ml is not None:
        working = f"{_part_words(line.part)} ÷ {_per_ml_words(line)}"
        steps.append(ProductStep(_named("exact volume", line), working, exact_words(line.exact_ml, "mL")))
        steps.append(_measured_step(line, preparation))
    if line.count is not None and line.per_container is not None:
        steps.append(_containers_step(line, line.per_container))
    return steps


def _part_words(part: Amount) -> str:
    """What a volume is worked out from: exactly, but for a part of a cell."""
    if part.unit.substance in COUNTED:
        return short_words(part)
    return f"{factor_words(part.value)} {part.unit.spoken}"


def _overfill_step(line: PreparedLine, preparation: Preparation) -> ProductStep:
    """What a container holds with its overfill, and whether that counts as content."""
    container = preparation.product.container
    called = "container" if container is None else container.called
    label, over = line.label_ml or Fraction(0), line.overfill_ml or Fraction(0)
    working = f"{number_words(label)} mL + {number_words(over)} mL overfill"
    said = f"{number_words(label + over)} mL in a {called}"
    counts = "all" if container is not None and container.overfill_is_usable else f"{number_words(label)} mL"
    return ProductStep(_named("overfill", line), working, f"{said}, of which {counts} may be given as content")


def _addition_step(line: PreparedLine, preparation: Preparation) -> ProductStep | None:
    """The strength after something was added to each container; None where nothing is."""
    diluted = preparation.diluted
    if diluted is None or diluted.added_to_each_ml is None or not line.room_ml or line.per_ml is None:
        return None
    held, added = number_words(line.room_ml - diluted.added_to_each_ml), number_words(diluted.added_to_each_ml)
    strength = short_words(line.per_ml.usable)
    working = f"{strength} per mL × {held} mL ÷ ({held} mL + {added} mL)"
    return ProductStep(_named("strength after addition", line), working, f"{_drawn_per_ml_words(line)} per mL")


def _drawn_per_ml_words(line: PreparedLine) -> str:
    """What a mL gives as it is drawn."""
    if not line.exact_ml:
        return ""
    return short_words(Amount(line.part.value / line.exact_ml, line.part.unit))


def _per_ml_words(line: PreparedLine) -> str:
    """What a mL gives as it is drawn; as a container's content and volume where its digits have no end."""
    if not line.exact_ml:
        return ""
    per_ml = line.part.value / line.exact_ml
    if not has_end(per_ml) and line.per_container is not None:
        held = line.per_container.usable
        return f"({short_words(held)} ÷ {number_words(held.value / per_ml)} mL)"
    return f"{short_words(Amount(per_ml, line.part.unit))} per mL"


def rounding_words(preparation: Preparation) -> str:
    """The rule by which the volume is rounded."""
    rule = preparation.volume_rounding
    if rule is not None:
        said = f"to {grouped_digits(rule.increment.value)} mL, {rule.words}"
    else:
        said = "no rounding, by the protocol" if preparation.volume_rounding_is_stated else MEASURED_TO
    return _with_turn(said, preparation.turned, preparation)


def _with_turn(said: str, turned: str, preparation: Preparation) -> str:
    """A rule of rounding, and that it was not followed where a limit would not have been kept."""
    return f"{said}; {turn_words(turned, preparation)}" if turned else said


def turn_words(turned: str, preparation: Preparation) -> str:
    """That a volume was measured the other way, and why."""
    return f"here {turned}, to keep the {', '.join(preparation.turned_for)}"


def _measured_step(line: PreparedLine, preparation: Preparation) -> ProductStep:
    drawn = number_words(line.drawn_ml) if line.drawn_ml is not None else ""
    return ProductStep(_named("measured volume", line), rounding_words(preparation), f"{drawn} mL")


def _containers_step(line: PreparedLine, held: Chain) -> ProductStep:
    working = f"{short_words(line.part)} ÷ {short_words(held.usable)}"
    exact = number_words(line.part.value / held.usable.value)
    ids = f": {', '.join(line.containers)}" if line.containers else ""
    count = line.count or 0
    said = f"{counted(count, held.per)}{ids}"
    if line.part.value == count * held.usable.value:
        return ProductStep(_named("containers", line), working, said)
    sign = "" if exact.startswith("≈") else "= "
    return ProductStep(_named("containers", line), f"{working} {sign}{exact}, rounded up", said)


def _sum_steps(preparation: Preparation) -> list[ProductStep]:
    steps = []
    drawn = [line.drawn_ml for line in preparation.lines if line.drawn_ml is not None]
    if preparation.drawn_ml is not None:
        working = " + ".join(f"{number_words(one)} mL" for one in drawn)
        steps.append(ProductStep("measured volume in all", working, f"{number_words(preparation.drawn_ml)} mL"))
    if preparation.containers is not None:
        steps.append(ProductStep("containers in all", "", f"{preparation.containers:,}"))
    return steps


def _delivery_steps(preparation: Preparation) -> list[ProductStep]:
    steps = []
    if preparation.drawn_ml is not None:
        parts = [
            f"{number_words(line.drawn_ml)} mL × {_per_ml_words(line)}"
            for line in preparation.lines
            if line.drawn_ml is not None and line.exact_ml
        ]
        steps.append(ProductStep("delivered dose", " + ".join(parts), flat_words(preparation.delivered)))
        deviation = signed_percent(preparation.deviation_percent, 2)
        mark = f": WARNING, {FAR_OFF}" if preparation.is_far_off else ""
        steps.append(ProductStep("delivered deviation", "", f"{deviation} of the ordered dose{mark}"))
    if preparation.leftover is not None:
        volume = "" if preparation.leftover_ml is None else f", {number_words(preparation.leftover_ml)} mL"
        steps.append(ProductStep("left over", "", f"{flat_words(preparation.leftover)}{volume}"))
    return steps


def _dilution_steps(diluted: Diluted, preparation: Preparation) -> list[ProductStep]:
    steps = []
    if diluted.added_to_each_ml is not None:
        steps.append(ProductStep("dilution", diluted.words, f"{grouped_digits(diluted.added_to_each_ml)} mL each"))
    elif diluted.diluent_ml is not None:
        how = _with_turn(diluted.words, preparation.turned_diluent, preparation)
        steps.append(ProductStep("diluent", how, f"{number_words(diluted.diluent_ml)} mL"))
    steps.append(ProductStep("volume to infuse", "", f"{number_words(diluted.total_ml)} mL"))
    working = f"{short_words(preparation.delivered)} ÷ {number_words(diluted.total_ml)} mL"
    steps.append(ProductStep("concentration", working, f"{flat_words(diluted.concentration)} per mL"))
    return steps


def rate_steps(preparation: Preparation) -> list[ProductStep]:
    """One rate to be programmed with its duration; where the protocol names a range alone, both ends of it."""
    rate = preparation.rate
    if rate is None:
        unknown = unknown_rate(preparation)
        return [ProductStep("rate", "", unknown)] if unknown else []
    by = weight_of_rate(preparation)
    return [ProductStep("rate", rate.rule.words, f"{_rate_words(rate)}{f', {by}' if by else ''}")]


def unknown_rate(preparation: Preparation) -> str:
    """That a rate which the protocol states is not known in mL per hour, for want of a volume; empty elsewhere."""
    rule = preparation.worked.regimen.rate
    if rule is None or preparation.rate is not None or preparation.infused_ml is not None:
        return ""
    return f"{rule.words}: {RATE_UNKNOWN}"


def weight_of_rate(preparation: Preparation) -> str:
    """Which weight a rate per kg takes beside a dose that takes none; empty elsewhere."""
    rule, kilograms = preparation.worked.regimen.rate, preparation.weight_kg
    if rule is None or not rule.is_per_kg or kilograms is None or preparation.worked.weight_kg is not None:
        return ""
    return f"the rate takes a weight of {grouped_digits(kilograms)} kg"


def _rate_words(rate: WorkedRate) -> str:
    if rate.setting is not None and rate.minutes is not None:
        bound = "" if rate.rule.give or rate.rule.aim or rate.slowest == rate.fastest else "at most "
        least = "at least " if bound else ""
        exact = "" if rate.program in {None, rate.setting} else f"{number_words(rate.program)} mL/h, set as "
        return f"{exact}{bound}{number_words(rate.setting)} mL/h, for {least}{minutes_words(rate.minutes)}"
    ends = [end for end in (rate.slowest, rate.fastest) if end is not None]
    if len(ends) == 1:
        return f"at least {number_words(ends[0], 1)} mL/h: the protocol names no one rate"
    return f"{' to '.join(number_words(end, 1) for end in ends)} mL/h: the protocol names no one rate"


def _syringe_step(syringe: Syringe) -> ProductStep:
    return ProductStep("syringe", "", syringe_words(syringe))


def syringe_words(syringe: Syringe) -> str:
    """The size of a syringe, and by how much it may be off."""
    nominal, percent = number_words(syringe.nominal_ml), number_words(syringe.percent, 2)
    shown = number_words(syringe.tolerance_ml)
    tolerance = f"≈ ±{shown[2:]}" if shown.startswith("≈ ") else f"±{shown}"
    return f"{nominal} mL; it may be off by {tolerance} mL ({percent} %) after ISO 7886-1: {syringe.rule}"


def pump_words(check: PumpCheck) -> str:
    """What a pump is set to beside the protocol: that it agrees, or how many times too fast or too slow it is."""
    if check.is_duration:
        entered, expected = minutes_words(check.entered), minutes_words(check.expected)
    else:
        entered, expected = (f"{number_words(one)} mL/h" for one in (check.entered, check.expected))
    if check.agrees:
        return f"{entered}: as the protocol has it"
    pace = "too fast" if check.is_too_fast else "too slow"
    return f"{entered} against {expected}: DIFFERS, {number_words(check.fold, 2)}-fold {pace}"


def found_words(check: LimitCheck) -> str:
    """What a value is about: why it is not known, which dose it is of, or what each dose of the day adds."""
    if not check.shares:
        return check.why
    known = [f"{one.dose} {number_words(one.value)}" for one in check.shares if one.value is not None]
    unknown = [f"{one.dose} ({one.why})" for one in check.shares if one.value is None]
    said = " + ".join(known)
    return f"{said}{'; ' * bool(known and unknown)}{'not counted: ' * bool(unknown)}{', '.join(unknown)}"


def limit_words(check: LimitCheck) -> str:
    """A limit, what was found, its verdict and by how much; the fold from 2 on."""
    bound = f"at most {number_words(check.limit)}" if check.is_most else f"at least {number_words(check.limit)}"
    if not check.limit_is_inside:
        bound = f"{'less' if check.is_most else 'more'} than {number_words(check.limit)}"
    why = found_words(check)
    about = f" ({why})" if why and check.value is not None else ""
    if check.value is None:
        return f"{bound} {check.unit}: not known, {why}"
    found = f"{bound} {check.unit}: {number_words(check.value)}{about}, {check.verdict.value}"
    difference = f" by {number_words(check.by)}" if check.by else ""
    fold = f", {number_words(check.fold, 2)}-fold" if check.fold is not None else ""
    reached = "" if check.reached_ml is None else f"; reached with {number_words(check.reached_ml)} mL"
    return f"{found}{difference}{fold}{reached}"


def _marked_words(check: LimitCheck) -> str:
    """A limit in words, marked where the delivered dose does not keep it."""
    return f"WARNING: {limit_words(check)}" if is_off(check) else limit_words(check)


def off_words(preparation: Preparation) -> str:
    """That the delivered dose is too far from the ordered one; empty where it is not."""
    if preparation.is_far_off:
        places = 2
        while round_half_up(abs(preparation.deviation_percent), Fraction(1, 10**places)) <= MOST_OFF_PERCENT:
            places += 1
        percent = signed_percent(preparation.deviation_percent, places)
        return f"the delivered dose is {percent} from the ordered one: {FAR_OFF}"
    return "; ".join(f"{check.of}: {limit_words(check)}" for check in preparation.limits if is_off(check))


def is_off(check: LimitCheck) -> bool:
    """Whether it is the tolerance, and the delivered dose is further from the ordered one than that."""
    return check.of == "tolerance" and check.verdict is Verdict.BEYOND


def containers_note(preparation: Preparation) -> str:
    """Why more containers are listed than the measured volume fills; empty where that is not so."""
    said = []
    for line in preparation.lines:
        if line.drawn_ml is None or not line.exact_ml or line.per_container is None or not line.count:
            continue
        content_ml = line.per_container.usable.value * line.exact_ml / line.part.value
        enough = max(-(-line.drawn_ml // content_ml), 1)
        if enough < line.count:
            called = line.per_container.per
            holds, more = counted(enough, called), counted(line.count, called)
            exact = number_words(line.exact_ml)
            lot = f"lot {line.lot}: " if line.lot else ""
            hold = "holds" if enough == 1 else "hold"
            why = f"the exact volume, {exact} mL, is more than {holds} {hold}"
            said.append(f"{lot}{more} although {holds} {hold} the measured {number_words(line.drawn_ml)} mL: {why}")
    return "; ".join(said)


def beyond_words(preparation: Preparation) -> tuple[str, ...]:
    """A sentence for each limit that is not kept, and for what is not covered or open; for the notes of a row."""
    said = [
        f"{'WARNING: ' if is_off(one) else ''}BEYOND the limit of {one.of}: {limit_words(one)}"
        for one in preparation.beyond
    ]
    said += [f"WARNING: {off_words(preparation)}"] if preparation.is_far_off else []
    unknown = [one for one in preparation.limits if one.verdict is Verdict.UNKNOWN]
    said += [f"limit of {one.of} not judged: {found_words(one)}" for one in unknown]
    said += [f"volume to be determined: it needs {reason}" for reason in preparation.open]
    if preparation.short is not None:
        said.append(f"the lots at hand do not cover {flat_words(preparation.short)} of it")
    return tuple(said)


def exact_json(**numbers: Fraction | None) -> dict[str, str | None]:
    """Numbers for a program, each a text of plain digits under its name; None for one that is not known.

    One whose digits have no end is rounded half up to 18 decimals, as in a table, and the fraction that it is stands
    beside it: ``{"volume_ml": "8.235294117647058824", "volume_ml_fraction": "140/17"}``.
    """
    said: dict[str, str | None] = {}
    for name, value in numbers.items():
        said[name] = None if value is None else column_digits(value)
        if value is not None and has_fraction(value):
            said[f"{name}_fraction"] = exact_fraction(value)
    return said


def preparation_json(preparation: Preparation) -> dict[str, object]:
    """A preparation as JSON: its numbers as ``exact_json`` says them."""
    diluted, syringe = preparation.diluted, preparation.syringe
    return {
        "product": preparation.product.id,
        **exact_json(
            exact_volume_ml=preparation.exact_ml,
            volume_ml=preparation.drawn_ml,
        ),
        "volume_rounding": rounding_words(preparation),
        "containers": preparation.containers,
        **exact_json(
            exact_containers=preparation.containers_exact,
            delivered_dose=preparation.delivered.value,
            deviation_percent=preparation.deviation_percent,
            left_over=None if preparation.leftover is None else preparation.leftover.value,
            left_over_ml=preparation.leftover_ml,
        ),
        **exact_json(strength_per_ml=_strength(preparation)),
        "dilution": None if diluted is None else _dilution_json(diluted),
        **exact_json(infused_ml=preparation.infused_ml),
        "rate": _rate_json(preparation.rate),
        "syringe": None if syringe is None else _syringe_json(syringe),
        "limits": [_limit_json(check) for check in preparation.limits],
        "lines": [_line_json(line) for line in preparation.lines],
        **exact_json(not_covered=None if preparation.short is None else preparation.short.value),
        "open": list(preparation.open),
    }


def _strength(preparation: Preparation) -> Fraction | None:
    chains = [line.per_ml for line in preparation.lines if line.per_ml is not None]
    return chains[0].usable.value if len(chains) == 1 else None


def _dilution_json(diluted: Diluted) -> dict[str, object]:
    return {
        **exact_json(
            added_to_each_ml=diluted.added_to_each_ml,
            diluent_ml=diluted.diluent_ml,
            exact_diluent_ml=diluted.exact_diluent_ml,
            total_ml=diluted.total_ml,
            concentration=diluted.concentration.value,
        ),
        "unit": f"{diluted.concentration.unit.symbol}/mL",
    }


def _rate_json(rate: WorkedRate | None) -> dict[str, object] | None:
    if rate is None:
        return None
    return {
        **exact_json(
            ml_per_hour=rate.setting,
            exact_ml_per_hour=rate.program,
            slowest_ml_per_hour=rate.slowest,
            fastest_ml_per_hour=rate.fastest,
            minutes=rate.minutes,
        ),
        "rule": rate.rule.words,
    }


def _syringe_json(syringe: Syringe) -> dict[str, object]:
    return {
        **exact_json(
            nominal_ml=syringe.nominal_ml,
            tolerance_ml=syringe.tolerance_ml,
            percent=syringe.percent,
        ),
        "rule": syringe.rule,
    }


def _limit_json(check: LimitCheck) -> dict[str, object]:
    return {
        "of": check.of,
        "bound": "at most" if check.is_most else "at least",
        **exact_json(
            limit=check.limit,
            value=check.value,
        ),
        "unit": check.unit,
        "verdict": check.verdict.value,
        **exact_json(
            by=check.by,
            fold=check.fold,
            reached_ml=check.reached_ml,
        ),
        "shares": [{"dose": one.dose, **exact_json(value=one.value), "why": one.why} for one in check.shares],
        "words": limit_words(check),
    }


def _line_json(line: PreparedLine) -> dict[str, object]:
    return {
        "lot": line.lot,
        "containers": list(line.containers),
        "count": line.count,
        **exact_json(
            part=line.part.value,
            exact_volume_ml=line.exact_ml,
            volume_ml=line.drawn_ml,
            delivered_dose=line.delivered.value,
            overfill_ml=line.overfill_ml,
            container_ml=line.room_ml,
            endotoxin_eu_ml=line.endotoxin,
        ),
    }
