"""The rules of who has what in a protocol file: conditions with their facts, endings, and blinded arms.

Conventions: as in ``checks``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dosecal.load.protocol.draft import of_each, repeated
from dosecal.load.protocol.timing_rules import IMPLIED_ANCHORS
from dosecal.model.cohort import SEXES
from dosecal.model.conditions import FactIs, NumberIs
from dosecal.model.problems import Problem, expected_got, quoted
from dosecal.model.protocol import UNSAID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.load.protocol.draft import Draft, Entry
    from dosecal.model.protocol import Protocol

NONE, ALL = "none", "all"
"""What survives an ending, where no list says it."""
OWN_NUMBERS, _OWN_WORDS = ("age",), ("sex", "arm", "site")
"""The facts that are known without being declared."""


def _values_of(draft: Draft, fact: str) -> tuple[str, ...] | None:
    """The only values of a fact; None where any text will do, or where they could not be read."""
    if fact == "sex":
        return SEXES
    if fact == "arm":
        return tuple(entry.id for entry in draft.entries["arms"]) or None
    entry = draft.entry("facts", fact)
    return tuple(value for value, _ in entry.listed("values")) or None if entry is not None else None


def conditions_ask_for_facts_that_exist(draft: Draft) -> Iterator[Problem]:
    """Every fact that a condition asks for is one of every subject's, or declared."""
    declared = draft.names["facts"]
    if declared is None:
        return
    known = (*_OWN_WORDS, *OWN_NUMBERS, *(entry.id for entry in draft.entries["facts"]))
    for entry, condition in draft.conditions():
        for fact in condition.facts:
            if fact not in {*known, *declared}:
                message = expected_got(f"a fact that is known ({', '.join(known)})", fact)
                hint = "declare others in the section facts, as columns of the subjects' table"
                yield entry.problem("P341", "if", message, hint)


def conditions_ask_for_values_that_facts_have(draft: Draft) -> Iterator[Problem]:
    """A condition holds a fact against its own values, and a number against numbers."""
    numbers = {*OWN_NUMBERS, *(one.id for one in draft.entries["facts"] if one.value("is"))}
    words = {*_OWN_WORDS, *(one.id for one in draft.entries["facts"] if one.says("values"))}
    for entry, condition in draft.conditions():
        for leaf in condition.leaves:
            if isinstance(leaf, FactIs) and leaf.fact in numbers:
                message: str = expected_got(f'a number, as in "{leaf.fact} is under 50"', ", ".join(leaf.values))
                hint = "write under, over, at least, at most, exactly, or 18 to 65"
                yield entry.problem("P342", "if", message, hint)
            elif isinstance(leaf, NumberIs) and leaf.fact in words:
                message = f"expected a value of {leaf.fact}, which is no number, got a number"
                yield entry.problem("P342", "if", message)
            elif isinstance(leaf, FactIs):
                values = _values_of(draft, leaf.fact)
                for value in leaf.values:
                    if values is not None and value not in values:
                        message = expected_got(f"a value of {leaf.fact} ({', '.join(values)})", value)
                        yield entry.problem("P342", "if", message)


def conditions_speak_of_visits_that_exist(draft: Draft) -> Iterator[Problem]:
    """Every visit that a condition speaks of stands in the file, and is another than the one that has the condition."""
    known = draft.names["visits"]
    for entry, condition in draft.conditions():
        for visit in condition.visits:
            if known is not None and visit not in known:
                shown = ", ".join(one.id for one in draft.entries["visits"])
                yield entry.problem("P202", "if", expected_got(f"one of the visits ({shown})", visit))
            elif entry.kind == "visits" and visit == entry.id:
                message = f"expected a condition on other visits, got one on {quoted(visit)} itself"
                yield entry.problem("P344", "if", message)


def facts_are_words_or_numbers(fact: Entry, _: Draft) -> Iterator[Problem]:
    """A declared fact has values, or is a number, and not both."""
    if fact.says("values") == fact.says("is"):
        found = "both" if fact.says("is") else "neither"
        yield fact.problem("P102", "", f'expected either "values: [yes, no]" or "is: a number", got {found}')
    yield from repeated(fact, "values", fact.listed("values"))


def endings_are_no_visits(visit: Entry, _: Draft) -> Iterator[Problem]:
    """No visit is named as an ending, since an actuals file tells them apart by their names."""
    if visit.id in IMPLIED_ANCHORS:
        hint = "a visit that follows an ending has a name of its own, such as early_end"
        yield visit.problem("P345", "", expected_got("an id that is no ending", visit.id), hint)


