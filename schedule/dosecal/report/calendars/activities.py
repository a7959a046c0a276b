"""The schedule of activities: what is done at which visit, from the protocol alone.

Conventions: visits are the columns, in file order; doses and assessments are the rows. Each row carries the number of
its footnote, which is the sentence of the source. A mark stands where a thing is done in at least one arm; a row for
some arms alone names them.

Reference:
    ICH M11, section 1.3, Schedule of Activities.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.messages import NOTHING, Msg, named, term, unsaid
from dosecal.model.struct import Struct
from dosecal.report.messages import visit_words, words
from dosecal.report.messages.source_quotes import marked_quote
from dosecal.report.tables.closed_days import policy_words

if TYPE_CHECKING:
    from dosecal.model.protocol import Assessment, Protocol
    from dosecal.model.regimen import Regimen

    Head = tuple[Msg, tuple[Msg, ...]]
    """A row above the marks: its name, and a text for each visit."""

MARK = "X"
EPOCH, VISIT, STUDY_DAY, WINDOW = Msg("epoch"), Msg("visit"), Msg("study day"), Msg("window")
COUNTED_FROM, CLOSED_DAY, ARMS, ONLY_IF = Msg("counted from"), Msg("closed day"), Msg("arms"), Msg("only if")
"""The names of the heads, beside those of ``visit_words.timing_rows``."""


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
    label: Msg
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
    heads: tuple[Head, ...]
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
            _with_limits(_dose_words(r), r, protocol),
            _marks(visits, protocol),
            footnote(r.quote),
        )
        for r, visits in _shown_regimens(protocol)
    ]
    assessments = [
        ActivityRow(
            a.id,
            "assessment",
            _with_limits(named(a.label, a.id), a, protocol),
            _marks(a.visits, protocol),
            footnote(a.quote),
        )
        for a in protocol.assessments
    ]
    ages = protocol.ages
    if ages is not None and ages.quote:
        footnote(ages.quote)
    return Activities(protocol, _heads(protocol), (*doses, *assessments), tuple(footnotes), protocol.queries)


def _heads(protocol: Protocol) -> tuple[Head, ...]:
    visits = protocol.visits
    heads = [(VISIT, [unsaid(v.id) for v in visits]), (STUDY_DAY, [visit_words.day_words(protocol, v) for v in visits])]
    if any(v.epoch for v in visits):
        heads.insert(0, (EPOCH, [term(v.epoch) for v in visits]))
    references = [visit_words.reference_words(protocol, v) for v in visits]
    if len(protocol.anchors) > 1 or len(set(references)) > 1:
        heads.append((COUNTED_FROM, references))
    heads.append((WINDOW, [visit_words.window_words(protocol, v) for v in visits]))
    heads += [(name, texts) for name, texts in visit_words.timing_rows(protocol) if any(texts)]
    if any(v.closed_day for v in visits):
        heads.append((CLOSED_DAY, [policy_words(protocol, v) for v in visits]))
    arms = {arm.id for arm in protocol.arms}
    if any(set(v.arms) != arms for v in visits):
        heads.append((ARMS, [Msg("all") if set(v.arms) == arms else unsaid(", ".join(v.arms)) for v in visits]))
    if any(v.condition for v in visits):
        heads.append((ONLY_IF, [NOTHING if v.condition is None else unsaid(v.condition.words) for v in visits]))
    return tuple((name, tuple(texts)) for name, texts in heads)


def _dose_words(regimen: Regimen) -> Msg:
    label = named(regimen.label, regimen.id)
    if regimen.is_masked:
        return label
    return Msg("{what}: {reason}", what=label, reason=words.dose_rule_words(regimen))


def _with_limits(said: Msg, thing: Regimen | Assessment, protocol: Protocol) -> Msg:
    """What is given or done, with the arms where it is not for all, and with its condition."""
    if set(thing.arms) != {arm.id for arm in protocol.arms}:
        said = Msg("{a} ({b})", a=said, b=Msg("arm {arms} only", arms=", ".join(thing.arms)))
    if thing.condition is not None:
        said = Msg("{a} ({b})", a=said, b=Msg("only if {condition}", condition=thing.condition.words))
    return said


def _shown_regimens(protocol: Protocol) -> list[tuple[Regimen, tuple[str, ...]]]:
    """The regimens with their visits; those that a blinded reader can't tell apart as one, with the visits of all."""
    rows: dict[str, tuple[Regimen, tuple[str, ...]]] = {}
    for regimen in protocol.regimens:
        first, visits = rows.get(regimen.id, (regimen, ()))
        rows[regimen.id] = first, (*visits, *regimen.visits)
    return list(rows.values())


def _marks(visits: tuple[str, ...], protocol: Protocol) -> tuple[str, ...]:
    return tuple(MARK if visit.id in visits else "" for visit in protocol.visits)
