"""The preparation worksheet of one dose: what was ordered, from what it is made, and every step to it.

Conventions: each number has its unit, each step can be repeated by hand, and each limit says what was reached and by
how much. Nothing that the protocol leaves open is filled in. Who prepared, checked and released it is left blank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.messages import Msg, unsaid
from dosecal.model.preparation import Verdict
from dosecal.model.quantity import column_digits, exact_fraction
from dosecal.model.spoken import number_words, of_unit, per, signed_percent, unit_words
from dosecal.report.messages import words
from dosecal.report.messages.preparation_steps import (
    containers_note,
    of_lot,
    of_ordered,
    preparation_steps,
    syringe_words,
)
from dosecal.report.messages.rate_words import allowed_rates, duration_words, rate_to_program
from dosecal.report.messages.weight_words import flag_sentences
from dosecal.report.messages.workings import (
    Step,
    container_of,
    containers_words,
    flat_words,
    ml_words,
    short_words,
)
from dosecal.report.sheets.dose_steps import dose_steps
from dosecal.report.sheets.sheet import Blank, Fact, Grid, Line, Note, NumberedStep, Section, Sheet
from dosecal.report.sheets.sheet_limits import limits_section, to_be_answered
from dosecal.report.sheets.sheet_sections import (
    CHECKED,
    ML,
    ML_PER_HOUR,
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
from dosecal.report.sheets.sheet_words import weight_age_words, weight_change_words
from dosecal.report.sheets.use_words import use_facts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from dosecal.model.preparation import Diluted, Preparation, PreparedLine, Syringe, UseCheck
    from dosecal.model.product import Product, RateRule
    from dosecal.model.quantity import Amount
    from dosecal.report.sheets.sheet_sections import DoseToPrepare, SheetDose

KIND = Msg("preparation worksheet")
CAUTION = Msg(
    "A calculation to be checked against the protocol, step by step; it does not replace the pharmacist's judgement, "
    "and is to be validated at the site before it is used for care."
)
NONE = unsaid("—")
NO_END = Msg("The dose by the rule is not rounded and cannot be measured as it stands: write the dose that is ordered.")


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
        Section("signatures", Msg("Signatures"), (PREPARED, CHECKED, RELEASED)),
    )
    return Sheet(KIND, marks_of(given), sections, CAUTION)


def _order_section(given: DoseToPrepare) -> Section:
    notes = [Note(text, is_warning=True) for text in given.dose.notes]
    return Section("order", Msg("Order"), (*_order_lines(given.worked.ordered), *notes, *rule_facts(given.dose)))


def _order_lines(ordered: Amount) -> tuple[Line, ...]:
    """The dose that is ordered; where its digits have no end, a place for it and what comes of the rule."""
    text, unit, name = words.amount_in_words(ordered), ordered.unit.symbol, Msg("ordered dose")
    if words.is_whole(ordered):
        return (_number_fact("ordered_dose", name, text, ordered.value, unit, is_main=True),)
    return (
        Blank("ordered_dose", name, unit_words(ordered.unit.spoken), Msg("stated by the prescriber")),
        _number_fact("dose_by_rule", Msg("dose by the rule"), text, ordered.value, unit, is_main=True),
        Note(NO_END),
    )


def _number_fact(key: str, name: Msg, text: Msg, value: Fraction, unit: str, *, is_main: bool = False) -> Fact:
    """A fact with its number for programs."""
    return Fact(key, name, text, column_digits(value), unit, exact_fraction(value), is_main=is_main)


def weight_section(given: SheetDose) -> Section:
    """The weight as it was recorded, how old it is, and how it changed."""
    dose = given.dose
    lines: list[Line] = [*weight_inputs(given)]
    if dose.weight is not None:
        days = "" if dose.weight_age_days is None else str(dose.weight_age_days)
        lines.append(Fact("weight_age", Msg("age of the weight"), weight_age_words(dose), days, "days"))
        change = Msg("first dose")
        if dose.weight_before is not None:
            change = weight_change_words(dose.weight, dose.weight_before)
        lines.append(Fact("weight_change", Msg("change"), change))
        flags = flag_sentences(dose.weight_facts, dose.regimen.weight)
        lines += [Note(sentence, is_warning=True) for sentence in flags]
    return Section("weight", Msg("Weight and body"), (*lines, *body_notes(given)))


def _product_section(given: DoseToPrepare) -> Section:
    preparation = given.preparation
    lines: list[Line] = [*product_lines(given)]
    if given.lots is None:
        lines += label_blanks()
    elif preparation.lines:
        lines.append(_taken(preparation))
    if preparation.short is not None:
        missing = flat_words(preparation.short)
        text = Msg("The lots at hand do not cover this dose: {a} are missing.", a=missing)
        lines.append(Note(text, is_warning=True))
    return Section("product", Msg("Product"), tuple(lines))


def _taken(preparation: Preparation) -> Grid:
    heads = (Msg("from lot"), Msg("containers to open"), Msg("volume to draw"), Msg("it delivers"))
    return Grid("taken", heads, tuple(_taken_row(line) for line in preparation.lines))


def _taken_row(line: PreparedLine) -> tuple[Msg, ...]:
    drawn = NONE if line.drawn_ml is None else ml_words(line.drawn_ml)
    return (unsaid(line.lot), unsaid(", ".join(line.containers)) or NONE, drawn, short_words(line.delivered))


def _calculation_section(given: DoseToPrepare) -> Section:
    steps = (*dose_steps(given.worked), *_label_steps(given), *preparation_steps(given.preparation, with_limits=False))
    notes = (Note(Msg("To be determined: it needs {what}.", what=reason)) for reason in given.preparation.open)
    return Section("calculation", Msg("Calculation"), (*numbered(steps), *notes))


def numbered(steps: Iterable[Step]) -> tuple[NumberedStep, ...]:
    """The steps of a calculation with their numbers, without those that the sheet says elsewhere."""
    shown = (step for step in steps if step.is_calculation)
    return tuple(NumberedStep(number, one.name, one.working, one.result) for number, one in enumerate(shown, 1))


def _label_steps(given: DoseToPrepare) -> list[Step]:
    """How the content and the volume on each label give the strength that the steps begin from."""
    container = given.preparation.product.container
    labels = {(one.lot, one.content, one.volume_ml): None for one in given.lots or ()}
    if given.lots is None and container is not None and given.preparation.lines:
        labels = {("", container.content, container.volume_ml): None}
    steps = []
    for lot, content, volume_ml in labels:
        if volume_ml is not None:
            working = Msg("{a} ÷ {b}", a=short_words(content), b=ml_words(volume_ml))
            strength = per(of_unit(number_words(content.value / volume_ml), content.unit.spoken), "mL")
            steps.append(Step(of_lot(Msg("label strength"), lot), working, strength))
    return steps


def _rounding_section(given: DoseToPrepare) -> Section:
    preparation = given.preparation
    dose_rule, volume_rule = rounding_facts(given.dose)
    lines = [dose_rule]
    if given.dose.regimen.rounding is not None:
        by_it = unsaid(signed_percent(given.worked.deviation_percent, 2))
        lines.append(Fact("dose_deviation", Msg("deviation by it"), by_it))
    if preparation.drawn_ml is not None or preparation.containers is None:
        lines.append(volume_rule)  # a volume that is worked out by hand is rounded, too
    if preparation.drawn_ml is not None:
        lines += [
            Fact("delivered_dose", Msg("delivered dose"), flat_words(preparation.delivered)),
            Fact("delivered_deviation", Msg("deviation"), of_ordered(preparation)),
        ]
    if given.dose.regimen.tolerance is not None:
        lines.append(Fact("tolerance", Msg("tolerance"), given.dose.regimen.tolerance.words))
    return Section("rounding", Msg("Rounding and deviation"), tuple(lines))


def _give_section(given: DoseToPrepare) -> Section:
    """What is opened, drawn and left, how fast it runs and for how long, and from which syringe: each once."""
    preparation = given.preparation
    lines: list[Line] = []
    if preparation.containers is not None:
        lines.append(_containers_fact(preparation, preparation.containers))
    if preparation.drawn_ml is not None:
        lines.append(_volume_fact("volume", Msg("volume to draw"), preparation.drawn_ml, is_main=True))
    elif preparation.containers is None:
        lines.append(Blank("volume", Msg("volume to draw"), ML, Msg("worked out by hand from the label")))
    needless = containers_note(preparation)
    if needless:
        lines.append(Note(needless))
    if preparation.leftover is not None:
        left = flat_words(preparation.leftover)
        if preparation.leftover_ml is not None:
            left = Msg("{content} in {volume}", content=left, volume=ml_words(preparation.leftover_ml))
        lines.append(Fact("left_over", Msg("left over"), left))
    if preparation.diluted is not None:
        lines += _dilution_facts(preparation.diluted)
    lines += _rate_lines(preparation)
    if preparation.syringe is not None:
        lines.append(_syringe_fact(preparation.syringe))
    lines += thaw_lines(preparation.product, given.use)
    lines += _day_notes(given)
    return Section("give", Msg("To prepare and give"), tuple(lines))


def thaw_lines(product: Product, use: UseCheck | None = None) -> list[Line]:
    """The times of thaw, of expiry and of the infusion, as far as they are known; else places for the first two."""
    if not product.use_within_words:
        return []
    known: list[Line] = [] if use is None else [*use_facts(use)]
    if use is not None and use.verdict is Verdict.BEYOND:
        known.append(to_be_answered(Msg("NOT KEPT: the infusion does not end before the product expires")))
    if use is not None and use.use_before is not None:
        return known
    rule = Msg(
        "Expires at: the time of thaw + {time} that pass, also where the clocks change in between.",
        time=product.use_within_time,
    )
    return [
        Blank("thawed_at", Msg("thawed at"), hint=Msg("date and time, with the zone")),
        Blank("use_before", Msg("expires at"), hint=Msg("thawed at + {time}", time=product.use_within_time)),
        Note(rule),
        *known,
    ]


def _day_notes(given: DoseToPrepare) -> list[Line]:
    """That the infusion begins on another day than planned."""
    start, day = None if given.use is None else given.use.times.start, given.dose.day
    if start is None or day is None or start.date() == day:
        return []
    text = Msg("It begins on {day}, and is planned for {planned}", day=start.date(), planned=day)
    return [Note(text, is_warning=True)]


def _volume_fact(key: str, name: Msg, volume_ml: Fraction, *, is_main: bool = False) -> Fact:
    return _number_fact(key, name, ml_words(volume_ml), volume_ml, "mL", is_main=is_main)


def _containers_fact(preparation: Preparation, count: int) -> Fact:
    called, exact = container_of(preparation.product), preparation.containers_exact
    text = containers_words(count, called)
    if exact is not None and exact != count:
        text = Msg("{count} ({exact}, rounded up)", count=text, exact=number_words(exact))
    return Fact("containers", Msg("containers to open"), text, str(count), called, is_main=True)


def _dilution_facts(diluted: Diluted) -> list[Fact]:
    facts = []
    if diluted.added_to_each_ml is not None:
        facts.append(_volume_fact("added_to_each", Msg("added to each before"), diluted.added_to_each_ml))
    elif diluted.diluent_ml is not None:
        facts.append(_volume_fact("diluent", Msg("diluent to add"), diluted.diluent_ml))
    return [*facts, _volume_fact("total_volume", Msg("volume to infuse"), diluted.total_ml, is_main=True)]


def _rate_lines(preparation: Preparation) -> list[Line]:
    """The one rate in mL per hour with its duration, or, where there is no one rate or no volume, a place for it."""
    rate, rule = preparation.rate, preparation.worked.regimen.rate
    if rule is None:
        return [Fact("rate", Msg("infusion rate"), words.NONE_STATED)]
    if rate is None:
        return [rate_blank(rule)]
    if rate.setting is None or rate.minutes is None:
        hint = Msg("{rates}; the protocol names no one rate", rates=allowed_rates(rate))
        return [Blank("rate", Msg("rate to program"), ML_PER_HOUR, hint)]
    program, duration = rate_to_program(rate, rate.setting), duration_words(rate, rate.minutes)
    return [
        _number_fact("rate", Msg("rate to program"), program, rate.setting, "mL/h", is_main=True),
        _number_fact("duration", Msg("duration"), duration, rate.minutes, "min"),
    ]


def rate_blank(rule: RateRule) -> Blank:
    """A place for a rate that can't be worked out yet."""
    hint = Msg("{rate}; it needs the volume to infuse", rate=rule.words)
    return Blank("rate", Msg("rate to program"), ML_PER_HOUR, hint)


def _syringe_fact(syringe: Syringe) -> Fact:
    return _number_fact("syringe", Msg("smallest syringe"), syringe_words(syringe), syringe.nominal_ml, "mL")
