"""The limits of one dose on its worksheet: each with what is allowed, what was found, and by how much.

Conventions: a limit that is kept says its margin, one that is not kept says the excess and is named in words, never by
a colour; a value that is not known is said to be so. A value without a last digit is rounded after "≈".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.dosing.by_auc import ByAuc, RateCap
from dosecal.model.messages import Msg, msgid
from dosecal.model.preparation import Verdict
from dosecal.model.quantity import Amount
from dosecal.model.spoken import grouped_digits, number_words, of_unit
from dosecal.model.worked_dose import Limit
from dosecal.report.messages import words
from dosecal.report.messages.limit_words import found_words, limit_name, of_limit, off_words
from dosecal.report.messages.workings import short_words
from dosecal.report.sheets.dose_steps import range_words
from dosecal.report.sheets.sheet import Fact, Grid, Line, Note, Section
from dosecal.report.sheets.sheet_words import NO_CAP

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.preparation import LimitCheck, Preparation
    from dosecal.model.worked_dose import WorkedDose

HEADS = (Msg("limit"), Msg("allowed"), Msg("found"), Msg("by how much"))
EXACTLY = Msg("exactly at the limit")


def limits_section(worked: WorkedDose, preparation: Preparation) -> Section:
    """Every limit that the protocol sets to this dose, and the cap even where it states none."""
    rows = (*_dose_rows(worked), *_rate_cap_rows(worked), *(_check_row(check) for check in preparation.limits))
    lines: list[Line] = [*_unstated_caps(worked)]
    if rows:
        lines.append(Grid("limits", HEADS, rows))
    for check in preparation.beyond:
        text = Msg(
            "NOT KEPT: {thing}, {allowed}, found {value}",
            thing=limit_name(check.of),
            allowed=_allowed(check),
            value=_value(check),
        )
        lines.append(to_be_answered(text))
    if preparation.is_far_off:
        lines.append(to_be_answered(off_words(preparation)))
    return Section("limits", Msg("Limits"), tuple(lines))


def to_be_answered(what: Msg) -> Note:
    """A warning that somebody has to answer first."""
    return Note(Msg("{what}. To be answered before it is prepared.", what=what), is_warning=True)


def _unstated_caps(worked: WorkedDose) -> list[Fact]:
    """The caps that a pharmacist looks for and the protocol does not state, each in words."""
    facts = [] if worked.regimen.at_most is not None else [Fact("cap", Msg("cap"), NO_CAP)]
    rule = worked.regimen.rule
    if isinstance(rule, ByAuc) and rule.cap is None:
        facts.append(Fact("rate_cap", Msg("filtration rate"), NO_CAP))
    return facts


def _dose_rows(worked: WorkedDose) -> tuple[tuple[Msg, ...], ...]:
    regimen = worked.regimen
    cap, floor = worked.limits
    calculated = words.plain_amount_words(worked.calculated)
    rows = []
    if cap is not None and regimen.at_most is not None:
        side = msgid("{a} over: the cap is given") if worked.limited_by is Limit.CAP else msgid("{a} below")
        allowed = Msg("at most {a}", a=_flat_limit(words.cap_words(regimen), regimen.at_most, cap))
        rows.append((Msg("cap"), allowed, calculated, _margin_words(worked.calculated, cap, side)))
    if floor is not None and regimen.at_least is not None:
        side = msgid("{a} under: the floor is given") if worked.limited_by is Limit.FLOOR else msgid("{a} above")
        allowed = Msg("at least {a}", a=_flat_limit(words.floor_words(regimen), regimen.at_least, floor))
        rows.append((Msg("floor"), allowed, calculated, _margin_words(worked.calculated, floor, side)))
    if worked.own_range is not None:
        low, high = worked.own_range
        ordered = words.plain_amount_words(worked.ordered)
        rows.append((Msg("range"), range_words(low, high), ordered, _range_margin(worked, low, high)))
    return tuple(rows)


def _flat_limit(rule: Msg, stated: Amount, flat: Amount) -> Msg:
    """A limit as it is stated and, where that is another amount, as it is for this body."""
    return rule if stated == flat else Msg("{rule}: {limit}", rule=rule, limit=words.plain_amount_words(flat))


def _margin_words(found: Amount, limit: Amount, side: str) -> Msg:
    return EXACTLY if found.value == limit.value else Msg(side, a=_difference(found, limit))


def _difference(one: Amount, other: Amount) -> Msg:
    return short_words(Amount(abs(one.value - other.value), one.unit))


def _range_margin(worked: WorkedDose, low: Amount, high: Amount) -> Msg:
    if worked.ordered.value < low.value:
        return Msg("OUTSIDE: {a} under", a=_difference(worked.ordered, low))
    if worked.ordered.value > high.value:
        return Msg("OUTSIDE: {a} over", a=_difference(worked.ordered, high))
    return Msg("inside")


def _rate_cap_rows(worked: WorkedDose) -> tuple[tuple[Msg, ...], ...]:
    """The cap of the filtration rate of a dose by AUC."""
    steps = () if worked.measure is None else worked.measure.steps
    found = next((one.formula for one in steps if isinstance(one.formula, RateCap)), None)
    if found is None:
        return ()
    difference = _rate(abs(found.ml_min - found.cap))
    is_over = found.ml_min > found.cap
    said = Msg("{a} over: the cap is taken", a=difference) if is_over else Msg("{a} below", a=difference)
    said = EXACTLY if found.ml_min == found.cap else said
    cap = of_unit(grouped_digits(found.cap), "mL per min")
    return ((Msg("filtration rate"), Msg("at most {a}", a=cap), _rate(found.ml_min), said),)


def _rate(value: Fraction) -> Msg:
    return of_unit(number_words(value), "mL per min")


def _check_row(check: LimitCheck) -> tuple[Msg, ...]:
    return (limit_name(check.of), _allowed(check), _value(check), _margin(check))


def _allowed(check: LimitCheck) -> Msg:
    limit = of_limit(check.limit, check.unit)
    if not check.limit_is_inside:
        return Msg("below {a}", a=limit) if check.is_most else Msg("above {a}", a=limit)
    return Msg("at most {a}", a=limit) if check.is_most else Msg("at least {a}", a=limit)


def _value(check: LimitCheck) -> Msg:
    why = found_words(check)
    if check.value is None:
        return Msg("not known: {why}", why=why) if why else Msg("not known")
    said = of_limit(check.value, check.unit)
    return Msg("{a} ({b})", a=said, b=why) if why else said


def _margin(check: LimitCheck) -> Msg:
    by = of_limit(check.by, check.unit)
    if check.verdict is Verdict.UNKNOWN:
        return Msg("not judged")
    if check.verdict is Verdict.BEYOND:
        said = Msg("NOT KEPT, by {a}", a=by)
        return said if check.fold is None else Msg("{margin}, {n} times", margin=said, n=number_words(check.fold, 2))
    return Msg("kept, by {a}", a=by) if check.by else Msg("kept, exactly at the limit")
