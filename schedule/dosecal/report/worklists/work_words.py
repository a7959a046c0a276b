"""What a work list says of a visit: how long there is until its window opens or closes, and what is to be looked at.

Conventions: days are counted from the day of judgement; one that is 0 days away is today.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.adherence import VisitStatus
from dosecal.model.counts import counted
from dosecal.model.messages import COMMA, NOTHING, Msg, joined

if TYPE_CHECKING:
    from datetime import date

    from dosecal.report.subjects.subject_view import SubjectVisit


def what_words(visit: SubjectVisit, as_of: date) -> Msg:
    """What there is to do about a visit that may still be held, and how urgent it is."""
    return joined((visit.too_early_by_gaps, _when(visit, as_of)))


def closed_day_words(visit: SubjectVisit) -> Msg:
    """Why the site is closed on the day of a visit; empty for an open day, and where no sites are known."""
    if visit.booked is not None:
        return visit.booked_closed
    return visit.closed_day if visit.closed_day_stays else NOTHING


def _when(visit: SubjectVisit, as_of: date) -> Msg:
    if visit.status is VisitStatus.NOT_YET_DUE:
        return _until_it_opens(visit, as_of)
    if visit.window is None:
        return _without_window(visit, as_of)
    left = (visit.window[1] - as_of).days
    if left >= 0:
        return Msg("closes {when}", when=_in_days(left))
    overdue = Msg("overdue by {days}", days=counted(-left, "day"))
    return joined((overdue, NOTHING if visit.wider is None else _wider(visit.wider[1], as_of)))


def _until_it_opens(visit: SubjectVisit, as_of: date) -> Msg:
    if visit.window is not None:
        opens = max(visit.window[0], visit.not_before or visit.window[0])
        return Msg("opens {when}", when=_in_days((opens - as_of).days))
    return NOTHING if visit.day is None else Msg("planned {when}", when=_in_days((visit.day - as_of).days))


def _without_window(visit: SubjectVisit, as_of: date) -> Msg:
    when = Msg("due") if visit.day is None else Msg("planned {when}", when=_in_days((visit.day - as_of).days))
    if visit.status is VisitStatus.PAST_ITS_DAY:
        return when
    return joined((when, Msg("no window is stated")), COMMA)


def _wider(end: date, as_of: date) -> Msg:
    left = (end - as_of).days
    if left >= 0:
        return Msg("the wider window closes {when}", when=_in_days(left))
    return Msg("the wider window closed {when}", when=_in_days(left))


def _in_days(count: int) -> Msg:
    if not count:
        return Msg("today")
    days = counted(abs(count), "day")
    return Msg("in {days}", days=days) if count > 0 else Msg("{days} ago", days=days)
