"""The options of verbs that write in a study folder: who, in which role, why, and when."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal, cast
from zoneinfo import ZoneInfo

import typer

from dosecal.app.options.speech import MOMENT, option, refuse

if TYPE_CHECKING:
    from dosecal.app.composition.inputs import Inputs
    from dosecal.app.study.recordings import Person

FolderName = Annotated[str, typer.Argument(metavar="FOLDER", help="The study folder.")]
Initials = Annotated[str, option("--by", "INITIALS", "Who records it; no electronic signature.")]
PrintedBy = Annotated[
    str, option("--by", "INITIALS", "Who prints it, to be noted in the history of a study folder; not said: no note.")
]
RoleName = Literal["pharmacist", "second pharmacist", "coordinator", "investigator", "monitor"]
RoleOption = Annotated[RoleName, typer.Option("--role", help="What that person does in the study.")]
ReasonText = Annotated[str, option("--reason", "TEXT", "Why; needed off its day, missed, cancelled, corrected.")]


def person_of(by: str, role: RoleName) -> Person:
    """The person that the options name."""
    from dosecal.app.study.recordings import Person, Role  # noqa: PLC0415 - start-up time

    return Person(by, Role(role))


def require_folder(inputs: Inputs, by: str) -> None:
    """Refuse to note who prints where there is no history to note it in.

    Raises:
        typer.BadParameter: If that is asked for.
    """
    if by and not inputs.folder:
        refuse("--by", "it is noted in the history of a study folder, and PROTOCOL is none")


def moment_of(context: typer.Context, folder: str = "") -> datetime:
    """The moment at which the verb began, in the zone of the study folder where that says one.

    Raises:
        ScheduleError: If what the folder says of itself can't be read.
    """
    moment = cast("datetime", context.meta[MOMENT])
    if not folder:
        return moment
    from dosecal.app.study.study_folder import open_study  # noqa: PLC0415 - start-up time

    zone = open_study(folder).settings.zone
    return moment.astimezone(ZoneInfo(zone)) if zone else moment
