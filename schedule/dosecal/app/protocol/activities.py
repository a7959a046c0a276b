"""A protocol to a workbook with its schedule of activities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal import __version__
from dosecal.app.files.store import STANDARD_OUTPUT
from dosecal.app.files.table_rows import sheet_refused
from dosecal.render.activities_xlsx import activities_xlsx
from dosecal.render.workbook import SheetLimitError
from dosecal.report.calendars.about import About, named_inputs
from dosecal.report.calendars.activities import schedule_of_activities

if TYPE_CHECKING:
    from datetime import date

    from dosecal.model.protocol import Protocol


def activities_workbook(protocol: Protocol, name: str, as_of: date, output: str | None) -> bytes:
    """The schedule of activities as a workbook.

    Args:
        protocol: The protocol.
        name: Its name, as it was asked for.
        as_of: The day on which the workbook is made.
        output: The name of the output, for problems; None for standard output.

    Raises:
        OutputError: If a text has no room in a cell.
    """
    about = About((protocol,), f"dosecal {__version__}", as_of, named_inputs(("protocol", name)))
    try:
        return activities_xlsx(schedule_of_activities(protocol), about)
    except SheetLimitError as error:
        raise sheet_refused(error, output or STANDARD_OUTPUT, "CSV, JSON and Markdown do") from None
