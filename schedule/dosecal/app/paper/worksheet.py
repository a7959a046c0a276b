"""The verb that prints the sheets of one subject's doses, and compares what the second person found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dosecal.app.composition.composition import Composition
from dosecal.app.composition.inputs import Inputs
from dosecal.app.composition.purpose import SHEETS
from dosecal.app.files.output import write_whole
from dosecal.app.options import doses as options
from dosecal.app.options.inputs import TheSubject, takes_inputs
from dosecal.app.options.outputs import Force, OutputName, output_of
from dosecal.app.options.speech import option, refuse, say_found
from dosecal.app.options.study import PrintedBy, RoleOption, moment_of, person_of, require_folder
from dosecal.app.paper.doses import read_doses, verify_entries, with_times, worksheet_of
from dosecal.app.study.entries import CHECK_SHEET, WORKSHEET, Printed, note_printed
from dosecal.model.problems import CohortError
from dosecal.model.struct import replace
from dosecal.render.as_html import sheets_html
from dosecal.render.check_yaml import check_sheets_yaml
from dosecal.render.sheet_json import sheets_json
from dosecal.render.sheet_text import sheets_text
from dosecal.render.verified_text import verified_json, verified_text
from dosecal.report.sheets.check_sheet import check_sheet as check_sheet_of

if TYPE_CHECKING:
    from dosecal.model.moments import UseTimes
    from dosecal.model.problems import Problem
    from dosecal.report.sheets.sheet_sections import SheetDose

_RENDERERS = {"json": sheets_json, "html": sheets_html, "yaml": check_sheets_yaml}


@takes_inputs()
def worksheet(
    context: typer.Context,
    inputs: Inputs,
    subject: TheSubject,
    visit: options.Visit = None,
    thawed: options.Thawed = None,
    start: options.Start = None,
    end: options.End = None,
    zone: options.Zone = None,
    form: Annotated[
        Literal["text", "json", "html", "yaml"], typer.Option("--format", help="How it is written.")
    ] = "text",
    check_sheet: Annotated[
        bool, typer.Option("--check-sheet", help="The sheet of the second person: inputs, and places for results.")
    ] = False,
    entries: Annotated[
        str | None, option("--verify", "FILE", "Compare the entries of a filled-in check sheet.")
    ] = None,
    output: OutputName = None,
    force: Force = False,
    by: PrintedBy = "",
    role: RoleOption = "pharmacist",
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
      dosecal worksheet my-trial --subject 001 --visit D1 --by JB
      dosecal worksheet onc-101.yaml subjects.csv --subject 001 --lots lots.csv --format html -o 001.html
      dosecal worksheet NCT04611256 subjects.csv --subject 001 --visit D1 --check-sheet --format yaml -o check.yaml
      dosecal worksheet NCT04611256 subjects.csv --subject 001 --visit D1 --verify check.yaml
      dosecal worksheet onc-101.yaml subjects.csv --subject 001 --visit D1 --thawed "2026-03-02 09:00" --zone UTC
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    if check_sheet and entries is not None:
        refuse("--check-sheet", "a check sheet is printed or verified, one at a time")
    if form == "yaml" and not check_sheet:
        refuse("--format", "YAML is for a check sheet alone: add --check-sheet")
    if entries is not None and form not in {"text", "json"}:
        refuse("--format", "what agrees and differs is written as text or JSON")
    require_folder(inputs, by)
    times, where = options.times_of(thawed, start, end, zone), output_of(output)
    doses, warnings = find_doses(replace(inputs, subject=subject), visit, times)
    say_found(warnings)
    verified = None if entries is None else verify_entries(doses, entries)
    if verified is not None:
        text = verified_json(verified) if form == "json" else verified_text(verified, where.width)
    else:
        sheets = tuple(map(check_sheet_of if check_sheet else worksheet_of, doses))
        is_text = form == "text"
        text = (
            sheets_text(sheets, where.width, is_coloured=where.look.is_coloured)
            if is_text
            else _RENDERERS[form](sheets)
        )
    write_whole(text, output, force=force, for_people=form != "json")
    if by and verified is None:
        printed = Printed(CHECK_SHEET if check_sheet else WORKSHEET, subject, visit or "", tells_doses=True)
        note_printed(inputs.folder, printed, person_of(by, role), moment_of(context, inputs.folder))
    if verified is not None and not verified.agrees:
        raise typer.Exit(1)


def find_doses(inputs: Inputs, visit: str | None, times: UseTimes | None) -> tuple[list[SheetDose], list[Problem]]:
    """One subject's doses, worked out and made up, and what is to be said beside them.

    Args:
        inputs: What they are planned from, of that subject alone.
        visit: The id of one visit; None for every visit with a dose.
        times: When the product is thawed and infused; None where nothing of that is known.

    Raises:
        ScheduleError: If an input or the subject's own row is refused, there is no such subject, visit or dose, or none
            of the doses that are asked for is worked out yet.
    """
    plan = Composition(inputs, SHEETS)
    doses = list(read_doses(plan, visit))
    if not plan.may_be_written or (plan.outcome.problems and not doses):
        raise CohortError(tuple(plan.outcome.problems))
    if times is not None:
        doses = with_times(doses, times, plan.protocol.file)
    return doses, [*plan.outcome.warnings, *plan.outcome.problems]
