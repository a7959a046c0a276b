"""The preparation worksheet of a dose whose amount the protocol leaves open: the range, and places for all the rest.

Conventions: the program works out what is allowed and nothing beyond it, since any dose of the range may be ordered.
The order, the calculation and what is prepared are written by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.messages import NOTHING, Msg, unsaid
from dosecal.model.spoken import grouped_digits, of_unit, unit_words
from dosecal.report.messages import words
from dosecal.report.messages.limit_words import limit_name
from dosecal.report.messages.workings import container_noun, container_of
from dosecal.report.sheets.dose_steps import range_steps
from dosecal.report.sheets.preparation_sheet import (
    CAUTION,
    KIND,
    numbered,
    rate_blank,
    thaw_lines,
    weight_section,
)
from dosecal.report.sheets.product_facts import bound_words
from dosecal.report.sheets.sheet import Blank, Fact, Grid, Line, Note, Section, Sheet
from dosecal.report.sheets.sheet_sections import (
    CHECKED,
    ML,
    NO_LOTS,
    PREPARED,
    RELEASED,
    bound_facts,
    label_blanks,
    marks_of,
    open_section,
    product_lines,
    rounding_facts,
    rule_facts,
    subject_section,
)

if TYPE_CHECKING:
    from dosecal.model.worked_dose import OpenOrder
    from dosecal.report.sheets.sheet_sections import DoseToOrder

NO_AIM = Msg("The protocol aims at no one dose of its range: write the dose that was ordered, and work it out by hand.")
NOT_PROMISED = Msg(
    "No container of the lots is promised before the dose is ordered: copy the labels of those that are used."
)
HEADS = (Msg("limit"), Msg("allowed"), Msg("found"))


def order_sheet(given: DoseToOrder) -> Sheet:
    """The preparation worksheet of a dose that somebody orders within a range."""
    dose, order, labels = given.dose, given.order, label_blanks(NOT_PROMISED if given.has_lots else NO_LOTS)
    sections = (
        subject_section(dose),
        _order_section(given),
        weight_section(given),
        Section("product", Msg("Product"), (*product_lines(given), *labels)),
        Section("calculation", Msg("Calculation"), (*numbered(range_steps(order)), *_blanks(order))),
        _limits_section(given),
        Section("rounding", Msg("Rounding and deviation"), _rounding_lines(given)),
        _give_section(given),
        open_section(dose),
        Section("signatures", Msg("Signatures"), (PREPARED, CHECKED, RELEASED)),
    )
    return Sheet(KIND, marks_of(given), sections, CAUTION)


def allowed_words(order: OpenOrder) -> Msg:
    """The doses that are allowed: ``7,600,000 to 190,000,000 viable cells (7.6 million to 190 million)``."""
    low, high = (words.amount_in_words(end) for end in order.range)
    return Msg("{least} to {most}", least=low, most=high)


def _unit(order: OpenOrder, per: str = "") -> Msg:
    return unit_words(f"{order.range[0].unit.spoken}{per}")


def _order_section(given: DoseToOrder) -> Section:
    order = given.order
    lines: list[Line] = [
        Blank("ordered_dose", Msg("ordered dose"), _unit(order), Msg("within the allowed range")),
        Fact("allowed_range", Msg("allowed range"), allowed_words(order), is_main=True),
        Note(NO_AIM),
        *(Note(text, is_warning=True) for text in given.dose.notes),
        *rule_facts(given.dose),
    ]
    return Section("order", Msg("Order"), tuple(lines))


def _blanks(order: OpenOrder) -> tuple[Blank, ...]:
    """What is worked out by hand once the dose is ordered."""
    unit = _unit(order)
    return (
        Blank("calculated_dose", Msg("dose as ordered"), unit),
        Blank("strength", Msg("strength"), _unit(order, " per mL"), Msg("from the label, of what is dosed")),
        Blank("exact_volume", Msg("exact volume"), ML, Msg("dose ÷ strength")),
        Blank("measured_volume", Msg("measured volume"), ML, Msg("after rounding")),
    )


def _limits_section(given: DoseToOrder) -> Section:
    """The range, the stated caps and the limits of the product, with places for what is found."""
    order = given.order
    rows = [(Msg("range"), allowed_words(order), NOTHING)]
    rows += [(limit_name(bound.of), bound_words(bound), NOTHING) for bound in given.product.limits]
    viability = given.product.viability
    if viability is not None and viability.at_least is not None:
        least = of_unit(grouped_digits(viability.at_least), "%")
        rows.append((limit_name("viability"), Msg("at least {a}", a=least), NOTHING))
    caps = [fact for fact in bound_facts(given.dose) if fact.id in {"cap", "floor"}]
    return Section("limits", Msg("Limits"), (*caps, Grid("limits", HEADS, tuple(rows))))


def _rounding_lines(given: DoseToOrder) -> tuple[Line, ...]:
    tolerance = given.dose.regimen.tolerance
    return (
        *rounding_facts(given.dose),
        Blank("delivered_dose", Msg("delivered dose"), _unit(given.order), Msg("measured volume × strength")),
        Blank("delivered_deviation", Msg("deviation"), unsaid("%"), Msg("(delivered − ordered) ÷ ordered × 100")),
        *(() if tolerance is None else (Fact("tolerance", Msg("tolerance"), tolerance.words),)),
    )


def _give_section(given: DoseToOrder) -> Section:
    product, rate = given.product, given.order.regimen.rate
    lines: list[Line] = [
        Blank("containers", Msg("containers to open"), container_noun(container_of(product), many=True)),
        Blank("volume", Msg("volume to draw"), ML),
    ]
    if product.dilution is not None:
        lines.append(Fact("dilution", Msg("dilution"), product.dilution.words))
        lines.append(Blank("total_volume", Msg("volume to infuse"), ML))
    lines.append(Fact("rate", Msg("infusion rate"), words.NONE_STATED) if rate is None else rate_blank(rate))
    return Section("give", Msg("To prepare and give"), (*lines, *thaw_lines(product, given.use)))
