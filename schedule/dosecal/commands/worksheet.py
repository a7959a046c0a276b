"""The command that prints the sheets of a dose, and compares what the second person found."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from dosecal import __version__
from dosecal.commands import dose_options as times
from dosecal.commands.options import (
    Force,
    HorizonText,
    LevelsName,
    LotsName,
    OutputName,
    ProtocolName,
    RenamesName,
    SubjectsName,
    WeightsName,
    fail,
    parsed_horizon,
    say,
    write_text,
)
from dosecal.model.problems import ScheduleError

if TYPE_CHECKING:
    from datetime import date

    from dosecal.workflow.worksheets import DosesToPrepare, SheetRequest


class SheetFormat(StrEnum):
    """The formats of a sheet."""

    text = "text"
    json = "json"
    html = "html"
    yaml = "yaml"


def worksheet(
    context: typer.Context,
    name: ProtocolName,
    subjects: SubjectsName,
    subject: Annotated[str, typer.Option("--subject", metavar="ID", help="The subject, by its id.")],
    visit: Annotated[str | None, typer.Option("--visit", metavar="VISIT", help="The doses of one visit alone.")] = None,
    lots: LotsName = None,
    weights: WeightsName = None,
    levels: LevelsName = None,
    renames: RenamesName = None,
    horizon: HorizonText = None,
    thawed: times.Thawed = None,
    start: times.Start = None,
    end: times.End = None,
    zone: times.Zone = None,
    form: Annotated[SheetFormat, typer.Option("--format", help="How it is written.")] = SheetFormat.text,
    check_sheet: Annotated[
        bool, typer.Option("--check-sheet", help="The sheet of the second person: inputs, and places for results.")
    ] = False,
    entries: Annotated[
        str | None, typer.Option("--verify", metavar="FILE", help="Compare the entries of a filled-in check sheet.")
    ] = None,
    output: OutputName = None,
    force: Force = False,
) -> None:
    """Print the preparation worksheet of a subject's doses: order, weight, product, each step, limits, signatures.

    With --check-sheet, the second person's sheet, which has no result on it; with --format yaml it is a file to fill
    in. With --verify, whether that person's entries agree with the calculation, and never what it found; the exit code
    is 1 where one differs or is missing.

    With --thawed and --zone the sheet says when the product expires, and with --start whether the planned end of the
    infusion lies before that.

    \b
    Examples:
      dosecal worksheet NCT04611256 subjects.csv --subject 001 --visit D1
      dosecal worksheet onc-101.yaml subjects.csv --subject 001 --lots lots.csv --format html -o 001.html
      dosecal worksheet NCT04611256 subjects.csv --subject 001 --visit D1 --check-sheet --format yaml -o check.yaml
      dosecal worksheet NCT04611256 subjects.csv --subject 001 --visit D1 --verify check.yaml
      dosecal worksheet onc-101.yaml subjects.csv --subject 001 --visit D1 --thawed "2026-03-02 09:00" --zone UTC
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from dosecal.workflow.worksheets import RENDERERS, SheetRequest  # noqa: PLC0415 - see the module

    if check_sheet and entries is not None:
        raise typer.BadParameter("a check sheet is printed or verified, one at a time", param_hint="--check-sheet")
    if form is SheetFormat.yaml and not check_sheet:
        raise typer.BadParameter("YAML is for a check sheet alone: add --check-sheet", param_hint="--format")
    if entries is not None and form not in {SheetFormat.text, SheetFormat.json}:
        raise typer.BadParameter("what agrees and differs is written as text or JSON", param_hint="--format")
    as_of: date = context.obj
    known = times.times_of(thawed, start, end, zone)
    files = (weights, levels, lots, renames)
    request = SheetRequest(
        name, subjects, subject, visit, __version__, as_of.isoformat(), *files, known, parsed_horizon(horizon)
    )
    if entries is not None:
        _verify(request, entries, form, output, force=force)
        return

    def text() -> str:
        found = _found(request)
        return RENDERERS[form.value](found.check_sheets if check_sheet else found.worksheets)

    write_text(text, output, force=force, for_people=form is not SheetFormat.json)


def _found(request: SheetRequest) -> DosesToPrepare:
    """The doses that are asked for; what was passed over is said."""
    from dosecal.workflow.worksheets import find_doses  # noqa: PLC0415 - see the module

    found = find_doses(request)
    for warning in (*found.warnings, *found.undetermined):
        say(f"warning: {warning}")
    return found


def _verify(request: SheetRequest, entries: str, form: SheetFormat, output: str | None, *, force: bool) -> None:
    from dosecal.render.verified_text import verified_json, verified_text  # noqa: PLC0415 - see the module
    from dosecal.workflow.worksheets import verify_entries  # noqa: PLC0415 - likewise

    try:
        verified = verify_entries(_found(request).doses, entries)
    except ScheduleError as error:
        fail(error.problems)
    say_outcome = verified_json if form is SheetFormat.json else verified_text
    write_text(lambda: say_outcome(verified), output, force=force, for_people=form is not SheetFormat.json)
    if not verified.agrees:
        raise typer.Exit(1)
