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
from dosecal.render.whole_text import YELLOW, fitted, painted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from typing import Self, TextIO

    from rich.progress import Progress, ProgressColumn

    from dosecal.load.tables.table_reading import TableReading
    from dosecal.model.problems import Problem
    from dosecal.model.timing import Horizon
    from dosecal.render.as_terminal import Look

Value = TypeVar("Value")
WARNING = "warning:"
"""What a warning begins with."""


def complete_study(incomplete: str) -> list[str]:
    """The ids of shipped studies and examples that begin so, for the shell."""
    from dosecal.app.files.store import shipped_examples, shipped_studies  # noqa: PLC0415 - completion alone

    return [name for name in (*shipped_studies(), *shipped_examples()) if name.startswith(incomplete)]


ProtocolName = Annotated[
    str,
    typer.Argument(
        metavar="PROTOCOL", help="A protocol file, or the id of a shipped study.", autocompletion=complete_study
    ),
]


def or_standard_output(name: str | None) -> str | None:
    """The name of an output; None, which is standard output, for ``-``."""
    return None if name == "-" else name


def a_file_alone(name: str | None) -> str | None:
    """The name of an output that is a file; ``-`` is none."""
    if name == "-":
        raise typer.BadParameter("a file or a folder is written here, and nothing to standard output")
    return name


OutputName = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write to FILE in place of standard output, which is -.",
        callback=or_standard_output,
    ),
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
Unblinded = Annotated[
    bool, typer.Option("--unblinded", help="Show arms, doses and products of a blinded trial, and say so.")
]
LotsName = Annotated[
    str | None,
    typer.Option("--lots", metavar="FILE", help="The containers at hand: product, lot, container, content, unit, …"),
]
SeparatorText = Annotated[
    str | None, typer.Option("--separator", metavar="SIGN", help='What parts the cells of CSV, such as ";" or tab.')
]
EncodingName = Annotated[
    str | None, typer.Option("--encoding", metavar="NAME", help="The encoding of CSV, such as cp1252 or gbk.")
]
DateOrder = Annotated[
    str | None, typer.Option("--dates", metavar="ORDER", help="How dates in tables are written, such as dd/mm/yyyy.")
]
DecimalMark = Annotated[
    str | None, typer.Option("--decimal", metavar="MARK", help='The decimal mark of numbers in tables: "." or ",".')
]
OneSite = Annotated[str | None, typer.Option("--site", metavar="SITE", help="One site alone, by its name.")]
OneSubject = Annotated[str | None, typer.Option("--subject", metavar="ID", help="One subject alone, by its id.")]
TheSubject = Annotated[str, typer.Option("--subject", metavar="ID", help="The subject, by its id.")]
ByteOrderMark = Annotated[bool, typer.Option("--bom", help="Begin CSV with a byte order mark, for old spreadsheets.")]
ColumnNames = Annotated[
    str | None,
    typer.Option("--columns", metavar="A,B,…", help="The columns of a table, such as subject_id,notes."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def made_by(as_of: date) -> str:
    """What made an output: the program's version and the day."""
    return f"made by dosecal {__version__}, as of {as_of.isoformat()}"


def say(text: str) -> None:
    """Speak to the person, on standard error, in lines that fit; nothing in it breaks a line or is obeyed."""
    from dosecal.app.files.store import has_colours  # noqa: PLC0415 - see the module

    said = fitted(one_line(text), _width_of(sys.stderr))
    if said.startswith(WARNING) and has_colours(sys.stderr):
        said = painted(WARNING, YELLOW) + said.removeprefix(WARNING)
    typer.echo(said, err=True)


def tell(text: str) -> None:
    """Print what was asked for, for people, on standard output, in lines that fit a terminal."""
    typer.echo(fitted(visible(text), terminal_width()))


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


def terminal_width(output: str | None = None) -> int | None:
    """The width of the terminal that standard output is; None where it is none, or a file is written."""
    return _width_of(sys.stdout) if output is None else None


def _width_of(stream: TextIO) -> int | None:
    return os.get_terminal_size(stream.fileno()).columns or None if stream.isatty() else None


def look_of(columns: str | None = None, form: str = "table", output: str | None = None) -> Look:
    """How a table looks, by what is asked for and what the terminal can do.

    Raises:
        typer.BadParameter: If columns are asked for in another format.
    """
    from dosecal.app.files.store import has_colours  # noqa: PLC0415 - likewise
    from dosecal.render.as_terminal import Look  # noqa: PLC0415 - see the module

    if columns is not None and form != "table":
        raise typer.BadParameter("columns are chosen for the format table alone", param_hint="--columns")
    names = () if columns is None else tuple(name.strip() for name in columns.split(","))
    return Look(names, output is None and has_colours(sys.stdout))


def form_of(asked: str | None, columns: str | None, output: str | None, forms: Sequence[str]) -> str:
    """The format of a table: the one that is asked for, else by the file's ending, else a table for a person's eyes.

    Args:
        asked: The format that is asked for; None for none.
        columns: The columns that are asked for, which are those of a table to look at; None for none.
        output: The name of the output; None for standard output.
        forms: The formats that there are.

    Returns:
        Without a format asked for: that of the file's ending where it is one, ``table`` where columns are chosen or
        standard output is a terminal, and ``csv`` for a file of another name and behind a pipe.
    """
    if asked is not None:
        return asked
    ending = "" if output is None else output.rsplit(".", 1)[-1].lower()
    if ending in forms:
        return ending
    return "table" if columns is not None or (output is None and sys.stdout.isatty()) else "csv"


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
    from dosecal.app.files.store import open_output  # noqa: PLC0415 - see the module

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


def told_reading(**told: str | None) -> TableReading | None:
    """How tables are written; None where nothing is told; a refusal ends the program with its problem.

    Args:
        told: What ``--separator``, ``--encoding``, ``--dates`` and ``--decimal`` say, by these names; None for nothing.
    """
    given = {name: text for name, text in told.items() if text is not None}
    if not given:
        return None
    from dosecal.load.tables.table_reading import table_reading  # noqa: PLC0415 - start-up time

    def read(name: str) -> Callable[[str], TableReading]:
        return lambda text: table_reading(**{name: text})

    for name, text in given.items():
        parsed(f"--{name}", text, read(name), "C019")
    return table_reading(**given)


class ShownProgress:
    """A progress bar on standard error, where somebody looks; gone at the end. Each kind says what it shows."""

    def __init__(self) -> None:
        """Show nothing yet."""
        self._bar: Progress | None = None

    def __enter__(self) -> Self:
        """Be ready to show."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()


def started_bar(*columns: ProgressColumn) -> Progress:
    """A progress bar on the terminal itself, which its steering signs must reach; other streams stay as they are."""
    from rich.console import Console  # noqa: PLC0415 - only where a bar is shown
    from rich.progress import Progress  # noqa: PLC0415 - likewise

    terminal = Console(file=sys.__stderr__)
    bar = Progress(*columns, console=terminal, transient=True, redirect_stdout=False, redirect_stderr=False)
    bar.start()
    return bar


def parsed_horizon(text: str | None) -> Horizon | None:
    """How far open-ended cycles are planned; None where it is not given; a refusal ends the program."""
    return parsed("--horizon", text, read_horizon, "L061")
