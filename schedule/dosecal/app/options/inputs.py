"""What a cohort is planned from, as arguments and options: declared here, once, for every command that plans one.

Conventions: a command that is decorated with ``takes_inputs`` has a parameter ``inputs``; on the command line that is
the protocol, the subjects and everything that goes with them, so that no command takes less than another.
"""

from __future__ import annotations

import inspect
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from dosecal.app.composition.inputs import Inputs
from dosecal.app.files.sources import shipped_examples, shipped_studies
from dosecal.app.options.speech import parsed, refuse
from dosecal.load.tables.table_reading import table_reading
from dosecal.model.days import as_date, read_date
from dosecal.model.timing import read_horizon

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from dosecal.load.tables.table_reading import TableReading
    from dosecal.model.timing import Horizon


def complete_study(incomplete: str) -> list[str]:
    """The ids of shipped studies and examples that begin so, for the shell."""
    return [name for name in (*shipped_studies(), *shipped_examples()) if name.startswith(incomplete)]


ProtocolName = Annotated[
    str,
    typer.Argument(
        metavar="PROTOCOL", help="A protocol file, or the id of a shipped study.", autocompletion=complete_study
    ),
]
SUBJECTS_HELP = "The subjects: CSV, XLSX or Parquet, a folder or a pattern of files; - for standard input."

SubjectsName = Annotated[str, typer.Argument(metavar="SUBJECTS", help=SUBJECTS_HELP)]
MaybeSubjects = Annotated[
    str | None, typer.Argument(metavar="[SUBJECTS]", help=f"Where it needs them: {SUBJECTS_HELP}")
]
ProtocolsAndSubjects = Annotated[
    list[str],
    typer.Argument(
        metavar="PROTOCOL... SUBJECTS",
        help=f"Protocol files or ids of shipped studies, and last the subjects. {SUBJECTS_HELP}",
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
OneSubject = Annotated[str | None, typer.Option("--subject", metavar="ID", help="One subject alone, by its id.")]
TheSubject = Annotated[str, typer.Option("--subject", metavar="ID", help="The subject, by its id.")]
OneSite = Annotated[str | None, typer.Option("--site", metavar="SITE", help="One site alone, by its name.")]
TheVisit = Annotated[str, typer.Option("--visit", metavar="VISIT", help="The visit, by its id.")]
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
LotsName = Annotated[
    str | None,
    typer.Option("--lots", metavar="FILE", help="The containers at hand: product, lot, container, content, unit, …"),
]
SitesName = Annotated[
    str | None, typer.Option("--sites", metavar="FILE", help="YAML of sites with their closed days: plan on open days.")
]
RenamesName = Annotated[
    str | None, typer.Option("--map", metavar="FILE", help='YAML that renames columns: "subject_id: Patient No".')
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
HorizonText = Annotated[
    str | None,
    typer.Option(
        "--horizon", metavar="HOW-FAR", help='How far cycles without an end are planned: "12 cycles" or "52 weeks".'
    ),
]
AsOfDay = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="The day of judgement, such as 2026-03-09; without it, today."),
]
Unblinded = Annotated[
    bool, typer.Option("--unblinded", help="Show arms, doses and products of a blinded trial, and say so.")
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
    "one": (("name", ProtocolName, _NEEDED), ("subjects", SubjectsName, _NEEDED)),
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
        hints = get_type_hints(command, include_extras=True)

        @wraps(command)
        def with_inputs(context: typer.Context, **given: Any) -> None:  # noqa: ANN401 - whatever the command takes
            of_inputs = {name: given.pop(name) for name, _, _ in shared}
            asked = {"context": context} if "context" in hints else {}
            command(inputs=_inputs(context, of_inputs), **asked, **given)

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


def _inputs(context: typer.Context, given: dict[str, Any]) -> Inputs:
    """The inputs from what was given on the command line."""
    protocols = [given.pop(name) for name in ("name", "old", "new") if name in given]
    if "names" in given:
        *protocols, subjects = given.pop("names")
        if not protocols:
            refuse("PROTOCOL... SUBJECTS", "name the protocols, and last the subjects")
    else:
        subjects = given.pop("subjects") or ""
    return Inputs(
        protocols=(*protocols, *(given.pop("also", None) or ())),
        subjects=subjects,
        horizon=parsed_horizon(given.pop("horizon")),
        as_of=_judged_on(given.pop("as_of"), context.obj),
        reading=told_reading(**{name: given.pop(name) for name, _, _ in READING_OPTIONS}),
        **given,
    )


def parsed_horizon(text: str | None) -> Horizon | None:
    """How far open-ended cycles are planned; None where it is not given; a refusal ends the program."""
    return parsed("--horizon", text, read_horizon, "L061")


def _judged_on(text: str | None, today: date) -> date:
    """The day of judgement: the one that is asked for, or else today; a refusal ends the program with its problem."""
    day = parsed("--as-of", text, read_date, "C104")
    return today if day is None else as_date(day)


def told_reading(**told: str | None) -> TableReading | None:
    """How tables are written; None where nothing is told; a refusal ends the program with its problem.

    Args:
        told: What ``--separator``, ``--encoding``, ``--dates`` and ``--decimal`` say, by these names; None for nothing.
    """
    given = {name: text for name, text in told.items() if text is not None}

    def reader(name: str) -> Callable[[str], TableReading]:
        return lambda text: table_reading(**{name: text})

    for name, text in given.items():
        parsed(f"--{name}", text, reader(name), "C019")
    return table_reading(**given) if given else None
