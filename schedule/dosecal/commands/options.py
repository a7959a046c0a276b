"""What the commands share: options, and how they speak, refuse and write.

Conventions: data goes to standard output or ``-o``, talk to standard error. A command takes the day (``as_of``) from
its context, where ``cli.py`` puts it; nothing here reads the clock.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

from dosecal import __version__
from dosecal.model.problems import RefusedError, ScheduleError, expected_got
from dosecal.model.timing import read_horizon
from dosecal.model.visible import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from rich.progress import Progress, ProgressColumn

    from dosecal.model.problems import Problem
    from dosecal.model.timing import Horizon

Value = TypeVar("Value")


def complete_study(incomplete: str) -> list[str]:
    """The ids of shipped studies and examples that begin so, for the shell."""
    from dosecal.workflow.store import shipped_examples, shipped_studies  # noqa: PLC0415 - completion alone

    return [name for name in (*shipped_studies(), *shipped_examples()) if name.startswith(incomplete)]


ProtocolName = Annotated[
    str,
    typer.Argument(
        metavar="PROTOCOL", help="A protocol file, or the id of a shipped study.", autocompletion=complete_study
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
LevelsName = Annotated[
    str | None, typer.Option("--levels", metavar="FILE", help="Dose levels: subject_id, date, level, regimen.")
]
LotsName = Annotated[
    str | None,
    typer.Option("--lots", metavar="FILE", help="The containers at hand: product, lot, container, content, unit, …"),
]
SitesName = Annotated[
    str | None, typer.Option("--site", metavar="FILE", help="YAML of sites with their closed days: plan on open days.")
]
ActualsName = Annotated[
    str | None,
    typer.Option("--actuals", metavar="FILE", help="What happened: subject_id, visit, date, status, dose, unit, note."),
]
AsOfDay = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="The day of judgement, such as 2026-03-09; without it, today."),
]
RenamesName = Annotated[
    str | None, typer.Option("--map", metavar="FILE", help='YAML that renames columns: "subject_id: Patient No".')
]
AlsoNames = Annotated[
    list[str] | None,
    typer.Option("--also", metavar="PROTOCOL", help="A further version of the protocol; may be repeated."),
]
HorizonText = Annotated[
    str | None,
    typer.Option(
        "--horizon", metavar="HOW-FAR", help='How far cycles without an end are planned: "12 cycles" or "52 weeks".'
    ),
]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="Write the good rows and name the others; the exit code is still 1.")
]
ByteOrderMark = Annotated[bool, typer.Option("--bom", help="Begin CSV with a byte order mark, for old spreadsheets.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def made_by(as_of: date) -> str:
    """What made an output: the program's version and the day."""
    return f"made by dosecal {__version__}, as of {as_of.isoformat()}"


def say(text: str) -> None:
    """Speak to the person, on standard error, on one line."""
    typer.echo(one_line(text), err=True)


def tell(text: str) -> None:
    """Print what was asked for, for people, on standard output."""
    typer.echo(visible(text))


def tell_json(value: object) -> None:
    """Print what was asked for, for programs; in JSON, any character can be written by its number."""
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    typer.echo(json.dumps(value, ensure_ascii=not is_unicode, indent=2))


def fail(problems: Sequence[Problem]) -> NoReturn:
    """Name the problems and end with exit code 1.

    Raises:
        typer.Exit: Always.
    """
    for problem in problems:
        say(str(problem))
    raise typer.Exit(1)


def terminal_width() -> int | None:
    """The width of the terminal that standard output is; None where it is none."""
    return os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else None


_NOT_FOR_A_TERMINAL = {"parquet": "Parquet", "xlsx": "XLSX"}


def refuse_terminal(form: str, output: str | None) -> None:
    """Refuse to write to a terminal what is no text.

    Raises:
        typer.BadParameter: If that is asked for.
    """
    if form in _NOT_FOR_A_TERMINAL and output is None and sys.stdout.isatty():
        message = f"{_NOT_FOR_A_TERMINAL[form]} is not for a terminal: name a file with -o"
        raise typer.BadParameter(message, param_hint="--format")


def write_text(text: Callable[[], str], output: str | None, *, force: bool, for_people: bool = True) -> None:
    """Write a text that is made when it is asked for; its problems, and those of the output, end the program."""
    write_bytes(lambda: text().encode(), output, force=force, for_people=for_people)


def write_bytes(make: Callable[[], bytes], output: str | None, *, force: bool, for_people: bool = False) -> None:
    """Write what is made when it is asked for; its problems, and those of the output, end the program."""
    from dosecal.workflow.store import open_output  # noqa: PLC0415 - see the module

    try:
        content = make()
        with open_output(output, force=force, for_people=for_people) as stream:
            stream.write(content)
    except ScheduleError as error:
        fail(error.problems)


def parsed(option: str, text: str | None, parse: Callable[[str], Value], code: str) -> Value | None:
    """What an option says; None where it is not given; a refusal ends the program with its problem."""
    if text is None:
        return None
    try:
        return parse(text)
    except RefusedError as refusal:
        hint = f" ({refusal.hint})" if refusal.hint else ""
        say(f"{option}: {expected_got(refusal.expected, text)}{hint} [{code}]")
        raise typer.Exit(1) from None


def judged_on(text: str | None, today: date) -> date:
    """The day of judgement: the one that is asked for, or else today; a refusal ends the program with its problem."""
    from dosecal.model.days import as_date, read_date  # noqa: PLC0415 - see the module

    day = parsed("--as-of", text, read_date, "C104")
    return today if day is None else as_date(day)


def started_bar(*columns: ProgressColumn) -> Progress:
    """A progress bar on the terminal itself, which its steering signs must reach; other streams stay as they are."""
    from rich.console import Console  # noqa: PLC0415 - only where a bar is shown
    from rich.progress import Progress  # noqa: PLC0415 - likewise

    terminal = Console(file=sys.__stderr__)
    bar = Progress(*columns, console=terminal, transient=True, redirect_stdout=False, redirect_stderr=False)
    bar.start()
    return bar


def counted(count: int, one: str, more: str = "") -> str:
    """A count with its noun, in the singular for one."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def parsed_horizon(text: str | None) -> Horizon | None:
    """How far open-ended cycles are planned; None where it is not given; a refusal ends the program."""
    return parsed("--horizon", text, read_horizon, "L061")
