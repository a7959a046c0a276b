"""Visits whose dates follow each other, planned for one or more subjects, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.actuals import Actuals, ActualStatus, no_actuals
from dosecal.model.schedule import DateState
from dosecal.model.struct import replace
from dosecal.planning.resolve import plan_schedule
from tests.example_protocols import protocol_of
from tests.planning.planned import cohort_of

if TYPE_CHECKING:
    from dosecal.model.protocol import Protocol
    from dosecal.model.schedule import Schedule

ONE_SUBJECT = "subject_id,arm,start\n1,active,2026-03-02\n"
STATUSES = {"missed": ActualStatus.MISSED, "cancelled": ActualStatus.CANCELLED}


@dataclass(frozen=True, slots=True)
class Row:
    """A planned visit as plain values; ``NaT`` is no date."""

    counted: str
    target: str
    window: tuple[str, str]
    wider: tuple[str, str]
    planned: str
    not_before: str
    state: DateState


def actuals_of(protocol: Protocol, said: dict[str, str]) -> Actuals:
    """What became of visits of the first of one subject.

    Args:
        protocol: The protocol.
        said: By the visit's id its date, ``missed`` or ``cancelled``; by the id and ``booked``, ``from`` or ``to`` a
            date or a time; by ``off_treatment`` and ``off_study`` a date.
    """
    empty = no_actuals(1, len(protocol.visits))
    columns = {name: getattr(empty, name).copy() for name in ("date", "status", "booked", "start", "end")}
    endings = {name: np.array([said[name]], dtype="datetime64[D]") for name in said if name.startswith("off_")}
    for name, text in said.items():
        if name in endings:
            continue
        visit = protocol.visit_index(name.split()[0])
        word = name.partition(" ")[2]
        if word:
            columns[{"booked": "booked", "from": "start", "to": "end"}[word]][0, visit] = np.datetime64(text)
        elif text in STATUSES:
            columns["status"][0, visit] = STATUSES[text]
        else:
            columns["status"][0, visit], columns["date"][0, visit] = ActualStatus.DONE, np.datetime64(text)
    return replace(empty, **columns, **endings)


def schedule_after(text: str, said: dict[str, str], subjects: str = ONE_SUBJECT) -> Schedule:
    """The schedule of a protocol's text after what happened to its one subject."""
    protocol = protocol_of(text)
    return plan_schedule(protocol, cohort_of(protocol, subjects), actuals_of(protocol, said))


def rows_after(text: str, said: dict[str, str] | None = None, subjects: str = ONE_SUBJECT) -> dict[str, Row]:
    """The rows of the first subject by the visit's id, in their order."""
    schedule = schedule_after(text, said or {}, subjects)
    visits = schedule.visits
    rows = {}
    for row in np.flatnonzero(visits.subject == 0).tolist():
        rows[schedule.protocol.visits[visits.visit[row]].id] = Row(
            counted=str(visits.anchor_date[row]),
            target=str(visits.target[row]),
            window=(str(visits.window_start[row]), str(visits.window_end[row])),
            wider=(str(visits.wider_start[row]), str(visits.wider_end[row])),
            planned=str(visits.planned[row]),
            not_before=str(visits.not_before[row]),
            state=DateState(int(visits.state[row])),
        )
    return rows
