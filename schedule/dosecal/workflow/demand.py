"""A cohort's file to what its plan needs, and how far the lots at hand reach."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dosecal.planning.demand import plan_demand
from dosecal.workflow.planning import CohortPlan, Outcome, PlanRequest
from dosecal.workflow.preparations import load_lots, lot_warnings

if TYPE_CHECKING:
    from dosecal.model.demand import Demand


def forecast(request: PlanRequest, by: str) -> tuple[Demand | None, Outcome]:
    """What the doses of a cohort need.

    Args:
        request: The protocol, the subjects and what goes with them.
        by: ``day`` or ``week``.

    Returns:
        The demand, and what was wrong or passed over; no demand where there are problems and bad rows are not skipped,
        or no subject at all.

    Raises:
        ScheduleError: If the protocol or a whole input is refused.
    """
    plan = CohortPlan(replace(request, lots=None))  # the lots are held against the whole demand, not dose by dose
    outcome = plan.outcome
    lots = None if request.lots is None else load_lots(request.lots, plan.protocol, outcome.warnings)
    schedules = tuple(schedule for group in plan.groups() for schedule in group)
    if not schedules or not plan.may_be_written:
        return None, outcome
    demand, allocation = plan_demand(schedules, by, lots)
    if allocation is not None:
        outcome.warnings += lot_warnings(allocation, request.lots or "")
    outcome.is_written = True
    return demand, outcome
