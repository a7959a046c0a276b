"""Invariants of dates that follow each other, over random chains, gaps, windows, cycles and records."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from dosecal.model.days import MonthEnd
from tests.example_protocols import protocol_text
from tests.planning.chained import rows_after

if TYPE_CHECKING:
    from tests.planning.chained import Row

EXAMPLES = settings(max_examples=60)
HEADER = "subject_id,arm,start,surgery\n"
STARTS = (date(2024, 1, 31), date(2026, 6, 15))
"""The anchors of the one subject, the first at the end of a month before a leap day."""


@dataclass(frozen=True)
class VisitRule:
    """A visit, as drawn.

    Attributes:
        after: The place of the visit that it follows, or -1 and -2 for the first and the second anchor.
        is_actual: Whether it follows the actual date.
        count: Days or months.
        is_months: Whether the count is of months.
        window: Days before and after; None for none stated.
        gap: The place of another visit and the least days after it; None for no gap.
        became: What is on record: a number of days late, ``missed``, ``cancelled`` or nothing.
    """

    after: int
    is_actual: bool
    count: int
    is_months: bool
    window: tuple[int, int] | None
    gap: tuple[int, int] | None
    became: int | str

    def line(self, place: int) -> str:
        """The visit in a protocol file."""
        said = [f"{'months' if self.is_months else 'days'}: {self.count}"]
        if self.after < 0:
            said.append(f"anchor: {('start', 'surgery')[-self.after - 1]}")
        else:
            said.append(f"after: v{self.after}, counted_from: {'actual' if self.is_actual else 'planned'}")
        if self.window is not None:
            said.append(f"window: -{self.window[0]} to +{self.window[1]} days")
        if self.gap is not None:
            said.append(f"at_least: {self.gap[1]} days after v{self.gap[0]}")
        return f"v{place}: {{{', '.join(said)}}}"


@st.composite
def rules(draw: st.DrawFn, *, has_records: bool = True) -> tuple[VisitRule, ...]:
    """Visits each of which follows an anchor or an earlier one."""
    drawn: list[VisitRule] = []
    for place in range(draw(st.integers(1, 7))):
        is_months = draw(st.booleans())
        gaps = st.none() if not place else st.none() | st.tuples(st.integers(0, place - 1), st.integers(1, 60))
        late = st.just("") | st.integers(-10, 20) | st.sampled_from(["missed", "cancelled"])
        drawn.append(
            VisitRule(
                after=draw(st.integers(-2, place - 1)),
                is_actual=draw(st.booleans()),
                count=draw(st.integers(1, 14) if is_months else st.integers(0, 90)),
                is_months=is_months,
                window=draw(st.none() | st.tuples(st.integers(0, 9), st.integers(0, 9))),
                gap=draw(gaps),
                became=draw(late) if has_records else "",
            )
        )
    return tuple(drawn)


def month_later(day: date, months: int, rule: MonthEnd) -> date:
    """The day so many months later, or where the month ends that has none, by the calendar of the standard library."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    is_moved = day.day > last and rule is MonthEnd.NEXT_MONTH
    return date(year, month + 1, min(day.day, last)) + timedelta(int(is_moved))


@dataclass(frozen=True)
class Expected:
    """A visit by a plain calculation; None is no date."""

    target: date | None
    planned: date | None
    held: date | None


def expected_of(
    visits: tuple[VisitRule, ...], starts: tuple[date, date], rule: MonthEnd = MonthEnd.LAST_DAY
) -> list[Expected]:
    """The dates of each visit, one after another."""
    found: list[Expected] = []
    for visit in visits:
        other = None if visit.after < 0 else found[visit.after]
        if other is None:
            counted: date | None = starts[-visit.after - 1]
        else:
            counted = other.held if visit.is_actual else other.target
        target = None
        if counted is not None:
            target = month_later(counted, visit.count, rule) if visit.is_months else counted + timedelta(visit.count)
        planned = target
        gap_end = None
        if visit.gap is not None and visits[visit.gap[0]].became not in {"missed", "cancelled"}:
            held = found[visit.gap[0]].held
            gap_end = None if held is None else held + timedelta(visit.gap[1])
        if target is not None and gap_end is not None and gap_end > target:
            has_room = visit.window is None or gap_end <= target + timedelta(visit.window[1])
            planned = gap_end if has_room else None
        found.append(Expected(target, planned, happened(visit, target, planned)))
    return found


def happened(visit: VisitRule, target: date | None, planned: date | None) -> date | None:
    """The day that a visit gives to those that follow its actual date."""
    if isinstance(visit.became, int):
        return (target or STARTS[0]) + timedelta(visit.became)
    return None if visit.became == "cancelled" else planned


def records_of(visits: tuple[VisitRule, ...], expected: list[Expected]) -> dict[str, str]:
    said = {}
    for place, (visit, dates) in enumerate(zip(visits, expected, strict=True)):
        if isinstance(visit.became, int):
            said[f"v{place}"] = str(dates.held)
        elif visit.became:
            said[f"v{place}"] = visit.became
    return said


