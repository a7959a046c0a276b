"""The preparation worksheet of a dose whose amount the protocol leaves open: the range, and places for all the rest.

Conventions: the program works out what is allowed and nothing beyond it, since any dose of the range may be ordered.
The order, the calculation and what is prepared are written by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.spoken import grouped_digits
from dosecal.report.messages import words
from dosecal.report.sheets.preparation_sheet import CAUTION, KIND, thaw_lines, weight_section
from dosecal.report.sheets.product_facts import bound_words
from dosecal.report.sheets.range_words import range_steps
from dosecal.report.sheets.sheet import Blank, Fact, Grid, Line, Note, NumberedStep, Section, Sheet
from dosecal.report.sheets.sheet_sections import (
    CHECKED,
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

NO_AIM = "The protocol aims at no one dose of its range: write the dose that was ordered, and work it out by hand."
NOT_PROMISED = (
    "No container of the lots is promised before the dose is ordered: copy the labels of those that are used."
)
HEADS = ("limit", "allowed", "found")


def order_sheet(given: DoseToOrder) -> Sheet:
    """The preparation worksheet of a dose that somebody orders within a range."""
    dose, order = given.dose, given.order
    sections = (
        subject_section(dose),
        _order_section(given),
        weight_section(given),
        Section("product", "Product", (*product_lines(given), *label_blanks(NOT_PROMISED if given.has_lots else ""))),
        Section("calculation", "Calculation", (*_steps(order), *_blanks(order))),
        _limits_section(given),
        Section("rounding", "Rounding and deviation", _rounding_lines(given)),
        _give_section(given),
        open_section(dose),
        Section("signatures", "Signatures", (PREPARED, CHECKED, RELEASED)),
    )
    return Sheet(KIND, marks_of(given), sections, CAUTION)


def allowed_words(order: OpenOrder) -> str:
    """The doses that are allowed: ``7,600,000 to 190,000,000 viable cells (7.6 million to 190 million)``."""
    low, high = (words.amount_in_words(end) for end in order.range)
    return f"{low} to {high}"


def _unit(order: OpenOrder) -> str:
    return order.range[0].unit.symbol


def _order_section(given: DoseToOrder) -> Section:
    order = given.order
    lines: list[Line] = [
        Blank("ordered_dose", "ordered dose", _unit(order), "within the allowed range"),
        Fact("allowed_range", "allowed range", allowed_words(order), is_main=True),
        Note(NO_AIM),
        *(Note(text, is_warning=True) for text in given.dose.notes),
        *rule_facts(given.dose),
    ]
    return Section("order", "Order", tuple(lines))


def _steps(order: OpenOrder) -> tuple[NumberedStep, ...]:
    return tuple(NumberedStep(number, *step) for number, step in enumerate(range_steps(order), 1))


def _blanks(order: OpenOrder) -> tuple[Blank, ...]:
    """What is worked out by hand once the dose is ordered."""
    unit = _unit(order)
    return (
        Blank("calculated_dose", "dose as ordered", unit),
        Blank("strength", "strength", f"{unit} per mL", "from the label, of what is dosed"),
        Blank("exact_volume", "exact volume", "mL", "dose ÷ strength"),
        Blank("measured_volume", "measured volume", "mL", "after rounding"),
    )


def _limits_section(given: DoseToOrder) -> Section:
    """The range, the stated caps and the limits of the product, with places for what is found."""
    order = given.order
    rows = [("range", allowed_words(order), "")]
    rows += [(bound.of, bound_words(bound), "") for bound in given.product.limits]
    viability = given.product.viability
    if viability is not None and viability.at_least is not None:
        rows.append(("viability", f"at least {grouped_digits(viability.at_least)} %", ""))
    caps = [fact for fact in bound_facts(given.dose) if fact.id in {"cap", "floor"}]
    return Section("limits", "Limits", (*caps, Grid("limits", HEADS, tuple(rows))))


def _rounding_lines(given: DoseToOrder) -> tuple[Line, ...]:
    tolerance = given.dose.regimen.tolerance
    return (
        *rounding_facts(given.dose),
        Blank("delivered_dose", "delivered dose", _unit(given.order), "measured volume × strength"),
        Blank("delivered_deviation", "deviation", "%", "(delivered − ordered) ÷ ordered × 100"),
        *(() if tolerance is None else (Fact("tolerance", "tolerance", tolerance.words),)),
    )


def _give_section(given: DoseToOrder) -> Section:
    product, rate = given.product, given.order.regimen.rate
    called = "container" if product.container is None else product.container.called
    lines: list[Line] = [
        Blank("containers", "containers to open", f"{called}s"),
        Blank("volume", "volume to draw", "mL"),
    ]
    if product.dilution is not None:
        lines += [Fact("dilution", "dilution", product.dilution.words), Blank("total_volume", "volume to infuse", "mL")]
    if rate is None:
        lines.append(Fact("rate", "infusion rate", words.NONE_STATED))
    else:
        lines.append(Blank("rate", "rate to program", "mL/h", f"{rate.words}; it needs the volume to infuse"))
    return Section("give", "To prepare and give", (*lines, *thaw_lines(product, given.use)))
