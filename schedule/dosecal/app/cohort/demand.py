"""A cohort's file to what its plan needs, and how far the lots at hand reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.app.composition.composition import FORECAST, Composition, Outcome
from dosecal.app.composition.dose_warnings import lot_warnings
from dosecal.planning.product.demand import plan_demand

if TYPE_CHECKING:
    from dosecal.app.composition.inputs import Inputs
    from dosecal.model.demand import Demand


def forecast(inputs: Inputs, by: str) -> tuple[Demand | None, Outcome]:
    """What the doses of a cohort need.

    Args:
        inputs: The protocol, the subjects and what goes with them.
        by: ``day`` or ``week``.

    Returns:
        The demand, and what was wrong or passed over; no demand where there are problems and bad rows are not skipped,
        or no subject at all.

    Raises:
        ScheduleError: If the protocol or a whole input is refused.
    """
    plan = Composition(inputs, FORECAST)  # lots are held against the whole demand, not dose by dose
    outcome = plan.outcome
    schedules = tuple(schedule for group in plan.groups() for schedule in group)
    if not schedules or not plan.may_be_written:
        return None, outcome
    demand, allocation = plan_demand(schedules, by, plan.lots, plan.accounts)
    if allocation is not None:
        outcome.warnings += lot_warnings(allocation, str(inputs.lots))
    outcome.is_written = True
    return demand, outcome
