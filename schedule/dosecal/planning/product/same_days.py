"""The doses of a whole cohort that fall on one day of a subject, as columns: their limits of a day are added up.

Conventions: the day is the planned date. Each kind of day is added up once: days on which the same regimens are made up
in the same way are alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.distinct import distinct_rows
from dosecal.model.messages import NOTHING, Msg, named
from dosecal.model.preparation import PreparedDoses
from dosecal.planning.doses.day_limits import SameDay, with_the_day, without_a_day

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosecal.model.preparation import Preparation
    from dosecal.model.protocol import Protocol
    from dosecal.model.schedule import PlannedDoses

    Rows = NDArray[np.int64]


def add_up_days(protocol: Protocol, doses: PlannedDoses, prepared: PreparedDoses) -> PreparedDoses:
    """The preparations, whose limits of a day count all doses that a subject has on the same day.

    Args:
        protocol: The protocol.
        doses: The planned doses.
        prepared: Their preparations, each by itself.
    """
    counts = np.array([protocol.product(one.product).has_limits_of_a_day for one in protocol.regimens], dtype=bool)
    if not counts.any() or not len(doses):
        return prepared
    days = _Days(protocol, doses, prepared, counts)
    days.add_undated(np.flatnonzero(np.isnat(doses.day)))
    dated = np.flatnonzero(~np.isnat(doses.day))
    order = dated[np.lexsort((doses.day[dated].astype(np.int64), doses.subject[dated]))]
    if len(order):
        is_new = (doses.subject[order][1:] != doses.subject[order][:-1]) | (
            doses.day[order][1:] != doses.day[order][:-1]
        )
        starts = np.concatenate([[0], np.flatnonzero(is_new) + 1])
        sizes = np.diff(np.append(starts, len(order)))
        for size in np.unique(sizes).tolist():
            days.add(order[starts[sizes == size][:, None] + np.arange(size)])
    return days.whole()


class _Days:
    """The preparations as they become when their days are added up."""

    def __init__(
        self, protocol: Protocol, doses: PlannedDoses, prepared: PreparedDoses, counts: NDArray[np.bool_]
    ) -> None:
        self._protocol, self._prepared = protocol, prepared
        self._is_limited = counts[doses.regimen] & (prepared.place >= 0)
        facts = np.stack([doses.regimen, doses.visit, prepared.place, doses.worked >= 0], axis=1).astype(np.int64)
        first, self._codes = distinct_rows(*facts.T)
        self._facts = facts[first]
        self._place = prepared.place.astype(np.int32)
        self._made: list[Preparation] = list(prepared.preparations)

    def add_undated(self, rows: Rows) -> None:
        """Rows without a date: each is counted alone, and says so."""
        limited = rows[self._is_limited[rows]]
        distinct, of_row = np.unique(self._place[limited], return_inverse=True)
        start = len(self._made)
        self._made += [without_a_day(self._made[place]) for place in distinct.tolist()]
        self._place[limited] = start + of_row.reshape(-1)

    def add(self, rows: Rows) -> None:
        """(days, doses) Rows of days with the same number of doses."""
        rows = rows[self._is_limited[rows].any(axis=1)]
        if not len(rows):
            return
        codes = self._codes[rows]
        first, of_day = distinct_rows(*codes.T)
        place = np.array([self._of_kind(kind) for kind in codes[first].tolist()], dtype=np.int32)[of_day]
        self._place[rows] = np.where(place >= 0, place, self._place[rows])

    def _of_kind(self, codes: list[int]) -> list[int]:
        """The places of the preparations of one kind of day; -1 for a dose without a limit of a day."""
        doses = [self._facts[code].tolist() for code in codes]
        places = []
        for own, (regimen, visit, place, _) in enumerate(doses):
            product = self._protocol.product(self._protocol.regimens[regimen].product)
            if place < 0 or not product.has_limits_of_a_day:
                places.append(-1)
                continue
            others = tuple(self._other(one, visit) for other, one in enumerate(doses) if other != own)
            places.append(len(self._made))
            self._made.append(with_the_day(self._prepared.preparations[place], others))
        return places

    def _other(self, facts: list[int], at: int) -> SameDay:
        """Another dose of a day; its visit is named where it is another one."""
        regimen, visit, place, is_worked = facts
        rule = self._protocol.regimens[regimen]
        name = named(rule.label, rule.id)
        if visit != at:
            name = Msg("{dose} at {visit}", dose=name, visit=self._protocol.visits[visit].id)
        preparation = self._prepared.preparations[place] if place >= 0 else None
        why = NOTHING if is_worked else Msg("its dose is to be determined")
        return SameDay(name, self._protocol.product(rule.product), preparation, why)

    def whole(self) -> PreparedDoses:
        """All of them, each that is used once."""
        is_used = self._place >= 0
        distinct, of_row = np.unique(self._place[is_used], return_inverse=True)
        self._place[is_used] = of_row.reshape(-1)
        return PreparedDoses(self._place, tuple(self._made[place] for place in distinct.tolist()))
