"""Where a verb writes and in which form: options, each declared here once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import typer

from dosecal.app.console import has_colours
from dosecal.app.files.output import Output
from dosecal.app.options.speech import option, refuse, terminal_width
from dosecal.render.as_terminal import Look

if TYPE_CHECKING:
    from collections.abc import Sequence


def or_standard_output(name: str | None) -> str | None:
    """The name of an output; None, which is standard output, for ``-``."""
    return None if name == "-" else name


def a_file_alone(name: str | None) -> str | None:
    """The name of an output that is a file; ``-`` is none."""
    if name == "-":
        raise typer.BadParameter("a file or a folder is written here, and nothing to standard output")
    return name


OutputName = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write to FILE in place of standard output, which is -.",
        callback=or_standard_output,
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace FILE if it is there already.")]
ByteOrderMark = Annotated[bool, typer.Option("--bom", help="Begin CSV with a byte order mark, for old spreadsheets.")]
ColumnNames = Annotated[str | None, option("--columns", "A,B,…", "The columns of a table, such as subject_id,notes.")]

TableForm = Literal["csv", "jsonl", "parquet", "xlsx", "table"]
TABLE_FORMS: tuple[str, ...] = get_args(TableForm)
"""The formats of a table of subjects."""

FormName = Annotated[
    TableForm | None,
    typer.Option(
        "--format", help="How the table is written; not said: by the file's ending, a table on a terminal, CSV."
    ),
]
_NOT_FOR_A_TERMINAL = {"parquet": "Parquet", "xlsx": "XLSX"}


def output_of(
    name: str | None, form: str = "table", columns: str | None = None, *, force: bool = False, bom: bool = False
) -> Output:
    """Where a table goes, and how it looks by what is asked for and what the terminal can do.

    Raises:
        typer.BadParameter: If columns are asked for in another format.
    """
    if columns is not None and form != "table":
        refuse("--columns", "columns are chosen for the format table alone")
    names = () if columns is None else tuple(name.strip() for name in columns.split(","))
    look = Look(names, name is None and has_colours(sys.stdout))
    return Output(name, form, force=force, bom=bom, width=terminal_width(name), look=look)


def ending_of(name: str | None) -> str:
    """What the name of a file ends in, after its last point; empty for standard output."""
    return "" if name is None else name.rsplit(".", 1)[-1].lower()


def form_of(asked: str | None, columns: str | None, output: str | None, forms: Sequence[str] = TABLE_FORMS) -> str:
    """The format of a table: the one that is asked for, else by the file's ending, else a table for a person's eyes.

    Args:
        asked: The format that is asked for; None for none.
        columns: The columns that are asked for, which are those of a table to look at; None for none.
        output: The name of the output; None for standard output.
        forms: The formats that there are.

    Returns:
        Without a format asked for: that of the file's ending where it is one, ``table`` where columns are chosen or
        standard output is a terminal, and ``csv`` for a file of another name and behind a pipe.
    """
    if asked is not None:
        return asked
    if ending_of(output) in forms:
        return ending_of(output)
    return "table" if columns is not None or (output is None and sys.stdout.isatty()) else "csv"


def refuse_terminal(form: str, output: str | None) -> None:
    """Refuse to write to a terminal what is no text.

    Raises:
        typer.BadParameter: If that is asked for.
    """
    if form in _NOT_FOR_A_TERMINAL and output is None and sys.stdout.isatty():
        refuse("--format", f"{_NOT_FOR_A_TERMINAL[form]} is not for a terminal: name a file with -o")
