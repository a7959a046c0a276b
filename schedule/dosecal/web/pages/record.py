"""Recording from the page: what happened, what it changes, why and who, saved.

Conventions: the page records through ``app/study/recording.record`` and through nothing else. A save is bound to what
was shown: where a file or what it changes is another one by then, nothing is written, what was typed is kept, and the
page shows it anew. A form carries a one-time number, so that a second click shows the first one's receipt.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import RedirectResponse

from dosecal.app.study.history_view import history_table
from dosecal.app.study.recording import Preview, Said, preview_recording, record, refusals
from dosecal.app.study.recordings import Kind, Person, Role
from dosecal.app.study.saving import CONFLICT, history_of
from dosecal.model.messages import Msg
from dosecal.model.problems import ScheduleError
from dosecal.model.struct import Struct, replace
from dosecal.model.unblinding import Unblinding
from dosecal.web.pages.record_fields import DOSE, PLAIN_CELLS, TELLING, Field, Subject, fields_of, recording_of
from dosecal.web.pages.who import is_initials
from dosecal.web.session import ROLE_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.responses import Response

    from dosecal.app.study.consequences import Look, Moved
    from dosecal.app.study.history import Entry
    from dosecal.model.problems import Problem
    from dosecal.web.shell import Ask
    from dosecal.web.site import Site
    from dosecal.web.study import Plan

_BY_PATH = {"weight": Kind.WEIGHT, "level": Kind.LEVEL, "end": Kind.END}
_NEW = {"subject": Kind.SUBJECT, "lot": Kind.LOT, "container": Kind.CONTAINER}
_HEADINGS = {
    "broken": Msg("Broken"),
    "closed day": Msg("Closed day"),
    "dose": Msg("Dose"),
    "lots": Msg("Lots"),
    "printed": Msg("Printed before"),
}
_OWN_FIELDS = ("csrf", "act", "number", "reason", "initials", "role", "looked", "corrects")


class ShownMove(Struct, frozen=True):
    """A visit that moves: its day before and after, and why."""

    visit: str
    was: date | None
    becomes: date | None
    why: Msg
    is_dosed: bool


class ShownLook(Struct, frozen=True):
    """One thing to look at before it is saved."""

    heading: Msg
    visit: str
    text: Msg


class ShownPreview(Struct, frozen=True):
    """What a recording changes, as the page shows it.

    Attributes:
        moves: The visits that move.
        stays: How many stay.
        is_nothing_broken: Whether no window and no least interval breaks.
        looks: What asks for a look.
        file: The table that gets a row.
        is_change: Whether a row of it changes, and none is added.
        needs_reason: Why a reason is asked for.
        needs_a_look: Whether the person has to say that it was read.
    """

    moves: tuple[ShownMove, ...]
    stays: int
    is_nothing_broken: bool
    looks: tuple[ShownLook, ...]
    file: str
    is_change: bool
    needs_reason: tuple[Msg, ...]
    needs_a_look: bool


class RecordView(Struct, frozen=True, kw_only=True):
    """What the page shows.

    Attributes:
        about: What is recorded.
        path: Where the form is sent.
        fields: The form.
        problems: What was refused, and belongs to no field.
        preview: What it changes; None before it was asked for.
        number: The one-time number of the form; empty before the preview.
        reason, initials, role: Why and who, as typed.
        has_looked: Whether the person says that it was read.
        missing: What is missing for a save, by field.
        corrects: The number of the entry that it puts right; None for none.
        changed: The files that were changed meanwhile, so that nothing was saved; empty for none.
        held: What is on file of the visit already; None for nothing.
    """

    about: Subject
    path: str
    fields: tuple[Field, ...]
    problems: tuple[Problem, ...] = ()
    preview: ShownPreview | None = None
    number: str = ""
    reason: str = ""
    initials: str = ""
    role: str = ""
    has_looked: bool = False
    missing: tuple[tuple[str, str], ...] = ()
    corrects: int | None = None
    changed: tuple[str, ...] = ()
    held: date | None = None


def _about(plan: Plan, ask: Ask) -> Subject | None:
    """What the address is about; None where there is no such participant, visit or kind."""
    names = ask.names
    if "kind" in names:
        kind = _NEW.get(names["kind"])
        return None if kind is None else Subject(kind, "", "", has_dose=False, protocol=plan.protocol)
    calendar = plan.views().get(names["subject"])
    if calendar is None:
        return None
    what = names["what"]
    visit = next((one for one in calendar.visits if one.visit.id == what), None)
    if visit is not None:
        has_dose = bool(visit.regimens) and not plan.is_blinded
        return Subject(Kind.VISIT, calendar.subject, what, has_dose=has_dose, protocol=calendar.protocol)
    kind = _BY_PATH.get(what)
    if kind is None:
        return None
    return Subject(kind, calendar.subject, "", has_dose=False, protocol=calendar.protocol)


def _path_of(about: Subject) -> str:
    if not about.subject:
        return f"/add/{about.kind.value}"
    what = about.visit or about.kind.value
    return f"/record/{quote(about.subject, safe='')}/{quote(what, safe='')}"


def show_record(site: Site, ask: Ask) -> Response:
    """The form of a recording: empty, with what a link asks for, or with the entry that is put right."""
    study = site.opened
    with study.lock:
        plan = site.plan()
        about = _about(plan, ask)
    if study.is_read_only:
        return site.show(ask, "read_only.html", title=Msg("Read only"), nav="participants", status=403)
    if about is None or (plan.is_blinded and about.kind in TELLING):
        return site.show(ask, "nobody.html", title=Msg("Nothing to record"), nav="participants", status=404)
    if ask.method == "POST":
        return _answer(site, ask, plan, about)
    typed = dict(ask.query)
    corrects = _number_of(typed.get("corrects", ""))
    if corrects is not None:
        typed |= _cells_of(history_of(study.folder).entry(corrects), about, is_blinded=plan.is_blinded)
    view = _view(plan, about, typed, ask, corrects=corrects)
    return _shown(site, ask, view)


def _cells_of(entry: Entry | None, about: Subject, *, is_blinded: bool) -> dict[str, str]:
    """What an entry left in its row, for the form; nothing of another's row, and nothing that tells."""
    if entry is None or entry.after is None or (entry.subject, entry.visit) != (about.subject, about.visit):
        return {}
    cells = {name: text for name, text in entry.after.items() if not is_blinded or name in PLAIN_CELLS}
    if about.has_dose and cells.get("dose"):
        cells[DOSE] = f"{cells['dose']} {cells.get('unit', '')}".strip()
    return cells


