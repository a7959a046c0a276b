"""The sections that the preparation worksheet and the check sheet share: what is given, none of it computed.

Conventions: a section here shows inputs alone (the rule, the weight as recorded, the body, the product's labels), so
that the second person can begin from the same inputs without seeing a result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.messages import COMMA, Msg, joined, msgid, named, plural, term, unsaid
from dosecal.model.quantity import plain_digits
from dosecal.model.spoken import grouped_digits, of_unit
from dosecal.model.struct import Struct
from dosecal.report.messages import visit_words, words
from dosecal.report.messages.doubt_words import doubt_sentence
from dosecal.report.messages.preparation_steps import MEASURED_TO
from dosecal.report.messages.source_quotes import marked_quote
from dosecal.report.sheets.dose_steps import not_rounded
from dosecal.report.sheets.product_facts import limits_words, lot_labels, product_facts
from dosecal.report.sheets.sheet import Blank, Fact, Line, Marks, Note, Section, Signature
from dosecal.report.sheets.sheet_words import NO_CAP, NOT_GIVEN, date_words, weight_rule_words

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from dosecal.model.preparation import LotContainer, Preparation, UseCheck
    from dosecal.model.product import Product
    from dosecal.model.worked_dose import OpenOrder, WorkedDose
    from dosecal.report.subjects.subject_view import SubjectDose


class DoseToPrepare(Struct, frozen=True):
    """What both sheets of one dose are made from.

    Attributes:
        dose: The planned dose.
        worked: Its calculation.
        preparation: How it is made up from the product.
        lots: The containers that are promised to it, in the order of use; empty where the lots at hand don't cover it,
            None where no lots are given.
        program_version: The version of the program.
        as_of: The day on which the sheet is made, ``YYYY-MM-DD``.
        use: The times of thaw and infusion beside the expiry; None where none is known.
    """

    dose: SubjectDose
    worked: WorkedDose
    preparation: Preparation
    lots: tuple[LotContainer, ...] | None
    program_version: str
    as_of: str
    use: UseCheck | None = None


class DoseToOrder(Struct, frozen=True):
    """What both sheets of one dose are made from whose amount the protocol leaves to somebody.

    Attributes:
        dose: The planned dose.
        order: What the protocol allows.
        has_lots: Whether lots are given; none of their containers is promised before the dose is ordered.
        program_version: The version of the program.
        as_of: The day on which the sheet is made, ``YYYY-MM-DD``.
        use: The times of thaw and infusion beside the expiry; None where none is known.
    """

    dose: SubjectDose
    order: OpenOrder
    has_lots: bool
    program_version: str
    as_of: str
    use: UseCheck | None = None

    @property
    def product(self) -> Product:
        """The product of the dose."""
        return self.dose.protocol.product(self.order.regimen.product)


SheetDose = DoseToPrepare | DoseToOrder

ML, ML_PER_HOUR = unsaid("mL"), unsaid("mL/h")
NO_LOTS = Msg("No lots file was given: copy the labels of the containers that are used.")
_METHODS = {"measured": msgid("measured"), "stated": msgid("stated"), "estimated": msgid("estimated")}


def product_of(given: SheetDose) -> Product:
    """The product of a dose."""
    return given.product if isinstance(given, DoseToOrder) else given.preparation.product


def marks_of(given: SheetDose) -> Marks:
    """What every page of a dose's sheets carries."""
    dose = given.dose
    return Marks(
        study=dose.protocol.study,
        protocol_version=dose.protocol.version,
        protocol_sha256=dose.protocol.digest,
        study_title=dose.protocol.title,
        program_version=given.program_version,
        as_of=given.as_of,
        subject=dose.subject,
        visit=dose.visit.id,
        regimen=dose.regimen.id,
        dose_number=dose.number,
        dose_count=dose.count,
        is_unblinding=dose.protocol.is_blinded,
    )


def subject_section(dose: SubjectDose) -> Section:
    """Whose dose it is, and when."""
    day = visit_words.study_day_words(dose.protocol, dose.visit)
    visit = unsaid(dose.visit.id)
    if dose.visit.label != dose.visit.id:
        visit = Msg("{visit}, {label}", visit=visit, label=term(dose.visit.label))
    if day not in {"", dose.visit.id}:
        visit = Msg("{visit} ({day})", visit=visit, day=day)
    number = Msg("{n} of {count}", n=str(dose.number), count=str(dose.count))
    lines: list[Line] = [
        Fact("subject", Msg("subject"), unsaid(dose.subject), is_main=True),
        Fact("dose", Msg("dose"), number, str(dose.number), is_main=True),
        Fact("site", Msg("site"), unsaid(dose.site) if dose.site else NOT_GIVEN),
        Fact("visit", Msg("visit"), visit),
        Fact("arm", Msg("arm"), named(dose.arm.label, dose.arm.id)),
        _date_fact("planned_date", Msg("planned date"), dose.planned),
    ]
    if dose.is_held:
        lines.append(_date_fact("dose_date", Msg("visit held on"), dose.day))
    elif dose.day != dose.planned:
        lines.append(_date_fact("dose_date", Msg("booked for"), dose.day))
    lines += (Note(text, is_warning=True) for text in dose.record)
    return Section("subject", Msg("Subject and dose"), tuple(lines))