def survivors_exist(draft: Draft) -> Iterator[Problem]:
    """Every name that survives an ending is that of a visit or an epoch."""
    visits = draft.names["visits"]
    epochs = {entry.value("epoch") for entry in draft.entries["visits"]}
    for key in ("after_off_treatment", "after_off_study"):
        listed: Any = draft.said.value(key)
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
    listed: Any = draft.said.value(key)
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
    *of_each("facts", facts_are_words_or_numbers),
    *of_each("visits", endings_are_no_visits),
    survivors_exist,
)
"""Every rule about conditions, facts and endings that needs no other room's names."""


def _groups(draft: Draft) -> dict[str, tuple[Entry, ...]]:
    """The arms that share the words by which a blinded reader knows them."""
    groups: dict[str, tuple[Entry, ...]] = {}
    for arm in draft.entries["arms"]:
        words = arm.value("blinded_as")
        if words:
            groups[words] = (*groups.get(words, ()), arm)
    return groups


def _grouped(draft: Draft, *kinds: str) -> Iterator[tuple[tuple[Entry, ...], Entry, list[str]]]:
    """The things of sections for each group of blinded arms: the arms, the thing, and those of them that have it."""
    for arms in _groups(draft).values():
        for entry in (entry for kind in kinds for entry in draft.entries[kind]):
            having = draft.arms_of(entry)
            yield arms, entry, [arm.id for arm in arms if arm.id in having]


def blinding_is_said_one_way(draft: Draft) -> Iterator[Problem]:
    """An open-label trial has no blinded arm."""
    for arm in (arm for arms in _groups(draft).values() for arm in arms):
        if draft.said.value("blinding") is not None:
            message = 'expected no words for blinded readers, since the file says "blinding: open label", got some'
            yield arm.problem("P370", "blinded_as", message)


def blinded_arms_share_their_words(draft: Draft) -> Iterator[Problem]:
    """Words for blinded readers are those of at least two arms: one alone would be known by them."""
    for words, arms in _groups(draft).items():
        if len(arms) == 1 and draft.names["arms"] is not None:
            message = f"expected words that another arm has too, got {quoted(words)} of this arm alone"
            hint = 'such as "blinded_as: study treatment" on each arm that is blinded'
            yield arms[0].problem("P371", "blinded_as", message, hint)


def blinded_arms_have_one_calendar(draft: Draft) -> Iterator[Problem]:
    """Arms that share their words have the same visits and assessments, by which nobody can tell them apart."""
    for arms, entry, having in _grouped(draft, "visits", "assessments"):
        lacking = ", ".join(arm.id for arm in arms if arm.id not in having)
        if having and lacking and draft.has_certain_arms(entry):
            message = f"expected all blinded arms to have {entry.id}, or none, got none for {lacking}"
            yield entry.problem("P372", "arms", message, "what one of them has alone tells the arm")


def blinded_arms_have_one_condition(draft: Draft) -> Iterator[Problem]:
    """A condition says the same of arms that share their words: else what is held would tell the arm."""
    conditions = {(entry.kind, entry.id): condition for entry, condition in draft.conditions()}
    for _, entry, having in _grouped(draft, "visits", "assessments"):
        condition = conditions.get((entry.kind, entry.id))
        if condition is not None and len({condition.of_arm(arm) for arm in having}) > 1:
            message = expected_got(f"a condition that says the same of {' and '.join(having)}", condition.words)
            yield entry.problem("P372", "if", message, "what one of the blinded arms has alone tells the arm")


def blinded_arms_move_alike(draft: Draft) -> Iterator[Problem]:
    """A visit that moves off closed days doses all or none of the arms that share their words: a dose never moves."""
    for _, visit, having in _grouped(draft, "visits"):
        still = [arm for arm in having if arm not in draft.dosed_arms(visit)]
        if visit.value("closed_day") not in {None, "keep"} and 0 < len(still) < len(having):
            message = f'expected "keep", since of the blinded arms {", ".join(still)} alone would be moved'
            yield visit.problem("P372", "closed_day", message, "the day on which it is held would tell the arm")


def blinding_warnings(draft: Draft, protocol: Protocol) -> tuple[Problem, ...]:
    """That a file with several arms says nothing of their blinding."""
    if protocol.says_blinding:
        return ()
    message = f'expected "blinding: open label", or "blinded_as" on arms, got neither: they are shown as "{UNSAID}"'
    return (Problem(draft.said.where("arms"), "W022", "arms", message),)


BLINDING_CHECKS = (
    blinding_is_said_one_way,
    blinded_arms_share_their_words,
    blinded_arms_have_one_calendar,
    blinded_arms_have_one_condition,
    blinded_arms_move_alike,
)
"""Every rule of blinding."""
