"""The verb that reads the text of a dose."""

from __future__ import annotations

from typing import Annotated

import typer

from dosecal.app.options.speech import AsJson, tell, tell_json
from dosecal.load.doses.dose_text import Status, dose_json, read_dose


def read_dose_text(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A dose as somebody wrote it.")],
    as_json: AsJson = False,
) -> None:
    """Say what a dose text means, or which readings it could have; nothing is guessed.

    The exit code is 0 where each value is certain (read, several), and 1 where it is not (ambiguous, unreadable).

    \b
    Examples:
      dosecal read-dose "1 million cells/kg"
      dosecal read-dose "1*10E6 cells/kg" --json
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    reading = read_dose(text)
    if as_json:
        tell_json(dose_json(reading))
    else:
        tell(reading.status.value)
        for one in reading.readings:
            tell(f"  {one.words}: {one.why}")
        if reading.note:
            tell(f"  note: {reading.note}")
    if reading.status in {Status.AMBIGUOUS, Status.UNREADABLE}:
        raise typer.Exit(1)
