"""The command that prints the sheets of a dose, and compares what the second person found."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from dosecal.app.options import doses as dose_options
from dosecal.app.options.inputs import takes_inputs
from dosecal.app.options.speech import Force, OutputName, TheSubject, fail, look_of, say, terminal_width, write_text
from dosecal.model.problems import ScheduleError
from dosecal.model.struct import replace

if TYPE_CHECKING:
    from dosecal.app.composition.inputs import Inputs
    from dosecal.model.moments import UseTimes
    from dosecal.report.sheets.sheet_sections import SheetDose


class SheetFormat(StrEnum):
    """The formats of a sheet."""

    text = "text"
    json = "json"
    html = "html"
    yaml = "yaml"


@takes_inputs()
def worksheet(
    inputs: Inputs,
    subject: TheSubject,
    visit: dose_options.Visit = None,
    thawed: dose_options.Thawed = None,
    start: dose_options.Start = None,
    end: dose_options.End = None,
    zone: dose_options.Zone = None,
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
    from dosecal.app.paper.doses import worksheet_of  # noqa: PLC0415 - likewise
    from dosecal.app.paper.worksheet import RENDERERS  # noqa: PLC0415 - likewise
    from dosecal.render.sheet_text import sheets_text  # noqa: PLC0415 - see the module
    from dosecal.report.sheets.check_sheet import check_sheet as check_sheet_of  # noqa: PLC0415 - see the module

    if check_sheet and entries is not None:
        raise typer.BadParameter("a check sheet is printed or verified, one at a time", param_hint="--check-sheet")
    if form is SheetFormat.yaml and not check_sheet:
        raise typer.BadParameter("YAML is for a check sheet alone: add --check-sheet", param_hint="--format")
    if entries is not None and form not in {SheetFormat.text, SheetFormat.json}:
        raise typer.BadParameter("what agrees and differs is written as text or JSON", param_hint="--format")
    own, known = replace(inputs, subject=subject), dose_options.times_of(thawed, start, end, zone)
    if entries is not None:
        _verify(_doses(own, visit, known), entries, form, output, force=force)
        return

    def text() -> str:
        make = check_sheet_of if check_sheet else worksheet_of
        sheets = tuple(make(dose) for dose in _doses(own, visit, known))
        if form is SheetFormat.text:
            return sheets_text(sheets, terminal_width(output), is_coloured=look_of(output=output).is_coloured)
        return RENDERERS[form.value](sheets)

    write_text(text, output, force=force, for_people=form is not SheetFormat.json)


def _doses(inputs: Inputs, visit: str | None, known: UseTimes | None) -> list[SheetDose]:
    """The doses that are asked for; what was passed over is said, and a refusal ends the program."""
    from dosecal.app.paper.worksheet import find_doses  # noqa: PLC0415 - see the module

    try:
        doses, warnings = find_doses(inputs, visit, known)
    except ScheduleError as error:
        fail(error.problems)
    for warning in warnings:
        say(f"warning: {warning}")
    return doses


def _verify(doses: list[SheetDose], entries: str, form: SheetFormat, output: str | None, *, force: bool) -> None:
    from dosecal.app.paper.doses import verify_entries  # noqa: PLC0415 - likewise
    from dosecal.render.verified_text import verified_json, verified_text  # noqa: PLC0415 - see the module

    try:
        verified = verify_entries(doses, entries)
    except ScheduleError as error:
        fail(error.problems)
    is_json, width = form is SheetFormat.json, terminal_width(output)
    write_text(
        lambda: verified_json(verified) if is_json else verified_text(verified, width),
        output,
        force=force,
        for_people=not is_json,
    )
    if not verified.agrees:
        raise typer.Exit(1)
