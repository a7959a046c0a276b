"""The sheets of one subject's doses: to prepare them, to check them, and to compare what the second person found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.app.composition.composition import SHEETS, Composition
from dosecal.app.paper.doses import read_doses, with_times
from dosecal.model.problems import CohortError
from dosecal.render.as_html import sheets_html
from dosecal.render.check_yaml import check_sheets_yaml
from dosecal.render.sheet_json import sheets_json
from dosecal.render.sheet_text import sheets_text

if TYPE_CHECKING:
    from dosecal.app.composition.inputs import Inputs
    from dosecal.model.moments import UseTimes
    from dosecal.model.problems import Problem
    from dosecal.report.sheets.sheet_sections import SheetDose

RENDERERS = {"text": sheets_text, "json": sheets_json, "html": sheets_html, "yaml": check_sheets_yaml}
"""The formats of sheets; ``yaml`` is for check sheets alone, to be filled in."""


def find_doses(inputs: Inputs, visit: str | None, times: UseTimes | None) -> tuple[list[SheetDose], list[Problem]]:
    """One subject's doses, worked out and made up, and what is to be said beside them.

    Args:
        inputs: What they are planned from, of that subject alone.
        visit: The id of one visit; None for every visit with a dose.
        times: When the product is thawed and infused; None where nothing of that is known.

    Raises:
        ScheduleError: If an input or the subject's own row is refused, there is no such subject, visit or dose, or none
            of the doses that are asked for is worked out yet.
    """
    plan = Composition(inputs, SHEETS)
    doses = list(read_doses(plan, visit))
    if not plan.may_be_written or (plan.outcome.problems and not doses):
        raise CohortError(tuple(plan.outcome.problems))
    if times is not None:
        doses = with_times(doses, times, plan.protocol.file)
    return doses, [*plan.outcome.warnings, *plan.outcome.problems]