def _view(plan: Plan, about: Subject, typed: Mapping[str, str], ask: Ask, corrects: int | None) -> RecordView:
    calendar = plan.views().get(about.subject)
    visits = () if calendar is None else calendar.visits
    held = next((one.actual for one in visits if one.visit.id == about.visit), None)
    return RecordView(
        about=about,
        path=_path_of(about),
        fields=fields_of(about, typed),
        reason=ask.form.get("reason", ""),
        initials=ask.form.get("initials", ask.session.initials),
        role=ask.form.get("role", ask.session.role),
        has_looked=ask.form.get("looked") == "yes",
        corrects=corrects,
        held=held,
    )


def _answer(site: Site, ask: Ask, plan: Plan, about: Subject) -> Response:
    """What comes of a form: the preview, or the save."""
    study, session, form = site.opened, ask.session, ask.form
    number = form.get("number", "")
    if form.get("act") == "save" and number in session.receipts:
        return RedirectResponse(session.receipts[number], 303)
    typed = {name: text for name, text in form.items() if name not in _OWN_FIELDS}
    view = _view(plan, about, typed, ask, _number_of(form.get("corrects", "")))
    if any(one.error[0] for one in view.fields):
        return _shown(site, ask, view, status=422)
    said = Said(_person(view), view.reason, has_looked=view.has_looked)
    try:
        with study.lock:
            what = recording_of(about, typed, view.corrects)
            preview = preview_recording(study.folder, what, study.day, unblinded=study.is_unblinded, said=said)
    except ScheduleError as error:
        return _shown(site, ask, _refused(view, _as_seen_by(plan, error.problems)), status=422)
    view = replace(view, preview=_shown_preview(preview))
    seen = session.previews.get(number)
    if form.get("act") != "save" or seen is None:
        return _shown(site, ask, _numbered(view, ask, preview))
    return _save_as_seen(site, ask, view, (seen, preview), said)


