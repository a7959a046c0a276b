"""The schedule of activities as the record of a page: heads, marks, and footnotes at what they belong to.

Conventions: a letter stands for a note of the page (arms, conditions, texts too long for a column), a number for a
sentence of the source; either stands at the very row, column or cell that it belongs to. Sentences of the source stay
in their language, and the page says so. Visits that don't fit beside each other go on in a further table, parted where
an epoch ends if that is near, with the column of activities repeated.

Reference:
    ICH M11, section 1.3, Schedule of Activities.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from dosecal.model.messages import Msg, in_context, named, term
from dosecal.model.regex import regex
from dosecal.model.struct import Struct, field
from dosecal.report.calendars.activities import EPOCH, ONLY_IF, STUDY_DAY, VISIT, WINDOW, schedule_of_activities
from dosecal.report.calendars.page_foot import foot_lines
from dosecal.report.messages import words
from dosecal.report.messages.language import Sayer
from dosecal.report.messages.source_quotes import marked_quote
from dosecal.report.sheets.sheet_page import letters_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dosecal.model.conditions import Condition
    from dosecal.model.protocol import Protocol, Visit
    from dosecal.report.calendars.activities import Activities, ActivityRow
    from dosecal.report.calendars.page_foot import Stamp
    from dosecal.report.messages.language import Wording

_KINDS = {"dose": Msg("Doses"), "assessment": Msg("Assessments")}
SOA_WORDS = {
    "soa_activity": Msg("activity"),
    "soa_notes": Msg("Notes"),
    "soa_sources": Msg("From the source, in its words"),
    "soa_queries": Msg("Left open by the source"),
    "soa_mark": Msg("X: done at this visit"),
}
"""What every page of this kind says, by its names in the templates."""

_LONG = 24
"""From how many letters on a text of a column stands below the table, and a letter for it in the column."""
_MM_OF_PAPER = {"a4": 271.0, "letter": 253.4}
"""How wide the printed part of a page is that lies on its side."""
_MM_OF_LABELS = 76.0
_MM_OF_A_LETTER, _MM_OF_MARGINS = 1.42, 2.6
_LEAST_MM, _MOST_MM = 13.5, 32.0
"""How wide a column of a visit is at least and at most."""
_PLAIN_LABEL = regex(r"Day (-?[0-9]+)")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


class _Notes(Struct):
    """Footnotes in the order in which they are first used."""

    letters: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    def letter(self, text: str) -> str:
        """The letter of a note of the page; empty for no text."""
        if not text:
            return ""
        if text not in self.letters:
            self.letters.append(text)
        return letter_of(self.letters.index(text))

    def number(self, quote: str) -> str:
        """The number of a sentence of the source; empty for none."""
        if not quote:
            return ""
        if quote not in self.numbers:
            self.numbers.append(quote)
        return str(self.numbers.index(quote) + 1)


def letter_of(place: int) -> str:
    """The letter of a note by its place from 0: ``a`` to ``z``, then ``aa``."""
    before, last = divmod(place, len(_ALPHABET))
    return (letter_of(before - 1) if before else "") + _ALPHABET[last]


def activities_page(protocol: Protocol, wording: Wording, stamp: Stamp, paper: str) -> dict[str, object]:
    """The record of a protocol's schedule of activities.

    Args:
        protocol: The protocol.
        wording: The language.
        stamp: What made the page.
        paper: ``a4`` or ``letter``, on its side.

    Raises:
        TermUnknownError: For the texts that have no wording in the language, each named once.
    """
    say = Sayer(wording)
    page = _Page(protocol, schedule_of_activities(protocol), wording, say)
    record = page.record(stamp, paper)
    say.require_all()
    return record


class _Page(Struct, frozen=True):
    """A page that is being made.

    Attributes:
        protocol: The protocol.
        activities: What is done at which visit.
        wording: The language.
        say: Says a message in it.
        notes: The footnotes so far.
    """

    protocol: Protocol
    activities: Activities
    wording: Wording
    say: Sayer
    notes: _Notes = field(default_factory=_Notes)

    def record(self, stamp: Stamp, paper: str) -> dict[str, object]:
        """The whole record: heads and rows first, since they use up the footnotes in the order of the page."""
        facts = self._facts()
        heads = self._heads()
        groups: list[dict[str, object]] = [
            {"title": self.say(_KINDS[kind]), "rows": [self._row(row) for row in rows]}
            for kind, found in groupby(self.activities.rows, key=lambda row: row.kind)
            if (rows := list(found))
        ]
        return {
            "foot": foot_lines(self.protocol, self.wording, stamp),
            "study": f"{self.protocol.study}: {self.protocol.title}",
            "facts": facts,
            "parts": [self._part(part, heads, groups) for part in self._split(heads, paper)],
            "notes": [{"mark": letter_of(place), "text": text} for place, text in enumerate(self.notes.letters)],
            "sources": [
                {"mark": str(place), "text": self.say(marked_quote(text, self.protocol))}
                for place, text in enumerate(self.notes.numbers, 1)
            ],
            "queries": [self._query(text) for text in self.activities.queries],
        }

    def _facts(self) -> list[str]:
        """What holds for the whole table."""
        protocol, say = self.protocol, self.say
        ages = protocol.ages
        texts = [say(Msg("day numbering: {numbering}", numbering=self.say(protocol.numbering.words)))]
        texts.append(say(Msg("ages: {ages}", ages=self.say(words.NONE_STATED if ages is None else ages.words))))
        if ages is not None and ages.quote:
            texts[-1] += f" [{self.notes.number(ages.quote)}]"
        anchors = (self._is(one.id, one.label) for one in protocol.anchors if one.event is None)
        texts.append(say(Msg("days are counted from: {anchors}", anchors=say(Msg("; ")).join(anchors))))
        arms = dict.fromkeys(self._is(one.id, one.label) for one in protocol.arms)  # blinded ones are one
        texts.append(say(Msg("arms: {arms}", arms=say(Msg("; ")).join(arms))))
        texts.append(say(Msg("source: {source}", source=protocol.source_words)))
        return texts

    def _is(self, name: str, label: str) -> str:
        return self.say(Msg("{id} = {label}", id=name, label=self.say(named(label, name))))

    def _heads(self) -> list[dict[str, object]]:
        """The rows above the marks: a name, and a cell for each visit."""
        visits = self.protocol.visits
        heads = []
        for name, texts in self.activities.heads:
            if name is VISIT:
                cells = [self._visit_cell(visit) for visit in visits]
            else:
                cells = [self._head_cell(name, text, visit) for text, visit in zip(texts, visits, strict=True)]
            heads.append({"name": self.say(name), "cells": cells, "merges": name is EPOCH, "is_main": name is VISIT})
        return heads

    def _visit_cell(self, visit: Visit) -> dict[str, object]:
        """The label of a visit with its id, or the id alone where the label says no more."""
        plain = _PLAIN_LABEL.fullmatch(visit.label)
        if visit.label == visit.id or (plain is not None and visit.id == f"D{plain[1]}"):
            return {"text": visit.id, "id": "", "note": ""}
        said = self.say(term(visit.label))
        return {"text": said, "id": "" if said.casefold() == visit.id.casefold() else visit.id, "note": ""}

    def _head_cell(self, name: Msg, text: Msg, visit: Visit) -> dict[str, object]:
        """One cell: its text, or a letter for a text that is too long for a column; and the source's number."""
        said = self._condition(visit.condition) if name is ONLY_IF else self.say(text)
        marks = [self.notes.number(visit.quote)] if name is self._quoted_head(visit) else []
        if letters_of(said) > _LONG and name is not EPOCH and name is not STUDY_DAY:
            marks.insert(0, self.notes.letter(self.say(Msg("{name}: {text}", name=self.say(name), text=said))))
            said = ""
        return {"text": said, "id": "", "note": ", ".join(mark for mark in marks if mark)}

    @staticmethod
    def _quoted_head(visit: Visit) -> Msg:
        """The row in which the source's sentence of a visit stands: its window where it has one, else its day."""
        return STUDY_DAY if visit.window is None else WINDOW

    def _condition(self, condition: Condition | None) -> str:
        """A condition, in the words of the protocol file where the glossary has no others."""
        if condition is None:
            return ""
        if self.wording.missing_terms((condition.words,)):
            return self.say(in_context("quoted", "only if {condition}", condition=str(condition.words)))
        return self.say(Msg("only if {condition}", condition=self.wording.term(condition.words)))

    def _row(self, row: ActivityRow) -> dict[str, object]:
        """A dose or an assessment with its footnotes."""
        protocol = self.protocol
        quotes: tuple[str, ...]
        if row.kind == "dose":
            regimen = next(one for one in protocol.regimens if one.id == row.id)
            name = self.say(named(regimen.label, regimen.id))
            label = self.say(Msg("{name}: {text}", name=name, text=self.say(words.dose_rule_words(regimen))))
            quotes = (regimen.quote, protocol.product(regimen.product).quote)
            arms, condition = regimen.arms, regimen.condition
        else:
            assessment = next(one for one in protocol.assessments if one.id == row.id)
            label, quotes = self.say(named(assessment.label, assessment.id)), (assessment.quote,)
            arms, condition = assessment.arms, assessment.condition
        marks = []
        if set(arms) != {one.id for one in protocol.arms}:
            marks.append(self.notes.letter(self.say(Msg("arm {arms} only", arms=", ".join(arms)))))
        marks.append(self.notes.letter(self._condition(condition)))
        marks += [self.notes.number(quote) for quote in quotes]
        return {"label": label, "note": ", ".join(mark for mark in marks if mark), "marks": list(row.marks)}

    def _query(self, query: str) -> str:
        """What the source leaves open; without a wording it is quoted, and said to be."""
        if self.wording.missing_terms((query,)):
            return self.say(in_context("quoted", "{query}", query=query))
        return self.wording.term(query)

    def _split(self, heads: Sequence[dict[str, object]], paper: str) -> list[range]:
        """The visits of each table."""
        count = len(self.protocol.visits)
        width = min(max(map(_width_of_cell, _cells(heads)), default=_LEAST_MM), _MOST_MM)
        most = max(int((_MM_OF_PAPER[paper] - _MM_OF_LABELS) / width), 1)
        parts, start = [], 0
        while start < count:
            end = self._end(start, most)
            parts.append(range(start, end))
            start = end
        return parts

    def _end(self, start: int, most: int) -> int:
        """Where a table ends: at the last visit, where an epoch ends near by, or after as many as the others have."""
        visits = self.protocol.visits
        left = len(visits) - start
        if left <= most:
            return len(visits)
        wanted = -(-left // -(-left // most))
        ends = range(start + most, start + wanted // 2, -1)
        changes = [end for end in ends if visits[end].epoch != visits[end - 1].epoch]
        return min(changes, key=lambda end: abs(end - start - wanted), default=start + wanted)

    def _part(
        self, part: range, heads: Sequence[dict[str, object]], groups: Sequence[dict[str, object]]
    ) -> dict[str, object]:
        """One table: the heads and rows of its visits alone."""
        count = len(self.protocol.visits)
        title = ""
        if len(part) < count:
            places = {"first": str(part.start + 1), "last": str(part.stop), "count": str(count)}
            title = self.say(
                Msg("visits {first} to {last} of {count}", **places)
                if len(part) > 1
                else Msg("visit {first} of {count}", **places)
            )
        return {
            "title": title,
            "columns": len(part),
            "heads": [
                {**head, "cells": _merged(_of(head["cells"], part), merges=bool(head["merges"]))} for head in heads
            ],
            "groups": [
                {
                    "title": group["title"],
                    "rows": [{**row, "marks": _of(row["marks"], part)} for row in _listed(group["rows"])],
                }
                for group in groups
            ],
        }


def _listed(rows: object) -> list[dict[str, object]]:
    assert isinstance(rows, list)  # noqa: S101 - a record's own list
    return rows


def _of(cells: object, part: range) -> list[object]:
    return _listed(cells)[part.start : part.stop]  # type: ignore[return-value]


def _cells(heads: Sequence[dict[str, object]]) -> Iterable[dict[str, object]]:
    return (cell for head in heads if not head["merges"] for cell in _listed(head["cells"]))


def _width_of_cell(cell: dict[str, object]) -> float:
    """How wide a column is that takes a cell without breaking a word, in mm; Chinese breaks anywhere."""
    texts = (*str(cell["text"]).split(), *str(cell["id"]).split())
    longest = max((min(letters_of(text), 99) if text.isascii() else _longest_run(text) for text in texts), default=0)
    return max(longest * _MM_OF_A_LETTER + _MM_OF_MARGINS, _LEAST_MM)


def _longest_run(text: str) -> int:
    return max(len(run) for run in re.split(r"(?<=[⺀-鿿＀-￯])|(?=[⺀-鿿＀-￯])", text))


def _merged(cells: list[object], *, merges: bool) -> list[dict[str, object]]:
    """The cells with how many columns each takes; equal neighbours are one where they merge."""
    if not merges:
        return [{**cell, "span": 1} for cell in _listed(cells)]
    return [{**run[0], "span": len(run)} for _, found in groupby(_listed(cells)) for run in (list(found),)]
