"""The rules that tie conditions to the rest of a protocol file: one small function a rule.

Conventions: those of ``checks``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dosecal.load.protocol.condition_grammar import ALL, NONE
from dosecal.load.protocol.draft import IMPLIED_ANCHORS
from dosecal.model.conditions import Condition, FactIs, NumberIs
from dosecal.model.problems import Problem, Source, expected_got, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.load.protocol.draft import Draft, Entry

CONDITIONAL = ("visits", "assessments", "regimens")
"""The sections whose things may have a condition."""

_OWN_NUMBERS, _OWN_WORDS = ("age",), ("sex", "arm", "site")
_SEXES = ("F", "M")


def _conditions(draft: Draft) -> Iterator[tuple[Entry, Condition, Source]]:
    for kind in CONDITIONAL:
        for entry in draft.entries[kind]:
            condition = entry.value("if")
            if isinstance(condition, Condition):
                yield entry, condition, entry.said.where("if")


def _values_of(draft: Draft, fact: str) -> tuple[str, ...] | None:
    """The only values of a fact; None where any text will do, or where they could not be read."""
    if fact == "sex":
        return _SEXES
    if fact == "arm":
        return tuple(entry.id for entry in draft.entries["arms"]) or None
    entry = next((one for one in draft.entries["facts"] if one.id == fact), None)
    return tuple(value for value, _ in entry.listed("values")) or None if entry is not None else None


def conditions_ask_for_facts_that_exist(draft: Draft) -> Iterator[Problem]:
    """Every fact that a condition asks for is one of every subject's, or declared."""
    declared = draft.names["facts"]
    if declared is None:
        return
    known = (*_OWN_WORDS, *_OWN_NUMBERS, *(entry.id for entry in draft.entries["facts"]))
    for entry, condition, source in _conditions(draft):
        for fact in condition.facts:
            if fact not in {*known, *declared}:
                message = expected_got(f"a fact that is known ({', '.join(known)})", fact)
                hint = "declare others in the section facts, as columns of the subjects' table"
                yield Problem(source, "P341", f"{entry.path}.if", message, hint)


def conditions_ask_for_values_that_facts_have(draft: Draft) -> Iterator[Problem]:
    """A condition holds a fact against its own values, and a number against numbers."""
    numbers = {*_OWN_NUMBERS, *(one.id for one in draft.entries["facts"] if one.value("is"))}
    words = {*_OWN_WORDS, *(one.id for one in draft.entries["facts"] if one.says("values"))}
    for entry, condition, source in _conditions(draft):
        for leaf in condition.leaves:
            path = f"{entry.path}.if"
            if isinstance(leaf, FactIs) and leaf.fact in numbers:
                message = expected_got(f'a number, as in "{leaf.fact} is under 50"', ", ".join(leaf.values))
                hint = "write under, over, at least, at most, exactly, or 18 to 65"
                yield Problem(source, "P342", path, message, hint)
            elif isinstance(leaf, NumberIs) and leaf.fact in words:
                message = f"expected a value of {leaf.fact}, which is no number, got a number"
                yield Problem(source, "P342", path, message)
            elif isinstance(leaf, FactIs):
                values = _values_of(draft, leaf.fact)
                for value in leaf.values:
                    if values is not None and value not in values:
                        message = expected_got(f"a value of {leaf.fact} ({', '.join(values)})", value)
                        yield Problem(source, "P342", path, message)


def conditions_speak_of_visits_that_exist(draft: Draft) -> Iterator[Problem]:
    """Every visit that a condition speaks of stands in the file, and is another than the one that has the condition."""
    known = draft.names["visits"]
    for entry, condition, source in _conditions(draft):
        for visit in condition.visits:
            if known is not None and visit not in known:
                shown = ", ".join(one.id for one in draft.entries["visits"])
                message = expected_got(f"one of the visits ({shown})", visit)
                yield Problem(source, "P202", f"{entry.path}.if", message)
            elif entry.kind == "visits" and visit == entry.id:
                message = f"expected a condition on other visits, got one on {quoted(visit)} itself"
                yield Problem(source, "P344", f"{entry.path}.if", message)


def facts_are_words_or_numbers(draft: Draft) -> Iterator[Problem]:
    """A declared fact has values, or is a number, and not both."""
    for entry in draft.entries["facts"]:
        if entry.says("values") == entry.says("is"):
            found = "both" if entry.says("is") else "neither"
            message = f'expected either "values: [yes, no]" or "is: a number", got {found}'
            yield Problem(entry.source, "P102", entry.path, message)
        seen: set[str] = set()
        for value, source in entry.listed("values"):
            if value in seen:
                message = f"expected each of the values once, got {quoted(value)} again"
                yield Problem(source, "P210", f"{entry.path}.values", message)
            seen.add(value)


def facts_have_names_of_their_own(draft: Draft, columns: tuple[str, ...]) -> Iterator[Problem]:
    """A declared fact is not named as another column of the subjects' table.

    Args:
        draft: The draft.
        columns: The columns that are neither anchors nor facts.
    """
    anchors = {entry.id for entry in draft.entries["anchors"]}
    for entry in draft.entries["facts"]:
        if entry.id in {*columns, *_OWN_NUMBERS, *anchors}:
            message = expected_got("a name that is no other column of the subjects' table", entry.id)
            yield Problem(entry.source, "P343", entry.path, message)


def endings_are_no_visits(draft: Draft) -> Iterator[Problem]:
    """No visit is named as an ending, since an actuals file tells them apart by their names."""
    for entry in draft.entries["visits"]:
        if entry.id in IMPLIED_ANCHORS:
            message = expected_got("an id that is no ending", entry.id)
            hint = "a visit that follows an ending has a name of its own, such as early_end"
            yield Problem(entry.source, "P345", entry.path, message, hint)


def survivors_exist(draft: Draft) -> Iterator[Problem]:
    """Every name that survives an ending is that of a visit or an epoch."""
    visits = draft.names["visits"]
    epochs = {entry.value("epoch") for entry in draft.entries["visits"]}
    for key in ("after_off_treatment", "after_off_study"):
        listed: Any = draft.said.values.get(key)
        if visits is None or listed in {None, NONE, ALL}:
            continue
        for name, source in listed:
            if name not in visits and name not in epochs and not draft.lies_beyond(name):
                yield Problem(source, "P346", key, expected_got("the id of a visit, or an epoch of one", name))


def survivors_of(draft: Draft, key: str) -> tuple[str, ...] | None:
    """The ids of the visits that survive an ending, in file order; None where the file does not say it.

    Args:
        draft: A draft without problems.
        key: ``after_off_treatment`` or ``after_off_study``.
    """
    listed: Any = draft.said.values.get(key)
    if listed is None:
        return None
    if listed == NONE:
        return ()
    names = None if listed == ALL else {name for name, _ in listed}
    return tuple(
        entry.id
        for entry in draft.entries["visits"]
        if names is None or names & {entry.id, entry.key, entry.value("epoch")}
    )


CONDITION_CHECKS = (
    conditions_ask_for_facts_that_exist,
    conditions_ask_for_values_that_facts_have,
    conditions_speak_of_visits_that_exist,
    facts_are_words_or_numbers,
    endings_are_no_visits,
    survivors_exist,
)
"""Every rule about conditions, facts and endings that needs the draft alone."""