def _number_of(text: str) -> int | None:
    """A whole number; None for any other text."""
    return int(text) if text.isascii() and text.isdigit() else None


def _save_as_seen(site: Site, ask: Ask, view: RecordView, previews: tuple[Preview, Preview], said: Said) -> Response:
    """Save what was previewed, where it is still what was seen and nothing is missing."""
    seen, preview = previews
    if not _is_as_seen(seen, preview):
        changed = sorted(name for name, digest in preview.files.items() if seen.files.get(name) != digest)
        return _shown(site, ask, replace(_numbered(view, ask, preview), changed=tuple(changed)), status=409)
    missing = _missing(preview, said, view)
    if missing:
        number = ask.form.get("number", "")
        return _shown(site, ask, replace(view, number=number, missing=missing), status=422)
    return _saved(site, ask, view, preview, said)


def _saved(site: Site, ask: Ask, view: RecordView, preview: Preview, said: Said) -> Response:
    """Save, and go to the receipt; a conflict or a refusal keeps what was typed."""
    study, session, number = site.opened, ask.session, ask.form.get("number", "")
    try:
        receipt = record(study.folder, preview.what, said, study.moment, seen=preview, unblinded=study.is_unblinded)
    except ScheduleError as error:
        if all(one.code == CONFLICT for one in error.problems):
            changed = tuple(one.source.file.replace("\\", "/").rpartition("/")[2] for one in error.problems)
            return _shown(site, ask, replace(_numbered(view, ask, preview), changed=changed), status=409)
        return _shown(site, ask, _refused(replace(view, number=number), error.problems), status=422)
    path = f"/recorded/{receipt.entry.n}"
    session.keep_receipt(number, path)
    session.previews.pop(number, None)
    return RedirectResponse(path, 303)


def _person(view: RecordView) -> Person:
    role = Role(view.role) if view.role in {one.value for one in Role} else Role.MONITOR
    return Person(view.initials.strip().upper(), role)


def _numbered(view: RecordView, ask: Ask, preview: Preview) -> RecordView:
    """The view with a one-time number, under which the preview is kept."""
    number = ask.session.new_number()
    ask.session.keep_preview(number, preview)
    return replace(view, number=number)


def _is_as_seen(seen: Preview, preview: Preview) -> bool:
    """Whether what a recording changes is what the person was shown, from the same files.

    The reason may have come since, and stands in the row of a visit that was not held; what else it writes may not
    differ.
    """
    cells = [{name: text for name, text in one.what.cells.items() if name != "reason"} for one in (seen, preview)]
    same_row = cells[0] == cells[1] and seen.what.kind is preview.what.kind
    return same_row and seen.files == preview.files and seen.consequences == preview.consequences


def _missing(preview: Preview, said: Said, view: RecordView) -> tuple[tuple[str, str], ...]:
    """What is missing for a save: the field, and what was expected."""
    found = [(one.subject, one.message) for one in refusals(preview, said)]
    if view.initials.strip() and not is_initials(view.initials.strip()):
        found.append(("by", Msg("initials of 1 to 6 letters, such as MG")))
    return tuple(found)


