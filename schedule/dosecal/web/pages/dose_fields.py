"""The fields of the page of a dose: what is on file, what was typed instead, and how that is read.

Conventions: a field is read by the reader that the tables and the command line have, and refused with their code. What
was typed is a trial where it is another value than the one on file. The day of the filed weight is not taken for a
weight that was typed; the form says for which weight the day in it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.doses.body_text import read_centimetres, read_creatinine, read_kilograms, read_rate, read_surface
from dosecal.model.days import as_date, read_date
from dosecal.model.messages import Msg, plural, unsaid
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import is_terminating, plain_digits
from dosecal.model.spoken import grouped_digits, number_words
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from fractions import Fraction

    from dosecal.model.dosing.body import Body
    from dosecal.model.messages import Argument
    from dosecal.model.problems import Problem, Source
    from dosecal.report.subjects.subject_view import SubjectDose
    from dosecal.web.study import Plan

WEIGHT, WEIGHED_ON, DATED_FOR = "weight_kg", "weight_date", "dated_for"
_METHODS = {"measured": Msg("measured"), "stated": Msg("stated"), "estimated": Msg("estimated")}


class BodyField(Struct, frozen=True):
    """A number of the body that a rule of dosing may need.

    Attributes:
        name: The column of the subjects.
        label: What the field is called.
        unit: Its unit.
        code: The code of its refusal.
        read: Reads it.
        filed: Takes it out of what is on file.
    """

    name: str
    label: Msg
    unit: str
    code: str
    read: Callable[[str], Fraction]
    filed: Callable[[Body], Fraction | None]


BODY_FIELDS = (
    BodyField("height_cm", Msg("Height in cm"), "cm", "C111", read_centimetres, lambda body: body.height_cm),
    BodyField("body_surface_m2", Msg("Body surface in m²"), "m²", "C116", read_surface, lambda body: body.surface_m2),
    BodyField("gfr_ml_min", Msg("Filtration rate in mL/min"), "mL/min", "C114", read_rate, lambda body: body.gfr),
    BodyField(
        "creatinine_mg_dl",
        Msg("Serum creatinine in mg/dL"),
        "mg/dL",
        "C115",
        read_creatinine,
        lambda body: body.creatinine,
    ),
)


class Refusal(Struct, frozen=True):
    """Something that can't be read with certainty.

    Attributes:
        field: The name of its field; empty for none.
        label: What it is called.
        typed: What was typed.
        expected: What would be read.
        hint: A way out; empty for none.
        code: The code.
    """

    field: str
    label: Msg
    typed: str
    expected: str
    hint: str
    code: str


class Entry(Struct, frozen=True):
    """A field of the form.

    Attributes:
        name: Its name.
        label: What it is called.
        text: What stands in it.
        unit: The unit after it; empty for none.
        read_as: What it is read as; empty where it is empty or refused.
        notes: What is said below it.
        place: Where it stands on file; empty for what is tried.
        refusal: Why it can't be read; None where it can.
    """

    name: str
    label: Msg
    text: str
    unit: str = ""
    read_as: Msg | None = None
    notes: tuple[Msg, ...] = ()
    place: Msg | None = None
    refusal: Refusal | None = None


class Fields(Struct, frozen=True):
    """The form.

    Attributes:
        entries: Its fields.
        cells: What is tried, by the column of the subjects; empty where everything is on file.
        tried: What is tried beside what the file says.
        dated_for: The weight for which the day in its field is.
    """

    entries: tuple[Entry, ...]
    cells: Mapping[str, str]
    tried: tuple[Msg, ...] = ()
    dated_for: str = ""

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """The fields that can't be read."""
        return tuple(one.refusal for one in self.entries if one.refusal is not None)


def digits_of(value: Fraction | None) -> str:
    """A number as it stands in a field; empty for none."""
    return "" if value is None else plain_digits(value) if is_terminating(value) else number_words(value)


def place_words(source: Source) -> Msg:
    """A row of a file: ``subjects.csv, row 5``."""
    return Msg("{file}, row {line}", file=source.file.replace("\\", "/").rpartition("/")[2], line=str(source.line))


