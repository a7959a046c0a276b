"""The command line: arguments, the clock and exit codes; no rule of dosing or dating lives here.

Conventions: data goes to standard output or ``-o``, talk to standard error; exit codes are 0 fine, 1 problems found,
2 wrong usage. What a command needs is imported inside it, since one dose needs neither numpy nor Arrow.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NoReturn, Self, TypeVar

import typer

from schedule import __version__
from schedule.model.problems import RefusedError, ScheduleError, expected_got

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schedule.model.problems import Problem
    from schedule.model.protocol import Protocol
    from schedule.workflow.cohorts import Outcome, TableRequest

_Value = TypeVar("_Value")
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

app = typer.Typer(
    name="dosecal",
    no_args_is_help=True,
    context_settings=CONTEXT,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=(
        "From a trial protocol and a list of subjects to exact doses and visit calendars.\n\n"
        "\b\n"
        "Examples:\n"
        "  dosecal show NCT04611256\n"
        "  dosecal dose NCT04611256 --arm msc --weight 70.25\n"
        "  dosecal visits NCT04611256 subjects.csv -o visits.csv\n"
        "  dosecal doses NCT04611256 subjects.csv -o doses.csv\n\n"
        "A calculator whose every step can be checked against the protocol, to be validated at the site before it is "
        "used for care; not a substitute for the pharmacist's judgement."
    ),
)


class TableFormat(StrEnum):
    """The formats of a table of subjects."""

    csv = "csv"
    jsonl = "jsonl"
    parquet = "parquet"
    table = "table"


class ShowFormat(StrEnum):
    """The formats of a schedule of activities."""

    table = "table"
    markdown = "markdown"
    csv = "csv"
    json = "json"


class ReportFormat(StrEnum):
    """The formats of a list of problems."""

    text = "text"
    json = "json"


def _complete_study(incomplete: str) -> list[str]:
    from schedule.workflow.store import shipped_studies  # noqa: PLC0415 - completion alone

    return [study for study in shipped_studies() if study.startswith(incomplete)]


ProtocolName = Annotated[
    str,
    typer.Argument(
        metavar="PROTOCOL", help="A protocol file, or the id of a shipped study.", autocompletion=_complete_study
    ),
]
SubjectsName = Annotated[
    str, typer.Argument(metavar="SUBJECTS", help="The subjects: CSV, XLSX or Parquet; - for standard input.")
]
OutputName = Annotated[
    str | None, typer.Option("--output", "-o", metavar="FILE", help="Write to FILE in place of standard output.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace FILE if it is there already.")]
WeightsName = Annotated[
    str | None, typer.Option("--weights", metavar="FILE", help="Further weights: subject_id, date, weight_kg, method.")
]
RenamesName = Annotated[
    str | None, typer.Option("--map", metavar="FILE", help='YAML that renames columns: "subject_id: Patient No".')
]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="Write the good rows and name the others; the exit code is still 1.")
]
ByteOrderMark = Annotated[bool, typer.Option("--bom", help="Begin CSV with a byte order mark, for old spreadsheets.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _made_by() -> str:
    return f"made by dosecal {__version__}, as of {date.today().isoformat()}"  # noqa: DTZ011 - the site's own day


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _fail(problems: Sequence[Problem]) -> NoReturn:
    for problem in problems:
        _say(str(problem))
    raise typer.Exit(1)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"dosecal {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Hold the options that stand before a command."""