def _date_fact(key: str, label: Msg, day: date | None) -> Fact:
    return Fact(key, label, date_words(day), "" if day is None else day.isoformat())


def rule_facts(dose: SubjectDose) -> tuple[Fact, ...]:
    """The protocol's rule of the dose, as far as it holds for this subject and this dose."""
    regimen, worked = dose.regimen, dose.worked
    facts = [
        Fact("regimen", Msg("regimen"), named(regimen.label, regimen.id)),
        Fact("dose_rule", Msg("dose rule"), words.dose_in_words(regimen)),
    ]
    if worked is not None and worked.level is not None:
        facts.append(Fact("level", Msg("dose level"), unsaid(worked.level.id)))
    found = worked or dose.open
    if found is not None and found.part is not None:
        share = found.part.percent
        facts.append(
            Fact("part", Msg("part"), Msg("{p} % of the whole", p=grouped_digits(share)), plain_digits(share), "%")
        )
    facts.append(Fact("route", Msg("route"), term(regimen.route) if regimen.route else words.NONE_STATED))
    if regimen.quote:
        facts.append(Fact("quote", Msg("source"), Msg('"{quote}"', quote=marked_quote(regimen.quote, dose.protocol))))
    return tuple(facts)


def bound_facts(dose: SubjectDose) -> tuple[Fact, ...]:
    """The cap, the floor and the tolerance of the dose, as the protocol states them."""
    regimen = dose.regimen
    cap, floor = (say(regimen, words.amount_in_words) for say in (words.cap_words, words.floor_words))
    facts = [Fact("cap", Msg("cap"), Msg("at most {a}", a=cap) if cap else NO_CAP)]
    if floor:
        facts.append(Fact("floor", Msg("floor"), Msg("at least {a}", a=floor)))
    if regimen.tolerance is not None:
        facts.append(Fact("tolerance", Msg("tolerance"), regimen.tolerance.words))
    return tuple(facts)


def rounding_facts(dose: SubjectDose) -> tuple[Fact, ...]:
    """How the dose and its volume are rounded."""
    return (
        Fact("rounding", Msg("rounding of the dose"), rounding_rule_words(dose)),
        Fact("volume_rounding", Msg("rounding of the volume"), volume_rounding_words(dose)),
    )


def rounding_rule_words(dose: SubjectDose) -> Msg:
    """How the protocol rounds the dose."""
    rounding = dose.regimen.rounding
    if rounding is None:
        return not_rounded(dose.regimen)
    return Msg("to {a}, {how}", a=words.plain_amount_words(rounding.increment), how=rounding.words)


def volume_rounding_words(dose: SubjectDose) -> Msg:
    """How the protocol rounds the volume, or how it is measured where nothing is stated."""
    regimen = dose.regimen
    if regimen.volume_rounding is not None:
        rule = regimen.volume_rounding
        return Msg("to {a}, {how}", a=words.plain_amount_words(rule.increment), how=rule.words)
    return Msg("none, by the protocol") if regimen.volume_rounding_is_stated else MEASURED_TO


def weight_inputs(given: SheetDose) -> tuple[Fact, ...]:
    """The weight as it was recorded, and what else of the body the dose or its limits depend on."""
    dose, facts = given.dose, []
    if dose.weight is None:
        facts.append(Fact("weight", Msg("weight"), words.weight_words(dose.regimen) or NOT_GIVEN))
        kilograms = None if isinstance(given, DoseToOrder) else _limit_weight(given.preparation)
        if kilograms is not None:
            facts.append(_amount_fact("limit_weight", Msg("for what is per kg"), kilograms, "kg"))
    else:
        kilograms = dose.weight.kilograms
        facts += [
            Fact("weight", Msg("weight"), _said(kilograms, "kg"), plain_digits(kilograms), "kg", is_main=True),
            Fact(
                "weight_date", Msg("weighed on"), NOT_GIVEN if dose.weight.day is None else date_words(dose.weight.day)
            ),
            Fact("weight_method", Msg("way"), Msg(_METHODS[dose.weight.method]) if dose.weight.method else NOT_GIVEN),
            Fact("weight_rule", Msg("protocol's rule"), weight_rule_words(dose.regimen.weight)),
        ]
    return (*facts, *_body_facts(dose))