def _refused(view: RecordView, problems: Sequence[Problem]) -> RecordView:
    """The view with each refusal at its field, or above the form where it has none."""
    by_field = {one.subject: (one.message, one.hint) for one in problems}
    if "dose" in by_field or "unit" in by_field:
        by_field.setdefault(DOSE, by_field.get("dose", by_field.get("unit", ("", ""))))
    names = {one.name for one in view.fields}
    fields = tuple(replace(one, error=by_field[one.name]) if one.name in by_field else one for one in view.fields)
    others = tuple(
        one for one in problems if one.subject not in names and not (one.subject in {"dose", "unit"} and DOSE in names)
    )
    return replace(view, fields=fields, problems=others)


def _as_seen_by(plan: Plan, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Problems as the session may see them: in a blinded trial without what would tell an arm, a dose or a product."""
    if not plan.is_blinded:
        return tuple(problems)
    unblindings = [Unblinding(one) for one in plan.composition.studies.protocols]

    def tells(problem: Problem) -> bool:
        text = f"{problem.message} {problem.hint}"
        return problem.subject not in PLAIN_CELLS or any(one.is_told_by(text) for one in unblindings)

    hidden = Msg("what is wrong is not shown in a blinded view; dosecal check names it")
    return tuple(replace(one, message=hidden, hint="") if tells(one) else one for one in problems)


def _shown_preview(preview: Preview) -> ShownPreview:
    found = preview.consequences
    return ShownPreview(
        moves=tuple(_shown_move(one) for one in found.moved),
        stays=found.stays,
        is_nothing_broken=all(one.kind.value != "broken" for one in found.looks),
        looks=tuple(_shown_look(one, preview) for one in found.looks),
        file=preview.change.file,
        is_change=preview.change.before is not None,
        needs_reason=preview.needs_reason,
        needs_a_look=preview.needs_a_look,
    )


def _shown_move(one: Moved) -> ShownMove:
    was, becomes = (date.fromisoformat(text) if text else None for text in (one.was, one.becomes))
    return ShownMove(one.visit, was, becomes, one.why, one.is_dosed)


def _shown_look(one: Look, preview: Preview) -> ShownLook:
    of_other = one.subject and one.subject != preview.what.subject
    return ShownLook(
        _HEADINGS[one.kind.value], f"{one.subject} {one.visit}".strip() if of_other else one.visit, one.text
    )


def _shown(site: Site, ask: Ask, view: RecordView, status: int = 200) -> Response:
    about = view.about
    what = about.visit or about.kind.value
    title = Msg("Record: participant {subject}, {what}", subject=about.subject, what=Msg(what))
    if not about.subject:
        title = Msg("Record: {what}", what=Msg(what))
    return site.show(ask, "record.html", {"view": view, "roles": ROLE_WORDS}, title, nav="participants", status=status)


def show_recorded(site: Site, ask: Ask) -> Response:
    """The receipt of an entry."""
    study, number = site.opened, ask.names["n"]
    entry = history_of(study.folder).entry(int(number)) if number.isascii() and number.isdigit() else None
    plan = site.plan()
    is_telling = entry is not None and plan.is_blinded and entry.kind in {one.value for one in TELLING}
    if entry is None or is_telling or not entry.changes_a_table:
        return site.show(ask, "nobody.html", title=Msg("No such entry"), nav="history", status=404)
    calendar = plan.views().get(entry.subject)
    visits = (
        () if calendar is None else tuple(one for one in calendar.visits if one.status is None or one.status.is_open)
    )
    cells = [
        (name, (entry.before or {}).get(name, ""), text)
        for name, text in (entry.after or {}).items()
        if (text or (entry.before or {}).get(name)) and (not plan.is_blinded or name in PLAIN_CELLS)
    ]
    (row,) = history_table([entry], study.folder, unblinded=study.is_unblinded).records()
    shown = {"entry": entry, "visits": visits[:6], "cells": cells, "reason": row["reason"]}
    return site.show(ask, "recorded.html", shown, Msg("Saved as entry {n}", n=number), nav="participants")
