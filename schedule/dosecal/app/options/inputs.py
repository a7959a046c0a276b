"""What a cohort is planned from, as arguments and options: declared here, once, for every command that plans one.

Conventions: a verb that is decorated with ``takes_inputs`` has a parameter ``inputs``; on the command line that is the
protocol, the subjects and everything that goes with them, so that no verb takes less than another.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from dosecal.app.files.sources import is_study_folder, shipped_examples, shipped_studies
from dosecal.app.options.speech import option, parsed, read, refuse, say
from dosecal.model.days import as_date, read_date
from dosecal.model.struct import replace
from dosecal.model.timing import read_horizon

if TYPE_CHECKING:
    from dosecal.app.composition.inputs import Inputs
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
OneSubject = Annotated[str | None, option("--subject", "ID", "One subject alone, by its id.")]
TheSubject = Annotated[str, option("--subject", "ID", "The subject, by its id.")]
OneSite = Annotated[str | None, option("--site", "SITE", "One site alone, by its name.")]
TheVisit = Annotated[str, option("--visit", "VISIT", "The visit, by its id.")]
LotsName = Annotated[
    str | None, option("--lots", "FILE", "The containers at hand: product, lot, container, content, unit, …")
]
ArmsName = Annotated[
    str | None, option("--arms", "FILE", "The arms of a blinded trial, apart from its subjects: subject_id, arm.")
]
ContainersName = Annotated[
    str | None,
    option("--containers", "FILE", "What became of the lots' containers: date, lot, container, what, …"),
]
SitesName = Annotated[str | None, option("--sites", "FILE", "YAML of sites with their closed days: plan on open days.")]
ActualsName = Annotated[
    str | None, option("--actuals", "FILE", "What happened: subject_id, visit, date, status, dose, unit, note.")
]
SeparatorText = Annotated[str | None, option("--separator", "SIGN", 'What parts the cells of CSV, such as ";" or tab.')]
EncodingName = Annotated[str | None, option("--encoding", "NAME", "The encoding of CSV, such as cp1252 or gbk.")]
DateOrder = Annotated[str | None, option("--dates", "ORDER", "How dates in tables are written, such as dd/mm/yyyy.")]
DecimalMark = Annotated[str | None, option("--decimal", "MARK", 'The decimal mark of numbers in tables: "." or ",".')]
HorizonText = Annotated[
    str | None, option("--horizon", "HOW-FAR", 'How far cycles without an end are planned: "12 cycles" or "52 weeks".')
]
Unblinded = Annotated[
    bool, typer.Option("--unblinded", help="Show arms, doses and products of a blinded trial, and say so.")
]
_SUBJECTS = "The subjects: CSV, XLSX or Parquet, a folder or a pattern of files; - for standard input."

Named = tuple[list[str], str, list[str]]
"""The names of the protocols, of the subjects (empty for none), and of study folders that stand for protocols."""


def _names(protocols: list[str], subjects: str | None) -> Named:
    """What the arguments name: one study folder, or several without subjects, stand for their protocols and tables."""
    is_of_folders = (len(protocols) == 1 or not subjects) and all(map(is_study_folder, protocols))
    return ([], subjects or "", protocols) if is_of_folders else (protocols, subjects or "", [])


def _one(
    name: ProtocolName,
    subjects: Annotated[
        str | None,
        typer.Argument(metavar="SUBJECTS", help=f"{_SUBJECTS} None where PROTOCOL is a study folder."),
    ] = None,
) -> Named:
    named = _names([name], subjects)
    if not subjects and not named[2]:
        refuse("SUBJECTS", "name the subjects, or a study folder for both")
    return named


def _maybe(
    name: ProtocolName,
    subjects: Annotated[
        str | None, typer.Argument(metavar="[SUBJECTS]", help=f"Where it needs them: {_SUBJECTS}")
    ] = None,
) -> Named:
    return _names([name], subjects)


def _several(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="PROTOCOL... SUBJECTS",
            help=f"Protocol files or ids of shipped studies, and last the subjects; or study folders. {_SUBJECTS}",
            autocompletion=complete_study,
        ),
    ],
) -> Named:
    if all(map(is_study_folder, names)):
        return _names(names, None)
    *protocols, subjects = names
    if not protocols:
        refuse("PROTOCOL... SUBJECTS", "name the protocols, and last the subjects")
    return _names(protocols, subjects)


def _compared(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The older version: a protocol file, or a shipped study.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The newer version, likewise.")],
    subjects: Annotated[
        str | None, option("--subjects", "FILE", "Say for whom: the subjects whose rows are compared.")
    ] = None,
) -> Named:
    return [old, new], subjects or "", []


_ARGUMENTS: dict[str, Callable[..., Named]] = {
    "one": _one,
    "maybe": _maybe,
    "several": _several,
    "compared": _compared,
}
"""The arguments: one protocol with its subjects; one that may have none; protocols of several studies and the subjects;
two versions that are compared, for subjects or for none."""

_NOT_WITH = {"compared": ("also", "skip_bad")}
"""What goes without saying: two versions are compared by themselves, and the subjects that can be."""


def _inputs(
    context: typer.Context,
    named: Named,
    *,
    also: Annotated[
        list[str] | None, option("--also", "PROTOCOL", "A further version of the protocol; may be repeated.")
    ] = None,
    weights: Annotated[
        str | None, option("--weights", "FILE", "Further weights: subject_id, date, weight_kg, method.")
    ] = None,
    arms: ArmsName = None,
    levels: Annotated[str | None, option("--levels", "FILE", "Dose levels: subject_id, date, level, regimen.")] = None,
    lots: LotsName = None,
    containers: ContainersName = None,
    sites: SitesName = None,
    actuals: ActualsName = None,
    renames: Annotated[
        str | None, option("--map", "FILE", 'YAML that renames columns: "subject_id: Patient No".')
    ] = None,
    separator: SeparatorText = None,
    encoding: EncodingName = None,
    dates: DateOrder = None,
    decimal: DecimalMark = None,
    horizon: HorizonText = None,
    as_of: Annotated[
        str | None, option("--as-of", "DATE", "The day of judgement, such as 2026-03-09; without it, today.")
    ] = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Use the good rows and name the others; the exit code is still 1.")
    ] = False,
    unblinded: Unblinded = False,
) -> Inputs:
    """The inputs from what is given on the command line; these are the options of every verb that plans a cohort."""
    from dosecal.app.composition.inputs import Inputs  # noqa: PLC0415 - one dose needs no tables

    far = parsed_horizon(horizon)
    day = parsed("--as-of", as_of, read_date, "C104")
    inputs = Inputs(
        protocols=(*named[0], *(also or ())),
        subjects=named[1],
        weights=weights,
        arms=arms,
        levels=levels,
        lots=lots,
        containers=containers,
        sites=sites,
        actuals=actuals,
        renames=renames,
        horizon=far,
        as_of=context.obj if day is None else as_date(day),
        reading=told_reading(separator=separator, encoding=encoding, dates=dates, decimal=decimal),
        skip_bad=skip_bad,
        unblinded=unblinded,
    )
    inputs = _of_folders(inputs, named[2])
    for name, told in (("separator", separator), ("encoding", encoding)):
        if told is not None and not inputs.reads_text:
            say(f"warning: --{name} is for CSV, and no table is one")
    return inputs


def _of_folders(inputs: Inputs, folders: list[str]) -> Inputs:
    """The inputs with the files of study folders, the first of them in their place and the others beside it."""
    if not folders:
        return inputs
    from dosecal.app.study.study_folder import open_study, with_folder  # noqa: PLC0415 - likewise

    first, *others = (with_folder(inputs, open_study(folder)) for folder in folders)
    return replace(first, beside=tuple(others))


def takes_inputs(arguments: str = "one") -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a verb the arguments and options of a cohort in place of its parameter ``inputs``.

    Args:
        arguments: ``one``, ``maybe``, ``several`` or ``compared``, a name of ``_ARGUMENTS``.
    """
    named = _ARGUMENTS[arguments]
    first = _parameters(named)
    last = _parameters(_inputs, "context", "named", *_NOT_WITH.get(arguments, ()))

    def decorate(verb: Callable[..., None]) -> Callable[..., None]:
        own = _parameters(verb, "context", "inputs")

        @wraps(verb)
        def with_inputs(context: typer.Context, **given: Any) -> None:  # noqa: ANN401 - whatever the verb takes
            names = named(**{one.name: given.pop(one.name) for one in first})
            inputs = _inputs(context, names, **{one.name: given.pop(one.name) for one in last})
            asked = {"context": context} if "context" in inspect.signature(verb).parameters else {}
            verb(inputs=inputs, **asked, **given)

        context = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
        parameters = [context, *first, *own, *last]
        with_inputs.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        with_inputs.__annotations__ = {one.name: one.annotation for one in parameters}
        return with_inputs

    return decorate


def _parameters(function: Callable[..., object], *without: str) -> list[inspect.Parameter]:
    """The parameters of a function, some left out, as Typer reads them."""
    hints = get_type_hints(function, localns={"Inputs": object}, include_extras=True)
    return [
        one.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[name])
        for name, one in inspect.signature(function).parameters.items()
        if name not in without
    ]


def parsed_horizon(text: str | None) -> Horizon | None:
    """How far open-ended cycles are planned; None where it is not given; a refusal ends the program."""
    return parsed("--horizon", text, read_horizon, "L061")


def told_reading(**told: str | None) -> TableReading | None:
    """How tables are written; None where nothing is told; a refusal ends the program with its problem.

    Args:
        told: What ``--separator``, ``--encoding``, ``--dates`` and ``--decimal`` say, by these names; None for nothing.
    """
    given = {name: text for name, text in told.items() if text is not None}
    if not given:
        return None
    from dosecal.load.tables.table_reading import table_reading  # noqa: PLC0415 - one dose needs no tables

    def reader(name: str) -> Callable[[str], TableReading]:
        return lambda text: table_reading(**{name: text})

    for name, text in given.items():
        read(f"--{name}", text, reader(name), "C019")
    return table_reading(**given)