def body_notes(given: SheetDose, *, warnings_alone: bool = False) -> tuple[Note, ...]:
    """What is to be said of the numbers of the body.

    Args:
        given: The dose.
        warnings_alone: Whether what follows from a result (a derived weight above the actual one) is left out.
    """
    doubts = given.order.doubts if isinstance(given, DoseToOrder) else given.worked.doubts
    return tuple(
        Note(doubt_sentence(one), is_warning=one.kind.is_warning)
        for one in doubts
        if one.kind.is_warning or not warnings_alone
    )


def _limit_weight(preparation: Preparation) -> Fraction | None:
    """The body weight that a limit or the rate takes; None where none is per kg, or the weight is not known."""
    rate = preparation.worked.regimen.rate
    is_per_kg = preparation.product.needs_weight or (rate is not None and rate.is_per_kg)
    return preparation.weight_kg if is_per_kg else None


def _body_facts(dose: SubjectDose) -> tuple[Fact, ...]:
    found = dose.worked or dose.open
    if found is None:
        return ()
    body, needs, facts = found.body, dose.regimen.rule.needs, []
    if "height_cm" in needs and body.height_cm is not None:
        facts.append(_amount_fact("height", Msg("height"), body.height_cm, "cm"))
    if "body_surface_m2" in needs and body.surface_m2 is not None:
        text = Msg("{a}, as recorded", a=_said(body.surface_m2, "m²"))
        facts.append(Fact("surface", Msg("body surface"), text, plain_digits(body.surface_m2), "m²", is_main=True))
    if "sex" in needs and body.sex:
        facts.append(Fact("sex", Msg("sex"), Msg("female") if body.sex == "F" else Msg("male")))
    if "birth_date" in needs and body.age_years is not None:
        age = plural("{n} year on the day of the dose", "{n} years on the day of the dose", body.age_years)
        facts.append(Fact("age", Msg("age"), age, str(body.age_years), "years"))
    if "gfr_ml_min" in needs and body.gfr is not None:
        text = Msg("{a}, measured", a=_said(body.gfr, "mL per min"))
        facts.append(Fact("gfr", Msg("filtration rate"), text, plain_digits(body.gfr), "mL/min"))
    if "creatinine_mg_dl" in needs and body.creatinine is not None:
        text = _said(body.creatinine, "mg per dL")
        facts.append(Fact("creatinine", Msg("serum creatinine"), text, plain_digits(body.creatinine), "mg/dL"))
    return tuple(facts)


def _said(value: Fraction, unit: str) -> Msg:
    return of_unit(grouped_digits(value), unit)


def _amount_fact(key: str, name: Msg, value: Fraction, unit: str) -> Fact:
    return Fact(key, name, _said(value, unit), plain_digits(value), unit)


def product_lines(given: SheetDose) -> tuple[Line, ...]:
    """The product as the protocol states it, and the labels of its lots."""
    if isinstance(given, DoseToOrder):
        product, substance, labels = given.product, given.order.range[0].unit.substance, None
    else:
        product, substance = given.preparation.product, given.worked.ordered.unit.substance
        labels = lot_labels(given.lots or ())
    lines: list[Line] = [*product_facts(product, substance)]
    if product.limits:
        lines.append(Fact("limits", Msg("limits"), limits_words(product)))
    if given.dose.regimen.rate is not None:
        lines.append(Fact("rate_rule", Msg("infusion rate"), given.dose.regimen.rate.words))
    if labels is not None:
        lines.append(labels)
    return tuple(lines)


def label_blanks(why: Msg = NO_LOTS) -> tuple[Line, ...]:
    """Places for the label of the product, where no lots file says it, or for another reason that is said."""
    return (
        Note(why),
        Blank("lot", Msg("lot, containers")),
        Blank("expires", Msg("expires")),
    )


def open_section(dose: SubjectDose) -> Section:
    """What the protocol leaves open, and its queries."""
    unstated = joined(dose.regimen.unstated, COMMA) or Msg("nothing that the sheet asks for")
    how_far = visit_words.horizon_words(dose.visit, dose.protocol)
    queries = [Note(Msg("The {what}.", what=how_far))] if how_far else []
    queries += [Note(Msg("Query: {query}", query=term(query)), query=query) for query in dose.protocol.queries]
    return Section("open", Msg("Left open by the protocol"), (Fact("unstated", words.NONE_STATED, unstated), *queries))


PREPARED = Signature("prepared_by", Msg("prepared by"))
CHECKED = Signature("checked_by", Msg("independently checked by"))
RELEASED = Signature("released_by", Msg("released by"))
