"""The commands of a study folder: new, record, history."""

from __future__ import annotations

import sys
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, cast
from zoneinfo import ZoneInfo

import typer

from dosecal.app.options.speech import (
    Force,
    OneSubject,
    OutputName,
    Unblinded,
    complete_study,
    fail,
    look_of,
    say,
    tell,
    terminal_width,
)
from dosecal.model.counts import counted
from dosecal.model.problems import ScheduleError

if TYPE_CHECKING:
    from dosecal.app.study.recording import Preview, Receipt, Said
    from dosecal.app.study.recordings import Person
    from dosecal.app.study.settling import HistoryState

MOMENT = "dosecal.moment"
"""Where the context of a command has the moment at which it began."""


class KindName(StrEnum):
    """What is recorded."""

    visit = "visit"
    dose = "dose"
    weight = "weight"
    subject = "subject"
    lot = "lot"
    container = "container"
    level = "level"
    end = "end"


class RoleName(StrEnum):
    """What a person does in the study."""

    pharmacist = "pharmacist"
    second_pharmacist = "second pharmacist"
    coordinator = "coordinator"
    investigator = "investigator"
    monitor = "monitor"


class HistoryFormat(StrEnum):
    """The formats of a history."""

    table = "table"
    csv = "csv"
    jsonl = "jsonl"


FolderName = Annotated[str, typer.Argument(metavar="FOLDER", help="The study folder.")]
Initials = Annotated[str, typer.Option("--by", metavar="INITIALS", help="Who records it; no electronic signature.")]
RoleOption = Annotated[RoleName, typer.Option("--role", help="What that person does in the study.")]
ReasonText = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why; needed off its day, missed, cancelled, corrected.")
]


def new(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="The id of a shipped study, a protocol file, or empty for one with every key explained.",
            autocompletion=complete_study,
        ),
    ],
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="The folder to make; nothing is written over.")],
    by: Initials = "",
    role: RoleOption = RoleName.coordinator,
) -> None:
    """Make a study folder: the protocol, tables with their headers, and a history that begins.

    \b
    Examples:
      dosecal new NCT04611256 my-trial
      dosecal new onc-101.yaml my-trial --by MG
      dosecal new empty my-trial
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from dosecal.app.study.new_study import new_study  # noqa: PLC0415 - start-up time

    try:
        made = new_study(source, folder, _moment(context, ""), by, role.value if by else "")
    except ScheduleError as error:
        fail(error.problems)
    tell("\n".join(str(made.path / name) for name in made.files))
    say(f"{counted(len(made.files), 'file')}; dosecal today {made.path} lists its work once it has subjects")


def record(
    context: typer.Context,
    folder: FolderName,
    kind: Annotated[KindName, typer.Argument(metavar="WHAT", help="What happened, which says the table.")],
    cells: Annotated[
        list[str] | None,
        typer.Argument(metavar="[COLUMN=VALUE]...", help="What is to stand in the row, by the names of its columns."),
    ] = None,
    subject: OneSubject = None,
    visit: Annotated[str | None, typer.Option("--visit", metavar="VISIT", help="The visit, by its id.")] = None,
    day: Annotated[str | None, typer.Option("--date", metavar="DATE", help="The day, such as 2026-03-09.")] = None,
    by: Initials = "",
    role: RoleOption = RoleName.coordinator,
    reason: ReasonText = "",
    corrects: Annotated[
        int | None, typer.Option("--corrects", metavar="N", min=1, help="The entry whose row is put right.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Save without asking: what it changes was read.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what it would change, and write nothing.")] = False,
    unblinded: Unblinded = False,
) -> None:
    """Record what happened: one row, with its entry in the history, after a look at what it changes.

    Nothing is saved without --yes, or a yes on the terminal. Nothing is taken away: a row that was wrong gets a further
    entry, with what it said before.

    \b
    Examples:
      dosecal record my-trial visit --subject 001 --visit D3 --date 2026-03-04 status=done --by MG
      dosecal record my-trial dose --subject 001 --visit D3 --date 2026-03-04 dose=70250000 unit=cells \\
        --by JB --role pharmacist
      dosecal record my-trial weight --subject 001 --date 2026-03-08 weight_kg=71.5 method=measured --by MG
      dosecal record my-trial visit --subject 001 --visit D8 status=missed --reason "in hospital" --by MG --yes
      dosecal record my-trial subject subject_id=002 arm=msc start=2026-03-09 weight_kg=64 --by MG
      dosecal record my-trial container lot=R-103 container=V09 what=received --date 2026-03-01 --by JB \\
        --role pharmacist
      dosecal record my-trial end --subject 001 --visit off_study --date 2026-04-02 --reason "moved away" --by MG
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from dosecal.app.study import recording, recordings  # noqa: PLC0415 - numpy

    what = recordings.Recording(
        recordings.Kind(kind.value), _cells(cells or [], subject_id=subject, visit=visit, date=day), corrects
    )
    said = recording.Said(_person(by, role), reason, has_looked=yes)
    moment = _moment(context, folder)
    try:
        preview = recording.preview_recording(folder, what, moment.date(), unblinded=unblinded, said=said)
        tell("\n".join(_preview_lines(preview)))
        for warning in preview.warnings:
            say(f"warning: {warning}")
        said = _asked(preview, said, yes=yes, dry_run=dry_run)
        receipt = recording.record(folder, what, said, moment, seen=preview, unblinded=unblinded)
    except ScheduleError as error:
        fail(error.problems)
    _say_saved(receipt)


