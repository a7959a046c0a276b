"""The verb that opens the page in the browser of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dosecal.app.options.inputs import Unblinded
from dosecal.app.options.speech import CLOCK, option, parsed, say, tell
from dosecal.model.days import as_date, read_date
from dosecal.model.problems import OutputError, Problem, Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_LIBRARIES = {"starlette", "uvicorn", "babel"}


def open_study(
    context: typer.Context,
    folder: Annotated[
        str | None, typer.Argument(metavar="[FOLDER]", help="The folder of the study; without it, the page asks.")
    ] = None,
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help="The port; 0 for a free one.")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address, and open no browser.")] = False,
    read_only: Annotated[bool, typer.Option("--read-only", help="Record nothing.")] = False,
    unblinded: Unblinded = False,
    as_of: Annotated[
        str | None, option("--as-of", "DATE", "Another day of judgement than today; nothing is recorded then.")
    ] = None,
) -> None:
    """Open a study in the browser of this machine: today's work, doses, calendars, and what happened.

    The page is served on this machine alone (127.0.0.1) and asks nothing of any other. Whoever has the address that is
    printed can open it; other accounts of the machine can't. It ends with Ctrl+C, by its own button, or after 8 hours.

    \b
    Examples:
      dosecal open my-trial/
      dosecal open my-trial/ --no-browser --port 8080
      dosecal open my-trial/ --read-only --as-of 2026-03-09
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    clock: Callable[[], datetime] = context.find_root().meta[CLOCK]
    try:
        from dosecal.web.server import PageServer  # noqa: PLC0415 - the page alone needs a server
        from dosecal.web.study import OpenStudy  # noqa: PLC0415 - likewise
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in _LIBRARIES:
            raise
        message = f"expected the libraries of the page, got: {missing}"
        hint = "pip install 'dosecal[page]'"
        raise OutputError((Problem(Source("dosecal open"), "O074", "", message, hint),)) from None
    study = None
    if folder is not None:
        if not Path(folder).is_dir():
            message = "expected the folder of a study, got none"
            raise OutputError((Problem(Source(folder), "O075", "FOLDER", message),))
        day = parsed("--as-of", as_of, read_date, "C104")
        study = OpenStudy(
            Path(folder),
            clock,
            as_of=None if day is None else as_date(day),
            is_unblinded=unblinded,
            is_read_only=read_only,
        )
    server = PageServer(study, clock, port)
    tell(server.address)
    say("the page is open on this machine alone; Ctrl+C ends it")
    server.run(opens_browser=not no_browser)
