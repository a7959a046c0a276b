"""The page of the protocol: what is done when, each rule beside its sentence of the source, and what is left open.

Conventions: the file is shown and never edited here. A blinded session sees the masked protocol, whose lines are not
told where they would be those of an arm.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from dosecal.model.messages import Msg, plural, term, unsaid
from dosecal.model.struct import Struct
from dosecal.report.calendars.activities import schedule_of_activities
from dosecal.report.messages import visit_words, words
from dosecal.report.messages.source_quotes import marked_quote
from dosecal.web.problems import may_show_files, shown_problems
from dosecal.web.sheets import quote_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from starlette.responses import Response

    from dosecal.model.protocol import Protocol, Visit
    from dosecal.report.calendars.activities import Activities
    from dosecal.web.shell import Ask
    from dosecal.web.site import Site
    from dosecal.web.words import Speaker

_MOST_COLUMNS = 10
"""How many visits stand beside each other; the others go on below."""
_TEXT_HEADS = {"window": Msg("Window"), "study day": Msg("Study day"), "epoch": Msg("Epoch")}


class Cell(Struct, frozen=True):
    """A cell of the schedule: its text, how many visits it is for, and which they are."""

    text: str
    span: int
    visits: tuple[str, ...]
    is_unstated: bool = False


class ActivityLine(Struct, frozen=True):
    """A row of the schedule: its name, a cell for each visit or for several, and whether its texts are marks."""

    name: str
    cells: tuple[Cell, ...]
    is_mark: bool


class ActivityTable(Struct, frozen=True):
    """Some visits beside each other, and what is done at them."""

    visits: tuple[str, ...]
    lines: tuple[ActivityLine, ...]


class Rule(Struct, frozen=True):
    """What the program does, the sentence of the source for it, and its line; 0 for none."""

    does: tuple[str, ...]
    quote: tuple[tuple[str, bool], ...]
    line: int


class ProtocolView(Struct, frozen=True):
    """What the page shows.

    Attributes:
        protocol: The protocol, as the session may see it.
        counts: How many visits, regimens and assessments it has.
        tables: The schedule of activities.
        rules: Each rule with its source.
        queries: What the source leaves open.
        may_show: Whether the lines of the file may be named.
    """

    protocol: Protocol
    counts: tuple[Msg, ...]
    tables: tuple[ActivityTable, ...]
    rules: tuple[Rule, ...]
    queries: tuple[str, ...]
    may_show: bool


def protocol_view(protocol: Protocol, lines: Mapping[str, int], speaker: Speaker) -> ProtocolView:
    """What the page shows of a protocol.

    Args:
        protocol: The protocol, as the session may see it.
        lines: The line of each key of its file; empty where these are not told.
        speaker: Says it in the language of the page.
    """
    activities = schedule_of_activities(protocol)
    counts = (
        plural("{n} visit", "{n} visits", len(protocol.visits)),
        plural("{n} regimen", "{n} regimens", len(protocol.regimens)),
        plural("{n} assessment", "{n} assessments", len(protocol.assessments)),
    )
    rules = tuple(_rules(protocol, lines, speaker))
    return ProtocolView(protocol, counts, tuple(_tables(activities)), rules, protocol.queries, bool(lines))


def _tables(activities: Activities) -> Iterator[ActivityTable]:
    visits = tuple(one.id for one in activities.protocol.visits)
    parts = -(-len(visits) // _MOST_COLUMNS) or 1
    size = -(-len(visits) // parts) or 1
    for first in range(0, len(visits), size):
        part = slice(first, first + size)
        heads = [
            ActivityLine(name, tuple(_merged(texts[part], visits[part])), is_mark=False)
            for name, texts in activities.heads
            if name != "visit"
        ]
        rows = [
            ActivityLine(
                one.label,
                tuple(Cell("●" if mark else "", 1, (visit,)) for mark, visit in _pairs(one.marks[part], visits[part])),
                is_mark=True,
            )
            for one in activities.rows
        ]
        yield ActivityTable(visits[part], (*heads, *rows))


def _pairs(texts: Sequence[str], visits: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(texts, visits, strict=True))


def _merged(texts: Sequence[str], visits: Sequence[str]) -> Iterator[Cell]:
    """Cells; those beside each other that say the same, but a day, as one."""
    for text, group in groupby(_pairs(texts, visits), key=lambda pair: pair[0]):
        own = tuple(visit for _, visit in group)
        yield Cell(text, len(own), own, is_unstated=text == words.NONE_STATED)


def _rules(protocol: Protocol, lines: Mapping[str, int], speaker: Speaker) -> Iterator[Rule]:
    """The rules that have a sentence of the source, and those of dosing in any case; in the order of the file."""

    def rule(does: tuple[str, ...], quote: str, key: str) -> Rule:
        return Rule(does, quote_parts(marked_quote(quote, protocol), speaker) if quote else (), lines.get(key, 0))

    for product in protocol.products:
        if product.quote:
            yield rule((term(product.label),), product.quote, f"products.{product.id}")
    for regimen in protocol.regimens:
        does = (term(regimen.label),) if regimen.is_masked else (term(regimen.label), words.dose_in_words(regimen))
        yield rule((*does, unsaid(", ".join(regimen.visits))), regimen.quote, f"regimens.{regimen.id}")
    for visit in protocol.visits:
        if visit.quote:
            yield rule(_visit_words(protocol, visit), visit.quote, f"visits.{visit.id}")
    for assessment in protocol.assessments:
        if assessment.quote:
            does = (term(assessment.label), unsaid(", ".join(assessment.visits)))
            yield rule(does, assessment.quote, f"assessments.{assessment.id}")


def _visit_words(protocol: Protocol, visit: Visit) -> tuple[str, ...]:
    """When a visit is, as the program has it."""
    day = visit_words.day_words(protocol, visit)
    label = "" if visit.label == visit.id else visit.label
    return (unsaid(visit.id), term(label), day, f"window: {visit_words.window_words(protocol, visit)}")


def show_protocol(site: Site, ask: Ask) -> Response:
    """The page of the protocol; it needs no other file."""
    study = site.opened
    protocol = study.protocol()
    lines = study.lines() if may_show_files(study) else {}
    view = protocol_view(protocol, lines, site.speaker(ask))
    warnings = shown_problems(study, protocol.warnings)
    return site.show(ask, "protocol.html", {"view": view, "warnings": warnings}, Msg("Protocol"), nav="protocol")
