"""The second person's check: the inputs and the rule, blank places for the results, and how these compare.

Conventions: nothing that the program worked out is in any answer to the session from the moment a check is opened until
its values are compared or it is left. The second person is another one than the session's; every attempt is an entry.
A comparison says for each value whether it agrees, and never by how much it differs, nor what was found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from dosecal.app.study.noting import CHECKED, Noted, note
from dosecal.app.study.recordings import Person, Role
from dosecal.load.tables.entries_file import read_written
from dosecal.model.messages import Msg
from dosecal.model.problems import Problem, RefusedError, ScheduleError
from dosecal.model.struct import Struct
from dosecal.report.sheets.check_sheet import Outcome, asked_sheet, check_sheet, compare_entries
from dosecal.web.pages.dose import dose_path, visits_with_dose
from dosecal.web.pages.who import EXPECTED_INITIALS, is_initials
from dosecal.web.sheets import SaidSheet, said_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.responses import Response

    from dosecal.model.check_entries import WrittenValue
    from dosecal.report.sheets.check_sheet import Compared
    from dosecal.report.sheets.sheet_sections import SheetDose
    from dosecal.web.shell import Ask
    from dosecal.web.site import Site
    from dosecal.web.words import Speaker

INITIALS = "second_initials"
_AGREES = {Outcome.AGREES, Outcome.WITHIN}


class Asked(Struct, frozen=True):
    """A value that is asked for.

    Attributes:
        field: The name of its field.
        name: What it is called.
        unit: The unit in which it is written.
        hint: What it is.
        text: What was typed.
        error: Why that can't be read: what was expected, and a way out; empty where it can.
    """

    field: str
    name: str
    unit: str
    hint: str
    text: str = ""
    error: tuple[str, str] = ("", "")


class CheckView(Struct, frozen=True):
    """What the page shows before the comparison.

    Attributes:
        subject, visit: Whose dose.
        sheets: The check sheet of each dose at the visit, said; inputs alone.
        asked: The values that are asked for, for each dose.
        first: The initials of the first person.
        initials: What was typed as the second person's.
        initials_error: Whether they are none, or those of the first person.
    """

    subject: str
    visit: str
    sheets: tuple[SaidSheet, ...]
    asked: tuple[tuple[Asked, ...], ...]
    first: str
    initials: str = ""
    initials_error: Msg | None = None


class ComparedView(Struct, frozen=True):
    """What came of a comparison: who, which values agree, and the number of the entry; 0 for none."""

    subject: str
    visit: str
    first: str
    second: str
    values: tuple[tuple[str, bool, str], ...]
    entry: int

    @property
    def differing(self) -> int:
        """How many values don't agree."""
        return sum(not agrees for _, agrees, _ in self.values)


def check_view(
    subject: str, visit: str, doses: Sequence[SheetDose], form: Mapping[str, str], speaker: Speaker
) -> CheckView:
    """What the page shows of doses at a visit.

    Args:
        subject: The participant.
        visit: The visit.
        doses: Its doses.
        form: What was typed; empty for nothing.
        speaker: Says it in the language of the page.
    """
    sheets = tuple(said_sheet(check_sheet(one), speaker) for one in doses)
    asked = tuple(
        tuple(
            Asked(
                field_of(place, blank.id), blank.name, blank.unit, blank.hint, form.get(field_of(place, blank.id), "")
            )
            for blank in sheet.blanks("results").values()
        )
        for place, sheet in enumerate(sheets)
    )
    return CheckView(subject, visit, sheets, asked, form.get("first", ""))


def field_of(place: int, value: str) -> str:
    """The name of the field of a value of a dose."""
    return f"value_{place}_{value}"


def written_values(
    doses: Sequence[SheetDose], form: Mapping[str, str]
) -> tuple[list[dict[str, WrittenValue]], dict[str, tuple[str, str]]]:
    """What was typed for each dose, and why some of it can't be read, by field."""
    values: list[dict[str, WrittenValue]] = []
    errors: dict[str, tuple[str, str]] = {}
    for place, dose in enumerate(asked_sheet(doses).doses):
        own: dict[str, WrittenValue] = {}
        for one in dose.values:
            field = field_of(place, one.id)
            try:
                own[one.id] = read_written(form.get(field, "").strip(), one)
            except RefusedError as refusal:
                errors[field] = (refusal.expected, refusal.hint)
        values.append(own)
    return values, errors


