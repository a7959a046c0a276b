"""The rules of blinding of a protocol file: what is said once, and what would still tell arms apart.

Conventions: those of ``checks``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.conditions import Condition
from dosecal.model.problems import Problem, expected_got, quoted
from dosecal.model.protocol import UNSAID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.load.protocol.draft import Draft, Entry
    from dosecal.model.protocol import Protocol


def _groups(draft: Draft) -> dict[str, tuple[Entry, ...]]:
    """The arms that share the words by which a blinded reader knows them."""
    groups: dict[str, tuple[Entry, ...]] = {}
    for arm in draft.entries["arms"]:
        words = arm.value("blinded_as")
        if words:
            groups[words] = (*groups.get(words, ()), arm)
    return groups


def blinding_is_said_one_way(draft: Draft) -> Iterator[Problem]:
    """An open-label trial has no blinded arm."""
    if draft.said.values.get("blinding") is None:
        return
    for arms in _groups(draft).values():
        for arm in arms:
            message = 'expected no words for blinded readers, since the file says "blinding: open label", got some'
            yield Problem(arm.said.where("blinded_as"), "P370", f"{arm.path}.blinded_as", message)


def blinded_arms_share_their_words(draft: Draft) -> Iterator[Problem]:
    """Words for blinded readers are those of at least two arms: one alone would be known by them."""
    for words, arms in _groups(draft).items():
        if len(arms) == 1 and draft.names["arms"] is not None:
            (arm,) = arms
            message = f"expected words that another arm has too, got {quoted(words)} of this arm alone"
            hint = 'such as "blinded_as: study treatment" on each arm that is blinded'
            yield Problem(arm.said.where("blinded_as"), "P371", f"{arm.path}.blinded_as", message, hint)


def blinded_arms_have_one_calendar(draft: Draft) -> Iterator[Problem]:
    """Arms that share their words have the same visits and assessments, by which nobody can tell them apart."""
    for arms in _groups(draft).values():
        ids = {arm.id for arm in arms}
        for kind in ("visits", "assessments"):
            for entry in draft.entries[kind]:
                having = ids.intersection(draft.arms_of(entry))
                if len(ids) > 1 and having and having != ids and draft.has_certain_arms(entry):
                    lacking = ", ".join(one.id for one in arms if one.id not in having)
                    message = f"expected all blinded arms to have {entry.id}, or none, got none for {lacking}"
                    hint = "what one of them has alone tells the arm"
                    yield Problem(entry.said.where("arms"), "P372", f"{entry.path}.arms", message, hint)


def blinded_arms_have_one_condition(draft: Draft) -> Iterator[Problem]:
    """A condition says the same of arms that share their words: else what is held would tell the arm."""
    for arms in _groups(draft).values():
        for kind in ("visits", "assessments"):
            for entry in draft.entries[kind]:
                condition = entry.value("if")
                if not isinstance(condition, Condition):
                    continue
                having = [arm.id for arm in arms if arm.id in draft.arms_of(entry)]
                if len({condition.of_arm(arm) for arm in having}) > 1:
                    expected = f"a condition that says the same of {' and '.join(having)}"
                    message = expected_got(expected, condition.words)
                    hint = "what one of the blinded arms has alone tells the arm"
                    yield Problem(entry.said.where("if"), "P372", f"{entry.path}.if", message, hint)


def blinded_arms_move_alike(draft: Draft) -> Iterator[Problem]:
    """A visit that moves off closed days doses all or none of the arms that share their words: a dose never moves."""
    for arms in _groups(draft).values():
        for visit in draft.entries["visits"]:
            having = [arm.id for arm in arms if arm.id in draft.arms_of(visit)]
            still = [arm for arm in having if arm not in draft.dosed_arms(visit)]
            if visit.value("closed_day") not in {None, "keep"} and 0 < len(still) < len(having):
                message = f'expected "keep", since of the blinded arms {", ".join(still)} alone would be moved'
                hint = "the day on which it is held would tell the arm"
                yield Problem(visit.said.where("closed_day"), "P372", f"{visit.path}.closed_day", message, hint)


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
