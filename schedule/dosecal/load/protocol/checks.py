"""The rules that tie a protocol file's parts together: one small function a rule, all in one tuple.

Conventions: a check gives every problem it finds and never stops another; what could not be read is a problem already
and is passed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.columns import SUBJECT_COLUMNS, names_of
from dosecal.load.protocol.blinding_checks import BLINDING_CHECKS
from dosecal.load.protocol.condition_checks import CONDITION_CHECKS, facts_have_names_of_their_own
from dosecal.load.protocol.cycle_patterns import names_cycles_surely
from dosecal.load.protocol.dose_checks import DOSE_CHECKS
from dosecal.load.protocol.dose_formula_checks import DOSE_FORMULA_CHECKS
from dosecal.load.protocol.dose_variant_checks import DOSE_VARIANT_CHECKS
from dosecal.load.protocol.grammar import NONE_STATED
from dosecal.load.protocol.product_checks import PRODUCT_CHECKS
from dosecal.load.protocol.timing_checks import TIMING_CHECKS
from dosecal.load.protocol.visit_grammar import LabelRange
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
_DAY_KEYS = ("day", "days", "weeks", "months", "years")
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
            wanted = ", ".join(other.id for other in draft.entries[meant]) or f"none: there are no {meant}"
            message = expected_got(f"one of the {meant} ({wanted})", name)
            yield Problem(source, _UNKNOWN_CODES[meant], f"{entry.path}.{key}", message)


def lists_each_once(draft: Draft) -> Iterator[Problem]:
    """No list names a thing twice."""
    for kind, key, _ in _LISTS:
        for entry in draft.entries[kind]:
            seen: dict[str, Source] = {}
            for name, source in entry.listed(key):
                if name in seen:
                    message = f"expected each of the {key} once, got {quoted(name)} again"
                    yield Problem(source, "P210", f"{entry.path}.{key}", message)
                seen[name] = source


def day_labels_fit_the_numbering(draft: Draft) -> Iterator[Problem]:
    """No label names a day that the numbering does not have: D0 where there is no day 0."""
    numbering = draft.numbering
    if numbering is None:
        return
    for visit in draft.entries["visits"]:
        labels = [(visit.id, visit.source, visit.path)] if is_day_label(visit.id) else []
        if visit.value("day") is not None:
            labels.append((visit.value("day"), visit.said.where("day"), f"{visit.path}.day"))
        window = visit.value("window")
        if isinstance(window, LabelRange):
            where = visit.said.where("window")
            labels += [(label, where, f"{visit.path}.window") for label in (window.first, window.last)]
        for label, source, path in labels:
            try:
                numbering.offset(label)
            except RefusedError as refusal:
                yield Problem(source, "P207", path, expected_got(refusal.expected, label), refusal.hint)


def visits_have_one_day(draft: Draft) -> Iterator[Problem]:
    """A visit states its day once, or has a window between two day labels, or states both consistently."""
    for visit in draft.entries["visits"]:
        offsets = draft.offsets_of(visit)
        in_cycle = names_cycles_surely(visit.id) or draft.may_be_in_cycles(visit.id)
        states_day = in_cycle or any(visit.says(key) for key in _DAY_KEYS)
        states_day = states_day or (is_day_label(visit.id) and not draft.follows_a_visit(visit))
        window_is_unread = visit.says("window") and "window" not in visit.said.values
        if not states_day and not window_is_unread and not isinstance(visit.value("window"), LabelRange):
            message = 'expected a day such as "day: D15", "days: 14" or "window: D-28 to D-1", got nothing'
            yield Problem(visit.source, "P208", visit.path, message)
        if visit.cycle is None and len({offset for _, offset in offsets}) > 1:
            found = ", ".join(f"{key} gives offset {offset:+d}" for key, offset in offsets)
            yield Problem(visit.source, "P213", visit.path, f"expected one day, got several: {found}")


def windows_of_labels_fit(draft: Draft) -> Iterator[Problem]:
    """A window between two day labels has the earlier one first, holds the day, and does not stand for all visits."""
    if isinstance(draft.said.values.get("window"), LabelRange):
        message = f'expected a window about the target such as "±3 days" or "{NONE_STATED}", got a range of days'
        yield Problem(draft.said.where("window"), "P209", "window", message)
    for visit in draft.entries["visits"]:
        window = visit.value("window")
        if not isinstance(window, LabelRange) or draft.numbering is None:
            continue
        try:
            first, last = draft.numbering.offset(window.first), draft.numbering.offset(window.last)
        except RefusedError:
            continue
        outside = [offset for _, offset in draft.offsets_of(visit) if not first <= offset <= last]
        words = f"{window.first} to {window.last}"
        if first > last:
            message = expected_got("the earlier day first", words)
            yield Problem(visit.said.where("window"), "P209", f"{visit.path}.window", message)
        elif outside:
            message = expected_got(f"a window that holds the visit's day, {draft.numbering.label(outside[0])}", words)
            yield Problem(visit.said.where("window"), "P209", f"{visit.path}.window", message)


def windows_hold_their_target(draft: Draft) -> Iterator[Problem]:
    """A window about a target holds it: a visit that is planned outside its own window contradicts itself."""
    holders = [(draft.said, "window"), *((visit.said, f"{visit.path}.window") for visit in draft.entries["visits"])]
    for said, path in holders:
        window = said.values.get("window")
        if isinstance(window, Window) and not window.holds_target:
            message = f"expected a window that holds its target, got {window.words}, which does not"
            yield Problem(said.where("window"), "P209", path, message)


def doses_fall_on_visits_of_their_arms(draft: Draft) -> Iterator[Problem]:
    """A regimen is given only at visits that every one of its arms has, and that have a day."""
    for regimen in draft.entries["regimens"]:
        for visit_id, source in regimen.listed("visits"):
            visit = draft.visit(visit_id)
            if visit is None:
                continue
            missing = [arm for arm in draft.arms_of(regimen) if arm not in draft.arms_of(visit)]
            if missing and draft.has_certain_arms(visit):
                message = (
                    f"expected a visit of every arm that is dosed, got {visit_id}, which {', '.join(missing)} lacks"
                )
                yield Problem(source, "P206", f"{regimen.path}.visits", message)
            states_day = bool(draft.offsets_of(visit)) or visit.says("months") or visit.says("years")
            if isinstance(visit.value("window"), LabelRange) and not states_day:
                message = f"expected a visit with a target day, got {visit_id}, which has only a window"
                yield Problem(source, "P206", f"{regimen.path}.visits", message)


def doses_stay_on_closed_days(draft: Draft) -> Iterator[Problem]:
    """A visit at which every arm is dosed, or that prepares a dose, asks for no move off a closed day."""
    for visit in draft.entries["visits"]:
        words = visit.value("closed_day")
        if words in {None, "keep"}:
            continue
        arms = draft.arms_of(visit)
        if arms and draft.dosed_arms(visit).issuperset(arms):
            message = f'expected "keep", since a dose is given at {visit.id} in every arm, got {quoted(words)}'
            hint = "a dose is never moved by the program: a closed day is said"
            yield Problem(visit.said.where("closed_day"), "P320", f"{visit.path}.closed_day", message, hint)


def assessments_fall_on_visits_of_their_arms(draft: Draft) -> Iterator[Problem]:
    """Each visit of an assessment belongs to at least one of its arms."""
    for assessment in draft.entries["assessments"]:
        arms = set(draft.arms_of(assessment))
        for visit_id, source in assessment.listed("visits"):
            visit = draft.visit(visit_id)
            if visit is None or not draft.has_certain_arms(visit):
                continue
            if arms and arms.isdisjoint(draft.arms_of(visit)):
                message = f"expected a visit of an arm that is assessed, got {visit_id}, which none of them has"
                yield Problem(source, "P211", f"{assessment.path}.visits", message)


def anchors_have_names_of_their_own(draft: Draft) -> Iterator[Problem]:
    """An anchor is not named as another column of the subjects' table, and the first is never empty."""
    for index, anchor in enumerate(draft.entries["anchors"]):
        if anchor.id in COHORT_COLUMNS:
            message = expected_got("a name that is no column of the subjects' table", anchor.id)
            yield Problem(anchor.source, "P216", anchor.path, message)
        if index == 0 and anchor.value("date") == "may be empty":
            message = "expected a date for every subject in the first anchor, got one that may be empty"
            yield Problem(anchor.said.where("date"), "P217", f"{anchor.path}.date", message)


