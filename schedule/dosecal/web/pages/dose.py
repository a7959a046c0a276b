"""The page of one dose: the answer first, what goes in beside it, the working, the limits, the rule.

Conventions: without certain inputs there is no number: a view has an answer, or says why it has none. What was typed is
tried and not on file; nothing of it is written, and what counts for care is offered for filed values alone.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import RedirectResponse

from dosecal.app.composition.trial import tried_inputs
from dosecal.app.paper.doses import worksheet_of
from dosecal.model.counts import counted
from dosecal.model.messages import Msg, unsaid
from dosecal.model.problems import Problem, ScheduleError
from dosecal.model.quantity import is_terminating
from dosecal.model.spoken import COUNTED, MILLION, MYRIAD, grouped_digits, number_words
from dosecal.model.struct import Struct, replace
from dosecal.report.messages.visit_words import DATE_UNKNOWN
from dosecal.report.messages.words import WEIGHT_STATES, is_whole
from dosecal.report.messages.workings import short_words
from dosecal.report.sheets.sheet_sections import DoseToOrder, DoseToPrepare
from dosecal.web.pages.dose_fields import Fields, Refusal, age_words, fields_of, refusal_of
from dosecal.web.sheets import SaidSheet, said_sheet
from dosecal.web.study import EPOCH, Plan, container_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from dosecal.model.preparation import Preparation
    from dosecal.model.quantity import Amount
    from dosecal.report.subjects.subject_view import SubjectDose
    from dosecal.web.shell import Ask
    from dosecal.web.site import Site
    from dosecal.web.words import Speaker


class Taken(Struct, frozen=True):
    """What is taken from one lot: its name, the containers, and the last day on which it may be used."""

    lot: str
    containers: tuple[str, ...]
    expires: date | None


class Promise(Struct, frozen=True):
    """A container that is promised to another dose: its lot and name, and whose dose."""

    container: str
    subject: str
    visit: str


class Answer(Struct, frozen=True):
    """An order that is worked out.

    Attributes:
        sheet: The worksheet, said.
        amount: The ordered dose in digits, with its unit; empty where the prescriber states it.
        by_rule: The dose by the rule, where its digits have no end; empty for none.
        millions: The amount in millions; None where it has none, or is not stated.
        working: The rule with the numbers put in; empty where there is nothing to compute.
        is_by_rule: Whether the order is exactly what the rule gives.
        weighed: The weight that it takes, with its day; None for none.
        opened: What is opened; empty where nothing can be said.
        taken: From which lots.
        drawn: The volume to draw; empty where nothing can be said.
        delivers: What that delivers; empty for none.
        against: How that stands to the order; None for none.
        left: The volume that is left over; empty for none.
        warnings: What somebody has to answer before it is given, beside that.
        short: What the lots at hand don't cover; empty where they do.
        promised: To whom the containers of its site and product are promised, where they don't.
        has_lots: Whether a file of lots is there.
    """

    sheet: SaidSheet
    amount: str
    by_rule: str
    millions: Msg | None
    working: str
    is_by_rule: bool
    weighed: Msg | None
    opened: str
    taken: tuple[Taken, ...]
    drawn: str
    delivers: str
    against: Msg | None
    left: str
    warnings: tuple[str, ...]
    short: str
    promised: tuple[Promise, ...]
    has_lots: bool


class DoseView(Struct, frozen=True, kw_only=True):
    """What the page of a dose shows.

    Attributes:
        subjects: The participants.
        visits: The visits of this one that have a dose: id, number, count.
        subject, visit: Whose dose at which visit; empty where none is chosen.
        dose: The planned dose; None where none is chosen.
        answers: The doses at the visit, worked out.
        orders: The sheets of doses that the protocol leaves to somebody.
        why: Why there is no number; None where there is one.
        refusals: What can't be read.
        fields: The form; None where no dose is chosen.
        rule: A sheet of the dose, for its rule, limits and queries; None where none can be made.
        rule_line: The line of the protocol file in which the rule stands; 0 where it is not known.
        product_line: That of the product.
        age: The age of the participant on the day of the dose, and the sex, where they are known.
    """

    subjects: tuple[str, ...]
    visits: tuple[tuple[str, int, int], ...] = ()
    subject: str = ""
    visit: str = ""
    dose: SubjectDose | None = None
    answers: tuple[Answer, ...] = ()
    orders: tuple[SaidSheet, ...] = ()
    why: Msg | None = None
    refusals: tuple[Refusal, ...] = ()
    fields: Fields | None = None
    rule: SaidSheet | None = None
    rule_line: int = 0
    product_line: int = 0

    @property
    def is_tried(self) -> bool:
        """Whether something in it was typed and is not on file."""
        return self.fields is not None and bool(self.fields.cells)


def dose_view(
    plan: Plan, whose: tuple[str, str], typed: Mapping[str, str], speaker: Speaker, lines: Mapping[str, int]
) -> DoseView:
    """What the page shows.

    Args:
        plan: The plan of what is on file; never a blinded one.
        whose: The participant and the visit; empty for none chosen.
        typed: What stands in the fields; empty for what is on file.
        speaker: Says it in the language of the page.
        lines: The line of each key of the protocol file.

    Raises:
        ScheduleError: If the files are refused.
    """
    subject, visit = whose
    subjects = plan.subjects
    if subject not in subjects:
        return DoseView(subjects=subjects, why=Msg("Choose a participant and a dose."))
    visits = visits_with_dose(plan, subject)
    if not visits:
        return DoseView(subjects=subjects, subject=subject, why=Msg("The protocol gives this participant no dose."))
    visit = visit if visit in {one for one, _, _ in visits} else next_dose_visit(plan, subject)
    planned = plan.planned_at(subject, visit)
    if planned is None:
        return DoseView(subjects=subjects, subject=subject, visits=visits, why=Msg("Choose a participant and a dose."))
    fields = fields_of(plan, planned, typed)
    filed = plan.doses_at(subject, visit)
    rule = next((said_sheet(worksheet_of(one), speaker) for one in filed if not isinstance(one, Problem)), None)
    shared = DoseView(
        subjects=subjects,
        visits=visits,
        subject=subject,
        visit=visit,
        dose=planned,
        fields=fields,
        rule=rule,
        rule_line=lines.get(f"regimens.{planned.regimen.id}.dose", lines.get(f"regimens.{planned.regimen.id}", 0)),
        product_line=lines.get(f"products.{planned.regimen.product}", 0),
    )
    if fields.refusals:
        return replace(shared, why=UNCERTAIN, refusals=fields.refusals)
    try:
        used = Plan.of(tried_inputs(plan.inputs, subject, fields.cells)) if fields.cells else plan
        return _worked(used, shared, speaker)
    except ScheduleError as error:
        if not fields.cells:
            raise
        return replace(shared, why=UNCERTAIN, refusals=tuple(refusal_of(one, fields.cells) for one in error.problems))


UNCERTAIN = Msg("because a value can’t be read with certainty.")


def _worked(plan: Plan, view: DoseView, speaker: Speaker) -> DoseView:
    """The view with its doses, or with why there is none."""
    doses = plan.doses_at(view.subject, view.visit)
    answers = tuple(_answer(plan, one, speaker) for one in doses if isinstance(one, DoseToPrepare))
    orders = tuple(said_sheet(worksheet_of(one), speaker) for one in doses if isinstance(one, DoseToOrder))
    why = None
    if not answers and not orders:
        planned = plan.planned_at(view.subject, view.visit)
        state = DATE_UNKNOWN if planned is None else WEIGHT_STATES[planned.state] or DATE_UNKNOWN
        why = state
    rule = next((one.sheet for one in answers), next(iter(orders), view.rule))
    return replace(view, answers=answers, orders=orders, why=why, rule=rule)


def visits_with_dose(plan: Plan, subject: str) -> tuple[tuple[str, int, int], ...]:
    """The visits of a participant that have a dose, each with its number and how many there are; in order."""
    found: dict[str, tuple[str, int, int]] = {}
    for one in plan.doses_of(subject):
        found.setdefault(one.visit.id, (one.visit.id, one.number, one.count))
    return tuple(found.values())


def next_dose_visit(plan: Plan, subject: str) -> str:
    """The first visit with a dose that is still open; the last one where none is."""
    calendar = plan.views().get(subject)
    dosed = [one for one, _, _ in visits_with_dose(plan, subject)]
    status = {} if calendar is None else {one.visit.id: one.status for one in calendar.visits}
    is_open = (one for one in dosed if (known := status.get(one)) is None or known.is_open)
    return next(is_open, dosed[-1])


def _answer(plan: Plan, dose: DoseToPrepare, speaker: Speaker) -> Answer:
    """A dose that is worked out."""
    sheet, preparation = said_sheet(worksheet_of(dose), speaker), dose.preparation
    ordered = dose.worked.ordered
    is_stated = is_whole(ordered)
    called = "container" if preparation.product.container is None else preparation.product.container.called
    calculated = next((one for one in sheet.steps() if one.working), None)
    delivers = preparation.drawn_ml is not None and preparation.delivered != preparation.ordered
    return Answer(
        sheet=sheet,
        amount=short_words(ordered) if is_stated else "",
        by_rule="" if is_stated else short_words(ordered),
        millions=millions_words(ordered) if is_stated else None,
        working="" if calculated is None else calculated.working,
        is_by_rule=is_stated and ordered == dose.worked.calculated,
        weighed=_weighed_words(dose.dose),
        opened="" if preparation.containers is None else counted(preparation.containers, called),
        taken=tuple(_taken(one.lot, one.containers, one.expires) for one in preparation.lines if one.lot),
        drawn="" if preparation.drawn_ml is None else f"{number_words(preparation.drawn_ml)} mL",
        delivers=short_words(preparation.delivered) if delivers else "",
        against=_against_words(preparation) if delivers else None,
        left="" if not preparation.leftover_ml else f"{number_words(preparation.leftover_ml)} mL",
        warnings=sheet.warnings_without("" if preparation.short is None else "product"),
        short="" if preparation.short is None else short_words(preparation.short),
        promised=() if preparation.short is None else _promised(plan, dose),
        has_lots=dose.lots is not None,
    )


def millions_words(amount: Amount) -> Msg | None:
    """An amount of what is counted in millions; None for any other, and below a million."""
    if amount.unit.substance not in COUNTED or amount.value < MILLION or not is_terminating(amount.value):
        return None
    millions, myriads = (grouped_digits(amount.value / one) for one in (MILLION, MYRIAD))
    return Msg("{n} million", n=millions, myriads=myriads)


def _weighed_words(dose: SubjectDose) -> Msg | None:
    """The weight that a dose takes, how it came to be known, and when."""
    weight = dose.weight
    if weight is None:
        return None
    shown = unsaid(f"{grouped_digits(weight.kilograms)} kg")
    if weight.day is None:
        return Msg("weight of {weight}; the day it was weighed is not given", weight=shown)
    how = METHOD_WORDS.get(weight.method, Msg("weighed on {day}", day=weight.day))
    how = Msg.made(how.template, {"day": weight.day})
    if dose.day is None:
        return Msg("weight of {weight} {how}", weight=shown, how=how)
    return Msg("weight of {weight} {how}; {age}", weight=shown, how=how, age=age_words(weight.day, dose.day))


METHOD_WORDS = {
    "measured": Msg("measured on {day}", day=EPOCH),
    "stated": Msg("stated on {day}", day=EPOCH),
    "estimated": Msg("estimated on {day}", day=EPOCH),
}


def _taken(lot: str, containers: tuple[str, ...], expires: str) -> Taken:
    return Taken(lot, containers, date.fromisoformat(expires) if expires else None)


def _against_words(preparation: Preparation) -> Msg | None:
    """How what is delivered stands to the order, in percent and in words."""
    percent = preparation.deviation_percent
    if not percent:
        return None
    shown = unsaid(f"{number_words(abs(percent), 2)} %")
    if percent > 0:
        return Msg("{percent} above the order", percent=shown)
    return Msg("{percent} below the order", percent=shown)


def _promised(plan: Plan, dose: DoseToPrepare) -> tuple[Promise, ...]:
    """To whom the containers are promised that this dose could have got: of its product, at its site or for all."""
    product, site = dose.preparation.product.id, dose.dose.site
    whose = plan.promises
    return tuple(
        Promise(container_name(one), subject, visit)
        for one in plan.composition.lots or ()
        if one.product == product and one.site in {"", site}
        for subject, visit in whose.get(container_name(one), ())
    )


def show_dose(site: Site, ask: Ask) -> Response:
    """The page of a dose: what is on file, or what was typed."""
    subject, visit = ask.names.get("subject", ""), ask.names.get("visit", "")
    chosen = ask.query.get("subject", "")
    if chosen:
        return RedirectResponse(dose_path(site.plan(), chosen, ask.query.get("visit", "")), 303)
    typed = dict(ask.form)
    if typed:
        subject, visit = typed.pop("subject", ""), typed.pop("visit", "")
    study = site.opened
    with study.lock:
        view = dose_view(site.plan(), (subject, visit), typed, site.speaker(ask), study.lines())
    template = "dose_answer.html" if ask.is_part else "dose.html"
    emptied = [one.name for one in view.fields.entries if typed.get(one.name) and not one.text] if view.fields else []
    return site.show(ask, template, {"view": view, "is_part": ask.is_part, "emptied": emptied}, Msg("Dose"), nav="dose")


def dose_path(plan: Plan, subject: str, visit: str) -> str:
    """The address of a dose; ids are looked up in the plan."""
    if subject not in plan.subjects:
        return "/dose"
    known = {one for one, _, _ in visits_with_dose(plan, subject)}
    if not known:
        return f"/dose/{quote(subject, safe='')}"
    return (
        f"/dose/{quote(subject, safe='')}/{quote(visit if visit in known else next_dose_visit(plan, subject), safe='')}"
    )