def fields_of(plan: Plan, planned: SubjectDose, typed: Mapping[str, str]) -> Fields:
    """The fields for a dose.

    Args:
        plan: The plan of what is on file.
        planned: The dose.
        typed: What stands in the fields; empty for what is on file.
    """
    regimen = planned.regimen
    entries: list[Entry] = []
    cells: dict[str, str] = {}
    tried: list[Msg] = []
    dated_for = ""
    if regimen.is_per_weight or planned.weight is not None:
        weight, dated_for = _weight_entry(plan, planned, typed), typed.get(WEIGHT, _filed_weight(planned)).strip()
        day = _day_entry(plan, planned, typed)
        entries += [weight, day]
        if not _is_filed(planned, weight.text, day.text):
            cells |= {WEIGHT: weight.text, WEIGHED_ON: day.text}
            tried.append(_tried_words(weight.text, _filed_weight(planned), "kg"))
    body = _body_of(planned)
    for one in BODY_FIELDS:
        filed = None if body is None else digits_of(one.filed(body))
        if one.name not in regimen.rule.needs:
            continue
        entry = _number_entry(one, typed.get(one.name, filed or "").strip(), is_asked=one.name in typed)
        entries.append(entry)
        if entry.text != (filed or ""):
            cells[one.name] = entry.text
            tried.append(_tried_words(entry.text, filed or "", one.unit))
    return Fields(tuple(entries), cells, tuple(tried), dated_for)


def refusal_of(problem: Problem, cells: Mapping[str, str]) -> Refusal:
    """A refusal of the tables' readers, for a value that was tried."""
    field = problem.subject if problem.subject in cells else ""
    message = problem.message
    expected = str(message.arguments.get("expected", message)) if isinstance(message, Msg) else message
    return Refusal(
        field, _LABELS.get(field, Msg("What was typed")), cells.get(field, ""), expected, problem.hint, problem.code
    )


_LABELS = {WEIGHT: Msg("Weight in kg"), WEIGHED_ON: Msg("Weighed on"), **{one.name: one.label for one in BODY_FIELDS}}


def _body_of(planned: SubjectDose) -> Body | None:
    found = planned.worked or planned.open
    return None if found is None else found.body


def _filed_weight(planned: SubjectDose) -> str:
    return "" if planned.weight is None else digits_of(planned.weight.kilograms)


def _filed_day(planned: SubjectDose) -> str:
    return "" if planned.weight is None or planned.weight.day is None else planned.weight.day.isoformat()


def _is_filed(planned: SubjectDose, weight: str, day: str) -> bool:
    return (weight, day) == (_filed_weight(planned), _filed_day(planned))


def _tried_words(typed: str, filed: str, unit: str) -> Msg:
    if not filed:
        return Msg("{typed} was typed here; the file has none.", typed=_with_unit(typed, unit))
    if typed == filed:
        return Msg("Another day was typed here for the {typed} on file.", typed=_with_unit(typed, unit))
    return Msg(
        "{typed} was typed here; the file says {filed}.", typed=_with_unit(typed, unit), filed=_with_unit(filed, unit)
    )


def _with_unit(digits: str, unit: str) -> Argument:
    return unsaid(f"{digits} {unit}")


def _refused(name: str, typed: str, code: str, refusal: RefusedError) -> Refusal:
    return Refusal(name, _LABELS[name], typed, refusal.expected, refusal.hint, code)


def _number_entry(one: BodyField, text: str, *, is_asked: bool) -> Entry:
    if not text and not is_asked:
        return Entry(one.name, one.label, "", one.unit, notes=(Msg("Nothing is on file."),))
    try:
        value = one.read(text)
    except RefusedError as refusal:
        return Entry(one.name, one.label, text, one.unit, refusal=_refused(one.name, text, one.code, refusal))
    return Entry(one.name, one.label, text, one.unit, read_as=unsaid(f"{grouped_digits(value)} {one.unit}"))


