"""Judged start dates as a table and as JSON: each with its verdict, and what it breaks in words."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from dosecal.model.closed_day import ClosedDayOutcome, ClosedDayPolicy, closed_words
from dosecal.model.days import as_date, iso_date
from dosecal.model.messages import AND, COMMA, NOTHING, Msg, joined, msgid, unsaid
from dosecal.report.messages.notes import JOINT
from dosecal.report.tables.closed_days import why_words
from dosecal.report.tables.columns import SHORT_WEEKDAYS, DateCodes, coded, constant
from dosecal.report.tables.table import Column, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dosecal.model.protocol import Protocol
    from dosecal.model.starts import Breach, StartDates

FITS, FITS_INSIDE, BREAKS = Msg("fits"), Msg("fits inside windows"), Msg("breaks")
NO_DAY_LEFT = Msg("no day inside the window is late enough after another visit")


def verdicts(starts: StartDates) -> list[Msg]:
    """The verdict on each start."""
    is_broken = (starts.doses_closed > 0) | (starts.visits_broken > 0)
    codes = np.where(is_broken, 2, np.where(starts.visits_moved > 0, 1, 0))
    return [(FITS, FITS_INSIDE, BREAKS)[code] for code in codes.tolist()]


def starts_table(starts: StartDates, protocol: Protocol, site: str, arms: tuple[int, ...]) -> Table:
    """One row a start date, best first.

    Args:
        starts: The judged starts.
        protocol: The protocol.
        site: The name of the site.
        arms: The places of the arms that were judged together.
    """
    dates = DateCodes(starts.start)
    columns = (
        constant("study", protocol.study),
        constant("protocol_version", protocol.version),
        constant("protocol_sha256", protocol.digest),
        constant("site", site),
        constant("arm", _arm_ids(protocol, arms)),
        dates.dates("start_date"),
        dates.weekdays("weekday"),
        _texts("verdict", verdicts(starts)),
        _counts("doses_on_closed_days", starts.doses_closed),
        _counts("visits_without_open_day", starts.visits_broken),
        _counts("visits_off_target", starts.visits_moved),
        _counts("days_off_target", starts.days_moved),
        _texts("breaks", _joined(starts, starts.breaches, protocol, arms)),
        _texts("moves", _joined(starts, starts.moves, protocol, arms)),
    )
    return Table("starts", len(starts), columns)


def starts_json(starts: StartDates, protocol: Protocol, arms: tuple[int, ...]) -> list[dict[str, Any]]:
    """One object a start date, best first, with what it breaks and moves as lists."""
    breaks, moves = (_by_start(starts, some) for some in (starts.breaches, starts.moves))
    counts = zip(
        starts.start.tolist(),
        verdicts(starts),
        starts.doses_closed.tolist(),
        starts.visits_broken.tolist(),
        starts.visits_moved.tolist(),
        starts.days_moved.tolist(),
        strict=True,
    )
    return [
        {
            "start_date": day.isoformat(),
            "weekday": f"{day:%A}",
            "verdict": verdict,
            "doses_on_closed_days": doses,
            "visits_without_open_day": broken,
            "visits_off_target": moved,
            "days_off_target": days,
            "breaks": [_as_json(one, starts, protocol, arms) for one in breaks[place]],
            "moves": [_as_json(one, starts, protocol, arms) for one in moves[place]],
        }
        for place, (day, verdict, doses, broken, moved, days) in enumerate(counts)
    ]


def breach_words(one: Breach, starts: StartDates, protocol: Protocol, arms: tuple[int, ...]) -> Msg:
    """What a start breaks at a visit, or moves, in words."""
    visit = protocol.visits[one.visit]
    what = Msg("dose at {visit}", visit=visit.id) if one.is_dose else unsaid(visit.id)
    unknown = conditional_words(starts, one.visit)
    what = Msg("{a} ({b})", a=what, b=unknown) if unknown else what
    if len(one.arms) < _having(visit.id, protocol, arms):
        what = Msg("{a} ({b})", a=what, b=_arm_ids(protocol, one.arms))
    reason = closed_words(starts.reasons[one.reason])
    wanted, planned = (_day(day) for day in (one.wanted, one.planned))
    if one.outcome is ClosedDayOutcome.MOVED:
        template = msgid("{what} from {wanted} to {planned}: {reason}")
        return Msg(template, what=what, wanted=wanted, planned=planned, reason=reason)
    said = joined((reason, NOTHING if one.is_dose else _why(one)), COMMA)
    if reason:
        return Msg("{what} on {wanted}: {reason}", what=what, wanted=wanted, reason=said)
    return Msg("{what}: {reason}", what=what, reason=said)


def conditional_words(starts: StartDates, visit: int) -> Msg:
    """What a visit or its dose depends on that is not known of the subject; empty for nothing."""
    conditions = (Msg("only if {condition}", condition=one.words) for one in starts.conditional.get(visit, ()))
    return joined(conditions, AND)


def conditional_visits(starts: StartDates, protocol: Protocol) -> list[tuple[str, Msg]]:
    """The visits that were judged although it is not known whether the subject has them, and what they depend on."""
    return [(protocol.visits[visit].id, conditional_words(starts, visit)) for visit in starts.conditional]


def _why(one: Breach) -> Msg:
    if one.outcome is ClosedDayOutcome.OPEN:
        return NO_DAY_LEFT
    return why_words(one.outcome, ClosedDayPolicy.NEAREST)


def _having(visit_id: str, protocol: Protocol, arms: tuple[int, ...]) -> int:
    """How many of the judged arms have the visit."""
    having = protocol.visit(visit_id).arms
    return sum(protocol.arms[arm].id in having for arm in arms)


def _as_json(one: Breach, starts: StartDates, protocol: Protocol, arms: tuple[int, ...]) -> dict[str, Any]:
    return {
        "visit": protocol.visits[one.visit].id,
        "dose": one.is_dose,
        "arms": [protocol.arms[arm].id for arm in one.arms],
        "date": iso_date(one.wanted),
        "open_date": iso_date(one.planned) if one.outcome is ClosedDayOutcome.MOVED else None,
        "closed_day": closed_words(starts.reasons[one.reason]),
        "words": breach_words(one, starts, protocol, arms),
    }


def _by_start(starts: StartDates, breaches: Sequence[Breach]) -> list[list[Breach]]:
    found: list[list[Breach]] = [[] for _ in range(len(starts))]
    for place, some in groupby(breaches, key=lambda one: one.place):
        found[place].extend(some)
    return found


def _joined(starts: StartDates, breaches: Sequence[Breach], protocol: Protocol, arms: tuple[int, ...]) -> list[str]:
    return [
        JOINT.join(breach_words(one, starts, protocol, arms) for one in some) for some in _by_start(starts, breaches)
    ]


def _day(day: int) -> Msg:
    weekday = Msg(SHORT_WEEKDAYS[as_date(day).weekday()])
    return Msg("{weekday} {day}", weekday=weekday, day=iso_date(day))


def _arm_ids(protocol: Protocol, arms: tuple[int, ...]) -> str:
    return JOINT.join(protocol.arms[arm].id for arm in arms)


def _texts(name: str, texts: Sequence[str]) -> Column:
    distinct = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    return coded(name, list(distinct), np.array([distinct[text] for text in texts], dtype=np.int64))


def _counts(name: str, counts: NDArray[np.int64]) -> Column:
    texts = [str(count) for count in range(int(np.max(counts)) + 1)]
    return coded(name, texts, counts, Kind.WHOLE)
