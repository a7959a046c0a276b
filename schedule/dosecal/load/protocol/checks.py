"""The rules that tie a protocol file's parts together: one small function a rule, all in one tuple.

Conventions: a check gives every problem it finds and never stops another; what could not be read is a problem already
and is passed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.columns import SUBJECT_COLUMNS, names_of
from dosecal.load.protocol.condition_checks import BLINDING_CHECKS, CONDITION_CHECKS, OWN_NUMBERS
from dosecal.load.protocol.cycles import names_cycles_surely
from dosecal.load.protocol.draft import of_each, repeated
from dosecal.load.protocol.grammar import NONE_STATED
from dosecal.load.protocol.product_checks import PRODUCT_CHECKS
from dosecal.load.protocol.regimen_checks import REGIMEN_CHECKS
from dosecal.load.protocol.timing_checks import DAY_KEYS, TIMING_CHECKS, several_days
from dosecal.load.protocol.timing_texts import LabelRange
from dosecal.model.days import Window, is_day_label
from dosecal.model.problems import Problem, RefusedError, Source, expected_got, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.load.protocol.draft import Draft, Entry

_LISTS = (
    ("visits", "arms", "arms"),
    ("assessments", "arms", "arms"),
    ("regimens", "arms", "arms"),
    ("assessments", "visits", "visits"),
    ("regimens", "visits", "visits"),
)
_SINGLES = (
    ("regimens", "product", "products"),
    ("visits", "anchor", "anchors"),
    ("cycles", "anchor", "anchors"),
    ("visits", "before", "regimens"),
)
_UNKNOWN_CODES = {"arms": "P201", "visits": "P202", "products": "P203", "anchors": "P204", "regimens": "P205"}
COHORT_COLUMNS = names_of(SUBJECT_COLUMNS)
"""The columns of the subjects' table that are not anchors; an anchor may not have one of their names."""


def _mentions(draft: Draft) -> Iterator[tuple[Entry, str, str, str, Source]]:
    """Every id by which one thing mentions another: the thing, the key, the section meant, the id and its place."""
    for kind, key, meant in _LISTS:
        for entry in draft.entries[kind]:
            for name, source in entry.listed(key):
                yield entry, key, meant, name, source
    for kind, key, meant in _SINGLES:
        for entry in draft.entries[kind]:
            if entry.value(key) is not None:
                yield entry, key, meant, entry.value(key), entry.said.where(key)


def mentions_what_exists(draft: Draft) -> Iterator[Problem]:
    """Every arm, visit, product, anchor and regimen that is mentioned stands in its section."""
    for entry, key, meant, name, source in _mentions(draft):
        known = draft.names[meant]
        if known is not None and name not in known:
            message = expected_got(f"one of the {meant} ({draft.known(meant)})", name)
            yield entry.problem(_UNKNOWN_CODES[meant], key, message, at=source)


def lists_each_once(draft: Draft) -> Iterator[Problem]:
    """No list names a thing twice."""
    for kind, key, _ in _LISTS:
        for entry in draft.entries[kind]:
            yield from repeated(entry, key, entry.listed(key))


def day_labels_fit_the_numbering(visit: Entry, draft: Draft) -> Iterator[Problem]:
    """No label names a day that the numbering does not have: D0 where there is no day 0."""
    numbering = draft.numbering
    if numbering is None:
        return
    labels = [(visit.id, "")] if is_day_label(visit.id) else []
    if visit.value("day") is not None:
        labels.append((visit.value("day"), "day"))
    window = visit.value("window")
    if isinstance(window, LabelRange):
        labels += [(window.first, "window"), (window.last, "window")]
    for label, key in labels:
        try:
            numbering.offset(label)
        except RefusedError as refusal:
            yield visit.problem("P207", key, expected_got(refusal.expected, label), refusal.hint)


def visits_have_one_day(visit: Entry, draft: Draft) -> Iterator[Problem]:
    """A visit states its day once, or has a window between two day labels, or states both consistently."""
    in_cycle = names_cycles_surely(visit.id) or draft.may_be_in_cycles(visit.id)
    states_day = in_cycle or any(visit.says(key) for key in DAY_KEYS)
    states_day = states_day or (is_day_label(visit.id) and not draft.follows_a_visit(visit))
    window_is_unread = visit.says("window") and "window" not in visit.said.values
    if not states_day and not window_is_unread and not isinstance(visit.value("window"), LabelRange):
        message = 'expected a day such as "day: D15", "days: 14" or "window: D-28 to D-1", got nothing'
        yield visit.problem("P208", "", message)
    if visit.cycle is None:
        yield from several_days(visit, draft)


def window_of_the_file_is_about_a_target(draft: Draft) -> Iterator[Problem]:
    """The window that stands for all visits is no range of day labels."""
    if isinstance(draft.said.value("window"), LabelRange):
        message = f'expected a window about the target such as "±3 days" or "{NONE_STATED}", got a range of days'
        yield Problem(draft.said.where("window"), "P209", "window", message)


