"""The rules of time in a protocol file: cycles, chains, gaps and events fit together.

Conventions: as in ``checks``: each check gives every problem that it finds and passes over what could not be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.protocol.cycles import MOST_VISITS, names_cycles_surely, pattern_in, read_cycle_pattern
from dosecal.load.protocol.draft import of_each, repeated
from dosecal.load.protocol.timing_rules import IMPLIED_ANCHORS, followed_names, gaps_of, timing_rule
from dosecal.load.protocol.timing_texts import LabelRange
from dosecal.model.days import MOST_DAYS, MonthEnd, Window
from dosecal.model.problems import Problem, expected_got, quoted
from dosecal.model.timing import CycleDay, EventKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.load.protocol.cycles import CyclePattern, CycleSpan
    from dosecal.load.protocol.draft import Draft, Entry
    from dosecal.model.problems import Source

DAY_KEYS = ("day", "days", "weeks", "months", "years")


def several_days(entry: Entry, draft: Draft) -> Iterator[Problem]:
    """A visit or cycles that say their day in ways that give several."""
    offsets = draft.offsets_of(entry)
    if len({offset for _, offset in offsets}) > 1:
        found = ", ".join(f"{key} gives offset {offset:+d}" for key, offset in offsets)
        yield entry.problem("P213", "", f"expected one day, got several: {found}")


def _no_range(visit: Entry, example: str, where: str) -> Iterator[Problem]:
    """A range of labels as the window of a visit that has to have one about its target."""
    if isinstance(visit.value("window"), LabelRange):
        message = f'expected a window about the target such as "{example}" {where}, got a range of days'
        yield visit.problem("P209", "window", message)


def _keys(draft: Draft) -> Iterator[tuple[str, Source]]:
    """The names of the visits as they stand in the file, each with its place."""
    for name, _, source in draft.said.value("visits") or ():
        yield name, source


def _patterns(draft: Draft) -> Iterator[tuple[str, Source, CyclePattern, CycleSpan]]:
    """Those of them that stand for days of cycles, each with its days and its cycles."""
    for name, source in _keys(draft):
        pattern = pattern_in(name, draft.spans)
        if pattern is not None:
            yield name, source, pattern, draft.spans[pattern.cycle]


def cycles_exist(draft: Draft) -> Iterator[Problem]:
    """A name with ``*`` or ``+`` names cycles of the file, and cycles follow cycles of the file."""
    known = draft.names["cycles"]
    if known is None:
        return
    wanted = f"one of the cycles ({draft.known('cycles')})"
    for name, source in _keys(draft):
        pattern = read_cycle_pattern(name)
        if pattern is not None and names_cycles_surely(name) and pattern.cycle not in known:
            yield Problem(source, "P301", f"visits.{name}", expected_got(f"days of {wanted}", name))
    for cycle in draft.entries["cycles"]:
        after = cycle.value("after")
        if after is not None and after not in known:
            yield cycle.problem("P301", "after", expected_got(wanted, after))


def cycles_are_not_too_many(draft: Draft) -> Iterator[Problem]:
    """The visits of all cycles together are no more than a plan holds, and cycles no longer than a hundred years."""
    if draft.is_too_large:
        message = f"expected at most {MOST_VISITS:,} days of cycles, got more"
        yield Problem(draft.said.where("cycles"), "P312", "cycles", message)
    for cycle in draft.entries["cycles"]:
        span = draft.spans.get(cycle.id)
        days = 0 if span is None else span.lengths.days_before(span.planned + 1)
        if span is not None and days > MOST_DAYS:
            found = f"{span.planned:,} of them: {days:,} days"
            yield cycle.problem("P312", "", f"expected cycles of at most {MOST_DAYS:,} days in all, got {found}")


def days_lie_in_their_cycles(draft: Draft) -> Iterator[Problem]:
    """A day of a cycle is one of its days, from 1, and its cycle one of the cycles."""
    for name, source, pattern, span in _patterns(draft):
        last = span.planned if pattern.last is None else pattern.last
        if not span.is_open and max(pattern.first, last) > span.planned:
            message = expected_got(f"a cycle from 1 to {span.planned}", name)
            yield Problem(source, "P303", f"visits.{name}", message)
            continue
        shortest = min(span.lengths.length(number) for number in pattern.cycles(max(last, pattern.first)))
        if not 1 <= pattern.first_day <= pattern.last_day <= shortest:
            message = expected_got(f"a day from 1 to {shortest}", name)
            yield Problem(source, "P302", f"visits.{name}", message, "day 1 of a cycle is its first")


def no_two_names_are_equally_particular(draft: Draft) -> Iterator[Problem]:
    """Of two names that stand for one day of a cycle, one is more particular."""
    met: dict[tuple[CycleDay, tuple[int, int, int]], str] = {}
    told: set[tuple[str, str]] = set()
    for name, source, pattern, span in _patterns(draft):  # none where they are too many
        for day in span.days_of(pattern):
            other = met.setdefault((day, pattern.generality), name)
            if other != name and (other, name) not in told:
                told.add((other, name))
                found = f"{quoted(name)}, which is no more particular than {other}"
                yield Problem(source, "P304", f"visits.{name}", f"expected one name for {day.label}, got {found}")


def cycles_have_one_start(cycle: Entry, draft: Draft) -> Iterator[Problem]:
    """Cycles start on one day, or follow others that have an end."""
    yield from several_days(cycle, draft)
    if not cycle.says("after"):
        return
    beside = [key for key in ("anchor", "day", "days", "weeks") if cycle.says(key)]
    if beside:
        message = f"expected cycles that follow others to begin on the day after their last, got {beside[0]}, too"
        yield cycle.problem("P308", beside[0], message)
    span = draft.spans.get(cycle.value("after") or "")
    if span is not None and span.is_open:
        message = f"expected cycles whose number is stated, got {span.id}, which have no end to count from"
        yield cycle.problem("P309", "after", message)


def cycles_have_the_days_they_are_counted_from(cycle: Entry, draft: Draft) -> Iterator[Problem]:
    """Cycles that are counted from an actual date have a visit on day 1 of each, in all the arms that come in them."""
    if cycle.id not in draft.spans or draft.names["visits"] is None:
        return
    for visit in draft.entries["visits"]:
        if visit.cycle is None or visit.cycle.cycle != cycle.id:
            continue
        missing = timing_rule(visit, draft).after
        if missing and draft.visit(missing) is None:
            message = f"expected a visit {missing}, from which {visit.id} is counted, got none"
            yield cycle.problem("P310", "", message)
            return


def visits_say_what_they_follow(visit: Entry, draft: Draft) -> Iterator[Problem]:
    """A visit is counted from one thing, and says from which date of the visit that it follows."""
    after = visit.value("after")
    follows = after is not None and after not in draft.anchor_names
    if visit.cycle is not None:
        for key in (*DAY_KEYS, "anchor", "after", "counted_from"):
            if visit.says(key):
                message = "expected a visit of a cycle to be counted as its cycle is, got its day once more"
                yield visit.problem("P308", key, message)
        yield from _no_range(visit, "±3 days", "in a cycle")
        return
    if visit.says("after") and visit.says("anchor"):
        yield visit.problem("P307", "after", "expected an anchor or a visit to follow, got both")
    if follows and not visit.says("counted_from"):
        message = 'expected "counted_from: planned" or "counted_from: actual" beside it, got neither'
        yield visit.problem("P307", "counted_from", message, at="after")
    if visit.says("counted_from") and not follows and (after is not None or not visit.says("after")):
        message = "expected it only beside a visit that is followed, got it without one"
        yield visit.problem("P307", "counted_from", message)
    if follows and visit.says("day"):
        message = "expected days, weeks, months or years after a visit, got a label, which is counted from an anchor"
        yield visit.problem("P307", "day", message)


def months_stand_alone(visit: Entry, draft: Draft) -> Iterator[Problem]:
    """Calendar months and years are the only way in which a visit says its day, and have no range of labels."""
    said = [key for key in ("months", "years") if visit.says(key)]
    if not said or visit.cycle is not None:
        return
    others = [key for key, _ in draft.offsets_of(visit)] + said[1:]
    if others:
        yield visit.problem(
            "P213", "", f"expected one day, got {said[0]} and {others[0]}", at=visit.said.where(said[0])
        )
    yield from _no_range(visit, "±14 days", "beside months")


def windows_after_visits_are_about_a_target(visit: Entry, draft: Draft) -> Iterator[Problem]:
    """A visit that follows another has no range of labels, which are counted from an anchor."""
    if draft.follows_a_visit(visit) and visit.cycle is None:
        yield from _no_range(visit, "±3 days", "after a visit")


def months_say_where_they_end(draft: Draft) -> Iterator[Problem]:
    """A file that counts calendar months or years says where a month ends that has no such day."""
    if draft.said.says("month_end"):
        return
    for visit in draft.entries["visits"]:
        counted = [key for key in ("months", "years") if visit.value(key)]
        counted += ["at_least"] if any(gap.months for gap in gaps_of(visit)) else []
        if counted:
            lines = " or ".join(f'"month_end: {one.value}"' for one in MonthEnd)
            message = f"expected a line {lines} at the top of the file, got months without it"
            hint = "31 May and 6 months are 30 November by the first, 1 December by the second"
            yield visit.problem("P314", counted[0], message, hint)
            return


def followed_things_exist(visit: Entry, draft: Draft) -> Iterator[Problem]:
    """What a visit follows is a visit or an anchor, and not both."""
    visits, anchors = draft.names["visits"], draft.names["anchors"]
    if visits is None or anchors is None:
        return
    mentioned = [(visit.value("after"), "after")] if visit.value("after") is not None else []
    for name, key in mentioned + [(gap.after, "at_least") for gap in gaps_of(visit)]:
        if name in visits and name in draft.anchor_names:
            yield visit.problem("P311", key, f"expected {quoted(name)} to be a visit or an anchor, got both")
        elif name not in visits | anchors | IMPLIED_ANCHORS.keys():
            wanted = ", ".join([*(one.id for one in draft.entries["anchors"]), *IMPLIED_ANCHORS])
            yield visit.problem("P202", key, expected_got(f"one of the visits, or of the anchors ({wanted})", name))


def events_exist(anchor: Entry, draft: Draft) -> Iterator[Problem]:
    """What an anchor is happens in the file."""
    event = anchor.value("is")
    if event is None or draft.names["visits"] is None or draft.names["anchors"] is None:
        return
    kind, code = ("visits", "P202") if event.kind is EventKind.VISIT else ("regimens", "P205")
    known = draft.names[kind]
    if known is not None and event.of not in known:
        yield anchor.problem(code, "is", expected_got(f"one of the {kind} ({draft.known(kind)})", event.of))


def events_are_no_columns(anchor: Entry, draft: Draft) -> Iterator[Problem]:
    """An anchor that is an event has no column: it says nothing of its date, and is not the first."""
    if anchor.says("is") and anchor.says("date"):
        yield anchor.problem("P307", "date", "expected an event or a date of the subjects' table, got both")
    if anchor.says("is") and anchor is draft.entries["anchors"][0]:
        yield anchor.problem("P217", "is", "expected a date for every subject in the first anchor, got an event")


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
                yield visit.problem("P306", "", message)


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
        yield _circle(draft.visit(circle[0]) or events[circle[0]], circle)
    cycles = {cycle.id: cycle for cycle in draft.entries["cycles"] if cycle.value("after")}
    for circle in _circles({name: (cycle.value("after"),) for name, cycle in cycles.items()}):
        yield _circle(cycles[circle[0]], circle)


def _circle(entry: Entry, circle: tuple[str, ...]) -> Problem:
    words = " follows ".join((*circle, circle[0]))
    return entry.problem("P305", "", f"expected dates that can be counted one by one, got {words}")


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


def wider_windows_hold_the_others(visit: Entry, draft: Draft) -> Iterator[Problem]:
    """A wider window holds the window that it is wider than, and stands beside a target."""
    wider, window = visit.value("wider"), draft.window_of(visit)
    if wider is None:
        return
    if not isinstance(window, Window):
        yield visit.problem("P313", "wider", "expected it beside a window about the target, got it without one")
    elif not _is_inside(window, wider):
        yield visit.problem("P313", "wider", expected_got(f"a window that holds {window.words}", wider.words))


def _is_inside(window: Window, wider: Window) -> bool:
    if window.hours is not None and wider.hours is not None:
        return wider.hours[0] <= window.hours[0] and window.hours[1] <= wider.hours[1]
    return wider.first <= window.first and window.last <= wider.last


def timepoints_stand_once(visit: Entry, _: Draft) -> Iterator[Problem]:
    """No visit names a timepoint twice."""
    labels = ((timepoint.label, source) for timepoint, source in visit.value("timepoints") or ())
    yield from repeated(visit, "timepoints", labels)


TIMING_CHECKS = (
    cycles_exist,
    cycles_are_not_too_many,
    days_lie_in_their_cycles,
    no_two_names_are_equally_particular,
    *of_each("cycles", cycles_have_one_start, cycles_have_the_days_they_are_counted_from),
    *of_each("visits", visits_say_what_they_follow, months_stand_alone, windows_after_visits_are_about_a_target),
    months_say_where_they_end,
    *of_each("visits", followed_things_exist),
    *of_each("anchors", events_exist, events_are_no_columns),
    arms_have_what_they_follow,
    dates_follow_no_circle,
    *of_each("visits", wider_windows_hold_the_others, timepoints_stand_once),
)
"""Every rule of time, in the order in which problems at the same place are told."""
