"""The command line, run inside the test's own process."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from typer.main import get_command
from typer.testing import CliRunner

from dosecal.app.main import app

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result


command_of = cache(get_command)
"""The command behind the app, made once: making it takes longer than most runs."""


def run(*arguments: str | Path, stdin: str | None = None) -> Result:
    """What ``dosecal`` with these arguments gives: ``exit_code``, ``stdout``, ``stderr``; a bug is raised."""
    texts = [str(one) for one in arguments]
    with patch("typer.testing._get_command", command_of):
        return CliRunner().invoke(app, texts, input=stdin, catch_exceptions=False)


def run_well(*arguments: str | Path, stdin: str | None = None) -> Result:
    """Likewise, for a run that ends with exit code 0."""
    result = run(*arguments, stdin=stdin)
    assert result.exit_code == 0, result.stderr
    return result


def csv_rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a CSV text, each by the names of the header."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def json_of(result: Result) -> Any:
    """What a run printed, as JSON."""
    return json.loads(result.stdout)
