"""The verb that records what happened in a study folder, after a look at what it changes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dosecal.app.folder.preview_lines import preview_lines
from dosecal.app.options.inputs import OneSubject, Unblinded
from dosecal.app.options.speech import fail, option, refuse, say, say_found, tell
from dosecal.app.options.study import FolderName, Initials, ReasonText, RoleOption, moment_of, person_of
from dosecal.app.study import recording
from dosecal.app.study.recordings import Kind, Recording
from dosecal.model.struct import replace

if TYPE_CHECKING:
    from dosecal.app.study.recording import Preview, Said


def record(
    context: typer.Context,
    folder: FolderName,
    kind: Annotated[
        Literal["visit", "dose", "weight", "subject", "lot", "container", "level", "end", "arm"],
        typer.Argument(metavar="WHAT", help="What happened, which says the table."),
    ],
    cells: Annotated[
        list[str] | None,
        typer.Argument(metavar="[COLUMN=VALUE]...", help="What is to stand in the row, by the names of its columns."),
    ] = None,
    subject: OneSubject = None,
    visit: Annotated[str | None, option("--visit", "VISIT", "The visit, by its id.")] = None,
    day: Annotated[str | None, option("--date", "DATE", "The day, such as 2026-03-09.")] = None,
    by: Initials = "",
    role: RoleOption = "coordinator",
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
    what = Recording(Kind(kind), _cells(cells or [], subject_id=subject, visit=visit, date=day), corrects)
    said = recording.Said(person_of(by, role), reason, has_looked=yes)
    moment = moment_of(context, folder)
    preview = recording.preview_recording(folder, what, moment.date(), unblinded=unblinded, said=said)
    tell("\n".join(preview_lines(preview)))
    say_found(preview.warnings)
    said = _asked(preview, said, yes=yes, dry_run=dry_run)
    receipt = recording.record(folder, what, said, moment, seen=preview, unblinded=unblinded)
    say_found(receipt.warnings)
    saved, entry = "already saved as" if receipt.is_repeat else "saved as", receipt.entry
    say(f"{saved} entry {entry.n}, digest {entry.digest[:12]}")


def _cells(texts: list[str], **named: str | None) -> dict[str, str]:
    """The cells of a row, from options and from ``COLUMN=VALUE``.

    Raises:
        typer.BadParameter: If a text is not of this form, or a column is named twice.
    """
    cells = {name: text for name, text in named.items() if text is not None}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name or name in cells:
            refuse("COLUMN=VALUE", f"expected COLUMN=VALUE, each column once, got {text}")
        cells[name] = value
    return cells


def _asked(preview: Preview, said: Said, *, yes: bool, dry_run: bool) -> Said:
    """What the person says, after a question on a terminal; ends where nothing is to be saved.

    Raises:
        typer.Exit: If nothing is to be saved.
    """
    missing = recording.refusals(preview, replace(said, has_looked=True))
    if missing and not dry_run:
        fail(missing)
    if yes and not dry_run:
        return said
    say_found((), missing)
    if dry_run or not (sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()):
        say(f"nothing was written{'' if dry_run else ' (--yes writes it)'}")
        raise typer.Exit
    if not typer.confirm("Save it?", default=False, err=True):
        say("nothing was written")
        raise typer.Exit
    return replace(said, has_looked=True)
