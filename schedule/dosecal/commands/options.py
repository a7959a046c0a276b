"""What the commands share: options, and how they speak, refuse and write.

Conventions: data goes to standard output or ``-o``, talk to standard error. A command takes the day (``as_of``) from
its context, where ``cli.py`` puts it; nothing here reads the clock.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

from dosecal import __version__
from dosecal.model.problems import RefusedError, ScheduleError, expected_got
from dosecal.model.timing import read_horizon

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

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
OutputName = Annotated[
    str | None, typer.Option("--output", "-o", metavar="FILE", help="Write to FILE in place of standard output.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace FILE if it is there already.")]
HorizonText = Annotated[
    str | None,
    typer.Option(
        "--horizon", metavar="HOW-FAR", help='How far cycles without an end are planned: "12 cycles" or "52 weeks".'
    ),
]
SitesName = Annotated[
    str | None, typer.Option("--sites", metavar="FILE", help="YAML of sites with their closed days: plan on open days.")
]
LotsName = Annotated[
    str | None,
    typer.Option("--lots", metavar="FILE", help="The containers at hand: product, lot, container, content, unit, …"),
]
OneSite = Annotated[str | None, typer.Option("--site", metavar="SITE", help="One site alone, by its name.")]
OneSubject = Annotated[str | None, typer.Option("--subject", metavar="ID", help="One subject alone, by its id.")]
TheSubject = Annotated[str, typer.Option("--subject", metavar="ID", help="The subject, by its id.")]
ByteOrderMark = Annotated[bool, typer.Option("--bom", help="Begin CSV with a byte order mark, for old spreadsheets.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def made_by(as_of: date) -> str:
    """What made an output: the program's version and the day."""
    return f"made by dosecal {__version__}, as of {as_of.isoformat()}"


def say(text: str) -> None:
    """Speak to the person, on standard error."""
    typer.echo(text, err=True)


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


def write_text(text: Callable[[], str], output: str | None, *, force: bool) -> None:
    """Write a text that is made when it is asked for; its problems, and those of the output, end the program."""
    write_bytes(lambda: text().encode(), output, force=force)


def write_bytes(make: Callable[[], bytes], output: str | None, *, force: bool) -> None:
    """Write what is made when it is asked for; its problems, and those of the output, end the program."""
    from dosecal.workflow.store import open_output  # noqa: PLC0415 - see the module

    try:
        content = make()
        with open_output(output, force=force) as stream:
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


def counted(count: int, one: str, more: str = "") -> str:
    """A count with its noun, in the singular for one."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def parsed_horizon(text: str | None) -> Horizon | None:
    """How far open-ended cycles are planned; None where it is not given; a refusal ends the program."""
    return parsed("--horizon", text, read_horizon, "L061")
