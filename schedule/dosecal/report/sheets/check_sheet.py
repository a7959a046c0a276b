"""The check sheet of one dose: the inputs and places for the second person's results, and how those compare.

Conventions: nothing that the program computed stands on the sheet. A comparison says whether an entry agrees, differs
or is missing, and never what was found.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from dosecal.model.check_entries import (
    LEAST_DIGITS,
    MOST_EXACT_DIGITS,
    AskedDose,
    AskedSheet,
    AskedValue,
    WrittenValue,
)
from dosecal.model.quantity import is_terminating, plain_digits, round_half_up
from dosecal.model.regimen import RECORDED
from dosecal.model.struct import Struct
from dosecal.report.sheets.sheet import Blank, Line, Note, Section, Sheet
from dosecal.report.sheets.sheet_sections import (
    CHECKED,
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
    from fractions import Fraction

    from dosecal.model.preparation import Preparation
    from dosecal.model.quantity import Amount
    from dosecal.model.worked_dose import Measure, OpenOrder, WorkedDose
    from dosecal.report.sheets.sheet import Marks
    from dosecal.report.sheets.sheet_sections import SheetDose

KIND = "check sheet"
CAUTION = (
    "For the second person, who works the dose out from these inputs and does not look at the preparation worksheet. "
    "Only the one who compares the two sheets sees both."
)
HOW = (
    "Work each value out from the protocol and the inputs above, and write it with its unit. Write all digits of a "
    f"value; where it has more than {MOST_EXACT_DIGITS}, write {LEAST_DIGITS} of them or more."
)
_MEASURE_UNITS = {"body surface": "m²", "clearance": "mL per min"}


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
    name: str
    unit: str
    hint: str
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
    name: str
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
    is_input = order.measure is None or order.regimen.body_surface == RECORDED
    items = [] if order.measure is None or is_input else _measure_items(order.measure)
    (low, high), unit = order.range, order.range[0].unit.symbol
    return (
        *items,
        _amount_item("least_dose", "least dose allowed", low, "for this body"),
        _amount_item("greatest_dose", "greatest dose allowed", high, "for this body"),
        CheckItem("ordered_dose", "ordered dose", unit, "as it was ordered", None, (low.value, high.value)),
    )


def _dose_items(worked: WorkedDose) -> list[CheckItem]:
    is_input = worked.measure is None or worked.regimen.body_surface == RECORDED
    items = [] if worked.measure is None or is_input else _measure_items(worked.measure)
    items.append(_amount_item("calculated_dose", "calculated dose", worked.calculated, "by the dose rule alone"))
    if any(limit is not None for limit in worked.limits):
        items.append(_amount_item("limited_dose", "dose within its limits", worked.limited, "after cap and floor"))
    if worked.part is not None:
        items.append(_amount_item("whole_dose", "whole dose", worked.whole, "after rounding, before it is parted"))
    hint = "of this visit" if worked.part is not None else "after rounding, where the protocol rounds"
    items.append(_amount_item("ordered_dose", "ordered dose", worked.ordered, hint))
    return items


def _amount_item(key: str, name: str, amount: Amount, hint: str) -> CheckItem:
    return CheckItem(key, name, amount.unit.symbol, hint, amount.value)


def _measure_items(measure: Measure) -> list[CheckItem]:
    """The body surface, the other weight, or the filtration rate and what Calvert's formula multiplies."""
    unit = _MEASURE_UNITS.get(measure.name, "kg")
    if measure.name == "clearance":
        return [CheckItem("rate_and_25", "filtration rate + 25", unit, "after the cap of the rate", measure.value)]
    if unit == "m²":
        return [CheckItem("body_surface", measure.name, unit, "", measure.value)]
    items = []
    if measure.before is not None:
        items.append(CheckItem("ideal_weight", "ideal weight", unit, "", measure.before))
    return [*items, CheckItem(f"{measure.name}_weight", f"{measure.name} weight", unit, "", measure.value)]


def _product_items(preparation: Preparation) -> list[CheckItem]:
    items: list[CheckItem] = []
    lines = [line for line in preparation.lines if line.drawn_ml is not None]
    for place, line in enumerate(lines, 1):
        if len(lines) > 1 and line.drawn_ml is not None:
            items.append(CheckItem(f"volume_{place}", f"volume from lot {line.lot}", "mL", "as drawn", line.drawn_ml))
    if preparation.drawn_ml is not None:
        items.append(CheckItem("volume", "volume to draw", "mL", "in all, as drawn", preparation.drawn_ml))
    if preparation.containers is not None:
        value = preparation.containers + preparation.ordered.value * 0
        items.append(CheckItem("containers", "containers to open", _containers_unit(preparation), "", value))
    if preparation.diluted is not None:
        items.append(CheckItem("total_volume", "volume to infuse", "mL", "", preparation.diluted.total_ml))
    if preparation.rate is not None and preparation.rate.program is not None:
        items.append(CheckItem("rate", "rate to program", "mL/h", "", preparation.rate.program))
    return items


def _containers_unit(preparation: Preparation) -> str:
    container = preparation.product.container
    return f"{'container' if container is None else container.called}s"


def check_sheet(given: SheetDose) -> Sheet:
    """The check sheet of a dose: of its calculation, the names and units of what is to be found, and no more."""
    dose = given.dose
    product: list[Line] = [*product_lines(given)]
    if isinstance(given, DoseToOrder) or given.lots is None:
        product += label_blanks()
    blanks = [Blank(one.id, one.name, one.unit, one.hint) for one in check_items(given)]
    sections = (
        subject_section(dose),
        Section("rule", "Rule", (*rule_facts(dose), *bound_facts(dose), *rounding_facts(dose))),
        Section("weight", "Weight and body", (*weight_inputs(given), *body_notes(given, warnings_alone=True))),
        Section("product", "Product", tuple(product)),
        Section("results", "Results of the second person", (Note(HOW), *blanks)),
        Section("signatures", "Signature", (CHECKED,)),
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
