"""The rules of doses that are not one amount for all: levels, parts, ranges, loading doses, days, thresholds, rounding.

Conventions: as in ``checks``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.protocol.dose_grammar import NO_ROUNDING
from dosecal.load.protocol.dose_rule_texts import ALL_PERCENT
from dosecal.load.protocol.grammar import UNREAD, Said
from dosecal.model.problems import Problem, quoted
from dosecal.model.quantity import plain_digits
from dosecal.model.regimen import EachDose

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from dosecal.load.protocol.draft import Draft, Entry
    from dosecal.model.quantity import Amount

_FEWEST_PARTS = 2


def regimens_say_a_dose_and_its_visits(draft: Draft) -> Iterator[Problem]:
    """A regimen has a dose or levels, and visits or the parts of a split dose."""
    for regimen in draft.entries["regimens"]:
        if not regimen.says("dose") and not regimen.says("levels"):
            message = 'expected a dose such as "dose: 1 million cells/kg", or levels, got neither'
            yield Problem(regimen.source, "P240", regimen.path, message)
        if not regimen.says("visits") and not regimen.says("split"):
            message = "expected the visits at which it is given, got nothing: the key is missing"
            yield Problem(regimen.source, "P102", f"{regimen.path}.visits", message)


def levels_stand_by_themselves(draft: Draft) -> Iterator[Problem]:
    """Levels stand beside one plain dose or none; without one, each subject has a level, and the file says so."""
    for regimen in draft.entries["regimens"]:
        where = regimen.said.where("level" if regimen.says("level") else "levels")
        if regimen.says("level") and not regimen.says("levels"):
            message = 'expected levels such as "levels: {1: 1 million cells/kg}" beside it, got none'
            yield Problem(where, "P241", f"{regimen.path}.level", message)
        if not regimen.says("levels"):
            continue
        if regimen.says("dose") == regimen.says("level"):
            message = 'expected either a dose, which holds without a level, or "level: each subject\'s", got '
            found = "both" if regimen.says("level") else "neither"
            yield Problem(where, "P241", f"{regimen.path}.level", message + found)
        if isinstance(regimen.value("dose"), (Said, tuple)):
            message = "expected one plain dose beside levels, got bands, a range or a loading dose"
            yield Problem(regimen.said.where("dose"), "P241", f"{regimen.path}.dose", message)


def doses_of_a_regimen_have_one_unit(draft: Draft) -> Iterator[Problem]:
    """All amounts of a regimen without weight bands are in one unit: none is per kg where another is flat."""
    for regimen in draft.entries["regimens"]:
        doses = regimen.doses
        if regimen.bands:
            continue
        for amount, source, path in doses[1:]:
            if amount.unit != doses[0][0].unit:
                message = f"expected a dose in {doses[0][0].unit.spoken}, got {amount.unit.spoken}"
                yield Problem(source, "P244", f"{regimen.path}.{path}", message)


def ranges_hold_their_target(draft: Draft) -> Iterator[Problem]:
    """The least dose of a range is at most its target, and the target at most the greatest, all in one unit."""
    for regimen in draft.entries["regimens"]:
        gives = [regimen.value("dose"), *(said.values.get("give") for said in regimen.bands)]
        for said in gives:
            if not isinstance(said, Said) or not {"from", "to", "aim"} <= said.values.keys():
                continue
            low, aim, high = (said.values[key] for key in ("from", "aim", "to"))
            aim = low if aim is None else aim  # where no target is stated, the ends alone are compared
            if not low.unit == aim.unit == high.unit or not low.value <= aim.value <= high.value:
                message = "expected a range in one unit that holds its target, got one that does not"
                yield Problem(said.where("aim"), "P243", f"{regimen.path}.dose.aim", message)


def parts_add_to_the_whole(draft: Draft) -> Iterator[Problem]:
    """The parts of a split dose are two or more, add to 100 %, and are given at the regimen's visits."""
    for regimen in draft.entries["regimens"]:
        path = f"{regimen.path}.split"
        if regimen.says("split") and "split" in regimen.said.values:
            yield from _part_problems(regimen, path)
        if regimen.value("dose_is") == "total" and not regimen.says("split"):
            message = 'expected the parts of a total dose such as "split: {D0: 50 %, D1: 50 %}", got none'
            yield Problem(regimen.said.where("dose_is"), "P242", f"{regimen.path}.dose_is", message)