def facts_are_no_other_columns(draft: Draft) -> Iterator[Problem]:
    """A declared fact is not named as another column of the subjects' table."""
    yield from facts_have_names_of_their_own(draft, COHORT_COLUMNS)


def versions_amend_another(draft: Draft) -> Iterator[Problem]:
    """A version amends another one than itself."""
    amends = draft.said.values.get("amends")
    if amends is not None and amends == draft.said.values.get("version"):
        message = f"expected the version before this one, got {quoted(amends)}, which is this one"
        yield Problem(draft.said.where("amends"), "P360", "amends", message)


CHECKS = (
    versions_amend_another,
    *BLINDING_CHECKS,
    mentions_what_exists,
    lists_each_once,
    day_labels_fit_the_numbering,
    visits_have_one_day,
    windows_of_labels_fit,
    windows_hold_their_target,
    doses_fall_on_visits_of_their_arms,
    doses_stay_on_closed_days,
    assessments_fall_on_visits_of_their_arms,
    anchors_have_names_of_their_own,
    *TIMING_CHECKS,
    facts_are_no_other_columns,
    *CONDITION_CHECKS,
    *DOSE_CHECKS,
    *DOSE_FORMULA_CHECKS,
    *DOSE_VARIANT_CHECKS,
    *PRODUCT_CHECKS,
)
"""Every rule, in the order in which problems at the same place are told."""
