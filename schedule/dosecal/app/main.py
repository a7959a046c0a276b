"""The command line: its commands, the clock and exit codes; no rule of dosing or dating lives here.

Conventions: the clock is read here alone, once, and handed down as ``as_of`` in the context of the command. Each
command stands in ``app/commands``; what it needs is imported inside it, since one dose needs neither numpy nor
Arrow.
"""

from __future__ import annotations

import gc
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from dosecal import __version__
from dosecal.app.commands import (
    cohort,
    count,
    demand,
    diff,
    dose,
    export,
    follow_up,
    open_page,
    printing,
    protocol,
    starts,
    study,
    timepoints,
    today,
    worksheet,
)
from dosecal.app.console import exit_code, take_over

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

HELP = (
    "From a trial protocol and a list of subjects to exact doses and visit calendars.\n\n"
    "\b\n"
    "Examples:\n"
    "  dosecal show NCT04611256\n"
    "  dosecal dose NCT04611256 --arm msc --weight 70.25\n"
    "  dosecal visits NCT04611256 subjects.csv -o visits.csv\n"
    "  dosecal doses NCT04611256 subjects.csv -o doses.csv\n\n"
    "A calculator whose every step can be checked against the protocol, to be validated at the site before it is "
    "used for care; not a substitute for the pharmacist's judgement."
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"dosecal {__version__}")
        raise typer.Exit


def root(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback answers it
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Hold the options that stand before a command, and read the clock."""
    moment = read_clock()
    context.obj, context.meta[study.MOMENT] = moment.date(), moment
    context.meta[open_page.CLOCK] = read_clock


def read_clock() -> datetime:
    """The moment, with the offset of this machine's zone; its day is the site's own."""
    return datetime.now().astimezone()


COMMANDS: tuple[tuple[str, Callable[..., None]], ...] = (
    ("protocols", protocol.protocols),
    ("check", protocol.check),
    ("show", protocol.show),
    ("diff", diff.diff),
    ("dose", dose.dose),
    ("read-dose", dose.read_dose_text),
    ("visits", cohort.visits),
    ("doses", cohort.doses),
    ("worksheet", worksheet.worksheet),
    ("deviations", follow_up.deviations),
    ("unscheduled", follow_up.unscheduled),
    ("reschedule", follow_up.reschedule),
    ("today", today.today),
    ("new", study.new),
    ("record", study.record),
    ("history", study.history),
    ("starts", starts.starts),
    ("timepoints", timepoints.timepoints),
    ("count", count.count),
    ("demand", demand.demand),
    ("print", printing.print_pages),
    ("export", export.export),
    ("open", open_page.open_study),
    ("schema", protocol.print_schema),
)
"""Every command with its name, in the order of the help."""


def made_app(commands: Iterable[tuple[str, Callable[..., None]]]) -> typer.Typer:
    """A command line of these commands."""
    made = typer.Typer(
        name="dosecal",
        no_args_is_help=True,
        context_settings=CONTEXT,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help=HELP,
    )
    made.callback()(root)
    for name, command in commands:
        made.command(name)(command)
    return made


app = made_app(COMMANDS)


def main() -> None:
    """Run the command line, as a process of its own.

    Raises:
        SystemExit: Always, with the exit code.
    """
    gc.disable()  # looking for cycles while modules are read takes a seventh of the start, and the process ends soon
    out, err = take_over()
    named = [pair for pair in COMMANDS if sys.argv[1:2] == [pair[0]]]
    ended = SystemExit(0)
    try:
        (made_app(named) if named else app)()  # the options of 20 other commands take longer to set up than most work
    except SystemExit as end:
        ended = end
    sys.exit(exit_code(out, err, ended))


if __name__ == "__main__":
    main()
