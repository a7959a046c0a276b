"""A cohort's file to what its plan needs, and how far the lots at hand reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schedule.plan.demand import plan_demand
from schedule.workflow.cohorts import Outcome, TableRequest, read_schedules
from schedule.workflow.preparations import load_lots, lot_warnings
from schedule.workflow.protocols import load_for_planning

if TYPE_CHECKING:
    from schedule.model.demand import Demand


def forecast(request: TableRequest, by: str) -> tuple[Demand | None, Outcome]:
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
    protocol = load_for_planning(request.protocol, request.horizon)
    lot_notes: Outcome = Outcome()
    lots = None if request.lots is None else load_lots(request.lots, protocol, lot_notes.warnings)
    schedules, outcome = read_schedules(request, protocol)
    outcome.warnings[:0] = lot_notes.warnings
    if not schedules or (outcome.problems and not request.skip_bad):
        return None, outcome
    demand, allocation = plan_demand(schedules, by, lots)
    if allocation is not None:
        outcome.warnings += lot_warnings(allocation, request.lots or "")
    outcome.is_written = True
    return demand, outcome