def windows_of_labels_fit(visit: Entry, draft: Draft) -> Iterator[Problem]:
    """A window between two day labels has the earlier one first, and holds the day."""
    window = visit.value("window")
    if not isinstance(window, LabelRange) or draft.numbering is None:
        return
    try:
        first, last = draft.numbering.offset(window.first), draft.numbering.offset(window.last)
    except RefusedError:
        return
    outside = [offset for _, offset in draft.offsets_of(visit) if not first <= offset <= last]
    words = f"{window.first} to {window.last}"
    if first > last:
        yield visit.problem("P209", "window", expected_got("the earlier day first", words))
    elif outside:
        message = expected_got(f"a window that holds the visit's day, {draft.numbering.label(outside[0])}", words)
        yield visit.problem("P209", "window", message)


def windows_hold_their_target(draft: Draft) -> Iterator[Problem]:
    """A window about a target holds it: a visit that is planned outside its own window contradicts itself."""
    holders = [(draft.said, "window"), *((visit.said, f"{visit.path}.window") for visit in draft.entries["visits"])]
    for said, path in holders:
        window = said.value("window")
        if isinstance(window, Window) and not window.holds_target:
            message = f"expected a window that holds its target, got {window.words}, which does not"
            yield Problem(said.where("window"), "P209", path, message)


def doses_fall_on_visits_of_their_arms(regimen: Entry, draft: Draft) -> Iterator[Problem]:
    """A regimen is given only at visits that every one of its arms has, and that have a day."""
    for visit_id, source in regimen.listed("visits"):
        visit = draft.visit(visit_id)
        if visit is None:
            continue
        missing = [arm for arm in draft.arms_of(regimen) if arm not in draft.arms_of(visit)]
        if missing and draft.has_certain_arms(visit):
            message = f"expected a visit of every arm that is dosed, got {visit_id}, which {', '.join(missing)} lacks"
            yield regimen.problem("P206", "visits", message, at=source)
        states_day = bool(draft.offsets_of(visit)) or visit.says("months") or visit.says("years")
        if isinstance(visit.value("window"), LabelRange) and not states_day:
            message = f"expected a visit with a target day, got {visit_id}, which has only a window"
            yield regimen.problem("P206", "visits", message, at=source)


def doses_stay_on_closed_days(visit: Entry, draft: Draft) -> Iterator[Problem]:
    """A visit at which every arm is dosed, or that prepares a dose, asks for no move off a closed day."""
    words, arms = visit.value("closed_day"), draft.arms_of(visit)
    if words not in {None, "keep"} and arms and draft.dosed_arms(visit).issuperset(arms):
        message = f'expected "keep", since a dose is given at {visit.id} in every arm, got {quoted(words)}'
        hint = "a dose is never moved by the program: a closed day is said"
        yield visit.problem("P320", "closed_day", message, hint)


def assessments_fall_on_visits_of_their_arms(assessment: Entry, draft: Draft) -> Iterator[Problem]:
    """Each visit of an assessment belongs to at least one of its arms."""
    arms = set(draft.arms_of(assessment))
    for visit_id, source in assessment.listed("visits"):
        visit = draft.visit(visit_id)
        if visit is None or not arms or not draft.has_certain_arms(visit):
            continue
        if arms.isdisjoint(draft.arms_of(visit)):
            message = f"expected a visit of an arm that is assessed, got {visit_id}, which none of them has"
            yield assessment.problem("P211", "visits", message, at=source)


def anchors_have_names_of_their_own(anchor: Entry, draft: Draft) -> Iterator[Problem]:
    """An anchor is not named as another column of the subjects' table, and the first is never empty."""
    if anchor.id in COHORT_COLUMNS:
        yield anchor.problem("P216", "", expected_got("a name that is no column of the subjects' table", anchor.id))
    if anchor is draft.entries["anchors"][0] and anchor.value("date") == "may be empty":
        message = "expected a date for every subject in the first anchor, got one that may be empty"
        yield anchor.problem("P217", "date", message)


def facts_have_names_of_their_own(fact: Entry, draft: Draft) -> Iterator[Problem]:
    """A declared fact is not named as another column of the subjects' table."""
    if fact.id in {*COHORT_COLUMNS, *OWN_NUMBERS, *(anchor.id for anchor in draft.entries["anchors"])}:
        message = expected_got("a name that is no other column of the subjects' table", fact.id)
        yield fact.problem("P343", "", message)


def versions_amend_another(draft: Draft) -> Iterator[Problem]:
    """A version amends another one than itself."""
    amends = draft.said.value("amends")
    if amends is not None and amends == draft.said.value("version"):
        message = f"expected the version before this one, got {quoted(amends)}, which is this one"
        yield Problem(draft.said.where("amends"), "P360", "amends", message)


CHECKS = (
    versions_amend_another,
    *BLINDING_CHECKS,
    mentions_what_exists,
    lists_each_once,
    *of_each("visits", day_labels_fit_the_numbering, visits_have_one_day),
    window_of_the_file_is_about_a_target,
    *of_each("visits", windows_of_labels_fit),
    windows_hold_their_target,
    *of_each("regimens", doses_fall_on_visits_of_their_arms),
    *of_each("visits", doses_stay_on_closed_days),
    *of_each("assessments", assessments_fall_on_visits_of_their_arms),
    *of_each("anchors", anchors_have_names_of_their_own),
    *TIMING_CHECKS,
    *of_each("facts", facts_have_names_of_their_own),
    *CONDITION_CHECKS,
    *REGIMEN_CHECKS,
    *PRODUCT_CHECKS,
)
"""Every rule, in the order in which problems at the same place are told."""
