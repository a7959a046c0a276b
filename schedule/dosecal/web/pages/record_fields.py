"""The form of a recording: its fields by what is recorded, and the cells that they become.

Conventions: nothing is filled in but what was asked for by a link, or stands in the entry that is put right. What may
stand in a field is judged by the readers of the tables; the page reads nothing of it but a dose with its unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.app.study.new_study import subject_columns
from dosecal.app.study.recordings import LEDGERS, Kind, Recording
from dosecal.load.doses.dose_amounts import parse_dose
from dosecal.load.tables.actuals_file import ENDINGS
from dosecal.model.cohort import METHODS
from dosecal.model.days import as_date, read_date
from dosecal.model.messages import Msg, unsaid
from dosecal.model.preparation import ContainerEvent
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import column_digits
from dosecal.model.struct import Struct
from dosecal.report.messages.words import amount_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dosecal.model.protocol import Protocol

STATUS_WORDS = {
    "done": Msg("held"),
    "missed": Msg("missed"),
    "cancelled": Msg("cancelled"),
    "planned": Msg("booked for another day"),
}
ENDING_WORDS = dict(zip(ENDINGS, (Msg("off treatment"), Msg("off study")), strict=True))
METHOD_WORDS = dict(zip(METHODS, (Msg("measured"), Msg("stated"), Msg("estimated")), strict=True))
DOSE = "dose_given"
"""The field of a dose with its unit, which becomes two cells."""
TELLING = frozenset((Kind.DOSE, Kind.LOT, Kind.CONTAINER, Kind.LEVEL))
"""What a blinded session neither records nor sees."""
PLAIN_CELLS = frozenset(
    ("subject_id", "visit", "date", "status", "planned_first", "weight_kg", "weight_date", "method")
)
"""The cells that tell nothing, whatever the protocol is."""
_LABELS = {
    "date": Msg("On"),
    "weight_kg": Msg("Weight in kg"),
    "level": Msg("Level"),
    "regimen": Msg("Regimen"),
    "note": Msg("Note"),
    "product": Msg("Product"),
    "lot": Msg("Lot"),
    "container": Msg("Container"),
    "content": Msg("Content"),
    "unit": Msg("Unit"),
    "volume_ml": Msg("Volume in mL"),
    "expires": Msg("Expires"),
    "site": Msg("Site"),
    "left": Msg("Left in it"),
    "witness": Msg("Witness"),
    "subject_id": Msg("Participant"),
    "arm": Msg("Arm"),
    "visit": Msg("Visit"),
    "weight_date": Msg("Weighed on"),
    "sex": Msg("Sex, F or M"),
    "birth_date": Msg("Born on"),
    "height_cm": Msg("Height in cm"),
}
_DAYS = {"date", "weight_date", "birth_date", "expires"}
_HINTS = {
    "date": Msg("A date such as {example}", example=unsaid("2026-04-17")),
    "weight_kg": Msg("Kilograms with a point, such as {example}", example=unsaid("70.5")),
    DOSE: Msg("With its unit, such as {example}", example=unsaid("100 million cells")),
}


class Field(Struct, frozen=True):
    """A field.

    Attributes:
        name: Its name; that of the column, but for a dose.
        label: What it is called.
        text: What stands in it.
        choices: What may be chosen, with its words; empty for a field to write in.
        hint: How it is written; None for no more than the label says.
        read_as: What it is read as; empty where the page reads nothing of it.
        error: Why it can't be taken: what was expected, and a way out.
        is_needed: Whether it is asked for.
    """

    name: str
    label: Msg
    text: str = ""
    choices: tuple[tuple[str, Msg], ...] = ()
    hint: Msg | None = None
    read_as: str = ""
    error: tuple[str, str] = ("", "")
    is_needed: bool = False


class Subject(Struct, frozen=True):
    """What a recording is about.

    Attributes:
        kind: What is recorded.
        subject, visit: Whom and which visit; empty for none.
        has_dose: Whether a dose is given at the visit, and may be seen.
        protocol: The protocol, as the session may see it.
    """

    kind: Kind
    subject: str
    visit: str
    has_dose: bool
    protocol: Protocol


def names_of_fields(about: Subject) -> tuple[str, ...]:
    """The fields of a form, in order."""
    if about.kind is Kind.VISIT:
        return ("status", "date", *((DOSE,) if about.has_dose else ()), "note")
    if about.kind is Kind.WEIGHT:
        return ("date", "weight_kg", "method")
    if about.kind is Kind.LEVEL:
        return ("date", "level", "regimen")
    if about.kind is Kind.END:
        return ("visit", "date", "note")
    if about.kind is Kind.SUBJECT:
        return subject_columns(about.protocol)
    return tuple(one for one in LEDGERS[about.kind].columns if one != "by")


def fields_of(about: Subject, typed: Mapping[str, str]) -> tuple[Field, ...]:
    """The fields of a form with what stands in them."""
    needed = set(LEDGERS[about.kind].needed)
    return tuple(_field(name, about, typed.get(name, ""), is_needed=name in needed) for name in names_of_fields(about))


def _field(name: str, about: Subject, text: str, *, is_needed: bool) -> Field:
    choices: dict[str, Msg] = {}
    label = _LABELS.get(name, unsaid(name))
    if name == "status":
        choices, label = STATUS_WORDS, Msg("{visit} was", visit=about.visit)
    elif name == "visit" and about.kind is Kind.END:
        choices, label = ENDING_WORDS, Msg("What ended")
    elif name == "method":
        choices, label = METHOD_WORDS, Msg("How the weight came to be known")
    elif name == "what":
        choices, label = {one.value: Msg(one.value) for one in ContainerEvent}, Msg("What happened to it")
    elif name == DOSE:
        label = Msg("Dose given")
    read_as: str = _day_words(text) if name in _DAYS else ""
    error = ("", "")
    if name == DOSE and text.strip():
        try:
            amount = parse_dose(text.strip())
            read_as = amount_in_words(amount)
        except RefusedError as refusal:
            error = (refusal.expected, refusal.hint)
    return Field(name, label, text, tuple(choices.items()), _HINTS.get(name), read_as, error, is_needed)


def _day_words(text: str) -> str:
    """The day of an ISO date with its weekday; empty for any other text, of which its reader says what is wrong."""
    try:
        return Msg("{day}", day=as_date(read_date(text.strip())))
    except RefusedError:
        return ""


def recording_of(about: Subject, typed: Mapping[str, str], corrects: int | None) -> Recording:
    """The recording of what was typed; a dose that can't be read is refused by its field before.

    Args:
        about: What it is about.
        typed: What stands in the fields.
        corrects: The number of the entry that it puts right; None for none.
    """
    cells = {name: typed.get(name, "").strip() for name in names_of_fields(about) if name != DOSE}
    if about.subject:
        cells["subject_id"] = about.subject
    if about.visit:
        cells["visit"] = about.visit
    cells = {name: text for name, text in cells.items() if text}
    kind, dose = about.kind, typed.get(DOSE, "").strip()
    if kind is Kind.VISIT and about.has_dose and dose and cells.get("status") == "done":
        amount = parse_dose(dose)
        kind = Kind.DOSE
        cells |= {"dose": column_digits(amount.value), "unit": amount.unit.symbol}
    return Recording(kind, cells, corrects)
