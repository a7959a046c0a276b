"""How the verbs speak, show and refuse, and how they read what an option says.

Conventions: data goes to standard output or ``-o``, talk to standard error. A verb takes the day (``as_of``) from its
context, where ``main.py`` puts it; nothing here reads the clock.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from dosecal import __version__
from dosecal.app.console import has_colours
from dosecal.model.counts import counted
from dosecal.model.problems import RefusedError, expected_got
from dosecal.model.visible import one_line, visible
from dosecal.render.whole_text import YELLOW, fitted, painted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date
    from typing import TextIO

    from rich.progress import Progress

    from dosecal.app.composition.purpose import Outcome
    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Protocol

MOMENT = "dosecal.moment"
"""Where the context of a verb has the moment at which it began, beside the day."""
CLOCK = "dosecal.clock"
"""Where it has the clock, for a verb that goes on."""
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Value = TypeVar("Value")
WARNING = "warning:"
"""What a warning begins with."""


def option(name: str, metavar: str, about: str) -> Any:  # noqa: ANN401 - what Typer makes of it
    """An option with a value: its name, what stands for the value in the help, and what it is."""
    return typer.Option(name, metavar=metavar, help=about)


def made_by(as_of: date) -> str:
    """What made an output: the program's version and the day."""
    return f"made by dosecal {__version__}, as of {as_of.isoformat()}"


def made_json(as_of: date) -> dict[str, str]:
    """Likewise, for JSON."""
    return {"program_version": __version__, "as_of": as_of.isoformat()}


def protocol_json(protocol: Protocol) -> dict[str, str]:
    """Which protocol an output is of, for JSON."""
    return {"study": protocol.study, "protocol_version": protocol.version, "protocol_sha256": protocol.digest}


def say(text: str) -> None:
    """Speak to the person, on standard error, in lines that fit; nothing in it breaks a line or is obeyed."""
    said = fitted(one_line(text), _width_of(sys.stderr))
    if said.startswith(WARNING) and has_colours(sys.stderr):
        said = painted(WARNING, YELLOW) + said.removeprefix(WARNING)
    typer.echo(said, err=True)


def say_found(warnings: Iterable[Problem], problems: Iterable[Problem] = ()) -> None:
    """Say what is to be looked at, and what is wrong."""
    for warning in warnings:
        say(f"{WARNING} {warning}")
    for problem in problems:
        say(str(problem))


def end_with(outcome: Outcome, summary: str) -> None:
    """Say what was found and done; where rows were wrong, the exit code is 1.

    Raises:
        typer.Exit: If rows were wrong.
    """
    say_found(outcome.warnings, outcome.problems)
    say(summary)
    if outcome.problems:
        raise typer.Exit(1)


def not_written(outcome: Outcome) -> str:
    """That nothing was written, and how the good rows are."""
    problems = counted(len(outcome.problems), "problem")
    return f"nothing was written: {problems}{'' if outcome.is_cut else ' (--skip-bad writes the good rows)'}"


def tell(text: str) -> None:
    """Print what was asked for, for people, on standard output, in lines that fit a terminal."""
    typer.echo(fitted(visible(text), terminal_width()))


def tell_json(value: object) -> None:
    """Print what was asked for, for programs; in JSON, any character can be written by its number."""
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    typer.echo(json.dumps(value, ensure_ascii=not is_unicode, indent=2))


def json_text(value: object) -> str:
    """A whole file of JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def fail(problems: Iterable[Problem]) -> NoReturn:
    """Name the problems and end with exit code 1.

    Raises:
        typer.Exit: Always.
    """
    say_found((), problems)
    raise typer.Exit(1)


def terminal_width(output: str | None = None) -> int | None:
    """The width of the terminal that standard output is; None where it is none, or a file is written."""
    return _width_of(sys.stdout) if output is None else None


def _width_of(stream: TextIO) -> int | None:
    return os.get_terminal_size(stream.fileno()).columns or None if stream.isatty() else None


def refuse(option: str, message: str) -> NoReturn:
    """Refuse a usage.

    Raises:
        typer.BadParameter: Always.
    """
    raise typer.BadParameter(message, param_hint=option)


def parsed(option: str, text: str | None, parse: Callable[[str], Value], code: str) -> Value | None:
    """What an option says; None where it is not given; a refusal ends the program with its problem."""
    return None if text is None else read(option, text, parse, code)


def read(option: str, text: str, parse: Callable[[str], Value], code: str) -> Value:
    """What an option says that is given; a refusal ends the program with its problem."""
    try:
        return parse(text)
    except RefusedError as refusal:
        hint = f" ({refusal.hint})" if refusal.hint else ""
        say(f"{option}: {expected_got(refusal.expected, text)}{hint} [{code}]")
        raise typer.Exit(1) from None


@contextmanager
def shown_progress(what: str) -> Iterator[Callable[..., None]]:
    """A progress bar on standard error, for work that is long enough and where somebody looks; gone at the end.

    Args:
        what: What goes on.

    Yields:
        Is told how much is done, and the bytes that there are in all where bytes are counted; 0 for not known.
    """
    bar: Progress | None = None

    def advance(done: int, total: int | None = None) -> None:
        nonlocal bar
        if sys.stderr.isatty() and (total is None or total >= _LONG_BYTES):
            if bar is None:
                bar = _started_bar(what, total)
            bar.update(bar.task_ids[0], completed=done)

    try:
        yield advance
    finally:
        if bar is not None:
            bar.stop()


_LONG_BYTES = 4 << 20


def _started_bar(what: str, total: int | None) -> Progress:
    """A bar on the terminal itself, which its steering signs must reach; other streams stay as they are."""
    from rich.console import Console  # noqa: PLC0415 - only where a bar is shown
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415 - likewise

    count = (TextColumn(what), BarColumn(), TextColumn("{task.completed:,}"), TimeElapsedColumn())
    terminal, columns = Console(file=sys.__stderr__), count if total is None else ()
    bar = Progress(*columns, console=terminal, transient=True, redirect_stdout=False, redirect_stderr=False)
    bar.start()
    bar.add_task(what, total=total)
    return bar