@app.command()
def protocols(as_json: AsJson = False) -> None:
    """List the protocols that are shipped; their ids work wherever a path does.

    \b
    Examples:
      dosecal protocols
      dosecal protocols --json
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from schedule.workflow import load_shipped  # noqa: PLC0415 - see the module

    shipped = load_shipped()
    if as_json:
        listed = [
            {"study": p.study, "protocol_version": p.version, "protocol_sha256": p.digest, "title": p.title}
            for p in shipped
        ]
        typer.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for protocol in shipped:
        typer.echo(f"{protocol.study}  version {protocol.version}  file {protocol.digest}  {protocol.title}")


@app.command()
def check(
    names: Annotated[
        list[str], typer.Argument(metavar="PROTOCOL...", help="Protocol files.", autocompletion=_complete_study)
    ],
    form: Annotated[ReportFormat, typer.Option("--format", help="Text for people, JSON for programs.")] = (
        ReportFormat.text
    ),
) -> None:
    """Check protocol files and list every problem: where, what was expected, what was found, and its code.

    \b
    Examples:
      dosecal check onc-101.yaml
      dosecal check protocols/*.yaml --format json
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from schedule.workflow import load_protocol  # noqa: PLC0415 - see the module
    from schedule.workflow.store import printable  # noqa: PLC0415 - likewise

    problems: list[Problem] = []
    for name in names:
        try:
            protocol = load_protocol(name)
        except ScheduleError as error:
            problems += error.problems
            if form is ReportFormat.text:
                typer.echo("\n".join(str(problem) for problem in error.problems))
            continue
        if form is ReportFormat.text:
            typer.echo(
                f"{printable(name)}: no problems ({protocol.study}, version {protocol.version}: {_contents(protocol)})"
            )
    if form is ReportFormat.json:
        typer.echo(json.dumps([_problem_json(problem) for problem in problems], ensure_ascii=False, indent=2))
    if problems:
        raise typer.Exit(1)


def _contents(protocol: Protocol) -> str:
    parts = (
        _counted(len(protocol.visits), "visit"),
        _counted(len(protocol.regimens), "regimen"),
        _counted(len(protocol.assessments), "assessment"),
        _counted(len(protocol.queries), "query", "queries"),
    )
    return ", ".join(parts)


def _counted(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def _problem_json(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.source.file,
        "line": problem.source.line or None,
        "column": problem.source.column or None,
        "code": problem.code,
        "subject": problem.subject,
        "message": problem.message,
        "hint": problem.hint,
    }


@app.command()
def show(
    name: ProtocolName,
    form: Annotated[ShowFormat, typer.Option("--format", help="How it is printed.")] = ShowFormat.table,
    output: OutputName = None,
    force: Force = False,
) -> None:
    """Print a protocol's schedule of activities: visits, days, windows, assessments, doses, and what is left open.

    \b
    Examples:
      dosecal show NCT04611256
      dosecal show onc-101.yaml --format markdown -o onc-101.md
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from schedule.render.activities_text import activities_csv, activities_json, activities_markdown  # noqa: PLC0415
    from schedule.report.activities import schedule_of_activities  # noqa: PLC0415
    from schedule.workflow import load_protocol  # noqa: PLC0415

    def text() -> str:
        activities = schedule_of_activities(load_protocol(name))
        if form is ShowFormat.markdown:
            return activities_markdown(activities, _made_by())
        if form is ShowFormat.csv:
            return activities_csv(activities)
        if form is ShowFormat.json:
            as_of = date.today().isoformat()  # noqa: DTZ011 - the site's own day
            return activities_json(activities, {"program_version": __version__, "as_of": as_of})
        from schedule.render.as_terminal import activities_terminal  # noqa: PLC0415

        return activities_terminal(activities, _made_by(), _width() if output is None else None)

    _write_text(text, output, force=force)


def _width() -> int | None:
    """The width of the terminal that standard output is; None where it is none."""
    return os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else None


def _write_text(text: Callable[[], str], output: str | None, *, force: bool) -> None:
    from schedule.workflow.store import open_output  # noqa: PLC0415 - see the module

    try:
        content = text().encode()
        with open_output(output, force=force) as stream:
            stream.write(content)
    except ScheduleError as error:
        _fail(error.problems)


def _parsed(option: str, text: str | None, parse: Callable[[str], _Value], code: str) -> _Value | None:
    """What an option says; None where it is not given; a refusal ends the program with its problem."""
    if text is None:
        return None
    try:
        return parse(text)
    except RefusedError as refusal:
        hint = f" ({refusal.hint})" if refusal.hint else ""
        _say(f"{option}: {expected_got(refusal.expected, text)}{hint} [{code}]")
        raise typer.Exit(1) from None


@app.command()
def dose(
    name: ProtocolName,
    arm: Annotated[str, typer.Option("--arm", metavar="ARM", help="The arm, by its id.")],
    weight: Annotated[str | None, typer.Option("--weight", metavar="KG", help="Body weight in kilograms.")] = None,
    visit: Annotated[str | None, typer.Option("--visit", metavar="VISIT", help="The doses of one visit alone.")] = None,
    height: Annotated[str | None, typer.Option("--height", metavar="CM", help="Height in centimetres.")] = None,
    sex: Annotated[str | None, typer.Option("--sex", metavar="F|M", help="Sex, for a dose that depends on it.")] = None,
    age: Annotated[str | None, typer.Option("--age", metavar="YEARS", help="Age in completed years.")] = None,
    gfr: Annotated[
        str | None, typer.Option("--gfr", metavar="ML/MIN", help="Measured filtration rate, for a dose by AUC.")
    ] = None,
    creatinine: Annotated[
        str | None, typer.Option("--creatinine", metavar="MG/DL", help="Serum creatinine, for an estimated rate.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Work out a dose step by step, with the rule quoted and the numbers and units put in.

    \b
    Examples:
      dosecal dose NCT04611256 --arm msc --weight 70.25
      dosecal dose NCT04252118 --arm msc --visit D3 --json
      dosecal dose onc-102.yaml --arm treated --weight 70 --height 170
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from schedule.load.body_text import (  # noqa: PLC0415 - see the module
        read_centimetres,
        read_creatinine,
        read_kilograms,
        read_rate,
        read_sex,
        read_years,
    )
    from schedule.model.cohort import SEXES  # noqa: PLC0415
    from schedule.model.worked_dose import Body  # noqa: PLC0415
    from schedule.report.worksheet import working_json, working_text  # noqa: PLC0415
    from schedule.workflow.protocols import load_protocol, work_doses  # noqa: PLC0415

    kilograms = _parsed("--weight", weight, read_kilograms, "C105")
    sex_place = _parsed("--sex", sex, read_sex, "C112")
    body = Body(
        height_cm=_parsed("--height", height, read_centimetres, "C111"),
        sex="" if sex_place is None or sex_place < 0 else SEXES[sex_place],
        age_years=_parsed("--age", age, read_years, "C113"),
        gfr=_parsed("--gfr", gfr, read_rate, "C114"),
        creatinine=_parsed("--creatinine", creatinine, read_creatinine, "C115"),
    )
    try:
        protocol = load_protocol(name)
        workings = work_doses(protocol, arm, kilograms, visit, body)
    except ScheduleError as error:
        _fail(error.problems)
    if not as_json:
        typer.echo(working_text(workings, protocol, _made_by()), nl=False)
        return
    whole = {
        "study": protocol.study,
        "protocol_version": protocol.version,
        "protocol_sha256": protocol.digest,
        "program_version": __version__,
        "as_of": date.today().isoformat(),  # noqa: DTZ011 - the site's own day
        "doses": [working_json(working) for working in workings],
    }
    typer.echo(json.dumps(whole, ensure_ascii=False, indent=2))


@app.command("read-dose")
def read_dose_text(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A dose as somebody wrote it.")],
    as_json: AsJson = False,
) -> None:
    """Say what a dose text means, or which readings it could have; nothing is guessed.

    The exit code is 0 where each value is certain (read, several), and 1 where it is not (ambiguous, unreadable).

    \b
    Examples:
      dosecal read-dose "1 million cells/kg"
      dosecal read-dose "1*10E6 cells/kg" --json
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from schedule.load.dose_text import Status, dose_json, read_dose  # noqa: PLC0415 - see the module

    reading = read_dose(text)
    if as_json:
        typer.echo(json.dumps(dose_json(reading), ensure_ascii=False, indent=2))
    else:
        typer.echo(reading.status.value)
        for one in reading.readings:
            typer.echo(f"  {one.words}: {one.why}")
        if reading.note:
            typer.echo(f"  note: {reading.note}")
    if reading.status in {Status.AMBIGUOUS, Status.UNREADABLE}:
        raise typer.Exit(1)


@app.command()
def visits(
    name: ProtocolName,
    subjects: SubjectsName,
    output: OutputName = None,
    form: Annotated[TableFormat, typer.Option("--format", help="How the table is written.")] = TableFormat.csv,
    long: Annotated[bool, typer.Option("--long", help="One row an assessment, in place of one a visit.")] = False,
    weights: WeightsName = None,
    renames: RenamesName = None,
    skip_bad: SkipBad = False,
    bom: ByteOrderMark = False,
    force: Force = False,
) -> None:
    """Plan each subject's visits: target dates, windows and what is done.

    \b
    Examples:
      dosecal visits NCT04611256 subjects.csv -o visits.csv
      dosecal visits NCT04611256 subjects.csv --long --format parquet -o visits.parquet
      cat subjects.csv | dosecal visits NCT04611256 - --format table
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from schedule.workflow.cohorts import TableRequest  # noqa: PLC0415 - see the module

    what = "assessments" if long else "visits"
    _run_table(
        TableRequest(name, subjects, what, form.value, weights, renames, output, force, skip_bad, bom, _table_width())
    )


@app.command()
def doses(
    name: ProtocolName,
    subjects: SubjectsName,
    output: OutputName = None,
    form: Annotated[TableFormat, typer.Option("--format", help="How the table is written.")] = TableFormat.csv,
    weights: WeightsName = None,
    renames: RenamesName = None,
    skip_bad: SkipBad = False,
    bom: ByteOrderMark = False,
    force: Force = False,
) -> None:
    """Plan each subject's doses: dates, weights, and exact amounts.

    \b
    Examples:
      dosecal doses NCT04611256 subjects.csv -o doses.csv
      dosecal doses NCT04611256 subjects.csv --weights weights.csv --format table
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from schedule.workflow.cohorts import TableRequest  # noqa: PLC0415 - see the module

    _run_table(
        TableRequest(
            name, subjects, "doses", form.value, weights, renames, output, force, skip_bad, bom, _table_width()
        )
    )


def _table_width() -> int | None:
    return _width()


def _run_table(request: TableRequest) -> None:
    from schedule.workflow.cohorts import write_table  # noqa: PLC0415 - see the module

    if request.form == "parquet" and request.output is None and sys.stdout.isatty():
        raise typer.BadParameter("Parquet is not for a terminal: name a file with -o", param_hint="--format")
    try:
        with _Progress() as progress:
            outcome = write_table(request, progress.advance)
    except ScheduleError as error:
        _fail(error.problems)
    for warning in outcome.warnings:
        _say(f"warning: {warning}")
    for problem in outcome.problems:
        _say(str(problem))
    _say(_summary(outcome))
    if outcome.problems:
        raise typer.Exit(1)


def _summary(outcome: Outcome) -> str:
    problems = _counted(len(outcome.problems), "problem")
    if not outcome.is_written:
        return f"nothing was written: {problems} (--skip-bad writes the good rows)"
    subjects, visits = _counted(outcome.subjects, "subject"), _counted(outcome.visits, "visit")
    return f"{subjects}, {visits}, {_counted(outcome.doses, 'dose')}; {problems}"


class _Progress:
    """A progress bar on standard error, for work that is long enough and where somebody looks."""

    _LONG = 4 << 20

    def __init__(self) -> None:
        self._bar: object = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()  # type: ignore[attr-defined]

    def advance(self, done: int, total: int) -> None:
        """Show that so many bytes of the input were read; a total of 0 is not known."""
        if total < self._LONG or not sys.stderr.isatty():
            return
        from rich.console import Console  # noqa: PLC0415 - only where a bar is shown
        from rich.progress import Progress  # noqa: PLC0415

        if self._bar is None:
            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.start()
            self._bar.add_task("planning", total=total)
        self._bar.update(self._bar.task_ids[0], completed=done)  # type: ignore[attr-defined]


@app.command("schema")
def print_schema() -> None:
    """Print the JSON Schema of a protocol file, for editors.

    \b
    Examples:
      dosecal schema > protocol.schema.json
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from schedule.load.protocol_grammar import protocol_schema  # noqa: PLC0415 - see the module

    typer.echo(json.dumps(protocol_schema(), ensure_ascii=False, indent=2))


def main() -> None:
    """Run the command line, as a process of its own."""
    gc.disable()  # looking for cycles while modules are read takes a seventh of the start, and the process ends soon
    app()


if __name__ == "__main__":
    main()
