"""The limits of one dose on its worksheet: each with what is allowed, what was found, and by how much.

Conventions: a limit that is kept says its margin, one that is not kept says the excess and is named in words, never by
a colour; a value that is not known is said to be so. A value without a last digit is rounded after "≈".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.preparation import Verdict
from dosecal.model.quantity import Amount
from dosecal.model.spoken import grouped_digits, number_words
from dosecal.model.worked_dose import Limit
from dosecal.report.messages import words
from dosecal.report.messages.product_words import found_words, off_words, short_words
from dosecal.report.sheets.sheet import Fact, Grid, Line, Note, Section
from dosecal.report.sheets.sheet_words import NO_CAP

if TYPE_CHECKING:
    from dosecal.model.preparation import LimitCheck, Preparation
    from dosecal.model.worked_dose import WorkedDose

HEADS = ("limit", "allowed", "found", "by how much")
EXACTLY = "exactly at the limit"
TO_BE_ANSWERED = "To be answered before it is prepared."


def limits_section(worked: WorkedDose, preparation: Preparation) -> Section:
    """Every limit that the protocol sets to this dose, and the cap even where it states none."""
    rows = (*_dose_rows(worked), *_rate_cap_rows(worked), *(_check_row(check) for check in preparation.limits))
    lines: list[Line] = [*_unstated_caps(worked)]
    if rows:
        lines.append(Grid("limits", HEADS, rows))
    for check in preparation.beyond:
        text = f"NOT KEPT: {check.of}, {_allowed(check)}, found {_value(check)}"
        lines.append(Note(f"{text}. {TO_BE_ANSWERED}", is_warning=True))
    if preparation.is_far_off:
        lines.append(Note(f"{off_words(preparation)}. {TO_BE_ANSWERED}", is_warning=True))
    return Section("limits", "Limits", tuple(lines))


def _unstated_caps(worked: WorkedDose) -> list[Fact]:
    """The caps that a pharmacist looks for and the protocol does not state, each in words."""
    facts = [] if worked.regimen.at_most is not None else [Fact("cap", "cap", NO_CAP)]
    rule = worked.regimen.filtration
    if rule is not None and rule.cap is None:
        facts.append(Fact("rate_cap", "filtration rate", NO_CAP))
    return facts


def _dose_rows(worked: WorkedDose) -> tuple[tuple[str, ...], ...]:
    regimen = worked.regimen
    cap, floor = worked.limits
    calculated = words.plain_amount_words(worked.calculated)
    rows = []
    if cap is not None and regimen.at_most is not None:
        over = worked.limited_by is Limit.CAP
        said = _margin_words(worked.calculated, cap, "over: the cap is given" if over else "below")
        rows.append(("cap", _flat_limit(words.cap_words(regimen), regimen.at_most, cap, "at most"), calculated, said))
    if floor is not None and regimen.at_least is not None:
        under = worked.limited_by is Limit.FLOOR
        said = _margin_words(worked.calculated, floor, "under: the floor is given" if under else "above")
        allowed = _flat_limit(words.floor_words(regimen), regimen.at_least, floor, "at least")
        rows.append(("floor", allowed, calculated, said))
    if worked.own_range is not None:
        low, high = worked.own_range
        allowed = f"{words.plain_amount_words(low)} to {words.plain_amount_words(high)}"
        rows.append(("range", allowed, words.plain_amount_words(worked.ordered), _range_words(worked, low, high)))
    return tuple(rows)


def _flat_limit(rule: str, stated: Amount, flat: Amount, side: str) -> str:
    """A limit as it is stated and, where that is another amount, as it is for this body."""
    return f"{side} {rule}" if stated == flat else f"{side} {rule}: {words.plain_amount_words(flat)}"


def _margin_words(found: Amount, limit: Amount, side: str) -> str:
    return EXACTLY if found.value == limit.value else f"{_difference(found, limit)} {side}"


def _difference(one: Amount, other: Amount) -> str:
    return short_words(Amount(abs(one.value - other.value), one.unit))


def _range_words(worked: WorkedDose, low: Amount, high: Amount) -> str:
    if worked.ordered.value < low.value:
        return f"OUTSIDE: {_difference(worked.ordered, low)} under"
    if worked.ordered.value > high.value:
        return f"OUTSIDE: {_difference(worked.ordered, high)} over"
    return "inside"


def _rate_cap_rows(worked: WorkedDose) -> tuple[tuple[str, ...], ...]:
    """The cap of the filtration rate of a dose by AUC."""
    rule, measure = worked.regimen.filtration, worked.measure
    if rule is None or measure is None or measure.before is None:
        return ()
    if rule.cap is None:
        return ()
    found = f"{number_words(measure.before)} mL per min"
    difference = f"{number_words(abs(measure.before - rule.cap))} mL per min"
    said = f"{difference} over: the cap is taken" if measure.before > rule.cap else f"{difference} below"
    said = EXACTLY if measure.before == rule.cap else said
    return (("filtration rate", f"at most {grouped_digits(rule.cap)} mL per min", found, said),)


def _check_row(check: LimitCheck) -> tuple[str, ...]:
    return (check.of, _allowed(check), _value(check), _margin(check))


def _allowed(check: LimitCheck) -> str:
    side = "at most" if check.is_most else "at least"
    if not check.limit_is_inside:
        side = "below" if check.is_most else "above"
    return f"{side} {number_words(check.limit)} {check.unit}"


def _value(check: LimitCheck) -> str:
    why = found_words(check)
    if check.value is None:
        return f"not known: {why}" if why else "not known"
    said = f"{number_words(check.value)} {check.unit}"
    return f"{said} ({why})" if why else said


def _margin(check: LimitCheck) -> str:
    if check.verdict is Verdict.UNKNOWN:
        return "not judged"
    if check.verdict is Verdict.BEYOND:
        times = "" if check.fold is None else f", {number_words(check.fold, 2)} times"
        return f"NOT KEPT, by {number_words(check.by)} {check.unit}{times}"
    if not check.by:
        return f"kept, {EXACTLY}"
    return f"kept, by {number_words(check.by)} {check.unit}"
