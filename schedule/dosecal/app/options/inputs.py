"""What a cohort is planned from, as arguments and options: declared here, once, for every command that plans one.

Conventions: a command that is decorated with ``takes_inputs`` has a parameter ``inputs``; on the command line that is
the protocol, the subjects and everything that goes with them, so that no command takes less than another.
"""

from __future__ import annotations

import inspect
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from dosecal.app.options.speech import (
    DateOrder,
    DecimalMark,
    EncodingName,
    HorizonText,
    LotsName,
    ProtocolName,
    SeparatorText,
    SitesName,
    Unblinded,
    complete_study,
    fail,
    judged_on,
    parsed_horizon,
    told_reading,
)
from dosecal.model.problems import ScheduleError
from dosecal.model.struct import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from dosecal.app.composition.inputs import Inputs

SUBJECTS_HELP = "The subjects: CSV, XLSX or Parquet, a folder or a pattern of files; - for standard input."

SubjectsName = Annotated[
    str | None, typer.Argument(metavar="SUBJECTS", help=f"{SUBJECTS_HELP} None where PROTOCOL is a study folder.")
]
MaybeSubjects = Annotated[
    str | None, typer.Argument(metavar="[SUBJECTS]", help=f"Where it needs them: {SUBJECTS_HELP}")
]
ProtocolsAndSubjects = Annotated[
    list[str],
    typer.Argument(
        metavar="PROTOCOL... SUBJECTS",
        help=f"Protocol files or ids of shipped studies, and last the subjects; or study folders. {SUBJECTS_HELP}",
        autocompletion=complete_study,
    ),
]
OlderName = Annotated[
    str, typer.Argument(metavar="OLD", help="The older version: a protocol file, or a shipped study.")
]
NewerName = Annotated[str, typer.Argument(metavar="NEW", help="The newer version, likewise.")]
SubjectsOption = Annotated[
    str | None, typer.Option("--subjects", metavar="FILE", help="Say for whom: the subjects whose rows are compared.")
]
AlsoNames = Annotated[
    list[str] | None,
    typer.Option("--also", metavar="PROTOCOL", help="A further version of the protocol; may be repeated."),
]
WeightsName = Annotated[
    str | None, typer.Option("--weights", metavar="FILE", help="Further weights: subject_id, date, weight_kg, method.")
]
LevelsName = Annotated[
    str | None, typer.Option("--levels", metavar="FILE", help="Dose levels: subject_id, date, level, regimen.")
]
ActualsName = Annotated[
    str | None,
    typer.Option("--actuals", metavar="FILE", help="What happened: subject_id, visit, date, status, dose, unit, note."),
]
RenamesName = Annotated[
    str | None, typer.Option("--map", metavar="FILE", help='YAML that renames columns: "subject_id: Patient No".')
]
ContainersName = Annotated[
    str | None,
    typer.Option("--containers", metavar="FILE", help="What became of the lots' containers: date, lot, container, what, …"),
]
AsOfDay = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="The day of judgement, such as 2026-03-09; without it, today."),
]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="Use the good rows and name the others; the exit code is still 1.")
]

READING_OPTIONS: tuple[tuple[str, object, object], ...] = (
    ("separator", SeparatorText, None),
    ("encoding", EncodingName, None),
    ("dates", DateOrder, None),
    ("decimal", DecimalMark, None),
)
"""The options that say how every table is written, likewise."""
_NEEDED = inspect.Parameter.empty
_OPTIONS: tuple[tuple[str, object, object], ...] = (
    ("also", AlsoNames, None),
    ("weights", WeightsName, None),
    ("levels", LevelsName, None),
    ("lots", LotsName, None),
    ("containers", ContainersName, None),
    ("sites", SitesName, None),
    ("actuals", ActualsName, None),
    ("renames", RenamesName, None),
    *READING_OPTIONS,
    ("horizon", HorizonText, None),
    ("as_of", AsOfDay, None),
    ("skip_bad", SkipBad, False),
    ("unblinded", Unblinded, False),
)
"""The options of every such command: the parameter, what it is on the command line, and its default."""

