"""Recording what happened in a study folder: previewed, bound to what was previewed, and saved whole or not at all.

Conventions: the command line and the local page record through ``record`` and through nothing else. A preview plans the
folder without the row and with it, from bytes that were read once; its digest is over these and over what it says. A
save reads everything again under the lock, makes the same preview, and refuses where one of the files is another one.
Nothing is merged, and nothing is taken away: a mistake gets a further entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.app.composition.inputs import Inputs
from dosecal.app.study.consequences import (
    Consequences,
    Look,
    LookKind,
    PlanFacts,
    compared,
    plan_facts,
)
from dosecal.app.study.entries import PAPERS, PRINTED, PROGRAM, begun, outside_warnings
from dosecal.app.study.history import Entry, digest_of
from dosecal.app.study.lock import locked
from dosecal.app.study.new_study import subject_columns
from dosecal.app.study.recordings import (
    NEEDED,
    NOT_SO,
    NOT_THEIRS,
    Kind,
    Recording,
    completed,
    row_change,
)
from dosecal.app.study.saving import CONFLICT, digests_now, history_of, require_settled, save
from dosecal.app.study.study_folder import UNBLINDED, open_study, with_folder
from dosecal.load.tables.table_reading import STRICT
from dosecal.model.days import iso_date, read_date
from dosecal.model.messages import Msg
from dosecal.model.problems import OutputError, PlanError, Problem, RefusedError, ScheduleError, Source, expected_got
from dosecal.model.protocol import Protocol
from dosecal.model.struct import Struct, replace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime
    from pathlib import Path

    from dosecal.app.study.history import History
    from dosecal.app.study.recordings import Person, RowChange
    from dosecal.app.study.study_folder import StudyFolder


class Preview(Struct, frozen=True):
    """What a recording would write, and what it changes.

    Attributes:
        what: The recording, with what its kind says by itself.
        change: The row before and after, and the table with it.
        consequences: What moves, what breaks and what asks for a look.
        files: The SHA-256 of each file that was read; empty for one that is not there.
        needs_reason: Why a reason is asked for; empty for none.
        warnings: What is to be said beside it.
        as_of: The day of judgement, ISO.
        protocol: The version of the protocol, and the beginning of its digest.
        digest: The SHA-256 of all this, to which a save is bound.
    """

    what: Recording
    change: RowChange
    consequences: Consequences
    files: dict[str, str]
    needs_reason: tuple[Msg, ...]
    warnings: tuple[Problem, ...]
    as_of: str
    protocol: str
    digest: str

    @property
    def digest_before(self) -> str:
        """The digest of the table before the row; empty where it was not there."""
        name = self.change.file
        return self.files.get(f"{UNBLINDED}/{name}" if self.what.tells_arms else name, "")

    @property
    def needs_a_look(self) -> bool:
        """Whether the person says that it was read what it changes: something moves or breaks."""
        return bool(self.consequences.moved or self.consequences.looks)


class Said(Struct, frozen=True):
    """What the person says beside the recording.

    Attributes:
        person: Who records.
        reason: Why; empty for nothing.
        has_looked: Whether it was read what the recording changes.
    """

    person: Person
    reason: str = ""
    has_looked: bool = False


class Receipt(Struct, frozen=True):
    """What was saved.

    Attributes:
        entry: The entry.
        preview: What was shown, made again from the files as they were under the lock.
        warnings: What is to be said of the save itself.
        is_repeat: Whether it had been saved already: the entry is the first one's, and nothing was written.
    """

    entry: Entry
    preview: Preview
    warnings: tuple[Problem, ...] = ()
    is_repeat: bool = False


def preview_recording(
    folder: str | Path, what: Recording, as_of: date, *, unblinded: bool = False, said: Said | None = None
) -> Preview:
    """What a recording would write and change; nothing is written.

    Args:
        folder: The study folder.
        what: What happened.
        as_of: The day of judgement: nothing happened after it.
        unblinded: Whether what it changes is said with arms, doses and products of a blinded trial.
        said: What the person says; the reason of a booking stands in its row.

    Raises:
        ScheduleError: If the recording, or a file of the folder, is refused by its own reader.
    """
    study = open_study(folder)
    return _preview(study, completed(what, is_parted=study.is_parted), as_of, unblinded=unblinded, said=said)


def record(
    folder: str | Path,
    what: Recording,
    said: Said,
    moment: datetime,
    *,
    seen: Preview | None = None,
    unblinded: bool = False,
) -> Receipt:
    """Record what happened: one row of one table, with its entry in the history; whole or not at all.

    Args:
        folder: The study folder.
        what: What happened.
        said: Who records, why, and whether it was read what it changes.
        moment: When it is recorded, with its offset from UTC; nothing happened after its day.
        seen: The preview that the person was shown; None where nobody was shown one, as in a script.
        unblinded: As for the preview.

    Raises:
        ScheduleError: If it is refused, something is missing, a file is not what it was in the preview, or another
            save is going on; nothing is written then.
    """
    path = open_study(folder).path
    at = moment.isoformat(timespec="seconds")
    with locked(path, at) as of_lock:
        study = open_study(folder)
        own = completed(what, is_parted=study.is_parted)
        room = study.room(unblinded=own.tells_arms)
        history = history_of(room)
        require_settled(room, history)
        if seen is not None and (first := _saved_already(history, seen)) is not None:
            return Receipt(first, seen, is_repeat=True)
        history = begun(study, history, at, said.person, unblinded=own.tells_arms)
        preview = _preview(study, own, moment.date(), unblinded=unblinded, said=said)
        if seen is not None:
            _require_same(study, seen, preview)
        if problems := refusals(preview, said):
            raise PlanError(problems)
        outside = outside_warnings(study, history, unblinded=own.tells_arms)
        written = save(room, history, _entry(history, preview, said, at), {preview.change.file: preview.change.content})
        return Receipt(written, preview, (*of_lock, *outside))


def _preview(study: StudyFolder, what: Recording, as_of: date, *, unblinded: bool, said: Said | None) -> Preview:
    contents = study.contents()
    files = {name: digest_of(content) for name, content in contents.items()}
    history = history_of(study.room(unblinded=what.tells_arms))
    is_unblinded = unblinded or what.tells_arms  # whoever may write there may read there
    inputs = Inputs(protocols=(), as_of=as_of, subject=what.subject or None, unblinded=is_unblinded)
    named = with_folder(inputs, study, contents)
    protocol = next(one for one in named.protocols if isinstance(one, Protocol))
    own = _with_reason(what, said)
    _require_past(study, own, as_of)
    change = row_change(
        own,
        contents.get(study.name_of(own.ledger.file)),
        own.ledger.columns or subject_columns(protocol),
        named.reading or STRICT,
        _corrected(history, own),
    )
    with_row = with_folder(inputs, study, {**contents, study.name_of(change.file): change.content})
    becomes = plan_facts(replace(with_row, protocols=named.protocols))
    without = PlanFacts() if _is_new_subject(own, change) else _facts_before(named)
    found = compared(without or PlanFacts(), becomes, (own.subject, own.visit))
    if without is None:
        mended = Look(LookKind.BROKEN, "", "", Msg("the files could not be planned before, and can be with this row"))
        found = replace(found, looks=(mended, *found.looks))
    if digests_now(study.path, study.watched) != files:
        raise _conflict(study, sorted(files))
    found = replace(found, looks=(*found.looks, *_printed(_read_by(study, unblinded=is_unblinded), own, found)))
    preview = Preview(
        what=own,
        change=change,
        consequences=found,
        files=files,
        needs_reason=tuple(_asks_why(own, change, found)),
        warnings=found.warnings,
        as_of=as_of.isoformat(),
        protocol=f"{protocol.version} {protocol.digest}",
        digest="",
    )
    return replace(preview, digest=digest_of(repr(preview).encode()))


def _facts_before(inputs: Inputs) -> PlanFacts | None:
    """What the plan says without the row; None where a file is refused that the row mends."""
    try:
        return plan_facts(inputs)
    except ScheduleError:
        return None


def _with_reason(what: Recording, said: Said | None) -> Recording:
    """A recording of a visit with the reason in its row, where it gives none of its own."""
    if said is None or not said.reason or what.kind is not Kind.VISIT or what.cells.get("status") == "done":
        return what
    return replace(what, cells={**what.cells, "reason": what.cells.get("reason") or said.reason})


def _corrected(history: History, what: Recording) -> Entry | None:
    """The entry that a recording corrects; None for none.

    Raises:
        PlanError: If there is no such entry.
    """
    if what.corrects is None:
        return None
    entry = history.entry(what.corrects)
    if entry is None:
        message = expected_got("the number of an entry of the history", str(what.corrects))
        raise PlanError((Problem(Source(history.file), NOT_SO, "corrects", message),))
    return entry


def _is_new_subject(what: Recording, change: RowChange) -> bool:
    return what.kind is Kind.SUBJECT and change.before is None


def _require_past(study: StudyFolder, what: Recording, as_of: date) -> None:
    """Refuse what happened later than today; a booking is for a day to come.

    Raises:
        PlanError: If it did.
    """
    text = what.cells.get("date", "")
    if not text or what.cells.get("status") == "planned" or what.kind is Kind.LEVEL:
        return
    try:
        day = read_date(study.settings.reading.iso(text))
    except RefusedError:
        return  # the reader of the table says what is wrong with it
    if iso_date(day) > as_of.isoformat():
        message = expected_got(f"a day up to {as_of.isoformat()} of what happened", text)
        raise PlanError((Problem(Source(what.ledger.file), NOT_SO, "date", message),))


def _asks_why(what: Recording, change: RowChange, found: Consequences) -> Iterator[Msg]:
    """Why a reason is asked for."""
    status = what.cells.get("status", "")
    if change.is_correction:
        yield Msg("it corrects what is recorded")
    if status in {"missed", "cancelled"}:
        yield Msg("the visit was not held")
    if found.is_off and what.visit:
        yield Msg("the visit is off its day")
    if found.differs and (what.kind is Kind.DOSE or what.cells.get("dose")):
        yield Msg("the dose differs from what was ordered")


def _read_by(study: StudyFolder, *, unblinded: bool) -> tuple[Entry, ...]:
    """The entries that the reader may know of: those of the folder, and of what tells arms, too."""
    apart = history_of(study.room(unblinded=True)).entries if unblinded and study.is_readable else ()
    return (*history_of(study.path).entries, *apart)


def _printed(entries: tuple[Entry, ...], what: Recording, found: Consequences) -> Iterator[Look]:
    """What was printed of the subject and is not true any more."""
    concerned = {(one.subject, one.visit) for one in found.moved} | {(one.subject, one.visit) for one in found.looks}
    for entry in entries:
        is_of_visit = (entry.subject, entry.visit) in concerned
        is_calendar = not entry.visit and entry.subject in {"", *(subject for subject, _ in concerned)}
        if entry.kind == PRINTED and concerned and (is_of_visit or is_calendar):
            paper = PAPERS.get(entry.reason, entry.reason)
            text = Msg("{what} was printed on {day}: print it again", what=paper, day=entry.at[:10])
            yield Look(LookKind.PRINTED, entry.subject or what.subject, entry.visit, text)


def _saved_already(history: History, seen: Preview) -> Entry | None:
    """The entry of a preview that was saved before, as a double click does."""
    return next((one for one in history.entries if one.preview == seen.digest), None)


def _require_same(study: StudyFolder, seen: Preview, preview: Preview) -> None:
    """Refuse a save whose files are not those that were previewed.

    Raises:
        OutputError: If one of them is another one.
    """
    changed = sorted(name for name, digest in preview.files.items() if seen.files.get(name) != digest)
    if changed or seen.digest != preview.digest:
        raise _conflict(study, changed or [study.name_of(preview.change.file)])


def _conflict(study: StudyFolder, names: list[str]) -> OutputError:
    message = "expected the files that were looked at, got another one"
    hint = "nothing was written: look again at what it changes"
    return OutputError(tuple(Problem(Source(str(study.path / name)), CONFLICT, "", message, hint) for name in names))


def refusals(preview: Preview, said: Said) -> tuple[Problem, ...]:
    """What is missing for a save, each at its field: ``by``, ``role``, ``reason``, ``looked``; empty for nothing."""
    place, what = Source(preview.change.file), preview.what
    problems = []
    if not said.person.by.strip():
        problems.append(Problem(place, NEEDED, "by", expected_got("the initials of who records it", said.person.by)))
    if said.person.role not in what.ledger.roles:
        may = ", ".join(one.value for one in type(said.person.role) if one in what.ledger.roles)
        message: str = expected_got(f"somebody who may record a {what.kind.value} ({may})", said.person.role.value)
        problems.append(Problem(place, NOT_THEIRS, "role", message))
    if preview.needs_reason and not said.reason.strip():
        why = "; ".join(preview.needs_reason)
        problems.append(Problem(place, NEEDED, "reason", f"expected a reason, since {why}, got nothing"))
    if preview.needs_a_look and not said.has_looked:
        message = "expected that it was read what this changes, got nothing"
        problems.append(Problem(place, NEEDED, "looked", message))
    return tuple(problems)


def _entry(history: History, preview: Preview, said: Said, at: str) -> Entry:
    change, what = preview.change, preview.what
    corrects = what.corrects
    if corrects is None and change.before is not None:
        own = (one.n for one in reversed(history.entries) if one.file == change.file and one.after == change.before)
        corrects = next(own, None)
    return Entry(
        n=history.next_number,
        at=at,
        by=said.person.by.strip(),
        role=said.person.role.value,
        kind=what.kind.value,
        subject=what.subject,
        visit=what.visit,
        file=change.file,
        before=change.before,
        after=change.after,
        reason=said.reason.strip(),
        corrects=corrects,
        preview=preview.digest,
        files={change.file: (preview.digest_before, digest_of(change.content))},
        protocol=preview.protocol,
        program=PROGRAM,
    )
