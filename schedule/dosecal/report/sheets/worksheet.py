"""One dose worked step by step, as people check it: as text, and for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.conditions import Truth
from dosecal.model.messages import COMMA, NOTHING, Msg, joined
from dosecal.model.spoken import signed_percent
from dosecal.model.struct import Struct, replace
from dosecal.model.visible import one_line
from dosecal.model.worked_dose import OpenOrder
from dosecal.report.messages import visit_words, words
from dosecal.report.messages.doubt_words import marked_doubt
from dosecal.report.messages.limit_words import off_words, warning
from dosecal.report.messages.preparation_json import preparation_json
from dosecal.report.messages.preparation_steps import preparation_steps
from dosecal.report.messages.source_quotes import marked_quote
from dosecal.report.messages.workings import Step, exact_json
from dosecal.report.sheets.dose_steps import dose_steps, open_steps, range_words

if TYPE_CHECKING:
    from dosecal.model.preparation import Preparation
    from dosecal.model.protocol import Protocol
    from dosecal.model.quantity import Amount
    from dosecal.model.regimen import Regimen
    from dosecal.model.worked_dose import BodyDoubt, GivenDose, WorkedDose


class Working(Struct, frozen=True):
    """A dose with all that is needed to check it by hand.

    Attributes:
        arm: The id of the arm.
        regimen: The rule.
        visits: Ids of the visits that the dose is for.
        worked: The calculation; None where the protocol aims at no dose of its range.
        steps: The steps in order.
        notes: What is to be said beside it.
        given: What was given, held against the order; None where that is not known.
        preparation: The dose made up from its product; None where the protocol says nothing of it.
        order: What is allowed where the protocol aims at no dose; None elsewhere.
    """

    arm: str
    regimen: Regimen
    visits: tuple[str, ...]
    worked: WorkedDose | None
    steps: tuple[Step, ...]
    notes: tuple[Msg, ...]
    given: GivenDose | None = None
    preparation: Preparation | None = None
    order: OpenOrder | None = None

    @property
    def range(self) -> tuple[Amount, Amount] | None:
        """The least and the greatest dose allowed at the visit, flat; None where none are stated."""
        if self.order is not None:
            return self.order.range
        return None if self.worked is None else self.worked.own_range

    @property
    def doubts(self) -> tuple[BodyDoubt, ...]:
        """What is to be said of the numbers of the body."""
        found = self.order or self.worked
        return () if found is None else found.doubts


def with_notes(working: Working, notes: tuple[Msg, ...]) -> Working:
    """The working with further notes before its own."""
    return replace(working, notes=(*notes, *working.notes)) if notes else working


def with_preparation(working: Working, preparation: Preparation, further: tuple[Step, ...] = ()) -> Working:
    """The working with the steps from the ordered dose to what is drawn, and further ones after them."""
    steps = (*working.steps, *preparation_steps(preparation), *further)
    working = replace(working, steps=steps, preparation=preparation)
    off = off_words(preparation)
    return with_notes(working, (warning(off),)) if off else working


def with_given(working: Working, given: GivenDose) -> Working:
    """The working with what was given held against the order."""
    worked, tolerance = working.worked, working.regimen.tolerance
    said = words.plain_amount_words(given.given)
    steps = [Step(Msg("given dose"), NOTHING, said)]
    if worked is not None and given.of_ordered is not None and given.of_given is not None:
        ordered = words.plain_amount_words(worked.ordered)
        of_ordered, of_given = (signed_percent(value, 2) for value in (given.of_ordered, given.of_given))
        result = Msg("{a} of the ordered dose, {b} of the given", a=of_ordered, b=of_given)
        steps.append(Step(Msg("deviation"), Msg("({a} − {b}) ÷ ordered dose", a=said, b=ordered), result))
    if tolerance is not None and given.is_tolerated is not None:
        limit = Msg("the limit inside") if tolerance.limit_is_inside else Msg("the limit outside")
        limits = joined((tolerance.words, limit), COMMA)
        steps.append(Step(Msg("tolerance"), NOTHING, _inside(limits, given.is_tolerated)))
    if working.range is not None:
        steps.append(Step(Msg("range"), NOTHING, _inside(range_words(*working.range), given.is_in_range)))
    return replace(working, steps=(*working.steps, *steps), given=given)


def _inside(what: Msg, is_inside: bool | None) -> Msg:  # noqa: FBT001 - the answer itself
    return Msg("{range}: inside", range=what) if is_inside else Msg("{range}: OUTSIDE", range=what)


def dose_working(
    worked: WorkedDose, arm: str, visits: tuple[str, ...], conditions: tuple[Msg, ...] | None = None
) -> Working:
    """The working of a dose, for some of its regimen's visits.

    Args:
        worked: The calculation.
        arm: The id of the arm.
        visits: Ids of the visits.
        conditions: What is to be said of conditions; None where nothing is known of the subject.
    """
    regimen, steps = worked.regimen, dose_steps(worked)
    notes = _notes(regimen, conditions, worked.doubts)
    return Working(arm, regimen, visits, worked, steps, notes)


def open_working(
    order: OpenOrder, arm: str, visits: tuple[str, ...], conditions: tuple[Msg, ...] | None = None
) -> Working:
    """The working of a range of doses none of which is aimed at: both its ends, and no dose.

    Args:
        order: What is allowed.
        arm: The id of the arm.
        visits: Ids of the visits.
        conditions: As in ``dose_working``.
    """
    steps = open_steps(order)
    notes = _notes(order.regimen, conditions, order.doubts)
    return Working(arm, order.regimen, visits, None, steps, notes, order=order)


def _notes(regimen: Regimen, conditions: tuple[Msg, ...] | None, doubts: tuple[BodyDoubt, ...]) -> tuple[Msg, ...]:
    """What is to be said beside a dose: first of its body, marked where somebody has to look at it."""
    if conditions is None and regimen.condition is not None:
        conditions = (visit_words.condition_words("", regimen.condition, Truth.NOT_KNOWN),)
    said = (*map(marked_doubt, doubts), *(conditions or ()), words.unstated_words(regimen))
    return tuple(note for note in said if note)


def working_text(workings: tuple[Working, ...], protocol: Protocol, made_by: str) -> str:
    """The workings as plain text, a block a dose.

    Args:
        workings: The doses.
        protocol: Their protocol.
        made_by: The program's version and the date, for the head.
    """
    lines = [
        protocol.marks,
        protocol.title,
        made_by,
    ]
    for working in workings:
        lines += ["", *_block(working, protocol)]
    lines += ["", "A calculation to be checked against the protocol; it does not replace the pharmacist's judgement."]
    return "\n".join(map(one_line, lines)) + "\n"


def _block(working: Working, protocol: Protocol) -> list[str]:
    regimen = working.regimen
    visits = f"{'each of ' if len(working.visits) > 1 else ''}{', '.join(working.visits)}"
    lines = [f"{regimen.label}, arm {working.arm}, {visits}"]
    width = max(len(step.name) for step in working.steps)
    lines += [f"  {step.name:<{width}}  {step.line}" for step in working.steps]
    if regimen.quote:
        lines.append(f'  {"source":<{width}}  "{marked_quote(regimen.quote, protocol)}"')
    lines += [f"  {'note':<{width}}  {note}" for note in working.notes]
    return lines


def working_json(working: Working, protocol: Protocol) -> dict[str, object]:
    """A working as JSON: numbers as ``exact_json`` says them, with the words and the steps."""
    regimen, found = working.regimen, working.order or working.worked
    if found is None:
        message = "a working is of a dose, or of a range of doses"
        raise ValueError(message)
    amounts, further = _open_json(found) if isinstance(found, OpenOrder) else _worked_json(found)
    return {
        "arm": working.arm,
        "regimen": regimen.id,
        "visits": list(working.visits),
        "dose_rule": words.dose_rule_words(regimen),
        "quote": marked_quote(regimen.quote, protocol),
        **exact_json(
            height_cm=found.body.height_cm,
            measure=None if found.measure is None else found.measure.value,
            weight_kg=found.weight_kg,
        ),
        **amounts,
        "steps": [{"name": s.name, "working": s.working, "result": s.result} for s in working.steps],
        "notes": list(working.notes),
        **further,
        **_range_json(working.range),
        "given": None if working.given is None else _given_json(working.given),
        "preparation": None if working.preparation is None else preparation_json(working.preparation),
    }


def _worked_json(worked: WorkedDose) -> tuple[dict[str, object], dict[str, object]]:
    """The amounts of a calculation, and what else is to be said of it."""
    amounts: dict[str, object] = {
        **exact_json(calculated_dose=worked.calculated.value, ordered_dose=worked.ordered.value),
        "unit": worked.ordered.unit.symbol,
        "limited_by": worked.limited_by.value,
        "words": words.amount_in_words(worked.ordered),
    }
    return amounts, {
        **exact_json(deviation_percent=worked.deviation_percent if worked.limited.value else None),
        "dose_level": "" if worked.level is None else worked.level.id,
    }


def _open_json(order: OpenOrder) -> tuple[dict[str, object], dict[str, object]]:
    """What stands in place of a calculation: no dose, and which are allowed."""
    amounts: dict[str, object] = {
        "calculated_dose": None,
        "ordered_dose": None,
        "unit": order.range[0].unit.symbol,
        "limited_by": "",
        "words": words.open_range_words(order.range),
    }
    return amounts, {"deviation_percent": None, "dose_level": ""}


def _range_json(ends: tuple[Amount, Amount] | None) -> dict[str, object]:
    """The range's two ends, and their fractions where the digits of either have no end."""
    if ends is None:
        return {"range": None}
    both = [exact_json(end=end.value) for end in ends]
    said: dict[str, object] = {"range": [one["end"] for one in both]}
    if any(len(one) > 1 for one in both):
        said["range_fraction"] = [one.get("end_fraction", one["end"]) for one in both]
    return said


def _given_json(given: GivenDose) -> dict[str, object]:
    return {
        **exact_json(dose=given.given.value),
        "unit": given.given.unit.symbol,
        **exact_json(percent_of_ordered=given.of_ordered, percent_of_given=given.of_given),
        "is_tolerated": given.is_tolerated,
        "is_in_range": given.is_in_range,
    }