_ARGUMENTS: dict[str, tuple[tuple[str, object, object], ...]] = {
    "one": (("name", ProtocolName, _NEEDED), ("subjects", SubjectsName, None)),
    "maybe": (("name", ProtocolName, _NEEDED), ("subjects", MaybeSubjects, None)),
    "several": (("names", ProtocolsAndSubjects, _NEEDED),),
    "compared": (("old", OlderName, _NEEDED), ("new", NewerName, _NEEDED), ("subjects", SubjectsOption, None)),
}
"""The arguments: one protocol with its subjects; one that may have none; protocols of several studies and the subjects;
two versions that are compared, for subjects or for none."""

_NOT_WITH = {"compared": ("also", "skip_bad")}
"""What goes without saying: two versions are compared by themselves, and the subjects that can be."""


def takes_inputs(arguments: str = "one") -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the arguments and options of a cohort in place of its parameter ``inputs``.

    Args:
        arguments: ``one``, ``maybe``, ``several`` or ``compared``, a name of ``_ARGUMENTS``.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        options = tuple(one for one in _OPTIONS if one[0] not in _NOT_WITH.get(arguments, ()))
        shared = (*_ARGUMENTS[arguments], *options)
        hints = get_type_hints(command, localns={"Inputs": object}, include_extras=True)

        @wraps(command)
        def with_inputs(context: typer.Context, **given: Any) -> None:  # noqa: ANN401 - whatever the command takes
            of_inputs = {name: given.pop(name) for name, _, _ in shared}
            asked = {"context": context} if "context" in hints else {}
            command(inputs=_inputs(context, of_inputs, needs_subjects=arguments == "one"), **asked, **given)

        own = [
            (name, hints[name], one.default)
            for name, one in inspect.signature(command).parameters.items()
            if name not in {"context", "inputs"}
        ]
        in_turn = (("context", typer.Context, _NEEDED), *_ARGUMENTS[arguments], *own, *options)
        parameters = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
            for name, annotation, default in in_turn
        ]
        with_inputs.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        with_inputs.__annotations__ = {one.name: one.annotation for one in parameters}
        return with_inputs

    return decorate


def _inputs(context: typer.Context, given: dict[str, Any], *, needs_subjects: bool) -> Inputs:
    """The inputs from what was given on the command line."""
    from dosecal.app.composition.inputs import Inputs  # noqa: PLC0415 - for the command that is run

    protocols, subjects, folders = _named(given)
    if needs_subjects and not subjects and not folders:
        raise typer.BadParameter("name the subjects, or a study folder for both", param_hint="SUBJECTS")
    inputs = Inputs(
        protocols=(*protocols, *(given.pop("also", None) or ())),
        subjects=subjects,
        horizon=parsed_horizon(given.pop("horizon")),
        as_of=judged_on(given.pop("as_of"), context.obj),
        reading=told_reading(**{name: given.pop(name) for name, _, _ in READING_OPTIONS}),
        **given,
    )
    if not folders:
        return inputs
    first, *rest = (_of_folder(folder, inputs) for folder in folders)
    return replace(first, beside=tuple(rest))


def _named(given: dict[str, Any]) -> tuple[list[str], str, list[str]]:
    """The protocols and the subjects that the arguments name, and the study folders that stand for both.

    Raises:
        typer.BadParameter: If of several names the last is alone, and is no folder.
    """
    from dosecal.app.files.store import is_study_folder  # noqa: PLC0415 - likewise

    names = given.pop("names", None)
    protocols = [given.pop(name) for name in ("name", "old", "new") if name in given]
    subjects = given.pop("subjects", None) or ""
    if names is not None:
        if all(map(is_study_folder, names)):
            return [], "", names
        *protocols, subjects = names
        if not protocols:
            raise typer.BadParameter("name the protocols, and last the subjects", param_hint="PROTOCOL... SUBJECTS")
    if len(protocols) == 1 and is_study_folder(protocols[0]):
        return [], subjects, protocols
    return protocols, subjects, []


def _of_folder(folder: str, inputs: Inputs) -> Inputs:
    """The inputs with the files of a study folder; what is wrong with it ends the program."""
    from dosecal.app.study.study_folder import open_study, with_folder  # noqa: PLC0415 - likewise

    try:
        return with_folder(inputs, open_study(folder))
    except ScheduleError as error:
        fail(error.problems)