def rows_of(
    visits: tuple[VisitRule, ...],
    said: dict[str, str] | None = None,
    starts: tuple[date, date] = STARTS,
    order: tuple[int, ...] = (),
    rule: MonthEnd = MonthEnd.LAST_DAY,
) -> dict[str, Row]:
    """What is planned, with the visits in some order in the file."""
    lines = [visits[place].line(place) for place in order or range(len(visits))]
    text = protocol_text(visits="\n".join(lines), more=f"month_end: {rule.value}\n").replace(
        "arms:", "  surgery: {}\narms:", 1
    )
    return rows_after(text, said or {}, f"{HEADER}1,active,{starts[0]},{starts[1]}\n")


def iso(day: date | None) -> str:
    return "NaT" if day is None else day.isoformat()


@given(visits=rules(), rule=st.sampled_from(MonthEnd))
@EXAMPLES
def test_every_date_is_that_of_a_plain_calculation(visits: tuple[VisitRule, ...], rule: MonthEnd) -> None:
    expected = expected_of(visits, STARTS, rule)
    rows = rows_of(visits, records_of(visits, expected), rule=rule)
    got = [(rows[f"v{place}"].target, rows[f"v{place}"].planned) for place in range(len(visits))]
    assert got == [(iso(one.target), iso(one.planned)) for one in expected]


@given(visits=rules(), data=st.data())
@EXAMPLES
def test_order_of_the_file_changes_no_date(visits: tuple[VisitRule, ...], data: st.DataObject) -> None:
    said = records_of(visits, expected_of(visits, STARTS))
    order = data.draw(st.permutations(range(len(visits))))
    assert rows_of(visits, said, order=tuple(order)) == rows_of(visits, said)


@given(visits=rules())
@EXAMPLES
def test_window_holds_its_target_and_the_planned_date_lies_inside(visits: tuple[VisitRule, ...]) -> None:
    for row in rows_of(visits, records_of(visits, expected_of(visits, STARTS))).values():
        if row.window == ("NaT", "NaT"):
            continue
        assert row.window[0] <= row.target <= row.window[1]
        assert row.planned == "NaT" or row.target <= row.planned <= row.window[1]
        assert row.planned == "NaT" or row.not_before == "NaT" or row.planned >= row.not_before


def followers(visits: tuple[VisitRule, ...], anchor: int) -> set[str]:
    """The visits that follow an anchor, at once or by way of others."""
    found: set[int] = set()
    for place, visit in enumerate(visits):
        if visit.after == anchor or visit.after in found:
            found.add(place)
    return {f"v{place}" for place in found}


@given(visits=rules(has_records=False), days=st.integers(-400, 400), anchor=st.sampled_from([-1, -2]))
@EXAMPLES
def test_moving_an_anchor_moves_exactly_the_targets_that_follow_it(
    visits: tuple[VisitRule, ...], days: int, anchor: int
) -> None:
    plain = tuple(replace(visit, is_months=False, gap=None) for visit in visits)
    later = [one + timedelta(days) if place == -anchor - 1 else one for place, one in enumerate(STARTS)]
    before, after = rows_of(plain), rows_of(plain, starts=(later[0], later[1]))
    for name, row in before.items():
        by = days if name in followers(plain, anchor) else 0
        assert after[name].target == (date.fromisoformat(row.target) + timedelta(by)).isoformat()


@given(visits=rules(has_records=False), late=st.integers(1, 60), data=st.data())
@EXAMPLES
def test_late_visit_moves_only_what_follows_its_actual_date(
    visits: tuple[VisitRule, ...], late: int, data: st.DataObject
) -> None:
    plain = tuple(replace(visit, is_months=False, gap=None) for visit in visits)
    moved = data.draw(st.integers(0, len(plain) - 1))
    before = rows_of(plain)
    day = date.fromisoformat(before[f"v{moved}"].target) + timedelta(late)
    after = rows_of(plain, {f"v{moved}": day.isoformat()})
    follow: set[int] = set()
    for place, visit in enumerate(plain):
        if (visit.after == moved and visit.is_actual) or visit.after in follow:
            follow.add(place)
    for place in range(len(plain)):
        by = late if place in follow else 0
        expected = date.fromisoformat(before[f"v{place}"].target) + timedelta(by)
        assert after[f"v{place}"].target == expected.isoformat()


@given(
    length=st.integers(1, 40),
    count=st.integers(1, 6),
    day=st.integers(1, 40),
    counted_from=st.sampled_from(["planned", "actual"]),
)
@EXAMPLES
def test_cycles_of_which_nothing_is_late_are_plain_days(length: int, count: int, day: int, counted_from: str) -> None:
    inside = min(day, length)
    more = f"cycles:\n  C: {{length: {length} days, count: {count}, counted_from: {counted_from}}}\n"
    rows = rows_after(protocol_text(visits=f"C*D1: {{}}\nC*D{inside}: {{}}" if inside > 1 else "C*D1: {}", more=more))
    start = date(2026, 3, 2)
    expected = {
        f"C{number}D{one}": (start + timedelta((number - 1) * length + one - 1)).isoformat()
        for number in range(1, count + 1)
        for one in {1, inside}
    }
    assert {name: row.target for name, row in rows.items()} == expected
