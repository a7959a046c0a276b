"""A table's rows to a sink, and what the format has no room for to a located problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.problems import OutputError, Problem, Source, expected_got, quoted
from dosecal.render.as_terminal import UnknownColumnError
from dosecal.render.workbook import SheetLimitError
from dosecal.report.tables import DECIMAL_PLACES, DecimalPlacesError
from dosecal.workflow.store import STANDARD_OUTPUT

if TYPE_CHECKING:
    from dosecal.render.sinks import Sink
    from dosecal.report.tables import Table


def write_rows(sink: Sink, table: Table, output: str | None, form: str) -> None:
    """Write a table's rows.

    Args:
        sink: Where they go.
        table: The table.
        output: The name of the output, for problems; None for standard output.
        form: The format.

    Raises:
        OutputError: If the format can't hold a row as it is, since nothing is cut off or rounded, or the table has no
            column of a name that is asked for.
    """
    name = output or STANDARD_OUTPUT
    try:
        sink.write(table)
    except DecimalPlacesError as error:
        message = f"expected at most {DECIMAL_PLACES} digits after the point, got {quoted(error.text)}"
        hint = f"{form} holds no more; CSV and JSON Lines do"
        raise OutputError((Problem(Source(name), "O004", error.column, message, hint),)) from None
    except UnknownColumnError as error:
        message = expected_got(f"names of columns of the table ({', '.join(error.known)})", error.name)
        raise OutputError((Problem(Source(name), "O040", "--columns", message),)) from None
    except SheetLimitError as error:
        raise sheet_refused(error, name, "CSV, JSON Lines and Parquet do") from None


def sheet_refused(error: SheetLimitError, name: str, others: str) -> OutputError:
    """That a sheet has no room for something, as a located problem.

    Args:
        error: What it has no room for.
        name: The name of the output.
        others: Which other formats have room.
    """
    hint = f"a sheet holds no more; {others}"
    return OutputError((Problem(Source(name, error.row), error.code, error.column, error.message, hint),))