def _part_problems(regimen: Entry, path: str) -> Iterator[Problem]:
    where = regimen.said.where("split")
    triples = regimen.said.values["split"]
    percents: list[Fraction] = [percent for _, percent, _ in triples if percent is not UNREAD]
    if len(percents) == len(triples):
        total = sum(percents)
        if total != ALL_PERCENT or len(percents) < _FEWEST_PARTS:
            message = f"expected two parts or more that add to 100 %, got {len(percents)} that add to"
            yield Problem(where, "P242", path, f"{message} {plain_digits(total + 0 * percents[0])} %")
    if regimen.says("visits") and "visits" in regimen.said.values:
        listed = {visit for visit, _ in regimen.listed("visits")}
        if listed != {visit for visit, _, _ in triples}:
            yield Problem(where, "P242", path, "expected a part for each of the regimen's visits, got others")
    weight = regimen.value("weight")
    if weight is not None and weight.values.get("each_dose") == EachDose.WEIGH_AGAIN.value:
        message = f"expected {quoted(EachDose.FIRST_WEIGHT.value)} for the parts of one dose, got another rule"
        yield Problem(weight.where("each_dose"), "P242", f"{regimen.path}.weight.each_dose", message)
    if regimen.value("dose_is") in {"per day", "per infusion"}:
        message = f"expected a total dose to be split, got one {regimen.value('dose_is')}"
        yield Problem(regimen.said.where("dose_is"), "P242", f"{regimen.path}.dose_is", message)


def days_belong_to_doses_per_day(draft: Draft) -> Iterator[Problem]:
    """A dose per day says for how many days one infusion lasts, and no other dose does."""
    for regimen in draft.entries["regimens"]:
        is_per_day = regimen.value("dose_is") == "per day"
        if is_per_day and not regimen.says("for"):
            message = 'expected the days of an infusion such as "for: 4 days", got nothing'
            yield Problem(regimen.said.where("dose_is"), "P247", f"{regimen.path}.for", message)
        if regimen.says("for") and not is_per_day:
            message = 'expected it beside "dose_is: per day" alone, got it beside another dose'
            yield Problem(regimen.said.where("for"), "P247", f"{regimen.path}.for", message)


def thresholds_of_weight_fit(draft: Draft) -> Iterator[Problem]:
    """Each threshold is said once, and a change asks for review before it recalculates."""
    for regimen in draft.entries["regimens"]:
        weight = regimen.value("weight")
        if weight is None:
            continue
        path = f"{regimen.path}.weight"
        found: dict[str, Fraction] = {}
        for what in ("ask", "recalculate"):
            keys = [key for key in (f"{what}_from", f"{what}_over") if key in weight.sources]
            if len(keys) > 1:
                message = f"expected one of {keys[0]} and {keys[1]}, got both"
                yield Problem(weight.where(keys[1]), "P245", f"{path}.{keys[1]}", message)
            for key in keys:
                if key in weight.values:
                    found[what] = weight.values[key]
        if len(found) > 1 and found["recalculate"] < found["ask"]:
            message = "expected a change that asks for review at or below the one that recalculates, got one above it"
            yield Problem(weight.source, "P245", path, message)
        if regimen.says("split") and found:
            message = "expected no change of weight between the parts of one dose, got a rule for it"
            yield Problem(weight.source, "P245", path, message)


def tolerances_are_of_the_dose(draft: Draft) -> Iterator[Problem]:
    """A tolerance that is an amount is flat and of what is dosed."""
    for regimen in draft.entries["regimens"]:
        tolerance, dose = regimen.value("tolerance"), regimen.dose
        amount: Amount | None = None if tolerance is None else tolerance.amount
        if amount is not None and dose is not None and amount.unit != dose.unit.flat:
            message = f"expected an amount in {dose.unit.flat.spoken}, got {amount.unit.spoken}"
            yield Problem(regimen.said.where("tolerance"), "P246", f"{regimen.path}.tolerance", message)


def roundings_say_where_ties_go(draft: Draft) -> Iterator[Problem]:
    """A rounding to the nearest step says where a tie goes, and no other does; the step of a volume is in mL."""
    for regimen in draft.entries["regimens"]:
        rounding = regimen.value("rounding")
        if not isinstance(rounding, Said):
            continue
        path = f"{regimen.path}.rounding"
        if not rounding.sources:
            message = 'expected "none", or a rounding of the dose or the volume, got an empty one'
            yield Problem(rounding.source, "P248", path, message)
        for what in ("dose", "volume"):
            said = rounding.values.get(what)
            if said is None or said == NO_ROUNDING:
                continue
            is_nearest = said.values.get("mode", "nearest") == "nearest"
            if is_nearest and "ties" not in said.sources:
                message = 'expected where a tie goes, such as "ties: up", got nothing'
                yield Problem(said.source, "P248", f"{path}.{what}.ties", message)
            if not is_nearest and "ties" in said.sources:
                message = "expected no ties where it always goes one way, got some"
                yield Problem(said.where("ties"), "P248", f"{path}.{what}.ties", message)
            if what == "volume" and "to" in said.values and said.values["to"].unit.symbol != "mL":
                message = f'expected a volume such as "0.1 mL", got one in {said.values["to"].unit.spoken}'
                yield Problem(said.where("to"), "P248", f"{path}.{what}.to", message)


DOSE_VARIANT_CHECKS = (
    regimens_say_a_dose_and_its_visits,
    levels_stand_by_themselves,
    doses_of_a_regimen_have_one_unit,
    ranges_hold_their_target,
    parts_add_to_the_whole,
    days_belong_to_doses_per_day,
    thresholds_of_weight_fit,
    tolerances_are_of_the_dose,
    roundings_say_where_ties_go,
)
"""Every rule of such doses, in the order in which problems at the same place are told."""
