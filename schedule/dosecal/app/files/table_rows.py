"""A table's rows to a sink, and what the format has no room for to a located problem."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dosecal.app.files.output import STANDARD_OUTPUT, open_output
from dosecal.model.problems import OutputError, Problem, Source, expected_got, quoted
from dosecal.render.as_terminal import UnknownColumnError
from dosecal.render.sinks import open_sink
from dosecal.render.workbook import SheetLimitError
from dosecal.report.tables.table import WHOLE_DIGITS, DecimalRangeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.app.files.output import Output
    from dosecal.render.sinks import Sink
    from dosecal.report.calendars.about import About
    from dosecal.report.tables.table import Table


@contextmanager
def open_rows(output: Output, about: About | None = None) -> Iterator[Sink]:
    """Where rows go in the format of an output, which appears when the block ends without an exception.

    Args:
        output: The output, which is one file.
        about: What made the table, which a workbook says; None where no workbook is written.

    Raises:
        OutputError: If it is there already, or can't be written.
    """
    with open_output(output.name, force=output.force, for_people=output.form == "table") as stream:
        yield open_sink(output.form, stream, bom=output.bom, width=output.width, look=output.look, about=about)


def write_table(table: Table, output: Output, about: About | None = None) -> None:
    """Write a whole table, likewise.

    Raises:
        OutputError: If the output is refused, or has no room for a row.
    """
    with open_rows(output, about) as sink:
        write_rows(sink, table, output.name)
        sink.close()


def write_rows(sink: Sink, table: Table, output: str | None) -> None:
    """Write a table's rows.

    Args:
        sink: Where they go.
        table: The table.
        output: The name of the output, for problems; None for standard output.

    Raises:
        OutputError: If a table or the format can't hold a row, since nothing is cut off, or the table has no column of
            a name that is asked for.
    """
    name = output or STANDARD_OUTPUT
    try:
        table.require_room()
        sink.write(table.on_lines() if output is None and sys.stdout.isatty() else table)
    except DecimalRangeError as error:
        raise decimal_refused(error, name) from None
    except UnknownColumnError as error:
        message = expected_got(f"names of columns of the table ({', '.join(error.known)})", error.name)
        raise OutputError((Problem(Source(name), "O040", "--columns", message),)) from None
    except SheetLimitError as error:
        raise sheet_refused(error, name, "CSV, JSON Lines and Parquet do") from None


def decimal_refused(error: DecimalRangeError, name: str) -> OutputError:
    """That a decimal has no room in its column, as a located problem.

    Args:
        error: Which decimal it is.
        name: The name of the output, or of the frame.
    """
    message = f"expected at most {WHOLE_DIGITS} digits before the point, got {quoted(error.text)}"
    hint = "the column is decimal(38, 18) in every format: state the dose in a larger unit"
    return OutputError((Problem(Source(name), "O004", error.column, message, hint),))


def sheet_refused(error: SheetLimitError, name: str, others: str) -> OutputError:
    """That a sheet has no room for something, as a located problem.

    Args:
        error: What it has no room for.
        name: The name of the output.
        others: Which other formats have room.
    """
    hint = f"a sheet holds no more; {others}"
    return OutputError((Problem(Source(name, error.row), error.code, error.column, error.message, hint),))