def history(
    context: typer.Context,
    folder: FolderName,
    verify: Annotated[bool, typer.Option("--verify", help="Say whether it holds; the exit code is 1 if not.")] = False,
    subject: OneSubject = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="WHAT", help="One kind of entries alone.")] = None,
    form: Annotated[HistoryFormat, typer.Option("--format", help="How it is written.")] = HistoryFormat.table,
    output: OutputName = None,
    force: Force = False,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="FILE", help="Say why a file was changed from outside.")
    ] = None,
    carry_out: Annotated[
        bool, typer.Option("--carry-out", help="Write the row of the entry that was not carried out.")
    ] = False,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take back the entry that was not carried out, by a further one.")
    ] = False,
    by: Initials = "",
    role: RoleOption = RoleName.coordinator,
    reason: ReasonText = "",
    unblinded: Unblinded = False,
) -> None:
    """Show what was recorded, by whom and why; say whether the history holds, and what was changed from outside.

    \b
    Examples:
      dosecal history my-trial
      dosecal history my-trial --verify
      dosecal history my-trial --subject 001 --kind visit --format csv -o history.csv
      dosecal history my-trial --explain weights.csv --reason "typed in from paper" --by MG
      dosecal history my-trial --withdraw --by MG
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from dosecal.app.study import settling  # noqa: PLC0415 - start-up time

    if (explain is not None) + carry_out + withdraw > 1:
        raise typer.BadParameter("one of --explain, --carry-out and --withdraw at a time", param_hint="--explain")
    moment = _moment(context, folder)
    try:
        if explain is not None:
            say(f"entry {settling.explain(folder, explain, reason, _person(by, role), moment).n} explains {explain}")
        elif carry_out:
            say(f"entry {settling.carry_out_open_entry(folder, moment).n} is carried out")
        elif withdraw:
            entry = settling.withdraw_open_entry(folder, _person(by, role), moment)
            say("the beginning of an entry was taken away" if entry is None else f"entry {entry.corrects} is withdrawn")
        elif not verify:
            _write_history(folder, (subject, kind), form.value, output, force=force, unblinded=unblinded)
        state = settling.history_state(folder)
    except ScheduleError as error:
        fail(error.problems)
    _say_state(state)
    if verify and not state.holds:
        raise typer.Exit(1)


def _write_history(
    folder: str, of: tuple[str | None, str | None], form: str, output: str | None, *, force: bool, unblinded: bool
) -> None:
    from dosecal.app.files.store import open_output  # noqa: PLC0415 - start-up time
    from dosecal.app.files.table_rows import write_rows  # noqa: PLC0415 - likewise
    from dosecal.app.study.history_view import chosen, history_table  # noqa: PLC0415 - likewise
    from dosecal.app.study.saving import history_of  # noqa: PLC0415 - likewise
    from dosecal.app.study.study_folder import open_study  # noqa: PLC0415 - likewise
    from dosecal.render.sinks import open_sink  # noqa: PLC0415 - likewise

    path = open_study(folder).path
    table = history_table(chosen(history_of(path).entries, *of), path, unblinded=unblinded)
    with open_output(output, force=force, for_people=form == "table") as stream:
        sink = open_sink(form, stream, bom=False, width=terminal_width(output), look=look_of(output=output))
        write_rows(sink, table, output)
        sink.close()


def _say_state(state: HistoryState) -> None:
    for problem in state.history.problems:
        say(str(problem))
    for gap in state.outside:
        when = f"before entry {gap.before}" if gap.before else "and is so now"
        why = f"explained by entry {gap.explained_by}" if gap.explained_by else "not explained"
        say(f"{gap.file} was changed from outside after entry {gap.after}, {when}: {why}")
    if state.history.torn:
        say("the beginning of an entry stands at the end: --withdraw takes it away")
    if state.open_entry is not None:
        one = state.open_entry
        say(f"entry {one.n} was not carried out, {one.file} is as it was before: --carry-out or --withdraw")
    last = state.history.last
    head = "no entry" if last is None else f"{counted(last.n, 'entry', 'entries')}, the last digest {last.digest}"
    chain = "the chain holds" if not state.history.problems else "the chain does not hold"
    say(f"{head}; {chain}. Initials are no electronic signature; note the last digest elsewhere")


def _cells(texts: list[str], **named: str | None) -> dict[str, str]:
    """The cells of a row, from options and from ``COLUMN=VALUE``.

    Raises:
        typer.BadParameter: If a text is not of this form, or a column is named twice.
    """
    cells = {name: text for name, text in named.items() if text is not None}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name or name in cells:
            message = f"expected COLUMN=VALUE, each column once, got {text}"
            raise typer.BadParameter(message, param_hint="COLUMN=VALUE")
        cells[name] = value
    return cells


def _person(by: str, role: RoleName) -> Person:
    from dosecal.app.study.recordings import Person, Role  # noqa: PLC0415 - start-up time

    return Person(by, Role(role.value))


def _moment(context: typer.Context, folder: str) -> datetime:
    """The moment at which the command began, in the zone of the study folder where that says one."""
    moment = cast("datetime", context.meta[MOMENT])
    if not folder:
        return moment
    from dosecal.app.study.study_folder import open_study  # noqa: PLC0415 - start-up time

    try:
        zone = open_study(folder).settings.zone
    except ScheduleError as error:
        fail(error.problems)
    return moment.astimezone(ZoneInfo(zone)) if zone else moment


def _asked(preview: Preview, said: Said, *, yes: bool, dry_run: bool) -> Said:
    """What the person says, after a question on a terminal; ends where nothing is to be saved.

    Raises:
        typer.Exit: If nothing is to be saved.
    """
    from dosecal.app.study.recording import refusals  # noqa: PLC0415 - start-up time
    from dosecal.model.struct import replace  # noqa: PLC0415 - likewise

    missing = refusals(preview, replace(said, has_looked=True))
    if missing and not dry_run:
        fail(missing)
    if yes and not dry_run:
        return said
    for problem in missing:
        say(str(problem))
    if dry_run or not (sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()):
        say(f"nothing was written{'' if dry_run else ' (--yes writes it)'}")
        raise typer.Exit
    if not typer.confirm("Save it?", default=False, err=True):
        say("nothing was written")
        raise typer.Exit
    return replace(said, has_looked=True)


def _preview_lines(preview: Preview) -> list[str]:
    """What a recording writes and changes, for people."""
    what, change, found = preview.what, preview.change, preview.consequences
    whose = " ".join(part for part in (what.subject, what.visit) if part)
    row = "a new row" if change.before is None else "a correction" if change.is_correction else "the row goes on"
    lines = [f"{what.kind.value} {whose}: {change.file}, {row}".replace(" :", ":")]
    before = change.before or {}
    for name, text in change.after.items():
        was = before.get(name, "")
        if text != was:
            lines.append(f"  {name}: {text or 'nothing'}" + (f" (was {was})" if was else ""))
    lines += [
        f"  moves: {one.visit} of {one.subject} from {one.was or 'no day'} to {one.becomes or 'no day'}: {one.why}"
        for one in found.moved
    ]
    lines.append(f"  {counted(found.stays, 'visit')} {'stays' if found.stays == 1 else 'stay'}")
    lines += [f"  look: {one.kind.value}: {one.subject} {one.visit}: {one.text}" for one in found.looks]
    lines += [] if found.looks else ["  broken: nothing"]
    lines += [f"  a reason is needed, since {why}" for why in preview.needs_reason]
    return lines


def _say_saved(receipt: Receipt) -> None:
    for warning in receipt.warnings:
        say(f"warning: {warning}")
    entry = receipt.entry
    say(f"{'already saved as' if receipt.is_repeat else 'saved as'} entry {entry.n}, digest {entry.digest[:12]}")
