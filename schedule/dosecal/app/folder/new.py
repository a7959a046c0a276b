"""The verb that makes a study folder."""

from __future__ import annotations

from typing import Annotated

import typer

from dosecal.app.options.inputs import complete_study
from dosecal.app.options.speech import say, tell
from dosecal.app.options.study import Initials, RoleOption, moment_of
from dosecal.app.study.new_study import new_study
from dosecal.model.counts import counted


def new(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="The id of a shipped study, a protocol file, or empty for one with every key explained.",
            autocompletion=complete_study,
        ),
    ],
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="The folder to make; nothing is written over.")],
    by: Initials = "",
    role: RoleOption = "coordinator",
) -> None:
    """Make a study folder: the protocol, tables with their headers, and a history that begins.

    \b
    Examples:
      dosecal new NCT04611256 my-trial
      dosecal new onc-101.yaml my-trial --by MG
      dosecal new empty my-trial
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    made = new_study(source, folder, moment_of(context), by, role if by else "")
    tell("\n".join(str(made.path / name) for name in made.files))
    say(f"{counted(len(made.files), 'file')}; dosecal today {made.path} lists its work once it has subjects")