def _weight_entry(plan: Plan, planned: SubjectDose, typed: Mapping[str, str]) -> Entry:
    text, label = typed.get(WEIGHT, _filed_weight(planned)).strip(), _LABELS[WEIGHT]
    if not text and WEIGHT not in typed:
        return Entry(WEIGHT, label, "", "kg", notes=(Msg("No weight is on file for this dose."),))
    try:
        value = read_kilograms(text)
    except RefusedError as refusal:
        return Entry(WEIGHT, label, text, "kg", refusal=_refused(WEIGHT, text, "C105", refusal))
    filed = planned.weight
    place: Msg | None = None
    notes: tuple[Msg, ...] = ()
    if filed is None:
        notes = (Msg("No weight is on file for this dose."),)
    elif value == filed.kilograms:
        source = plan.weight_place(planned.subject, filed)
        place = None if source is None else place_words(source)
        notes = (_change_words(planned),)
    else:
        notes = (_against_file(value, filed.kilograms),)
    return Entry(WEIGHT, label, text, "kg", unsaid(f"{grouped_digits(value)} kg"), notes, place)


def _change_words(planned: SubjectDose) -> Msg:
    """How the filed weight stands to that of the dose before."""
    before = planned.weight_before
    if before is None or planned.weight is None:
        return Msg("First weight on file: nothing to hold it against.")
    if before.kilograms == planned.weight.kilograms:
        return Msg("The weight of the dose before.")
    return _against(planned.weight.kilograms, before.kilograms, of_before=True)


def _against_file(value: Fraction, filed: Fraction) -> Msg:
    return _against(value, filed, of_before=False)


def _against(value: Fraction, other: Fraction, *, of_before: bool) -> Msg:
    """How much more or less a weight is than another one."""
    change = abs(value - other)
    arguments = {
        "change": unsaid(f"{number_words(change)} kg"),
        "percent": unsaid(f"{number_words(100 * change / other, 2)} %"),
        "other": unsaid(f"{grouped_digits(other)} kg"),
    }
    if of_before:
        if value > other:
            return Msg("{change} or {percent} more than the {other} of the dose before.", **arguments)
        return Msg("{change} or {percent} less than the {other} of the dose before.", **arguments)
    if value > other:
        return Msg("{change} or {percent} more than the {other} on file.", **arguments)
    return Msg("{change} or {percent} less than the {other} on file.", **arguments)


def _day_entry(plan: Plan, planned: SubjectDose, typed: Mapping[str, str]) -> Entry:
    """The field of the day of the weight."""
    label, filed = _LABELS[WEIGHED_ON], _filed_day(planned)
    text = typed.get(WEIGHED_ON, filed).strip()
    weight = typed.get(WEIGHT, _filed_weight(planned)).strip()
    is_of_another = text == filed and text and weight != _filed_weight(planned) and typed.get(DATED_FOR) != weight
    if is_of_another and planned.weight is not None and planned.weight.day is not None:
        note = Msg(
            "Not given. The day of the file’s weight ({plain_day}) is not taken for another weight.",
            plain_day=planned.weight.day,
        )
        return Entry(WEIGHED_ON, label, "", notes=(note,))
    if not text:
        return Entry(WEIGHED_ON, label, "", notes=(Msg("Not given."),))
    try:
        day = as_date(read_date(text))
    except RefusedError as refusal:
        return Entry(WEIGHED_ON, label, text, refusal=_refused(WEIGHED_ON, text, "C104", refusal))
    notes = [age_words(day, planned.day)] if planned.day is not None else []
    is_filed = _is_filed(planned, weight, text) and planned.weight is not None
    place = None
    if is_filed and planned.weight is not None:
        notes += [_METHODS[planned.weight.method]] if planned.weight.method in _METHODS else []
        source = plan.weight_place(planned.subject, planned.weight)
        place = None if source is None else place_words(source)
    return Entry(WEIGHED_ON, label, text, read_as=Msg("{day}", day=day), notes=tuple(notes), place=place)


def age_words(day: date, dose: date) -> Msg:
    """How old a weight is on the day of the dose."""
    days = (dose - day).days
    if not days:
        return Msg("on the day of the dose")
    if days < 0:
        return plural("{n} day after the dose", "{n} days after the dose", -days)
    return plural("{n} day before the dose", "{n} days before the dose", days)
