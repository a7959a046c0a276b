"""The command line: its verbs, the clock and exit codes; no rule of dosing or dating lives here.

Conventions: the clock is read here alone, once, and handed down as ``as_of`` in the context of the command. A verb is
imported when it is asked for, with what it needs, since one dose needs neither numpy nor Arrow. What is refused ends
with its problems and exit code 1, whichever verb refuses it.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer
from typer.core import TyperGroup

from dosecal import __version__
from dosecal.app.console import exit_code, take_over
from dosecal.app.options.speech import CLOCK, MOMENT, fail
from dosecal.model.problems import ScheduleError

if TYPE_CHECKING:
    from collections.abc import Iterator

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

VERBS = {
    "protocols": ("protocol.library", "protocols"),
    "check": ("protocol.library", "check"),
    "show": ("protocol.show", "show"),
    "diff": ("protocol.diff", "diff"),
    "dose": ("dose.dose", "dose"),
    "read-dose": ("dose.read_dose", "read_dose_text"),
    "visits": ("cohort.tables", "visits"),
    "doses": ("cohort.tables", "doses"),
    "worksheet": ("paper.worksheet", "worksheet"),
    "deviations": ("cohort.tables", "deviations"),
    "unscheduled": ("cohort.tables", "unscheduled"),
    "reschedule": ("cohort.reschedule", "reschedule"),
    "today": ("cohort.today", "today"),
    "new": ("folder.new", "new"),
    "record": ("folder.record", "record"),
    "history": ("folder.history", "history"),
    "open": ("folder.open_page", "open_study"),
    "starts": ("cohort.starts", "starts"),
    "timepoints": ("dose.timepoints", "timepoints"),
    "count": ("dose.count", "count"),
    "demand": ("cohort.demand", "demand"),
    "print": ("paper.printing", "print_pages"),
    "export": ("export", "export"),
    "schema": ("protocol.schema", "print_schema"),
}
"""Every verb with its module and function, in the order of the help."""


class Commands(Mapping[str, Any]):
    """The commands of the verbs, each made when it is asked for."""

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - a type that versions of the library don't share
        """The command of a verb."""
        module, function = VERBS[name]
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        alone.command(name)(getattr(import_module(f"dosecal.app.{module}"), function))
        return typer.main.get_command(alone)

    def __iter__(self) -> Iterator[str]:
        """The names of the verbs."""
        return iter(VERBS)

    def __len__(self) -> int:
        """How many verbs there are."""
        return len(VERBS)


class Verbs(TyperGroup):
    """All verbs; what one of them refuses is named, and ends the run."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - the library's
        """Take the attributes of a group."""
        super().__init__(**attributes)
        self.commands = cast("Any", Commands())

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - likewise
        """Run a verb.

        Raises:
            typer.Exit: If something is refused.
        """
        try:
            return super().invoke(ctx)
        except ScheduleError as error:
            fail(error.problems)


app = typer.Typer(
    name="dosecal",
    cls=Verbs,
    no_args_is_help=True,
    context_settings=CONTEXT,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=HELP,
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"dosecal {__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback answers it
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Hold the options that stand before a command, and read the clock."""
    moment = read_clock()
    context.obj, context.meta[MOMENT], context.meta[CLOCK] = moment.date(), moment, read_clock


def read_clock() -> datetime:
    """The moment, with the offset of this machine's zone; its day is the site's own."""
    return datetime.now().astimezone()


def main() -> None:
    """Run the command line, as a process of its own.

    Raises:
        SystemExit: Always, with the exit code.
    """
    gc.disable()  # looking for cycles while modules are read takes a seventh of the start, and the process ends soon
    out, err = take_over()
    ended = SystemExit(0)
    try:
        app()
    except SystemExit as end:
        ended = end
    sys.exit(exit_code(out, err, ended))


if __name__ == "__main__":
    main()
