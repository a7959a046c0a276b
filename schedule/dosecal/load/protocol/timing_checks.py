"""The rules of time in a protocol file: cycles, chains, gaps and events fit together.

Conventions: as in ``checks``: each check gives every problem that it finds and passes over what could not be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.protocol.cycle_expansion import MOST_VISITS, pattern_in
from dosecal.load.protocol.cycle_patterns import names_cycles_surely, read_cycle_pattern
from dosecal.load.protocol.draft import IMPLIED_ANCHORS
from dosecal.load.protocol.timing_rules import followed_names, gaps_of, timing_rule
from dosecal.load.protocol.visit_grammar import LabelRange
from dosecal.model.days import MOST_DAYS, MonthEnd, Window
from dosecal.model.problems import Problem, expected_got, quoted
from dosecal.model.timing import CycleDay, EventKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.load.protocol.draft import Draft, Entry
    from dosecal.model.problems import Source

_DAY_KEYS = ("day", "days", "weeks", "months", "years")


def _keys(draft: Draft) -> Iterator[tuple[str, Source]]:
    """The names of the visits as they stand in the file, each with its place."""
    for name, _, source in draft.said.values.get("visits", ()):
        yield name, source


def cycles_exist(draft: Draft) -> Iterator[Problem]:
    """A name with ``*`` or ``+`` names cycles of the file, and cycles follow cycles of the file."""
    known = draft.names["cycles"]
    if known is None:
        return
    wanted = ", ".join(cycle.id for cycle in draft.entries["cycles"]) or "none: there are no cycles"
    for name, source in _keys(draft):
        pattern = read_cycle_pattern(name)
        if pattern is not None and names_cycles_surely(name) and pattern.cycle not in known:
            message = expected_got(f"days of one of the cycles ({wanted})", name)
            yield Problem(source, "P301", f"visits.{name}", message)
    for cycle in draft.entries["cycles"]:
        after = cycle.value("after")
        if after is not None and after not in known:
            message = expected_got(f"one of the cycles ({wanted})", after)
            yield Problem(cycle.said.where("after"), "P301", f"{cycle.path}.after", message)


def days_lie_in_their_cycles(draft: Draft) -> Iterator[Problem]:
    """A day of a cycle is one of its days, from 1, and its cycle one of the cycles."""
    for name, source in _keys(draft):
        pattern = pattern_in(name, draft.spans)
        if pattern is None:
            continue
        span = draft.spans[pattern.cycle]
        last = span.planned if pattern.last is None else pattern.last
        if not span.is_open and max(pattern.first, last) > span.planned:
            message = expected_got(f"a cycle from 1 to {span.planned}", name)
            yield Problem(source, "P303", f"visits.{name}", message)
            continue
        numbers = pattern.cycles(max(last, pattern.first))
        shortest = min(span.lengths.length(number) for number in numbers)
        if not 1 <= pattern.first_day <= pattern.last_day <= shortest:
            message = expected_got(f"a day from 1 to {shortest}", name)
            yield Problem(source, "P302", f"visits.{name}", message, "day 1 of a cycle is its first")


def no_two_names_are_equally_particular(draft: Draft) -> Iterator[Problem]:
    """Of two names that stand for one day of a cycle, one is more particular."""
    met: dict[tuple[CycleDay, tuple[int, int, int]], str] = {}
    told: set[tuple[str, str]] = set()
    if draft.is_too_large:
        return
    for name, source in _keys(draft):
        pattern = pattern_in(name, draft.spans)
        if pattern is None:
            continue
        for day in draft.spans[pattern.cycle].days_of(pattern):
            other = met.setdefault((day, pattern.generality), name)
            if other != name and (other, name) not in told:
                told.add((other, name))
                found = f"{quoted(name)}, which is no more particular than {other}"
                message = f"expected one name for {day.label}, got {found}"
                yield Problem(source, "P304", f"visits.{name}", message)


def cycles_are_not_too_many(draft: Draft) -> Iterator[Problem]:
    """The visits of all cycles together are no more than a plan holds, and cycles no longer than a hundred years."""
    if draft.is_too_large:
        message = f"expected at most {MOST_VISITS:,} days of cycles, got more"
        yield Problem(draft.said.where("cycles"), "P312", "cycles", message)
    for cycle in draft.entries["cycles"]:
        span = draft.spans.get(cycle.id)
        days = 0 if span is None else span.lengths.days_before(span.planned + 1)
        if span is not None and days > MOST_DAYS:
            message = (
                f"expected cycles of at most {MOST_DAYS:,} days in all, got {span.planned:,} of them: {days:,} days"
            )
            yield Problem(cycle.source, "P312", cycle.path, message)


def cycles_have_one_start(draft: Draft) -> Iterator[Problem]:
    """Cycles start on one day, or follow others that have an end."""
    for cycle in draft.entries["cycles"]:
        offsets = draft.offsets_of(cycle)
        if len({offset for _, offset in offsets}) > 1:
            found = ", ".join(f"{key} gives offset {offset:+d}" for key, offset in offsets)
            yield Problem(cycle.source, "P213", cycle.path, f"expected one day, got several: {found}")
        if not cycle.says("after"):
            continue
        beside = [key for key in ("anchor", "day", "days", "weeks") if cycle.says(key)]
        if beside:
            message = f"expected cycles that follow others to begin on the day after their last, got {beside[0]}, too"
            yield Problem(cycle.said.where(beside[0]), "P308", f"{cycle.path}.{beside[0]}", message)
        span = draft.spans.get(cycle.value("after") or "")
        if span is not None and span.is_open:
            message = f"expected cycles whose number is stated, got {span.id}, which have no end to count from"
            yield Problem(cycle.said.where("after"), "P309", f"{cycle.path}.after", message)


def cycles_have_the_days_they_are_counted_from(draft: Draft) -> Iterator[Problem]:
    """Cycles that are counted from an actual date have a visit on day 1 of each, in all the arms that come in them."""
    for cycle in draft.entries["cycles"]:
        span = draft.spans.get(cycle.id)
        if span is None or draft.is_too_large or draft.names["visits"] is None:
            continue
        days = [visit for visit in draft.entries["visits"] if visit.cycle is not None and visit.cycle.cycle == cycle.id]
        for visit in days:
            missing = timing_rule(visit, draft).after
            if missing and draft.visit(missing) is None:
                message = f"expected a visit {missing}, from which {visit.id} is counted, got none"
                yield Problem(cycle.source, "P310", cycle.path, message)
                break


def visits_say_what_they_follow(draft: Draft) -> Iterator[Problem]:
    """A visit is counted from one thing, and says from which date of the visit that it follows."""
    for visit in draft.entries["visits"]:
        after = visit.value("after")
        follows = after is not None and after not in draft.anchor_names
        if visit.cycle is not None:
            yield from _nothing_beside_the_cycle(visit)
            continue
        if visit.says("after") and visit.says("anchor"):
            message = "expected an anchor or a visit to follow, got both"
            yield Problem(visit.said.where("after"), "P307", f"{visit.path}.after", message)
        if follows and not visit.says("counted_from"):
            message = 'expected "counted_from: planned" or "counted_from: actual" beside it, got neither'
            yield Problem(visit.said.where("after"), "P307", f"{visit.path}.counted_from", message)
        if visit.says("counted_from") and not follows and (after is not None or not visit.says("after")):
            message = "expected it only beside a visit that is followed, got it without one"
            yield Problem(visit.said.where("counted_from"), "P307", f"{visit.path}.counted_from", message)
        if follows and visit.says("day"):
            message = (
                "expected days, weeks, months or years after a visit, got a label, which is counted from an anchor"
            )
            yield Problem(visit.said.where("day"), "P307", f"{visit.path}.day", message)


def _nothing_beside_the_cycle(visit: Entry) -> Iterator[Problem]:
    for key in (*_DAY_KEYS, "anchor", "after", "counted_from"):
        if visit.says(key):
            message = "expected a visit of a cycle to be counted as its cycle is, got its day once more"
            yield Problem(visit.said.where(key), "P308", f"{visit.path}.{key}", message)
    if isinstance(visit.value("window"), LabelRange):
        message = 'expected a window about the target such as "±3 days" in a cycle, got a range of days'
        yield Problem(visit.said.where("window"), "P209", f"{visit.path}.window", message)


def months_stand_alone(draft: Draft) -> Iterator[Problem]:
    """Calendar months and years are the only way in which a visit says its day, and have no range of labels."""
    for visit in draft.entries["visits"]:
        said = [key for key in ("months", "years") if visit.says(key)]
        if not said or visit.cycle is not None:
            continue
        others = [key for key, _ in draft.offsets_of(visit)] + said[1:]
        if others:
            message = f"expected one day, got {said[0]} and {others[0]}"
            yield Problem(visit.said.where(said[0]), "P213", visit.path, message)
        if isinstance(visit.value("window"), LabelRange):
            message = 'expected a window about the target such as "±14 days" beside months, got a range of days'
            yield Problem(visit.said.where("window"), "P209", f"{visit.path}.window", message)
    for visit in draft.entries["visits"]:
        if draft.follows_a_visit(visit) and visit.cycle is None and isinstance(visit.value("window"), LabelRange):
            message = 'expected a window about the target such as "±3 days" after a visit, got a range of days'
            yield Problem(visit.said.where("window"), "P209", f"{visit.path}.window", message)


def months_say_where_they_end(draft: Draft) -> Iterator[Problem]:
    """A file that counts calendar months or years says where a month ends that has no such day."""
    if "month_end" in draft.said.sources:
        return
    for visit in draft.entries["visits"]:
        counted = [key for key in ("months", "years") if visit.value(key)]
        counted += ["at_least"] if any(gap.months for gap in gaps_of(visit)) else []
        if counted:
            lines = " or ".join(f'"month_end: {one.value}"' for one in MonthEnd)
            message = f"expected a line {lines} at the top of the file, got months without it"
            hint = "31 May and 6 months are 30 November by the first, 1 December by the second"
            yield Problem(visit.said.where(counted[0]), "P314", f"{visit.path}.{counted[0]}", message, hint)
            return


def followed_things_exist(draft: Draft) -> Iterator[Problem]:
    """What a visit follows is a visit or an anchor, and not both; what an anchor is happens in the file."""
    visits, anchors = draft.names["visits"], draft.names["anchors"]
    if visits is None or anchors is None:
        return
    for visit in draft.entries["visits"]:
        mentioned = [(visit.value("after"), "after")] if visit.value("after") is not None else []
        mentioned += [(gap.after, "at_least") for gap in gaps_of(visit)]
        for name, key in mentioned:
            where, path = visit.said.where(key), f"{visit.path}.{key}"
            if name in visits and name in draft.anchor_names:
                message = f"expected {quoted(name)} to be a visit or an anchor, got both"
                yield Problem(where, "P311", path, message)
            elif name not in visits | anchors | IMPLIED_ANCHORS.keys():
                wanted = ", ".join([*(one.id for one in draft.entries["anchors"]), *IMPLIED_ANCHORS])
                message = expected_got(f"one of the visits, or of the anchors ({wanted})", name)
                yield Problem(where, "P202", path, message)
    for anchor in draft.entries["anchors"]:
        event = anchor.value("is")
        if event is None:
            continue
        kind, code = ("visits", "P202") if event.kind is EventKind.VISIT else ("regimens", "P205")
        known = draft.names[kind]
        if known is not None and event.of not in known:
            wanted = ", ".join(one.id for one in draft.entries[kind]) or f"none: there are no {kind}"
            message = expected_got(f"one of the {kind} ({wanted})", event.of)
            yield Problem(anchor.said.where("is"), code, f"{anchor.path}.is", message)


def events_are_no_columns(draft: Draft) -> Iterator[Problem]:
    """An anchor that is an event has no column: it says nothing of its date, and is not the first."""
    for index, anchor in enumerate(draft.entries["anchors"]):
        if not anchor.says("is"):
            continue
        if anchor.says("date"):
            message = "expected an event or a date of the subjects' table, got both"
            yield Problem(anchor.said.where("date"), "P307", f"{anchor.path}.date", message)
        if index == 0:
            message = "expected a date for every subject in the first anchor, got an event"
            yield Problem(anchor.said.where("is"), "P217", f"{anchor.path}.is", message)


def _events(draft: Draft) -> dict[str, Entry]:
    return {anchor.id: anchor for anchor in draft.entries["anchors"] if anchor.value("is") is not None}


def arms_have_what_they_follow(draft: Draft) -> Iterator[Problem]:
    """Every arm of a visit has the visits and the doses from which it is counted."""
    events = _events(draft)
    for visit in draft.entries["visits"]:
        if not draft.has_certain_arms(visit):
            continue
        for name in dict.fromkeys(followed_names(visit, draft)):
            other = _bearer(events[name], draft) if name in events else draft.visit(name)
            if other is None or not draft.has_certain_arms(other):
                continue
            missing = [arm for arm in draft.arms_of(visit) if arm not in draft.arms_of(other)]
            if missing:
                message = f"expected {name} in every arm of {visit.id}, got {', '.join(missing)} without it"
                yield Problem(visit.source, "P306", visit.path, message)


def _bearer(anchor: Entry, draft: Draft) -> Entry | None:
    """The visit or the regimen whose date an anchor is."""
    event = anchor.value("is")
    return draft.visit(event.of) if event.kind is EventKind.VISIT else draft.entry("regimens", event.of)


def dates_follow_no_circle(draft: Draft) -> Iterator[Problem]:
    """No date follows itself by way of others; each circle is told once."""
    if draft.is_too_large:
        return
    events = _events(draft)
    follows: dict[str, tuple[str, ...]] = {}
    for visit in draft.entries["visits"]:
        follows[visit.id] = tuple(name for name in followed_names(visit, draft) if name)
    for name, anchor in events.items():
        event = anchor.value("is")
        regimen = draft.entry("regimens", event.of)
        doses = tuple(visit for visit, _ in regimen.listed("visits")) if regimen is not None else ()
        follows[name] = (event.of,) if event.kind is EventKind.VISIT else doses
    for circle in _circles(follows):
        entry = draft.visit(circle[0]) or events[circle[0]]
        words = " follows ".join((*circle, circle[0]))
        yield Problem(entry.source, "P305", entry.path, f"expected dates that can be counted one by one, got {words}")
    yield from _circles_of_cycles(draft)


def _circles_of_cycles(draft: Draft) -> Iterator[Problem]:
    follows: dict[str, tuple[str, ...]] = {
        cycle.id: (cycle.value("after"),) for cycle in draft.entries["cycles"] if cycle.value("after")
    }
    for circle in _circles(follows):
        entry = draft.entry("cycles", circle[0])
        words = " follows ".join((*circle, circle[0]))
        if entry is not None:
            message = f"expected dates that can be counted one by one, got {words}"
            yield Problem(entry.source, "P305", entry.path, message)


def _circles(follows: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """The circles in which things follow each other, each from the one that stands first in the mapping."""
    done: set[str] = set()
    for start in follows:
        trail: list[str] = []
        on_trail: dict[str, int] = {}
        ahead: list[tuple[str, int]] = [(start, 0)]
        while ahead:
            name, depth = ahead.pop()
            while len(trail) > depth:
                left = trail.pop()
                del on_trail[left]
                done.add(left)
            if name in on_trail:
                yield tuple(trail[on_trail[name] :])
                continue
            if name in done or name not in follows:
                continue
            on_trail[name] = len(trail)
            trail.append(name)
            ahead += [(other, len(trail)) for other in reversed(follows[name])]
        done.update(trail)


def wider_windows_hold_the_others(draft: Draft) -> Iterator[Problem]:
    """A wider window holds the window that it is wider than, and stands beside a target."""
    for visit in draft.entries["visits"]:
        wider, window = visit.value("wider"), draft.window_of(visit)
        if wider is None:
            continue
        where, path = visit.said.where("wider"), f"{visit.path}.wider"
        if not isinstance(window, Window):
            message = "expected it beside a window about the target, got it without one"
            yield Problem(where, "P313", path, message)
        elif not _is_inside(window, wider):
            yield Problem(where, "P313", path, expected_got(f"a window that holds {window.words}", wider.words))


def _is_inside(window: Window, wider: Window) -> bool:
    if window.hours is not None and wider.hours is not None:
        return wider.hours[0] <= window.hours[0] and window.hours[1] <= wider.hours[1]
    return wider.first <= window.first and window.last <= wider.last


def timepoints_stand_once(draft: Draft) -> Iterator[Problem]:
    """No visit names a timepoint twice."""
    for visit in draft.entries["visits"]:
        met: set[str] = set()
        for timepoint, source in visit.value("timepoints") or ():
            if timepoint.label in met:
                message = f"expected each of the timepoints once, got {quoted(timepoint.label)} again"
                yield Problem(source, "P210", f"{visit.path}.timepoints", message)
            met.add(timepoint.label)


TIMING_CHECKS = (
    cycles_exist,
    cycles_are_not_too_many,
    days_lie_in_their_cycles,
    no_two_names_are_equally_particular,
    cycles_have_one_start,
    cycles_have_the_days_they_are_counted_from,
    visits_say_what_they_follow,
    months_stand_alone,
    months_say_where_they_end,
    followed_things_exist,
    events_are_no_columns,
    arms_have_what_they_follow,
    dates_follow_no_circle,
    wider_windows_hold_the_others,
    timepoints_stand_once,
)
"""Every rule of time, in the order in which problems at the same place are told."""
