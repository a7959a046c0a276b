"""The preparations of a whole cohort's doses, as columns.

Conventions: without lots each distinct calculation and weight is made up once, exactly, and the rows refer to it: one
path for one subject and for a million. With lots each dose has containers of its own, promised over all subjects by
date; a dose that they don't cover says by how much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.distinct import distinct_rows
from dosecal.model.dose_status import is_never_given, was_held
from dosecal.model.preparation import PreparedDoses
from dosecal.model.quantity import Unit
from dosecal.model.struct import replace
from dosecal.planning.doses.weights import choose_weights
from dosecal.planning.product.allocation import Allocation, Want, allocate
from dosecal.planning.product.product import prepare
from dosecal.planning.product.same_days import add_up_days

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dosecal.model.cohort import Cohort, Indices
    from dosecal.model.preparation import LotContainer, Preparation
    from dosecal.model.product import Product
    from dosecal.model.protocol import Protocol
    from dosecal.model.regimen import Regimen
    from dosecal.model.schedule import PlannedDoses, Schedule
    from dosecal.planning.product.accounts import Accounts

_ML = Unit("mL")


def prepare_doses(protocol: Protocol, cohort: Cohort, doses: PlannedDoses) -> PreparedDoses:
    """The preparations of doses from their products as the protocol states them."""
    says = np.array([_says_something(one, protocol.product(one.product)) for one in protocol.regimens], dtype=bool)
    place = np.full(len(doses), -1, dtype=np.int32)
    if not says.any():
        return PreparedDoses(place, ())
    rows = np.flatnonzero((doses.worked >= 0) & says[doses.regimen])
    worked_of, weight_of = doses.worked[rows], weights_for_limits(protocol, cohort, doses)[rows]
    first, of_row = distinct_rows(worked_of, weight_of)
    preparations = []
    for calculation, weight in zip(worked_of[first].tolist(), weight_of[first].tolist(), strict=True):
        worked = doses.calculations[calculation]
        weight_kg = cohort.weights.kilograms[weight] if weight >= 0 else worked.weight_kg
        preparations.append(prepare(worked, protocol.product(worked.regimen.product), weight_kg))
    place[rows] = of_row
    return add_up_days(protocol, doses, PreparedDoses(place, tuple(preparations)))


def _says_something(regimen: Regimen, product: Product) -> bool:
    """Whether anything of a preparation can be said from the protocol alone."""
    return product.has_strength or product.dilution is not None or bool(product.limits) or regimen.dose.unit.flat == _ML


def needs_weight(regimen: Regimen, product: Product) -> bool:
    """Whether limits or the rate need a weight that the dose itself does not take."""
    is_per_kg = product.needs_weight or (regimen.rate is not None and regimen.rate.is_per_kg)
    return is_per_kg and not regimen.is_per_weight


def weights_for_limits(protocol: Protocol, cohort: Cohort, doses: PlannedDoses) -> Indices:
    """(n,) The place in the cohort's kilograms of the weight that a flat dose's limits take; -1 for none.

    It is -1 too where none is needed; a dose that takes a weight is limited by that one.
    """
    place = np.full(len(doses), -1, dtype=np.int32)
    for index, regimen in enumerate(protocol.regimens):
        if not needs_weight(regimen, protocol.product(regimen.product)):
            continue
        rows = np.flatnonzero(doses.regimen == index)
        found, _ = choose_weights(cohort.weights, doses.subject[rows], doses.day[rows], None)
        known = found >= 0
        place[rows[known]] = cohort.weights.value[found[known]]
    return place


def prepare_from_lots(
    schedules: Sequence[Schedule], containers: tuple[LotContainer, ...], accounts: Accounts | None = None
) -> tuple[tuple[Schedule, ...], Allocation]:
    """The same schedules, whose doses are made up from the containers at hand.

    Args:
        schedules: The whole cohort, in one piece or several; their rows are served by date, then in this order.
        containers: The containers.
        accounts: What became of them; None for nothing on record.

    Returns:
        The schedules, and what was promised; its rows count on from piece to piece.
    """
    starts = np.cumsum([0, *(len(one.doses) for one in schedules)])
    allocation = allocate(_wants(schedules, starts), containers, accounts)
    pieces = []
    for schedule, start in zip(schedules, starts.tolist(), strict=False):
        kilograms = weights_for_limits(schedule.protocol, schedule.cohort, schedule.doses)
        place = np.full(len(schedule.doses), -1, dtype=np.int32)
        preparations: list[Preparation] = []
        uncovered: dict[tuple[int, int], int] = {}
        for row in np.flatnonzero(schedule.doses.worked >= 0).tolist():
            promised = allocation.promised.get(start + row)
            if start + row in allocation.unrecorded:
                place[row] = len(preparations)
                preparations.append(_prepared(schedule, row, int(kilograms[row]), None))
                continue
            key = (int(schedule.doses.worked[row]), int(kilograms[row]))
            if promised is None and key in uncovered:
                place[row] = uncovered[key]
                continue
            place[row] = len(preparations)
            if promised is None:
                uncovered[key] = len(preparations)
            preparations.append(_prepared(schedule, row, int(kilograms[row]), promised or ()))
        prepared = PreparedDoses(place, tuple(preparations))
        pieces.append(replace(schedule, prepared=add_up_days(schedule.protocol, schedule.doses, prepared)))
    return tuple(pieces), allocation


def _prepared(schedule: Schedule, row: int, kilograms: int, promised: tuple[LotContainer, ...] | None) -> Preparation:
    worked = schedule.doses.calculations[schedule.doses.worked[row]]
    weight_kg = worked.weight_kg if kilograms < 0 else schedule.cohort.weights.kilograms[kilograms]
    return prepare(worked, schedule.protocol.product(worked.regimen.product), weight_kg, promised)


def _wants(schedules: Sequence[Schedule], starts: Indices) -> Iterator[Want]:
    """The doses with a date and an amount that may still be given, or were: by date, then as they stand."""
    days = np.concatenate([one.doses.day for one in schedules])
    worked = np.concatenate([one.doses.worked for one in schedules])
    is_over = np.concatenate([is_never_given(one) for one in schedules])
    is_held = np.concatenate([was_held(one) for one in schedules])
    rows = np.flatnonzero(~np.isnat(days) & (worked >= 0) & ~is_over)
    for row in rows[np.argsort(days[rows], kind="stable")].tolist():
        piece = int(np.searchsorted(starts, row, side="right")) - 1
        schedule = schedules[piece]
        own = row - int(starts[piece])
        dose = schedule.doses.calculations[worked[row]]
        yield Want(
            row=row,
            day=str(days[row]),
            site=schedule.cohort.sites[schedule.doses.subject[own]],
            product=schedule.protocol.product(dose.regimen.product),
            substance=dose.ordered.unit.substance,
            need=dose.ordered.value,
            subject=schedule.cohort.ids[schedule.doses.subject[own]],
            visit=schedule.protocol.visits[int(schedule.doses.visit[own])].id,
            is_held=bool(is_held[row]),
        )
