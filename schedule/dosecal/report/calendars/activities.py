"""The schedule of activities: what is done at which visit, from the protocol alone.

Conventions: visits are the columns, in file order; doses and assessments are the rows. Each row carries the number of
its footnote, which is the sentence of the source. A mark stands where a thing is done in at least one arm; a row for
some arms alone names them.

Reference:
    ICH M11, section 1.3, Schedule of Activities.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.struct import Struct
from dosecal.report.messages import words
from dosecal.report.messages.source_quotes import marked_quote
from dosecal.report.tables.closed_days import policy_words

if TYPE_CHECKING:
    from dosecal.model.conditions import Condition
    from dosecal.model.protocol import Protocol
    from dosecal.model.regimen import Regimen

MARK = "X"


class ActivityRow(Struct, frozen=True):
    """One dose or assessment.

    Attributes:
        id: Its id in the protocol.
        kind: ``dose`` or ``assessment``.
        label: The words for people, with the arms where it is not for all.
        marks: For each visit ``X`` or nothing.
        footnote: The number of its footnote; 0 for none.
    """

    id: str
    kind: str
    label: str
    marks: tuple[str, ...]
    footnote: int


class Activities(Struct, frozen=True):
    """A protocol's schedule of activities.

    Attributes:
        protocol: The protocol.
        heads: The rows above the marks, each a name and a text for each visit.
        rows: The doses, then the assessments.
        footnotes: The sentences of the source, numbered from 1.
        queries: What the source leaves open.
    """

    protocol: Protocol
    heads: tuple[tuple[str, tuple[str, ...]], ...]
    rows: tuple[ActivityRow, ...]
    footnotes: tuple[str, ...]
    queries: tuple[str, ...]


def schedule_of_activities(protocol: Protocol) -> Activities:
    """The schedule of activities of a protocol."""
    footnotes: list[str] = []

    def footnote(quote: str) -> int:
        if not quote:
            return 0
        quote = marked_quote(quote, protocol)
        if quote not in footnotes:
            footnotes.append(quote)
        return footnotes.index(quote) + 1

    doses = [
        ActivityRow(
            r.id,
            "dose",
            f"{_dose_words(r)}{_arms(r.arms, protocol)}{_only_if(r.condition)}",
            _marks(visits, protocol),
            footnote(r.quote),
        )
        for r, visits in _shown_regimens(protocol)
    ]
    assessments = [
        ActivityRow(
            a.id,
            "assessment",
            f"{a.label}{_arms(a.arms, protocol)}{_only_if(a.condition)}",
            _marks(a.visits, protocol),
            footnote(a.quote),
        )
        for a in protocol.assessments
    ]
    ages = protocol.ages
    if ages is not None and ages.quote:
        footnote(ages.quote)
    return Activities(protocol, _heads(protocol), (*doses, *assessments), tuple(footnotes), protocol.queries)


def _heads(protocol: Protocol) -> tuple[tuple[str, tuple[str, ...]], ...]:
    def head(name: str, texts: list[str]) -> tuple[str, tuple[str, ...]]:
        return name, tuple(texts)

    visits = protocol.visits
    heads = [
        head("visit", [v.id for v in visits]),
        head("study day", [words.day_words(protocol, v) for v in visits]),
    ]
    if any(v.epoch for v in visits):
        heads.insert(0, head("epoch", [v.epoch for v in visits]))
    references = [words.reference_words(protocol, v) for v in visits]
    if len(protocol.anchors) > 1 or len(set(references)) > 1:
        heads.append(head("counted from", references))
    heads.append(head("window", [words.window_words(protocol, v) for v in visits]))
    heads += [head(name, texts) for name, texts in words.timing_rows(protocol) if any(texts)]
    if any(v.closed_day for v in visits):
        heads.append(head("closed day", [policy_words(protocol, v) for v in visits]))
    arms = {arm.id for arm in protocol.arms}
    if any(set(v.arms) != arms for v in visits):
        heads.append(head("arms", ["all" if set(v.arms) == arms else ", ".join(v.arms) for v in visits]))
    if any(v.condition for v in visits):
        heads.append(head("only if", [v.condition.words if v.condition is not None else "" for v in visits]))
    return tuple(heads)


def _dose_words(regimen: Regimen) -> str:
    return regimen.label if regimen.is_masked else f"{regimen.label}: {words.dose_rule_words(regimen)}"


def _shown_regimens(protocol: Protocol) -> list[tuple[Regimen, tuple[str, ...]]]:
    """The regimens with their visits; those that a blinded reader can't tell apart as one, with the visits of all."""
    rows: dict[str, tuple[Regimen, tuple[str, ...]]] = {}
    for regimen in protocol.regimens:
        first, visits = rows.get(regimen.id, (regimen, ()))
        rows[regimen.id] = first, (*visits, *regimen.visits)
    return list(rows.values())


def _only_if(condition: Condition | None) -> str:
    return "" if condition is None else f" (only if {condition.words})"


def _marks(visits: tuple[str, ...], protocol: Protocol) -> tuple[str, ...]:
    return tuple(MARK if visit.id in visits else "" for visit in protocol.visits)


def _arms(arms: tuple[str, ...], protocol: Protocol) -> str:
    return "" if set(arms) == {arm.id for arm in protocol.arms} else f" (arm {', '.join(arms)} only)"
