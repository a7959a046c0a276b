"""The preparation worksheet of one dose: what was ordered, from what it is made, and every step to it.

Conventions: each number has its unit, each step can be repeated by hand, and each limit says what was reached and by
how much. Nothing that the protocol leaves open is filled in. Who prepared, checked and released it is left blank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.counts import counted
from dosecal.model.preparation import Verdict
from dosecal.model.quantity import column_digits, exact_fraction
from dosecal.model.spoken import number_words
from dosecal.report.messages import words
from dosecal.report.messages.product_words import (
    containers_note,
    flat_words,
    minutes_words,
    preparation_steps,
    short_words,
    syringe_words,
)
from dosecal.report.messages.weight_words import flag_sentences, signed_percent
from dosecal.report.sheets.sheet import Blank, Fact, Grid, Line, Note, NumberedStep, Section, Sheet
from dosecal.report.sheets.sheet_limits import limits_section
from dosecal.report.sheets.sheet_sections import (
    CHECKED,
    PREPARED,
    RELEASED,
    body_notes,
    label_blanks,
    marks_of,
    open_section,
    product_lines,
    rounding_facts,
    rule_facts,
    subject_section,
    weight_inputs,
)
from dosecal.report.sheets.sheet_words import (
    date_words,
    weight_age_words,
    weight_change_words,
)
from dosecal.report.sheets.use_words import use_facts
from dosecal.report.sheets.worksheet import dose_working

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.preparation import Diluted, Preparation, PreparedLine, Syringe, UseCheck
    from dosecal.model.product import Product
    from dosecal.model.quantity import Amount
    from dosecal.report.sheets.sheet_sections import DoseToPrepare, SheetDose

KIND = "preparation worksheet"
CAUTION = (
    "A calculation to be checked against the protocol, step by step; it does not replace the pharmacist's judgement, "
    "and is to be validated at the site before it is used for care."
)
_INPUT_STEPS = {"dose rule", "weight", "dose level"}
"""Steps of a working that are inputs and stand in the sections above it."""
_PLACED_STEPS = {
    "deviation",
    "delivered deviation",
    "left over",
    "note on containers",
    "rate",
    "syringe",
    "use within",
    "not covered",
    "to be determined",
}
NOTHING = "—"
NO_END = "The dose by the rule is not rounded and cannot be measured as it stands: write the dose that is ordered."


def preparation_sheet(given: DoseToPrepare) -> Sheet:
    """The preparation worksheet of a dose."""
    dose = given.dose
    sections = (
        subject_section(dose),
        _order_section(given),
        weight_section(given),
        _product_section(given),
        _calculation_section(given),
        limits_section(given.worked, given.preparation),
        _rounding_section(given),
        _give_section(given),
        open_section(dose),
        Section("signatures", "Signatures", (PREPARED, CHECKED, RELEASED)),
    )
    return Sheet(KIND, marks_of(given), sections, CAUTION)


def _order_section(given: DoseToPrepare) -> Section:
    notes = [Note(text, is_warning=True) for text in given.dose.notes]
    return Section("order", "Order", (*_order_lines(given.worked.ordered), *notes, *rule_facts(given.dose)))


def _order_lines(ordered: Amount) -> tuple[Line, ...]:
    """The dose that is ordered; where its digits have no end, a place for it and what comes of the rule."""
    text, unit = words.amount_in_words(ordered), ordered.unit.symbol
    if words.is_whole(ordered):
        return (_number_fact("ordered_dose", "ordered dose", text, ordered.value, unit, is_main=True),)
    return (
        Blank("ordered_dose", "ordered dose", unit, "stated by the prescriber"),
        _number_fact("dose_by_rule", "dose by the rule", text, ordered.value, unit, is_main=True),
        Note(NO_END),
    )


def _number_fact(key: str, name: str, text: str, value: Fraction | None, unit: str, *, is_main: bool = False) -> Fact:
    """A fact with its number for programs; None for one that is not known."""
    if value is None:
        return Fact(key, name, text, is_main=is_main)
    return Fact(key, name, text, column_digits(value), unit, exact_fraction(value), is_main=is_main)


def weight_section(given: SheetDose) -> Section:
    """The weight as it was recorded, how old it is, and how it changed."""
    dose = given.dose
    lines: list[Line] = [*weight_inputs(given)]
    if dose.weight is not None:
        age = dose.weight_age_days
        lines.append(
            Fact("weight_age", "age of the weight", weight_age_words(dose), "" if age is None else str(age), "days")
        )
        change = "first dose"
        if dose.weight_before is not None:
            change = weight_change_words(dose.weight, dose.weight_before)
        lines.append(Fact("weight_change", "change", change))
        flags = flag_sentences(dose.weight_facts, dose.regimen.weight)
        lines += [Note(sentence, is_warning=True) for sentence in flags]
    return Section("weight", "Weight and body", (*lines, *body_notes(given)))


def _product_section(given: DoseToPrepare) -> Section:
    preparation = given.preparation
    lines: list[Line] = [*product_lines(given)]
    if given.lots is None:
        lines += label_blanks()
    elif preparation.lines:
        lines.append(_taken(preparation))
    if preparation.short is not None:
        text = f"The lots at hand do not cover this dose: {flat_words(preparation.short)} are missing."
        lines.append(Note(text, is_warning=True))
    return Section("product", "Product", tuple(lines))


def _taken(preparation: Preparation) -> Grid:
    heads = ("from lot", "containers to open", "volume to draw", "it delivers")
    return Grid("taken", heads, tuple(_taken_row(line) for line in preparation.lines))


def _taken_row(line: PreparedLine) -> tuple[str, ...]:
    drawn = NOTHING if line.drawn_ml is None else f"{number_words(line.drawn_ml)} mL"
    return (line.lot, ", ".join(line.containers) or NOTHING, drawn, short_words(line.delivered))


def _calculation_section(given: DoseToPrepare) -> Section:
    dose = given.dose
    of_dose = dose_working(given.worked, dose.arm.id, (dose.visit.id,)).steps
    steps = [(step.name, step.working, step.result) for step in of_dose if step.name not in _INPUT_STEPS]
    steps += _label_steps(given)
    of_product = preparation_steps(given.preparation, with_limits=False)
    steps += [step for step in of_product if step.name not in _PLACED_STEPS]
    lines: list[Line] = [NumberedStep(number, *step) for number, step in enumerate(steps, 1)]
    lines += [Note(f"To be determined: it needs {reason}.") for reason in given.preparation.open]
    return Section("calculation", "Calculation", tuple(lines))


def _label_steps(given: DoseToPrepare) -> list[tuple[str, str, str]]:
    """How the content and the volume on each label give the strength that the steps begin from."""
    container = given.preparation.product.container
    labels = {(f", lot {one.lot}", one.content, one.volume_ml): None for one in given.lots or ()}
    if given.lots is None and container is not None and given.preparation.lines:
        labels = {("", container.content, container.volume_ml): None}
    steps = []
    for lot, content, volume_ml in labels:
        if volume_ml is not None:
            working = f"{short_words(content)} ÷ {number_words(volume_ml)} mL"
            strength = f"{number_words(content.value / volume_ml)} {content.unit.spoken} per mL"
            steps.append((f"label strength{lot}", working, strength))
    return steps


def _rounding_section(given: DoseToPrepare) -> Section:
    preparation = given.preparation
    dose_rule, volume_rule = rounding_facts(given.dose)
    lines = [dose_rule]
    if given.dose.regimen.rounding is not None:
        lines.append(Fact("dose_deviation", "deviation by it", signed_percent(given.worked.deviation_percent, 2)))
    if preparation.drawn_ml is not None or preparation.containers is None:
        lines.append(volume_rule)  # a volume that is worked out by hand is rounded, too
    if preparation.drawn_ml is not None:
        delivered = preparation.delivered
        deviation = signed_percent(preparation.deviation_percent, 2)
        lines += [
            Fact("delivered_dose", "delivered dose", flat_words(delivered)),
            Fact("delivered_deviation", "deviation", f"{deviation} of the ordered dose"),
        ]
    if given.dose.regimen.tolerance is not None:
        lines.append(Fact("tolerance", "tolerance", given.dose.regimen.tolerance.words))
    return Section("rounding", "Rounding and deviation", tuple(lines))


def _give_section(given: DoseToPrepare) -> Section:
    """What is opened, drawn and left, how fast it runs and for how long, and from which syringe: each once."""
    preparation = given.preparation
    lines: list[Line] = []
    if preparation.containers is not None:
        lines.append(_containers_fact(preparation, preparation.containers))
    if preparation.drawn_ml is not None:
        lines.append(_volume_fact("volume", "volume to draw", preparation.drawn_ml, is_main=True))
    elif preparation.containers is None:
        lines.append(Blank("volume", "volume to draw", "mL", "worked out by hand from the label"))
    needless = containers_note(preparation)
    if needless:
        lines.append(Note(needless))
    if preparation.leftover is not None:
        volume = "" if preparation.leftover_ml is None else f" in {number_words(preparation.leftover_ml)} mL"
        lines.append(Fact("left_over", "left over", f"{flat_words(preparation.leftover)}{volume}"))
    if preparation.diluted is not None:
        lines += _dilution_facts(preparation.diluted)
    lines += _rate_lines(preparation)
    if preparation.syringe is not None:
        lines.append(_syringe_fact(preparation.syringe))
    lines += thaw_lines(preparation.product, given.use)
    lines += _day_notes(given)
    return Section("give", "To prepare and give", tuple(lines))


def thaw_lines(product: Product, use: UseCheck | None = None) -> list[Line]:
    """The times of thaw, of expiry and of the infusion, as far as they are known; else places for the first two."""
    if not product.use_within_words:
        return []
    within = product.use_within_words.removesuffix(" of thaw")
    known: list[Line] = [] if use is None else [Fact(*fact) for fact in use_facts(use)]
    if use is not None and use.verdict is Verdict.BEYOND:
        text = "NOT KEPT: the infusion does not end before the product expires"
        known.append(Note(f"{text}. To be answered before it is prepared.", is_warning=True))
    if use is not None and use.use_before is not None:
        return known
    rule = f"Expires at: the time of thaw + {within} that pass, also where the clocks change in between."
    return [
        Blank("thawed_at", "thawed at", hint="date and time, with the zone"),
        Blank("use_before", "expires at", hint=f"thawed at + {within}"),
        Note(rule),
        *known,
    ]


def _day_notes(given: DoseToPrepare) -> list[Line]:
    """That the infusion begins on another day than planned."""
    start, day = None if given.use is None else given.use.times.start, given.dose.day
    if start is None or day is None or start.date() == day:
        return []
    text = f"It begins on {date_words(start.date())}, and is planned for {date_words(day)}"
    return [Note(text, is_warning=True)]


def _volume_fact(key: str, name: str, volume_ml: Fraction, *, is_main: bool = False) -> Fact:
    return _number_fact(key, name, f"{number_words(volume_ml)} mL", volume_ml, "mL", is_main=is_main)


def _containers_fact(preparation: Preparation, count: int) -> Fact:
    called = "container" if preparation.product.container is None else preparation.product.container.called
    exact = preparation.containers_exact
    text = counted(count, called)
    if exact is not None and exact != count:
        text = f"{text} ({number_words(exact)}, rounded up)"
    return Fact("containers", "containers to open", text, str(count), called, is_main=True)


def _dilution_facts(diluted: Diluted) -> list[Fact]:
    facts = []
    if diluted.added_to_each_ml is not None:
        facts.append(_volume_fact("added_to_each", "added to each before", diluted.added_to_each_ml))
    elif diluted.diluent_ml is not None:
        facts.append(_volume_fact("diluent", "diluent to add", diluted.diluent_ml))
    return [*facts, _volume_fact("total_volume", "volume to infuse", diluted.total_ml, is_main=True)]


def _rate_lines(preparation: Preparation) -> list[Line]:
    """The one rate in mL per hour with its duration, or, where there is no one rate or no volume, a place for it."""
    rate, rule = preparation.rate, preparation.worked.regimen.rate
    if rule is None:
        return [Fact("rate", "infusion rate", words.NONE_STATED)]
    if rate is None:
        return [Blank("rate", "rate to program", "mL/h", f"{rule.words}; it needs the volume to infuse")]
    if rate.setting is None or rate.minutes is None:
        ends = (("at least", rate.slowest), ("at most", rate.fastest))
        allowed = ", ".join(f"{side} {number_words(end, 1)} mL/h" for side, end in ends if end is not None)
        return [Blank("rate", "rate to program", "mL/h", f"{allowed}; the protocol names no one rate")]
    is_limit = not (rate.rule.give or rate.rule.aim or rate.slowest == rate.fastest)
    program = f"{'at most ' if is_limit else ''}{number_words(rate.setting)} mL/h"
    duration = f"{'at least ' if is_limit else ''}{minutes_words(rate.minutes)}"
    return [
        _number_fact("rate", "rate to program", program, rate.setting, "mL/h", is_main=True),
        _number_fact("duration", "duration", duration, rate.minutes, "min"),
    ]


def _syringe_fact(syringe: Syringe) -> Fact:
    return _number_fact("syringe", "smallest syringe", syringe_words(syringe), syringe.nominal_ml, "mL")
