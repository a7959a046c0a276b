"""The verbs about protocol files: list those that are shipped, and check any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dosecal.app.composition.protocols import load_examples, load_protocol, load_shipped
from dosecal.app.files.sources import printable
from dosecal.app.options.inputs import complete_study
from dosecal.app.options.speech import AsJson, protocol_json, tell, tell_json
from dosecal.model.counts import counted
from dosecal.model.problems import ScheduleError
from dosecal.model.visible import one_line

if TYPE_CHECKING:
    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Protocol


def protocols(as_json: AsJson = False) -> None:
    """List the protocols that are shipped, then the examples; their ids work wherever a path does.

    \b
    Examples:
      dosecal protocols
      dosecal protocols --json
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    listed = [*((protocol.study, protocol) for protocol in load_shipped()), *load_examples()]
    if as_json:
        tell_json([{**protocol_json(one), "title": one.title, "id": name} for name, one in listed])
        return
    for name, protocol in listed:
        tell(one_line(f"{name}  version {protocol.version}  file {protocol.digest}  {protocol.title}"))


def check(
    names: Annotated[
        list[str], typer.Argument(metavar="PROTOCOL...", help="Protocol files.", autocompletion=complete_study)
    ],
    form: Annotated[
        Literal["text", "json"], typer.Option("--format", help="Text for people, JSON for programs.")
    ] = "text",
) -> None:
    """Check protocol files and list every problem: where, what was expected, what was found, and its code.

    What a file may well not mean is a warning, whose code begins with W and which changes no exit code.

    \b
    Examples:
      dosecal check onc-101.yaml
      dosecal check protocols/*.yaml --format json
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    problems: list[Problem] = []
    for name in names:
        lines: list[str] = []
        try:
            protocol = load_protocol(name)
        except ScheduleError as error:
            problems += error.problems
            lines.append("\n".join(str(problem) for problem in error.problems))
        else:
            problems += protocol.warnings
            lines += [one_line(f"warning: {warning}") for warning in protocol.warnings]
            about = f"{protocol.study}, version {protocol.version}: {_contents(protocol)}"
            lines.append(one_line(f"{printable(name)}: no problems ({about})"))
        for line in lines if form == "text" else ():
            tell(line)
    if form == "json":
        tell_json([_problem_json(problem) for problem in problems])
    if any(not problem.is_warning for problem in problems):
        raise typer.Exit(1)


def _contents(protocol: Protocol) -> str:
    parts = (
        counted(len(protocol.visits), "visit"),
        counted(len(protocol.regimens), "regimen"),
        counted(len(protocol.assessments), "assessment"),
        counted(len(protocol.queries), "query", "queries"),
    )
    return ", ".join(parts)


def _problem_json(problem: Problem) -> dict[str, object]:
    return {
        "file": problem.source.file,
        "line": problem.source.line or None,
        "column": problem.source.column or None,
        "code": problem.code,
        "subject": problem.subject,
        "message": problem.message,
        "hint": problem.hint,
    }