def _doses(site: Site, ask: Ask) -> tuple[SheetDose, ...]:
    """The doses that are checked; none where there are none to check."""
    plan = site.plan()
    subject, visit = ask.names["subject"], ask.names["visit"]
    if subject not in plan.subjects or visit not in {one for one, _, _ in visits_with_dose(plan, subject)}:
        return ()
    return tuple(one for one in plan.doses_at(subject, visit) if not isinstance(one, Problem))


def show_check(site: Site, ask: Ask) -> Response:
    """The page of a check; from now on the session gets no other."""
    session, whose = ask.session, (ask.names["subject"], ask.names["visit"])
    if session.checking not in {None, whose}:
        return RedirectResponse("/", 303)
    with site.opened.lock:
        doses = _doses(site, ask)
    if not doses:
        return site.show(ask, "nobody.html", title=Msg("No such dose"), nav="dose", status=404)
    if not session.initials:
        return RedirectResponse("/who", 303)
    if session.checking is None:
        session.checking, session.first_person = whose, session.initials
    view = check_view(*whose, doses, {"first": session.first_person}, site.speaker(ask))
    return site.show(ask, "check.html", {"view": view}, Msg("Second person’s check"), nav="dose")


def compare(site: Site, ask: Ask) -> Response:
    """Compare what the second person found."""
    session, whose = ask.session, (ask.names["subject"], ask.names["visit"])
    if session.checking != whose:
        return RedirectResponse(f"/check/{whose[0]}/{whose[1]}", 303)
    with site.opened.lock:
        doses = _doses(site, ask)
    form = {**ask.form, "first": session.first_person}
    view = check_view(*whose, doses, form, site.speaker(ask))
    initials = ask.form.get(INITIALS, "").strip().upper()
    error = None
    if not is_initials(initials):
        error = EXPECTED_INITIALS
    elif initials == session.first_person.upper():
        error = Msg("initials of another person than {first}", first=session.first_person)
    values, errors = written_values(doses, ask.form)
    if error is not None or errors:
        asked = tuple(
            tuple(
                Asked(one.field, one.name, one.unit, one.hint, one.text, errors.get(one.field, ("", ""))) for one in own
            )
            for own in view.asked
        )
        view = CheckView(view.subject, view.visit, view.sheets, asked, view.first, initials, error)
        title = Msg("Second person’s check")
        return site.show(ask, "check.html", {"view": view}, title, nav="dose", status=422)
    found = [one for dose, own in zip(doses, values, strict=True) for one in compare_entries(dose, own)]
    return _compared(site, ask, view, found, initials)


def _compared(site: Site, ask: Ask, view: CheckView, found: Sequence[Compared], second: str) -> Response:
    """The page of a comparison, once its entry is written."""
    study, session = site.opened, ask.session
    differing = [one.name for one in found if one.outcome not in _AGREES]
    words = f"prepared by {session.first_person}, checked by {second}: "
    words += f"differs: {', '.join(differing)}" if differing else f"all {len(found)} values agree"
    entry = 0
    if not study.is_read_only:
        person = Person(second, Role.SECOND_PHARMACIST)
        noted = Noted(CHECKED, words, view.subject, view.visit)
        entry = note(study.folder, noted, person, study.moment).n
    values = tuple((one.name, one.outcome in _AGREES, one.outcome.value) for one in found)
    if not differing:
        session.checking = None
    compared = ComparedView(view.subject, view.visit, session.first_person, second, values, entry)
    return site.show(ask, "compared.html", {"view": compared}, Msg("Compared"), nav="dose")


def leave(site: Site, ask: Ask) -> Response:
    """Leave the check without a comparison, which is an entry, too."""
    study, session = site.opened, ask.session
    checking = session.checking
    session.checking = None
    if checking is None:
        return RedirectResponse("/dose", 303)
    if not study.is_read_only:
        person = Person(session.first_person, Role.PHARMACIST)
        noted = Noted(CHECKED, "left without a comparison", *checking)
        try:
            note(study.folder, noted, person, study.moment)
        except ScheduleError:
            session.checking = checking
            raise
    return RedirectResponse(dose_path(site.plan(), *checking), 303)
