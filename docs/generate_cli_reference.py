"""Writes docs/reference/cli.md from the help of the program itself, a section for each command.

``--check`` writes nothing and ends with 1 when the page is not what the program says today, so that the reference can't
fall behind. The page is the same on every terminal: the width is fixed and nothing is coloured.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import typer

PROGRAM = "dosecal"
PAGE = Path(__file__).resolve().parent / "reference" / "cli.md"
WIDTH = 100

HEAD = """\
<!-- Written from the program's own help by docs/generate_cli_reference.py (make docs); edits here are lost. -->

# Command line

What the program says of itself when it is asked with `--help`, command by command.
"""


def steady_environment() -> None:
    """Fixes the width and turns colours off; it must come before Typer is imported, which reads these then."""
    for name in ("FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS", "TERMINAL_WIDTH", "TYPER_USE_RICH"):
        os.environ.pop(name, None)
    os.environ.update(COLUMNS=str(WIDTH), NO_COLOR="1", TERM="dumb")


def help_of(app: typer.Typer, words: tuple[str, ...]) -> str:
    """The help of one command, as it is printed, without the spaces that fill lines up.

    Raises:
        SystemExit: If the command can't print its help.
    """
    runner = import_module("typer.testing").CliRunner()
    result = runner.invoke(app, [*words, "--help"], prog_name=PROGRAM)
    if result.exit_code:
        message = f"{' '.join((PROGRAM, *words))} --help ended with {result.exit_code}:\n{result.output}"
        raise SystemExit(message)
    return "\n".join(line.rstrip() for line in result.output.strip("\n").splitlines())


def write_reference(app: typer.Typer, verbs: Iterable[str]) -> str:
    """The whole page: the program itself first, then the verbs in the order in which they are declared."""
    sections = [
        f"## {' '.join((PROGRAM, *words))}\n\n```text\n{help_of(app, words)}\n```\n"
        for words in ((), *((verb,) for verb in verbs))
    ]
    return "\n".join([HEAD, *sections])


def main() -> int:
    """Writes the page, or with ``--check`` compares it; 1 if the comparison fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 if the page is out of date")
    parser.add_argument("--page", type=Path, default=PAGE, help="another file to write or to compare")
    arguments = parser.parse_args()
    steady_environment()
    program = import_module("dosecal.app.main")
    page = write_reference(program.app, program.VERBS)
    path: Path = arguments.page
    if not arguments.check:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8", newline="\n")
        return 0
    if path.is_file() and path.read_text(encoding="utf-8") == page:
        return 0
    print(f"{path.name} is not what the program says today; write it with 'make docs'", file=sys.stderr)
    return 1


if __name__ == "__main__":
    # The script is started from its own folder's point of view; the program lies beside it.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.exit(main())
