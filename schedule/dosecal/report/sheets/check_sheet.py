"""The check sheet of one dose: the inputs and places for the second person's results, and how those compare.

Conventions: nothing that the program computed stands on the sheet. A comparison says whether an entry agrees, differs
or is missing, and never what was found.
"""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.check_entries import (
    LEAST_DIGITS,
    MOST_EXACT_DIGITS,
    AskedDose,
    AskedSheet,
    AskedValue,
    WrittenValue,
)
from dosecal.model.messages import NOTHING, Msg
from dosecal.model.quantity import is_terminating, plain_digits, round_half_up
from dosecal.model.spoken import unit_words
from dosecal.model.struct import Struct
from dosecal.report.messages.workings import container_noun, container_of
from dosecal.report.sheets.sheet import Blank, Line, Note, Section, Sheet
from dosecal.report.sheets.sheet_sections import (
    CHECKED,
    ML,
    ML_PER_HOUR,
    DoseToOrder,
    body_notes,
    bound_facts,
    label_blanks,
    marks_of,
    product_lines,
    rounding_facts,
    rule_facts,
    subject_section,
    weight_inputs,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dosecal.model.dosing.body import Measure
    from dosecal.model.preparation import Preparation
    from dosecal.model.quantity import Amount
    from dosecal.model.worked_dose import OpenOrder, WorkedDose
    from dosecal.report.sheets.sheet import Marks
    from dosecal.report.sheets.sheet_sections import SheetDose

KIND = Msg("check sheet")
CAUTION = Msg(
    "For the second person, who works the dose out from these inputs and does not look at the preparation worksheet. "
    "Only the one who compares the two sheets sees both."
)
HOW = Msg(
    "Work each value out from the protocol and the inputs above, and write it with its unit. Write all digits of a "
    "value; where it has more than {most}, write {least} of them or more.",
    most=str(MOST_EXACT_DIGITS),
    least=str(LEAST_DIGITS),
)
ORDERED = Msg("ordered dose")


class Outcome(Enum):
    """What came of comparing an entry."""

    AGREES = "agrees"
    DIFFERS = "differs"
    MISSING = "missing"
    WITHIN = "within the allowed range"
    OUTSIDE = "OUTSIDE the allowed range"


class CheckItem(Struct, frozen=True):
    """A value that the second person is asked for.

    Attributes:
        id: Its name in the file of entries.
        name: Its name on the sheet.
        unit: The unit in which it is to be written.
        hint: What it is, where the name alone leaves it open.
        value: What the program found, which is never shown; None where the protocol allows a range without an aim.
        range: The least and the greatest value that the protocol allows, both inside; None where there is one value.
    """

    id: str
    name: Msg
    unit: Msg
    hint: Msg
    value: Fraction | None
    range: tuple[Fraction, Fraction] | None = None

    @property
    def is_exact(self) -> bool:
        """Whether all digits of the value are to be written."""
        if self.value is None:
            return True
        if not is_terminating(self.value):
            return False
        return len(plain_digits(self.value).replace(".", "").strip("0")) <= MOST_EXACT_DIGITS

    def outcome(self, written: WrittenValue | None) -> Outcome:
        """What comes of comparing what was written; None for an entry that was left empty."""
        if written is None:
            return Outcome.MISSING
        if self.range is not None:
            return Outcome.WITHIN if self.range[0] <= written.value <= self.range[1] else Outcome.OUTSIDE
        if self.value is None:
            message = "a value that is asked for is one, or has a range"
            raise ValueError(message)
        is_rounded = not self.is_exact and round_half_up(self.value, written.step) == written.value
        return Outcome.AGREES if written.value == self.value or is_rounded else Outcome.DIFFERS


class Compared(Struct, frozen=True):
    """One compared entry.

    Attributes:
        visit, regimen: The ids of its dose's.
        number: Which dose of its regimen it is.
        id: The name of the value.
        name: Its name on the sheet.
        outcome: What came of it.
    """

    visit: str
    regimen: str
    number: int
    id: str
    name: Msg
    outcome: Outcome


class Verified(Struct, frozen=True):
    """What came of comparing the second person's entries.

    Attributes:
        marks: Those of the first dose's sheet; study, protocol and subject are those of all.
        checked_by: Who wrote the entries; empty where nobody is named.
        entries: Each compared entry, in the order of the sheets.
    """

    marks: Marks
    checked_by: str
    entries: tuple[Compared, ...]

    @property
    def agrees(self) -> bool:
        """Whether every entry agrees, and somebody stands for them."""
        return bool(self.checked_by) and all(one.outcome in {Outcome.AGREES, Outcome.WITHIN} for one in self.entries)


def check_items(given: SheetDose) -> tuple[CheckItem, ...]:
    """What the second person is asked for, in the order of the calculation."""
    if isinstance(given, DoseToOrder):
        return _range_items(given.order)
    return (*_dose_items(given.worked), *_product_items(given.preparation))


def _range_items(order: OpenOrder) -> tuple[CheckItem, ...]:
    """The ends of the range, and the dose that was ordered, which is held against them."""
    items = _measure_items(order.measure)
    (low, high), unit = order.range, unit_words(order.range[0].unit.spoken)
    return (
        *items,
        _amount_item("least_dose", Msg("least dose allowed"), low, Msg("for this body")),
        _amount_item("greatest_dose", Msg("greatest dose allowed"), high, Msg("for this body")),
        CheckItem("ordered_dose", ORDERED, unit, Msg("as it was ordered"), None, (low.value, high.value)),
    )


def _dose_items(worked: WorkedDose) -> list[CheckItem]:
    items = _measure_items(worked.measure)
    items.append(
        _amount_item("calculated_dose", Msg("calculated dose"), worked.calculated, Msg("by the dose rule alone"))
    )
    if any(limit is not None for limit in worked.limits):
        items.append(
            _amount_item("limited_dose", Msg("dose within its limits"), worked.limited, Msg("after cap and floor"))
        )
    if worked.part is not None:
        hint = Msg("after rounding, before it is parted")
        items.append(_amount_item("whole_dose", Msg("whole dose"), worked.whole, hint))
    hint = Msg("after rounding, where the protocol rounds") if worked.part is None else Msg("of this visit")
    items.append(_amount_item("ordered_dose", ORDERED, worked.ordered, hint))
    return items


def _amount_item(key: str, name: Msg, amount: Amount, hint: Msg) -> CheckItem:
    return CheckItem(key, name, unit_words(amount.unit.spoken), hint, amount.value)


def _measure_items(measure: Measure | None) -> list[CheckItem]:
    """What is asked of the body: nothing that was recorded."""
    items = []
    for step in () if measure is None else measure.asked:
        name, hint = step.formula.asked()
        items.append(CheckItem(step.formula.key, name, unit_words(step.formula.unit), hint, step.value))
    return items


def _product_items(preparation: Preparation) -> list[CheckItem]:
    items: list[CheckItem] = []
    lines = [line for line in preparation.lines if line.drawn_ml is not None]
    for place, line in enumerate(lines, 1):
        if len(lines) > 1 and line.drawn_ml is not None:
            name = Msg("volume from lot {lot}", lot=line.lot)
            items.append(CheckItem(f"volume_{place}", name, ML, Msg("as drawn"), line.drawn_ml))
    if preparation.drawn_ml is not None:
        hint = Msg("in all, as drawn")
        items.append(CheckItem("volume", Msg("volume to draw"), ML, hint, preparation.drawn_ml))
    if preparation.containers is not None:
        unit = container_noun(container_of(preparation.product), many=True)
        count = Fraction(preparation.containers)
        items.append(CheckItem("containers", Msg("containers to open"), unit, NOTHING, count))
    if preparation.diluted is not None:
        items.append(CheckItem("total_volume", Msg("volume to infuse"), ML, NOTHING, preparation.diluted.total_ml))
    if preparation.rate is not None and preparation.rate.program is not None:
        items.append(CheckItem("rate", Msg("rate to program"), ML_PER_HOUR, NOTHING, preparation.rate.program))
    return items


def check_sheet(given: SheetDose) -> Sheet:
    """The check sheet of a dose: of its calculation, the names and units of what is to be found, and no more."""
    dose = given.dose
    product: list[Line] = [*product_lines(given)]
    if isinstance(given, DoseToOrder) or given.lots is None:
        product += label_blanks()
    blanks = [Blank(one.id, one.name, one.unit, one.hint) for one in check_items(given)]
    sections = (
        subject_section(dose),
        Section("rule", Msg("Rule"), (*rule_facts(dose), *bound_facts(dose), *rounding_facts(dose))),
        Section("weight", Msg("Weight and body"), (*weight_inputs(given), *body_notes(given, warnings_alone=True))),
        Section("product", Msg("Product"), tuple(product)),
        Section("results", Msg("Results of the second person"), (Note(HOW), *blanks)),
        Section("signatures", Msg("Signature"), (CHECKED,)),
    )
    return Sheet(KIND, marks_of(given), sections, CAUTION)


def asked_sheet(given: Sequence[SheetDose]) -> AskedSheet:
    """What a file of entries is to hold for doses of one subject; at least one dose."""
    marks = marks_of(given[0])
    doses = tuple(
        AskedDose(
            one.dose.visit.id,
            one.dose.regimen.id,
            one.dose.number,
            tuple(AskedValue(item.id, item.unit, item.is_exact) for item in check_items(one)),
        )
        for one in given
    )
    return AskedSheet(marks.study, marks.protocol_version, marks.protocol_sha256, marks.subject, doses)


def compare_entries(given: SheetDose, written: Mapping[str, WrittenValue]) -> list[Compared]:
    """What comes of comparing the entries of one dose, in the order of the sheet."""
    dose = given.dose
    return [
        Compared(dose.visit.id, dose.regimen.id, dose.number, item.id, item.name, item.outcome(written.get(item.id)))
        for item in check_items(given)
    ]
